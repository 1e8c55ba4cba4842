"""Tool: what customers are expected to buy and be worth, with its back-test, or why that cannot be said."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.statistics.clv.answer import PredictedValue
from copilot.statistics.contribution import Contribution, contribution, known_margin
from copilot.statistics.lifetime.ltv import LifetimeValue, lifetime_value
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Period
from copilot.statistics.scope import Scope
from copilot.statistics.segments import Condition, SegmentRule, resolve_segment
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell

Focus = Literal["value", "orders", "active", "returning", "ranking", "quality"]


class PredictionArguments(Filtered):
    """`focus` is what the answer begins with; all of it is computed. A `period` picks the customers whose first order
    lies in it; their whole history counts."""

    horizon_days: int | None = Field(
        default=None, ge=7, le=3650, description="days ahead, 365 if empty; cut to the history and to a year"
    )
    segment: str | None = Field(default=None, description="a group in words, e.g. champions; empty = all customers")
    focus: Focus = Field(
        default="value",
        description="value: money; orders: purchases; active: who is still a customer; returning: who buys again; "
        "ranking: which customers come first; "
        "quality: how good the prediction was on the shop's own history",
    )
    margin: float | None = Field(
        default=None, gt=0, le=1, description="the shop's margin as a share of sales, only if the user stated it"
    )


class PredictionAnswer(BaseModel):
    """The prediction and, where it was refused, what customers were worth so far."""

    model_config = ConfigDict(frozen=True)

    focus: Focus
    predicted: PredictedValue
    lifetime: LifetimeValue | None = None
    contribution: Contribution | None = None  # predicted value x margin, where a margin is known


def _run(context: ToolContext, arguments: PredictionArguments) -> Outcome:
    from copilot.statistics.clv.predict import predicted_value  # late: SciPy costs start-up time

    scope = scope_for(context, arguments)
    tables = context.tables()
    rule = resolve_segment(tables, scope.ever(), arguments.segment) if arguments.segment else None
    if scope.period is not None:
        rule = _won_in(scope.period, rule)
        scope = scope.model_copy(update={"period": None})
    predicted = predicted_value(tables, scope, arguments.horizon_days or 365, rule)
    so_far = lifetime_value(tables, scope) if predicted.prediction is None else None
    answer = PredictionAnswer(
        focus=arguments.focus,
        predicted=predicted,
        lifetime=so_far,
        contribution=_contribution(context, scope, predicted, arguments),
    )
    result = context.ledger.record_result(answer)
    return Outcome(kind="prediction", result=result, text=tell(result))


def _contribution(
    context: ToolContext, scope: Scope, predicted: PredictedValue, arguments: PredictionArguments
) -> Contribution | None:
    """The predicted value of those asked about x the margin stated, of the product costs, or set for the shop."""
    if predicted.prediction is None:
        return None
    tables = context.tables()
    margin = known_margin(tables, scope, arguments.margin, context.margin)
    totals = predicted.prediction.group or predicted.prediction.everybody
    asked = {"horizon_days": arguments.horizon_days or 365, "segment": arguments.segment, "margin": arguments.margin}
    receipts = Receipts(tables, scope.ever(), "predicted_value", asked)
    return contribution(
        receipts, ("clv_contribution", "clv_contribution_each"), margin, totals.value, totals.value_each
    )


def _won_in(period: Period, rule: SegmentRule | None) -> SegmentRule:
    """The customers of a rule whose first order lies in the period."""
    within = (
        Condition(field="first_at", op="ge", value=period.start),
        Condition(field="first_at", op="le", value=period.end),
    )
    if rule is None:
        return SegmentRule(name="customers won in that time", conditions=within)
    return SegmentRule(name=f"{rule.name}, won in that time", conditions=(*rule.conditions, *within))


TOOL = Tool(
    name="predicted_value",
    description=(
        "Predicted customer lifetime value: expected purchases and value of customers in the coming days with "
        "intervals, probability of still being active, who is likely to buy again, by tenth and RFM group, with a "
        "back-test on the shop's own history. Refuses with reasons where the data do not carry it. Use for 'predicted "
        "CLV', 'what will a customer be worth', 'expected orders next year', 'who will buy again'. Trust groups, not "
        "single customers. It is no forecast of the shop's sales: new customers are not in it."
    ),
    arguments=PredictionArguments,
    run=_run,
    title=lambda a: f"predicted customers' purchases and value{a.words()}",
)
