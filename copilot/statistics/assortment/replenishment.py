"""Owns reorder cycles: after how many days customers buy the same product again, how many do, and who is due."""

from __future__ import annotations

from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.assortment.lines import PLURAL, Level, baskets, bought, no_lines, things
from copilot.statistics.assortment.next_product import code_of
from copilot.statistics.gaps import Histogram, kaplan_meier
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope

FEWEST: Final = 10  # gaps before a cycle is named
STEADY: Final = 30  # gaps before it is called steady
SHOWN: Final = 12
YEAR: Final = 365


class Cycle(Result):
    """One product's reorder cycle. `all_days` allows for buyers who are still waiting; None if half never rebuy."""

    name: str
    days: Figure
    quarter: Figure
    three_quarters: Figure
    again: Figure
    all_days: Figure | None
    within_year: Figure | None
    due: Figure


class Replenishment(Result):
    """Products (or categories) that are bought again, those with most repeat purchases first."""

    level: Level
    name: str | None  # the one asked for
    cycles: tuple[Cycle, ...]
    table: ResultTable
    warnings: tuple[str, ...] = ()


def replenishment(tables: Tables, scope: Scope, level: Level = "product", name: str | None = None) -> Replenishment:
    """Days between two purchases of the same product by the same customer (domain: 4.5 replenishment).

    Two purchases on one day are one. Observed gaps are those of people who did buy again, so they are short; the
    Kaplan-Meier figures allow for those still waiting. Ten gaps are needed to name a cycle.
    """
    receipts = Receipts(tables, scope, "replenishment", {"level": level, "name": name})
    rows = purchases(tables, scope, level)
    wanted = [code_of(tables, scope, name, level)] if name else _commonest(tables, rows)
    if not wanted:
        return Replenishment(level=level, name=name, cycles=(), table=_table([], level), warnings=(no_lines(level),))
    known = things(tables, scope, level)
    labels = tables.frame(known.filter(known.code.isin(wanted)).select("code", "name")).set_index("code")["name"]
    chosen = rows.filter(rows.code.isin(wanted))
    gaps = tables.frame(
        chosen.filter(chosen.gap.notnull())
        .group_by("code", "gap")
        .aggregate(n=ibis._.count())
        .order_by(["code", "gap"])
    )
    waits = _waits(tables, chosen, receipts.as_of)
    people = tables.frame(_people(chosen)).set_index("code")
    cycles: list[Cycle] = []
    for code in wanted:
        part = gaps[gaps["code"] == code]
        seen = Histogram(part["gap"].to_numpy(dtype=np.int64), part["n"].to_numpy(dtype=np.int64))
        if seen.n < FEWEST:
            continue
        due = _due(tables, chosen.filter(chosen.code == code), seen, receipts.as_of)
        cycles.append(_cycle(receipts, str(labels[code]), seen, (people.loc[code], waits[waits["code"] == code]), due))
    return Replenishment(
        level=level,
        name=name,
        cycles=tuple(cycles),
        table=_table(cycles, level),
        warnings=() if cycles else (_few(level, name),),
    )


def purchases(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    """One row a customer, product and day, kept: customer_key, code, day, turn (0 = first), gap to the purchase before
    in days (null for the first), last (whether it is the latest)."""
    return tables.kept(f"purchases-{level}-{scope.key()}", lambda: _purchases(tables, scope, level))


def _purchases(tables: Tables, scope: Scope, level: Level) -> ir.Table:
    orders = baskets(tables, scope)
    orders = orders.filter(orders.customer_key.notnull()).select("basket", "customer_key", "day")
    days = bought(tables, scope, level).join(orders, "basket").select("customer_key", "code", "day").distinct()
    by_day = ibis.window(group_by=[days.customer_key, days.code], order_by=days.day)
    whole = ibis.window(group_by=[days.customer_key, days.code])
    marked = days.mutate(
        turn=ibis.row_number().over(by_day), before=days.day.lag().over(by_day), latest=days.day.max().over(whole)
    )
    return marked.select(
        "customer_key", "code", "day", "turn",
        gap=marked.day.delta(marked.before, unit="day").cast("int64"),
        last=marked.day == marked.latest,
    )  # fmt: skip


def _commonest(tables: Tables, rows: ir.Table) -> list[int]:
    each = rows.group_by("code").aggregate(gaps=rows.gap.count())
    each = each.filter(each.gaps >= FEWEST)
    return [int(code) for code in tables.frame(each.order_by([each.gaps.desc(), each.code]).limit(SHOWN))["code"]]


def _people(rows: ir.Table) -> ir.Table:
    """Buyers, and those who bought it again, by product."""
    return rows.group_by("code").aggregate(
        buyers=(rows.turn == 0).sum().cast("float64"), again=(rows.turn == 1).sum().cast("float64")
    )


def _waits(tables: Tables, rows: ir.Table, as_of: date | None) -> pd.DataFrame:
    """Waits after the first purchase as counts: code, days, came (bought again, or still open), waits."""
    came = rows.filter(rows.turn == 1).select("code", days="gap", came=ibis.literal(True))
    single = rows.filter(rows.turn == 0, rows["last"])
    open_days = ibis.date((as_of or date(1970, 1, 1)).isoformat()).delta(single.day, unit="day").cast("int64")
    both = came.union(single.select("code", days=open_days, came=ibis.literal(False)))
    counted = both.group_by("code", "days", "came").aggregate(waits=both.count())
    return tables.frame(counted.order_by(["code", "days", "came"])).astype({"came": bool})


def _due(tables: Tables, rows: ir.Table, seen: Histogram, as_of: date | None) -> int:
    """Customers with two or more purchases whose last one is as long ago as most gaps are."""
    if as_of is None:
        return 0
    latest = rows.filter(rows["last"], rows.turn >= 1)
    since = ibis.date(as_of.isoformat()).delta(latest.day, unit="day")
    due = latest.filter(since >= seen.quantile(0.25), since <= seen.quantile(0.9))
    return int(tables.frame(due.aggregate(n=due.count()))["n"].iloc[0])


def _cycle(
    receipts: Receipts, name: str, seen: Histogram, people: tuple[pd.Series[float], pd.DataFrame], due: int
) -> Cycle:
    counts, waits = people
    curve = kaplan_meier(waits)
    half = np.flatnonzero(curve.survival <= 0.5)
    year = curve.by(YEAR)

    def quantile(q: float, words: str) -> Figure:
        return receipts.figure(
            "reorder_days", seen.quantile(q), n=seen.n, of="repeat purchases",
            label=f"Days between purchases of {name}, {words}",
            definition="Days between two purchases of it by the same customer, of those who bought it again: " + words,
            interval_of=(seen.quantile_interval(q), "order statistics 95 %"),
        )  # fmt: skip

    return Cycle(
        name=name,
        days=quantile(0.5, "median"),
        quarter=quantile(0.25, "lower quartile"),
        three_quarters=quantile(0.75, "upper quartile"),
        again=receipts.share(
            "product_repeat", float(counts["again"]), float(counts["buyers"]), of="customers",
            label=f"Buyers of {name} who bought it again",
        ),
        all_days=receipts.figure(
            "reorder_days_all", float(curve.days[half[0]]), n=curve.waits, label=f"Days until half rebuy {name}"
        ) if len(half) else None,
        within_year=receipts.figure(
            "reorder_by", year[0], n=curve.waits, label=f"Bought {name} again within a year",
            interval_of=(year[1], "Kaplan-Meier 95 %"), warnings=(),
        ) if year is not None else None,
        due=receipts.figure("reorder_due", due, label=f"Customers due for {name}"),
    )  # fmt: skip


def _few(level: Level, name: str | None) -> str:
    if name:
        return f"Too few people have bought {name} twice to name a cycle."
    return f"Too few {PLURAL[level]} have been bought twice by the same people to name a cycle."


def _table(cycles: list[Cycle], level: Level) -> ResultTable:
    return ResultTable(
        title="Reorder cycles",
        columns=(
            Column(key="name", label=level),
            Column(key="days", label="median days to the next", unit="days"),
            Column(key="from", label="a quarter by", unit="days"),
            Column(key="to", label="three quarters by", unit="days"),
            Column(key="again", label="bought it again", unit="share"),
            Column(key="n", label="repeat purchases", unit="count"),
            Column(key="due", label="due now", unit="count"),
        ),
        rows=tuple(
            {
                "name": cycle.name,
                "days": cycle.days.value,
                "from": cycle.quarter.value,
                "to": cycle.three_quarters.value,
                "again": cycle.again.value,
                "n": cycle.days.n,
                "due": cycle.due.value,
            }
            for cycle in cycles
        ),
        note=f"a cycle of fewer than {STEADY} repeat purchases is unsteady",
    )
