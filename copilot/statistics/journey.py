"""Journey: every known person in exactly one stage (cold, warm, hot) and sub-stage, at the analysis date."""

from __future__ import annotations

from typing import Literal

from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.rhythm import Thresholds

StageName = Literal["cold", "warm", "hot"]


class SubStage(Result):
    """One sub-stage; `contactable` are those with e-mail consent (stage is not permission)."""

    name: str  # e.g. hot_new
    stage: StageName
    label: str
    rule: str
    people: Figure
    share: Figure
    contactable: Figure
    net_sales: Figure


class JourneyStages(Result):
    """Sub-stages in the order of the rules; they add up to all known people.

    `sizable` is False if only buyers are known: then warm and cold cannot be sized and `missing` says which
    export would do it.
    """

    sizable: bool
    missing: tuple[str, ...]
    known: Figure
    stages: tuple[Figure, ...]  # hot, warm, cold
    substages: tuple[SubStage, ...]
    anonymous_visitors: Figure
    refunded_only: Figure
    thresholds: Thresholds
    table: ResultTable
    chart: Chart

    def substage(self, name: str) -> SubStage:
        """The sub-stage of that name."""
        return next(sub for sub in self.substages if sub.name == name)
