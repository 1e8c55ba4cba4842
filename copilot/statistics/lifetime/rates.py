"""Rates: how often people take the next step of the journey, each only where the data allows it."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any, Final

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.lifetime.movement import at_date
from copilot.statistics.receipt import Receipts
from copilot.statistics.repeat import within_days
from copilot.statistics.result import Figure, Result
from copilot.statistics.rhythm import Thresholds, activity_table
from copilot.statistics.scope import Scope, customer_table, people_table

CAPTURE_DAYS: Final = 30
REACTIVATION_DAYS: Final = 90
FIRST_PURCHASE: Final = (30, 90)
SECOND_ORDER: Final = (90, 180)
NO_SESSIONS: Final = (
    "no web sessions are loaded: an export of sessions (GA4 > Explore, or your web analytics) would do it"
)
NO_DATES: Final = (
    "no list says when people subscribed: Shopify > Customers > Export, or Klaviyo > Lists & segments > Export, "
    "with the created or consent date, would do it"
)
NO_HISTORY: Final = "the data is too short"


class StageRate(Result):
    """One step of the journey: from, to, and the share that took it (None where the data cannot tell)."""

    start: str
    end: str
    rate: Figure


def stage_rates(tables: Tables, scope: Scope, limits: Thresholds) -> tuple[StageRate, ...]:
    """Capture, first purchase, checkout, second order and reactivation rates at the analysis date."""
    receipts = Receipts(tables, scope, "stage_rates")
    made = [StageRate(start="cold", end="warm", rate=_capture(receipts))]
    made += [
        StageRate(start="warm_subscriber", end="hot_new", rate=_first_purchase(receipts, days))
        for days in FIRST_PURCHASE
    ]
    made.append(StageRate(start="warm_checkout", end="hot_new", rate=_checkouts(receipts)))
    made += [
        StageRate(start="hot_new", end="hot_repeat", rate=figure)
        for figure in within_days(tables, receipts, SECOND_ORDER)
    ]
    made.append(StageRate(start="hot_lapsed", end="hot_repeat", rate=_reactivated(receipts, limits)))
    return tuple(made)


def _count(tables: Tables, rows: ir.Table) -> int:
    return int(tables.frame(rows.aggregate(n=rows.count()))["n"].iloc[0])


def _subscribed(tables: Tables) -> ir.Table:
    """customer_key and the day of subscribing, of people who consented and whose day is known."""
    people = people_table(tables)
    people = people.mutate(since=people.consent_at.fill_null(people.created_at).date())
    return people.filter(people.since.notnull(), people.email_consent.fill_null(False)).select("customer_key", "since")


def _capture(receipts: Receipts) -> Figure:
    """New subscribers over new visitors of the last 30 days; two systems count, so it can exceed one."""
    tables, as_of = receipts.tables, receipts.as_of
    sessions = tables.sessions.filter(tables.sessions.started_at.notnull(), tables.sessions.visitor.notnull())
    if as_of is None or not _count(tables, sessions):
        return receipts.figure("capture_rate", None, warnings=(NO_SESSIONS,))
    since = as_of - timedelta(days=CAPTURE_DAYS)
    people = _subscribed(tables)
    if not _count(tables, people):
        return receipts.figure("capture_rate", None, warnings=(NO_DATES,))
    new = _count(tables, people.filter(people.since > since, people.since <= as_of))
    first = sessions.group_by("visitor").aggregate(day=sessions.started_at.min().date())
    visitors = _count(tables, first.filter(first.day > since, first.day <= as_of))
    if not visitors or new > visitors:
        why = (
            "more new subscribers than new visitors: the two exports do not cover the same people"
            if new
            else NO_HISTORY
        )
        return receipts.figure("capture_rate", None, warnings=(why,))
    return receipts.share("capture_rate", new, visitors, of="visitors",
                          warnings=("subscribers and visitors are counted by two systems",))  # fmt: skip


def _first_purchase(receipts: Receipts, days: int) -> Figure:
    """Subscribers without an order by the day they subscribed, and those of them who ordered within `days`."""
    tables, scope, as_of = receipts.tables, receipts.scope, receipts.as_of
    details: dict[str, Any] = {
        "name": f"first_purchase_{days}",
        "label": f"Subscribers with a first order within {days} days",
    }
    people = _subscribed(tables)
    if as_of is None or not _count(tables, people):
        return receipts.figure("first_purchase_rate", None, warnings=(NO_DATES,), **details)
    start = tables.facts.first_order or as_of
    people = people.filter(people.since >= start, people.since <= as_of - timedelta(days=days))
    buyers = customer_table(tables, scope).select("customer_key", "first_day")
    joined = people.left_join(buyers, "customer_key")
    joined = joined.filter((joined.first_day > joined.since).fill_null(True))
    wait = joined.first_day.delta(joined.since, unit="day")
    row = tables.frame(
        joined.aggregate(n=joined.count(), bought=(wait <= days).fill_null(False).sum().fill_null(0))
    ).iloc[0]
    if not int(row["n"]):
        return receipts.figure("first_purchase_rate", None, warnings=(NO_HISTORY,), **details)
    return receipts.share("first_purchase_rate", int(row["bought"]), int(row["n"]), of="subscribers", **details)


def _checkouts(receipts: Receipts) -> Figure:
    tables, as_of = receipts.tables, receipts.as_of
    sessions = tables.sessions
    begun = sessions.filter(sessions.checkout_started.fill_null(False))
    if as_of is not None:
        begun = begun.filter(begun.started_at.date() <= as_of)
    row = tables.frame(begun.aggregate(n=begun.count(), ordered=begun.ordered.fill_null(False).sum().fill_null(0),
                                       known=begun.ordered.count())).iloc[0]  # fmt: skip
    if not int(row["known"]):
        return receipts.figure("checkout_rate", None, warnings=(NO_SESSIONS,))
    return receipts.share("checkout_rate", int(row["ordered"]), int(row["n"]), of="visits")


def _reactivated(receipts: Receipts, limits: Thresholds) -> Figure:
    """Lapsed 90 days before the analysis date, by today's borders, and those of them with an order since."""
    tables, scope, as_of = receipts.tables, receipts.scope, receipts.as_of
    start = tables.facts.first_order
    then = (as_of or date(1970, 1, 1)) - timedelta(days=REACTIVATION_DAYS)
    if as_of is None or start is None or then < start:
        return receipts.figure("reactivation_rate", None, warnings=(NO_HISTORY,))
    before = activity_table(tables, at_date(scope, then), limits)
    lapsed = before.filter(before.activity == "lapsed").select("customer_key")
    now = customer_table(tables, scope).select("customer_key", "last_day")
    joined = lapsed.left_join(now, "customer_key")
    again = (joined.last_day > ibis.date(then.isoformat())).fill_null(False)
    row = tables.frame(joined.aggregate(n=joined.count(), again=again.sum().fill_null(0))).iloc[0]
    if not int(row["n"]):
        return receipts.figure("reactivation_rate", None, warnings=(f"nobody was lapsed {REACTIVATION_DAYS} days ago",))
    return receipts.share("reactivation_rate", int(row["again"]), int(row["n"]), of="customers")
