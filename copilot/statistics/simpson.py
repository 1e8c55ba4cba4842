"""Owns the check for Simpson's paradox: does a group's difference hold inside the levels of another trait?"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from copilot.statistics.comparison import Counts, Ratio, risk_ratio
from copilot.statistics.intervals import Z95, Floats
from copilot.statistics.rank_tests import chi_squared_tail, cliffs_delta

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Kind = Literal["reverses", "vanishes", "differs"]

SHRUNK: Final = 0.5  # a difference that loses more than half on the log scale is the other trait's
COVERED: Final = 0.5  # share of the group that strata with both sides must hold
SMALLEST_SIDE: Final = 20  # customers on each side of a level for it to be called opposite
SMALLEST_CELL: Final = 5
MATTERS_BELOW: Final = 0.05
DIFFERS_BELOW: Final = 0.01  # p of the test of heterogeneity


@dataclass(frozen=True)
class Strata:
    """Counts per level of another trait: a of n in the group have the trait, c of m in the rest."""

    a: Floats
    n: Floats
    c: Floats
    m: Floats

    @property
    def covered(self) -> float:
        """Share of the group in levels that hold people of the rest, too."""
        return float(self.n[self.m > 0].sum() / self.n.sum()) if self.n.sum() else 0.0


@dataclass(frozen=True)
class Verdict:
    """What a comparison inside another trait's levels shows: the common ratio (or delta) there, and where not."""

    kind: Kind
    common: Ratio
    opposite: tuple[int, ...] = ()  # levels (codes) that point the other way by themselves
    turned: bool = False  # the common ratio lies on the other side, if not reliably so


Judge = Callable[[Codes], Verdict | None]
"""Judges a difference inside the levels given as codes."""


def strata_of(inside: Mask, has: Mask, levels: Codes) -> Strata:
    """Counts by level; customers whose level is unknown (-1) are left out."""
    seen = levels >= 0
    count = int(levels.max(initial=-1)) + 1
    table = np.bincount(levels[seen] * 4 + inside[seen] * 2 + has[seen], minlength=4 * count).reshape(count, 4)
    rest_without, rest_with, group_without, group_with = table.T.astype(float)
    return Strata(group_with, group_with + group_without, rest_with, rest_with + rest_without)


def common_ratio(strata: Strata) -> Ratio | None:
    """Risk ratio over strata with 95 % interval (Mantel-Haenszel; variance Greenland and Robins 1985).

    None if no stratum has both sides, or the trait is missing on one of them.
    """
    a, n, c, m = strata.a, strata.n, strata.c, strata.m
    total = np.maximum(n + m, 1)
    above, below = float((a * m / total).sum()), float((c * n / total).sum())
    if above <= 0 or below <= 0:
        return None
    spread = float(((n * m * (a + c) - a * c * total) / total**2).sum())
    half = Z95 * math.sqrt(max(0.0, spread / (above * below)))
    value = above / below
    return Ratio(value, value * math.exp(-half), value * math.exp(half))


def heterogeneity(strata: Strata, common: Ratio) -> float:
    """p of equal risk ratios in all strata: weighted squares of log ratios (Cochran's Q, as Breslow and Day do for
    odds). 1.0 with fewer than two strata that have both sides and the trait."""
    used = (strata.n > 0) & (strata.m > 0) & (strata.a + strata.c > 0)
    if used.sum() < 2:
        return 1.0
    add = 0.5
    a, n, c, m = strata.a[used] + add, strata.n[used] + 2 * add, strata.c[used] + add, strata.m[used] + 2 * add
    logs = np.log((a / n) / (c / m))
    weights = 1 / np.maximum(1 / a - 1 / n + 1 / c - 1 / m, 1e-12)
    q = float((weights * (logs - math.log(common.value)) ** 2).sum())
    return chi_squared_tail(q, int(used.sum()) - 1)


def of_levels(inside: Mask, has: Mask, levels: Codes) -> Verdict | None:
    """What becomes of "the trait is more (or less) common in the group" inside another trait's levels.

    `reverses`: the common ratio lies on the other side of 1, interval and all. `vanishes`: its interval holds 1 and
    more than half of the difference (on the log scale) is gone. `differs`: the levels contradict each other
    (p <= 0.01) and at least one of them points the other way by itself. None: it holds, or cannot be judged because
    less than half of the group has anybody of the rest in the same level.
    """
    strata = strata_of(inside, has, levels)
    common = common_ratio(strata)
    if common is None or strata.covered < COVERED:
        return None
    crude = risk_ratio(Counts(strata.a.sum(), strata.n.sum(), strata.c.sum(), strata.m.sum()))
    up = crude.value > 1
    if (common.high < 1) if up else (common.low > 1):
        return Verdict("reverses", common)
    gone = abs(math.log(common.value)) < SHRUNK * abs(math.log(crude.value)) or (common.value > 1) != up
    if common.low <= 1 <= common.high and gone:
        return Verdict("vanishes", common, turned=(common.value > 1) != up)
    opposite = _opposite(strata, up)
    if opposite and heterogeneity(strata, common) <= DIFFERS_BELOW:
        return Verdict("differs", common, opposite)
    return None


def still_matters(outcome: Floats, levels: Codes, strata: Codes) -> bool:
    """True if the trait as a whole goes with the outcome inside the other trait's levels (p <= 0.05).

    One level can look explained only because its neighbours within a stratum are like it: where most buyers from one
    source live in two rich countries, neither stands out among them, and yet it is the country that matters. Sum over
    strata of the between-level squares of the outcome over its variance, chi-squared; cells of fewer than 5 left out.
    """
    seen = (levels >= 0) & (strata >= 0)
    width, height = int(levels.max(initial=-1)) + 1, int(strata.max(initial=-1)) + 1
    place = strata[seen] * width + levels[seen]
    n = np.bincount(place, minlength=width * height).reshape(height, width).astype(float)
    sums = np.bincount(place, weights=outcome[seen], minlength=width * height).reshape(height, width)
    squares = np.bincount(place, weights=outcome[seen] ** 2, minlength=width * height).reshape(height, width)
    used = n >= SMALLEST_CELL
    n, sums, squares = n * used, sums * used, squares * used
    total = np.maximum(n.sum(axis=1), 1)
    middle = sums.sum(axis=1) / total
    spread = (squares.sum(axis=1) - total * middle**2) / np.maximum(total - 1, 1)
    between = (sums**2 / np.maximum(n, 1)).sum(axis=1) - total * middle**2
    counted = (used.sum(axis=1) > 1) & (spread > 1e-12)
    degrees = int((used.sum(axis=1) - 1)[counted].sum())
    return chi_squared_tail(float((between[counted] / spread[counted]).sum()), degrees) <= MATTERS_BELOW


def _opposite(strata: Strata, up: bool) -> tuple[int, ...]:
    """Levels with enough people on both sides whose own interval lies on the other side of 1."""
    found = []
    for code in np.flatnonzero((strata.n >= SMALLEST_SIDE) & (strata.m >= SMALLEST_SIDE)):
        own = risk_ratio(Counts(strata.a[code], strata.n[code], strata.c[code], strata.m[code]))
        if (own.high < 1) if up else (own.low > 1):
            found.append(int(code))
    return tuple(found)


def of_numbers(inside: Mask, numbers: Floats, levels: Codes) -> Verdict | None:
    """The same for a number: Cliff's delta averaged over levels with weights n m / (n + m), with its interval.

    `common` holds deltas here, not ratios. None: it holds, or cannot be judged.
    """
    crude = cliffs_delta(numbers[inside], numbers[~inside])
    within = common_delta(inside, numbers, levels)
    if crude is None or within is None:
        return None
    up = crude.value > 0
    if (within.high < 0) if up else (within.low > 0):
        return Verdict("reverses", within)
    gone = abs(within.value) < SHRUNK * abs(crude.value) or (within.value > 0) != up
    return Verdict("vanishes", within) if within.low <= 0 <= within.high and gone else None


def common_delta(inside: Mask, numbers: Floats, levels: Codes) -> Ratio | None:
    """Cliff's delta over the levels of another trait, with 95 % interval; None if they hold too few of the group."""
    weights, values, variances, held = [], [], [], 0
    for code in range(int(levels.max(initial=-1)) + 1):
        here = levels == code
        ours, theirs = numbers[here & inside], numbers[here & ~inside]
        delta = cliffs_delta(ours, theirs)
        if delta is None:
            continue
        weights.append(len(ours) * len(theirs) / (len(ours) + len(theirs)))
        values.append(delta.value)
        variances.append(delta.variance)
        held += len(ours)
    if held < COVERED * inside.sum() or not weights:
        return None
    share = np.array(weights) / sum(weights)
    value = float((share * values).sum())
    half = Z95 * math.sqrt(float((share**2 * variances).sum()))
    return Ratio(value, max(-1.0, value - half), min(1.0, value + half))
