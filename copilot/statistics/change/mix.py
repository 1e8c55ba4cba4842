"""Owns which levels of a dimension (countries, categories, products, sources ...) carried a change of sales."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

import ibis.expr.types as ir

from copilot.errors import UnknownName
from copilot.statistics.change.sums import Pair, money
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import ITEM_FIELDS, ORDER_FIELDS

SHOWN: Final = 8
UNKNOWN: Final = "unknown"
DOCUMENT_FIELDS: Final = tuple(field for field in ORDER_FIELDS if field not in ("currency", "tags", "status"))
LINE_FIELDS: Final = tuple(field for field in ITEM_FIELDS if field != "sku")
OFF_LINES: Final = "not on product lines"
OTHERS: Final = "all others"


class LevelChange(Result):
    """Net sales of one level before and after; the changes of all levels add up to the whole change."""

    name: str
    before: Figure
    after: Figure
    change: Figure


class Levels(Result):
    """The levels of one dimension by size of their change, the smaller ones together as "all others"."""

    dimension: str
    levels: tuple[LevelChange, ...]
    found: int  # levels in the data
    table: ResultTable
    note: str = ""


def levels(pair: Pair, receipts: Receipts, dimension: str) -> Levels:
    """Net sales by level in both periods. By product, category or vendor: sales on product lines less line
    discounts; shipping, order discounts and returns stand in a line of their own, so that all adds up.

    Raises UnknownName for what is no dimension of orders or lines.
    """
    if dimension in LINE_FIELDS:
        found = _line_levels(pair, dimension)
        note = "By product line: order-level discounts, returns and other lines belong to no product; they stand apart."
    elif dimension in DOCUMENT_FIELDS:
        rows = pair.rows()
        found = _counted(pair, rows.mutate(level=rows[dimension].cast("string").fill_null(UNKNOWN), amount=rows.net))
        note = ""
    else:
        raise UnknownName("dimension", dimension, (*DOCUMENT_FIELDS, *LINE_FIELDS))
    ranked = sorted(found, key=lambda name: (-abs(found[name][1] - found[name][0]), name))
    shown = {name: found[name] for name in ranked[:SHOWN]}
    rest = [found[name] for name in ranked[SHOWN:]]
    if rest:
        shown[OTHERS] = (sum((one[0] for one in rest), Decimal(0)), sum((one[1] for one in rest), Decimal(0)))
    made = tuple(_level(receipts, dimension, name, *amounts) for name, amounts in shown.items())
    return Levels(
        dimension=dimension, levels=made, found=len(found), note=note, table=_table(dimension, made, receipts.currency)
    )


def _counted(pair: Pair, rows: ir.Table) -> dict[str, tuple[Decimal, Decimal]]:
    each = rows.group_by("level").aggregate(
        before=rows.amount.sum(where=rows.side == 0), after=rows.amount.sum(where=rows.side == 1)
    )
    return {
        str(row["level"]): (money(row["before"]), money(row["after"]))
        for row in pair.tables.frame(each).to_dict("records")
    }


def _line_levels(pair: Pair, dimension: str) -> dict[str, tuple[Decimal, Decimal]]:
    rows = pair.rows()
    orders = rows.filter(rows.valid).select("order_id", "side")
    items = pair.tables.order_items
    items = items.filter(items.kind.fill_null("product") == "product")
    if pair.scope.repeated_lines == "drop":
        items = items.filter(~items.repeated.fill_null(False))
    items = items.select(
        "order_id",
        level=items[dimension].fill_null(UNKNOWN),
        amount=items.gross.fill_null(0) - items.discount.fill_null(0),
    )
    found = _counted(pair, items.join(orders, "order_id"))
    sums = rows.aggregate(before=rows.net.sum(where=rows.side == 0), after=rows.net.sum(where=rows.side == 1))
    row = pair.tables.frame(sums).iloc[0]
    whole = (money(row["before"]), money(row["after"]))
    rest = tuple(whole[side] - sum((amounts[side] for amounts in found.values()), Decimal(0)) for side in (0, 1))
    if any(rest):
        found[OFF_LINES] = (rest[0], rest[1])
    return found


def _level(receipts: Receipts, dimension: str, name: str, before: Decimal, after: Decimal) -> LevelChange:
    def figure(metric: str, value: Decimal, words: str) -> Figure:
        query = {**receipts.query(), "figure": metric, "dimension": dimension, "level": name, "side": words}
        return receipts.figure(metric, value, label=f"{words}: {dimension} {name}", query=query)

    return LevelChange(
        name=name,
        before=figure("net_sales", before, "Net sales before"),
        after=figure("net_sales", after, "Net sales"),
        change=figure("change_level", after - before, "Change of net sales"),
    )


def _table(dimension: str, made: tuple[LevelChange, ...], currency: str | None) -> ResultTable:
    return ResultTable(
        title=f"Change of net sales by {dimension}",
        columns=(
            Column(key="level", label=dimension.replace("_", " ")),
            Column(key="before", label="before", unit="money"),
            Column(key="after", label="after", unit="money"),
            Column(key="change", label="change", unit="money"),
        ),
        rows=tuple(
            {"level": one.name, "before": one.before.value, "after": one.after.value, "change": one.change.value}
            for one in made
        ),
        currency=currency,
    )
