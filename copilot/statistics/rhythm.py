"""Rhythm: days between orders, when the next order comes, and from when on a customer counts as lapsed."""

from __future__ import annotations

import hashlib
import math
from datetime import timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict

from copilot.data.tables import Tables
from copilot.statistics.gaps import Histogram, Spells, day_table, spells
from copilot.statistics.lifetime.survival import HORIZONS, after_order_table, chance_within
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, customer_table

BEYOND: Final = HORIZONS
MINIMUM_GAPS: Final = 30
PROVISIONAL: Final = (60.0, 180.0)  # active up to, lapsed after; used where there are too few gaps
SHORTEST_LAPSE: Final = 30.0
OWN_RHYTHM_FROM: Final = 3  # gaps from which a customer's own rhythm counts
ACTIVE_RATIO, LAPSED_RATIO = 1.5, 3.0


class Thresholds(BaseModel):
    """Adaptive borders in days since the last order. `provisional`: too few gaps or too short a history."""

    model_config = ConfigDict(frozen=True)

    g25: float
    g50: float
    g75: float
    g80: float
    g90: float
    g95: float
    t80: float  # quantiles of the time to the second order, for one-time buyers
    t95: float
    gaps: int
    provisional: bool
    reason: str = ""

    def key(self) -> str:
        """A short content key for tables derived with these borders."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()[:8]

    @property
    def one_time_active(self) -> float:
        """A one-time buyer is active up to this many days after the order."""
        return max(self.g80, self.t80)

    @property
    def one_time_lapsed(self) -> float:
        """A one-time buyer has lapsed after more than this many days."""
        return max(self.g95, self.t95)


class BuyingRhythm(Result):
    """Gaps between consecutive days with an order, of customers who came back; and the same allowing for those
    who have not come back yet (Kaplan-Meier)."""

    gap_median: Figure
    gap_p25: Figure
    gap_p75: Figure
    gap_p80: Figure
    gap_p90: Figure
    gap_p95: Figure
    gap_mean: Figure
    gaps: Figure
    beyond: tuple[Figure, ...]  # share of gaps longer than 30, 60, 90, 180, 365 days
    past: tuple[Figure, ...]  # customers (count, share) whose last order is longer ago than p75, p90, p95
    second_order_median: Figure
    second_order_p80: Figure
    next_order: tuple[Figure, ...]  # share with a next order within 30, 60, 90, 180, 365 days, all orders pooled
    after_order: ResultTable  # the same after order 1, 2, 3, 4, 5+
    thresholds: Thresholds
    threshold_figures: tuple[Figure, ...]
    curve: Chart


def buying_rhythm(tables: Tables, scope: Scope, beyond: tuple[int, ...] = BEYOND) -> BuyingRhythm:
    """Days between orders and what follows from them. Gaps are between days, so two orders on a day make none."""
    receipts = Receipts(tables, scope, "buying_rhythm", {"beyond": list(beyond)})
    waits = spells(tables, scope)
    gaps, second = waits.gaps(), waits.gaps(order=1)
    limits = thresholds(tables, scope, waits)
    quantiles = {
        f"gap_p{percent}": _quantile(receipts, gaps, percent, f"Days between orders, {percent}th percentile")
        for percent in (25, 75, 80, 90, 95)
    }
    return BuyingRhythm(
        gap_median=_quantile(receipts, gaps, 50, "Days between orders, median"),
        **quantiles,
        gap_mean=receipts.figure(
            "gap", gaps.mean, name="gap_mean", label="Days between orders, mean", n=gaps.n, of="gaps",
            definition="Mean of the days between consecutive days with an order; long gaps inflate it.",
        ),
        gaps=receipts.figure("gaps", gaps.n),
        beyond=tuple(
            receipts.share(
                "gap_beyond", gaps.above(days), gaps.n, of="gaps", name=f"gap_beyond_{days}",
                label=f"Gaps longer than {days} days",
            )
            for days in beyond
        ),
        past=_past(tables, receipts, gaps),
        second_order_median=_quantile(receipts, second, 50, "Days to the second order, median", "second_order_days"),
        second_order_p80=_quantile(
            receipts, second, 80, "Days to the second order, 80th percentile", "second_order_days"
        ),
        next_order=tuple(chance_within(receipts, waits.curve(), None, days) for days in HORIZONS),
        after_order=after_order_table(receipts, waits),
        thresholds=limits,
        threshold_figures=_threshold_figures(receipts, limits),
        curve=_curve(waits),
    )  # fmt: skip


def gap_share_beyond(tables: Tables, scope: Scope, days: int) -> Figure:
    """Share of the gaps between orders longer than `days`: where a waiting time lies in the shop's rhythm."""
    gaps = spells(tables, scope).gaps()
    return Receipts(tables, scope, "gap_share_beyond", {"days": days}).share(
        "gap_beyond",
        gaps.above(days),
        gaps.n,
        of="gaps",
        name=f"gap_beyond_{days}",
        label=f"Gaps longer than {days} days",
    )


def thresholds(tables: Tables, scope: Scope, waits: Spells | None = None) -> Thresholds:
    """Borders of active, cooling and lapsed from the shop's own gaps (domain: adaptive churn without a contract).

    Quantiles are taken among customers whose first order is at least twice the 80 % quantile old. Fewer than 30
    gaps in the shop: 60 and 180 days, provisional.
    """
    everyone = (waits or spells(tables, scope)).gaps()
    as_of, span = scope.as_of(tables.facts), scope.span(tables.facts)
    if everyone.n < MINIMUM_GAPS or as_of is None or span is None:
        active, lapsed = PROVISIONAL
        return Thresholds(
            g25=active, g50=active, g75=active, g80=active, g90=lapsed, g95=lapsed, t80=active, t95=lapsed,
            gaps=everyone.n, provisional=True,
            reason=f"only {everyone.n} gaps between orders in the data ({MINIMUM_GAPS} are needed)",
        )  # fmt: skip
    mature = spells(tables, scope, first_by=as_of - timedelta(days=math.ceil(2 * everyone.quantile(0.8))))
    known = mature.gaps()
    reason = ""
    if known.n < MINIMUM_GAPS:
        mature = waits or spells(tables, scope)
        known, reason = everyone, "too few customers have been known for long enough"
    second = mature.gaps(order=1)
    g95 = max(known.quantile(0.95), SHORTEST_LAPSE)
    enough = second.n >= MINIMUM_GAPS
    if (as_of - span.start).days < 2 * g95:
        reason = "the data covers less than twice the lapse threshold"
    return Thresholds(
        g25=known.quantile(0.25),
        g50=known.quantile(0.5),
        g75=known.quantile(0.75),
        g80=known.quantile(0.8),
        g90=known.quantile(0.9),
        g95=g95,
        t80=second.quantile(0.8) if enough else known.quantile(0.8),
        t95=second.quantile(0.95) if enough else g95,
        gaps=known.n,
        provisional=bool(reason),
        reason=reason,
    )


def activity_table(tables: Tables, scope: Scope, limits: Thresholds) -> ir.Table:
    """customer_key, activity (active, cooling, lapsed) and own_rhythm (days, null below 3 gaps).

    With three or more gaps the customer's own rhythm decides: overdue by up to 1.5 times it is active, above 3
    times lapsed. The own median is drawn towards the shop's: w own + (1 - w) shop, w = n / (n + 3).
    """
    name = f"activity-{limits.key()}-{scope.key()}"
    return tables.kept(name, lambda: _activity(tables, scope, limits))


def _activity(tables: Tables, scope: Scope, limits: Thresholds) -> ir.Table:
    customers = customer_table(tables, scope)
    days = day_table(tables, scope)
    own = days.group_by("customer_key").aggregate(gaps=days.gap.count(), own_median=days.gap.cast("float64").median())
    joined = customers.select("customer_key", "frequency", "days_since").left_join(own, "customer_key")
    joined = joined.drop("customer_key_right")
    weight = joined.gaps / (joined.gaps + 3.0)
    rhythm = (weight * joined.own_median + (1 - weight) * limits.g50).cast("float64")
    joined = joined.mutate(own_rhythm=ibis.ifelse(joined.gaps >= OWN_RHYTHM_FROM, rhythm, None))
    overdue = joined.days_since / joined.own_rhythm
    once = joined.frequency == 1
    until = ibis.ifelse(once, limits.one_time_active, limits.g80)
    after = ibis.ifelse(once, limits.one_time_lapsed, limits.g95)
    by_shop = ibis.cases(
        (joined.days_since <= until, "active"), (joined.days_since <= after, "cooling"), else_="lapsed"
    )
    by_own = ibis.cases((overdue <= ACTIVE_RATIO, "active"), (overdue <= LAPSED_RATIO, "cooling"), else_="lapsed")
    return joined.select(
        "customer_key", "own_rhythm", activity=ibis.ifelse(joined.own_rhythm.notnull(), by_own, by_shop)
    )


def _quantile(receipts: Receipts, gaps: Histogram, percent: int, label: str, metric: str = "gap") -> Figure:
    name = f"{metric}_median" if percent == 50 else f"{metric}_p{percent}"
    return receipts.figure(
        metric,
        gaps.quantile(percent / 100),
        name=name,
        label=label,
        n=gaps.n,
        of="gaps",
        interval_of=(gaps.quantile_interval(percent / 100), "order statistics 95 %"),
    )


def _past(tables: Tables, receipts: Receipts, gaps: Histogram) -> tuple[Figure, ...]:
    if not gaps.n:
        return ()
    customers = customer_table(tables, receipts.scope)
    borders = {percent: gaps.quantile(percent / 100) for percent in (75, 90, 95)}
    counts = tables.frame(
        customers.aggregate(
            n=customers.count(),
            **{f"p{percent}": (customers.days_since > border).sum() for percent, border in borders.items()},
        )
    ).iloc[0]
    made: list[Figure] = []
    for percent, border in borders.items():
        words = f"last order is more than {border:.0f} days ago ({percent}th percentile of gaps)"
        details: dict[str, Any] = {"name": f"past_p{percent}", "label": f"Customers whose {words}"}
        made.append(receipts.figure("past_days", int(counts[f"p{percent}"]), **details))
        details = {"name": f"past_p{percent}_share", "label": f"Share of customers whose {words}"}
        made.append(
            receipts.share("past_days_share", int(counts[f"p{percent}"]), int(counts["n"]), of="customers", **details)
        )
    return tuple(made)


def _threshold_figures(receipts: Receipts, limits: Thresholds) -> tuple[Figure, ...]:
    warnings = (f"provisional: {limits.reason}",) if limits.provisional else ()
    words = {
        "g50": "usual gap",
        "g80": "active up to",
        "g90": "90 % of gaps",
        "g95": "lapsed after",
        "one_time_active": "one-time buyers: active up to",
        "one_time_lapsed": "one-time buyers: lapsed after",
    }
    return tuple(
        receipts.figure(
            "threshold", getattr(limits, name), name=f"threshold_{name}", label=f"Activity threshold, {text}",
            n=limits.gaps, warnings=warnings,
        )
        for name, text in words.items()
    )  # fmt: skip


def _curve(waits: Spells) -> Chart:
    curve = waits.curve()
    days = [day for day in range(0, 366, 5) if day <= curve.longest]
    points = [curve.by(day) for day in days]
    return Chart(
        kind="line",
        title="Share of orders followed by another within so many days (Kaplan-Meier)",
        x=tuple(str(day) for day in days),
        series={"ordered again": tuple(point[0] if point else None for point in points)},
        low={"ordered again": tuple(point[1][0] if point and point[1] else None for point in points)},
        high={"ordered again": tuple(point[1][1] if point and point[1] else None for point in points)},
        unit="share",
    )
