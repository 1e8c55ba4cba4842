"""Planning: typed requests become typed tool calls, or a reply that needs no tool."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from copilot.engine.request import Intent, Request


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
    filters = {"period": request.period, "only": request.only}
    if request.intent == "best_customers":
        by = "gross_sales" if request.gross else None
        return [
            _call("best_customers", share=request.share, count=request.count, limit=_rows(request), by=by, **filters)
        ]
    if request.intent == "list_customers":
        return [_call("list_customers", segment=request.segment or "at risk", limit=request.count, **filters)]
    if request.intent == "customer_groups":
        return [_call("customer_groups", **filters)]
    if request.intent == "journey":
        return [_call("journey_stages", **filters)]
    if request.intent == "repeat_rate":
        return [_call("repeat_rate", **filters)]
    if request.intent == "rhythm":
        return [_call("buying_rhythm", days=request.days, **filters)]
    if request.intent == "sales":
        return [_call("sales_summary", **filters)]
    if request.intent == "measure":
        return [_measure(request)]
    if request.intent == "profile":
        return [_call("segment_profile", segment=request.segment or "top 10 %", **filters)]
    if request.intent == "products":
        return [_call("products", view=request.view or "top", segment=request.segment, **filters)]
    if request.intent == "voice":
        return [_call("customer_voice", segment=request.segment)]
    if request.intent in ("icp", "persona", "brief"):
        return [
            _call("make_draft", kind=request.intent, segment=request.segment, stage=request.stage, goal=request.goal)
        ]
    if request.intent == "ideas":
        return [_call("campaign_ideas", stage=request.stage)]
    if request.intent == "data":
        return [_call("describe_data")]
    if request.intent == "guide":
        return [_call("search_guide", question=request.text[:500])]
    return []


def _measure(request: Request) -> Call:
    metrics = request.metrics or (("customers",) if request.by and "country" in request.by else ("net_sales",))
    time = bool({"month", "weekday", "hour"} & set(request.by))
    order = f"-{metrics[0]}" if request.by and not time else None
    limit = request.count or (60 if time else None)
    return _call(
        "measure", metrics=metrics, by=request.by, order=order, limit=limit, period=request.period, only=request.only
    )


def _rows(request: Request) -> int | None:
    """Rows of the ranked table: as many as the number asked for, up to what fits a screen."""
    return min(request.count, 50) if request.count else None


def _call(tool: str, **arguments: Any) -> Call:
    return Call(tool, {key: value for key, value in arguments.items() if value not in (None, (), [])})
