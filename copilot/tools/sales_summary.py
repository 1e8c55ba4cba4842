"""Tool: the sales ladder and the monthly trend."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.statistics.sales import SalesLadder, sales_ladder
from copilot.statistics.trend import MonthlyTrend, by_month
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class SalesArguments(Filtered):
    """What to show of it."""

    view: Literal["sales", "new_customers"] = Field(
        default="sales", description="sales: the ladder; new_customers: first orders month by month"
    )


class SalesAnswer(BaseModel):
    """Ladder and trend of the same scope."""

    model_config = ConfigDict(frozen=True)

    ladder: SalesLadder
    trend: MonthlyTrend


def _run(context: ToolContext, arguments: SalesArguments) -> Outcome:
    scope = scope_for(context, arguments)
    tables = context.tables()
    answer = SalesAnswer(ladder=sales_ladder(tables, scope), trend=by_month(tables, scope))
    result = context.ledger.record_result(answer)
    return Outcome(kind="sales", result=result, text=tell(result.ladder))


TOOL = Tool(
    name="sales_summary",
    description=(
        "How the shop is doing: gross sales, discounts, returns, net sales, orders, customers, average order value, "
        "the trend and new customers by month. Use for overview, revenue, 'how are we doing', new customers."
    ),
    arguments=SalesArguments,
    run=_run,
    title=lambda a: f"added up sales, order by order{a.words()}",
)
