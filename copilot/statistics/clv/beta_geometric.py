"""Owns BG/NBD and MBG/NBD: who buys again and how often, where a customer may leave after each purchase.

BG/NBD: Fader, Hardie and Lee (2005), Marketing Science 24(2) 275-284. MBG/NBD (a customer may leave after the first
purchase too): Batislam, Denizel and Filiztekin (2007), International Journal of Research in Marketing 24(3) 201-209.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from scipy.special import betaln, gammaln, psi

from copilot.statistics.clv.fitting import Fit, Problem, dot, maximise
from copilot.statistics.clv.histories import Floats, Histories, distinct_pairs, grouped

NAMES: Final = ("r", "alpha", "a", "b")
STARTS: Final = ((0.5, 2.0, 0.7, 2.0), (1.5, 5.0, 1.0, 6.0), (0.2, 0.5, 0.5, 0.5), (3.0, 8.0, 0.2, 2.0))
LONGEST: Final = 10.0  # the longest history in the unit of time used inside
CHOOSE_AMONG: Final = 8_000
_TINY, _MOST = 1e-9, 1e15  # bounds of what is drawn from
EVIDENCE: Final = 2.0  # of log-likelihood, above the limit in which nobody leaves
_NODES: Final = 24  # error below 1e-9 for usual shops; from 32 on LAPACK starts threads, which costs more than it gains


@dataclass(frozen=True)
class BetaGeometric:
    """Parameters: purchase rates ~ Gamma(r, alpha), chance of leaving after a purchase ~ Beta(a, b).

    `modified` is MBG/NBD. `alpha` has the unit of time of the histories; r, a and b have none.
    """

    r: float
    alpha: float
    a: float
    b: float
    modified: bool = False

    @classmethod
    def of(cls, values: npt.ArrayLike, *, modified: bool = False) -> BetaGeometric:
        """The model with these parameters, in the order of `NAMES`."""
        r, alpha, a, b = (float(value) for value in np.asarray(values))
        return cls(r, alpha, a, b, modified)

    def log_likelihood(self, histories: Histories) -> float:
        """Log-likelihood of the histories."""
        point = np.log([self.r, self.alpha, self.a, self.b])
        return _Likelihood(histories, modified=self.modified)(point)[0]

    def alive(self, x: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike) -> Floats:
        """Probability that a customer with this history is still a customer.

        Under BG/NBD it is 1 for everybody without a repeat purchase, a known weakness; MBG/NBD has it not.

        >>> model = BetaGeometric(0.2426, 4.4135, 0.7929, 2.4258)
        >>> round(float(model.alive(2, 30.43, 38.86)), 4)
        0.7266
        """
        x, last, age = (np.asarray(value, dtype=float) for value in (x, last, age))
        grown = (self.r + x) * (np.log(self.alpha + age) - np.log(self.alpha + last))
        with np.errstate(over="ignore"):
            if self.modified:
                return np.asarray(1 / (1 + self.a / (self.b + x) * np.exp(grown)))
            odds = np.where(x > 0, self.a / (self.b + np.maximum(x, 1) - 1) * np.exp(grown), 0.0)
        return np.asarray(1 / (1 + odds))

    def orders_if_alive(self, x: npt.ArrayLike, age: npt.ArrayLike, horizon: npt.ArrayLike) -> Floats:
        """Expected purchases within `horizon` of customers who are still customers now.

        E[(1 - (A / (A + p t))^R) / p] over p ~ Beta(a, B), with R = r + x, A = alpha + T, B = b + x (+ 1 for
        MBG/NBD): the integral behind the published 2F1 form, by Gauss-Jacobi quadrature. Unlike that form it has no
        division by a - 1; each summand is positive and grows with t, and so does the sum. Several horizons give
        one row each.
        """
        x, age = np.broadcast_arrays(np.asarray(x, dtype=float), np.asarray(age, dtype=float))
        counts, ages, code = distinct_pairs(x.ravel(), age.ravel())
        unique, place = np.unique(counts, return_inverse=True)
        leave, weight = beta_nodes(self.a, self.b + unique + float(self.modified), _NODES)
        rate = (self.r + counts, self.alpha + ages)
        rows = [
            mean_while_alive(rate, float(one), leave[place], weight[place])[code].reshape(x.shape)
            for one in np.atleast_1d(horizon)
        ]
        return np.array(rows) if np.ndim(horizon) else rows[0]

    def expected_orders(self, x: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike, horizon: float) -> Floats:
        """Expected purchases within `horizon` after now, given the history: E[Y(t) | x, t_x, T]."""
        return np.asarray(self.alive(x, last, age) * self.orders_if_alive(x, age, horizon))

    def new_customer_orders(self, horizon: float) -> float:
        """Expected repeat purchases of a new customer within `horizon` of the first purchase: E[X(t)]."""
        leave, weight = beta_nodes(self.a, np.array([self.b + float(self.modified)]), _NODES)
        found = mean_while_alive((np.array([self.r]), np.array([self.alpha])), horizon, leave, weight)[0]
        stays = self.b / (self.a + self.b) if self.modified else 1.0  # in MBG/NBD the first may be the last
        return float(found) * stays

    def next_order_share(self, x: npt.ArrayLike, age: npt.ArrayLike, horizon: float) -> Floats:
        """Probability that somebody who is still a customer orders at least once within `horizon`."""
        x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
        return np.asarray(-np.expm1(-(self.r + x) * np.log1p(horizon / (self.alpha + age))))

    def next_order_time(self, x: npt.ArrayLike, age: npt.ArrayLike, share: float) -> Floats:
        """Time within which this share of the customers who are still customers orders next."""
        x, age = np.asarray(x, dtype=float), np.asarray(age, dtype=float)
        return np.asarray((self.alpha + age) * np.expm1(-np.log1p(-share) / (self.r + x)))

    def draw_orders(self, x: Floats, age: Floats, horizon: float, generator: np.random.Generator) -> Floats:
        """Drawn purchases within `horizon` of those who are still customers: own rate and own chance of leaving from
        their posterior distributions; purchases end with the one after which the customer leaves."""
        rate = generator.gamma(self.r + x) / (self.alpha + age)
        leave = np.maximum(generator.beta(self.a, self.b + x + float(self.modified)), _TINY)
        made = generator.poisson(np.minimum(rate * horizon, _MOST))
        return np.asarray(np.minimum(made, generator.geometric(leave)), dtype=float)


def fit(histories: Histories, *, modified: bool = False) -> Fit:
    """Maximum likelihood of BG/NBD (or MBG/NBD); time is rescaled inside so that the longest history is 10.

    The model in which nobody ever leaves is its limit b -> infinity. Unless the likelihood beats that limit by two
    units, the data hold no evidence that customers leave, and `runs_off` says so.
    """
    factor = LONGEST / max(float(histories.ages.max()), 1e-12)
    scaled = histories.scaled(factor)
    thin = scaled.thinned(CHOOSE_AMONG)
    offset = histories.repeats * float(np.log(factor))
    found = maximise(
        Problem(
            names=NAMES,
            log_likelihood=_Likelihood(scaled, modified=modified),
            n=histories.n,
            starts=STARTS,
            scale=np.array([1.0, 1 / factor, 1.0, 1.0]),
            offset=offset,
            thinned=_Likelihood(thin, modified=modified) if thin is not scaled else None,
        )
    )
    staying = maximise(
        Problem(
            names=NAMES[:2],
            log_likelihood=_NobodyLeaves(scaled),
            n=histories.n,
            starts=[start[:2] for start in STARTS[:2]],
            scale=np.array([1.0, 1 / factor]),
            offset=offset,
        )
    )
    if found.log_likelihood - staying.log_likelihood < EVIDENCE:
        return replace(found, runs_off=(("b", 1),))
    return found


def beta_nodes(a: float, b: Floats, nodes: int) -> tuple[Floats, Floats]:
    """Nodes and weights (summing to 1) of the mean over Beta(a, b), one row for each b.

    Golub and Welsch (1969): eigenvalues of the three-term recurrence of the Jacobi polynomials on [0, 1].
    """
    b = np.asarray(b, dtype=float)[:, None]
    left, right = b - 1.0, a - 1.0  # exponents of (1 - y) and (1 + y) on [-1, 1]
    k = np.arange(nodes, dtype=float)[None, :]
    both = 2 * k + left + right
    with np.errstate(divide="ignore", invalid="ignore"):
        middle = (right**2 - left**2) / (both * (both + 2))
    middle[:, :1] = (right - left) / (left + right + 2)
    k, both = k[:, 1:], both[:, 1:]
    with np.errstate(divide="ignore", invalid="ignore"):
        side = 4 * k * (k + left) * (k + right) * (k + left + right) / (both**2 * (both + 1) * (both - 1))
    side[:, :1] = 4 * (1 + left) * (1 + right) / ((2 + left + right) ** 2 * (3 + left + right))
    matrix = np.zeros((len(b), nodes, nodes))
    index = np.arange(nodes)
    matrix[:, index, index] = middle
    matrix[:, index[1:], index[:-1]] = np.sqrt(side)
    place, vectors = np.linalg.eigh(matrix)
    return np.clip((1 + place) / 2, 1e-300, 1.0), vectors[:, 0, :] ** 2


def mean_while_alive(rate: tuple[Floats, Floats], horizon: float, leave: Floats, weight: Floats) -> Floats:
    """Mean over the chance of leaving p of (1 - (A / (A + p t))^R) / p; R and A of each row in `rate`."""
    shape, time = rate[0][..., None], rate[1][..., None]
    gone = -np.expm1(-shape * np.log1p(leave * (horizon / time)))
    return np.asarray((weight * gone / leave).sum(axis=-1))


class _Likelihood:
    """Log-likelihood and gradient in log-parameters.

    What depends on x, T or t_x alone is computed once for each distinct value; only the second term of a mixture
    needs one exponential for each distinct history.
    """

    def __init__(self, histories: Histories, *, modified: bool) -> None:
        h = histories
        self.shift = float(modified)
        self.counts, self.ages, self.lasts = h.counts, h.ages, h.lasts
        self.by_count = grouped(h.x_code, h.weight, len(h.counts))
        self.by_age = grouped(h.age_code, h.weight, len(h.ages))
        self.repeats_by_age = grouped(h.age_code, h.weight * h.x, len(h.ages))
        mixed = slice(None) if modified else h.x > 0
        self.x_code, self.t_code, self.age_code = h.x_code[mixed], h.t_code[mixed], h.age_code[mixed]
        self.weight, self.x = h.weight[mixed], h.x[mixed]
        self.total = float(h.weight.sum())

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        r, alpha, a, b = np.exp(point)
        x, n, shift = self.counts, self.by_count, self.shift
        log_age, log_last = np.log(alpha + self.ages), np.log(alpha + self.lasts)
        power = r * self.by_age + self.repeats_by_age
        with np.errstate(divide="ignore", invalid="ignore"):
            log_odds = np.where(x + shift >= 1, np.log(a) - np.log(b + x - 1 + shift), 0.0)
        waited = log_age[self.age_code] - log_last[self.t_code]
        u = (r + self.x) * waited + log_odds[self.x_code]
        e = np.exp(-np.abs(u))
        value = (
            dot(n, betaln(a, b + x + shift) - betaln(a, b) + gammaln(r + x) - gammaln(r))
            + self.total * r * np.log(alpha)
            - dot(power, log_age)
            + dot(self.weight, np.maximum(u, 0) + np.log1p(e))
        )
        died = self.weight * (np.where(u >= 0, 1.0, e) / (1 + e))
        by_x = grouped(self.x_code, died, len(x))
        powered = died * (r + self.x)
        both = psi(a + b) - psi(a + b + x + shift)
        with np.errstate(divide="ignore", invalid="ignore"):
            leaving = np.where(by_x > 0, by_x / (b + x - 1 + shift), 0.0)
        gradient = np.array(
            [
                dot(n, psi(r + x) - psi(r))
                + self.total * np.log(alpha)
                - dot(self.by_age, log_age)
                + dot(died, waited),
                self.total * r / alpha
                - dot(power - grouped(self.age_code, powered, len(self.ages)), 1 / (alpha + self.ages))
                - dot(grouped(self.t_code, powered, len(self.lasts)), 1 / (alpha + self.lasts)),
                dot(n, both) + died.sum() / a,
                dot(n, both + psi(b + x + shift) - psi(b)) - leaving.sum(),
            ]
        )
        return float(value), gradient * np.array([r, alpha, a, b])


class _NobodyLeaves:
    """Log-likelihood and gradient of the limit b -> infinity: purchase rates ~ Gamma(r, alpha), nobody leaves."""

    def __init__(self, histories: Histories) -> None:
        h = histories
        self.counts, self.ages = h.counts, h.ages
        self.by_count = grouped(h.x_code, h.weight, len(h.counts))
        self.by_age = grouped(h.age_code, h.weight, len(h.ages))
        self.repeats_by_age = grouped(h.age_code, h.weight * h.x, len(h.ages))
        self.total = float(h.weight.sum())

    def __call__(self, point: Floats) -> tuple[float, Floats]:
        r, alpha = np.exp(point)
        x, n = self.counts, self.by_count
        log_age = np.log(alpha + self.ages)
        power = r * self.by_age + self.repeats_by_age
        value = dot(n, gammaln(r + x) - gammaln(r)) + self.total * r * np.log(alpha) - dot(power, log_age)
        gradient = np.array(
            [
                dot(n, psi(r + x) - psi(r)) + self.total * np.log(alpha) - dot(self.by_age, log_age),
                self.total * r / alpha - dot(power, 1 / (alpha + self.ages)),
            ]
        )
        return float(value), gradient * np.array([r, alpha])
