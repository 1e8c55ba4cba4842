"""Ideal customer profiles and personas as markdown pages."""

from __future__ import annotations

from copilot.drafts.export.footnotes import disarm
from copilot.drafts.export.page import Page
from copilot.drafts.icp import ICP
from copilot.drafts.model import Claim, Gap
from copilot.drafts.persona import Persona

_TYPES = {
    "core": "core: carries the business today",
    "growth": "growth: worth developing",
    "negative": "negative: costs more than it brings, keep spending away",
}


def icp_page(icp: ICP) -> str:
    """The profile in the order a marketer uses it: who, why, what marks them, how they buy, what to do."""
    page = Page(icp)
    page.head("Who is worth most")
    page.add(f"**In one sentence.** {page.claim(icp.one_sentence)}")
    page.heading("Who they are")
    page.segment(icp.segment)
    page.line("Why they are the ideal", icp.ideal_because)
    page.heading("What marks them from the start")
    page.add(page.claim(icp.driver.finding))
    page.items(icp.driver.details)
    if icp.driver.look_for is not None:
        page.line("Use it", icp.driver.look_for)
    page.section("What else sets them apart", icp.traits, level=3)
    page.heading("What they are worth")
    page.measures(icp.value_per_customer)
    if isinstance(icp.expected_value, Gap):
        page.line("Coming year", icp.expected_value)
    else:
        page.add(f"**Coming year.** {page.estimate(icp.expected_value)} {disarm(icp.expected_value.label)}.")
    page.heading("How they buy")
    page.measures(icp.order_economics)
    for title, items in (
        ("Rhythm", icp.purchase_rhythm),
        ("First purchase", icp.entry_products),
        ("What they buy next", icp.next_products),
        ("Discounts", icp.discount_behaviour),
        ("Returns", icp.returns_behaviour),
        ("Where they come from", icp.acquisition_channels),
        ("Where they live", icp.geography),
        ("When they order", icp.timing),
    ):
        page.section(title, items, level=3)
    page.heading("Why they buy, in their own words")
    page.voices(
        (
            ("Need or job", icp.need_or_job),
            ("What makes them buy now", icp.trigger),
            ("What they praise and decide by", icp.decision_criteria),
            ("What holds them back", icp.objections),
        ),
        icp.survey,
    )
    if icp.demographics:
        page.section("Stated about themselves", tuple(icp.demographics.values()), level=3)
    _disqualifiers(page, icp)
    page.section("Where they stand in the journey", icp.journey)
    page.section("What to do with this", icp.implications)
    page.foot()
    return page.render()


def _disqualifiers(page: Page, icp: ICP) -> None:
    page.heading("Who is not the ideal customer")
    if isinstance(icp.disqualifiers, (Gap, Claim)):
        page.add(page.gap(icp.disqualifiers) if isinstance(icp.disqualifiers, Gap) else page.claim(icp.disqualifiers))
        return
    for one in icp.disqualifiers:
        page.add(
            f"- **{page.notes.text(one.name)}** ({page.notes.text(one.rule_text)}). {page.claim(one.finding)} "
            f"{page.claim(one.advice)}"
        )


def persona_page(persona: Persona) -> str:
    """The persona on one page, then its receipts."""
    page = Page(persona)
    page.head(_TYPES[persona.persona_type].capitalize())
    page.add(f"**In short.** {page.claim(persona.summary)}")
    if persona.nickname is not None:
        page.line("Nickname (yours)", persona.nickname)
    if persona.core_driver_quote is not None:
        page.add(f"> {page.claim(persona.core_driver_quote)}")
    page.heading("Who they are")
    page.segment(persona.segment)
    page.measures(persona.measures)
    verdict = {"pass": "Distinct enough", "weak": "Barely distinct", "fail": "Not distinct"}[
        persona.distinctness.verdict
    ]
    page.add(f"**{verdict}.** {page.claim(persona.distinctness.finding)} {persona.distinctness.advice}")
    page.section("How they buy", persona.buying_behaviour)
    page.section("What they buy", persona.products_bought, level=3)
    page.section("What they buy next", persona.next_best_products, level=3)
    page.section("How they find you", persona.channels_discovery, level=3)
    page.section("How to reach them", persona.channels_contact, level=3)
    page.heading("What they want and what bothers them")
    objections = persona.objections if isinstance(persona.objections, Gap) else None
    vocabulary = persona.vocabulary if isinstance(persona.vocabulary, Gap) else None
    _objections(page, persona)
    _vocabulary(page, persona)
    page.voices(
        (
            ("Goals and jobs", persona.goals_jobs),
            ("Frustrations", persona.frustrations),
            ("What they love", persona.motivations),
            ("What makes them buy now", persona.buying_triggers),
            ("Objections", objections),
            ("Their words", vocabulary),
        ),
        persona.survey,
    )
    if persona.demographics:
        page.section("Stated about themselves", tuple(persona.demographics.values()), level=3)
    page.heading("What to say")
    page.line("Promise", persona.message.promise)
    page.line("Proof", persona.message.proof)
    page.line("Tone", persona.message.tone)
    page.line("Line", persona.message.line)
    page.section("Do", persona.do, level=3)
    page.section("Do not", persona.dont, level=3)
    page.heading("Value and risk")
    if isinstance(persona.risk_and_value, Gap):
        page.add(page.gap(persona.risk_and_value))
    else:
        page.add("\n".join(f"- {one.label}: {page.estimate(one)}" for one in persona.risk_and_value))
    page.section("Where they stand in the journey", persona.journey, level=3)
    page.heading("What this data cannot say")
    page.items_text(persona.cannot_say)
    page.foot()
    return page.render()


def _objections(page: Page, persona: Persona) -> None:
    if isinstance(persona.objections, Gap):
        return
    page.heading("Objections and answers", 3)
    rows = []
    for one in persona.objections:
        answer = page.gap(one.answer) if isinstance(one.answer, Gap) else page.claim(one.answer)
        rows.append(f"- {page.claim(one.objection)}  \n  *Answer:* {answer}")
    page.add("\n".join(rows))


def _vocabulary(page: Page, persona: Persona) -> None:
    if isinstance(persona.vocabulary, Gap):
        return
    page.heading("Their words", 3)
    page.add("\n".join(f"- **{page.notes.text(one.phrase)}**: {page.claim(one.claim)}" for one in persona.vocabulary))
