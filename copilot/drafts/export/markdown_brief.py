"""Campaign briefs as markdown pages."""

from __future__ import annotations

from copilot.drafts.brief import CampaignBrief, Copy
from copilot.drafts.campaign_ideas import IdeaSet
from copilot.drafts.export.footnotes import disarm
from copilot.drafts.export.page import Page
from copilot.drafts.model import Claim, Estimate, Gap, Kpi
from copilot.evidence.wording import format_day


def brief_page(brief: CampaignBrief) -> str:
    """The brief: the first page decides, the rest lets somebody build and judge it."""
    page = Page(brief)
    page.head(f"{brief.stage.capitalize()} stage ({brief.sub_stage.replace('_', ' ')})")
    page.line("Objective", brief.objective.sentence)
    page.line("Hypothesis", brief.hypothesis)
    page.section("Why now", brief.why_now)
    _audience(page, brief)
    page.heading("Insight" if brief.insight.label == "insight" else "Observation it stands on")
    page.add(page.claim(brief.insight.finding))
    if brief.insight.label == "observation":
        missing = ", ".join(name for name, holds in brief.insight.checks.items() if not holds)
        page.add(f"*An observation, not yet an insight; not shown to be: {missing}.*")
    for label, belief in (("What they think now", brief.belief_now), ("What they should think", brief.belief_after)):
        if not (isinstance(belief, Gap) and belief.topic == "survey"):
            page.line(label, belief)
    page.line("What they should do", brief.desired_action)
    unspoken = tuple(
        (label, belief)
        for label, belief in (("What they think now", brief.belief_now), ("What would change it", brief.belief_after))
        if isinstance(belief, Gap)
    )
    page.voices(unspoken, brief.survey)
    page.heading("Message")
    page.line("The one thing to say", brief.single_message)
    page.section("Proof", brief.reasons_to_believe, level=3)
    _offer(page, brief)
    page.section("Products to show", brief.products)
    _channels(page, brief)
    page.heading("Copy, proposal to edit")
    for block in brief.copy_blocks:
        _copy(page, block)
    _judging(page, brief)
    page.heading("Risks")
    page.add("\n".join(f"- {page.claim(one.risk)} **Then:** {disarm(one.mitigation)}" for one in brief.risks))
    page.section("Consent and rules", brief.compliance)
    page.section("Considered and left out", brief.alternatives_rejected)
    ideas_section(page, brief.ideas)
    page.foot()
    return page.render()


def ideas_section(page: Page, ideas: IdeaSet) -> None:
    """The idea set of the stage, one line each with why and what it needs."""
    page.heading(f"More ideas for the {ideas.stage} stage")
    page.add(page.claim(ideas.principle))
    for idea in ideas.ideas:
        page.add(f"- **{disarm(idea.name)}.** {page.claim(idea.why)} *Needs: {disarm(idea.needs)}.*")


def _audience(page: Page, brief: CampaignBrief) -> None:
    page.heading("Audience")
    if isinstance(brief.audience.segment, Gap):
        page.add(page.gap(brief.audience.segment))
    else:
        page.add(f"**{disarm(brief.audience.segment.name[:1].upper() + brief.audience.segment.name[1:])}**")
        page.segment(brief.audience.segment)
    reach = brief.audience.reachable
    shown = page.gap(reach) if isinstance(reach, Gap) else f"{page.estimate(reach)} with e-mail consent"
    page.add(f"**Reachable by e-mail.** {shown}")
    page.section("Left out", brief.audience.exclusions, level=3)
    page.section("Leaves the campaign", brief.audience.exit_criteria, level=3)


def _offer(page: Page, brief: CampaignBrief) -> None:
    page.heading("Offer")
    page.add(page.claim(brief.offer.what))
    if brief.offer.conditions is not None:
        page.line("Conditions", brief.offer.conditions)
    if brief.offer.value is not None:
        page.line("Value", brief.offer.value)
    cost, anyway = brief.offer.cost_per_order, brief.offer.would_buy_anyway
    if isinstance(cost, Claim):
        page.line("Cost", cost)
    else:
        page.add(f"**Cost per order.** {page.gap(cost) if isinstance(cost, Gap) else _labelled(page, cost)}")
    shown = page.gap(anyway) if isinstance(anyway, Gap) else _labelled(page, anyway)
    page.add(f"**Would have bought anyway.** {shown}")
    if brief.offer.break_even is not None:
        page.line("Pays for itself", brief.offer.break_even)


def _labelled(page: Page, value: Estimate) -> str:
    return f"{page.estimate(value)} {disarm(value.label)}."


def _channels(page: Page, brief: CampaignBrief) -> None:
    page.heading("Channels and timing")
    page.table(
        ("channel", "job and reason", "reach", "set up in"),
        (
            (disarm(use.channel), page.claim(use.role), page.estimate(use.reach), page.claim(use.set_up))
            for use in brief.channels
        ),
    )
    page.table(
        ("contact", "channel", "when, and why then", "its one job", "call to action"),
        (
            (str(t.order), disarm(t.channel), page.claim(t.when), disarm(t.job), disarm(t.call_to_action))
            for t in brief.touchpoints
        ),
    )
    start, end = format_day(brief.timing.start), format_day(brief.timing.end)
    page.add(f"**Runs.** {start} to {end}. {page.claim(brief.timing.reason)}")
    page.line("Send window", brief.timing.send_window)
    page.line("Budget", brief.budget)


def _copy(page: Page, block: Copy) -> None:
    page.heading(f"Contact {block.touchpoint}", 3)
    subjects = " · ".join(disarm(subject) for subject in block.subjects)
    body = "\n>\n> ".join(disarm(paragraph) for paragraph in block.body.split("\n\n"))
    page.add(
        f"**Subject (three to choose from).** {subjects}  \n**Preheader.** {disarm(block.preheader)}\n\n"
        f"> **{disarm(block.headline)}**\n>\n> {body}\n>\n> [{disarm(block.call_to_action)}]"
    )


def _kpi(page: Page, kpi: Kpi, role: str) -> tuple[str, ...]:
    return (
        role,
        f"**{disarm(kpi.name)}**: {disarm(kpi.definition)}",
        page.estimate(kpi.baseline),
        page.estimate(kpi.target),
        page.claim(kpi.basis_of_target),
        f"{format_day(kpi.read_on)}, {disarm(kpi.source)}",
    )


def _judging(page: Page, brief: CampaignBrief) -> None:
    page.heading("How it will be judged")
    rows = [_kpi(page, brief.kpi_primary, "primary")]
    rows += [_kpi(page, kpi, "secondary") for kpi in brief.kpi_secondary]
    rows += [_kpi(page, kpi, "guard-rail") for kpi in brief.guardrails]
    page.table(("", "measure", "baseline", "target or limit", "basis", "read on, from"), rows)
    forecast = brief.forecast
    page.add(f"**Forecast.** {page.gap(forecast) if isinstance(forecast, Gap) else page.estimate(forecast)}")
    test, holdout = brief.test_plan, brief.holdout
    page.add(
        f"**Test.** One variable: {disarm(test.variable)} ({disarm(test.variants[0])} against "
        f"{disarm(test.variants[1])}). Needed in each arm: {page.estimate(test.per_arm)}; smallest lift it can show: "
        f"{page.estimate(test.detectable)}. {page.claim(test.verdict)}"
    )
    page.line("Duration", test.duration)
    page.add(
        f"**Hold-out.** {page.claim(holdout.share)} People: {page.estimate(holdout.people)}; "
        f"random seed {holdout.seed}. {page.claim(holdout.verdict)}"
    )
    page.line("Reading it", brief.measurement)
