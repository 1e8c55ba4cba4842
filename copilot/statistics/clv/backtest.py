"""Owns the back-test: models fitted to the first two thirds of a shop's history, against what came after."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from copilot.data.tables import Tables
from copilot.statistics.clv import gamma_gamma
from copilot.statistics.clv.answer import BackTest
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.histories import Floats
from copilot.statistics.clv.purchases import choose
from copilot.statistics.clv.purchases import model as purchase_model
from copilot.statistics.clv.summary import DAYS_A_WEEK, Customers, customer_summary, third
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, ResultTable

LEAST_CUSTOMERS, LEAST_REPEATERS = 100, 30
LEAST_DAYS: Final = 60
LAST_BAND: Final = 4
MANY: Final = 100_000  # customers above which only the model in use is compared with what came


@dataclass(frozen=True)
class Tested:
    """What was held out, and what each model expected of it. `models` holds expected purchases by model name."""

    days: int
    x: Floats
    actual: Floats
    actual_value: float
    models: dict[str, Floats]
    used: str
    value: float | None

    @property
    def predicted(self) -> Floats:
        """What the model in use expected of each customer."""
        return self.models[self.used]


def run(customers: Customers, days: int) -> Tested | str:
    """Fit to what is known of `customers` and compare with their `later` purchases in the `days` after.

    Gives the reason in words where it cannot be done.
    """
    if len(customers) < LEAST_CUSTOMERS or customers.repeaters < LEAST_REPEATERS:
        return "too few customers had come back in the first two thirds of the history"
    if customers.frame["age"].max() < LEAST_DAYS:
        return "the history is too short to hold a part of it out"
    choice = choose(customers.histories)
    if not choice.fit.ok:
        return "no model can be fitted to the first two thirds of the history alone"
    weeks = days / DAYS_A_WEEK
    models = {
        str(name): purchase_model(name, fit.values).alive(customers.x, customers.last, customers.age)
        * purchase_model(name, fit.values).orders_if_alive(customers.x, customers.age, weeks)
        for name, fit in choice.tried.items()
        if fit.ok and (name == choice.name or len(customers) <= MANY)
    }
    pace = np.divide(customers.x, customers.age, out=np.zeros(len(customers)), where=customers.age > 0)
    models["Own pace goes on"] = pace * weeks
    models["Nobody buys again"] = np.zeros(len(customers))
    return Tested(
        days=days,
        x=customers.x,
        actual=customers.frame["later"].to_numpy(dtype=float),
        actual_value=float(customers.frame["later_value"].sum()),
        models=models,
        used=choice.name,
        value=_value(customers, models[choice.name]),
    )


def _value(customers: Customers, orders: Floats) -> float | None:
    used = (customers.x > 0) & (customers.spend > 0)
    if used.sum() < LEAST_REPEATERS:
        return None
    fit = gamma_gamma.fit(customers.x, customers.spend)
    money = GammaGamma.of(fit.values)
    if not fit.ok or not money.has_mean:
        return None
    return float((orders * money.expected_spend(customers.x, customers.spend)).sum())


def back_test(tables: Tables, receipts: Receipts) -> BackTest | str:
    """The back-test on the last third of the history, or why there is none."""
    scope = receipts.scope
    span = scope.span(tables.facts)
    if span is None:
        return "there is no history"
    cut = third(span.start, span.end)
    tested = run(Customers.read(tables, customer_summary(tables, scope, cut)), (span.end - cut).days)
    if isinstance(tested, str):
        return tested
    if tested.actual.sum() <= 0:
        return "nobody bought again in the last third of the history"
    return _result(receipts, tested)


def _result(receipts: Receipts, tested: Tested) -> BackTest:
    n, actual = len(tested.x), tested.actual
    total, predicted = float(actual.sum()), float(tested.predicted.sum())
    naive = tested.models["Own pace goes on"]
    about: dict[str, Any] = {"n": n, "of": "customers"}
    value_error = None
    if tested.value is not None and tested.actual_value > 0:
        value_error = receipts.figure(
            "clv_test_value_error", tested.value / tested.actual_value - 1, **about,
            numerator=tested.value - tested.actual_value, denominator=tested.actual_value,
        )  # fmt: skip
    return BackTest(
        days=receipts.figure("clv_test_days", tested.days),
        predicted=receipts.figure("clv_test_predicted", predicted, **about),
        actual=receipts.figure("clv_test_actual", total, **about),
        error=receipts.figure(
            "clv_test_error", predicted / total - 1, numerator=predicted - total, denominator=total, **about
        ),
        value_error=value_error,
        naive_error=receipts.figure("clv_test_naive_error", float(naive.sum()) / total - 1, **about),
        correlation=receipts.figure("clv_test_correlation", _correlation(tested.predicted, actual), **about),
        mae=receipts.figure("clv_test_mae", float(np.abs(tested.predicted - actual).mean()), **about),
        naive_mae=receipts.figure("clv_test_naive_mae", float(np.abs(naive - actual).mean()), **about),
        by_purchases=_by_purchases(tested),
        by_model=_by_model(tested),
        chart=_chart(tested),
    )


def _bands(tested: Tested) -> list[tuple[str, Any]]:
    names = [str(k) for k in range(LAST_BAND)] + [f"{LAST_BAND} or more"]
    bands = np.minimum(tested.x, LAST_BAND)
    return [(name, bands == k) for k, name in enumerate(names) if (bands == k).any()]


def _by_purchases(tested: Tested) -> ResultTable:
    rows = []
    for name, inside in _bands(tested):
        came, expected = float(tested.actual[inside].sum()), float(tested.predicted[inside].sum())
        rows.append(
            {
                "repeats": name,
                "customers": int(inside.sum()),
                "predicted": expected,
                "actual": came,
                "error": expected / came - 1 if came else None,
                "each_predicted": expected / inside.sum(),
                "each_actual": came / inside.sum(),
            }
        )
    return ResultTable(
        title=f"Predicted and actual purchases of the last {tested.days} days, by repeat purchases before",
        columns=(
            Column(key="repeats", label="Repeat purchases before"),
            Column(key="customers", label="Customers", unit="count"),
            Column(key="predicted", label="Predicted", unit="count"),
            Column(key="actual", label="Actual", unit="count"),
            Column(key="error", label="Error", unit="share"),
            Column(key="each_predicted", label="Predicted each", unit="number"),
            Column(key="each_actual", label="Actual each", unit="number"),
        ),
        rows=tuple(rows),
        note="The model saw the first two thirds of the history only; purchases are days with an order.",
    )


def _by_model(tested: Tested) -> ResultTable:
    total = float(tested.actual.sum())
    rows = [
        {
            "model": f"{name} (used)" if name == tested.used else name,
            "predicted": float(expected.sum()),
            "error": float(expected.sum()) / total - 1,
            "correlation": _correlation(expected, tested.actual),
            "mae": float(np.abs(expected - tested.actual).mean()),
        }
        for name, expected in tested.models.items()
    ]
    return ResultTable(
        title=f"The same {tested.days} days by other models",
        columns=(
            Column(key="model", label="Model"),
            Column(key="predicted", label="Predicted purchases", unit="count"),
            Column(key="error", label="Error", unit="share"),
            Column(key="correlation", label="Correlation by customer", unit="number"),
            Column(key="mae", label="Mean error per customer", unit="number"),
        ),
        rows=tuple(rows),
        note=f"Actual purchases: {total:,.0f}. Group totals deserve more trust than single customers.",
    )


def _chart(tested: Tested) -> Chart:
    bands = _bands(tested)
    return Chart(
        kind="bar",
        title="Back-test: purchases per customer in the days held out, by repeat purchases before",
        x=tuple(name for name, _ in bands),
        series={
            "predicted": tuple(float(tested.predicted[inside].mean()) for _, inside in bands),
            "actual": tuple(float(tested.actual[inside].mean()) for _, inside in bands),
        },
        unit="number",
    )


def _correlation(one: Floats, other: Floats) -> float | None:
    if len(one) < 3 or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    return float(np.corrcoef(one, other)[0, 1])
