"""Owns what it is worth, at most, to move a share of one journey stage to the next, from what each went on to spend."""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.errors import UsageProblem
from copilot.statistics.experiment import Arm
from copilot.statistics.intervals import Z95
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, documents, people_table
from copilot.statistics.stages import SUBSTAGES, stage_table

MOVES: Final = (
    ("hot_new", "hot_repeat"), ("hot_cooling", "hot_repeat"), ("hot_lapsed", "hot_repeat"), ("hot_repeat", "hot_vip"),
    ("warm_checkout", "hot_new"), ("warm_engaged", "hot_new"), ("warm_subscriber", "hot_new"),
    ("cold_dormant_lead", "hot_new"),
)  # fmt: skip
HORIZONS: Final = (365, 180, 90)
EARLIER: Final = 180  # days of history needed before the day from which people are followed
LEAST: Final = 30  # people followed from each stage
ASSUMED: Final = (
    "those moved would spend like people who got there by themselves; they will not quite, so this is an upper bound",
    "the coming days are like the same number of days just past",
    "what it costs to move them is not taken off",
)


class Move(Result):
    """One transition. `worth` is an upper bound; `value_from`, `value_to`: what people of each went on to spend."""

    source: str
    target: str
    words: str  # "New buyer to Repeat buyer"
    people: Figure
    moved: Figure
    value_from: Figure
    value_to: Figure
    gap: Figure
    worth: Figure


class StageMoves(Result):
    """Every transition between stages that people stand in, the one worth most first."""

    share: float
    days: int | None  # how long people were followed; None: too little history
    moves: tuple[Move, ...]
    table: ResultTable
    assumed: tuple[str, ...] = ASSUMED
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Setting:
    tables: Tables
    scope: Scope
    receipts: Receipts
    share: float
    days: int


def stage_moves(tables: Tables, scope: Scope, share: float = 0.05, days: int | None = None) -> StageMoves:
    """What moving `share` of each stage to the next is worth at most, with a 95 % interval.

    People are put into the stage they had `days` days ago (365, 180 or 90, the longest the data allow with 180 days
    of history before it) and followed since; the difference between two stages, times the people who stand in the
    earlier one today, is the bound.
    """
    if not 0 < share <= 1:
        raise UsageProblem("The share moved must lie between 0 and 1.")
    horizon = _horizon(tables, scope, days)
    now = scope.model_copy(update={"period": None})
    receipts = Receipts(tables, now, "stage_moves", {"share": share, "days": horizon})
    if horizon is None:
        short = ("The data reach back too little to follow people: half a year of orders and three months after it are "
                 "needed.",)  # fmt: skip
        return StageMoves(share=share, days=None, moves=(), table=_table((), receipts.currency, None), warnings=short)
    setting = _Setting(tables, now, receipts, share, horizon)
    followed = _followed(setting)
    standing = _standing(tables, now)
    moves = [
        _move(setting, pair, standing.get(pair[0], 0), followed)
        for pair in MOVES
        if standing.get(pair[0]) and pair[0] in followed and pair[1] in followed
    ]
    moves.sort(key=lambda move: -(move.worth.value or 0.0))
    return StageMoves(
        share=share, days=horizon, moves=tuple(moves), table=_table(tuple(moves), receipts.currency, horizon)
    )


def _horizon(tables: Tables, scope: Scope, wanted: int | None) -> int | None:
    as_of, first = scope.as_of(tables.facts), tables.facts.first_order
    if as_of is None or first is None:
        return None
    tried = (wanted,) if wanted else HORIZONS
    return next((days for days in tried if (as_of - first).days - days >= EARLIER), None)


def _standing(tables: Tables, scope: Scope) -> dict[str, int]:
    stages = stage_table(tables, scope)
    frame = tables.frame(stages.group_by("substage").aggregate(n=stages.count()))
    return {str(row.substage): int(row.n) for row in frame.itertuples()}


def _followed(setting: _Setting) -> dict[str, Arm]:
    """What people of each sub-stage, as it was `days` ago, spent since: number, mean and deviation."""
    as_of = setting.scope.as_of(setting.tables.facts)
    if as_of is None:
        return {}
    start = as_of - timedelta(days=setting.days)
    stages = stage_table(setting.tables, setting.scope.model_copy(update={"analysis_date": start}))
    people = people_table(setting.tables)
    since = people.consent_at.fill_null(people.created_at).date()
    known = people.filter(since <= start).select("customer_key")
    prospects = stages.filter(stages.stage != "hot").semi_join(known, "customer_key")  # nobody unknown on that day
    stages = stages.filter(stages.stage == "hot").union(prospects)
    each = _spent_since(setting, start)
    joined = stages.select("customer_key", "substage").left_join(each, "customer_key")
    net = joined.net.fill_null(0.0)
    sums = joined.group_by("substage").aggregate(n=joined.count(), total=net.sum(), squares=(net * net).sum())
    found = {}
    for row in setting.tables.frame(sums).itertuples():
        n = int(row.n)
        if n >= LEAST:
            mean = float(row.total) / n
            variance = max(0.0, (float(row.squares) - n * mean * mean) / (n - 1))
            found[str(row.substage)] = Arm(n, mean, math.sqrt(variance))
    return found


def _spent_since(setting: _Setting, start: date) -> ir.Table:
    rows = documents(setting.tables, setting.scope)
    rows = rows.filter(rows.customer_key.notnull(), rows.day > start, rows.valid | (rows.kind == "return"))
    return rows.group_by("customer_key").aggregate(net=rows.net.sum().cast("float64"))


def _move(setting: _Setting, pair: tuple[str, str], people: int, followed: dict[str, Arm]) -> Move:
    one, other = followed[pair[0]], followed[pair[1]]
    words = f"{SUBSTAGES[pair[0]].label} to {SUBSTAGES[pair[1]].label}"
    moved = people * setting.share
    gap = other.mean - one.mean
    half = Z95 * math.sqrt(one.variance + other.variance)
    apart = (gap - half, gap + half)
    n = min(one.n, other.n)

    def figure(name: str, value: float, label: str, **details: Any) -> Figure:
        query = {**setting.receipts.query(), "figure": name, "from": pair[0], "to": pair[1], "side": label}
        return setting.receipts.figure(name, value, label=label, query=query, **details)

    def mean(name: str, arm: Arm) -> Figure:
        spread = Z95 * math.sqrt(arm.variance)
        bounds = (arm.mean - spread, arm.mean + spread)
        label = f"Net sales in the following {setting.days} days: {SUBSTAGES[name].label}"
        return figure("move_value", arm.mean, label, n=arm.n, of="people", interval_of=(bounds, "normal 95 %"))

    return Move(
        source=pair[0],
        target=pair[1],
        words=words,
        people=figure("move_people", people, f"People: {SUBSTAGES[pair[0]].label}"),
        moved=figure("moved_people", moved, f"{100 * setting.share:g} % of them", decimals=0),
        value_from=mean(pair[0], one),
        value_to=mean(pair[1], other),
        gap=figure("move_gap", gap, f"Difference, {words}", n=n, of="people", interval_of=(apart, "Welch 95 %")),
        worth=figure(
            "move_worth", gap * moved, f"Worth of moving {100 * setting.share:g} %, at most: {words}", n=n, of="people",
            interval_of=((apart[0] * moved, apart[1] * moved), "Welch 95 %"),
        ),
    )  # fmt: skip


def _table(moves: tuple[Move, ...], currency: str | None, days: int | None) -> ResultTable:
    return ResultTable(
        title="What moving people to the next stage is worth, at most",
        columns=(
            Column(key="move", label="move"), Column(key="people", label="people now", unit="count"),
            Column(key="moved", label="moved", unit="count"), Column(key="gap", label="difference each", unit="money"),
            Column(key="worth", label="worth, at most", unit="money"), Column(key="low", label="low", unit="money"),
            Column(key="high", label="high", unit="money"),
        ),
        rows=tuple(
            {"move": one.words, "people": one.people.value, "moved": one.moved.value, "gap": one.gap.value,
             "worth": one.worth.value, "low": one.worth.low, "high": one.worth.high}
            for one in moves
        ),
        note=f"Net sales of the {days} days after; low and high bound a 95 % interval." if days else "",
        currency=currency,
    )  # fmt: skip
