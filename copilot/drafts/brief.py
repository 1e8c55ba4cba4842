"""The campaign brief: one audience, one objective, one message, an offer with its cost, and how it will be judged."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal, Self

from pydantic import Field, model_validator

from copilot.drafts.campaign_ideas import IdeaSet
from copilot.drafts.icp import Claims
from copilot.drafts.model import Claim, Document, Estimate, Gap, Kpi, Part, SegmentCard
from copilot.drafts.survey import Survey

Stage = Literal["cold", "warm", "hot"]
CampaignType = Literal[
    "education",
    "lead_capture",
    "welcome",
    "first_purchase",
    "abandonment",
    "second_purchase",
    "cross_sell",
    "new_arrivals",
    "replenishment",
    "vip",
    "winback",
]
_SUBJECT_LENGTH = 50
_PREHEADER_LENGTH = 90
_INSIGHT_CHECKS = ("specific", "hidden", "actionable", "emotional", "true")


class Objective(Part):
    """One number, one date, one metric."""

    sentence: Claim
    target: Estimate | Gap
    by: date


class Audience(Part):
    """Who enters, who may be reached, who stays out, and when somebody leaves."""

    segment: SegmentCard | Gap
    reachable: Estimate | Gap
    exclusions: Claims = Field(min_length=1)
    exit_criteria: Claims = Field(min_length=1)


class Insight(Part):
    """The finding the campaign stands on; it is called an insight only if all checks hold, else an observation."""

    finding: Claim
    checks: dict[str, bool]
    label: Literal["insight", "observation"]

    @model_validator(mode="after")
    def _label_follows_checks(self) -> Self:
        if set(self.checks) != set(_INSIGHT_CHECKS):
            raise ValueError(f"an insight is checked for {', '.join(_INSIGHT_CHECKS)}")
        if (self.label == "insight") != all(self.checks.values()):
            raise ValueError("only a finding that passes every check is an insight")
        return self


class Offer(Part):
    """What is offered, under which conditions, what it costs and whom it would give money away to."""

    kind: Literal["none", "access", "service", "bundle", "gift", "discount", "content"]
    what: Claim
    conditions: Claim | Gap | None = None
    value: Claim | Gap | None = None
    cost_per_order: Estimate | Claim | Gap
    would_buy_anyway: Estimate | Gap
    break_even: Claim | Gap | None = None


class ChannelUse(Part):
    """One channel with its job, the reason for it, and where it is set up."""

    channel: str
    role: Claim
    reach: Estimate | Gap
    set_up: Claim


class Touchpoint(Part):
    """One contact: when, why then, and what it is for."""

    order: int = Field(ge=1)
    channel: str
    when: Claim
    job: str
    call_to_action: str


class Copy(Part):
    """Copy for one touchpoint. It carries no figures; placeholders are filled in before sending."""

    touchpoint: int = Field(ge=1)
    subjects: tuple[str, str, str]
    preheader: str
    headline: str
    body: str
    call_to_action: str

    @model_validator(mode="after")
    def _lengths(self) -> Self:
        if too_long := [text for text in self.subjects if len(text) > _SUBJECT_LENGTH]:
            raise ValueError(f"subject over {_SUBJECT_LENGTH} characters: {too_long[0]}")
        if len(self.preheader) > _PREHEADER_LENGTH:
            raise ValueError(f"preheader over {_PREHEADER_LENGTH} characters")
        for text in (*self.subjects, self.preheader, self.headline, self.body, self.call_to_action):
            if re.search(r"\d", re.sub(r"“[^”]*”|\{\{[^}]*\}\}", "", text)):
                raise ValueError(f"copy carries no figures: {text!r}")
        return self


class Timing(Part):
    """When it runs and is sent."""

    start: date
    end: date
    send_window: Claim | Gap
    reason: Claim


class TestPlan(Part):
    """One variable, and what the test can and cannot show at this size."""

    variable: str
    variants: tuple[str, str]
    per_arm: Estimate | Gap
    detectable: Estimate | Gap
    verdict: Claim
    duration: Claim | Gap


class HoldOut(Part):
    """The random group that gets nothing, so that the effect can be told from what would have happened anyway."""

    share: Claim
    people: Estimate | Gap
    seed: int
    verdict: Claim


class Risk(Part):
    """What can go wrong and what is done about it."""

    risk: Claim
    mitigation: str


class CampaignBrief(Document):
    """A campaign brief for one stage of the journey."""

    kind: Literal["brief"] = "brief"
    campaign_type: CampaignType
    stage: Stage
    sub_stage: str
    can_be_sized: bool = Field(description="False where the data holds no such people; the segment is then a gap")
    why_now: Claims = Field(min_length=1)
    objective: Objective
    hypothesis: Claim
    audience: Audience
    insight: Insight
    belief_now: Claim | Gap
    belief_after: Claim | Gap
    desired_action: Claim
    single_message: Claim
    reasons_to_believe: Claims | Gap
    offer: Offer
    products: Claims | Gap
    channels: tuple[ChannelUse, ...] = Field(min_length=1)
    touchpoints: tuple[Touchpoint, ...] = Field(min_length=1)
    copy_blocks: tuple[Copy, ...] = Field(min_length=1)
    timing: Timing
    budget: Claim | Gap
    kpi_primary: Kpi
    kpi_secondary: tuple[Kpi, ...] = ()
    guardrails: tuple[Kpi, ...] = Field(min_length=1)
    forecast: Estimate | Gap
    test_plan: TestPlan
    holdout: HoldOut
    measurement: Claim
    risks: tuple[Risk, ...] = Field(min_length=1)
    compliance: Claims = Field(min_length=1)
    alternatives_rejected: Claims = ()
    ideas: IdeaSet
    survey: Survey | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.can_be_sized == isinstance(self.audience.segment, Gap):
            raise ValueError("a brief that can be sized names its segment; one that cannot says so")
        if self.timing.end < self.timing.start or self.objective.by < self.timing.start:
            raise ValueError("the dates of the brief are not in order")
        known = {touchpoint.order for touchpoint in self.touchpoints}
        if len(known) != len(self.touchpoints) or {block.touchpoint for block in self.copy_blocks} - known:
            raise ValueError("copy must belong to a touchpoint, and touchpoints are numbered once each")
        return self
