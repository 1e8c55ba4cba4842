"""WooCommerce orders as WebToffee and WP All Export write them: the order on its rows, an item a row or a column."""

from __future__ import annotations

import re
from typing import Final

import ibis.expr.types as ir

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.items_in_cells import Cells, add_items, keyed, marked, number_in
from copilot.data.formats.platform import field_map, report_orders, signature
from copilot.data.formats.woocommerce import BILLING, SPREAD, before_discounts

COLUMNS: Final = {
    **BILLING,
    "order_id": ("order_number", "order_id"),
    "ordered_at": ("order_date",),
    "status": ("status", "order_status"),
    "currency": ("order_currency",),
    "customer_id": ("customer_id", "customer_user"),
    "shipping": ("shipping_total",),
    "taxes": ("tax_total",),
    "order_discount": ("discount_total",),
    "order_total": ("order_total",),
    "order_returns": ("refunded_total", "total_refunded", "refund_amount"),
    "discount_code": ("coupon_code", "coupon_codes"),
    "product": ("product_name",),
    "sku": ("sku", "product_sku"),
    "variant": ("product_variation",),
    "quantity": ("quantity",),
    "line_total": ("item_total", "line_total"),
}
_ITEM_FIELDS: Final = ("product", "sku", "variant", "quantity", "line_total")
_HEADER: Final = signature(
    "order_date", "order_total",
    some=("order_currency", "billing_first_name", "billing_email", "customer_email", "item_total", "line_item_1",
          "payment_method_title", "shipping_total", "discount_total", "customer_note"),
    least=3,
    none=("line_items", "item_name", "line_item_name", "order_item_1", "order_items"),
)  # fmt: skip
_COLUMN_AN_ITEM: Final = re.compile(r"line_item_\d+", re.IGNORECASE)


class WooCommerceRows:
    """The format as the registry sees it."""

    name = "WooCommerce orders"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when an order has its number and enough of WooCommerce's own names."""
        numbered = {"order_number", "order_id"} & {column.lower() for column in columns}
        return _HEADER.confidence(columns) if numbered else 0.0

    def map(self, upload: Upload) -> Mapped:
        """Order amounts once per order, whether they stand on its first row or on all; items after coupons."""
        several = [column for column in upload.raw.columns if _COLUMN_AN_ITEM.fullmatch(column)]
        wanted = COLUMNS if not several else {f: there for f, there in COLUMNS.items() if f not in _ITEM_FIELDS}
        fields, mapped = field_map(upload, wanted, self.name, "orders")
        if mapped.questions:
            return mapped
        items = any(fields.has(name) for name in _ITEM_FIELDS)
        spread = fields.has("line_total", "order_discount")
        options = LineOptions(items=items, shape=before_discounts if spread else None, goods_refunds=True)
        lines = report_orders(upload, fields, options, mapped)
        if several:
            add_items(upload, lines, Cells(marked(upload.table, several), _item), mapped)
        elif spread:
            mapped.notes.append(SPREAD)
        return mapped


def _item(item: ir.StringValue) -> dict[str, ir.Value]:
    """`name:Tea|product_id:3|sku:T-1|quantity:2|total:9.00|sub_total:10.00`."""
    before = number_in(keyed(item, "sub_total"))
    after = number_in(keyed(item, "total"))
    return {
        "product": keyed(item, "name"),
        "sku": keyed(item, "sku"),
        "quantity": number_in(keyed(item, "quantity")),
        "gross": before.fill_null(after),
        "discount": before - after,
    }
