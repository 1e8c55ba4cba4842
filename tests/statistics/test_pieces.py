"""Intervals, gaps, RFM cells, metrics and scope texts by hand."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pandas as pd
import pytest

from copilot.errors import CannotAnswer, UnknownName, UsageProblem
from copilot.statistics import intervals
from copilot.statistics.condition import Condition
from copilot.statistics.gaps import Histogram, kaplan_meier
from copilot.statistics.metrics import metric, metric_names, registry
from copilot.statistics.rfm import GRID, KLAVIYO, rfm_groups, rfm_table
from copilot.statistics.rhythm import buying_rhythm, gap_share_beyond, thresholds
from copilot.statistics.sales import sales_ladder
from copilot.statistics.scope import Scope, customer_table
from tests.statistics.shops import order, shop


@pytest.mark.parametrize(
    ("k", "n", "low", "high"),
    [(0, 10, 0, 0.278), (3, 10, 0.108, 0.603), (6, 20, 0.145, 0.519), (30, 100, 0.219, 0.396), (0, 100, 0, 0.037),
     (5, 250, 0.009, 0.046), (27, 100, 0.193, 0.364), (300, 1000, 0.272, 0.329)],
)  # fmt: skip
def test_wilson_equals_the_published_values(k: int, n: int, low: float, high: float) -> None:
    assert intervals.wilson(k, n) == (pytest.approx(low, abs=0.0006), pytest.approx(high, abs=0.0006))


def test_intervals_cover_as_often_as_they_say() -> None:
    """500 samples of 60 from a skewed distribution: the true median is inside about 95 % of the intervals."""
    generator = np.random.default_rng(4)
    samples = generator.lognormal(3, 1, (500, 60))
    inside = [
        low <= np.exp(3) <= high for low, high in (intervals.quantile_interval(s, 0.5) or (0, 0) for s in samples)
    ]
    assert 0.93 <= np.mean(inside) <= 0.995


def test_bootstrap_is_repeatable_and_blind_to_order() -> None:
    values = np.random.default_rng(1).exponential(50, 200)
    first = intervals.mean_interval(values)
    assert first == intervals.mean_interval(values[::-1])
    assert first is not None
    assert first[0] < values.mean() < first[1]


def test_top_count_is_safe_against_floating_point() -> None:
    assert [intervals.top_count(n, 0.1) for n in (1, 9, 10, 11, 30, 4338)] == [1, 1, 1, 2, 3, 434]


def test_gini_of_equal_and_of_one() -> None:
    assert intervals.gini(np.array([5.0, 5, 5, 5])) == pytest.approx(0)
    assert intervals.gini(np.array([0.0, 0, 0, 8])) == pytest.approx(0.75)


def test_histogram_quantiles_equal_numpys() -> None:
    generator = np.random.default_rng(2)
    days = generator.integers(1, 60, 137)
    values, counts = np.unique(days, return_counts=True)
    histogram = Histogram(values.astype(np.int64), counts.astype(np.int64))
    for q in (0, 0.05, 0.25, 0.5, 0.8, 0.9, 1):
        assert histogram.quantile(q) == pytest.approx(np.quantile(days, q))
    assert histogram.mean == pytest.approx(days.mean())


def test_kaplan_meier_by_hand() -> None:
    """Six waits: orders after 5, 10, 10 days; open since 5, 12, 20 days. At day 5 one of six, then two of four."""
    rows = pd.DataFrame(
        {"days": [5, 5, 10, 12, 20], "came": [True, False, True, False, False], "waits": [1, 1, 2, 1, 1]}
    )
    curve = kaplan_meier(rows)
    assert curve.by(4) == (0.0, None)
    assert curve.by(5)[0] == pytest.approx(1 / 6)
    assert curve.by(15)[0] == pytest.approx(1 - 5 / 6 * 2 / 4)
    assert curve.by(21) is None


def test_rhythm_by_hand() -> None:
    """a: days 1, 11, 41; b: 1, 11 and a second order on day 11. Gaps 10, 30, 10."""
    rows = [
        order(1, "a", "2024-01-01", 10), order(2, "a", "2024-01-11", 10), order(3, "a", "2024-02-10", 10),
        order(4, "b", "2024-01-01", 10), order(5, "b", "2024-01-11", 10), order(6, "b", "2024-01-11", 10),
    ]  # fmt: skip
    tables = shop(rows)
    rhythm = buying_rhythm(tables, Scope())
    assert (rhythm.gaps.value, rhythm.gap_median.value, rhythm.gap_mean.value) == (3, 10, pytest.approx(50 / 3))
    assert gap_share_beyond(tables, Scope(), 10).numerator == 1
    assert thresholds(tables, Scope()).provisional
    assert "too few" in rhythm.gap_median.warnings[0]


def test_klaviyo_table_and_grid_have_every_cell_once() -> None:
    cells = [cell for group in KLAVIYO.values() for cell in group]
    assert sorted(cells) == sorted("".join(c) for c in itertools.product("123", repeat=3))
    grid = [r + f for recency, frequency in GRID.values() for r in recency for f in frequency]
    assert sorted(grid) == sorted("".join(c) for c in itertools.product("12345", repeat=2))


def test_rfm_group_sizes_add_up() -> None:
    rows = [
        order(n, f"c{n % 17}", str(date(2024, 1 + n % 12, 1 + n % 27)), 5.0 + n) for n in range(60)
    ]  # fmt: skip
    tables = shop(rows)
    for method in ("quintile", "tercile_klaviyo", "fixed_adaptive"):
        groups = rfm_groups(tables, Scope(), method)
        assert sum(g.customers.value or 0 for g in groups.groups) == 17
        assert sum(g.value_share.value or 0 for g in groups.groups) == pytest.approx(1)
        assert sum(row["customers"] for row in groups.thresholds.rows) == 3 * 17
    assert rfm_groups(tables, Scope()).method == "fixed_adaptive"


def test_published_frequency_scores_of_many_one_time_buyers() -> None:
    """Half bought once: score 1 for one order, 3 for two, 4 for three or four, 5 for more (as on CDNOW)."""
    times = [1] * 51 + [2] * 17 + [3] * 7 + [4] * 5 + [6] * 20
    rows = [
        order(100 * c + k, f"c{c:03d}", str(date(2024, 1, 1 + k)), 10.0) for c, n in enumerate(times) for k in range(n)
    ]
    scored = shop(rows)
    frame = scored.frame(rfm_table(scored, Scope(), "quintile"))
    assert dict(frame.groupby("frequency")["f"].max()) == {1: 1, 2: 3, 3: 4, 4: 4, 6: 5}
    assert (frame.groupby("frequency")["f"].nunique() == 1).all()


def test_every_metric_is_told_in_words() -> None:
    for name, found in registry().items():
        assert found.id == name
        assert found.label
        assert len(found.definition) > 15
        assert found.formula
    with pytest.raises(UnknownName, match="net_sales"):
        metric("netsales")
    assert "aov" in metric_names()


def test_scope_says_what_it_counts() -> None:
    tables = shop([order(1, "a", "2024-01-05", 10), order(2, "a", "2024-03-06", 10)])
    plain = Scope().text(tables.facts)
    assert plain.startswith(
        "Orders, 5 Jan 2024 to 6 Mar 2024; left out: pending, cancelled or voided, test, zero-value"
    )
    told = Scope(
        include_pending=True, value="gross_sales", repeated_lines="drop", frequency="days",
        where=(Condition(field="country", value="Germany"),),
    ).text(tables.facts)  # fmt: skip
    for words in ("pending orders counted", "gross sales", "once", "one day count as one", "only country is Germany"):
        assert words in told
    assert len(plain) < 200


def test_conditions_ignore_case_and_reject_unknown_fields() -> None:
    tables = shop([order(1, "a", "2024-01-05", 10, country="Germany"), order(2, "b", "2024-03-06", 10, country="UK")])
    only = Scope(where=(Condition(field="country", value=" germany "),))
    assert sales_ladder(tables, only).orders.value == 1
    others = Scope(where=(Condition(field="country", op="not_in", value=("uk", "france")),))
    assert sales_ladder(tables, others).orders.value == 1
    with pytest.raises(UnknownName):
        sales_ladder(tables, Scope(where=(Condition(field="shoe_size", value="9"),)))
    with pytest.raises(UsageProblem):
        sales_ladder(tables, Scope(where=(Condition(field="country", op="top_share", value=0.1),)))


def test_items_condition_keeps_orders_with_such_a_line() -> None:
    items = pd.DataFrame(
        {"order_id": ["o00001", "o00001", "o00002"], "product": ["Mug", "Tea", "Tea"],
         "category": ["Ware", "Leaf", "Leaf"], "quantity": [1, 1, 2], "gross": [8, 2, 20], "kind": "product"}
    )  # fmt: skip
    tables = shop([order(1, "a", "2024-01-05", 10), order(2, "b", "2024-03-06", 20)], order_items=items)
    mugs = Scope(where=(Condition(field="product", value="mug"),))
    assert sales_ladder(tables, mugs).gross_sales.value == 10
    firsts = tables.frame(customer_table(tables, Scope())).set_index("customer_key")["first_category"]
    assert dict(firsts) == {"a": "Ware", "b": "Leaf"}


def test_currencies_are_never_added() -> None:
    rows = [order(1, "a", "2024-01-05", 10, currency="GBP"), order(2, "b", "2024-03-06", 20, currency="EUR")]
    tables = shop(rows, currencies=("EUR", "GBP"))
    with pytest.raises(CannotAnswer, match="never added"):
        sales_ladder(tables, Scope())
    pounds = sales_ladder(tables, Scope(where=(Condition(field="currency", value="GBP"),)))
    assert (pounds.gross_sales.value, pounds.gross_sales.currency) == (10, "GBP")
