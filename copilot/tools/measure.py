"""Tool: declared metrics by declared dimensions."""

from __future__ import annotations

from pydantic import Field

from copilot.errors import CannotAnswer
from copilot.statistics.dimensions import UNKNOWN, dimension
from copilot.statistics.metrics import metric
from copilot.statistics.query import Query, run_query
from copilot.statistics.segments import resolve_segment
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.own_units import in_own_units
from copilot.tools.period_pairs import compare_from
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class MeasureArguments(Filtered):
    """Metrics and dimensions by name; a group of customers; a comparison."""

    metrics: tuple[str, ...] = Field(
        default=("net_sales",),
        max_length=4,
        description="net_sales, gross_sales, demand_sales, discounts, returns, total_sales, orders, customers, "
        "new_customers, returning_customers, new_customer_sales, returning_sales, aov, aov_net, median_order_value, "
        "units, units_per_order, orders_per_customer, revenue_per_customer, repeat_rate_lifetime, "
        "repeat_purchase_rate, returning_customer_rate, discount_rate, discounted_order_share, "
        "full_price_order_share, return_rate_value, refunded_order_share, guest_order_share, gross_margin, "
        "margin_share ...",
    )
    by: tuple[str, ...] = Field(
        default=(),
        max_length=2,
        description="day, week, month, quarter, year, weekday, hour, country, region, city, channel, source, device, "
        "category, product, vendor, sku, discount_code, discounted, order_number, new_or_returning, first_channel, "
        "first_source, first_category, first_product, first_month, first_discounted, first_country, rfm_group, "
        "klaviyo_group, stage, substage, email_consent, customer_tags, attribute:<name> ...",
    )
    segment: str | None = Field(
        default=None, description="only customers of a group, e.g. 'repeat customers', 'top 10 %', 'lapsed'"
    )
    compare: str | None = Field(
        default=None,
        description="'previous period', 'same period last year', another period in words such as 'February 2011', or "
        "'rest' (all customers outside the segment)",
    )
    margin: float | None = Field(
        default=None, gt=0, lt=1, description="the shop's margin as a share, only if the user stated it"
    )
    order: str | None = Field(
        default=None, description="metric, dimension or 'change' to sort by; '-' before it for largest first"
    )
    limit: int = Field(default=12, ge=1, le=200)

    def words(self) -> str:
        """Filters, group and comparison in words."""
        other = "the other customers" if self.compare == "rest" else self.compare
        said = [part for part in (self.period, *self.only, self.segment) if part]
        found = f" ({', '.join(said)})" if said else ""
        return f"{found} compared with {other}" if other else found


def _run(context: ToolContext, arguments: MeasureArguments) -> Outcome:
    scope = scope_for(context, arguments, amounts=any(metric(name).unit == "money" for name in arguments.metrics))
    tables = context.tables()
    rule = resolve_segment(tables, scope, arguments.segment) if arguments.segment else None
    query = Query(
        metrics=arguments.metrics,
        by=arguments.by,
        segment=rule,
        compare=compare_from(arguments.compare, tables.facts.last_order),
        order=arguments.order,
        limit=arguments.limit,
        scope=scope,
        margin=arguments.margin or context.margin,
    )
    found = run_query(tables, query)
    narrowed = bool(arguments.only or arguments.period or arguments.segment)
    if found.labels == ((UNKNOWN,),) and not narrowed:
        raise CannotAnswer(
            f"Nothing here names its {dimension(arguments.by[0]).label.lower()}, so nothing can be split by it.",
            "Add a file that holds it, such as the customer list or the product list of the same shop.",
        )
    if found.comparison is not None:
        table = in_own_units(found.comparison.table)
        found = found.model_copy(update={"comparison": found.comparison.model_copy(update={"table": table})})
    result = context.ledger.record_result(found)
    return Outcome(kind="measure", result=result, text=tell(result))


TOOL = Tool(
    name="measure",
    description=(
        "Any declared metric, in total or by month, country, product, channel, order number and so on, for a period, "
        "filters and a group of customers; also compared with another period or with the other customers. Use for "
        "revenue, orders, customers, average order value, rates, by-what questions, and 'March vs February'."
    ),
    arguments=MeasureArguments,
    run=_run,
    title=lambda a: (
        f"computed {', '.join(m.replace('_', ' ') for m in a.metrics)}"
        f"{' by ' + ' and '.join(a.by) if a.by else ''}{a.words()}"
    ),
)
