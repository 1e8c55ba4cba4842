"""Owns the portrait of a segment: everything an ICP, a persona or a brief needs to know of a group, as figures."""

from __future__ import annotations

import math
from datetime import date
from typing import Final

import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.gaps import Histogram, customer_days
from copilot.statistics.measures import DAYS_A_YEAR, Compared, Known, Measurer, Side
from copilot.statistics.mixes import Level, Mix, Mixer, category_counts, counted_members
from copilot.statistics.products import EntryProducts, NextProducts, entry_products, next_products
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.rfm import rfm_table
from copilot.statistics.rhythm import Thresholds, thresholds
from copilot.statistics.scope import Scope, people_table
from copilot.statistics.segments import SegmentRule
from copilot.statistics.split import everybody, group_members, marked, marked_customers, marked_orders
from copilot.statistics.stages import stage_table
from copilot.statistics.timing import OrderTiming, order_timing

__all__ = ["Compared", "Level", "Mix", "SegmentProfile", "segment_profile"]

_COLUMNS: Final = (
    "customer_key", "in_group", "orders", "frequency", "discounted_orders", "first_discounted", "refunded_orders",
    "first_day", "days_since", "country", "region", "first_channel", "first_source", "first_device",
)  # fmt: skip
_MONEY: Final = ("units", "gross_sales", "discounts", "returns", "net_sales", "value")
_TRAITS: Final = ("country", "region", "first_channel", "first_source", "first_device")
_NO_CONSENT: Final = (
    "No e-mail consent in the files: treated as not consenting. Shopify > Customers > Export (Accepts Email Marketing) "
    "or a Klaviyo profile export has it."
)


class SegmentProfile(Result):
    """A segment in figures. A figure whose data is missing has value None and a warning naming the export.

    `size` counts people, buyers or not (stages may hold people without an order); all other figures are of those
    who bought. Money shares are of all known customers' net sales.
    """

    rule: SegmentRule
    size: Figure
    customers: Figure  # those of them with an order that counts
    share_of_customers: Figure
    net_sales: Figure
    share_of_net_sales: Figure
    value_mean: Compared
    value_median: Compared
    aov_net: Compared
    order_value_median: Compared
    items_per_order: Compared
    orders_per_customer: Compared
    orders_per_year: Compared  # after the first
    gap_median: Compared
    gap_p25: Figure
    gap_p75: Figure
    overdue_share: Compared  # longer without an order than the shop's own 80th percentile of gaps
    lapsed_share: Compared  # past the shop's lapse threshold
    repeat_rate: Compared
    days_since_median: Compared
    full_price_share: Compared  # of orders
    full_price_repeat_share: Compared  # of orders after the first
    refunded_orders_share: Compared
    return_value_rate: Compared
    reachable: Figure  # e-mail consent yes
    not_consenting: Figure
    consent_unknown: Figure
    countries: Mix
    regions: Mix
    channels: Mix
    sources: Mix
    devices: Mix
    categories: Mix
    rfm: Mix
    stages: Mix
    entry: EntryProducts
    next_products: NextProducts
    timing: OrderTiming
    table: ResultTable
    missing: tuple[str, ...]  # sentences: what is not in the data and which export would supply it
    warnings: tuple[str, ...] = ()


def segment_profile(tables: Tables, scope: Scope, rule: SegmentRule) -> SegmentProfile:
    """Describe the people of `rule`, against everybody else of the scope."""
    receipts = Receipts(tables, scope, "segment_profile", {"segment": rule.model_dump(mode="json")})
    compared = not everybody(rule)
    customers = _customers(tables, scope, rule)
    group, rest = _sides(tables, scope, rule, customers)
    sides = (group, rest if compared and rest.n else None)
    limits = thresholds(tables, scope)
    measure = Measurer(receipts, limits, _known(tables))
    compare = {
        "value_mean": measure.value_mean,
        "value_median": measure.value_median,
        "aov_net": measure.aov_net,
        "order_value_median": measure.order_value_median,
        "items_per_order": measure.items_per_order,
        "orders_per_customer": measure.orders_per_customer,
        "orders_per_year": measure.orders_per_year,
        "gap_median": measure.gap(50),
        "overdue_share": measure.overdue_share,
        "lapsed_share": measure.lapsed_share,
        "repeat_rate": measure.repeat_rate,
        "days_since_median": measure.days_since_median,
        "full_price_share": measure.full_price_share,
        "full_price_repeat_share": measure.full_price_repeat_share,
        "refunded_orders_share": measure.refunded_share,
        "return_value_rate": measure.return_value_share,
    }
    measured = {name: measure.compare(each, sides) for name, each in compare.items()}
    consent = _consent(tables, scope, rule, receipts)
    mixes = _mixes(rule, customers, Mixer(receipts, compared=sides[1] is not None), limits)
    entry = entry_products(tables, scope, rule)
    following = next_products(tables, scope, rule)
    timing = order_timing(tables, scope, rule)
    warnings = () if group.n else ("Nobody of this group has an order that counts: there is no buying to describe.",)
    return SegmentProfile(
        rule=rule,
        **_totals(receipts, customers, group),
        **measured,
        gap_p25=measure.gap(25)(group),
        gap_p75=measure.gap(75)(group),
        **consent,
        **mixes,
        entry=entry,
        next_products=following,
        timing=timing,
        table=_table(measured, receipts),
        missing=_missing(measured, mixes, consent, (*entry.warnings, *following.warnings, *timing.warnings)),
        warnings=warnings,
    )


def _customers(tables: Tables, scope: Scope, rule: SegmentRule) -> pd.DataFrame:
    """One row a customer with what the measures add up; in a fixed order."""
    rows = marked_customers(tables, scope, rule)
    rfm = rfm_table(tables, scope).select("customer_key", "rfm_group")
    joined = rows.left_join(rfm, "customer_key").drop("customer_key_right")
    frame = tables.frame(
        joined.select(*_COLUMNS, "rfm_group", **{name: joined[name].cast("float64") for name in _MONEY})
    )
    frame = frame.sort_values("customer_key", ignore_index=True)
    as_of = scope.as_of(tables.facts) or date(1970, 1, 1)
    days = (pd.Timestamp(as_of) - pd.to_datetime(frame["first_day"])).dt.days
    return frame.assign(
        in_group=frame["in_group"].astype(bool),
        later_orders=frame["orders"] - 1,
        first_discounted=frame["first_discounted"].astype("boolean").fillna(False).astype(int),
        demand=frame["gross_sales"] - frame["discounts"],
        years=days.clip(lower=0) / DAYS_A_YEAR,
    )


def _sides(tables: Tables, scope: Scope, rule: SegmentRule, customers: pd.DataFrame) -> tuple[Side, Side]:
    orders = marked_orders(tables, scope, rule)
    if everybody(rule):
        orders = orders.filter(orders.customer_key.notnull())
    values = tables.frame(orders.select("in_group", demand=orders.demand.cast("float64")))
    worth = values["demand"].to_numpy(dtype=float)
    inside = values["in_group"].to_numpy(dtype=bool)
    days = tables.kept(f"customer-days-{scope.key()}", lambda: customer_days(tables, scope))
    waits = marked(tables, scope, rule, days.filter(days.gap.notnull()))
    gaps = tables.frame(waits.group_by("in_group", "gap").aggregate(n=waits.count()))

    def side(words: str, *, member: bool) -> Side:
        rows = gaps[gaps["in_group"].astype(bool) == member].sort_values("gap")
        return Side(
            words=words,
            customers=customers[customers["in_group"] == member],
            order_values=np.sort(worth[inside == member]),
            gaps=Histogram(rows["gap"].to_numpy(dtype=np.int64), rows["n"].to_numpy(dtype=np.int64)),
        )

    return side("the group", member=True), side("the rest", member=False)


def _totals(receipts: Receipts, customers: pd.DataFrame, group: Side) -> dict[str, Figure]:
    """Size, share of customers, net sales and share of net sales."""
    tables, scope = receipts.tables, receipts.scope
    rule = SegmentRule.model_validate(receipts.arguments["segment"])
    members = group_members(tables, scope, rule)
    size = group.n if everybody(rule) else int(tables.frame(members.aggregate(n=members.count()))["n"].iloc[0])
    everyone = math.fsum(customers["net_sales"].to_numpy(dtype=float))
    own = group.total("net_sales")
    return {
        "size": receipts.figure(
            "people", size, label=f"People: {rule.name}", definition=f"Known people: {rule.text()}."
        ),
        "customers": receipts.figure("group_customers", group.n, definition="Those of them with an order that counts."),
        "share_of_customers": receipts.share("group_share", group.n, len(customers), of="customers"),
        "net_sales": receipts.figure("group_value", own, name="group_net_sales", label="Net sales of the group",
                                     definition="Net sales (gross - discounts - returns) of the group's customers."),
        "share_of_net_sales": receipts.figure(
            "group_value_share", own / everyone if everyone > 0 else None,
            numerator=own, denominator=everyone, n=group.n,
            name="group_net_sales_share", label="Share of net sales of the group",
            definition="Net sales of the group / net sales of all known customers.",
        ),
    }  # fmt: skip


def _consent(tables: Tables, scope: Scope, rule: SegmentRule, receipts: Receipts) -> dict[str, Figure]:
    """Who may be mailed, over everybody of the group, buyer or not."""
    group = group_members(tables, scope, rule)
    people = people_table(tables).select("customer_key", "email_consent")
    joined = group.left_join(people, "customer_key")
    row = tables.frame(
        joined.aggregate(n=joined.count(), yes=joined.email_consent.sum(), no=(~joined.email_consent).sum())
    ).iloc[0]
    n = int(row["n"])
    yes, no = (0 if pd.isna(row[name]) else int(row[name]) for name in ("yes", "no"))
    unknown = (_NO_CONSENT,) if n and not yes + no else ()
    if unknown:
        nothing = {"reachable": None, "not_consenting": None}
        figures = {name: receipts.figure(name, value, n=n, warnings=unknown) for name, value in nothing.items()}
    else:
        counts = {"reachable": yes, "not_consenting": no}
        figures = {name: receipts.share(name, part, n, of="people") for name, part in counts.items()}
    return {**figures, "consent_unknown": receipts.share("consent_unknown", n - yes - no, n, of="people")}


def _mixes(rule: SegmentRule, customers: pd.DataFrame, mixer: Mixer, limits: Thresholds) -> dict[str, Mix]:
    tables, scope = mixer.receipts.tables, mixer.receipts.scope
    names = dict(zip(_TRAITS, ("countries", "regions", "channels", "sources", "devices"), strict=True))
    mixes = {name: mixer.of_column(customers, trait) for trait, name in names.items()}
    categories, sizes = category_counts(tables, scope, rule)
    staged = stage_table(tables, scope, limits).select("customer_key", "substage")
    counted = counted_members(tables, group_members(tables, scope, rule), staged, "substage")
    stages = [(name, inside, outside) for name, (inside, outside) in counted.items() if inside]
    whole = (sum(inside for inside, _ in counted.values()), sum(outside for _, outside in counted.values()))
    return {
        **mixes,
        "categories": mixer.mix("category", categories, sizes),
        "rfm": mixer.of_column(customers, "rfm_group"),
        "stages": mixer.mix("substage", stages, whole, smallest=1),
    }


def _known(tables: Tables) -> Known:
    """What the order files can tell: discounts, refunds and units that never occur count as not in the files."""
    orders = tables.orders
    row = tables.frame(
        orders.aggregate(
            discounts=((orders.discounts > 0) | orders.discounted.notnull()).any(),
            returns=((orders.returns > 0) | (orders.kind == "return")).any(),
            refunds=((orders.returns > 0) & (orders.kind != "return")).any(),
            units=orders.units.notnull().any(),
        )
    ).iloc[0]

    def gap(name: str, sentence: str) -> str:
        return "" if not pd.isna(row[name]) and bool(row[name]) else sentence

    return Known(
        discounts=gap("discounts", "No discounts in the files. Shopify > Orders > Export has them (Discount Amount)."),
        returns=gap("returns", "No refunds in the files. Shopify > Orders > Export has them (Refunded Amount)."),
        refunds=gap("refunds", "No refunds on orders in the files; returns, if any, are documents of their own."),
        units=gap("units", "No quantities in the files. Export orders with their line items."),
    )


def _missing(
    measured: dict[str, Compared], mixes: dict[str, Mix], consent: dict[str, Figure], further: tuple[str, ...]
) -> tuple[str, ...]:
    """Each gap once, in the order of the profile: sentences that name an export."""
    found = [w for each in measured.values() if each.group.value is None for w in each.group.warnings]
    found += [mix.missing for mix in mixes.values() if mix.missing]
    found += [w for figure in consent.values() if figure.value is None for w in figure.warnings]
    found += [w for w in further if "not available" in w or "The files" in w]
    return tuple(dict.fromkeys(found))


def _table(measured: dict[str, Compared], receipts: Receipts) -> ResultTable:
    rows = tuple(
        {
            "measure": pair.group.label,
            "unit": pair.group.unit,
            "group": pair.group.value,
            "rest": pair.rest.value if pair.rest else None,
        }
        for pair in measured.values()
    )
    return ResultTable(
        title="The group against the rest",
        columns=(
            Column(key="measure", label="measure"),
            Column(key="unit", label="unit"),
            Column(key="group", label="group", unit="number"),
            Column(key="rest", label="rest", unit="number"),
        ),
        rows=rows,
        currency=receipts.currency,
    )
