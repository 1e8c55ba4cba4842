"""Olist (Brazilian marketplace) orders, order items and payments: three files that make an order's money together."""

from __future__ import annotations

from typing import Final

import ibis

from copilot.data.engine import held
from copilot.data.formats.base import FieldMap, Mapped, Upload, typed
from copilot.data.formats.checks import check_readable
from copilot.data.formats.computed import with_column
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import field_map, report_orders, signature
from copilot.data.order_parts import part
from copilot.data.quality import example_rows
from copilot.data.tables import NO_AMOUNTS

CURRENCY: Final = "BRL (Olist sells in Brazil)"
ORDERS: Final = {
    "order_id": ("order_id",),
    "customer_id": ("customer_id",),
    "status": ("order_status",),
    "ordered_at": ("order_purchase_timestamp",),
    "currency": (CURRENCY,),
}
ITEMS: Final = {
    "order_id": ("order_id",),
    "sku": ("product_id",),
    "vendor": ("seller_id",),
    "unit_price": ("price",),
    "shipping": ("freight_value",),
}
PAYMENTS: Final = {"order_id": ("order_id",), "order_total": ("payment_value",)}


class OlistOrders:
    """The format as the registry sees it."""

    name = "Olist orders"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for the four columns no Olist orders file is without."""
        return signature("order_id", "customer_id", "order_status", "order_purchase_timestamp").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One row an order, without amounts; `customer_id` is new for every order until the customers file comes."""
        upload = with_column(upload, CURRENCY, ibis.literal("BRL"))
        fields, mapped = field_map(upload, ORDERS, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, LineOptions(items=False), mapped)
        mapped.note("no_amounts", 1, "this file holds no amounts",
            "add the order items and payments of the same download: they hold them")  # fmt: skip
        mapped.note("customer_per_order", 1, "customer_id is new for every order",
            "people are told apart by customer_unique_id: add the customers file")  # fmt: skip
        mapped.notes.append(NO_AMOUNTS)
        return mapped


class OlistItems:
    """The format as the registry sees it."""

    name = "Olist order items"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for an item of an order with its freight."""
        return signature("order_id", "order_item_id", "product_id", "price", "freight_value").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One row a piece; the freight of all pieces is the shipping of the order."""
        fields, mapped = field_map(upload, ITEMS, self.name, "order items")
        lines = report_orders(upload, fields, LineOptions(orders=False), mapped)
        kept = lines.filter(lines.set_aside.isnull())
        freight = kept.group_by("order_id").aggregate(shipping=kept.shipping.sum())
        mapped.parts["order_amounts"] = part(held(upload.engine, freight), "order_amounts")
        return mapped


class OlistPayments:
    """The format as the registry sees it."""

    name = "Olist payments"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a payment of an order."""
        return signature("order_id", "payment_type", "payment_value").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """All payments of an order are the total charged for it."""
        fields, mapped = field_map(upload, PAYMENTS, self.name, "payments")
        return payments(upload, fields, mapped)


def payments(upload: Upload, fields: FieldMap, mapped: Mapped) -> Mapped:
    """The total charged per order, from rows of payments; rows without order or amount are set aside."""
    rows = held(upload.engine, typed(upload, fields, ("order_id", "order_total")))
    check_readable(upload, fields, rows)
    usable = rows.order_id.notnull() & rows.order_total.notnull()
    good = rows.filter(usable)
    mapped.kept = int(good.count().execute())
    left = int(rows.count().execute()) - mapped.kept
    mapped.note("unusable_rows", left, "rows without order or amount", "set aside", example_rows(rows, ~usable, left))
    sums = held(upload.engine, good.group_by("order_id").aggregate(total_sales=good.order_total.sum()))
    mapped.note("payments_joined", int(sums.count().execute()), "orders with payments",
        "the sum is the total charged; sales come from the order's items")  # fmt: skip
    mapped.parts["order_amounts"] = part(sums, "order_amounts")
    return mapped
