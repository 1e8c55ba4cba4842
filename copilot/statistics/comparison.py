"""Owns the comparison of two shares: difference, ratio, test and the correction for many tests."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from copilot.statistics.intervals import Z95, Interval, wilson


@dataclass(frozen=True)
class Counts:
    """`a` of `n` on our side, `b` of `m` on the other."""

    a: float
    n: float
    b: float
    m: float


@dataclass(frozen=True)
class Ratio:
    """A risk ratio with its 95 % interval."""

    value: float
    low: float
    high: float


def risk_ratio(counts: Counts) -> Ratio:
    """(a/n) / (b/m) with the interval exp(ln RR +- 1.96 sqrt(1/a - 1/n + 1/b - 1/m)).

    0.5 is added to every cell if `a` or `b` is zero, so that value and interval stay finite.

    >>> round(risk_ratio(Counts(15, 100, 5, 100)).low, 2)
    1.13
    """
    add = 0.5 if not counts.a or not counts.b else 0.0
    a, n = counts.a + add, counts.n + 2 * add
    b, m = counts.b + add, counts.m + 2 * add
    value = (a / n) / (b / m)
    half = Z95 * math.sqrt(max(0.0, 1 / a - 1 / n + 1 / b - 1 / m))
    return Ratio(value, value * math.exp(-half), value * math.exp(half))


def newcombe(counts: Counts) -> Interval | None:
    """95 % interval of a/n - b/m from two Wilson intervals (Newcombe 1998, method 10); None if a side is empty.

    >>> [round(end, 4) for end in newcombe(Counts(56, 70, 48, 80))]
    [0.0524, 0.3339]
    """
    ours, theirs = wilson(counts.a, counts.n), wilson(counts.b, counts.m)
    if ours is None or theirs is None:
        return None
    p, q = counts.a / counts.n, counts.b / counts.m
    low = p - q - math.hypot(p - ours[0], theirs[1] - q)
    high = p - q + math.hypot(ours[1] - p, q - theirs[0])
    return low, high


def p_value(counts: Counts) -> float:
    """Two-sided p of equal shares: Fisher's exact test if any expected count is below 5, else chi-squared."""
    total = counts.n + counts.m
    hits = counts.a + counts.b
    if not hits or hits == total or not counts.n or not counts.m:
        return 1.0
    smallest = min(counts.n, counts.m) * min(hits, total - hits) / total
    if smallest < 5:
        return _fisher(round(counts.a), round(counts.n), round(counts.b), round(counts.m))
    cross = counts.a * (counts.m - counts.b) - counts.b * (counts.n - counts.a)
    chi_squared = total * cross**2 / (counts.n * counts.m * hits * (total - hits))
    return math.erfc(math.sqrt(chi_squared / 2))  # upper tail of chi-squared with one degree of freedom


def _fisher(a: int, n: int, b: int, m: int) -> float:
    """Fisher's exact test, two-sided: the tables with the same margins that are no likelier than the one seen."""
    hits = a + b

    def log_chance(on_our_side: int) -> float:
        ours = math.lgamma(n + 1) - math.lgamma(on_our_side + 1) - math.lgamma(n - on_our_side + 1)
        theirs = hits - on_our_side
        return ours + math.lgamma(m + 1) - math.lgamma(theirs + 1) - math.lgamma(m - theirs + 1)

    chances = [log_chance(x) for x in range(max(0, hits - m), min(n, hits) + 1)]
    most = max(chances)
    weights = [math.exp(chance - most) for chance in chances]
    seen = math.exp(log_chance(a) - most) * (1 + 1e-7)  # equal chances may differ in the last digits
    return min(1.0, math.fsum(weight for weight in weights if weight <= seen) / math.fsum(weights))


def benjamini_hochberg(p_values: Sequence[float]) -> list[float]:
    """Adjusted p-values (q) in the given order, Benjamini and Hochberg 1995.

    >>> benjamini_hochberg([0.01, 0.04, 0.03])
    [0.03, 0.04, 0.04]
    """
    tests = len(p_values)
    q = [0.0] * tests
    smallest = 1.0
    for rank, place in zip(range(tests, 0, -1), sorted(range(tests), key=lambda i: -p_values[i]), strict=True):
        smallest = min(smallest, p_values[place] * tests / rank)
        q[place] = smallest
    return q
