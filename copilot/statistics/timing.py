"""Owns when people order: weekday, hour, month of the year, and the send window that follows."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pandas as pd
from pydantic import BaseModel, ConfigDict

from copilot.data.tables import Tables
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule
from copilot.statistics.split import marked_orders

WEEKDAYS: Final = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
MONTHS: Final = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
WINDOW_HOURS: Final = 3
DATES_ONLY: Final = 0.9  # share of orders at exactly midnight from which the file holds dates, not times
ENOUGH_ORDERS: Final = 50


class HourWindow(BaseModel):
    """Hours of the day [start, end), in the shop's time zone."""

    model_config = ConfigDict(frozen=True)

    start: int
    end: int

    def text(self) -> str:
        """In words.

        >>> HourWindow(start=12, end=15).text()
        '12:00-15:00'
        """
        return f"{self.start:02d}:00-{self.end:02d}:00"


class OrderTiming(Result):
    """Shares of orders. Hour parts are None if the file has no times of day (`warnings` say so)."""

    orders: Figure
    weekdays: tuple[Figure, ...]  # Monday ... Sunday
    busiest_weekday: Figure
    busiest_weekday_name: str
    hours_known: bool
    busiest_hours: Figure | None  # share of orders in the busiest three hours
    busiest_window: HourWindow | None
    weekend_share: Figure
    months: tuple[Figure, ...]  # January ... December, share of orders; empty with less than 12 full months
    peak_month_name: str | None
    send_weekday: str | None  # None if no weekday stands out
    send_window: HourWindow | None
    send_text: str
    table: ResultTable
    chart: Chart | None
    warnings: tuple[str, ...] = ()


def order_timing(tables: Tables, scope: Scope, rule: SegmentRule | None = None) -> OrderTiming:
    """Weekday, hour and month of the valid orders of a group (everybody, guests included, without a rule)."""
    receipts = Receipts(
        tables, scope, "order_timing", {"segment": rule.model_dump(mode="json")} if rule and rule.conditions else {}
    )
    counts = _counts(tables, scope, rule)
    total = int(counts["orders"].sum())
    midnight = int(counts["midnight"].sum())
    by_weekday = [int(counts.loc[counts["weekday"] == day, "orders"].sum()) for day in range(7)]
    weekdays = tuple(
        receipts.share(
            "weekday_share", n, total, of="orders", name=f"weekday_share_{WEEKDAYS[day].lower()}",
            label=f"Share of orders on {WEEKDAYS[day]}s",
        )
        for day, n in enumerate(by_weekday)
    )  # fmt: skip
    busiest = max(range(7), key=lambda day: (by_weekday[day], -day))
    hours_known = total > 0 and midnight < DATES_ONLY * total
    window, in_window = _busiest_window(counts, receipts) if hours_known else (None, None)
    months, warnings = _months(counts, receipts)
    if total and not hours_known:
        warnings = ("The order file holds days, not times of day: the hour is not available.", *warnings)
    if not total:
        warnings = ("There are no orders to time.",)
    low = weekdays[busiest].low
    stands_out = total >= ENOUGH_ORDERS and low is not None and low > 1 / 7
    send_window = HourWindow(start=max(0, window.start - 1), end=max(1, window.start)) if window else None
    send_window = send_window if total >= ENOUGH_ORDERS else None
    weekday = WEEKDAYS[busiest] if stands_out else None
    return OrderTiming(
        orders=receipts.figure("orders", total),
        weekdays=weekdays,
        busiest_weekday=weekdays[busiest],
        busiest_weekday_name=WEEKDAYS[busiest],
        hours_known=hours_known,
        busiest_hours=in_window,
        busiest_window=window,
        weekend_share=receipts.share("weekend_share", by_weekday[5] + by_weekday[6], total, of="orders"),
        months=months,
        peak_month_name=MONTHS[max(range(12), key=lambda m: months[m].value or 0.0)] if months else None,
        send_weekday=weekday,
        send_window=send_window,
        send_text=_send_text(weekday, send_window, enough=total >= ENOUGH_ORDERS),
        table=_table(by_weekday, weekdays),
        chart=_chart(counts, by_weekday, hours_known=hours_known) if total else None,
        warnings=warnings,
    )


def _counts(tables: Tables, scope: Scope, rule: SegmentRule | None) -> pd.DataFrame:
    """Orders by weekday, hour and calendar month: at most a few thousand rows, whatever the shop's size."""
    orders = marked_orders(tables, scope, rule)
    chosen = orders.filter(orders.in_group)
    at = chosen.ordered_at
    timed = chosen.select(
        weekday=at.day_of_week.index(),
        hour=at.hour(),
        month=at.strftime("%Y-%m"),
        midnight=(at.hour() == 0) & (at.minute() == 0) & (at.second() == 0),
    )
    return tables.frame(
        timed.group_by("weekday", "hour", "month").aggregate(orders=timed.count(), midnight=timed.midnight.sum())
    )


def _busiest_window(counts: pd.DataFrame, receipts: Receipts) -> tuple[HourWindow, Figure]:
    by_hour = [int(counts.loc[counts["hour"] == hour, "orders"].sum()) for hour in range(24)]
    start = max(range(25 - WINDOW_HOURS), key=lambda hour: (sum(by_hour[hour : hour + WINDOW_HOURS]), -hour))
    window = HourWindow(start=start, end=start + WINDOW_HOURS)
    figure = receipts.share(
        "hour_window_share",
        sum(by_hour[start : start + WINDOW_HOURS]),
        sum(by_hour),
        label=f"Share of orders between {window.text()}",
        of="orders",
    )
    return window, figure


def _months(counts: pd.DataFrame, receipts: Receipts) -> tuple[tuple[Figure, ...], tuple[str, ...]]:
    """Share of orders by calendar month over the latest whole years; nothing below twelve full months."""
    span = receipts.period
    if span is None:
        return (), ()
    first = span.start if span.start.day == 1 else _next_month(span.start)
    after = _next_month(span.end) if _ends_month(span.end) else span.end  # its month is the first one not full
    full = (after.year - first.year) * 12 + after.month - first.month
    years = full // 12
    if years < 1:
        return (), ("Less than twelve full months of orders: no seasonality can be read from them.",)
    earliest = f"{after.year - years:04d}-{after.month:02d}"
    latest = f"{after.year:04d}-{after.month:02d}"
    kept = counts[(counts["month"] >= earliest) & (counts["month"] < latest)]
    total = int(kept["orders"].sum())
    figures = tuple(
        receipts.share(
            "month_share",
            int(kept.loc[kept["month"].str[5:] == f"{month + 1:02d}", "orders"].sum()),
            total,
            name=f"month_share_{month + 1}",
            label=f"Share of orders in {MONTHS[month]}",
            of="orders",
        )
        for month in range(12)
    )
    return figures, ("One year only: growth and season cannot be told apart.",) if years == 1 else ()


def _ends_month(day: date) -> bool:
    return (day + timedelta(days=1)).day == 1


def _next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _send_text(weekday: str | None, window: HourWindow | None, *, enough: bool) -> str:
    if not enough:
        return "Too few orders to time a mailing by."
    when = f" on {weekday}s" if weekday else ""
    if window:
        day = "" if weekday else " No weekday stands out."
        return f"Send{when} at {window.start:02d}:00-{window.end:02d}:00, before the hours in which most order.{day}"
    if weekday:
        return f"Send{when}, when most order; the hour is not in the data."
    return "No weekday stands out, and the hour is not in the data."


def _table(by_weekday: list[int], shares: tuple[Figure, ...]) -> ResultTable:
    return ResultTable(
        title="Orders by weekday",
        columns=(
            Column(key="weekday", label="weekday"),
            Column(key="orders", label="orders", unit="count"),
            Column(key="share", label="share", unit="share"),
        ),
        rows=tuple(
            {"weekday": WEEKDAYS[day], "orders": n, "share": shares[day].value} for day, n in enumerate(by_weekday)
        ),
    )


def _chart(counts: pd.DataFrame, by_weekday: list[int], *, hours_known: bool) -> Chart:
    if not hours_known:
        return Chart(
            kind="bar",
            title="Orders by weekday",
            x=WEEKDAYS,
            series={"orders": tuple(float(n) for n in by_weekday)},
            unit="count",
        )
    cells = counts.groupby(["weekday", "hour"])["orders"].sum()
    return Chart(
        kind="heatmap",
        title="Orders by weekday and hour",
        x=tuple(f"{hour:02d}" for hour in range(24)),
        series={WEEKDAYS[day]: tuple(float(cells.get((day, hour), 0)) for hour in range(24)) for day in range(7)},
        unit="count",
    )
