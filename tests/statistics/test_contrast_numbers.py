"""Numbers compared by rank, Simpson's paradox, halves and "how many more": each against a second computation."""

from __future__ import annotations

import math
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from copilot.data.tables import Tables
from copilot.statistics import simpson, stability
from copilot.statistics.arithmetic import people_needed
from copilot.statistics.comparison import Counts
from copilot.statistics.contrast import sets_apart
from copilot.statistics.numeric_traits import NUMBERS
from copilot.statistics.rank_tests import chi_squared_tail, cliffs_delta, mann_whitney, median_difference
from copilot.statistics.scope import Scope
from copilot.statistics.segments import resolve_segment
from copilot.statistics.strongest import mean_ratio
from copilot.statistics.trait_tests import more_customers
from copilot.statistics.traits import raw_traits
from tests.statistics.random_shop import RandomShop, random_shop
from tests.statistics.shops import shop


@pytest.fixture(scope="module")
def drawn() -> RandomShop:
    return random_shop()


@pytest.mark.parametrize("seed", range(4))
def test_mann_whitney_and_cliffs_delta(seed: int) -> None:
    """Ties and all, against scipy and against every pair."""
    chance = np.random.default_rng(seed)
    ours = chance.integers(0, 12, 60 + seed).astype(float)
    theirs = chance.integers(1, 14, 90).astype(float)
    assert mann_whitney(ours, theirs) == pytest.approx(stats.mannwhitneyu(ours, theirs, method="asymptotic").pvalue)
    delta = cliffs_delta(ours, theirs)
    assert delta is not None
    pairs = np.sign(ours[:, None] - theirs[None, :])
    assert delta.value == pytest.approx(pairs.mean())
    n, m = pairs.shape
    rows, columns = pairs.mean(axis=1) - delta.value, pairs.mean(axis=0) - delta.value
    plain = (m**2 * (rows**2).sum() + n**2 * (columns**2).sum() - ((pairs - delta.value) ** 2).sum()) / (
        n * m * (n - 1) * (m - 1)
    )
    assert delta.variance == pytest.approx(plain)
    assert delta.low < delta.value < delta.high


def test_cliffs_interval_holds_the_truth_as_often_as_it_says() -> None:
    """Two normal samples one half apart: the true delta is 2 Phi(0.5 / sqrt 2) - 1."""
    truth = 2 * stats.norm.cdf(0.5 / math.sqrt(2)) - 1
    chance = np.random.default_rng(5)
    held = 0
    for _ in range(400):
        delta = cliffs_delta(chance.normal(0.5, 1, 60), chance.normal(0, 1, 90))
        held += delta is not None and delta.low <= truth <= delta.high
    assert 0.92 <= held / 400 <= 0.98


def test_separated_samples_keep_an_open_end() -> None:
    delta = cliffs_delta(np.arange(40.0) + 100, np.arange(50.0))
    assert delta is not None
    assert (delta.value, delta.high) == (1, 1)
    assert 0.8 < delta.low < 1


@pytest.mark.parametrize("size", [41, 60])
def test_the_exact_bootstrap_of_medians_agrees_with_drawing(size: int) -> None:
    chance = np.random.default_rng(2)
    ours, theirs = chance.lognormal(3.3, 1, size), chance.lognormal(3, 1, 150)
    difference, (low, high) = median_difference(ours, theirs)
    assert difference == pytest.approx(np.median(ours) - np.median(theirs))
    drawn = np.median(chance.choice(ours, (4000, size)), axis=1) - np.median(chance.choice(theirs, (4000, 150)), axis=1)
    expected = np.quantile(drawn, [0.025, 0.975])
    spread = expected[1] - expected[0]
    assert low == pytest.approx(expected[0], abs=0.08 * spread)
    assert high == pytest.approx(expected[1], abs=0.08 * spread)


@pytest.mark.parametrize(("value", "degrees"), [(3.84, 1), (5.0, 3), (11.0, 7), (2.0, 2), (30.0, 12), (0.3, 5)])
def test_the_tail_of_chi_squared(value: float, degrees: int) -> None:
    assert chi_squared_tail(value, degrees) == pytest.approx(stats.chi2.sf(value, degrees), rel=1e-9)


def test_a_mean_ratio_and_its_interval() -> None:
    chance = np.random.default_rng(3)
    ours, theirs = chance.exponential(2, 200), chance.exponential(1, 300)
    ratio, low, high = mean_ratio(ours, theirs)
    assert ratio == pytest.approx(ours.mean() / theirs.mean())
    error = math.hypot(ours.std() / ours.mean() / math.sqrt(200), theirs.std() / theirs.mean() / math.sqrt(300))
    assert math.log(high / low) == pytest.approx(2 * 1.96 * error, rel=0.1)
    assert mean_ratio(chance.permutation(ours), chance.permutation(theirs)) == (ratio, low, high)


def test_how_many_more_is_the_usual_sample_size() -> None:
    counts = Counts(6, 30, 30, 300)
    assert more_customers(counts) == math.ceil(people_needed(0.1, 0.2, 0.1) * 0.1) - 30
    assert more_customers(counts, tests=50) > 2 * more_customers(counts)
    assert more_customers(Counts(60, 300, 30, 300)) == 0


def test_numbers_of_every_customer(drawn: RandomShop) -> None:
    """Each numeric trait, computed a second time in pandas."""
    found = raw_traits(drawn.tables, Scope())
    orders = drawn.orders.sort_values(["ordered_at", "order_id"])
    orders["day"] = orders["ordered_at"].dt.date
    for key, own in list(orders.groupby("customer_key"))[:120]:
        days = sorted(set(own["day"]))
        demand = (own["gross_sales"] - own["discounts"]).sum()
        goods = drawn.items[drawn.items["order_id"].isin(own["order_id"]) & (drawn.items["kind"] == "product")]
        expected = {
            "first_order_value": own.iloc[0]["gross_sales"] - own.iloc[0]["discounts"],
            "aov": demand / len(own),
            "units_per_order": own["units"].sum() / len(own),
            "days_to_second": (days[1] - days[0]).days if len(days) > 1 else math.nan,
            "gap": (days[-1] - days[0]).days / (len(days) - 1) if len(days) > 1 else math.nan,
            "discount_share": own["discounts"].sum() / own["gross_sales"].sum(),
            "return_share": own["returns"].sum() / demand,
            "categories": goods["category"].nunique(),
        }
        for name in NUMBERS:
            assert found.loc[key, name] == pytest.approx(expected[name], nan_ok=True), (key, name)


def _two_groups(seed: int = 1, n: int = 600) -> Tables:
    """App buyers take three units an order, others mostly one; nothing else differs. Half of them come late."""
    chance = np.random.default_rng(seed)
    app = chance.random(n) < 0.3
    frame = pd.DataFrame(
        {
            "order_id": [f"o{i}" for i in range(n)], "kind": "order", "customer_key": [f"c{i:04d}" for i in range(n)],
            "ordered_at": pd.Timestamp("2024-01-01") + pd.to_timedelta(chance.integers(0, 300, n), unit="D"),
            "gross_sales": chance.lognormal(3.5, 0.5, n).round(2),
            "units": np.where(app, 3, 1 + (chance.random(n) < 0.1)), "channel": np.where(app, "app", "web"),
            "country": chance.choice(["UK", "DE", "FR"], n),
        }
    )  # fmt: skip
    return shop(frame)


def test_a_number_that_differs_is_found_with_medians_and_direction() -> None:
    tables = _two_groups()
    apart = sets_apart(tables, Scope(), resolve_segment(tables, Scope(), "first_channel=app"))
    assert [one.name for one in apart.numbers] == ["units_per_order"]
    units = apart.numbers[0]
    assert (units.in_group.value, units.in_rest.value, units.difference.value) == (3, 1, 2)
    assert units.higher
    assert (units.delta.low or 0) > 0.8
    assert units.stability == "both"
    assert units.confounding is None
    assert apart.halves == "time"


def test_what_defines_a_group_is_not_tested_on_it() -> None:
    tables = _two_groups()
    for text, barred in (
        ("top 20 %", {"aov"}),
        ("first_order_value>=40", {"first_order_value", "aov"}),
        ("units>=3", {"units_per_order"}),
    ):
        apart = sets_apart(tables, Scope(), resolve_segment(tables, Scope(), text))
        assert not {one.name for one in apart.numbers} & barred, text


def test_halves_that_contradict_each_other_set_a_trait_aside() -> None:
    n = 400
    late = np.arange(n) >= n / 2
    inside = np.arange(n) % 2 == 0
    has = np.where(late, inside, ~inside) & (np.arange(n) % 5 > 0)
    assert stability.of_levels(inside, has, late) is None
    assert stability.of_levels(inside, inside & (np.arange(n) % 5 > 0), late) == "both"
    assert stability.of_levels(inside, inside & late & (np.arange(n) % 5 > 0), late) == "late"
    days = pd.Series(pd.Timestamp("2024-01-01") + pd.to_timedelta(np.arange(n), unit="D"))
    halves = stability.halves(days, pd.Index(range(n)))
    assert halves.late.sum() == n / 2
    assert halves.border == (pd.Timestamp("2024-01-01") + timedelta(days=200)).date()
    assert stability.halves(pd.Series([days[0]] * n), pd.Index(range(n))).border is None


def test_the_best_known_reversal() -> None:
    """Kidney stones (Charig et al. 1986): open surgery succeeds more often with small stones (81/87 : 234/270) and
    with large ones (192/263 : 55/80), and less often in sum (273/350 : 289/350)."""
    rows = [(True, True, 0, 81), (True, False, 0, 6), (False, True, 0, 234), (False, False, 0, 36),
            (True, True, 1, 192), (True, False, 1, 71), (False, True, 1, 55), (False, False, 1, 25)]  # fmt: skip
    inside = np.concatenate([np.full(count, one) for one, _, _, count in rows])
    has = np.concatenate([np.full(count, one) for _, one, _, count in rows])
    stones = np.concatenate([np.full(count, one) for _, _, one, count in rows]).astype(np.int64)
    verdict = simpson.of_levels(inside, has, stones)
    common = simpson.common_ratio(simpson.strata_of(inside, has, stones))
    assert common is not None
    above = 81 * 270 / 357 + 192 * 80 / 343
    below = 234 * 87 / 357 + 55 * 263 / 343
    assert common.value == pytest.approx(above / below)
    assert common.value > 1 > (273 / 350) / (289 / 350)
    assert verdict is not None
    assert verdict.turned or verdict.kind == "reverses"
