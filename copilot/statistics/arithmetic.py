"""Owns the planning arithmetic of tests and offers: sample sizes, provable lifts, hold-outs and break-even.

Nothing here reads a table. Two-sided alpha 0.05 and power 0.80 throughout; formula of the two-proportion
normal approximation with pooled variance under the null (domain.md section 6, allocation ratio allowed).
"""

from __future__ import annotations

import math
from statistics import NormalDist
from typing import Final

from copilot.errors import UsageProblem
from copilot.statistics.break_even import BreakEven, Offer, break_even_response, check_rate, plan_figure
from copilot.statistics.comparison import Counts, newcombe
from copilot.statistics.intervals import small_sample
from copilot.statistics.result import Column, Figure, Result, ResultTable

__all__ = [
    "BreakEven", "HoldoutPlan", "HoldoutSizes", "MoreNeeded", "Offer", "ProvableLift", "SampleSize",
    "break_even_response", "holdout_plan", "holdout_sizes", "minimum_detectable_effect", "more_needed",
    "people_needed", "rate_difference", "sample_size",
]  # fmt: skip

Z_ALPHA: Final = NormalDist().inv_cdf(0.975)  # 1.959964
Z_POWER: Final = NormalDist().inv_cdf(0.80)  # 0.841621
HOLDOUT_SHARES: Final = (0.05, 0.10, 0.20, 0.30, 0.50)
USUAL_HOLDOUT: Final = (0.10, 0.20)  # domain.md section 6
HARD_TO_PROVE: Final = 0.5  # a smallest provable lift above +50 % is not worth an A/B test

_TEST = "two-sided alpha 0.05, power 0.80, two-proportion normal approximation"


class SampleSize(Result):
    """How many people each arm of an A/B test needs to show `lift` over `baseline`."""

    baseline: float
    lift: float
    per_arm: Figure
    total: Figure


class ProvableLift(Result):
    """The smallest true rate of the treated arm that a test of given arms would show in 80 of 100 repetitions."""

    rate: Figure
    points: Figure
    lift: Figure
    worthwhile: bool
    advice: str


class HoldoutPlan(Result):
    """What a random hold-out of a given size can and cannot prove, with a verdict in plain words."""

    held_out: Figure
    mailed: Figure
    one_send: ProvableLift
    all_sends: ProvableLift
    ab_test: ProvableLift
    target: float | None
    sends: int
    provable_once: bool | None
    provable_pooled: bool | None
    verdict: str


class HoldoutSizes(Result):
    """What hold-outs of several sizes could prove for one audience; `best` is the smallest usual one that is enough."""

    plans: tuple[HoldoutPlan, ...]
    best: HoldoutPlan
    table: ResultTable
    enough: bool  # some hold-out shows a lift of half the baseline or less in one send


class MoreNeeded(Result):
    """Whether a group's rate can be told from a known average, and how many more people would tell."""

    needed: Figure
    more: Figure
    enough: bool


def people_needed(baseline: float, rate: float, ratio: float = 1.0) -> float:
    """People in the control arm, unrounded; the treated arm has `ratio` times as many. Equal arms: ratio 1."""
    pooled = (baseline + ratio * rate) / (1 + ratio)
    null = Z_ALPHA * math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled))
    alternative = Z_POWER * math.sqrt(baseline * (1 - baseline) + rate * (1 - rate) / ratio)
    return ((null + alternative) / (rate - baseline)) ** 2


def sample_size(baseline: float, lift: float) -> SampleSize:
    """People per arm of an A/B test for a relative `lift` (0.2 = +20 %) over a `baseline` response rate."""
    check_rate(baseline)
    rate = baseline * (1 + lift)
    if lift == 0 or not 0 < rate < 1:
        raise UsageProblem("The rate to be shown must differ from the baseline and lie between 0 and 1.")
    per_arm = math.ceil(people_needed(baseline, rate) - 1e-9)
    query = {"computation": "sample_size", "baseline": baseline, "lift": lift}
    definition = f"people per arm to tell {rate:.4g} from {baseline:.4g}: {_TEST}"
    return SampleSize(
        baseline=baseline,
        lift=lift,
        per_arm=plan_figure(("sample_size_per_arm", "People needed per arm"), per_arm, definition, query),
        total=plan_figure(("sample_size_total", "People needed in both arms"), 2 * per_arm, definition, query),
    )


def minimum_detectable_effect(control: int, treated: int, baseline: float) -> ProvableLift:
    """The smallest higher rate that arms of these sizes can show over `baseline`, found by bisection."""
    check_rate(baseline)
    query = {"computation": "minimum_detectable_effect", "control": control, "treated": treated, "baseline": baseline}
    definition = f"smallest rate above {baseline:.4g} shown with {control} and {treated} people: {_TEST}"
    rate = _smallest_rate(control, treated, baseline)
    warnings = () if rate is not None else ("No lift could be shown: one of the groups is too small.",)

    def figure(name: str, label: str, value: float | None, unit_share: bool = True) -> Figure:
        made = plan_figure((name, label), value, definition, query, warnings)
        return made.model_copy(
            update={"unit": "share" if unit_share else "ratio", "noun": None, "n": control + treated}
        )

    lift = None if rate is None else rate / baseline - 1
    worthwhile = lift is not None and lift <= HARD_TO_PROVE
    advice = (
        "Large enough to test."
        if worthwhile
        else "Do not A/B test this: pool a hold-out over several sends, or judge a step nearer the top, such as clicks."
    )
    return ProvableLift(
        rate=figure("provable_rate", "Smallest provable response rate", rate),
        points=figure("provable_points", "Smallest provable lift, as a share of people", rate and rate - baseline),
        lift=figure("provable_lift", "Smallest provable lift over the baseline", lift),
        worthwhile=worthwhile,
        advice=advice,
    )


def holdout_plan(
    audience: int, baseline: float, share: float = 0.1, sends: int = 3, target: float | None = None
) -> HoldoutPlan:
    """A random hold-out of `share` of `audience`: the smallest lift it proves in one send and pooled over `sends`.

    `target` is the response rate hoped for among those mailed; the verdict says whether the plan could prove it.
    Pooling counts each person once a send and treats the sends as independent, which favours the plan.
    """
    if audience < 2 or sends < 1 or not 0 < share < 1:
        raise UsageProblem("A hold-out needs an audience of two or more, a share between 0 and 1, and a send.")
    held = max(1, round(audience * share))
    mailed = audience - held
    query = {
        "computation": "holdout_plan",
        "audience": audience,
        "baseline": baseline,
        "share": share,
        "sends": sends,
        "target": target,
    }
    one = minimum_detectable_effect(held, mailed, baseline)
    pooled = minimum_detectable_effect(held * sends, mailed * sends, baseline)
    ab_test = minimum_detectable_effect(audience // 2, audience - audience // 2, baseline)
    once, in_all = _shows(one, target), _shows(pooled, target)
    return HoldoutPlan(
        held_out=plan_figure(
            ("held_out", "People held out at random"), held, "audience x hold-out share, rounded", query
        ),
        mailed=plan_figure(("mailed", "People mailed"), mailed, "audience less the people held out", query),
        one_send=one,
        all_sends=pooled,
        ab_test=ab_test,
        target=target,
        sends=sends,
        provable_once=once,
        provable_pooled=in_all,
        verdict=_verdict(once, in_all, _shows(ab_test, target), sends),
    )


def holdout_sizes(audience: int, baseline: float, target: float | None = None) -> HoldoutSizes:
    """Hold-outs of 5 to 50 % of an audience side by side.

    `best` is the 10 or 20 % that proves the target (without one: a lift of half the baseline) in one send; if
    neither does, the one that proves the smallest lift, which still measures what the sends bring when pooled.
    """
    plans = tuple(holdout_plan(audience, baseline, share, 3, target) for share in HOLDOUT_SHARES)
    usual = [plan for plan, share in zip(plans, HOLDOUT_SHARES, strict=True) if share in USUAL_HOLDOUT]
    good = [plan for plan in usual if (plan.one_send.worthwhile if target is None else plan.provable_once)]
    rows = tuple(
        {
            "share": share,
            "held": plan.held_out.value,
            "once": plan.one_send.lift.value,
            "pooled": plan.all_sends.lift.value,
        }
        for plan, share in zip(plans, HOLDOUT_SHARES, strict=True)
    )
    return HoldoutSizes(
        plans=plans,
        best=good[0] if good else usual[-1],
        table=ResultTable(
            title=f"Hold-outs of {audience:,} people, baseline {100 * baseline:.2g} %",
            columns=(
                Column(key="share", label="held out", unit="share"),
                Column(key="held", label="people", unit="count"),
                Column(key="once", label="smallest provable lift, one send", unit="share"),
                Column(key="pooled", label="pooled over three sends", unit="share"),
            ),
            rows=rows,
            note="Larger hold-outs prove smaller lifts and cost the sales of the people left out.",
        ),
        enough=any(plan.one_send.worthwhile for plan in plans),
    )


def more_needed(successes: int, n: int, average: float) -> MoreNeeded:
    """How many people tell this group's rate from a known `average` (one-sample test), and how many are missing.

    Plans with the group's own rate as seen, so it is a rough guide: a small group's rate may itself be luck.
    """
    check_rate(average)
    rate = successes / n if n else average
    query = {"computation": "more_needed", "successes": successes, "n": n, "average": average}
    definition = f"people needed to tell {rate:.4g} from the average {average:.4g}: two-sided alpha 0.05, power 0.80"
    if rate == average:
        gap = ("The group's rate equals the average: no number of people would show a difference.",)
        nothing = plan_figure(("people_needed", "People needed to tell"), None, definition, query, gap)
        return MoreNeeded(needed=nothing, more=nothing, enough=False)
    spread = Z_ALPHA * math.sqrt(average * (1 - average)) + Z_POWER * math.sqrt(rate * (1 - rate))
    needed = math.ceil((spread / (rate - average)) ** 2 - 1e-9)
    return MoreNeeded(
        needed=plan_figure(("people_needed", "People needed to tell"), needed, definition, query),
        more=plan_figure(
            ("more_people_needed", "Further people needed to tell"), max(0, needed - n), definition, query
        ),
        enough=n >= needed,
    )


def rate_difference(successes: int, n: int, other_successes: int, other_n: int) -> Figure:
    """Difference of two observed rates, as a share of people, with Newcombe's 95 % interval."""
    bounds = newcombe(Counts(successes, n, other_successes, other_n))
    query: dict[str, object] = {
        "computation": "rate_difference", "successes": successes, "n": n, "other_successes": other_successes,
        "other_n": other_n,
    }  # fmt: skip
    definition = f"{successes} / {n} - {other_successes} / {other_n}"
    if bounds is None:
        empty = ("One of the groups is empty: there is nothing to compare.",)
        return plan_figure(("rate_difference", "Difference of the two rates"), None, definition, query, empty)
    warnings = small_sample(min(n, other_n), noun="people in the smaller group")
    made = plan_figure(
        ("rate_difference", "Difference of the two rates"),
        successes / n - other_successes / other_n,
        definition,
        query,
        warnings,
    )
    interval = {"low": bounds[0], "high": bounds[1], "interval": "Newcombe 95 %"}
    return made.model_copy(update={"unit": "share", "noun": None, "n": n + other_n, **interval})


def _smallest_rate(control: int, treated: int, baseline: float) -> float | None:
    """The rate above baseline at which `people_needed` first equals the control arm; None if even 100 % is not."""
    if control < 1 or treated < 1:
        return None
    ratio = treated / control
    low, high = baseline, 1.0
    if people_needed(baseline, 1.0, ratio) > control:
        return None
    for _ in range(60):
        middle = (low + high) / 2
        if middle <= baseline or people_needed(baseline, middle, ratio) > control:
            low = middle
        else:
            high = middle
    return high


def _shows(plan: ProvableLift, target: float | None) -> bool | None:
    if target is None:
        return None
    return plan.rate.value is not None and target >= plan.rate.value


def _verdict(once: bool | None, pooled: bool | None, ab_test: bool | None, sends: int) -> str:
    many = f"{_words(sends)} sends" if sends != 1 else "one send"
    if once is None:
        return "No target is set: only a lift at least as large as the smallest provable one would show."
    if once:
        return "The hold-out can prove a lift of that size in one send."
    if pooled:
        return f"One send cannot prove a lift of that size; {many} pooled can, if the same people stay held out."
    rest = ", though an A/B test of two halves could" if ab_test else ", and neither can an A/B test"
    return (
        f"The hold-out cannot prove a lift of that size, not even in {many}{rest}: "
        "judge it by margin per recipient, and pool it with the next campaigns of this kind."
    )


def _words(number: int) -> str:
    small = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
    return small[number] if number < len(small) else str(number)
