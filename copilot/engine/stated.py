"""Reads the numbers and comparisons a user states in a question about tests, spend, moves or changes."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from copilot.evidence.numerals import MONTHS
from copilot.tools.period_pairs import LAST_YEAR, PREVIOUS
from copilot.tools.periods import find_phrase

_NUMBER: Final = r"(\d[\d.,]*\d|\d)\s*(k\b|m\b)?"
_SHARE: Final = r"(\d+(?:[.,]\d+)?)\s*(?:%|percent|per cent)"
_OF: Final = re.compile(
    rf"{_NUMBER}\s*(%|percent)?\s*(?:conver\w+|orders?|buyers?|clicks?|sales|people)?\s*"
    rf"(?:of|out of|/|from|in)\s*{_NUMBER}"
)
_PEOPLE: Final = re.compile(
    rf"{_NUMBER}\s*(?:people|customers?|subscribers?|recipients?|contacts?|emails?|users?|members|names)\b"
    rf"|\b(?:list|audience|database|segment) of {_NUMBER}"
)
_IS: Final = r"\s*(?:rate)?\s*(?:of|is|at|=|:|about|around)?\s*"
_RATES: Final = (
    r"(?:baseline|base rate|base|conversions?|conversion|response|order rate|open rate|click rate|current rate)"
)
_BASELINE: Final = (rf"\b{_RATES}{_IS}{_SHARE}", rf"{_SHARE}\s*{_RATES}\b")
_LIFTS: Final = r"(?:lift|uplift|improvement|increase|effect|gain)"
_LIFT: Final = (
    rf"\b{_LIFTS}{_IS}{_SHARE}",
    rf"{_SHARE}\s*(?:relative )?(?:{_LIFTS}|better|more|higher)\b",
)
_FROM_TO: Final = re.compile(rf"\bfrom {_SHARE} to {_SHARE}|{_SHARE} (?:vs\.?|versus|instead of) {_SHARE}")
_MARGIN: Final = (rf"\bmargins?\b\D{{0,12}}?{_SHARE}", rf"{_SHARE}\s*(?:\w+ )?margins?\b")
_AGAINST: Final = re.compile(r"\b(?:vs\.?|versus|compared? (?:to|with)|against|than|relative to)\s+(.*)$")
_LAST_YEAR: Final = re.compile(
    r"\b(?:last year|previous year|year before|a year ago|year over year|year[- ]on[- ]year|yoy|prior year"
    r"|same (?:month|period|time|quarter|days?) last year)\b"
)
_LOW: Final = re.compile(
    r"\b(?:[12]|one|two|low|bad|negative|poor)(?: ?(?:-|to|or|and) ?(?:2|two))?[- ](?:stars?|ratings?|reviews?)\b"
)
_RATED: Final = re.compile(
    r"\b(?:best|worst|highest|lowest|top)[- ]rated\b|\bproducts?\b.*\bratings?\b|\bratings?\b.*\bproducts?\b"
)
_LATE: Final = date(2199, 12, 31)  # periods are only recognised here; the tool dates them by the data


def result_arguments(text: str) -> dict[str, Any]:
    """The two groups of "120 of 4000 vs 90 of 4000"; a rate ("3 % of 4000") becomes a count. Empty if not two.

    >>> result_arguments("is 120 of 4,000 vs 90 of 4,000 significant?")
    {'hits': 120, 'people': 4000, 'other_hits': 90, 'other_people': 4000}
    """
    groups = []
    for match in _OF.finditer(text.lower()):
        first, people = _number(match[1], match[2]), _number(match[4], match[5])
        groups.append((round(first / 100 * people) if match[3] else round(first), round(people)))
    if len(groups) != 2:
        return {}
    (hits, people_in), (other_hits, other_people) = groups
    return {"hits": hits, "people": people_in, "other_hits": other_hits, "other_people": other_people}


def plan_arguments(text: str) -> dict[str, Any]:
    """Baseline, lift and number of people of a question about the size of a test or hold-out.

    >>> plan_arguments("how many people do I need for an A/B test at 3 % baseline and 20 % lift")
    {'baseline': 0.03, 'lift': 0.2}
    """
    lowered = text.lower()
    found: dict[str, Any] = {}
    span = _FROM_TO.search(lowered)
    if span:
        low, high = sorted(float(one.replace(",", ".")) / 100 for one in span.groups() if one)
        if low > 0:
            found |= {"baseline": low, "lift": round(high / low - 1, 6)}
    else:
        said = (("baseline", _share(_BASELINE, lowered)), ("lift", _share(_LIFT, lowered)))
        found |= {key: value for key, value in said if value}
    people = _PEOPLE.search(lowered)
    if people:
        digits, unit = (people[1], people[2]) if people[1] else (people[3], people[4])
        found["people"] = round(_number(digits, unit))
    if re.search(r"\bhold[- ]?out|control group", lowered):
        found["view"] = "hold_out"
    return found


def stated_margin(text: str) -> dict[str, Any]:
    """The margin a question states, as a share of sales above 0 and up to 1.

    >>> stated_margin("what will a customer be worth at a margin of 40 %?")
    {'margin': 0.4}
    """
    margin = _share(_MARGIN, text.lower())
    return {"margin": margin} if margin and margin <= 1 else {}


def spend_arguments(text: str, only: tuple[str, ...] = (), view: str | None = None) -> dict[str, Any]:
    """The margin a question about customer cost states, the channel it names, and whether it asks for the platforms'
    own report (`view`: what the question before asked for)."""
    lowered = text.lower()
    channels = [part.partition("=")[2] for part in only if part.startswith(("source=", "channel="))]
    found: dict[str, Any] = {"only": tuple(part for part in only if not part.startswith(("source=", "channel=")))}
    if channels:
        found["channel"] = channels[0]
    found |= stated_margin(text)
    if (
        re.search(r"\broas\b|\bcpc\b|\bctr\b|\bclick[- ]through\b|\bcost per click\b|\bcampaigns?\b|\bcpa\b", lowered)
        or view == "reports"
    ):
        found["view"] = "reports"
    return found


def opportunity_arguments(text: str) -> dict[str, Any]:
    """The share of people a question about the worth of a move states.

    >>> opportunity_arguments("what is it worth to get 5 % more second orders")
    {'share': 0.05, 'view': 'second_orders'}
    """
    lowered = text.lower()
    share = _share((_SHARE,), lowered)
    found: dict[str, Any] = {"share": share} if share and share <= 1 else {}
    if re.search(
        r"\b(?:second|2nd|repeat) (?:orders?|purchases?)\b|\border (?:again|twice)\b|\bone[- ]time\b", lowered
    ):
        found["view"] = "second_orders"
    return found


def change_arguments(text: str, period: str | None, by: tuple[str, ...], compare: str | None = None) -> dict[str, Any]:
    """Period and what it is compared with, of a why question; what stands after "vs" is the comparison.

    >>> change_arguments("why did revenue change vs last year", "last year", ())
    {'against': 'last year'}
    """
    lowered = " ".join(text.lower().rstrip(" ?.!").split())
    tail = _AGAINST.search(lowered)
    head = lowered[: tail.start()] if tail else lowered
    against = None
    if tail:
        against = "last year" if _LAST_YEAR.search(tail[1]) else find_phrase(tail[1], _LATE) or _month(tail[1])
    elif re.search(r"\b(?:year over year|year[- ]on[- ]year|yoy|same \w+ last year)\b", head):
        against, head = "last year", _LAST_YEAR.sub(" ", head)
    elsewhere = period is not None and (period in (tail[1] if tail else "") or (against == "last year" and not tail))
    asked = find_phrase(head, _LATE) or (None if elsewhere else period) or _month(head)
    if against is None and compare and compare != PREVIOUS:  # from the question before ("and in April?")
        against = "last year" if compare == LAST_YEAR else compare
    return {key: value for key, value in (("period", asked), ("against", against), ("by", by[:1])) if value}


def voice_arguments(text: str, segment: str | None) -> dict[str, Any]:
    """Which part of what customers say is asked for: scores, products, or what one side says and the other does not."""
    lowered = text.lower()
    if _LOW.search(lowered):
        return {"view": "low_ratings"}
    if segment and re.search(
        r"\b(?:others?|rest|everybody|everyone|differ\w*|more (?:often|than)|over-?represented|unlike|apart|compared?"
        r"|typical|do not|don't|that only)\b",
        lowered,
    ):
        return {"view": "contrast", "segment": segment}
    if re.search(r"\bnps\b|\bnet promoter\b|\bcsat\b|\bsatisfaction score\b|\bcustomer effort\b|\bces\b", lowered):
        return {"view": "scores", **({"segment": segment} if segment else {})}
    if _RATED.search(lowered):
        return {"view": "products"}
    return {"segment": segment} if segment else {}


def _month(text: str) -> str | None:
    """A month named without a preposition ("why is march lower"); "may" alone is a verb."""
    found = re.search(rf"\b({'|'.join(sorted(MONTHS, key=len, reverse=True))})\b(?:\s+(\d{{4}}))?", text)
    return found[0].strip() if found and (found[1] != "may" or found[2]) else None


def _share(patterns: tuple[str, ...], text: str) -> float | None:
    for pattern in patterns:
        match = re.search(pattern, text)
        if match:
            return round(float(match[1].replace(",", ".")) / 100, 8)
    return None


def _number(digits: str, unit: str | None) -> float:
    """ "4,000", "4.000" and "4k" are four thousand; "3.5" is three and a half."""
    if re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", digits):
        value = float(re.sub(r"[.,]", "", digits))
    else:
        value = float(digits.replace(",", "."))
    return value * {"k": 1_000, "m": 1_000_000}.get(unit or "", 1)


_WIDER: Final = (
    r"\b(?:including|include|incl\.?|with|counting|count|plus|also)\s+(?:also |the |all |any )*(?:{}) orders?\b"
)
_COUNTED_TOO: Final = (
    ("with pending orders", re.compile(_WIDER.format(r"pending|unpaid|not (?:yet )?paid"))),
    ("with cancelled orders", re.compile(_WIDER.format(r"cancell?ed(?: (?:and|or) voided)?|voided|expired"))),
    ("with free orders", re.compile(_WIDER.format(r"free|zero(?:[- ]value)?|worthless"))),
    (
        "repeated lines once",
        re.compile(r"\b(?:repeated|duplicated?|doubled?) (?:lines|rows) (?:only )?once\b"
                   r"|\bwithout (?:the )?(?:repeated|duplicated?|doubled?) (?:lines|rows)\b"),
    ),
)  # fmt: skip


def counted_too(text: str, only: tuple[str, ...]) -> tuple[str, ...]:
    """The filters, with what a message wants counted besides what counts anyway.

    >>> counted_too("sales including pending orders", ())
    ('counting=with pending orders',)
    """
    lowered = " ".join(text.lower().split())
    found = " and ".join(words for words, pattern in _COUNTED_TOO if pattern.search(lowered))
    if not found:
        return only
    return (*(part for part in only if not part.startswith("counting=")), f"counting={found}")
