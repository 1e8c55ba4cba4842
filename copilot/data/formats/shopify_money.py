"""Shopify transactions and payouts exports: payments of orders, not orders; refunds in them get their day."""

from __future__ import annotations

from typing import Final

import ibis

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload, typed
from copilot.data.formats.checks import check_readable
from copilot.data.formats.platform import field_map, signature
from copilot.data.order_parts import part
from copilot.data.reading import ROW
from copilot.data.report import KNOWN_NOT_USED

COLUMNS: Final = {
    "order_id": ("Name",),
    "ordered_at": ("Created At",),
    "status": ("Status",),
    "channel": ("Kind",),
    "order_total": ("Amount",),
}


class ShopifyTransactions:
    """The format as the registry sees it."""

    name = "Shopify transactions"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a payment of an order by a gateway."""
        return signature("Order", "Name", "Kind", "Gateway", "Created At", "Status", "Amount").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Refunds that went through date the refunds of the orders export; sales are in that export already."""
        fields, mapped = field_map(upload, COLUMNS, self.name, "payments")
        if mapped.questions:
            return mapped
        rows = held(upload.engine, typed(upload, fields, COLUMNS))
        check_readable(upload, fields, rows)
        went, kind = rows.status.lower() == "success", rows.channel.lower()
        refunds = rows.filter(went & (kind == "refund") & rows.ordered_at.notnull() & (rows.order_total != 0))
        moment = refunds.ordered_at.strftime("%Y-%m-%d %H:%M:%S")
        again = ibis.row_number().over(group_by=[refunds.order_id, moment, refunds.order_total], order_by=refunds[ROW])
        own = refunds.order_id + ibis.literal(" refund ") + moment
        own = own + ibis.ifelse(again > 0, ibis.literal(" no. ") + (again + 1).cast("string"), ibis.literal(""))
        own = own + ibis.ifelse(
            _several(refunds, moment), ibis.literal(" of ") + refunds.order_total.cast("string"), ""
        )
        found = refunds.select(
            refund_id=own, order_id=refunds.order_id, refunded_at=refunds.ordered_at, amount=refunds.order_total.abs()
        )
        mapped.parts["order_refunds"] = part(held(upload.engine, found), "order_refunds")
        mapped.kept = int(found.count().execute())
        self._say(rows, mapped)
        return mapped

    def _say(self, rows: ibis.Table, mapped: Mapped) -> None:
        went, kind = rows.status.lower() == "success", rows.channel.lower()
        failed = int(rows.filter(~went.fill_null(False)).count().execute())
        paid = int(rows.filter(went & (kind != "refund")).count().execute())
        mapped.note("dated_refunds", mapped.kept, "refunds with their day",
            "they date the refunds of the orders export: each becomes a return on its own day")  # fmt: skip
        mapped.note("payments", paid, "payments, authorisations and captures",
            "not used: the orders export holds what they were for; add it too")  # fmt: skip
        mapped.note("failed_payments", failed, "payments that failed or are pending", "not used")
        if mapped.kept:
            mapped.notes.append("refunds listed in Shopify's transactions export are booked on their own day")


class ShopifyPayouts:
    """The format as the registry sees it."""

    name = "Shopify payouts"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a payment with the payout it went into."""
        return signature("Transaction Date", "Type", "Order", "Payout Status", "Payout Date", "Net").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Nothing is used: the same money is in the orders."""
        mapped = Mapped(format=self.name, role="not used")
        mapped.note(KNOWN_NOT_USED, upload.raw.rows,
            "these are Shopify's payouts to your bank (amounts after fees), not orders",
            "not used: add Shopify > Orders > Export instead; its orders hold the same sales")  # fmt: skip
        return mapped


def _several(refunds: ibis.Table, moment: ibis.Value) -> ibis.Value:
    """True where one order has refunds of different amounts in one second."""
    window = ibis.window(group_by=[refunds.order_id, moment])
    return refunds.order_total.max().over(window) != refunds.order_total.min().over(window)
