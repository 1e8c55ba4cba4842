"""Movement between RFM groups: a look back equals the shop as it was, and everybody is counted once."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from copilot.errors import CannotAnswer
from copilot.statistics.intervals import wilson
from copilot.statistics.lifetime.movement import rfm_movement
from copilot.statistics.rfm import Method, group_names, rfm_table
from copilot.statistics.rhythm import thresholds
from copilot.statistics.scope import Scope
from tests.statistics.shops import order, shop

QUICK = settings(
    max_examples=1, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), phases=(Phase.generate,)
)
NOW = date(2024, 12, 31)


def _rows(seed: int, customers: int = 80) -> list[dict[str, Any]]:
    generator = np.random.default_rng(seed)
    rows, number = [], 0
    for person in range(customers):
        day = int(generator.integers(0, 700))
        for _ in range(1 + int(generator.poisson(2))):
            if day > 730:
                break
            number += 1
            at = str(NOW - timedelta(days=730 - day))
            rows.append(order(number, f"c{person}", at, float(generator.integers(1, 200))))
            day += 1 + int(generator.exponential(60))
    return [*rows, order(99999, "today", str(NOW), 5.0)]


@QUICK
@given(st.integers(0, 10_000), st.sampled_from(["quintile", "fixed_adaptive", "shopify_style", "tercile_klaviyo"]))
def test_matrix_equals_the_shop_as_it_was(seed: int, method: Method) -> None:
    """The earlier groups are those of a shop that never had the later orders (with today's recency borders)."""
    rows = _rows(seed)
    tables = shop(rows)
    then = NOW - timedelta(days=90)
    found = rfm_movement(tables, Scope(), 90, method)
    limits = thresholds(tables, Scope())
    past = shop([row for row in rows if row["ordered_at"].date() <= then], analysis_date=then)
    before = past.frame(rfm_table(past, Scope(), method, limits)).set_index("customer_key")["rfm_group"]
    now = tables.frame(rfm_table(tables, Scope(), method)).set_index("customer_key")["rfm_group"]
    assert set(before.index) <= set(now.index)
    labels = {group.label: group.name for group in found.groups}
    for row in found.matrix.rows:
        start = labels.get(row["start"])
        for end in group_names(method):
            if end in row:
                moved = [k for k in now.index if now[k] == end and before.get(k) == start]
                assert row[end] == len(moved), (row["start"], end)
    assert found.stayed.numerator == sum(before[key] == now[key] for key in before.index)
    assert found.stayed.denominator == len(before)
    assert found.new_customers.value == len(now) - len(before)
    for group in found.groups:
        assert group.before.value == (before == group.name).sum()
        assert group.now.value == (now == group.name).sum()
        assert (group.stayed.numerator or 0) + (group.entered.value or 0) == group.now.value
    assert sum(group.before.value or 0 for group in found.groups) == found.customers_then.value
    assert sum(group.now.value or 0 for group in found.groups) == found.customers_now.value


def test_moves_carry_counts_intervals_and_money() -> None:
    """Twelve regulars stop in autumn, four go on; everything else stays as it was."""
    rows = []
    for person in range(16):
        days = range(0, 366, 10) if person >= 12 else range(0, 260, 10)
        rows += [order(1000 * person + n, f"c{person:02d}", f"{date(2024, 1, 1) + timedelta(days=day)}", 10.0)
                 for n, day in enumerate(days)]  # fmt: skip
    found = rfm_movement(shop([*rows, order(99999, "c15", str(NOW), 10.0)]), Scope(), 105, "fixed_adaptive")
    champions = found.groups[0]
    assert (champions.name, champions.before.value, champions.now.value) == ("champions", 16, 4)
    assert (champions.stayed.numerator, champions.stayed.denominator) == (4, 16)
    assert (champions.stayed.low, champions.stayed.high) == wilson(4, 16)
    fall = found.moves[0]
    assert (fall.start, fall.end, fall.customers.value) == ("champions", "cant_lose", 12)
    assert fall.share.value == 0.75
    assert fall.value is not None
    assert fall.value.value == 12 * 26 * 10.0


def test_new_customers_are_not_a_group_called_new() -> None:
    """Shopify's groups have one named "new"; people who were not there yet are told apart from it."""
    rows = [order(n, f"c{n}", "2024-09-20", 10.0 + n) for n in range(20)]
    rows += [order(100 + n, f"d{n}", "2024-12-20", 10.0) for n in range(7)]
    found = rfm_movement(shop([*rows, order(999, "c0", str(NOW), 1.0)]), Scope(), 90, "shopify_style")
    assert found.customers_then.value == 20
    assert found.new_customers.value == 7
    assert sum(group.before.value or 0 for group in found.groups) == 20
    assert "not there yet" not in {group.label for group in found.groups}
    assert sum(group.new for group in found.groups) == 7


def test_refused_where_the_data_does_not_reach_back() -> None:
    with pytest.raises(CannotAnswer, match="does not reach back"):
        rfm_movement(shop([order(1, "a", "2024-12-01", 1.0), order(2, "b", "2024-12-31", 1.0)]), Scope(), 90)
