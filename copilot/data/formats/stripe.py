"""Stripe payments and customers exports: each payment stands for an order, since Stripe knows no carts."""

from __future__ import annotations

from typing import Final

import ibis

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload, typed
from copilot.data.formats.computed import cell, column, with_column
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.lists import fill_list
from copilot.data.formats.platform import field_map, report_orders, signature
from copilot.data.order_parts import STRIPE, part

CURRENCY: Final = "Currency, in capitals"
STATUS: Final = "Status, pending where not captured"
TEST: Final = "Mode is test"
_CREATED: Final = ("Created (UTC)", "Created date (UTC)")
_REFUNDED: Final = "Refunded date (UTC)"
PAYMENTS: Final = {
    "order_id": ("id",),
    "ordered_at": _CREATED,
    "status": (STATUS,),
    "currency": (CURRENCY,),
    "order_total": ("Amount",),
    "order_returns": ("Amount Refunded",),
    "test": (TEST,),
    "email": ("Customer Email",),
    "customer_id": ("Customer ID",),
}
CUSTOMERS: Final = {
    "customer_id": ("id",),
    "email": ("Email",),
    "full_name": ("Name",),
    "phone": ("Phone",),
    "created_at": _CREATED,
    "country": ("Card Address Country", "Address Country"),
    "city": ("Card Address City", "Address City"),
    "spent_stated": ("Total Spend",),
    "orders_stated": ("Payment Count",),
}
STATUSES: Final = {
    "partial refund": "partially_refunded",
    "requires payment method": "voided",
    "requires_payment_method": "voided",
    "requires confirmation": "voided",
    "requires action": "voided",
    "requires_action": "voided",
    "incomplete": "voided",
    "blocked": "voided",
    "uncaptured": "pending",
    "requires capture": "pending",
    "requires_capture": "pending",
    "disputed": "paid",
    "dispute lost": "refunded",
    "dispute won": "paid",
    "early fraud warning": "paid",
}


class StripePayments:
    """The format as the registry sees it."""

    name = STRIPE

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for an amount with what was refunded of it."""
        return signature("id", "Amount", "Amount Refunded", "Currency", "Status", some=_CREATED, least=1).confidence(
            columns
        )

    def map(self, upload: Upload) -> Mapped:
        """One row a payment: failed ones are voided, uncaptured ones pending, refunds on their day if it is given."""
        captured, status = cell(upload, "Captured").lower(), cell(upload, "Status")
        open_yet = (captured == "false") & status.lower().isin(("paid", "succeeded"))
        upload = with_column(upload, STATUS, ibis.ifelse(open_yet.fill_null(False), "uncaptured", status))
        upload = with_column(upload, CURRENCY, cell(upload, "Currency").upper())
        upload = with_column(upload, TEST, ibis.ifelse(cell(upload, "Mode").lower() == "test", "yes", "no"))
        fields, mapped = field_map(upload, PAYMENTS, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, LineOptions(items=False, statuses=STATUSES), mapped)
        if column(upload, _REFUNDED):
            _dated_refunds(upload, mapped)
        disputed = cell(upload, "Dispute Status").notnull()
        mapped.note("disputes", int(upload.table.filter(disputed).count().execute()), "disputed payments",
            "counted as sales: whether the money was lost is not in this column")  # fmt: skip
        mapped.notes.append("each Stripe payment counts as an order; products, shipping and tax are not in the export")
        mapped.notes.append("Stripe writes times in UTC: the day of a payment may be one off from the shop's own")
        return mapped


class StripeCustomers:
    """The format as the registry sees it."""

    name = "Stripe customers"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a customer with what was spent or owed."""
        known = signature("id", "Email", "Description", some=("Delinquent", "Total Spend", "Default Card", "Card ID"),
            least=2, none=("Amount",))  # fmt: skip
        return known.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One customer a row, linked to payments by number and e-mail."""
        fields, mapped = field_map(upload, CUSTOMERS, self.name, "customers")
        return mapped if mapped.questions else fill_list(upload, fields, "customers", mapped)


def _dated_refunds(upload: Upload, mapped: Mapped) -> None:
    """Refunds whose day the export gives become return documents of that day on assembly."""
    dated, more = field_map(upload, PAYMENTS | {"ordered_at": (_REFUNDED,)}, mapped.format, "orders")
    if more.questions:
        mapped.questions += more.questions
        return
    rows = typed(upload, dated, ("order_id", "ordered_at", "order_returns"))
    rows = rows.filter(rows.ordered_at.notnull() & (rows.order_returns > 0))
    found = rows.select(
        refund_id=rows.order_id + ibis.literal(" refund"), order_id=rows.order_id, refunded_at=rows.ordered_at,
        amount=rows.order_returns,
    )  # fmt: skip
    mapped.parts["order_refunds"] = part(held(upload.engine, found), "order_refunds")
    count = int(found.count().execute())
    mapped.note("dated_refunds", count, "refunds with a day of their own", "booked as returns on that day")
