"""What the exports of WooCommerce share: names of customer and address columns, and lines given after discounts."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.spread import with_share
from copilot.data.reading import ROW
from copilot.data.tables import MONEY

# Plugins that write the fields of an order under their own names.
BILLING: Final = {
    "email": ("billing_email", "customer_email"),
    "first_name": ("billing_first_name", "shipping_first_name"),
    "last_name": ("billing_last_name", "shipping_last_name"),
    "company": ("billing_company",),
    "phone": ("billing_phone",),
    "country": ("shipping_country", "billing_country"),
    "region": ("shipping_state", "shipping_state_code", "billing_state", "billing_state_code"),
    "city": ("shipping_city", "billing_city"),
}
SPREAD: Final = "coupons are given by order: each line carries its share of them, by value"


def before_discounts(table: ir.Table) -> ir.Table:
    """Put on top of lines given after coupons their share of the order's discount, to the cent.

    WooCommerce keeps a line's total after coupons; gross sales are before them. Where a file has the subtotals of its
    lines nothing is changed.
    """
    table = with_share(table, table.line_total, table.order_discount, (ROW,))
    open_line = table.line_subtotal.isnull() & table.line_discount.isnull() & table.line_total.notnull()
    return table.mutate(
        line_subtotal=ibis.ifelse(open_line, (table.line_total + table.share).cast(MONEY), table.line_subtotal),
        line_discount=ibis.ifelse(open_line, table.share, table.line_discount),
    ).drop("share")
