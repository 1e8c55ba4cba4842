"""Owns what first and second orders held, kept as one row a customer and thing bought."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.segments import SegmentRule
from copilot.statistics.split import marked, numbered_orders, product_lines

EVERYBODY: Final = "everybody"  # level of the rows that count the people themselves


def first_purchases(tables: Tables, scope: Scope, rule: SegmentRule) -> tuple[pd.DataFrame, tuple[int, int]]:
    """One row a product or category of first orders: level, name, a and b (customers of group and rest who began
    with it), buyers and returning (of all customers); and the sizes of group and rest. Commonest first."""
    began = tables.kept(f"first-purchases-{scope.key()}", lambda: _first_lines(tables, scope))
    joined = marked(tables, scope, rule, began)
    each = joined.group_by("level", "name").aggregate(
        a=joined.in_group.sum(), b=(~joined.in_group).sum(), buyers=joined.count(), returning=joined.again.sum()
    )
    frame = tables.frame(each.order_by([each.a.desc(), each.buyers.desc(), each.name]))
    people = frame[frame["level"] == EVERYBODY]
    sizes = (int(people["a"].sum()), int(people["b"].sum()))
    return frame[frame["level"] != EVERYBODY].reset_index(drop=True), sizes


def second_purchases(
    tables: Tables, scope: Scope, rule: SegmentRule | None, level: str, limit: int
) -> tuple[pd.DataFrame, int]:
    """What the group's second orders held, commonest first: name, customers, median_days after the first order,
    fresh (not in the first order); and how many of the group have a second order."""
    held = tables.kept(f"second-purchases-{scope.key()}", lambda: _second_lines(tables, scope))
    joined = marked(tables, scope, rule, held)
    chosen = joined.filter(joined.in_group, joined.level.isin((level, EVERYBODY)))
    each = chosen.group_by("level", "name").aggregate(
        customers=chosen.count(), median_days=chosen.days.cast("float64").median(), fresh=chosen.fresh.sum()
    )
    frame = tables.frame(each.order_by([each.level == level, each.customers.desc(), each.name]).limit(limit + 1))
    returning = int(frame.loc[frame["level"] == EVERYBODY, "customers"].sum())
    return frame[frame["level"] == level], returning


def _first_lines(tables: Tables, scope: Scope) -> ir.Table:
    """level, customer_key, name, again (ordered twice or more): what each first order held, each once."""
    customers = customer_table(tables, scope)
    held = _held(tables, scope, 0)
    everybody = customers.select(level=ibis.literal(EVERYBODY), customer_key="customer_key", name=ibis.literal(""))
    again = customers.select("customer_key", again=customers.frequency >= 2)
    return held.union(everybody).join(again, "customer_key")


def _second_lines(tables: Tables, scope: Scope) -> ir.Table:
    """level, customer_key, name, days after the first order, fresh: what each second order held, each once."""
    orders = numbered_orders(tables, scope)
    second = orders.filter(orders.place == 1)
    second = second.select("customer_key", days=second.day.delta(second.first_day, unit="day"))
    before = _held(tables, scope, 0).mutate(had=ibis.literal(True))
    everybody = second.select(level=ibis.literal(EVERYBODY), customer_key="customer_key", name=ibis.literal(""))
    held = _held(tables, scope, 1).union(everybody)
    joined = held.left_join(before, ["level", "customer_key", "name"])
    joined = joined.select("level", "customer_key", "name", fresh=joined.had.isnull())
    return joined.join(second, "customer_key")


def _held(tables: Tables, scope: Scope, place: int) -> ir.Table:
    """level, customer_key, name of the products and categories in the orders of this place (0 = first)."""
    orders = numbered_orders(tables, scope)
    lines = product_lines(tables).join(
        orders.filter(orders.place == place).select("order_id", "customer_key"), "order_id"
    )
    products = lines.select(level=ibis.literal("product"), customer_key=lines.customer_key, name=lines.name)
    known = lines.filter(lines.category.notnull(), lines.category != "")
    categories = known.select(level=ibis.literal("category"), customer_key=known.customer_key, name=known.category)
    return products.union(categories).distinct()
