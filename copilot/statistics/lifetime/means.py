"""Means: mean and interval of skewed amounts from their first three moments, so that no row leaves the engine."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import ibis.expr.types as ir

from copilot.statistics.intervals import Z95, Interval

METHOD: Final = "skewness-corrected 95 %"
_A, _B = 1 / 3, 1 / 6  # Hall's constants for a studentised mean


@dataclass(frozen=True)
class Moments:
    """How many amounts, and the sums of their first three powers."""

    n: int
    total: float
    squares: float
    cubes: float

    @property
    def mean(self) -> float | None:
        """The mean, None without amounts."""
        return self.total / self.n if self.n else None

    def interval(self) -> Interval | None:
        """95 % interval of the mean that allows for skewness (P. Hall 1992, the monotone cubic transformation of the
        studentised mean); None below three amounts or if all are equal.

        Amounts per customer are skewed to the right: the plain t-interval misses on the high side. With no skewness
        it is the plain one.
        """
        if self.n < 3:
            return None
        mean = self.total / self.n
        second = self.squares / self.n - mean**2
        if second <= 1e-12 * max(1.0, mean**2):
            return None
        third = self.cubes / self.n - 3 * mean * self.squares / self.n + 2 * mean**3
        skewness: float = third / second**1.5
        error, root = math.sqrt(second / (self.n - 1)), math.sqrt(self.n)

        def back(z: float) -> float:
            if abs(skewness) < 1e-9:
                return z
            inner = 1 + 3 * _A * skewness * (z / root - _B * skewness / self.n)
            return root / (_A * skewness) * (math.cbrt(inner) - 1)

        return mean - error * back(Z95), mean - error * back(-Z95)


def moment_measures(name: str, value: ir.Column, mask: ir.BooleanColumn) -> dict[str, ir.Scalar]:
    """Aggregations that give the moments of `value` over the rows of `mask`; read them with `moments`."""
    amount = value.cast("float64")
    return {
        f"{name}_n": mask.sum().fill_null(0),
        f"{name}_1": amount.sum(where=mask).fill_null(0.0),
        f"{name}_2": (amount * amount).sum(where=mask).fill_null(0.0),
        f"{name}_3": (amount * amount * amount).sum(where=mask).fill_null(0.0),
    }


def moments(row: dict[str, float], name: str) -> Moments:
    """The moments out of a row of the aggregation."""
    return Moments(int(row[f"{name}_n"]), *(float(row[f"{name}_{power}"]) for power in (1, 2, 3)))
