"""Amazon Seller Central, All Orders report: one row an item, tab-separated, and nobody's name in it."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import summed, with_total
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import field_map, report_orders, signature

NO_BUYERS: Final = (
    "Amazon's reports name no buyers: repeat rate and all other customer figures cannot be computed from them"
)
SHIPPING: Final = "shipping-price + gift-wrap-price - ship-promotion-discount"
TAXES: Final = "item-tax + shipping-tax + gift-wrap-tax"
COLUMNS: Final = {
    "order_id": ("amazon-order-id",),
    "ordered_at": ("purchase-date",),
    "status": ("order-status",),
    "channel": ("sales-channel",),
    "product": ("product-name",),
    "sku": ("sku", "asin"),
    "quantity": ("quantity",),
    "currency": ("currency",),
    "line_total": ("item-price",),
    "line_discount": ("item-promotion-discount",),
    "shipping": (SHIPPING,),
    "taxes": (TAXES,),
    "discount_code": ("promotion-ids",),
    "city": ("ship-city",),
    "region": ("ship-state",),
    "country": ("ship-country",),
}
STATUSES: Final = {
    "unshipped": "paid",
    "partiallyshipped": "paid",
    "invoiceunconfirmed": "paid",
    "pendingavailability": "pending",
    "pending - waiting for pick up": "paid",
    "shipped - delivered to buyer": "paid",
    "shipped - picked up": "paid",
    "shipped - out for delivery": "paid",
    "shipped - returned to seller": "refunded",
    "shipped - returning to seller": "refunded",
    "shipped - rejected by buyer": "refunded",
    "shipped - lost in transit": "refunded",
    "shipped - damaged": "refunded",
    "unfulfillable": "cancelled",
}
_OPTIONS: Final = LineOptions(statuses=STATUSES, shape=summed("shipping", "taxes"), goods_refunds=True)


class AmazonOrders:
    """The format as the registry sees it."""

    name = "Amazon All Orders"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for Amazon's own order number, with a purchase date and an item's price."""
        return signature("amazon-order-id", "purchase-date", "item-price", "order-status").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """`item-price` is the price of the whole line; shipping, tax and discounts stand on each line and are added."""
        shipping = ("shipping-price", "gift-wrap-price")
        upload = with_total(upload, SHIPPING, shipping, ("ship-promotion-discount",))
        upload = with_total(upload, TAXES, ("item-tax", "shipping-tax", "gift-wrap-tax"))
        fields, mapped = field_map(upload, COLUMNS, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, _OPTIONS, mapped)
        no_buyers(mapped)
        mapped.notes.append("Amazon writes times in UTC: the day of an order may be one off from the shop's own")
        return mapped


def no_buyers(mapped: Mapped) -> None:
    """Say that this report holds no buyers."""
    mapped.note("no_buyers", 1, "the report names no buyers",
        "sales and products are counted; repeat rate and customer figures cannot be computed")  # fmt: skip
    mapped.notes.append(NO_BUYERS)
