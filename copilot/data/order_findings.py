"""What is worth saying of the orders of a file: which do not count, refunds, totals that differ, machines' orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held
from copilot.data.examples import example_rows, one
from copilot.data.formats.base import FieldMap, Mapped, Upload
from copilot.data.reading import ROW
from copilot.data.tables import MONEY

NOT_SALES: Final = ("voided", "cancelled", "expired")
TOLERANCE: Final = 0.02
TOLERATED_SHARE: Final = 0.02
BURST: Final = 12  # orders in one second that no shop takes by hand
_SECONDS_KNOWN: Final = 0.5  # share of orders with a second other than nought from which seconds are believed
_MOSTLY: Final = 0.5
_UNDATED: Final = "net sales; the file has no refund dates, so booked on the order's day"


@dataclass(frozen=True)
class _Finding:
    """One kind of order: when it is that, in the user's words, and what is done with it."""

    code: str
    condition: ir.BooleanValue
    what: str
    action: str


def find_in_orders(upload: Upload, fields: FieldMap, kept: ir.Table, mapped: Mapped) -> None:
    """Add what is found in the orders of `mapped` (made from the lines `kept`) to its problems."""
    orders = held(upload.engine, _with_lines(mapped.tables["orders"], kept, fields))
    found = [*_statuses(orders, fields), *_refunds(orders), *_kinds(orders)]
    counts = one(
        orders.aggregate(
            orders=orders.count(),
            refunded=orders.returns.sum(where=orders.kind == "order"),
            guests_voided=(orders.customer_key.isnull() & orders.status.isin(NOT_SALES)).sum(),
            currencies=orders.currency.nunique(),
            **{finding.code: finding.condition.sum() for finding in found},
        )
    )
    rows = int(kept.count().execute())
    if "order_items" in mapped.tables and rows > counts["orders"]:
        examples = example_rows(orders, orders.rows > 1, 1)
        mapped.note("continuation_rows", rows - counts["orders"], "further line items of an order",
            "joined to their order (totals counted once)", examples)  # fmt: skip
    for finding in found:
        what = finding.what
        if finding.code == "guests" and counts["guests_voided"]:
            what += f" ({counts['guests_voided']} of them voided)"
        if finding.code == "refunds" and counts["refunds"]:
            what = f"refunds: {counts['refunded']:,.2f} in all"
            mapped.notes.append("refunds carry no date: booked on the order's day")
        examples = example_rows(orders, finding.condition, counts[finding.code])
        mapped.note(finding.code, counts[finding.code], what, finding.action, examples)
    if counts["currencies"] and counts["currencies"] > 1:
        mapped.note("currencies", counts["currencies"], "several currencies", "never added up; choose one to look at",
            _currencies(orders))  # fmt: skip
    _machines(upload, orders, mapped)
    _totals(orders, mapped, fields)


def _with_lines(orders: ir.Table, kept: ir.Table, fields: FieldMap) -> ir.Table:
    """One row an order: its columns, its first row in the file, and what its lines add up to."""
    row = kept[ROW]
    sums = kept.group_by(l_order="order_id").aggregate(
        **{ROW: row.min()},
        rows=kept.count(),
        value=kept.gross.sum().cast(MONEY),
        prices=kept.unit_price.sum().cast(MONEY),
        line_discounts=kept.discount.sum().cast(MONEY),
        order_discount=kept.order_discount.argmin(row, where=kept.order_discount.notnull()).cast(MONEY),
        subtotal=kept.subtotal.argmin(row, where=kept.subtotal.notnull()).cast(MONEY)
        if fields.has("subtotal")
        else ibis.null(MONEY),
        stated_total=kept.order_total.argmin(row, where=kept.order_total.notnull()).cast(MONEY),
    )
    return orders.join(sums, orders.order_id == sums.l_order).drop("l_order")


def _statuses(orders: ir.Table, fields: FieldMap) -> list[_Finding]:
    status, kind = orders.status, orders.kind
    unpaid = status.isin(("authorized", "partially_paid"))
    return [
        _Finding("voided", status == "voided", "voided orders", "left out of sales"),
        _Finding("cancelled", status == "cancelled", "cancelled orders", "left out of sales"),
        _Finding("expired", status == "expired", "expired orders", "left out of sales"),
        _Finding("pending", status == "pending", "orders not paid yet (pending)",
                 "left out of sales unless switched on"),
        _Finding("authorized", unpaid, "orders authorised or paid in part", "counted like paid orders"),
        _Finding("unknown_status", (status == "unknown") & ibis.literal(fields.has("status")),
                 "orders with a payment status I do not know", "counted like paid orders"),
        _Finding("test", orders.test.fill_null(False), "test orders", "left out of everything"),
        _Finding("draft", orders.channel.fill_null("").lower().contains("draft"),
                 "orders that began as a draft", "counted like other orders"),
        _Finding("guests", orders.customer_key.isnull(), "orders without a customer",
                 "in totals, in no customer figure"),
        _Finding("return_documents", kind == "return", "return documents (credit notes)",
                 "booked as returns on their own day"),
        _Finding("adjustments", kind == "adjustment", "bookings that are neither order nor return",
                 "kept apart, not in sales"),
    ]  # fmt: skip


def _refunds(orders: ir.Table) -> list[_Finding]:
    """Refunds on the order: all of them with their sum, then those that took back all of it and those of a part."""
    refunded = ((orders.kind == "order") & (orders.returns > 0)).fill_null(False)
    worth = _worth(orders)
    whole = refunded & (orders.returns >= worth - TOLERANCE).fill_null(False)
    return [
        _Finding("refunds", refunded, "refunds", _UNDATED),
        _Finding("refunded_fully", whole, "orders refunded in full", "still an order, worth nothing net"),
        _Finding("refunded_partly", refunded & ~whole, "orders refunded in part", "what was kept stays in net sales"),
    ]


def _kinds(orders: ir.Table) -> list[_Finding]:
    free = ((orders.kind == "order") & (_worth(orders) <= 0)).fill_null(False)
    action = "left out of order counts and customer figures; they add nothing to sales"
    return [_Finding("zero_orders", free, "orders worth nothing", action)]


def _worth(orders: ir.Table) -> ir.Value:
    """Goods less discounts of an order, by its lines, else as it states."""
    discount = ibis.coalesce(orders.discounts, orders.line_discounts, ibis.literal(0).cast(MONEY))
    return ibis.coalesce(orders.value, orders.gross_sales) - discount


def _currencies(orders: ir.Table) -> tuple[str, ...]:
    """Each currency with its orders, the commonest first, up to three."""
    counts = orders.group_by("currency").aggregate(n=orders.count()).filter(lambda t: t.currency.notnull())
    rows = counts.order_by(ibis.desc("n"), "currency").limit(3).to_pyarrow().to_pylist()
    return tuple(f"{row['currency']} {row['n']:,} orders" for row in rows)


def _machines(upload: Upload, orders: ir.Table, mapped: Mapped) -> None:
    """Orders that no person can have placed: several of one customer, or dozens of anybody, in one second.

    Only where the file's times have seconds; files by the minute or the day put honest orders side by side.
    """
    real = orders.filter(orders.kind == "order")
    seconds = one(real.aggregate(n=real.count(), known=(real.ordered_at.second() != 0).sum()))
    if not seconds["n"] or (seconds["known"] or 0) < _SECONDS_KNOWN * seconds["n"]:
        return
    people = ibis.window(group_by=[real.customer_key, real.ordered_at])
    at_once = real.mutate(
        own=ibis.ifelse(real.customer_key.notnull(), real.count().over(people), 0),
        all_of_it=real.count().over(ibis.window(group_by=real.ordered_at)),
    ).select(ROW, "own", "all_of_it")
    at_once = held(upload.engine, at_once.filter((at_once.own > 1) | (at_once.all_of_it >= BURST)))
    for code, condition, what, action in (
        ("same_second", at_once.own > 1, "orders of one customer within the same second",
         "counted; these customers are kept out of rankings, and named there"),
        ("burst", at_once.all_of_it >= BURST, "orders among a dozen or more of the same second",
         "counted; look whether a machine placed them"),
    ):  # fmt: skip
        count = int(at_once.filter(condition).count().execute())
        mapped.note(code, count, what, action, example_rows(at_once, condition, count))


def _totals(orders: ir.Table, mapped: Mapped, fields: FieldMap) -> None:
    """Line sums against the order totals the file states: what does not add up, and what explains it."""
    if not (fields.has("unit_price") or fields.has("line_total")) or not fields.has("order_total"):
        return
    zero = ibis.literal(0).cast(MONEY)
    shipping, taxes = orders.shipping.fill_null(zero), orders.taxes.fill_null(zero)
    discount = ibis.coalesce(orders.order_discount.abs(), zero)
    goods = orders.value - discount
    stated = ibis.coalesce(orders.subtotal, orders.stated_total - shipping - taxes)
    inside = (orders.stated_total - goods - shipping).abs() <= TOLERANCE
    off = ((goods - stated).abs() > TOLERANCE).fill_null(False)
    taxed = (taxes > TOLERANCE).fill_null(False)
    in_price = (taxed & inside).fill_null(False)
    as_total = off & ((orders.prices - discount - stated).abs() <= TOLERANCE).fill_null(False) & (
        orders.prices != orders.value
    ).fill_null(False)  # fmt: skip
    counts = one(
        orders.aggregate(
            compared=stated.notnull().sum(), taxed=taxed.sum(), in_price=in_price.sum(),
            off=(off & ~in_price).sum(), as_total=as_total.sum(),
        )
    )  # fmt: skip
    if counts["taxed"] and counts["in_price"] > _MOSTLY * counts["taxed"]:
        mapped.note("tax_in_prices", counts["in_price"], "orders whose prices include the tax",
            "sales are with tax, as the file has them", example_rows(orders, in_price, counts["in_price"]))  # fmt: skip
    if not counts["compared"] or (counts["off"] or 0) / counts["compared"] <= TOLERATED_SHARE:
        return
    mapped.note("totals_differ", counts["off"],
        f"orders whose lines do not add up to their stated total (of {counts['compared']})",
        "sales use the lines; taxes in prices or missing rows are the usual reason",
        example_rows(orders, off & ~in_price, counts["off"]))  # fmt: skip
    if fields.has("unit_price") and counts["as_total"] and counts["as_total"] > _MOSTLY * counts["off"]:
        mapped.note("price_is_line_total", counts["as_total"],
            "orders that add up if the price is that of the whole line, not of one piece",
            "read as the price of one piece, as its name says", example_rows(orders, as_total, 1))  # fmt: skip
