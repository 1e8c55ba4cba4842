"""Wix orders export: one row an item, date and time in two columns, delivery columns named twice."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import OrderExport, signature
from copilot.data.quality import TOLERANCE
from copilot.data.tables import MONEY

# The billing columns carry the names of the delivery columns a second time in most files.
_COLUMNS: Final = {
    "order_id": ("Order number",),
    "ordered_at": ("Date created",),
    "ordered_time": ("Time",),
    "email": ("Contact email",),
    "full_name": ("Billing name", "Recipient name"),
    "company": ("Billing company name", "Recipient company name"),
    "phone": ("Billing phone", "Recipient phone"),
    "country": ("Delivery country", "Billing country", "Delivery country (2)"),
    "region": ("Delivery state name", "Delivery state", "Billing state name", "Delivery state name (2)"),
    "city": ("Delivery city", "Billing city", "Delivery city (2)"),
    "product": ("Item",),
    "variant": ("Variant",),
    "sku": ("SKU",),
    "quantity": ("Qty",),
    "quantity_returned": ("Quantity refunded",),
    "unit_price": ("Price",),
    "status": ("Payment status",),
    "fulfilment": ("Fulfillment status",),
    "discount_code": ("Coupon code",),
    "gift_card_paid": ("Gift card amount",),
    "shipping": ("Shipping rate",),
    "taxes": ("Total tax",),
    "fees": ("Additional fees",),
    "order_total": ("Total",),
    "order_returns": ("Refunded amount",),
    "currency": ("Currency",),
}
_STATUSES: Final = {
    "not paid": "pending", "fully refunded": "refunded", "chargeback": "refunded", "canceled": "cancelled",
}  # fmt: skip


def _shape(table: ir.Table) -> ir.Table:
    """Cancelled orders by their fulfilment, and the coupon's amount, which the export leaves out.

    It is what goods, shipping, tax and fees come to beyond the total; only for orders with a coupon and no gift card,
    and only if it is no more than the goods.
    """
    names = table.columns
    gone = table.fulfilment.strip().lower().isin(("canceled", "cancelled")).fill_null(False)
    order = ibis.window(group_by=table.order_id)
    once = {name: ibis.coalesce(table[name].max().over(order), 0) for name in ("shipping", "fees", "gift_card_paid")}
    goods = (table.unit_price * table.quantity).sum().over(order)
    found = table.mutate(
        w_goods=goods,
        w_taxes=ibis.coalesce(table.taxes.max().over(order), 0),
        w_charged=goods + once["shipping"] + once["fees"] - table.order_total.max().over(order),
        w_coupon=table.discount_code.max().over(order).notnull(),
        w_card=once["gift_card_paid"] > 0,
    )
    # Whether prices hold the tax is seen on orders without a coupon.
    plain = ~found.w_coupon & (found.w_taxes > 0)
    inside = (plain & (found.w_charged.abs() <= TOLERANCE)).cast("int64").sum().over(ibis.window())
    on_top = (plain & ((found.w_charged + found.w_taxes).abs() <= TOLERANCE)).cast("int64").sum().over(ibis.window())
    found = found.mutate(w_inside=inside > on_top)
    beyond = (found.w_charged + ibis.ifelse(found.w_inside, 0, 1) * found.w_taxes).cast(MONEY)
    told = found.w_coupon & ~found.w_card & (beyond >= 0) & (beyond <= found.w_goods)
    return found.mutate(
        status=ibis.ifelse(gone, "cancelled", found.status),
        order_discount=ibis.ifelse(told, beyond, ibis.null(MONEY)),
    ).select(*names)


WIX_ORDERS: Final = OrderExport(
    "Wix orders",
    _COLUMNS,
    signature(
        "Order number", "Date created", "Item", "Qty",
        some=("Contact email", "Quantity refunded", "Fulfill by", "Total order quantity"), least=2,
    ),
    LineOptions(statuses=_STATUSES, shape=_shape, goods_refunds=True),
    ("coupon amounts are not in a Wix export: they are what the total is below goods, shipping and tax",),
)  # fmt: skip
