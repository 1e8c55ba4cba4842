"""Owns the planning arithmetic of tests and offers: sample sizes, provable lifts, hold-outs and break-even.

Nothing here reads a table. Two-sided alpha 0.05 and power 0.80 throughout; formula of the two-proportion
normal approximation with pooled variance under the null (domain.md section 6, allocation ratio allowed).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from copilot.errors import UsageProblem
from copilot.statistics.result import Column, Figure, Result, ResultTable

Z_ALPHA = 1.959964
Z_POWER = 0.841621
HARD_TO_PROVE = 0.5  # a smallest provable lift above +50 % is not worth an A/B test
ASSUMED_MARGINS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)

_SCOPE = "planning arithmetic; no orders are counted"
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


class MoreNeeded(Result):
    """Whether a group's rate can be told from a known average, and how many more people would tell."""

    needed: Figure
    more: Figure
    enough: bool


class BreakEven(Result):
    """What an offer costs an order, and the response rate at which it pays for itself."""

    cost_per_order: Figure
    response: Figure
    lift: Figure
    by_margin: ResultTable | None


@dataclass(frozen=True)
class Offer:
    """A price offer: either a share of the order or an amount off it. Shares are fractions of the order value.

    `margin` is the contribution margin before the discount as a share of order value, None if not known.
    `cost_per_message` is the cost of reaching one person.
    """

    order_value: float
    discount_share: float | None = None
    discount_amount: float | None = None
    margin: float | None = None
    cost_per_message: float = 0.0

    def depth(self) -> float:
        """The discount as a fraction of the order value."""
        if self.order_value <= 0:
            raise UsageProblem("An offer needs an order value above zero.")
        if (self.discount_share is None) == (self.discount_amount is None):
            raise UsageProblem("Give the discount either as a share or as an amount.")
        depth = (
            self.discount_share if self.discount_share is not None else (self.discount_amount or 0.0) / self.order_value
        )
        if not 0 <= depth <= 1:
            raise UsageProblem("The discount must lie between nothing and the whole order.")
        return depth


def people_needed(baseline: float, rate: float, ratio: float = 1.0) -> float:
    """People in the control arm, unrounded; the treated arm has `ratio` times as many. Equal arms: ratio 1."""
    pooled = (baseline + ratio * rate) / (1 + ratio)
    null = Z_ALPHA * math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled))
    alternative = Z_POWER * math.sqrt(baseline * (1 - baseline) + rate * (1 - rate) / ratio)
    return ((null + alternative) / (rate - baseline)) ** 2


def sample_size(baseline: float, lift: float) -> SampleSize:
    """People per arm of an A/B test for a relative `lift` (0.2 = +20 %) over a `baseline` response rate."""
    _check_rate(baseline)
    rate = baseline * (1 + lift)
    if lift == 0 or not 0 < rate < 1:
        raise UsageProblem("The rate to be shown must differ from the baseline and lie between 0 and 1.")
    per_arm = math.ceil(people_needed(baseline, rate) - 1e-9)
    query = {"computation": "sample_size", "baseline": baseline, "lift": lift}
    definition = f"people per arm to tell {rate:.4g} from {baseline:.4g}: {_TEST}"
    return SampleSize(
        baseline=baseline,
        lift=lift,
        per_arm=_figure(("sample_size_per_arm", "People needed per arm"), per_arm, definition, query),
        total=_figure(("sample_size_total", "People needed in both arms"), 2 * per_arm, definition, query),
    )


def minimum_detectable_effect(control: int, treated: int, baseline: float) -> ProvableLift:
    """The smallest higher rate that arms of these sizes can show over `baseline`, found by bisection."""
    _check_rate(baseline)
    query = {"computation": "minimum_detectable_effect", "control": control, "treated": treated, "baseline": baseline}
    definition = f"smallest rate above {baseline:.4g} shown with {control} and {treated} people: {_TEST}"
    rate = _smallest_rate(control, treated, baseline)
    warnings = () if rate is not None else ("No lift could be shown: one of the groups is too small.",)

    def figure(name: str, label: str, value: float | None, unit_share: bool = True) -> Figure:
        made = _figure((name, label), value, definition, query, warnings)
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
        held_out=_figure(("held_out", "People held out at random"), held, "audience x hold-out share, rounded", query),
        mailed=_figure(("mailed", "People mailed"), mailed, "audience less the people held out", query),
        one_send=one,
        all_sends=pooled,
        ab_test=ab_test,
        target=target,
        sends=sends,
        provable_once=once,
        provable_pooled=in_all,
        verdict=_verdict(once, in_all, _shows(ab_test, target), sends),
    )


def more_needed(successes: int, n: int, average: float) -> MoreNeeded:
    """How many people tell this group's rate from a known `average` (one-sample test), and how many are missing.

    Plans with the group's own rate as seen, so it is a rough guide: a small group's rate may itself be luck.
    """
    _check_rate(average)
    rate = successes / n if n else average
    query = {"computation": "more_needed", "successes": successes, "n": n, "average": average}
    definition = f"people needed to tell {rate:.4g} from the average {average:.4g}: two-sided alpha 0.05, power 0.80"
    if rate == average:
        gap = ("The group's rate equals the average: no number of people would show a difference.",)
        nothing = _figure(("people_needed", "People needed to tell"), None, definition, query, gap)
        return MoreNeeded(needed=nothing, more=nothing, enough=False)
    spread = Z_ALPHA * math.sqrt(average * (1 - average)) + Z_POWER * math.sqrt(rate * (1 - rate))
    needed = math.ceil((spread / (rate - average)) ** 2 - 1e-9)
    return MoreNeeded(
        needed=_figure(("people_needed", "People needed to tell"), needed, definition, query),
        more=_figure(("more_people_needed", "Further people needed to tell"), max(0, needed - n), definition, query),
        enough=n >= needed,
    )


def break_even_response(offer: Offer, baseline: float, currency: str | None = None) -> BreakEven:
    """The response rate at which an offer earns what no offer would have earned from the `baseline` rate.

    Without the offer a person brings baseline x margin x order value; with it response x (margin - discount) x
    order value less the message. Break-even response = (baseline x margin + message / value) / (margin - discount).
    """
    _check_rate(baseline)
    depth = offer.depth()
    query = {"computation": "break_even_response", "baseline": baseline, **vars(offer)}
    cost = _figure(
        ("offer_cost_per_order", "Discount given on an order"),
        depth * offer.order_value,
        "order value x discount",
        query,
    ).model_copy(update={"unit": "money", "currency": currency, "noun": None})
    response, why = _break_even(offer, depth, baseline, offer.margin)
    definition = "(baseline x margin + message cost / order value) / (margin - discount), margin before the discount"
    made = _figure(("break_even_response", "Response rate at which the offer pays"), response, definition, query, why)
    share = {"unit": "share", "noun": None}
    lift = _figure(
        ("break_even_lift", "Lift over the baseline the offer needs"),
        None if response is None else response / baseline - 1,
        "break-even response / baseline - 1",
        query,
        why,
    )
    return BreakEven(
        cost_per_order=cost,
        response=made.model_copy(update=share),
        lift=lift.model_copy(update=share),
        by_margin=_margin_table(offer, depth, baseline) if offer.margin is None else None,
    )


def _break_even(
    offer: Offer, depth: float, baseline: float, margin: float | None
) -> tuple[float | None, tuple[str, ...]]:
    if margin is None:
        return None, ("Your margin is not in the data: state it, or load product costs, and this is computed.",)
    if margin <= depth:
        return None, ("The discount takes the whole margin: no response rate makes this offer pay.",)
    response = (baseline * margin + offer.cost_per_message / offer.order_value) / (margin - depth)
    if response > 1:
        return None, ("More than everyone would have to order: this offer cannot pay.",)
    return response, ()


def _margin_table(offer: Offer, depth: float, baseline: float) -> ResultTable:
    """Break-even at several margins, for a shop whose margin is unknown; a what-if, no statement on the shop."""
    rows = []
    for margin in ASSUMED_MARGINS:
        response, why = _break_even(offer, depth, baseline, margin)
        lift = None if response is None else response / baseline - 1
        rows.append({"margin": margin, "response": response, "lift": lift, "note": " ".join(why)})
    return ResultTable(
        title="Break-even response if your margin were ...",
        columns=(
            Column(key="margin", label="margin before discount", unit="share"),
            Column(key="response", label="break-even response", unit="share"),
            Column(key="lift", label="lift needed", unit="share"),
            Column(key="note", label="note"),
        ),
        rows=tuple(rows),
        note="The margin is not in the data; each row is a what-if.",
    )


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


def _check_rate(rate: float) -> None:
    if not 0 < rate < 1:
        raise UsageProblem("The baseline response rate must lie between 0 and 1.")


def _figure(
    names: tuple[str, str],
    value: float | None,
    definition: str,
    query: dict[str, object],
    warnings: tuple[str, ...] = (),
) -> Figure:
    """A count of people; `names` are the stable name and the label."""
    return Figure(
        name=names[0],
        label=names[1],
        value=value,
        unit="count",
        noun="people",
        definition=definition,
        scope=_SCOPE,
        query=query,
        warnings=warnings,
    )
