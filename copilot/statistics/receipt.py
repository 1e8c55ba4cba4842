"""Receipts: makes a figure out of a declared metric and a value, with scope, period, n and interval filled in."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from copilot.data.tables import Tables
from copilot.statistics.intervals import small_sample, wilson
from copilot.statistics.metrics import metric
from copilot.statistics.result import Figure, Period
from copilot.statistics.scope import Scope


@dataclass(frozen=True)
class Receipts:
    """What the figures of one analysis have in common: the data, the scope and the call that made them."""

    tables: Tables
    scope: Scope
    function: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def period(self) -> Period | None:
        """The days covered."""
        return self.scope.span(self.tables.facts)

    @property
    def as_of(self) -> date | None:
        """The analysis date."""
        return self.scope.as_of(self.tables.facts)

    @property
    def currency(self) -> str | None:
        """The currency of money figures."""
        named = [str(c.value).upper() for c in self.scope.where if c.field == "currency" and c.op == "eq"]
        return named[0] if named else self.tables.facts.currency

    def query(self) -> dict[str, Any]:
        """The typed request: function, arguments and scope, as plain values."""
        return {
            "function": self.function,
            **self.arguments,
            "scope": self.scope.model_dump(mode="json", exclude_defaults=True),
        }

    def figure(self, name: str, value: float | Decimal | None, /, **details: Any) -> Figure:
        """A figure of the declared metric `name`; `details` overrides any field of it."""
        declared = metric(name)
        number = None if value is None or not math.isfinite(value) else float(value)
        filled: dict[str, Any] = {
            "name": name,
            "label": declared.label,
            "unit": declared.unit,
            "noun": declared.noun,
            "currency": self.currency if declared.unit == "money" else None,
            "period": self.period,
            "analysis_date": self.as_of,
            "definition": declared.definition,
            "scope": self.scope.text(self.tables.facts),
            "query": {**self.query(), "figure": details.get("name", name)},
        }
        n = details.get("n")
        if n is not None and declared.minimum > 1 and "warnings" not in details and declared.unit != "share":
            filled["warnings"] = small_sample(n, noun=details.pop("of", "observations"))
        details.pop("of", None)
        if number is None and not details.get("warnings"):
            details["warnings"] = ("cannot be computed: nothing to compute it from",)
        if "interval_of" in details:
            bounds, method = details.pop("interval_of")
            if bounds is not None and number is not None:
                filled.update(low=min(bounds[0], number), high=max(bounds[1], number), interval=method)
        return Figure(**{**filled, "value": number, **details})

    def share(self, name: str, numerator: float | Decimal, denominator: float | Decimal, /, **details: Any) -> Figure:
        """A share of counted things: value, Wilson interval, n and small-sample warnings."""
        part, whole = float(numerator), float(denominator)
        bounds = wilson(part, whole)
        warnings = (
            *small_sample(whole, part, noun=details.pop("of", "observations")),
            *details.pop("warnings", ()),
        )
        return self.figure(
            name,
            part / whole if whole > 0 else None,
            numerator=part,
            denominator=whole,
            n=int(whole),
            **({"interval_of": (bounds, "Wilson 95 %")} if bounds else {}),
            warnings=warnings if whole > 0 else ("nobody to count: the share has no denominator",),
            **details,
        )
