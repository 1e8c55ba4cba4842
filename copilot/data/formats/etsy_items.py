"""Etsy Sold Order Items: one row an item, shipping and tax of the order on its rows, the buyer by user name."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.etsy_orders import buyer, order_number
from copilot.data.formats.platform import field_map, report_orders, signature
from copilot.data.quality import one

COLUMNS: Final = {
    "order_id": ("Order ID",),
    "ordered_at": ("Sale Date",),
    "customer_id": ("Buyer",),
    "full_name": ("Ship Name", "Delivery Name"),
    "city": ("Ship City", "Delivery City"),
    "region": ("Ship State", "Delivery State"),
    "country": ("Ship Country", "Delivery Country"),
    "currency": ("Currency",),
    "product": ("Item Name",),
    "variant": ("Variations",),
    "sku": ("SKU",),
    "quantity": ("Quantity",),
    "unit_price": ("Price",),
    "discount_code": ("Coupon Code",),
    "line_discount": ("Discount Amount",),
    "shipping": ("Order Shipping", "Order Delivery"),
    "taxes": ("Order Sales Tax",),
    "channel": ("Order Type",),
}
_HEADER: Final = signature(
    "Sale Date", "Item Name", "Buyer",
    some=("Transaction ID", "Listing ID", "Order Shipping", "Order Sales Tax", "Item Total"), least=3,
)  # fmt: skip
_NOTE: Final = (
    "Etsy gives no e-mail addresses: customers are told apart by their Etsy user name and cannot be written to"
)


class EtsyItems:
    """The format as the registry sees it."""

    name = "Etsy sold order items"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when the header is that of the item file."""
        return _HEADER.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Items and their orders; refunds and the state of an order are in the file of sold orders only."""
        names = dict(COLUMNS)
        if _repeated_on_all_rows(upload):
            names["order_discount"] = names.pop("line_discount")
        fields, mapped = field_map(upload, names, self.name, "orders", "month first")
        if mapped.questions:
            return mapped
        mapped.notes.append(_NOTE)
        report_orders(upload, fields, replace(LineOptions(), shape=_shape), mapped)
        return mapped


def _shape(table: ir.Table) -> ir.Table:
    return table.mutate(order_id=order_number(table.order_id), customer_id=buyer(table.customer_id))


def _repeated_on_all_rows(upload: Upload) -> bool:
    """True where the discount is the order's, written on each of its items: then it counts once.

    Seen on orders of several items with a discount; where most of them have the same amount on all rows, it is theirs.
    """
    names = {column.lower(): column for column in upload.raw.columns}
    amount, order = names.get("discount amount"), names.get("order id")
    if amount is None or order is None:
        return False
    table = upload.table
    per_order = table.group_by(number=table[order]).aggregate(
        rows=table.count(), filled=table[amount].count(), values=table[amount].nunique(),
        cut=table[amount].re_search(r"[1-9]").any(),
    )  # fmt: skip
    several = per_order.filter((per_order.rows > 1) & per_order.cut.fill_null(ibis.literal(False)))
    same = (several["values"] == 1) & (several.filled == several.rows)
    found = one(several.aggregate(orders=several.count(), same=same.cast("int64").sum()))
    return bool(found["orders"] and found["same"] > found["orders"] / 2)
