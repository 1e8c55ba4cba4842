"""Wording of answers about tests and hold-outs, and about what a move to the next stage is worth."""

from __future__ import annotations

from copilot.engine.wording.saying import Answered, bullets, capital, counted, known, mark, said, said_with_interval
from copilot.statistics.arithmetic import HoldoutSizes
from copilot.statistics.result import Figure
from copilot.statistics.stage_moves import StageMoves
from copilot.tools.opportunity import OpportunityAnswer
from copilot.tools.test_plan import PlanAnswer
from copilot.tools.test_result import ResultAnswer

_RULE = "Fix the number beforehand, stop when it is reached and not earlier, over at least one whole week."


def test_plan(answered: Answered) -> list[str]:
    """People needed for a lift, or what a number of people can show."""
    result = PlanAnswer.model_validate(answered.content)
    source = _baseline(result)
    lines: list[str] = []
    if result.view == "hold_out" and result.holdouts is not None:
        lines += _holdout(result.holdouts, source)
    else:
        if result.size is not None:
            size = result.size
            lines.append(
                f"**You need {said(size.per_arm)} people in each group, {said(size.total)} in all**, to show a lift of "
                f"{_percent(size.lift)} {_cite(result)} over {source}, if it is real."
            )
        if result.provable is not None:
            proof = result.provable
            shown = (
                f"a rate of {said(proof.rate)} or more, a lift of {said(proof.lift)}"
                if known(proof.rate)
                else "no lift"
            )
            lines.append(f"**Split in two halves, these people can show {shown} over {source}.** {proof.advice}")
        if result.holdouts is not None and result.size is None:
            lines.append(f"{{table:{result.holdouts.table.id}}}")
    lines.append(_RULE)
    first = result.size.per_arm if result.size else result.holdouts.best.held_out if result.holdouts else None
    return [*lines, *([counted(first)] if first is not None else [])]


def _holdout(sizes: HoldoutSizes, source: str) -> list[str]:
    best = sizes.best
    lines = [
        f"**Hold out {said(best.held_out)} of them at random and send to the other {said(best.mailed)}.** In one "
        f"send that "
        f"shows a lift of {said(best.one_send.lift)} or more over {source}, pooled over three sends "
        f"{said(best.all_sends.lift)}."
    ]
    lines.append(
        best.verdict
        if best.target is not None
        else "Keep the same people out of all sends of the campaign, so that the sends can be pooled."
        if sizes.enough
        else "Lifts of that size are rare; pooled over many sends the hold-out still tells what they really bring."
    )
    return [*lines, f"{{table:{sizes.table.id}}}"]


def _baseline(result: PlanAnswer) -> str:
    if result.own_rate is not None:
        return f"your own {said(result.own_rate)} (customers who order within thirty days anyway)"
    return f"a baseline of {_percent(result.baseline)} {_cite(result)}"


def _cite(result: PlanAnswer) -> str:
    return f"[{result.stated.id}]" if result.stated is not None else ""


def _percent(share: float) -> str:
    return f"{100 * share:.6g} %"


def test_result(answered: Answered) -> list[str]:
    """Yes or no first, then how large the difference may be, then what the test could have shown."""
    result = ResultAnswer.model_validate(answered.content)
    test = result.test
    verdict = "Yes, this is significant" if test.significant else "No, this is not significant"
    lines = [
        f"**{verdict} (p = {_p(test.p)} {mark(test.p)}): {said(test.treated)} against {said(test.control)}** "
        f"({result.stated.text} [{result.stated.id}])."
    ]
    lines.append(
        f"The difference is {_points(test.difference)}; as a lift {said_with_interval(test.lift)}."
        if known(test.lift)
        else f"The difference is {_points(test.difference)}."
    )
    if test.p_exact is not None and (test.p_exact.value or 0) >= 0.05 > (test.p.value or 0):
        lines.append(f"It is close: the exact test gives p = {_p(test.p_exact)} {mark(test.p_exact)}.")
    if test.significant and (test.extra.value or 0) > 0:
        lines.append(
            f"In the first group that is {_people(test.extra)} more people who did it, if the groups were split at "
            f"random."
        )
    if not test.significant and test.detectable is not None and known(test.detectable.lift):
        lines.append(
            f"Groups of this size show a lift of {said(test.detectable.lift)} or more; a smaller one would escape them."
        )
    lines.append(
        f"{test.verdict} It counts only if the groups were split at random, one outcome was chosen before, and you "
        f"did not "
        "stop when it looked good."
    )
    return [*lines, counted(test.difference)]


def _p(figure: Figure) -> str:
    value = figure.value or 0.0
    return f"{100 * value:.2f} %" if value >= 0.0001 else f"{100 * value:.1g} %"


def _points(figure: Figure) -> str:
    if figure.low is None or figure.high is None or figure.value is None:
        return said(figure)
    bounds = f"plausibly {100 * figure.low:.2f} % to {100 * figure.high:.2f} %"
    return f"{100 * figure.value:.2f} % of people ({bounds}) {mark(figure)}"


def _people(figure: Figure) -> str:
    low = f" (plausibly {figure.low:,.0f} to {figure.high:,.0f})" if figure.low is not None else ""
    return f"{figure.value or 0:,.0f}{low} {mark(figure)}"


def opportunity(answered: Answered) -> list[str]:
    """Second orders first if asked for, then each move between stages as an upper bound."""
    result = OpportunityAnswer.model_validate(answered.content)
    second, moves = result.second, result.moves
    lines: list[str] = []
    if result.view == "second_orders" or not moves.moves:
        if not known(second.value):
            return ["**Nobody has ordered twice yet: a second order has no value to go by.**", counted(second.people)]
        cited = f" [{result.stated.id}]" if result.stated else f" {mark(second.moved)}"
        lines.append(
            f"**A second order from {_percent(moves.share)}{cited} of your {said(second.people)} one-time buyers is "
            f"worth "
            f"{said_with_interval(second.value)}**: {said(second.moved)} people at {said(second.order_value)} an order."
        )
        if known(second.own_rate):
            lines.append(
                f"{said(second.own_rate)} of first-time buyers come back on their own in that time, so only what "
                f"comes on "
                "top is a campaign's work; its cost is not taken off."
            )
    lines += _moves(moves, lead=not lines)
    return [*lines, counted(second.people)]


def _moves(moves: StageMoves, *, lead: bool) -> list[str]:
    if not moves.moves:
        return list(moves.warnings)
    first = moves.moves[0]
    lines = []
    if lead:
        lines.append(
            f"**The largest move on paper is {first.words.lower()}: {first.moved.label} {mark(first.moved)}, "
            f"{said(first.moved)} of {said(first.people)} people, is worth at most "
            f"{said_with_interval(first.worth)}.** "
            f"They went on to spend {said(first.value_from)} in the following {moves.days} days "
            f"{mark(first.value_from)}, "
            f"the others {said(first.value_to)}."
        )
    else:
        lines.append(f"Counting all they buy in the {moves.days} days after {mark(first.value_from)}, at most:")
    rest = moves.moves[1:] if lead else moves.moves
    lines.append(bullets(f"{one.words}: {said_with_interval(one.worth)} for {said(one.moved)} people" for one in rest))
    lines.append(f"{{table:{moves.table.id}}}")
    lines.append("What this assumes: " + "; ".join(moves.assumed) + ". A hold-out tells what is true.")
    return [capital(line) for line in lines if line]
