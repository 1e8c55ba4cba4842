"""Flows: who went from which group to which between two looks, as counts, shares with intervals and value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.intervals import NO_PERCENTAGE_BELOW
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable

NEW: Final = "(new)"  # not there at the earlier look
GONE: Final = "(gone)"  # not there at the later look
SHOWN: Final = 8


class Flow(Result):
    """Customers who were in `start` and are in `end` (of the same name: they stayed)."""

    start: str
    end: str
    customers: Figure
    share: Figure  # of those in `start` at the earlier look
    value: Figure | None  # value of these customers at the later look


class GroupChange(Result):
    """One group at both looks."""

    name: str
    label: str
    before: Figure
    now: Figure
    stayed: Figure  # share of those before who are still in it
    entered: Figure  # in it now, elsewhere or nowhere before
    new: int  # of those entered, not there at all before


@dataclass(frozen=True)
class Matrix:
    """Counts (and values) by group at the earlier and at the later look; groups in `names` order."""

    names: tuple[str, ...]
    labels: Mapping[str, str]
    counts: dict[tuple[str, str], int]
    values: dict[tuple[str, str], float]

    def count(self, start: str | None = None, end: str | None = None) -> int:
        """Customers in `start` then and `end` now; None = anywhere, new and gone included."""
        return sum(n for (a, b), n in self.counts.items() if start in (None, a) and end in (None, b))

    def label(self, name: str) -> str:
        """The group's name for the screen."""
        return {NEW: "not there yet", GONE: "no longer there"}.get(name, self.labels.get(name, name))

    def starts(self) -> list[str]:
        """Groups that had somebody at the earlier look."""
        return [name for name in self.names if self.count(start=name)]


def matrix(tables: Tables, pairs: Sequence[tuple[ir.Table, ir.Table]], names: tuple[str, ...],
           labels: Mapping[str, str]) -> Matrix:  # fmt: skip
    """The matrix of one or more pairs of looks, pooled. Each table has customer_key, state and value."""
    counts: dict[tuple[str, str], int] = {}
    values: dict[tuple[str, str], float] = {}
    for earlier, later in pairs:
        for row in _pair(tables, earlier, later).itertuples():
            key = (str(row.start), str(row.end))
            counts[key] = counts.get(key, 0) + int(row.customers)
            values[key] = values.get(key, 0.0) + float(row.value)
    return Matrix(names, labels, counts, values)


def _pair(tables: Tables, earlier: ir.Table, later: ir.Table) -> pd.DataFrame:
    before = earlier.select("customer_key", start="state")
    after = later.select("customer_key", end="state", value="value")
    joined = before.outer_join(after, "customer_key")
    named = joined.select(
        start=joined.start.fill_null(NEW), end=joined.end.fill_null(GONE), value=joined.value.cast("float64")
    )
    grouped = named.group_by("start", "end").aggregate(customers=named.count(), value=named.value.sum().fill_null(0.0))
    return tables.frame(grouped.order_by("start", "end"))


def flow(receipts: Receipts, found: Matrix, start: str, end: str, *, valued: bool = True) -> Flow:
    """One cell of the matrix."""
    count, base = found.count(start, end), found.count(start)
    words = f"{found.label(start)} to {found.label(end)}" if start != end else f"{found.label(start)}, stayed"
    details: dict[str, Any] = {"people": count}
    return Flow(
        start=start,
        end=end,
        customers=receipts.figure("flow", count, name=f"flow_{start}_{end}", label=words, **details),
        share=receipts.share(
            "flow_share", count, base, of="customers", name=f"flow_{start}_{end}_share", label=f"{words}: share",
            **details,
        ),
        value=receipts.figure(
            "flow_value", found.values.get((start, end), 0.0), name=f"flow_{start}_{end}_value",
            label=f"{words}: value", **details,
        ) if valued else None,
    )  # fmt: skip


def largest(receipts: Receipts, found: Matrix, *, valued: bool = True) -> tuple[Flow, ...]:
    """The largest moves between two groups, most customers first; those who stayed, came or went are left out."""
    moves = [
        (count, found.values.get(key, 0.0), key)
        for key, count in found.counts.items()
        if key[0] != key[1] and key[0] != NEW and key[1] != GONE
    ]
    ordered = sorted(moves, key=lambda move: (-move[0], -move[1], move[2]))
    return tuple(flow(receipts, found, *key, valued=valued) for _, _, key in ordered[:SHOWN])


def changes(receipts: Receipts, found: Matrix) -> tuple[GroupChange, ...]:
    """Every group at both looks, in the order of the groups."""
    made = []
    for name in found.names:
        before, now, label = found.count(start=name), found.count(end=name), found.label(name)
        stayed = found.count(name, name)
        made.append(
            GroupChange(
                name=name,
                label=label,
                before=receipts.figure("group_customers", before, name=f"{name}_before", label=f"{label}: then"),
                now=receipts.figure("group_customers", now, name=f"{name}_now", label=f"{label}: now"),
                stayed=receipts.share(
                    "flow_share", stayed, before, of="customers", name=f"{name}_stayed", label=f"{label}: stayed",
                    people=stayed,
                ),
                entered=receipts.figure("group_entered", now - stayed, name=f"{name}_entered",
                                        label=f"{label}: came in"),
                new=found.count(NEW, name),
            )
        )  # fmt: skip
    return tuple(made)


def matrix_table(found: Matrix, title: str, note: str) -> ResultTable:
    """Rows: group then; columns: group now; cells: customers."""
    present = [name for name in found.names if found.count(start=name) or found.count(end=name)]
    starts = [*present, *([NEW] if found.count(start=NEW) else [])]
    ends = [*present, *([GONE] if found.count(end=GONE) else [])]
    rows = tuple(
        {"start": found.label(a), "all": found.count(a), **{b: found.count(a, b) for b in ends}} for a in starts
    )
    columns = (
        Column(key="start", label="Then / now"),
        Column(key="all", label="Then", unit="count"),
        *(Column(key=b, label=found.label(b), unit="count") for b in ends),
    )
    return ResultTable(title=title, columns=columns, rows=rows, note=note)


def change_table(receipts: Receipts, made: tuple[GroupChange, ...]) -> ResultTable:
    """One row a group: then, stayed, came in, now."""
    rows = tuple(
        {
            "group": one.label,
            "before": one.before.value,
            "stayed": one.stayed.numerator,
            "share": one.stayed.value if (one.before.value or 0) >= NO_PERCENTAGE_BELOW else None,
            "left": (one.before.value or 0) - (one.stayed.numerator or 0),
            "entered": one.entered.value,
            "new": one.new,
            "now": one.now.value,
        }
        for one in made
    )
    return ResultTable(
        title="Groups then and now",
        columns=(
            Column(key="group", label="Group"),
            Column(key="before", label="Then", unit="count"),
            Column(key="stayed", label="Stayed", unit="count"),
            Column(key="share", label="Share that stayed", unit="share"),
            Column(key="left", label="Left it", unit="count"),
            Column(key="entered", label="Came in", unit="count"),
            Column(key="new", label="of these new", unit="count"),
            Column(key="now", label="Now", unit="count"),
        ),
        rows=rows,
        currency=receipts.currency,
    )


def matrix_chart(found: Matrix, title: str) -> Chart:
    """Share of each group then that is in each group now."""
    present = [name for name in found.names if found.count(start=name) or found.count(end=name)]
    return Chart(
        kind="heatmap",
        title=title,
        x=tuple(found.label(name) for name in present),
        series={
            found.label(a): tuple(found.count(a, b) / found.count(a) for b in present) for a in found.starts()
        },
        unit="share",
    )  # fmt: skip
