"""Trimmed text cells -> numbers, money and yes/no: one decision for a whole column, from all of its values.

Cells arrive without blanks around them, and as null where they say nothing (see parse_child.clean).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Literal

import ibis
import ibis.expr.types as ir

from copilot.data.engine import regex_replace
from copilot.data.tables import MONEY

DecimalStyle = Literal["point", "comma"]

# The test gateway of a shop platform names itself as payment method.
TRUE_WORDS: Final = (
    "bogus", "bogus gateway", "(for testing) bogus gateway", "true", "yes", "y", "1", "t", "subscribed", "ja", "oui",
    "si", "sí", "opt-in", "opted in",
)  # fmt: skip
FALSE_WORDS: Final = ("false", "no", "n", "0", "f", "unsubscribed", "never_subscribed", "nein", "non", "opt-out")

# With the comma as decimal sign whatever the column: `1.234,50`, `19,9`, `0,500`, `1234,500`; and `1.234.567`.
_COMMA: Final = r"\..*,\d*$|^\d*,(\d{1,2}|\d{4,})$|^0+,\d{3}$|^\d{4,},\d{3}$|^\d{1,3}(\.\d{3}){2,}$"
_POINT: Final = r",.*\.\d*$|^\d*\.(\d{1,2}|\d{4,})$|^0+\.\d{3}$|^\d{4,}\.\d{3}$|^\d{1,3}(,\d{3}){2,}$"
_EITHER: Final = r"^[1-9]\d{0,2}[.,]\d{3}$"
_CODE: Final = (
    r"(?:EUR|USD|GBP|CHF|PLN|SEK|NOK|DKK|CZK|HUF|RON|BRL|CAD|AUD|NZD|JPY|CNY|INR|MXN|TRY|ZAR|SGD|HKD|AED|ILS|"
    r"[Kk]r\.?|zł|[SF]?Fr\.?|Rs\.?|R\$|US\$|CA?\$|AU?\$|Kč|Ft|lei|[^\w\s]{1,2})"
)
_BLANK: Final = r"[\s\x{a0}\x{202f}]*"
# A cell that is a number, with or without currency, thousands marks, brackets and per cent.
NUMERIC: Final = (
    rf"^[-+(−]?{_BLANK}{_CODE}?{_BLANK}[-−]?\d[\d.,'’ \x{{a0}}\x{{202f}}]*{_BLANK}{_CODE}?\)?-?$"
    r"|^[-+]?\d+([.]\d+)?[eE][-+]?\d+$"
)


def identifier(column: ir.StringValue, *, whole_numbers: bool = False) -> ir.StringValue:
    """An id as text; `17850.0` is 17850 where the whole column is of that kind."""
    return column.re_replace(r"\.0+$", "") if whole_numbers else column


def number(column: ir.StringValue, style: DecimalStyle = "point") -> ir.DecimalValue:
    """A decimal number, null where the cell is none; reads currency signs, thousands marks, brackets, a trailing minus.

    Most cells say themselves which sign is the decimal one (`1.234,50`, `19,9`, `1.234.567`); `style` decides those
    that do not (`1,234`). A per cent is a hundredth.

    >>> # "1.234,50 €" -> 1234.5000; "(12.00)" -> -12.0000; "1.234" with style "comma" -> 1234.0000; "15 %" -> 0.1500
    """
    digits = _marks(column)
    negative = digits.re_search(r"^\(.*\)$|^-|-$|^\(?-")
    body = regex_replace(digits, r"[()\-]", "", "g")
    comma = body.re_search(_COMMA if style == "point" else rf"{_COMMA}|{_EITHER}")
    value = ibis.ifelse(comma, body.replace(".", "").replace(",", "."), body.replace(",", "")).try_cast(MONEY)
    per_cent = column.endswith("%")
    factor = ibis.cases((negative & per_cent, -0.01), (per_cent, 0.01), (negative, -1.0), else_=1.0).cast(
        "decimal(4, 2)"
    )
    exponent = column.re_search(r"^[-+]?\d+([.]\d+)?[eE][-+]?\d+$")
    power = column.try_cast("float64").try_cast(MONEY)
    # The product has more decimals in the engine than Ibis believes: without the cast it would stay that wide.
    product = (value * factor).cast("decimal(22, 6)").try_cast(MONEY)
    written = ibis.ifelse(exponent, power, product)
    # Most cells are plain, and the engine takes the long way only for the others.
    plain = r"^-?\d+(\.\d+)?$" if style == "point" else r"^-?\d+(\.(\d{1,2}|\d{4,}))?$"
    return ibis.ifelse(column.re_search(plain), column.try_cast(MONEY), written).cast(MONEY)


def _marks(column: ir.StringValue) -> ir.StringValue:
    """Digits, points, commas, brackets and minus signs of a cell; `Fr. 12.-` is 12."""
    plain = regex_replace(column, r"[−–—]", "-", "g")
    plain = regex_replace(plain, r"[\p{L}/]+\.?|[^0-9.,\-()]", "", "g")
    return regex_replace(plain, r"[.,]-+$", "", "")


@dataclass(frozen=True)
class NumberReading:
    """How the numbers of a column are written: `style` for cells such as `1,234` that leave it open.

    `unclear` is True when there are such cells and no other settles them; `mixed` when the column holds decimal
    commas and decimal points; `settled` when some cell says which sign is decimal. `example` is one open cell.
    """

    style: DecimalStyle
    unclear: bool = False
    mixed: bool = False
    settled: bool = False
    example: str = ""


def number_readings(table: ir.Table, columns: Iterable[str]) -> dict[str, NumberReading]:
    """The reading of each column, in one pass over the table."""
    names = list(dict.fromkeys(columns))
    if not names:
        return {}
    measures: dict[str, ir.Value] = {}
    for position, column in enumerate(names):
        cell = table[column]
        marked = ibis.ifelse(cell.re_search(r"[.,]"), cell, ibis.null("string"))
        value = regex_replace(_marks(marked), r"[()\-]", "", "g")
        measures |= {
            f"{position}_comma": value.re_search(_COMMA).sum(),
            f"{position}_point": value.re_search(_POINT).sum(),
            f"{position}_open": value.max(where=value.re_search(_EITHER)),
        }
    row = table.aggregate(**measures).to_pyarrow().to_pylist()[0]
    return {column: _number_reading(row, position) for position, column in enumerate(names)}


def decimal_style(table: ir.Table, column: str) -> tuple[DecimalStyle, bool]:
    """The decimal sign of one column, and whether its values leave it open (only shapes such as `1,234`)."""
    reading = number_readings(table, [column])[column]
    return reading.style, reading.unclear


def _number_reading(row: dict[str, int | str | None], position: int) -> NumberReading:
    comma, point = int(row[f"{position}_comma"] or 0), int(row[f"{position}_point"] or 0)
    example = str(row[f"{position}_open"] or "")
    return NumberReading(
        style="comma" if comma > point else "point",
        unclear=bool(example) and not comma and not point,
        mixed=bool(comma and point),
        settled=bool(comma or point),
        example=example,
    )


def boolean(column: ir.StringValue) -> ir.BooleanValue:
    """Yes/no words as a boolean, null for anything else."""
    word = column.lower()
    return ibis.cases(
        (word.isin(TRUE_WORDS), ibis.literal(True)),
        (word.isin(FALSE_WORDS), ibis.literal(False)),
        else_=ibis.null("boolean"),
    )
