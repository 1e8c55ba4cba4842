"""The example files that are not orders: rows, sums and refusals against figures computed elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.data.conftest import Loaded

pytestmark = pytest.mark.shared
Load = Callable[..., Loaded]


def nothing_of_orders(shop: Loaded) -> None:
    """Files without orders make no order, no first day and no stated order count."""
    assert shop.tables.orders.count().execute() == 0
    assert shop.tables.facts.first_order is None
    assert shop.tables.customers.orders_stated.count().execute() == 0


def test_facebook_ads(shared: Path, load: Load, truth: dict[str, Any]) -> None:
    shop = load(shared / "data" / "facebook_ads" / "KAG_conversion_data_with_dates.csv")
    wanted, spend = truth["facebook_ads_kag_dated"], shop.tables.spend
    found = shop.one(
        spend.aggregate(
            rows=spend.count(), cost=spend.cost.sum(), clicks=spend.clicks.sum(), shown=spend.impressions.sum(),
            approved=spend.conversions.sum(),
        )
    )  # fmt: skip
    assert (found["rows"], found["clicks"], found["shown"]) == (1143, wanted["clicks"], wanted["impressions"])
    assert round(float(found["cost"]), 2) == wanted["spent"] == 58705.23
    assert found["approved"] == wanted["approved_conversion"] == 1079
    each = spend.group_by("campaign").aggregate(cost=spend.cost.sum())
    assert {row["campaign"]: round(float(row["cost"]), 2) for row in each.to_pyarrow().to_pylist()} == {
        name: figures["spent"] for name, figures in wanted["by_campaign"].items()
    }
    nothing_of_orders(shop)


def test_google_ads_uncleaned(shared: Path, load: Load, truth: dict[str, Any]) -> None:
    shop = load(shared / "data" / "google_ads" / "GoogleAds_DataAnalytics_Sales_Uncleaned.csv")
    wanted, spend = truth["google_ads_uncleaned"], shop.tables.spend
    found = shop.one(
        spend.aggregate(
            rows=spend.count(), cost=spend.cost.sum(), value=spend.conversion_value.sum(),
            blank=spend.cost.isnull().sum(), names=spend.campaign.nunique(),
        )
    )  # fmt: skip
    assert (found["rows"], found["names"]) == (wanted["rows"], wanted["campaign_variants"])
    assert round(float(found["cost"]), 2) == wanted["cost_sum"] == 538371.83
    assert float(found["value"]) == wanted["sale_sum"] == 3688173.0
    assert found["blank"] == wanted["nulls"]["Cost"] == shop.problems()["no_cost"] == 97
    assert shop.problems()["similar_campaigns"] == 4
    nothing_of_orders(shop)


def test_ga4(shared: Path, load: Load, truth: dict[str, Any]) -> None:
    shop = load(shared / "data" / "ga4_export" / "data-export.csv")
    wanted, found = truth["ga4_export"], shop.tables.reported
    sums = {
        row["measure"]: int(row["value"])
        for row in found.group_by("measure").aggregate(value=found.value.sum()).to_pyarrow().to_pylist()
    }
    assert sums == {"sessions": wanted["sessions"], "engaged_sessions": wanted["engaged"], "events": wanted["events"]}
    visits = found.filter(found.measure == "sessions")
    by_channel = visits.group_by("name").aggregate(value=visits.value.sum()).to_pyarrow().to_pylist()
    assert {row["name"]: int(row["value"]) for row in by_channel} == wanted["by_channel"]
    assert shop.one(visits.aggregate(first=visits.day.min(), last=visits.day.max())) == {
        "first": date(2024, 4, 6), "last": date(2024, 5, 3),
    }  # fmt: skip
    assert shop.tables.sessions.count().execute() == 0
    nothing_of_orders(shop)


def test_rees46_events(shared: Path, load: Load, truth: dict[str, Any]) -> None:
    shop = load(shared / "data" / "rees46_events" / "2019-Oct.csv")
    wanted, visits = truth["rees46"], shop.tables.sessions
    assert (shop.report.rows, shop.report.kept, shop.report.set_aside) == (wanted["rows"], wanted["rows"] - 1, 1)
    found = shop.one(
        visits.aggregate(
            rows=visits.count(), people=visits.visitor.nunique(), views=visits.product_views.sum(),
            first=visits.started_at.min(),
        )
    )  # fmt: skip
    # The last row is cut in the middle of its visitor, which is counted as one there and is none.
    assert (found["rows"], found["people"]) == (wanted["sessions"], wanted["users"] - 1)
    assert found["views"] == wanted["events"]["view"] - 1
    assert str(found["first"]) == wanted["first"]
    assert shop.problems()["unusable_rows"] == 1
    nothing_of_orders(shop)


def test_surveys_and_traits(shared: Path, load: Load, truth: dict[str, Any]) -> None:
    asked = load(shared / "data" / "amazon_survey" / "Amazon Customer Behavior Survey.csv")
    answers = asked.tables.feedback
    sexes = answers.filter(answers.question == "Gender").group_by("text").aggregate(n=lambda rows: rows.count())
    assert {row["text"]: row["n"] for row in sexes.to_pyarrow().to_pylist()} == truth["amazon_survey"]["gender"]
    assert asked.report.kept == truth["amazon_survey"]["rows"]
    nothing_of_orders(asked)
    people = load(shared / "data" / "customer_personality" / "marketing_campaign.csv")
    wanted, given = truth["customer_personality"], people.tables.customer_attributes
    assert people.report.kept == wanted["rows"] == people.tables.customers.count().execute()
    married = given.filter(given.name == "Marital_Status").group_by("value").aggregate(n=lambda rows: rows.count())
    assert {row["value"]: row["n"] for row in married.to_pyarrow().to_pylist()} == wanted["marital"]
    assert people.problems()["twins"] == wanted["duplicates_ignoring_id"]
    slips = next(problem for problem in people.report.problems if problem.code == "implausible")
    assert str(wanted["birth_year_min"]) in slips.what
    assert f"{wanted['income_max']:,.0f}" in slips.what
    nothing_of_orders(people)


def test_hillstrom_is_a_tested_campaign(shared: Path, load: Load, truth: dict[str, Any]) -> None:
    shop = load(shared / "data" / "hillstrom_email" / "hillstrom.csv")
    sums: dict[str, dict[str, float]] = {}
    for row in shop.tables.reported.to_pyarrow().to_pylist():
        sums.setdefault(row["name"], {})[row["measure"]] = float(row["value"])
    wanted = truth["hillstrom"]["by_segment"]
    assert {name: figures["people"] for name, figures in sums.items()} == {n: w["n"] for n, w in wanted.items()}
    for name, figures in sums.items():
        for measure in ("visit", "conversion", "spend"):
            assert figures[measure] / figures["people"] == pytest.approx(wanted[name][measure], abs=1e-6)
    nothing_of_orders(shop)


def test_superstore_segments_are_attributes(shared: Path, load: Load) -> None:
    shop = load(shared / "data" / "superstore" / "Sample - Superstore.csv")
    given = shop.tables.customer_attributes
    each = given.group_by("name", "value").aggregate(n=given.count()).to_pyarrow().to_pylist()
    assert {row["name"] for row in each} == {"Segment"}
    assert {row["value"] for row in each} == {"Consumer", "Corporate", "Home Office"}
    assert sum(row["n"] for row in each) == 804
