"""Tool: how many people a test needs, what a list of a given size can prove, how large a hold-out should be."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import CannotAnswer
from copilot.evidence.model import Statement
from copilot.statistics.arithmetic import (
    HoldoutSizes,
    ProvableLift,
    SampleSize,
    holdout_sizes,
    minimum_detectable_effect,
    sample_size,
)
from copilot.statistics.opportunity import expected_orders
from copilot.statistics.result import Figure
from copilot.statistics.segments import SegmentRule
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.telling import tell

WINDOW = 30


class PlanArguments(Arguments):
    """Rates are fractions: 3 % is 0.03, a lift of 20 % is 0.2."""

    baseline: float | None = Field(
        default=None, gt=0, lt=1, description="response rate without the change; empty = the shop's own order rate"
    )
    lift: float | None = Field(default=None, gt=-1, le=20, description="relative lift to be shown, e.g. 0.2 for +20 %")
    people: int | None = Field(default=None, ge=2, description="people on the list, in all")
    view: Literal["ab_test", "hold_out"] = Field(default="ab_test", description="ab_test or hold_out")


class PlanAnswer(BaseModel):
    """What was asked for: `size` for a lift, `provable` and `holdouts` for a number of people."""

    model_config = ConfigDict(frozen=True)

    view: str
    baseline: float
    own_rate: Figure | None = Field(default=None, description="the shop's own rate, where none was stated")
    stated: Statement | None = None
    size: SampleSize | None = None
    provable: ProvableLift | None = None
    holdouts: HoldoutSizes | None = None


def _run(context: ToolContext, arguments: PlanArguments) -> Outcome:
    own = None if arguments.baseline is not None else _own_rate(context)
    baseline = arguments.baseline if arguments.baseline is not None else own.value if own else None
    if baseline is None or not 0 < baseline < 1:
        raise CannotAnswer(
            "A test is planned from the rate without the change, and I do not know it.",
            "Say it with the lift you hope for: a baseline of so much and a lift of so much.",
            code="no_baseline",
        )
    people = arguments.people
    if people is None and arguments.lift is None:
        raise CannotAnswer(
            "I need either the lift you want to show or the number of people you have.",
            "Say how many people you have, or which lift you hope to show over which baseline.",
            code="no_lift",
        )
    half = people // 2 if people else 0
    target = None if arguments.lift is None else baseline * (1 + arguments.lift)
    answer = PlanAnswer(
        view=arguments.view,
        baseline=baseline,
        own_rate=own,
        stated=_stated(arguments),
        size=sample_size(baseline, arguments.lift) if arguments.lift is not None else None,
        provable=minimum_detectable_effect(half, half, baseline) if half else None,
        holdouts=holdout_sizes(people, baseline, target if target and target > baseline else None) if people else None,
    )
    result = context.ledger.record_result(answer)
    return Outcome(kind="test_plan", result=result, text=tell(result))


def _own_rate(context: ToolContext) -> Figure | None:
    """The share of customers who order within 30 days without any campaign, from the shop's own waits."""
    tables = context.tables()
    if tables.facts.last_order is None:
        return None
    return expected_orders(tables, context.scope, SegmentRule(name="all customers"), WINDOW).share


def _stated(arguments: PlanArguments) -> Statement | None:
    said = []
    if arguments.baseline is not None:
        said.append(f"baseline {100 * arguments.baseline:.6g} %")
    if arguments.lift is not None:
        said.append(f"lift {100 * arguments.lift:.6g} %")
    if arguments.people is not None:
        said.append(f"{arguments.people:,} people")
    return Statement(text=", ".join(said)) if said else None


TOOL = Tool(
    name="test_plan",
    description=(
        "Plans a test: people per arm for a lift over a baseline (two-sided 5 %, power 80 %), the smallest lift a list "
        "can show, hold-out sizes. Give baseline, lift and people as the user states them; without a baseline the "
        "shop's own order rate in 30 days is used."
    ),
    arguments=PlanArguments,
    run=_run,
    title=lambda a: "sized a hold-out" if a.view == "hold_out" else "sized a test",
)
