"""Owns the customers' summary that the models read: x, t_x, T, mean repeat spend, kept once per scope."""

from __future__ import annotations

from datetime import date, timedelta

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.clv.histories import Floats, Histories
from copilot.statistics.scope import Scope, customer_orders

DAYS_A_WEEK = 7.0


def purchase_days(tables: Tables, scope: Scope) -> ir.Table:
    """One row per known customer and day with a valid order: customer_key, day, value, first_day.

    Orders of one day are one purchase. `value` is the scope's value of that day's orders; a credit note on a later
    day belongs to no purchase and is not in it.
    """
    return tables.kept(f"purchase-days-{scope.key()}", lambda: _purchase_days(tables, scope))


def _purchase_days(tables: Tables, scope: Scope) -> ir.Table:
    orders = customer_orders(tables, scope)
    days = orders.group_by("customer_key", "day").aggregate(value=orders.value.sum())
    return days.mutate(first_day=days.day.min().over(ibis.window(group_by=days.customer_key)))


def customer_summary(tables: Tables, scope: Scope, until: date) -> ir.Table:
    """One row per customer first seen by `until`, with what is known on that day and what came after it.

    Columns: customer_key, x (repeat purchases: days with an order after the first), last (t_x, days from first to
    last purchase), age (T, days from first purchase to `until`), spend (mean value of the repeat purchases, null if
    there are none; the first is left out, as in the published CDNOW table), later (purchases after `until`),
    later_value (their value).
    """
    return tables.kept(f"clv-summary-{until}-{scope.key()}", lambda: _summary(tables, scope, until))


def _summary(tables: Tables, scope: Scope, until: date) -> ir.Table:
    days = purchase_days(tables, scope)
    days = days.filter(days.first_day <= until)
    known = days.day <= until
    rows = days.group_by("customer_key").aggregate(
        first_day=days.first_day.min(),
        last_day=days.day.max(where=known),
        bought=known.sum(),
        repeat_value=days.value.sum(where=known & (days.day > days.first_day)).cast("float64").fill_null(0.0),
        later=(~known).sum(),
        later_value=days.value.sum(where=~known).cast("float64").fill_null(0.0),
    )
    x = rows.bought - 1
    return rows.select(
        "customer_key",
        x=x.cast("int64"),
        last=rows.last_day.delta(rows.first_day, unit="day").cast("int64"),
        age=ibis.date(until.isoformat()).delta(rows.first_day, unit="day").cast("int64"),
        spend=rows.repeat_value / x.nullif(0),
        later=rows.later.cast("int64"),
        later_value=rows.later_value,
    )


class Customers:
    """The summary of all customers as arrays. Times in weeks."""

    def __init__(self, frame: pd.DataFrame) -> None:
        self.frame = frame
        self.x: Floats = frame["x"].to_numpy(dtype=float)
        self.last: Floats = frame["last"].to_numpy(dtype=float) / DAYS_A_WEEK
        self.age: Floats = frame["age"].to_numpy(dtype=float) / DAYS_A_WEEK
        self.spend: Floats = np.nan_to_num(frame["spend"].to_numpy(dtype=float))

    @classmethod
    def read(cls, tables: Tables, summary: ir.Table) -> Customers:
        """Fetch a summary, in order of history, so that nothing depends on the order of rows."""
        return cls(tables.frame(summary.order_by(["x", "age", "last", "spend", "customer_key"])))

    def __len__(self) -> int:
        return len(self.frame)

    @property
    def histories(self) -> Histories:
        """Their purchase histories, in weeks."""
        return Histories.of(self.x, self.last, self.age)

    @property
    def repeaters(self) -> int:
        """Customers with at least one repeat purchase."""
        return int((self.x > 0).sum())


def third(start: date, end: date) -> date:
    """The last day of the first two thirds of a history: what lies after it is held out."""
    return end - timedelta(days=max(1, round((end - start).days / 3)))
