"""Listing: the customers of a segment, most valuable first, for the screen and for nothing else."""

from __future__ import annotations

import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.conduct.kinds import LeftOut, kept_out, left_out
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.segments import SegmentRule, members


class CustomerList(Result):
    """How many customers a rule has, what they brought, and the first `limit` of them by value (personal)."""

    rule: SegmentRule
    size: Figure
    share: Figure
    value: Figure
    value_share: Figure
    table: ResultTable
    left_out: LeftOut | None = None  # not in the rows, but in size and value


def customer_list(tables: Tables, scope: Scope, rule: SegmentRule, *, limit: int = 20) -> CustomerList:
    """Size and value of a segment and its most valuable customers.

    `share` is of all customers with a valid order, `value_share` of their value (net sales unless the scope
    says otherwise). Kinds kept out of rankings (test, staff, wholesale ...) count in size and value but are not
    among the rows, unless the rule is about the kind itself.
    """
    customers = customer_table(tables, scope)
    chosen = customers.semi_join(members(tables, scope, rule), "customer_key")
    by_kind = any(condition.field == "customer_kind" for condition in rule.conditions)
    listed = chosen if by_kind else chosen.anti_join(kept_out(tables, scope), "customer_key")
    every = tables.frame(customers.aggregate(n=customers.count(), value=customers.value.sum().cast("float64"))).iloc[0]
    part = tables.frame(chosen.aggregate(n=chosen.count(), value=chosen.value.sum().cast("float64"))).iloc[0]
    facts = tables.facts
    n, total = int(part["n"]), int(every["n"])
    brought = float(part["value"]) if n else 0.0
    whole = float(every["value"]) if total else 0.0
    common = {
        "scope": scope.text(facts),
        "period": scope.span(facts),
        "analysis_date": scope.as_of(facts),
        "query": {"function": "customer_list", "segment": rule.model_dump(mode="json"), "limit": limit},
        "people": n,
    }
    in_words = rule.text()
    return CustomerList(
        rule=rule,
        size=Figure(
            name="segment_customers", label=f"Customers: {rule.name}", value=n, unit="count", noun="customers",
            definition=f"customers with {in_words}", **common,
        ),
        share=Figure(
            name="segment_share", label=f"Share of all customers: {rule.name}", value=n / total if total else None,
            unit="share", numerator=n, denominator=total, n=total,
            definition=f"customers with {in_words} / all customers with a valid order", **common,
        ),
        value=Figure(
            name="segment_value", label=f"Value of {rule.name}", value=brought, unit="money", currency=facts.currency,
            n=n, definition=f"{scope.value.replace('_', ' ')} of customers with {in_words}", **common,
        ),
        value_share=Figure(
            name="segment_value_share", label=f"Share of all customers' sales: {rule.name}",
            value=brought / whole if whole > 0 else None, unit="share", numerator=brought, denominator=whole, n=n,
            definition=f"{scope.value.replace('_', ' ')} of customers with {in_words} / of all customers", **common,
        ),
        table=_ranked(tables, scope, rule, listed, limit),
        left_out=None if by_kind else left_out(tables, scope, among=chosen),
    )  # fmt: skip


def _first_word(ranks: list[str]) -> str:
    """What the first row has most of."""
    return {"orders": "most orders", "units": "most units", "aov": "highest average order"}.get(
        ranks[0] if ranks else "", "most valuable"
    )


def _ranked(tables: Tables, scope: Scope, rule: SegmentRule, chosen: ir.Table, limit: int) -> ResultTable:
    """The first `limit` customers by value."""
    ranks = [c.field for c in rule.conditions if c.op in ("top_count", "top_share") and c.field in chosen.columns]
    order = [chosen[field].desc() for field in dict.fromkeys((*ranks, "value"))]
    frame = tables.frame(
        chosen.order_by([*order, chosen.customer_key])
        .limit(limit)
        .select("customer_ref", "country", "orders", "days_since", value=chosen.value.cast("float64"))
    )
    return ResultTable(
        title=f"{rule.name}: {_first_word(ranks)} first",
        personal=True,
        currency=tables.facts.currency,
        columns=(
            Column(key="customer_ref", label="customer"),
            Column(key="country", label="country"),
            Column(key="orders", label="orders", unit="count"),
            Column(key="value", label=scope.value.replace("_", " "), unit="money"),
            Column(key="days_since", label="days since last order", unit="days"),
        ),
        rows=tuple(
            {
                "customer_ref": row.customer_ref,
                "country": row.country,
                "orders": int(row.orders),
                "value": float(row.value),
                "days_since": int(row.days_since),
            }
            for row in frame.itertuples()
        ),
        note="" if len(frame) < limit else f"the first {len(frame)}",
    )
