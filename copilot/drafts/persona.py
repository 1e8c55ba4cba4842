"""The buyer persona: a behavioural portrait of a group, in which every line is measured, quoted, stated or marked."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from copilot.data.quote import Quote
from copilot.drafts.icp import Claims, check_stated
from copilot.drafts.lint import person_name
from copilot.drafts.model import Claim, Document, Estimate, Gap, Measure, Part, SegmentCard
from copilot.drafts.survey import Survey
from copilot.evidence.model import Statement

_SUMMARY_WORDS = 80


class Distinctness(Part):
    """Whether the group differs enough from everyone else to be worth a persona of its own."""

    verdict: Literal["pass", "weak", "fail"]
    finding: Claim
    advice: str


class Objection(Part):
    """A doubt in customers' words and the answer, which names its proof."""

    objection: Claim
    answer: Claim | Gap


class Phrase(Part):
    """Words customers use, as evidence for copy."""

    phrase: str
    claim: Claim


class MessageProposal(Part):
    """What to say to this group: a proposal, resting on the findings it names."""

    promise: Claim
    proof: Claim | Gap
    tone: Claim | Gap
    line: Claim


class Persona(Document):
    """A buyer persona; its name is a behavioural label, never an invented person."""

    kind: Literal["persona"] = "persona"
    name: str
    nickname: Claim | None = Field(default=None, description="only if the user gave one")
    persona_type: Literal["core", "growth", "negative"]
    segment: SegmentCard
    measures: tuple[Measure, ...] = Field(min_length=1)
    distinctness: Distinctness
    summary: Claim
    core_driver_quote: Claim | None = None
    goals_jobs: Claims | Gap
    frustrations: Claims | Gap
    motivations: Claims | Gap
    buying_triggers: Claims | Gap
    objections: tuple[Objection, ...] | Gap
    buying_behaviour: Claims = Field(min_length=1)
    products_bought: Claims | Gap
    next_best_products: Claims | Gap
    channels_discovery: Claims | Gap
    channels_contact: Claims | Gap
    vocabulary: tuple[Phrase, ...] | Gap
    journey: Claims = ()
    message: MessageProposal
    do: Claims = Field(min_length=1)
    dont: Claims = Field(min_length=1)
    risk_and_value: tuple[Estimate, ...] | Gap
    demographics: dict[str, Claim] = Field(default_factory=dict, description="stated or surveyed only")
    cannot_say: tuple[str, ...] = Field(min_length=1)
    survey: Survey | None = None

    @model_validator(mode="after")
    def _rules(self) -> Self:
        if problem := person_name(self.name, f"{self.segment.name} {self.segment.rule_text}"):
            raise ValueError(f"{problem}; use a behavioural label")
        if self.nickname is not None and not any(isinstance(i, Statement) for i in self.nickname.evidence):
            raise ValueError("a nickname comes from the user only")
        if len(self.summary.text.split()) > _SUMMARY_WORDS:
            raise ValueError(f"the summary has more than {_SUMMARY_WORDS} words")
        for name in ("goals_jobs", "frustrations", "motivations", "buying_triggers"):
            _check_words(name, getattr(self, name))
        check_stated(self.demographics)
        return self


def _check_words(field: str, claims: Claims | Gap) -> None:
    """Pain points and motivations come from customers' own words (or the user's), or are marked assumptions."""
    if isinstance(claims, Gap):
        return
    for claim in claims:
        if claim.kind != "assumption" and not any(isinstance(i, (Quote, Statement)) for i in claim.evidence):
            raise ValueError(f"{field}: needs customers' own words, the user's word, or an assumption with its test")
