"""Klaviyo campaign and flow reports: sums of each campaign or flow message, not the people behind them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload, typed
from copilot.data.formats.checks import usable_rows
from copilot.data.formats.computed import cell
from copilot.data.formats.platform import Columns, Signature, field_map, signature
from copilot.data.formats.sums import Measures, fill_reported, present
from copilot.data.privacy import scrub
from copilot.data.reading import ROW

MEASURES: Final[Measures] = {
    "recipients": ("Total Recipients", "Recipients", "Sent"),
    "delivered": ("Successful Deliveries", "Delivered", "Deliveries"),
    "opened": ("Unique Opens",),
    "clicked": ("Unique Clicks",),
    "ordered": ("Unique Placed Order", "Unique Placed Orders"),
    "orders": ("Placed Order", "Total Placed Orders", "Placed Orders"),
    "revenue": ("Revenue", "Total Placed Order Value", "Placed Order Value"),
    "unsubscribed": ("Unsubscribes", "Unsubscribed"),
    "bounced": ("Bounces", "Bounced"),
    "complained": ("Spam Complaints", "Spam"),
}
CLAIMED: Final = "orders and revenue of campaigns are Klaviyo's own attribution within the window set there"


@dataclass(frozen=True)
class KlaviyoReport:
    """A report of campaigns or of flows: the format as the registry sees it."""

    name: str
    report: str  # what `reported` calls it
    header: Signature
    named: tuple[str, ...]  # columns whose words together name a row
    days: tuple[str, ...]
    channels: tuple[str, ...]

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when the header is Klaviyo's."""
        return self.header.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One row a campaign or flow message, or a day of one; rates are left out, they follow from the counts."""
        columns: Columns = {"day": self.days, "campaign": self.named}
        fields, mapped = field_map(upload, columns, self.name, "e-mail reports")
        if mapped.questions:
            return mapped
        words = [cell(upload, name) for name in self.named]
        name = words[0] if len(words) == 1 else ibis.coalesce(words[0] + ibis.literal(": ") + words[1], *words)
        named = upload.table.mutate(
            r_report=ibis.literal(self.report), r_name=scrub(name),
            r_channel=ibis.coalesce(cell(upload, *self.channels).lower().strip(), "email"),
        )  # fmt: skip
        days = typed(upload, fields, ("day",)).select(day_row=ROW, r_day=lambda rows: rows.day.date())
        about = held(upload.engine, named.join(days, named[ROW] == days.day_row))
        measures = present(upload, MEASURES)
        good = usable_rows(upload, about, about.r_name.notnull(), mapped, "rows without a name")
        fill_reported(upload, good, measures, mapped)
        mapped.notes.append(CLAIMED)
        return mapped


CAMPAIGNS: Final = KlaviyoReport(
    name="Klaviyo campaigns", report="e-mail campaigns",
    header=signature("campaign name", some=("total recipients", "unique opens", "unique clicks", "campaign id",
                                            "successful deliveries", "send time"), least=4, none=("flow id",)),
    named=("Campaign Name",), days=("Send Time", "Send Date"), channels=("Campaign Channel", "Channel"),
)  # fmt: skip
FLOWS: Final = KlaviyoReport(
    name="Klaviyo flows", report="e-mail flows",
    header=signature("flow name", some=("flow id", "delivered", "unique opens", "unique clicks", "flow message name",
                                        "flow message id", "total recipients"), least=3),
    named=("Flow Name", "Flow Message Name"), days=("Day", "Date"), channels=("Flow Message Channel", "Channel"),
)  # fmt: skip
