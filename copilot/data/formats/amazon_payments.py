"""Amazon Seller Central, Date Range (payments) report: orders, and refunds on the day they were booked."""

from __future__ import annotations

from typing import Final

import ibis

from copilot.data.formats.amazon_orders import no_buyers
from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import amount, apart, cell, only, summed, with_column, with_total
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import field_map, report_orders, signature

ORDER: Final = "order id, refunds apart"
GOODS: Final = "product sales, refunds less promotional rebates"
OFF: Final = "promotional rebates of orders"
SHIPPING: Final = "shipping credits + gift wrap credits"
TAXES: Final = "product sales tax + shipping credits tax + giftwrap credits tax"
COLUMNS: Final = {
    "order_id": (ORDER,),
    "ordered_at": ("date/time",),
    "channel": ("marketplace",),
    "sku": ("sku",),
    "product": ("description",),
    "quantity": ("quantity",),
    "line_total": (GOODS,),
    "line_discount": (OFF,),
    "shipping": (SHIPPING,),
    "taxes": (TAXES,),
    "city": ("order city",),
    "region": ("order state",),
}
REFUNDS: Final = ("refund", "chargeback refund", "a-to-z guarantee claim", "a-to-z guarantee refund")


class AmazonPayments:
    """The format as the registry sees it."""

    name = "Amazon Date Range report"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for bookings of settlements with product sales."""
        return signature("date/time", "settlement id", "type", "order id", "product sales").confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """Rows of type Order and of refunds; a refund is a return document on its own day, of goods only."""
        kind, order = cell(upload, "type").lower(), cell(upload, "order id")
        back, sold = kind.isin(REFUNDS), kind == "order"
        goods, rebate = amount(upload, "product sales"), amount(upload, "promotional rebates")
        given_back = goods + rebate.fill_null(0)
        upload = with_total(upload, SHIPPING, ("shipping credits", "gift wrap credits"))
        upload = with_total(
            upload,
            TAXES,
            ("product sales tax", "shipping credits tax", "giftwrap credits tax", "gift wrap credits tax"),
        )
        for name, value in (
            (ORDER, apart(order, back, cell(upload, "date/time").re_extract(r"^(.*?\d{4})", 1))),
            (GOODS, ibis.ifelse(back, given_back, goods).cast("string")),
            (OFF, ibis.ifelse(sold, rebate.abs(), ibis.null("decimal(18, 4)")).cast("string")),
            (SHIPPING, ibis.ifelse(sold, cell(upload, SHIPPING), ibis.null("string"))),
            (TAXES, ibis.ifelse(sold, cell(upload, TAXES), ibis.null("string"))),
        ):
            upload = with_column(upload, name, value)
        upload, others = only(upload, (sold | back) & order.notnull())
        upload, empty = only(upload, ~(cell(upload, "type").lower().isin(REFUNDS) & (amount(upload, GOODS) >= 0)))
        fields, mapped = field_map(upload, COLUMNS, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, LineOptions(shape=summed("shipping", "taxes")), mapped)
        mapped.note("no_orders", others, "bookings that are neither order nor refund (fees, transfers, adjustments)",
            "set aside: they are no sales")  # fmt: skip
        mapped.note("no_goods_refunds", empty, "refunds of shipping or tax only",
            "set aside: net sales hold goods only")  # fmt: skip
        no_buyers(mapped)
        return mapped
