"""Movement: which customers changed their RFM group between two dates, and what they are worth."""

from __future__ import annotations

from datetime import date, timedelta

import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UsageProblem
from copilot.statistics.lifetime.flows import (
    NEW,
    Flow,
    GroupChange,
    change_table,
    changes,
    largest,
    matrix,
    matrix_chart,
    matrix_table,
)
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.rfm import Method, default_method, group_label, group_names, rfm_table
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope


class RfmMovement(Result):
    """RFM groups at two dates, scored by one rule."""

    method: Method
    method_text: str
    days: int
    then: date
    now: date
    customers_then: Figure
    customers_now: Figure
    stayed: Figure  # share of the customers then who are in the same group now
    new_customers: Figure
    groups: tuple[GroupChange, ...]
    moves: tuple[Flow, ...]
    table: ResultTable
    matrix: ResultTable
    chart: Chart


def rfm_movement(tables: Tables, scope: Scope, days: int = 90, method: Method | None = None) -> RfmMovement:
    """From the groups `days` before the analysis date to those at it; nothing after each date is used.

    Both dates use one method and the recency borders of the later date, so that nobody moves because a border did;
    scores by rank are taken among the customers of each date. Raises CannotAnswer if nobody had ordered by then.
    """
    if days < 1:
        raise UsageProblem("The two dates must be at least one day apart.")
    scope = scope.ever()
    now, then = earlier(tables, scope, days)
    chosen = method or default_method(tables, scope)
    limits = thresholds(tables, scope)
    receipts = Receipts(tables, scope, "rfm_movement", {"days": days, "method": chosen})
    past = at_date(scope, then)
    names = group_names(chosen)
    found = matrix(
        tables,
        [(_state(rfm_table(tables, past, chosen, limits)), _state(rfm_table(tables, scope, chosen, limits)))],
        names,
        {name: group_label(name) for name in names},
    )
    before, stayed = found.count() - found.count(start=NEW), sum(found.count(name, name) for name in names)
    made = changes(receipts, found)
    words = f"{then:%Y-%m-%d} and {now:%Y-%m-%d}"
    return RfmMovement(
        method=chosen,
        method_text=_method_text(chosen),
        days=days,
        then=then,
        now=now,
        customers_then=receipts.figure("customers", before, name="customers_then", label=f"Customers on {then}"),
        customers_now=receipts.figure("customers", found.count(), name="customers_now", label=f"Customers on {now}"),
        stayed=receipts.share("flow_share", stayed, before, of="customers", name="stayed_share",
                              label="Stayed in their group"),
        new_customers=receipts.figure("new_customers", found.count(start=NEW), label=f"First order after {then}",
                                      definition=f"Customers whose first order came after {then}."),
        groups=made,
        moves=largest(receipts, found),
        table=change_table(receipts, made),
        matrix=matrix_table(found, f"Customers by RFM group on {words}", "Rows: then; columns: now."),
        chart=matrix_chart(found, "Where the customers of each RFM group are now"),
    )  # fmt: skip


def earlier(tables: Tables, scope: Scope, days: int) -> tuple[date, date]:
    """The analysis date and the day `days` before it; CannotAnswer if the data does not reach that far back."""
    now, start = scope.as_of(tables.facts), tables.facts.first_order
    if now is None or start is None:
        raise CannotAnswer("There are no orders, so nobody can have moved.", "Add an order export first.")
    then = now - timedelta(days=days)
    if then < start:
        raise CannotAnswer(
            "Nobody had ordered by the earlier of the two dates: the data does not reach back that far.",
            "Ask for a shorter time, for example the last 30 days, or add older orders.",
            code="too_little_history",
        )
    return now, then


def at_date(scope: Scope, day: date) -> Scope:
    """The scope as it would have looked on an earlier day."""
    return scope.model_copy(update={"analysis_date": day})


def _state(scored: ir.Table) -> ir.Table:
    return scored.select("customer_key", state="rfm_group", value="value")


def _method_text(method: Method) -> str:
    if method == "fixed_adaptive":
        return (
            "Both dates use the same borders for recency and frequency, so a move is the customer's doing. A returned "
            "order moves nobody back."
        )
    return "Scores are ranks among the customers of each date, so somebody can move because others did."
