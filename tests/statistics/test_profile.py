"""Segment profile: every measure computed a second time in pandas, gaps named, people without orders handled."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from copilot.data.tables import tables_from_frames
from copilot.statistics.condition import Condition
from copilot.statistics.measures import mean_bounds, ratio_of_sums
from copilot.statistics.profile import SegmentProfile, segment_profile
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule
from tests.statistics.random_shop import DAYS, START, RandomShop, facts, random_shop

GERMANY = SegmentRule(name="Germany", conditions=(Condition(field="country", value="DE"),))
AS_OF = pd.Timestamp(START.date() + timedelta(days=DAYS))


@pytest.fixture(scope="module")
def shop() -> RandomShop:
    return random_shop()


@pytest.fixture(scope="module")
def profile(shop: RandomShop) -> SegmentProfile:
    return segment_profile(shop.tables, Scope(), GERMANY)


@pytest.fixture(scope="module")
def by_customer(shop: RandomShop) -> pd.DataFrame:
    """The same customers, added up in pandas."""
    orders = shop.orders.sort_values(["customer_key", "ordered_at", "order_id"])
    orders = orders.assign(
        day=pd.to_datetime(orders["ordered_at"]).dt.normalize(),
        demand=orders["gross_sales"] - orders["discounts"],
        place=orders.groupby("customer_key").cumcount(),
    )
    orders = orders.assign(net=orders["demand"] - orders["returns"])
    grouped = orders.groupby("customer_key")
    later = orders[orders["place"] > 0].groupby("customer_key")
    return pd.DataFrame(
        {
            "country": grouped["country"].first(),
            "orders": grouped.size(),
            "net": grouped["net"].sum(),
            "demand": grouped["demand"].sum(),
            "returns": grouped["returns"].sum(),
            "units": grouped["units"].sum(),
            "discounted": grouped["discounted"].sum(),
            "later_discounted": later["discounted"].sum().reindex(grouped.groups.keys()).fillna(0),
            "refunded": grouped["returns"].apply(lambda values: int((values > 0).sum())),
            "days_since": (AS_OF - grouped["day"].max()).dt.days,
            "years": (AS_OF - grouped["day"].min()).dt.days / 365.0,
        }
    )


def test_size_and_money_equal_pandas(profile: SegmentProfile, by_customer: pd.DataFrame) -> None:
    inside = by_customer[by_customer["country"] == "DE"]
    assert profile.size.value == profile.customers.value == len(inside)
    assert profile.share_of_customers.value == pytest.approx(len(inside) / len(by_customer))
    assert profile.net_sales.value == pytest.approx(inside["net"].sum())
    assert profile.share_of_net_sales.value == pytest.approx(inside["net"].sum() / by_customer["net"].sum())


@pytest.mark.parametrize("side", ["group", "rest"])
def test_measures_equal_pandas(side: str, profile: SegmentProfile, by_customer: pd.DataFrame) -> None:
    rows = by_customer[(by_customer["country"] == "DE") == (side == "group")]
    later = rows["orders"].sum() - len(rows)
    expected = {
        "value_mean": rows["net"].mean(),
        "value_median": rows["net"].median(),
        "aov_net": rows["net"].sum() / rows["orders"].sum(),
        "items_per_order": rows["units"].sum() / rows["orders"].sum(),
        "orders_per_customer": rows["orders"].mean(),
        "orders_per_year": later / rows["years"].sum(),
        "repeat_rate": (rows["orders"] >= 2).mean(),
        "days_since_median": rows["days_since"].median(),
        "full_price_share": 1 - rows["discounted"].sum() / rows["orders"].sum(),
        "full_price_repeat_share": 1 - rows["later_discounted"].sum() / later,
        "refunded_orders_share": rows["refunded"].sum() / rows["orders"].sum(),
        "return_value_rate": rows["returns"].sum() / rows["demand"].sum(),
    }
    for name, value in expected.items():
        figure = getattr(getattr(profile, name), side)
        assert figure.value == pytest.approx(value, rel=1e-9), name
        assert figure.low <= figure.value <= figure.high, name


def test_order_values_and_gaps_equal_pandas(profile: SegmentProfile, shop: RandomShop) -> None:
    orders = shop.orders[shop.orders["country"] == "DE"]
    median = (orders["gross_sales"] - orders["discounts"]).median()
    assert profile.order_value_median.group.value == pytest.approx(median)
    days = orders.assign(day=pd.to_datetime(orders["ordered_at"]).dt.normalize())
    days = days[["customer_key", "day"]].drop_duplicates().sort_values(["customer_key", "day"])
    gaps = days.groupby("customer_key")["day"].diff().dropna().dt.days
    assert profile.gap_median.group.value == pytest.approx(gaps.median())
    assert profile.gap_p25.value == pytest.approx(gaps.quantile(0.25))
    assert profile.gap_p75.value == pytest.approx(gaps.quantile(0.75))
    assert profile.gap_median.group.n == len(gaps)


def test_lapsed_customers_are_those_past_the_shops_own_threshold(
    profile: SegmentProfile, shop: RandomShop, by_customer: pd.DataFrame
) -> None:
    limits = thresholds(shop.tables, Scope())
    rows = by_customer[by_customer["country"] == "DE"]
    border = np.where(rows["orders"] == 1, limits.one_time_lapsed, limits.g95)
    assert profile.lapsed_share.group.numerator == (rows["days_since"] > border).sum()
    assert (profile.overdue_share.group.value or 0) >= (profile.lapsed_share.group.value or 0)


def test_reach_counts_consent_yes_no_and_unknown(profile: SegmentProfile, shop: RandomShop) -> None:
    people = shop.customers[shop.customers["country"] == "DE"]["email_consent"]
    assert profile.reachable.numerator == (people == True).sum()  # noqa: E712
    assert profile.not_consenting.numerator == (people == False).sum()  # noqa: E712
    assert profile.consent_unknown.numerator == people.isna().sum()
    total = sum(figure.value or 0 for figure in (profile.reachable, profile.not_consenting, profile.consent_unknown))
    assert total == pytest.approx(1.0)


def test_mixes_add_up_and_compare_with_the_rest(profile: SegmentProfile, shop: RandomShop) -> None:
    assert [level.name for level in profile.countries.levels] == ["DE"]
    assert sum(level.share.value or 0 for level in profile.rfm.levels) <= 1.0 + 1e-9
    assert sum(level.share.numerator or 0 for level in profile.stages.levels) <= (profile.size.value or 0)
    items = shop.items.merge(shop.orders[["order_id", "customer_key", "country"]], on="order_id")
    for level in profile.categories.levels:
        bought = items[items["category"] == level.name].groupby("country")["customer_key"].nunique()
        assert level.share.numerator == bought["DE"]
        assert level.rest is not None
        assert level.rest.numerator == bought["AT"] + bought["CH"]


def test_what_the_files_lack_is_named_and_never_filled(profile: SegmentProfile) -> None:
    assert profile.devices.levels == ()
    assert "GA4" in profile.devices.missing
    assert profile.devices.missing in profile.missing
    assert profile.regions.missing in profile.missing


def test_every_figure_carries_its_receipt(profile: SegmentProfile) -> None:
    figures = list(profile.figures())
    assert len(figures) > 60
    for figure in figures:
        assert figure.definition
        assert figure.scope.startswith("Orders")
        assert figure.query["function"]
        assert figure.value is None or math.isfinite(figure.value)
        assert figure.value is not None or figure.warnings


def test_everybody_has_no_rest(shop: RandomShop) -> None:
    found = segment_profile(shop.tables, Scope(), SegmentRule(name="all customers"))
    assert found.value_mean.rest is None
    assert found.share_of_customers.value == 1.0
    assert all(level.rest is None for level in found.countries.levels)


def test_orders_without_discounts_refunds_units_or_consent_leave_gaps(shop: RandomShop) -> None:
    bare = shop.orders[["order_id", "kind", "customer_key", "ordered_at", "status"]].assign(gross_sales=20.0)
    tables = tables_from_frames({"orders": bare}, facts())
    found = segment_profile(tables, Scope(), SegmentRule(name="repeat", conditions=(
        Condition(field="frequency", op="ge", value=2),)))  # fmt: skip
    for gap in (found.full_price_share, found.return_value_rate, found.refunded_orders_share, found.items_per_order):
        assert gap.group.value is None
        assert gap.group.warnings
    assert found.reachable.value is None
    assert "Shopify > Customers > Export" in found.reachable.warnings[0]
    assert any("Discount Amount" in sentence for sentence in found.missing)
    assert any("line items" in sentence for sentence in found.missing)


def test_people_who_never_bought_have_a_size_and_no_invented_buying(shop: RandomShop) -> None:
    leads = pd.DataFrame(
        [
            {"customer_key": f"lead{n}", "customer_ref": f"L{n}", "email_consent": True, "upload_id": "u",
             "consent_at": AS_OF - pd.Timedelta(days=10)}
            for n in range(25)
        ]
    )  # fmt: skip
    people = pd.concat([shop.customers, leads], ignore_index=True)
    tables = tables_from_frames({"orders": shop.orders, "customers": people}, facts())
    warm = SegmentRule(name="warm people", conditions=(Condition(field="stage", value="warm"),))
    found = segment_profile(tables, Scope(), warm)
    assert found.size.value == 25
    assert found.customers.value == 0
    assert found.value_mean.group.value is None
    assert found.reachable.value == 1.0
    assert "Nobody of this group has an order" in found.warnings[0]


def test_the_same_profile_twice_is_the_same(shop: RandomShop, profile: SegmentProfile) -> None:
    assert segment_profile(shop.tables, Scope(), GERMANY) == profile


def test_ratio_interval_covers_the_truth_about_as_often_as_it_says() -> None:
    generator = np.random.default_rng(5)
    hits = 0
    for _ in range(400):
        orders = 1.0 + generator.poisson(1.5, 200)
        money = orders * generator.gamma(4.0, 10.0, 200)
        _, bounds = ratio_of_sums(money, orders)
        assert bounds is not None
        hits += bounds[0] <= 40.0 <= bounds[1]
    assert hits / 400 == pytest.approx(0.95, abs=0.03)


def test_bootstrap_and_normal_interval_of_a_mean_agree_where_they_meet() -> None:
    values = np.random.default_rng(3).gamma(2.0, 30.0, 4000)
    (normal, method), (drawn, other) = mean_bounds(values), mean_bounds(values[:1000])
    assert (method, other) == ("normal 95 %", "bootstrap 95 %")
    assert normal is not None
    assert drawn is not None
    assert drawn[1] - drawn[0] == pytest.approx((normal[1] - normal[0]) * 2, rel=0.15)


@pytest.mark.shared
def test_profile_of_real_orders(shared: Any) -> None:
    raw = pd.read_csv(shared / "data" / "superstore" / "Sample - Superstore.csv", encoding="utf-8-sig")
    orders = raw.groupby("Order ID").agg(
        customer_key=("Customer ID", "first"), ordered_at=("Order Date", "first"), gross_sales=("Sales", "sum"),
        region=("Region", "first"),
    ).reset_index(names="order_id")  # fmt: skip
    orders = orders.assign(
        kind="order", status="paid", ordered_at=pd.to_datetime(orders["ordered_at"], format="%d/%m/%y")
    )
    tables = tables_from_frames({"orders": orders}, facts())
    best = SegmentRule(name="top", conditions=(Condition(field="value", op="top_share", value=0.1),))
    found = segment_profile(tables, Scope(analysis_date=orders["ordered_at"].max().date()), best)
    spent = orders.groupby("customer_key")["gross_sales"].sum().sort_values(ascending=False)
    top = spent.head(math.ceil(len(spent) * 0.1))
    assert found.customers.value == len(top)
    assert found.share_of_net_sales.value == pytest.approx(top.sum() / spent.sum(), abs=1e-4)
