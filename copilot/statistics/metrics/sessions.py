"""Declared metrics of web sessions: visits, and how many of them reach the cart, the checkout and an order."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import ibis.expr.types as ir

from copilot.statistics.metrics import Metric

Rows = Callable[[ir.Table], ir.Scalar]


def _hits(column: str) -> Rows:
    return lambda rows: rows[column].sum().cast("int64")


def _known(column: str) -> Rows:
    return lambda rows: rows[column].count()


def _rate(column: str) -> Rows:
    return lambda rows: rows[column].sum().cast("float64") / rows[column].count().nullif(0)


def _left(rows: ir.Table) -> ir.BooleanValue:
    return rows.added_to_cart & ~rows.ordered


def _both(rows: ir.Table) -> ir.BooleanValue:
    return rows.added_to_cart & rows.ordered.notnull()


def _share(name: str, label: str, column: str, what: str) -> Metric:
    return Metric(
        name, label, "share", f"sessions with {what} / sessions",
        f"Sessions with {what} / sessions of which that is known. Sessions, not visitors: somebody who looks in five "
        "times and buys once counts as one of five.",
        minimum=30, grain="sessions", measure=_rate(column), counts=(_hits(column), _known(column)),
    )  # fmt: skip


METRICS: Final = (
    Metric(
        "sessions", "Sessions", "count", "number of sessions", "Web sessions by the day they began.",
        noun="sessions", grain="sessions", measure=lambda rows: rows.count(),
    ),
    Metric(
        "visitors", "Visitors", "count", "number of distinct visitors",
        "Distinct visitors as the analytics tool names them: one person on two devices counts twice.",
        noun="visitors", grain="sessions", measure=lambda rows: rows.visitor.nunique(),
    ),
    _share("conversion_rate", "Conversion rate", "ordered", "an order"),
    _share("cart_rate", "Add-to-cart rate", "added_to_cart", "something put into the cart"),
    _share("session_checkout_rate", "Checkout rate", "checkout_started", "a checkout begun"),
    Metric(
        "cart_abandonment", "Cart abandonment", "share", "sessions with a cart and no order / sessions with a cart",
        "Sessions in which something was put into the cart and nothing ordered / sessions with something in the cart. "
        "An order in a later session is not seen.",
        minimum=30, grain="sessions",
        measure=lambda rows: _left(rows).sum().cast("float64") / _both(rows).sum().nullif(0),
        counts=(lambda rows: _left(rows).sum().cast("int64"), lambda rows: _both(rows).sum().cast("int64")),
    ),
)  # fmt: skip
