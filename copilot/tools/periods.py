"""Reads a period said in words ("last 90 days", "March 2011", "Q2", "this year") against the data's last day."""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta
from typing import Final

from copilot.errors import CannotAnswer
from copilot.evidence.numerals import MONTHS
from copilot.statistics.result import Period

_MONTH = "|".join(sorted(MONTHS, key=len, reverse=True))
_UNITS: Final = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_COUNTS: Final = {"two": 2, "three": 3, "four": 4, "six": 6, "twelve": 12, "couple of": 2, "few": 3, "": 1}
_LAST_N = re.compile(
    r"\b(?:last|past|previous|recent)\s+(\d+|two|three|four|six|twelve|couple of|few)\s+"
    r"(day|week|month|quarter|year)s?\b"
)
_LAST_ONE = re.compile(r"\b(last|past|previous|this|current)\s+(day|week|month|quarter|year)\b")
_MONTH_YEAR = re.compile(rf"\b({_MONTH})\.?\s+(\d{{4}})\b")
_MONTH_ONLY = re.compile(rf"\b(?:in|of|during|for|since|last|this)?\s*\b({_MONTH})\b(?!\s+\d)")
_QUARTER = re.compile(r"\bq([1-4])(?:\s+(\d{4}))?\b")
_YEAR = re.compile(r"\b(?:in|of|during|for|year|whole|all)?\s*\b((?:19|20)\d{2})\b")
_ISO_RANGE = re.compile(r"(\d{4}-\d{2}-\d{2})\s*(?:to|until|till|-|–|\.\.)\s*(\d{4}-\d{2}-\d{2})")
_ISO_DAY = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
_ISO_MONTH = re.compile(r"\b(\d{4})-(\d{2})\b(?!-)")
_SINCE = re.compile(rf"\bsince\s+(?:({_MONTH})\.?\s*)?(\d{{4}})?")


def parse_period(text: str, last_day: date) -> Period | None:
    """The period a text names, or None if it names none. Relative periods end on `last_day`, the data's last day.

    >>> parse_period("last 90 days", date(2011, 12, 9))
    Period(start=datetime.date(2011, 9, 11), end=datetime.date(2011, 12, 9))
    >>> parse_period("in March 2011", date(2011, 12, 9)).end
    datetime.date(2011, 3, 31)
    >>> parse_period("who are my best customers?", date(2011, 12, 9)) is None
    True
    """
    lowered = " ".join(text.lower().split())
    for read in (_iso, _relative, _since, _named):
        period = read(lowered, last_day)
        if period is not None:
            return period
    return None


def period_from(text: str | None, last_day: date | None) -> Period | None:
    """The period of a tool argument; raises CannotAnswer when words were given that name no period."""
    if text is None or not text.strip() or text.strip().lower() in ("all", "all time", "all data", "ever"):
        return None
    if last_day is None:
        raise CannotAnswer("There is no order yet, so there is no period to look at.", "Add an order export first.")
    period = parse_period(text, last_day)
    if period is None:
        raise CannotAnswer(
            f"I could not read the period {text[:60]!r}.",
            "Say it like: last 90 days, March 2011, 2011, Q2 2011, or 2011-03-01 to 2011-03-31.",
        )
    return period


def find_phrase(text: str, last_day: date) -> str | None:
    """The words of a message that name a period, as a tool argument; None if there are none."""
    lowered = " ".join(text.lower().split())
    for pattern in (_ISO_RANGE, _LAST_N, _LAST_ONE, _QUARTER, _MONTH_YEAR, _ISO_DAY, _ISO_MONTH, _SINCE, _YEAR):
        match = pattern.search(lowered)
        if match and parse_period(match[0], last_day) is not None:
            return match[0].strip()
    for word in ("year to date", "ytd", "month to date", "mtd", "quarter to date", "qtd", "yesterday", "today"):
        if re.search(rf"\b{word}\b", lowered):
            return word
    match = re.search(rf"\b(?:in|during|for|last|this|since)\s+({_MONTH})\b", lowered)
    if match and match[1] != "may":
        return match[0].strip()
    return None


def _iso(text: str, _last: date) -> Period | None:
    match = _ISO_RANGE.search(text)
    if match:
        return _period(date.fromisoformat(match[1]), date.fromisoformat(match[2]))
    match = _ISO_DAY.search(text)
    if match:
        day = date.fromisoformat(match[0])
        return _period(day, day)
    match = _ISO_MONTH.search(text)
    if match and 1 <= int(match[2]) <= 12:
        return _month(int(match[1]), int(match[2]))
    return None


def _relative(text: str, last: date) -> Period | None:
    match = _LAST_N.search(text)
    if match:
        count = int(match[1]) if match[1].isdigit() else _COUNTS[match[1]]
        return _period(last - timedelta(days=count * _UNITS[match[2]] - 1), last)
    match = _LAST_ONE.search(text)
    if match:
        return _calendar(match[1] in ("this", "current"), match[2], last)
    if re.search(r"\byear to date\b|\bytd\b", text):
        return _period(date(last.year, 1, 1), last)
    if match := re.search(r"\b(month|quarter|week)[- ]to[- ]date\b|\b([mq])td\b", text):
        return _calendar(True, match[1] or {"m": "month", "q": "quarter"}[match[2]], last)
    if re.search(r"\byesterday\b", text):
        day = last - timedelta(days=1)
        return _period(day, day)
    if re.search(r"\btoday\b", text):
        return _period(last, last)
    return None


def _calendar(current: bool, unit: str, last: date) -> Period | None:
    """This or the previous calendar unit; a running unit ends on the data's last day."""
    if unit == "day":
        day = last if current else last - timedelta(days=1)
        return _period(day, day)
    if unit == "week":
        monday = last - timedelta(days=last.weekday())
        return _period(monday, last) if current else _period(monday - timedelta(days=7), monday - timedelta(days=1))
    if unit == "month":
        if current:
            return _period(last.replace(day=1), last)
        before = last.replace(day=1) - timedelta(days=1)
        return _month(before.year, before.month)
    if unit == "quarter":
        first = date(last.year, 3 * ((last.month - 1) // 3) + 1, 1)
        if current:
            return _period(first, last)
        end = first - timedelta(days=1)
        return _period(date(end.year, 3 * ((end.month - 1) // 3) + 1, 1), end)
    return _period(date(last.year, 1, 1), last) if current else _year(last.year - 1)


def _since(text: str, last: date) -> Period | None:
    match = _SINCE.search(text)
    if not match or not (match[1] or match[2]):
        return None
    month = MONTHS[match[1]] if match[1] else 1
    year = int(match[2]) if match[2] else _latest_year(month, last)
    return _period(date(year, month, 1), last)


def _named(text: str, last: date) -> Period | None:
    match = _QUARTER.search(text)
    if match:
        number, year = int(match[1]), int(match[2]) if match[2] else _latest_year(int(match[1]) * 3 - 2, last)
        end = _month(year, number * 3).end
        return _period(date(year, number * 3 - 2, 1), end)
    match = _MONTH_YEAR.search(text)
    if match:
        return _month(int(match[2]), MONTHS[match[1]])
    match = _YEAR.search(text)
    if match:
        return _year(int(match[1]))
    match = _MONTH_ONLY.search(text)
    if match and not (match[1] == "may" and not re.search(r"\b(?:in|during|for|last|since|of)\s+may\b", text)):
        month = MONTHS[match[1]]
        return _month(_latest_year(month, last), month)
    return None


def _latest_year(month: int, last: date) -> int:
    """The latest year in which this month has begun by the last day."""
    return last.year if month <= last.month else last.year - 1


def _month(year: int, month: int) -> Period:
    return Period(start=date(year, month, 1), end=date(year, month, calendar.monthrange(year, month)[1]))


def _year(year: int) -> Period:
    return Period(start=date(year, 1, 1), end=date(year, 12, 31))


def _period(start: date, end: date) -> Period | None:
    return Period(start=start, end=end) if start <= end else None
