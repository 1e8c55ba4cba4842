"""Predictions through the shop's tables: published holdout, gates, refusals, back-test, totals and what scope does."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.errors import NothingLoaded
from copilot.statistics.clv import beta_geometric, gamma_gamma, pareto_nbd
from copilot.statistics.clv.answer import PredictedValue
from copilot.statistics.clv.backtest import run
from copilot.statistics.clv.beta_geometric import BetaGeometric
from copilot.statistics.clv.pareto_nbd import ParetoNbd
from copilot.statistics.clv.predict import kept_share, predicted_value
from copilot.statistics.clv.summary import Customers, customer_summary, third
from copilot.statistics.condition import Condition
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.segments import SegmentRule
from tests.statistics import real_shops
from tests.statistics.clv.made import shop_of_model
from tests.statistics.shops import credit, order, shop

CUT = date(1997, 9, 30)


@pytest.fixture(scope="module")
def sample(shared: Path) -> Tables:
    """CDNOW's published sample: one tenth of the customers; rows of one day are one purchase."""
    path = shared / "data" / "cdnow" / "CDNOW_sample.txt"
    rows = pd.read_csv(path, sep=r"\s+", header=None, dtype=str)
    rows.columns = ["master", "customer_key", "day", "units", "gross_sales"]
    return shop(
        pd.DataFrame(
            {
                "order_id": [f"r{i}" for i in range(len(rows))],
                "kind": "order",
                "customer_key": rows["customer_key"],
                "ordered_at": pd.to_datetime(rows["day"], format="%Y%m%d"),
                "gross_sales": rows["gross_sales"].astype(float),
            }
        )
    )


@pytest.fixture(scope="module")
def published(sample: Tables) -> Customers:
    """The summary of the published analysis: zero-value purchases count there."""
    return Customers.read(sample, customer_summary(sample, Scope(include_zero=True), CUT))


@pytest.fixture(scope="module")
def modelled() -> Tables:
    return shop_of_model(700)


@pytest.fixture(scope="module")
def predicted(modelled: Tables) -> PredictedValue:
    return predicted_value(modelled, Scope(), horizon_days=180)


@pytest.mark.shared
def test_cdnow_sample_gives_the_published_models(published: Customers) -> None:
    assert (len(published), published.repeaters, int(published.x.sum())) == (2357, 946, 2457)
    orders = beta_geometric.fit(published.histories)
    assert orders.values == pytest.approx([0.24259, 4.4136, 0.79292, 2.42591], rel=1e-3)
    assert orders.log_likelihood == pytest.approx(-9582.429, abs=0.001)
    money = gamma_gamma.fit(published.x, published.spend)
    assert money.values == pytest.approx([6.2496, 3.7442, 15.4435], rel=1e-3)
    assert money.log_likelihood == pytest.approx(-4055.918, abs=0.001)


@pytest.mark.shared
def test_cdnow_holdout_totals_are_the_published_ones(published: Customers) -> None:
    """39 weeks after the cut: 1,882 came; the models said 1,653, 1,666 and 1,577."""
    shape = (published.x, published.last, published.age)
    assert int(published.frame["later"].sum()) == 1882
    bg = BetaGeometric.of(beta_geometric.fit(published.histories).values)
    mbg = BetaGeometric.of(beta_geometric.fit(published.histories, modified=True).values, modified=True)
    pareto = ParetoNbd.of(pareto_nbd.fit(published.histories).values)
    for model, total in ((bg, 1653), (pareto, 1666), (mbg, 1577)):
        assert model.expected_orders(*shape, 39).sum() == pytest.approx(total, rel=0.005)
    expected = bg.expected_orders(*shape, 39)
    actual = published.frame["later"].to_numpy(dtype=float)
    assert np.corrcoef(expected, actual)[0, 1] == pytest.approx(0.626, abs=0.001)
    assert np.abs(expected - actual).mean() == pytest.approx(0.786, abs=0.001)
    for x, mean in ((0, 0.23), (1, 0.52), (2, 1.04), (3, 1.52), (4, 2.16), (5, 2.65), (6, 3.50)):
        assert expected[published.x == x].mean() == pytest.approx(mean, abs=0.006)


@pytest.mark.shared
def test_cdnow_back_test_says_what_the_published_holdout_says(published: Customers) -> None:
    tested = run(published, 39 * 7)
    assert not isinstance(tested, str)
    assert tested.used == "BG/NBD"
    assert tested.predicted.sum() / tested.actual.sum() - 1 == pytest.approx(-0.121, abs=0.001)
    assert tested.models["Pareto/NBD"].sum() / tested.actual.sum() - 1 == pytest.approx(-0.115, abs=0.001)
    assert tested.models["MBG/NBD"].sum() / tested.actual.sum() - 1 == pytest.approx(-0.162, abs=0.001)
    pace = tested.models["Own pace goes on"]
    assert pace.sum() == pytest.approx(2930, rel=0.01)
    assert np.abs(pace - tested.actual).mean() == pytest.approx(1.024, abs=0.005)


@pytest.mark.shared
def test_cdnow_is_predicted_in_full_with_its_back_test(sample: Tables) -> None:
    result = predicted_value(sample, Scope(), horizon_days=365)
    assert result.verdict == "full"
    assert result.prediction is not None
    assert result.backtest is not None
    assert abs(result.backtest.error.value or 1) < 0.15
    everybody = result.prediction.everybody
    assert everybody.value is not None
    for figure in (everybody.orders, everybody.value, everybody.active):
        assert figure.low is not None
        assert figure.low < (figure.value or 0) < (figure.high or 0)
    assert result.prediction.new_orders.value == pytest.approx(1.4, abs=0.25)


@pytest.mark.shared
def test_online_retail_is_refused_because_nobody_leaves_in_it(shared: Path) -> None:
    """No interior maximum: b runs off. Printing the parameters of such a fit would be a made-up lifetime."""
    tables = real_shops.online_retail(shared / "data")
    scope = Scope(value="gross_sales")
    result = predicted_value(tables, scope)
    assert result.verdict == "refused"
    assert result.prediction is None
    assert result.parameters is None
    (check,) = result.held_back
    assert check.name == "model"
    assert "b grows without end" in check.reason
    assert check.enough
    customers = Customers.read(tables, customer_summary(tables, scope, tables.facts.analysis_date or CUT))
    money = gamma_gamma.fit(customers.x, customers.spend)
    assert money.values == pytest.approx([2.1034, 3.4512, 485.8885], rel=1e-3)
    assert money.log_likelihood == pytest.approx(-19083.331, abs=0.01)


def test_summary_is_what_plain_python_counts(modelled: Tables) -> None:
    frame = modelled.orders.to_pandas()
    until = third(frame["ordered_at"].min().date(), frame["ordered_at"].max().date())
    ours = Customers.read(modelled, customer_summary(modelled, Scope(), until)).frame.set_index("customer_key")
    frame["day"] = frame["ordered_at"].dt.normalize()
    days = frame.groupby(["customer_key", "day"])["gross_sales"].sum().astype(float).reset_index()
    seen = 0
    for key, rows in days.groupby("customer_key"):
        known = rows[rows["day"].dt.date <= until].sort_values("day")
        if known.empty:
            assert key not in ours.index
            continue
        seen += 1
        row = ours.loc[key]
        assert row["x"] == len(known) - 1
        assert row["last"] == (known["day"].iloc[-1] - known["day"].iloc[0]).days
        assert row["age"] == (pd.Timestamp(until) - known["day"].iloc[0]).days
        assert row["later"] == len(rows) - len(known)
        if len(known) > 1:
            assert row["spend"] == pytest.approx(known["gross_sales"].iloc[1:].mean())
    assert seen == len(ours) > 300


def test_parts_add_up(predicted: PredictedValue, modelled: Tables) -> None:
    assert predicted.verdict == "full"
    made = predicted.prediction
    assert made is not None
    everybody = made.everybody
    assert everybody.value is not None
    assert everybody.total is not None
    for table in (made.deciles, made.rfm):
        assert (
            sum(row["customers"] for row in table.rows)
            == everybody.customers.value
            == len(customer_table(modelled, Scope()).to_pandas())
        )
        assert sum(row["orders"] for row in table.rows) == pytest.approx(everybody.orders.value)
        assert sum(row["value"] for row in table.rows) == pytest.approx(everybody.value.value)
        assert sum(row["share"] for row in table.rows) == pytest.approx(1)
        assert sum(row["historic"] for row in table.rows) == pytest.approx(everybody.historic.value)
    worth = [row["each"] for row in made.deciles.rows]
    assert worth == sorted(worth, reverse=True)
    assert everybody.total.value == pytest.approx((everybody.historic.value or 0) + (everybody.value.value or 0))
    again = [figure.value or 0 for figure in made.returning]
    assert again == sorted(again)
    assert again[-1] <= (everybody.orders.value or 0)
    assert made.top.personal


def test_a_group_and_the_rest_make_everybody(modelled: Tables) -> None:
    rule = SegmentRule(name="repeat customers", conditions=(Condition(field="frequency", op="ge", value=2),))
    rest = SegmentRule(name="one-time buyers", conditions=(Condition(field="frequency", op="lt", value=2),))
    parts = [predicted_value(modelled, Scope(), 180, one).prediction for one in (rule, rest)]
    assert all(part is not None and part.group is not None for part in parts)
    group, other = (part.group for part in parts if part is not None and part.group is not None)
    whole = parts[0].everybody  # type: ignore[union-attr]
    assert (group.orders.value or 0) + (other.orders.value or 0) == pytest.approx(whole.orders.value)
    assert (group.customers.value or 0) + (other.customers.value or 0) == whole.customers.value
    assert "repeat customers" in group.orders.label


def test_same_question_same_figures(modelled: Tables, predicted: PredictedValue) -> None:
    again = predicted_value(modelled, Scope(), horizon_days=180)
    assert [figure.model_dump() for figure in again.figures()] == [
        figure.model_dump() for figure in predicted.figures()
    ]


def test_horizon_stops_at_history_and_a_year(modelled: Tables) -> None:
    assert predicted_value(modelled, Scope(), horizon_days=2000).horizon.value == 365
    early = predicted_value(modelled, Scope(analysis_date=date(2024, 11, 30)), horizon_days=365)
    assert (early.horizon.value or 0) < 365


def test_small_shop_is_refused_with_what_would_be_enough() -> None:
    result = predicted_value(shop_of_model(120), Scope())
    assert result.verdict == "refused"
    assert result.prediction is None
    check = result.held_back[0]
    assert check.name == "customers"
    assert "only 120 customers" in check.reason
    assert "500 customers (250 for a provisional answer)" in check.enough
    assert result.backtest is None


def test_middling_shop_is_provisional() -> None:
    result = predicted_value(shop_of_model(400, seed=3), Scope())
    assert result.verdict == "provisional"
    assert [check.name for check in result.held_back] == ["customers"]
    assert result.prediction is not None


def test_subscriptions_are_refused() -> None:
    result = predicted_value(shop_of_model(600, seed=4, tags="Subscription, first order"), Scope())
    assert result.verdict == "refused"
    assert [check.name for check in result.held_back] == ["subscriptions"]


def test_prediction_is_withheld_where_it_failed_before() -> None:
    """Everybody stops buying in the last third: the model, which cannot know it, is off by far more than 30 %."""
    tables = shop_of_model(700, seed=5)
    frame = tables.orders.to_pandas()
    start, end = frame["ordered_at"].min(), frame["ordered_at"].max()
    cut = end - (end - start) / 3
    first = frame.groupby("customer_key")["ordered_at"].transform("min")
    kept = frame[(frame["ordered_at"] <= cut) | (frame["ordered_at"] == first) | (frame["ordered_at"] == end)]
    result = predicted_value(shop(kept.astype({"gross_sales": float})[list(_ORDER)]), Scope())
    assert result.verdict == "refused"
    assert "backtest" in [check.name for check in result.held_back]
    assert result.backtest is not None
    assert (result.backtest.error.value or 0) > 0.3
    assert result.prediction is None


_ORDER = ("order_id", "kind", "status", "customer_key", "ordered_at", "gross_sales")


def test_zero_value_orders_and_guests_are_not_in_it_and_same_day_counts_once() -> None:
    rows = [
        order(1, "a", "2024-01-01 09:00", 20),
        order(2, "a", "2024-01-01 18:00", 30),
        order(3, "a", "2024-02-01", 40),
        order(4, "a", "2024-02-01", 20),
        order(5, "a", "2024-03-01", 0),
        order(6, None, "2024-03-05", 50),
        order(7, "b", "2024-03-06", 10),
    ]
    frame = Customers.read(shop(rows), customer_summary(shop(rows), Scope(), date(2024, 3, 10))).frame
    assert frame["customer_key"].tolist() == ["b", "a"]
    a = frame.iloc[1]
    assert (a["x"], a["last"], a["age"], a["spend"]) == (1, 31, 69, 60.0)


def test_credit_notes_shrink_the_value_and_not_the_orders() -> None:
    rows = [order(1, "a", "2024-01-01", 60), order(2, "b", "2024-01-05", 40), credit(3, "a", "2024-02-01", 25)]
    tables = shop(rows)
    assert kept_share(tables, Scope()) == pytest.approx(0.75)
    assert kept_share(tables, Scope(value="gross_sales")) == 1.0


def test_nothing_known_is_said() -> None:
    with pytest.raises(NothingLoaded):
        predicted_value(shop([order(1, None, "2024-01-01", 10)]), Scope())
