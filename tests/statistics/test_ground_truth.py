"""Figures of the real files against independently computed ones (same definitions, reached through the scope)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from copilot.data.tables import Tables
from copilot.statistics.best import best_customers
from copilot.statistics.concentration import concentration
from copilot.statistics.query import Query, run_query
from copilot.statistics.repeat import repeat_rates
from copilot.statistics.rhythm import buying_rhythm
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.trend import by_month
from tests.statistics import real_shops

pytestmark = pytest.mark.shared
GROSS = Scope(value="gross_sales")


@pytest.fixture(scope="module")
def truth(shared: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((shared / "data" / "ground_truth.json").read_text())
    return found


@pytest.fixture(scope="module")
def retail(shared: Path) -> Tables:
    return real_shops.online_retail(shared / "data")


@pytest.fixture(scope="module")
def cdnow(shared: Path) -> Tables:
    return real_shops.cdnow(shared / "data")


@pytest.fixture(scope="module")
def shopify(shared: Path) -> Tables:
    return real_shops.shopify(shared / "data")


def _customers(tables: Tables, scope: Scope) -> dict[str, tuple[float, int]]:
    customers = customer_table(tables, scope)
    frame = tables.frame(customers.select("customer_key", "orders", value=customers.value.cast("float64")))
    return {row.customer_key: (row.value, row.orders) for row in frame.itertuples()}


def _matches(tables: Tables, scope: Scope, expected: dict[str, Any]) -> None:
    """Customers, orders, revenue, repeat rate, top customers and shares of one ground-truth block."""
    customers = _customers(tables, scope)
    assert len(customers) == expected["customers"]
    assert sum(orders for _, orders in customers.values()) == expected["orders"]
    assert sum(value for value, _ in customers.values()) == pytest.approx(expected["revenue"], abs=0.01)
    rates = repeat_rates(tables, scope)
    assert rates.lifetime.value == pytest.approx(expected["repeat_purchase_rate"], abs=1e-6)
    assert rates.repeat_customers.value == expected["repeat_customers"]
    assert rates.one_time_customers.value == expected["one_time_customers"]
    assert rates.orders_per_customer.value == pytest.approx(expected["orders_per_customer"], abs=1e-4)
    top = sorted(customers, key=lambda key: -customers[key][0])[:10]
    assert [key.lstrip("0") for key in top] == [str(row["id"]).lstrip("0") for row in expected["top10_customers"]]
    for key, row in zip(top, expected["top10_customers"], strict=True):
        assert customers[key] == (pytest.approx(row["revenue"], abs=0.006), row["orders"])
    shares = concentration(tables, scope)
    assert shares.top10.value == pytest.approx(expected["top10pct_revenue_share"], abs=1e-6)
    assert shares.top20.value == pytest.approx(expected["top20pct_revenue_share"], abs=1e-6)
    assert shares.top10_customers.value == expected["top10pct_customers_n"]
    assert shares.top20_customers.value == expected["top20pct_customers_n"]


def test_online_retail_by_the_clean_rule(retail: Tables, truth: dict[str, Any]) -> None:
    _matches(retail, GROSS, truth["online_retail_clean"])
    assert repeat_rates(retail, GROSS).lifetime.value == pytest.approx(0.655832, abs=1e-6)


def test_online_retail_without_repeated_lines(retail: Tables, truth: dict[str, Any]) -> None:
    _matches(retail, Scope(value="gross_sales", repeated_lines="drop"), truth["online_retail_clean_dedup"])


def test_online_retail_net_of_cancellations(retail: Tables, truth: dict[str, Any]) -> None:
    """The published net total holds everybody's returns; ours keeps those without an order out of customers."""
    expected = truth["online_retail_net_of_cancellations"]
    ladder = sales_ladder(retail, Scope())
    identified = (ladder.net_sales.value or 0) - (ladder.guest_net_sales.value or 0)
    assert identified == pytest.approx(expected["revenue"], abs=0.01)
    customers = _customers(retail, Scope())
    assert len(customers) == 4338
    assert ladder.customers_without_order.value == expected["customers"] - 4338
    for row in expected["top10_customers"]:
        assert customers[row["id"]][0] == pytest.approx(row["revenue"], abs=0.006)


def test_online_retail_rhythm(retail: Tables, truth: dict[str, Any]) -> None:
    expected = truth["online_retail_clean"]
    rhythm = buying_rhythm(retail, Scope())
    assert rhythm.gap_median.value == expected["interpurchase_days_median"] == 28
    assert rhythm.gap_mean.value == pytest.approx(expected["interpurchase_days_mean"], abs=1e-4)
    assert rhythm.gaps.value == expected["n_gaps"] == 12425
    # EXAMPLES: half of all gaps lie between 12 and 58, nine of ten are 110 days or less, 1,282 customers are past it
    assert (rhythm.gap_p25.value, rhythm.gap_p75.value, rhythm.gap_p90.value) == (12, 58, 110)
    assert [figure.value for figure in rhythm.past if figure.name == "past_p90"] == [1282]


def test_online_retail_best_customers_by_net(retail: Tables) -> None:
    best = best_customers(retail, Scope(repeated_lines="drop"))
    assert best.size.value == 434
    assert best.share.value == pytest.approx(0.599, abs=0.0005)
    assert (best.share.low or 1) < 0.599 < (best.share.high or 0)
    assert (best.median_orders.value, best.median_recency.value, best.rest_median_recency.value) == (12, 10, 58)
    assert best.median_value.value == pytest.approx(5635, abs=1)
    assert best.wrong_names is not None
    assert {row["customer_ref"] for row in best.wrong_names.rows} == {"#16446", "#12346"}
    first = {trait.what.text(): trait for trait in best.apart.traits}
    month = first["month of the first order: 2010-12"]
    assert (month.in_group.value, month.in_rest.value) == (pytest.approx(0.57, abs=0.01), pytest.approx(0.16, abs=0.01))
    assert month.caution == "time"
    assert first["size of the first order: 300 or more"].caution == "definition"
    abroad = first["country: outside United Kingdom"]
    assert abroad.ratio.value == pytest.approx(2.1, abs=0.05)
    assert abroad.in_group.numerator == 79


def test_online_retail_months(retail: Tables, truth: dict[str, Any]) -> None:
    trend = by_month(retail, GROSS)
    cohorts = truth["online_retail_clean"]["monthly_cohorts"]
    assert trend.months == tuple(cohorts)
    assert [figure.value for figure in trend.new_customers] == [cohort[0] for cohort in cohorts.values()]
    assert trend.partial == ("2011-12",)
    assert trend.net_sales[-1].warnings


@pytest.mark.parametrize("frequency", ["orders", "days"])
def test_cdnow(cdnow: Tables, truth: dict[str, Any], frequency: str) -> None:
    scope = Scope(include_zero=True, frequency=frequency)
    expected = truth["cdnow_master" if frequency == "orders" else "cdnow_master_same_day_merged"]
    rates = repeat_rates(cdnow, scope)
    assert rates.customers.value == expected["customers"] == 23570
    assert rates.lifetime.value == pytest.approx(expected["repeat_purchase_rate"], abs=1e-6)
    assert rates.repeat_customers.value == expected["repeat_customers"]
    assert rates.orders_per_customer.value == pytest.approx(expected["orders_per_customer"], abs=1e-4)
    if frequency == "orders":
        ladder = sales_ladder(cdnow, scope)
        assert ladder.orders.value == expected["orders"]
        assert ladder.net_sales.value == pytest.approx(expected["revenue"], abs=0.01)
        assert ladder.aov.value == pytest.approx(expected["aov"], abs=1e-4)
        assert ladder.median_order_value.value == pytest.approx(expected["median_order_value"])


def test_cdnow_rhythm(cdnow: Tables, truth: dict[str, Any]) -> None:
    rhythm = buying_rhythm(cdnow, Scope(include_zero=True))
    assert rhythm.gap_median.value == 34
    assert rhythm.gaps.value == truth["cdnow_master"]["n_gaps"]
    assert rhythm.gap_mean.value == pytest.approx(truth["cdnow_master"]["interpurchase_days_mean"], abs=1e-3)
    assert [rhythm.gap_p80.value, rhythm.gap_p90.value, rhythm.gap_p95.value] == [119, 200, 283]
    # Kaplan-Meier after order 1 and after order 5 or later, 30 to 365 days (reproduced independently)
    first, later = rhythm.after_order.rows[0], rhythm.after_order.rows[4]
    days = ("d30", "d60", "d90", "d180", "d365")
    assert [first[d] for d in days] == pytest.approx([0.175, 0.252, 0.292, 0.375, 0.459], abs=0.0006)
    assert [later[d] for d in days] == pytest.approx([0.521, 0.691, 0.774, 0.880, 0.932], abs=0.0006)


def test_superstore(shared: Path, truth: dict[str, Any]) -> None:
    """Two of the 5,111 order ids stand under four customer ids each: 5,117 pairs of order and customer."""
    expected = truth["superstore_csv"] | {"orders": 5117, "orders_per_customer": 5117 / 804}
    _matches(real_shops.superstore(shared / "data"), Scope(), expected)


def test_northwind(shared: Path, truth: dict[str, Any]) -> None:
    tables = real_shops.northwind(shared / "data")
    _matches(tables, Scope(), truth["northwind"])
    ladder = sales_ladder(tables, Scope())
    assert ladder.gross_sales.value == pytest.approx(1354458.59, abs=0.01)
    assert ladder.aov.value == pytest.approx(truth["northwind"]["aov"], abs=0.01)


def test_shopify_with_pending_orders(shopify: Tables, truth: dict[str, Any]) -> None:
    scope = Scope(include_pending=True)
    expected = truth["derived_shopify_from_online_retail"]
    ladder, rates = sales_ladder(shopify, scope), repeat_rates(shopify, scope)
    assert ladder.orders.value == expected["orders_not_voided"] == 2323
    assert ladder.guest_orders.value == expected["guest_orders_not_voided"]
    assert ladder.customers.value == expected["customers"] == 541
    assert ladder.total_sales.value == pytest.approx(1059301.19, abs=0.005)
    assert ladder.total_after_refunds.value == pytest.approx(1038237.42, abs=0.005)
    assert ladder.gross_sales.value == pytest.approx(1067765.00, abs=0.005)
    assert ladder.discounts.value == pytest.approx(11285.31, abs=0.005)
    assert ladder.returns.value == pytest.approx(21063.77, abs=0.005)
    assert ladder.net_sales.value == pytest.approx(1035415.92, abs=0.005)
    assert rates.lifetime.value == pytest.approx(expected["repeat_purchase_rate"], abs=1e-6)


def test_shopify_by_default_leaves_pending_orders_out(shopify: Tables) -> None:
    ladder, rates = sales_ladder(shopify, Scope()), repeat_rates(shopify, Scope())
    assert (ladder.orders.value, ladder.customers.value) == (2288, 538)
    assert rates.lifetime.value == pytest.approx(0.6543, abs=5e-5)
    assert "pending" in ladder.orders.scope


@pytest.mark.parametrize(("delivered", "block"), [(False, "all_orders"), (True, "delivered_only")])
def test_olist_by_person(shared: Path, truth: dict[str, Any], delivered: bool, block: str) -> None:
    tables = real_shops.olist(shared / "data", delivered=delivered)
    _matches(tables, Scope(value="gross_sales", include_zero=True), truth["olist_subset_8135"][block])


def test_olist_states(shared: Path, truth: dict[str, Any]) -> None:
    """Orders by state through the query, against the counts of the files."""
    tables = real_shops.olist(shared / "data")
    asked = Query(metrics=("orders",), by=("region",), limit=5, scope=Scope(include_zero=True))
    found = run_query(tables, asked)
    counted = {label[0]: figures[0].value for label, figures in zip(found.labels, found.values, strict=True)}
    assert counted == {state: float(n) for state, n in truth["olist_subset_8135"]["all_orders"]["top_states"].items()}
