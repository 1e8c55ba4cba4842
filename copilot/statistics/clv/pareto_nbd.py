"""Owns Pareto/NBD: the model in which a customer may leave at any time, used as a second opinion on BG/NBD.

Schmittlein, Morrison and Colombo (1987), Management Science 33(1) 1-24.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import gammaln, psi

from copilot.statistics.clv.fitting import Fit, Problem, dot, maximise
from copilot.statistics.clv.histories import Floats, Histories, distinct_pairs

NAMES: Final = ("r", "alpha", "s", "beta")
STARTS: Final = ((0.5, 2.0, 0.6, 2.0), (1.5, 5.0, 1.5, 10.0))
LONGEST: Final = 10.0
CHOOSE_AMONG: Final = 1_500
_NODES: Final = 32
_TINY, _MOST = 1e-9, 1e15  # bounds of what is drawn from
_PIECE: Final = 20_000
_VANISHED: Final = 60.0  # e^-60 of the integrand is nothing


@dataclass(frozen=True)
class ParetoNbd:
    """Parameters: purchase rates ~ Gamma(r, alpha), times of leaving ~ exponential with rate ~ Gamma(s, beta).

    `alpha` and `beta` have the unit of time of the histories.
    """

    r: float
    alpha: float
    s: float
    beta: float

    @classmethod
    def of(cls, values: npt.ArrayLike) -> ParetoNbd:
        """The model with these parameters, in the order of `NAMES`."""
        r, alpha, s, beta = (float(value) for value in np.asarray(values))
        return cls(r, alpha, s, beta)

    def log_likelihood(self, histories: Histories) -> float:
        """Log-likelihood of the histories."""
        return _Likelihood(histories)(np.log([self.r, self.alpha, self.s, self.beta]))[0]

    def alive(self, x: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike) -> Floats:
        """Probability that a customer with this history is still a customer."""
        x, last, age = np.broadcast_arrays(*(np.asarray(value, dtype=float) for value in (x, last, age)))
        parts = [part.ravel() for part in (x, last, age)]
        found = np.empty(x.size)
        for start in range(0, x.size, _PIECE):  # an integral over many nodes each: in pieces, for the memory
            piece = slice(start, start + _PIECE)
            found[piece] = self._alive(*(part[piece] for part in parts))
        return found.reshape(x.shape)

    def _alive(self, x: Floats, last: Floats, age: Floats) -> Floats:
        grown = (self.r + x) * np.log(self.alpha + age) + self.s * np.log(self.beta + age)
        grid = _Grid.of(x, last, age, (self.r, self.alpha, self.s, self.beta))
        with np.errstate(over="ignore"):
            return np.asarray(1 / (1 + np.exp(np.log(self.s) + grown + grid.log_integral)))

    def orders_if_alive(self, x: npt.ArrayLike, age: npt.ArrayLike, horizon: npt.ArrayLike) -> Floats:
        """Expected purchases within `horizon` of those who are still customers; several horizons, one row each."""
        x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
        rate = (self.r + x) / (self.alpha + age)
        rows = [rate * _lifetime(self.s, self.beta + age, float(one)) for one in np.atleast_1d(horizon)]
        return np.array(rows) if np.ndim(horizon) else np.asarray(rows[0])

    def expected_orders(self, x: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike, horizon: float) -> Floats:
        """Expected purchases within `horizon` after now, given the history: E[Y(t) | x, t_x, T]."""
        return np.asarray(self.alive(x, last, age) * self.orders_if_alive(x, age, horizon))

    def new_customer_orders(self, horizon: float) -> float:
        """Expected repeat purchases of a new customer within `horizon` of the first purchase: E[X(t)]."""
        return float(self.r / self.alpha * _lifetime(self.s, np.array([self.beta]), horizon)[0])

    def next_order_share(self, x: npt.ArrayLike, age: npt.ArrayLike, horizon: float) -> Floats:
        """Probability that somebody who is still a customer orders at least once within `horizon`.

        Integral over u of the density of the first purchase at u x probability of not having left by u.
        """
        x, age = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(age, dtype=float))
        counts, ages, code = distinct_pairs(x.ravel(), age.ravel())
        shape, rate, stay = (self.r + counts)[:, None], (self.alpha + ages)[:, None], (self.beta + ages)[:, None]
        node, weight = _legendre()
        reached = np.minimum(np.log1p(horizon / rate), _VANISHED / shape)  # in log(1 + u / rate)
        step = reached * (node + 1) / 2
        height = shape * np.exp(-shape * step - self.s * np.log1p(rate * np.expm1(step) / stay))
        return np.asarray(((height * weight).sum(axis=-1) * reached[:, 0] / 2)[code].reshape(x.shape))

    def next_order_time(self, x: npt.ArrayLike, age: npt.ArrayLike, share: float) -> Floats:
        """Time within which this share of those who stay customers orders next."""
        x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
        return np.asarray((self.alpha + age) * np.expm1(-np.log1p(-share) / (self.r + x)))

    def draw_orders(self, x: Floats, age: Floats, horizon: float, generator: np.random.Generator) -> Floats:
        """Drawn purchases within `horizon` of those who are still customers: own rate and own rate of leaving from
        their posterior distributions."""
        rate = generator.gamma(self.r + x) / (self.alpha + age)
        leave = np.maximum(generator.gamma(self.s, size=len(age)) / (self.beta + age), _TINY)
        stays = np.minimum(generator.exponential(size=len(age)) / leave, horizon)
        return np.asarray(generator.poisson(np.minimum(rate * stays, _MOST)), dtype=float)


def fit(histories: Histories) -> Fit:
    """Maximum likelihood; time is rescaled inside so that the longest history is 10."""
    factor = LONGEST / max(float(histories.ages.max()), 1e-12)
    scaled = histories.scaled(factor)
    thin = scaled.thinned(CHOOSE_AMONG)
    return maximise(
        Problem(
            names=NAMES,
            log_likelihood=_Likelihood(scaled),
            n=histories.n,
            starts=STARTS,
            scale=np.array([1.0, 1 / factor, 1.0, 1 / factor]),
            offset=histories.repeats * float(np.log(factor)),
            thinned=_Likelihood(thin) if thin is not scaled else None,
        )
    )


@cache
def _legendre() -> tuple[Floats, Floats]:
    """Nodes and weights of Gauss-Legendre on [-1, 1]."""
    node, weight = np.polynomial.legendre.leggauss(_NODES)
    return node, weight


def _lifetime(s: float, beta: Floats, horizon: float) -> Floats:
    """Expected time as a customer within `horizon`: integral of (beta / (beta + u))^s from 0 to the horizon."""
    grown = np.log1p(horizon / beta)
    power = (1 - s) * grown
    with np.errstate(divide="ignore", invalid="ignore"):
        stretched = np.where(np.abs(power) < 1e-9, 1.0 + power / 2, np.expm1(power) / power)
    return np.asarray(beta * grown * stretched)


@dataclass(frozen=True)
class _Grid:
    """The integral of (alpha + y)^-(r+x) (beta + y)^-(s+1) over y from t_x to T, by Gauss-Legendre in log(alpha + y).

    `place` are the nodes y of each row, `part` their shares of the integral (summing to 1 in each row).
    """

    log_integral: Floats
    place: Floats
    part: Floats

    @classmethod
    def of(cls, x: Floats, last: Floats, age: Floats, parameters: tuple[float, float, float, float]) -> _Grid:
        r, alpha, s, beta = parameters
        node, weight = _legendre()
        start = np.log(alpha + last)
        width = np.minimum(np.log(alpha + age) - start, _VANISHED / (r + x))
        step = width[..., None] * (node + 1) / 2
        place = (alpha + last)[..., None] * np.exp(step) - alpha
        # dy = (alpha + y) d log(alpha + y)
        height = -(r + x - 1)[..., None] * step - (s + 1) * np.log(beta + place)
        top = height.max(axis=-1, keepdims=True)
        mass = weight * np.exp(height - top)
        total = mass.sum(axis=-1)
        with np.errstate(divide="ignore"):
            log_integral = np.log(total * width / 2) + top[..., 0] - (r + x - 1) * start
        return cls(log_integral, place, mass / total[..., None])


class _Likelihood:
    """Log-likelihood and gradient in log-parameters; derivatives are taken under the integral."""

    def __init__(self, histories: Histories) -> None:
        self.x, self.last, self.age, self.weight = histories.x, histories.last, histories.age, histories.weight

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        r, alpha, s, beta = np.exp(point)
        x, weight = self.x, self.weight
        grid = _Grid.of(x, self.last, self.age, (r, alpha, s, beta))
        log_age, log_wait = np.log(alpha + self.age), np.log(beta + self.age)
        stayed = -(r + x) * log_age - s * log_wait
        left = np.log(s) + grid.log_integral
        top = np.logaddexp(stayed, left)
        value = gammaln(r + x) - gammaln(r) + r * np.log(alpha) + s * np.log(beta) + top
        gone, here = np.exp(left - top), np.exp(stayed - top)
        log_alpha_mean = (grid.part * np.log(alpha + grid.place)).sum(axis=-1)
        log_beta_mean = (grid.part * np.log(beta + grid.place)).sum(axis=-1)
        alpha_mean = (grid.part / (alpha + grid.place)).sum(axis=-1)
        beta_mean = (grid.part / (beta + grid.place)).sum(axis=-1)
        gradient = np.array(
            [
                dot(weight, psi(r + x) - psi(r) + np.log(alpha) - here * log_age - gone * log_alpha_mean),
                dot(weight, r / alpha - (r + x) * (here / (alpha + self.age) + gone * alpha_mean)),
                dot(weight, np.log(beta) - here * log_wait + gone * (1 / s - log_beta_mean)),
                dot(weight, s / beta - here * s / (beta + self.age) - gone * (s + 1) * beta_mean),
            ]
        )
        return dot(weight, value), gradient * np.array([r, alpha, s, beta])
