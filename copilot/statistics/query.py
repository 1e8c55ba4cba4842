"""Query: a typed request for declared metrics by declared dimensions, answered as figures and a table."""

from __future__ import annotations

from typing import Any, Final

import ibis.expr.types as ir
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UnknownName
from copilot.statistics.dimensions import (
    Dimension,
    customer_rows,
    dimension,
    dimensions,
    document_rows,
    line_rows,
    shown,
)
from copilot.statistics.metrics import Metric, metric, metric_names
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Period, Result, ResultTable
from copilot.statistics.scope import ITEM_FIELDS, Scope
from copilot.statistics.segments import Condition
from copilot.statistics.trend import partial_months

__all__ = ["Query", "QueryResult", "dimensions", "metric_names", "run_query"]

# What a metric of whole orders becomes when products or categories are asked for.
_LINES: Final = {
    "net_sales": "line_sales", "gross_sales": "line_sales", "demand_sales": "line_sales", "orders": "line_orders",
    "customers": "line_customers", "units": "line_units", "line_sales": "line_sales", "line_orders": "line_orders",
    "line_customers": "line_customers", "line_units": "line_units",
}  # fmt: skip


class Query(BaseModel):
    """`metrics` and `by` are declared names (see `metric_names`, `dimensions`); unknown ones raise UnknownName."""

    model_config = ConfigDict(frozen=True)

    metrics: tuple[str, ...] = Field(default=("net_sales",), min_length=1)
    by: tuple[str, ...] = Field(default=(), max_length=2)
    period: Period | None = None
    where: tuple[Condition, ...] = ()
    order: str | None = Field(default=None, description="metric or dimension to sort by, '-' before it: descending")
    limit: int = Field(default=20, ge=1, le=1000)
    scope: Scope = Scope()

    def full_scope(self) -> Scope:
        """The scope with the query's own period and conditions."""
        return self.scope.model_copy(
            update={"period": self.period or self.scope.period, "where": self.scope.where + self.where}
        )


class QueryResult(Result):
    """One row per combination of the dimensions: `labels[i]` belongs to the figures `values[i]`."""

    query: Query
    labels: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Figure, ...], ...]
    table: ResultTable
    chart: Chart | None = None
    groups: int
    left_out: int


def run_query(tables: Tables, query: Query) -> QueryResult:
    """Answer the query. By product, category, SKU or vendor, sales, orders, customers and units are those of the
    product lines; other metrics are refused (CannotAnswer), since a whole order's money belongs to no one line.
    """
    scope = query.full_scope()
    by = tuple(dimension(name) for name in query.by)
    asked = tuple(_asked(name, query.by) for name in query.metrics)
    frame = _frame(tables, scope, asked, query.by)
    frame = _sorted(frame, query, asked, by)
    kept = _kept(frame, query, by)
    arguments = query.model_dump(mode="json", exclude={"scope"}, exclude_defaults=True)
    receipts = Receipts(tables, scope, "run_query", arguments)
    partial = partial_months(scope.span(tables.facts))
    labels = tuple(tuple(shown(n, str(row[f"by_{n}"])) for n in query.by) for _, row in kept.iterrows())
    values = tuple(
        tuple(_figure(receipts, m, row, label, partial) for m in asked)
        for (_, row), label in zip(kept.iterrows(), labels, strict=True)
    )
    return QueryResult(
        query=query,
        labels=labels,
        values=values,
        table=_table(query, asked, by, labels, values),
        chart=_chart(asked[0], by, labels, values),
        groups=len(frame),
        left_out=len(frame) - len(kept),
    )


def _asked(name: str, by: tuple[str, ...]) -> Metric:
    if any(field in ITEM_FIELDS for field in by):
        wanted = metric(name)
        if wanted.grain == "customers":
            if all(dimension(field).customers is not None for field in by):
                return wanted
        elif name in _LINES:
            return metric(_LINES[name])
        raise CannotAnswer(
            f"{wanted.label} cannot be split by {' and '.join(by)}: it belongs to whole orders, not to one line.",
            "Ask for sales, orders, customers or units by product or category.",
        )
    found = metric(name)
    if found.measure is None:
        raise UnknownName("metric for a table", name, metric_names())
    return found


def _frame(tables: Tables, scope: Scope, asked: tuple[Metric, ...], by: tuple[str, ...]) -> pd.DataFrame:
    """One row per combination: by_* columns; per metric its value, n, people and (shares) counts."""
    result: pd.DataFrame | None = None
    sources = {"documents": document_rows, "lines": line_rows, "customers": customer_rows}
    for grain, source in sources.items():
        metrics = [m for m in asked if m.grain == grain]
        if not metrics:
            continue
        rows = source(tables, scope, by)
        if grain == "documents":
            rows = rows.filter(rows.valid | (rows.net != 0) | (rows.total != 0))
        part = tables.frame(_aggregated(rows, grain, metrics, by))
        if result is None:
            result = part
        elif by:
            result = result.merge(part, on=[f"by_{name}" for name in by], how="outer")
        else:
            result = pd.concat([result, part], axis=1)
    return result if result is not None else pd.DataFrame()


def _aggregated(rows: ir.Table, grain: str, metrics: list[Metric], by: tuple[str, ...]) -> ir.Table:
    measures: dict[str, ir.Scalar] = {}
    n, people = _sizes(rows, grain)
    for found in metrics:
        if found.measure is None:
            continue
        measures[found.id] = found.measure(rows).cast("float64")
        measures[f"n_{found.id}"], measures[f"people_{found.id}"] = n, people
        if found.counts is not None:
            measures[f"part_{found.id}"] = found.counts[0](rows)
            measures[f"whole_{found.id}"] = found.counts[1](rows)
    if not by:
        return rows.aggregate(**measures)
    return rows.group_by([f"by_{name}" for name in by]).aggregate(**measures)


def _sizes(rows: ir.Table, grain: str) -> tuple[ir.Scalar, ir.Scalar]:
    if grain == "documents":
        return rows.valid.sum(), rows.customer_key.nunique(where=rows.valid)
    if grain == "lines":
        return rows.order_id.nunique(), rows.customer_key.nunique()
    return rows.count(), rows.count()


def _sorted(frame: pd.DataFrame, query: Query, asked: tuple[Metric, ...], by: tuple[Dimension, ...]) -> pd.DataFrame:
    if not by:
        return frame
    labels = [f"by_{d.name}" for d in by]
    if query.order is None:
        column, falling = (labels[0], False) if by[0].time else (asked[0].id, True)
    else:
        name, falling = query.order.removeprefix("-"), query.order.startswith("-")
        column = f"by_{name}" if name in query.by else next((m.id for m in asked if name in (m.id, *_names(m))), "")
        if not column:
            raise UnknownName("column to sort by", name, (*query.by, *query.metrics))
    rest = [label for label in labels if label != column]
    return frame.sort_values([column, *rest], ascending=[not falling] + [True] * len(rest), na_position="last")


def _kept(frame: pd.DataFrame, query: Query, by: tuple[Dimension, ...]) -> pd.DataFrame:
    """The first rows; of a time series the latest; of weekdays and hours all."""
    if query.order is None and by and by[0].time:
        return frame if by[0].name in ("weekday", "hour") else frame.tail(query.limit)
    return frame.head(query.limit)


def _names(found: Metric) -> tuple[str, ...]:
    return tuple(name for name, line in _LINES.items() if line == found.id)


def _figure(
    receipts: Receipts, found: Metric, row: pd.Series[Any], label: tuple[str, ...], partial: frozenset[str]
) -> Figure:
    value = row.get(found.id)
    n = row.get(f"n_{found.id}")
    count = 0 if n is None or pd.isna(n) else int(n)
    words = f"{found.label}: {', '.join(label)}" if label else found.label
    details: dict[str, Any] = {
        "label": words,
        "people": 0 if count == 0 else int(row[f"people_{found.id}"]),
        "query": {**receipts.query(), "figure": found.id, **({"row": list(label)} if label else {})},
    }
    if any(part in partial for part in label):
        details["warnings"] = ("the month is not complete in the data: do not compare it with whole months",)
    if found.counts is not None:
        part, whole = row.get(f"part_{found.id}"), row.get(f"whole_{found.id}")
        if part is not None and not pd.isna(part) and whole:
            return receipts.share(found.id, part, whole, **details)
    number = None if value is None or pd.isna(value) else float(value)
    if number is None and found.unit in ("count", "money"):
        number = 0.0 if not found.minimum > 1 else None
    return receipts.figure(found.id, number, n=count, of="orders" if found.grain != "customers" else "customers",
                           **details)  # fmt: skip


def _table(
    query: Query,
    asked: tuple[Metric, ...],
    by: tuple[Dimension, ...],
    labels: tuple[tuple[str, ...], ...],
    values: tuple[tuple[Figure, ...], ...],
) -> ResultTable:
    rows = tuple(
        dict(zip(query.by, label, strict=True)) | {figure.name: figure.value for figure in figures}
        for label, figures in zip(labels, values, strict=True)
    )
    title = ", ".join(m.label for m in asked) + (f" by {' and '.join(d.label.lower() for d in by)}" if by else "")
    return ResultTable(
        title=title,
        columns=(
            *(Column(key=d.name, label=d.label) for d in by),
            *(Column(key=m.id, label=m.label, unit=m.unit) for m in asked),
        ),
        rows=rows,
        currency=values[0][0].currency if values else None,
    )


def _chart(
    first: Metric,
    by: tuple[Dimension, ...],
    labels: tuple[tuple[str, ...], ...],
    values: tuple[tuple[Figure, ...], ...],
) -> Chart | None:
    if len(by) != 1 or len(labels) < 2:
        return None
    return Chart(
        kind="line" if by[0].time and by[0].name in ("day", "month", "quarter", "year") else "bar",
        title=f"{first.label} by {by[0].label.lower()}",
        x=tuple(label[0] for label in labels),
        series={first.label: tuple(figures[0].value for figures in values)},
        unit=first.unit,
        currency=values[0][0].currency,
    )
