"""Rows of ad reports -> spend: a row a day and campaign, without totals, and periods spread over their days."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from difflib import SequenceMatcher
from itertools import combinations
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.ad_platforms import platform
from copilot.data.engine import held
from copilot.data.formats.base import FieldMap, Mapped, Upload, conform, typed
from copilot.data.formats.checks import check_readable
from copilot.data.privacy import scrub
from copilot.data.quality import example_rows, one
from copilot.data.reading import ROW
from copilot.data.tables import MONEY
from copilot.errors import DataRefused

SPEND: Final = ("day", "until", "channel", "campaign", "spend", "currency", "impressions", "clicks", "conversions",
                "conversion_value")  # fmt: skip
MEASURES: Final = ("spend", "impressions", "clicks", "conversions", "conversion_value")
LONGEST_PERIOD: Final = 400  # days a row may cover
COMPARED_NAMES: Final = 200  # campaign names compared for spelling
ALIKE: Final = 0.85
_TOTAL: Final = (
    r"(?i)^\s*((grand |report )?totals?|gesamt(summe|ergebnis)?|total g[eé]n[eé]ra[lu]x?|totaux|totale|totaal|summe"
    r"|suma|razem)"
    r"\s*(:.*|-.*|of \d+.*|\(.*\))?$"
)
_SAME: Final = 0.01  # how near a row without campaign must come to the sum of the others to be their total


def fill_spend(upload: Upload, fields: FieldMap, mapped: Mapped, *, channel: str | None = None) -> Mapped:
    """The spend of an ad report whose columns are known; `channel` where the format tells it.

    Rows with any measure are kept, one without cost too (its clicks and sales happened). Raises DataRefused where no
    row has a day.
    """
    table = typed(upload, fields, SPEND)
    marked = table.join(_total_rows(upload, fields), ROW)
    table = held(upload.engine, marked.mutate(campaign=scrub(marked.campaign)))
    table = _without_totals(upload, table, mapped)
    check_readable(replace(upload, table=upload.table.semi_join(table, ROW)), fields, table)
    measured = ibis.or_(*[table[name].notnull() for name in MEASURES])
    usable = (table.day.notnull() & measured).fill_null(False)
    good = held(upload.engine, table.filter(usable))
    mapped.kept = int(good.count().execute())
    lost = int(table.count().execute()) - mapped.kept
    mapped.note("unusable_rows", lost, "rows without a day or without any figure", "set aside",
        example_rows(table, ~usable, lost))  # fmt: skip
    if not mapped.kept:
        raise DataRefused(
            f"{upload.name} looks like an ad report, but no row of it names a day.",
            "Export it again split by day (Meta: Breakdown > By time > Day; Google: Segment > Time > Day).",
            code="no_day",
        )
    good = _named(upload, good, mapped)
    _blank_costs(good, mapped)
    spread = _spread(upload, good, mapped)
    spread = spread.mutate(channel=ibis.coalesce(spread.channel, _channel(upload, channel)))
    mapped.tables["spend"] = conform(spread, "spend")
    return mapped


def header_currency(column: str) -> str | None:
    """The currency a column name carries.

    >>> header_currency("Amount spent (USD)"), header_currency("Cost")
    ('USD', None)
    """
    found = re.search(r"\(([A-Z]{3})\)|\b([A-Z]{3})$", column)
    return (found.group(1) or found.group(2)) if found else None


def _channel(upload: Upload, channel: str | None) -> ir.StringValue:
    """The platform the format, the file's name or its columns tell; else null."""
    told = channel or platform(upload.name)
    if told is None:
        named = {found for column in upload.raw.columns if (found := platform(column)) is not None}
        told = named.pop() if len(named) == 1 else None
    return ibis.literal(told) if told is not None else ibis.null("string")


def _total_rows(upload: Upload, fields: FieldMap) -> ir.Table:
    """__row and whether the row calls itself a total."""
    told = [upload.raw.columns[0], *(fields.columns[name] for name in ("campaign", "day") if fields.has(name))]
    marks = [upload.table[column].re_search(_TOTAL).fill_null(False) for column in dict.fromkeys(told)]
    return upload.table.select(ROW, is_total=ibis.or_(*marks))


def _without_totals(upload: Upload, table: ir.Table, mapped: Mapped) -> ir.Table:
    """The rows without those that add the others up, which would double every sum."""
    totals = table.is_total
    named = table.campaign.notnull()
    sums = one(
        table.filter(~totals).aggregate(
            named=table.spend.sum(where=named), blank=table.spend.sum(where=~named), n=(~named).sum()
        )
    )
    whole, blank = float(sums["named"] or 0), float(sums["blank"] or 0)
    if sums["n"] and whole > 0 and abs(whole - blank) <= _SAME * whole:
        totals = totals | ~named
    count = int(table.filter(totals).count().execute())
    mapped.note("total_rows", count, "rows that add up the others", "set aside: they would double the sums",
        example_rows(table, totals, count))  # fmt: skip
    return held(upload.engine, table.filter(~totals))


def _named(upload: Upload, table: ir.Table, mapped: Mapped) -> ir.Table:
    """Campaign names that differ only in capitals and blanks joined; those that look misspelt kept apart and named."""
    counts = table.filter(table.campaign.notnull()).group_by("campaign").aggregate(n=lambda rows: rows.count())
    rows = counts.order_by(ibis.desc("n"), "campaign").limit(COMPARED_NAMES + 1).to_pyarrow().to_pylist()
    if not rows or len(rows) > COMPARED_NAMES:
        return table
    first: dict[str, str] = {}
    joined: dict[str, str] = {}
    for row in rows:
        plain = _plain(row["campaign"])
        if first.setdefault(plain, row["campaign"]) != row["campaign"]:
            joined[row["campaign"]] = first[plain]
    if joined:
        named = table.campaign.substitute(joined)
        table = held(upload.engine, table.mutate(campaign=named))
        mapped.note("campaign_spellings", len(joined), "campaign names that differ only in capitals and blanks",
            "joined", tuple(f"{old} = {new}" for old, new in list(joined.items())[:3]))  # fmt: skip
    alike = [(a, b) for a, b in combinations(first.values(), 2) if _alike(_plain(a), _plain(b))]
    names = Counter(name for pair in alike for name in pair)
    mapped.note("similar_campaigns", len(names), "campaign names that look like spellings of one",
        "kept apart; totals are not affected", tuple(name for name, _ in names.most_common(3)))  # fmt: skip
    return table


def _plain(name: str) -> str:
    return "".join(re.findall(r"[^\W_]+", name.lower()))


def _alike(one_name: str, other: str) -> bool:
    """True for long names that differ by a few letters; different digits mean different campaigns."""
    if min(len(one_name), len(other)) < 8 or re.findall(r"\d+", one_name) != re.findall(r"\d+", other):
        return False
    return SequenceMatcher(None, one_name, other).ratio() >= ALIKE


def _blank_costs(table: ir.Table, mapped: Mapped) -> None:
    empty = table.spend.isnull()
    count = int(table.filter(empty).count().execute())
    some = int(table.filter(~empty).count().execute())
    if some:
        mapped.note("no_cost", count, "rows without a cost", "kept: their clicks and sales count, which makes cost "
            "per click a little too low", example_rows(table, empty, count))  # fmt: skip
    else:
        mapped.notes.append("the ad report has no cost: nothing can be said about what clicks or customers cost")


def _spread(upload: Upload, table: ir.Table, mapped: Mapped) -> ir.Table:
    """Rows of several days as a row a day, sums exact; no row is made where each covers one day."""
    first, last = table.day.date(), ibis.coalesce(table.until, table.day).date()
    table = table.mutate(first_day=first, days=last.delta(first, unit="day") + 1)
    found = one(table.aggregate(most=table.days.max(), least=table.days.min(), several=(table.days > 1).sum()))
    if found["most"] > LONGEST_PERIOD or found["least"] < 1:
        raise DataRefused(
            f"{upload.name} has rows that cover {found['most']:,} days each: they cannot be set against any period.",
            "Export it again split by day.",
            code="period_too_long",
        )
    if not found["several"]:
        return table.mutate(day=table.first_day, cost=table.spend)
    mapped.note("spread", found["several"], "rows that cover several days without a split by day",
        "their sums spread evenly over these days: totals hold, single days are estimates",
        example_rows(table, table.days > 1, found["several"]))  # fmt: skip
    mapped.notes.append("an ad report gives sums for whole periods, not days: spread evenly over the days of each")
    keys = ("first_day", "days", "channel", "campaign", "currency")
    sums = held(upload.engine, table.group_by(*keys).aggregate(**{name: table[name].sum() for name in MEASURES}))
    each = held(upload.engine, sums.mutate(step=ibis.range(0, sums.days).unnest()))
    return each.mutate(
        day=each.first_day + each.step.as_interval("D"),
        cost=_part(each, "spend", 4),
        conversion_value=_part(each, "conversion_value", 4),
        impressions=_part(each, "impressions", 0),
        clicks=_part(each, "clicks", 0),
        conversions=each.conversions.cast("float64") / each.days,
    )


def _part(rows: ir.Table, name: str, digits: int) -> ir.Value:
    """The share of one of the days, rounded so that the days add up to the whole."""
    whole = rows[name].cast("float64")
    upto = ((rows.step + 1) * whole / rows.days).round(digits).cast(MONEY)
    before = (rows.step * whole / rows.days).round(digits).cast(MONEY)
    return (upto - before).cast(MONEY)
