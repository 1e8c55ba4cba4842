"""Tells from the form of a question what the guide cannot answer: own numbers, and figures nobody wrote down."""

from __future__ import annotations

import re
from typing import Final

_METRIC: Final = (
    r"(?:revenues?|turnover|sales|income|takings|aov|ltv|clv|cac|nps|churn|margin|profit|rate|ratio|value|share|total|"
    r"average|median|number|count|size|orders?|customers?|buyers?|subscribers?|refunds?|returns?|discounts?)"
)
_ADVICE: Final = re.compile(
    r"\b(?:should|must|need|ought|may (?:i|we)|could|would|mean|means|measure|calculate|compute|define|prove|improve|"
    r"increase|raise|decide|treat|handle|explain|goal|aim|purpose|difference|better|why|best way|how (?:do|can|to))\b"
)
_OWN: Final = tuple(
    re.compile(pattern)
    for pattern in (
        rf"\b(?:what|how high|how big|how large)(?:'s| is| was| are| were)(?: the)?(?: \w+){{0,3}} (?:our|my) "
        rf"(?:[\w-]+ ){{0,3}}{_METRIC}\b",
        rf"\bwhat(?:'s| is| was| are| were) (?:our|my) (?:[\w-]+ ){{0,3}}{_METRIC}\b",
        r"\bhow (?:many|much)\b[^?.]*\b(?:did|do|have|has|are|were|was|does) (?:we|i|our|my)\b",
        r"\bhow (?:many|much) of (?:our|my)\b",
        r"\b(?:who|which|what)(?: \w+)? (?:is|are|was|were) (?:our|my) (?:[\w-]+ )?(?:top|best|biggest|worst|most|"
        r"least|oldest|newest|latest|loyal|first|\d+)\b",
        r"\b(?:which|what) (?:of (?:our|my) )?(?:products?|countr\w+|channels?|customers?|categor\w+|months?|days?|"
        r"cit\w+|items?|sources?)\b[^?.]*\b(?:do|did|does|have|has|bring|brings|sold|sell|sells)\b[^?.]*\b(?:our|my|we|us)\b",
        r"\b(?:show|list|give|count)(?: me)? (?:our|my|the|all) (?:[\w-]+ ){0,3}"
        r"(?:customers|orders|revenue|sales|buyers)\b",
        rf"\b(?:our|my|we|us)\b[^?.]*{_METRIC}[^?.]*\b(?:last|this|in|since|during) (?:year|month|week|quarter|season|"
        r"january|february|march|april|may|june|july|august|september|october|november|december|20\d\d)\b",
        r"\bhow (?:old|young|loyal|rich) (?:is|are) (?:our|my)\b",
    )
)
_FIGURE: Final = re.compile(
    r"\bhow (?:many|much|deep|high|steep|long|soon|often|fast|big|large)\b|\bper ?cent(?:age)?\b|"
    r"\bwhat (?:share|fraction|amount|number|size|rate|proportion)\b|\bon average\b|\bbracket\b"
)
_GAP: Final = re.compile(
    r"\b(?:guide|it|they|we)\b[^.]*\b(?:does not|do not|did not|gives? no|contains? no|names? no|says? nothing|"
    r"shows? no|found no|has no)\b",
    re.IGNORECASE,
)


def asks_for_own_numbers(question: str) -> bool:
    """Whether the shop's own data is asked for, not advice; then a statistic answers and not the guide.

    >>> asks_for_own_numbers("What was our revenue last March?"), asks_for_own_numbers("How do I raise my revenue?")
    (True, False)
    """
    sentences = re.split(r"[?.!]\s*", question.lower().replace("’", "'"))
    return any(not _ADVICE.search(part) and any(own.search(part) for own in _OWN) for part in sentences)


def asks_for_a_figure(question: str) -> bool:
    """Whether the answer would have to be a number.

    >>> asks_for_a_figure("How deep should the welcome discount be?"), asks_for_a_figure("What is a persona?")
    (True, False)
    """
    return _FIGURE.search(question.lower()) is not None


def admits_a_gap(sentence: str) -> bool:
    """Whether a sentence of the guide says what the guide does not say.

    >>> admits_a_gap("The guide does not give a size for the discount.")
    True
    """
    return _GAP.search(sentence) is not None
