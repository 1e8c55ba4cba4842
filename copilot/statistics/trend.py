"""Trend: sales, orders and new or returning customers month by month."""

from __future__ import annotations

from datetime import date
from typing import Any

import ibis
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.metrics.orders import count_orders
from copilot.statistics.periods import cut_units, labels_of, unit_of
from copilot.statistics.query_rows import everything
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Period, Result, ResultTable
from copilot.statistics.scope import Scope, documents
from copilot.statistics.split import numbered_orders


class MonthlyTrend(Result):
    """`months` are "2024-03"; a month that is not complete in the data is listed in `partial`."""

    months: tuple[str, ...]
    partial: tuple[str, ...]
    net_sales: tuple[Figure, ...]
    orders: tuple[Figure, ...]
    customers: tuple[Figure, ...]
    new_customers: tuple[Figure, ...]
    returning_share: tuple[Figure, ...]  # of the month's customers, those who had ordered before it
    table: ResultTable
    sales_chart: Chart
    customers_chart: Chart


def by_month(tables: Tables, scope: Scope) -> MonthlyTrend:
    """One figure a month and measure; months without an order are there with zero. Whether a customer is new is
    judged by all orders up to the end of the scope, also those before its period. In the first month everybody
    looks new: the data begins there.
    """
    receipts = Receipts(tables, scope, "by_month")
    span = receipts.period
    rows = _rows(tables, scope) if span else {}
    months = labels_of(span, "month") if span else ()
    incomplete = partial_months(span)
    partial = tuple(month for month in months if month in incomplete)
    columns: dict[str, list[Figure]] = {
        name: [] for name in ("net_sales", "orders", "customers", "new_customers", "returning_share")
    }
    for month in months:
        row = rows.get(month, {})
        details: dict[str, Any] = {"period": _days(month, span)}
        details["people"] = int(row.get("customers", 0))
        warnings = _warnings(month, months, partial, tables)
        for name in ("net_sales", "orders", "customers", "new_customers"):
            columns[name].append(
                receipts.figure(
                    name, row.get(name, 0), label=f"{_LABELS[name]} in {month}", warnings=warnings, **details
                )
            )
        active = int(row.get("customers", 0))
        columns["returning_share"].append(
            receipts.share(
                "returning_share", active - int(row.get("new_customers", 0)), active, of="customers",
                label=f"Returning share in {month}", warnings=warnings, **details,
            )
        )  # fmt: skip
    return MonthlyTrend(
        months=months,
        partial=partial,
        **{name: tuple(figures) for name, figures in columns.items()},
        table=_table(months, partial, columns, receipts),
        sales_chart=_chart("Net sales by month", months, {"net sales": columns["net_sales"]}, receipts),
        customers_chart=_chart("New and returning customers by month", months, _split(columns), receipts),
    )


_LABELS = {"net_sales": "Net sales", "orders": "Orders", "customers": "Customers", "new_customers": "New customers"}


def _rows(tables: Tables, scope: Scope) -> dict[str, dict[str, float]]:
    """A customer is new in the month of the first order of all, whatever the filters of the scope."""
    counted = documents(tables, scope)
    first = numbered_orders(tables, everything(scope))
    first = first.filter(first.place == 0).select("order_id", first=ibis.literal(True))
    counted = counted.left_join(first, "order_id").drop("order_id_right")
    counted = counted.mutate(month=counted.ordered_at.strftime("%Y-%m"))
    sums = counted.group_by("month").aggregate(
        net_sales=counted.net.sum().cast("float64"),
        orders=count_orders(counted),
        customers=counted.customer_key.nunique(where=counted.valid),
        new_customers=counted.customer_key.nunique(where=counted.valid & counted.first.fill_null(False)),
    )
    return {
        str(row["month"]): {name: float(row[name]) for name in _LABELS}
        for row in tables.frame(sums).to_dict("records")
        if not pd.isna(row["month"])
    }


def partial_months(span: Period | None) -> frozenset[str]:
    """Months ("2024-03") of the span that are not wholly inside it."""
    return cut_units(span, "month")


def _days(month: str, span: Period | None) -> Period:
    whole = unit_of(date(int(month[:4]), int(month[5:]), 1), "month")
    return Period(start=max(whole.start, span.start), end=min(whole.end, span.end)) if span else whole


def _warnings(month: str, months: tuple[str, ...], partial: tuple[str, ...], tables: Tables) -> tuple[str, ...]:
    found = []
    if month in partial:
        found.append("the month is not complete in the data: do not compare it with whole months")
    first = tables.facts.first_order
    if month == months[0] and first is not None and first.strftime("%Y-%m") == month:
        found.append("the data begins in this month: customers who bought before it look new")
    return tuple(found)


def _split(columns: dict[str, list[Figure]]) -> dict[str, list[Figure]]:
    returning = [
        everyone.model_copy(update={"value": (everyone.value or 0) - (new.value or 0)})
        for everyone, new in zip(columns["customers"], columns["new_customers"], strict=True)
    ]
    return {"new": columns["new_customers"], "returning": returning}


def _chart(title: str, months: tuple[str, ...], series: dict[str, list[Figure]], receipts: Receipts) -> Chart:
    money = next(iter(series.values()), [])
    unit = money[0].unit if money else "number"
    return Chart(
        kind="bar",
        title=title,
        x=months,
        series={name: tuple(figure.value for figure in figures) for name, figures in series.items()},
        unit=unit,
        currency=receipts.currency if unit == "money" else None,
    )


def _table(
    months: tuple[str, ...], partial: tuple[str, ...], columns: dict[str, list[Figure]], receipts: Receipts
) -> ResultTable:
    rows = tuple(
        {"month": month + (" (partial)" if month in partial else "")}
        | {name: figures[place].value for name, figures in columns.items()}
        for place, month in enumerate(months)
    )
    return ResultTable(
        title="By month",
        columns=(
            Column(key="month", label="Month"),
            Column(key="net_sales", label="Net sales", unit="money"),
            Column(key="orders", label="Orders", unit="count"),
            Column(key="customers", label="Customers", unit="count"),
            Column(key="new_customers", label="New", unit="count"),
            Column(key="returning_share", label="Returning share", unit="share"),
        ),
        rows=rows,
        note="Partial months are not comparable with whole ones." if partial else "",
        currency=receipts.currency,
    )
