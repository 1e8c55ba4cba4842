"""Owns maximum likelihood: several starts, analytic gradients, standard errors, and honest failure at a boundary."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
LogLikelihood = Callable[[Floats], tuple[float, Floats]]
"""Log-likelihood and its gradient at log-parameters."""

LOWEST, HIGHEST = -12.0, 16.0  # bounds of the log-parameters, in scaled units
AT_BOUND: Final = 0.5
FLATTEST: Final = 3.0  # standard error of the log-parameters in the weakest direction that still counts as a maximum
_STEP: Final = 1e-4
_POLISH: Final = 12
_LONGEST_STEP: Final = 2.0  # in logarithms
_SMALL_GAIN: Final = 1e-9  # of a log-likelihood; Newton's steps do the rest
_REACHED: Final = 1e-5  # log-likelihood still to be gained (Newton's estimate) at which a maximum is reached
_ROUNDING: Final = 1e-11  # of a log-likelihood


@dataclass(frozen=True)
class Fit:
    """A fitted model. `values` are in the caller's units; `covariance` is that of the log-parameters (no units).

    `runs_off` names the parameters that run to infinity or to zero, each with its direction (+1, -1): then there is no
    interior maximum, and the values mean nothing. Standard errors are those of the values (delta method).
    """

    names: tuple[str, ...]
    values: Floats
    log_likelihood: float
    covariance: Floats
    n: int
    iterations: int
    converged: bool
    runs_off: tuple[tuple[str, int], ...] = ()

    @property
    def standard_errors(self) -> Floats:
        """Standard errors of the values: value x standard error of its logarithm."""
        return np.asarray(self.values * np.sqrt(np.clip(np.diag(self.covariance), 0, None)))

    @property
    def ok(self) -> bool:
        """True if this is an interior maximum that the search has reached."""
        return self.converged and not self.runs_off

    def draws(self, times: int, seed: int) -> Floats:
        """Parameters drawn from the asymptotic normal distribution of the log-parameters, one row a draw.

        The log-parameters are close to normal where the parameters are skewed; their covariance is the inverse of
        the observed information.
        """
        generator = np.random.default_rng(seed)
        size, vectors = np.linalg.eigh(self.covariance)
        root = vectors * np.sqrt(np.clip(size, 0, None))
        noise = generator.standard_normal((times, len(self.values))) @ root.T
        return np.asarray(np.exp(np.log(self.values) + noise))


@dataclass(frozen=True)
class Problem:
    """What is to be fitted: the log-likelihood over all rows, and over fewer rows for the choice among starts.

    `to_values` turns the scaled parameters into the caller's units, `offset` is added to the log-likelihood.
    """

    names: tuple[str, ...]
    log_likelihood: LogLikelihood
    n: int
    starts: Sequence[Sequence[float]]
    scale: Floats
    offset: float
    thinned: LogLikelihood | None = None


def maximise(problem: Problem) -> Fit:
    """The maximum over all starts: BFGS from each, the best one finished by Newton steps.

    A solution at a bound, with a singular Hessian, or in a direction so flat that the logarithm of a parameter is not
    known to within a factor of e^3 is no maximum: the likelihood keeps rising or does not care.
    """
    chooser = problem.thinned or problem.log_likelihood
    tried = [_climb(chooser, np.log(np.asarray(start, dtype=float)), rounds=200) for start in problem.starts]
    best = max(tried, key=lambda found: found[1])
    point, value, iterations = best
    if problem.thinned is not None:
        point, value, more = _climb(problem.log_likelihood, point, rounds=300)
        iterations += more
    point, value, more = _newton(problem, point, value)
    iterations += more
    gradient = problem.log_likelihood(point)[1]
    hessian = _hessian(problem.log_likelihood, point)
    covariance, runs_off = _curvature(problem.names, point, hessian)
    to_gain = float(gradient @ covariance @ gradient) / 2
    return Fit(
        names=problem.names,
        values=np.exp(point) * problem.scale,
        log_likelihood=value + problem.offset,
        covariance=covariance,
        n=problem.n,
        iterations=iterations,
        converged=bool(abs(to_gain) <= _REACHED),
        runs_off=runs_off,
    )


def _climb(log_likelihood: LogLikelihood, start: Floats, rounds: int) -> tuple[Floats, float, int]:
    """BFGS with backtracking inside the bounds, from `start` until a step gains next to nothing.

    Written out here because the library's routine hands its 4 x 4 algebra to a thread pool, whose waiting costs more
    than the whole fit on a busy machine.
    """
    point = np.clip(start, LOWEST, HIGHEST)
    value, gradient = log_likelihood(point)
    if not _finite(value, gradient):
        return point, -math.inf, 0
    identity = np.eye(len(point))
    inverse = identity / max(1.0, float(np.abs(gradient).max()))
    for step in range(rounds):
        move = inverse @ gradient
        if move @ gradient <= 0:
            inverse = identity / max(1.0, float(np.abs(gradient).max()))
            move = inverse @ gradient
        found = _along(log_likelihood, (point, value, gradient), move)
        if found is None:
            return point, value, step
        there, reached, slope = found
        moved, turned, gain = there - point, gradient - slope, reached - value
        point, value, gradient = there, reached, slope
        curved = float(moved @ turned)
        if curved > 1e-12 * float(np.linalg.norm(moved) * np.linalg.norm(turned)):
            if step == 0:
                inverse = identity * curved / float(turned @ turned)
            left = identity - np.outer(moved, turned) / curved
            inverse = left @ inverse @ left.T + np.outer(moved, moved) / curved
        if gain <= _SMALL_GAIN * (1 + abs(value)):
            return point, value, step + 1
    return point, value, rounds


def _along(
    log_likelihood: LogLikelihood, here: tuple[Floats, float, Floats], move: Floats
) -> tuple[Floats, float, Floats] | None:
    """The first point along `move` that gains enough (Armijo), halving the step; None if there is none."""
    point, value, gradient = here
    move = move * min(1.0, _LONGEST_STEP / max(float(np.abs(move).max()), 1e-300))
    for _ in range(40):
        there = np.clip(point + move, LOWEST, HIGHEST)
        reached, slope = log_likelihood(there)
        if _finite(reached, slope) and reached >= value + 1e-4 * float(gradient @ (there - point)) and reached > value:
            return there, reached, slope
        move = move / 2
    return None


def _finite(value: float, gradient: Floats) -> bool:
    return math.isfinite(value) and bool(np.isfinite(gradient).all())


def _newton(problem: Problem, point: Floats, value: float) -> tuple[Floats, float, int]:
    """Newton steps while they help; a step is halved until the likelihood does not fall."""
    for step in range(_POLISH):
        _, gradient = problem.log_likelihood(point)
        hessian = _hessian(problem.log_likelihood, point)
        size, vectors = np.linalg.eigh(hessian)
        if not np.isfinite(hessian).all() or size.max() > -1e-9 * max(1.0, -size.min()):
            return point, value, step
        move = -vectors @ ((vectors.T @ gradient) / size)
        if abs(move @ gradient) <= _ROUNDING:
            return point, value, step
        move *= min(1.0, 2.0 / max(np.abs(move).max(), 1e-300))
        better = None
        for _ in range(8):
            candidate = np.clip(point + move, LOWEST, HIGHEST)
            reached = problem.log_likelihood(candidate)[0]
            if reached >= value - _ROUNDING * abs(value):
                better = candidate, reached
                break
            move /= 2
        if better is None:
            return point, value, step
        point, value = better
    return point, value, _POLISH


def _hessian(log_likelihood: LogLikelihood, point: Floats) -> Floats:
    """Central differences of the analytic gradient, made symmetric."""
    size = len(point)
    rows = np.empty((size, size))
    for index in range(size):
        shift = np.zeros(size)
        shift[index] = _STEP
        rows[index] = (log_likelihood(point + shift)[1] - log_likelihood(point - shift)[1]) / (2 * _STEP)
    return (rows + rows.T) / 2


def _curvature(names: tuple[str, ...], point: Floats, hessian: Floats) -> tuple[Floats, tuple[tuple[str, int], ...]]:
    """Covariance of the log-parameters, and the parameters that run off."""
    size = len(point)
    off = {
        name: (1 if place > 0 else -1)
        for name, place in zip(names, point, strict=True)
        if place >= HIGHEST - AT_BOUND or place <= LOWEST + AT_BOUND
    }
    if not np.isfinite(hessian).all():
        return np.full((size, size), np.nan), tuple(off.items()) or tuple((name, 1) for name in names)
    values, vectors = np.linalg.eigh(-hessian)
    flat = values <= 1 / FLATTEST**2
    for direction in vectors.T[flat]:
        strong = np.abs(direction) > 0.3
        for index in np.flatnonzero(strong):
            off.setdefault(names[index], 1 if point[index] > 0 else -1)
    inverse = np.where(values > 1e-12, 1 / np.where(values > 1e-12, values, 1), np.inf)
    with np.errstate(invalid="ignore"):
        covariance = (vectors * np.where(np.isfinite(inverse), inverse, 1e12)) @ vectors.T
    return covariance, tuple(off.items())


def dot(one: Floats, other: Floats) -> float:
    """Sum of products, always added in the same order: a threaded library adds long vectors as its threads come."""
    return float((one * other).sum())
