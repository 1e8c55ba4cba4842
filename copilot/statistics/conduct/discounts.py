"""Owns discounts: how far the shop depends on them, what they cost, and who might have bought anyway."""

from __future__ import annotations

import itertools
from datetime import date, timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer
from copilot.statistics.comparison import Counts
from copilot.statistics.conduct.groups import DEAL_USUAL, conduct_table, store
from copilot.statistics.conduct.strata import StratifiedRatio, difference_figure, stratified_ratio
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope, valid_orders

HORIZONS: Final = (30, 60, 90, 180, 365)
BANDS: Final = (0.05, 0.10, 0.15, 0.20, 0.30, 0.50)  # upper borders of discount depth, then "more"
CODES: Final = 12
FEWEST: Final = 10  # orders a code needs to be shown with a rate


class WouldHaveBought(Result):
    """How many discounted repeat orders might have come without the discount: a range, observed and not proven.

    `low`: placed by customers whose orders until then were all at full price and who were not late by the shop's
    rhythm. `high`: placed by customers who have also bought at full price, before or after.
    """

    repeat_discounted: Figure
    low: Figure
    high: Figure
    given_low: Figure  # discount on those orders
    given_high: Figure
    rhythm_days: Figure
    also_full_price: Figure  # customers with a discounted order who also bought at full price


class DiscountFirst(Result):
    """Do customers who begin with a discount come back less often?"""

    days: int
    discounted: Figure
    full_price: Figure
    difference: Figure
    within_month: Figure | None  # risk ratio within the same first month (Mantel-Haenszel)
    reliable: bool
    more_needed: Figure | None


class Discounts(Result):
    """Dependency on discounts, their cost and depth, by code, and what would have been bought anyway."""

    orders_share: Figure
    repeat_orders_share: Figure
    full_price_share: Figure
    deal_seekers: Figure | None  # None where most orders are discounted: then nobody stands out
    given_away: Figure
    discount_rate: Figure
    depth_median: Figure
    depth: ResultTable
    depth_chart: Chart
    codes: ResultTable | None
    anyway: WouldHaveBought
    first: DiscountFirst | None
    warnings: tuple[str, ...] = ()


def discounts(tables: Tables, scope: Scope) -> Discounts:
    """Discount dependency (domain: 1.10), money given away, depth, codes, and the honest range of "anyway".

    Raises CannotAnswer if the files do not say which orders were discounted.
    """
    receipts = Receipts(tables, scope, "discounts")
    orders = discount_orders(tables, scope)
    row = _totals(tables, orders)
    if not row["known"]:
        raise CannotAnswer(
            "The order files do not say which orders were discounted, so nothing about discounts can be computed.",
            "Export orders with their discount amount or discount code (Shopify: Discount Code, Discount Amount).",
            code="no_discounts",
        )
    known, discounted = row["known"], row["discounted"]
    gross = row["gross"]
    return Discounts(
        orders_share=receipts.share("discounted_order_share", discounted, known, of="orders"),
        repeat_orders_share=receipts.share(
            "discounted_repeat_share", row["repeat_discounted"], row["repeat_known"], of="orders"
        ),
        full_price_share=receipts.share("full_price_ratio", known - discounted, known, of="orders"),
        deal_seekers=_deal_seekers(tables, receipts),
        given_away=receipts.figure("discounts", row["given"], n=int(discounted), of="orders", warnings=()),
        discount_rate=receipts.figure(
            "discount_rate", row["given"] / gross if gross > 0 else None, numerator=row["given"], denominator=gross,
            n=int(known),
        ),
        depth_median=receipts.figure("discount_depth", row["depth"], n=int(discounted), of="orders"),
        **_depths(tables, orders),
        codes=_codes(tables, receipts, orders),
        anyway=_anyway(tables, receipts, orders),
        first=discount_first(tables, scope),
        warnings=(
            ("Nearly every order is discounted, so a full price hardly exists here.",)
            if discounted > 0.95 * known
            else ()
        ),
    )  # fmt: skip


def discount_orders(tables: Tables, scope: Scope) -> ir.Table:
    """Valid orders, kept, as discounts see them: order_id, customer_key, day, place (0 = first, null for guests), wait
    (days since the order before), discounted, given, gross, code, full_before and full_after (orders at full price)."""
    return tables.kept(f"discount-orders-{scope.key()}", lambda: _discount_orders(tables, scope))


def _discount_orders(tables: Tables, scope: Scope) -> ir.Table:
    orders = valid_orders(tables, scope)
    orders = orders.mutate(full=(~orders.discounted).cast("int64"), guest=orders.customer_key.isnull())
    by_time = ibis.window(group_by=[orders.guest, orders.customer_key], order_by=[orders.ordered_at, orders.order_id])
    upto = ibis.window(
        group_by=[orders.guest, orders.customer_key], order_by=[orders.ordered_at, orders.order_id],
        preceding=None, following=0,
    )  # fmt: skip
    whole = ibis.window(group_by=[orders.guest, orders.customer_key])
    placed = orders.mutate(
        before=orders.day.lag().over(by_time),
        row=ibis.row_number().over(by_time),
        full_so_far=orders.full.sum().over(upto),
        full_ever=orders.full.sum().over(whole),
    )
    own = placed.full.fill_null(0)
    return placed.select(
        "order_id", "customer_key", "day", "discounted",
        place=ibis.ifelse(placed.guest, ibis.null("int64"), placed.row),
        wait=ibis.ifelse(placed.guest, ibis.null("int64"), placed.day.delta(placed.before, unit="day").cast("int64")),
        given=placed.discounts.cast("float64"),
        gross=placed.gross.cast("float64"),
        code=placed.discount_code,
        full_before=placed.full_so_far.fill_null(0) - own,
        full_after=placed.full_ever.fill_null(0) - placed.full_so_far.fill_null(0),
    )  # fmt: skip


def _totals(tables: Tables, orders: ir.Table) -> dict[str, float]:
    known, repeat = orders.discounted.notnull(), orders.place >= 1
    off = orders.discounted.fill_null(False)
    depth = orders.given / orders.gross.nullif(0)
    frame = tables.frame(
        orders.aggregate(
            known=known.sum().fill_null(0),
            discounted=off.sum().fill_null(0),
            repeat_known=(known & repeat).sum().fill_null(0),
            repeat_discounted=(off & repeat).sum().fill_null(0),
            given=orders.given.sum().fill_null(0),
            gross=orders.gross.sum().fill_null(0),
            depth=depth.median(where=orders.given > 0),
        )
    )
    return {name: float(value) for name, value in frame.iloc[0].items()}


def _deal_seekers(tables: Tables, receipts: Receipts) -> Figure | None:
    usual = store(tables, receipts.scope)
    if usual.discount_share is None or usual.discount_share >= DEAL_USUAL:
        return None
    marks = conduct_table(tables, receipts.scope)
    row = tables.frame(
        marks.aggregate(n=(marks.orders >= 2).sum().fill_null(0), deals=marks.deal_seeker.sum().fill_null(0))
    ).iloc[0]
    return receipts.share(
        "deal_seeker_share", int(row["deals"]), int(row["n"]), of="customers", people=int(row["deals"])
    )


def _depths(tables: Tables, orders: ir.Table) -> dict[str, Any]:
    cut = orders.filter(orders.given > 0)
    depth = cut.given / cut.gross.nullif(0)
    band = ibis.cases(*((depth <= border + 1e-9, number) for number, border in enumerate(BANDS)), else_=len(BANDS))
    grouped = cut.mutate(band=band)
    each = grouped.group_by("band").aggregate(orders=grouped.count(), given=grouped.given.sum())
    frame = tables.frame(each).set_index("band")
    names = ["up to 5 %"]
    names += [f"{100 * low:g} to {100 * high:g} %" for low, high in itertools.pairwise(BANDS)]
    names.append("more than 50 %")
    counts = [int(frame["orders"].get(band, 0)) for band in range(len(names))]
    total = max(1, sum(counts))
    rows = tuple(
        {"depth": name, "orders": count, "share": count / total, "given": float(frame["given"].get(band, 0.0))}
        for band, (name, count) in enumerate(zip(names, counts, strict=True))
        if count
    )
    return {
        "depth": ResultTable(
            title="How deep the discounts are",
            columns=(
                Column(key="depth", label="off the order"),
                Column(key="orders", label="orders", unit="count"),
                Column(key="share", label="share of discounted orders", unit="share"),
                Column(key="given", label="given away", unit="money"),
            ),
            rows=rows,
            currency=tables.facts.currency,
        ),
        "depth_chart": Chart(
            kind="bar", title="Discounted orders by depth of the discount", x=tuple(names),
            series={"orders": tuple(float(count) for count in counts)}, unit="count",
        ),
    }  # fmt: skip


def _codes(tables: Tables, receipts: Receipts, orders: ir.Table) -> ResultTable | None:
    """The commonest codes: what each gave away, and how often its users were new."""
    used = orders.filter(orders.code.notnull(), orders.code != "")
    used = used.mutate(name=used.code.upper())
    each = used.group_by("name").aggregate(
        orders=used.count(),
        given=used.given.sum(),
        customers=used.customer_key.nunique(),
        known=used.place.notnull().sum().cast("float64"),
        new=(used.place == 0).sum().cast("float64"),
    )
    frame = tables.frame(each.order_by([each.orders.desc(), each.name]).limit(CODES))
    if frame.empty:
        return None
    rows = tuple(
        {
            "code": row.name,
            "orders": int(row.orders),
            "customers": int(row.customers),
            "given": float(row.given),
            "new": float(row.new / row.known) if row.known >= FEWEST else None,
        }
        for row in frame.itertuples(index=False)
    )
    return ResultTable(
        title="Discount codes",
        columns=(
            Column(key="code", label="code"),
            Column(key="orders", label="orders", unit="count"),
            Column(key="customers", label="customers", unit="count"),
            Column(key="given", label="given away", unit="money"),
            Column(key="new", label="on a first order", unit="share"),
        ),
        rows=rows,
        note="the commonest codes; no share below ten orders",
        currency=receipts.currency,
    )


def _anyway(tables: Tables, receipts: Receipts, orders: ir.Table) -> WouldHaveBought:
    limits = thresholds(tables, receipts.scope)
    repeat = orders.filter(orders.discounted.fill_null(False), orders.place >= 1)
    loyal = (repeat.full_before == repeat.place) & (repeat.wait <= limits.g50)
    either = (repeat.full_before + repeat.full_after) > 0
    row = tables.frame(
        repeat.aggregate(
            n=repeat.count(),
            low=loyal.sum().fill_null(0),
            high=either.sum().fill_null(0),
            given_low=repeat.given.sum(where=loyal).fill_null(0),
            given_high=repeat.given.sum(where=either).fill_null(0),
        )
    ).iloc[0]
    off = orders.filter(orders.customer_key.notnull(), orders.discounted.fill_null(False))
    people = off.group_by("customer_key").aggregate(full=(off.full_before + off.full_after).max())
    both = tables.frame(people.aggregate(n=people.count(), full=(people.full > 0).sum().fill_null(0))).iloc[0]
    n = int(row["n"])
    return WouldHaveBought(
        repeat_discounted=receipts.figure("discounted_repeat_orders", n),
        low=receipts.share("anyway_low", int(row["low"]), n, of="orders"),
        high=receipts.share("anyway_high", int(row["high"]), n, of="orders"),
        given_low=receipts.figure("anyway_given", float(row["given_low"]), name="anyway_given_low", n=int(row["low"])),
        given_high=receipts.figure(
            "anyway_given", float(row["given_high"]), name="anyway_given_high", n=int(row["high"])
        ),
        rhythm_days=receipts.figure("gap", limits.g50, label="Days between orders, median", n=limits.gaps),
        also_full_price=receipts.share("also_full_price", int(both["full"]), int(both["n"]), of="customers"),
    )


def discount_first(tables: Tables, scope: Scope) -> DiscountFirst | None:
    """Second order within N days, begun with a discount against at full price; N from the shop's own rhythm.

    The difference has Newcombe's interval; the ratio is also taken within the same first month (Mantel-Haenszel),
    since a sale month brings other people. Observed, not caused: who waits for a discount may be someone else anyway.
    """
    receipts = Receipts(tables, scope, "discount_first")
    as_of = receipts.as_of
    if as_of is None:
        return None
    orders = discount_orders(tables, scope)
    first = orders.filter(orders.place == 0, orders.discounted.notnull())
    second = orders.filter(orders.place == 1).select("customer_key", "wait")
    begun = first.drop("wait").left_join(second, "customer_key")
    days = _horizon(tables, scope, as_of, first)
    mature = begun.filter(begun.day <= as_of - timedelta(days=days))
    rows = mature.mutate(month=mature.day.strftime("%Y-%m"), again=(mature.wait <= days).fill_null(False))
    frame = tables.frame(
        rows.group_by("month", "discounted").aggregate(n=rows.count(), again=rows.again.sum()).order_by("month")
    )
    sides = frame.groupby("discounted")[["again", "n"]].sum()
    if len(sides) < 2:
        return None
    counts = Counts(*(float(sides.loc[side, name]) for side in (True, False) for name in ("again", "n")))
    found: StratifiedRatio | None = stratified_ratio(frame.rename(columns={"discounted": "inside"}))
    difference, more = difference_figure(receipts, counts, "customers whose first order was discounted")
    words = f"Ordered again within {days} days"
    return DiscountFirst(
        days=days,
        discounted=receipts.share(
            "repeat_rate_n", counts.a, counts.n, of="customers", name=f"repeat_rate_{days}_discounted",
            label=f"{words}, first order discounted",
        ),
        full_price=receipts.share(
            "repeat_rate_n", counts.b, counts.m, of="customers", name=f"repeat_rate_{days}_full",
            label=f"{words}, first order at full price",
        ),
        difference=difference,
        within_month=receipts.figure(
            "repeat_ratio_within_month", found.value, n=int(counts.n + counts.m),
            interval_of=((found.low, found.high), "Mantel-Haenszel 95 %"),
        ) if found else None,
        reliable=difference.low is not None and not difference.low <= 0 <= (difference.high or 0.0),
        more_needed=more,
    )  # fmt: skip


def _horizon(tables: Tables, scope: Scope, as_of: date, first: ir.Table) -> int:
    """The shortest of 30, 60, 90, 180, 365 days that covers 80 % of the shop's gaps and that half of the customers
    have had."""
    wanted = thresholds(tables, scope).g80
    ages = ibis.date(as_of.isoformat()).delta(first.day, unit="day")
    half = float(tables.frame(first.aggregate(age=ages.cast("float64").median().fill_null(0)))["age"].iloc[0])
    fitting = [days for days in HORIZONS if days <= half]
    longer = [days for days in fitting if days >= wanted]
    return longer[0] if longer else (fitting[-1] if fitting else HORIZONS[0])
