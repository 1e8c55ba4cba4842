"""Planning arithmetic: the published table, a simulated second opinion, and the words of the verdict."""

from __future__ import annotations

import itertools
import math
import random

import numpy as np
import pytest
from scipy import stats

from copilot.errors import UsageProblem
from copilot.statistics.arithmetic import (
    Z_ALPHA,
    Z_POWER,
    Offer,
    break_even_response,
    holdout_plan,
    minimum_detectable_effect,
    more_needed,
    people_needed,
    rate_difference,
    sample_size,
)
from copilot.statistics.comparison import Counts, benjamini_hochberg, newcombe, p_value, risk_ratio
from copilot.statistics.intervals import Z95

LIFTS = (0.1, 0.2, 0.5, 1.0)
PER_ARM = {
    0.001: (1_646_533, 431_213, 78_390, 23_511),
    0.01: (163_095, 42_693, 7_750, 2_319),
    0.02: (80_682, 21_109, 3_826, 1_141),
    0.03: (53_211, 13_914, 2_518, 749),
    0.05: (31_234, 8_158, 1_471, 435),
    0.10: (14_751, 3_841, 686, 199),
    0.20: (6_510, 1_683, 294, 82),
}


@pytest.mark.parametrize("baseline", PER_ARM)
def test_sample_size_equals_the_reference_table(baseline: float) -> None:
    found = tuple(int(sample_size(baseline, lift).per_arm.value or 0) for lift in LIFTS)
    assert found == PER_ARM[baseline]


def test_the_sample_size_gives_the_promised_power_in_simulation() -> None:
    size = int(sample_size(0.10, 0.5).per_arm.value or 0)
    generator = np.random.default_rng(1)
    control, treated = generator.binomial(size, 0.10, 20_000), generator.binomial(size, 0.15, 20_000)
    pooled = (control + treated) / (2 * size)
    z = (treated - control) / size / np.sqrt(2 * pooled * (1 - pooled) / size)
    assert float((np.abs(z) > 1.959964).mean()) == pytest.approx(0.80, abs=0.015)


@pytest.mark.parametrize(
    ("control", "treated", "baseline"), [(500, 500, 0.03), (124, 1116, 0.029), (3000, 27_000, 0.1)]
)
def test_the_smallest_provable_rate_needs_exactly_the_people_there_are(
    control: int, treated: int, baseline: float
) -> None:
    rate = minimum_detectable_effect(control, treated, baseline).rate.value
    assert rate is not None
    assert people_needed(baseline, rate, treated / control) == pytest.approx(control, rel=1e-6)


def test_unequal_arms_have_the_promised_power_in_simulation() -> None:
    plan = minimum_detectable_effect(600, 5400, 0.05)
    generator = np.random.default_rng(2)
    control = generator.binomial(600, 0.05, 20_000)
    treated = generator.binomial(5400, plan.rate.value or 0.0, 20_000)
    pooled = (control + treated) / 6000
    z = (treated / 5400 - control / 600) / np.sqrt(pooled * (1 - pooled) * (1 / 600 + 1 / 5400))
    assert float((np.abs(z) > 1.959964).mean()) == pytest.approx(0.80, abs=0.03)


def test_a_small_list_is_told_that_neither_holdout_nor_ab_test_can_prove_the_target() -> None:
    plan = holdout_plan(1240, 0.029, share=0.1, sends=3, target=0.048)
    assert (plan.held_out.value, plan.mailed.value) == (124, 1116)
    assert plan.provable_once is False
    assert plan.provable_pooled is False
    assert plan.ab_test.points.value == pytest.approx(0.033, abs=0.0005)
    assert "cannot prove a lift of that size, not even in three sends" in plan.verdict
    assert "neither can an A/B test" in plan.verdict
    assert "margin per recipient" in plan.verdict


def test_verdicts_follow_the_size_of_the_list() -> None:
    targets = [holdout_plan(size, 0.03, sends=4, target=0.04) for size in (2_000, 8_000, 20_000, 100_000)]
    words = [plan.verdict for plan in targets]
    assert "not even in four sends" in words[0]
    assert "can prove a lift of that size in one send" in words[-1]
    lifts = [plan.one_send.lift.value or math.inf for plan in targets]
    assert lifts == sorted(lifts, reverse=True)
    assert any("One send cannot" in text and "four sends pooled can" in text for text in words)


def test_without_a_target_nothing_is_promised() -> None:
    plan = holdout_plan(5000, 0.03)
    assert plan.provable_once is None
    assert "No target is set" in plan.verdict


def test_a_lift_above_half_is_not_worth_an_ab_test() -> None:
    assert not minimum_detectable_effect(100, 100, 0.03).worthwhile
    assert minimum_detectable_effect(50_000, 50_000, 0.03).worthwhile


def test_too_few_people_prove_nothing() -> None:
    plan = minimum_detectable_effect(2, 2, 0.5)
    assert plan.rate.value is None
    assert plan.rate.warnings


def test_how_many_more_would_tell() -> None:
    found = more_needed(4, 23, 0.31)
    assert found.more.value == pytest.approx(58, abs=1)
    assert not found.enough
    assert more_needed(300, 1000, 0.40).enough


@pytest.mark.parametrize("call", [lambda: sample_size(0.0, 0.1), lambda: sample_size(0.6, 1.0),
                                  lambda: holdout_plan(1, 0.1), lambda: holdout_plan(100, 0.1, share=0.0),
                                  lambda: more_needed(1, 10, 1.0)])  # fmt: skip
def test_impossible_plans_are_refused(call: object) -> None:
    with pytest.raises(UsageProblem):
        call()  # type: ignore[operator]


def test_at_the_break_even_response_the_offer_earns_what_no_offer_would() -> None:
    offer = Offer(order_value=80.0, discount_share=0.15, margin=0.45, cost_per_message=0.02)
    found = break_even_response(offer, baseline=0.03)
    response = found.response.value
    assert response is not None
    assert response * (0.45 - 0.15) * 80.0 - 0.02 == pytest.approx(0.03 * 0.45 * 80.0)
    assert found.cost_per_order.value == pytest.approx(12.0)
    assert found.lift.value == pytest.approx(response / 0.03 - 1)


def test_an_amount_off_is_a_share_of_the_order() -> None:
    as_amount = break_even_response(Offer(order_value=50.0, discount_amount=5.0, margin=0.4), 0.02)
    as_share = break_even_response(Offer(order_value=50.0, discount_share=0.1, margin=0.4), 0.02)
    assert as_amount.response.value == pytest.approx(as_share.response.value)


def test_an_unknown_margin_is_never_invented() -> None:
    found = break_even_response(Offer(order_value=50.0, discount_share=0.1), 0.02)
    assert found.response.value is None
    assert "margin is not in the data" in found.response.warnings[0]
    assert found.by_margin is not None
    assert [row["margin"] for row in found.by_margin.rows] == [0.2, 0.3, 0.4, 0.5, 0.6, 0.7]
    assert found.by_margin.rows[2]["response"] == pytest.approx(0.02 * 0.4 / 0.3)


def test_a_discount_above_the_margin_never_pays() -> None:
    found = break_even_response(Offer(order_value=50.0, discount_share=0.5, margin=0.4), 0.02)
    assert found.response.value is None
    assert "whole margin" in found.response.warnings[0]


def test_newcombe_equals_the_published_example() -> None:
    low, high = newcombe(Counts(56, 70, 48, 80)) or (0.0, 0.0)  # Newcombe 1998, table II (a), method 10
    assert (round(low, 4), round(high, 4)) == (0.0524, 0.3339)
    figure = rate_difference(56, 70, 48, 80)
    assert figure.value == pytest.approx(0.2)
    assert (figure.low, figure.high) == (low, high)


def test_risk_ratio_by_hand_and_with_an_empty_cell() -> None:
    found = risk_ratio(Counts(15, 100, 5, 100))
    error = math.sqrt(1 / 15 - 1 / 100 + 1 / 5 - 1 / 100)
    assert found.value == pytest.approx(3.0)
    assert found.low == pytest.approx(3 * math.exp(-1.959964 * error))
    empty = risk_ratio(Counts(0, 100, 5, 100))
    assert 0 < empty.low < empty.value < empty.high < math.inf


def test_p_values_equal_scipy() -> None:
    dice = random.Random(3)
    for _ in range(400):
        n, m = dice.randint(1, 60), dice.randint(1, 300)
        a, b = dice.randint(0, min(n, 9)), dice.randint(0, min(m, 20))
        hits, total = a + b, n + m
        if hits in (0, total):
            continue
        table = [[a, n - a], [b, m - b]]
        expected = min(n, m) * min(hits, total - hits) / total
        theirs = stats.fisher_exact(table)[1] if expected < 5 else stats.chi2_contingency(table, correction=False)[1]
        assert p_value(Counts(a, n, b, m)) == pytest.approx(theirs, abs=1e-9)


def test_benjamini_hochberg_equals_scipy_in_any_order() -> None:
    for values in itertools.permutations([0.001, 0.02, 0.03, 0.5]):
        assert benjamini_hochberg(values) == pytest.approx(list(stats.false_discovery_control(values)))


def test_the_quantiles_are_exact() -> None:
    assert pytest.approx(stats.norm.ppf(0.975), abs=1e-12) == Z_ALPHA == Z95
    assert pytest.approx(stats.norm.ppf(0.80), abs=1e-12) == Z_POWER
    assert (round(Z_ALPHA, 6), round(Z_POWER, 6)) == (1.959964, 0.841621)
