"""Figures, tables and charts: what statistics return. Shared by every analysis and by everything that shows one."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Unit = Literal["count", "share", "money", "days", "ratio", "score", "number", "date"]


class Period(BaseModel):
    """Calendar days, both ends included."""

    model_config = ConfigDict(frozen=True)

    start: date
    end: date


class Figure(BaseModel):
    """One computed value with everything needed to check it.

    Rates are fractions (0.599, not 59.9). `low`/`high` bound a 95 % interval; plain counts and sums have none.
    `definition` says in words what is divided by what; `scope` which orders count; `query` is the typed
    request that made it, so that the same request gives the same figure again.
    """

    model_config = ConfigDict(frozen=True)

    type: Literal["figure"] = "figure"
    id: str = ""  # F1 ... given by the ledger
    name: str = Field(description="stable name of the metric or measure, e.g. repeat_rate_lifetime")
    label: str = Field(description="short words for the screen, e.g. 'Share of net sales, top 10 % of customers'")
    value: float | None = Field(description="None: not computable; `warnings` say why")
    unit: Unit
    currency: str | None = None
    noun: str | None = Field(default=None, description="what a count counts, e.g. customers, orders")
    day: date | None = Field(default=None, description="the value of a figure of unit 'date'")
    numerator: float | None = None
    denominator: float | None = None
    n: int | None = Field(default=None, description="observations behind the value")
    people: int | None = Field(default=None, description="customers behind it, if not n; small groups are not sent out")
    low: float | None = None
    high: float | None = None
    interval: str | None = Field(default=None, description="method of the interval, e.g. 'Wilson 95 %'")
    period: Period | None = None
    analysis_date: date | None = None
    definition: str
    scope: str
    query: dict[str, Any] = Field(default_factory=dict)
    warnings: tuple[str, ...] = ()
    decimals: int | None = Field(default=None, description="decimals to show; None = by unit")


class Column(BaseModel):
    """A column of a result table."""

    model_config = ConfigDict(frozen=True)

    key: str
    label: str
    unit: Unit | Literal["text"] = "text"


class ResultTable(BaseModel):
    """Rows for the screen. `personal` tables list single customers: a model gets only the reference `{table:T1}`."""

    model_config = ConfigDict(frozen=True)

    type: Literal["table"] = "table"
    id: str = ""  # T1 ... given by the ledger
    title: str
    columns: tuple[Column, ...]
    rows: tuple[dict[str, Any], ...]
    personal: bool = False
    note: str = ""
    currency: str | None = None


class Chart(BaseModel):
    """A chart as data; the screen draws it. `x` are labels or ISO dates, one list of values per series."""

    model_config = ConfigDict(frozen=True)

    type: Literal["chart"] = "chart"
    id: str = ""
    kind: Literal["bar", "line", "stage", "heatmap", "treemap", "interval", "pareto"]
    title: str
    x: tuple[str, ...]
    series: dict[str, tuple[float | None, ...]]
    low: dict[str, tuple[float | None, ...]] = Field(default_factory=dict)
    high: dict[str, tuple[float | None, ...]] = Field(default_factory=dict)
    unit: Unit = "number"
    currency: str | None = None


class Result(BaseModel):
    """Base of every analysis result: a frozen model whose fields hold figures, tables, charts and further results."""

    model_config = ConfigDict(frozen=True)

    def figures(self) -> Iterator[Figure]:
        """Every figure in it, in field order, depth first."""
        yield from (item for item in _walk(self) if isinstance(item, Figure))

    def tables(self) -> Iterator[ResultTable]:
        """Every table in it."""
        yield from (item for item in _walk(self) if isinstance(item, ResultTable))

    def charts(self) -> Iterator[Chart]:
        """Every chart in it."""
        yield from (item for item in _walk(self) if isinstance(item, Chart))


def _walk(item: object) -> Iterator[object]:
    if isinstance(item, (Figure, ResultTable, Chart)):
        yield item
    elif isinstance(item, BaseModel):
        for name in type(item).model_fields:
            yield from _walk(getattr(item, name))
    elif isinstance(item, (tuple, list)):
        for part in item:
            yield from _walk(part)
    elif isinstance(item, dict):
        for part in item.values():
            yield from _walk(part)
