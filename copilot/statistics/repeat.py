"""Repeat purchase: four definitions that are often confused, kept apart, and orders per customer."""

from __future__ import annotations

from copilot.statistics.result import Figure, Result, ResultTable


class RepeatRates(Result):
    """`lifetime` answers "how many customers come back"; the others answer narrower questions (see definitions)."""

    lifetime: Figure
    in_period: Figure
    returning: Figure
    within: tuple[Figure, ...]  # second order within 30, 60, 90, 180, 365 days, mature customers only
    customers: Figure
    repeat_customers: Figure
    one_time_customers: Figure
    orders_per_customer: Figure
    net_sales_from_repeat: Figure
    distribution: ResultTable
