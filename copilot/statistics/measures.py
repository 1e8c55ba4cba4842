"""Owns the measures of a group of customers: value, order economics, rhythm and behaviour, as figures."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.statistics.gaps import Histogram
from copilot.statistics.intervals import DRAWS, SEED, Z95, Interval, quantile_interval
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Result
from copilot.statistics.rhythm import Thresholds

BOOTSTRAP_UP_TO: Final = 1_000  # customers; above it the normal interval is as good and far quicker
DAYS_A_YEAR: Final = 365.0

Floats = npt.NDArray[np.float64]


class Compared(Result):
    """A measure in the group and in the rest (None if the group is everybody)."""

    group: Figure
    rest: Figure | None


@dataclass(frozen=True)
class Side:
    """The customers of one side (a row each), the values of their orders and the gaps between their order days."""

    words: str  # "the group", "the rest"
    customers: pd.DataFrame
    order_values: Floats
    gaps: Histogram

    @property
    def n(self) -> int:
        """Number of customers."""
        return len(self.customers)

    def total(self, column: str) -> float:
        """Sum of a column, exact to the cent whatever the order of rows."""
        return math.fsum(self.customers[column].fillna(0).to_numpy(dtype=float))


@dataclass(frozen=True)
class Known:
    """What the files can tell at all; a reason (which export would supply it) where they cannot."""

    discounts: str = ""
    returns: str = ""
    refunds: str = ""  # returns booked on their order
    units: str = ""


@dataclass(frozen=True)
class Measurer:
    """Computes each measure for a side. Order ratios take customers as units (linearised interval)."""

    receipts: Receipts
    limits: Thresholds
    known: Known

    def compare(self, measure: Callable[[Side], Figure], sides: tuple[Side, Side | None]) -> Compared:
        """The measure for the group and, if there is one, for the rest."""
        group, rest = sides
        return Compared(group=measure(group), rest=measure(rest) if rest is not None else None)

    def value_mean(self, side: Side) -> Figure:
        """Mean value per customer."""
        values = side.customers["value"].to_numpy(dtype=float)
        interval, method = mean_bounds(values)
        mean = float(values.mean()) if side.n else None
        return self._figure("mean_value", mean, side, interval_of=(interval, method))

    def value_median(self, side: Side) -> Figure:
        """Median value per customer."""
        return self._median("median_value", side.customers["value"].to_numpy(dtype=float), side)

    def days_since_median(self, side: Side) -> Figure:
        """Median days since the last order."""
        return self._median("median_days_since", side.customers["days_since"].to_numpy(dtype=float), side)

    def order_value_median(self, side: Side) -> Figure:
        """Median order value."""
        values = side.order_values
        return self.receipts.figure(
            "median_order_value",
            float(np.median(values)) if len(values) else None,
            n=len(values),
            of="orders",
            people=side.n,
            name=_name("median_order_value", side),
            interval_of=(quantile_interval(values, 0.5), "order statistics 95 %"),
        )

    def aov_net(self, side: Side) -> Figure:
        """Net sales per order."""
        return self._ratio("customer_aov_net", side, "net_sales", "orders")

    def items_per_order(self, side: Side) -> Figure:
        """Units per order."""
        return self._ratio("items_per_order", side, "units", "orders", self.known.units)

    def orders_per_customer(self, side: Side) -> Figure:
        """Orders per customer."""
        counts = side.customers["orders"].to_numpy(dtype=float)
        interval, method = mean_bounds(counts)
        mean = float(counts.mean()) if side.n else None
        return self._figure("orders_per_customer", mean, side, interval_of=(interval, method))

    def orders_per_year(self, side: Side) -> Figure:
        """Orders after the first per year since the first."""
        return self._ratio("repeat_orders_per_year", side, "later_orders", "years")

    def gap(self, percent: int) -> Callable[[Side], Figure]:
        """Quantile of the days between orders of the side's customers."""

        def measure(side: Side) -> Figure:
            gaps = side.gaps
            name = "gap_median" if percent == 50 else f"gap_p{percent}"
            words = "median" if percent == 50 else f"{percent}th percentile"
            return self.receipts.figure(
                "gap",
                gaps.quantile(percent / 100) if gaps.n else None,
                n=gaps.n,
                of="gaps",
                people=side.n,
                name=_name(name, side),
                label=f"Days between orders, {words}",
                definition="Days between consecutive days with an order, customers of this group pooled. Customers who "
                "never returned have no gap and are not in it.",
                interval_of=(gaps.quantile_interval(percent / 100), "order statistics 95 %"),
                **({} if gaps.n else {"warnings": ("nobody here has ordered on two days yet",)}),
            )

        return measure

    def overdue_share(self, side: Side) -> Figure:
        """Share of customers past the border of 'active'."""
        return self._past("overdue_share", side, self.limits.g80, self.limits.one_time_active)

    def lapsed_share(self, side: Side) -> Figure:
        """Share of customers past the shop's lapse threshold."""
        return self._past("lapsed_share", side, self.limits.g95, self.limits.one_time_lapsed)

    def repeat_rate(self, side: Side) -> Figure:
        """Share of customers with two or more orders."""
        return self._share("group_repeat_rate", (side.customers["frequency"] >= 2).sum(), side.n, side, of="customers")

    def full_price_share(self, side: Side) -> Figure:
        """Share of orders without a discount."""
        orders = side.total("orders")
        part = orders - side.total("discounted_orders")
        return self._share("full_price_share", part, orders, side, gap=self.known.discounts)

    def full_price_repeat_share(self, side: Side) -> Figure:
        """Share of orders after the first without a discount."""
        later = side.total("later_orders")
        part = later - (side.total("discounted_orders") - side.total("first_discounted"))
        return self._share("full_price_repeat_share", part, later, side, gap=self.known.discounts)

    def refunded_share(self, side: Side) -> Figure:
        """Share of orders with a refund."""
        return self._share(
            "refunded_share", side.total("refunded_orders"), side.total("orders"), side, gap=self.known.refunds
        )

    def return_value_share(self, side: Side) -> Figure:
        """Returns as a share of sales after discounts."""
        return self._ratio("return_value_share", side, "returns", "demand", self.known.returns)

    def _past(self, name: str, side: Side, border: float, border_once: float) -> Figure:
        once = side.customers["frequency"] == 1
        past = side.customers["days_since"] > np.where(once, border_once, border)
        words = f"more than {border:.0f} days (one-time buyers {border_once:.0f}) since the last order"
        provisional = (f"provisional: {self.limits.reason}",) if self.limits.provisional else ()
        return self._share(
            name, past.sum(), side.n, side, of="customers", definition=f"Customers with {words} / customers.",
            warnings=provisional,
        )  # fmt: skip

    def _share(self, name: str, part: float, whole: float, side: Side, gap: str = "", **details: object) -> Figure:
        details = {"of": "orders", "name": _name(name, side), "people": side.n, **details}
        if gap:
            details.pop("of")
            return self.receipts.figure(name, None, **{**details, "warnings": (gap,)})
        return self.receipts.share(name, part, whole, **details)

    def _median(self, name: str, values: Floats, side: Side) -> Figure:
        return self._figure(
            name,
            float(np.median(values)) if len(values) else None,
            side,
            interval_of=(quantile_interval(values, 0.5), "order statistics 95 %"),
        )

    def _ratio(self, name: str, side: Side, top: str, bottom: str, gap: str = "") -> Figure:
        if gap:
            return self._figure(name, None, side, warnings=(gap,))
        y = side.customers[top].fillna(0).to_numpy(dtype=float)
        x = side.customers[bottom].fillna(0).to_numpy(dtype=float)
        value, interval = ratio_of_sums(y, x)
        return self._figure(
            name, value, side, numerator=math.fsum(y), denominator=math.fsum(x),
            interval_of=(interval, "linearised 95 %, customers as units"),
        )  # fmt: skip

    def _figure(self, name: str, value: float | None, side: Side, **details: object) -> Figure:
        return self.receipts.figure(
            name, value, n=side.n, of="customers", **{"name": _name(name, side), "people": side.n, **details}
        )


def ratio_of_sums(top: Floats, bottom: Floats) -> tuple[float | None, Interval | None]:
    """sum(top) / sum(bottom) over customers and its 95 % interval by linearisation (Cochran 1977, section 2.11)."""
    whole = math.fsum(bottom)
    if whole <= 0:
        return None, None
    value = math.fsum(top) / whole
    n = len(top)
    if n < 2:
        return value, None
    residual = top - value * bottom
    half = Z95 * math.sqrt(n / (n - 1) * math.fsum(residual * residual)) / whole
    return value, (value - half, value + half)


def mean_bounds(values: Floats) -> tuple[Interval | None, str]:
    """95 % interval of a mean: bootstrap for small groups, normal above 1,000 observations."""
    n = len(values)
    if n <= BOOTSTRAP_UP_TO:
        return _bootstrap_mean(values), "bootstrap 95 %"
    half = Z95 * float(values.std(ddof=1)) / math.sqrt(n)
    mean = float(values.mean())
    return (mean - half, mean + half), "normal 95 %"


def _bootstrap_mean(values: Floats) -> Interval | None:
    """Percentile bootstrap of the mean, all draws at once; the same for any order of the values."""
    n = len(values)
    if n < 2:
        return None
    drawn = np.random.default_rng(SEED).integers(0, n, (DRAWS, n))
    low, high = np.quantile(np.sort(values)[drawn].mean(axis=1), [0.025, 0.975])
    return float(low), float(high)


def _name(name: str, side: Side) -> str:
    return name if side.words == "the group" else f"{name}_rest"
