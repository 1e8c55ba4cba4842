"""How figures are written: one place for rounding, units and symbols, so that text, screen and gate agree."""

from __future__ import annotations

import math
from datetime import date
from typing import Final

from copilot.statistics.result import Figure, Period, Unit

SYMBOLS: Final = {"GBP": "£", "EUR": "€", "USD": "$", "JPY": "¥", "INR": "₹"}
_THOUSAND: Final = 1000.0


def format_figure(figure: Figure, *, noun: bool = False) -> str:
    """The value of a figure as text, rounded once, e.g. `59.9 %`, `£5,635`, `434`, `28 days`.

    With `noun`, counts carry what they count: `434 customers`. A missing value reads `not known`.
    """
    if figure.unit == "date":
        return format_day(figure.day) if figure.day else "not known"
    text = format_value(figure.value, figure.unit, figure.currency, figure.decimals)
    if noun and figure.noun and figure.unit == "count":
        return f"{text} {singular(figure.noun) if figure.value == 1 else figure.noun}"
    return text


def format_value(
    value: float | None, unit: Unit | str, currency: str | None = None, decimals: int | None = None
) -> str:
    """A bare value as text.

    >>> format_value(0.599, "share")
    '59.9 %'
    >>> format_value(5635.2, "money", "GBP")
    '£5,635'
    >>> format_value(3.456, "ratio")
    '3.5'
    """
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "not known"
    if unit == "share":
        return f"{_rounded(value * 100, 1 if decimals is None else decimals)} %"
    if unit == "money":
        return _money(value, currency, decimals)
    if unit == "days":
        number = _rounded(value, _days_decimals(value) if decimals is None else decimals)
        return f"{number} day" if number == "1" else f"{number} days"
    if unit == "count":
        return _rounded(value, 0 if decimals is None else decimals)
    if unit == "ratio":
        return _rounded(value, 1 if decimals is None else decimals)
    return _rounded(value, (0 if float(value).is_integer() else 2) if decimals is None else decimals)


def format_interval(figure: Figure) -> str:
    """The interval as text, e.g. `54.8-64.5 %`; empty if the figure has none."""
    if figure.low is None or figure.high is None:
        return ""
    low = format_value(figure.low, figure.unit, figure.currency, figure.decimals)
    high = format_value(figure.high, figure.unit, figure.currency, figure.decimals)
    for suffix in (" %", " days"):
        if low.endswith(suffix) and high.endswith(suffix):
            low = low.removesuffix(suffix)
    return f"{low}–{high}"


def format_day(day: date) -> str:
    """A day as read aloud: `9 Dec 2011`."""
    return f"{day.day} {day:%b %Y}"


def format_period(period: Period) -> str:
    """A period as read aloud: `1 Dec 2010 – 9 Dec 2011`."""
    return f"{format_day(period.start)} – {format_day(period.end)}"


def singular(noun: str) -> str:
    """The singular of the nouns that counts use.

    >>> singular("customers"), singular("countries")
    ('customer', 'country')
    """
    if noun.endswith("ies"):
        return noun.removesuffix("ies") + "y"
    return noun.removesuffix("s")


def _money(value: float, currency: str | None, decimals: int | None) -> str:
    places = decimals if decimals is not None else (0 if abs(value) >= 100 else 2)
    number = _rounded(abs(value), places)
    sign = "-" if value < 0 and number.strip("0.,") else ""
    if currency is None:
        return f"{sign}{number}"
    symbol = SYMBOLS.get(currency)
    return f"{sign}{symbol}{number}" if symbol else f"{sign}{number} {currency}"


def _days_decimals(value: float) -> int:
    return 0 if float(value).is_integer() or abs(value) >= 10 else 1


def _rounded(value: float, decimals: int) -> str:
    """Round half away from zero, with thousands commas; never `-0`."""
    scale = 10**decimals
    rounded = math.copysign(math.floor(abs(value) * scale + 0.5 + 1e-9), value) / scale
    if rounded == 0:
        rounded = 0.0
    return f"{rounded:,.{decimals}f}"
