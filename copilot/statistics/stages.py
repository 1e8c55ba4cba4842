"""Stages: the rules that put every known person into exactly one journey sub-stage."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal, NamedTuple

import ibis
import ibis.expr.types as ir

from copilot.data.tables import Tables
from copilot.statistics.intervals import top_count
from copilot.statistics.rhythm import Thresholds, activity_table, thresholds
from copilot.statistics.scope import Scope, customer_table, every_document, people_table

StageName = Literal["cold", "warm", "hot"]

VIP_SHARE: Final = 0.10
CHECKOUT_DAYS: Final = 30
SESSION_DAYS: Final = 30
CLICK_DAYS: Final = 90
SUBSCRIBER_DAYS: Final = 90


class StageRule(NamedTuple):
    """Stage, short label and rule in words of one sub-stage."""

    stage: StageName
    label: str
    rule: str


SUBSTAGES: Final[dict[str, StageRule]] = {
    "hot_vip": StageRule("hot", "VIP", "active, and top 10 % of customers by net sales of the last 365 days"),
    "hot_repeat": StageRule("hot", "Repeat buyer", "two or more orders, active"),
    "hot_new": StageRule("hot", "New buyer", "exactly one order, not older than the usual wait for a second"),
    "hot_cooling": StageRule("hot", "Cooling", "bought, and later than usual with the next order"),
    "hot_lapsed": StageRule("hot", "Lapsed", "bought, and far later than usual with the next order"),
    "warm_checkout": StageRule("warm", "Left a checkout", "no order; checkout or cart in the last 30 days"),
    "warm_engaged": StageRule(
        "warm",
        "Engaged",
        "no order that lasted (all refunded or free), or: click in 90 days, product view or two visits in 30 days",
    ),
    "warm_subscriber": StageRule(
        "warm", "Subscriber", "no order; subscribed in the last 90 days, or age or clicks unknown"
    ),
    "cold_dormant_lead": StageRule(
        "cold", "Dormant lead", "no order; subscribed over 90 days ago, no click in 90 days"
    ),
    "cold_known": StageRule("cold", "Known contact", "no order, no consent, no engagement"),
}


def stage_table(tables: Tables, scope: Scope, limits: Thresholds | None = None) -> ir.Table:
    """One row per known person: customer_key, stage, substage, email_consent, net_sales, refunded_only, note."""
    scope = scope.ever()
    borders = limits or thresholds(tables, scope)
    return tables.kept(f"stages-{borders.key()}-{scope.key()}", lambda: _staged(tables, scope, borders))


def _staged(tables: Tables, scope: Scope, limits: Thresholds) -> ir.Table:
    people = _everybody(tables, scope)
    buyers = _buyers(tables, scope, limits)
    signals = _signals(tables, scope.as_of(tables.facts) or date(1970, 1, 1))
    joined = people.left_join(buyers, "customer_key").drop("customer_key_right")
    for table in signals:
        joined = joined.left_join(table, "customer_key").drop("customer_key_right")
    refunded = joined.refunded.fill_null(False) | (joined.frequency.isnull() & joined.only_nothing)
    joined = joined.mutate(refunded_only=refunded)
    substage = _first_match(joined, scope.as_of(tables.facts) or date(1970, 1, 1), clicks=_has_clicks(tables))
    staged = joined.mutate(substage=substage)
    return staged.select(
        "customer_key",
        "substage",
        "email_consent",
        "net_sales",
        "refunded_only",
        stage=staged.substage.split("_")[0],
        note=ibis.cases(
            (staged.refunded_only, "all orders refunded or free"),
            (staged.before_file, "bought before the data begins"),
            (staged.substage.startswith("warm_subscriber") & staged.email_consent.isnull(), "consent unknown"),
            (staged.substage.startswith("warm_subscriber") & staged.since.isnull(), "age unknown"),
            else_="",
        ),
    )


def _everybody(tables: Tables, scope: Scope) -> ir.Table:
    """Known people with consent, age and what kind of documents they have; those of the scope's conditions."""
    people = people_table(tables)
    every = every_document(tables, scope)
    every = every.filter(every.customer_key.notnull())
    demand = every.gross_sales.fill_null(every.total_sales).fill_null(0) - every.discounts.fill_null(0)
    nothing = (every.kind == "return") | (demand <= 0)
    documents = every.group_by("customer_key").aggregate(
        documents=every.count(),
        only_nothing=nothing.all(),
        last_pending=every.ordered_at.max(where=every.status == "pending"),
    )
    ordered = documents.select("customer_key", "documents")
    seen, today = scope.as_of(tables.facts), tables.facts.analysis_date
    if seen is not None and today is not None and seen < today:
        ordered = _ordered_ever(tables, scope)
        people = _known_by(people, ordered, seen)
    if scope.where:  # a condition on orders says nothing about people without one
        people = people.semi_join(documents, "customer_key")
    keys = people.select("customer_key").union(documents.select("customer_key"), distinct=True)
    joined = keys.left_join(people, "customer_key").drop("customer_key_right")
    joined = joined.left_join(documents, "customer_key").drop("customer_key_right")
    joined = joined.left_join(ordered.select("customer_key", ever="documents"), "customer_key").drop(
        "customer_key_right"
    )
    return joined.select(
        customer_key=joined.customer_key,
        email_consent=joined.email_consent,
        since=joined.consent_at.fill_null(joined.created_at).date(),
        pending_day=joined.last_pending.date(),
        only_nothing=joined.only_nothing.fill_null(False),
        before_file=joined.ever.isnull() & (joined.orders_stated.fill_null(0) > 0),
    )


def _ordered_ever(tables: Tables, scope: Scope) -> ir.Table:
    """customer_key and the first day of a document, whenever it was: what a look back must not take for unknown."""
    every = every_document(tables, scope.model_copy(update={"analysis_date": None, "period": None}))
    every = every.filter(every.customer_key.notnull())
    return every.group_by("customer_key").aggregate(documents=every.count(), begun=every.ordered_at.min().date())


def _known_by(people: ir.Table, ordered: ir.Table, day: date) -> ir.Table:
    """People the shop knew on that day, with the consent they had given by then.

    Without a date of their own they are known from their first order on; without an order, always.
    """
    people = people.left_join(ordered.select("customer_key", "begun"), "customer_key").drop("customer_key_right")
    listed = ibis.least(people.created_at.fill_null(people.consent_at), people.consent_at.fill_null(people.created_at))
    later = (people.consent_at.date() > day).fill_null(False)
    people = people.filter((listed.date().fill_null(people.begun) <= day).fill_null(True)).drop("begun")
    return people.mutate(
        email_consent=ibis.ifelse(later & people.email_consent.fill_null(False), False, people.email_consent),
        consent_at=ibis.ifelse(later, None, people.consent_at),
    )


def _buyers(tables: Tables, scope: Scope, limits: Thresholds) -> ir.Table:
    customers = customer_table(tables, scope)
    n = int(tables.frame(customers.aggregate(n=customers.count()))["n"].iloc[0])
    rank = ibis.rank().over(order_by=customers.value_365.desc())
    ranked = customers.select(
        "customer_key",
        "frequency",
        "net_sales",
        top=(rank < (top_count(n, VIP_SHARE) if n else 0)) & (customers.value_365 > 0),
        refunded=customers.net_sales <= 0,
    )
    activity = activity_table(tables, scope, limits).select("customer_key", "activity")
    return ranked.join(activity, "customer_key")


def _signals(tables: Tables, as_of: date) -> tuple[ir.Table, ir.Table]:
    """Web and e-mail behaviour by person up to the analysis date (checkout, views and visits; clicks)."""
    sessions = tables.sessions
    day = sessions.started_at.date()
    recent = sessions.filter(sessions.customer_key.notnull(), day <= as_of, day > as_of - timedelta(days=SESSION_DAYS))
    begun = recent.checkout_started.fill_null(False) | recent.added_to_cart.fill_null(False)
    web = recent.group_by("customer_key").aggregate(
        checkout=begun.any(),
        engaged=(recent.count() >= 2) | (recent.product_views.fill_null(0).sum() > 0),
    )
    events = tables.email_events
    clicks = events.filter(
        events.customer_key.notnull(),
        events.event == "clicked",
        events.happened_at.date() <= as_of,
        events.happened_at.date() > as_of - timedelta(days=CLICK_DAYS),
    )
    return web, clicks.group_by("customer_key").aggregate(clicked=clicks.count() > 0)


def _has_clicks(tables: Tables) -> bool:
    events = tables.email_events
    return int(tables.frame(events.aggregate(n=events.count()))["n"].iloc[0]) > 0


def _first_match(rows: ir.Table, as_of: date, *, clicks: bool) -> ir.StringValue:
    """The rules of the stages, top down; the last one takes everybody left."""
    bought = rows.frequency.notnull() & ~rows.refunded.fill_null(False)
    active = rows.activity == "active"
    checkout = rows.checkout.fill_null(False) | (rows.pending_day > as_of - timedelta(days=CHECKOUT_DAYS)).fill_null(
        False
    )
    fresh = (rows.since > as_of - timedelta(days=SUBSCRIBER_DAYS)).fill_null(False)
    unknown = rows.email_consent.isnull() | rows.since.isnull() | ibis.literal(not clicks)
    subscribed = rows.email_consent.fill_null(True)
    return ibis.cases(
        (bought & active & rows.top, "hot_vip"),
        (bought & active & (rows.frequency >= 2), "hot_repeat"),
        (bought & active, "hot_new"),
        (bought & (rows.activity == "cooling"), "hot_cooling"),
        (bought | rows.before_file, "hot_lapsed"),
        (rows.refunded_only, "warm_engaged"),
        (checkout, "warm_checkout"),
        (rows.clicked.fill_null(False) | rows.engaged.fill_null(False), "warm_engaged"),
        (subscribed & (fresh | unknown), "warm_subscriber"),
        (subscribed, "cold_dormant_lead"),
        else_="cold_known",
    )


def prospects_known(tables: Tables) -> bool:
    """True if people without any order document are known."""
    orders = tables.orders.filter(tables.orders.customer_key.notnull())
    others = people_table(tables).anti_join(orders, "customer_key")
    return int(tables.frame(others.aggregate(n=others.count()))["n"].iloc[0]) > 0
