"""Reads from a question about predictions which part it is about and how far ahead it looks."""

from __future__ import annotations

import re
from typing import Any, Final

_NUMBERS: Final = {"two": 2, "three": 3, "four": 4, "six": 6, "nine": 9, "twelve": 12, "": 1}
_UNITS: Final = {"day": 1, "week": 7, "month": 30, "quarter": 91, "year": 365}
_AHEAD: Final = re.compile(
    r"\b(?:next|coming|following|within|in the) (\d+|two|three|four|six|nine|twelve)?\s*"
    r"(day|week|month|quarter|year)s?\b"
)
_FOCUS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("quality", r"\bhow (?:good|accurate|reliable|sure|far off|trustworthy)\b|\bback-? ?test\w*\b|\btrust\b"),
        ("ranking", r"\b(?:which|who|rank\w*|list)\b.*\b(?:most|best|highest|top)\b|\brank(?:ing)?\b"),
        ("active", r"\bstill (?:active|alive|around|customers?|with us)\b|\balive\b|\b(?:are|is) active\b"),
        (
            "returning",
            r"\bwho (?:will|is|might|would)\b|\b(?:buy|order|purchase|come back|return)\w* again\b|"
            r"\blikely to (?:buy|order|return|come)\b|\bwill (?:buy|order|come back|return)\b",
        ),
        ("orders", r"\b(?:orders|purchases|how often)\b"),
    )
)


def prediction_arguments(text: str) -> dict[str, Any]:
    """`focus` and `horizon_days` as the words say them; the horizon is left out where none is named.

    >>> prediction_arguments("expected orders in the next 6 months")
    {'focus': 'orders', 'horizon_days': 180}
    """
    lowered = text.lower()
    found: dict[str, Any] = {
        "focus": next((name for name, pattern in _FOCUS if pattern.search(lowered)), "value"),
    }
    ahead = _AHEAD.search(lowered)
    if ahead is not None:
        number = ahead[1] or ""
        days = _UNITS[ahead[2]] * (int(number) if number.isdigit() else _NUMBERS[number])
        if days >= _UNITS["week"]:
            found["horizon_days"] = min(days, 3650)
    return found
