"""Query: a typed request for declared metrics by declared dimensions, answered as figures and a table."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final, Literal

import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UnknownName
from copilot.statistics.dimensions import Dimension, dimension, dimensions
from copilot.statistics.metrics import Metric, metric, metric_names
from copilot.statistics.periods import labels_of, period_before, year_before
from copilot.statistics.query_compare import Comparison, Sides, change, comparison
from copilot.statistics.query_figures import Labels, Side, row_figures, row_labels
from copilot.statistics.query_frame import group_frame, with_bootstrap
from copilot.statistics.query_rows import Selection
from copilot.statistics.query_sessions import session_span
from copilot.statistics.query_unknown import cost_warnings, unknown_metrics
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Period, Result, ResultTable
from copilot.statistics.scope import ITEM_FIELDS, Scope
from copilot.statistics.segments import Condition, SegmentRule

__all__ = ["Query", "QueryResult", "dimensions", "metric_names", "run_query"]

MOST_UNITS: Final = 1_000  # months, days ... that are filled in with zero where nothing was ordered
_PER_BUYER: Final = ("repeat_purchase_rate", "returning_customer_rate", "orders_per_customer")
_OF_ORDERS: Final = ("order_number", "new_or_returning")
Compare = Literal["previous", "last_year", "rest"] | Period


class Query(BaseModel):
    """`metrics` and `by` are declared names (see `metric_names`, `dimensions`); unknown ones raise UnknownName.

    `where` may name any dimension. `segment` counts its members only, judged by all their orders up to the end of the
    period. `compare`: "previous" period, the same period "last_year", another period, or the segment's "rest".
    """

    model_config = ConfigDict(frozen=True)

    metrics: tuple[str, ...] = Field(default=("net_sales",), min_length=1)
    by: tuple[str, ...] = Field(default=(), max_length=2)
    period: Period | None = None
    where: tuple[Condition, ...] = ()
    segment: SegmentRule | None = None
    compare: Compare | None = None
    order: str | None = Field(
        default=None, description="metric, dimension or 'change' to sort by, '-' before it: descending"
    )
    limit: int = Field(default=20, ge=1, le=1000)
    scope: Scope = Scope()
    margin: float | None = Field(default=None, gt=0, lt=1, description="the user's margin, where costs are missing")

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
    comparison: Comparison | None = None
    groups: int
    left_out: int


def run_query(tables: Tables, query: Query) -> QueryResult:
    """Answer the query. By or for a product, category, SKU or vendor, sales, orders, customers, units and returns are
    those of the product lines; other metrics of whole orders are refused (CannotAnswer).
    """
    by = tuple(dimension(name) for name in query.by)
    lines = any(c.field in ITEM_FIELDS for c in query.full_scope().where)
    asked = tuple(dict.fromkeys(_asked(name, by, lines=lines) for name in query.metrics))
    sides = _sides(tables, query)
    unknown = unknown_metrics(sides[0].selection, asked)
    visits = session_span(tables) if any(one.grain == "sessions" for one in asked) else None
    costs = [cost_warnings(side.selection, asked) for side in sides]
    sides = [replace(side, unknown=unknown, costs=c, visits=visits) for side, c in zip(sides, costs, strict=True)]
    frames = [group_frame(side.selection, asked, query.by) for side in sides]
    frame = _filled(frames[0], sides[0].span(asked[0]), by, query) if len(sides) == 1 else _joined(frames, query.by)
    frame = _sorted(frame, query, asked, by)
    kept = _kept(frame, query, by)
    now, before = [_figures(side, asked, kept, by, place) for place, side in enumerate(sides)], None
    labels = tuple(row_labels(row, query.by) for _, row in kept.iterrows())
    if len(sides) == 2:
        both = Sides.of(sides[0], sides[1], periods=query.compare != "rest")
        before = _compared(both, asked, (labels, now[0], now[1]), by)
    return QueryResult(
        query=query,
        labels=labels,
        values=now[0],
        table=before.table if before is not None else _table(asked, by, labels, now[0]),
        chart=_chart(asked[0], by, labels, now[0]) if before is None else None,
        comparison=before,
        groups=len(frame),
        left_out=len(frame) - len(kept),
    )


def _asked(name: str, by: tuple[Dimension, ...], *, lines: bool) -> Metric:
    """The metric that answers for these dimensions; CannotAnswer where none can."""
    found = metric(name)
    if not found.queryable:
        raise UnknownName("metric for a table", name, metric_names())
    if found.grain == "sessions":
        return found
    items = [one for one in by if one.item is not None]
    if found.grain == "customers":
        other = next((one for one in by if not one.of_customers), None)
        if other is not None:
            raise CannotAnswer(
                f"{found.label} cannot be split by {other.label.lower()}: it belongs to customers, who have no one "
                f"{other.label.lower()}.",
                "Ask by something of the customer, such as country, first product or month of the first order.",
            )
        return found
    if (items or lines) and found.by_line is not None:
        return metric(found.by_line)
    if items:
        raise CannotAnswer(
            f"{found.label} cannot be split by {' and '.join(one.name for one in items)}: it belongs to whole orders, "
            "not to one line.",
            "Ask for sales, orders, customers, units or returns by product or category.",
        )
    if found.id in _PER_BUYER and any(one.name in _OF_ORDERS for one in by):
        raise CannotAnswer(
            f"{found.label} cannot be split by the order's place: it counts several orders of a customer together.",
            "Ask for orders, sales or average order value by order number instead.",
        )
    return found


def _sides(tables: Tables, query: Query) -> list[Side]:
    """The side asked about, and the one it is compared with."""
    scope = query.full_scope()
    arguments = query.model_dump(mode="json", exclude={"scope"}, exclude_defaults=True)

    def side(of: Scope, words: str, *, out: bool = False) -> Side:
        selection = Selection(tables, of, query.segment, "out" if out else "in", query.margin)
        return Side(selection, Receipts(tables, of, "run_query", arguments), words=words)

    if query.compare is None:
        return [side(scope, _period_words(scope.period))]
    if query.compare == "rest":
        if query.segment is None or not query.segment.conditions:
            raise CannotAnswer(
                "There is no group to compare with the rest.", "Name one, such as repeat customers or top 10 %."
            )
        return [side(scope, query.segment.name), side(scope, "all other customers", out=True)]
    if any(one.unit is not None for one in (dimension(name) for name in query.by)):
        raise CannotAnswer(
            "Two periods cannot be compared month by month: their months are not the same.",
            "Ask for the comparison without the time split, or for one long period by month.",
        )
    nested = next((one for name in query.metrics if (one := metric(name)).lifetime and one.grain == "customers"), None)
    if nested is not None:
        raise CannotAnswer(
            f"{nested.label} counts all orders up to the end of a period, so two periods are no separate groups.",
            "Ask for the repeat purchase rate in each period, or for cohorts.",
        )
    if scope.period is None:
        raise CannotAnswer("There is no period to compare.", "Name one, such as last 90 days or March 2011.")
    other = _other_period(tables, query.compare, scope.period)
    other_scope = scope.model_copy(update={"period": other})
    return [side(scope, _period_words(scope.period)), side(other_scope, _period_words(other))]


def _other_period(tables: Tables, compare: Compare, period: Period) -> Period:
    if isinstance(compare, Period):
        return compare
    return year_before(period) if compare == "last_year" else period_before(period, tables.facts.last_order)


def _period_words(period: Period | None) -> str:
    if period is None:
        return "all data"
    start, end = (f"{day.day} {day:%b %Y}" for day in (period.start, period.end))
    return start if start == end else f"{start} – {end}"


def _filled(frame: pd.DataFrame, span: Period | None, by: tuple[Dimension, ...], query: Query) -> pd.DataFrame:
    """A series of days, weeks, months ... with the units in which nothing was ordered."""
    if len(by) != 1 or by[0].unit is None or span is None or frame.empty or query.order is not None:
        return frame
    labels = labels_of(span, by[0].unit)
    if len(labels) > MOST_UNITS:
        return frame
    column = f"by_{by[0].name}"
    return pd.DataFrame({column: sorted({*labels, *frame[column]})}).merge(frame, on=column, how="left")


def _joined(frames: list[pd.DataFrame], by: tuple[str, ...]) -> pd.DataFrame:
    """Both sides beside each other; the columns of the second side begin with `other_`."""
    keys = [f"by_{name}" for name in by]
    other = frames[1].rename(columns={name: f"other_{name}" for name in frames[1].columns if name not in keys})
    return frames[0].merge(other, on=keys, how="outer") if keys else pd.concat([frames[0], other], axis=1)


def _sorted(frame: pd.DataFrame, query: Query, asked: tuple[Metric, ...], by: tuple[Dimension, ...]) -> pd.DataFrame:
    if not by:
        return frame
    labels = [f"by_{d.name}" for d in by]
    if query.order is None:
        ordered = by[0].time or by[0].name == "order_number"
        column, falling = (labels[0], False) if ordered else (asked[0].id, True)
    else:
        name, falling = query.order.removeprefix("-"), query.order.startswith("-")
        if name == "change" and query.compare is not None:
            frame = frame.assign(change=frame[asked[0].id].fillna(0) - frame[f"other_{asked[0].id}"].fillna(0))
        column = f"by_{name}" if name in query.by else name if name in frame else _by_line(name)
        if column not in frame:
            raise UnknownName("column to sort by", name, (*query.by, *query.metrics))
    rest = [label for label in labels if label != column]
    return frame.sort_values([column, *rest], ascending=[not falling] + [True] * len(rest), na_position="last")


def _by_line(name: str) -> str:
    try:
        return metric(name).by_line or ""
    except UnknownName:
        return ""


def _kept(frame: pd.DataFrame, query: Query, by: tuple[Dimension, ...]) -> pd.DataFrame:
    """The first rows; of a time series the latest; of weekdays and hours all."""
    if query.order is None and by and by[0].time:
        return frame if by[0].name in ("weekday", "hour") else frame.tail(query.limit)
    return frame.head(query.limit)


def _figures(
    side: Side, asked: tuple[Metric, ...], kept: pd.DataFrame, by: tuple[Dimension, ...], place: int
) -> tuple[tuple[Figure, ...], ...]:
    """The figures of one side for the rows that are shown."""
    names = tuple(one.name for one in by)
    if place == 1:
        kept = kept[[c for c in kept.columns if c.startswith(("by_", "other_"))]].rename(
            columns=lambda column: column.removeprefix("other_")
        )
    drawn = with_bootstrap(side.selection, asked, names, kept)
    return tuple(row_figures(side, asked, row, row_labels(row, names), by) for _, row in drawn.iterrows())


def _compared(
    sides: Sides,
    asked: tuple[Metric, ...],
    rows: tuple[tuple[Labels, ...], tuple[tuple[Figure, ...], ...], tuple[tuple[Figure, ...], ...]],
    by: tuple[Dimension, ...],
) -> Comparison:
    labels, now, before = rows
    changes = tuple(
        tuple(change(sides, one, a, b) for one, a, b in zip(asked, ours, theirs, strict=True))
        for ours, theirs in zip(now, before, strict=True)
    )
    return comparison(sides, asked, labels, changes, tuple(Column(key=d.name, label=d.label) for d in by))


def _table(
    asked: tuple[Metric, ...], by: tuple[Dimension, ...], labels: tuple[Labels, ...],
    values: tuple[tuple[Figure, ...], ...],
) -> ResultTable:  # fmt: skip
    rows = tuple(
        {one.name: text for one, text in zip(by, label, strict=True)} | {figure.name: figure.value for figure in row}
        for label, row in zip(labels, values, strict=True)
    )
    title = ", ".join(m.label for m in asked) + (f" by {' and '.join(d.label.lower() for d in by)}" if by else "")
    heads = tuple(Column(key=d.name, label=d.label) for d in by)
    return ResultTable(
        title=title,
        columns=(*heads, *(Column(key=m.id, label=m.label, unit=m.unit) for m in asked)),
        rows=rows,
        currency=values[0][0].currency if values else None,
    )


def _chart(
    first: Metric, by: tuple[Dimension, ...], labels: tuple[Labels, ...], values: tuple[tuple[Figure, ...], ...]
) -> Chart | None:
    if len(by) != 1 or len(labels) < 2:
        return None
    details: dict[str, Any] = {}
    if any(row[0].low is not None for row in values):
        details = {
            "low": {first.label: tuple(row[0].low for row in values)},
            "high": {first.label: tuple(row[0].high for row in values)},
        }
    return Chart(
        kind="line" if by[0].unit is not None else "bar",
        title=f"{first.label} by {by[0].label.lower()}",
        x=tuple(label[0] for label in labels),
        series={first.label: tuple(row[0].value for row in values)},
        unit=first.unit,
        currency=values[0][0].currency,
        **details,
    )
