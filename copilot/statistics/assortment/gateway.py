"""Owns gateway products: after which first purchase customers come back, and what they are worth after half a year."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.assortment.lines import Level, baskets, bought, no_lines, things
from copilot.statistics.comparison import Counts, benjamini_hochberg, p_value, risk_ratio
from copilot.statistics.conduct.strata import StratifiedRatio, more_per_side, stratified_ratio
from copilot.statistics.intervals import bootstrap
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope, documents

HORIZONS: Final = (30, 60, 90, 180, 365)
LTV_DAYS: Final = 180
FEWEST: Final = 30  # customers who began with it before it is tested
FEWEST_RATE: Final = 10
SHOWN: Final = 10
Q_LIMIT: Final = 0.05
PRACTICAL: Final = (0.9, 1.1)


class Gateway(Result):
    """A first product (or category): how many of its beginners came back within N days, against everybody else."""

    name: str
    repeat_rate: Figure
    rest: Figure
    ratio: Figure
    within_month: Figure | None  # the ratio within the same first month (Mantel-Haenszel), where the crude one is clear
    value: Figure  # net sales per customer in the first 180 days, those who have had them
    q: float | None
    reliable: bool
    more_needed: Figure | None


class Gateways(Result):
    """First products by how many came back after them; `better` and `worse` hold up after correction."""

    level: Level
    days: int
    average: Figure
    lines: tuple[Gateway, ...]
    better: tuple[Gateway, ...]
    worse: tuple[Gateway, ...]
    tested: Figure
    table: ResultTable
    chart: Chart | None
    warnings: tuple[str, ...] = ()


def gateway_products(tables: Tables, scope: Scope, level: Level = "product") -> Gateways:
    """Repeat rate and value by first product (domain: 1.11 first-product LTV, 1.3 repeat_rate_N).

    Only customers whose first order is at least N days old count; N covers 80 % of the shop's gaps between orders, if
    half of the customers are that old. Each product with thirty or more beginners is tested against all other
    customers (Benjamini-Hochberg, q <= 0.05); a reliable one also differs by a tenth, its interval excludes 1, also
    within the same first month, since a product of one season brings the people of that season.
    """
    scope = scope.ever()
    receipts = Receipts(tables, scope, "gateway_products", {"level": level})
    days = repeat_horizon(tables, scope)
    frame, whole = _counted(tables, scope, level, days)
    counts = {
        str(row.name): Counts(row.again, row.n, whole.a - row.again, whole.n - row.n)
        for row in frame[frame["n"] >= FEWEST_RATE].itertuples(index=False)
    }
    tested = {name: each for name, each in counts.items() if each.n >= FEWEST and each.m >= FEWEST}
    q_values = dict(zip(tested, benjamini_hochberg([p_value(each) for each in tested.values()]), strict=True))
    reliable = {name for name, q in q_values.items() if q <= Q_LIMIT and _sizeable(tested[name])}
    within = _within_month(tables, scope, level, days, reliable)
    reliable = {name for name in reliable if _holds(tested[name], within.get(name))}
    shown = list(dict.fromkeys([*list(counts)[:SHOWN], *sorted(reliable)]))
    values = _values(tables, scope, level, shown)
    lines = [
        _line(
            receipts,
            name,
            _Found(counts[name], q_values.get(name), name in reliable, within.get(name)),
            days,
            values.get(name),
        )
        for name in shown
    ]
    lines.sort(key=lambda line: (not line.reliable, -(line.repeat_rate.value or 0.0), line.name))
    return Gateways(
        level=level,
        days=days,
        average=receipts.share(
            "repeat_rate_n", whole.a, whole.n, of="customers", name=f"repeat_rate_{days}",
            label=f"Ordered again within {days} days, all customers",
        ),
        lines=tuple(lines[:SHOWN]),
        better=tuple(line for line in lines if line.reliable and (line.ratio.value or 0) > 1),
        worse=tuple(line for line in lines if line.reliable and (line.ratio.value or 0) < 1),
        tested=receipts.figure("tests", len(tested), label="First purchases compared"),
        table=_table(lines[: 2 * SHOWN], level, days, receipts.currency),
        chart=_chart(lines[:SHOWN], days) if lines else None,
        warnings=() if lines else (_nothing(tables, scope, level),),
    )  # fmt: skip


def repeat_horizon(tables: Tables, scope: Scope) -> int:
    """The shortest of 30, 60, 90, 180, 365 days that covers 80 % of the shop's gaps and that half of the customers
    have had since their first order."""
    as_of = scope.as_of(tables.facts)
    wanted = thresholds(tables, scope).g80
    first = _first_orders(tables, scope)
    age = ibis.date((as_of or date(1970, 1, 1)).isoformat()).delta(first.day, unit="day")
    half = float(tables.frame(first.aggregate(age=age.cast("float64").median().fill_null(0)))["age"].iloc[0])
    fitting = [days for days in HORIZONS if days <= half]
    longer = [days for days in fitting if days >= wanted]
    return longer[0] if longer else (fitting[-1] if fitting else HORIZONS[0])


def _first_orders(tables: Tables, scope: Scope) -> ir.Table:
    orders = baskets(tables, scope)
    return orders.filter(orders.place == 0).select("basket", "customer_key", "day")


def beginners(tables: Tables, scope: Scope) -> ir.Table:
    """One row a customer, kept: customer_key, basket and day of the first order, wait to the second order in days (null
    without one), value (net sales of the first 180 days)."""
    return tables.kept(f"beginners-{LTV_DAYS}-{scope.key()}", lambda: _beginners(tables, scope))


def _beginners(tables: Tables, scope: Scope) -> ir.Table:
    orders = baskets(tables, scope)
    first = _first_orders(tables, scope)
    second = orders.filter(orders.place == 1).select("customer_key", second="day")
    counted = documents(tables, scope)
    counted = counted.filter(counted.valid | (counted.kind == "return"), counted.customer_key.notnull())
    booked = counted.select("customer_key", booked=counted.day, net=counted.net.cast("float64"))
    money = booked.join(first, "customer_key")
    money = money.filter(money.booked.delta(money.day, unit="day") <= LTV_DAYS)
    value = money.group_by("customer_key").aggregate(value=money.net.sum())
    joined = first.left_join(second, "customer_key").drop("customer_key_right")
    joined = joined.left_join(value, "customer_key").drop("customer_key_right")
    return joined.select(
        "customer_key", "basket", "day",
        wait=joined.second.delta(joined.day, unit="day").cast("int64"),
        value=joined.value.fill_null(0.0),
    )  # fmt: skip


def _counted(tables: Tables, scope: Scope, level: Level, days: int) -> tuple[pd.DataFrame, Counts]:
    """name, n, again of first products of mature customers, commonest first; and the same of everybody (as a, n)."""
    as_of = scope.as_of(tables.facts)
    if as_of is None:
        return pd.DataFrame({"name": [], "n": [], "again": []}), Counts(0, 0, 0, 0)
    people = beginners(tables, scope)
    people = people.filter(people.day <= as_of - timedelta(days=days))
    people = people.mutate(again=(people.wait <= days).fill_null(False))
    row = tables.frame(people.aggregate(n=people.count(), again=people.again.sum().fill_null(0))).iloc[0]
    joined = people.select("basket", "again").join(bought(tables, scope, level), "basket")
    each = joined.group_by("code").aggregate(n=joined.count(), again=joined.again.sum())
    each = each.filter(each.n >= FEWEST_RATE).join(things(tables, scope, level).select("name", "code"), "code")
    frame = tables.frame(each.order_by([each.n.desc(), each.name]).select("name", "n", "again"))
    return frame.astype({"n": float, "again": float}), Counts(float(row["again"]), float(row["n"]), 0, 0)


def _values(tables: Tables, scope: Scope, level: Level, names: Iterable[str]) -> dict[str, np.ndarray]:
    """Net sales of the first 180 days of the mature beginners with each of these products."""
    as_of, wanted = scope.as_of(tables.facts), list(names)
    if as_of is None or not wanted:
        return {}
    people = beginners(tables, scope)
    people = people.filter(people.day <= as_of - timedelta(days=LTV_DAYS))
    known = things(tables, scope, level)
    chosen = bought(tables, scope, level).join(known.filter(known.name.isin(wanted)).select("name", "code"), "code")
    frame = tables.frame(people.join(chosen, "basket").select("name", "value"))
    return {str(name): np.sort(part.to_numpy(dtype=float)) for name, part in frame.groupby("name")["value"]}


@dataclass(frozen=True)
class _Found:
    counts: Counts
    q: float | None
    reliable: bool
    within: StratifiedRatio | None


def _within_month(
    tables: Tables, scope: Scope, level: Level, days: int, names: Iterable[str]
) -> dict[str, StratifiedRatio]:
    """The ratio of each name within months of the first order."""
    as_of, wanted = scope.as_of(tables.facts), sorted(names)
    if as_of is None or not wanted:
        return {}
    people = beginners(tables, scope)
    people = people.filter(people.day <= as_of - timedelta(days=days))
    people = people.select("basket", month=people.day.strftime("%Y-%m"), again=(people.wait <= days).fill_null(False))
    whole = tables.frame(people.group_by("month").aggregate(n=people.count(), again=people.again.sum()))
    known = things(tables, scope, level)
    chosen = bought(tables, scope, level).join(known.filter(known.name.isin(wanted)).select("name", "code"), "code")
    joined = people.join(chosen, "basket")
    frame = tables.frame(joined.group_by("name", "month").aggregate(n=joined.count(), again=joined.again.sum()))
    found: dict[str, StratifiedRatio] = {}
    for name, part in frame.groupby("name"):
        inside = part.set_index("month")[["n", "again"]]
        outside = whole.set_index("month")[["n", "again"]].sub(inside, fill_value=0)
        both = pd.concat([inside.assign(inside=True), outside.assign(inside=False)]).reset_index()
        ratio = stratified_ratio(both)
        if ratio is not None:
            found[str(name)] = ratio
    return found


def _holds(counts: Counts, within: StratifiedRatio | None) -> bool:
    """True if the ratio within months clearly points the same way."""
    if within is None:
        return False
    return within.low > 1 if risk_ratio(counts).value > 1 else within.high < 1


def _sizeable(counts: Counts) -> bool:
    ratio = risk_ratio(counts)
    return not PRACTICAL[0] < ratio.value < PRACTICAL[1] and not ratio.low <= 1 <= ratio.high


def _line(receipts: Receipts, name: str, found: _Found, days: int, values: np.ndarray | None) -> Gateway:
    counts, q, reliable = found.counts, found.q, found.reliable
    words = f"Ordered again within {days} days"
    ratio = risk_ratio(counts) if counts.m else None
    more = None if reliable or not counts.m else more_per_side(counts)
    drawn = values if values is not None else np.array([])
    return Gateway(
        name=name,
        repeat_rate=receipts.share(
            "gateway_rate", counts.a, counts.n, of="customers", label=f"{words}, began with {name}"
        ),
        rest=receipts.share("gateway_rate", counts.b, counts.m, of="customers", label=f"{words}, began without {name}"),
        ratio=receipts.figure(
            "gateway_ratio", ratio.value if ratio else None, n=int(counts.n + counts.m),
            label=f"Times as likely to come back: began with {name}",
            interval_of=((ratio.low, ratio.high) if ratio else None, "log risk ratio 95 %"),
        ),
        within_month=receipts.figure(
            "repeat_ratio_within_month", found.within.value, n=int(counts.n + counts.m),
            label=f"Times as likely to come back within the same first month: began with {name}",
            interval_of=((found.within.low, found.within.high), "Mantel-Haenszel 95 %"),
        ) if found.within else None,
        value=receipts.figure(
            "first_product_value", float(drawn.mean()) if len(drawn) >= FEWEST_RATE else None, n=len(drawn),
            label=f"Net sales in 180 days, began with {name}", of="customers",
            interval_of=(bootstrap(drawn, lambda part: float(part.mean())) if len(drawn) >= FEWEST_RATE else None,
                         "bootstrap 95 %"),
        ),
        q=q,
        reliable=reliable,
        more_needed=receipts.figure("more_to_tell", more, label=f"Further customers needed to tell, {name}")
        if more
        else None,
    )  # fmt: skip


def _nothing(tables: Tables, scope: Scope, level: Level) -> str:
    known = things(tables, scope, level)
    if int(tables.frame(known.aggregate(n=known.count()))["n"].iloc[0]):
        return "No first purchase is shared by enough customers who have had the time to come back."
    return no_lines(level)


def _table(lines: list[Gateway], level: Level, days: int, currency: str | None) -> ResultTable:
    return ResultTable(
        title=f"Who comes back, by first {level}",
        columns=(
            Column(key="name", label=f"first {level}"),
            Column(key="n", label="customers", unit="count"),
            Column(key="rate", label=f"came back within {days} days", unit="share"),
            Column(key="low", label="plausibly from", unit="share"),
            Column(key="high", label="to", unit="share"),
            Column(key="value", label=f"net sales in {LTV_DAYS} days", unit="money"),
            Column(key="reliable", label="against the rest"),
        ),
        rows=tuple(
            {
                "name": line.name,
                "n": line.repeat_rate.denominator,
                "rate": line.repeat_rate.value,
                "low": line.repeat_rate.low,
                "high": line.repeat_rate.high,
                "value": line.value.value,
                "reliable": ("better" if (line.ratio.value or 0) > 1 else "worse")
                if line.reliable
                else "no difference",
            }
            for line in lines
        ),
        note="an order of several products counts for each of them",
        currency=currency,
    )


def _chart(lines: list[Gateway], days: int) -> Chart:
    return Chart(
        kind="interval",
        title=f"Came back within {days} days, by first purchase",
        x=tuple(line.name for line in lines),
        series={"came back": tuple(line.repeat_rate.value for line in lines)},
        low={"came back": tuple(line.repeat_rate.low for line in lines)},
        high={"came back": tuple(line.repeat_rate.high for line in lines)},
        unit="share",
    )
