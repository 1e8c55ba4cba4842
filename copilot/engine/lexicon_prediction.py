"""What marketers say when they ask what customers will buy and be worth: patterns as data, with weights."""

from __future__ import annotations

from typing import Final

from copilot.engine.request import Intent

_VALUE: Final = r"(?:clv|cltv|ltv|life ?time[- ]value|customers? values?|worth)"
_AGAIN: Final = r"(?:(?:buy|order|purchase|come back|return)\w* again|to (?:buy|order|purchase|return|come back))"
_ACTIVE: Final = r"(?:still (?:active|alive|customers?|with us|around)|alive|active)"

# (intent, weight, pattern), added to the patterns of the lexicon.
PREDICTION_PATTERNS: Final[tuple[tuple[Intent, float, str], ...]] = (
    ("prediction", 12, rf"\b(?:predict\w*|expect\w*|forecast\w*|future|projected)\b.*\b{_VALUE}\b|\b(?:clv|cltv)\b"),
    ("prediction", 12, rf"\b{_VALUE}\b.*\b(?:predict\w*|forecast\w*|next (?:year|month|quarter)|going forward|in the future)\b"),
    ("prediction", 12, r"\b(?:will|would|going to)\b.*\b(?:customers?|buyers?|champions|vips)\b.*\b(?:worth|bring|spend)\b"),
    ("prediction", 12, r"\b(?:customers?|buyers?|champions|vips)\b.*\b(?:going to|will|would)\b.*\b(?:worth|bring|spend|buy|order)\b"),
    ("prediction", 12, r"\b(?:predict\w*|expect\w*)\b.*\b(?:orders?|purchases?)\b.*\b(?:customers?|each|next|coming)\b|\bexpected (?:orders|purchases)\b"),
    ("prediction", 12, r"\b(?:orders?|purchases?)\b.*\bexpect(?:ed)? (?:from|of|by)\b.*\bcustomers?\b"),
    ("prediction", 12, r"\b(?:customers?|each)\b.*\bexpected (?:to )?(?:order|buy|purchase|spend)\w*\b"),
    ("prediction", 12, rf"^(?!.*\b(?:segment|audience)\b).*\b(?:probability|chances?|likel\w+|odds)\b.*\b(?:{_ACTIVE}|{_AGAIN})\b|\bp\s?\(?alive\b"),
    ("prediction", 12, r"\bwho (?:will|is going to|might|would|is (?:most )?likely to)\b.*\b(?:buy|order|purchase|return|come back)\b"),
    ("prediction", 12, rf"\bhow many\b.*\b(?:are|will be|is)\b.*\b{_ACTIVE}\b|\bhow many\b.*\bwill (?:buy|order|come back|return)\b"),
    ("prediction", 14, r"\bhow (?:good|accurate|reliable|trustworthy|sure)\b.*\b(?:predict\w*|model|clv|forecast)s?\b|\bback-? ?test\w*\b"),
    ("prediction", 12, r"\b(?:can|should) i trust\b.*\b(?:predict\w*|model|clv|forecast)s?\b|\bhow far off\b.*\bpredict\w*\b"),
)  # fmt: skip
