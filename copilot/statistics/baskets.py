"""Owns basket pairs: products bought in one order more often than chance would have it."""

from __future__ import annotations

from typing import Final

import ibis
import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.assortment.lines import PLURAL, Level, bought, no_lines, things
from copilot.statistics.comparison import Counts, risk_ratio
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope

TOGETHER = 10  # orders with both, at least
FEW_TOGETHER = 5  # enough where Fisher's exact test is used
MANY_ORDERS = 2000  # from here on ten orders with both are asked for in any case
SHOWN = 15
MOST_LOOKED_AT = 200
SIGNIFICANT = 0.05  # largest q

_NONE: Final = "No {} are reliably bought together."

Counted = npt.NDArray[np.int64]
_LEADING: Final = ibis.schema(
    {"first": "string", "second": "string", "n_first": "int64", "n_second": "int64", "both": "int64", "q": "float64",
     "tested": "int64", "total": "int64", "place": "int64"}
)  # fmt: skip


class BasketPair(Result):
    """Two products in one order, in the direction of the higher confidence."""

    first: str
    second: str
    support: Figure
    confidence: Figure
    confidence_back: Figure
    lift: Figure
    leverage: Figure
    q: float


class BasketPairs(Result):
    """Pairs bought together more often than chance, those with most orders beyond chance first; may be empty."""

    level: Level = "product"
    pairs: tuple[BasketPair, ...]
    tested: Figure
    table: ResultTable
    warnings: tuple[str, ...] = ()


def basket_pairs(tables: Tables, scope: Scope, level: Level = "product", name: str | None = None) -> BasketPairs:
    """Pairs of products (or categories) in one order: support, confidence both ways, lift and leverage, corrected for
    the number of pairs tested. Gift cards, shipping, fees, free gifts and samples are no products here; variants of a
    product are one. With `name` only pairs with that product are tested and shown.

    A pair needs ten orders with both (five where the exact test applies), q <= 0.05 (Benjamini-Hochberg) and a
    lift whose interval lies above 1. The interval of the lift follows from that of the risk ratio:
    lift = RR / (p RR + 1 - p) with p the share of orders with the first product.
    """
    receipts = Receipts(tables, scope, "basket_pairs", {"level": level, "name": name})
    if name is None:
        key = f"pairs-{level}-{scope.key()}"
        kept = tables.kept(key, lambda: ibis.memtable(_leading(tables, scope, level), schema=_LEADING))
        leading = tables.frame(kept.order_by("place"))
    else:
        leading = _leading(tables, scope, level, name)
    tested = int(leading["tested"].iloc[0])
    found: list[BasketPair] = []
    for row in leading[leading["both"] > 0].itertuples():
        pair = (str(row.first), str(row.second), int(row.n_first), int(row.n_second), int(row.both))
        made = _pair(receipts, pair, int(row.total), float(row.q))
        if (made.lift.low or 0.0) > 1:
            found.append(made)
        if len(found) == SHOWN:  # figures are made only for what is shown
            break
    shown = tuple(found)
    nothing = not int(leading["total"].iloc[0])
    return BasketPairs(
        level=level,
        pairs=shown,
        tested=receipts.figure("tests", tested, label="Pairs tested"),
        table=_table(shown),
        warnings=() if shown else (no_lines(level),) if nothing else (_NONE.format(PLURAL[level]),),
    )


def _leading(tables: Tables, scope: Scope, level: Level, name: str | None = None) -> pd.DataFrame:
    """The pairs that may be shown, best first, each row with `tested` and `total`; one empty row if there are none."""
    held = bought(tables, scope, level)
    total = int(tables.frame(held.aggregate(n=held.basket.nunique()))["n"].iloc[0])
    frame = pair_counts(tables, scope, level, TOGETHER if total >= MANY_ORDERS else FEW_TOGETHER)
    if name is not None:
        frame = frame[(frame["first"] == name) | (frame["second"] == name)]
    expected = frame["n_first"] * frame["n_second"] / max(total, 1)
    few = (expected < FEW_TOGETHER) & (total < MANY_ORDERS)
    frame = frame[(frame["both"] >= TOGETHER) | few].reset_index(drop=True)
    rows = [
        {"first": one, "second": two, "n_first": n_one, "n_second": n_two, "both": both, "q": q}
        for (one, two, n_one, n_two, both), q in _significant(frame, total)
    ] or [{"first": "", "second": "", "n_first": 0, "n_second": 0, "both": 0, "q": 1.0}]
    return pd.DataFrame(
        [row | {"tested": len(frame), "total": total, "place": place} for place, row in enumerate(rows)]
    )


def pair_counts(tables: Tables, scope: Scope, level: Level, least: int) -> pd.DataFrame:
    """Pairs in at least `least` common orders: first, second (names), n_first, n_second, both.

    Only what is in that many orders itself can be in such a pair, so the rest never enters the join. Orders and
    products are numbers by now.
    """
    known = things(tables, scope, level)
    often = known.filter(known.baskets >= least)
    held = bought(tables, scope, level).semi_join(often, "code")
    left, right = held.select("basket", first="code"), held.select("basket", second="code")
    pairs = left.join(right, ["basket", left.first < right.second])
    counted = pairs.group_by("first", "second").aggregate(both=pairs.count())
    frame = tables.frame(counted.filter(counted.both >= least).order_by(["first", "second"]))
    names = tables.frame(often).set_index("code")
    return pd.DataFrame(
        {
            "first": names["name"].reindex(frame["first"]).to_numpy(),
            "second": names["name"].reindex(frame["second"]).to_numpy(),
            "n_first": names["baskets"].reindex(frame["first"]).to_numpy(),
            "n_second": names["baskets"].reindex(frame["second"]).to_numpy(),
            "both": frame["both"].to_numpy(),
        }
    )


def _significant(frame: pd.DataFrame, total: int) -> list[tuple[tuple[str, str, int, int, int], float]]:
    """Pairs with q <= 0.05: (rarer product, other product, orders of each, orders with both), q.

    In the order of how many orders more than by chance hold both: a pair of two rare products has a higher lift
    and is worth less.
    """
    if frame.empty:
        return []
    first, second, both = (frame[name].to_numpy(dtype="int64") for name in ("n_first", "n_second", "both"))
    p = together_by_chance(both, first, second, total)
    rank = np.argsort(np.argsort(p, kind="stable"), kind="stable") + 1
    q = p * len(p) / rank  # Benjamini-Hochberg; made monotone from the largest p down
    falling = np.argsort(-p, kind="stable")
    q[falling] = np.minimum.accumulate(q[falling])
    picked = frame.assign(q=q, more=both - first * second / total)
    picked = picked[picked["q"] <= SIGNIFICANT]
    picked = picked.sort_values(["more", "first", "second"], ascending=[False, True, True]).head(MOST_LOOKED_AT)
    found = []
    for row in picked.itertuples():
        (one, n_one), (two, n_two) = sorted(
            [(str(row.first), int(row.n_first)), (str(row.second), int(row.n_second))],
            key=lambda side: (side[1], side[0]),
        )
        found.append(((one, two, n_one, n_two, int(row.both)), float(row.q)))
    return found


def together_by_chance(both: Counted, first: Counted, second: Counted, total: int) -> npt.NDArray[np.float64]:
    """Two-sided p-values of `both` or more common orders, products being in `first` and `second` of `total` orders.

    Hypergeometric upper tail, doubled. The tail is bounded by a geometric series from its first term, which is
    at most a little too large, never too small, and takes hundreds of thousands of pairs at once.
    """
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, total + 1)))])

    def choose(n: Counted, k: Counted) -> npt.NDArray[np.float64]:
        picked: npt.NDArray[np.float64] = log_factorial[n] - log_factorial[k] - log_factorial[n - k]
        return picked

    whole = np.full_like(both, total)
    log_term = choose(first, both) + choose(whole - first, second - both) - choose(whole, second)
    ratio = (first - both) * (second - both) / ((both + 1) * (total - first - second + both + 1))
    tail = np.where(ratio < 1, np.exp(log_term) / np.maximum(1 - ratio, 1e-12), 1.0)
    p: npt.NDArray[np.float64] = np.minimum(1.0, 2 * tail)
    return p


def _pair(receipts: Receipts, pair: tuple[str, str, int, int, int], total: int, q: float) -> BasketPair:
    """Figures of a pair; the first is the rarer product, so that the confidence is the higher one."""
    one, two, n_one, n_two, both = pair
    label = f"{one} with {two}"
    ratio = risk_ratio(Counts(both, n_one, n_two - both, total - n_one)) if n_one < total else None
    p = n_one / total

    def lift(rr: float) -> float:
        return rr / (p * rr + 1 - p)

    return BasketPair(
        first=one,
        second=two,
        support=receipts.share("pair_support", both, total, of="orders", label=f"Share of orders with {label}"),
        confidence=receipts.share(
            "pair_confidence", both, n_one, of="orders", label=f"Share of orders with {one} that hold {two}"
        ),
        confidence_back=receipts.share(
            "pair_confidence",
            both,
            n_two,
            of="orders",
            label=f"Share of orders with {two} that hold {one}",
            definition="Orders with both products / orders with the second.",
        ),
        leverage=receipts.figure(
            "pair_leverage",
            both / total - n_one * n_two / total**2,
            n=total,
            label=f"Share of orders with {label} beyond chance",
        ),
        lift=receipts.figure(
            "pair_lift",
            both * total / (n_one * n_two),
            n=both,
            of="orders",
            label=f"Times as often as by chance: {label}",
            interval_of=((lift(ratio.low), lift(ratio.high)) if ratio else None, "from the risk ratio, 95 %"),
        ),
        q=q,
    )


def _table(pairs: tuple[BasketPair, ...]) -> ResultTable:
    return ResultTable(
        title="Bought together",
        columns=(
            Column(key="first", label="product"),
            Column(key="second", label="with"),
            Column(key="orders", label="orders with both", unit="count"),
            Column(key="confidence", label="of the first one's orders", unit="share"),
            Column(key="back", label="of the second one's orders", unit="share"),
            Column(key="lift", label="times chance", unit="ratio"),
            Column(key="low", label="plausibly from", unit="ratio"),
            Column(key="high", label="to", unit="ratio"),
        ),
        rows=tuple(
            {
                "first": pair.first,
                "second": pair.second,
                "orders": pair.support.numerator,
                "confidence": pair.confidence.value,
                "back": pair.confidence_back.value,
                "lift": pair.lift.value,
                "low": pair.lift.low,
                "high": pair.lift.high,
            }
            for pair in pairs
        ),
    )
