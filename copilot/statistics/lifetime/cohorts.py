"""Cohorts: customers by month (or another attribute) of the first order, followed month by month."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.errors import UnknownName
from copilot.statistics.comparison import Counts, newcombe
from copilot.statistics.intervals import Interval
from copilot.statistics.lifetime.days import customer_months, month_name, whole_history, won_in
from copilot.statistics.lifetime.grid import Grid, Measure, cohort_grid, last_ended
from copilot.statistics.lifetime.means import METHOD, moment_measures, moments
from copilot.statistics.metrics import metric
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable, Unit
from copilot.statistics.scope import Scope

BY: Final = (
    "month", "first_channel", "first_source", "first_category", "first_product", "first_device", "first_discounted",
    "country",
)  # fmt: skip
MAIN_MONTHS: Final = (1, 3, 6, 12)
SMALL: Final = 30
TOO_FEW: Final = 10  # no cell rests on fewer customers
FULL_YEAR: Final = 365
_METRIC: Final[dict[Measure, str]] = {
    "retention": "cohort_retention",
    "repurchase": "cohort_repurchase",
    "repeat_orders": "cohort_repeat_orders",
    "backfilled": "cohort_backfilled",
    "value": "cohort_value",
}
_TITLE: Final[dict[Measure, str]] = {
    "retention": "Share of the cohort that ordered in month k",
    "repurchase": "Share of the cohort with two or more orders by the end of month k",
    "repeat_orders": "Repeat orders per customer by the end of month k",
    "backfilled": "Share of the cohort that ordered in month k or later (backfilled)",
    "value": "Value per customer by the end of month k",
}
_UNIT: Final[dict[Measure, Unit]] = {
    "retention": "share", "repurchase": "share", "repeat_orders": "ratio", "backfilled": "share", "value": "money",
}  # fmt: skip


class Change(Result):
    """Newer against older cohorts at equal age. `reliable`: the interval of the difference does not hold zero."""

    month: int
    older: Figure
    newer: Figure
    difference: Figure
    reliable: bool
    text: str


class Cohorts(Result):
    """One row a cohort, one column a month after the first order; a cell is None until its month has ended."""

    by: str
    measure: Measure
    customers: Figure
    cohorts: int
    pooled: tuple[Figure, ...]  # month 1, 3, 6, 12 over all cohorts old enough
    sizes: tuple[Figure, ...]
    small: tuple[str, ...]  # cohorts of fewer than 30 customers: their cells are unsteady
    change: Change | None
    warnings: tuple[str, ...]
    table: ResultTable
    chart: Chart


def cohorts(
    tables: Tables, scope: Scope, by: str = "month", measure: Measure = "retention", months: int = 12
) -> Cohorts:
    """Cohorts by calendar month of the first order, or by an attribute of it (one of `BY`).

    A period in the scope picks the cohorts (first order in its months); their later orders all count. `months` is how
    far the table goes. Raises UnknownName for another `by`.
    """
    if by not in BY:
        raise UnknownName("cohort", by, BY)
    receipts = _receipts(tables, scope, {"by": by, "measure": measure, "months": months})
    grid = cohort_grid(tables, scope, by, months, measure)
    sizes = {level: int(grid.size[grid.lines(level)].sum()) for level in grid.levels}
    shown = [month for month in MAIN_MONTHS if grid.cell(measure, month, grid.lines()) is not None]
    bounds = _mean_bounds(receipts, scope, measure, shown)
    return Cohorts(
        by=by,
        measure=measure,
        customers=receipts.figure("customers", sum(sizes.values())),
        cohorts=len(grid.levels),
        pooled=tuple(_pooled(receipts, (grid, won_in(scope)), measure, month, bounds.get(month)) for month in shown),
        sizes=tuple(
            receipts.figure("cohort_size", size, name=f"cohort_{level}_size", label=f"Customers of cohort {level}")
            for level, size in sizes.items()
        ),
        small=tuple(level for level, size in sizes.items() if size < SMALL),
        change=_change(receipts, grid, measure) if by == "month" else None,
        warnings=_warnings(receipts, grid, by),
        table=_table(receipts, grid, measure, by),
        chart=_chart(receipts, grid, measure, by),
    )


def _receipts(tables: Tables, scope: Scope, arguments: dict[str, Any]) -> Receipts:
    """Receipts over the whole history; a period of first orders stands among the arguments."""
    named = {"first_orders": scope.period.model_dump(mode="json")} if scope.period else {}
    return Receipts(tables, whole_history(scope), "cohorts", {**arguments, **named})


def _pooled(
    receipts: Receipts, shown: tuple[Grid, str], measure: Measure, month: int, bounds: Interval | None
) -> Figure:
    """One month after the first order, over all cohorts for which it has ended."""
    grid, whose = shown
    found = grid.cell(measure, month, grid.lines())
    part, size = found or (0.0, 0)
    words = {
        "retention": f"Ordered in month {month} after the first",
        "repurchase": f"Two or more orders by the end of month {month}",
        "repeat_orders": f"Repeat orders per customer by the end of month {month}",
        "backfilled": f"Ordered in month {month} or later",
        "value": f"Value per customer by the end of month {month}",
    }[measure]
    details: dict[str, Any] = {"name": f"cohort_{measure}_{month}", "label": words, "of": "customers"}
    details["definition"] = metric(_METRIC[measure]).definition + whose
    if _UNIT[measure] == "share":
        return receipts.share(_METRIC[measure], part, size, **details)
    return receipts.figure(
        _METRIC[measure], part / size, numerator=part, denominator=size, n=size, interval_of=(bounds, METHOD), **details
    )


def _mean_bounds(receipts: Receipts, scope: Scope, measure: Measure, shown: list[int]) -> dict[int, Interval]:
    """Intervals of means per customer by the end of each month shown, over the customers of cohorts old enough."""
    tables, as_of = receipts.tables, receipts.as_of
    if _UNIT[measure] == "share" or as_of is None or not shown:
        return {}
    rows = customer_months(tables, receipts.scope)
    if scope.period is not None:
        start, end = (day.year * 12 + day.month - 1 for day in (scope.period.start, scope.period.end))
        rows = rows.filter(rows.cohort >= start, rows.cohort <= end)
    amount, first = (rows.value, 0.0) if measure == "value" else (rows.placed, 1.0)
    per = rows.group_by("customer_key", "cohort").aggregate(
        **{f"m{k}": ibis.ifelse(rows.month <= k, amount.cast("float64"), 0.0).sum() - first for k in shown}
    )
    measures: dict[str, ir.Scalar] = {}
    for k in shown:
        measures |= moment_measures(f"m{k}", per[f"m{k}"], per.cohort <= last_ended(as_of) - k)
    row = tables.frame(per.aggregate(**measures)).iloc[0].to_dict()
    bounds = {k: moments(row, f"m{k}").interval() for k in shown}
    return {k: found for k, found in bounds.items() if found is not None}


def _change(receipts: Receipts, grid: Grid, measure: Measure) -> Change | None:
    """The newer half of the cohorts against the older half, at month 3 if enough cohorts are that old, else month 1.

    The month in which the data begins is left out: it holds customers who had ordered before.
    """
    start = receipts.tables.facts.first_order
    if measure not in ("retention", "repurchase") or start is None:
        return None
    known = [i for i in grid.lines() if month_name(grid.cohort[i]) != f"{start:%Y-%m}"]
    for month in (3, 1):
        old_enough = sorted({grid.cohort[i] for i in known if month <= grid.months and grid.observed[i, month]})
        if len(old_enough) >= 4:
            break
    else:
        return None
    half = len(old_enough) // 2
    sides = [grid.cell(measure, month, grid.lines(cohorts=part)) for part in (old_enough[:half], old_enough[half:])]
    if sides[0] is None or sides[1] is None:
        return None
    older, newer = sides[0], sides[1]
    names = (
        f"{month_name(old_enough[0])} to {month_name(old_enough[half - 1])}",
        f"{month_name(old_enough[half])} to {month_name(old_enough[-1])}",
    )
    bounds = newcombe(Counts(newer[0], newer[1], older[0], older[1]))
    gap = newer[0] / newer[1] - older[0] / older[1]
    reliable = bounds is not None and (bounds[0] > 0 or bounds[1] < 0)
    direction = "better" if gap > 0 else "worse"
    text = (
        f"Newer cohorts do {direction} than older ones at the same age."
        if reliable
        else "Between newer and older cohorts no difference stands out at the same age."
    )
    name = _METRIC[measure]
    return Change(
        month=month,
        older=receipts.share(name, *older, of="customers", name=f"{name}_older",
                             label=f"Month {month}, older cohorts ({names[0]})"),
        newer=receipts.share(name, *newer, of="customers", name=f"{name}_newer",
                             label=f"Month {month}, newer cohorts ({names[1]})"),
        difference=receipts.figure("cohort_change", gap, unit="share", n=newer[1] + older[1], of="customers",
                                   label=f"Newer minus older cohorts, month {month}",
                                   interval_of=(bounds, "Newcombe 95 %")),
        reliable=reliable,
        text=text + " The halves cover different seasons, and the month in which the data begins is left out.",
    )  # fmt: skip


def _warnings(receipts: Receipts, grid: Grid, by: str) -> tuple[str, ...]:
    """What the reader has to know before comparing rows."""
    made = []
    facts = receipts.tables.facts
    start, as_of = facts.first_order, receipts.as_of
    if start is None or as_of is None or not grid.levels:
        return ("no customer has an order that counts",)
    if as_of - start < timedelta(days=FULL_YEAR):
        made.append(
            "the data covers less than a year: 'first order' may mean the first in the file, so early cohorts hold "
            "older customers too"
        )
    elif by == "month" and grid.levels[0] == f"{start:%Y-%m}":
        made.append(f"the cohort {grid.levels[0]} holds everybody seen first when the data begins, older customers too")
    if grid.cohort and max(grid.cohort) > last_ended(as_of):
        made.append(f"{month_name(max(grid.cohort))} has not ended: its row stays empty")
    return tuple(made)


def _columns(grid: Grid, measure: Measure, by: str) -> tuple[Column, ...]:
    name = "First order" if by == "month" else by.replace("_", " ").capitalize()
    return (
        Column(key="cohort", label=name),
        Column(key="size", label="Customers", unit="count"),
        *(Column(key=f"m{k}", label=f"Month {k}", unit=_UNIT[measure]) for k in range(grid.months + 1)),
        Column(key="note", label="Note"),
    )


def _value(grid: Grid, measure: Measure, month: int, lines: list[int]) -> float | None:
    found = grid.cell(measure, month, lines)
    return None if found is None or found[1] < TOO_FEW else found[0] / found[1]


def _size_note(size: int) -> str:
    if size < TOO_FEW:
        return "too few to tell"
    return "small, unsteady" if size < SMALL else ""


def _table(receipts: Receipts, grid: Grid, measure: Measure, by: str) -> ResultTable:
    rows: list[dict[str, Any]] = []
    for level in grid.levels:
        lines = grid.lines(level)
        size = int(grid.size[lines].sum())
        cells = {f"m{k}": _value(grid, measure, k, lines) for k in range(grid.months + 1)}
        rows.append({"cohort": level, "size": size, **cells, "note": _size_note(size)})
    everyone = grid.lines()
    rows.append(
        {
            "cohort": "all cohorts old enough",
            "size": int(grid.size.sum()),
            **{f"m{k}": _value(grid, measure, k, everyone) for k in range(grid.months + 1)},
            "note": "weighted by customers",
        }
    )
    return ResultTable(
        title=_TITLE[measure] + " after the first order",
        columns=_columns(grid, measure, by),
        rows=tuple(rows),
        note="Month 0 is the calendar month of the first order. Empty cells have not ended yet or rest on fewer than "
        f"{TOO_FEW} customers; they are not zero."
        + (" The last row holds different cohorts in each column." if len(grid.levels) > 1 else ""),
        currency=receipts.currency,
    )


def _chart(receipts: Receipts, grid: Grid, measure: Measure, by: str) -> Chart:
    """Rows as in the table; month 0 of retention is everybody and is left out."""
    first = 1 if measure in ("retention", "backfilled") else 0
    months = range(min(first, grid.months), grid.months + 1)
    return Chart(
        kind="heatmap",
        title=f"{_TITLE[measure]}, by {'month' if by == 'month' else by.replace('_', ' ')} of the first order",
        x=tuple(f"month {k}" for k in months),
        series={level: tuple(_value(grid, measure, k, grid.lines(level)) for k in months) for level in grid.levels},
        unit=_UNIT[measure],
        currency=receipts.currency if measure == "value" else None,
    )
