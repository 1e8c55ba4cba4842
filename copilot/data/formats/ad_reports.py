"""What the reports of advertising platforms share: their columns, currency in a header, and days, weeks or periods."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import cell, column, with_column
from copilot.data.formats.platform import Columns, Signature, field_map
from copilot.data.formats.report_period import stated_period
from copilot.data.formats.spending import fill_spend, header_currency
from copilot.errors import DataRefused

FIRST: Final = "first day, as stated"
LAST: Final = "last day, as stated"
CURRENCY: Final = "currency of the cost"


@dataclass(frozen=True)
class AdReport:
    """An ad platform's report: the format as the registry sees it.

    `columns`: field -> names in several languages; `cost` finds a cost column whose name carries the currency;
    `prepare` changes the upload before its columns are looked up.
    """

    name: str
    channel: str
    columns: Columns
    header: Signature
    cost: re.Pattern[str] | None = None
    also: tuple[Signature, ...] = field(default=())
    prepare: Callable[[Upload], Upload] | None = None

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 when the header is this platform's."""
        told = max(header.confidence(columns) for header in (self.header, *self.also))
        paid = self.cost is None or any(self.cost.match(own) for own in columns)
        return told if paid else 0.0

    def map(self, upload: Upload) -> Mapped:
        """A row a day and campaign; a report without days is of the period it states."""
        columns = dict(self.columns)
        if self.prepare is not None:
            upload = self.prepare(upload)
        if self.cost is not None:
            columns["spend"] = tuple(own for own in upload.raw.columns if self.cost.match(own))
        upload = _with_currency(upload, columns)
        if column(upload, *columns.get("day", ())) is None:
            upload = _with_days(upload)
            columns |= {"day": (FIRST,), "until": (LAST,)}
        # The best column of a figure counts alone: filled up from another it would be neither the one nor the other.
        best = {name: (own,) for name, names in columns.items() if (own := column(upload, *names)) is not None}
        fields, mapped = field_map(upload, best, self.name, "spend")
        return mapped if mapped.questions else fill_spend(upload, fields, mapped, channel=self.channel)


def _with_currency(upload: Upload, columns: dict[str, tuple[str, ...]]) -> Upload:
    """The currency a cost column's name carries, as a column of its own."""
    cost = column(upload, *columns.get("spend", ()))
    code = header_currency(cost) if cost is not None else None
    if code is None or column(upload, *columns.get("currency", ())) is not None:
        return upload
    columns["currency"] = (CURRENCY,)
    return with_column(upload, CURRENCY, ibis.literal(code))


def _with_days(upload: Upload) -> Upload:
    """Days from a column of weeks or months, else the period stated above the table. Raises DataRefused without."""
    for names, length in ((("Week", "Woche", "Semaine", "Semana"), 7), (("Month", "Monat", "Mois", "Mes"), 0)):
        if column(upload, *names) is not None:
            first = cell(upload, *names).re_replace(r"^(\d{4}-\d{2})$", r"\1-01")
            return with_column(with_column(upload, FIRST, first), LAST, _end(first, length))
    period = stated_period(upload.raw.above)
    if period is None:
        raise DataRefused(
            f"{upload.name} names neither days nor a period, so its cost belongs to no time.",
            "Export it again split by day (Google Ads: Segment > Time > Day; Meta: Breakdown > By time > Day).",
            code="no_day",
        )
    first_day, last_day = (ibis.literal(day.isoformat()) for day in period)
    return with_column(with_column(upload, FIRST, first_day), LAST, last_day)


def _end(first: ir.StringValue, length: int) -> ir.StringValue:
    day = first.try_cast("date")
    end = day + ibis.interval(days=length - 1) if length else day.truncate("M") + ibis.interval(months=1)
    text: ir.StringValue = (end if length else end - ibis.interval(days=1)).cast("date").cast("string")
    return text
