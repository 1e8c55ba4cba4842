"""Owns comparing two repeat rates fairly: difference, ratio within strata, and how many more would tell."""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from copilot.statistics.comparison import Counts, newcombe
from copilot.statistics.intervals import Z95, small_sample
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure

Z_ALPHA, Z_POWER = 1.959964, 0.841621


@dataclass(frozen=True)
class StratifiedRatio:
    """A Mantel-Haenszel risk ratio with its 95 % interval."""

    value: float
    low: float
    high: float


def stratified_ratio(rows: pd.DataFrame) -> StratifiedRatio | None:
    """Risk ratio over strata; `rows` are counts: month (the stratum), inside, n, again.

    Mantel-Haenszel with the variance of Greenland and Robins (1985); None if no stratum has both sides or nobody
    came back on one of them.
    """
    wide = rows.pivot_table(index="month", columns="inside", values=["again", "n"], aggfunc="sum", fill_value=0)
    if not {True, False} <= set(wide["n"].columns):
        return None
    a, c = wide["again"][True].astype(float), wide["again"][False].astype(float)
    n, m = wide["n"][True].astype(float), wide["n"][False].astype(float)
    total = n + m
    above, below = float((a * m / total).sum()), float((c * n / total).sum())
    if above <= 0 or below <= 0:
        return None
    spread = float(((n * m * (a + c) - a * c * total) / total**2).sum())
    half = Z95 * math.sqrt(max(0.0, spread / (above * below)))
    ratio = above / below
    return StratifiedRatio(ratio, ratio * math.exp(-half), ratio * math.exp(half))


def more_per_side(counts: Counts) -> int | None:
    """How many more on the smaller side would show the difference seen (alpha 0.05, power 0.80), the other side
    growing in proportion; None if the rates are equal or it shows already."""
    p, q = counts.a / counts.n, counts.b / counts.m
    if p == q:
        return None
    smaller, ratio = min(counts.n, counts.m), max(counts.n, counts.m) / min(counts.n, counts.m)
    one, other = (p, q) if counts.n <= counts.m else (q, p)
    mean = (one + ratio * other) / (1 + ratio)
    root = Z_ALPHA * math.sqrt((1 + 1 / ratio) * mean * (1 - mean)) + Z_POWER * math.sqrt(
        one * (1 - one) + other * (1 - other) / ratio
    )
    missing = math.ceil((root / (p - q)) ** 2) - int(smaller)
    return missing if missing > 0 else None


def difference_figure(receipts: Receipts, counts: Counts, who: str) -> tuple[Figure, Figure | None]:
    """Difference a/n - b/m with Newcombe's interval, and how many more would tell if it includes zero."""
    bounds = newcombe(counts)
    value = counts.a / counts.n - counts.b / counts.m if counts.n and counts.m else None
    figure = receipts.figure(
        "repeat_difference", value, n=int(counts.n + counts.m), interval_of=(bounds, "Newcombe 95 %"),
        warnings=small_sample(min(counts.n, counts.m), noun="customers on the smaller side"),
    )  # fmt: skip
    if bounds is None or not bounds[0] <= 0 <= bounds[1]:
        return figure, None
    missing = more_per_side(counts)
    more = receipts.figure("more_to_tell", missing, label=f"Further {who} needed to tell") if missing else None
    return figure, more
