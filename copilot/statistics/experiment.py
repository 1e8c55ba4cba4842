"""Owns the reading of test results: lift of a rate or of revenue between two arms, with interval, p and verdict."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np

from copilot.errors import UsageProblem
from copilot.statistics.arithmetic import ProvableLift, minimum_detectable_effect
from copilot.statistics.break_even import PLANNING_SCOPE
from copilot.statistics.comparison import Counts, newcombe, p_value, risk_ratio
from copilot.statistics.intervals import Z95, small_sample, wilson
from copilot.statistics.metrics import metric
from copilot.statistics.result import Figure, Result

ALPHA: Final = 0.05
EXACT_UP_TO: Final = 100_000  # who did it; beyond it the exact test equals the normal one in every digit shown


class TestResult(Result):
    """Two arms compared. `significant` at two-sided alpha 0.05; `detectable` is what the arms could have shown."""

    __test__ = False  # not a test case, though its name begins with Test

    treated: Figure
    control: Figure
    difference: Figure
    lift: Figure
    z: Figure
    p: Figure
    p_exact: Figure | None
    extra: Figure  # people who did it because of the treatment
    significant: bool
    detectable: ProvableLift | None
    verdict: str


@dataclass(frozen=True)
class Arm:
    """Summary of a measured amount: people, mean and standard deviation (n - 1), everybody counted."""

    n: int
    mean: float
    deviation: float

    @property
    def variance(self) -> float:
        """Squared standard error of the mean."""
        return self.deviation**2 / self.n


class MeanResult(Result):
    """A measured amount (revenue a person) compared between two arms, and what the treatment brought in all."""

    difference: Figure
    incremental: Figure
    significant: bool


def rate_test(counts: Counts) -> TestResult:
    """Compare `a` of `n` treated with `b` of `m` in control: rates, difference, lift, z, p and a verdict.

    Wilson for each rate, Newcombe for the difference, the log ratio for the lift. z and p belong to the pooled
    two-proportion test; below five expected p is Fisher's. Raises UsageProblem for impossible counts.

    >>> round(rate_test(Counts(120, 4000, 90, 4000)).p.value, 4)
    0.0359
    """
    _check(counts)
    query = {"computation": "rate_test", **vars(counts)}
    p, q = counts.a / counts.n, counts.b / counts.m
    few = small_sample(min(counts.n, counts.m), min(counts.a, counts.b), noun="people in the smaller arm")
    both = {"n": int(counts.n + counts.m), "query": query}
    difference = figure("arm_difference", p - q, bounds=(newcombe(counts), "Newcombe 95 %"), warnings=few, **both)
    ratio = risk_ratio(counts)
    no_control = ("Nobody in control did it: a lift over nothing has no value.",) if not counts.b else ()
    lift = figure("arm_lift", p / q - 1 if counts.b else None, warnings=no_control or few,
                  bounds=((ratio.low - 1, ratio.high - 1), "log ratio 95 %"), **both)  # fmt: skip
    chance = p_value(counts)
    times = (difference.low, difference.high)
    extra = figure(
        "incremental_people", (p - q) * counts.n, warnings=few, **both,
        bounds=((times[0] * counts.n, times[1] * counts.n) if times[0] is not None and times[1] is not None else None,
                "Newcombe 95 %"),
    )  # fmt: skip
    detectable = minimum_detectable_effect(int(counts.m), int(counts.n), q) if 0 < q < 1 else None
    return TestResult(
        treated=_rate(counts.a, counts.n, "Rate of the first group", query),
        control=_rate(counts.b, counts.m, "Rate of the second group", query),
        difference=difference,
        lift=lift,
        z=figure("arm_z", _z(counts), **both),
        p=figure("arm_p", chance, **both),
        p_exact=figure("arm_p_exact", exact_p(counts), **both) if counts.a + counts.b <= EXACT_UP_TO else None,
        extra=extra,
        significant=chance < ALPHA,
        detectable=detectable,
        verdict=_verdict(p - q, chance, detectable),
    )


def mean_test(treated: Arm, control: Arm, currency: str | None = None) -> MeanResult:
    """Compare the mean of two arms (revenue a person, buyers and others alike); Welch's normal 95 % interval.

    Incremental revenue = difference x people treated (domain.md section 6). Needs some hundred people an arm:
    revenue is skewed, and the mean of few is not normal.
    """
    if min(treated.n, control.n) < 2:
        raise UsageProblem("Each arm needs two people or more.")
    half = Z95 * math.sqrt(treated.variance + control.variance)
    gap = treated.mean - control.mean
    few = () if min(treated.n, control.n) >= 200 else ("fewer than 200 people in an arm: the interval is rough",)
    query = {"computation": "mean_test", "treated": vars(treated), "control": vars(control)}
    shared: dict[str, Any] = {
        "n": treated.n + control.n, "query": query, "warnings": few, "currency": currency,
    }  # fmt: skip
    bounds = (gap - half, gap + half)
    return MeanResult(
        difference=figure("mean_difference", gap, bounds=(bounds, "Welch 95 %"), decimals=2, **shared),
        incremental=figure("incremental_revenue", gap * treated.n, **shared,
                           bounds=((bounds[0] * treated.n, bounds[1] * treated.n), "Welch 95 %")),
        significant=bounds[0] > 0 or bounds[1] < 0,
    )  # fmt: skip


def figure(name: str, value: float | None, **details: Any) -> Figure:
    """A figure of a declared metric that rests on stated numbers and reads no table."""
    declared = metric(name)
    bounds, method = details.pop("bounds", (None, ""))
    if bounds is not None and value is not None:
        details |= {"low": min(bounds[0], value), "high": max(bounds[1], value), "interval": method}
    if value is None and not details.get("warnings"):
        details["warnings"] = ("cannot be computed: nothing to compute it from",)
    filled: dict[str, Any] = {
        "name": name, "label": declared.label, "unit": declared.unit, "noun": declared.noun,
        "definition": declared.definition, "scope": PLANNING_SCOPE,
    }  # fmt: skip
    return Figure(**{**filled, "value": value, **details})


def exact_p(counts: Counts) -> float:
    """Fisher's exact test, two-sided: the chance of all tables with these margins that are no likelier than this one.

    >>> round(exact_p(Counts(3, 4, 1, 4)), 4)
    0.4857
    """
    n, m, hits = round(counts.n), round(counts.m), round(counts.a + counts.b)
    ours = np.arange(max(0, hits - m), min(n, hits) + 1)
    logs = np.concatenate(
        [
            [0.0],
            np.cumsum(
                np.log((hits - ours[:-1]) * (n - ours[:-1]) / ((ours[:-1] + 1.0) * (m - hits + ours[:-1] + 1.0)))
            ),
        ]
    )  # ratios of neighbouring tables
    weights = np.exp(logs - logs.max())
    seen = weights[round(counts.a) - int(ours[0])] * (1 + 1e-7)  # equal chances may differ in the last digits
    return min(1.0, float(weights[weights <= seen].sum() / weights.sum()))


def _rate(hits: float, people: float, label: str, query: dict[str, Any]) -> Figure:
    return figure(
        "arm_rate", hits / people, label=label, numerator=hits, denominator=people, n=int(people), query=query,
        bounds=(wilson(hits, people), "Wilson 95 %"), warnings=small_sample(people, hits, noun="people"), decimals=2,
    )  # fmt: skip


def _check(counts: Counts) -> None:
    whole = all(number >= 0 and float(number).is_integer() for number in vars(counts).values())
    if not whole or counts.n < 1 or counts.m < 1 or counts.a > counts.n or counts.b > counts.m:
        raise UsageProblem(
            "Each group needs whole numbers: how many people, and how many of them did it (no more than there are).",
            "Say it with your own numbers, like this: N of M vs N of M.",
        )


def _z(counts: Counts) -> float | None:
    pooled = (counts.a + counts.b) / (counts.n + counts.m)
    error = math.sqrt(pooled * (1 - pooled) * (1 / counts.n + 1 / counts.m))
    return (counts.a / counts.n - counts.b / counts.m) / error if error else None


def _verdict(difference: float, chance: float, detectable: ProvableLift | None) -> str:
    if chance < ALPHA:
        side = "more" if difference > 0 else "less"
        return f"A real difference, as far as one test can tell: the first group did it {side} often."
    if detectable is not None and not detectable.worthwhile:
        return (
            "Not shown, and these groups are too small to show any lift but a very large one: this is no proof that "
            "nothing works."
        )
    return "Not shown: a difference of this size comes by chance too often. It may still be real."
