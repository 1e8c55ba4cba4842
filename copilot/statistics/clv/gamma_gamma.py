"""Owns the Gamma-Gamma model of spend: what an order of a customer is worth on average.

Fader and Hardie (2013), "The Gamma-Gamma Model of Monetary Value", brucehardie.com/notes/025.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import gammaln, psi

from copilot.statistics.clv.fitting import Fit, Floats, Problem, dot, maximise

NAMES: Final = ("p", "q", "gamma")
STARTS: Final = ((2.0, 3.0, 1.0), (6.0, 4.0, 0.5), (1.0, 1.5, 0.5), (20.0, 8.0, 0.4))
CHOOSE_AMONG: Final = 8_000


@dataclass(frozen=True)
class GammaGamma:
    """Parameters: orders of a customer ~ Gamma(p, nu), nu ~ Gamma(q, gamma). `gamma` has the unit of money."""

    p: float
    q: float
    gamma: float

    @classmethod
    def of(cls, values: npt.ArrayLike) -> GammaGamma:
        """The model with these parameters, in the order of `NAMES`."""
        p, q, gamma = (float(value) for value in np.asarray(values))
        return cls(p, q, gamma)

    @property
    def has_mean(self) -> bool:
        """True if the mean order value of a new customer is finite (q > 1)."""
        return self.q > 1

    @property
    def mean(self) -> float:
        """Mean order value over all customers, p gamma / (q - 1); infinite without a finite mean."""
        return self.p * self.gamma / (self.q - 1) if self.has_mean else float("inf")

    def expected_spend(self, x: npt.ArrayLike, spend: npt.ArrayLike) -> Floats:
        """Expected mean order value given x repeat orders of mean value `spend`: E[M | z, x].

        A weighted mean of the mean over all customers and the customer's own; without repeat orders the former.

        >>> round(float(GammaGamma(6.2496, 3.7442, 15.4435).expected_spend(2, 22.35)), 2)
        24.66
        """
        x = np.asarray(x, dtype=float)
        total = np.where(x > 0, x * np.nan_to_num(np.asarray(spend, dtype=float)), 0.0)
        return np.asarray(self.p * (self.gamma + total) / (self.p * x + self.q - 1))

    def log_likelihood(self, x: npt.ArrayLike, spend: npt.ArrayLike) -> float:
        """Log-likelihood of mean order values `spend` over x orders each; both positive."""
        rows = _Likelihood(np.asarray(x, dtype=float), np.asarray(spend, dtype=float))
        return rows(np.log([self.p, self.q, self.gamma]))[0]


def fit(x: npt.ArrayLike, spend: npt.ArrayLike) -> Fit:
    """Maximum likelihood over customers with repeat orders of positive mean value; others are left out."""
    x, spend = np.asarray(x, dtype=float), np.asarray(spend, dtype=float)
    used = (x > 0) & (spend > 0)
    x, spend = x[used], spend[used]
    order = np.lexsort((spend, x)) if len(x) <= CHOOSE_AMONG * 4 else np.arange(len(x))
    x, spend = x[order], spend[order]
    unit = float(spend.mean())
    scaled = spend / unit
    step = -(-len(x) // CHOOSE_AMONG)
    return maximise(
        Problem(
            names=NAMES,
            log_likelihood=_Likelihood(x, scaled),
            n=len(x),
            starts=STARTS,
            scale=np.array([1.0, 1.0, unit]),
            offset=-len(x) * float(np.log(unit)),
            thinned=_Likelihood(x[::step], scaled[::step]) if step > 1 else None,
        )
    )


class _Likelihood:
    """Log-likelihood and gradient in log-parameters; what depends on x alone is computed once for each x."""

    def __init__(self, x: Floats, spend: Floats) -> None:
        code, unique = pd.factorize(x, sort=True)
        self.counts = np.asarray(unique, dtype=float)
        self.by_count = np.bincount(code, minlength=len(self.counts)).astype(float)
        self.x, self.total = x, x * spend
        log_total = np.log(self.total)
        self.sum_log = float(log_total.sum())
        self.sum_x_log = float((x * log_total).sum())
        self.sum_log_spend = float(np.log(spend).sum())

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        p, q, gamma = np.exp(point)
        x, n = self.counts, self.by_count
        size = n.sum()
        together = np.log(gamma + self.total)
        sum_together, sum_x_together = float(together.sum()), dot(self.x, together)
        shrunk = 1 / (gamma + self.total)
        value = (
            dot(n, gammaln(p * x + q) - gammaln(p * x))
            - size * gammaln(q)
            + size * q * np.log(gamma)
            - self.sum_log_spend
            + p * self.sum_x_log
            - p * sum_x_together
            - q * sum_together
        )
        mixed = psi(p * x + q)
        gradient = np.array(
            [
                dot(n, x * (mixed - psi(p * x))) + self.sum_x_log - sum_x_together,
                dot(n, mixed) - size * psi(q) + size * np.log(gamma) - sum_together,
                size * q / gamma - p * dot(self.x, shrunk) - q * float(shrunk.sum()),
            ]
        )
        return float(value), gradient * np.array([p, q, gamma])
