"""BigCommerce orders export: one row an order, items in one cell; its header is set by the shop and not confirmed."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir

from copilot.data.engine import regex_replace
from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.items_in_cells import MARK, Cells, add_items, number_in
from copilot.data.formats.platform import field_map, report_orders, signature

COLUMNS: Final = {
    "order_id": ("Order ID",),
    "ordered_at": ("Order Date",),
    "ordered_time": ("Order Time",),
    "status": ("Order Status",),
    "email": ("Customer Email", "Email Address", "Billing Email"),
    "customer_id": ("Customer ID",),
    "first_name": ("First Name", "Billing First Name"),
    "last_name": ("Last Name", "Billing Last Name"),
    "full_name": ("Customer Name",),
    "company": ("Company", "Billing Company"),
    "phone": ("Customer Phone", "Phone", "Billing Phone"),
    "city": ("Shipping City", "Shipping Suburb", "Billing City", "Billing Suburb"),
    "region": ("Shipping State", "Billing State"),
    "country": ("Shipping Country", "Billing Country"),
    "currency": ("Order Currency Code", "Currency Code", "Currency"),
    "order_gross": ("Subtotal (ex tax)", "Cart Base Amount"),
    "order_discount": ("Discount Amount", "Coupon Value", "Coupon Discount"),
    "discount_code": ("Coupon Code", "Coupon Details"),
    "shipping": ("Shipping Cost (ex tax)", "Shipping Total"),
    "taxes": ("Tax Total",),
    "order_total": ("Order Total (inc tax)", "Order Total"),
    "order_returns": ("Refund Amount", "Refunded Amount"),
    "channel": ("Channel Name", "Order Source"),
}
_STATUSES: Final = {
    "awaiting fulfillment": "paid", "awaiting shipment": "paid", "awaiting pickup": "paid",
    "partially shipped": "paid", "disputed": "paid", "manual verification required": "pending",
    "verification required": "pending", "incomplete": "expired",
}  # fmt: skip
_HEADER: Final = signature(
    "Order ID", "Order Date", "Order Status",
    some=("Cart Base Amount", "Subtotal (ex tax)", "Order Total (inc tax)", "Order Total", "Product Details",
          "Tax Total", "Shipping Total", "Shipping Cost (ex tax)", "Staff Notes", "Combined Product Weight",
          "Order Currency Code", "IP Address"),
    least=3,
    none=("Item Name", "Item Cost", "Email (Billing)", "Order Line Total"),
)  # fmt: skip
_PRODUCTS: Final = "Product Details"


class BigCommerceOrders:
    """The format as the registry sees it."""

    name = "BigCommerce orders"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when several names of the default template stand beside number, date and status."""
        return _HEADER.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Orders, and items where the template has its product cell; says that the layout is not confirmed."""
        fields, mapped = field_map(upload, COLUMNS, self.name, "orders")
        if mapped.questions:
            return mapped
        options = LineOptions(items=False, statuses=_STATUSES, goods_refunds=True)
        lines = report_orders(upload, fields, options, mapped)
        mapped.note("layout_not_confirmed", 1, "BigCommerce lets each shop set its export's columns",
            "read by the names of the default template: compare a few orders with the shop")  # fmt: skip
        cell = next((column for column in upload.raw.columns if column.lower() == _PRODUCTS.lower()), None)
        if cell is not None:
            apart = regex_replace(upload.table[cell], r"\s*\|\s*Product ID:", f"{MARK}Product ID:", "g")
            add_items(upload, lines, Cells(apart.split(MARK), _item), mapped)
        return mapped


def _item(text: ir.StringValue) -> dict[str, ir.Value]:
    """`Product ID: 7, Product Qty: 2, Product SKU: T-1, Product Name: Tea, ..., Product Total Price: 10.00`."""

    def value(key: str) -> ir.StringValue:
        found = text.re_extract(rf"(?s)(?:^|, )Product {key}: (.*?)(?:, Product [A-Z][A-Za-z ]*:|$)", 1)
        plain: ir.StringValue = found.strip().nullif("")
        return plain

    return {
        "sku": value("SKU"),
        "product": value("Name"),
        "variant": value("Variation Details"),
        "quantity": number_in(value("Qty")),
        "gross": number_in(value("Total Price")),
    }
