"""People of an e-mail list -> customers with consent and attributes, and the events the list dates for each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held
from copilot.data.formats.base import WHO, FieldMap, Mapped, Upload, conform, typed
from copilot.data.formats.computed import with_column
from copilot.data.formats.lists import fill_list
from copilot.data.formats.synonyms import normal
from copilot.data.privacy import scrub, with_match_key
from copilot.data.quality import one

CONSENT: Final = "consent, as read"
EVENTS: Final[Mapping[str, str]] = {
    "last_open": "opened",
    "last_click": "clicked",
    "unsubscribed_at": "unsubscribed",
    "cleaned_at": "bounced",
}


def with_consent(upload: Upload, consent: ir.BooleanValue) -> Upload:
    """The upload with a column of `yes` and `no` for the field `email_consent`; null stays unknown."""
    words = ibis.cases((consent, "yes"), (~consent, "no"), else_=ibis.null("string"))
    return with_column(upload, CONSENT, words)


def fill_subscribers(upload: Upload, fields: FieldMap, mapped: Mapped, ignored: Iterable[str]) -> Mapped:
    """Customers, their consent, further columns as attributes (without the `ignored`), and dated events."""
    used = set(fields.columns.values()) | {column for more in fields.also.values() for column in more}
    passed = {normal(name) for name in ignored}
    further = [c for c in upload.raw.columns if c not in used and normal(c) not in passed]
    fill_list(upload, fields, "customers", mapped, further=further)
    _consent_findings(mapped)
    _events(upload, fields, mapped)
    return mapped


def _consent_findings(mapped: Mapped) -> None:
    people = mapped.tables["customers"]
    counts = one(people.aggregate(yes=people.email_consent.sum(), no=(~people.email_consent).sum(), all=people.count()))
    yes, no = counts["yes"] or 0, counts["no"] or 0
    mapped.note("consent", yes, f"people who may be mailed (of {counts['all']:,})", "their consent kept with its date")
    mapped.note("no_consent", no, "people unsubscribed, suppressed or never subscribed", "never in an e-mail audience")
    mapped.note("consent_unknown", counts["all"] - yes - no, "people whose consent the file does not state",
        "counted as not consented")  # fmt: skip


def _events(upload: Upload, fields: FieldMap, mapped: Mapped) -> None:
    """What the list dates for each person; of opens and clicks that is the last one only."""
    dated = [name for name in EVENTS if fields.has(name)]
    if not dated:
        return
    table = held(upload.engine, with_match_key(typed(upload, fields, (*WHO, *dated, "campaign")), upload.salt))
    left = {"unsubscribed", "bounced"}
    parts = []
    for name in dated:
        part = table.filter(table.customer_key.notnull() & table[name].notnull())
        campaign = scrub(part.campaign) if EVENTS[name] in left else ibis.null("string")
        made = part.select("customer_key", happened_at=part[name], event=ibis.literal(EVENTS[name]), campaign=campaign)
        parts.append(conform(made, "email_events"))
    events = held(upload.engine, ibis.union(*parts, distinct=True) if len(parts) > 1 else parts[0].distinct())
    count = int(events.count().execute())
    if not count:
        return
    mapped.tables["email_events"] = events
    last = " (of opens and clicks the last one of each person only)" if {"last_open", "last_click"} & set(dated) else ""
    mapped.note("email_events", count, f"dated e-mail events of single people{last}", "kept")
