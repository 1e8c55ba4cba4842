"""Owns basket pairs: products bought in one order more often than chance would have it."""

from __future__ import annotations

import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.comparison import Counts, benjamini_hochberg, p_value, risk_ratio
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, valid_orders
from copilot.statistics.split import product_lines

TOGETHER = 10  # orders with both, at least
FEW_TOGETHER = 5  # enough where Fisher's exact test is used
SHOWN = 15
SIGNIFICANT = 0.05  # largest q


class BasketPair(Result):
    """Two products in one order, in the direction of the higher confidence."""

    first: str
    second: str
    support: Figure
    confidence: Figure
    lift: Figure
    q: float


class BasketPairs(Result):
    """Pairs bought together more often than chance, by lift; empty is a valid result."""

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
    held = _held(tables, scope)
    total = int(tables.frame(held.aggregate(n=held.order_id.nunique()))["n"].iloc[0])
    each = held.group_by("name").aggregate(orders=held.count())
    often = each.filter(each.orders >= FEW_TOGETHER)
    left = held.join(often, "name").select("order_id", first="name", n_first="orders")
    right = held.join(often, "name").select("order_id", second="name", n_second="orders")
    pairs = left.join(right, ["order_id", left.first < right.second])
    counted = pairs.group_by("first", "second", "n_first", "n_second").aggregate(both=pairs.count())
    counted = counted.filter(counted.both >= FEW_TOGETHER)
    frame = tables.frame(counted.order_by(["first", "second"]))
    tested: list[tuple[str, str, int, int, int]] = []
    for row in frame.itertuples():
        (one, n_one), (two, n_two) = sorted(
            [(row.first, int(row.n_first)), (row.second, int(row.n_second))], key=lambda side: (side[1], side[0])
        )
        if row.both >= TOGETHER or n_one * n_two / total < FEW_TOGETHER:
            tested.append((str(one), str(two), n_one, n_two, int(row.both)))
    p_values = [p_value(Counts(both, n_one, n_two - both, total - n_one)) for _, _, n_one, n_two, both in tested]
    significant = [(pair, q) for pair, q in zip(tested, benjamini_hochberg(p_values), strict=True) if q <= SIGNIFICANT]
    significant.sort(key=lambda item: (-item[0][4] / (item[0][2] * item[0][3]), item[0][0], item[0][1]))  # by lift
    found: list[BasketPair] = []
    for pair, q in significant:
        made = _pair(receipts, pair, total, q)
        if (made.lift.low or 0.0) > 1:
            found.append(made)
        if len(found) == SHOWN:  # figures are made only for what is shown
            break
    shown = tuple(found)
    return BasketPairs(
        pairs=shown,
        tested=receipts.figure("tests", len(tested), label="Pairs tested"),
        table=_table(shown),
        warnings=() if shown else ("No two products are reliably bought together.",),
    )


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
