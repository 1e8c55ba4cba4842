"""Understanding: a message (and what was asked before) becomes typed requests; no data is read but the shop's names."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final, Literal

from copilot.engine.comparing import settled
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
from copilot.engine.lexicon_reconcile import ONE_QUESTION
from copilot.engine.request import DATA_INTENTS, Intent, Request
from copilot.engine.text import clean, questions
from copilot.tools.names import Name, ShopNames
from copilot.tools.period_pairs import LAST_YEAR, PREVIOUS, find_pair
from copilot.tools.periods import find_phrase, parse_period

MAX_REQUESTS: Final = 3
ENOUGH: Final = 2.0
COMPARED: Final = re.compile(r"\b(?:compared? (?:to|with)|versus|vs\.?|compare|against|difference|between)(?=\s)")
_WE: Final = re.compile(r"(?<!\bthe )(?<!\bin )(?<!\bonly )(?<!\bjust )(?<!\boutside )(?<!\bof )(?<!\bnot )\bus\b")
_UNIT_BEFORE: Final = re.compile(r"^(?:and |what about |how about )*the (week|month|quarter|year) before\W*$")
_WHY: Final = re.compile(r"^(?:and |but )?(?:why(?: is that| so)?|how come|what happened)\W*$")
_SAME_FOR: Final = re.compile(
    r"^(?:and )?(?:the )?(?:same (?:thing )?(?:for|with|but)|what about|how about|for|only|just)\b"
)
_PLAIN: Final = {"web", "gift", "sale", "other", "direct", "unknown", "manual", "returned", "damaged", "lost", "found"}
_TURNED: Final = r"\b(?:outside|not from|not in|without|except|excluding|other than|beyond)(?: of)?(?: the)? \S*"
# Which intent a tool call of the turn before stands for, so that "and only the UK?" repeats it.
INTENT_OF_TOOL: Final[dict[str, Intent]] = {
    "best_customers": "best_customers",
    "list_customers": "list_customers",
    "customer_groups": "customer_groups",
    "journey_stages": "journey",
    "repeat_rate": "repeat_rate",
    "buying_rhythm": "rhythm",
    "next_orders": "next_orders",
    "cohorts": "cohorts",
    "lifetime_value": "ltv",
    "predicted_value": "prediction",
    "measure": "measure",
    "sales_summary": "sales",
    "segment_profile": "profile",
    "products": "products",
    "discounts": "discounts",
    "refunds": "refunds",
    "anti_profile": "anti_profile",
    "customer_kinds": "customer_kinds",
    "customer_voice": "voice",
    "ad_spend": "spend",
    "why_changed": "why_changed",
    "search_guide": "guide",
    "campaign_ideas": "ideas",
}

INTENT_OF_VIEW: Final[dict[tuple[str, str], Intent]] = {
    ("buying_rhythm", "second_order"): "second_order",
    ("customer_groups", "movement"): "rfm_movement",
    ("journey_stages", "movement"): "stage_movement",
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
        return INTENT_OF_VIEW.get((self.tool, str(self.arguments.get("view"))), INTENT_OF_TOOL.get(self.tool))


def understand(
    message: str, names: ShopNames, last_day: date | None, previous: Previous | None = None
) -> list[Request]:
    """The requests of a message, in order, at most three; never empty.

    A message that only narrows or turns the one before ("and only the UK?", "by month", "top 20") becomes
    that request again with the change.
    """
    parts = [message] if ONE_QUESTION.search(message) else questions(message)
    found = [side for part in parts for side in settled(_one(part, names, last_day, previous))]
    if len(found) > 1:
        known = [request for request in found if request.intent != "unclear"]
        found = known or settled(_one(message, names, last_day, previous))
    unique: list[Request] = []
    for request in [side for one in found for side in _by_country(one, names)]:
        if not any(_same(request, other) for other in unique):
            unique.append(request)
    return unique[:MAX_REQUESTS]


def _by_country(request: Request, names: ShopNames) -> list[Request]:
    """A comparison of two countries as a request for each; else the request."""
    named = [*names.find(request.text, ("country",)), *names.codes(request.text)]
    found = list(dict.fromkeys(name.value for name in named if name.field == "country"))
    if len(found) != 2 or request.intent not in DATA_INTENTS or not COMPARED.search(request.text.lower()):
        return [request]
    others = tuple(part for part in request.only if not part.startswith("country"))
    return [request.model_copy(update={"only": (*others, f"country={value}")}) for value in found]


def _same(one: Request, other: Request) -> bool:
    return one.model_copy(update={"text": "", "score": 0.0}) == other.model_copy(update={"text": "", "score": 0.0})


def _one(message: str, names: ShopNames, last_day: date | None, previous: Previous | None) -> Request:
    text = clean(message, VOCABULARY)
    scores = score(text)
    details = _details(text if re.search(r"\bUS\b", message) else _WE.sub(" ", text), names, last_day)
    if turned := _turned_round(message, text, last_day, previous):
        return turned
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


def _turned_round(message: str, text: str, last_day: date | None, previous: Previous | None) -> Request | None:
    """A short question about the figure before: "why?" after a comparison of periods, "and the quarter before?"."""
    if previous is None or previous.tool != "measure":
        return None
    before = previous.arguments
    compare, period = before.get("compare"), before.get("period")
    if _WHY.match(text) and period and compare not in (None, "rest") and "net_sales" in before.get("metrics", ()):
        only = tuple(before.get("only", ()))
        return Request(
            text=message, intent="why_changed", score=ENOUGH, period=period, compare=compare, only=only, follow_up=True
        )
    unit = _UNIT_BEFORE.match(text)
    start = parse_period(str(period), last_day) if unit and period and last_day else None
    earlier = parse_period(f"last {unit[1]}", start.start) if unit and start is not None else None
    if earlier is None:
        return None
    return _continued(message, previous, {"period": f"{earlier.start} to {earlier.end}", "compare": None})


def score(text: str) -> dict[Intent, float]:
    """Summed weights of the patterns that match, by intent."""
    scores: dict[Intent, float] = {}
    for intent, weight, pattern in PATTERNS:
        if pattern.search(text):
            scores[intent] = scores.get(intent, 0.0) + weight
    return scores


def _details(text: str, names: ShopNames, last_day: date | None) -> dict[str, Any]:
    """Period, filters, numbers, segment, stage, metrics and dimensions said in the text."""
    pair = find_pair(text, last_day) if last_day else None
    phrase = pair.period if pair else find_phrase(text, last_day) if last_day else None
    rest = pair.rest if pair else text.replace(phrase, " ") if phrase else text
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
        "compare": pair.compare if pair else None,
        "only": tuple(_filters(rest, names)),
        "share": int(share[1]) / 100 if share and 0 < int(share[1]) <= 50 else None,
        "count": int(count[1]) if count else None,
        "days": int(days[1]) if days and int(days[1]) > 0 else None,
        "segment": next((name for name, pattern in SEGMENTS if pattern.search(text)), None),
        "stage": stage[1] if stage else None,
        "metrics": tuple(name for name, pattern in METRICS if pattern.search(text))[:3],
        "by": (*_dimensions(text), *names.asked_traits(text))[:2],
        "view": next((name for name, pattern in PRODUCT_VIEWS if pattern.search(text)), None),
        "gross": bool(re.search(r"\bby gross|gross sales|before (?:returns|refunds)\b", text)),
    }


def _dimensions(text: str) -> tuple[str, ...]:
    """The dimensions asked for, at most two; in "by month and country" the second needs no "by" of its own."""
    spelled = re.sub(r"\bby (\w+) and (\w+)", r"by \1 by \2", text)
    return tuple(name for name, pattern in DIMENSIONS if pattern.search(text) or pattern.search(spelled))[:2]


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
        name.value.lower() in VOCABULARY or name.value.lower() in _PLAIN
    )


def _is_follow_up(text: str, best: float, details: dict[str, Any], previous: Previous | None) -> bool:
    if previous is None or previous.intent is None:
        return False
    words = len(text.split())
    turns = any(details[key] for key in ("period", "only", "share", "count", "by", "days"))
    if best < ENOUGH:
        return words <= 12 and bool(turns or CLEAR_FOLLOW_UP.match(text)) and bool(turns or details["segment"])
    if previous.tool == "measure" and details["segment"] and _SAME_FOR.match(text):
        return words <= 8 and not details["metrics"]
    opens = CLEAR_FOLLOW_UP.match(text)
    return bool(opens and words <= 8 and turns and best <= 4 and not details["metrics"])


def _continued(message: str, previous: Previous, details: dict[str, Any]) -> Request:
    """The request before, with what the new message changes."""
    intent: Intent = previous.intent or "unclear"
    before = previous.arguments
    said = {key: value for key, value in details.items() if value not in (None, (), False)}
    only = {part.split("=")[0].rstrip("!"): part for part in before.get("only", ())}
    only |= {part.split("=")[0].rstrip("!"): part for part in said.pop("only", ())}
    if said.get("by") and intent not in ("measure", "ltv", "cohorts", "why_changed", "spend"):
        metrics = {"repeat_rate": ("repeat_rate_lifetime",), "best_customers": ("net_sales",)}.get(
            intent, ("net_sales",)
        )
        intent, said["metrics"] = "measure", metrics
    kept: dict[str, Any] = {
        "period": before.get("period"),
        "compare": before.get("compare") or before.get("against"),
        "share": before.get("share"),
        "count": before.get("count"),
        "segment": before.get("segment"),
        "stage": before.get("stage"),
        "goal": before.get("goal"),
        "metrics": tuple(before.get("metrics", ())),
        "by": (before["by"],) if isinstance(before.get("by"), str) else tuple(before.get("by") or ()),
        "view": before.get("view"),
        "days": before.get("days"),
    }
    if "count" in said:
        kept["share"] = None
    if said.get("compare") in (PREVIOUS, LAST_YEAR) and kept["period"]:
        said.pop("period", None)  # "and compared to last year?" keeps the period asked about
    merged = kept | said | {"only": tuple(only.values())}
    return Request(text=message, intent=intent, score=ENOUGH, follow_up=True, **merged)


def _by_details(text: str, details: dict[str, Any]) -> Intent:
    """The intent of a message in which no pattern speaks, from what it names."""
    if details["metrics"] or details["by"] or details["compare"]:
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
