"""Query: a typed request for declared metrics by declared dimensions, answered as figures and a table."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from copilot.statistics.result import Chart, Figure, Period, Result, ResultTable
from copilot.statistics.scope import Scope
from copilot.statistics.segments import Condition


class Query(BaseModel):
    """`metrics` and `by` are declared names (see `metric_names`, `DIMENSIONS`); unknown ones raise UnknownName."""

    model_config = ConfigDict(frozen=True)

    metrics: tuple[str, ...] = ("net_sales",)
    by: tuple[str, ...] = Field(default=(), max_length=2)
    period: Period | None = None
    where: tuple[Condition, ...] = ()
    order: str | None = Field(default=None, description="metric or dimension to sort by, '-' before it: descending")
    limit: int = Field(default=20, ge=1, le=1000)
    scope: Scope = Scope()


class QueryResult(Result):
    """One row per combination of the dimensions; `rows` pairs its labels with the figures of the row."""

    query: Query
    labels: tuple[tuple[str, ...], ...]
    values: tuple[tuple[Figure, ...], ...]
    table: ResultTable
    chart: Chart | None = None
    groups: int
    left_out: int
