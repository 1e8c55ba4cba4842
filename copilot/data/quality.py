"""What was found in an upload, as counted problems with harmless examples, and the sentence that sums an upload up."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.examples import example_rows, one
from copilot.data.formats.base import FieldMap, Mapped, Upload
from copilot.data.formats.dates import date_findings
from copilot.data.order_findings import NOT_SALES, TOLERANCE, find_in_orders
from copilot.data.reading import ROW
from copilot.data.report import EXAMPLES_SHOWN

SET_ASIDE: Final = {
    "no_order_id": ("rows without an order number", "set aside: they belong to no order"),
    "no_date": ("rows of orders without a readable date", "set aside: they belong to no period"),
    "repeated_orders": ("rows that repeat an order exactly", "set aside: the order counts once"),
}
_LINE_CODES: Final = {
    "repeated": "repeated_lines", "zero": "zero_price", "negative": "negative_rows", "back": "refunded_lines",
}  # fmt: skip
__all__ = ["TOLERANCE", "example_rows", "one", "order_findings", "summary"]
_LINE_KINDS: Final = (
    ("gift_cards", "gift_card", "lines that sell gift cards", "counted in sales, left out of product figures"),
    ("shipping_lines", "shipping", "lines that are shipping or postage",
     "counted in sales as the file has them, left out of product figures"),
    ("fee_lines", "fee", "lines that are fees", "counted in sales as the file has them, left out of product figures"),
)  # fmt: skip


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
    mapped.problems += date_findings(fields.columns, fields.dates, lines)
    kept = lines.filter(lines.set_aside.isnull())
    _line_findings(kept, mapped)
    _line_kinds(mapped)
    if "orders" not in mapped.tables:
        return
    find_in_orders(upload, fields, kept, mapped)
    _shared_numbers(kept, mapped)
    _spelling_findings(upload, fields, kept, mapped)


def _line_findings(kept: ir.Table, mapped: Mapped) -> None:
    counts = one(
        kept.aggregate(
            repeated=kept.repeated.sum(),
            zero=(kept.gross == 0).sum(),
            negative=((kept.quantity < 0) | (kept.gross < 0)).sum(),
            back=(kept.line_returns > 0).sum(),
            no_product=(kept["product"].isnull() & kept.sku.notnull()).sum(),
            no_customer=kept.customer_key.isnull().sum(),
        )
    )
    for code, condition, what, action in (
        ("repeated", kept.repeated, "rows repeated exactly", "kept and marked; a switch leaves them out"),
        ("zero", kept.gross == 0, "rows of value zero", "kept; they add nothing to sales"),
        ("negative", (kept.quantity < 0) | (kept.gross < 0), "rows with negative quantity or amount",
         "read as returns or corrections"),
        ("back", kept.line_returns > 0, "lines refunded in full or in part", "taken off net sales, line by line"),
    ):  # fmt: skip
        mapped.note(_LINE_CODES[code], counts[code], what, action, example_rows(kept, condition, counts[code]))
    unnamed = kept["product"].isnull() & kept.sku.notnull()
    mapped.note("no_product_name", counts["no_product"], "rows without a product name",
        "kept under their product code", example_rows(kept, unnamed, counts["no_product"]))  # fmt: skip


def _line_kinds(mapped: Mapped) -> None:
    """Lines that sell no goods, with the names they have in the file."""
    items = mapped.tables.get("order_items")
    if items is None:
        return
    found = items.group_by("kind").aggregate(n=items.count())
    counts = {row["kind"]: row["n"] for row in found.to_pyarrow().to_pylist()}
    for code, kind, what, action in _LINE_KINDS:
        if not counts.get(kind):
            continue
        named = items.filter(items.kind == kind).select(name=ibis.coalesce(items["product"], items.sku))
        names = named.group_by("name").aggregate(n=named.count())
        rows = names.order_by(ibis.desc("n"), "name").limit(EXAMPLES_SHOWN).to_pyarrow().to_pylist()
        examples = tuple(str(row["name"]) for row in rows if row["name"])
        mapped.note(code, counts[kind], what, action, examples)


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
    """How many customers of orders that count were written in several ways (upper case, blanks)."""
    if not fields.has("email"):
        return
    raw = upload.table[fields.columns["email"]].strip()
    spelled = upload.table.select(upload.table[ROW], spelling=raw).filter(raw != "")
    orders = mapped.tables["orders"]
    counting = orders.filter((orders.kind == "order") & ~orders.status.isin(NOT_SALES)).select(counted="order_id")
    rows = kept.join(counting, kept.order_id == counting.counted).select(ROW, "customer_key")
    joined = spelled.join(rows, ROW, how="inner")
    people = joined.group_by("customer_key").aggregate(spellings=joined.spelling.nunique())
    counts = one(
        people.aggregate(people=people.count(), spellings=people.spellings.sum(), several=(people.spellings > 1).sum())
    )
    mapped.note("spellings", counts["several"] or 0, "one customer under several spellings of the e-mail",
        f"joined ({counts['spellings']} spellings, {counts['people']} people)")  # fmt: skip


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
