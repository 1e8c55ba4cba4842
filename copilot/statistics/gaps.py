"""Gaps: the days between orders as a small histogram, its quantiles, and the Kaplan-Meier estimate over it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.intervals import Z95, Interval
from copilot.statistics.scope import Scope, customer_orders

LAST_BAND = 5  # orders 5, 6, 7 ... are taken together


@dataclass(frozen=True)
class Histogram:
    """Whole days with how often each occurs; quantiles are exact (linear between neighbours, as numpy's)."""

    days: npt.NDArray[np.int64]
    counts: npt.NDArray[np.int64]

    @property
    def n(self) -> int:
        """Number of observations."""
        return int(self.counts.sum())

    @property
    def mean(self) -> float:
        """Mean, NaN without observations."""
        return float((self.days * self.counts).sum() / self.n) if self.n else math.nan

    def at(self, index: int) -> float:
        """The observation at this place (0-based) in ascending order."""
        return float(self.days[np.searchsorted(np.cumsum(self.counts), index, side="right")])

    def quantile(self, q: float) -> float:
        """The q-quantile, NaN without observations."""
        if not self.n:
            return math.nan
        place = (self.n - 1) * q
        low = math.floor(place)
        below, above = self.at(low), self.at(min(low + 1, self.n - 1))
        return below + (above - below) * (place - low)

    def quantile_interval(self, q: float) -> Interval | None:
        """Distribution-free 95 % interval of the quantile (order statistics); None below 6 observations."""
        if self.n < 6:
            return None
        spread = Z95 * math.sqrt(self.n * q * (1 - q))
        low = max(0, math.floor(self.n * q - spread) - 1)
        high = min(self.n - 1, math.ceil(self.n * q + spread))
        return self.at(low), self.at(high)

    def above(self, days: float) -> int:
        """How many observations are greater."""
        return int(self.counts[self.days > days].sum())


@dataclass(frozen=True)
class Spells:
    """Every wait for a next order: `order` after which it starts (5 = fifth or later), its days, whether the
    order came (or the wait is still open at the analysis date), and how many such waits there are."""

    frame: pd.DataFrame  # order, days, came, waits

    def gaps(self, order: int | None = None) -> Histogram:
        """Completed waits, after the given order or after any."""
        rows = self.frame[self.frame["came"]]
        if order is not None:
            rows = rows[rows["order"] == order]
        grouped = rows.groupby("days")["waits"].sum().sort_index()
        return Histogram(grouped.index.to_numpy(dtype=np.int64), grouped.to_numpy(dtype=np.int64))

    def curve(self, order: int | None = None) -> Curve:
        """The Kaplan-Meier curve of the next order, after the given order or after any."""
        rows = self.frame if order is None else self.frame[self.frame["order"] == order]
        return kaplan_meier(rows)


@dataclass(frozen=True)
class Curve:
    """Kaplan-Meier: `survival` is the share still waiting after `days`; `hazard` sums d / (n (n - d)).

    `risk` counts the waits that were still open just before each day, `waits` all of them, `events` those that ended
    with an order.
    """

    days: npt.NDArray[np.float64]
    survival: npt.NDArray[np.float64]
    hazard: npt.NDArray[np.float64]
    risk: npt.NDArray[np.float64]
    waits: int
    events: int
    longest: float

    def by(self, day: float) -> tuple[float, Interval | None] | None:
        """Share with a next order within `day` days and its 95 % interval (Greenwood, log-log); None if nobody
        has been seen that long."""
        if not self.waits or day > self.longest:
            return None
        place = int(np.searchsorted(self.days, day, side="right")) - 1
        if place < 0:
            return 0.0, None
        still, hazard = float(self.survival[place]), float(self.hazard[place])
        if not 0 < still < 1 or not math.isfinite(hazard):
            return 1 - still, None
        spread = Z95 * math.sqrt(hazard) / abs(math.log(still))
        return 1 - still, (1 - still ** math.exp(-spread), 1 - still ** math.exp(spread))

    def at_risk(self, day: float) -> int:
        """Waits followed for at least `day` days without an order before that day."""
        place = int(np.searchsorted(self.days, day, side="left"))
        return int(self.risk[place]) if place < len(self.risk) else 0

    def quantile(self, q: float) -> tuple[float | None, tuple[float | None, float | None]]:
        """Days until a share `q` has ordered again, None if the curve never gets there; and its 95 % interval.

        The interval holds the days at which the interval of the curve contains `q` (Brookmeyer and Crowley 1982);
        an end is None where that curve never gets there.
        """
        share = 1 - self.survival
        inside = (self.survival > 0) & (self.survival < 1) & np.isfinite(self.hazard)
        with np.errstate(divide="ignore", invalid="ignore"):
            spread = np.where(inside, Z95 * np.sqrt(self.hazard) / np.abs(np.log(self.survival)), 0.0)
            low = np.where(inside, 1 - self.survival ** np.exp(-spread), share)
            high = np.where(inside, 1 - self.survival ** np.exp(spread), share)
        return self._reached(share, q), (self._reached(high, q), self._reached(low, q))

    def _reached(self, share: npt.NDArray[np.float64], q: float) -> float | None:
        reached = np.flatnonzero(share >= q - 1e-12)
        return float(self.days[reached[0]]) if len(reached) else None


def kaplan_meier(rows: pd.DataFrame) -> Curve:
    """Kaplan-Meier over waits (Kaplan and Meier 1958); a wait open at the same day as an order is still at risk."""
    came = rows[rows["came"]].groupby("days")["waits"].sum()
    everyone = rows.groupby("days")["waits"].sum().sort_index()
    total = int(everyone.sum())
    at_risk = total - everyone.cumsum() + everyone
    events = came.reindex(everyone.index, fill_value=0)
    risk, done = at_risk.to_numpy(dtype=float), events.to_numpy(dtype=float)
    with np.errstate(divide="ignore", invalid="ignore"):
        steps = np.where(done > 0, done / (risk * (risk - done)), 0.0)
    survival = np.cumprod(1 - done / risk) if total else np.array([])
    longest = float(everyone.index.max()) if total else 0.0
    days = everyone.index.to_numpy(dtype=float)
    return Curve(days, survival, np.cumsum(steps), risk, total, int(done.sum()), longest)


def customer_days(tables: Tables, scope: Scope) -> ir.Table:
    """One row per customer and day with a valid order: customer_key, day, order (1-based), gap to the day before
    (null for the first), first_day, last (whether it is the customer's last)."""
    orders = customer_orders(tables, scope)
    days = orders.select("customer_key", "day").distinct()
    by_day = ibis.window(group_by=days.customer_key, order_by=days.day)
    whole = ibis.window(group_by=days.customer_key)
    marked = days.mutate(
        order=ibis.row_number().over(by_day) + 1,
        before=days.day.lag().over(by_day),
        first_day=days.day.min().over(whole),
        last_day=days.day.max().over(whole),
    )
    return marked.mutate(gap=marked.day.delta(marked.before, unit="day"), last=marked.day == marked.last_day).drop(
        "before", "last_day"
    )


def day_table(tables: Tables, scope: Scope) -> ir.Table:
    """`customer_days`, built once for these tables and this scope."""
    return tables.kept(f"customer-days-{scope.key()}", lambda: customer_days(tables, scope))


def spells(tables: Tables, scope: Scope, *, first_by: date | None = None) -> Spells:
    """All waits for a next order as counts; only of customers whose first order is at or before `first_by`.

    The counts are kept: a few thousand rows however many orders there are.
    """
    name = f"spells-{first_by or 'all'}-{scope.key()}"
    counted = tables.kept(name, lambda: _spells(tables, scope, first_by))
    frame = tables.frame(counted.order_by("order", "days", "came"))
    return Spells(frame.astype({"came": bool, "waits": "int64", "order": "int64", "days": "int64"}))


def _spells(tables: Tables, scope: Scope, first_by: date | None) -> ir.Table:
    as_of = scope.as_of(tables.facts)
    rows = day_table(tables, scope)
    if first_by is not None:
        rows = rows.filter(rows.first_day <= first_by)
    completed = rows.filter(rows.gap.notnull())
    completed = completed.select(order=completed.order - 1, days=completed.gap, came=ibis.literal(True))
    parts = completed
    if as_of is not None:
        ends = rows.filter(rows.last)
        waited = ibis.date(as_of.isoformat()).delta(ends.day, unit="day")
        parts = completed.union(ends.select(order=ends.order, days=waited, came=ibis.literal(False)))
    parts = parts.mutate(order=ibis.least(parts.order, LAST_BAND).cast("int64"), days=parts.days.cast("int64"))
    return parts.group_by("order", "days", "came").aggregate(waits=parts.count())
