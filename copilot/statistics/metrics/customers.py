"""Declared metrics of customers: repeat purchase, rhythm and concentration."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.statistics.metrics import Metric


def _again(rows: ir.Table) -> ir.Scalar:
    return (rows.frequency >= 2).sum()


def _all(rows: ir.Table) -> ir.Scalar:
    return rows.count()


def _known_again(rows: ir.Table) -> ir.Scalar:
    return (rows.ever_frequency >= 2).sum()


def _mean(name: str) -> Callable[[ir.Table], ir.Scalar]:
    return lambda rows: rows[name].cast("float64").mean()


def _each(name: str) -> tuple[Callable[[ir.Table], ir.Value], Callable[[ir.Table], ir.Value]]:
    """A mean per customer as a ratio: the amount above the line, one below it."""
    return lambda rows: rows[name].cast("float64"), lambda _: ibis.literal(1.0)


def _rate(part: Callable[[ir.Table], ir.Scalar]) -> Callable[[ir.Table], ir.Scalar]:
    return lambda rows: part(rows).cast("float64") / _all(rows).cast("float64").nullif(0)


METRICS: Final = (
    Metric(
        "repeat_rate_lifetime",
        "Customers who ordered again",
        "share",
        "customers with >= 2 orders / customers",
        "Customers with two or more orders up to the analysis date / all customers. Customers whose first order is "
        "recent count although they had little time.",
        minimum=30,
        grain="customers",
        measure=_rate(_again),
        counts=(_again, _all),
        lifetime=True,
    ),
    Metric(
        "repeat_purchase_rate",
        "Repeat purchase rate in the period",
        "share",
        "customers with >= 2 orders in the period / customers with >= 1 order in it",
        "Customers with two or more orders inside the period / customers with an order inside it; earlier orders do "
        "not count.",
        minimum=30,
        grain="buyers",
        measure=_rate(_again),
        counts=(_again, _all),
    ),
    Metric(
        "returning_customer_rate",
        "Returning customer rate",
        "share",
        "customers of the period with > 1 order ever / customers of the period",
        "Of the customers who ordered in the period, those with more than one order up to its end, earlier ones "
        "included (Shopify's definition).",
        minimum=30,
        grain="buyers",
        measure=_rate(_known_again),
        counts=(_known_again, _all),
        lifetime=True,
    ),
    Metric(
        "orders_per_customer",
        "Orders per customer",
        "ratio",
        "orders with a customer / customers",
        "Orders with a known customer / customers, both of the period and group.",
        minimum=30,
        grain="buyers",
        measure=_mean("frequency"),
        ratio=_each("frequency"),
    ),
    Metric(
        "revenue_per_customer",
        "Net sales per customer",
        "money",
        "net_sales of customers / customers",
        "Net sales (gross - discounts - returns) of the known customers who ordered / these customers, both of the "
        "period and group.",
        minimum=30,
        grain="buyers",
        measure=_mean("net_sales"),
        ratio=_each("net_sales"),
    ),
    Metric(
        "returning_customers",
        "Returning customers",
        "count",
        "customers - new_customers",
        "Customers of the period and group whose first order ever is not in it: they had ordered before.",
        noun="customers",
        grain="documents",
        measure=lambda rows: (
            rows.customer_key.nunique(where=rows.valid)
            - rows.customer_key.nunique(where=rows.valid & (rows.place == 0))
        ),
        placed=True,
    ),
    Metric(
        "new_customers",
        "New customers",
        "count",
        "customers whose first order ever is in the period and group",
        "Customers whose first order in the data falls in the period (or month) and group. Customers who bought "
        "before the data begins look new.",
        noun="customers",
        grain="documents",
        measure=lambda rows: rows.customer_key.nunique(where=rows.valid & (rows.place == 0)),
        placed=True,
    ),
    Metric(
        "repeat_rate_n",
        "Ordered again within N days",
        "share",
        "customers with a second order within N days / customers first seen >= N days ago",
        "Second order within N days of the first / customers whose first order is at least N days before the "
        "analysis date.",
        minimum=30,
    ),
    Metric(
        "repeat_customers",
        "Customers with two or more orders",
        "count",
        "customers with >= 2 orders",
        "Customers with two or more orders that count.",
        noun="customers",
        grain="customers",
        measure=_again,
    ),
    Metric(
        "one_time_customers",
        "Customers with one order",
        "count",
        "customers with 1 order",
        "Customers with exactly one order that counts.",
        noun="customers",
        grain="customers",
        measure=lambda rows: (rows.frequency == 1).sum(),
    ),
    Metric(
        "repeat_sales_share",
        "Share of customers' sales from repeat customers",
        "share",
        "value of customers with >= 2 orders / value of all customers",
        "Value of customers with two or more orders / value of all known customers.",
        minimum=30,
    ),
    Metric(
        "gap",
        "Days between orders",
        "days",
        "quantile of days between consecutive days with an order",
        "Days between consecutive days with an order, all customers pooled. Customers who never returned have no "
        "gap and are not in it.",
        minimum=30,
    ),
    Metric(
        "gaps",
        "Gaps between orders",
        "count",
        "count of gaps",
        "Gaps between consecutive days with an order, all customers.",
        noun="gaps",
    ),
    Metric(
        "gap_beyond",
        "Gaps longer than D days",
        "share",
        "gaps > D / gaps",
        "Gaps longer than the number of days / all gaps of customers who came back.",
        minimum=30,
    ),
    Metric(
        "past_days",
        "Customers whose last order is longer ago",
        "count",
        "customers with days_since > D",
        "Customers whose last order is more than that many days before the analysis date.",
        noun="customers",
    ),
    Metric(
        "past_days_share",
        "Share of customers whose last order is longer ago",
        "share",
        "customers with days_since > D / customers",
        "Customers whose last order is more than that many days before the analysis date / all customers.",
        minimum=30,
    ),
    Metric(
        "second_order_days",
        "Days to the second order",
        "days",
        "quantile of days from first to second order day",
        "Days from the first to the second day with an order, customers who have one.",
        minimum=30,
    ),
    Metric(
        "next_order_within",
        "Ordered again within D days, Kaplan-Meier",
        "share",
        "1 - Kaplan-Meier survival at D",
        "Chance of a next order within D days of an order (Kaplan-Meier over all customer-days, customers who have "
        "not come back yet counted as far as they have been seen).",
        minimum=30,
    ),
    Metric(
        "threshold",
        "Activity threshold",
        "days",
        "quantile of gaps of customers known for >= 2 x G80",
        "Quantile of the days between orders, among customers whose first order is at least twice G80 old.",
        minimum=30,
    ),
    Metric(
        "top_share",
        "Share of sales of the top customers",
        "share",
        "value of the ceil(p x N) customers of highest value / value of all customers",
        "Value of the top customers / value of all known customers; orders without a customer are in neither.",
        minimum=30,
    ),
    Metric(
        "top_customers",
        "Customers in the top group",
        "count",
        "ceil(p x N)",
        "Number of customers in the group.",
        noun="customers",
    ),
    Metric(
        "gini",
        "Gini coefficient of customer value",
        "ratio",
        "2 x sum(i x_i) / (N sum x) - (N + 1) / N",
        "0: all customers are worth the same; near 1: one brings all. Negative values count as 0.",
        minimum=30,
    ),
    Metric(
        "half_of_sales",
        "Customers who bring half of the sales",
        "count",
        "smallest k with top-k value >= 50 %",
        "Smallest number of customers who together bring half of all known customers' value.",
        noun="customers",
    ),
    Metric(
        "negative_customers",
        "Customers worth zero or less",
        "count",
        "customers with value <= 0",
        "Customers whose returns and discounts equal or exceed what they bought.",
        noun="customers",
    ),
)
