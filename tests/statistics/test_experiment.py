"""Test results: the Hillstrom e-mail experiment, scipy and simulation as second opinions, words of the verdict."""

from __future__ import annotations

import json
import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from copilot.errors import UsageProblem
from copilot.statistics.arithmetic import holdout_plan, holdout_sizes
from copilot.statistics.comparison import Counts
from copilot.statistics.experiment import Arm, exact_p, mean_test, rate_test


def test_a_known_comparison_in_full() -> None:
    found = rate_test(Counts(120, 4000, 90, 4000))
    assert found.difference.value == pytest.approx(0.0075)
    z = 0.0075 / math.sqrt(0.02625 * 0.97375 * 2 / 4000)
    assert found.z.value == pytest.approx(z)
    assert found.p.value == pytest.approx(2 * stats.norm.sf(z))
    assert found.p_exact is not None
    assert found.p_exact.value == pytest.approx(stats.fisher_exact([[120, 3880], [90, 3910]])[1])
    assert found.lift.value == pytest.approx(1 / 3)
    assert found.extra.value == pytest.approx(30)
    assert found.extra.low == pytest.approx(4000 * (found.difference.low or 0))
    assert found.significant
    assert "more often" in found.verdict


def test_exact_p_equals_scipy() -> None:
    generator = np.random.default_rng(4)
    for _ in range(200):
        n, m = (int(x) for x in generator.integers(1, 90, 2))
        a, b = int(generator.integers(0, n + 1)), int(generator.integers(0, m + 1))
        assert exact_p(Counts(a, n, b, m)) == pytest.approx(stats.fisher_exact([[a, n - a], [b, m - b]])[1], abs=1e-9)


def test_the_other_way_round_has_the_other_sign() -> None:
    there, back = rate_test(Counts(30, 900, 60, 1100)), rate_test(Counts(60, 1100, 30, 900))
    assert there.difference.value == pytest.approx(-(back.difference.value or 0))
    assert there.difference.low == pytest.approx(-(back.difference.high or 0))
    assert there.p.value == pytest.approx(back.p.value)


def test_one_null_test_in_twenty_is_significant() -> None:
    generator = np.random.default_rng(11)
    hits = generator.binomial(2000, 0.05, (400, 2))
    false = sum(rate_test(Counts(int(a), 2000, int(b), 2000)).significant for a, b in hits)
    assert false <= 32  # a true 5 % is at most this in 99.4 % of runs
    inside = sum(
        (found.difference.low or 0) <= 0 <= (found.difference.high or 0)
        for a, b in hits[:200]
        for found in [rate_test(Counts(int(a), 2000, int(b), 2000))]
    )
    assert inside >= 180


def test_small_groups_prove_nothing_and_say_so() -> None:
    found = rate_test(Counts(6, 50, 3, 50))
    assert not found.significant
    assert "too small" in found.verdict
    assert found.detectable is not None
    assert (found.detectable.lift.value or 0) > 1


def test_nobody_in_control_gives_no_lift() -> None:
    found = rate_test(Counts(5, 400, 0, 400))
    assert found.lift.value is None
    assert found.detectable is None
    assert found.difference.value == pytest.approx(5 / 400)


@pytest.mark.parametrize(
    "counts", [Counts(5, 4, 1, 10), Counts(1, 0, 1, 10), Counts(-1, 10, 1, 10), Counts(1.5, 10, 1, 10)]
)
def test_impossible_counts_are_refused(counts: Counts) -> None:
    with pytest.raises(UsageProblem):
        rate_test(counts)


def test_welch_interval_equals_scipy() -> None:
    generator = np.random.default_rng(6)
    one, other = generator.gamma(0.1, 30, 3000), generator.gamma(0.1, 20, 2500)
    found = mean_test(Arm(3000, one.mean(), one.std(ddof=1)), Arm(2500, other.mean(), other.std(ddof=1)), "EUR")
    interval = stats.ttest_ind(one, other, equal_var=False).confidence_interval()
    assert found.difference.low == pytest.approx(interval.low, rel=1e-3)
    assert found.difference.high == pytest.approx(interval.high, rel=1e-3)
    assert found.incremental.value == pytest.approx(3000 * (one.mean() - other.mean()))
    with pytest.raises(UsageProblem):
        mean_test(Arm(1, 5.0, 0.0), Arm(10, 5.0, 1.0))


def test_hold_outs_side_by_side() -> None:
    found = holdout_sizes(5000, 0.05)
    lifts = [row["once"] for row in found.table.rows]
    assert lifts == sorted(lifts, reverse=True)  # a larger hold-out proves a smaller lift
    assert [row["held"] for row in found.table.rows] == [250, 500, 1000, 1500, 2500]
    assert found.table.rows[1]["once"] == holdout_plan(5000, 0.05, 0.1).one_send.lift.value
    assert found.best.held_out.value == 1000
    assert holdout_sizes(200_000, 0.05).best.held_out.value == 20_000
    assert not holdout_sizes(200, 0.02).enough


@pytest.fixture(scope="module")
def hillstrom(shared: Path) -> pd.DataFrame:
    return pd.read_csv(shared / "data" / "hillstrom_email" / "hillstrom.csv")


@pytest.mark.shared
@pytest.mark.parametrize("mail", ["Mens E-Mail", "Womens E-Mail"])
def test_hillstrom_lifts_with_intervals(hillstrom: pd.DataFrame, shared: Path, mail: str) -> None:
    truth = json.loads((shared / "data" / "ground_truth.json").read_text())["hillstrom"]["by_segment"]
    sent, none = (hillstrom[hillstrom["segment"] == name] for name in (mail, "No E-Mail"))
    for outcome in ("visit", "conversion"):
        counts = Counts(int(sent[outcome].sum()), len(sent), int(none[outcome].sum()), len(none))
        found = rate_test(counts)
        assert found.treated.value == pytest.approx(truth[mail][outcome], abs=1e-6)
        assert found.control.value == pytest.approx(truth["No E-Mail"][outcome], abs=1e-6)
        gap = truth[mail][outcome] - truth["No E-Mail"][outcome]
        assert found.difference.value == pytest.approx(gap, abs=2e-6)
        assert (found.difference.low or 0) > 0
        reference = stats.contingency.relative_risk(round(counts.a), round(counts.n), round(counts.b), round(counts.m))
        assert found.lift.low == pytest.approx(reference.confidence_interval().low - 1, rel=1e-6)
        assert found.significant
    arms = [Arm(len(side), side["spend"].mean(), side["spend"].std()) for side in (sent, none)]
    spend = mean_test(arms[0], arms[1], "USD")
    assert spend.difference.value == pytest.approx(truth[mail]["spend"] - truth["No E-Mail"]["spend"], abs=2e-6)
    assert (spend.difference.low or 0) > 0
    assert spend.incremental.value == pytest.approx((spend.difference.value or 0) * len(sent))
    generator = np.random.default_rng(2)
    drawn = [generator.choice(sent["spend"], len(sent)).mean() - generator.choice(none["spend"], len(none)).mean()
             for _ in range(400)]  # fmt: skip
    assert spend.difference.low == pytest.approx(np.quantile(drawn, 0.025), abs=0.08)
    assert spend.difference.high == pytest.approx(np.quantile(drawn, 0.975), abs=0.08)
