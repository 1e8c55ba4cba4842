"""Tool: the most valuable customers, what share they bring, and what sets them apart."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from copilot.statistics.best import best_customers
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class BestCustomersArguments(Filtered):
    """Give `share` or `count`, not both."""

    share: float = Field(default=0.10, gt=0, le=0.5, description="top share of customers, 0.10 = top 10 %")
    count: int | None = Field(default=None, ge=1, le=100_000, description="top number of customers instead of a share")
    limit: int = Field(default=10, ge=1, le=200, description="rows of the ranked table")
    include: tuple[Literal["wholesale", "reseller", "staff", "test", "gift", "all"], ...] = Field(
        default=(),
        description="kinds of customers to rank too, if the user asks for them; else they are left out aloud",
    )
    by: str = Field(default="net_sales", description="rank by net_sales, demand_sales or gross_sales")


def _run(context: ToolContext, arguments: BestCustomersArguments) -> Outcome:
    scope = scope_for(context, arguments)
    if arguments.by in ("net_sales", "demand_sales", "gross_sales"):
        scope = scope.model_copy(update={"value": arguments.by})
    top = arguments.share if arguments.count is None else arguments.count
    found = best_customers(context.tables(), scope, top=top, limit=arguments.limit, include=arguments.include)
    result = context.ledger.record_result(found)
    return Outcome(kind="best_customers", result=result, text=tell(result))


TOOL = Tool(
    name="best_customers",
    description=(
        "The shop's most valuable customers by money spent (net of returns): how many, their share of sales, a ranked "
        "table, names that gross sales would get wrong, and which traits set them apart from the rest. Use for "
        "'who are my best customers', top N customers, VIPs, 80/20, concentration."
    ),
    arguments=BestCustomersArguments,
    run=_run,
    title=lambda a: f"ranked customers by {a.by.replace('_', ' ')} and compared the top with the rest{a.words()}",
)
