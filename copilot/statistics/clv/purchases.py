"""Owns the choice among the models of purchases, and what any of them can be asked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal, Protocol

import numpy as np
import numpy.typing as npt

from copilot.statistics.clv import beta_geometric, pareto_nbd
from copilot.statistics.clv.beta_geometric import BetaGeometric
from copilot.statistics.clv.fitting import Fit
from copilot.statistics.clv.histories import Floats, Histories
from copilot.statistics.clv.pareto_nbd import ParetoNbd

Name = Literal["BG/NBD", "MBG/NBD", "Pareto/NBD"]
BETTER: Final = 2.0  # log-likelihood by which another model must beat BG/NBD; all have four parameters
PARETO_ROWS: Final = 4_000  # distinct histories Pareto/NBD is fitted to; of more, every k-th


class PurchaseModel(Protocol):
    """A fitted model of purchases. Times are in weeks; x, t_x (last) and T (age) are those of the summary."""

    def alive(self, x: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike) -> Floats:
        """Probability of still being a customer."""

    def orders_if_alive(self, x: npt.ArrayLike, age: npt.ArrayLike, horizon: npt.ArrayLike) -> Floats:
        """Expected purchases within the horizon of those who are still customers; several horizons, one row each."""

    def new_customer_orders(self, horizon: float) -> float:
        """Expected purchases of a new customer after the first, within the horizon."""

    def next_order_share(self, x: npt.ArrayLike, age: npt.ArrayLike, horizon: float) -> Floats:
        """Probability of at least one purchase within the horizon of those who are still customers."""

    def next_order_time(self, x: npt.ArrayLike, age: npt.ArrayLike, share: float) -> Floats:
        """Time within which this share of those who stay customers orders next."""

    def draw_orders(self, x: Floats, age: Floats, horizon: float, generator: np.random.Generator) -> Floats:
        """Drawn purchases within the horizon of those who are still customers now."""


def model(name: Name, values: npt.ArrayLike) -> PurchaseModel:
    """The model of that name with these parameters."""
    if name == "Pareto/NBD":
        return ParetoNbd.of(values)
    return BetaGeometric.of(values, modified=name == "MBG/NBD")


@dataclass(frozen=True)
class Choice:
    """The model used, its fit, and the fits of all that were tried."""

    name: Name
    fit: Fit
    tried: dict[Name, Fit]

    @property
    def model(self) -> PurchaseModel:
        """The model used."""
        return model(self.name, self.fit.values)


def choose(histories: Histories) -> Choice:
    """BG/NBD, unless another model with an interior maximum fits the same histories clearly better.

    The choice looks at nothing but the likelihood of the histories at hand, so a back-test tests it too. If none has
    an interior maximum, BG/NBD is given with its failure.
    """
    few = histories.thinned(PARETO_ROWS)
    tried: dict[Name, Fit] = {
        "BG/NBD": beta_geometric.fit(histories),
        "MBG/NBD": beta_geometric.fit(histories, modified=True),
        "Pareto/NBD": pareto_nbd.fit(few),
    }
    reached: dict[Name, float] = {}
    for name, fit in tried.items():
        if not fit.ok:
            continue
        on = few if name == "Pareto/NBD" else histories
        reached[name] = fit.log_likelihood * (histories.n / on.n)
    if "Pareto/NBD" in reached and few is not histories:
        _compare_on(few, tried, reached, histories.n)
    best = max(reached, key=lambda name: reached[name] + (BETTER if name == "BG/NBD" else 0.0), default="BG/NBD")
    chosen: Name = best if best in tried else "BG/NBD"
    return Choice(chosen, tried[chosen], tried)


def _compare_on(few: Histories, tried: dict[Name, Fit], reached: dict[Name, float], n: int) -> None:
    """Log-likelihoods of all models on the histories that Pareto/NBD was fitted to, scaled to all customers."""
    for name in reached:
        if name != "Pareto/NBD":
            kind = BetaGeometric.of(tried[name].values, modified=name == "MBG/NBD")
            reached[name] = kind.log_likelihood(few) * (n / few.n)
