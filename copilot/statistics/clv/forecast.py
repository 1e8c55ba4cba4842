"""Owns the expectation of each customer within a horizon: purchases, value, being active, and the next purchase."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from copilot.statistics.clv.fitting import Fit
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.histories import Floats, distinct_pairs
from copilot.statistics.clv.purchases import Name, PurchaseModel, model
from copilot.statistics.clv.summary import DAYS_A_WEEK, Customers

YEARLY_DISCOUNT: Final = 0.10
MONTH: Final = 365 / 12 / DAYS_A_WEEK  # in weeks
MANY_ONCE: Final = 0.3  # share of one-time buyers from which MBG/NBD says who is active where BG/NBD is used


@dataclass(frozen=True)
class Models:
    """The fitted models: purchases, who is active (the same, or MBG/NBD), and money (None if not usable)."""

    name: Name
    orders: Fit
    active_name: Name
    active: Fit
    money: Fit | None

    @property
    def purchases(self) -> PurchaseModel:
        """The model of purchases."""
        return model(self.name, self.orders.values)

    @property
    def alive(self) -> PurchaseModel:
        """The model of who is active."""
        return model(self.active_name, self.active.values)

    @property
    def gg(self) -> GammaGamma | None:
        """The model of money."""
        return None if self.money is None else GammaGamma.of(self.money.values)


@dataclass(frozen=True)
class Expected:
    """One value a customer. `discount` is discounted / undiscounted purchases; `value` is discounted money."""

    orders: Floats
    active: Floats
    discount: Floats
    order_value: Floats | None
    value: Floats | None


def expect(models: Models, customers: Customers, horizon: float, kept: float) -> Expected:
    """Expectations within `horizon` weeks.

    Value: sum over months of E[M] x (E[Y(t)] - E[Y(t - 1)]) / (1 + d)^t, with d from 10 % a year; `kept` is the share
    of order value that later credit notes leave.
    """
    purchase = models.purchases
    counts, ages, code = distinct_pairs(customers.x, customers.age)
    alive = purchase.alive(customers.x, customers.last, customers.age)
    months = np.arange(1, int(np.ceil(horizon / MONTH - 1e-9)) + 1)
    until = purchase.orders_if_alive(counts, ages, np.minimum(months * MONTH, horizon))
    purchases = until[-1]
    discounted = (np.diff(until, axis=0, prepend=0.0) / (1 + YEARLY_DISCOUNT) ** (months / 12)[:, None]).sum(axis=0)
    orders = alive * purchases[code]
    discount = (discounted / purchases)[code]
    active = models.alive.alive(customers.x, customers.last, customers.age)
    money = models.gg
    if money is None:
        return Expected(orders, active, discount, None, None)
    each = money.expected_spend(customers.x, customers.spend)
    return Expected(orders, active, discount, each, orders * discount * each * kept)
