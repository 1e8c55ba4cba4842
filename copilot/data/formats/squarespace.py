"""Squarespace orders export: one row a line item, of which the second and later repeat only the order's number."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import OrderExport, signature

# `Subtotal` is not read: files differ in whether it is before or after the discount, the lines are clear.
_COLUMNS: Final = {
    "order_id": ("Order ID",),
    "email": ("Email",),
    "status": ("Financial Status",),
    "fulfilment": ("Fulfillment Status",),
    "currency": ("Currency",),
    "shipping": ("Shipping",),
    "taxes": ("Taxes",),
    "order_returns": ("Amount Refunded",),
    "order_total": ("Total",),
    "discount_code": ("Discount Code",),
    "order_discount": ("Discount Amount",),
    "ordered_at": ("Created at",),
    "quantity": ("Lineitem quantity",),
    "product": ("Lineitem name",),
    "unit_price": ("Lineitem price",),
    "sku": ("Lineitem sku",),
    "variant": ("Lineitem variant",),
    "full_name": ("Billing Name", "Shipping Name"),
    "city": ("Shipping City", "Billing City"),
    "region": ("Shipping Province", "Billing Province"),
    "country": ("Shipping Country", "Billing Country"),
    "phone": ("Billing Phone",),
    "phone_2": ("Shipping Phone",),
    "cancelled_at": ("Cancelled at",),
    "channel": ("Channel Name", "Channel Type"),
}
SQUARESPACE_ORDERS: Final = OrderExport(
    "Squarespace orders",
    _COLUMNS,
    signature(
        "Order ID", "Email", "Created at", "Lineitem name",
        some=("Amount Refunded", "Lineitem variant", "Private Notes"), least=1,
    ),
    LineOptions(goods_refunds=True),
)  # fmt: skip
