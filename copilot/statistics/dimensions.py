"""Dimensions: what figures can be split by, and the column that holds each in orders, lines and customers."""

from __future__ import annotations

import calendar
import difflib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.errors import UnknownName
from copilot.statistics.scope import ITEM_FIELDS, Scope, customer_table, documents

UNKNOWN: Final = "unknown"
_FIRST: Final = ("first_channel", "first_source", "first_device", "first_category", "first_product", "first_month",
                 "first_discounted")  # fmt: skip


@dataclass(frozen=True)
class Dimension:
    """`documents`, `customers`: the value in a row of that table, None where it has none. `time`: sorts by itself."""

    name: str
    label: str
    documents: Callable[[ir.Table], ir.Value] | None = None
    customers: Callable[[ir.Table], ir.Value] | None = None
    time: bool = False


def _field(name: str) -> Callable[[ir.Table], ir.Value]:
    return lambda rows: rows[name]


def _dated(pattern: str) -> tuple[Callable[[ir.Table], ir.Value], Callable[[ir.Table], ir.Value]]:
    return lambda rows: rows.ordered_at.strftime(pattern), lambda rows: rows.first_at.strftime(pattern)


def _quarter(time: str) -> Callable[[ir.Table], ir.Value]:
    return lambda rows: rows[time].year().cast("string") + "-Q" + rows[time].quarter().cast("string")


def _weekday(time: str) -> Callable[[ir.Table], ir.Value]:
    """Monday first, so that the text sorts as the week runs."""
    return lambda rows: rows[time].day_of_week.index().cast("string")


def _discounted(column: str) -> Callable[[ir.Table], ir.Value]:
    return lambda rows: ibis.cases((rows[column], "yes"), (~rows[column], "no"))


def dimensions() -> dict[str, Dimension]:
    """All declared dimensions by name. For customer figures, channel, source, device, category and time are those
    of the first order."""
    plain = [Dimension(name, name.capitalize(), _field(name), _field(name)) for name in ("country", "region", "city")]
    touched = [
        Dimension(name, name.capitalize(), _field(name), _field(f"first_{name}"))
        for name in ("channel", "source", "device")
    ]
    dated = [
        Dimension("day", "Day", *_dated("%Y-%m-%d"), time=True),
        Dimension("month", "Month", *_dated("%Y-%m"), time=True),
        Dimension("year", "Year", *_dated("%Y"), time=True),
        Dimension("quarter", "Quarter", _quarter("ordered_at"), _quarter("first_at"), time=True),
        Dimension("weekday", "Weekday", _weekday("ordered_at"), _weekday("first_at"), time=True),
        Dimension("hour", "Hour", *_dated("%H"), time=True),
    ]
    discount = [
        Dimension("discount_code", "Discount code", _field("discount_code"), _field("first_code")),
        Dimension("discounted", "Discounted", _discounted("discounted"), _discounted("first_discounted")),
    ]
    items = [
        Dimension("category", "Category", customers=_field("first_category")),
        Dimension("product", "Product", customers=_field("first_product")),
        Dimension("sku", "SKU"),
        Dimension("vendor", "Vendor"),
    ]
    first = [
        Dimension(
            name,
            name.replace("_", " ").capitalize(),
            _field(name) if name != "first_discounted" else _discounted(name),
            _field(name) if name != "first_discounted" else _discounted(name),
        )
        for name in _FIRST
    ]
    return {dimension.name: dimension for dimension in (*plain, *touched, *dated, *discount, *items, *first)}


def dimension(name: str) -> Dimension:
    """The dimension of that name; UnknownName with the nearest otherwise."""
    known = dimensions()
    if name not in known:
        raise UnknownName("dimension", name, difflib.get_close_matches(name, known, n=3, cutoff=0.5))
    return known[name]


def document_rows(tables: Tables, scope: Scope, names: tuple[str, ...]) -> ir.Table:
    """Documents that count, with one text column per dimension (named by it)."""
    rows = documents(tables, scope)
    if any(name in _FIRST for name in names):
        customers = customer_table(tables, scope.ever()).select("customer_key", *_FIRST)
        rows = rows.left_join(customers, "customer_key").drop("customer_key_right")
    return _labelled(rows, names, "documents")


def customer_rows(tables: Tables, scope: Scope, names: tuple[str, ...]) -> ir.Table:
    """Customers, with one text column per dimension."""
    return _labelled(customer_table(tables, scope), names, "customers")


def line_rows(tables: Tables, scope: Scope, names: tuple[str, ...]) -> ir.Table:
    """Product lines of valid orders with customer, quantity, line_sales and one text column per dimension."""
    order_names = tuple(name for name in names if name not in ITEM_FIELDS)
    orders = document_rows(tables, scope, order_names)
    orders = orders.filter(orders.valid).select("order_id", "customer_key", *(f"by_{name}" for name in order_names))
    items = tables.order_items
    items = items.filter(items.kind.fill_null("product") == "product")
    if scope.repeated_lines == "drop":
        items = items.filter(~items.repeated.fill_null(False))
    lines = items.select(
        "order_id",
        "quantity",
        line_sales=items.gross - items.discount.fill_null(0),
        **{f"by_{name}": items[name] for name in names if name in ITEM_FIELDS},
    ).join(orders, "order_id")
    return (
        lines.mutate(**{f"by_{name}": _text(lines[f"by_{name}"]) for name in names if name in ITEM_FIELDS})
        if any(name in ITEM_FIELDS for name in names)
        else lines
    )


def _labelled(rows: ir.Table, names: tuple[str, ...], grain: str) -> ir.Table:
    columns = {}
    for name in names:
        value = getattr(dimension(name), grain)
        if value is not None:
            columns[f"by_{name}"] = _text(value(rows))
    return rows.mutate(**columns) if columns else rows


def _text(column: ir.Value) -> ir.StringValue:
    return column.cast("string").nullif("").fill_null(UNKNOWN)


def shown(name: str, text: str) -> str:
    """The label of one value for the screen, e.g. a weekday's name."""
    if name == "weekday" and text.isdigit():
        return calendar.day_name[int(text)]
    return f"{text}:00" if name == "hour" and text.isdigit() else text
