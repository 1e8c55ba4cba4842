"""Puts what the user said about a file's columns and cells into the reading of it: columns, cents, time zone."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.corrections import CENTS, NO_COLUMN
from copilot.data.engine import at_zone, from_zone
from copilot.data.moments import EPOCH
from copilot.data.tables import MONEY

_COLUMN: Final = "column_"
# Fields of money; the other numbers of a file (quantities, counts, ratings, rates) are no amounts.
AMOUNTS: Final = frozenset((
    "order_discount", "order_returns", "shipping", "taxes", "subtotal", "order_total", "unit_price", "line_total",
    "line_subtotal", "line_returns", "line_discount", "cost", "profit", "spent_stated", "spend", "conversion_value",
))  # fmt: skip
_HUNDREDTH: Final = ibis.literal("0.01").cast("decimal(3, 2)")
_CLOCK: Final = r"\d\s?[:h]\s?\d{2}"
_OFFSET: Final = r"\d:\d{2}(?::\d{2}(?:[.,]\d+)?)?\s*([-+])(\d{2}):?(\d{2})?$"
_IN_UTC: Final = r"\d\s*(?:UTC|GMT|Z)$"
_NAMES_UTC: Final = re.compile(r"\b(?:UTC|GMT)\b")  # a column such as "Created (UTC)"


def named_columns(
    answers: Mapping[str, str], known: Iterable[str], fields: Collection[str]
) -> tuple[dict[str, str], set[str]]:
    """Field -> column as the user named them, of the fields and columns there are; and fields without a column."""
    there = set(known)
    said = {code.removeprefix(_COLUMN): option for code, option in answers.items() if code.startswith(_COLUMN)}
    columns = {field: column for field, column in said.items() if field in fields and column in there}
    return columns, {field for field, column in said.items() if column == NO_COLUMN}


def with_answers(answers: Mapping[str, str], columns: Mapping[str, str], known: Iterable[str]) -> dict[str, str]:
    """The columns a format found, with those the user named in their place; a column serves one field."""
    named, without = named_columns(answers, known, _any_field(answers))
    taken = set(named.values())
    kept = {f: c for f, c in columns.items() if f not in without and f not in named and c not in taken}
    return kept | named


def _any_field(answers: Mapping[str, str]) -> set[str]:
    return {code.removeprefix(_COLUMN) for code in answers if code.startswith(_COLUMN)}


def amended(value: ir.Value, cell: ir.StringValue, where: tuple[str, str, str], answers: Mapping[str, str]) -> ir.Value:
    """A typed cell as the user's corrections want it; `where` is (field, kind of field, column).

    Amounts in cents become whole units of money. A time becomes the shop's local time: an offset or UTC behind it is
    applied, a time without one is taken as written in the zone `times_in`. Dates without a time stay.
    """
    field, kind, column = where
    if kind == "money" and field in AMOUNTS and CENTS in (answers.get("amounts"), answers.get(f"amounts_{column}")):
        # Twice: the product has more decimals in the engine than Ibis believes, which leaves out a needless cast.
        return (value * _HUNDREDTH).cast("decimal(22, 6)").cast(MONEY)
    zone = answers.get("time_zone")
    if kind == "date" and zone:
        written = "UTC" if _NAMES_UTC.search(column) else answers.get("times_in") or zone
        return _local(value, cell, zone, written)
    return value


def _local(value: ir.Value, cell: ir.StringValue, zone: str, written: str) -> ir.Value:
    hours = cell.re_extract(_OFFSET, 2).try_cast("int64")
    minutes = hours * 60 + ibis.coalesce(cell.re_extract(_OFFSET, 3).try_cast("int64"), 0)
    east = ibis.ifelse(cell.re_extract(_OFFSET, 1) == "-", -minutes, minutes)
    utc = value - ibis.coalesce(east, 0).as_interval("m")
    marked = at_zone(zone, from_zone("UTC", utc))
    plain = value if written == zone else at_zone(zone, from_zone(written, value))
    return ibis.cases(
        (cell.re_search(EPOCH), at_zone(zone, from_zone("UTC", value))),
        (~cell.re_search(_CLOCK), value),
        (hours.notnull() | cell.re_search(_IN_UTC), marked),
        else_=plain,
    )
