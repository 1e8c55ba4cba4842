"""Finds two periods that a message compares ("March vs February", "last 90 days vs the 90 before", "2011 vs 2010")."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from copilot.evidence.numerals import MONTHS
from copilot.statistics.result import Period
from copilot.tools.periods import find_phrase, parse_period, period_from

PREVIOUS: Final = "previous period"
LAST_YEAR: Final = "same period last year"
REST: Final = "rest"
_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_SEPARATOR: Final = re.compile(
    r"\b(?:vs\.?|versus|compared? (?:to|with)|compared?|in comparison (?:to|with)|against|(?:more|less|better|worse|"
    r"higher|lower|fewer) than|than in)(?=\s)"
)
_COMPARE_TWO: Final = re.compile(r"\bcompare\b(.+?)\b(?:with|to|and|vs\.?|versus|against)\s(.+)")
_YEAR_BEFORE: Final = re.compile(
    r"\b(?:the )?same (?:period|time|days|month|months|weeks?|quarter) (?:of )?(?:last|the previous|the prior|a) year"
    r"(?: ago| earlier| before)?\b|\byear (?:over|on) year\b|\byoy\b|\b(?:a|one) year (?:ago|earlier|before)\b|"
    r"\bthe year before\b"
)
_BEFORE: Final = re.compile(
    r"\b(?:the )?(?:previous|prior|preceding) (?:period|one)\b|\bthe period before\b|"
    r"\bthe (?:\d+ )?(?:days|weeks|months) before\b|\bthe (?:\d+) (?:before|prior|earlier)\b|\bthe one before\b|"
    r"\bthe (?:day|week|month|quarter) before\b|"
    r"\bmonth (?:over|on) month\b|\bweek (?:over|on) week\b|\bquarter (?:over|on) quarter\b"
)
_OVER: Final = re.compile(r"\b(week|month|quarter) (?:over|on)\b")
_BARE_MONTH: Final = re.compile(rf"\b({_MONTH})\b(?!\.?\s+\d)")
_BARE_QUARTER: Final = re.compile(r"\bq[1-4]\b(?!\s+\d{4})")
_MONTH_OR_QUARTER: Final = re.compile(rf"\b(?:{_MONTH}|q[1-4])\b")
_YEAR: Final = re.compile(r"\b((?:19|20)\d{2})\b")
_OTHERS: Final = re.compile(
    r"\b(?:vs\.?|versus|against|compared? (?:to|with)|than|and|with)\s+(?:the |all |all the |our |my )*"
    r"(?:rest|others|other customers|everybody else|everyone else|remaining customers)\b"
)


@dataclass(frozen=True)
class Pair:
    """Words for the period asked about and what it is compared with, as a tool takes them; `rest`: the other words."""

    period: str
    compare: str
    rest: str


def find_pair(text: str, last_day: date) -> Pair | None:
    """The comparison of periods in a message, the later period first; None if there is none.

    >>> find_pair("net sales in march vs february", date(2011, 12, 9)).compare
    'february'
    """
    lowered = " ".join(text.lower().split())
    for pattern, compare in ((_YEAR_BEFORE, LAST_YEAR), (_BEFORE, PREVIOUS)):
        match = pattern.search(lowered)
        if match is None:
            continue
        if _SEPARATOR.search(lowered) or re.search(r" (?:over|on) |yoy", match[0]):
            rest = lowered.replace(match[0], " ")
            return _relative(rest, compare, match[0], last_day)
    return _explicit(lowered, last_day)


def compares_with_rest(text: str) -> bool:
    """True for "... vs the rest", "compared with all other customers"."""
    return _OTHERS.search(text.lower()) is not None


def compare_from(text: str | None, last_day: date | None) -> Literal["previous", "last_year", "rest"] | Period | None:
    """What a tool's `compare` argument means; CannotAnswer if it cannot be read."""
    if text is None or not text.strip():
        return None
    plain = " ".join(text.lower().replace("_", " ").split())
    if plain in (REST, "the rest", "others", "other customers", "everyone else"):
        return "rest"
    if plain in ("last year", "year before") or _YEAR_BEFORE.search(plain):
        return "last_year"
    if plain in ("previous", "before", "prior") or _BEFORE.search(plain):
        return "previous"
    return period_from(text, last_day)


def _relative(rest: str, compare: str, said: str, last_day: date) -> Pair:
    phrase = find_phrase(rest, last_day)
    running = _OVER.search(said)
    if phrase is None:
        phrase = f"last {running[1]}" if running and compare == PREVIOUS else "this year"
    return Pair(phrase, compare, _without(rest, phrase))


def _explicit(text: str, last_day: date) -> Pair | None:
    two = _COMPARE_TWO.search(text)
    if two is not None and (found := _sides(two[1], two[2], text, last_day)) is not None:
        return found
    for match in _SEPARATOR.finditer(text):
        if (found := _sides(text[: match.start()], text[match.end() :], text, last_day)) is not None:
            return found
    return None


def _sides(left: str, right: str, text: str, last_day: date) -> Pair | None:
    first, second = _phrase(left, last_day), _phrase(right, last_day)
    if second is None:
        return None
    if first is None:
        return _against(second, text)
    rest = _without(_without(text, first), second)
    first, second = _with_year(first, second), _with_year(second, first)
    one, other = parse_period(first, last_day), parse_period(second, last_day)
    if one is None or other is None or one == other:
        return None
    if one.start < other.start:
        first, second = second, first
    return Pair(first, second, rest)


def _against(second: str, text: str) -> Pair | None:
    """ "sales compared to last year": this year so far against the same days; the running unit is meant."""
    match = re.fullmatch(r"(?:last|previous) (week|month|quarter|year)", second)
    if match is None:
        return None
    compare = LAST_YEAR if match[1] == "year" else PREVIOUS
    return Pair(f"this {match[1]}", compare, _without(text, second))


def _phrase(side: str, last_day: date) -> str | None:
    """The period of one side; there a month or quarter may stand without a preposition."""
    if (found := find_phrase(side, last_day)) is not None:
        return found
    match = _BARE_MONTH.search(side) or _BARE_QUARTER.search(side)
    if match is None:
        return None
    return "in may" if match[0] == "may" else match[0]


def _with_year(phrase: str, other: str) -> str:
    """ "March vs February 2010": the year is meant for both."""
    year = _YEAR.search(other)
    bare = _BARE_MONTH.search(phrase) or _BARE_QUARTER.search(phrase)
    named = _MONTH_OR_QUARTER.search(other)
    return f"{bare[0]} {year[1]}" if year is not None and bare is not None and named else phrase


def _without(text: str, words: str) -> str:
    return " ".join(text.replace(words, " ", 1).split())
