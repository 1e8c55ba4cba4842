"""Grid: the cells of a cohort table, each None where its month has not ended for the cohort."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from typing import Final, Literal

import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.intervals import Floats
from copilot.statistics.lifetime.days import customer_months, customer_spans, month_name, whole_history
from copilot.statistics.scope import Scope, customer_table

Measure = Literal["retention", "repurchase", "repeat_orders", "backfilled", "value"]
OTHERS: Final = "others"
MOST_LEVELS: Final = 12
COUNTS: Final = ("active", "orders", "second", "latest", "value")
_RUNNING: Final = ("second", "repeat", "value")


@dataclass(frozen=True)
class Grid:
    """Counts by level (row), cohort and month after it. Arrays have one entry per (level, cohort) and month."""

    levels: tuple[str, ...]  # rows in order; months of first order, or values of a first-order attribute
    level: tuple[str, ...]  # of each line
    cohort: tuple[int, ...]  # month number of each line
    size: Floats
    sums: dict[str, Floats]  # active, second, repeat, value (the last three cumulative), later: lines x months
    observed: Floats  # 1 where month k of the cohort has ended

    @property
    def months(self) -> int:
        """Months after the first that the grid reaches."""
        return int(self.observed.shape[1]) - 1

    def lines(self, level: str | None = None, cohorts: Sequence[int] | None = None) -> list[int]:
        """The lines of a level (None: all) and of some cohorts (None: all)."""
        return [
            i
            for i, (name, month) in enumerate(zip(self.level, self.cohort, strict=True))
            if (level is None or name == level) and (cohorts is None or month in cohorts)
        ]

    def cell(self, measure: Measure, month: int, lines: Sequence[int]) -> tuple[float, int] | None:
        """Numerator and customers behind one cell, pooled over the lines whose month has ended; None if none has."""
        if month > self.months:
            return None
        seen = [i for i in lines if self.observed[i, month]]
        size = int(self.size[seen].sum()) if seen else 0
        if not size:
            return None
        name = {"retention": "active", "repurchase": "second", "repeat_orders": "repeat", "backfilled": "later",
                "value": "value"}[measure]  # fmt: skip
        return float(self.sums[name][seen, month].sum()), size


def cohort_grid(tables: Tables, scope: Scope, by: str, months: int, measure: Measure) -> Grid:
    """The grid by month of first order, or by an attribute of the customer's first order (a column of the customer
    table such as first_channel); the largest twelve values, the rest as "others".

    Second and latest orders are counted only where `measure` needs them.
    """
    ever = whole_history(scope)
    built = {"cells": _cells, "seconds": _seconds, "latest": _latest}
    wanted = {"repurchase": ("cells", "seconds"), "backfilled": ("cells", "latest")}.get(measure, ("cells",))
    parts = []
    for name in wanted:
        counts = tables.kept(f"cohort-{name}-{by}-{ever.key()}", partial(built[name], tables, ever, by))
        if scope.period is not None:
            start, end = _number(scope.period.start), _number(scope.period.end)
            counts = counts.filter(counts.cohort >= start, counts.cohort <= end)
        parts.append(tables.frame(counts.order_by("cohort", "level", "month")))
    frame = pd.concat(parts, ignore_index=True)
    frame = frame.reindex(columns=["level", "cohort", "month", *COUNTS])
    frame[list(COUNTS)] = frame[list(COUNTS)].astype(float).fillna(0.0)
    return _grid(_named(frame, by), ever.as_of(tables.facts), by, months)


def _cells(tables: Tables, scope: Scope, by: str) -> ir.Table:
    """Customers who ordered, orders and value by level, cohort and month."""
    rows = _leveled(tables, scope, customer_months(tables, scope), by)
    return rows.group_by("level", "cohort", "month").aggregate(
        active=(rows.placed > 0).sum(), orders=rows.placed.sum(), value=rows.value.sum().cast("float64")
    )


def _seconds(tables: Tables, scope: Scope, by: str) -> ir.Table:
    """Customers by the month of their second order."""
    rows = _leveled(tables, scope, customer_spans(tables, scope), by)
    rows = rows.filter(rows.second.notnull())
    return rows.group_by("level", "cohort", month="second").aggregate(second=rows.count())


def _latest(tables: Tables, scope: Scope, by: str) -> ir.Table:
    """Customers by the month of their latest order."""
    rows = _leveled(tables, scope, customer_spans(tables, scope), by)
    return rows.group_by("level", "cohort", month="last").aggregate(latest=rows.count())


def _leveled(tables: Tables, scope: Scope, rows: ir.Table, by: str) -> ir.Table:
    if by == "month":
        return rows.mutate(level=rows.cohort.cast("string"))
    named = customer_table(tables, scope).select("customer_key", level=lambda t: t[by].cast("string"))
    return rows.join(named, "customer_key")


def last_ended(as_of: date) -> int:
    """Number of the latest month that has ended at the analysis date."""
    return _number(as_of + timedelta(days=1)) - 1


def _number(day: date) -> int:
    return day.year * 12 + day.month - 1


def _named(frame: pd.DataFrame, by: str) -> pd.DataFrame:
    """Levels as the reader sees them: months by name, unknown said, small values together."""
    if by == "month":
        return frame.assign(level=[month_name(int(number)) for number in frame["cohort"]])
    frame = frame.assign(level=frame["level"].fillna("unknown"))
    sizes = frame[frame["month"] == 0].groupby("level")["active"].sum().sort_values(ascending=False, kind="stable")
    kept = set(sizes.index[:MOST_LEVELS])
    return frame.assign(level=frame["level"].where(frame["level"].isin(kept), OTHERS))


def _grid(frame: pd.DataFrame, as_of: date | None, by: str, months: int) -> Grid:
    ended = last_ended(as_of) if as_of is not None else 0
    summed = frame.groupby(["level", "cohort", "month"], sort=True).sum(numeric_only=True)
    keys = list(dict.fromkeys((str(level), int(cohort)) for level, cohort, _ in summed.index))
    reach = max(0, min(months, max((ended - cohort for _, cohort in keys), default=0)))
    # Months beyond the last shown still count for "in month k or later".
    longest = max([reach, *(int(month) for _, _, month in summed.index)])
    places = {key: i for i, key in enumerate(keys)}
    raw = {name: np.zeros((len(keys), longest + 1)) for name in COUNTS}
    for name, array in raw.items():
        for (level, cohort, month), count in summed[name].items():
            array[places[str(level), int(cohort)], int(month)] = count
    raw["repeat"] = raw["orders"].copy()
    raw["repeat"][:, 0] -= raw["active"][:, 0]  # the first order is no repeat
    sums = {name: np.cumsum(raw[name], axis=1)[:, : reach + 1] for name in _RUNNING}
    sums["active"] = raw["active"][:, : reach + 1]
    sums["later"] = np.cumsum(raw["latest"][:, ::-1], axis=1)[:, ::-1][:, : reach + 1]
    observed = np.array([[cohort + month <= ended for month in range(reach + 1)] for _, cohort in keys], dtype=float)
    totals = frame[frame["month"] == 0].groupby("level")["active"].sum()
    if by == "month":
        levels = tuple(sorted({level for level, _ in keys}))
    else:
        levels = tuple(sorted(totals.index, key=lambda name: (name == OTHERS, -totals[name], name)))
    return Grid(
        levels=levels,
        level=tuple(level for level, _ in keys),
        cohort=tuple(cohort for _, cohort in keys),
        size=raw["active"][:, 0],
        sums=sums,
        observed=observed.reshape(len(keys), reach + 1),
    )
