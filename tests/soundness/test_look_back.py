"""Looks back that knew too much, and values that compared different customers."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from copilot.statistics.lifetime.cohorts import cohorts
from copilot.statistics.lifetime.ltv import lifetime_value
from copilot.statistics.lifetime.next_order import next_order_table
from copilot.statistics.lifetime.transitions import stage_transitions
from copilot.statistics.scope import Scope
from copilot.statistics.stages import stage_table
from tests.statistics.shops import order, people, shop

NOW = date(2024, 12, 31)


def test_a_first_order_to_come_is_not_an_order_before_the_data() -> None:
    """The customer list states an order count as of today. Seen from November, somebody whose first order came in
    December looked as if it lay before the data: 289 new customers of the sample shop "came back from lapsed"."""
    listed = people(
        {"customer_key": "new", "customer_ref": "#1", "email_consent": True, "orders_stated": 1},
        {"customer_key": "before", "customer_ref": "#2", "email_consent": True, "orders_stated": 4},
        {"customer_key": "lead", "customer_ref": "#3", "email_consent": True, "orders_stated": 0},
    )
    tables = shop(
        [order(1, "old", "2024-06-01", 10), order(2, "new", "2024-12-20", 10), order(3, "old", str(NOW), 10)],
        customers=listed,
    )
    past = tables.frame(stage_table(tables, Scope(analysis_date=NOW - timedelta(days=30))))
    stages = dict(zip(past["customer_key"], past["substage"], strict=True))
    assert stages == {"old": "hot_lapsed", "before": "hot_lapsed", "lead": "warm_subscriber"}
    assert all(move.start != "hot_lapsed" or move.end != "hot_new" for move in stage_transitions(tables, Scope()).moves)


def test_consent_given_later_is_not_consent_then() -> None:
    listed = people(
        {"customer_key": "p", "customer_ref": "#1", "email_consent": True, "created_at": "2024-01-01",
         "consent_at": "2024-12-20"}
    )  # fmt: skip
    tables = shop([order(1, "a", "2024-06-01", 10), order(2, "a", str(NOW), 10)], customers=listed.astype(
        {"created_at": "datetime64[ns]", "consent_at": "datetime64[ns]"}))  # fmt: skip
    then, now = (
        tables.frame(stage_table(tables, scope)).set_index("customer_key").loc["p"]
        for scope in (Scope(analysis_date=date(2024, 11, 30)), Scope())
    )
    assert (then["substage"], now["substage"]) == ("cold_known", "warm_subscriber")


def test_a_month_that_has_not_ended_is_not_a_month_without_orders() -> None:
    """Cohort tables fill the future with zeros: the youngest cohorts then look worst."""
    rows = [order(n, f"c{n}", "2024-11-05", 10) for n in range(20)]
    table = cohorts(shop([*rows, order(99, "c0", "2024-12-15", 10)]), Scope()).table
    assert table.rows[0]["m0"] == 1.0
    assert table.rows[0].get("m1") is None


def test_lifetime_value_counts_the_same_people_above_and_below() -> None:
    """Dividing a year's sales by all customers ever counts the young in the denominator only."""
    rows = [order(n, f"old{n}", "2023-06-01", 100) for n in range(30)]
    rows += [order(100 + n, f"young{n}", "2024-12-01", 100) for n in range(90)]
    found = lifetime_value(shop([*rows, order(999, "old0", str(NOW), 1)]), Scope())
    assert found.at[-1].value == 100.0
    assert found.at[-1].n == 30


def test_an_open_window_does_not_stay_open_for_ever() -> None:
    """Where fewer than three quarters ever come back the window has no end, and customers silent for a year were
    "due now": 2,700 of them on CDNOW. Past the shop's border they have lapsed."""
    rows = []
    for person in range(30):  # regulars, so that the border is short
        rows += [order(100 * person + n, f"r{person}", str(NOW - timedelta(days=10 * n)), 10) for n in range(9)]
    for person in range(60):  # two orders, then half of them a third
        key = f"t{person:02d}"
        times = (360, 340, 320)[: 3 if person % 5 < 3 else 2]
        rows += [order(5000 + 10 * person + n, key, str(NOW - timedelta(days=ago)), 10) for n, ago in enumerate(times)]
    tables = shop(rows)
    frame = tables.frame(next_order_table(tables, Scope())).set_index("customer_key")
    silent = frame.loc["t04"]
    assert silent["mid"] == pytest.approx(20)
    assert silent["state"] == "lapsed"
