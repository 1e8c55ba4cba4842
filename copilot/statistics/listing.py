"""Listing: the customers of a segment, most valuable first, for the screen and for nothing else."""

from __future__ import annotations

import ibis.expr.types as ir

from copilot.data.tables import Tables
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


def customer_list(tables: Tables, scope: Scope, rule: SegmentRule, *, limit: int = 20) -> CustomerList:
    """Size and value of a segment and its most valuable customers.

    `share` is of all customers with a valid order, `value_share` of their value (net sales unless the scope
    says otherwise).
    """
    customers = customer_table(tables, scope)
    chosen = customers.semi_join(members(tables, scope, rule), "customer_key")
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
        table=_ranked(tables, scope, rule, chosen, limit),
    )  # fmt: skip


def _ranked(tables: Tables, scope: Scope, rule: SegmentRule, chosen: ir.Table, limit: int) -> ResultTable:
    """The first `limit` customers by value."""
    frame = tables.frame(
        chosen.order_by([chosen.value.desc(), chosen.customer_key])
        .limit(limit)
        .select("customer_ref", "country", "orders", "days_since", value=chosen.value.cast("float64"))
    )
    return ResultTable(
        title=f"{rule.name}: most valuable first",
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
