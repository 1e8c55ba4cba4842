"""Owns the reading of ad reports: which days they cover, in which money, and what each platform claims."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, Final

import pandas as pd

from copilot.data.ad_platforms import platform
from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, NothingLoaded
from copilot.statistics.acquisition.platforms import UNNAMED
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Column, Figure, Period, Result, ResultTable
from copilot.statistics.scope import Scope

MISSING: Final = (
    "With a Meta or Google Ads report for the same months I can: Ads Manager > Reports > Export CSV, or Google Ads > "
    "Campaigns > Download CSV, split by day, with cost, clicks and conversions."
)
CLAIMED: Final = "platforms count for themselves: the same sale may be claimed by several, and by ads it would not need"
CAMPAIGNS_SHOWN: Final = 15
_SUMS: Final = ("cost", "impressions", "clicks", "conversions", "conversion_value")


class Platform(Result):
    """What one channel cost and what its platform claims for it. None where the report has no such column."""

    name: str
    cost: Figure
    impressions: Figure
    clicks: Figure
    ctr: Figure
    cpc: Figure
    conversions: Figure
    cpa: Figure
    value: Figure
    roas: Figure


class AdReports(Result):
    """The loaded ad reports in all and by channel, over the days they cover."""

    total: Platform
    channels: tuple[Platform, ...]
    table: ResultTable
    campaigns: ResultTable
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True)
class Spend:
    """Rows of the ad reports inside a window, summed by channel, campaign and currency; `grain` days a row."""

    frame: pd.DataFrame
    window: Period
    grain: int
    currency: str | None

    def cost(self, channels: tuple[str, ...] | None = None) -> Decimal:
        """Cost of all channels or of some."""
        rows = self.frame if channels is None else self.frame[self.frame["channel"].isin(channels)]
        return sum((Decimal(str(value)) for value in rows["cost"]), Decimal(0))


def ad_reports(tables: Tables, scope: Scope) -> AdReports:
    """Spend, clicks, click-through rate, cost per click, claimed conversions and claimed return, by channel.

    Needs no orders. Raises NothingLoaded without an ad report, CannotAnswer for several currencies.
    """
    spend = read_spend(tables, scope.period)
    receipts = Receipts(tables, scope, "ad_reports")
    total = _platform(spend, spend.frame, "all channels", receipts)
    channels = tuple(
        _platform(spend, rows, str(name), receipts)
        for name, rows in sorted(spend.frame.groupby("channel"), key=_by_cost)
    )
    return AdReports(
        total=total,
        channels=channels,
        table=_table(channels, total, spend.currency),
        campaigns=_campaigns(spend),
        warnings=(CLAIMED,) if total.conversions.value else (),
    )


def read_spend(tables: Tables, period: Period | None = None, within: Period | None = None) -> Spend:
    """The spend whose days lie wholly inside `period` and `within` (the days with orders), and the days it covers.

    A report by week or month has one row for several days: the distance of its dates says how many.
    """
    days = tables.frame(tables.spend.select("day").distinct().order_by("day"))["day"]
    dates = [day.date() for day in pd.to_datetime(days.dropna())]
    if not dates:
        raise NothingLoaded("I do not have your ad spend, so I cannot say what a customer or an order costs.", MISSING)
    grain = _grain(dates)
    limits = [one for one in (period, within) if one is not None]
    inside = [
        day for day in dates if all(one.start <= day and _end(day, grain) <= one.end for one in limits)
    ]  # fmt: skip
    if not inside:
        raise CannotAnswer(
            "The ad reports and the days asked about have no day in common, so spend and orders cannot be set against "
            "each other.", "Export the ad report for the same months as the orders.", code="no_overlap",
        )  # fmt: skip
    window = Period(start=min(inside), end=_end(max(inside), grain))
    rows = tables.spend
    rows = rows.filter(rows.day >= window.start, rows.day <= max(inside))
    each = rows.group_by("channel", "campaign", "currency", "upload_id").aggregate(
        cost=rows.cost.sum().fill_null(0), impressions=rows.impressions.sum(), clicks=rows.clicks.sum(),
        conversions=rows.conversions.sum(), conversion_value=rows.conversion_value.sum(),
    )  # fmt: skip
    frame = tables.frame(each.order_by("channel", "campaign", "upload_id"))
    files = {source.upload_id: source.file for source in tables.facts.sources}
    frame["channel"] = [
        _channel(channel, files.get(str(upload), "")) for channel, upload in zip(frame["channel"], frame["upload_id"],
                                                                                   strict=True)
    ]  # fmt: skip
    return Spend(frame, window, grain, _currency(frame, tables))


def _by_cost(each: tuple[str, pd.DataFrame]) -> tuple[float, str]:
    return -float(each[1]["cost"].sum()), str(each[0])


def _grain(dates: list[date]) -> int:
    """Days a row stands for: 7 for weekly dates, 0 for a calendar month, 1 otherwise."""
    if len(dates) > 1 and all(day.day == 1 for day in dates):
        return 0
    gaps = [(later - earlier).days for earlier, later in pairwise(dates)]
    return 7 if gaps and min(gaps) == 7 and all(gap % 7 == 0 for gap in gaps) else 1


def _end(day: date, grain: int) -> date:
    """The last day a row stands for."""
    if grain:
        return day + timedelta(days=grain - 1)
    return (day.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def _channel(channel: object, file: str) -> str:
    if isinstance(channel, str) and channel.strip():
        return channel.strip()
    return platform(file) or UNNAMED


def _currency(frame: pd.DataFrame, tables: Tables) -> str | None:
    """The one currency of the spend; the orders' own if the report names none."""
    named = sorted({str(code).upper() for code in frame["currency"].dropna() if str(code).strip()})
    if len(named) > 1:
        raise CannotAnswer(
            f"The ad reports are in several currencies ({', '.join(named)}), which are never added up.",
            "Export the reports in one currency.", code="several_currencies",
        )  # fmt: skip
    return named[0] if named else tables.facts.currency


def _platform(spend: Spend, rows: pd.DataFrame, name: str, receipts: Receipts) -> Platform:
    sums = {column: _sum(rows[column]) for column in _SUMS}
    cost, clicks, shown = sums["cost"] or 0.0, sums["clicks"], sums["impressions"]
    conversions, value = sums["conversions"], sums["conversion_value"]
    common: dict[str, Any] = {
        "period": spend.window, "analysis_date": None, "scope": "Rows of the loaded ad reports.",
    }  # fmt: skip

    def figure(metric: str, number: float | None, **more: Any) -> Figure:
        money = {"currency": spend.currency} if metric in ("ad_spend", "ad_value", "cpc", "cpa") else {}
        query = {**receipts.query(), "figure": metric, "channel": name}
        if number is None:
            more["warnings"] = ("not in the ad report",)
        declared = receipts.figure(metric, number, query=query, **common, **money, **more)
        return declared.model_copy(update={"label": f"{declared.label}: {name}"})

    def per(metric: str, part: float | None, whole: float | None, **more: Any) -> Figure:
        known = part is not None and whole
        return figure(metric, part / whole if part is not None and whole else None, numerator=part, denominator=whole,
                      n=int(whole) if known and whole else None, **more)  # fmt: skip

    return Platform(
        name=name,
        cost=figure("ad_spend", cost, decimals=2 if cost < 1000 else 0),
        impressions=figure("ad_impressions", shown),
        clicks=figure("ad_clicks", clicks),
        ctr=per("ctr", clicks, shown, decimals=3 if shown and clicks and clicks / shown < 0.01 else 2),
        cpc=per("cpc", cost, clicks),
        conversions=figure("ad_conversions", conversions),
        cpa=per("cpa", cost, conversions),
        value=figure("ad_value", value),
        roas=per("roas", value, cost, decimals=2, **({"warnings": (CLAIMED,)} if value is not None and cost else {})),
    )  # fmt: skip


def _sum(column: pd.Series[Any]) -> float | None:
    """Exact sum; None if the report never has the column."""
    known = column.dropna()
    return float(sum((Decimal(str(value)) for value in known), Decimal(0))) if len(known) else None


def _table(channels: tuple[Platform, ...], total: Platform, currency: str | None) -> ResultTable:
    shown: tuple[tuple[str, str, Any], ...] = (
        ("cost", "cost", "money"), ("clicks", "clicks", "count"), ("ctr", "click-through rate", "share"),
        ("cpc", "cost per click", "money"), ("conversions", "claimed conversions", "count"),
        ("cpa", "cost per claimed conversion", "money"), ("roas", "claimed return on spend", "ratio"),
    )  # fmt: skip
    rows = (*channels, total) if len(channels) > 1 else channels
    return ResultTable(
        title="Ad spend by channel, as the platforms report it",
        columns=(Column(key="channel", label="channel"), *(Column(key=k, label=w, unit=u) for k, w, u in shown)),
        rows=tuple({"channel": row.name} | {key: getattr(row, key).value for key, _, _ in shown} for row in rows),
        note="Conversions and returns are the platforms' own claims.",
        currency=currency,
    )


def _campaigns(spend: Spend) -> ResultTable:
    """Campaigns by cost, the most expensive first."""
    frame = spend.frame.assign(campaign=spend.frame["campaign"].fillna("campaign not named"))
    rows = []
    for (channel, campaign), part in frame.groupby(["channel", "campaign"]):
        sums = {column: _sum(part[column]) for column in _SUMS}
        cost = sums["cost"] or 0.0
        value, clicks, hits = sums["conversion_value"], sums["clicks"], sums["conversions"]
        rows.append({
            "channel": channel, "campaign": campaign, "cost": cost, "clicks": clicks, "conversions": hits,
            "cpa": cost / hits if hits else None, "roas": value / cost if value is not None and cost else None,
        })  # fmt: skip
    rows.sort(key=lambda row: (-float(row["cost"]), str(row["campaign"])))
    return ResultTable(
        title="Campaigns by cost",
        columns=(
            Column(key="channel", label="channel"), Column(key="campaign", label="campaign"),
            Column(key="cost", label="cost", unit="money"), Column(key="clicks", label="clicks", unit="count"),
            Column(key="conversions", label="claimed conversions", unit="count"),
            Column(key="cpa", label="cost per claimed conversion", unit="money"),
            Column(key="roas", label="claimed return on spend", unit="ratio"),
        ),
        rows=tuple(rows[:CAMPAIGNS_SHOWN]),
        note=f"The {CAMPAIGNS_SHOWN} most expensive of {len(rows)}." if len(rows) > CAMPAIGNS_SHOWN else "",
        currency=spend.currency,
    )  # fmt: skip
