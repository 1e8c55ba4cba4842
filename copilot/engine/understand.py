"""Understanding: a message (and what was asked before) becomes typed requests; no data is read but the shop's names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from copilot.engine.lexicon import (
    ASKED,
    CLEAR_FOLLOW_UP,
    DIMENSIONS,
    MAKING,
    METRICS,
    OWN,
    PATTERNS,
    POINTS_BACK,
    PRODUCT_VIEWS,
    SEGMENTS,
    VOCABULARY,
)
from copilot.engine.request import DATA_INTENTS, Intent, Request
from copilot.engine.text import clean, questions
from copilot.evidence.numerals import MONTHS
from copilot.tools.names import Name, ShopNames
from copilot.tools.periods import find_phrase

MAX_REQUESTS: Final = 3
ENOUGH: Final = 2.0
COMPARED: Final = re.compile(r"\b(?:compared? (?:to|with)|versus|vs\.?|compare|against)(?=\s)")
MONTHS_NAMED: Final = re.compile(rf"\b(?:{'|'.join(sorted(MONTHS, key=len, reverse=True))})\.?\s+\d{{4}}\b")
_TURNED: Final = r"\b(?:outside|not from|not in|without|except|excluding|other than|beyond)(?: of)?(?: the)? \S*"
# Which intent a tool call of the turn before stands for, so that "and only the UK?" repeats it.
INTENT_OF_TOOL: Final[dict[str, Intent]] = {
    "best_customers": "best_customers",
    "list_customers": "list_customers",
    "customer_groups": "customer_groups",
    "journey_stages": "journey",
    "repeat_rate": "repeat_rate",
    "buying_rhythm": "rhythm",
    "measure": "measure",
    "sales_summary": "sales",
    "segment_profile": "profile",
    "products": "products",
    "customer_voice": "voice",
    "search_guide": "guide",
    "campaign_ideas": "ideas",
}


@dataclass(frozen=True)
class Previous:
    """The last tool call of the conversation."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)

    @property
    def intent(self) -> Intent | None:
        """The intent it answered."""
        if self.tool == "make_draft":
            kind = self.arguments.get("kind")
            return kind if kind in ("icp", "persona", "brief") else None
        return INTENT_OF_TOOL.get(self.tool)


def understand(
    message: str, names: ShopNames, last_day: date | None, previous: Previous | None = None
) -> list[Request]:
    """The requests of a message, in order, at most three; never empty.

    A message that only narrows or turns the one before ("and only the UK?", "by month", "top 20") becomes
    that request again with the change.
    """
    parts = [side for part in questions(message) for side in _sides(part)]
    found = [_one(part, names, last_day, previous) for part in parts]
    if len(found) > 1:
        known = [request for request in found if request.intent != "unclear"]
        found = known or [_one(message, names, last_day, previous)]
    unique: list[Request] = []
    for request in [side for one in found for side in _by_country(one, names)]:
        if not any(_same(request, other) for other in unique):
            unique.append(request)
    return unique[:MAX_REQUESTS]


def _by_country(request: Request, names: ShopNames) -> list[Request]:
    """A comparison of two countries as a request for each; else the request."""
    found = list(dict.fromkeys(name.value for name in names.find(request.text, ("country",))))
    if len(found) != 2 or request.intent not in DATA_INTENTS or not COMPARED.search(request.text.lower()):
        return [request]
    others = tuple(part for part in request.only if not part.startswith("country"))
    return [request.model_copy(update={"only": (*others, f"country={value}")}) for value in found]


def _sides(message: str) -> list[str]:
    """A comparison of two months as two messages, one a month; else the message."""
    if not COMPARED.search(message.lower()):
        return [message]
    words = MONTHS_NAMED.findall(message.lower())
    if len(words) != 2:
        return [message]
    subject = COMPARED.sub(" ", message.lower())
    for word in words:
        subject = subject.replace(word.lower(), " ")
    subject = re.sub(r"\b(?:in|with|and|to|the)\b|[?]", " ", subject)
    return [f"{' '.join(subject.split()) or 'net sales'} in {word}" for word in words]


def _same(one: Request, other: Request) -> bool:
    return one.model_copy(update={"text": "", "score": 0.0}) == other.model_copy(update={"text": "", "score": 0.0})


def _one(message: str, names: ShopNames, last_day: date | None, previous: Previous | None) -> Request:
    text = clean(message, VOCABULARY)
    scores = score(text)
    details = _details(text, names, last_day)
    for code in names.codes(message):
        if not any(part.startswith(code.field) for part in details["only"]):
            details["only"] += (f"{code.field}={code.value}",)
    intent, best = max(scores.items(), key=lambda pair: pair[1], default=("unclear", 0.0))
    follow_up = _is_follow_up(text, best, details, previous)
    if follow_up and previous is not None and previous.intent is not None:
        return _continued(message, previous, details)
    if best < ENOUGH:
        intent = _by_details(text, details)
    if intent in ("icp", "persona", "brief") and ASKED.match(text) and not (MAKING.search(text) or OWN.search(text)):
        intent = "guide"
    if intent == "guide" and _about_own_numbers(text, scores):
        intent = max((i for i in scores if i in DATA_INTENTS), key=lambda i: scores[i])
    request = Request(text=message, intent=intent, score=best, **details)
    return _completed(request, text, previous)


def score(text: str) -> dict[Intent, float]:
    """Summed weights of the patterns that match, by intent."""
    scores: dict[Intent, float] = {}
    for intent, weight, pattern in PATTERNS:
        if pattern.search(text):
            scores[intent] = scores.get(intent, 0.0) + weight
    return scores


def _details(text: str, names: ShopNames, last_day: date | None) -> dict[str, Any]:
    """Period, filters, numbers, segment, stage, metrics and dimensions said in the text."""
    phrase = find_phrase(text, last_day) if last_day else None
    rest = text.replace(phrase, " ") if phrase else text
    share = re.search(r"\btop (\d{1,2}) ?(?:%|percent)", rest) or re.search(
        r"\b(\d{1,2}) ?(?:%|percent) of (?:my |our )?customers", rest
    )
    count = re.search(r"\b(?:top|first|best|biggest|about) (\d{1,5})\b(?! ?(?:%|percent|days?))", rest) or re.search(
        r"\b(?:which|my|our|the) (\d{1,5}) (?:best |top |biggest )?customers", rest
    )
    days = re.search(r"\b(\d{1,4}) days?\b", rest)
    stage = re.search(r"\b(cold|warm|hot)\b", text)
    return {
        "period": phrase,
        "only": tuple(_filters(rest, names)),
        "share": int(share[1]) / 100 if share and 0 < int(share[1]) <= 50 else None,
        "count": int(count[1]) if count else None,
        "days": int(days[1]) if days and int(days[1]) > 0 else None,
        "segment": next((name for name, pattern in SEGMENTS if pattern.search(text)), None),
        "stage": stage[1] if stage else None,
        "metrics": tuple(name for name, pattern in METRICS if pattern.search(text))[:3],
        "by": _dimensions(text),
        "view": next((name for name, pattern in PRODUCT_VIEWS if pattern.search(text)), None),
        "gross": bool(re.search(r"\bby gross|gross sales|before (?:returns|refunds)\b", text)),
    }


def _dimensions(text: str) -> tuple[str, ...]:
    """The dimensions asked for, at most two; in "by month and country" the second needs no "by" of its own."""
    spelled = re.sub(r"\bby (\w+) and (\w+)", r"by \1 by \2", text)
    return tuple(name for name, pattern in DIMENSIONS if pattern.search(spelled))[:2]


def _filters(text: str, names: ShopNames) -> list[str]:
    """Filters by names of the data; "outside X" and "not X" turn one round. The first of each dimension counts."""
    found: dict[str, str] = {}
    for name in names.find(text, ("country", "region", "city", "category", "product", "source", "channel")):
        if name.field in found or _is_plain_word(name):
            continue
        turned = re.search(rf"{_TURNED}{re.escape(name.value.lower()[:3])}", text)
        outside = turned or (
            name.field == "country" and re.search(r"\boutside(?: of)?(?: the)? (?:uk|us|usa|eu)\b", text)
        )
        found[name.field] = f"{name.field}{'!=' if outside else '='}{name.value}"
    return list(found.values())


def _is_plain_word(name: Name) -> bool:
    """A product or channel called like a word everybody uses is no filter ("web", "sale", "gift")."""
    return name.field in ("product", "channel", "source", "city", "region") and (
        name.value.lower() in VOCABULARY
        or name.value.lower() in ("web", "gift", "sale", "other", "direct", "unknown", "manual")
    )


def _is_follow_up(text: str, best: float, details: dict[str, Any], previous: Previous | None) -> bool:
    if previous is None or previous.intent is None:
        return False
    words = len(text.split())
    turns = any(details[key] for key in ("period", "only", "share", "count", "by", "days"))
    if best < ENOUGH:
        return words <= 12 and bool(turns or CLEAR_FOLLOW_UP.match(text)) and bool(turns or details["segment"])
    opens = CLEAR_FOLLOW_UP.match(text)
    return bool(opens and words <= 8 and turns and best <= 4 and not details["metrics"])


def _continued(message: str, previous: Previous, details: dict[str, Any]) -> Request:
    """The request before, with what the new message changes."""
    intent: Intent = previous.intent or "unclear"
    before = previous.arguments
    said = {key: value for key, value in details.items() if value not in (None, (), False)}
    only = {part.split("=")[0].rstrip("!"): part for part in before.get("only", ())}
    only |= {part.split("=")[0].rstrip("!"): part for part in said.pop("only", ())}
    if said.get("by") and intent not in ("measure",):
        metrics = {"repeat_rate": ("repeat_rate_lifetime",), "best_customers": ("net_sales",)}.get(
            intent, ("net_sales",)
        )
        intent, said["metrics"] = "measure", metrics
    kept: dict[str, Any] = {
        "period": before.get("period"),
        "share": before.get("share"),
        "count": before.get("count"),
        "segment": before.get("segment"),
        "stage": before.get("stage"),
        "goal": before.get("goal"),
        "metrics": tuple(before.get("metrics", ())),
        "by": tuple(before.get("by", ())),
        "view": before.get("view"),
        "days": before.get("days"),
    }
    if "count" in said:
        kept["share"] = None
    merged = kept | said | {"only": tuple(only.values())}
    return Request(text=message, intent=intent, score=ENOUGH, follow_up=True, **merged)


def _by_details(text: str, details: dict[str, Any]) -> Intent:
    """The intent of a message in which no pattern speaks, from what it names."""
    if details["metrics"] or details["by"]:
        return "measure"
    if details["segment"] and len(text.split()) <= 6:
        return "list_customers"
    if "?" in text or re.match(
        r"(?:how|why|what|when|which|should|can|could|do|does|is|are|name|got|tell|explain)\b", text
    ):
        return "guide"
    return "unclear"


def _about_own_numbers(text: str, scores: dict[Intent, float]) -> bool:
    """A how or what question that names the shop's own data ("what is my repeat rate")."""
    data = max((scores[i] for i in scores if i in DATA_INTENTS), default=0.0)
    return (
        data >= ENOUGH + 1 and bool(re.search(r"\b(?:my|our|we|us|i)\b", text)) and scores.get("guide", 0) < data + 1.5
    )


def _completed(request: Request, text: str, previous: Previous | None) -> Request:
    """Fill what the intent needs: the goal of a brief, the group a word points back to."""
    changes: dict[str, Any] = {}
    if request.intent in ("icp", "persona", "brief", "profile") and request.segment is None:
        points_back = POINTS_BACK.search(text) or re.search(r"\bthese \d+\b", text)
        if previous is not None and points_back:
            changes["segment"] = _segment_of(previous)
    if request.intent == "brief":
        changes["goal"] = _goal(text)
        if request.stage is None:
            changes["stage"] = _stage_of(text, request.segment or changes.get("segment"))
    return request.model_copy(update={key: value for key, value in changes.items() if value is not None})


def _segment_of(previous: Previous) -> str | None:
    arguments = previous.arguments
    if arguments.get("segment"):
        return str(arguments["segment"])
    if previous.tool == "best_customers":
        count = arguments.get("count")
        return f"top {count}" if count else f"top {round(100 * float(arguments.get('share') or 0.10))} %"
    return None


def _goal(text: str) -> str | None:
    for goal, pattern in (
        ("win-back", r"\bwin[- ]?back|lapsed|inactive|reactivat"),
        ("second order", r"\bsecond (?:order|purchase)|one[- ]time|bought once|again\b"),
        ("first order", r"\bfirst (?:order|purchase)|never bought|subscribers\b"),
        ("cross-sell", r"\bcross[- ]?sell|upsell|bundle"),
        ("vip", r"\bvip|loyal|best customers|champions"),
        ("launch", r"\blaunch|new arrivals|new product|new collection"),
    ):
        if re.search(pattern, text):
            return goal
    return None


def _stage_of(text: str, segment: str | None) -> Literal["cold", "warm", "hot"] | None:
    if re.search(r"\bsubscribers?\b.*\bnever\b|\bnever (?:bought|ordered)\b|\bleads?\b|\bprospects?\b|\bcart\b", text):
        return "warm"
    if re.search(r"\bstrangers?\b|\bawareness\b|\bnew audience\b|\bacqui\w+", text):
        return "cold"
    return "hot" if segment else None


def requests_text(requests: Sequence[Request]) -> str:
    """The intents in short, for logs and evaluation."""
    return ", ".join(request.intent for request in requests)
