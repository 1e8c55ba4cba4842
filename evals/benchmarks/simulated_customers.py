"""Makes customers of a known purchase and spend model, for the CLV benchmark and for checks of the models."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from copilot.statistics.clv.beta_geometric import BetaGeometric
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.histories import Floats


@dataclass(frozen=True)
class Simulated:
    """Customers as they were seen until `age` (x, last, spend) and how often they bought in the time after (later).

    Times are continuous.
    """

    x: Floats
    last: Floats
    age: Floats
    spend: Floats
    later: Floats
    later_value: Floats


def simulate(orders: BetaGeometric, money: GammaGamma, age: Floats, horizon: float, seed: int) -> Simulated:
    """Draw a customer for each `age`; continuous time."""
    generator = np.random.default_rng(seed)
    n = len(age)
    rate = generator.gamma(orders.r, 1 / orders.alpha, n)
    leave = generator.beta(orders.a, orders.b, n)
    scale = 1 / generator.gamma(money.q, 1 / money.gamma, n)
    x, later, last = np.zeros(n), np.zeros(n), np.zeros(n)
    time = np.zeros(n)
    active = generator.random(n) >= leave if orders.modified else np.ones(n, dtype=bool)
    index = np.flatnonzero(active)
    while len(index):
        with np.errstate(divide="ignore", over="ignore"):
            time[index] += generator.exponential(1.0, len(index)) / rate[index]
        index = index[time[index] <= age[index] + horizon]
        seen = time[index] <= age[index]
        x[index[seen]] += 1
        last[index[seen]] = time[index[seen]]
        later[index[~seen]] += 1
        index = index[generator.random(len(index)) >= leave[index]]
    with np.errstate(divide="ignore", invalid="ignore"):
        spend = np.where(x > 0, generator.gamma(np.maximum(money.p * x, 1e-9)) * scale / x, 0.0)
    later_value = np.where(later > 0, generator.gamma(np.maximum(money.p * later, 1e-9)) * scale, 0.0)
    return Simulated(x, last, age, np.nan_to_num(spend), later, later_value)
