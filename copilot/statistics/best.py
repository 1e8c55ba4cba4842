"""Best customers: who they are, what share they bring, and whom gross sales would have named wrongly."""

from __future__ import annotations

from copilot.statistics.contrast import SetsApart
from copilot.statistics.result import Figure, Result, ResultTable
from copilot.statistics.segments import SegmentRule


class BestCustomers(Result):
    """The top customers by value, against the rest. `table` and `wrong_names` list single people (personal)."""

    rule: SegmentRule
    size: Figure
    share: Figure
    median_orders: Figure
    median_value: Figure
    median_recency: Figure
    rest_median_orders: Figure
    rest_median_value: Figure
    rest_median_recency: Figure
    table: ResultTable
    wrong_names_count: Figure
    wrong_names: ResultTable | None  # among the first `limit` by gross sales, not by value
    apart: SetsApart
