"""RFM: recency, frequency and money scores with printed thresholds; each customer in exactly one group."""

from __future__ import annotations

from typing import Literal

from copilot.statistics.result import Figure, Result, ResultTable

Method = Literal["quintile", "tercile_klaviyo", "fixed_adaptive"]


class RfmGroup(Result):
    """One group. Shares are of all customers, and of all customers' value."""

    name: str  # stable, e.g. champions
    label: str
    rule: str  # score cells in words
    customers: Figure
    share: Figure
    value: Figure
    value_share: Figure
    median_days_since: Figure


class RfmGroups(Result):
    """All groups, including empty ones; their sizes add up to all customers."""

    method: Method
    method_text: str  # why this method, and its scores in words
    customers: Figure
    groups: tuple[RfmGroup, ...]
    thresholds: ResultTable  # score -> from, to of R, F, M
    table: ResultTable
