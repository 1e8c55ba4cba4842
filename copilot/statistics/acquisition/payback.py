"""Owns what customers bring over the days since their first order: value at D days, payback day, margin from costs."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np

from copilot.data.tables import Tables
from copilot.statistics.intervals import Floats, Interval
from copilot.statistics.measures import mean_bounds
from copilot.statistics.scope import Scope, customer_table, documents

LEAST: Final = 30  # customers old enough, for a value at D days
HORIZON: Final = 730
COVERED: Final = 0.9  # of product sales with a known cost, for a margin from the data


@dataclass(frozen=True)
class Curve:
    """Cumulative net sales per customer by days since the first order; `n[k]` customers are at least k days old."""

    values: Floats
    n: Floats

    def at(self, day: int) -> float | None:
        """Value per customer within `day` days; None if fewer than 30 customers are that old."""
        return float(self.values[day]) if day < len(self.values) and self.n[day] >= LEAST else None

    def reached(self, amount: float) -> int | None:
        """First day on which the value per customer is at least `amount`; None if it is not reached."""
        usable = (self.n >= LEAST) & np.isfinite(self.values)
        hits = np.flatnonzero(usable & (self.values >= amount))
        return int(hits[0]) if len(hits) else None

    def longest(self, days: tuple[int, ...]) -> int | None:
        """The largest of these days at which the value is known."""
        return max((day for day in days if self.at(day) is not None), default=None)


def acquired(tables: Tables, scope: Scope, start: date, end: date) -> ir.Table:
    """Customers whose first order lies in these days: customer_key, first_day, first_source, first_channel."""
    customers = customer_table(tables, scope)
    inside = customers.filter(customers.first_day >= start, customers.first_day <= end)
    return inside.select("customer_key", "first_day", "first_source", "first_channel")


def curve(tables: Tables, scope: Scope, customers: ir.Table) -> Curve:
    """Net sales per customer within k days, k = 0 ... 730, of customers at least k days old (domain.md 1.7).

    An event at age a of a customer seen for h days counts for every k from a to h: so two small sums, by age and
    by h, give the whole curve.
    """
    as_of = scope.as_of(tables.facts)
    if as_of is None:
        return Curve(np.array([]), np.array([]))
    rows = documents(tables, scope)
    rows = rows.filter(rows.customer_key.notnull(), rows.valid | (rows.kind == "return"), rows.day <= as_of)
    joined = rows.join(customers, "customer_key")
    age = ibis.greatest(joined.day.delta(joined.first_day, unit="day"), 0)
    aged = joined.mutate(age=age)
    by_age = tables.frame(aged.group_by("age").aggregate(net=aged.net.sum().cast("float64")))
    by_day = tables.frame(aged.group_by("first_day").aggregate(net=aged.net.sum().cast("float64")))
    people = tables.frame(customers.group_by("first_day").aggregate(n=customers.count()))
    size = HORIZON + 1
    gained = np.zeros(size)
    for row in by_age.itertuples():
        if row.age < size:
            gained[int(row.age)] += row.net
    left, gone = np.zeros(size + 1), np.zeros(size + 1)
    for row in by_day.itertuples():
        seen = (as_of - _day(row.first_day)).days
        left[min(seen + 1, size)] += row.net
    for row in people.itertuples():
        gone[min((as_of - _day(row.first_day)).days + 1, size)] += row.n
    total = float(people["n"].sum())
    n = total - np.cumsum(gone)[:size]
    with np.errstate(divide="ignore", invalid="ignore"):
        values = np.where(n > 0, (np.cumsum(gained) - np.cumsum(left)[:size]) / n, math.nan)
    return Curve(values, n)


def value_bounds(tables: Tables, scope: Scope, customers: ir.Table, day: int) -> tuple[Interval | None, str]:
    """95 % interval of the value per customer within `day` days, from each customer's own value."""
    as_of = scope.as_of(tables.facts)
    if as_of is None:
        return None, ""
    old = customers.filter(customers.first_day <= as_of - timedelta(days=day))
    rows = documents(tables, scope)
    rows = rows.filter(rows.customer_key.notnull(), rows.valid | (rows.kind == "return"), rows.day <= as_of)
    joined = old.join(rows.select("customer_key", "day", "net"), "customer_key")
    joined = joined.filter(joined.day.delta(joined.first_day, unit="day") <= day)
    each = joined.group_by("customer_key").aggregate(net=joined.net.sum().cast("float64"))
    values = np.sort(tables.frame(each.select("net"))["net"].to_numpy(dtype=float))
    return mean_bounds(values) if len(values) > 1 else (None, "")


def goods_margin(tables: Tables, scope: Scope) -> tuple[float | None, float]:
    """1 - cost of goods / (gross - line discount) over product lines with a known cost, and the share of product
    sales they cover; None below nine tenths. Known costs only: nothing is assumed for the rest."""
    orders = documents(tables, scope)
    items = tables.order_items
    items = items.filter(items.kind.fill_null("product") == "product", items.gross > 0)
    items = items.semi_join(orders.filter(orders.valid), "order_id")
    paid = items.gross - items.discount.fill_null(0)
    known = items.cost.notnull()
    row = tables.frame(
        items.aggregate(
            cost=items.cost.sum().cast("float64"), paid=paid.sum(where=known).cast("float64"),
            all=paid.sum().cast("float64"),
        )
    ).fillna(0.0).iloc[0]  # fmt: skip
    covered = float(row["paid"]) / float(row["all"]) if row["all"] else 0.0
    if covered < COVERED or not row["paid"]:
        return None, covered
    return 1 - float(row["cost"]) / float(row["paid"]), covered


def _day(value: object) -> date:
    return date.fromisoformat(str(value)[:10])
