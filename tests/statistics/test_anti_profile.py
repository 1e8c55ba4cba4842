"""Anti-profile: each planted group is found with its count and cost, ordinary customers are in none."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from copilot.data.tables import Tables
from copilot.statistics.conduct.anti_profile import AntiProfile, anti_profile
from copilot.statistics.conduct.groups import conduct_table
from copilot.statistics.listing import customer_list
from copilot.statistics.scope import Scope
from copilot.statistics.segments import resolve_segment
from tests.statistics.shops import order, shop


def planted(*, costs: bool = True) -> Tables:
    """Eighty ordinary customers; 6 discount-only, 4 serial returners, 5 raiders, 2 who kept nothing, 3 below cost."""
    orders: list[dict[str, Any]] = []
    items: list[dict[str, Any]] = []

    def sell(customer: str, day: int, units: int, **more: Any) -> None:
        price, cost = more.pop("price", 20.0), more.pop("cost", 8.0)
        cut = more.get("discounts", 0.0)
        made = order(len(orders), customer, f"2024-0{1 + day // 28}-{1 + day % 28:02d}", units * price,
                     discounted=cut > 0, **more)  # fmt: skip
        orders.append(made)
        items.append({"order_id": made["order_id"], "line_no": 0, "product": "Mug", "kind": "product", "gross":
                      units * price, "quantity": units, "unit_price": price,
                      "cost": cost * units if costs else None})  # fmt: skip

    for person in range(80):
        for turn in range(1 + person % 3):
            sell(f"c{person}", person + 30 * turn, 2 + turn, returns=20.0 if (person + turn) % 17 == 0 else 0.0)
    for person in range(6):
        for turn in range(3):
            sell(f"deal{person}", person + 20 * turn, 2, discounts=8.0)
    for person in range(4):
        for turn in range(4):
            sell(f"back{person}", person + 20 * turn, 2, returns=40.0 if turn < 3 else 0.0)
    for person in range(5):
        sell(f"raid{person}", person, 1, discounts=6.0)
    for person in range(2):
        sell(f"none{person}", person, 3, returns=60.0)
    for person in range(3):
        sell(f"loss{person}", person, 3, cost=25.0)
    return shop(orders, order_items=pd.DataFrame(items))


@pytest.fixture(scope="module")
def tables() -> Tables:
    return planted()


@pytest.fixture(scope="module")
def found(tables: Tables) -> AntiProfile:
    return anti_profile(tables, Scope())


def test_each_planted_group_is_found_with_its_cost(found: AntiProfile) -> None:
    counts = {group.name: (group.customers.value, group.cost.value) for group in found.groups}
    assert counts["discount_only"] == (6, pytest.approx(6 * 3 * 8.0))
    assert counts["serial_returners"] == (4, pytest.approx(4 * 3 * 40.0))
    assert counts["one_item_raiders"] == (5, pytest.approx(5 * 6.0))
    assert counts["kept_nothing"] == (2, pytest.approx(2 * 60.0))
    costs = [group.cost.value or 0 for group in found.groups]
    assert costs == sorted(costs, reverse=True)
    assert all(group.share.low is not None and group.share.denominator == 100 for group in found.groups)


def test_no_ordinary_customer_is_in_a_group(tables: Tables) -> None:
    marks = tables.frame(conduct_table(tables, Scope()))
    plain = marks[marks["customer_key"].str.match(r"c\d")]
    for field in ("deal_seeker", "one_item_raider", "kept_nothing"):
        assert not plain[field].any()
    one = marks[marks["customer_key"].str.startswith("loss")]
    assert one["negative_margin"].all()


def test_margins_equal_a_slow_sum(tables: Tables) -> None:
    marks = tables.frame(conduct_table(tables, Scope())).set_index("customer_key")["margin"]
    orders, items = tables.orders.to_pandas(), tables.order_items.to_pandas()
    money = (orders["gross_sales"] - orders["discounts"].fillna(0) - orders["returns"].fillna(0)).astype(float)
    net = money.groupby(orders["customer_key"]).sum()
    back = orders["returns"].fillna(0).astype(float).groupby(orders["customer_key"]).sum()
    kept = (1 - back / (net + back)).clip(lower=0)  # what came back sells again
    cost = items.merge(orders[["order_id", "customer_key"]], on="order_id").groupby("customer_key")["cost"].sum()
    for key, margin in marks.items():
        assert margin == pytest.approx(float(net[key]) - float(cost[key]) * float(kept[key]))


def test_the_groups_are_segments_that_can_be_listed(tables: Tables) -> None:
    for name, size in (("serial returners", 4), ("deal seekers", 6), ("one-item raiders", 5)):
        assert customer_list(tables, Scope(), resolve_segment(tables, Scope(), name)).size.value == size


def test_without_costs_the_margin_is_named_as_missing() -> None:
    found = anti_profile(planted(costs=False), Scope())
    assert "negative_margin" not in {group.name for group in found.groups}
    assert any("cost column" in line for line in found.missing)


def test_an_honest_shop_has_no_groups() -> None:
    rows = [
        order(n, f"c{n % 30}", f"2024-01-{1 + n % 28:02d}", 40.0, discounts=0.0, discounted=False) for n in range(90)
    ]
    found = anti_profile(shop(rows), Scope())
    assert found.groups == ()
    assert len(found.none) == 4
