"""Tool: the customers of one segment, for the screen."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from copilot.statistics.listing import CustomerList, customer_list
from copilot.statistics.result import Figure
from copilot.statistics.rhythm import buying_rhythm
from copilot.statistics.segments import resolve_segment
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class ListCustomersArguments(Filtered):
    """Which segment, and how many rows."""

    segment: str = Field(
        description="segment in words: lapsed, at risk, one-time buyers, repeat customers, champions, hot_new, "
        "top 10 %, 'orders >= 3' ..."
    )
    limit: int = Field(default=20, ge=1, le=200)


class ListAnswer(BaseModel):
    """The customers, and the shop's own borders in days if the segment is defined by them."""

    model_config = ConfigDict(frozen=True)

    customers: CustomerList
    borders: tuple[Figure, ...] = ()


def _run(context: ToolContext, arguments: ListCustomersArguments) -> Outcome:
    scope = scope_for(context, arguments)
    tables = context.tables()
    rule = resolve_segment(tables, scope, arguments.segment)
    borders: tuple[Figure, ...] = ()
    if any(condition.field in ("activity", "substage") for condition in rule.conditions):
        borders = buying_rhythm(tables, scope).threshold_figures
    found = ListAnswer(customers=customer_list(tables, scope, rule, limit=arguments.limit), borders=borders)
    result = context.ledger.record_result(found)
    return Outcome(kind="customer_list", result=result, text=tell(result))


TOOL = Tool(
    name="list_customers",
    description=(
        "Size, sales and the customers of one segment (who is slipping away, lapsed customers, one-time buyers, "
        "discount buyers ...). The rows appear on the user's screen only."
    ),
    arguments=ListCustomersArguments,
    run=_run,
    title=lambda a: f"listed {a.segment}{a.words()}",
)
