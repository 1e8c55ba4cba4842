"""Planning: typed requests become typed tool calls, or a reply that needs no tool."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from copilot.engine.lexicon import COHORT_MEASURES, COHORT_ROWS, LTV_ROWS, SPANS
from copilot.engine.predictions import prediction_arguments
from copilot.engine.reconciling import rate_arguments, reconcile_arguments
from copilot.engine.request import Intent, Request
from copilot.engine.stated import (
    change_arguments,
    counted_too,
    opportunity_arguments,
    plan_arguments,
    result_arguments,
    spend_arguments,
    stated_margin,
    voice_arguments,
)

# Dimensions whose values have an order of their own.
_IN_ORDER: Final = {"day", "week", "month", "quarter", "year", "weekday", "hour", "order_number"}


@dataclass(frozen=True)
class Call:
    """One tool call."""

    tool: str
    arguments: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Plan:
    """Calls to make, and replies (by intent) to word without one."""

    calls: tuple[Call, ...] = ()
    replies: tuple[Intent, ...] = ()


def plan(requests: Sequence[Request]) -> Plan:
    """The calls for all requests of a message, each once, in order."""
    calls: list[Call] = []
    replies: list[Intent] = []
    for request in requests:
        planned = _calls(request)
        if not planned:
            replies.append(request.intent)
        calls += [call for call in planned if call not in calls]
    return Plan(tuple(calls), tuple(dict.fromkeys(replies)))


def _calls(request: Request) -> list[Call]:
    if request.intent not in ("reconcile", "guide"):
        request = request.model_copy(update={"only": counted_too(request.text, request.only)})
    make = _MAKERS.get(request.intent)
    return [make(request)] if make is not None else []


def _filters(request: Request) -> dict[str, Any]:
    return {"period": request.period, "only": request.only}


_OTHER_RANKS: Final = (
    (
        "orders",
        re.compile(r"\bby (?:the )?(?:number of |most )?orders\b|\border(?:s|ed)? (?:the )?most\b"),
    ),
    ("units", re.compile(r"\bby (?:units|items|pieces)\b")),
    ("average order value", re.compile(r"\bby (?:aov|average (?:order|basket)(?: value| size)?)\b")),
)


def _best(request: Request) -> Call:
    for rank, words in _OTHER_RANKS:
        if words.search(request.text.lower()):
            group = f"top {request.count}" if request.count else f"top {100 * (request.share or 0.10):g} %"
            return _call(
                "list_customers", segment=f"{group} by {rank}", limit=_rows(request) or 10, **_filters(request)
            )
    by = "gross_sales" if request.gross else None
    return _call(
        "best_customers",
        share=request.share,
        count=request.count,
        limit=_rows(request),
        by=by,
        include=_included(request.text),
        **_filters(request),
    )


def _list(request: Request) -> Call:
    return _call("list_customers", segment=request.segment or "at risk", limit=_rows(request), **_filters(request))


def _profile(request: Request) -> Call:
    return _call("segment_profile", segment=request.segment or "top 10 %", **_filters(request))


def _products(request: Request) -> Call:
    """A product or category that is named is what the question is about, not a filter; "next" then means after it."""
    named = [part for part in request.only if part.startswith(("product=", "category="))]
    level, _, product = named[0].partition("=") if named else (_level(request), "", _product_in(request.text))
    view = request.view or ("one" if product else "top")
    if not product or view in ("top", "first", "gateway"):
        segment = request.segment if view == "first" else None
        return _call("products", view=view, level=_level(request), segment=segment, **_filters(request))
    only = tuple(part for part in request.only if part not in named)
    view = "after" if view == "next" else view
    return _call("products", view=view, product=product, level=level, period=request.period, only=only)


_PRODUCT_IN: Final = (
    r"\bafter (?:they (?:buy|bought|order(?:ed)?) |buying |purchasing |ordering )?(?:the |an? |our |my )?"
    r"(?P<name>[^?.!]+)",
    r"\b(?:re-?orders?|rebuy|repurchase) (?:the |our |my )?(?P<name>[^?.!]+)",
    r"\b(?:goes|sells|bought|buy|sell) (?:well )?(?:together )?with (?:the |a |an |our |my )?(?P<name>[^?.!]+)",
    r"^(?:and )?tell me (?:more |something |everything )?about (?:the |our |my )?(?P<name>[^?.!]+)",
    r"\bhow (?:is|are|does|did) (?:the |our |my )(?P<name>[^?.!]+?) (?:sell|selling|doing|perform|performing)\b",
)
_NO_PRODUCT: Final = re.compile(
    r"^(?:that|this|it|them|these|those|(?:the )?(?:first|second)|how|what|an? order|cycles?|rates?|intervals?|"
    r"times?|timing|again|products?|things?|items?|stuff|(?:the )?same|\d+|"
    r"reminders?|within|every|each|in|on|from|by)\b"
)


def _product_in(text: str) -> str | None:
    """What a question names as a product where no name of the data was recognised: "after the Sencha"."""
    for pattern in _PRODUCT_IN:
        found = re.search(pattern, text.strip(), re.IGNORECASE)
        if found and not _NO_PRODUCT.match(found["name"].strip().lower()):
            return found["name"].strip()
    return None


def _discount_part(text: str) -> str | None:
    said = text.lower()
    if re.search(r"\banyway\b|without (?:the|a|any)", said):
        return "anyway"
    return "first" if re.search(r"\b(?:worse|better|bad|loyal|come back|hurt\w*|repeat)\b", said) else None


def _level(request: Request) -> str | None:
    return "category" if re.search(r"\bcategor(?:y|ies)\b", request.text.lower()) else None


_KINDS: Final = {"wholesale": r"wholesale\w*|b2b|trade", "reseller": r"resell\w+", "staff": r"staff|employees",
                 "test": r"tests?", "gift": r"gift\w*", "all": r"every(?:body|one)"}  # fmt: skip


def _included(text: str) -> tuple[str, ...]:
    """Kinds of customers that a ranking is asked to take in: "with wholesale", "including gift buyers"."""
    said = text.lower()
    return tuple(
        kind
        for kind, words in _KINDS.items()
        if re.search(rf"\b(?:with|including|include|and also|incl\.?)\s+(?:the\s+)?(?:{words})\b", said)
    )


def _prediction(request: Request) -> Call:
    asked = prediction_arguments(request.text) | stated_margin(request.text)
    return _call("predicted_value", segment=request.segment, **_filters(request), **asked)


def _draft(request: Request) -> Call:
    return _call("make_draft", kind=request.intent, segment=request.segment, stage=request.stage, goal=request.goal)


def _measure(request: Request) -> Call:
    metrics = request.metrics or (("customers",) if request.by and "country" in request.by else ("net_sales",))
    time = bool(_IN_ORDER & set(request.by))
    order = f"-{metrics[0]}" if request.by and not time else None
    limit = request.count or (60 if time else None)
    return _call(
        "measure",
        metrics=metrics,
        by=request.by,
        segment=request.segment,
        compare=request.compare,
        order=order,
        limit=limit,
        period=request.period,
        only=request.only,
    )


_FIRST: Final = {
    "source": "first_source", "channel": "first_channel", "category": "first_category", "product": "first_product",
    "device": "first_device", "country": "country", "region": "region", "month": "month",
}  # fmt: skip


def _first_order(request: Request, allowed: tuple[str, ...]) -> str | None:
    """The attribute of the first order that a question splits by."""
    named = [_FIRST.get(one, one) for one in request.by]
    return next((one for one in named if one in allowed), None)


def _cohorts(request: Request) -> Call:
    text = request.text.lower()
    measure = next((name for name, words in COHORT_MEASURES if re.search(words, text)), None)
    by = _first_order(request, COHORT_ROWS)
    return _call("cohorts", by=by, measure=measure, **_filters(request))


def _ltv(request: Request) -> Call:
    basis = "gross_sales" if request.gross else None
    sources = [part for part in request.only if part.startswith("source=")]
    if sources and re.search(r"\b(?:better|worse|than|vs\.?|versus)\b", request.text.lower()):  # all, side by side
        rest = tuple(part for part in request.only if part not in sources)
        request = request.model_copy(update={"only": rest, "by": ("source",)})
    by, margin = _first_order(request, LTV_ROWS), stated_margin(request.text)
    return _call("lifetime_value", by=by, days=request.days, basis=basis, **margin, **_filters(request))


def _scoring(request: Request) -> str | None:
    """The RFM scheme that a question names."""
    text = request.text.lower()
    return "tercile_klaviyo" if "klaviyo" in text else "shopify_style" if "shopify" in text else None


def _moved(request: Request) -> Call:
    """Since when: days said, else the span named (last month, quarter, half year, year), else 90 days."""
    text = request.text.lower()
    span = next((days for words, days in SPANS if re.search(words, text)), None)
    return _call(
        "customer_groups", view="movement", days=request.days or span, method=_scoring(request), only=request.only
    )


def _rows(request: Request) -> int | None:
    """Rows of the ranked table: as many as the number asked for, up to what fits a screen."""
    return min(request.count, 50) if request.count else None


def _call(tool: str, **arguments: Any) -> Call:
    return Call(tool, {key: value for key, value in arguments.items() if value not in (None, (), [])})


_MAKERS: Final[dict[Intent, Callable[[Request], Call]]] = {
    "best_customers": _best,
    "list_customers": _list,
    "customer_groups": lambda request: _call("customer_groups", method=_scoring(request), **_filters(request)),
    "journey": lambda request: _call("journey_stages", **_filters(request)),
    "repeat_rate": lambda request: _call("repeat_rate", **_filters(request)),
    "rhythm": lambda request: _call("buying_rhythm", days=request.days, **_filters(request)),
    "second_order": lambda request: _call("buying_rhythm", view="second_order", **_filters(request)),
    "next_orders": lambda request: _call("next_orders", days=request.days, **_filters(request)),
    "cohorts": _cohorts,
    "ltv": _ltv,
    "rfm_movement": _moved,
    "stage_movement": lambda request: _call("journey_stages", view="movement", only=request.only),
    "sales": lambda request: _call("sales_summary", **_filters(request)),
    "new_customers": lambda request: _call("sales_summary", view="new_customers", **_filters(request)),
    "measure": _measure,
    "profile": _profile,
    "prediction": _prediction,
    "products": _products,
    "discounts": lambda request: _call("discounts", part=_discount_part(request.text), **_filters(request)),
    "refunds": lambda request: _call("refunds", **_filters(request)),
    "anti_profile": lambda request: _call("anti_profile", **_filters(request)),
    "customer_kinds": lambda request: _call("customer_kinds", **_filters(request)),
    "voice": lambda request: _call("customer_voice", **voice_arguments(request.text, request.segment)),
    "spend": lambda request: _call(
        "ad_spend",
        days=request.days,
        period=request.period,
        **spend_arguments(request.text, request.only, request.view),
    ),
    "why_changed": lambda request: _call(
        "why_changed", only=request.only, **change_arguments(request.text, request.period, request.by, request.compare)
    ),
    "rate": lambda request: _call("exchange_rate", **rate_arguments(request.text)),
    "reconcile": lambda request: _call("reconcile", **reconcile_arguments(request.text, request.only, request.period)),
    "test_plan": lambda request: _call("test_plan", **plan_arguments(request.text)),
    "test_result": lambda request: _call("test_result", **result_arguments(request.text)),
    "opportunity": lambda request: _call("opportunity", **_filters(request), **opportunity_arguments(request.text)),
    "icp": _draft,
    "persona": _draft,
    "brief": _draft,
    "ideas": lambda request: _call("campaign_ideas", stage=request.stage),
    "data": lambda _: _call("describe_data"),
    "correct": lambda request: _call("correct_data", **(request.said or {})),
    "corrections": lambda _: _call("corrections"),
    "undo_correction": lambda request: _call("undo_correction", **(request.said or {})),
    "guide": lambda request: _call("search_guide", question=request.text[:500]),
}
