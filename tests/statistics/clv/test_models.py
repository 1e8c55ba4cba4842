"""The models of purchases and spend against published values and against slow, independent computations."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import quad
from scipy.optimize import approx_fprime
from scipy.special import betaln, gammaln, hyp2f1

from copilot.statistics.clv import beta_geometric, gamma_gamma, pareto_nbd
from copilot.statistics.clv.beta_geometric import BetaGeometric
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.histories import Histories
from copilot.statistics.clv.pareto_nbd import ParetoNbd

PUBLISHED = BetaGeometric(0.2426, 4.4135, 0.7929, 2.4258)
parameters = st.tuples(*(st.floats(0.3, 4.0) for _ in range(4)))


@pytest.fixture(scope="module")
def summary(shared: Path) -> pd.DataFrame:
    """The published CDNOW table: x, t_x, T in weeks, mean repeat spend."""
    return pd.read_csv(shared / "data" / "cdnow" / "cdnow_customers_summary_with_transactions.csv")


@pytest.fixture(scope="module")
def cdnow(summary: pd.DataFrame) -> Histories:
    return Histories.of(summary["x"], summary["t_x"], summary["T"])


@pytest.mark.shared
def test_bg_nbd_on_cdnow_is_the_published_fit(cdnow: Histories) -> None:
    fit = beta_geometric.fit(cdnow)
    assert fit.ok
    assert fit.values == pytest.approx([0.24259, 4.41353, 0.79289, 2.42575], rel=1e-3)
    assert fit.log_likelihood == pytest.approx(-9582.4256, abs=0.001)
    assert fit.standard_errors == pytest.approx([0.012557, 0.378221, 0.185719, 0.705345], rel=1e-3)


@pytest.mark.shared
def test_mbg_nbd_on_cdnow_is_the_published_fit(cdnow: Histories) -> None:
    fit = beta_geometric.fit(cdnow, modified=True)
    assert fit.ok
    assert fit.values == pytest.approx([0.5248, 6.1831, 0.8914, 1.6140], rel=1e-3)


@pytest.mark.shared
def test_pareto_nbd_on_cdnow_is_the_published_fit(cdnow: Histories) -> None:
    fit = pareto_nbd.fit(cdnow)
    assert fit.ok
    assert fit.values == pytest.approx([0.5533, 10.578, 0.6062, 11.668], rel=1e-3)
    assert fit.log_likelihood == pytest.approx(-9594.97, abs=0.01)
    assert fit.standard_errors == pytest.approx([0.0476264, 0.8427222, 0.1872594, 6.2105448], rel=1e-3)


@pytest.mark.shared
def test_gamma_gamma_on_cdnow_is_the_published_fit(summary: pd.DataFrame) -> None:
    fit = gamma_gamma.fit(summary["x"], summary["zbar"])
    assert fit.ok
    assert fit.n == 946
    assert fit.values == pytest.approx([6.2488, 3.7446, 15.4477], rel=1e-3)
    assert fit.log_likelihood == pytest.approx(-4055.923, abs=0.001)
    model = GammaGamma.of(fit.values)
    assert model.mean == pytest.approx(35.171, abs=0.001)
    spends = {1: 24.658619, 2: 18.911489, 3: 35.170981, 6: 71.462843, 7: 18.911489, 9: 27.282408}
    for row, expected in spends.items():
        customer = summary.iloc[row - 1]
        assert float(model.expected_spend(customer["x"], customer["zbar"])) == pytest.approx(expected, rel=1e-5)
    assert model.expected_spend(summary["x"], summary["zbar"]).mean() == pytest.approx(35.25296, rel=1e-4)


@pytest.mark.shared
def test_golden_customers(cdnow: Histories) -> None:
    model = BetaGeometric.of(beta_geometric.fit(cdnow).values)
    assert float(model.alive(2, 30.43, 38.86)) == pytest.approx(0.7266, abs=5e-5)
    assert float(model.expected_orders(2, 30.43, 38.86, 39)) == pytest.approx(1.2259, abs=5e-5)
    assert float(model.expected_orders(0, 0, 38.86, 39)) == pytest.approx(0.1948, abs=5e-5)
    for weeks, expected in ((39, 1.195), (52, 1.444), (78, 1.858), (1, 0.0532)):
        assert model.new_customer_orders(weeks) == pytest.approx(expected, rel=5e-4)


@given(parameters, st.integers(0, 12), st.floats(0.05, 1.0), st.floats(0.5, 30))
@settings(max_examples=25, deadline=None)
def test_bg_likelihood_is_the_mean_over_customers(
    given_: tuple[float, float, float, float], x: int, part: float, age: float
) -> None:
    """Numerical integration of what happens to one customer over rates and chances of leaving."""
    r, alpha, a, b = given_
    last = 0.0 if x == 0 else part * age

    def rates(power: int, until: float) -> float:
        log_rate = np.linspace(-150, 12, 40_001)
        log_density = (r + power) * log_rate - (alpha + until) * np.exp(log_rate) + r * math.log(alpha) - math.lgamma(r)
        return float(np.trapezoid(np.exp(log_density), log_rate))

    def leaves(dies: int, stays: int) -> float:
        logit = np.linspace(-150, 150, 40_001)
        log_density = -(a + dies) * np.logaddexp(0, -logit) - (b + stays) * np.logaddexp(0, logit) - betaln(a, b)
        return float(np.trapezoid(np.exp(log_density), logit))

    for modified in (False, True):
        stays = x + modified
        slow = leaves(0, stays) * rates(x, age)
        if modified or x > 0:
            slow += leaves(1, stays - 1) * rates(x, last)
        fast = BetaGeometric(r, alpha, a, b, modified).log_likelihood(Histories.of([x], [last], [age]))
        assert fast == pytest.approx(math.log(slow), abs=1e-7)


def _pareto_by_formula(parameters: tuple[float, ...], x: float, last: float, age: float) -> float:
    """The published 2F1 form of the likelihood."""
    r, alpha, s, beta = parameters
    size, other = (alpha, s + 1) if alpha >= beta else (beta, r + x)
    apart, both = abs(alpha - beta), r + s + x

    def term(at: float) -> float:
        return float(hyp2f1(both, other, both + 1, apart / (size + at))) / (size + at) ** both

    a0 = term(last) - term(age)
    inside = (alpha + age) ** -(r + x) * (beta + age) ** -s + s / both * a0
    start = float(gammaln(r + x) - gammaln(r)) + r * math.log(alpha) + s * math.log(beta)
    return start + math.log(inside)


@given(parameters, st.integers(0, 10), st.floats(0.05, 0.95), st.floats(0.5, 20))
@settings(max_examples=60, deadline=None)
def test_pareto_likelihood_is_the_published_form(
    given_: tuple[float, float, float, float], x: int, part: float, age: float
) -> None:
    last = 0.0 if x == 0 else part * age
    fast = ParetoNbd(*given_).log_likelihood(Histories.of([x], [last], [age]))
    assert fast == pytest.approx(_pareto_by_formula(given_, x, last, age), abs=1e-6)


@given(parameters, st.integers(0, 30), st.floats(3, 80), st.floats(1, 60))
@settings(max_examples=60, deadline=None)
def test_expected_orders_are_the_published_2f1_form(
    given_: tuple[float, float, float, float], x: int, age: float, horizon: float
) -> None:
    r, alpha, a, b = given_
    if abs(a - 1) < 0.05:
        a += 0.1
    for modified in (False, True):
        stays = b + x + modified
        z = horizon / (alpha + age + horizon)
        rest = ((alpha + age) / (alpha + age + horizon)) ** (r + x) * hyp2f1(r + x, stays, a + stays - 1, z)
        formula = (a + stays - 1) / (a - 1) * (1 - rest)
        ours = BetaGeometric(r, alpha, a, b, modified).orders_if_alive(x, age, horizon)
        assert float(ours) == pytest.approx(formula, rel=1e-5, abs=1e-8)


def test_expected_orders_where_a_is_one() -> None:
    """The published form divides by a - 1; nothing may happen there."""
    around = [
        float(BetaGeometric(0.3, 5.0, 1 + shift, 2.5).orders_if_alive(2, 30.0, 39.0))
        for shift in (-0.02, -1e-9, 0.0, 1e-9, 0.02)
    ]
    assert around[1] == pytest.approx(around[2], rel=1e-6) == around[3]
    assert around[0] > around[2] > around[4]
    z = 39 / (35 + 39)
    formula = [
        (a + 2.5 + 2 - 1) / (a - 1) * (1 - (35 / 74) ** 2.3 * hyp2f1(2.3, 4.5, a + 3.5, z)) for a in (0.98, 1.02)
    ]
    assert around[2] == pytest.approx(sum(formula) / 2, rel=1e-3)


@given(parameters, st.integers(0, 200), st.floats(0, 300))
@settings(max_examples=40, deadline=None)
def test_expected_orders_grow_with_the_horizon(given_: tuple[float, float, float, float], x: int, age: float) -> None:
    horizons = [0.1, 1.0, 5.0, 20.0, 80.0]
    for model in (BetaGeometric(*given_), BetaGeometric(*given_, modified=True), ParetoNbd(*given_)):
        expected = model.orders_if_alive(x, age, horizons).ravel()
        assert (expected >= 0).all()
        assert (np.diff(expected) > 0).all()


@given(parameters, st.integers(0, 8), st.floats(0.5, 40), st.floats(1, 60))
@settings(max_examples=25, deadline=None)
def test_pareto_expectations_are_means_over_customers(
    given_: tuple[float, float, float, float], x: int, age: float, horizon: float
) -> None:
    """Expected purchases and the chance of at least one, integrated over the time of leaving and of the first one."""
    r, alpha, s, beta = given_
    model = ParetoNbd(*given_)

    def there(u: float) -> float:
        return ((beta + age) / (beta + age + u)) ** s

    rate = (r + x) / (alpha + age)
    assert float(model.orders_if_alive(x, age, horizon)) == pytest.approx(rate * quad(there, 0, horizon)[0], rel=1e-7)

    def first(u: float) -> float:
        return (r + x) * (alpha + age) ** (r + x) / (alpha + age + u) ** (r + x + 1) * there(u)

    assert float(model.next_order_share(x, age, horizon)) == pytest.approx(quad(first, 0, horizon)[0], rel=1e-6)


@given(st.floats(0.5, 8), st.floats(1.2, 8), st.floats(0.5, 30), st.integers(1, 9), st.floats(1, 90))
@settings(max_examples=25, deadline=None)
def test_gamma_gamma_is_the_mean_over_customers(p: float, q: float, gamma: float, x: int, spend: float) -> None:
    log_nu = np.linspace(-60, 30, 40_001)
    nu, shape = np.exp(log_nu), p * x
    prior = q * math.log(gamma) + q * log_nu - gamma * nu - math.lgamma(q)
    mean = shape * (log_nu + math.log(x)) + (shape - 1) * math.log(spend) - nu * x * spend - math.lgamma(shape)
    mass = float(np.trapezoid(np.exp(prior + mean), log_nu))
    spent = float(np.trapezoid(np.exp(prior + mean) * p / nu, log_nu))
    model = GammaGamma(p, q, gamma)
    assert model.log_likelihood([x], [spend]) == pytest.approx(math.log(mass), abs=1e-7)
    assert float(model.expected_spend(x, spend)) == pytest.approx(spent / mass, rel=1e-6)


@pytest.mark.parametrize("kind", ["bg", "mbg", "pareto", "gamma"])
def test_gradient_against_finite_differences(kind: str) -> None:
    generator = np.random.default_rng(3)
    x = generator.integers(0, 8, 60).astype(float)
    age = generator.uniform(1, 10, 60)
    last = np.where(x > 0, age * generator.uniform(0.1, 1, 60), 0)
    histories = Histories.of(x, last, age)
    likelihoods = {
        "bg": beta_geometric._Likelihood(histories, modified=False),
        "mbg": beta_geometric._Likelihood(histories, modified=True),
        "pareto": pareto_nbd._Likelihood(histories),
        "gamma": gamma_gamma._Likelihood(x[x > 0], generator.gamma(3, 5, int((x > 0).sum()))),
    }
    likelihood = likelihoods[kind]
    for seed in range(4):
        point = np.random.default_rng(seed).normal(0, 0.7, 3 if kind == "gamma" else 4)
        slope = approx_fprime(point, lambda at: likelihood(at)[0], 1e-7)
        assert likelihood(point)[1] == pytest.approx(slope, rel=1e-4, abs=1e-3)
