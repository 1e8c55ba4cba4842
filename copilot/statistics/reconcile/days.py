"""Owns which other days a figure may cover: another time zone, an edge of the period, another period."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import numpy as np
import numpy.typing as npt

from copilot.statistics.periods import UNITS, unit_of
from copilot.statistics.reconcile.booked import Cube
from copilot.statistics.result import Period

# Half hours by which the clocks of other systems may run ahead of the shop's: every whole hour, and the zones between.
SHIFTS: Final = tuple(
    sorted((*(2 * hours for hours in range(-12, 15) if hours), -19, -7, 7, 9, 11, 13, 19, 21), key=abs)
)
_BY_HOW_FAR: Final = 0.02  # a far time zone is a little less likely than a near one
LAST_DAYS: Final = (7, 14, 28, 30, 60, 90, 180, 365)
MOST_PERIODS: Final = 90


@dataclass(frozen=True)
class Days:
    """One choice of days. `on` says it; `inside` marks the slots of the cube that it takes. `key` is "" for ours."""

    key: str
    on: str
    weight: float
    inside: npt.NDArray[np.bool_]
    period: Period | None = None


def choices(cube: Cube, last: date | None) -> list[Days]:
    """Ours first, then the others that the data can tell apart."""
    if cube.period is None:
        return _periods(cube, last)
    found = [Days("", "", 0.0, _between(cube, 0, cube.half_hours), cube.period)]
    if cube.timed:
        found += _zones(cube)
    return found + _edges(cube, cube.period)


def _zones(cube: Cube) -> list[Days]:
    """The other clocks; neighbours between which no counted order lies are one choice."""
    counted = (cube.flags["status"] == "counted").to_numpy()
    filled = np.abs(cube.sums[:, counted]).sum(axis=(1, 2)) > 0
    alike: dict[bytes, list[int]] = {}
    for shift in SHIFTS:
        inside = _between(cube, -shift, cube.half_hours - shift)
        alike.setdefault((inside & filled).tobytes(), []).append(shift)
    ours = (_between(cube, 0, cube.half_hours) & filled).tobytes()
    return [
        Days(f"zone{group[0]}", _zone(group), 1.2 + _BY_HOW_FAR * abs(group[0]) / 2,
             _between(cube, -group[0], cube.half_hours - group[0]))
        for same, group in alike.items()
        if same != ours
    ]  # fmt: skip


def _between(cube: Cube, start: int, end: int) -> npt.NDArray[np.bool_]:
    return (cube.slots >= start) & (cube.slots < end)


def _zone(group: list[int]) -> str:
    """The clocks of a group in words; they are neighbours, so first and last say them all."""
    near, far = min(group, key=abs), max(group, key=abs)
    hours = f"{abs(near) / 2:g}" if near == far else f"{abs(near) / 2:g} to {abs(far) / 2:g}"
    side = "ahead of" if near > 0 else "behind"
    return f"days are cut by a clock {hours} {'hour' if abs(far) == 2 else 'hours'} {side} the one in your orders"


def _edges(cube: Cube, period: Period) -> list[Days]:
    found = []
    for before, after, words in (
        (0, -1, "the last day of the period is not in it"),
        (1, 0, "the first day of the period is not in it"),
        (0, 1, "the day after the period is in it"),
        (-1, 0, "the day before the period is in it"),
    ):
        start, end = period.start + timedelta(days=before), period.end + timedelta(days=after)
        if start <= end:
            inside = _between(cube, 48 * before, cube.half_hours + 48 * after)
            found.append(Days(f"edge{before}{after}", words, 1.4, inside, Period(start=start, end=end)))
    return found


def _periods(cube: Cube, last: date | None) -> list[Days]:
    """Without a period: all days, then each calendar year, quarter and month of the data, and the last days."""
    everything = [Days("", "", 0.0, np.ones(len(cube.slots), dtype=bool))]
    if last is None or not len(cube.slots):
        return everything
    wanted: dict[Period, str] = {}
    for days in LAST_DAYS:
        wanted.setdefault(Period(start=last - timedelta(days=days - 1), end=last), f"only the last {days} days count")
    for unit in reversed(UNITS):
        if unit in ("day", "week"):
            continue
        day = unit_of(last, unit).start
        while day >= unit_of(cube.first, unit).start and len(wanted) < MOST_PERIODS:
            whole = unit_of(day, unit)
            label = f"{day:%B %Y}" if unit == "month" else f"{day.year}" if unit == "year" else _quarter(day)
            wanted.setdefault(whole, f"only {label} counts")
            day = unit_of(day - timedelta(days=1), unit).start
    found = everything
    for period, words in wanted.items():
        start, end = ((edge - cube.first).days for edge in (period.start, period.end))
        inside = _between(cube, start, end + 1)
        if inside.any() and not inside.all():
            found.append(Days(f"{period.start}:{period.end}", words, 1.1, inside, period))
    return found


def _quarter(day: date) -> str:
    return f"Q{(day.month + 2) // 3} {day.year}"
