"""WooCommerce core, Analytics > Orders > Download: one row an order, its products in one cell, no e-mail address."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from copilot.data.engine import regex_replace
from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.items_in_cells import MARK, Cells, add_items, number_in
from copilot.data.formats.platform import field_map, report_orders, signature

COLUMNS: Final = {
    "order_id": ("Order #",),
    "ordered_at": ("Date",),
    "status": ("Status",),
    "discount_code": ("Coupon(s)",),
    "subtotal": ("Net Sales", "N. Revenue", "N. Revenue (formatted)"),  # without tax, shipping and coupons
    "source": ("Attribution",),
}
_HEADER: Final = signature(
    "Date", "Order #", "Product(s)",
    some=("Items sold", "Coupon(s)", "Net Sales", "N. Revenue", "N. Revenue (formatted)", "Customer type"), least=2,
)  # fmt: skip
_PRODUCTS: Final = "Product(s)"
_NOTES: Final = (
    "amounts are after coupons; what was taken off is not in the file",
    "customers are given by name only, which does not tell two people apart: none is counted",
)


class WooCommerceAnalytics:
    """The format as the registry sees it."""

    name = "WooCommerce analytics orders"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when the header is that of the report."""
        return _HEADER.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Orders with net sales as their value; items by name and number only, since the report has no prices."""
        fields, mapped = field_map(upload, COLUMNS, self.name, "orders")
        if mapped.questions:
            return mapped
        mapped.notes += _NOTES
        lines = report_orders(upload, fields, LineOptions(items=False, goods_refunds=True), mapped)
        cell = next(column for column in upload.raw.columns if column.lower() == _PRODUCTS.lower())
        apart = regex_replace(upload.table[cell], r", (\d+)\s?[×x] ", rf"{MARK}\1× ", "g")
        add_items(upload, lines, Cells(apart.split(MARK), _item), mapped)
        return mapped


def _item(text: ir.StringValue) -> dict[str, ir.Value]:
    """`2× Name` as quantity and product."""
    parts = r"(?s)^\s*(\d+)\s?[×x]\s(.*)$"
    return {
        "quantity": number_in(text.re_extract(parts, 1)),
        "product": text.re_extract(parts, 2).strip().nullif(""),
    }
