"""Items that a platform writes into one cell of their order, or one column each: taken apart into item rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data import cleaning
from copilot.data.engine import held, regex_replace
from copilot.data.formats.base import Mapped, Upload, conform
from copilot.data.formats.items import codes_have_digits, item_kind
from copilot.data.formats.spread import with_share
from copilot.data.quality import example_rows
from copilot.data.reading import ROW
from copilot.data.tables import MONEY

MARK: Final = "\x1e"  # stands between the items of a cell while they are taken apart
_TYPES: Final = {
    "sku": "string", "product": "string", "variant": "string", "category": "string", "quantity": MONEY, "gross": MONEY,
    "discount": MONEY, "returned": MONEY, "gift_card": "boolean",
}  # fmt: skip

Read = Callable[[ir.Value], Mapping[str, ir.Value]]


@dataclass(frozen=True)
class Cells:
    """Where the items stand and how one is read.

    `items`: an array of items for each row of the upload. `read` gives of one item sku, product, variant, category,
    quantity, gross, discount, returned - those there are. `net`: gross is after the order's discounts.
    """

    items: ir.ArrayValue
    read: Read
    net: bool = False


def add_items(upload: Upload, lines: ir.Table, cells: Cells, mapped: Mapped) -> None:
    """Put the items of each order's cell into `mapped`, and their sums in place of what the order row states.

    `lines` are the order rows as `build` gave them back.
    """
    kept = lines.filter(lines.set_aside.isnull()).select(ROW, "order_id")
    single = upload.table.select(cell_row=upload.table[ROW], item=cells.items).unnest("item", offset="place")
    joined = kept.join(single, kept[ROW] == single.cell_row)
    if joined.item.type().is_string():
        joined = joined.filter(joined.item.strip() != "")
    found = dict(cells.read(joined.item))
    typed = {name: found.get(name, ibis.null(kind)).cast(kind) for name, kind in _TYPES.items()}
    items = held(upload.engine, joined.select(ROW, "order_id", "place", **typed))
    unread = items["product"].isnull() & items.sku.isnull()
    count = int(items.filter(unread).count().execute())
    mapped.note("unread_items", count, "items inside order cells that could not be read", "left out; totals stay",
        example_rows(items, unread, count))  # fmt: skip
    items = items.filter(~unread)
    if cells.net:
        items = _before_discounts(items, mapped.tables["orders"])
    number = ibis.row_number().over(group_by=items.order_id, order_by=[items[ROW], items.place]) + 1
    price = (items.gross.cast("float64") / items.quantity.nullif(0).cast("float64")).cast(MONEY)
    items = items.mutate(line_no=number, unit_price=price, repeated=ibis.literal(False))
    items = held(upload.engine, items.mutate(kind=item_kind(items, digits=codes_have_digits(items))))
    mapped.tables["order_items"] = conform(items, "order_items")
    _settle_orders(upload, items, mapped)


def _before_discounts(items: ir.Table, orders: ir.Table) -> ir.Table:
    given = orders.select(d_order=orders.order_id, given=orders.discounts)
    items = items.left_join(given, items.order_id == given.d_order).drop("d_order")
    items = with_share(items, items.gross, items.given, (ROW, "place"))
    return items.mutate(gross=(items.gross + items.share).cast(MONEY), discount=items.share).drop("given", "share")


def marked(table: ir.Table, columns: list[str]) -> ir.ArrayValue:
    """The items of a row that has a column for each of them."""
    return ibis.literal(MARK).join([ibis.coalesce(table[column], "") for column in columns]).split(MARK)


def _settle_orders(upload: Upload, items: ir.Table, mapped: Mapped) -> None:
    """Where all items of an order have a price their sum is its gross sales; refunds by item count before others."""
    sums = items.group_by(s_order=items.order_id).aggregate(
        s_lines=items.count(),
        s_priced=items.gross.count(),
        s_discount=items.discount.sum(),
        s_returned=items.returned.abs().sum(),
    )
    orders = mapped.tables["orders"]
    names = orders.columns
    orders = orders.left_join(sums, orders.order_id == sums.s_order)
    priced = (orders.s_lines == orders.s_priced).fill_null(False)
    cut = orders.s_discount > 0
    orders = orders.mutate(
        gross_sales=ibis.ifelse(priced, ibis.null(MONEY), orders.gross_sales),
        discounts=ibis.coalesce(orders.discounts, orders.s_discount),
        returns=ibis.coalesce(orders.s_returned.nullif(0), orders.returns),
        discounted=ibis.coalesce(orders.discounted | cut, orders.discounted, cut),
    )
    mapped.tables["orders"] = conform(held(upload.engine, orders.select(*names)), "orders")


def number_in(text: ir.StringValue) -> ir.DecimalValue:
    """A number inside an item; platforms write it with a decimal point there whatever the shop's language."""
    return cleaning.number(text, "point")


def keyed(item: ir.StringValue, key: str) -> ir.StringValue:
    r"""The value of `key` in `id:1|name:Tea\: green|sku:T-1`, without the backslashes before signs; null if empty."""
    found = item.re_extract(rf"(?s)(?:^|[^\\]\|){key}:((?:[^|\\]|\\.)*)", 1)
    text: ir.StringValue = regex_replace(found, r"\\(.)", r"\1", "g").strip().nullif("")
    return text
