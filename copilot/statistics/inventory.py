"""Inventory: what is loaded, how much of it, from when to when, and what is missing for which answer."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.result import Column, Figure, Period, Result, ResultTable

# role -> what it would make possible, and where to find the export
WANTED: Final[dict[str, tuple[str, str]]] = {
    "orders": ("sales, best customers, repeat rates, drafts", "Shopify: Orders > Export > All orders, plain CSV"),
    "customers": (
        "cold and warm stages, who may be mailed",
        "Shopify: Customers > Export, or Klaviyo: Lists & segments",
    ),
    "feedback": ("pain points and motives in customers' words", "your review app's export, or survey answers as CSV"),
    "sessions": ("where people come from before they buy", "web analytics sessions as CSV"),
    "products": ("categories and product names", "Shopify: Products > Export"),
    "spend": ("what a customer costs", "Meta or Google Ads: Reports > Export CSV"),
}


class Inventory(Result):
    """Files and row counts, the period of the orders, and `missing`: sentences on what another export would add."""

    counts: tuple[Figure, ...]
    first_order: Figure | None
    last_order: Figure | None
    table: ResultTable
    missing: tuple[str, ...]
    notes: tuple[str, ...]


def inventory(tables: Tables) -> Inventory:
    """Count what is in the canonical tables. Nothing is computed from it."""
    facts = tables.facts
    kinds: tuple[tuple[str, str, ir.Table], ...] = (
        ("orders", "orders", tables.orders.filter(tables.orders.kind.fill_null("order") == "order")),
        ("items", "order lines", tables.order_items),
        ("customers", "people", tables.customers),
        ("products", "products", tables.products),
        ("sessions", "web sessions", tables.sessions),
        ("feedback", "reviews and survey answers", tables.feedback),
        ("spend", "days of ad spend", tables.spend),
    )
    counts = tuple(
        Figure(
            name=f"rows_{name}",
            label=f"Loaded: {noun}",
            value=int(tables.frame(table.aggregate(n=table.count()))["n"].iloc[0]),
            unit="count",
            noun=noun,
            definition=f"{noun} in the canonical tables, before any rule about what counts",
            scope="Everything loaded, whatever its status.",
            query={"function": "inventory"},
        )
        for name, noun, table in kinds
    )
    have = {source.role for source in facts.sources}
    if counts[2].value:
        have.add("customers") if any(source.role == "customers" for source in facts.sources) else None
    return Inventory(
        counts=tuple(figure for figure in counts if figure.value),
        first_order=_day("first", facts.first_order, tables),
        last_order=_day("last", facts.last_order, tables),
        table=_files(tables),
        missing=tuple(f"{what} ({where})" for role, (what, where) in WANTED.items() if role not in have),
        notes=facts.notes,
    )


def _day(which: str, day: object, tables: Tables) -> Figure | None:
    facts = tables.facts
    if facts.first_order is None or facts.last_order is None or day is None:
        return None
    return Figure(
        name=f"{which}_order_day",
        label=f"Day of the {which} order",
        value=None,
        unit="date",
        day=facts.first_order if which == "first" else facts.last_order,
        period=Period(start=facts.first_order, end=facts.last_order),
        definition=f"day of the {which} order loaded",
        scope="Everything loaded, whatever its status.",
        query={"function": "inventory"},
    )


def _files(tables: Tables) -> ResultTable:
    return ResultTable(
        title="Files loaded",
        columns=(
            Column(key="file", label="file"),
            Column(key="role", label="role"),
            Column(key="format", label="format"),
            Column(key="rows", label="rows", unit="count"),
            Column(key="kept", label="kept", unit="count"),
        ),
        rows=tuple(
            {"file": s.file, "role": s.role, "format": s.format, "rows": s.rows, "kept": s.kept}
            for s in tables.facts.sources
        ),
    )
