"""Metrics: each measure is declared once, in a module of this folder; the registry is made from them.

A new metric is one declaration in the `METRICS` tuple of a module here. Figures take label, unit, noun and
definition from it; a metric with a `measure` can also be asked for by name in a `Query`.
"""

from __future__ import annotations

import difflib
import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Literal

import ibis.expr.types as ir

from copilot.errors import UnknownName
from copilot.statistics.result import Unit

Grain = Literal["documents", "lines", "buyers", "customers", "sessions", "none"]


@dataclass(frozen=True)
class Metric:
    """One declared measure.

    `formula` is for the reader, `measure` for the engine: an aggregation over the rows of `grain` (documents:
    orders and return documents that count; lines: product lines of valid orders and of return documents; buyers: one
    row a customer and group; customers: one row a customer; sessions: web sessions), or None where the measure is not
    a plain aggregation.
    `minimum` is the smallest n at which the value means something.

    `counts`: numerator and denominator of a share of counted things (Wilson interval). `ratio`: what is added up above
    and below the line, row by row (interval by customers as units; also for means, with 1 below the line).
    `quantile`: which quantile it is, of `quantile_of`
    (the value per order, or a column of the customers). `placed`: needs the order's place among its customer's
    orders. `lifetime`: looks at all orders up to the end of the period. `by_line`: the metric of product lines that
    stands for it where products are asked for.
    """

    id: str
    label: str
    unit: Unit
    formula: str
    definition: str
    minimum: int = 1
    noun: str | None = None
    grain: Grain = "none"
    measure: Callable[[ir.Table], ir.Scalar] | None = None
    counts: tuple[Callable[[ir.Table], ir.Scalar], Callable[[ir.Table], ir.Scalar]] | None = None
    ratio: tuple[Callable[[ir.Table], ir.Value], Callable[[ir.Table], ir.Value]] | None = None
    quantile: float | None = None
    quantile_of: str = "demand"
    placed: bool = False
    lifetime: bool = False
    by_line: str | None = None

    @property
    def queryable(self) -> bool:
        """True if a `Query` can ask for it."""
        return self.measure is not None or self.quantile is not None


@cache
def registry() -> MappingProxyType[str, Metric]:
    """All declared metrics by id. An id declared twice is an error of the program."""
    found: dict[str, Metric] = {}
    for module in sorted(info.name for info in pkgutil.iter_modules(__path__)):
        for metric in importlib.import_module(f"{__name__}.{module}").METRICS:
            if metric.id in found:
                raise ValueError(f"metric {metric.id} is declared twice")
            found[metric.id] = metric
    return MappingProxyType(found)


def metric(name: str) -> Metric:
    """The metric of that id; UnknownName with the nearest ids otherwise."""
    found = registry().get(name)
    if found is None:
        raise UnknownName("metric", name, difflib.get_close_matches(name, registry(), n=3, cutoff=0.4))
    return found


def metric_names() -> tuple[str, ...]:
    """Ids of the metrics a `Query` can ask for."""
    return tuple(sorted(name for name, found in registry().items() if found.queryable))
