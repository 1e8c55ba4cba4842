"""Owns comparing a rate between many names (products, countries): each against the rest, corrected for all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import pandas as pd

from copilot.statistics.comparison import Counts, benjamini_hochberg, p_value, risk_ratio
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable

FEWEST: Final = 30  # things counted before a name is tested
FEWEST_RATE: Final = 10  # before a share is shown
Q_LIMIT: Final = 0.05
PRACTICAL: Final = (0.8, 1.25)
SHOWN: Final = 12


class RateLine(Result):
    """One name's rate, the rest's, and how many times as common it is. `reliable` after correction for all names."""

    name: str
    rate: Figure
    rest: Figure
    ratio: Figure
    q: float | None
    reliable: bool


class Rates(Result):
    """A rate by name, highest reliable first; `worse` and `better` are those reliably above and below the rest."""

    by: str
    lines: tuple[RateLine, ...]
    worse: tuple[RateLine, ...]
    better: tuple[RateLine, ...]
    tested: Figure
    table: ResultTable


@dataclass(frozen=True)
class Whole:
    """All things counted (orders, customers ...), how many were hit, and what they are called."""

    n: float
    hits: float
    noun: str


@dataclass(frozen=True)
class Wording:
    """How a table of rates is called and which declared metric its figures are."""

    metric: str
    by: str
    title: str
    label: str  # said before the name, e.g. "Refund rate"


def compared_rates(receipts: Receipts, frame: pd.DataFrame, whole: Whole, words: Wording) -> Rates:
    """Rates of the rows of `frame` (name, n, hits), each against the rest of `whole`.

    Tested are names with thirty or more, all in one run (Benjamini-Hochberg, q <= 0.05); reliable also needs a ratio
    of at least 1.25 or at most 0.8 whose interval excludes 1.
    """
    rows = frame[frame["n"] >= FEWEST_RATE].sort_values(["n", "name"], ascending=[False, True])
    counts = {
        str(row.name): Counts(float(row.hits), float(row.n), whole.hits - float(row.hits), whole.n - float(row.n))
        for row in rows.itertuples(index=False)
    }
    tested = {name: each for name, each in counts.items() if each.n >= FEWEST and each.m >= FEWEST}
    q_values = dict(zip(tested, benjamini_hochberg([p_value(each) for each in tested.values()]), strict=True))
    reliable = {name for name, q in q_values.items() if q <= Q_LIMIT and _sizeable(tested[name])}
    by_rate = sorted(counts, key=lambda name: (name not in reliable, -counts[name].a / counts[name].n, name))
    kept = by_rate[:SHOWN]
    lines = {
        name: _line(receipts, name, counts[name], q_values.get(name), (whole.noun, words, name in reliable))
        for name in dict.fromkeys([*kept, *(name for name in by_rate if name in reliable)][: 2 * SHOWN])
    }
    ordered = [lines[name] for name in kept]
    return Rates(
        by=words.by,
        lines=tuple(ordered),
        worse=tuple(one for one in lines.values() if one.reliable and (one.ratio.value or 0) > 1),
        better=tuple(one for one in lines.values() if one.reliable and (one.ratio.value or 0) < 1),
        tested=receipts.figure("tests", len(tested), label=f"Compared: {words.by}"),
        table=_table(ordered, words, whole.noun),
    )


def _sizeable(counts: Counts) -> bool:
    ratio = risk_ratio(counts)
    return not PRACTICAL[0] < ratio.value < PRACTICAL[1] and not ratio.low <= 1 <= ratio.high


def _line(receipts: Receipts, name: str, counts: Counts, q: float | None, about: tuple[str, Wording, bool]) -> RateLine:
    noun, words, reliable = about
    ratio = risk_ratio(counts) if counts.n and counts.m else None
    return RateLine(
        name=name,
        rate=receipts.share(words.metric, counts.a, counts.n, of=noun, label=f"{words.label}: {name}"),
        rest=receipts.share(words.metric, counts.b, counts.m, of=noun, label=f"{words.label}: all but {name}"),
        ratio=receipts.figure(
            "rate_ratio",
            ratio.value if ratio else None,
            n=int(counts.n + counts.m),
            label=f"{words.label} of {name}: times that of the rest",
            interval_of=((ratio.low, ratio.high) if ratio else None, "log risk ratio 95 %"),
        ),
        q=q,
        reliable=reliable,
    )


def _table(lines: list[RateLine], words: Wording, noun: str) -> ResultTable:
    return ResultTable(
        title=words.title,
        columns=(
            Column(key="name", label=words.by),
            Column(key="n", label=noun, unit="count"),
            Column(key="rate", label=words.label.lower(), unit="share"),
            Column(key="low", label="plausibly from", unit="share"),
            Column(key="high", label="to", unit="share"),
            Column(key="ratio", label="times the rest", unit="ratio"),
            Column(key="reliable", label="reliable"),
        ),
        rows=tuple(
            {
                "name": line.name,
                "n": line.rate.denominator,
                "rate": line.rate.value,
                "low": line.rate.low,
                "high": line.rate.high,
                "ratio": line.ratio.value,
                "reliable": "yes" if line.reliable else "",
            }
            for line in lines
        ),
    )
