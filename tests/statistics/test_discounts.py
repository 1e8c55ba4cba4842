"""Discounts: each figure computed a second time row by row; the welcome code and the planted bargain hunters."""

from __future__ import annotations

from datetime import timedelta
from statistics import median
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.errors import CannotAnswer
from copilot.statistics.comparison import Counts
from copilot.statistics.conduct.discounts import Discounts, discount_first, discounts
from copilot.statistics.conduct.groups import conduct_table
from copilot.statistics.conduct.strata import more_per_side, stratified_ratio
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope
from tests.statistics.random_shop import random_shop
from tests.statistics.shops import order, shop


def slow(rows: list[dict[str, Any]], g50: float) -> dict[str, Any]:
    """The same figures, order by order."""
    people: dict[str, list[dict[str, Any]]] = {}
    for row in sorted(rows, key=lambda r: (r["ordered_at"], r["order_id"])):
        people.setdefault(row["customer_key"], []).append(row)
    repeat = [(orders, place) for orders in people.values() for place in range(1, len(orders))]
    low = high = cut = 0
    for orders, place in repeat:
        if not orders[place]["discounted"]:
            continue
        cut += 1
        wait = (orders[place]["ordered_at"].normalize() - orders[place - 1]["ordered_at"].normalize()).days
        low += not any(o["discounted"] for o in orders[:place]) and wait <= g50
        high += not all(o["discounted"] for o in orders)
    return {
        "share": sum(r["discounted"] for r in rows) / len(rows),
        "repeat_share": cut / len(repeat) if repeat else None,
        "given": sum(r["discounts"] for r in rows),
        "depth": median(r["discounts"] / r["gross_sales"] for r in rows if r["discounts"] > 0),
        "low": low,
        "high": high,
        "cut": cut,
        "both": sum(len({o["discounted"] for o in orders}) == 2 for orders in people.values()),
        "deals": {
            key for key, orders in people.items()
            if len(orders) >= 2 and sum(o["discounted"] for o in orders) >= 0.8 * len(orders)
        },
    }  # fmt: skip


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_discounts_equal_a_slow_count(seed: int) -> None:
    made = random_shop(120, seed)
    found = discounts(made.tables, Scope())
    known = slow(made.orders.to_dict("records"), thresholds(made.tables, Scope()).g50)
    assert found.orders_share.value == pytest.approx(known["share"])
    assert found.full_price_share.value == pytest.approx(1 - known["share"])
    assert found.repeat_orders_share.value == pytest.approx(known["repeat_share"])
    assert found.given_away.value == pytest.approx(known["given"])
    assert found.depth_median.value == pytest.approx(known["depth"], abs=1e-3)
    assert found.anyway.repeat_discounted.value == known["cut"]
    assert (found.anyway.low.numerator, found.anyway.high.numerator) == (known["low"], known["high"])
    assert found.anyway.also_full_price.numerator == known["both"]
    assert found.deal_seekers is not None
    marks = made.tables.frame(conduct_table(made.tables, Scope()))
    assert set(marks[marks["deal_seeker"]]["customer_key"]) == known["deals"]
    assert found.deal_seekers.numerator == len(known["deals"])
    assert sum(row["orders"] for row in found.depth.rows) == (made.orders["discounts"] > 0).sum()


@pytest.fixture(scope="module")
def hunters() -> Discounts:
    """Full-price beginners come back (50 %), discount beginners rarely (20 %); guests use no account."""
    generator = np.random.default_rng(3)
    rows: list[dict[str, Any]] = []

    def sell(customer: str | None, day: pd.Timestamp, cut: float, code: str | None = None) -> None:
        rows.append(order(len(rows), customer, str(day), 50.0, discounts=cut, discounted=cut > 0, discount_code=code))

    start = pd.Timestamp("2023-01-02 10:00")
    for person in range(600):
        cheap = person % 3 == 0
        first = start + timedelta(days=int(generator.integers(0, 330)))
        sell(f"c{person}", first, 10.0 if cheap else 0.0, "WELCOME" if cheap else None)
        if generator.random() < (0.2 if cheap else 0.5):
            sell(f"c{person}", first + timedelta(days=int(generator.integers(10, 50))), 0.0)
    for guest in range(5):
        sell(None, start + timedelta(days=guest), 5.0, "welcome")
    sell("last", pd.Timestamp("2024-06-30 10:00"), 0.0)
    return discounts(shop(rows), Scope())


def test_a_welcome_code_is_not_dependency(hunters: Discounts) -> None:
    assert (hunters.orders_share.value or 0) > 0.2
    assert hunters.repeat_orders_share.value == 0
    assert hunters.anyway.repeat_discounted.value == 0
    assert hunters.deal_seekers is not None
    assert hunters.deal_seekers.numerator == 0
    assert hunters.codes is not None
    (row,) = hunters.codes.rows  # spelled in two ways, one code; guests are neither new nor returning
    assert (row["code"], row["orders"], row["new"]) == ("WELCOME", 205, 1.0)


def test_discount_beginners_come_back_less_and_it_holds_within_the_month(hunters: Discounts) -> None:
    first = hunters.first
    assert first is not None
    assert first.reliable
    assert (first.difference.high or 0) < 0
    assert first.difference.value == pytest.approx((first.discounted.value or 0) - (first.full_price.value or 0))
    assert first.within_month is not None
    assert (first.within_month.high or 9) < 1
    assert first.more_needed is None
    assert first.discounted.denominator == 200
    assert first.full_price.denominator == 400  # the one of the last day has not had the time


def test_a_difference_that_is_only_the_month_vanishes_within_it() -> None:
    rows = pd.DataFrame(
        [("2024-01", True, 10, 9), ("2024-01", False, 90, 81), ("2024-02", True, 90, 9), ("2024-02", False, 10, 1)],
        columns=["month", "inside", "n", "again"],
    )
    found = stratified_ratio(rows)
    assert found is not None
    assert found.value == pytest.approx(1.0)
    crude = (18 / 100) / (82 / 100)
    assert crude < 0.25
    assert found.low < 1 < found.high


def test_how_many_more_matches_the_published_sample_size() -> None:
    # domain.md section 6: 10 % against 15 % (+50 %) needs 686 an arm
    assert more_per_side(Counts(10, 100, 15, 100)) == 586
    assert more_per_side(Counts(100, 1000, 150, 1000)) is None
    assert more_per_side(Counts(10, 100, 20, 200)) is None


def test_where_most_is_discounted_nobody_is_a_deal_seeker() -> None:
    rows = [
        order(n, f"c{n % 20}", f"2024-0{1 + n % 6}-10", 50.0, discounts=5.0 if n % 5 else 0.0, discounted=bool(n % 5))
        for n in range(60)
    ]
    found = discounts(shop(rows), Scope())
    assert (found.orders_share.value or 0) >= 0.6
    assert found.deal_seekers is None


def test_without_discount_columns_it_says_which_export_helps() -> None:
    tables = shop([order(n, "a", f"2024-01-{n + 1:02d}", 10.0) for n in range(5)])
    with pytest.raises(CannotAnswer, match="discount"):
        discounts(tables, Scope())


def test_too_few_to_tell_says_how_many_more() -> None:
    rows = []
    for person in range(24):
        cheap = person < 12
        rows.append(order(len(rows), f"c{person}", "2023-01-10", 50.0, discounts=5.0 * cheap, discounted=cheap))
        if person in (0, 1, 12, 13, 14):
            rows.append(order(len(rows), f"c{person}", "2023-01-20", 50.0, discounts=0.0, discounted=False))
    rows.append(order(len(rows), "late", "2024-01-10", 50.0, discounts=0.0, discounted=False))
    found = discount_first(shop(rows), Scope())
    assert found is not None
    assert not found.reliable
    assert found.more_needed is not None
    assert (found.more_needed.value or 0) > 100
