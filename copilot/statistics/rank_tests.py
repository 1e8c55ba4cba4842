"""Owns the comparison of two samples of numbers by rank: Mann-Whitney, Cliff's delta, difference of medians."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from copilot.statistics.intervals import DRAWS, SEED, Z95, Floats, Interval

SMALL_DELTA: Final = 0.147  # below it a difference is negligible (Romano et al. 2006)


@dataclass(frozen=True)
class Delta:
    """Cliff's delta, P(ours > theirs) - P(ours < theirs), with its 95 % interval and variance."""

    value: float
    low: float
    high: float
    variance: float


def mann_whitney(ours: Floats, theirs: Floats) -> float:
    """Two-sided p of the Mann-Whitney test: normal approximation with ties and continuity corrected.

    1.0 if a side is empty or all values are equal (Mann and Whitney 1947; Lehmann 1975 for the ties).
    """
    n, m = len(ours), len(theirs)
    if not n or not m:
        return 1.0
    both = np.sort(np.concatenate([ours, theirs]))
    _, ties = np.unique(both, return_counts=True)
    total = n + m
    tied = float((ties.astype(float) ** 3 - ties).sum())
    variance = n * m / 12 * (total + 1 - tied / (total * (total - 1)))
    if variance <= 0:
        return 1.0
    above, below = _wins(ours, theirs)
    u = float(above.sum() + (m - above - below).sum() / 2)
    z = max(0.0, abs(u - n * m / 2) - 0.5) / math.sqrt(variance)
    return math.erfc(z / math.sqrt(2))


def cliffs_delta(ours: Floats, theirs: Floats) -> Delta | None:
    """Cliff's delta with the asymmetric 95 % interval from its consistent variance (Cliff 1996; Feng and Cliff 2004).

    Where every one of ours is above (or below) every one of theirs the variance is nought: the open end is then
    (b - z2) / (b + z2) with b the smaller side. None below two values on a side.
    Cost n log n: placements, not all pairs.
    """
    n, m = len(ours), len(theirs)
    if n < 2 or m < 2:
        return None
    above, below = _wins(ours, theirs)
    by_ours = (above - below) / m
    greater, smaller = _wins(theirs, ours)
    by_theirs = (smaller - greater) / n
    delta = float(by_ours.mean())
    if abs(delta) == 1:
        end = (min(n, m) - Z95**2) / (min(n, m) + Z95**2)
        ends = (end, 1.0) if delta > 0 else (-1.0, -end)
        return Delta(delta, *ends, variance=1 / (n * m))
    decided = float((above + below).sum()) / (n * m)  # pairs without a tie: the mean of d squared
    spread = (
        m * m * float(((by_ours - delta) ** 2).sum())
        + n * n * float(((by_theirs - delta) ** 2).sum())
        - n * m * (decided - delta**2)
    ) / (n * m * (n - 1) * (m - 1))
    variance = max(spread, (1 - delta**2) / max(1, n * m - 1))
    middle = delta - delta**3
    reach = Z95 * math.sqrt(variance) * math.sqrt((1 - delta**2) ** 2 + Z95**2 * variance)
    scale = 1 - delta**2 + Z95**2 * variance
    return Delta(delta, max(-1.0, (middle - reach) / scale), min(1.0, (middle + reach) / scale), variance)


def median_difference(ours: Floats, theirs: Floats) -> tuple[float, Interval]:
    """Difference of the medians with its percentile-bootstrap 95 % interval.

    The bootstrap is exact without drawing samples: the median of a resample is the sample's value at the place of
    the median of as many uniform numbers, which is beta distributed.
    """
    generator = np.random.default_rng(SEED)
    drawn = _drawn_medians(ours, generator) - _drawn_medians(theirs, generator)
    low, high = np.quantile(drawn, [0.025, 0.975])
    return float(np.median(ours) - np.median(theirs)), (float(low), float(high))


def _drawn_medians(values: Floats, generator: np.random.Generator) -> Floats:
    n = len(values)
    ordered = np.sort(values)
    lower = (n + 1) // 2
    first = generator.beta(lower, n - lower + 1, DRAWS)
    ones: Floats = ordered[np.minimum((first * n).astype(np.int64), n - 1)]
    if n % 2:
        return ones
    second = first + (1 - first) * generator.beta(1, n - lower, DRAWS)
    both: Floats = (ones + ordered[np.minimum((second * n).astype(np.int64), n - 1)]) / 2
    return both


def _wins(ours: Floats, theirs: Floats) -> tuple[Floats, Floats]:
    """For each of ours: how many of theirs are smaller, and how many are greater."""
    ordered = np.sort(theirs)
    smaller: Floats = np.searchsorted(ordered, ours, side="left").astype(float)
    greater: Floats = (len(ordered) - np.searchsorted(ordered, ours, side="right")).astype(float)
    return smaller, greater


def chi_squared_tail(value: float, degrees: int) -> float:
    """Upper tail of the chi-squared distribution with whole degrees of freedom, by its finite sums.

    >>> round(chi_squared_tail(3.841459, 1), 4), round(chi_squared_tail(9.487729, 4), 4)
    (0.05, 0.05)
    """
    if value <= 0 or degrees < 1:
        return 1.0
    half = value / 2
    if degrees % 2:
        tail, term = math.erfc(math.sqrt(half)), math.exp(-half) * math.sqrt(half) / math.gamma(1.5)
        start = 1.5
    else:
        tail, term = 0.0, math.exp(-half)
        start = 1.0
    for step in range((degrees - 1) // 2 if degrees % 2 else degrees // 2):
        tail += term
        term *= half / (start + step)
    return min(1.0, tail)
