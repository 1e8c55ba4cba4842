"""Any table of orders, lines, customers, products, feedback, sessions or spend, known by name and content."""

from __future__ import annotations

from typing import Final

from copilot.data.corrections import FIELD_NAMES
from copilot.data.formats import lists
from copilot.data.formats.attributes import constant_per_customer
from copilot.data.formats.base import FieldMap, Mapped, Upload, read_styles
from copilot.data.formats.dates import decide_dates, open_decimals
from copilot.data.formats.documents import LineOptions, build
from copilot.data.formats.profile import ColumnProfile, profile
from copilot.data.formats.recognise import Recognised, by_content, by_name, missing_by_content
from copilot.data.formats.synonyms import name_score
from copilot.data.quality import one, order_findings
from copilot.data.report import Question
from copilot.data.tables import NO_AMOUNTS
from copilot.errors import DataRefused

ORDER_FIELDS: Final = (
    "order_id", "ordered_at", "ordered_time", "email", "customer_id", "phone", "phone_2", "first_name", "last_name",
    "full_name",
    "company", "currency", "status", "cancelled_at", "channel", "source", "discount_code", "country", "region", "city",
    "tags", "device", "order_discount", "order_returns", "shipping", "taxes", "subtotal", "order_total", "sku",
    "product", "variant", "category", "vendor", "quantity", "unit_price", "line_total", "line_discount",
    "discount_rate", "cost", "profit",
)  # fmt: skip
_ITEM_FIELDS: Final = ("sku", "product", "quantity", "unit_price", "line_total")
_AMOUNTS: Final = ("unit_price", "line_total", "order_total", "subtotal")
_REPEATING: Final = 0.98  # share of different customers above which nobody seems to come twice
_SAME_ON_ALL_ROWS: Final = 0.95


class Generic:
    """The format of last resort: no platform's own layout, but a table one can understand."""

    name = "table"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """Always possible, never preferred."""
        return 0.1 if columns else 0.0

    def map(self, upload: Upload) -> Mapped:
        """Decide what the rows are, then map them."""
        profiles = profile(upload)
        answers = dict(upload.answers)
        if not upload.raw.header:
            seen = by_content(profiles)
            return _orders(upload, profiles, seen) if _transactions(seen) else lists.unused(upload)
        kind = lists.kind_of_list(profiles)
        if kind in ("sessions", "reviews", "survey", "spend"):
            return lists.map_list(upload, profiles, kind)
        found = by_name(profiles, ORDER_FIELDS, answers)
        has = found.columns.__contains__
        if kind is None and _may_be_orders(found):
            missing_by_content(profiles, found, answers)
            if found.questions:
                return Mapped(format="order table", role="orders", columns=found.columns, questions=found.questions)
        if has("ordered_at") and (has("order_id") or _transactions(found)):
            return _orders(upload, profiles, found)
        if (
            has("order_id")
            and (has("sku") or has("product"))
            and any(map(has, ("quantity", "unit_price", "line_total")))
        ):
            if not has("customer_id") and not has("email"):
                return _orders(upload, profiles, found, orders=False)
            raise _no_date(upload, found)
        if kind is not None:
            return lists.map_list(upload, profiles, kind)
        if has("order_id") or _transactions(found):
            raise _no_date(upload, found)
        return _unnamed(upload, profiles, answers)


def _may_be_orders(found: Recognised) -> bool:
    """True if names say that these are orders, and not only the items of orders in another file."""
    has = found.columns.__contains__
    items = has("order_id") and (has("sku") or has("product")) and not (has("customer_id") or has("email"))
    return (has("order_id") and (has("ordered_at") or not items)) or _transactions(found)


def _unnamed(upload: Upload, profiles: dict[str, ColumnProfile], answers: dict[str, str]) -> Mapped:
    """A table whose names say nothing: where its cells look like orders, the user is asked whether they are."""
    seen = by_content(profiles)
    who = profiles.get(seen.columns.get("customer_id", seen.columns.get("email", "")))
    if not _transactions(seen) or "ordered_at" not in seen.columns or who is None or who.distinct > _REPEATING:
        return lists.unused(upload)
    if answers.get("rows_are") == "orders":
        return _orders(upload, profiles, seen)
    if answers.get("rows_are") is not None:
        return lists.unused(upload)
    mapped = Mapped(format="table of unknown names", role="orders", columns=seen.columns)
    shown = tuple(f"{FIELD_NAMES.get(field, field)}: {column}" for field, column in seen.columns.items())
    text = "No column name is known, but the rows look like orders. Are they?"
    mapped.questions.append(Question(code="rows_are", text=text, options=("orders", "something else"), examples=shown))
    return mapped


def _transactions(found: Recognised) -> bool:
    """True if the rows name a customer and what was bought or paid: orders even without an order number."""
    customer = "customer_id" in found.columns or "email" in found.columns
    return customer and any(name in found.columns for name in (*_AMOUNTS, "product", "sku"))


def _no_date(upload: Upload, found: Recognised) -> DataRefused:
    known = ", ".join(sorted(repr(column) for column in found.columns.values()))
    return DataRefused(
        f"{upload.name} looks like orders ({known}), but no column holds the order's date.",
        "Export it again with the order date: without it there are no periods and no gaps. Nothing was stored.",
        code="no_date_column",
    )


def _orders(upload: Upload, profiles: dict[str, ColumnProfile], found: Recognised, *, orders: bool = True) -> Mapped:
    """Order lines, whole orders or single transactions."""
    columns = dict(found.columns)
    if orders and "ordered_at" not in columns:
        raise _no_date(upload, found)
    _settle_amounts(upload, columns)
    role = "orders" if orders else "order items"
    styles, problems = read_styles(upload, columns)
    dates, date_questions = decide_dates(upload, columns)
    mapped = Mapped(format="order table" if orders else "order item table", role=role, columns=columns)
    mapped.problems += problems
    mapped.questions += [*found.questions, *date_questions, *open_decimals(problems)]
    del mapped.questions[1:]  # one at a time: an answer may settle the others
    if mapped.questions:
        return mapped
    taken = ", ".join(repr(column) for column in found.guessed)
    mapped.note("by_content", len(found.guessed), f"columns without a known name: {taken}", "taken for what they hold")
    whole = frozenset(c for c in columns.values() if profiles[c].point_zero > 0.99)
    fields = FieldMap(columns, {}, styles, dates, whole)
    lines = build(upload, fields, _options(fields, orders=orders), mapped)
    order_findings(upload, fields, lines, mapped)
    constant_per_customer(upload, profiles, lines, columns.values(), mapped)
    _notes(fields, mapped)
    return mapped


def _options(fields: FieldMap, *, orders: bool) -> LineOptions:
    if not orders:
        return LineOptions(orders=False)
    if not fields.has("order_id"):
        products = fields.has("product") or fields.has("sku")
        return LineOptions(items=True, order_id="moment" if products else "row")
    items = any(fields.has(name) for name in _ITEM_FIELDS)
    return LineOptions(items=items)


def _settle_amounts(upload: Upload, columns: dict[str, str]) -> None:
    """Put an amount column at the level its values show: the same on all rows of an order means once per order.

    Summing a total that is repeated on each line is the classic way to multiply revenue.
    """
    for line_field, order_field in (("line_total", "order_total"), ("line_discount", "order_discount")):
        for name in (line_field, order_field):
            column = columns.get(name)
            if column is None or name_score(line_field, column) == 0 or name_score(order_field, column) == 0:
                continue
            wanted = order_field if "order_id" in columns and _once_per_order(upload, columns, column) else line_field
            if wanted != name and wanted not in columns:
                columns[wanted] = columns.pop(name)
    if "unit_price" in columns and "quantity" in columns:
        columns.pop("line_total", None)


def _once_per_order(upload: Upload, columns: dict[str, str], column: str) -> bool:
    table = upload.table
    per_order = table.group_by(order=table[columns["order_id"]]).aggregate(
        rows=table.count(), values=table[column].nunique()
    )
    several = per_order.filter(per_order.rows > 1)
    found = one(several.aggregate(orders=several.count(), same=(several["values"] <= 1).cast("int64").sum()))
    if not found["orders"]:
        return not any(name in columns for name in ("sku", "product", "unit_price"))
    return bool(found["same"] / found["orders"] >= _SAME_ON_ALL_ROWS)


def _notes(fields: FieldMap, mapped: Mapped) -> None:
    """What a reader of figures must know of this file."""
    if not any(fields.has(name) for name in _AMOUNTS) and mapped.role == "orders":
        mapped.notes.append(NO_AMOUNTS)
    if fields.has("discount_rate") and not fields.has("unit_price"):
        mapped.notes.append("amounts are after discount; what was taken off is not in the file")
    if fields.has("full_name") and not fields.has("customer_id") and not fields.has("email"):
        mapped.notes.append("customers are given by name only, which does not tell two people apart: none is counted")
