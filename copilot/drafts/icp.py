"""The ideal customer profile: who is worth most, how they buy, what marks them, and what to do about it."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, model_validator

from copilot.data.quote import Quote
from copilot.drafts.model import Claim, Document, Estimate, Gap, Measure, Part, SegmentCard
from copilot.drafts.survey import Survey
from copilot.evidence.model import Statement

Claims = tuple[Claim, ...]


class Disqualifier(Part):
    """A kind of customer the profile is not, with what it costs."""

    name: str
    rule_text: str
    finding: Claim
    advice: Claim


class Driver(Part):
    """The rule, knowable at or before the first order, that best marks valuable customers; or that none is certain."""

    certain: bool
    finding: Claim
    details: Claims = ()
    look_for: Claim | None = Field(default=None, description="what to do with it when it is certain")

    @model_validator(mode="after")
    def _certain_is_computed(self) -> Self:
        if self.certain and self.finding.kind != "computed":
            raise ValueError("a driver is certain only on a computed finding")
        return self


class ICP(Document):
    """An ideal customer profile for an online shop (business to consumer)."""

    kind: Literal["icp"] = "icp"
    one_sentence: Claim
    segment: SegmentCard
    ideal_because: Claim
    driver: Driver
    value_per_customer: tuple[Measure, ...] = Field(min_length=1)
    expected_value: Estimate | Gap
    order_economics: tuple[Measure, ...] = Field(min_length=1)
    purchase_rhythm: Claims | Gap
    entry_products: Claims | Gap
    next_products: Claims | Gap
    discount_behaviour: Claims | Gap
    returns_behaviour: Claims = ()
    acquisition_channels: Claims | Gap
    geography: Claims = ()
    timing: Claims = ()
    traits: Claims = Field(default=(), description="what else is over-represented, tested and corrected")
    need_or_job: Claims | Gap
    trigger: Claims | Gap
    decision_criteria: Claims | Gap
    objections: Claims | Gap
    demographics: dict[str, Claim] = Field(default_factory=dict, description="stated or surveyed only")
    disqualifiers: tuple[Disqualifier, ...] | Claim | Gap
    journey: Claims = ()
    implications: Claims = Field(min_length=1)
    survey: Survey | None = None

    @model_validator(mode="after")
    def _demographics_are_stated(self) -> Self:
        check_stated(self.demographics)
        return self


def check_stated(demographics: dict[str, Claim]) -> None:
    """Raise ValueError unless every demographic claim rests on the customers' or the user's own words."""
    for name, claim in demographics.items():
        if not any(isinstance(item, (Quote, Statement)) for item in claim.evidence):
            raise ValueError(f"demographics.{name} needs a survey answer or the user's word")
