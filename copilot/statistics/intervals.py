"""Intervals: Wilson for shares, order statistics for medians and quantiles, bootstrap for means and top shares."""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

Z95: Final = NormalDist().inv_cdf(0.975)  # 1.959964, the two-sided 95 % normal quantile
DRAWS: Final = 2000
SEED: Final = 20110
BOOTSTRAP_CELLS: Final = 30_000_000  # draws x n that stays below a second or two; above it fewer draws
UNSTEADY_BELOW: Final = 30
NO_PERCENTAGE_BELOW: Final = 10

Floats = npt.NDArray[np.float64]
Interval = tuple[float, float]


def wilson(successes: float, n: float) -> Interval | None:
    """The Wilson 95 % interval of a share, None without observations (domain: E. B. Wilson 1927).

    >>> [round(end, 3) for end in wilson(3, 10)]
    [0.108, 0.603]
    """
    if n <= 0:
        return None
    share = successes / n
    z2 = Z95 * Z95
    centre = (share + z2 / (2 * n)) / (1 + z2 / n)
    half = Z95 * math.sqrt(share * (1 - share) / n + z2 / (4 * n * n)) / (1 + z2 / n)
    return max(0.0, centre - half), min(1.0, centre + half)


def quantile_interval(values: Floats, q: float) -> Interval | None:
    """Distribution-free 95 % interval of a quantile from order statistics; None below 6 observations.

    It is the limit of the percentile bootstrap of the quantile, without drawing.
    """
    n = len(values)
    if n < 6:
        return None
    ordered = np.sort(values)
    spread = Z95 * math.sqrt(n * q * (1 - q))
    low = max(0, math.floor(n * q - spread) - 1)
    high = min(n - 1, math.ceil(n * q + spread))
    return float(ordered[low]), float(ordered[high])


def bootstrap(values: Floats, statistic: Callable[[Floats], float], *, draws: int = DRAWS) -> Interval | None:
    """Percentile bootstrap 95 % interval with a fixed seed; None below 2 observations.

    `values` are sorted first, so that the interval does not depend on the order of rows.
    """
    n = len(values)
    if n < 2:
        return None
    ordered = np.sort(values)
    generator = np.random.default_rng(SEED)
    times = max(200, min(draws, BOOTSTRAP_CELLS // n))
    results = np.array([statistic(ordered[generator.integers(0, n, n)]) for _ in range(times)])
    results = results[np.isfinite(results)]
    if len(results) == 0:
        return None
    low, high = np.quantile(results, [0.025, 0.975])
    return float(low), float(high)


def mean_interval(values: Floats) -> Interval | None:
    """95 % interval of a mean by bootstrap."""
    return bootstrap(values, lambda drawn: float(drawn.mean()))


def top_share(values: Floats, share: float) -> float:
    """Share of the sum that the ceil(share x N) largest values bring; NaN if the sum is not positive."""
    total = float(values.sum())
    if total <= 0:
        return math.nan
    k = top_count(len(values), share)
    cut = len(values) - k
    return float(np.partition(values, cut)[cut:].sum()) / total if cut else 1.0


def top_count(n: int, share: float) -> int:
    """ceil(share x n), at least 1, safe against 0.1 x 30 = 3.0000000000000004.

    >>> top_count(4338, 0.10), top_count(30, 0.10)
    (434, 3)
    """
    return max(1, math.ceil(round(share * n, 9)))


def top_share_interval(values: Floats, share: float) -> Interval | None:
    """95 % bootstrap interval of `top_share`."""
    return bootstrap(values, lambda drawn: top_share(drawn, share))


def gini(values: Floats) -> float:
    """Gini coefficient; negative values count as 0. NaN if nothing is positive."""
    ordered = np.sort(np.clip(values, 0, None))
    total = float(ordered.sum())
    if total <= 0:
        return math.nan
    n = len(ordered)
    return float(2 * (np.arange(1, n + 1) * ordered).sum() / (n * total) - (n + 1) / n)


def small_sample(n: float, successes: float | None = None, *, noun: str = "observations") -> tuple[str, ...]:
    """The warning a small n deserves: below 10 counts only, below 30 unsteady."""
    if n < NO_PERCENTAGE_BELOW:
        if successes is None:
            return (f"too few to rely on: only {n:.0f} {noun}",)
        return (f"too few for a percentage: say {successes:.0f} of {n:.0f}",)
    if n < UNSTEADY_BELOW:
        return (f"unsteady: only {n:.0f} {noun}",)
    return ()
