"""Owns what a customer costs: spend against new customers, blended and by channel, with value, payback and MER."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UsageProblem
from copilot.statistics.acquisition.payback import Curve, acquired, curve, goods_margin, value_bounds
from copilot.statistics.acquisition.platforms import Matching, match
from copilot.statistics.acquisition.reports import AdReports, Spend, ad_reports, read_spend
from copilot.statistics.contribution import known_margin
from copilot.statistics.intervals import Z95, Interval
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Period, Result, ResultTable
from copilot.statistics.scope import Scope, documents

HORIZONS: Final = (30, 60, 90, 180, 365)
NO_SOURCE: Final = "no source on the order"
BLENDED: Final = "all new customers count, also those no ad brought: a channel's own cost may be higher"
TRUNCATED: Final = "the data begin within these days: customers who bought before look new, so the true cost is higher"
BY_SOURCE: Final = "new customers are given to the last source their first order names; ads they saw earlier get none"


class ChannelCost(Result):
    """One channel, or all: cost, new customers, cost of each, what they bring and when that covers the cost."""

    name: str
    cost: Figure
    new_customers: Figure
    cac: Figure
    value: Figure  # per customer within `days`
    ltv_cac: Figure
    payback: Figure
    needed_margin: Figure


class Acquisition(Result):
    """Spend against orders over the days both cover. `basis`: what value means here (margin or net sales)."""

    window: Period
    days: int
    basis: str
    margin: Figure | None
    blended: ChannelCost
    channels: tuple[ChannelCost, ...]
    mer: Figure
    amer: Figure
    cost_per_order: Figure
    break_even_roas: Figure
    reports: AdReports
    table: ResultTable
    mapping: ResultTable
    unmatched: tuple[str, ...]  # order sources without an ad channel, with their new customers
    chart: Chart
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Money:
    """What value means: net sales x `margin` (1 without one)."""

    margin: float | None
    days: int

    @property
    def times(self) -> float:
        return 1.0 if self.margin is None else self.margin

    @property
    def words(self) -> str:
        return "net sales" if self.margin is None else f"net sales x margin of {100 * self.margin:.4g} %"


def acquisition(
    tables: Tables, scope: Scope, margin: float | None = None, days: int = 180, usual: float | None = None
) -> Acquisition:
    """Cost per new customer, value within `days`, LTV:CAC, payback, MER: of all and by channel.

    `margin` (share of net sales that is left after the goods) is the one stated, else the one the product costs
    give, else the `usual` one of the settings; without any, value is net sales and said to be so. Raises
    NothingLoaded without an ad report, CannotAnswer where spend and orders share no day or currency, or where only
    some orders are asked for.
    """
    _check(scope, margin, days)
    everything = scope.model_copy(update={"period": None})
    first, last = tables.facts.first_order, tables.facts.last_order
    within = Period(start=first, end=last) if first and last else None
    spend = read_spend(tables, scope.period, within)
    _same_currency(spend, tables)
    margins = known_margin(tables, everything, margin, usual)
    known = None if margins is None else margins.share
    covered = 0.0 if margins is not None else goods_margin(tables, everything)[1]
    dated = scope.model_copy(update={"period": spend.window})
    receipts = Receipts(tables, dated, "acquisition", {"margin": margin, "days": days})
    everybody = acquired(tables, everything, spend.window.start, spend.window.end)
    maker = _Maker(tables, everything, receipts, spend, _Money(known, days))
    people = tables.frame(everybody.group_by("first_source", "first_channel").aggregate(n=everybody.count()))
    column = "first_source" if people["first_source"].notna().any() else "first_channel"
    counted = people.groupby(people[column].fillna(NO_SOURCE))["n"].sum().sort_values(ascending=False, kind="stable")
    matching = match(set(spend.frame["channel"]), [str(name) for name in counted.index if name != NO_SOURCE])
    blended = maker.cost("all channels", None, everybody)
    channels = tuple(
        maker.cost(group, tuple(c for c, g in matching.group_of.items() if g == group),
                   everybody.filter(everybody[column].isin([s for s, g in matching.source_of.items() if g == group])))
        for group in dict.fromkeys(matching.group_of.values())
    )  # fmt: skip
    channels = tuple(sorted(channels, key=lambda one: (-(one.cost.value or 0.0), one.name)))
    warnings = _warnings(spend, tables, margin is None and known is None, covered)
    return Acquisition(
        window=spend.window,
        days=blended.value.query["days"],
        basis=maker.money.words,
        margin=None if margins is None else margins.figure(receipts),
        blended=blended,
        channels=channels,
        **maker.returns(everybody),
        reports=ad_reports(tables, dated),
        table=_table(blended, channels, receipts.currency),
        mapping=_mapping(matching, counted),
        unmatched=tuple(name for name in counted.index if name not in matching.source_of),
        chart=_chart(blended, channels, receipts.currency),
        warnings=warnings,
    )


def poisson_interval(count: int) -> Interval:
    """95 % interval of a Poisson count (Byar's approximation, Breslow and Day 1987, within 1 % of the exact one).

    >>> [round(end, 1) for end in poisson_interval(10)]
    [4.8, 18.4]
    """
    low = count * (1 - 1 / (9 * count) - Z95 / (3 * math.sqrt(count))) ** 3 if count else 0.0
    more = count + 1
    return max(0.0, low), more * (1 - 1 / (9 * more) + Z95 / (3 * math.sqrt(more))) ** 3


@dataclass(frozen=True)
class _Maker:
    """Makes the figures of channels; `scope` is without a period, so that later orders of the customers count."""

    tables: Tables
    scope: Scope
    receipts: Receipts
    spend: Spend
    money: _Money

    def cost(self, name: str, channels: tuple[str, ...] | None, customers: ir.Table) -> ChannelCost:
        """One channel (or all: `channels` None) with the customers it is given."""
        spent = float(self.spend.cost(channels))
        n = int(self.tables.frame(customers.aggregate(n=customers.count()))["n"].iloc[0])
        values = curve(self.tables, self.scope, customers)
        days = self.money.days if values.at(self.money.days) is not None else values.longest(HORIZONS)
        cac, bounds = (spent / n, _cost_bounds(spent, n)) if n else (None, None)
        none = {"warnings": ("no new customer is matched to it in these days",)} if not n else {}
        value, each = self._value(name, customers, values, days)
        ratio = each / cac if each is not None and cac else None
        sales = each / self.money.times if each is not None and self.money.times else None
        return ChannelCost(
            name=name,
            cost=self._figure("ad_spend", name, spent),
            new_customers=self._figure("spend_new_customers", name, n),
            cac=self._figure("cac" if channels is None else "cac_channel", name, cac, n=n, numerator=spent,
                             denominator=n, interval_of=(bounds, "Poisson 95 %"), of="new customers", **none),
            value=value,
            ltv_cac=self._figure("ltv_cac", name, ratio, n=value.n, decimals=2,
                                 interval_of=(_ratio_bounds(value, cac, bounds), "log-normal 95 %")),
            payback=self._payback(name, values, cac),
            needed_margin=self._figure("needed_margin", name, cac / sales if cac is not None and sales else None,
                                       people=value.n),
        )  # fmt: skip

    def _value(self, name: str, customers: ir.Table, values: Curve, days: int | None) -> tuple[Figure, float | None]:
        each = None if days is None else values.at(days)
        if days is None or each is None:
            few = ("fewer than 30 of these customers are a month old: too few to say what they bring",)
            return self._figure("acquired_ltv", name, None, warnings=few, extra={"days": self.money.days}), None
        bounds, method = value_bounds(self.tables, self.scope, customers, days)
        times = self.money.times
        scaled = (bounds[0] * times, bounds[1] * times) if bounds else None
        figure = self._figure(
            "acquired_ltv", name, each * times, n=int(values.n[days]), of="customers",
            interval_of=(scaled, method), label=f"Value per customer within {days} days ({self.money.words})",
            extra={"days": days},
        )  # fmt: skip
        return figure, each * times

    def _payback(self, name: str, values: Curve, cac: float | None) -> Figure:
        if cac is None or not len(values.values):
            return self._figure("payback_days", name, None, warnings=("no cost per customer to pay back",))
        day = values.reached(cac / self.money.times) if self.money.times > 0 else None
        words = f"Payback on {self.money.words}"
        if day is None:
            seen = values.longest(tuple(range(len(values.values)))) or 0
            late = (f"not paid back within the {seen} days these customers have been seen",)
            return self._figure("payback_days", name, None, label=words, warnings=late)
        return self._figure("payback_days", name, day, label=words, n=int(values.n[day]), of="customers")

    def returns(self, customers: ir.Table) -> dict[str, Figure]:
        """Shop-wide ratios over the window: MER, aMER, spend per order, break-even return."""
        window = self.spend.window
        rows = documents(self.tables, self.scope)
        rows = rows.filter(rows.day >= window.start, rows.day <= window.end)
        new = rows.semi_join(customers, "customer_key")
        sums = self.tables.frame(rows.aggregate(net=rows.net.sum().cast("float64"), orders=rows.valid.sum())).iloc[0]
        fresh = self.tables.frame(new.aggregate(net=new.net.sum().cast("float64")))["net"].fillna(0).iloc[0]
        net, orders = float(0 if pd.isna(sums["net"]) else sums["net"]), int(sums["orders"] or 0)
        spent = float(self.spend.cost())
        margin = self.money.margin
        unknown = {} if margin else {"warnings": ("needs your margin: state it, or load product costs",)}
        return {
            "mer": self._figure("mer", "shop", net / spent if spent else None, numerator=net, denominator=spent,
                                decimals=2),
            "amer": self._figure("amer", "shop", float(fresh) / spent if spent else None, numerator=float(fresh),
                                 denominator=spent, decimals=2),
            "cost_per_order": self._figure("cost_per_order", "shop", spent / orders if orders else None, n=orders,
                                           of="orders", numerator=spent, denominator=orders),
            "break_even_roas": self._figure("break_even_roas", "shop", 1 / margin if margin else None, decimals=2,
                                            **unknown),
        }  # fmt: skip

    def _figure(self, metric: str, name: str, value: float | None, **details: Any) -> Figure:
        query = {**self.receipts.query(), "figure": metric, "channel": name, **details.pop("extra", {})}
        details.setdefault("period", self.spend.window)
        made = self.receipts.figure(metric, value, query=query, **details)
        return made.model_copy(update={"label": f"{made.label}: {name}"}) if name != "shop" else made


def _cost_bounds(spent: float, n: int) -> Interval | None:
    low, high = poisson_interval(n)
    return (spent / high, spent / low) if low > 0 else None


def _ratio_bounds(value: Figure, cac: float | None, bounds: Interval | None) -> Interval | None:
    """Interval of value / CAC with independent relative errors of both (log scale)."""
    if value.value is None or value.low is None or value.high is None or not cac or bounds is None or value.low <= 0:
        return None
    error = math.hypot(math.log(value.high / value.low) / 2, math.log(bounds[1] / bounds[0]) / 2)
    return value.value / cac * math.exp(-error), value.value / cac * math.exp(error)


def _check(scope: Scope, margin: float | None, days: int) -> None:
    if margin is not None and not 0 < margin <= 1:
        raise UsageProblem("The margin must be a share of sales above 0 and at most 1, such as 0.4.")
    if not 1 <= days <= HORIZONS[-1] * 2:
        raise UsageProblem("The days must lie between 1 and 730.")
    if scope.where:
        raise CannotAnswer(
            "The ad reports are not split by that, so I cannot set the spend against only some of the orders.",
            "Ask for all orders, or for the cost by channel.", code="spend_not_split",
        )  # fmt: skip


def _same_currency(spend: Spend, tables: Tables) -> None:
    ours = tables.facts.currency
    if spend.currency and ours and spend.currency != ours:
        raise CannotAnswer(
            f"The ads were paid in {spend.currency} and the orders are in {ours}; currencies are never mixed.",
            "Export the ad report in the shop's currency.", code="several_currencies",
        )  # fmt: skip


def _warnings(spend: Spend, tables: Tables, no_margin: bool, covered: float) -> tuple[str, ...]:
    found = [BLENDED, BY_SOURCE]
    first = tables.facts.first_order
    if first is not None and (spend.window.start - first).days < 90:
        found.insert(0, TRUNCATED)
    if no_margin:
        part = f" (product costs cover only {covered:.0%} of sales)" if covered > 0 else ""
        found.append(f"no margin is known{part}: value is net sales, so LTV:CAC and payback look better than they are")
    return tuple(found)


def _table(blended: ChannelCost, channels: tuple[ChannelCost, ...], currency: str | None) -> ResultTable:
    shown: tuple[tuple[str, str, Any], ...] = (
        ("cost", "spend", "money"), ("new_customers", "new customers", "count"),
        ("cac", "cost per new customer", "money"),
        ("value", "value per customer", "money"), ("ltv_cac", "value / cost", "ratio"), ("payback", "payback", "days"),
    )  # fmt: skip
    return ResultTable(
        title="What a new customer costs, by channel",
        columns=(Column(key="channel", label="channel"), *(Column(key=k, label=w, unit=u) for k, w, u in shown)),
        rows=tuple(
            {"channel": row.name} | {key: getattr(row, key).value for key, _, _ in shown}
            for row in (*channels, blended)
        ),
        note="New customers by the source their first order names.",
        currency=currency,
    )


def _mapping(matching: Matching, counted: pd.Series[int]) -> ResultTable:
    rows = tuple(
        {
            "source": str(name),
            "new": int(n),
            "channel": matching.source_of.get(str(name), "none: no ad report names it"),
        }
        for name, n in counted.items()
    )
    return ResultTable(
        title="Which source of an order was matched to which ad channel",
        columns=(
            Column(key="source", label="source of the first order"),
            Column(key="new", label="new customers", unit="count"),
            Column(key="channel", label="ad channel"),
        ),
        rows=rows,
        note="Matched by equal names, else by the platform a name mentions; organic and referral sources never.",
    )


def _chart(blended: ChannelCost, channels: tuple[ChannelCost, ...], currency: str | None) -> Chart:
    rows = [one for one in (*channels, blended) if one.cac.value is not None]
    return Chart(
        kind="interval",
        title="Cost per new customer",
        x=tuple(one.name for one in rows),
        series={"cost per new customer": tuple(one.cac.value for one in rows)},
        low={"cost per new customer": tuple(one.cac.low for one in rows)},
        high={"cost per new customer": tuple(one.cac.high for one in rows)},
        unit="money",
        currency=currency,
    )


__all__ = ["Acquisition", "ChannelCost", "acquisition", "poisson_interval"]
