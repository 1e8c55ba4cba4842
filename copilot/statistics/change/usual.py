"""Owns the question whether a change is larger than what this shop sees from one period to the next anyway."""

from __future__ import annotations

import calendar
from datetime import timedelta
from typing import Final

import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.change.sums import Pair, length
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Period, Result
from copilot.statistics.scope import Scope, documents

LEAST: Final = 6  # earlier changes to judge by
RARE: Final = 0.1


class Usual(Result):
    """How large such changes usually are. `rare`: at most one in ten earlier ones was as large; None if unknown."""

    typical: Figure
    as_large: Figure
    rare: bool | None


def usual(pair: Pair, receipts: Receipts, change: float | None) -> Usual:
    """Compare a relative change with the earlier ones between periods as long and as far apart (a year, a month).

    Calendar months are compared with calendar months (per day, since they differ in length); other periods with
    windows of the same number of days, counted back from the earlier of the two. Only whole periods count.
    """
    daily = _daily(pair.tables, pair.scope)
    totals = [_per_day(daily, window) for window in reversed(_windows(pair))]
    apart = _apart(pair)
    moves = [
        abs(later / earlier - 1)
        for earlier, later in zip(totals, totals[apart:], strict=False)
        if earlier is not None and later is not None and earlier > 0
    ]
    few = (f"only {len(moves)} earlier changes to compare with ({LEAST} are needed)",) if len(moves) < LEAST else ()
    known = not few and change is not None
    larger = sum(move >= abs(change) for move in moves) if change is not None else 0
    return Usual(
        typical=receipts.figure(
            "usual_change", float(pd.Series(moves).median()) if not few else None, n=len(moves), warnings=few
        ),
        as_large=receipts.share("as_large_changes", larger, len(moves), of="changes")
        if known
        else receipts.figure("as_large_changes", None, n=len(moves), warnings=few or ("no sales before",)),
        rare=larger <= RARE * len(moves) if known else None,
    )


def _daily(tables: Tables, scope: Scope) -> pd.Series[float]:
    """Net sales by day, days without a document left out."""
    rows = documents(tables, scope)
    name = f"daily-net-{scope.key()}"
    daily = tables.kept(name, lambda: rows.group_by("day").aggregate(net=rows.net.sum().cast("float64")))
    frame = tables.frame(daily.order_by("day"))
    return pd.Series(frame["net"].to_numpy(dtype=float), index=pd.to_datetime(frame["day"]))


def _windows(pair: Pair) -> list[Period]:
    """Whole periods from the earlier of the two back to the first day of the data, latest first."""
    first = pair.tables.facts.first_order
    if first is None:
        return []
    found = []
    window = pair.before
    while window.start >= first:
        found.append(window)
        window = previous_month(window) if is_month(window) else shifted(window)
    return found


def _apart(pair: Pair) -> int:
    """How many periods lie from the one to the other: 1 for neighbours, 12 for the same month a year before."""
    early, late = pair.before.start, pair.after.start
    if is_month(pair.before):
        return max(1, (late.year - early.year) * 12 + late.month - early.month)
    return max(1, round((late - early).days / length(pair.before)))


def _per_day(daily: pd.Series[float], window: Period) -> float | None:
    inside = daily[(daily.index >= pd.Timestamp(window.start)) & (daily.index <= pd.Timestamp(window.end))]
    return float(inside.sum()) / length(window) if len(inside) else None


def is_month(period: Period) -> bool:
    """True for a whole calendar month."""
    last = calendar.monthrange(period.start.year, period.start.month)[1]
    return period.start.day == 1 and period.end == period.start.replace(day=last)


def previous_month(period: Period) -> Period:
    """The calendar month before the one in which the period begins.

    >>> previous_month(Period(start=date(2011, 3, 1), end=date(2011, 3, 31))).start
    datetime.date(2011, 2, 1)
    """
    end = period.start.replace(day=1) - timedelta(days=1)
    return Period(start=end.replace(day=1), end=end)


def shifted(period: Period) -> Period:
    """The period of the same length that ends on the day before."""
    days = length(period)
    return Period(start=period.start - timedelta(days=days), end=period.start - timedelta(days=1))
