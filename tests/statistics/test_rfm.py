"""RFM: scores by the rule, groups that cover everything, and the example shop's percentiles."""

from __future__ import annotations

import itertools
import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from copilot.statistics.rfm import (
    GRID,
    KLAVIYO,
    SHOPIFY,
    Method,
    default_method,
    group_names,
    rfm_groups,
    rfm_table,
)
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope, customer_table
from tests.statistics import real_shops
from tests.statistics.shops import order, shop

QUICK = settings(
    max_examples=2, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)
METHODS: tuple[Method, ...] = ("quintile", "tercile_klaviyo", "fixed_adaptive", "shopify_style")


def test_every_scheme_covers_every_cell_once() -> None:
    cells = ["".join(cell) for group in KLAVIYO.values() for cell in group]
    assert sorted(cells) == sorted("".join(cell) for cell in itertools.product("123", repeat=3))
    for r, f in itertools.product("12345", repeat=2):
        assert sum(r in recency and f in often for recency, often in GRID.values()) == 1, (r, f)
    for r, both in itertools.product("12345", range(2, 11)):
        assert sum(r in recency and low <= both <= high for recency, low, high in SHOPIFY.values()) == 1, (r, both)


def _score(values: list[float], value: float, levels: int) -> int:
    """1 + floor(levels x share with a strictly worse value), at most `levels`: the rule in one line."""
    worse = sum(other < value for other in values)
    return min(levels, 1 + math.floor(levels * worse / len(values)))


people = st.lists(
    st.tuples(st.integers(0, 400), st.integers(1, 7), st.integers(1, 9).map(float)), min_size=5, max_size=30
)


@QUICK
@given(people)
def test_scores_equal_the_rule(drawn: list[tuple[int, int, float]]) -> None:
    """Customers with a last order so many days ago, so many orders, so much a piece."""
    rows = []
    for number, (ago, orders, worth) in enumerate(drawn):
        last = np.datetime64("2024-12-31") - ago
        rows += [order(100 * number + k, f"c{number}", str(last - 20 * k), worth, source="web") for k in range(orders)]
    tables = shop([*rows, order(99999, "today", "2024-12-31", 3.0)])
    customers = tables.frame(customer_table(tables, Scope())).set_index("customer_key")
    days, often = list(-customers["days_since"].astype(float)), list(customers["frequency"].astype(float))
    worth = [float(value) for value in customers["value"]]
    limits = thresholds(tables, Scope())
    for method in METHODS:
        scored = tables.frame(rfm_table(tables, Scope(), method)).set_index("customer_key")
        levels = 3 if method == "tercile_klaviyo" else 5
        for key, row in scored.iterrows():
            ago, times, value = -float(row["days_since"]), float(row["frequency"]), float(row["value"])
            expected_m = _score(worth, value, levels)
            if method == "fixed_adaptive":
                expected_r = 5 - sum(-ago > border for border in (limits.g50, limits.g80, limits.g90, limits.g95))
                expected_f = {1: 1, 2: 2, 3: 3, 4: 4, 5: 4}.get(int(times), 5)
            else:
                expected_r = _score(days, ago, levels)
                expected_f = _score(often, times, levels)
            if method == "tercile_klaviyo":
                expected_r = 3 if -ago <= 180 else 2 if -ago <= 365 else 1
            assert (row["r"], row["f"], row["m"]) == (expected_r, expected_f, expected_m), (method, key)
            assert row["rfm_group"] in group_names(method)


def test_equal_customers_get_equal_scores() -> None:
    """Twenty identical one-time buyers: a rank by row would spread them over all five scores."""
    rows = [order(n, f"once{n:02d}", "2024-06-01", 10.0) for n in range(20)]
    rows += [order(100 + n, "often", f"2024-0{n + 1}-01", 10.0) for n in range(6)]
    tables = shop(rows)
    for method in METHODS:
        scored = tables.frame(rfm_table(tables, Scope(), method))
        once = scored[scored["customer_key"].str.startswith("once")]
        assert len(once[["r", "f", "m", "rfm_group"]].drop_duplicates()) == 1
        if method != "tercile_klaviyo":
            assert set(once["f"]) == {1}


def test_default_method_follows_the_shop() -> None:
    few = shop([order(n, f"c{n}", "2024-06-01", 10.0) for n in range(40)])
    assert default_method(few, Scope()) == "fixed_adaptive"
    rows = [order(2 * n + k, f"c{n}", f"2024-06-{1 + k:02d}", 10.0) for n in range(600) for k in range(2)]
    assert default_method(shop(rows), Scope()) == "quintile"
    one_timers = [row for row in rows if int(row["order_id"][1:]) % 2 == 0 or int(row["order_id"][1:]) > 800]
    assert default_method(shop(one_timers), Scope()) == "fixed_adaptive"


@pytest.mark.parametrize("method", METHODS)
def test_groups_add_up_and_thresholds_are_printed(method: Method) -> None:
    rows = [order(n, f"c{n % 90}", f"2024-{1 + n % 12:02d}-{1 + n % 28:02d}", 1.0 + n % 37) for n in range(400)]
    found = rfm_groups(shop(rows), Scope(), method)
    assert sum(group.customers.value or 0 for group in found.groups) == found.customers.value == 90
    assert sum(group.value_share.value or 0 for group in found.groups) == pytest.approx(1)
    printed = {row["what"][0] for row in found.thresholds.rows}
    assert printed == {"R", "F", "M"}
    assert ("approximate" in found.method_text) == (method == "shopify_style")
    for letter in "RFM":  # what each score means: ranges that do not overlap
        ranges = [(row["from"], row["to"]) for row in found.thresholds.rows if row["what"].startswith(letter)]
        ordered = sorted(ranges)
        assert all(a[1] <= b[0] for a, b in itertools.pairwise(ordered))


@pytest.mark.shared
def test_online_retail_recency_frequency_money(shared: Path) -> None:
    truth: dict[str, Any] = json.loads((shared / "data" / "ground_truth.json").read_text())["online_retail_rfm"]
    tables = real_shops.online_retail(shared / "data")
    scored = tables.frame(rfm_table(tables, Scope(value="gross_sales"), "quintile")).set_index("customer_key")
    # The published snapshot is the day after the last order, so its recency is one day more.
    columns = {"R": scored["days_since"] + 1.0, "F": scored["frequency"], "M": scored["value"].astype(float)}
    cuts = [0, 0.2, 0.25, 0.4, 0.5, 0.6, 0.75, 0.8, 1]
    for letter, values in columns.items():
        assert values.mean() == pytest.approx(truth["means"][letter], abs=1e-4)
        assert list(np.quantile(values.astype(float), cuts)) == pytest.approx(truth["percentiles"][letter], abs=0.01)
    for key, expected in truth["sample"].items():
        row = [float(values[key]) for values in columns.values()]
        assert row == [expected[0], expected[1], pytest.approx(expected[2], abs=0.005)]
