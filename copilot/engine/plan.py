"""Planning: typed requests become typed tool calls, or a reply that needs no tool."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

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
    make = _MAKERS.get(request.intent)
    return [make(request)] if make is not None else []


def _filters(request: Request) -> dict[str, Any]:
    return {"period": request.period, "only": request.only}


def _best(request: Request) -> Call:
    by = "gross_sales" if request.gross else None
    return _call(
        "best_customers", share=request.share, count=request.count, limit=_rows(request), by=by, **_filters(request)
    )


def _list(request: Request) -> Call:
    return _call("list_customers", segment=request.segment or "at risk", limit=_rows(request), **_filters(request))


def _profile(request: Request) -> Call:
    return _call("segment_profile", segment=request.segment or "top 10 %", **_filters(request))


def _products(request: Request) -> Call:
    return _call("products", view=request.view or "top", segment=request.segment, **_filters(request))


def _draft(request: Request) -> Call:
    return _call("make_draft", kind=request.intent, segment=request.segment, stage=request.stage, goal=request.goal)


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


_MAKERS: Final[dict[Intent, Callable[[Request], Call]]] = {
    "best_customers": _best,
    "list_customers": _list,
    "customer_groups": lambda request: _call("customer_groups", **_filters(request)),
    "journey": lambda request: _call("journey_stages", **_filters(request)),
    "repeat_rate": lambda request: _call("repeat_rate", **_filters(request)),
    "rhythm": lambda request: _call("buying_rhythm", days=request.days, **_filters(request)),
    "sales": lambda request: _call("sales_summary", **_filters(request)),
    "new_customers": lambda request: _call("sales_summary", view="new_customers", **_filters(request)),
    "measure": _measure,
    "profile": _profile,
    "products": _products,
    "voice": lambda request: _call("customer_voice", segment=request.segment),
    "icp": _draft,
    "persona": _draft,
    "brief": _draft,
    "ideas": lambda request: _call("campaign_ideas", stage=request.stage),
    "data": lambda _: _call("describe_data"),
    "guide": lambda request: _call("search_guide", question=request.text[:500]),
}
