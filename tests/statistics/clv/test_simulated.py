"""Fits and intervals on simulated customers whose truth is known, and changes that must change nothing."""

from __future__ import annotations

import numpy as np
import pytest
from scipy.special import hyp2f1

from copilot.statistics.clv import beta_geometric, gamma_gamma, pareto_nbd
from copilot.statistics.clv.beta_geometric import BetaGeometric
from copilot.statistics.clv.forecast import Models, expect
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.histories import Histories
from copilot.statistics.clv.intervals import Grouping, Request, draw
from copilot.statistics.clv.pareto_nbd import ParetoNbd
from copilot.statistics.clv.purchases import choose
from evals.benchmarks.simulated_customers import Simulated, simulate
from tests.statistics.clv.made import MONEY, ORDERS, customers_of, small_shop


@pytest.fixture(scope="module")
def many() -> Simulated:
    return simulate(ORDERS, MONEY, np.random.default_rng(5).uniform(5, 90, 20_000), 30, seed=5)


def test_known_parameters_are_found_again(many: Simulated) -> None:
    fit = beta_geometric.fit(Histories.of(many.x, many.last, many.age))
    truth = np.array([ORDERS.r, ORDERS.alpha, ORDERS.a, ORDERS.b])
    assert fit.ok
    assert (np.abs(fit.values - truth) < 3 * fit.standard_errors).all()
    assert (fit.standard_errors < 0.15 * truth).all()
    spend = gamma_gamma.fit(many.x, many.spend)
    assert spend.ok
    assert (np.abs(spend.values - [MONEY.p, MONEY.q, MONEY.gamma]) < 3 * spend.standard_errors).all()


def test_known_parameters_of_mbg_are_found_again() -> None:
    truth = BetaGeometric(0.6, 6.0, 0.9, 1.8, modified=True)
    made = simulate(truth, MONEY, np.random.default_rng(6).uniform(5, 90, 20_000), 30, seed=6)
    fit = beta_geometric.fit(Histories.of(made.x, made.last, made.age), modified=True)
    assert fit.ok
    assert (np.abs(fit.values - [0.6, 6.0, 0.9, 1.8]) < 3 * fit.standard_errors).all()
    choice = choose(Histories.of(np.round(made.x), np.ceil(made.last), np.ceil(made.age)))
    assert choice.name == "MBG/NBD"


def test_expectations_meet_what_simulated_customers_do(many: Simulated) -> None:
    """The simulation knows nothing of the formulas: it draws purchases one by one."""
    for held, spend in ((many.x == 0, False), (many.x == 2, False), (many.x >= 4, False), (many.x >= 0, True)):
        expected = ORDERS.expected_orders(many.x, many.last, many.age, 30)[held]
        actual = many.later[held]
        if spend:
            expected = expected * MONEY.expected_spend(many.x, many.spend)[held]
            actual = many.later_value[held]
        error = np.sqrt(((actual - expected) ** 2).sum())
        assert abs(actual.sum() - expected.sum()) < 3.5 * error


def test_drawn_futures_have_the_expected_mean() -> None:
    n = 40_000
    generator = np.random.default_rng(1)
    x, age = np.full(n, 3.0), np.full(n, 40.0)
    for model in (BetaGeometric(0.5, 5, 0.7, 2.5), BetaGeometric(0.5, 5, 0.7, 2.5, True), ParetoNbd(0.6, 8, 0.7, 9)):
        drawn = model.draw_orders(x, age, 30.0, generator)
        mean = float(model.orders_if_alive(3.0, 40.0, 30.0))
        assert abs(drawn.mean() - mean) < 4 * drawn.std() / np.sqrt(n)
        again = float(model.next_order_share(3.0, 40.0, 30.0))
        assert abs((drawn > 0).mean() - again) < 4 * np.sqrt(again * (1 - again) / n)


def test_intervals_cover_what_really_comes() -> None:
    """40 shops of 350 customers: 95 % intervals of everybody and of the best tenth hold the truth in 80 % or more."""
    covered = {"orders": 0, "value": 0, "tenth": 0}
    shops = 0
    for seed in range(46):
        made = small_shop(350, seed)
        customers = customers_of(made)
        histories = customers.histories
        orders = beta_geometric.fit(histories)
        if not orders.ok:
            continue  # such a shop is refused
        shops += 1
        models = Models("BG/NBD", orders, "BG/NBD", orders, gamma_gamma.fit(customers.x, customers.spend))
        expected = expect(models, customers, 26.0, 1.0)
        best = np.argsort(-expected.orders)[:35]
        code = np.full(len(customers), -1)
        code[best] = 0
        request = Request(models, customers, expected, 26.0, (), 1.0)
        drawn = draw(request, {"all": Grouping(np.zeros(len(customers), dtype=int), 1), "best": Grouping(code, 1)})
        later = customers.frame["later"].to_numpy()
        money = float((customers.frame["later_value"] * expected.discount).sum())
        for name, bounds, truth in (
            ("orders", drawn["all"].bounds(drawn["all"].orders), later.sum()),
            ("value", drawn["all"].bounds(drawn["all"].value), money),
            ("tenth", drawn["best"].bounds(drawn["best"].orders), later[best].sum()),
        ):
            assert bounds is not None
            covered[name] += bounds[0] <= truth <= bounds[1]
    assert shops >= 40
    assert min(covered.values()) >= 0.8 * shops, covered


def test_value_is_added_up_month_by_month_and_discounted() -> None:
    """The same sum in plain Python, with the published 2F1 form of the expected purchases."""
    customers = customers_of(small_shop(300, 12))
    fit = beta_geometric.fit(customers.histories)
    money = gamma_gamma.fit(customers.x, customers.spend)
    found = expect(Models("BG/NBD", fit, "BG/NBD", fit, money), customers, 30.0, 0.9)
    r, alpha, a, b = fit.values
    p, q, gamma = money.values
    assert found.value is not None
    for place in range(0, 300, 17):
        x, last, age = customers.x[place], customers.last[place], customers.age[place]
        odds = a / (b + x - 1) * ((alpha + age) / (alpha + last)) ** (r + x) if x else 0.0

        def orders(t: float, x: float = x, age: float = age, odds: float = odds) -> float:
            z = t / (alpha + age + t)
            rest = (1 - z) ** (r + x) * hyp2f1(r + x, b + x, a + b + x - 1, z)
            return (a + b + x - 1) / (a - 1) * (1 - rest) / (1 + odds)

        spend = p * (gamma + x * customers.spend[place]) / (p * x + q - 1)
        month, total, before = 1, 0.0, 0.0
        while before < 30:
            until = min(month * 365 / 84, 30)
            total += spend * (orders(until) - orders(before)) / 1.10 ** (month / 12)
            before, month = until, month + 1
        assert found.orders[place] == pytest.approx(orders(30.0), rel=1e-6)
        assert found.value[place] == pytest.approx(0.9 * total, rel=1e-6)


def test_order_of_customers_changes_nothing(many: Simulated) -> None:
    shuffled = np.random.default_rng(2).permutation(len(many.x))
    one = beta_geometric.fit(Histories.of(many.x, many.last, many.age))
    other = beta_geometric.fit(Histories.of(many.x[shuffled], many.last[shuffled], many.age[shuffled]))
    assert (one.values == other.values).all()
    assert one.log_likelihood == other.log_likelihood
    spends = [gamma_gamma.fit(many.x, many.spend), gamma_gamma.fit(many.x[shuffled], many.spend[shuffled])]
    assert (spends[0].values == spends[1].values).all()


def test_other_units_scale_the_scale_parameters_only() -> None:
    made = small_shop(800, 3)
    for fit, scaled in (
        (beta_geometric.fit, (1, 7, 1, 1)),
        (lambda histories: beta_geometric.fit(histories, modified=True), (1, 7, 1, 1)),
        (pareto_nbd.fit, (1, 7, 1, 7)),
    ):
        weeks = fit(Histories.of(made.x, made.last, made.age))
        days = fit(Histories.of(made.x, made.last * 7, made.age * 7))
        assert days.values == pytest.approx(weeks.values * scaled, rel=1e-5)
        repeats = made.x.sum()
        assert days.log_likelihood == pytest.approx(weeks.log_likelihood - repeats * np.log(7), rel=1e-9)
    pounds, pence = gamma_gamma.fit(made.x, made.spend), gamma_gamma.fit(made.x, made.spend * 100)
    assert pence.values == pytest.approx(pounds.values * [1, 1, 100], rel=1e-5)


def test_nobody_leaving_is_seen_as_a_boundary() -> None:
    """Customers with constant rates who never leave: b grows without end, and the fit must say so."""
    generator = np.random.default_rng(8)
    age = generator.uniform(10, 50, 3000)
    rate = generator.gamma(0.8, 1 / 9.0, 3000)
    x = generator.poisson(rate * age).astype(float)
    last = np.where(x > 0, age * generator.random(3000) ** (1 / np.maximum(x, 1)), 0.0)
    histories = Histories.of(x, last, age)
    fit = beta_geometric.fit(histories)
    assert not fit.ok
    assert dict(fit.runs_off)["b"] == 1
    assert not choose(histories).fit.ok


def test_customers_who_are_all_alike_are_no_maximum() -> None:
    """One purchase rate for everybody: r and alpha grow together without end."""
    generator = np.random.default_rng(9)
    age = generator.uniform(20, 50, 2000)
    x = generator.poisson(0.1 * age).astype(float)
    last = np.where(x > 0, age * generator.random(2000) ** (1 / np.maximum(x, 1)), 0.0)
    assert not beta_geometric.fit(Histories.of(x, last, age)).ok


def test_drawn_parameters_follow_the_standard_errors() -> None:
    made = small_shop(2000, 4)
    fit = beta_geometric.fit(Histories.of(made.x, made.last, made.age))
    drawn = np.log(fit.draws(20_000, 1))
    assert drawn.mean(axis=0) == pytest.approx(np.log(fit.values), abs=0.02)
    assert drawn.std(axis=0) == pytest.approx(fit.standard_errors / fit.values, rel=0.03)


def test_spend_without_finite_mean_is_said() -> None:
    assert not GammaGamma(2.0, 0.9, 10.0).has_mean
    assert GammaGamma(2.0, 0.9, 10.0).mean == float("inf")
