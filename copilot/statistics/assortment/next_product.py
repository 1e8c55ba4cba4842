"""Owns what customers buy after a given product: in their next order and later, against what others buy next."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.errors import UnknownName
from copilot.statistics.assortment.lines import Level, baskets, bought, things
from copilot.statistics.comparison import Counts, benjamini_hochberg, p_value, risk_ratio
from copilot.statistics.gaps import Histogram
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope

FEWEST: Final = 10  # customers whose next order held it, to call it reliable
FEWEST_SHOWN: Final = 3
FEWEST_CAME_BACK: Final = 10
SHOWN: Final = 8
Q_LIMIT: Final = 0.05


class Following(Result):
    """Something bought in the order after the product, which that order did not hold."""

    name: str
    share: Figure
    ever: Figure
    lift: Figure
    median_days: Figure
    q: float | None
    reliable: bool


class AfterProduct(Result):
    """What those who bought a product buy next. `came_back` of its buyers ordered again at all."""

    name: str
    level: Level
    buyers: Figure
    came_back: Figure
    following: tuple[Following, ...]
    tested: Figure
    table: ResultTable
    warnings: tuple[str, ...] = ()


def after_product(tables: Tables, scope: Scope, name: str, level: Level = "product") -> AfterProduct:
    """What customers buy after their first order with `name` (domain: 1.11, sequence level).

    Counted is the next order, and only what the order with the product did not hold. Lift compares with next orders
    after orders without the product, in which the same was new; corrected for all things tested (Benjamini-Hochberg).
    Raises UnknownName if no order holds the product.
    """
    receipts = Receipts(tables, scope, "after_product", {"name": name, "level": level})
    code = code_of(tables, scope, name, level)
    steps, fresh = transitions(tables, scope), fresh_things(tables, scope, level)
    held = bought(tables, scope, level)
    with_it = held.filter(held.code == code).select("basket")
    orders = baskets(tables, scope)
    owned = orders.filter(orders.customer_key.notnull()).semi_join(with_it, "basket")
    first = owned.group_by("customer_key").aggregate(place=owned.place.min())
    start = owned.join(first, ["customer_key", "place"]).select("customer_key", "basket", "place")
    buyers, back = _sizes(tables, start, steps)
    others = _number(tables, steps.anti_join(with_it, "basket"))
    frame = _counts(tables, fresh, start, with_it, code)
    tested = frame[frame["a"] >= FEWEST_SHOWN]
    counts = [Counts(float(row.a), back, float(row.b), others) for row in tested.itertuples()]
    q_values = benjamini_hochberg([p_value(each) for each in counts])
    names = _named(tables, scope, level, tested["code"].tolist()[:SHOWN])
    waits = _waits(tables, fresh, start, steps, list(names))
    ever = _ever(tables, scope, level, start, list(names))
    lines = [
        _line(receipts, (names[row.code], name), (each, q), waits.get(row.code), ever.get(row.code, 0))
        for row, each, q in zip(tested.head(SHOWN).itertuples(), counts[:SHOWN], q_values[:SHOWN], strict=True)
        if row.code in names
    ]
    lines.sort(key=lambda line: (not line.reliable, -(line.share.value or 0.0), line.name))
    return AfterProduct(
        name=name,
        level=level,
        buyers=receipts.figure("product_customers", buyers, label=f"Customers who bought {name}"),
        came_back=receipts.share("came_back_after", back, buyers, of="customers", label=f"Ordered again after {name}"),
        following=tuple(lines) if back >= FEWEST_CAME_BACK else (),
        tested=receipts.figure("tests", len(counts), label=f"Things compared after {name}"),
        table=_table(lines if back >= FEWEST_CAME_BACK else [], name),
        warnings=() if back >= FEWEST_CAME_BACK else ("Too few of its buyers ordered again to say what comes next.",),
    )


def code_of(tables: Tables, scope: Scope, name: str, level: Level) -> int:
    """The number of a product or category; UnknownName if no order that counts holds it."""
    known = things(tables, scope, level)
    frame = tables.frame(known.filter(known.name.strip().lower() == name.strip().lower()).order_by("name"))
    if frame.empty:
        raise UnknownName(level, name[:60], ())
    return int(frame["code"].iloc[0])


def transitions(tables: Tables, scope: Scope) -> ir.Table:
    """Every order that a customer followed by another, kept: basket, next (basket), wait in days."""
    return tables.kept(f"transitions-{scope.key()}", lambda: _transitions(tables, scope))


def _transitions(tables: Tables, scope: Scope) -> ir.Table:
    orders = baskets(tables, scope)
    known = orders.filter(orders.customer_key.notnull())
    later = known.select("customer_key", next="basket", until="day", place=known.place - 1)
    joined = known.select("customer_key", "basket", "day", place=known.place.cast("int64")).join(
        later.mutate(place=later.place.cast("int64")), ["customer_key", "place"]
    )
    return joined.select(
        "customer_key", "basket", "next", wait=joined.until.delta(joined.day, unit="day").cast("int64")
    )


def fresh_things(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    """What a customer's next order held and this one did not, kept: basket (this one), code."""
    return tables.kept(f"fresh-{level}-{scope.key()}", lambda: _fresh(tables, scope, level))


def _fresh(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    held = bought(tables, scope, level)
    steps = transitions(tables, scope)
    after = steps.select("basket", "next").join(held.select(next="basket", code="code"), "next")
    return after.select("basket", "code").anti_join(held, ["basket", "code"])


def _sizes(tables: Tables, start: ir.Table, steps: ir.Table) -> tuple[int, int]:
    return _number(tables, start), _number(tables, steps.semi_join(start, "basket"))


def _number(tables: Tables, rows: ir.Table) -> int:
    return int(tables.frame(rows.aggregate(n=rows.count()))["n"].iloc[0])


def _counts(tables: Tables, fresh: ir.Table, start: ir.Table, with_it: ir.Table, code: int) -> pd.DataFrame:
    """code, a (customers whose next order held it after the product), b (next orders after orders without the product),
    most frequent first."""
    ours = fresh.semi_join(start, "basket").group_by("code").aggregate(a=ibis._.count())
    theirs = fresh.anti_join(with_it, "basket").group_by("code").aggregate(b=ibis._.count())
    joined = ours.left_join(theirs, "code")
    joined = joined.select("code", "a", b=joined.b.fill_null(0))
    return tables.frame(joined.filter(joined.code != code).order_by([joined.a.desc(), joined.b, joined.code]))


def _named(tables: Tables, scope: Scope, level: Level, codes: list[int]) -> dict[int, str]:
    if not codes:
        return {}
    known = things(tables, scope, level)
    frame = tables.frame(known.filter(known.code.isin(codes)).select("code", "name"))
    names = {int(row.code): str(row.name) for row in frame.itertuples(index=False)}
    return {code: names[code] for code in codes}


def _waits(tables: Tables, fresh: ir.Table, start: ir.Table, steps: ir.Table, codes: list[int]) -> dict[int, Histogram]:
    """Days to the next order, by what it held."""
    if not codes:
        return {}
    rows = fresh.filter(fresh.code.isin(codes)).semi_join(start, "basket").join(steps, "basket")
    frame = tables.frame(rows.group_by("code", "wait").aggregate(n=rows.count()).order_by(["code", "wait"]))
    return {
        int(code): Histogram(part["wait"].to_numpy(dtype=np.int64), part["n"].to_numpy(dtype=np.int64))
        for code, part in frame.groupby("code")
    }


def _ever(tables: Tables, scope: Scope, level: Level, start: ir.Table, codes: list[int]) -> dict[int, int]:
    """Customers with it in any order after the product, not in the order of the product."""
    if not codes:
        return {}
    held = bought(tables, scope, level)
    held = held.filter(held.code.isin(codes))
    began = start.select("customer_key", "basket", begun="place")
    orders = baskets(tables, scope)
    joined = orders.select("customer_key", later="basket", place="place").join(
        began.select("customer_key", "basket", "begun"), "customer_key"
    )
    after = joined.filter(joined.place > joined.begun).select("basket", "later", "customer_key")
    bought_later = after.join(held.select(later="basket", code="code"), "later").select(
        "customer_key", "basket", "code"
    )
    new = bought_later.anti_join(held, ["basket", "code"])
    frame = tables.frame(new.group_by("code").aggregate(n=new.customer_key.nunique()))
    return {int(row.code): int(row.n) for row in frame.itertuples(index=False)}


def _line(
    receipts: Receipts, names: tuple[str, str], tested: tuple[Counts, float], waits: Histogram | None, ever: int
) -> Following:
    (name, product), (counts, q) = names, tested
    ratio = risk_ratio(counts) if counts.m else None
    days = waits or Histogram(np.array([], dtype=np.int64), np.array([], dtype=np.int64))
    return Following(
        name=name,
        share=receipts.share("after_share", counts.a, counts.n, of="customers", label=f"{name} next after {product}"),
        ever=receipts.share(
            "after_ever_share", ever, counts.n, of="customers", label=f"{name} in any order after {product}"
        ),
        lift=receipts.figure(
            "after_lift", ratio.value if ratio else None, n=int(counts.n + counts.m),
            label=f"{name} after {product}: times as often as after other orders",
            interval_of=((ratio.low, ratio.high) if ratio else None, "log risk ratio 95 %"),
        ),
        median_days=receipts.figure(
            "after_days", days.quantile(0.5), n=days.n, of="customers", label=f"Days from {product} to {name}",
            interval_of=(days.quantile_interval(0.5), "order statistics 95 %"),
        ),
        q=q,
        reliable=q <= Q_LIMIT and counts.a >= FEWEST and ratio is not None and ratio.low > 1,
    )  # fmt: skip


def _table(lines: list[Following], name: str) -> ResultTable:
    return ResultTable(
        title=f"Bought after {name}",
        columns=(
            Column(key="name", label="next"),
            Column(key="share", label="in the next order", unit="share"),
            Column(key="ever", label="in any later order", unit="share"),
            Column(key="lift", label="times as often as after other orders", unit="ratio"),
            Column(key="days", label="median days", unit="days"),
            Column(key="reliable", label="reliable"),
        ),
        rows=tuple(
            {
                "name": line.name,
                "share": line.share.value,
                "ever": line.ever.value,
                "lift": line.lift.value,
                "days": line.median_days.value,
                "reliable": "yes" if line.reliable else "",
            }
            for line in lines
        ),
        note="shares of customers who ordered again",
    )
