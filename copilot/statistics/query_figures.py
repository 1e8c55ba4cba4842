"""Makes figures of a query's frame: one per group and metric, with interval, sizes, counts and warnings."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import pandas as pd

from copilot.statistics.dimensions import Dimension, shown
from copilot.statistics.metrics import Metric
from copilot.statistics.periods import UNITS, coverage_warning, cut_units
from copilot.statistics.query_frame import COST_METRICS
from copilot.statistics.query_rows import Selection
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Period

_UNITS: Final = {"customers": "customers", "buyers": "customers", "sessions": "sessions"}
Labels = tuple[str, ...]


@dataclass(frozen=True)
class Side:
    """One side of an answer: its rows, its receipts, and what every figure of it is warned of."""

    selection: Selection
    receipts: Receipts
    unknown: dict[str, str] = field(default_factory=dict)
    costs: tuple[str, ...] = ()  # what must be said of costs and margins
    words: str = ""
    visits: Period | None = None  # the days on which web sessions began, where they are asked for

    def span(self, one: Metric) -> Period | None:
        """The days that the figures of a metric cover."""
        if one.grain != "sessions" or self.selection.scope.period is not None:
            return self.receipts.period
        return self.visits

    def warnings(self, one: Metric | None = None) -> tuple[str, ...]:
        """Of the whole side: the period lies partly outside the data."""
        facts = self.selection.tables.facts
        if one is not None and one.grain == "sessions" and self.visits is not None:
            facts = replace(facts, first_order=self.visits.start, last_order=self.visits.end)
        warning = coverage_warning(self.selection.scope.period, facts)
        return (warning,) if warning else ()

    def group_text(self) -> str:
        """Which customers are counted; empty for all."""
        rule = self.selection.segment
        if rule is None:
            return ""
        who = rule.name if rule.name.lower() == rule.text().lower() else f"{rule.name} ({rule.text()})"
        as_of = f", as of {_day(self.receipts.as_of)}" if self.receipts.as_of else ""
        return (
            f"only {who}{as_of}" if self.selection.side == "in" else f"only known customers who are not: {who}{as_of}"
        )

    def scope_text(self) -> str:
        """The scope in words, with the group of customers."""
        text = self.receipts.scope.text(self.selection.tables.facts)
        group = self.group_text()
        return f"{text.rstrip('.')}; {group}." if group else text


def row_labels(row: pd.Series[Any], by: tuple[str, ...]) -> Labels:
    """The labels of a row as the screen shows them."""
    return tuple(shown(name, str(row[f"by_{name}"])) for name in by)


def row_figures(
    side: Side, metrics: tuple[Metric, ...], row: pd.Series[Any] | None, labels: Labels, by: tuple[Dimension, ...]
) -> tuple[Figure, ...]:
    """The figures of one group; a missing row is a group without any order."""
    values = {} if row is None else row.to_dict()
    return tuple(
        _figure(side, one, values, labels, _cut(side.span(one), labels, by) if by else side.warnings(one))
        for one in metrics
    )


def _cut(span: Period | None, labels: Labels, by: tuple[Dimension, ...]) -> tuple[str, ...]:
    """Groups of time that are not whole in the data."""
    units = [one.unit for one, label in zip(by, labels, strict=True)
             if one.unit is not None and label in cut_units(span, one.unit)]  # fmt: skip
    named = [unit for unit in UNITS if unit in units]
    return tuple(f"the {unit} is not complete in the data: do not compare it with whole {unit}s" for unit in named)


def _figure(side: Side, one: Metric, row: dict[str, Any], labels: Labels, warnings: tuple[str, ...]) -> Figure:
    receipts = side.receipts
    n = _whole(row.get(f"n_{one.id}"))
    details: dict[str, Any] = {
        "label": f"{one.label}: {', '.join(labels)}" if labels else one.label,
        "people": _whole(row.get(f"people_{one.id}")),
        "scope": side.scope_text(),
        "definition": _definition(side, one),
        "query": {**receipts.query(), "figure": one.id, **({"row": list(labels)} if labels else {})},
    }
    if one.grain == "sessions":
        details |= {"period": side.span(one), "scope": f"All web sessions that are loaded. {side.group_text()}".strip()}
    if side.selection.side == "out":
        details["query"]["side"] = "rest"
    if one.id in side.unknown:
        return receipts.figure(one.id, None, n=n, **{**details, "warnings": (side.unknown[one.id],)})
    if side.selection.scope.period is not None and any("not known, not zero" in text for text in warnings):
        return receipts.figure(one.id, None, n=0, **{**details, "warnings": warnings})
    if one.id in COST_METRICS:
        warnings = (*warnings, *side.costs)
    if warnings:
        details["warnings"] = warnings
    of = _UNITS.get(one.grain, "orders")
    if one.counts is not None:
        part, whole = row.get(f"part_{one.id}"), row.get(f"whole_{one.id}")
        return receipts.share(one.id, _number(part) or 0.0, _number(whole) or 0.0, of=of, **details)
    value = _number(row.get(one.id))
    if value is None and one.unit in ("count", "money") and one.minimum == 1:
        value = 0.0
    return receipts.figure(one.id, value, n=n, **_bounds(one, row, value), **_warned(one, n, of, details))


def _definition(side: Side, one: Metric) -> str:
    """The metric's definition with the group counted, and what costs rest on."""
    parts = [one.definition]
    parts += [f"Only where {condition.text()}." for condition in side.selection.items]
    if group := side.group_text():
        parts.append(f"Counted: {group}.")
    if one.id in COST_METRICS:
        parts += [f"{text[:1].upper()}{text[1:]}." for text in side.costs]
    return " ".join(parts)


def _bounds(one: Metric, row: dict[str, Any], value: float | None) -> dict[str, Any]:
    """Interval, and numerator and denominator of a ratio."""
    found: dict[str, Any] = {}
    low, high = _number(row.get(f"low_{one.id}")), _number(row.get(f"high_{one.id}"))
    if low is not None and high is not None:
        floor = 0.0 if one.unit == "share" and (value or 0) >= 0 and one.id != "margin_share" else low
        found["interval_of"] = ((max(low, floor), high), str(row[f"method_{one.id}"]))
    part = _number(row.get(f"part_{one.id}"))
    if one.ratio is not None and part is not None and value:
        found |= {"numerator": part, "denominator": part / value}
    return found


def _warned(one: Metric, n: int, of: str, details: dict[str, Any]) -> dict[str, Any]:
    """Warnings given override those of a small sample, so both are put together where both apply."""
    if "warnings" not in details or one.minimum <= 1 or one.unit == "share":
        return {**details, "of": of}
    from_size = (f"too few to rely on: only {n} {of}",) if n < 10 else (f"unsteady: only {n} {of}",) if n < 30 else ()
    return {**details, "warnings": (*from_size, *details["warnings"])}


def _whole(value: object) -> int:
    number = _number(value)
    return 0 if number is None else int(number)


def _number(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float(value)


def _day(day: date) -> str:
    return f"{day.day} {day:%b %Y}"
