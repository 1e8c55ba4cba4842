"""The planning figures of a brief: planned lift, target rate, orders aimed at, dates and windows, all as figures.

Each is arithmetic on computed figures and one named planning assumption; its definition says which.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from copilot.statistics.result import Figure

# The lift planned for, the larger of the two; an assumption wherever used, until a measured campaign replaces it.
PLANNED_LIFT: Final = 0.20  # relative to the baseline
LEAST_POINTS: Final = 0.01  # share of those mailed
HOLDOUT_SHARE: Final = 0.10
DISCOUNT_SHARE: Final = 0.10  # the price offer used to show what a discount would cost
NEW_CUSTOMER_SHARE: Final = 0.10  # first orders aimed at, as a share of a usual month's new customers
_SCOPE: Final = "planning arithmetic; no further orders are counted"


@dataclass(frozen=True)
class Plan:
    """Dates of a campaign. `start` is a Monday at least a week away, so that there is time to build it."""

    start: date
    run_days: int
    window_days: int

    @classmethod
    def from_today(cls, today: date, run_days: int, window_days: int) -> Plan:
        """The plan starting on the first Monday a week or more from `today`."""
        earliest = today + timedelta(days=7)
        return cls(earliest + timedelta(days=(7 - earliest.weekday()) % 7), run_days, window_days)

    @property
    def end(self) -> date:
        """The day of the last contact."""
        return self.start + timedelta(days=self.run_days)

    @property
    def read_on(self) -> date:
        """The day the result is read: the window after the start, and not before the last contact."""
        return max(self.end, self.start + timedelta(days=self.window_days))

    def window(self) -> Figure:
        """Days in which an order counts."""
        return planned("window", "Days in which an order counts", float(self.window_days), "days", "set by the plan")

    def deadline(self) -> Figure:
        """The day of the read-out as a figure."""
        figure = planned("deadline", "Day of the read-out", None, "date", "start of the campaign plus the window")
        return figure.model_copy(update={"day": self.read_on})


def planned(name: str, label: str, value: float | None, unit: str, definition: str, **details: Any) -> Figure:
    """A planning figure."""
    return Figure.model_validate(
        {
            "name": f"plan_{name}",
            "label": label,
            "value": value,
            "unit": unit,
            "definition": definition,
            "scope": _SCOPE,
            **details,
            "query": {"computation": f"plan_{name}", **details.get("query", {})},
        }
    )


def count_of(share: Figure, label: str, noun: str) -> Figure:
    """The people behind a share, as a figure of their own."""
    return planned(
        f"count_{share.name}",
        label,
        share.numerator,
        "count",
        f"numerator of: {share.definition}",
        noun=noun,
        scope=share.scope,
        period=share.period,
        analysis_date=share.analysis_date,
    )


def target_rate(baseline: Figure) -> Figure:
    """The response rate aimed at: the baseline and a fifth of it, or a point, whichever is more."""
    value = None
    if baseline.value is not None:
        value = min(1.0, max(baseline.value * (1 + PLANNED_LIFT), baseline.value + LEAST_POINTS))
    return planned(
        "target_rate",
        "Share aimed at to order in the window",
        value,
        "share",
        f"baseline share + the larger of {PLANNED_LIFT:.0%} of it and {LEAST_POINTS:.0%} of those mailed",
        query={"baseline": baseline.value, "lift": PLANNED_LIFT, "points": LEAST_POINTS},
    )


def planned_lift(baseline: Figure, target: Figure) -> Figure:
    """The lift the plan assumes, as a share of those mailed."""
    value = None if baseline.value is None or target.value is None else target.value - baseline.value
    return planned(
        "lift",
        "Lift planned for, as a share of those mailed",
        value,
        "share",
        "target share - baseline share; a planning assumption",
        query={"baseline": baseline.value, "target": target.value},
    )


def mailed_of(base: Figure) -> Figure:
    """The people mailed: the audience less the hold-out, rounded as the hold-out plan rounds it."""
    value = None if base.value is None else base.value - max(1, round(base.value * HOLDOUT_SHARE))
    return planned(
        "mailed",
        "People mailed: the audience less the hold-out",
        value,
        "count",
        f"audience - {HOLDOUT_SHARE:.0%} of it, drawn at random",
        noun=base.noun,
        query={"audience": base.value, "holdout": HOLDOUT_SHARE},
    )


def orders_aimed_at(mailed: Figure, rate: Figure) -> Figure:
    """Customers with an order in the window if the target is met: people mailed x target rate, rounded."""
    value = None if mailed.value is None or rate.value is None else float(round(mailed.value * rate.value))
    return planned(
        "orders",
        "Customers aimed at with an order in the window",
        value,
        "count",
        "people mailed x target share, rounded",
        noun="customers",
        query={"people": mailed.value, "rate": rate.value},
    )


def extra_sales(mailed: Figure, baseline: Figure, rate: Figure, order_value: Figure) -> Figure:
    """Sales beyond the baseline if the target is met, with the interval of the order value."""
    parts = (mailed.value, baseline.value, rate.value, order_value.value)
    if any(part is None for part in parts):
        return planned("extra_sales", "Extra net sales if the target is met", None, "money", _EXTRA)
    extra = (mailed.value or 0) * ((rate.value or 0) - (baseline.value or 0))
    bounds: dict[str, Any] = {}
    if order_value.low is not None and order_value.high is not None:
        bounds = {
            "low": extra * order_value.low,
            "high": extra * order_value.high,
            "interval": "95 % of the order value",
        }
    return planned(
        "extra_sales",
        "Extra net sales if the target is met",
        extra * (order_value.value or 0),
        "money",
        _EXTRA,
        currency=order_value.currency,
        warnings=("The lift behind it is an assumption; the interval covers the order value only.",),
        **bounds,
    )


_EXTRA: Final = "people mailed x (target share - baseline share) x mean order value"


def limit_of(figure: Figure, label: str) -> Figure:
    """A guard-rail: the upper end of the figure's interval, or the figure itself where it has none."""
    value = figure.high if figure.high is not None else figure.value
    return planned(
        f"limit_{figure.name}",
        label,
        value,
        figure.unit,
        f"upper end of the interval of: {figure.definition}",
        currency=figure.currency,
        query={"of": figure.name},
    )


def share_figure(name: str, label: str, value: float) -> Figure:
    """A planning share such as the hold-out or the discount depth."""
    return planned(name, label, value, "share", "set by the plan", decimals=0)


def first_orders_aimed_at(new_a_month: Figure) -> Figure:
    """First orders aimed at: a tenth of a usual month's new customers, at least one."""
    value = None if new_a_month.value is None else float(max(1, round(new_a_month.value * NEW_CUSTOMER_SHARE)))
    return planned(
        "first_orders",
        "First orders aimed at on top of a usual month",
        value,
        "count",
        "10 % of the new customers of a usual month, rounded",
        noun="first orders",
        query={"new_customers": new_a_month.value, "share": NEW_CUSTOMER_SHARE},
    )


def rate_of(part: Figure, whole: Figure, label: str) -> Figure:
    """One planned count as a share of another."""
    value = None if not whole.value or part.value is None else part.value / whole.value
    return planned(
        "rate", label, value, "share", f"{part.label} / {whole.label}", query={"part": part.value, "whole": whole.value}
    )
