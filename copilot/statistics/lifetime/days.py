"""Days: kept tables of customers over time: what each bought in which month and brought by which age."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import MONEY, Tables
from copilot.statistics.scope import Scope, customer_table, documents

AGES: Final = (0, 30, 60, 90, 180, 365)
"""Days after the first order at which value per customer is given; 0 is the day of the first order."""


def whole_history(scope: Scope) -> Scope:
    """The scope without its period: a period names customers by their first order, all they did since counts."""
    return scope.model_copy(update={"period": None})


def won_in(scope: Scope) -> str:
    """A sentence for definitions on which customers the scope's period names; empty without a period."""
    period = scope.period
    return f" Only customers whose first order was from {period.start} to {period.end}." if period else ""


def dated_documents(tables: Tables, scope: Scope) -> ir.Table:
    """Orders that count and returns of known customers, from the first order on: customer_key, day, first_day, placed
    (1 for an order, 0 for a return), value.

    What is booked before the first order is left out: it belongs to an order the data does not hold.
    """
    counted = documents(tables, scope)
    counted = counted.filter(counted.customer_key.notnull(), counted.valid | (counted.kind == "return"))
    counted = counted.select("customer_key", "day", "value", placed=(counted.kind == "order").cast("int64"))
    firsts = customer_table(tables, scope).select("customer_key", "first_day")
    dated = counted.join(firsts, "customer_key")
    return dated.filter(dated.day >= dated.first_day)


def month_number(day: ir.DateValue) -> ir.IntegerValue:
    """Months since year 0, so that differences are calendar months."""
    return (day.year() * 12 + day.month() - 1).cast("int64")


def month_name(number: int) -> str:
    """The month of a month number.

    >>> month_name(2011 * 12 + 11)
    '2011-12'
    """
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def customer_months(tables: Tables, scope: Scope) -> ir.Table:
    """One row per customer and calendar month with an order or a return: customer_key, cohort (month number of the
    first order), month (months since then), placed (orders, or days with one, by scope), value.
    """
    return tables.kept(f"customer-months-{scope.key()}", lambda: _customer_months(tables, scope))


def _customer_months(tables: Tables, scope: Scope) -> ir.Table:
    rows = dated_documents(tables, scope)
    cohort = month_number(rows.first_day)
    by_days = scope.frequency == "days"
    return rows.group_by("customer_key", cohort=cohort, month=month_number(rows.day) - cohort).aggregate(
        placed=(rows.day.nunique(where=rows.placed == 1) if by_days else rows.placed.sum()).cast("int64"),
        value=rows.value.sum().cast(MONEY),
    )


def customer_spans(tables: Tables, scope: Scope) -> ir.Table:
    """One row per customer: customer_key, cohort, second (months from the first order to the second, null if there is
    none) and last (months to the latest order).
    """
    return tables.kept(f"customer-spans-{scope.key()}", lambda: _customer_spans(tables, scope))


def _customer_spans(tables: Tables, scope: Scope) -> ir.Table:
    rows = customer_months(tables, scope)
    ordered = rows.placed > 0
    spans = rows.group_by("customer_key", "cohort").aggregate(
        at_once=rows.placed.sum(where=rows.month == 0),
        later=rows.month.min(where=ordered & (rows.month > 0)),
        last=rows.month.max(where=ordered),
    )
    return spans.select("customer_key", "cohort", "last", second=ibis.ifelse(spans.at_once >= 2, 0, spans.later))


def customer_ages(tables: Tables, scope: Scope, ages: tuple[int, ...] = AGES) -> ir.Table:
    """One row per customer: customer_key, first_day, and v0, v30 ...: value within that many days of the first order,
    whether or not the customer is that old yet.
    """
    name = f"customer-ages-{'-'.join(map(str, ages))}-{scope.key()}"
    return tables.kept(name, lambda: _customer_ages(tables, scope, ages))


def _customer_ages(tables: Tables, scope: Scope, ages: tuple[int, ...]) -> ir.Table:
    rows = dated_documents(tables, scope)
    age = rows.day.delta(rows.first_day, unit="day")
    zero = ibis.literal(0).cast(MONEY)
    return rows.group_by("customer_key").aggregate(
        first_day=rows.first_day.min(),
        **{f"v{limit}": ibis.ifelse(age <= limit, rows.value, zero).sum().cast(MONEY) for limit in ages},
    )


def old_enough(rows: ir.Table, tables: Tables, scope: Scope, age: int) -> ir.BooleanValue:
    """Customers whose first order is at least `age` days before the analysis date."""
    as_of = scope.as_of(tables.facts)
    if as_of is None:
        return ibis.literal(False)
    return rows.first_day <= ibis.date((as_of - timedelta(days=age)).isoformat())
