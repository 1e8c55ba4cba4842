"""Tool: declared metrics by declared dimensions."""

from __future__ import annotations

from pydantic import Field

from copilot.statistics.query import Query, run_query
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class MeasureArguments(Filtered):
    """Metrics and dimensions by name."""

    metrics: tuple[str, ...] = Field(
        default=("net_sales",),
        max_length=4,
        description="net_sales, gross_sales, discounts, returns, orders, customers, aov, aov_net, units, "
        "repeat_rate_lifetime, discounted_order_share ...",
    )
    by: tuple[str, ...] = Field(
        default=(),
        max_length=2,
        description="month, weekday, hour, country, region, city, channel, source, device, category, product ...",
    )
    order: str | None = Field(default=None, description="metric to sort by; '-' before it for largest first")
    limit: int = Field(default=12, ge=1, le=200)


def _run(context: ToolContext, arguments: MeasureArguments) -> Outcome:
    scope = scope_for(context, arguments)
    query = Query(metrics=arguments.metrics, by=arguments.by, order=arguments.order, limit=arguments.limit, scope=scope)
    result = context.ledger.record_result(run_query(context.tables(), query))
    return Outcome(kind="measure", result=result, text=tell(result))


TOOL = Tool(
    name="measure",
    description=(
        "Any declared metric, in total or by month, country, product, channel and so on, for a period and filters. "
        "Use for revenue, orders, number of customers, average order value, by-what questions."
    ),
    arguments=MeasureArguments,
    run=_run,
    title=lambda a: (
        f"computed {', '.join(m.replace('_', ' ') for m in a.metrics)}"
        f"{' by ' + ' and '.join(a.by) if a.by else ''}{a.words()}"
    ),
)
