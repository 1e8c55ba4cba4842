"""Repeat purchase: four definitions that are often confused, kept apart, and orders per customer."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.intervals import mean_interval
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, customer_orders, customer_table

WITHIN: Final = (30, 60, 90, 180, 365)


class RepeatRates(Result):
    """`lifetime` answers "how many customers come back"; the others answer narrower questions (see definitions)."""

    lifetime: Figure
    in_period: Figure
    returning: Figure
    within: tuple[Figure, ...]  # second order within 30, 60, 90, 180, 365 days, mature customers only
    customers: Figure
    repeat_customers: Figure
    one_time_customers: Figure
    orders_per_customer: Figure
    net_sales_from_repeat: Figure
    distribution: ResultTable


def repeat_rates(tables: Tables, scope: Scope) -> RepeatRates:
    """Repeat purchase by four definitions. With a period in the scope, `lifetime` and `within` look at all orders
    up to its end, `in_period` at those inside it, `returning` at the period's customers and all they ever ordered.
    """
    receipts = Receipts(tables, scope, "repeat_rates")
    ever = scope.ever()
    history = Receipts(tables, ever, "repeat_rates")
    everyone = customer_table(tables, ever)
    inside = everyone if ever == scope else customer_table(tables, scope)
    now = _counts(tables, inside)
    life = now if ever == scope else _counts(tables, everyone)
    came_back = life["repeat"]
    if ever != scope:
        both = everyone.semi_join(inside, "customer_key")
        came_back = _counts(tables, both)["repeat"]
    frequencies = tables.frame(inside.select(frequency=inside.frequency.cast("float64")))["frequency"].to_numpy()
    customers = now["customers"]
    return RepeatRates(
        lifetime=history.share("repeat_rate_lifetime", life["repeat"], life["customers"], of="customers"),
        in_period=receipts.share("repeat_purchase_rate", now["repeat"], customers, of="customers"),
        returning=receipts.share("returning_customer_rate", came_back, customers, of="customers"),
        within=within_days(tables, history),
        customers=receipts.figure("customers", customers),
        repeat_customers=receipts.figure("repeat_customers", now["repeat"]),
        one_time_customers=receipts.figure("one_time_customers", customers - now["repeat"]),
        orders_per_customer=receipts.figure(
            "orders_per_customer",
            frequencies.sum() / customers if customers else None,
            numerator=float(frequencies.sum()),
            denominator=customers,
            n=customers,
            of="customers",
            interval_of=(mean_interval(frequencies), "bootstrap 95 %"),
        ),
        net_sales_from_repeat=_from_repeat(receipts, now),
        distribution=_distribution(tables, inside, receipts),
    )


def _counts(tables: Tables, customers: ir.Table) -> dict[str, Any]:
    again = customers.frequency >= 2
    frame = tables.frame(
        customers.aggregate(
            customers=customers.count(),
            repeat=again.sum().fill_null(0),
            value=customers.value.sum().fill_null(0).cast("float64"),
            repeat_value=customers.value.sum(where=again).fill_null(0).cast("float64"),
        )
    )
    row = frame.iloc[0]
    return {
        "customers": int(row["customers"]),
        "repeat": int(row["repeat"]),
        "value": float(row["value"]),
        "repeat_value": float(row["repeat_value"]),
    }


def _from_repeat(receipts: Receipts, now: dict[str, Any]) -> Figure:
    total = now["value"]
    return receipts.figure(
        "repeat_sales_share",
        now["repeat_value"] / total if total > 0 else None,
        numerator=now["repeat_value"],
        denominator=total,
        n=now["customers"],
        **({} if total > 0 else {"warnings": ("customers' value is zero or negative: no share",)}),
    )


def second_orders(tables: Tables, scope: Scope) -> ir.Table:
    """One row per customer: first_day, and second_day (the day of the second order, or null).

    With frequency "orders" a second order on the first day counts; with "days" it has to be another day.
    """
    orders = customer_orders(tables, scope)
    unit = orders.select("customer_key", "day", mark="order_id")
    if scope.frequency == "days":
        unit = orders.select("customer_key", "day", mark=orders.day.cast("string")).distinct()
    place = ibis.row_number().over(group_by=unit.customer_key, order_by=[unit.day, unit.mark])
    ranked = unit.mutate(place=place)
    return ranked.group_by("customer_key").aggregate(
        first_day=ranked.day.min(),
        second_day=ranked.day.max(where=ranked.place == 1),
    )


def within_days(tables: Tables, receipts: Receipts, horizons: tuple[int, ...] = WITHIN) -> tuple[Figure, ...]:
    """Second order within so many days of the first, among customers whose first order is at least that old."""
    as_of = receipts.as_of
    counted: dict[str, int] = {}
    if as_of is not None:
        pairs = second_orders(tables, receipts.scope)
        wait = pairs.second_day.delta(pairs.first_day, unit="day")
        measures = {}
        for days in horizons:
            mature = pairs.first_day <= as_of - timedelta(days=days)
            measures[f"n{days}"] = mature.sum().fill_null(0)
            measures[f"again{days}"] = (mature & (wait <= days)).sum().fill_null(0)
        counted = {name: int(value) for name, value in tables.frame(pairs.aggregate(**measures)).iloc[0].items()}
    return tuple(
        receipts.share(
            "repeat_rate_n",
            counted.get(f"again{days}", 0),
            counted.get(f"n{days}", 0),
            of="customers",
            name=f"repeat_rate_{days}",
            label=f"Ordered again within {days} days",
            definition=f"Second order within {days} days of the first / customers whose first order is at least "
            f"{days} days before the analysis date.",
        )
        for days in horizons
    )


def _distribution(tables: Tables, customers: ir.Table, receipts: Receipts) -> ResultTable:
    band = ibis.cases((customers.frequency >= 6, 6), (customers.frequency == 5, 5), else_=customers.frequency)
    grouped = customers.mutate(band=band.cast("int64"))
    frame = tables.frame(
        grouped.group_by("band")
        .aggregate(customers=grouped.count(), value=grouped.value.sum().cast("float64"))
        .order_by("band")
    )
    total, worth = frame["customers"].sum(), frame["value"].sum()
    rows = tuple(
        {
            "orders": "6 or more" if band == 6 else str(band),
            "customers": int(count),
            "share": float(count / total),
            "value": float(value),
            "value_share": float(value / worth) if worth > 0 else None,
        }
        for band, count, value in frame.itertuples(index=False)
    )
    return ResultTable(
        title="Customers by number of orders",
        columns=(
            Column(key="orders", label="Orders"),
            Column(key="customers", label="Customers", unit="count"),
            Column(key="share", label="Share of customers", unit="share"),
            Column(key="value", label="Value", unit="money"),
            Column(key="value_share", label="Share of value", unit="share"),
        ),
        rows=rows,
        currency=receipts.currency,
    )
