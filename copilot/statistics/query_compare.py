"""Compares two sides of a query, period with period or group with rest: difference, interval, change and verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

from pydantic import BaseModel, ConfigDict

from copilot.statistics.intervals import Interval
from copilot.statistics.metrics import Metric
from copilot.statistics.periods import covered, days_in
from copilot.statistics.query_figures import Labels, Side
from copilot.statistics.result import Column, Figure, Period, Result, ResultTable

Verdict = Literal["higher", "lower", "no reliable difference", "total", "unknown"]
MOVER: Final = "95 %, from the intervals of both sides"
LENGTHS: Final = "the periods have not the same number of days with data: compare the amounts per day"


class Change(BaseModel):
    """One metric on both sides. `verdict`: totals are exact, so they have no interval; `no reliable difference` where
    the interval of the difference includes zero; `unknown` where a side has no value or no interval."""

    model_config = ConfigDict(frozen=True)

    now: Figure
    before: Figure
    difference: Figure
    change: Figure
    per_day: tuple[Figure, Figure, Figure] | None = None  # now, before, change; where the periods differ in length
    verdict: Verdict


class Comparison(Result):
    """`rows[i][j]` compares metric j of group i; `now`, `before` name the sides in words."""

    kind: Literal["period", "rest"]
    now: str
    before: str
    period_now: Period | None
    period_before: Period | None
    warnings: tuple[str, ...]
    rows: tuple[tuple[Change, ...], ...]
    table: ResultTable


@dataclass(frozen=True)
class Sides:
    """Both sides, with the days of each that the data covers (None: not a comparison of periods)."""

    now: Side
    before: Side
    days: tuple[int, int] | None

    @classmethod
    def of(cls, now: Side, before: Side, *, periods: bool) -> Sides:
        """The sides; for periods with their covered days."""
        if not periods:
            return cls(now, before, None)
        inside = [covered(side.selection.scope.period, side.selection.tables.facts) for side in (now, before)]
        return cls(now, before, (_days(inside[0]), _days(inside[1])))

    def warnings(self) -> tuple[str, ...]:
        """What must be said of the comparison as a whole."""
        words = (("the first period", self.now), ("the period it is compared with", self.before))
        found = [f"{name}: {text}" for name, side in words for text in side.warnings()]
        if self.days is not None and 0 not in self.days and self.days[0] != self.days[1]:
            found.append(LENGTHS)
        return tuple(found)


def _days(period: Period | None) -> int:
    return 0 if period is None else days_in(period)


def change(sides: Sides, one: Metric, now: Figure, before: Figure) -> Change:
    """Compare one metric. The interval of a difference is made from those of both sides (MOVER, Zou and Donner 2008;
    for shares that is Newcombe's); totals of everything recorded have none."""
    receipts = sides.now.receipts
    both = None if now.value is None or before.value is None else (now.value, before.value)
    named = {"unit": one.unit, "currency": now.currency, "noun": one.noun, "scope": _scopes(now, before)}
    details: dict[str, Any] = {
        "label": f"Difference of {now.label[:1].lower()}{now.label[1:]}", "n": now.n, "people": _fewest(now, before),
        "query": {**now.query, "figure": "difference"}, "definition": f"{one.definition} {_sides_text(sides)}",
    }  # fmt: skip
    bounds = mover(now, before)
    if bounds is not None:
        details["interval_of"] = (bounds, MOVER)
    if both is None:
        details["warnings"] = tuple(dict.fromkeys((*now.warnings, *before.warnings)))
    difference = receipts.figure("difference", None if both is None else both[0] - both[1], **named, **details)
    return Change(
        now=now,
        before=before,
        difference=difference,
        change=_relative(sides, now, before, "relative_change"),
        per_day=_per_day(sides, one, now, before),
        verdict=_verdict(one, both, bounds),
    )


def mover(now: Figure, before: Figure) -> Interval | None:
    """95 % interval of now - before from the 95 % intervals of the two independent values; None without them.

    For two Wilson intervals this is Newcombe's hybrid score interval (1998, method 10).
    """
    if now.value is None or before.value is None:
        return None
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return None
    difference = now.value - before.value
    low = difference - math.hypot(now.value - now.low, before.high - before.value)
    high = difference + math.hypot(now.high - now.value, before.value - before.low)
    return low, high


def is_total(one: Metric) -> bool:
    """True for sums and counts: exact totals of what is recorded, without a sampling interval."""
    return one.unit in ("count", "money") and one.ratio is None and one.quantile is None and one.minimum == 1


def _verdict(one: Metric, both: tuple[float, float] | None, bounds: Interval | None) -> Verdict:
    if both is None:
        return "unknown"
    if is_total(one):
        return "total"
    if bounds is None:
        return "unknown"
    if bounds[0] > 0:
        return "higher"
    return "lower" if bounds[1] < 0 else "no reliable difference"


def _per_day(sides: Sides, one: Metric, now: Figure, before: Figure) -> tuple[Figure, Figure, Figure] | None:
    """Amounts per covered day, of totals that add up over days (people do not: the same one comes again)."""
    if sides.days is None or 0 in sides.days or sides.days[0] == sides.days[1] or not is_total(one):
        return None
    if one.noun == "customers" or now.value is None or before.value is None:
        return None
    figures = []
    for side, figure, days in zip((sides.now, sides.before), (now, before), sides.days, strict=True):
        unit = "money" if one.unit == "money" else "number"
        figures.append(
            side.receipts.figure(
                "per_day", (figure.value or 0.0) / days, label=f"{figure.label} per day", unit=unit,
                currency=figure.currency, numerator=figure.value, denominator=float(days), n=days,
                people=figure.people, scope=figure.scope, query={**figure.query, "figure": "per_day"},
            )
        )  # fmt: skip
    return figures[0], figures[1], _relative(sides, figures[0], figures[1], "per_day_change")


def _relative(sides: Sides, now: Figure, before: Figure, name: str) -> Figure:
    known = now.value is not None and before.value is not None and before.value > 0
    return sides.now.receipts.figure(
        name,
        now.value / before.value - 1 if known and now.value is not None and before.value else None,
        label=f"Change of {now.label[:1].lower()}{now.label[1:]}", numerator=now.value, denominator=before.value,
        people=_fewest(now, before), scope=_scopes(now, before), query={**now.query, "figure": name},
        warnings=() if known else ("no value above zero to compare with",),
    )  # fmt: skip


def _fewest(now: Figure, before: Figure) -> int | None:
    sizes = [size for size in (now.people, before.people) if size]
    return min(sizes) if sizes else None


def _scopes(now: Figure, before: Figure) -> str:
    return now.scope if now.scope == before.scope else f"{now.scope} Compared with: {before.scope}"


def _sides_text(sides: Sides) -> str:
    return f"First side: {sides.now.words}; second side: {sides.before.words}."


def comparison(
    sides: Sides, metrics: tuple[Metric, ...], labels: tuple[Labels, ...], rows: tuple[tuple[Change, ...], ...],
    heads: tuple[Column, ...],
) -> Comparison:  # fmt: skip
    """The comparison with its table: one row per group, or one per metric where several are compared."""
    return Comparison(
        kind="period" if sides.days is not None else "rest",
        now=sides.now.words,
        before=sides.before.words,
        period_now=sides.now.receipts.period,
        period_before=sides.before.receipts.period,
        warnings=sides.warnings(),
        rows=rows,
        table=_table(sides, metrics, labels, rows, heads),
    )


def _table(
    sides: Sides, metrics: tuple[Metric, ...], labels: tuple[Labels, ...], rows: tuple[tuple[Change, ...], ...],
    heads: tuple[Column, ...],
) -> ResultTable:  # fmt: skip
    several = len(metrics) > 1
    unit = metrics[0].unit
    columns = [
        *heads,
        *([Column(key="metric", label="metric"), Column(key="unit", label="unit")] if several else []),
        Column(key="now", label=sides.now.words, unit=unit),
        Column(key="before", label=sides.before.words, unit=unit),
        Column(key="difference", label="difference", unit=unit),
        Column(key="change", label="change", unit="share"),
        Column(key="verdict", label="verdict"),
    ]
    made: list[dict[str, Any]] = []
    for label, changes in zip(labels, rows, strict=True):
        group = {head.key: text for head, text in zip(heads, label, strict=True)}
        for one, found in zip(metrics, changes, strict=True):
            named = {"metric": found.now.label.partition(":")[0], "unit": one.unit} if several else {}
            made.append(
                {
                    **group, **named,
                    "now": found.now.value, "before": found.before.value, "difference": found.difference.value,
                    "change": found.change.value,
                    "verdict": "exact total" if found.verdict == "total" else found.verdict,
                }
            )  # fmt: skip
    title = f"{', '.join(one.label for one in metrics)}: {sides.now.words} and {sides.before.words}"
    currency = rows[0][0].now.currency if rows else None
    return ResultTable(title=title, columns=tuple(columns), rows=tuple(made), currency=currency)
