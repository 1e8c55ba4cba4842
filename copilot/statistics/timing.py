"""Owns when people order: weekday, hour, month of the year, and the send window that follows."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from copilot.statistics.result import Chart, Figure, Result, ResultTable


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
