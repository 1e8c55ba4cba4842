"""Customers and shops of known models for the tests of predictions."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.clv.beta_geometric import BetaGeometric
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.summary import Customers
from evals.benchmarks.simulated_customers import Simulated, simulate
from tests.statistics.shops import shop

ORDERS = BetaGeometric(0.5, 5.0, 0.7, 2.5)
MONEY = GammaGamma(6.25, 3.74, 15.44)


def customers_of(made: Simulated) -> Customers:
    """The summary of simulated customers, in whole days as a shop has it."""
    return Customers(
        pd.DataFrame(
            {
                "customer_key": [f"c{i:06d}" for i in range(len(made.x))],
                "x": made.x.astype(int),
                "last": np.ceil(made.last * 7).astype(int),
                "age": np.round(made.age * 7).astype(int),
                "spend": np.where(made.x > 0, made.spend, np.nan),
                "value": made.x * made.spend,
                "later": made.later.astype(int),
                "later_value": made.later_value,
            }
        )
    )


def small_shop(n: int, seed: int, horizon: float = 26.0) -> Simulated:
    """`n` customers who arrived over a year, the last of them eight weeks ago."""
    ages = np.random.default_rng(seed).integers(8 * 7, 52 * 7, n) / 7
    return simulate(ORDERS, MONEY, ages, horizon, seed)


def shop_of_model(n: int, seed: int = 1, weeks: int = 70, **more: object) -> Tables:
    """A shop whose customers follow the models: one order a purchase day."""
    generator = np.random.default_rng(seed)
    end = date(2025, 6, 30)
    start = end - timedelta(weeks=weeks)
    rate = generator.gamma(ORDERS.r, 1 / ORDERS.alpha, n) / 7
    leave = generator.beta(ORDERS.a, ORDERS.b, n)
    scale = 1 / generator.gamma(MONEY.q, 1 / MONEY.gamma, n)
    rows = []
    for person in range(n):
        day = float(generator.integers(0, weeks * 7 - 56)) if person else 0.0
        first = int(day)
        while day <= weeks * 7:
            rows.append((person, int(day), float(generator.gamma(MONEY.p) * scale[person])))
            if int(day) > first and generator.random() < leave[person]:
                break
            day += max(1.0, generator.exponential(1 / max(rate[person], 1e-9)))
    rows.append((0, weeks * 7, 20.0))
    frame = pd.DataFrame(rows, columns=["person", "day", "value"])
    orders = pd.DataFrame(
        {
            "order_id": [f"o{i:06d}" for i in range(len(frame))],
            "kind": "order",
            "status": "paid",
            "customer_key": [f"c{person:05d}" for person in frame["person"]],
            "ordered_at": [pd.Timestamp(start) + pd.Timedelta(days=day) for day in frame["day"]],
            "gross_sales": frame["value"].round(2).clip(lower=0.01),
        }
    )
    return shop(orders.assign(**more))
