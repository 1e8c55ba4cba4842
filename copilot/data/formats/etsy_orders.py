"""Etsy Sold Orders: one row an order, no e-mail address; the buyer's user name is the key, and is never shown."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import OrderExport, account_key, signature
from copilot.data.tables import MONEY

_COLUMNS: Final = {
    "order_id": ("Order ID",),
    "ordered_at": ("Sale Date",),
    "customer_id": ("Buyer User ID", "Buyer"),
    "first_name": ("First Name",),
    "last_name": ("Last Name",),
    "full_name": ("Full Name",),
    "city": ("Ship City", "Delivery City"),
    "region": ("Ship State", "Delivery State"),
    "country": ("Ship Country", "Delivery Country"),
    "currency": ("Currency",),
    "order_gross": ("Order Value",),
    "discount_code": ("Coupon Code",),
    "order_discount": ("Discount Amount",),
    "shipping": ("Shipping", "Delivery"),
    "taxes": ("Sales Tax",),
    "order_total": ("Order Total",),
    "total_left": ("Adjusted Order Total",),
    "status": ("Status",),
    "channel": ("Order Type",),
}
STATUSES: Final = {
    "paid": "paid", "processing": "paid", "pre-transit": "paid", "in transit": "paid", "not shipped": "paid",
    "unshipped": "paid", "pre-shipped": "paid", "payment processing": "pending", "pending payment": "pending",
    "partially refunded": "partially_refunded", "fully refunded": "refunded",
}  # fmt: skip


def buyer(name: ir.StringValue) -> ir.StringValue:
    """The key of a buyer from `Jane Doe (janedoe7)` or `janedoe7`; null for a guest, who has only a name.

    A name does not tell two people apart, so words with blanks between them are none.
    """
    account = name.re_extract(r"\(([^()\s]+)\)\s*$", 1).nullif("")
    alone = ibis.ifelse(name.strip().re_search(r"\s"), ibis.null("string"), name)
    return account_key(ibis.coalesce(account, alone), "etsy")


def order_number(number: ir.StringValue) -> ir.StringValue:
    """The order's number as both files write it."""
    plain: ir.StringValue = number.re_replace("^#", "")
    return plain


def _shape(table: ir.Table) -> ir.Table:
    """An adjusted total stands only where something was refunded; nought is written for "not adjusted" as well."""
    left = table.total_left.abs()
    lowered = (left > 0) & (left < table.order_total)
    return table.mutate(
        order_id=order_number(table.order_id),
        customer_id=buyer(table.customer_id),
        order_returns=ibis.ifelse(lowered.fill_null(False), (table.order_total - left).cast(MONEY), ibis.null(MONEY)),
    )


ETSY_ORDERS: Final = OrderExport(
    "Etsy sold orders",
    _COLUMNS,
    signature(
        "Sale Date", "Order ID", "Order Value",
        some=("Buyer User ID", "Number of Items", "Order Net", "Card Processing Fees", "Order Total"), least=2,
    ),
    LineOptions(items=False, statuses=STATUSES, shape=_shape, goods_refunds=True),
    ("Etsy gives no e-mail addresses: customers are told apart by their Etsy user name and cannot be written to",),
    "month first",
)  # fmt: skip
