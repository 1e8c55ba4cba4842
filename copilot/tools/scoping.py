"""Arguments that most tools share, and the scope they make: period in words and filters by the shop's own names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from pydantic import Field

from copilot.data.tables import NO_AMOUNTS
from copilot.errors import CannotAnswer, NothingLoaded, UnknownName
from copilot.statistics.scope import Scope
from copilot.tools.base import Arguments, ToolContext
from copilot.tools.names import ShopNames, condition_from
from copilot.tools.periods import period_from

ORDERS_MISSING = (
    "Add an order export first: Shopify > Orders > Export (all orders, CSV), WooCommerce > Orders > Export, "
    "or any file with a column each for order, customer, date and amount. The sample shop is one click away."
)

COUNTING: Final = "counting="
"""Begins the entry of `only` that widens what counts; its words stand beside the answer like a filter."""
SWITCHES: Final[Mapping[str, Mapping[str, object]]] = {
    "with pending orders": {"include_pending": True},
    "with cancelled orders": {"include_voided": True},
    "with free orders": {"include_zero": True},
    "repeated lines once": {"repeated_lines": "drop"},
}


class Filtered(Arguments):
    """Which orders to look at."""

    period: str | None = Field(
        default=None, description="period in words, e.g. 'last 90 days', 'March 2011', '2011', 'Q2'; empty = all data"
    )
    only: tuple[str, ...] = Field(
        default=(),
        description="filters like 'country=Germany', 'category!=Tea', 'source=google'; empty = all orders. To count "
        "more: 'counting=with pending orders' (also: with cancelled orders, with free orders, repeated lines once)",
    )

    def words(self) -> str:
        """The filter in words, for the title of a step; empty if there is none."""
        said = [part for part in (self.period, *self.only) if part]
        return f" ({', '.join(said)})" if said else ""


def need_orders(context: ToolContext, *, amounts: bool = True) -> None:
    """Raise NothingLoaded if no order is there; CannotAnswer where `amounts` are needed and no order holds one."""
    facts = context.tables().facts
    if facts.last_order is None:
        raise NothingLoaded("No orders are loaded yet, so there is nothing to compute.", ORDERS_MISSING)
    if amounts and NO_AMOUNTS in facts.notes:
        raise CannotAnswer(
            "The order file holds no amount column I could recognise, so nothing about sales or customers' worth can "
            "be computed.",
            "Name the column amount, total or price and add the file again. Counts work without: orders, customers, "
            "repeat rate, days between orders, what is bought together.",
            code="no_amounts",
        )


def scope_for(context: ToolContext, arguments: Filtered, *, amounts: bool = True) -> Scope:
    """The conversation's scope narrowed by a tool's arguments; needs orders, and `amounts` unless it only counts.

    Where no order holds an amount every order counts: none can be told to be free.
    """
    need_orders(context, amounts=amounts)
    tables = context.tables()
    period = period_from(arguments.period, tables.facts.last_order)
    scope = context.scope
    if NO_AMOUNTS in tables.facts.notes:
        scope = scope.model_copy(update={"include_zero": True})
    scope = scope.model_copy(update=_switched(arguments.only))
    only = [text for text in arguments.only if not text.startswith(COUNTING)]
    if only:
        names = ShopNames.of(tables)
        conditions = tuple(condition_from(text, names) for text in only)
        scope = scope.model_copy(update={"where": (*scope.where, *conditions)})
    first, last = tables.facts.first_order, tables.facts.last_order
    if period and first and last and (period.end < first or period.start > last):
        raise CannotAnswer(
            "There are no orders in the period you named; it lies outside the days the data covers.",
            "Ask what data is loaded to see its first and last day.",
            code="outside_period",
        )
    return scope.model_copy(update={"period": period}) if period else scope


def _switched(only: tuple[str, ...]) -> dict[str, object]:
    """The switches of the scope that the `counting=` entry names, its parts joined by " and "."""
    found: dict[str, object] = {}
    for text in only:
        for words in text.removeprefix(COUNTING).split(" and ") if text.startswith(COUNTING) else ():
            if words.strip() not in SWITCHES:
                raise UnknownName("way of counting", words.strip(), tuple(SWITCHES))
            found |= SWITCHES[words.strip()]
    return found
