"""The rows a query about web sessions adds up: one a session, filtered and labelled by what a session has."""

from __future__ import annotations

from typing import Final

import ibis.expr.types as ir
import pandas as pd

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer
from copilot.statistics.condition import Condition
from copilot.statistics.dimensions import Dimension, as_text, dimension
from copilot.statistics.query_rows import Selection, chosen
from copilot.statistics.result import Period

# Dimensions of an order that a session has, too; the source of a visit is its channel.
OF_SESSIONS: Final = {"channel": "channel", "source": "channel", "device": "device"}
FLAGS: Final = {
    "conversion_rate": ("ordered", "which sessions ended in an order"),
    "cart_rate": ("added_to_cart", "in which sessions something was put into the cart"),
    "session_checkout_rate": ("checkout_started", "in which sessions a checkout was begun"),
    "cart_abandonment": ("added_to_cart", "in which sessions something was put into the cart"),
    "visitors": ("visitor", "which sessions belong to one visitor"),
}


def session_rows(selection: Selection, by: tuple[str, ...]) -> ir.Table:
    """Sessions of the period with one text column `by_<name>` per dimension; a segment keeps known customers of it.

    Raises CannotAnswer where no sessions are loaded, or for a dimension or condition that a session has not.
    """
    tables, scope = selection.tables, selection.scope
    rows = tables.sessions
    if not _count(tables, rows):
        raise CannotAnswer(
            "No web sessions are loaded, so nobody's visits can be counted.",
            "Add sessions or events of your web analytics as CSV, one row a session or event.",
            code="no_sessions",
        )
    rows = rows.mutate(day=rows.started_at.date(), ordered_at=rows.started_at)  # as dimensions of time read it
    if scope.period is not None:
        rows = rows.filter(rows.day >= scope.period.start, rows.day <= scope.period.end)
    for condition in scope.where:
        rows = rows.filter(condition.test(rows[_column(condition)]))
    rows = chosen(selection, rows)
    return rows.mutate(**{f"by_{name}": as_text(_label(rows, dimension(name))) for name in by})


def session_span(tables: Tables) -> Period | None:
    """First and last day on which a session began; None without sessions."""
    rows = tables.sessions
    ends = tables.frame(rows.aggregate(first=rows.started_at.min(), last=rows.started_at.max())).iloc[0]
    if pd.isna(ends["first"]):
        return None
    return Period(start=ends["first"].date(), end=ends["last"].date())


def _count(tables: Tables, rows: ir.Table) -> int:
    return int(tables.frame(rows.aggregate(n=rows.count()))["n"].iloc[0])


def _column(condition: Condition) -> str:
    if condition.field not in OF_SESSIONS:
        raise _not_of_sessions(condition.field)
    return OF_SESSIONS[condition.field]


def _label(rows: ir.Table, one: Dimension) -> ir.Value:
    if one.name in OF_SESSIONS:
        return rows[OF_SESSIONS[one.name]]
    if one.time and one.order is not None:
        return one.order(rows)
    raise _not_of_sessions(one.name)


def _not_of_sessions(name: str) -> CannotAnswer:
    words = dimension(name).label.lower()
    return CannotAnswer(
        f"Visits cannot be told apart by {words}: a web session has no {words}.",
        "Ask by channel, device, day, week, month, weekday or hour.",
    )


def unknown_of_sessions(selection: Selection, asked: set[str]) -> dict[str, str]:
    """Metric id -> why the loaded sessions cannot tell it."""
    wanted = {name: column for name, (column, _) in FLAGS.items() if name in asked}
    if not wanted:
        return {}
    rows = selection.tables.sessions
    counts = rows.aggregate(**{name: rows[column].count() for name, column in wanted.items()}, n=rows.count())
    known = selection.tables.frame(counts).iloc[0]
    return {name: f"the files do not say {FLAGS[name][1]}" for name in wanted if known["n"] and not known[name]}
