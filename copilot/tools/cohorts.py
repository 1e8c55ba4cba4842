"""Tool: cohorts by month or attribute of the first order, followed month by month."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from copilot.statistics.lifetime.cohorts import cohorts
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class CohortArguments(Filtered):
    """What to follow, by what, and how far."""

    by: Literal[
        "month", "first_channel", "first_source", "first_category", "first_product", "first_device", "first_discounted",
        "country",
    ] = Field(default="month", description="rows: month of the first order, or an attribute of it")  # fmt: skip
    measure: Literal["retention", "repurchase", "repeat_orders", "backfilled", "value"] = Field(
        default="retention",
        description="retention: ordered in month k; repurchase: two or more orders by month k; repeat_orders: repeat "
        "orders per customer; value: cumulative value per customer; backfilled: ordered in month k or later",
    )
    months: int = Field(default=12, ge=1, le=36, description="how many months after the first order to show")


def _run(context: ToolContext, arguments: CohortArguments) -> Outcome:
    scope = scope_for(context, arguments, amounts=arguments.measure == "value")
    found = cohorts(context.tables(), scope, arguments.by, arguments.measure, arguments.months)
    result = context.ledger.record_result(found)
    return Outcome(kind="cohorts", result=result, text=tell(result))


TOOL = Tool(
    name="cohorts",
    description=(
        "Cohorts of customers by month of first order (or its source, channel, category, product, country): retention, "
        "repurchase, repeat orders or cumulative value per customer, month by month, and whether newer cohorts do "
        "better. Cells that have not ended are empty. Use for cohort tables, retention over time, retention by cohort."
    ),
    arguments=CohortArguments,
    run=_run,
    title=lambda a: f"followed cohorts by {a.by.replace('_', ' ')}{a.words()}",
)
