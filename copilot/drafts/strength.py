"""How far evidence carries, by rule: the kind and the strength of a claim are derived here and written by nobody."""

from __future__ import annotations

from typing import Final, Literal

from copilot.data.quote import Quote
from copilot.evidence.model import KIND_OF, Assumption, Evidence, Kind, Statement
from copilot.statistics.result import Figure

Strength = Literal["strong", "medium", "weak", "assumption"]

RANK: Final[dict[Strength, int]] = {"strong": 0, "medium": 1, "weak": 2, "assumption": 3}
_ENOUGH_OBSERVATIONS = 30
_ENOUGH_QUOTES = 5
_NARROW_SHARE = 0.10  # half-width of an interval of a rate, in share points
_NARROW_RELATIVE = 0.25  # half-width of any other interval, relative to the value


def figure_strength(figure: Figure) -> Strength:
    """Strong: at least 30 observations and an interval narrow enough; medium: fewer or wider; weak: no value."""
    if figure.value is None and figure.day is None:
        return "weak"
    if "computation" in figure.query:  # planning arithmetic observes nothing
        return "strong"
    observations = figure.n if figure.n is not None else figure.people
    if observations is None and figure.unit == "count":
        observations = int(figure.value or 0)
    if observations is None:  # a sum over all rows has neither n nor interval
        return "medium" if figure.unit in ("share", "ratio") and figure.low is None else "strong"
    if observations < _ENOUGH_OBSERVATIONS:
        return "medium"
    if figure.low is None or figure.high is None or figure.value is None:
        return "strong"
    half = (figure.high - figure.low) / 2
    allowed = _NARROW_SHARE if figure.unit == "share" else _NARROW_RELATIVE * abs(figure.value)
    return "strong" if half <= allowed else "medium"


def strength_of(evidence: tuple[Evidence, ...]) -> Strength:
    """How far the evidence carries, by rule.

    Any assumption makes the claim an assumption. Otherwise a claim that cites figures is as strong as the
    weakest of them; five quotes or the user's word are medium; fewer quotes or a guide passage alone are weak.
    """
    if any(isinstance(item, Assumption) for item in evidence):
        return "assumption"
    figures = [item for item in evidence if isinstance(item, Figure)]
    if figures:
        return max((figure_strength(figure) for figure in figures), key=RANK.__getitem__)
    quotes = {item.feedback_id for item in evidence if isinstance(item, Quote)}
    if len(quotes) >= _ENOUGH_QUOTES or any(isinstance(item, Statement) for item in evidence):
        return "medium"
    return "weak"


def kind_of(evidence: tuple[Evidence, ...]) -> Kind:
    """The kind of a claim: assumption if it rests on one, else the firmest kind among its evidence."""
    kinds = {KIND_OF[item.type] for item in evidence}
    order: tuple[Kind, ...] = ("assumption", "computed", "quoted", "stated", "guide")
    return next(kind for kind in order if kind in kinds)
