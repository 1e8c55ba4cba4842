"""Owns the portrait of a segment: everything an ICP, a persona or a brief needs to know of a group, as figures."""

from __future__ import annotations

from copilot.statistics.products import EntryProducts, NextProducts
from copilot.statistics.result import Figure, Result, ResultTable
from copilot.statistics.segments import SegmentRule
from copilot.statistics.timing import OrderTiming


class Level(Result):
    """One value of a trait (country Germany, channel web): share in the group and in the rest."""

    name: str
    share: Figure
    rest: Figure | None


class Mix(Result):
    """The commonest values of a trait; empty with `missing` if the files do not have it."""

    trait: str
    label: str
    levels: tuple[Level, ...]
    missing: str = ""


class Compared(Result):
    """A measure in the group and in the rest (None if the group is everybody)."""

    group: Figure
    rest: Figure | None


class SegmentProfile(Result):
    """A segment in figures. A figure whose data is missing has value None and a warning naming the export."""

    rule: SegmentRule
    size: Figure
    share_of_customers: Figure
    net_sales: Figure
    share_of_net_sales: Figure
    value_mean: Compared
    value_median: Compared
    aov_net: Compared
    order_value_median: Compared
    items_per_order: Compared
    orders_per_customer: Compared
    orders_per_year: Compared
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
