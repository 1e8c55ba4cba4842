"""Magento / Adobe Commerce sales order grid: one row an order, no items, no discounts, no separate tax."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import OrderExport, signature

_COLUMNS: Final = {
    "order_id": ("ID",),
    "ordered_at": ("Purchase Date",),
    "email": ("Customer Email",),
    "full_name": ("Customer Name", "Bill-to Name"),
    "status": ("Status",),
    "channel": ("Purchase Point",),
    "tags": ("Customer Group",),
    "order_gross": ("Subtotal",),
    "shipping": ("Shipping and Handling",),
    "order_total": ("Grand Total (Base)", "Grand Total (Purchased)"),
    "order_returns": ("Total Refunded",),
}
_STATUSES: Final = {
    "closed": "refunded", "pending_payment": "pending", "payment_review": "pending", "payment review": "pending",
    "fraud": "pending", "suspected fraud": "pending", "holded": "pending", "pending_paypal": "pending",
    "paypal_canceled_reversal": "paid", "paypal_reversed": "refunded",
}  # fmt: skip


def _shape(table: ir.Table) -> ir.Table:
    """Customer groups by their label; a bare group number says nothing. The purchase point's lines become one."""
    group = ibis.ifelse(table.tags.re_search(r"^\d+$"), ibis.null("string"), table.tags)
    return table.mutate(tags=group, channel=table.channel.re_replace(r"\s*[\r\n]+\s*", " / "))


MAGENTO_ORDERS: Final = OrderExport(
    "Magento orders",
    _COLUMNS,
    signature(
        "ID", "Purchase Date", "Status",
        some=("Purchase Point", "Bill-to Name", "Grand Total (Base)", "Grand Total (Purchased)",
              "Allocated sources", "Shipping and Handling"),
        least=2,
    ),
    LineOptions(items=False, statuses=_STATUSES, shape=_shape, goods_refunds=True),
    ("the Magento order grid has no discounts and no items: gross sales are its subtotals, before discounts",),
)  # fmt: skip
