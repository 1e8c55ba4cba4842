"""Wording of answers to why a figure elsewhere differs from ours: the reason first, then the ladder, then doubts."""

from __future__ import annotations

from copilot.engine.wording.saying import Answered, bullets, capital, counted, known, listed, mark, said
from copilot.statistics.reconcile.reconcile import Explanation, Reconciliation
from copilot.tools.reconcile import ReconcileAnswer

_HINTS_SHOWN = 3
_DOUBTFUL = 0.3  # hits by mere chance from which on an explanation is only possible


def reconcile(answered: Answered) -> list[str]:
    """Which definition explains the other figure, the ladder to it, other explanations, and what cannot be computed."""
    answer = ReconcileAnswer.model_validate(answered.content)
    found = answer.found
    period = f" ({answer.period} {mark(found.ours)})" if answer.period else ""
    lines = [_lead(answer, period)]
    if found.explanations[0].steps:
        lines.append(f"{{table:{found.ladder.id}}}")
    lines += _others(found)
    lines += _doubt(found)
    if answer.found.hints and (found.closeness != "exact" or found.chance is not None or found.explanations[0].steps):
        lines.append("Not computed, but worth a look:")
        lines.append(bullets(found.hints[:_HINTS_SHOWN]))
    return [*lines, counted(found.ours)]


def _theirs(answer: ReconcileAnswer) -> str:
    return f"{answer.stated.text} [{answer.stated.id}]"


def _lead(answer: ReconcileAnswer, period: str) -> str:
    found = answer.found
    first = found.explanations[0]
    ours = f"{found.ours.label.lower()} here{period}: {said(found.ours)}"
    theirs = capital(_theirs(answer))
    if not first.steps:
        close = {"exact": "They match", "rounded": "They match within the digits you gave"}
        if found.closeness in close:
            return f"**{close[found.closeness]}.** {theirs}; {ours}."
        return (
            f"**No difference of definition comes nearer than my own figure.** {theirs}; {ours}; "
            f"{said(first.left)} is left."
        )
    why = listed([step.words for step in first.steps])
    sure = found.chance is None or (found.chance.value or 0.0) < _DOUBTFUL
    if found.closeness == "exact":
        verb = "is" if sure else "may be"
        return (
            f"**It {verb} a matter of definition: {why} {_marks(first)}.** That turns my {said(found.ours)} into "
            f"exactly {said(first.value)}{period}. {theirs}."
        )
    if found.closeness == "rounded":
        verb = "fits" if sure else "may be"
        return (
            f"**It {verb} a difference of definition: {why} {_marks(first)}.** That turns my {said(found.ours)} into "
            f"{said(first.value)}{period}, which is the other figure as far as its digits go. {theirs}."
        )
    if found.closeness == "near":
        return (
            f"**Nearly: {why} {_marks(first)}.** That turns my {said(found.ours)} into {said(first.value)}{period}; "
            f"{said(first.left)} stays unexplained. {theirs}. A lead, not a proof."
        )
    return (
        f"**No combination of definitions explains it.** {theirs}; {ours}, a gap of {said(found.gap)}. The nearest of "
        f"{said(found.tried)} definitions is {said(first.value)}: {why} {_marks(first)}. {said(first.left)} is left."
    )


def _marks(explanation: Explanation) -> str:
    return mark(*(step.after for step in explanation.steps))


def _others(found: Reconciliation) -> list[str]:
    """Explanations as short that hit as well."""
    rest = found.explanations[1:]
    if not rest or found.closeness == "far":
        return []
    further = " There are still others." if found.more else ""
    return [
        f"Equally possible from the figures alone:{further}",
        bullets(
            f"{capital(listed([step.words for step in one.steps]))}: {said(one.value)} {_marks(one)}".rstrip()
            for one in rest
        ),
    ]


def _doubt(found: Reconciliation) -> list[str]:
    if found.closeness == "far" or not found.explanations[0].steps:
        return []
    tried = f"I tried {said(found.tried)} definitions"
    if known(found.chance) and found.chance is not None:
        return [
            f"{tried}; of those as short as this, {said(found.chance)} would come this close by mere chance. Check it "
            "against the settings over there before you rely on it."
        ]
    return [f"{tried}; a hit like this by chance is next to impossible."]
