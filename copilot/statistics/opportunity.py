"""Owns what a move is worth: stage to stage, orders an audience places anyway, and what an offer gives away."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.errors import UsageProblem
from copilot.statistics.gaps import LAST_BAND, Curve, kaplan_meier, spells
from copilot.statistics.intervals import Z95, Interval
from copilot.statistics.measures import mean_bounds
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Result
from copilot.statistics.scope import Scope, customer_orders, customer_table, people_table
from copilot.statistics.segments import SegmentRule
from copilot.statistics.split import everybody, group_members, numbered_orders

LEAST_WAITS: Final = 30
LEAST_KNOWN: Final = 0.5  # share of the audience something must be known about
_KM: Final = "Kaplan-Meier on the shop's own waits; interval from Greenwood's variance and the luck of the draw"


class StageValue(Result):
    """Moving a share of one-time buyers to a second order: people x value of a second order, as the shop's own."""

    people: Figure  # in the stage now
    moved: Figure
    own_rate: Figure  # share who make the step on their own within the horizon
    order_value: Figure  # mean value of a second order, with interval
    value: Figure  # moved x order_value, with the interval of the order value
    text: str
    warnings: tuple[str, ...] = ()


class ExpectedOrders(Result):
    """What an audience does anyway in the coming days, from the shop's own behaviour: the baseline of a brief."""

    audience: Figure
    days: int
    share: Figure  # who order at least once in the window, with interval
    buyers: Figure  # expected number of them, with interval
    order_value: Figure
    net_sales: Figure  # expected buyers x order value
    method: str
    warnings: tuple[str, ...] = ()


class OfferCost(Result):
    """What an offer costs on orders that would have come anyway."""

    anyway: ExpectedOrders
    given_away: Figure  # discount x expected orders, with interval
    per_order: Figure
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Chance:
    """Mean chance of an order in the window over `n` people, and the standard errors of mean and count."""

    n: int
    unknown: int  # people about whom nothing can be said
    mean: float
    se_mean: float
    se_count: float
    waits: int  # waits behind the curves used


def stage_value(tables: Tables, scope: Scope, share: float = 0.05, horizon: int = 90) -> StageValue:
    """What it is worth to move `share` of the one-time buyers to a second order.

    The value is that of the shop's second orders so far; whether a campaign moves anybody is not known from it.
    """
    if not 0 < share <= 1:
        raise UsageProblem("The share moved must lie between 0 and 1.")
    receipts = Receipts(tables, scope, "stage_value", {"share": share, "horizon": horizon})
    customers = customer_table(tables, scope)
    people = int(tables.frame(customers.aggregate(n=(customers.frequency == 1).sum()))["n"].fillna(0).iloc[0])
    placed = numbered_orders(tables, scope)
    second = placed.filter(placed.place == 1)
    values = np.sort(tables.frame(second.select(demand=second.demand.cast("float64")))["demand"].to_numpy(dtype=float))
    worth = float(values.mean()) if len(values) else None
    bounds, method = mean_bounds(values) if len(values) else (None, "")
    moved = people * share
    curve = spells(tables, scope).curve(1)
    own = curve.by(horizon)
    label = f"Second order within {horizon} days without a campaign"
    own_rate = (
        receipts.figure("stage_step_rate", own[0], label=label, n=curve.waits,
                        interval_of=(own[1], "Greenwood log-log 95 %"))
        if own
        else receipts.figure("stage_step_rate", None, label=label, n=curve.waits,
                             warnings=(f"nobody has been seen for {horizon} days",))
    )  # fmt: skip
    times = (bounds[0] * moved, bounds[1] * moved) if bounds else None
    value = receipts.figure(
        "stage_value", None if worth is None else worth * moved, n=len(values), of="second orders",
        label=f"Worth of a second order from {share:.0%} of one-time buyers", interval_of=(times, method),
    )  # fmt: skip
    return StageValue(
        people=receipts.figure("one_time_customers", people),
        moved=receipts.figure("moved_people", moved, decimals=0, label=f"{share:.0%} of one-time buyers"),
        own_rate=own_rate,
        order_value=receipts.figure(
            "second_order_value", worth, n=len(values), of="second orders", interval_of=(bounds, method)
        ),
        value=value,
        text="Second orders of these people, at the value second orders have had so far. Some of them come on their "
        "own: only orders beyond the shop's own rate are a campaign's work.",
        warnings=() if len(values) else ("Nobody has ordered twice yet: a second order has no value to go by.",),
    )


def expected_orders(tables: Tables, scope: Scope, rule: SegmentRule, days: int = 30) -> ExpectedOrders:
    """How many of a group order at least once in the coming `days` without any campaign.

    Buyers: the shop's waits after as many orders (Kaplan-Meier), given the days each has waited already.
    People without an order: the waits from subscribing to a first order, where the files say when they did.
    """
    if days < 1:
        raise UsageProblem("The window must be at least one day long.")
    receipts = Receipts(tables, scope, "expected_orders", {"segment": rule.model_dump(mode="json"), "days": days})
    frame = _waiting(tables, scope, rule)
    chance = _chance(frame, _curves(tables, scope, frame), days)
    about = int(frame["people"].sum()) if len(frame) else 0
    warnings = _cautions(chance, about)
    known = chance.waits >= LEAST_WAITS and chance.n > 0 and chance.n >= LEAST_KNOWN * about
    share = receipts.figure(
        "expected_share",
        chance.mean if known else None,
        n=chance.n,
        of="customers",
        label=f"Order anyway within {days} days",
        interval_of=(_around(chance.mean, chance.se_mean, 0.0, 1.0), _KM),
        warnings=warnings,
    )
    expected = chance.mean * chance.n
    buyers = receipts.figure(
        "expected_buyers",
        expected if known else None,
        n=chance.n,
        label=f"Expected buyers within {days} days without a campaign",
        decimals=0,
        interval_of=(_around(expected, chance.se_count, 0.0, float(chance.n)), _KM),
        warnings=warnings,
    )
    worth = _order_value(tables, scope, rule, receipts)
    sales = _times(receipts, "expected_sales", buyers, worth.value or 0.0)
    return ExpectedOrders(
        audience=receipts.figure("people", about, label=f"People: {rule.name}"),
        days=days,
        share=share,
        buyers=buyers,
        order_value=worth,
        net_sales=sales,
        method=_KM,
        warnings=warnings,
    )


def offer_cost(
    tables: Tables, scope: Scope, rule: SegmentRule, discount_share: float = 0.10, days: int = 30
) -> OfferCost:
    """The discount an offer of `discount_share` gives to people who would have ordered anyway within `days`."""
    if not 0 < discount_share <= 1:
        raise UsageProblem("The discount must lie between 0 and the whole order.")
    anyway = expected_orders(tables, scope, rule, days)
    arguments = {"segment": rule.model_dump(mode="json"), "days": days, "discount_share": discount_share}
    receipts = Receipts(tables, scope, "offer_cost", arguments)
    per_order = (anyway.order_value.value or 0.0) * discount_share
    known = anyway.order_value.value is not None
    return OfferCost(
        anyway=anyway,
        given_away=_times(receipts, "offer_given_away", anyway.buyers, per_order),
        per_order=receipts.figure(
            "audience_order_value", per_order if known else None, name="discount_per_order",
            label=f"Discount of {discount_share:.0%} on the usual order", n=anyway.order_value.n,
            definition="Mean of gross sales - discounts of the orders x the discount.",
        ),
        warnings=anyway.warnings,
    )  # fmt: skip


def _waiting(tables: Tables, scope: Scope, rule: SegmentRule) -> pd.DataFrame:
    """People of the group by band (0: no order yet, else days with an order up to 5) and days waited."""
    customers = customer_table(tables, scope)
    buyers = customers.select("customer_key", "days_since", band=ibis.least(customers.days, LAST_BAND).cast("int64"))
    if not everybody(rule):
        group = group_members(tables, scope, rule)
        buyers = group.left_join(buyers, "customer_key").drop("customer_key_right")
    since = _since(tables, scope.as_of(tables.facts))
    joined = buyers.left_join(since, "customer_key").drop("customer_key_right")
    waiting = joined.select(
        band=joined.band.fill_null(0), waited=ibis.coalesce(joined.days_since, joined.subscribed).cast("int64")
    )
    counted = waiting.group_by("band", "waited").aggregate(people=waiting.count())
    return tables.frame(counted.order_by("band", "waited"))


def _since(tables: Tables, as_of: date | None) -> ir.Table:
    """customer_key and days since the shop first knew the person (null if the files do not say)."""
    people = people_table(tables)
    known = people.consent_at.fill_null(people.created_at).date()
    today = ibis.date((as_of or date(1970, 1, 1)).isoformat())
    return people.select("customer_key", since=known, subscribed=today.delta(known, unit="day"))


def _curves(tables: Tables, scope: Scope, frame: pd.DataFrame) -> dict[int, Curve]:
    """The Kaplan-Meier curve of each band that occurs; a band with fewer than 30 waits takes the pooled curve."""
    waits = spells(tables, scope)
    curves: dict[int, Curve] = {}
    for band in sorted({int(band) for band in frame["band"]}):
        own = _first_order_curve(tables, scope) if band == 0 else waits.curve(band)
        curves[band] = own if band == 0 or own.waits >= LEAST_WAITS else waits.curve()
    return curves


def _first_order_curve(tables: Tables, scope: Scope) -> Curve:
    """Waits from being known (subscribed, registered) to the first order; people first seen at an order have none."""
    as_of = scope.as_of(tables.facts)
    people = _since(tables, as_of)
    people = people.filter(people.since.notnull(), people.subscribed >= 0)
    firsts = customer_table(tables, scope).select("customer_key", "first_day")
    joined = people.left_join(firsts, "customer_key")
    came = joined.first_day.notnull()
    days = ibis.ifelse(came, joined.first_day.delta(joined.since, unit="day"), joined.subscribed)
    rows = joined.select(came=came, days=days.cast("int64"))
    rows = rows.filter((rows.days > 0) | ~rows.came)
    rows = rows.filter(rows.days >= 0)
    counted = rows.group_by("days", "came").aggregate(waits=rows.count())
    frame = tables.frame(counted.order_by("days", "came"))
    return kaplan_meier(frame.astype({"came": bool, "waits": "int64", "days": "int64"}))


def _chance(frame: pd.DataFrame, curves: dict[int, Curve], days: int) -> _Chance:
    """Adds up 1 - S(waited + days) / S(waited) over people. Errors of one curve are taken as fully correlated."""
    total = expected = error = luck = 0.0
    unknown = 0
    for row in frame.itertuples():
        curve = curves[int(row.band)]
        if pd.isna(row.waited) or not curve.waits:
            unknown += int(row.people)
            continue
        chance, se = _conditional(curve, float(row.waited), days)
        total += row.people
        expected += row.people * chance
        error += row.people * se
        luck += row.people * chance * (1 - chance)
    behind = sum(curve.waits for curve in curves.values())
    if not total:
        return _Chance(0, unknown, 0.0, 0.0, 0.0, behind)
    return _Chance(int(total), unknown, expected / total, error / total, math.hypot(error, math.sqrt(luck)), behind)


def _conditional(curve: Curve, waited: float, days: int) -> tuple[float, float]:
    """Chance of an order within `days` for one who has waited `waited` days, and its standard error (Greenwood)."""
    before, after = _at(curve, waited), _at(curve, waited + days)
    if before[0] <= 0:
        return 0.0, 0.0
    ratio = after[0] / before[0]
    variance = max(0.0, after[1] - before[1]) if math.isfinite(after[1]) else 0.0
    return 1 - ratio, ratio * math.sqrt(variance)


def _at(curve: Curve, day: float) -> tuple[float, float]:
    """Survival and Greenwood's sum at a day; beyond the longest wait seen, the last values."""
    place = int(np.searchsorted(curve.days, day, side="right")) - 1
    return (1.0, 0.0) if place < 0 else (float(curve.survival[place]), float(curve.hazard[place]))


def _around(value: float, error: float, least: float, most: float) -> Interval:
    return max(least, value - Z95 * error), min(most, value + Z95 * error)


def _cautions(chance: _Chance, people: int) -> tuple[str, ...]:
    found = []
    if not people:
        found.append("Nobody is in this group.")
    if people and chance.n < LEAST_KNOWN * people:
        found.append(
            "For most of these people the files do not say since when they are known, so what they do anyway cannot be "
            "said. A customer or subscriber export with the date of consent or creation has it (Klaviyo > Lists & "
            "segments > Export)."
        )
    elif chance.unknown:
        found.append(f"{chance.unknown:,} people are left out: the files do not say since when they are known.")
    if chance.n and chance.waits < LEAST_WAITS:
        found.append(f"Only {chance.waits} waits to go by ({LEAST_WAITS} are needed).")
    return tuple(found)


def _order_value(tables: Tables, scope: Scope, rule: SegmentRule, receipts: Receipts) -> Figure:
    """Mean order value of the group; of the shop's first orders if the group has not ordered yet."""
    orders = customer_orders(tables, scope)
    own = orders if everybody(rule) else orders.semi_join(group_members(tables, scope, rule), "customer_key")
    values = np.sort(tables.frame(own.select(demand=own.demand.cast("float64")))["demand"].to_numpy(dtype=float))
    definition = None
    if not len(values):
        placed = numbered_orders(tables, scope)
        first = placed.filter(placed.place == 0)
        values = np.sort(
            tables.frame(first.select(demand=first.demand.cast("float64")))["demand"].to_numpy(dtype=float)
        )
        definition = "Mean of gross sales - discounts of the shop's first orders: this group has not ordered yet."
    bounds, method = mean_bounds(values) if len(values) else (None, "")
    return receipts.figure(
        "audience_order_value",
        float(values.mean()) if len(values) else None,
        n=len(values),
        of="orders",
        interval_of=(bounds, method),
        **({"definition": definition} if definition else {}),
    )


def _times(receipts: Receipts, name: str, buyers: Figure, each: float) -> Figure:
    """Buyers x an amount, with the interval of the buyers."""
    bounds = (buyers.low * each, buyers.high * each) if buyers.low is not None and buyers.high is not None else None
    return receipts.figure(
        name,
        None if buyers.value is None or not each else buyers.value * each,
        n=buyers.n,
        interval_of=(bounds, buyers.interval or ""),
        warnings=buyers.warnings,
    )
