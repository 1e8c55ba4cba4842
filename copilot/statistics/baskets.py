"""Owns basket pairs: products bought in one order more often than chance would have it."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.comparison import Counts, risk_ratio
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, valid_orders
from copilot.statistics.split import product_lines

TOGETHER = 10  # orders with both, at least
FEW_TOGETHER = 5  # enough where Fisher's exact test is used
MANY_ORDERS = 2000  # from here on ten orders with both are asked for in any case
SHOWN = 15
MOST_LOOKED_AT = 200
SIGNIFICANT = 0.05  # largest q

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
    lift: Figure
    q: float


class BasketPairs(Result):
    """Pairs bought together more often than chance, those with most orders beyond chance first; may be empty."""

    pairs: tuple[BasketPair, ...]
    tested: Figure
    table: ResultTable
    warnings: tuple[str, ...] = ()


def basket_pairs(tables: Tables, scope: Scope) -> BasketPairs:
    """Pairs of products in one order: support, confidence and lift, corrected for the number of pairs tested.

    A pair needs ten orders with both (five where the exact test applies), q <= 0.05 (Benjamini-Hochberg) and a
    lift whose interval lies above 1. The interval of the lift follows from that of the risk ratio:
    lift = RR / (p RR + 1 - p) with p the share of orders with the first product.
    """
    receipts = Receipts(tables, scope, "basket_pairs")
    leading = tables.frame(
        tables.kept(f"pairs-{scope.key()}", lambda: ibis.memtable(_leading(tables, scope), schema=_LEADING)).order_by(
            "place"
        )
    )
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
    return BasketPairs(
        pairs=shown,
        tested=receipts.figure("tests", tested, label="Pairs tested"),
        table=_table(shown),
        warnings=() if shown else ("No two products are reliably bought together.",),
    )


def _leading(tables: Tables, scope: Scope) -> pd.DataFrame:
    """The pairs that may be shown, best first, each row with `tested` and `total`; one empty row if there are none."""
    held = _held(tables, scope)
    total = int(tables.frame(held.aggregate(n=held.order_id.nunique()))["n"].iloc[0])
    frame = _counted(tables, scope, TOGETHER if total >= MANY_ORDERS else FEW_TOGETHER)
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


def _counted(tables: Tables, scope: Scope, least: int) -> pd.DataFrame:
    """Pairs in at least `least` common orders: first, second (names), n_first, n_second, both.

    Products and orders are numbered before the join: joining and grouping texts takes ten times as long.
    """
    held = _held(tables, scope)
    each = held.group_by("name").aggregate(orders=held.count())
    often = each.filter(each.orders >= FEW_TOGETHER)
    often = tables.kept(
        f"paired-{scope.key()}", lambda: often.mutate(code=ibis.row_number().over(order_by=often.name).cast("int32"))
    )
    coded = held.join(often.select("name", "code"), "name").select(
        "code", basket=ibis.dense_rank().over(order_by=held.order_id).cast("int32")
    )
    coded = tables.kept(f"baskets-{scope.key()}", lambda: coded)
    left = coded.select("basket", first="code")
    right = coded.select("basket", second="code")
    pairs = left.join(right, ["basket", left.first < right.second])
    counted = pairs.group_by("first", "second").aggregate(both=pairs.count())
    frame = tables.frame(counted.filter(counted.both >= least).order_by(["first", "second"]))
    known = tables.frame(often).set_index("code")
    return pd.DataFrame(
        {
            "first": known["name"].reindex(frame["first"]).to_numpy(),
            "second": known["name"].reindex(frame["second"]).to_numpy(),
            "n_first": known["orders"].reindex(frame["first"]).to_numpy(),
            "n_second": known["orders"].reindex(frame["second"]).to_numpy(),
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


def _held(tables: Tables, scope: Scope) -> ir.Table:
    orders = valid_orders(tables, scope)
    return product_lines(tables).semi_join(orders, "order_id").select("order_id", "name").distinct()


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
            Column(key="lift", label="times chance", unit="ratio"),
        ),
        rows=tuple(
            {
                "first": pair.first,
                "second": pair.second,
                "orders": pair.support.numerator,
                "confidence": pair.confidence.value,
                "lift": pair.lift.value,
            }
            for pair in pairs
        ),
    )
