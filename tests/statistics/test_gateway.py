"""Gateway products: rates counted a second time; the planted one is found, a season's product is not taken for one."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.statistics.assortment.gateway import gateway_products, repeat_horizon
from copilot.statistics.scope import Scope
from tests.statistics.random_shop import random_shop
from tests.statistics.shops import order, shop


def begin(plan: list[tuple[str, int, float, int]], seed: int = 1) -> Tables:
    """Customers who begin with a thing: (name, customers, chance to come back, month); all sell for 30."""
    generator = np.random.default_rng(seed)
    orders: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []

    def sell(customer: str, at: pd.Timestamp, name: str) -> None:
        made = order(len(orders), customer, str(at), 30.0)
        orders.append(made)
        items.append({"order_id": made["order_id"], "line_no": 0, "product": name, "category": "All",
                      "kind": "product", "quantity": 1, "unit_price": 30.0, "gross": 30.0})  # fmt: skip
        items.append({"order_id": made["order_id"], "line_no": 1, "product": "Gift card", "kind": "gift_card",
                      "quantity": 1, "unit_price": 5.0, "gross": 5.0})  # fmt: skip

    person = 0
    for name, customers, chance, month in plan:
        for _ in range(customers):
            person += 1
            when = month or int(generator.integers(1, 7))
            at = pd.Timestamp(2023, when, int(generator.integers(1, 28)), 10)
            sell(f"c{person}", at, name)
            if generator.random() < chance:
                sell(f"c{person}", at + timedelta(days=int(generator.integers(5, 40))), "Anything")
    sell("last", pd.Timestamp("2024-03-01 10:00"), "Anything")
    return shop(orders, order_items=pd.DataFrame(items))


def test_rates_and_values_equal_a_slow_count() -> None:
    made = random_shop(260, 7)
    found = gateway_products(made.tables, Scope())
    as_of = pd.Timestamp(made.tables.facts.analysis_date)
    goods = made.items[made.items["kind"] == "product"].groupby("order_id")["product"].apply(set)
    orders = made.orders.sort_values(["customer_key", "ordered_at", "order_id"])
    orders = orders.assign(day=orders["ordered_at"].dt.normalize(), held=orders["order_id"].map(goods))
    orders["net"] = orders["gross_sales"] - orders["discounts"] - orders["returns"]
    counts: dict[str, list[int]] = {}
    values: dict[str, list[float]] = {}
    everybody = [0, 0]
    for _, rows in orders.groupby("customer_key"):
        days, first = list(rows["day"]), rows.iloc[0]
        if first["day"] <= as_of - timedelta(days=found.days):
            again = int(len(days) > 1 and (days[1] - days[0]).days <= found.days)
            everybody = [everybody[0] + again, everybody[1] + 1]
            for name in first["held"]:
                one = counts.setdefault(name, [0, 0])
                one[0] += again
                one[1] += 1
        if first["day"] <= as_of - timedelta(days=180):
            worth = rows[(rows["day"] - first["day"]).dt.days <= 180]["net"].sum()
            for name in first["held"]:
                values.setdefault(name, []).append(float(worth))
    assert (found.average.numerator, found.average.denominator) == tuple(everybody)
    assert {line.name for line in found.lines} == set(counts)
    for line in found.lines:
        assert [line.repeat_rate.numerator, line.repeat_rate.denominator] == counts[line.name]
        assert line.rest.denominator == everybody[1] - counts[line.name][1]
        assert line.value.value == pytest.approx(np.mean(values[line.name]))
        assert line.value.n == len(values[line.name])
        assert (line.value.low or 0) < (line.value.value or 0) < (line.value.high or 0)
    assert [line.name for line in found.better] == ["Teapot"]


def test_the_planted_gateway_and_the_dead_end_are_named_and_a_gift_card_is_no_product() -> None:
    tables = begin([("Starter kit", 150, 0.6, 0), ("Mug", 300, 0.3, 0), ("Novelty", 150, 0.08, 0)])
    found = gateway_products(tables, Scope())
    assert [line.name for line in found.better] == ["Starter kit"]
    assert [line.name for line in found.worse] == ["Novelty"]
    assert "Gift card" not in {line.name for line in found.lines}
    assert all(line.q is not None and line.q <= 0.05 for line in (*found.better, *found.worse))


def test_a_product_of_a_good_month_is_not_taken_for_a_gateway() -> None:
    # everybody of March comes back more often, with or without the candle, which sells in March only
    tables = begin([("Candle", 120, 0.6, 3), ("Mug", 120, 0.6, 3), ("Mug", 240, 0.2, 1), ("Mug", 240, 0.2, 5)])
    found = gateway_products(tables, Scope())
    candle = next(line for line in found.lines if line.name == "Candle")
    assert (candle.ratio.low or 0) > 1  # the crude comparison is fooled
    assert candle.within_month is not None
    assert (candle.within_month.low or 0) < 1.1
    assert "Candle" not in {line.name for line in found.better}


def test_without_a_difference_it_says_how_many_more_would_tell() -> None:
    found = gateway_products(begin([("Cup", 60, 0.35, 0), ("Jar", 60, 0.3, 0), ("Pot", 60, 0.3, 0)], 4), Scope())
    assert found.better == found.worse == ()
    needed = [line.more_needed.value for line in found.lines if line.more_needed is not None]
    assert needed
    assert all((value or 0) > 50 for value in needed)


def test_beginners_who_had_no_time_to_come_back_are_left_out() -> None:
    tables = begin([("Cup", 100, 0.5, 0)])
    found = gateway_products(tables, Scope())
    assert found.average.denominator == 100  # not the one of the last day
    assert found.days == repeat_horizon(tables, Scope())


def test_a_shop_without_lines_is_told_which_export_helps() -> None:
    found = gateway_products(shop([order(n, f"c{n}", "2024-01-01", 5.0) for n in range(40)]), Scope())
    assert found.lines == ()
    assert "line items" in found.warnings[0]
