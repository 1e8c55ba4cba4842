"""Refunds: rates computed a second time in plain Python, planted bad product and serial returner, and the traps."""

from __future__ import annotations

from itertools import product
from typing import Any

import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from copilot.statistics.conduct.groups import conduct_table
from copilot.statistics.conduct.refunds import Refunds, at_least, refunds
from copilot.statistics.scope import Scope
from tests.statistics.random_shop import random_shop
from tests.statistics.shops import credit, order, shop


@settings(max_examples=3, deadline=None, suppress_health_check=list(HealthCheck))
@given(seed=st.integers(0, 10_000))
def test_refund_rates_equal_a_slow_count(seed: int) -> None:
    made = random_shop(150, seed)
    found = refunds(made.tables, Scope())
    orders = made.orders.assign(demand=made.orders["gross_sales"] - made.orders["discounts"])
    last = pd.Timestamp(made.tables.facts.analysis_date)
    old = orders[orders["ordered_at"].dt.normalize() <= last - pd.Timedelta(days=30)]
    assert found.value_rate.value == pytest.approx(orders["returns"].sum() / orders["demand"].sum())
    assert found.orders_rate is not None
    assert (found.orders_rate.numerator, found.orders_rate.denominator) == ((old["returns"] > 0).sum(), len(old))
    by_customer = orders.groupby("customer_key")["returns"].apply(lambda r: (r > 0).any())
    assert found.customers_rate.value == pytest.approx(by_customer.mean())
    goods = made.items[made.items["kind"] == "product"][["order_id", "product"]].drop_duplicates()
    held = goods.merge(old, on="order_id")
    assert found.products is not None
    assert len(found.products.lines) == 6
    for line in found.products.lines:
        mine = held[held["product"] == line.name]
        assert (line.rate.numerator, line.rate.denominator) == ((mine["returns"] > 0).sum(), len(mine))
        assert line.rest.denominator == len(old) - len(mine)
    assert found.countries is not None
    for line in found.countries.lines:
        mine = old[old["country"] == line.name]
        assert line.rate.value == pytest.approx((mine["returns"] > 0).mean())
    marks = made.tables.frame(conduct_table(made.tables, Scope()))
    people = orders.groupby("customer_key").agg(n=("order_id", "size"), back=("returns", lambda r: (r > 0).sum()))
    store = people["back"].sum() / people["n"].sum()
    serial = people[(people["n"] >= 3) & (people["back"] >= 2) & (people["back"] >= 2 * store * people["n"])]
    assert set(marks[marks["serial_returner"]]["customer_key"]) == set(serial.index)
    assert found.serial.customers.denominator == (people["n"] >= 3).sum()


@pytest.fixture(scope="module")
def dresses() -> Refunds:
    """Dresses come back in 30 % of orders, all else in 5 %; one customer returns everything; some orders are young."""
    orders: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []

    def sell(customer: str, day: str, thing: str, back: float) -> None:
        made = order(len(orders), customer, day, 40.0, returns=back, country="DE" if len(orders) % 2 else "AT")
        orders.append(made)
        items.append({"order_id": made["order_id"], "line_no": 0, "product": thing, "kind": "product",
                      "quantity": 1, "unit_price": 40.0, "gross": 40.0, "category": "Clothes"})  # fmt: skip
        items.append({"order_id": made["order_id"], "line_no": 1, "product": "Gift card", "kind": "gift_card",
                      "quantity": 1, "unit_price": 10.0, "gross": 10.0})  # fmt: skip

    for number in range(400):
        thing = "Dress" if number % 4 == 0 else ("Scarf", "Belt")[number % 2]
        often = 0.3 if thing == "Dress" else 0.05
        back = 40.0 if (number * 7919 % 100) / 100 < often else 0.0
        sell(f"c{number}", f"2024-01-{1 + number % 28:02d}", thing, back)
    for turn in range(5):
        sell("serial", f"2024-02-{1 + turn:02d}", "Belt", 40.0)
    for turn in range(40):
        sell(f"young{turn}", "2024-05-01", "Scarf", 0.0)
    return refunds(shop(orders, order_items=pd.DataFrame(items)), Scope())


def test_the_planted_product_is_named_and_the_others_are_not_blamed(dresses: Refunds) -> None:
    assert dresses.products is not None
    assert {line.name for line in dresses.products.worse} == {"Dress"}
    assert {line.name for line in dresses.products.lines} == {"Dress", "Scarf", "Belt"}  # no gift card
    (dress,) = dresses.products.worse
    assert 0.2 < (dress.rate.low or 0) < (dress.rate.value or 0) < (dress.rate.high or 0) < 0.45
    assert not dresses.by_line
    assert any("per order only" in warning for warning in dresses.warnings)


def test_orders_too_young_to_come_back_are_not_judged(dresses: Refunds) -> None:
    assert dresses.orders_rate is not None
    assert dresses.orders_rate.denominator == 405


def test_the_serial_returner_is_counted_beside_what_luck_would_give(dresses: Refunds) -> None:
    assert dresses.serial.customers.numerator == 1
    assert dresses.serial.refunded.value == 200.0
    assert (dresses.serial.by_chance.value or 0) < 0.5


def test_luck_is_counted_exactly() -> None:
    rate, orders = 0.3, 4
    chance = sum(
        rate ** sum(back) * (1 - rate) ** (orders - sum(back))
        for back in product((0, 1), repeat=orders)
        if sum(back) >= max(2, 2 * rate * orders)
    )
    assert at_least(orders, rate) == pytest.approx(chance)


def test_return_documents_name_the_product_that_came_back() -> None:
    orders: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []

    def line(order_id: str, place: int, name: str, units: int) -> None:
        items.append({"order_id": order_id, "line_no": place, "product": name, "kind": "product", "quantity": units,
                      "unit_price": 10.0, "gross": 10.0 * units})  # fmt: skip

    for number in range(100):
        made = order(number, f"c{number}", f"2024-01-{1 + number % 28:02d}", 20.0)
        orders.append(made)
        line(made["order_id"], 0, "Cup", 1)
        line(made["order_id"], 1, "Plate", 1)
        line(made["order_id"], 2, "Cup", 1)  # twice in one order is bought once
    for number in range(30):
        made = credit(1000 + number, f"c{number}", "2024-02-10", 10.0)
        orders.append(made)
        line(made["order_id"], 0, "Cup", -1)
    found = refunds(shop(orders, order_items=pd.DataFrame(items)), Scope())
    assert found.by_line
    assert found.orders_rate is None
    assert found.documents is not None
    assert found.documents.value == 30
    assert found.products is not None
    rates = {one.name: (one.rate.numerator, one.rate.denominator) for one in found.products.lines}
    assert rates == {"Cup": (30, 100), "Plate": (0, 100)}
    assert {one.name for one in found.products.worse} == {"Cup"}
    assert found.customers_rate.numerator == 30


def test_returns_without_lines_say_so_and_no_refunds_at_all_say_that() -> None:
    orders = [order(n, f"c{n}", "2024-01-05", 20.0) for n in range(20)]
    none = refunds(shop(orders), Scope())
    assert "No refund" in none.warnings[0]
    assert none.value_rate.value == 0
    bare = refunds(shop([*orders, credit(99, "c1", "2024-01-09", 20.0)]), Scope())
    assert bare.products is None
    assert "name no products" in bare.warnings[0]


def test_small_samples_are_not_judged() -> None:
    orders = [order(n, f"c{n}", "2024-01-05", 20.0, returns=20.0 * (n < 6), country="DE" if n < 8 else "AT")
              for n in range(24)]  # fmt: skip
    found = refunds(shop(orders), Scope())
    assert found.countries is not None
    assert found.countries.worse == ()
    assert found.countries.tested.value == 0
