"""Concentration: how much of the sales comes from how few customers."""

from __future__ import annotations

from copilot.statistics.result import Chart, Figure, Result


class Concentration(Result):
    """Shares of the top customers by value, and the Gini coefficient."""

    top10: Figure
    top20: Figure
    top10_customers: Figure
    top20_customers: Figure
    gini: Figure
    half_of_sales_customers: Figure  # the smallest number of customers that bring half of the sales
    negative_customers: Figure
    pareto: Chart
