"""Rhythm: days between orders, when the next order comes, and from when on a customer counts as lapsed."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from copilot.statistics.result import Chart, Figure, Result, ResultTable


class Thresholds(BaseModel):
    """Adaptive borders in days since the last order. `provisional`: too few gaps or too short a history."""

    model_config = ConfigDict(frozen=True)

    g50: float
    g80: float
    g90: float
    g95: float
    t80: float  # quantiles of the time to the second order, for one-time buyers
    t95: float
    gaps: int
    provisional: bool
    reason: str = ""

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
    past: tuple[Figure, ...]  # customers whose last order is longer ago than p75, p90, p95 of the gaps
    second_order_median: Figure
    second_order_p80: Figure
    next_order: tuple[Figure, ...]  # share with a next order within 30, 60, 90, 180, 365 days, all orders pooled
    after_order: ResultTable  # the same after order 1, 2, 3, 4, 5+
    thresholds: Thresholds
    threshold_figures: tuple[Figure, ...]
    curve: Chart
