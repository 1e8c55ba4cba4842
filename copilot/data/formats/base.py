"""What every format shares: the fields a column can be, the upload being mapped, and what a mapping gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from copilot.data import cleaning
from copilot.data.cleaning import DateReading, DecimalStyle
from copilot.data.engine import held, row_hash
from copilot.data.formats.answered import amended
from copilot.data.reading import ROW, RawFile
from copilot.data.report import Problem, Question
from copilot.data.tables import MONEY, SCHEMAS

# Field -> what its cells are. One list for all formats: a format is a map from these to the columns of a file.
FIELDS: Final[Mapping[str, str]] = {
    # who (these become identities and a pseudonym, see privacy)
    "email": "text",
    "customer_id": "id",
    "phone": "text",
    "phone_2": "text",
    "phone_3": "text",
    "first_name": "text",
    "last_name": "text",
    "full_name": "text",
    "company": "text",
    # order
    "order_id": "id",
    "ordered_at": "date",
    "ordered_time": "text",  # the time of day in a column of its own, joined to `ordered_at` before that is read
    "ordered_zone": "text",  # the zone those times are in, where a column names it: reported, never applied
    "currency": "text",
    "status": "text",
    "cancelled_at": "date",
    "test": "bool",
    "channel": "text",
    "source": "text",
    "discount_code": "text",
    "country": "text",
    "region": "text",
    "city": "text",
    "tags": "text",
    "device": "text",
    "order_discount": "money",
    "order_returns": "money",
    "shipping": "money",
    "taxes": "money",
    "subtotal": "money",
    "order_total": "money",
    # line
    "sku": "id",
    "product": "text",
    "variant": "text",
    "category": "text",
    "category_id": "id",
    "vendor": "text",
    "quantity": "money",
    "unit_price": "money",
    "line_total": "money",
    "line_subtotal": "money",  # a line before discounts; with it `line_total` is the line after them
    "line_returns": "money",  # given back for the line
    "quantity_returned": "money",  # pieces of the line that came back
    "line_discount": "money",
    "discount_rate": "money",
    "cost": "money",
    "profit": "money",
    "gift_card": "bool",
    # customer list
    "email_consent": "bool",
    "sms_consent": "bool",
    "consent_at": "date",
    "created_at": "date",
    "orders_stated": "money",
    "spent_stated": "money",
    # feedback
    "feedback_id": "id",
    "title": "text",
    "body": "text",
    "rating": "money",
    "given_at": "date",
    # sessions
    "session_id": "id",
    "visitor": "id",
    "started_at": "date",
    "pages": "money",
    "product_views": "money",
    "added_to_cart": "bool",
    "checkout_started": "bool",
    "ordered": "bool",
    # spend
    "day": "date",
    "until": "date",  # the last day of a row that covers several
    "campaign": "text",
    "spend": "money",
    "impressions": "money",
    "clicks": "money",
    "conversions": "money",
    "conversion_value": "money",
}


WHO: Final = ("email", "customer_id", "phone", "phone_2", "phone_3", "first_name", "last_name", "full_name", "company")


@dataclass(frozen=True)
class Upload:
    """One upload on its way in: its text table in the engine and what the workspace gives along."""

    upload_id: str
    name: str
    raw: RawFile
    table: ir.Table
    engine: Backend
    salt: str
    answers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class FieldMap:
    """Which column holds which field, and how the cells of each column are to be read."""

    columns: Mapping[str, str]
    also: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # columns that fill in where the first is empty
    styles: Mapping[str, DecimalStyle] = field(default_factory=dict)
    dates: Mapping[str, DateReading] = field(default_factory=dict)
    whole_ids: frozenset[str] = frozenset()

    def has(self, *names: str) -> bool:
        """True if every one of these fields has a column."""
        return all(name in self.columns for name in names)


@dataclass
class Mapped:
    """What a format makes of an upload. `tables` are canonical but for `customer_ref` and `upload_id`."""

    format: str
    role: str
    tables: dict[str, ir.Table] = field(default_factory=dict)
    identities: ir.Table | None = None
    lookups: ir.Table | None = None
    parts: dict[str, ir.Table] = field(default_factory=dict)  # about other files' orders (order_parts), or "key_links"
    kept: int = 0
    problems: list[Problem] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    def note(self, code: str, count: int | None, what: str, action: str, examples: tuple[str, ...] = ()) -> None:
        """Add a problem to the report unless it does not occur."""
        if count:
            self.problems.append(Problem(code=code, what=what, count=int(count), examples=examples, action=action))


class Format(Protocol):
    """An export format: one file each in this folder."""

    name: str

    def recognise(self, columns: tuple[str, ...]) -> float:
        """Confidence from 0 to 1 that a file with these column names is of this format."""

    def map(self, upload: Upload) -> Mapped:
        """The canonical tables of the upload."""


def typed(upload: Upload, fields: FieldMap, wanted: Iterable[str]) -> ir.Table:
    """The upload with one typed column per wanted field (null where the file has none) and the row number.

    `nth` is 0 for the first of several rows equal in every cell, then 1, 2 ...; `cells` holds all
    of them as one text.
    """
    source = upload.table
    cells = ibis.literal("\x1f").join([ibis.coalesce(source[column], "") for column in upload.raw.columns])
    nth = ibis.row_number().over(group_by=row_hash(cells), order_by=source[ROW])
    # The window runs over two narrow columns; carrying the whole row through it would be many times slower.
    numbered = source.select(repeated_row=source[ROW], nth=nth)
    repeats = held(upload.engine, numbered.filter(numbered.nth > 0))
    source = source.left_join(repeats, source[ROW] == repeats.repeated_row)
    cells = ibis.literal("\x1f").join([ibis.coalesce(source[column], "") for column in upload.raw.columns])
    columns: dict[str, ir.Value] = {ROW: source[ROW], "nth": source.nth.fill_null(0), "cells": cells}
    for name in wanted:
        kind = FIELDS[name]
        column = fields.columns.get(name)
        if column is None:
            columns[name] = _null(kind)
            continue
        cells = [
            amended(_cell(source[c], c, kind, fields), source[c], (name, kind, c), upload.answers)
            for c in (column, *fields.also.get(name, ()))
        ]
        if name == "ordered_at" and fields.has("ordered_time"):
            timed = _with_time(source, column, fields)
            cells.insert(0, amended(_cell(timed, column, kind, fields), timed, (name, kind, column), upload.answers))
        columns[name] = cells[0] if len(cells) == 1 else ibis.coalesce(*cells)
    return source.select(**columns)


def _with_time(source: ir.Table, column: str, fields: FieldMap) -> ir.StringValue:
    """The date cell with the time of day behind it; where the two make no moment the date alone is read instead."""
    day = source[column].re_replace(r"[T ]+0?0:00(:00)?([.]0+)?$", "")  # a spreadsheet adds midnight to a date
    times = [fields.columns["ordered_time"], *fields.also.get("ordered_time", ())]
    return day + ibis.literal(" ") + ibis.coalesce(*[source[time].strip() for time in times])


def _null(kind: str) -> ir.Value:
    types = {"text": "string", "id": "string", "money": MONEY, "date": "timestamp", "bool": "boolean"}
    return ibis.null(types[kind])


def _cell(column: ir.StringValue, name: str, kind: str, fields: FieldMap) -> ir.Value:
    if kind == "id":
        return cleaning.identifier(column, whole_numbers=name in fields.whole_ids)
    if kind == "money":
        return cleaning.number(column, fields.styles.get(name, "point"))
    if kind == "date":
        reading = fields.dates.get(name)
        return cleaning.timestamp(column, reading.order if reading else None)
    return cleaning.boolean(column) if kind == "bool" else column


def conform(table: ir.Table, name: str) -> ir.Table:
    """The columns of canonical table `name`, in order and typed; missing ones null."""
    columns = {}
    for column, kind in SCHEMAS[name].items():
        columns[column] = table[column].cast(kind) if column in table.columns else ibis.null(kind)
    return table.select(**columns)


def read_styles(upload: Upload, columns: Mapping[str, str]) -> tuple[dict[str, DecimalStyle], list[Problem]]:
    """The decimal sign of each money column; an open one follows the file's others."""
    styles: dict[str, DecimalStyle] = {}
    problems = []
    for name, column in columns.items():
        if FIELDS[name] == "money":
            styles[column], unclear = cleaning.decimal_style(upload.table, column)
            if unclear and "comma" in styles.values():
                styles[column] = "comma"
            elif unclear:
                problems.append(
                    Problem(
                        code="thousands",
                        what=f"{column!r} has only numbers such as 1,234",
                        count=1,
                        action="the comma read as thousands mark",
                    )
                )
    commas = [column for column, style in styles.items() if style == "comma"]
    if commas:
        problems.append(
            Problem(
                code="decimal_comma",
                what=f"decimal comma in {', '.join(repr(c) for c in commas)}",
                count=len(commas),
                action="read as decimals (1.234,50 is 1234.50)",
            )
        )
    return styles, problems
