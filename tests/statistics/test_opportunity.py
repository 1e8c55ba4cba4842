"""Opportunity: simulated shops with a known chance of ordering, and hand-checked values."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import numpy as np
import pandas as pd
import pytest

from copilot.data.tables import ShopFacts, Tables, tables_from_frames
from copilot.errors import UsageProblem
from copilot.statistics.condition import Condition
from copilot.statistics.opportunity import expected_orders, offer_cost, stage_value
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule
from copilot.statistics.stage_moves import StageMoves, stage_moves
from copilot.statistics.stages import stage_table
from tests.statistics.random_shop import RandomShop, random_shop

EVERYBODY = SegmentRule(name="all customers")
WARM = SegmentRule(name="warm people", conditions=(Condition(field="stage", value="warm"),))
ONCE = SegmentRule(name="one-time buyers", conditions=(Condition(field="frequency", value=1),))
RATE = 1 / 60  # orders a day of the memoryless shop
END = date(2024, 12, 31)


@pytest.fixture(scope="module")
def shop() -> RandomShop:
    return random_shop()


def memoryless(people: int = 500, seed: int = 4) -> Tables:
    """Customers who order with the same chance every day: the chance of an order in d days is 1 - exp(-d/60)."""
    generator = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        at = datetime(2024, 1, 1, 12) + timedelta(days=int(generator.integers(0, 200)))
        while at.date() <= END:
            rows.append((f"o{len(rows)}", f"c{person}", at))
            at += timedelta(days=1 + int(generator.geometric(RATE)) - 1)
    orders = pd.DataFrame(rows, columns=["order_id", "customer_key", "ordered_at"])
    orders = orders.assign(kind="order", status="paid", gross_sales=30.0)
    return tables_from_frames({"orders": orders}, ShopFacts("s", "EUR", ("EUR",), date(2024, 1, 1), END, END, None, ()))


def test_expected_orders_of_a_memoryless_shop_equal_its_law() -> None:
    found = expected_orders(memoryless(), Scope(), EVERYBODY, 30)
    truth = 1 - (1 - RATE) ** 30
    assert found.share.value == pytest.approx(truth, abs=0.04)
    assert (found.share.low or 0) < truth < (found.share.high or 1)
    assert found.buyers.value == pytest.approx((found.share.value or 0) * 500)
    assert found.net_sales.value == pytest.approx((found.buyers.value or 0) * 30.0)


def test_the_prediction_interval_holds_the_orders_that_then_came() -> None:
    inside = 0
    for seed in range(4):
        whole = memoryless(300, seed)
        cut = END - timedelta(days=40)
        scope = Scope(analysis_date=cut)
        found = expected_orders(whole, scope, EVERYBODY, 40)
        orders = whole.frame(whole.orders.select("customer_key", "ordered_at"))
        day = pd.to_datetime(orders["ordered_at"]).dt.date
        known = set(orders[day <= cut]["customer_key"])
        came = len(known & set(orders[day > cut]["customer_key"]))
        inside += (found.buyers.low or 0) <= came <= (found.buyers.high or 0)
    assert inside >= 3


def test_a_longer_window_never_holds_fewer_buyers(shop: RandomShop) -> None:
    counts = [expected_orders(shop.tables, Scope(), EVERYBODY, days).buyers.value or 0 for days in (7, 30, 90)]
    assert counts == sorted(counts)


def test_offer_cost_is_the_discount_on_orders_that_come_anyway(shop: RandomShop) -> None:
    found = offer_cost(shop.tables, Scope(), ONCE, 0.15, 30)
    expected = (found.anyway.buyers.value or 0) * (found.anyway.order_value.value or 0) * 0.15
    assert found.given_away.value == pytest.approx(expected)
    assert found.given_away.low is not None
    assert found.given_away.low < (found.given_away.value or 0)
    assert found.per_order.value == pytest.approx((found.anyway.order_value.value or 0) * 0.15)


def test_stage_value_equals_pandas(shop: RandomShop) -> None:
    found = stage_value(shop.tables, Scope(), 0.05)
    orders = shop.orders.sort_values(["customer_key", "ordered_at", "order_id"])
    place = orders.groupby("customer_key").cumcount()
    second = (orders["gross_sales"] - orders["discounts"])[place == 1]
    once = int((orders.groupby("customer_key").size() == 1).sum())
    assert found.people.value == once
    assert found.moved.value == pytest.approx(once * 0.05)
    assert found.order_value.value == pytest.approx(second.mean())
    assert found.value.value == pytest.approx(once * 0.05 * second.mean())
    assert found.value.low == pytest.approx(once * 0.05 * (found.order_value.low or 0))
    assert found.own_rate.low is not None
    assert 0 < found.own_rate.low < (found.own_rate.value or 0) < (found.own_rate.high or 0) < 1


def subscribers(*, dated: bool) -> Tables:
    """400 people who subscribed at a known time; one in five of them orders 10 days later."""
    people, orders = [], []
    for n in range(400):
        since = datetime(2024, 6, 1) + timedelta(days=n % 180)
        people.append({"customer_key": f"p{n}", "customer_ref": f"#{n}", "email_consent": True, "upload_id": "u",
                       "consent_at": since if dated else None})  # fmt: skip
        if n % 5 == 0 and since + timedelta(days=10) <= datetime(2024, 12, 31):
            orders.append({"order_id": f"o{n}", "kind": "order", "customer_key": f"p{n}", "gross_sales": 40.0,
                           "status": "paid", "ordered_at": since + timedelta(days=10)})  # fmt: skip
    frames = {"orders": pd.DataFrame(orders), "customers": pd.DataFrame(people)}
    return tables_from_frames(frames, ShopFacts("s", "EUR", ("EUR",), date(2024, 6, 1), END, END, None, ()))


def test_people_without_an_order_are_judged_by_how_long_subscribers_wait() -> None:
    found = expected_orders(subscribers(dated=True), Scope(), WARM, 30)
    assert found.share.value is not None
    assert found.share.value < 0.2  # only the newest can still become one of the one in five
    assert found.order_value.value == 40.0
    assert "first orders" in found.order_value.definition


def test_subscribers_without_dates_are_not_guessed_at() -> None:
    found = expected_orders(subscribers(dated=False), Scope(), WARM, 30)
    assert found.audience.value
    assert found.share.value is None
    assert found.buyers.value is None
    assert found.net_sales.value is None
    assert "Klaviyo" in found.warnings[0]


def test_a_few_known_people_do_not_speak_for_a_mostly_unknown_audience() -> None:
    people = [{"customer_key": f"p{n}", "customer_ref": f"#{n}", "email_consent": True, "upload_id": "u",
               "consent_at": datetime(2024, 12, 20) if n < 60 else None} for n in range(400)]  # fmt: skip
    orders = [{"order_id": f"o{n}", "kind": "order", "customer_key": f"q{n}", "gross_sales": 40.0, "status": "paid",
               "ordered_at": datetime(2024, 6, 1) + timedelta(days=n)} for n in range(100)]  # fmt: skip
    frames = {"orders": pd.DataFrame(orders), "customers": pd.DataFrame(people)}
    tables = tables_from_frames(frames, ShopFacts("s", "EUR", ("EUR",), date(2024, 6, 1), END, END, None, ()))
    found = expected_orders(tables, Scope(), WARM, 30)
    assert found.audience.value == 400
    assert found.share.n == 60
    assert found.share.value is None
    assert "For most of these people" in found.warnings[0]


def test_nobody_has_no_expected_orders(shop: RandomShop) -> None:
    rule = SegmentRule(name="nobody", conditions=(Condition(field="country", value="XX"),))
    found = expected_orders(shop.tables, Scope(), rule)
    assert found.audience.value == 0
    assert found.buyers.value is None
    assert found.warnings == ("Nobody is in this group.",)


def test_a_shop_where_nobody_came_back_has_no_second_order_value() -> None:
    orders = pd.DataFrame({"order_id": ["a", "b"], "kind": "order", "customer_key": ["x", "y"], "gross_sales": 10.0,
                           "status": "paid", "ordered_at": pd.Timestamp("2024-12-01")})  # fmt: skip
    tables = tables_from_frames({"orders": orders}, ShopFacts("s", None, (), END, END, END, None, ()))
    found = stage_value(tables, Scope())
    assert found.people.value == 2
    assert found.value.value is None
    assert "Nobody has ordered twice" in found.warnings[0]


@pytest.mark.parametrize("share", [0.0, 1.5])
def test_impossible_shares_are_refused(shop: RandomShop, share: float) -> None:
    with pytest.raises(UsageProblem):
        stage_value(shop.tables, Scope(), share)
    with pytest.raises(UsageProblem):
        offer_cost(shop.tables, Scope(), EVERYBODY, share)


@pytest.fixture(scope="module")
def moves(shop: RandomShop) -> StageMoves:
    return stage_moves(shop.tables, Scope(), 0.05)


def test_a_move_is_worth_what_the_two_stages_went_on_to_spend(shop: RandomShop, moves: StageMoves) -> None:
    assert moves.days == 180
    start = date(2025, 5, 15) - timedelta(days=180)
    past = stage_table(shop.tables, Scope(analysis_date=start))
    stages = shop.tables.frame(past.select("customer_key", "stage", "substage"))
    stages = stages[stages["stage"] == "hot"].set_index("customer_key")["substage"]
    later = shop.orders[shop.orders["ordered_at"].dt.date > start]
    net = (later["gross_sales"] - later["discounts"] - later["returns"]).groupby(later["customer_key"]).sum()
    spent = net.reindex(stages.index).fillna(0.0)
    assert moves.moves
    for move in moves.moves:
        each = [spent[stages == name] for name in (move.source, move.target)]
        assert move.value_from.value == pytest.approx(each[0].mean())
        assert move.gap.value == pytest.approx(each[1].mean() - each[0].mean())
        half = 1.959964 * np.sqrt(each[0].var() / len(each[0]) + each[1].var() / len(each[1]))
        assert move.gap.low == pytest.approx(move.gap.value - half, rel=1e-6)
        assert move.worth.value == pytest.approx(0.05 * (move.people.value or 0) * (move.gap.value or 0))


def test_twice_the_share_is_worth_twice_as_much(shop: RandomShop, moves: StageMoves) -> None:
    double = stage_moves(shop.tables, Scope(), 0.10)
    assert [one.worth.value for one in double.moves] == pytest.approx(
        [2 * (one.worth.value or 0) for one in moves.moves]
    )
    assert "upper bound" in moves.assumed[0]


def test_a_young_shop_cannot_be_followed() -> None:
    rows = [("a", "x", "2024-11-01"), ("b", "y", "2024-12-01")]
    orders = pd.DataFrame(
        [{"order_id": number, "kind": "order", "customer_key": who, "gross_sales": 10.0, "status": "paid",
          "ordered_at": pd.Timestamp(day)} for number, who, day in rows]
    )  # fmt: skip
    days = (date(2024, 11, 1), date(2024, 12, 1), date(2024, 12, 1))
    found = stage_moves(tables_from_frames({"orders": orders}, ShopFacts("s", None, (), *days, None, ())), Scope())
    assert found.moves == ()
    assert "too little" in found.warnings[0]
