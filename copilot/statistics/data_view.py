"""The shop at one look before and after a correction: orders, customers, net sales, first and last day."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from copilot.data.tables import Tables
from copilot.statistics.condition import Condition
from copilot.statistics.result import Column, Figure, Period, Result, ResultTable
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope

_MOST_CURRENCIES: Final = 4


class CurrencyView(Result):
    """Orders, customers with an order, and net sales of one currency (None: unknown, or the only one)."""

    currency: str | None
    orders: Figure
    customers: Figure
    net_sales: Figure


class DataView(Result):
    """One look at the shop; `parts` has an entry a currency, since currencies are never added, none without orders."""

    when: str
    parts: tuple[CurrencyView, ...]
    first_day: Figure | None
    last_day: Figure | None


class Changed(Result):
    """The shop before and after, and both as a table."""

    before: DataView
    after: DataView
    table: ResultTable


def data_view(tables: Tables, when: str, told: Mapping[str, Any] | None = None) -> DataView:
    """The figures of everything that counts by the project's definition (`Scope()`).

    `when` stands in their labels, `told` in their queries: what the data is looked at with.
    """
    facts = tables.facts
    if facts.first_order is None or facts.last_order is None:
        return DataView(when=when, parts=(), first_day=None, last_day=None)
    several = len(facts.currencies) > 1
    wanted = facts.currencies[:_MOST_CURRENCIES] if several else (facts.currency,)
    return DataView(
        when=when,
        parts=tuple(_marked(_part(tables, code, several=several), when, told) for code in wanted),
        first_day=_labelled(_day(tables, "first", facts.first_order), when, told),
        last_day=_labelled(_day(tables, "last", facts.last_order), when, told),
    )


def changed(before: DataView, after: DataView) -> Changed:
    """Both looks, and a table of them: a row a look and currency."""
    codes = {part.currency for view in (before, after) for part in view.parts}
    columns = (
        Column(key="when", label=""),
        Column(key="orders", label="orders", unit="count"),
        Column(key="customers", label="customers", unit="count"),
        Column(key="net_sales", label="net sales", unit="money" if len(codes) == 1 else "number"),
        Column(key="first", label="first order", unit="date"),
        Column(key="last", label="last order", unit="date"),
    )
    table = ResultTable(
        title="Before and after",
        columns=columns,
        rows=tuple(_rows(before) + _rows(after)),
        currency=next(iter(codes)) if len(codes) == 1 else None,
    )
    return Changed(before=before, after=after, table=table)


def _part(tables: Tables, code: str | None, *, several: bool) -> CurrencyView:
    scope = Scope(where=(Condition(field="currency", value=code),)) if several else Scope()
    ladder = sales_ladder(tables, scope)
    return CurrencyView(currency=code, orders=ladder.orders, customers=ladder.customers, net_sales=ladder.net_sales)


def _marked(part: CurrencyView, when: str, told: Mapping[str, Any] | None) -> CurrencyView:
    names = ("orders", "customers", "net_sales")
    return part.model_copy(update={name: _labelled(getattr(part, name), when, told) for name in names})


def _labelled(figure: Figure, when: str, told: Mapping[str, Any] | None) -> Figure:
    return figure.model_copy(update={"label": f"{figure.label} ({when})", "query": {**figure.query, **(told or {})}})


def _day(tables: Tables, which: str, day: date) -> Figure:
    facts = tables.facts
    return Figure(
        name=f"{which}_order_day",
        label=f"Day of the {which} order",
        value=None,
        unit="date",
        day=day,
        period=Period(start=facts.first_order or day, end=facts.last_order or day),
        definition=f"day of the {which} order loaded",
        scope="; ".join(["Everything loaded, whatever its status", *facts.rules]) + ".",
        query={"function": "data_view"},
    )


def _rows(view: DataView) -> list[dict[str, Any]]:
    days = {
        "first": view.first_day.day.isoformat() if view.first_day and view.first_day.day else None,
        "last": view.last_day.day.isoformat() if view.last_day and view.last_day.day else None,
    }
    return [
        {
            "when": f"{view.when}, {part.currency}" if len(view.parts) > 1 else view.when,
            "orders": part.orders.value,
            "customers": part.customers.value,
            "net_sales": part.net_sales.value,
            **days,
        }
        for part in view.parts
    ] or [{"when": view.when, "orders": 0, "customers": 0, "net_sales": None, **days}]
