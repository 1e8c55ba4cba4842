"""What every format shares: the fields a column can be, the upload being mapped, and what a mapping gives back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final, Protocol

import ibis
import ibis.expr.types as ir
from ibis.backends.duckdb import Backend

from copilot.data import cleaning
from copilot.data.cleaning import DecimalStyle
from copilot.data.engine import held, parked, row_hash
from copilot.data.formats.answered import amended
from copilot.data.moments import DateReading, timestamp
from copilot.data.progress import current
from copilot.data.reading import ROW, RawFile
from copilot.data.report import Problem, Question
from copilot.data.tables import MONEY, SCHEMAS
from copilot.data.text_rows import HASH

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
    "fulfilment": "text",  # where an order stands on its way; some platforms say only there that it was cancelled
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
    "shipping_tax": "money",  # tax the column of `taxes` leaves out
    "fees": "money",  # further charges on the order
    "gift_card_paid": "money",  # part of the order paid by gift card
    "subtotal": "money",  # goods after discounts
    "order_gross": "money",  # goods before discounts
    "order_total": "money",
    "total_left": "money",  # the total after refunds, where a platform states that instead of the refund
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
    # what an e-mail list dates about each person
    "last_open": "date",
    "last_click": "date",
    "unsubscribed_at": "date",
    "cleaned_at": "date",  # taken off the list because mail bounced
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

MANY_ROWS: Final = 200_000  # from here on what is computed from the rows of an upload is kept in files, not in memory

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
    stored: ir.Table | None = None  # the table as it was read, with a hash of each row, whatever `table` is now


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

    @property
    def name(self) -> str:
        """What reports call it."""

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
    repeats = _repeats(upload)
    nth: ir.Value = ibis.literal(0, "int64")
    if repeats is not None:
        source = source.left_join(repeats, source[ROW] == repeats.repeated_row)
        nth = source.nth.fill_null(0)
    columns: dict[str, ir.Value] = {ROW: source[ROW], "nth": nth, "cells": _as_one_text(source, upload)}
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


def stowed(upload: Upload, expression: ir.Table) -> ir.Table:
    """The rows of an expression, computed once: in a file beside the upload's where it is many, else in memory."""
    if upload.raw.rows < MANY_ROWS:
        made = held(upload.engine, expression)
    else:
        made = parked(upload.engine, expression, upload.raw.path.parent)
    current().step()
    return made


def _as_one_text(rows: ir.Table, upload: Upload) -> ir.StringValue:
    return ibis.literal("\x1f").join([ibis.coalesce(rows[column], "") for column in upload.raw.columns])


def _repeats(upload: Upload) -> ir.Table | None:
    """Number (1, 2 ...) of each row that repeats an earlier one in every cell; None where there are none."""
    source = upload.table
    if upload.stored is not None and source.equals(upload.stored):
        # The hash stored with each row leaves a handful of rows to be compared as text.
        hashes = source.group_by(HASH).aggregate(rows=source.count())
        twice = held(upload.engine, hashes.filter(hashes.rows > 1).select(hash_twice=hashes[HASH]))
        source = source.semi_join(twice, source[HASH] == twice.hash_twice)
    nth = ibis.row_number().over(group_by=row_hash(_as_one_text(source, upload)), order_by=source[ROW])
    # The window runs over two narrow columns; carrying the whole row through it would be many times slower.
    numbered = source.select(repeated_row=source[ROW], nth=nth)
    repeats = held(upload.engine, numbered.filter(numbered.nth > 0))
    return repeats if int(repeats.count().execute()) else None


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
        value = cleaning.number(column, fields.styles.get(name, "point"))
        return value.cast("decimal(20, 6)").cast(MONEY)  # twice: Ibis leaves out a cast it holds for needless
    if kind == "date":
        reading = fields.dates.get(name)
        return timestamp(column, reading.order if reading else None)
    return cleaning.boolean(column) if kind == "bool" else column


def conform(table: ir.Table, name: str) -> ir.Table:
    """The columns of canonical table `name`, in order and typed; missing ones null."""
    columns = {}
    for column, kind in SCHEMAS[name].items():
        columns[column] = table[column].cast(kind) if column in table.columns else ibis.null(kind)
    return table.select(**columns)


def read_styles(upload: Upload, columns: Mapping[str, str]) -> tuple[dict[str, DecimalStyle], list[Problem]]:
    """The decimal sign of each money column; an open one follows the file's others, or the user's answer."""
    readings = cleaning.number_readings(upload.table, [c for n, c in columns.items() if FIELDS[n] == "money"])
    settled = {reading.style for reading in readings.values() if reading.settled}
    answer = upload.answers.get("decimal_sign")
    styles: dict[str, DecimalStyle] = {}
    problems = []
    for column, reading in readings.items():
        styles[column] = reading.style
        if reading.mixed:
            what, action = f"{column!r} has decimal commas and decimal points", "each cell read by its own signs"
            problems.append(Problem(code="mixed_decimals", what=what, count=1, action=action))
        if not reading.unclear:
            continue
        if answer in ("decimal comma", "decimal point"):
            styles[column] = "comma" if answer == "decimal comma" else "point"
        elif "comma" in settled:
            styles[column] = "comma"
        elif "point" not in settled or "," in reading.example:
            sign, use = ("comma", "thousands mark") if "," in reading.example else ("point", "decimal sign")
            what = f"{column!r} has only numbers such as {reading.example}"
            code = "thousands" if sign == "comma" else "decimals_open"
            action = f"the {sign} read as {use}"
            problems.append(Problem(code=code, what=what, count=1, examples=(reading.example,), action=action))
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
