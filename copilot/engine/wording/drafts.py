"""Wording of answers that come with a document: the draft's core in a few sentences, and idea sets."""

from __future__ import annotations

from typing import Any

from copilot.drafts.brief import CampaignBrief
from copilot.drafts.icp import ICP
from copilot.drafts.model import Claim, Document, Gap
from copilot.drafts.persona import Persona
from copilot.engine.wording.saying import Answered, bullets
from copilot.tools.campaign_ideas import IdeasAnswer
from copilot.tools.make_draft import DraftAnswer

_SHOWN = 3


def draft(answered: Answered) -> list[str]:
    """What the draft says in short; the document itself is the card beside."""
    document = DraftAnswer.model_validate(answered.content).draft
    if isinstance(document, ICP):
        lines = _icp(document)
    elif isinstance(document, Persona):
        lines = _persona(document)
    else:
        lines = _brief(document)
    return [*lines, _rests_on(document)]


def _icp(icp: ICP) -> list[str]:
    lines = [
        f"**{icp.title}.** {icp.one_sentence.text}",
        *(notice.text for notice in icp.notices),
        icp.ideal_because.text,
    ]
    lines.append(icp.driver.finding.text)
    shown = [*_claims(icp.entry_products)[:1], *_claims(icp.purchase_rhythm)[:1], *icp.traits[:2]]
    if shown:
        lines.append(bullets(claim.text for claim in shown))
    return lines


def _persona(persona: Persona) -> list[str]:
    lines = [f"**{persona.title}.** {persona.summary.text}", *(notice.text for notice in persona.notices)]
    lines.append(bullets(claim.text for claim in persona.buying_behaviour[:_SHOWN]))
    if persona.core_driver_quote is not None:
        lines.append(persona.core_driver_quote.text)
    pains = _claims(persona.frustrations)
    if pains:
        lines.append(pains[0].text)
    elif isinstance(persona.frustrations, Gap):
        lines.append(f"{persona.frustrations.what} {persona.frustrations.how}")
    lines.append(persona.distinctness.finding.text)
    return lines


def _brief(brief: CampaignBrief) -> list[str]:
    lines = [f"**{brief.title}.** {brief.objective.sentence.text}", *(notice.text for notice in brief.notices)]
    lines.append(brief.insight.finding.text)
    shown = [brief.offer.what, *[step.when for step in brief.touchpoints[:_SHOWN]]]
    lines.append(bullets(claim.text for claim in shown))
    lines.append(brief.test_plan.verdict.text)
    return lines


def _claims(value: Any) -> tuple[Claim, ...]:
    return value if isinstance(value, tuple) else ()


def _rests_on(document: Document) -> str:
    card = document.evidence_card
    kinds = [kind for kind in ("computed", "quoted", "guide", "stated", "assumption") if card.by_kind.get(kind)]
    words = {"assumption": "marked as assumption with the cheapest test", "guide": "from the guide"}
    said = ", ".join(words.get(kind, kind) for kind in kinds)
    gaps = " What nobody knows yet is left open and names who can fill it." if document.open_questions else ""
    return f"*Every claim carries its evidence: {said}.*{gaps} Open the card to read, export or approve it."


def ideas(answered: Answered) -> list[str]:
    """Ideas by stage, each with why it fits here and what it needs."""
    result = IdeasAnswer.model_validate(answered.content)
    lines: list[str] = []
    for group in result.sets:
        lines.append(f"### {group.stage.capitalize()}")
        lines.append(group.principle.text)
        lines.append(bullets(f"**{idea.name}**: {idea.why.text} Needs: {idea.needs}" for idea in group.ideas))
    return lines
