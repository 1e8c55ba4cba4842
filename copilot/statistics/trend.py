"""Trend: sales, orders and new or returning customers month by month."""

from __future__ import annotations

from copilot.statistics.result import Chart, Figure, Result, ResultTable


class MonthlyTrend(Result):
    """`months` are "2024-03"; a month that is not complete in the data is listed in `partial`."""

    months: tuple[str, ...]
    partial: tuple[str, ...]
    net_sales: tuple[Figure, ...]
    orders: tuple[Figure, ...]
    customers: tuple[Figure, ...]
    new_customers: tuple[Figure, ...]
    returning_share: tuple[Figure, ...]  # of the month's customers, those who had ordered before it
    table: ResultTable
    sales_chart: Chart
    customers_chart: Chart
