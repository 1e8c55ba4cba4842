"""Transitions: how people went from stage to stage and from active to lapsed, in steps of 30 days, pooled."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import pairwise
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UsageProblem
from copilot.statistics.lifetime.flows import (
    Flow,
    Matrix,
    largest,
    matrix,
    matrix_chart,
    matrix_table,
)
from copilot.statistics.lifetime.movement import at_date
from copilot.statistics.lifetime.rates import StageRate, stage_rates
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.rhythm import Thresholds, activity_table, thresholds
from copilot.statistics.scope import Scope
from copilot.statistics.stages import SUBSTAGES, prospects_known, stage_table

STEP: Final = 30  # days of one step
STEPS: Final = 3
ACTIVITIES: Final = ("active", "cooling", "lapsed")
_CROSSINGS: Final = (
    ("active", "cooling"), ("active", "lapsed"), ("cooling", "active"), ("cooling", "lapsed"), ("lapsed", "active"),
)  # fmt: skip


class StageTransitions(Result):
    """Moves between sub-stages over steps of 30 days, pooled, and the rates that marketers watch."""

    steps: int
    first: date  # start of the earliest step
    last: date
    people: Figure  # looked at over all steps, each once a step
    stayed: Figure
    moves: tuple[Flow, ...]
    activity: tuple[Figure, ...]  # active to cooling, active to lapsed ... in 30 days
    rates: tuple[StageRate, ...]
    missing: tuple[str, ...]
    matrix: ResultTable
    activity_matrix: ResultTable
    chart: Chart
    note: str


def stage_transitions(tables: Tables, scope: Scope, steps: int = STEPS) -> StageTransitions:
    """Stage at the start of each of the last `steps` spans of 30 days against the stage at its end.

    Each look uses only what was known by its day, and all looks use today's borders in days, so that nobody moves
    because a border did. Fewer steps if the data is shorter; CannotAnswer below one.
    """
    if steps < 1:
        raise UsageProblem("At least one step is needed.")
    scope = scope.ever()
    days = _looks(tables, scope, steps)
    receipts = Receipts(tables, scope, "stage_transitions", {"steps": len(days) - 1})
    limits = thresholds(tables, scope)
    stages = [_stages(tables, at_date(scope, day), limits) for day in days]
    labels = {name: rule.label for name, rule in SUBSTAGES.items()}
    found = matrix(tables, list(pairwise(stages)), tuple(SUBSTAGES), labels)
    activities = [_activity(tables, at_date(scope, day), limits) for day in days]
    active = matrix(tables, list(pairwise(activities)), ACTIVITIES, {})
    base = sum(found.count(start=name) for name in SUBSTAGES)
    stayed = sum(found.count(name, name) for name in SUBSTAGES)
    sizable = prospects_known(tables)
    return StageTransitions(
        steps=len(days) - 1,
        first=days[0],
        last=days[-1],
        people=receipts.figure("people", base, name="people_looked_at", label="People at the start of the steps",
                               definition=f"People known at the start of each step of {STEP} days, added up."),
        stayed=receipts.share("flow_share", stayed, base, of="people", name="stayed_share",
                              label=f"Stayed in their stage over {STEP} days"),
        moves=largest(receipts, found, valued=False),
        activity=tuple(_crossing(receipts, active, *pair) for pair in _CROSSINGS),
        rates=stage_rates(tables, scope, limits),
        missing=() if sizable else (
            "Only buyers are known, so moves between cold, warm and hot cannot be seen: Shopify > Customers > Export "
            "(all customers) with consent and created dates would show them.",
        ),
        matrix=matrix_table(found, f"Moves between stages in {STEP} days",
                            f"Rows: at the start of a step; columns: {STEP} days later; steps added up."),
        activity_matrix=matrix_table(active, f"Active, cooling and lapsed over {STEP} days", "Steps added up."),
        chart=matrix_chart(found, f"Where the people of each stage are {STEP} days later"),
        note="All looks use today's borders in days. Sessions and clicks count as of each day; a changed consent shows "
        "only with its date.",
    )  # fmt: skip


def _looks(tables: Tables, scope: Scope, steps: int) -> list[date]:
    """The days looked at, oldest first: the analysis date and 30, 60 ... days before, as far as the data goes."""
    now, start = scope.as_of(tables.facts), tables.facts.first_order
    days = [] if now is None else [now - timedelta(days=STEP * step) for step in range(steps, -1, -1)]
    days = [day for day in days if start is not None and day >= start]
    if len(days) < 2:
        raise CannotAnswer(
            f"The data covers less than {STEP} days, so nobody can be seen moving.",
            "Add older orders.",
            code="too_little_history",
        )
    return days


def _stages(tables: Tables, scope: Scope, limits: Thresholds) -> ir.Table:
    staged = stage_table(tables, scope, limits)
    return staged.select("customer_key", state="substage", value=staged.net_sales.fill_null(0))


def _activity(tables: Tables, scope: Scope, limits: Thresholds) -> ir.Table:
    return activity_table(tables, scope, limits).select("customer_key", state="activity", value=ibis.literal(0.0))


def _crossing(receipts: Receipts, found: Matrix, start: str, end: str) -> Figure:
    return receipts.share(
        "activity_step", found.count(start, end), found.count(start), of="customers",
        name=f"{start}_to_{end}_30", label=f"{start.capitalize()} customers who were {end} {STEP} days later",
        people=found.count(start, end),
    )  # fmt: skip
