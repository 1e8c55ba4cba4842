"""Gumroad sales export: one row a purchase of one product, in dollars, with a row of totals at the end."""

from __future__ import annotations

from typing import Final

import ibis

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import cell, only, with_column, with_total
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import field_map, report_orders, signature

CURRENCY: Final = "USD (Gumroad reports in dollars)"
STATUS: Final = "Fully Refunded?, else paid"
CONSENT: Final = "no, where Do not contact? is 1"
TOTAL: Final = "Subtotal ($) + Taxes ($) + Shipping ($)"
COLUMNS: Final = {
    "order_id": ("Purchase ID",),
    "ordered_at": ("Purchase Time (UTC timezone)", "Purchase Date"),
    "product": ("Item Name",),
    "variant": ("Variants",),
    "sku": ("SKU ID", "Product ID"),
    "quantity": ("Quantity",),
    "line_total": ("Subtotal ($)",),
    "taxes": ("Taxes ($)",),
    "shipping": ("Shipping ($)",),
    "order_total": (TOTAL,),
    "order_returns": ("Partial Refund ($)",),
    "status": (STATUS,),
    "currency": (CURRENCY,),
    "discount_code": ("Discount Code",),
    "source": ("UTM Source", "Referrer"),
    "email": ("Purchase Email", "Buyer Email"),
    "full_name": ("Buyer Name",),
    "email_consent": (CONSENT,),
    "country": ("Country",),
    "region": ("State",),
    "city": ("City",),
}


class GumroadSales:
    """The format as the registry sees it."""

    name = "Gumroad sales"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a purchase with Gumroad's amounts in dollars."""
        return signature("Purchase ID", "Item Name", "Purchase Email", "Subtotal ($)", "Sale Price ($)").confidence(
            columns
        )

    def map(self, upload: Upload) -> Mapped:
        """A fully refunded purchase gives back its goods; the export has no day of refund."""
        upload, totals = only(upload, cell(upload, "Purchase ID").lower() != "totals")
        yes = ("1", "true", "yes")
        whole = cell(upload, "Fully Refunded?").lower().isin(yes).fill_null(False)
        later = cell(upload, "Pre-order authorization?").lower().isin(yes).fill_null(False)
        silent = cell(upload, "Do not contact?").lower().isin(yes).fill_null(False)
        status = ibis.cases((whole, "refunded"), (later, "pending"), else_="paid")
        upload = with_column(upload, STATUS, status)
        upload = with_column(upload, CURRENCY, ibis.literal("USD"))
        upload = with_column(upload, CONSENT, ibis.ifelse(silent, "no", ibis.null("string")))
        upload = with_total(upload, TOTAL, ("Subtotal ($)", "Taxes ($)", "Shipping ($)"))
        fields, mapped = field_map(upload, COLUMNS, self.name, "orders")
        if mapped.questions:
            return mapped
        options = LineOptions(goods_refunds=True, consent_source="Gumroad sales: Do not contact?")
        report_orders(upload, fields, options, mapped)
        mapped.note("total_rows", totals, "a row of totals", "set aside: it would count every sale twice")
        mapped.notes.append("Gumroad writes times in UTC: the day of a sale may be one off from your own")
        return mapped
