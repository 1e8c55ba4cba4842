"""Event logs of a shop's site (a row an event: view, cart, purchase ...) -> one session a visit; never orders."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held
from copilot.data.formats.base import FieldMap, Mapped, Upload, conform, typed
from copilot.data.formats.checks import check_readable, usable_rows
from copilot.data.formats.lists import unused
from copilot.data.formats.platform import Columns, field_map
from copilot.data.formats.synonyms import normal
from copilot.data.privacy import normal_email, pseudonym, with_match_key
from copilot.data.quality import one
from copilot.data.reading import ROW

COLUMNS: Final[Columns] = {
    "started_at": ("event_time", "event_timestamp", "timestamp", "time", "occurred_at", "event time", "datetime",
                   "date"),
    "status": ("event_type", "event_name", "event", "action", "event type", "event name"),
    "session_id": ("user_session", "session_id", "ga_session_id", "session", "sessionid", "visit_id", "session id"),
    "visitor": ("user_pseudo_id", "client_id", "visitor_id", "visitorid", "anonymous_id", "device_id", "user_id",
                "userid"),
    "customer_id": ("user_id", "userid", "customer_id", "customer id"),
    "email": ("email", "user_email", "customer_email"),
    "channel": ("channel", "utm_source", "source", "traffic_source"),
    "device": ("device", "device_category", "device_type"),
}  # fmt: skip
PAUSE_MINUTES: Final = 30  # without an event, after which the next one begins another visit
WORDS: Final = {
    "page": ("page view", "pageview", "screen view", "page viewed", "page", "view page"),
    "product": ("view", "view item", "product viewed", "product view", "product detail view", "view product", "detail"),
    "cart": ("cart", "add to cart", "addtocart", "added to cart", "product added", "product added to cart"),
    "checkout": ("begin checkout", "checkout", "checkout started", "initiate checkout", "start checkout"),
    "purchase": ("purchase", "transaction", "order completed", "checkout completed", "purchased", "order", "buy"),
}  # fmt: skip
_FIRST: Final = ("visitor", "customer_key", "channel", "device")  # of a session: from its first event that has it
_EVENT: Final = {"event type", "event name", "event", "action"}
_TIME: Final = {"event time", "event timestamp", "timestamp", "time", "occurred at", "datetime"}
_WHO: Final = {
    "user session", "session id", "ga session id", "session", "sessionid", "visit id", "user id", "userid",
    "user pseudo id", "client id", "visitor id", "visitorid", "anonymous id", "device id",
}  # fmt: skip


@dataclass(frozen=True)
class EventLog:
    """The format as the registry sees it."""

    name: str = "event log"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """0.9 for an event, its time and a session or visitor."""
        names = {normal(column) for column in columns}
        return 0.9 if names & _EVENT and names & _TIME and names & _WHO else 0.0

    def map(self, upload: Upload) -> Mapped:
        """One session for each session id; without one, visits of a visitor are told apart by half an hour's pause."""
        fields, mapped = field_map(upload, COLUMNS, self.name, "sessions")
        if mapped.questions:
            return mapped
        events = _events(upload, fields)
        kinds = _kinds(events)
        if not kinds:
            return unused(upload)
        check_readable(upload, fields, events)
        if not fields.has("session_id"):
            events = _visits(upload, events, mapped)
        usable = events.started_at.notnull() & events.session_id.notnull()
        good = usable_rows(upload, events, usable, mapped, "events without a readable time or without a session")
        sessions = held(upload.engine, _sessions(good, kinds))
        mapped.tables["sessions"] = conform(sessions, "sessions")
        _findings(sessions, kinds, mapped)
        return mapped


def _events(upload: Upload, fields: FieldMap) -> ir.Table:
    """Typed events with what happened in one vocabulary; the visitor is a pseudonym."""
    wanted = (*COLUMNS, "phone", "phone_2", "phone_3", "first_name", "last_name", "full_name", "company")
    table = with_match_key(typed(upload, fields, wanted), upload.salt)
    plain = table.status.lower().re_replace(r"[_\-\s]+", " ").strip()
    told = ibis.cases(*[(plain.isin(words), kind) for kind, words in WORDS.items()], else_=ibis.null("string"))
    session = pseudonym(ibis.literal("session:") + table.session_id, upload.salt).substr(0, 20)
    visitor = ibis.coalesce(table.visitor, normal_email(table.email), table.customer_id)
    return held(
        upload.engine,
        table.select(
            ROW, "started_at", "customer_key", "channel", "device", kind=told, session_id=session,
            visitor=pseudonym(ibis.literal("visitor:") + visitor, upload.salt),
        ),
    )  # fmt: skip


def _kinds(events: ir.Table) -> set[str]:
    """The kinds of event the file knows; of one it does not know nothing can be said of any visit."""
    return {kind for kind in events.kind.as_table().distinct().to_pyarrow()["kind"].to_pylist() if kind}


def _visits(upload: Upload, events: ir.Table, mapped: Mapped) -> ir.Table:
    """Events with a session made where a visitor was away for half an hour."""
    order = ibis.window(group_by=events.visitor, order_by=[events.started_at, events[ROW]])
    before = events.started_at.lag().over(order)
    away = events.started_at.epoch_seconds() - before.epoch_seconds()
    begins = (before.isnull() | (away > PAUSE_MINUTES * 60)).cast("int64")
    marked = held(upload.engine, events.mutate(begins=begins))
    order = ibis.window(group_by=marked.visitor, order_by=[marked.started_at, marked[ROW]], preceding=None, following=0)
    number = marked.begins.sum().over(order)
    made = marked.visitor.substr(0, 16) + ibis.literal("-") + number.cast("string")
    mapped.note("made_sessions", 1, "no session in the file", "a visit ends after 30 minutes without an event")
    return held(upload.engine, marked.mutate(session_id=made).drop("begins"))


def _sessions(events: ir.Table, kinds: set[str]) -> ir.Table:
    row = events[ROW]

    def some(kind: str) -> ir.Value:
        return (events.kind == kind).fill_null(False).any() if kind in kinds else ibis.null("boolean")

    def number(kind: str) -> ir.Value:
        return (events.kind == kind).fill_null(False).cast("int64").sum() if kind in kinds else ibis.null("int64")

    return events.group_by("session_id").aggregate(
        **{name: events[name].argmin(row, where=events[name].notnull()) for name in _FIRST},
        started_at=events.started_at.min(),
        pages=number("page" if "page" in kinds else "product"), product_views=number("product"),
        added_to_cart=some("cart"), checkout_started=some("checkout"), ordered=some("purchase"),
    )  # fmt: skip


def _findings(sessions: ir.Table, kinds: set[str], mapped: Mapped) -> None:
    skipped = sessions.ordered.fill_null(False) & ~sessions.added_to_cart.fill_null(True)
    counts = one(
        sessions.aggregate(
            sessions=sessions.count(), visitors=sessions.visitor.nunique(), ordered=sessions.ordered.sum(),
            skipped=skipped.sum(),
        )
    )  # fmt: skip
    mapped.note("sessions", counts["sessions"], f"visits of {counts['visitors']:,} visitors",
        "a visit a row; a visitor is a customer where an orders or customers file has the same number")  # fmt: skip
    mapped.note("no_cart_step", counts["skipped"], "visits with a purchase but no product put into the cart",
        "kept as the log has them: the step was not recorded")  # fmt: skip
    unknown = [word for kind, word in (("cart", "carts"), ("checkout", "checkouts"), ("purchase", "purchases"))
               if kind not in kinds]  # fmt: skip
    mapped.note("not_logged", len(unknown), f"kinds of event the log does not know ({', '.join(unknown)})",
        "unknown for every visit, not 'no'")  # fmt: skip
    mapped.note("no_orders_made", counts["ordered"], "visits with a purchase",
        "no order is made from them: add the orders export for sales")  # fmt: skip
