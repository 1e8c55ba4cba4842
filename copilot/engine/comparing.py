"""Settles what a message compares: two periods, a group with the other customers, or neither."""

from __future__ import annotations

import re
from typing import Any, Final

from copilot.engine.request import Intent, Request
from copilot.tools.period_pairs import LAST_YEAR, PREVIOUS, REST, compares_with_rest

# Metrics that stand for an intent when its answer is compared.
_AS_METRICS: Final[dict[Intent, tuple[str, ...]]] = {
    "measure": (),
    "sales": ("net_sales", "orders", "customers", "aov"),
    "new_customers": ("new_customers",),
    "repeat_rate": ("repeat_purchase_rate",),
    "unclear": ("net_sales", "orders", "customers", "aov"),
    "guide": ("net_sales", "orders", "customers", "aov"),
    "profile": ("net_sales", "orders", "customers", "aov"),
}
_NOT_ORDERS: Final = re.compile(
    r"\b(?:conversions?|traffic|sessions?|visit(?:s|ors)?|clicks?|opens?|open rate|ctr|bounces?|subscribers?|reviews?|"
    r"ratings?|ads?|spend)\b"
)
_TIMES: Final = {"day", "week", "month", "quarter", "year", "weekday", "hour", "order_number"}
_COMPARES_ITSELF: Final[tuple[Intent, ...]] = ("why_changed",)
_OF_GROUP: Final = re.compile(r"\b(?:of|from|for|among|by|do|did|does|between)\b")


def settled(request: Request) -> list[Request]:
    """The request with its comparison; two requests, one a period, where its answer has no comparison of its own."""
    if request.intent == "why_changed":  # compares by itself
        return [request]
    if request.compare is not None:
        return [request] if request.intent in _COMPARES_ITSELF else _periods(request)
    text, asked = request.text.lower(), request
    if request.segment is None and request.share:
        request = request.model_copy(update={"segment": f"top {100 * request.share:g} %"})
    own = tuple(name for name in request.metrics if not name.startswith("repeat_rate"))
    if compares_with_rest(text) and request.segment and (request.metrics or request.by):
        changes: dict[str, Any] = {"intent": "measure", "compare": REST, "count": None, "share": None}
        return [request.model_copy(update={**changes, "metrics": _metrics(request)})]
    if request.intent == "repeat_rate" and request.by and not _TIMES & set(request.by) and not own:
        changes = {"intent": "measure", "metrics": ("repeat_rate_lifetime",), "segment": None}
        return [request.model_copy(update=changes)]
    if request.intent == "repeat_rate" and own and request.segment:
        return [request.model_copy(update={"intent": "measure", "metrics": own})]
    if request.intent == "measure":
        return [request.model_copy(update={"segment": _group(request), "metrics": _metrics(request)})]
    return [asked]


def _periods(request: Request) -> list[Request]:
    if request.intent in _AS_METRICS:
        if not request.metrics and _NOT_ORDERS.search(request.text.lower()):
            return [request.model_copy(update={"intent": "unclear", "compare": None})]
        metrics = _metrics(request) or _AS_METRICS[request.intent]
        metrics = tuple("repeat_purchase_rate" if name == "repeat_rate_lifetime" else name for name in metrics)
        changes = {"intent": "measure", "metrics": metrics, "segment": _group(request)}
        return [request.model_copy(update=changes)]
    plain = request.model_copy(update={"compare": None})
    if request.compare in (PREVIOUS, LAST_YEAR):
        return [plain]
    return [plain, request.model_copy(update={"compare": None, "period": request.compare})]


def _metrics(request: Request) -> tuple[str, ...]:
    """What is measured; the whole a rate is made of is not asked for as well."""
    found = list(request.metrics)
    if any(name in found for name in ("return_rate_value", "refunded_order_share")) and "returns" in found:
        found.remove("returns")
    if any(name in found for name in ("discount_rate", "discounted_order_share")) and "discounts" in found:
        found.remove("discounts")
    if {"discount_code", "discounted"} & set(request.by) and len(found) > 1 and "discounts" in found:
        found.remove("discounts")
    if any(name.endswith("order_share") for name in found) and "orders" in found:
        found.remove("orders")
    if "new_or_returning" in request.by:
        found = [name for name in found if name not in ("new_customers", "returning_customers")] or ["net_sales"]
    return tuple(found)


def _group(request: Request) -> str | None:
    """The group whose figures are asked for; words that name a metric or a dimension are no group."""
    if request.segment is None or "new_or_returning" in request.by:
        return None
    if request.segment == "new customers" and "new_customers" in request.metrics:
        return None
    return request.segment if _OF_GROUP.search(request.text.lower()) else None
