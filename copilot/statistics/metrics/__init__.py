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

Grain = Literal["documents", "lines", "customers", "none"]


@dataclass(frozen=True)
class Metric:
    """One declared measure.

    `formula` is for the reader, `measure` for the engine: an aggregation over the rows of `grain` (documents:
    orders and return documents that count; lines: the product lines of valid orders; customers: one row a customer),
    or None where the
    measure is not a plain aggregation. `minimum` is the smallest n at which the value means something.
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
    # The share's numerator and denominator, so that a Wilson interval can be given; both over `grain`.
    counts: tuple[Callable[[ir.Table], ir.Scalar], Callable[[ir.Table], ir.Scalar]] | None = None


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
    return tuple(sorted(name for name, found in registry().items() if found.measure is not None))
