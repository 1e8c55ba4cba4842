"""What was found in an upload, as counted problems with harmless examples, and the sentence that sums an upload up."""

from __future__ import annotations

from typing import Any, Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import FieldMap, Mapped, Upload
from copilot.data.reading import ROW
from copilot.data.report import EXAMPLES_SHOWN

SET_ASIDE: Final = {
    "no_order_id": ("rows without an order number", "set aside: they belong to no order"),
    "no_date": ("rows of orders without a readable date", "set aside: they belong to no period"),
    "repeated_orders": ("rows that repeat an order exactly", "set aside: the order counts once"),
}
_LINE_CODES: Final = {"repeated": "repeated_lines", "zero": "zero_price", "negative": "negative_rows"}
NOT_SALES: Final = ("voided", "cancelled", "expired")
TOLERANCE: Final = 0.02
TOLERATED_SHARE: Final = 0.02


def one(expression: ir.Table) -> dict[str, Any]:
    """The single row of an aggregate."""
    row: dict[str, Any] = expression.to_pyarrow().to_pylist()[0]
    return row


def example_rows(table: ir.Table, condition: ir.BooleanValue, count: int | None) -> tuple[str, ...]:
    """Up to three numbers of the rows for which the condition holds, which identify nobody."""
    if not count:
        return ()
    rows = table.filter(condition).order_by(ROW).limit(EXAMPLES_SHOWN).select(ROW).to_pyarrow().to_pylist()
    return tuple(f"row {row[ROW]}" for row in rows)


def set_aside_findings(lines: ir.Table, mapped: Mapped) -> None:
    """Rows set aside, by reason."""
    left = lines.filter(lines.set_aside.notnull())
    counts = left.group_by("set_aside").aggregate(n=left.count())
    for row in counts.order_by("set_aside").to_pyarrow().to_pylist():
        what, action = SET_ASIDE[row["set_aside"]]
        examples = example_rows(lines, lines.set_aside == row["set_aside"], row["n"])
        mapped.note(row["set_aside"], row["n"], what, action, examples)


def order_findings(upload: Upload, fields: FieldMap, lines: ir.Table, mapped: Mapped) -> None:
    """Everything worth saying about an orders file."""
    set_aside_findings(lines, mapped)
    kept = lines.filter(lines.set_aside.isnull())
    _line_findings(kept, mapped)
    orders = mapped.tables.get("orders")
    if orders is None:
        return
    counts = one(
        orders.aggregate(
            orders=orders.count(),
            guests=orders.customer_key.isnull().sum(),
            guests_voided=(orders.customer_key.isnull() & orders.status.isin(("voided", "cancelled"))).sum(),
            voided=(orders.status == "voided").sum(),
            cancelled=(orders.status == "cancelled").sum(),
            pending=(orders.status == "pending").sum(),
            unknown_status=(orders.status == "unknown").sum(),
            returns=(orders.kind == "return").sum(),
            adjustments=(orders.kind == "adjustment").sum(),
            refunded_orders=((orders.kind == "order") & (orders.returns > 0)).sum(),
            refunded=orders.returns.sum(where=orders.kind == "order"),
            currencies=orders.currency.nunique(),
        )
    )
    rows = int(kept.count().execute())
    if "order_items" in mapped.tables and rows > counts["orders"]:
        mapped.note("continuation_rows", rows - counts["orders"], "further line items of an order",
            "joined to their order (totals counted once)")  # fmt: skip
    mapped.note("voided", counts["voided"], "voided orders", "left out of sales")
    mapped.note("cancelled", counts["cancelled"], "cancelled orders", "left out of sales")
    mapped.note("pending", counts["pending"], "orders not paid yet (pending)", "left out of sales unless switched on")
    voided = f" ({counts['guests_voided']} of them voided)" if counts["guests_voided"] else ""
    mapped.note("guests", counts["guests"], f"orders without a customer{voided}", "in totals, in no customer figure")
    mapped.note("return_documents", counts["returns"], "return documents (credit notes)",
        "booked as returns on their own day")  # fmt: skip
    mapped.note("adjustments", counts["adjustments"], "bookings that are neither order nor return",
        "kept apart, not in sales")  # fmt: skip
    if counts["refunded_orders"]:
        mapped.note("refunds", counts["refunded_orders"], f"refunds: {counts['refunded']:,.2f} in all",
            "net sales; the file has no refund dates, so booked on the order's day")  # fmt: skip
        mapped.notes.append("refunds carry no date: booked on the order's day")
    if counts["currencies"] and counts["currencies"] > 1:
        mapped.note("currencies", counts["currencies"], "several currencies", "never added up; choose one to look at")
    _shared_numbers(kept, mapped)
    _spelling_findings(upload, fields, kept, mapped)
    _reconcile(kept, mapped, fields)


def _line_findings(kept: ir.Table, mapped: Mapped) -> None:
    counts = one(
        kept.aggregate(
            repeated=kept.repeated.sum(),
            zero=(kept.gross == 0).sum(),
            negative=((kept.quantity < 0) | (kept.gross < 0)).sum(),
            no_product=(kept["product"].isnull() & kept.sku.notnull()).sum(),
            no_customer=kept.customer_key.isnull().sum(),
        )
    )
    for code, condition, what, action in (
        ("repeated", kept.repeated, "rows repeated exactly", "kept and marked; a switch leaves them out"),
        ("zero", kept.gross == 0, "rows of value zero", "kept; they add nothing to sales"),
        ("negative", (kept.quantity < 0) | (kept.gross < 0), "rows with negative quantity or amount",
         "read as returns or corrections"),
    ):  # fmt: skip
        mapped.note(_LINE_CODES[code], counts[code], what, action, example_rows(kept, condition, counts[code]))
    mapped.note("no_product_name", counts["no_product"], "rows without a product name", "kept under their product code")


def _shared_numbers(kept: ir.Table, mapped: Mapped) -> None:
    """Order numbers that several customers share, which were split."""
    if "number" not in kept.columns:
        return
    extra = kept.filter(kept.number.notnull())
    count = int(extra.select("order_id").distinct().count().execute())
    mapped.note("shared_order_numbers", count, "further customers under an order number another customer has too",
        "counted as an order of their own", example_rows(extra, extra.number.notnull(), count))  # fmt: skip
    mapped.notes.append(f"{count} orders share their number with another customer's: counted for each customer")


def _spelling_findings(upload: Upload, fields: FieldMap, kept: ir.Table, mapped: Mapped) -> None:
    """How many customers were written in several ways (upper case, blanks)."""
    if not fields.has("email"):
        return
    raw = upload.table[fields.columns["email"]].strip()
    spelled = upload.table.select(upload.table[ROW], spelling=raw).filter(raw != "")
    joined = spelled.join(kept.select(ROW, "customer_key"), ROW, how="inner")
    people = joined.group_by("customer_key").aggregate(spellings=joined.spelling.nunique())
    counts = one(
        people.aggregate(people=people.count(), spellings=people.spellings.sum(), several=(people.spellings > 1).sum())
    )
    mapped.note("spellings", counts["several"] or 0, "one customer under several spellings of the e-mail",
        f"joined ({counts['spellings']} spellings, {counts['people']} people)")  # fmt: skip


def _reconcile(kept: ir.Table, mapped: Mapped, fields: FieldMap) -> None:
    """Line sums against the order totals the file states."""
    if not (fields.has("unit_price") or fields.has("line_total")) or not fields.has("order_total"):
        return
    row = kept[ROW]
    orders = kept.group_by("order_id").aggregate(
        lines=kept.gross.sum(),
        discount=kept.order_discount.argmin(row),
        subtotal=kept.subtotal.argmin(row),
        total=kept.order_total.argmin(row),
        shipping=kept.shipping.argmin(row),
        taxes=kept.taxes.argmin(row),
    )
    goods = orders.lines - orders.discount.abs().fill_null(0)
    stated = ibis.coalesce(orders.subtotal, orders.total - orders.shipping.fill_null(0) - orders.taxes.fill_null(0))
    counts = one(
        orders.aggregate(
            compared=stated.notnull().sum(),
            off=((goods - stated).abs() > TOLERANCE).fill_null(False).sum(),
        )
    )
    if counts["compared"] and counts["off"] / counts["compared"] > TOLERATED_SHARE:
        mapped.note("totals_differ", counts["off"],
            f"orders whose lines do not add up to their stated total (of {counts['compared']})",
            "sales use the lines; taxes in prices or missing rows are the usual reason")  # fmt: skip


def summary(upload: Upload, mapped: Mapped) -> str:
    """One sentence: format, what it holds, rows, period, currency, customers."""
    rows = f"{upload.raw.rows:,} rows"
    if mapped.questions:
        return f"{upload.name}: one answer is needed before it can be used. Nothing was stored."
    orders = mapped.tables.get("orders")
    if orders is None:
        return f"{upload.name}: {mapped.format}, {mapped.kept:,} of {rows} used."
    found = one(
        orders.aggregate(
            orders=(orders.kind == "order").sum(),
            others=(orders.kind != "order").sum(),
            first=orders.ordered_at.min(),
            last=orders.ordered_at.max(),
            currencies=orders.currency.nunique(),
            currency=orders.currency.min(),
            customers=orders.customer_key.nunique(where=(orders.kind == "order") & ~orders.status.isin(NOT_SALES)),
        )
    )
    parts = [f"{found['orders']:,} orders on {rows}"]
    if found["others"]:
        parts[0] = f"{found['orders']:,} orders and {found['others']:,} other documents on {rows}"
    if found["first"]:
        parts.append(f"{found['first']:%-d %b %Y} - {found['last']:%-d %b %Y}")
    if found["currencies"] == 1:
        parts.append(found["currency"])
    elif found["currencies"]:
        parts.append(f"{found['currencies']} currencies")
    return f"{upload.name}: {mapped.format}, {', '.join(parts)}. {found['customers']:,} customers."
