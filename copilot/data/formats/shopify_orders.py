"""Shopify orders export, every generation of its header: one row a line item, order fields on the first row only."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import field_map, report_orders

COLUMNS: Final = {
    "order_id": ("Name",),
    "email": ("Email",),
    "status": ("Financial Status",),
    "email_consent": ("Accepts Marketing",),
    "currency": ("Currency",),
    "subtotal": ("Subtotal",),
    "shipping": ("Shipping",),
    "taxes": ("Taxes",),
    "order_total": ("Total",),
    "discount_code": ("Discount Code",),
    "order_discount": ("Discount Amount",),
    "ordered_at": ("Created at",),
    "quantity": ("Lineitem quantity",),
    "product": ("Lineitem name",),
    "unit_price": ("Lineitem price",),
    "sku": ("Lineitem sku",),
    "line_discount": ("Lineitem discount",),
    "full_name": ("Billing Name", "Shipping Name"),
    "city": ("Shipping City", "Billing City"),
    "region": ("Shipping Province", "Billing Province"),
    "country": ("Shipping Country", "Billing Country"),
    "phone": ("Phone",),
    "phone_2": ("Billing Phone",),
    "phone_3": ("Shipping Phone",),
    "cancelled_at": ("Cancelled at",),
    "order_returns": ("Refunded Amount",),
    "vendor": ("Vendor",),
    "tags": ("Tags",),
    "channel": ("Source",),
    "test": ("Payment Method",),
    "source": ("Note Attributes",),
}
SOURCE_ATTRIBUTE: Final = "utm_source"  # the attribute in which themes and apps keep the referring source
_SIGNATURE: Final = {"name", "email", "created at", "lineitem name"}
_TELLING: Final = {"total", "financial status", "lineitem quantity", "lineitem price", "refunded amount", "subtotal"}


class ShopifyOrders:
    """The format as the registry sees it."""

    name = "Shopify orders"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when the signature and at least two telling columns are there."""
        names = {column.lower() for column in columns}
        return 1.0 if names >= _SIGNATURE and len(names & _TELLING) >= 2 else 0.0

    def map(self, upload: Upload) -> Mapped:
        """Group rows by Name; refunds stay on the order, since the export gives them no date."""
        fields, mapped = field_map(upload, COLUMNS, self.name, "orders")
        if mapped.questions:
            return mapped
        options = LineOptions(
            consent_source="Shopify orders export: Accepts Marketing", source_attribute=SOURCE_ATTRIBUTE
        )
        report_orders(upload, fields, options, mapped)
        return mapped
