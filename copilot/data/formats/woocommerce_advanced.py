"""Advanced Order Export for WooCommerce (AlgolPlus): one row an item, the order's columns repeated on each."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import field_map, report_orders, signature
from copilot.data.formats.woocommerce import SPREAD, before_discounts

COLUMNS: Final = {
    "order_id": ("Order Number", "Order ID"),
    "ordered_at": ("Order Date",),
    "status": ("Order Status",),
    "currency": ("Currency", "Order Currency"),
    "email": ("Email (Billing)",),
    "customer_id": ("Customer User ID", "User ID"),
    "first_name": ("First Name (Billing)", "First Name (Shipping)"),
    "last_name": ("Last Name (Billing)", "Last Name (Shipping)"),
    "full_name": ("Full Name (Billing)",),
    "company": ("Company (Billing)",),
    "phone": ("Phone (Billing)",),
    "country": ("Country Code (Shipping)", "Country Name (Shipping)", "Country Code (Billing)",
                "Country Name (Billing)"),
    "region": ("State Code (Shipping)", "State Name (Shipping)", "State Code (Billing)", "State Name (Billing)"),
    "city": ("City (Shipping)", "City (Billing)"),
    "sku": ("SKU",),
    "product": ("Item Name", "Name", "Product Name", "Product Name (main)"),
    "variant": ("Product Variation",),
    "category": ("Category",),
    "quantity": ("Quantity",),
    "unit_price": ("Item Cost Before Discount",),
    "line_subtotal": ("Order Line Subtotal",),
    "line_total": ("Order Line Total", "Order Line (w/o tax)"),  # both without tax and after coupons
    "line_discount": ("Item Discount Amount",),
    "line_returns": ("Order Line Total Refunded",),
    "discount_code": ("Coupon Code",),
    "order_discount": ("Cart Discount Amount", "Order Discount Amount"),
    "order_returns": ("Order Refund Amount",),
    "order_gross": ("Order Subtotal Amount",),
    "shipping": ("Order Shipping Amount",),
    "taxes": ("Order Total Tax Amount", "Order Tax Amount"),
    "order_total": ("Order Total Amount",),
}  # fmt: skip
_HEADER: Final = signature(
    "Order Date",
    some=("Email (Billing)", "First Name (Billing)", "Last Name (Billing)", "City (Billing)", "Item Cost",
          "Order Line Total", "Order Line (w/o tax)", "Order Total Amount", "Cart Discount Amount", "Order Status"),
    least=3,
    none=("Buyer Username", "amazon-order-id"),
)  # fmt: skip
_ITEM_COLUMNS: Final = ("sku", "product", "quantity", "line_total")


class WooCommerceAdvanced:
    """The format as the registry sees it."""

    name = "WooCommerce advanced order export"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when enough of the plugin's own names are there; which columns are exported is the shop's choice."""
        numbered = {"order number", "order id"} & {column.lower() for column in columns}
        return _HEADER.confidence(columns) if numbered else 0.0

    def map(self, upload: Upload) -> Mapped:
        """Items with their line totals; the item's own price is after coupons and rounded, so it is read last."""
        fields, mapped = field_map(upload, _columns(upload), self.name, "orders")
        if mapped.questions:
            return mapped
        items = any(fields.has(name) for name in _ITEM_COLUMNS)
        spread = fields.has("line_total", "order_discount") and not (
            fields.has("line_subtotal") or fields.has("line_discount")
        )
        if spread:
            mapped.notes.append(SPREAD)
        options = LineOptions(items=items, shape=before_discounts if spread else None, goods_refunds=True)
        report_orders(upload, fields, options, mapped)
        return mapped


def _columns(upload: Upload) -> dict[str, tuple[str, ...]]:
    """The columns to read: with line totals no unit price is needed, without any of them the item's cost is one."""
    names = {column.lower() for column in upload.raw.columns}
    found = {field: candidates for field, candidates in COLUMNS.items() if field != "unit_price"}
    if not names & {name.lower() for field in ("line_total", "line_subtotal") for name in COLUMNS[field]}:
        found["unit_price"] = (*COLUMNS["unit_price"], "Item Cost")
    return found
