"""Tool: measured value per customer within so many days of the first order."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from copilot.statistics.contribution import contribution, known_margin
from copilot.statistics.lifetime.days import AGES, whole_history
from copilot.statistics.lifetime.ltv import lifetime_value
from copilot.statistics.receipt import Receipts
from copilot.statistics.scope import Value
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class LifetimeValueArguments(Filtered):
    """By what, of what, and after how many days."""

    by: Literal[
        "month", "first_source", "first_channel", "first_category", "first_product", "first_device", "first_discounted",
        "country", "region",
    ] | None = Field(default=None, description="split by month of the first order or an attribute of it")  # fmt: skip
    days: int | None = Field(default=None, ge=1, le=3650, description="one more age in days, beside 0 to 365")
    basis: Value = Field(default="net_sales", description="net_sales, demand_sales or gross_sales")
    margin: float | None = Field(
        default=None, gt=0, le=1, description="the shop's margin as a share, only if the user stated it"
    )


def _run(context: ToolContext, arguments: LifetimeValueArguments) -> Outcome:
    scope = scope_for(context, arguments).model_copy(update={"value": arguments.basis})
    ages = AGES if arguments.days is None else (*AGES, arguments.days)
    found = lifetime_value(context.tables(), scope, arguments.by, ages, arguments.margin)
    main = found.main(arguments.days)
    if arguments.margin is None and main is not None:
        margin = known_margin(context.tables(), scope, usual=context.margin)
        receipts = Receipts(context.tables(), whole_history(scope), "lifetime_value", {"by": arguments.by})
        made = contribution(receipts, ("ltv_contribution", "ltv_contribution"), margin, main, None)
        found = found.model_copy(update={"contribution": made})
    result = context.ledger.record_result(found)
    return Outcome(kind="lifetime_value", result=result, text=tell(result))


TOOL = Tool(
    name="lifetime_value",
    description=(
        "Measured lifetime value (LTV): value per customer within 0, 30, 60, 90, 180 and 365 days of the first order, "
        "only of customers that old, with intervals; by month, source, category, product or country of the first "
        "order. Nothing is predicted. Use for LTV, customer lifetime value, what a customer is worth."
    ),
    arguments=LifetimeValueArguments,
    run=_run,
    title=lambda a: f"added up value per customer{' by ' + a.by.replace('_', ' ') if a.by else ''}{a.words()}",
)
