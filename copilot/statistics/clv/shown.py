"""Owns the tables of a prediction: parameters, tenths of customers, RFM groups, and the customers that rank highest."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

import numpy as np
import pandas as pd

from copilot.statistics.clv.fitting import Fit
from copilot.statistics.clv.forecast import Expected, Models
from copilot.statistics.clv.histories import Floats, Ints, grouped
from copilot.statistics.clv.intervals import Grouping, Spread
from copilot.statistics.clv.summary import DAYS_A_WEEK, Customers
from copilot.statistics.intervals import Z95
from copilot.statistics.result import Chart, Column, ResultTable

TENTHS: Final = 10
_MEANING: Final = {
    "r": "purchase rates: shape (the smaller, the more customers differ)",
    "alpha": "purchase rates: scale, in weeks (mean rate r / alpha a week)",
    "a": "chance of leaving after a purchase: mean a / (a + b)",
    "b": "chance of leaving after a purchase: mean a / (a + b)",
    "s": "rates of leaving: shape",
    "beta": "rates of leaving: scale, in weeks (mean rate s / beta a week)",
    "p": "order values: shape within a customer",
    "q": "order values: shape between customers",
    "gamma": "order values: scale, in money (mean p gamma / (q - 1))",
}


@dataclass(frozen=True)
class Parts:
    """What tables are made from."""

    customers: Customers
    expected: Expected
    currency: str | None

    @property
    def worth(self) -> Floats:
        """What customers are ranked by: expected value, or expected purchases where money is not predicted."""
        return self.expected.orders if self.expected.value is None else self.expected.value


@dataclass(frozen=True)
class Names:
    """The words of a table of groups: its title, the heading of its first column, and the groups."""

    title: str
    column: str
    groups: Sequence[str]


def tenths(parts: Parts) -> Grouping:
    """Customers in ten equal groups by what is expected of them, highest first."""
    worth = parts.worth
    place = np.empty(len(worth), dtype=np.int64)
    place[np.argsort(-worth, kind="stable")] = np.arange(len(worth))
    return Grouping(place * TENTHS // max(1, len(worth)), TENTHS)


def group_table(names: Names, grouping: Grouping, parts: Parts, spread: Spread) -> ResultTable:
    """Customers, expected purchases and value (with intervals) of each group, in the order of the labels."""
    code, size = grouping.code, grouping.size
    inside = code >= 0

    def total(values: Floats) -> Floats:
        return grouped(code[inside], values[inside], size)

    people, orders = total(np.ones(len(code))), total(parts.expected.orders)
    value = None if parts.expected.value is None else total(parts.expected.value)
    historic = total(parts.customers.frame["value"].to_numpy(dtype=float))
    rows = []
    for group, label in enumerate(names.groups):
        if not people[group]:
            continue
        low, high = _around(float(orders[group]), spread.bounds(spread.orders, group))
        row: dict[str, Any] = {
            "group": label, "customers": int(people[group]), "orders": float(orders[group]), "orders_low": low,
            "orders_high": high, "historic": float(historic[group]),
        }  # fmt: skip
        if value is not None:
            low, high = _around(float(value[group]), spread.bounds(spread.value, group))
            row |= {
                "value": float(value[group]), "value_low": low, "value_high": high,
                "share": float(value[group] / value.sum()), "each": float(value[group] / people[group]),
            }  # fmt: skip
        rows.append(row)
    money = (
        Column(key="value", label="Predicted value", unit="money"),
        Column(key="value_low", label="from", unit="money"),
        Column(key="value_high", label="to", unit="money"),
        Column(key="share", label="Share", unit="share"),
        Column(key="each", label="Per customer", unit="money"),
    )
    return ResultTable(
        title=names.title,
        columns=(
            Column(key="group", label=names.column),
            Column(key="customers", label="Customers", unit="count"),
            Column(key="orders", label="Expected purchases", unit="count"),
            Column(key="orders_low", label="from", unit="count"),
            Column(key="orders_high", label="to", unit="count"),
            *(money if value is not None else ()),
            Column(key="historic", label="Value so far", unit="money"),
        ),
        rows=tuple(rows),
        note="'From' and 'to' bound 95 % of what may come if customers go on as they have.",
        currency=parts.currency,
    )


def _around(value: float, bounds: tuple[float, float] | None) -> tuple[float | None, float | None]:
    return (None, None) if bounds is None else (min(bounds[0], value), max(bounds[1], value))


def parameter_table(models: Models) -> ResultTable:
    """Parameters of the models with standard errors and 95 % intervals (normal in the logarithm)."""
    rows: list[dict[str, Any]] = []
    fits: list[tuple[str, Fit]] = [(models.name, models.orders)]
    if models.active_name != models.name:
        fits.append((f"{models.active_name} (who is active)", models.active))
    if models.money is not None:
        fits.append(("Gamma-Gamma", models.money))
    for name, fit in fits:
        spread = Z95 * fit.standard_errors / fit.values
        for index, parameter in enumerate(fit.names):
            value = float(fit.values[index])
            rows.append(
                {
                    "model": name, "parameter": parameter, "meaning": _MEANING[parameter], "value": f"{value:.4f}",
                    "error": f"{fit.standard_errors[index]:.4f}",
                    "range": f"{value * np.exp(-spread[index]):.4f} – {value * np.exp(spread[index]):.4f}",
                    "customers": fit.n,
                }
            )  # fmt: skip
        rows.append(
            {
                "model": name, "parameter": "log-likelihood", "meaning": f"found in {fit.iterations} steps",
                "value": f"{fit.log_likelihood:,.2f}", "error": "", "range": "", "customers": fit.n,
            }
        )  # fmt: skip
    return ResultTable(
        title="Parameters of the models",
        columns=(
            Column(key="model", label="Model"),
            Column(key="parameter", label="Parameter"),
            Column(key="meaning", label="Meaning"),
            Column(key="value", label="Value"),
            Column(key="error", label="Standard error"),
            Column(key="range", label="95 % interval"),
            Column(key="customers", label="Customers", unit="count"),
        ),
        rows=tuple(rows),
        note="Time in weeks; a purchase is a day with an order.",
    )


def top_table(parts: Parts, models: Models, as_of: date, refs: pd.DataFrame) -> ResultTable:
    """The customers that rank highest, with the probability of being active and the window of the next order.

    `refs`: customer_key, customer_ref and last_day of (at least) those customers. No value is given for a single
    customer: groups are predicted well, single people are not (see the back-test).
    """
    best = np.argsort(-parts.worth, kind="stable")[: len(refs)]
    c = parts.customers
    early, late = (
        models.purchases.next_order_time(c.x[best], c.age[best], share) * DAYS_A_WEEK for share in (0.25, 0.75)
    )
    named, so_far = refs.set_index("customer_key"), rank_so_far(parts)
    rows = []
    for rank, place in enumerate(best):
        waited = round(float((c.age[place] - c.last[place]) * DAYS_A_WEEK))
        person = named.loc[c.frame["customer_key"].iloc[place]]
        window = [as_of + timedelta(days=round(float(days))) for days in (early[rank], late[rank])]
        rows.append(
            {
                "rank": rank + 1,
                "rank_so_far": int(so_far[place]),
                "customer_ref": str(person["customer_ref"]),
                "purchases": int(c.x[place]) + 1,
                "days_since": waited,
                "historic": float(c.frame["value"].iloc[place]),
                "active": float(parts.expected.active[place]),
                "next": " – ".join(f"{day.day} {day:%b %Y}" for day in window),
            }
        )
    return ResultTable(
        title="Customers that rank highest by predicted value",
        columns=(
            Column(key="rank", label="Rank", unit="count"),
            Column(key="rank_so_far", label="Rank by value so far", unit="count"),
            Column(key="customer_ref", label="Customer"),
            Column(key="purchases", label="Days with an order", unit="count"),
            Column(key="days_since", label="Days since the last", unit="days"),
            Column(key="historic", label="Value so far", unit="money"),
            Column(key="active", label="Still active", unit="share"),
            Column(key="next", label="Next order, if active (middle half)"),
        ),
        rows=tuple(rows),
        personal=True,
        note="A ranking, not a promise: single customers cannot be predicted well, groups can.",
        currency=parts.currency,
    )


def rank_so_far(parts: Parts) -> Ints:
    """Each customer's place by value so far, 1 for the highest; equal values in order of history."""
    value = parts.customers.frame["value"].to_numpy(dtype=float)
    place = np.empty(len(value), dtype=np.int64)
    place[np.argsort(-value, kind="stable")] = np.arange(1, len(value) + 1)
    return place


def top_keys(parts: Parts, limit: int) -> list[str]:
    """Keys of the customers that rank highest."""
    best = np.argsort(-parts.worth, kind="stable")[:limit]
    return [str(key) for key in parts.customers.frame["customer_key"].iloc[best]]


def tenth_chart(parts: Parts, grouping: Grouping, spread: Spread) -> Chart:
    """Expected value (or purchases) of each tenth with its interval."""
    money = parts.expected.value is not None
    total = grouped(grouping.code, parts.worth, TENTHS)
    drawn = spread.value if money else spread.orders
    bounds = [_around(float(total[group]), spread.bounds(drawn, group)) for group in range(TENTHS)]
    what = "Predicted value" if money else "Expected purchases"
    return Chart(
        kind="interval",
        title=f"{what} by tenth of customers, highest first",
        x=tuple(str(group + 1) for group in range(TENTHS)),
        series={what.lower(): tuple(float(value) for value in total)},
        low={what.lower(): tuple(low for low, _ in bounds)},
        high={what.lower(): tuple(high for _, high in bounds)},
        unit="money" if money else "count",
        currency=parts.currency if money else None,
    )
