"""Trimmed text cells -> numbers, money, dates and yes/no: one decision for a whole column, from all of its values.

Cells arrive without blanks around them, and as null where they say nothing (see parse_child.clean).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal

import ibis
import ibis.expr.types as ir

from copilot.data.engine import regex_replace, try_strptime
from copilot.data.tables import MONEY

DecimalStyle = Literal["point", "comma"]
DateOrder = Literal["day first", "month first"]

# The test gateway of a shop platform names itself as payment method.
TRUE_WORDS: Final = (
    "bogus", "bogus gateway", "(for testing) bogus gateway", "true", "yes", "y", "1", "t", "subscribed", "ja", "oui",
    "si", "sí", "opt-in", "opted in",
)  # fmt: skip
FALSE_WORDS: Final = ("false", "no", "n", "0", "f", "unsubscribed", "never_subscribed", "nein", "non", "opt-out")

# Shapes of dates after trimming. A two-number start (03/04/2024) leaves day and month open.
ISO: Final = r"^\d{4}[-/.]\d{1,2}[-/.]\d{1,2}"
COMPACT: Final = r"^(19|20)\d{2}(0[1-9]|1[0-2])(0[1-9]|[12]\d|3[01])(\d{2})?$"
OPEN: Final = r"^\d{1,2}[-/.]\d{1,2}[-/.](\d{4}|\d{2})\b"
DAY_MONTH_NAME: Final = r"^\d{1,2}[- ][A-Za-z]{3,9}[- ,]+\d{2,4}\b"
MONTH_NAME_DAY: Final = r"^[A-Za-z]{3,9}[- ]\d{1,2},?[- ]\d{2,4}\b"
ANY_DATE: Final = "|".join((ISO, COMPACT, OPEN, DAY_MONTH_NAME, MONTH_NAME_DAY))

_TIMES: Final = ("", " %H:%M:%S", " %H:%M", " %I:%M:%S %p", " %I:%M %p", " %H")


def identifier(column: ir.StringValue, *, whole_numbers: bool = False) -> ir.StringValue:
    """An id as text; `17850.0` is 17850 where the whole column is of that kind."""
    return column.re_replace(r"\.0+$", "") if whole_numbers else column


def number(column: ir.StringValue, style: DecimalStyle = "point") -> ir.DecimalValue:
    """A decimal number, null where the cell is none; reads currency signs, thousands marks, brackets, a trailing minus.

    >>> # "1.234,50 €" with style "comma" -> 1234.5000; "(12.00)" -> -12.0000
    """
    digits = regex_replace(column, r"[^0-9.,\-()eE+]", "", "g")
    negative = digits.re_search(r"^\(.*\)$|^-|-$|^\(?-")
    body = regex_replace(digits, r"[()\-+]", "", "g")
    exponent = column.re_search(r"^[-+]?\d+([.]\d+)?[eE][-+]?\d+$")
    body = body.replace(".", "").replace(",", ".") if style == "comma" else body.replace(",", "")
    value = body.try_cast(MONEY)
    signed = ibis.ifelse(negative, -value, value)
    return ibis.ifelse(exponent, column.try_cast("float64").try_cast(MONEY), signed).cast(MONEY)


def decimal_style(table: ir.Table, column: str) -> tuple[DecimalStyle, bool]:
    """The decimal sign of a column and whether its values leave it open (only shapes such as `1,234`)."""
    value = regex_replace(table[column], r"[^0-9.,]", "", "g")
    counts = table.aggregate(
        comma=value.re_search(r"^\d+,\d{1,2}$|^\d+,\d{4,}$|\.\d{3},|^0,\d+$").sum(),
        point=value.re_search(r"^\d+\.\d{1,2}$|^\d+\.\d{4,}$|,\d{3}\.|^0\.\d+$").sum(),
        open_comma=value.re_search(r"^\d{1,3}(,\d{3})+$").sum(),
    ).execute()
    row = counts.fillna(0).iloc[0]
    if row["comma"] > row["point"]:
        return "comma", False
    return "point", bool(row["open_comma"] > 0 and row["point"] == 0)


@dataclass(frozen=True)
class DateReading:
    """How the dates of a column are to be read. `order` is None where no value needs it.

    `open` is True when values need an order and none of them settles it; `mixed` when they contradict each other.
    """

    share: float
    order: DateOrder | None
    open: bool
    mixed: bool
    examples: tuple[str, ...]


def date_reading(table: ir.Table, column: str) -> DateReading:
    """Decide day-first or month-first from every value of the column."""
    cell = table[column]
    open_shape = cell.re_search(OPEN)
    first = cell.re_extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]", 1).try_cast("int64")
    second = cell.re_extract(r"^(\d{1,2})[-/.](\d{1,2})[-/.]", 2).try_cast("int64")
    found = table.aggregate(
        filled=cell.count(),
        dated=cell.re_search(ANY_DATE).sum(),
        open_cells=open_shape.sum(),
        day_first=(open_shape & (first > 12)).sum(),
        month_first=(open_shape & (second > 12)).sum(),
        example_day=cell.max(where=open_shape & (first > 12)),
        example_month=cell.max(where=open_shape & (second > 12)),
        example_open=cell.max(where=open_shape),
        example_least=cell.min(where=open_shape),
    ).to_pyarrow()
    row = found.to_pylist()[0]
    dated, day, month = row["dated"] or 0, row["day_first"] or 0, row["month_first"] or 0
    share = dated / row["filled"] if row["filled"] else 0.0
    if not row["open_cells"]:
        return DateReading(share, None, open=False, mixed=False, examples=())
    if day and month:
        return DateReading(share, None, open=False, mixed=True, examples=(row["example_day"], row["example_month"]))
    if not day and not month:
        examples = tuple(dict.fromkeys((row["example_open"], row["example_least"])))
        return DateReading(share, None, open=True, mixed=False, examples=examples)
    order: DateOrder = "day first" if day else "month first"
    return DateReading(share, order, open=False, mixed=False, examples=(row["example_day"] or row["example_month"],))


def timestamp(column: ir.StringValue, order: DateOrder | None) -> ir.TimestampValue:
    """The shop's wall time as written: an offset or zone name at the end is cut off, not applied."""
    plain = regex_replace(column, r"[\s ]*(UTC|GMT|Z|[A-Z]{2,4}T)$", "", "")
    plain = regex_replace(plain, r"(\d:\d{2}(:\d{2}([.,]\d+)?)?)\s*[-+]\d{2}:?(\d{2})?$", r"\1", "")
    plain = regex_replace(plain, r"(:\d{2})[.,]\d+", r"\1", "")
    plain = regex_replace(plain, r"^(\d{4}-\d{1,2}-\d{1,2})T", r"\1 ", "")
    plain = regex_replace(plain, r"^(\d{1,4})[/.](\d{1,2})[/.](\d{1,4})", r"\1-\2-\3", "")
    plain = regex_replace(
        plain, r"^([A-Za-z]{3,9}|\d{1,2})[- ]([A-Za-z]{3,9}|\d{1,2}),?[- ](\d{2,4})\b,?", r"\1-\2-\3", ""
    )
    two_digit = r"^(\d{1,2}|[A-Za-z]{3,9})-(\d{1,2}|[A-Za-z]{3,9})-"
    plain = regex_replace(plain, two_digit + r"([0-6]\d)( |$)", r"\1-\2-20\3\4", "")
    plain = regex_replace(plain, two_digit + r"([7-9]\d)( |$)", r"\1-\2-19\3\4", "")
    return try_strptime(plain, ibis.array(list(_formats(order))))


def _formats(order: DateOrder | None) -> tuple[str, ...]:
    """strptime formats to try; years have four digits here (DuckDB reads `%Y` from two digits as the year 8)."""
    dates = ["%Y-%m-%d"]
    if order is not None:
        dates.append("%m-%d-%Y" if order == "month first" else "%d-%m-%Y")
    dates += ["%d-%b-%Y", "%d-%B-%Y", "%b-%d-%Y", "%B-%d-%Y"]
    timed = [f"{day}{time}" for day in dates for time in _TIMES]
    return (*timed, "%Y%m%d", "%Y%m%d%H")


def boolean(column: ir.StringValue) -> ir.BooleanValue:
    """Yes/no words as a boolean, null for anything else."""
    word = column.lower()
    return ibis.cases(
        (word.isin(TRUE_WORDS), ibis.literal(True)),
        (word.isin(FALSE_WORDS), ibis.literal(False)),
        else_=ibis.null("boolean"),
    )
