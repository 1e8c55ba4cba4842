"""Small pieces all answers are made of: a figure with its receipt, lists of names, one sentence on what was counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from copilot.evidence.wording import format_figure, format_interval
from copilot.statistics.contribution import Contribution
from copilot.statistics.result import Figure

_FEW = 10  # below this a percentage says more than is known


@dataclass(frozen=True)
class Answered:
    """One tool result as the wording sees it: its kind, its typed content, and the call that made it."""

    kind: str
    content: dict[str, Any]
    arguments: dict[str, Any] = field(default_factory=dict)
    previous: Answered | None = None
    asked: str = ""  # id of the statement that holds the user's words


def said(figure: Figure, *, noun: bool = False) -> str:
    """A figure's value with its receipt: `59.9 % [F2]`; a share of fewer than ten is said as `4 of 7 [F2]`."""
    if _is_few(figure):
        return f"{figure.numerator:g} of {figure.n} {mark(figure)}"
    return f"{format_figure(figure, noun=noun)} {mark(figure)}"


def said_with_interval(figure: Figure) -> str:
    """Value, plausible range and receipt: `17 % (plausibly 7-37 %) [F4]`."""
    interval = format_interval(figure)
    if _is_few(figure):
        return said(figure)
    return f"{format_figure(figure)} (plausibly {interval}) {mark(figure)}" if interval else said(figure)


def _is_few(figure: Figure) -> bool:
    """A share of a count below ten (not of money): better said as two counts."""
    return (
        figure.unit == "share"
        and figure.n is not None
        and figure.n < _FEW
        and figure.numerator is not None
        and figure.denominator == figure.n
    )


def mark(*figures: Figure | None) -> str:
    """The receipts of several figures, each once: `[F1][F2]`."""
    ids = dict.fromkeys(figure.id for figure in figures if figure is not None and figure.id)
    return "".join(f"[{one}]" for one in ids)


def known(figure: Figure | None) -> bool:
    """True if the figure has a value."""
    return figure is not None and (figure.value is not None or figure.day is not None)


def listed(parts: Sequence[str]) -> str:
    """Words joined as in a sentence: `a, b and c`."""
    if len(parts) < 2:
        return "".join(parts)
    return f"{', '.join(parts[:-1])} and {parts[-1]}"


def bullets(lines: Iterable[str]) -> str:
    """A markdown list."""
    return "\n".join(f"- {line}" for line in lines)


def counted(figure: Figure) -> str:
    """The small print: what was counted, with the receipt that shows it."""
    return f"*{figure.scope.rstrip('.')}.* {mark(figure)}"


def capital(text: str) -> str:
    """The text with a capital first letter."""
    return text[:1].upper() + text[1:]


def warned(figures: Iterable[Figure]) -> str:
    """The warnings of figures, each once, as one line; empty if there are none."""
    warnings: dict[str, str] = {}
    for figure in figures:
        for warning in figure.warnings:
            warnings.setdefault(warning, figure.id)
    if not warnings:
        return ""
    return " ".join(
        f"{warning.rstrip('.').capitalize()[:1]}{warning.rstrip('.')[1:]}. [{one}]" for warning, one in warnings.items()
    )


def plain_filter(answered: Answered) -> str:
    """The filters of a call in words, ready for a sentence: ` (last 90 days [U1], Germany)`; or empty.

    A period with a number in it is the user's word, so it carries the user's statement.
    """
    arguments = answered.arguments
    words = []
    if arguments.get("period"):
        period = str(arguments["period"])
        own = f" [{answered.asked}]" if answered.asked and any(c.isdigit() for c in period) else ""
        words.append(period + own)
    for part in arguments.get("only", ()):
        field_name, _, value = str(part).partition("=")
        words.append(f"not {value}" if field_name.endswith("!") else value)
    return f" ({', '.join(words)})" if words else ""


_MARGINS: Final = {"stated": "you stated", "costs": "from your product costs", "settings": "you set"}


def contribution(found: Contribution) -> str:
    """What sales leave at the margin, and where that margin comes from."""
    each = "" if found.value_each is None else f", {said_with_interval(found.value_each)} each"
    return (
        f"At the margin of {said(found.margin)} {_MARGINS[found.source]}, {said_with_interval(found.value)} of that is "
        f"yours to keep{each}, before postage, payment fees and advertising."
    )
