"""Campaign briefs: the twelve points of a good brief, and honesty where the audience cannot be counted."""

from collections.abc import Callable

import pytest
from pydantic import ValidationError

from copilot.drafts.brief import CampaignBrief, Copy
from copilot.drafts.compose_brief import compose_brief, compose_ideas
from copilot.drafts.context import DraftContext
from copilot.drafts.export import to_markdown
from copilot.drafts.model import Claim, Estimate, Gap
from copilot.drafts.plays import choose_play
from copilot.statistics.result import Figure

Check = Callable[[CampaignBrief], bool]


def _figures(claim: Claim) -> list[Figure]:
    return [item for item in claim.evidence if isinstance(item, Figure)]


RUBRIC: dict[str, Check] = {
    "one objective with number and date": lambda b: (
        isinstance(b.objective.target, Estimate)
        and b.objective.by >= b.timing.start
        and any(f.day == b.objective.by for f in _figures(b.objective.sentence))
    ),
    "single audience with size": lambda b: (
        not isinstance(b.audience.segment, Gap) and (b.audience.segment.customers.value or 0) > 0
    ),
    "insight with evidence": lambda b: b.insight.finding.kind in ("computed", "quoted"),
    "one message": lambda b: b.single_message.text.count(".") <= 2,
    "proof": lambda b: not isinstance(b.reasons_to_believe, Gap) and len(b.reasons_to_believe) > 0,
    "offer": lambda b: b.offer.what.proposal and isinstance(b.offer.would_buy_anyway, Estimate),
    "channels with reason": lambda b: len(b.channels) > 1 and all(c.role.evidence for c in b.channels),
    "budget": lambda b: isinstance(b.budget, (Claim, Gap)),
    "kpi with baseline and target": lambda b: (
        isinstance(b.kpi_primary.baseline, Estimate)
        and isinstance(b.kpi_primary.target, Estimate)
        and (b.kpi_primary.target.value or 0) > (b.kpi_primary.baseline.value or 1)
    ),
    "guard-rail": lambda b: any(isinstance(kpi.baseline, Estimate) for kpi in b.guardrails),
    "test plan with sample size": lambda b: (
        isinstance(b.test_plan.per_arm, Estimate) and isinstance(b.holdout.people, Estimate)
    ),
    "risks": lambda b: len(b.risks) > 2,
}


@pytest.mark.parametrize("stage", ["warm", "hot"])
@pytest.mark.parametrize("point", RUBRIC)
def test_rubric(briefs: dict[str, CampaignBrief], stage: str, point: str) -> None:
    assert RUBRIC[point](briefs[stage])


@pytest.mark.parametrize("goal", ["win back the lapsed", "early access for the best"])
def test_rubric_for_other_goals(context: DraftContext, goal: str) -> None:
    brief = compose_brief(context, "hot", goal)
    assert [point for point, holds in RUBRIC.items() if not holds(brief)] == []


def test_the_numbers_of_the_plan_agree(briefs: dict[str, CampaignBrief]) -> None:
    brief = briefs["hot"]
    assert isinstance(brief.audience.reachable, Estimate)
    assert isinstance(brief.holdout.people, Estimate)
    assert isinstance(brief.objective.target, Estimate)
    assert isinstance(brief.kpi_primary.target, Estimate)
    reachable, held = brief.audience.reachable.value or 0, brief.holdout.people.value or 0
    assert held == pytest.approx(0.1 * reachable, abs=1)
    aimed = (reachable - held) * (brief.kpi_primary.target.value or 0)
    assert brief.objective.target.value == pytest.approx(aimed, abs=1)


def test_contacts_are_timed_by_the_shops_own_rhythm(briefs: dict[str, CampaignBrief]) -> None:
    clocks = [_figures(touchpoint.when)[0].value or 0 for touchpoint in briefs["hot"].touchpoints]
    assert clocks == sorted(clocks)
    assert all(0 < clock < 365 for clock in clocks)


@pytest.mark.parametrize("stage", ["warm", "cold"])
def test_orders_alone_cannot_size_prospects_and_say_which_export_would(orders_only: DraftContext, stage: str) -> None:
    brief = compose_brief(orders_only, stage)
    assert not brief.can_be_sized
    assert isinstance(brief.audience.segment, Gap)
    notice = brief.notices[0].text
    assert f"Cannot size the {stage} stage from orders alone" in notice
    assert "Shopify > Customers > Export" in notice
    assert "Klaviyo > Lists & segments > Export" in notice
    assert "one-time buyers" in notice
    nearest = next(figure for figure in _figures(brief.notices[0]) if figure.unit == "count")
    assert (nearest.value or 0) > 0
    assert isinstance(brief.objective.target, Gap)
    assert isinstance(brief.forecast, Gap)
    assert brief.open_questions
    assert "Cannot size" in to_markdown(brief)


def test_a_sized_brief_may_not_hide_its_segment(briefs: dict[str, CampaignBrief]) -> None:
    with pytest.raises(ValidationError, match="segment"):
        CampaignBrief.model_validate({**briefs["hot"].model_dump(), "can_be_sized": False})


def test_tools_follow_the_platform(briefs: dict[str, CampaignBrief]) -> None:
    assert "Klaviyo" in briefs["hot"].channels[0].set_up.text


def test_copy_with_figures_or_long_subjects_is_refused() -> None:
    good = {"touchpoint": 1, "subjects": ("a", "b", "c"), "preheader": "p", "headline": "h", "body": "b",
            "call_to_action": "c"}  # fmt: skip
    Copy.model_validate(good)
    with pytest.raises(ValidationError, match="figures"):
        Copy.model_validate({**good, "body": "20 % off today"})
    with pytest.raises(ValidationError, match="characters"):
        Copy.model_validate({**good, "subjects": ("a" * 51, "b", "c")})


@pytest.mark.parametrize(
    ("stage", "needed"),
    [
        ("cold", ("series", "blog", "video", "lead magnet")),
        ("warm", ("discount", "reward", "low-ticket", "retargeting")),
        ("hot", ("list of their own", "new arrivals", "related", "cross-sell", "early access", "rhythm", "win-back")),
    ],
)
def test_each_stage_has_the_guides_ideas(context: DraftContext, stage: str, needed: tuple[str, ...]) -> None:
    ideas = compose_ideas(context, stage)
    names = " ".join(idea.name for idea in ideas.ideas).lower()
    assert [word for word in needed if word not in names] == []
    assert all(idea.why.evidence and idea.needs for idea in ideas.ideas)


@pytest.mark.parametrize(
    ("goal", "name"),
    [("win back lapsed customers", "win-back"), ("VIP early access", "early access for the best customers"),
     ("second "
     "order", "second purchase"), (None, "second purchase"), ("customers at risk", "reminder before they lapse")],
)  # fmt: skip
def test_goals_choose_the_play(goal: str | None, name: str) -> None:
    assert choose_play("hot", goal, None).name == name
