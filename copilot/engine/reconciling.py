"""Reads from a message about two figures that differ: the other figure, where it is shown, and what it is called."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, Final

from copilot.engine.lexicon_reconcile import SAYS, SYSTEM_NAMES, SYSTEMS
from copilot.evidence.numerals import MONTHS
from copilot.tools.periods import find_phrase
from copilot.tools.rate_words import FORGET, stated_rate

_LATE: Final = date(2199, 12, 31)  # periods are only recognised here; the tool dates them by the data
_NUMBER: Final = re.compile(
    r"(?P<symbol>[£€$]|\b(?:eur|usd|gbp|chf)\s)?\s?(?P<number>\d+(?:[.,'\u00a0\u202f]\d+)*)"
    r"\s?(?P<scale>(?:k|m|mn|mio|million|thousand)\b)?"
    r"(?P<after>\s?(?:%|percent|days?\b|weeks?\b|months?\b|hours?\b|st\b|nd\b|rd\b|th\b))?",
    re.IGNORECASE,
)
_MONTH: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_SAID: Final = re.compile(rf"(?:\b(?:{SAYS})|=|:)\s*(?:about |around |that |only |i had |[a-z]+ )?(?:of |is |was )?$")
_SHOWN: Final = re.compile(rf"(?:{SYSTEM_NAMES})[^.?!]{{0,40}}$")
_SPAN_BEFORE: Final = re.compile(r"(?:^|\b)(?:q[1-4]|last|past|top|in|for|during|of|year|since|and|to|vs\.?)\s*$")
_MINE: Final = re.compile(
    r"\b(?:you|your(?:s| (?:figure|number|report|answer|revenue|sales|orders))?|the copilot|here)\b[^.?!;,]{0,25}$"
)
_MEASURES: Final[tuple[tuple[str, str], ...]] = (
    ("aov", r"\baov\b|\baverage (?:order|basket)\b|\bbasket (?:size|value)\b"),
    ("gross_sales", r"\bgross (?:sales|revenue|merchandise)\b|\bgmv\b"),
    ("total_sales", r"\btotal (?:sales|revenue|collected|charged)\b|\bpurchase revenue\b|\bcharged\b|\bpayments?\b"),
    ("returns", r"\brefund(?:s|ed)?\b(?! (?:orders?|are|is|not))|\breturns\b(?! (?:are|not))"),
    ("discounts", r"\bdiscounts\b(?! (?:are|not))"),
    ("taxes", r"\btax(?:es)? (?:collected|total|of)\b|\bvat\b"),
    ("shipping", r"\bshipping (?:charged|income|revenue|total|of)\b"),
    ("net_sales", r"\bnet (?:sales|revenue)\b|\brevenue\b|\bturnover\b|\bsales\b(?! orders)|\bumsatz\b|\bincome\b"),
    ("units", r"\bunits\b|\bitems sold\b|\bpieces\b"),
    ("customers", r"\b(?:customers|buyers|purchasers|shoppers|people|profiles)\b"),
    ("orders", r"\b(?:orders?|purchases|transactions|conversions|sales orders|invoices)\b"),
)
_COUNTED: Final = ("orders", "customers", "units")


def reconcile_arguments(text: str, only: tuple[str, ...] = (), period: str | None = None) -> dict[str, Any]:
    """Figure, measure, system and period of such a message; what is not said is not there.

    >>> reconcile_arguments("GA4 shows 2,310 orders in March")
    {'figure': '2,310', 'measure': 'orders', 'system': 'ga4', 'shown_by': 'GA4', 'period': 'in march'}
    """
    lowered = " ".join(text.lower().split())
    found: dict[str, Any] = {}
    figure = _figure(lowered)
    rest = lowered
    if figure is not None:
        found["figure"] = (figure["symbol"] or "").strip() + figure["number"] + (figure["scale"] or "")
        end = figure.end("scale") if figure["scale"] else figure.end("number")
        rest = f"{lowered[: figure.start()]} {lowered[end:]}"
    measure = _measure(rest, figure)
    if measure:
        found["measure"] = measure
    system = next(((name, match) for name, pattern in SYSTEMS if (match := re.search(pattern, rest))), None)
    if system is not None:
        found |= {"system": system[0], "shown_by": _name(system[1][0], text)}
    said = find_phrase(rest, _LATE) or _bare_month(rest) or (period if period and period in rest else None)
    if said:
        found["period"] = said
    kept = tuple(part for part in only if not _is_system(part, rest))
    return found | ({"only": kept} if kept else {})


def rate_arguments(text: str) -> dict[str, Any]:
    """The exchange rate a message states, or the wish to forget it.

    >>> rate_arguments("1 EUR = 1.08 USD")
    {'rate': '1 EUR = 1.08 USD'}
    """
    rate = stated_rate(text)
    if rate is not None:
        return {"rate": rate.words()}
    return {"forget": True} if FORGET.search(text) else {}


def _figure(text: str) -> re.Match[str] | None:
    """The number that is the other figure: behind a system's name or with a currency, not ours, no year or span."""
    best: tuple[float, re.Match[str]] | None = None
    for match in _NUMBER.finditer(text):
        before = text[: match.start("symbol") if match["symbol"] else match.start("number")]
        if match["after"] or re.search(r"(?:[a-z#-]|\bga )$", before) or _is_span(match, before, text[match.end() :]):
            continue
        score = 1.0 + 0.1 * len(match["number"])
        score += 3.0 if _SHOWN.search(before) else 0.0
        score += 2.0 if _SAID.search(before) else 0.0
        score += 2.0 if match["symbol"] else 0.0
        score += 1.0 if re.search(r"[.,]\d{2}$", match["number"]) else 0.0
        score -= 5.0 if _MINE.search(before) else 0.0
        if best is None or score > best[0]:
            best = (score, match)
    return best[1] if best is not None and best[0] > 0 else None


def _is_span(match: re.Match[str], before: str, after: str) -> bool:
    """Digits that are part of a date or a number of days rather than a figure."""
    number = match["number"]
    if match["symbol"] or match["scale"] or not number.isdigit():
        return False
    if re.search(rf"\b(?:{_MONTH})\.?\s*$", before) or re.match(rf"\s*(?:of\s+)?(?:{_MONTH})\b", after):
        return len(number) in (1, 2, 4)
    year = re.fullmatch(r"(?:19|20)\d\d", number) is not None
    return bool((year or len(number) <= 3) and _SPAN_BEFORE.search(before))


def _measure(text: str, figure: re.Match[str] | None) -> str | None:
    """What the figure is called; a currency means money."""
    money = figure is not None and bool(figure["symbol"])
    for name, pattern in _MEASURES:
        if re.search(pattern, text) and not (money and name in _COUNTED):
            return name
    return "net_sales" if money else None


def _bare_month(text: str) -> str | None:
    """A month named without a preposition; "may" alone is a verb."""
    match = re.search(rf"\b(?:in|for|during|of) may\b|\b(?!may\b)(?:{_MONTH})\b(?:\s+(?:19|20)\d\d)?", text)
    return match[0] if match else None


def _name(found: str, text: str) -> str:
    """The system as the user wrote it, well-known names as they are written."""
    at = text.lower().find(found)
    written = text[at : at + len(found)] if at >= 0 else found
    known = {"ga4": "GA4", "ga 4": "GA4", "woocommerce": "WooCommerce", "paypal": "PayPal"}
    name = known.get(found, written)
    return name if re.match(r"(?:my|our|the|your)\b", found) or name != name.lower() else name.capitalize()


def _is_system(part: str, said: str) -> bool:
    """True for a filter that is only the name of the system ("source=google" of "Google Analytics says")."""
    field, _, value = part.partition("=")
    named = field.rstrip("!") in ("source", "channel") and value.lower() in said
    return named and re.search(SYSTEM_NAMES, said) is not None
