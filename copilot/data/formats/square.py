"""Square transactions and items reports: a shop's till; refunds are rows with negative amounts on their own day."""

from __future__ import annotations

from typing import Final

import ibis

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload, typed
from copilot.data.formats.computed import (
    amount,
    apart,
    cell,
    column,
    currency_of,
    only,
    summed,
    with_column,
    with_columns,
)
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import field_map, report_orders, signature
from copilot.data.order_parts import part
from copilot.data.tables import MONEY

ORDER: Final = "Transaction ID, refunds apart"
CURRENCY: Final = "currency of the amounts"
GOODS: Final = "Gross Sales, of refunds Net Sales"
OFF: Final = "Discounts of sales"
BACK: Final = "Partial Refunds, where refunds have no rows"
_SHARED: Final = {
    "order_id": (ORDER,),
    "ordered_at": ("Date",),
    "ordered_time": ("Time",),
    "ordered_zone": ("Time Zone",),
    "currency": (CURRENCY,),
    "customer_id": ("Customer ID",),
    "full_name": ("Customer Name",),
    "city": ("Location",),
    "taxes": ("Tax",),
}
TRANSACTIONS: Final = _SHARED | {
    "channel": ("Source",),
    "order_gross": ("Gross Sales",),
    "order_discount": ("Discounts",),
    "subtotal": ("Net Sales",),
    "order_returns": (BACK,),
    "order_total": ("Total Collected",),
}
ITEMS: Final = _SHARED | {
    "product": ("Item",),
    "variant": ("Price Point Name",),
    "category": ("Category",),
    "sku": ("SKU",),
    "quantity": ("Qty", "Count"),
    "line_total": (GOODS,),
    "line_discount": (OFF,),
    "channel": ("Channel",),
}


class SquareTransactions:
    """The format as the registry sees it."""

    name = "Square transactions"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a payment with what was collected."""
        return signature("Date", "Time", "Gross Sales", "Total Collected", "Transaction ID", "Event Type").confidence(
            columns
        )

    def map(self, upload: Upload) -> Mapped:
        """One row a payment; tips, service charges and gift cards sold are in what was collected, not in sales."""
        upload, others = _sales_and_refunds(upload)
        refunds = cell(upload, "Event Type").lower() == "refund"
        if column(upload, "Partial Refunds") and not upload.table.filter(refunds).count().execute():
            upload = with_column(upload, BACK, amount(upload, "Partial Refunds").cast("string"))
        fields, mapped = field_map(upload, TRANSACTIONS, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, LineOptions(items=False), mapped)
        rows = typed(upload, fields, ("order_id", "order_total", "taxes"))
        rows = rows.filter(rows.order_id.notnull() & (rows.order_total >= 0))
        once = rows.group_by("order_id").aggregate(total_sales=rows.order_total.sum(), taxes=rows.taxes.sum())
        mapped.parts["order_amounts"] = part(held(upload.engine, once), "order_amounts")
        _say(mapped, others)
        return mapped


class SquareItems:
    """The format as the registry sees it."""

    name = "Square items"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for an item sold in a transaction."""
        return signature("Date", "Time", "Item", "Qty", "Gross Sales", "Transaction ID", "Event Type").confidence(
            columns
        )

    def map(self, upload: Upload) -> Mapped:
        """One row an item; the transaction makes the order."""
        upload, others = _sales_and_refunds(upload)
        refund = (cell(upload, "Event Type").lower() == "refund").fill_null(False)
        back = ibis.coalesce(amount(upload, "Net Sales"), amount(upload, "Gross Sales"))
        off = ibis.ifelse(refund, ibis.null(MONEY), amount(upload, "Discounts").abs())
        goods = ibis.ifelse(refund, back, amount(upload, "Gross Sales"))
        upload = with_columns(upload, {OFF: off.cast("string"), GOODS: goods.cast("string")})
        fields, mapped = field_map(upload, ITEMS, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, LineOptions(shape=summed("taxes")), mapped)
        _say(mapped, others)
        return mapped


def _sales_and_refunds(upload: Upload) -> tuple[Upload, int]:
    """Payments and refunds only, each refund under a number of its own, and how many other events there were."""
    event = cell(upload, "Event Type").lower()
    refund = event == "refund"
    upload = with_column(upload, ORDER, apart(cell(upload, "Transaction ID"), refund, cell(upload, "Date")))
    upload = with_column(upload, CURRENCY, currency_of(cell(upload, "Gross Sales")))
    return only(upload, cell(upload, "Event Type").lower().isin(("payment", "refund")) | event.isnull())


def _say(mapped: Mapped, others: int) -> None:
    mapped.note("no_orders", others, "events that are neither payment nor refund", "set aside: they are no sales")
    orders = mapped.tables["orders"]
    named = int(orders.customer_key.notnull().sum().execute() or 0)
    if named < int(orders.count().execute()):
        mapped.notes.append(
            "Square knows a customer only where one was attached to the sale: customer figures cover those sales alone"
        )
