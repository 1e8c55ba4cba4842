"""eBay orders report and transaction report: orders of several items have a row of their own above their items."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import (
    amount,
    apart,
    cell,
    column,
    currency_of,
    only,
    settled,
    with_column,
    with_total,
)
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import account_key, field_map, report_orders, signature
from copilot.data.quality import TOLERANCE, one
from copilot.data.tables import MONEY

BUYER: Final = "buyer (eBay user name)"
CURRENCY: Final = "currency of the amounts"
STATUS: Final = "paid, if a day of payment is given"
TAXES: Final = "Seller collected tax + eBay collected tax"
ORDER: Final = "Order number, refunds apart"
GOODS: Final = "Item subtotal, refunds of goods"
_WHO: Final = {
    "customer_id": (BUYER,),
    "full_name": ("Buyer Name",),
    "city": ("Ship To City", "Post to city", "Buyer City"),
    "region": ("Ship To State", "Ship to province/region/state", "Post to county", "Buyer State", "Buyer county"),
    "country": ("Ship To Country", "Post to country", "Buyer Country"),
    "product": ("Item Title",),
    "sku": ("Custom Label", "Item Number", "Item ID"),
    "quantity": ("Quantity",),
}
ORDERS: Final = _WHO | {
    "order_id": ("Order Number",),
    "ordered_at": ("Sale Date",),
    "status": (STATUS,),
    "currency": (CURRENCY,),
    "variant": ("Variation Details",),
    "shipping": ("Shipping And Handling", "Postage and packaging", "Postage and handling"),
    "taxes": (TAXES,),
    "order_total": ("Total Price",),
}
TRANSACTIONS: Final = _WHO | {
    "order_id": (ORDER,),
    "ordered_at": ("Transaction creation date",),
    "currency": ("Transaction currency",),
    "line_total": (GOODS,),
    "shipping": ("Shipping and handling", "Postage and packaging", "Postage and handling"),
    "taxes": (TAXES,),
}
REFUNDS: Final = ("refund", "claim", "payment dispute")
_COLLECTED: Final = ("Seller Collected Tax", "eBay Collected Tax")
_SHIPPING: Final = ORDERS["shipping"]
_NOTHING: Final = ibis.null("string")
_ROW: Final = "row of an order or of an item"


class EbayOrders:
    """The format as the registry sees it."""

    name = "eBay orders report"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a sales record with a price."""
        return signature("Sales Record Number", "Order Number", "Item Title", "Sold For", "Sale Date").confidence(
            columns
        )

    def map(self, upload: Upload) -> Mapped:
        """Orders by number; whether `Sold For` is of one piece or of the line is read from the stated totals."""
        signs = [currency_of(cell(upload, name), "USD") for name in ("Total Price", "Sold For")]
        upload = with_column(upload, CURRENCY, ibis.coalesce(*signs))
        filled = cell(upload, "Item Number").notnull() | cell(upload, "Total Price").notnull()
        upload, below = only(upload, cell(upload, "Order Number").notnull() & filled)
        upload, above = _under_one_order(upload, "Order Number", "Item Number", (*_SHIPPING, TAXES, "Total Price"))
        paid = ibis.ifelse(cell(upload, "Paid On Date").notnull(), "paid", "pending")
        upload = with_column(upload, STATUS, paid)
        price = "unit_price" if _of_one_piece(upload) else "line_total"
        fields, mapped = field_map(upload, ORDERS | {price: ("Sold For",)}, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, LineOptions(), mapped)
        mapped.note("no_orders", below, "rows without an order number (record count, seller)", "set aside")
        _say(mapped, above)
        return mapped


class EbayTransactions:
    """The format as the registry sees it."""

    name = "eBay transaction report"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a booking with an item's subtotal."""
        return signature("Transaction creation date", "Type", "Order number", "Item subtotal").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Rows of type Order and of money given back; the latter is a return document on its own day."""
        kind, order = cell(upload, "Type").lower(), cell(upload, "Order number")
        given_back = kind.isin(REFUNDS) & (amount(upload, "Gross transaction amount", "Net amount") < 0)
        wanted = order.notnull() & ((kind == "order") | given_back.fill_null(False))
        upload, others = only(upload, wanted)
        back = cell(upload, "Type").lower() != "order"
        whole = amount(upload, "Gross transaction amount") - amount(upload, *_SHIPPING).fill_null(0)
        goods = ibis.coalesce(amount(upload, "Item subtotal"), ibis.ifelse(back, whole, ibis.null(MONEY)))
        pieces = amount(upload, "Quantity").fill_null(1).abs()
        day = cell(upload, "Transaction creation date")
        upload = with_column(upload, ORDER, apart(cell(upload, "Order number"), back, day))
        upload = with_column(upload, GOODS, goods.cast("string"))
        upload = with_column(upload, "Quantity", ibis.ifelse(back, -pieces, pieces).cast("string"))
        upload, above = _under_one_order(upload, ORDER, "Item ID", (*_SHIPPING, TAXES))
        for name in (*(n for n in _SHIPPING if column(upload, n)), TAXES):  # of refunds: net sales hold goods only
            own = column(upload, name)
            if own is not None:
                upload = with_column(
                    upload, own, ibis.ifelse(cell(upload, "Type").lower() == "order", cell(upload, own), _NOTHING)
                )
        fields, mapped = field_map(upload, TRANSACTIONS, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, LineOptions(), mapped)
        mapped.note("no_orders", others, "bookings that are neither order nor refund (payouts, labels, fees, holds)",
            "set aside: they are no sales")  # fmt: skip
        _say(mapped, above)
        return mapped


def _say(mapped: Mapped, above: int) -> None:
    mapped.note("order_rows", above, "rows of an order above those of its items",
        "joined to the items: buyer and totals counted once")  # fmt: skip
    mapped.notes.append("eBay hides buyers' e-mail addresses: customers are told apart by their eBay user name")


def _under_one_order(upload: Upload, order_name: str, item_name: str, amounts: tuple[str, ...]) -> tuple[Upload, int]:
    """Give each item of an order the buyer and totals of the order's own row, and take that row out.

    `amounts` of an order are those of its own row; where it has none they are the sums of its items' rows.
    """
    upload = with_total(upload, TAXES, _COLLECTED)
    upload = with_column(upload, BUYER, account_key(cell(upload, "Buyer Username"), "ebay"))
    order, item = cell(upload, order_name), cell(upload, item_name)
    above = item.isnull() & (item.count().over(group_by=order) > 0)
    upload = settled(with_column(upload, _ROW, ibis.ifelse(above, "order", "item")))
    order, own = cell(upload, order_name), cell(upload, _ROW) == "order"
    owned = own.any().over(group_by=order)
    places = (name for field in ("city", "region", "country") for name in _WHO[field])
    shared = (BUYER, CURRENCY, "Buyer Name", "Sale Date", "Paid On Date", *places)
    filled: dict[str, ir.Value] = {}
    for name in (found for one_of in shared if (found := column(upload, one_of)) is not None):
        filled[name] = ibis.coalesce(upload.table[name], upload.table[name].min().over(group_by=order))
    for name in (found for one_of in amounts if (found := column(upload, one_of)) is not None):
        value = amount(upload, name)
        total = ibis.ifelse(owned, value.max(where=own).over(group_by=order), value.sum().over(group_by=order))
        filled[name] = total.cast("string")
    upload = settled(replace(upload, table=upload.table.mutate(**filled)))
    return only(upload, cell(upload, _ROW) == "item")


def _of_one_piece(upload: Upload) -> bool:
    """True if `Sold For` times quantity, rather than `Sold For` itself, comes to the total the report states."""
    order = cell(upload, "Order Number")
    alone = order.count().over(group_by=order) == 1
    pieces, price = amount(upload, "Quantity"), amount(upload, "Sold For")
    rest = amount(upload, *_SHIPPING).fill_null(0)
    total, tax = amount(upload, "Total Price"), amount(upload, TAXES).fill_null(0)

    def comes_to(goods: ir.DecimalValue) -> ir.BooleanValue:
        gap = total - goods - rest
        return (gap.abs() <= TOLERANCE) | ((gap - tax).abs() <= TOLERANCE)

    table = upload.table.select(told=alone & (pieces > 1), each=comes_to(price * pieces), whole=comes_to(price))
    told = table.filter(table.told)
    found = one(told.aggregate(each=told.each.sum(), whole=told.whole.sum()))
    return bool((found["each"] or 0) >= (found["whole"] or 0))
