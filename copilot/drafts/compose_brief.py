"""Composes a campaign brief by rule for a stage of the journey; what cannot be sized says so and names the export."""

from __future__ import annotations

import re

from copilot.drafts import brief_audience, brief_judging, brief_offer, voices
from copilot.drafts.brief import CampaignBrief, Copy, Insight, Stage
from copilot.drafts.brief_notices import notices
from copilot.drafts.campaign_ideas import IdeaSet
from copilot.drafts.compose_ideas import campaign_ideas
from copilot.drafts.compose_persona import telling
from copilot.drafts.context import DraftContext
from copilot.drafts.findings import EVERYONE, Findings
from copilot.drafts.icp import Claims
from copilot.drafts.model import Claim, Gap
from copilot.drafts.plays import PLAYS
from copilot.drafts.portrait import SHOP_OWNER
from copilot.drafts.saying import Name, known
from copilot.drafts.setting import Setting, make_setting
from copilot.drafts.survey import ask_customers
from copilot.statistics.contrast import Trait
from copilot.statistics.segments import SegmentRule

_STEADY = 30
_CLEAR = 1.5  # times as common as in the rest


def compose_brief(
    context: DraftContext, stage: Stage | None = None, goal: str | None = None, rule: SegmentRule | None = None
) -> CampaignBrief:
    """The brief for `stage` (told from the goal if not given, else hot), optionally for a segment of one's own.

    Raises NothingLoaded without dated orders, CannotAnswer when nobody meets the rule.
    """
    basis = context.basis()
    setting = make_setting(context, stage or _stage_of(goal), goal, rule)
    findings, play = setting.findings, setting.play
    belief_now, belief_after = _belief_now(setting), _belief_after(setting)
    audience = setting.rule.name if setting.sized else f"the {play.stage} stage"
    return CampaignBrief(
        title=f"Campaign brief: {play.name} for {audience}",
        basis=basis,
        notices=notices(setting),
        assumptions=(),
        campaign_type=play.campaign_type,
        stage=play.stage,
        sub_stage=play.sub_stage,
        can_be_sized=setting.sized,
        why_now=_why_now(setting),
        objective=brief_judging.objective(setting),
        hypothesis=brief_judging.hypothesis(setting),
        audience=brief_audience.audience(setting),
        insight=_insight(setting),
        belief_now=belief_now,
        belief_after=belief_after,
        survey=voices.survey_if_needed(belief_now, belief_after),
        desired_action=_action(setting),
        single_message=findings.advise(play.message, play.offer_question, play.article),
        reasons_to_believe=_proof(setting),
        offer=brief_offer.offer(setting),
        products=_products(setting),
        channels=brief_audience.channels(setting),
        touchpoints=brief_audience.touchpoints(setting),
        copy_blocks=_copy_blocks(setting),
        timing=brief_audience.timing(setting),
        budget=Gap(
            what="Budget and who approves it.",
            who="whoever signs",
            how="State an amount; e-mail costs little, offers cost margin.",
        ),
        kpi_primary=brief_judging.primary(setting),
        kpi_secondary=brief_judging.secondary(setting),
        guardrails=brief_judging.guardrails(setting),
        forecast=brief_judging.forecast(setting),
        test_plan=brief_judging.test_plan(setting),
        holdout=brief_judging.holdout(setting),
        measurement=_measurement(setting),
        risks=brief_offer.risks(setting),
        compliance=brief_audience.compliance(setting),
        alternatives_rejected=_rejected(setting),
        ideas=campaign_ideas(findings if play.stage == "hot" else Findings(context, EVERYONE), play.stage),
    )


def compose_ideas(context: DraftContext, stage: Stage) -> IdeaSet:
    """The idea set of a stage on its own."""
    context.basis()
    return campaign_ideas(Findings(context, EVERYONE), stage)


def _stage_of(goal: str | None) -> Stage:
    """The stage whose play the goal names; hot if none does."""
    wanted = (goal or "").lower()
    return next((play.stage for play in PLAYS if wanted and any(word in wanted for word in play.words)), "hot")


def _why_now(setting: Setting) -> Claims:
    findings, play, say = setting.findings, setting.play, setting.findings.say
    if play.stage != "hot":
        if setting.people is None or setting.reachable is None:
            repeat = findings.repeat
            return (
                say.claim(
                    "{one} of {all} customers bought once only: growth through new customers leans on this stage.",
                    one=repeat.one_time_customers,
                    all=repeat.customers,
                ),
            )
        claims = [
            say.claim(
                "{people:noun} know the shop and have not bought; {reach} of them may be mailed."
                if play.stage == "warm"
                else "{people:noun} are on file without a recent sign of interest; {reach} of them may be mailed.",
                people=setting.people,
                reach=setting.reachable,
            )
        ]
        if setting.new_a_month is not None:
            claims.append(
                say.claim("In the last full month {new} people ordered for the first time.", new=setting.new_a_month)
            )
        return tuple(claims)
    profile = findings.profile
    claims = [
        say.claim(
            "{size} customers, {share} of all, with {sales} of net sales so far.",
            size=profile.size,
            share=profile.share_of_customers,
            sales=profile.share_of_net_sales,
        )
    ]
    since, overdue = profile.days_since_median.group, profile.overdue_share.group
    if known(since) and known(overdue):
        claims.append(
            say.claim(
                "The typical one last ordered {since} ago; {overdue} are past the shop's own usual gap.",
                since=since,
                overdue=overdue,
            )
        )
    if setting.baseline is not None:
        claims.append(
            say.claim(
                "Left alone, {baseline:range} of them order within {window}.",
                baseline=setting.baseline,
                window=setting.plan.window(),
            )
        )
    return tuple(claims)


def _insight(setting: Setting) -> Insight:
    """The finding with its five checks; by rule, so that an observation is not sold as an insight."""
    findings, stage = setting.findings, setting.play.stage
    doubts = voices.doubts(findings)
    if not isinstance(doubts, Gap):
        return _judged(doubts[0], hidden=True, emotional=True)
    trait = _telling_trait(findings) if stage == "hot" else None
    if trait is not None:
        finding = findings.say.claim(
            "{label} {level}: {share} of this group, {rest} of everyone else, {ratio:range} times as common.",
            label=trait.what.label[:1].upper() + trait.what.label[1:],
            level=Name(trait.what.level),
            share=trait.in_group,
            rest=trait.in_rest,
            ratio=trait.ratio,
        )
        return _judged(finding, hidden=True, emotional=False)
    rhythm = findings.rhythm
    finding = findings.say.claim(
        "Those who order a second time do it after {median} (median); by {late} four in five of these second orders "
        "have "
        "come. A message after that comes late for most.",
        median=rhythm.second_order_median,
        late=rhythm.second_order_p80,
    )
    return _judged(finding, hidden=False, emotional=False)


def _telling_trait(findings: Findings) -> Trait | None:
    return next((t for t in findings.apart.traits if telling(t) and (t.ratio.value or 0.0) >= _CLEAR), None)


def _judged(finding: Claim, *, hidden: bool, emotional: bool) -> Insight:
    firm = finding.strength in ("strong", "medium")
    checks = {"specific": firm, "hidden": hidden, "actionable": True, "emotional": emotional, "true": firm}
    return Insight(finding=finding, checks=checks, label="insight" if all(checks.values()) else "observation")


def _belief_now(setting: Setting) -> Claim | Gap:
    doubts = voices.doubts(setting.findings)
    if isinstance(doubts, Gap):
        return ask_customers("what they believe today", "doubt")
    return doubts[min(1, len(doubts) - 1)]


def _belief_after(setting: Setting) -> Claim | Gap:
    doubts = voices.doubts(setting.findings)
    if isinstance(doubts, Gap):
        return ask_customers("what would change their mind", "criteria")
    first = doubts[0]
    named = re.search(r"“([^”]+)”", first.text)
    what = f" on “{named[1]}”" if named else ""
    marks = " ".join(f"[{item.id}]" for item in first.evidence[:1])
    return Claim(
        text=f"They got an honest answer{what} before they had to ask {marks}.", evidence=first.evidence, proposal=True
    )


def _action(setting: Setting) -> Claim:
    action = setting.play.action
    return setting.findings.advise(action[:1].upper() + action[1:], setting.play.offer_question, setting.play.article)


def _proof(setting: Setting) -> Claims | Gap:
    loves = voices.loves(setting.findings)
    if not isinstance(loves, Gap):
        return loves
    repeat = setting.findings.repeat
    if known(repeat.lifetime) and (repeat.customers.value or 0) >= _STEADY:
        return (
            setting.findings.say.claim(
                "{rate} of customers have come back for more ({repeaters} of {all}).",
                rate=repeat.lifetime,
                repeaters=repeat.repeat_customers,
                all=repeat.customers,
            ),
        )
    return Gap(what="Proof.", who="customer service", how="Load reviews; quote none until then.")


def _products(setting: Setting) -> Claims | Gap:
    findings = setting.findings
    profile = findings.profile if setting.play.stage == "hot" else findings.everyone
    claims = [
        findings.say.propose(
            "Show {product}: it is in {share} of second orders.", product=Name(one.name), share=one.share
        )
        for one in (profile.next_products.products or findings.everyone.next_products.products)[:2]
    ]
    if setting.play.stage != "hot":
        claims = [
            findings.say.propose(
                "Start with {product}: {share} of customers began with it.",
                product=Name(one.name),
                share=one.in_group,
            )
            for one in findings.everyone.entry.products[:2]
        ]
    if claims:
        return tuple(claims)
    return Gap(what="Products to show.", who=SHOP_OWNER, how="Load an order export with line items.")


def _copy_blocks(setting: Setting) -> tuple[Copy, ...]:
    """The copy of the play, with product names of this shop where the data names them."""
    findings = setting.findings
    entry, following = findings.everyone.entry.products, findings.everyone.next_products.products
    names = {
        "{{ starter_product }}": entry[0].name if entry else None,
        "{{ related_product }}": following[0].name if following else None,
    }
    blocks = []
    for contact in setting.play.contacts:
        body = contact.copy.body
        for slot, name in names.items():
            if name is not None and not Name(name).risky():
                body = body.replace(slot, Name(name).shown(""))
        blocks.append(contact.copy.model_copy(update={"body": body}))
    return tuple(blocks)


def _measurement(setting: Setting) -> Claim:
    return setting.findings.say.claim(
        "On {day} load the new order export and compare orders per recipient with the hold-out, over the same "
        "{window}. "
        "Count every order of a recipient, not only those after a click: clicks are attributed, not caused.",
        day=setting.plan.deadline(),
        window=setting.plan.window(),
    )


def _rejected(setting: Setting) -> Claims:
    findings = setting.findings
    claims: list[Claim] = []
    if setting.baseline is not None:
        claims.append(
            findings.say.claim(
                "A code for everybody at once: {baseline} would have ordered in the window without it"
                + (", at most." if setting.new_a_month is not None else "."),
                baseline=setting.baseline,
            )
        )
    claims.append(
        findings.guided(
            "Writing to all contacts alike: the stages need different things, and customers are kept on a list of "
            "their own",
            "segment hot customers own list stages cold warm hot",
            "A10",
        )
    )
    return tuple(claims)
