"""Calendar units and periods: labels, whole and cut units, the period before, the same days of the year before."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import Final, Literal

from copilot.data.tables import ShopFacts
from copilot.statistics.result import Period

Unit = Literal["day", "week", "month", "quarter", "year"]
UNITS: Final[tuple[Unit, ...]] = ("day", "week", "month", "quarter", "year")


def unit_of(day: date, unit: Unit) -> Period:
    """The whole calendar unit a day lies in; weeks begin on Monday."""
    if unit == "day":
        return Period(start=day, end=day)
    if unit == "week":
        monday = day - timedelta(days=day.weekday())
        return Period(start=monday, end=monday + timedelta(days=6))
    if unit == "year":
        return Period(start=date(day.year, 1, 1), end=date(day.year, 12, 31))
    first = day.month if unit == "month" else 3 * ((day.month - 1) // 3) + 1
    last = first if unit == "month" else first + 2
    return Period(start=date(day.year, first, 1), end=date(day.year, last, calendar.monthrange(day.year, last)[1]))


def unit_label(day: date, unit: Unit) -> str:
    """How a unit is written and sorted: 2024-03-09, 2024-03-04 (a week's Monday), 2024-03, 2024-Q1, 2024.

    >>> unit_label(date(2024, 3, 9), "quarter")
    '2024-Q1'
    """
    if unit in ("day", "week"):
        return unit_of(day, unit).start.isoformat()
    if unit == "quarter":
        return f"{day.year:04d}-Q{(day.month + 2) // 3}"
    return day.strftime("%Y-%m") if unit == "month" else f"{day.year:04d}"


def labels_of(span: Period, unit: Unit) -> tuple[str, ...]:
    """Every unit that the span touches, in order."""
    found, day = [], span.start
    while day <= span.end:
        found.append(unit_label(day, unit))
        day = unit_of(day, unit).end + timedelta(days=1)
    return tuple(found)


def cut_units(span: Period | None, unit: Unit) -> frozenset[str]:
    """Labels of the units that are not wholly inside the span (only the first and the last can be)."""
    if span is None or unit == "day":
        return frozenset()
    ends = ((day, unit_of(day, unit)) for day in (span.start, span.end))
    return frozenset(unit_label(day, unit) for day, whole in ends if whole.start < span.start or whole.end > span.end)


def days_in(period: Period) -> int:
    """Calendar days, both ends included."""
    return (period.end - period.start).days + 1


def covered(period: Period | None, facts: ShopFacts) -> Period | None:
    """The part of a period on which the data has days; None if there is none."""
    if facts.first_order is None or facts.last_order is None:
        return None
    if period is None:
        return Period(start=facts.first_order, end=facts.last_order)
    start, end = max(period.start, facts.first_order), min(period.end, facts.last_order)
    return Period(start=start, end=end) if start <= end else None


def coverage_warning(period: Period | None, facts: ShopFacts) -> str:
    """A sentence where the data covers a period only partly or not at all; empty where it covers it."""
    if period is None:
        return ""
    inside = covered(period, facts)
    if inside is None:
        return "the data has no day of this period: the value is not known, not zero"
    if inside == period:
        return ""
    return "the data covers only a part of this period"


def whole_unit(period: Period) -> Unit | None:
    """The calendar unit that the period is exactly, if it is one."""
    return next((unit for unit in UNITS if unit_of(period.start, unit) == period), None)


def period_before(period: Period, last_day: date | None = None) -> Period:
    """The period to compare with: a whole month, quarter or year has the one before; a unit that runs up to the
    data's last day has the same number of days from the start of the unit before; else as many days just before.

    >>> period_before(Period(start=date(2024, 3, 1), end=date(2024, 3, 31))).start
    datetime.date(2024, 2, 1)
    """
    if whole_unit(period) is not None:
        return unit_of(period.start - timedelta(days=1), whole_unit(period) or "day")
    length = days_in(period)
    running: tuple[Unit, ...] = ("month", "quarter", "year")
    unit = next((u for u in running if unit_of(period.start, u).start == period.start), None)
    if unit is not None and period.end == last_day and period.end <= unit_of(period.start, unit).end:
        before = unit_of(period.start - timedelta(days=1), unit)
        return Period(start=before.start, end=min(before.end, before.start + timedelta(days=length - 1)))
    end = period.start - timedelta(days=1)
    return Period(start=end - timedelta(days=length - 1), end=end)


def year_before(period: Period) -> Period:
    """The same days one year earlier; a whole calendar unit stays whole, 29 February becomes the 28th."""
    start = _minus_year(period.start)
    if whole_unit(period) in ("month", "quarter", "year"):
        return unit_of(start, whole_unit(period) or "day")
    return Period(start=start, end=max(start, _minus_year(period.end)))


def _minus_year(day: date) -> date:
    leap = day.month == 2 and day.day == 29
    return day.replace(year=day.year - 1, day=28 if leap else day.day)
