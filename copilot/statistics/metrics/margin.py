"""Declared metrics of cost and margin of product lines."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.statistics.metrics import Metric


def _costed(rows: ir.Table) -> ir.BooleanValue:
    return rows.valid & rows.line_cost.notnull()


def _sales(rows: ir.Table) -> ir.Scalar:
    return rows.line_sales.cast("float64").sum(where=_costed(rows))


def _cost(rows: ir.Table) -> ir.Scalar:
    return rows.line_cost.cast("float64").sum(where=_costed(rows))


METRICS: Final = (
    Metric(
        "cost", "Cost of goods", "money", "sum of the cost of product lines",
        "Cost of product lines on orders that count, of the lines whose cost is known.",
        grain="lines", measure=_cost, by_line="cost",
    ),
    Metric(
        "gross_margin", "Gross margin", "money", "line sales - cost of goods",
        "Unit price x quantity - line discount - cost, of product lines whose cost is known; order-level discounts, "
        "returns, shipping and payment costs are not taken off.",
        grain="lines", measure=lambda rows: _sales(rows) - _cost(rows), by_line="gross_margin",
    ),
    Metric(
        "margin_share", "Gross margin as a share of sales", "share", "gross margin / line sales",
        "Gross margin / (unit price x quantity - line discount), of product lines whose cost is known.",
        minimum=10, grain="lines", by_line="margin_share",
        measure=lambda rows: (_sales(rows) - _cost(rows)) / _sales(rows).nullif(0),
        ratio=(
            lambda rows: ibis.ifelse(_costed(rows), (rows.line_sales - rows.line_cost).cast("float64"), 0.0),
            lambda rows: ibis.ifelse(_costed(rows), rows.line_sales.cast("float64"), 0.0),
        ),
    ),
)  # fmt: skip
