"""Customer/Order CSV Export for WooCommerce (SkyVerge): items in one cell, a row each, as JSON, or a column each."""

from __future__ import annotations

import re
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held, regex_replace
from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.items_in_cells import MARK, Cells, add_items, keyed, marked, number_in
from copilot.data.formats.platform import field_map, report_orders, signature
from copilot.data.formats.spread import with_share
from copilot.data.formats.woocommerce import BILLING, SPREAD, before_discounts
from copilot.data.moments import timestamp
from copilot.data.order_parts import part
from copilot.data.reading import ROW

COLUMNS: Final = {
    **BILLING,
    # The shop's own numbers where a plugin makes them; without one these cells are empty.
    "order_id": ("order_number_formatted", "order_number", "order_id", "id"),
    "ordered_at": ("date", "order_date", "created_at"),
    "status": ("status",),
    "currency": ("order_currency", "currency"),
    "customer_id": ("customer_id", "customer_user"),  # 0 for guests; the import layouts have an e-mail address here
    "shipping": ("shipping_total", "total_shipping", "order_shipping"),
    "taxes": ("tax_total", "order_tax", "cart_tax"),
    "shipping_tax": ("shipping_tax",),  # beside cart_tax only; the other layouts have it in their tax
    "order_discount": ("discount_total", "total_discount"),
    "order_total": ("order_total", "total"),
    "order_returns": ("refunded_total", "total_refunded"),
    "product": ("item_name", "line_item_name"),
    "sku": ("item_sku", "line_item_sku"),
    "variant": ("line_item_variation",),
    "quantity": ("item_quantity", "line_item_amount"),
    "line_subtotal": ("item_subtotal",),
    "line_total": ("item_total", "line_item_price"),  # the line's total after coupons, in spite of its name
    "line_returns": ("item_refunded",),
    "quantity_returned": ("item_refunded_qty",),
}
_ITEM_FIELDS: Final = ("product", "sku", "variant", "quantity", "line_subtotal", "line_total", "line_returns",
                       "quantity_returned")  # fmt: skip
_HEADER: Final = signature(
    "status", "billing_email",
    some=("line_items", "item_name", "line_item_name", "order_item_1", "order_items"), least=1,
    none=("product_name", "item name"),
)  # fmt: skip
_COLUMN_AN_ITEM: Final = re.compile(r"order_item_\d+", re.IGNORECASE)
_NO_PRODUCT: Final = "unknown_product"  # written for products that were deleted


class WooCommerceCsvExport:
    """The format as the registry sees it."""

    name = "WooCommerce CSV export"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when orders carry the plugin's own names and items in one of its layouts."""
        return _HEADER.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Rows as orders or as items, by the layout the shop chose."""
        names = {column.lower(): column for column in upload.raw.columns}
        rows = "item_name" in names or "line_item_name" in names
        wanted = COLUMNS if rows else {field: there for field, there in COLUMNS.items() if field not in _ITEM_FIELDS}
        fields, mapped = field_map(upload, wanted, self.name, "orders")
        if mapped.questions:
            return mapped
        spread = rows and not fields.has("line_subtotal")
        options = LineOptions(items=rows, shape=before_discounts if spread else None, goods_refunds=True)
        lines = report_orders(upload, fields, options, mapped)
        cells = None if rows else _cells(upload.table, names)
        if cells is not None:
            add_items(upload, lines, cells, mapped)
        if "refunds" in names:
            _add_refunds(upload, lines, names["refunds"], mapped)
        if spread or (cells is not None and cells.net):
            mapped.notes.append(SPREAD)
        return mapped


def _cells(table: ir.Table, names: dict[str, str]) -> Cells | None:
    """The items of the layouts that write them into the order's row."""
    if "line_items" in names:
        column = table[names["line_items"]]
        if int(column.re_search(r"^\s*\[").sum().fill_null(0).execute()):
            return Cells(column.try_cast("json").array, _from_json)
        return Cells(_apart(column), _from_keys)
    several = [column for name, column in names.items() if _COLUMN_AN_ITEM.fullmatch(name)]
    if several:
        return Cells(marked(table, several), _from_places, net=True)
    column = table[names["order_items"]]
    return Cells(regex_replace(column, r"; ", MARK, "g").split(MARK), _from_words)


def _add_refunds(upload: Upload, lines: ir.Table, column: str, mapped: Mapped) -> None:
    """Return documents on the day of each refund (`id:9|date:2026-02-10 11:00:00|amount:10.80|reason:...`).

    Their amounts hold shipping and tax; together they come to what came back of the order's goods. The reason is free
    text and not kept.
    """
    cell = upload.table[column]
    as_json = bool(int(cell.re_search(r"^\s*\[").sum().fill_null(0).execute()))
    apart = cell.try_cast("json").array if as_json else _apart(cell)
    single = upload.table.select(cell_row=upload.table[ROW], one=apart).unnest("one", offset="place")
    kept = lines.filter(lines.set_aside.isnull()).select(ROW, "order_id")
    rows = kept.join(single, kept[ROW] == single.cell_row)

    def text(key: str) -> ir.StringValue:
        return _json_text(rows.one, key) if as_json else keyed(rows.one, key)

    said = {"refund": text("id"), "refunded_at": timestamp(text("date"), None), "amount": number_in(text("amount"))}
    found = held(upload.engine, rows.select("order_id", "place", **said))
    orders = mapped.tables["orders"].filter(lambda t: t.returns > 0).select(o_order="order_id", back="returns")
    usable = found.filter(found.refund.notnull() & found.refunded_at.notnull() & (found.amount > 0))
    usable = usable.join(orders, usable.order_id == orders.o_order).mutate(quantity=ibis.literal(1))
    shared = with_share(usable, usable.amount, usable.back, ("place",))
    number = shared.order_id + ibis.literal("-refund-") + shared.refund
    dated = held(upload.engine, shared.select("order_id", "refunded_at", refund_id=number, amount=shared.share))
    if int(dated.count().execute()):
        mapped.parts["order_refunds"] = part(dated, "order_refunds")
        mapped.notes[:] = [note for note in mapped.notes if not note.startswith("refunds carry no date")]


def _apart(cell: ir.StringValue) -> ir.ArrayValue:
    return regex_replace(cell, r"([^\\]);id:", rf"\1{MARK}id:", "g").split(MARK)


def _json_text(item: ir.JSONValue, key: str) -> ir.StringValue:
    found: ir.StringValue = regex_replace(item[key].cast("string"), r'^"|"$', "", "g").nullif("null").nullif("")
    return found


def _from_keys(item: ir.StringValue) -> dict[str, ir.Value]:
    """`id:7|name:Tea|product_id:3|sku:T-1|quantity:2|subtotal:10.00|...|total:9.00|...|refunded:0.00|...|meta:`."""
    subtotal = number_in(keyed(item, "subtotal"))
    return {
        "product": keyed(item, "name"),
        "sku": keyed(item, "sku").nullif(_NO_PRODUCT),
        "variant": keyed(item, "meta"),
        "quantity": number_in(keyed(item, "quantity")),
        "gross": subtotal,
        "discount": subtotal - number_in(keyed(item, "total")),
        "returned": number_in(keyed(item, "refunded")),
    }


def _from_json(item: ir.JSONValue) -> dict[str, ir.Value]:
    """The same keys as an object of a JSON list; numbers with or without quotation marks."""

    subtotal = number_in(_json_text(item, "subtotal"))
    name = item["name"].str
    for entity, sign in (("&quot;", '"'), ("&#039;", "'"), ("&amp;", "&")):
        name = name.replace(entity, sign)
    return {
        "product": name.nullif(""),
        "sku": item["sku"].str.nullif(_NO_PRODUCT).nullif(""),
        "variant": item["meta"].str.nullif(""),
        "quantity": number_in(_json_text(item, "quantity")),
        "gross": subtotal,
        "discount": subtotal - number_in(_json_text(item, "total")),
        "returned": number_in(_json_text(item, "refunded")),
    }


def _from_places(item: ir.StringValue) -> dict[str, ir.Value]:
    """`T-1|2|9.00|Size: L`: code, quantity, the line's total after coupons, then what the buyer chose."""
    return {
        "sku": item.re_extract(r"^([^|]*)", 1).strip().nullif(""),
        "quantity": number_in(item.re_extract(r"^[^|]*\|([^|]*)", 1)),
        "gross": number_in(item.re_extract(r"^[^|]*\|[^|]*\|([^|]*)", 1)),
        "variant": item.re_extract(r"^[^|]*\|[^|]*\|[^|]*\|(.*)$", 1).strip().nullif(""),
    }


def _from_words(item: ir.StringValue) -> dict[str, ir.Value]:
    """`Tea, green (T-1) x2 - Size: L`; prices are not in the file."""
    parts = r"(?s)^(.*?)(?: \(([^()]*)\))? x(\d+)(?: - (.*))?$"
    return {
        "product": item.re_extract(parts, 1).strip().nullif(""),
        "sku": item.re_extract(parts, 2).strip().nullif(""),
        "quantity": number_in(item.re_extract(parts, 3)),
        "variant": item.re_extract(parts, 4).strip().nullif(""),
    }
