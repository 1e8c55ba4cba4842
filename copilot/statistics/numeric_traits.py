"""Owns the numeric traits of a customer: basket, discount, return and rhythm figures that a group may differ in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.result import Unit
from copilot.statistics.scope import Scope, customer_table, valid_orders
from copilot.statistics.split import numbered_orders

_MONEY: Final = frozenset(
    {"value", "net_sales", "gross_sales", "demand_sales", "value_365", "aov", "first_order_value", "rfm_group",
     "klaviyo_group", "substage", "stage", "units", "returns", "discounts"}
)  # fmt: skip
_OFTEN: Final = frozenset(
    {"orders", "days", "frequency", "rfm_group", "klaviyo_group", "substage", "stage", "value", "net_sales",
     "gross_sales", "demand_sales", "value_365", "units"}
)  # fmt: skip
_LATELY: Final = frozenset({"days_since", "activity", "last_at", "last_day", "first_at", "first_day"})


@dataclass(frozen=True)
class NumericTrait:
    """A number known of each customer.

    `barred`: fields whose rules are this trait in other words; it is never tested against them. `partly`: fields
    to which it contributes, with the caution that says so.
    """

    label: str
    unit: Unit
    definition: str
    barred: frozenset[str] = frozenset()
    partly: frozenset[str] = frozenset()
    caution: str = ""


NUMBERS: Final[dict[str, NumericTrait]] = {
    "first_order_value": NumericTrait(
        "value of the first order", "money", "Gross sales - discounts of the first order.",
        frozenset({"first_order_value", "first_size", "aov"}), _MONEY,
        "partly by definition: that order counts towards the total",
    ),
    "aov": NumericTrait(
        "average order value", "money", "Gross sales - discounts / orders, of each customer.",
        _MONEY, frozenset(),
    ),
    "units_per_order": NumericTrait(
        "units per order", "number", "Units / orders, of each customer.",
        frozenset({"units"}), _MONEY, "partly by definition: more units cost more",
    ),
    "days_to_second": NumericTrait(
        "days to the second order", "days",
        "Days from the first day with an order to the second, of customers who have one.",
        frozenset({"gap"}), _OFTEN | _LATELY, "partly by definition: who orders sooner fits in more orders",
    ),
    "gap": NumericTrait(
        "days between orders", "days", "Mean days between days with an order, of customers with two or more.",
        frozenset({"gap"}), _OFTEN | _LATELY, "partly by definition: who orders sooner fits in more orders",
    ),
    "discount_share": NumericTrait(
        "share given as discount", "share", "Discounts / gross sales, of each customer.",
        frozenset({"first_discounted", "discounted_orders", "discounts", "first_code"}), _OFTEN,
        "partly by definition: who orders more has more chances of a discount",
    ),
    "return_share": NumericTrait(
        "share sent back", "share", "Returns / (gross sales - discounts), of each customer.",
        frozenset({"refunded", "refunded_orders", "return_documents", "returns"}), _MONEY,
        "partly by definition: what is sent back is taken off the total",
    ),
    "categories": NumericTrait(
        "categories bought", "number", "Different product categories bought, of each customer.",
        frozenset(), _OFTEN, "partly by definition: who orders more has more chances",
    ),
}  # fmt: skip


def with_numbers(tables: Tables, scope: Scope) -> ir.Table:
    """The customer table with every numeric trait, and the cost of goods (lines_gross, costed_gross, cost)."""
    customers = customer_table(tables, scope)
    second = _second_days(tables, scope)
    goods = _goods(tables, scope)
    joined = customers.left_join(second, "customer_key").drop("customer_key_right")
    joined = joined.left_join(goods, "customer_key").drop("customer_key_right")
    gross, demand = joined.gross_sales.cast("float64"), joined.demand_sales.cast("float64")
    between = joined.last_day.delta(joined.first_day, unit="day").cast("float64")
    return joined.mutate(
        units_per_order=joined.units.cast("float64") / joined.orders,
        gap=between / (joined.days - 1).nullif(0),
        discount_share=joined.discounts.cast("float64") / gross.nullif(0),
        return_share=joined.returns.cast("float64") / demand.nullif(0),
        first_order_value=joined.first_order_value.cast("float64"),
        categories=joined.categories.nullif(0).cast("float64"),
    )


def _second_days(tables: Tables, scope: Scope) -> ir.Table:
    """customer_key, days_to_second: from the first day with an order to the next one."""
    orders = numbered_orders(tables, scope)
    later = orders.filter(orders.day > orders.first_day)
    found = later.group_by("customer_key").aggregate(second=later.day.min(), first=later.first_day.min())
    days = found.second.delta(found.first, unit="day").cast("float64")
    return found.select("customer_key", days_to_second=days)


def _goods(tables: Tables, scope: Scope) -> ir.Table:
    """customer_key with gross of goods, gross of those whose cost is on file, their cost, and categories bought."""
    orders = valid_orders(tables, scope)
    orders = orders.filter(orders.customer_key.notnull()).select("order_id", "customer_key")
    items = tables.order_items
    items = items.filter(items.kind.fill_null("product") == "product")
    lines = items.select("order_id", "category", "gross", "cost").join(orders, "order_id")
    return lines.group_by("customer_key").aggregate(
        lines_gross=lines.gross.sum().cast("float64"),
        costed_gross=lines.gross.sum(where=lines.cost.notnull()).cast("float64"),
        cost=lines.cost.sum().cast("float64"),
        categories=lines.category.nunique(),
    )


def numbers_of(frame: pd.DataFrame) -> pd.DataFrame:
    """The numeric traits as floats; those with fewer than two values, or the same for all, are left out."""
    numbers = frame[[name for name in NUMBERS if name in frame]].astype(float)
    return numbers[[name for name in numbers.columns if numbers[name].nunique() >= 2]]
