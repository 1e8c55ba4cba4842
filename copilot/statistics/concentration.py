"""Concentration: how much of the sales comes from how few customers."""

from __future__ import annotations

import numpy as np

from copilot.data.tables import Tables
from copilot.statistics import intervals
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Figure, Result
from copilot.statistics.scope import VALUE_WORDS, Scope, customer_table


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


def concentration(tables: Tables, scope: Scope) -> Concentration:
    """Top 10 % and top 20 % shares with bootstrap intervals, Gini and Pareto curve of customers' value."""
    receipts = Receipts(tables, scope, "concentration")
    values = customer_values(tables, scope)
    n, total = len(values), float(values.sum())
    running = np.cumsum(values[::-1])
    half = int(np.searchsorted(running, total / 2)) + 1 if total > 0 else None
    return Concentration(
        top10=top_share_figure(receipts, values, 0.10),
        top20=top_share_figure(receipts, values, 0.20),
        top10_customers=receipts.figure("top_customers", intervals.top_count(n, 0.10) if n else 0),
        top20_customers=receipts.figure("top_customers", intervals.top_count(n, 0.20) if n else 0),
        gini=receipts.figure(
            "gini",
            intervals.gini(values) if n else None,
            n=n,
            of="customers",
            interval_of=(intervals.bootstrap(values, intervals.gini), "bootstrap 95 %"),
        ),
        half_of_sales_customers=receipts.figure("half_of_sales", half, n=n, of="customers"),
        negative_customers=receipts.figure("negative_customers", int((values <= 0).sum())),
        pareto=_pareto(running, n, total),
    )


def customer_values(tables: Tables, scope: Scope) -> intervals.Floats:
    """Value of every customer, ascending (so that nothing depends on the order of rows)."""
    customers = customer_table(tables, scope)
    frame = tables.frame(customers.select(value=customers.value.cast("float64")))
    return np.sort(frame["value"].to_numpy(dtype=float))


def top_share_figure(receipts: Receipts, values: intervals.Floats, share: float) -> Figure:
    """Share of value that the top ceil(share x N) customers bring, with numerator, denominator and interval."""
    n, total = len(values), float(values.sum())
    count = intervals.top_count(n, share) if n else 0
    brought = float(np.sort(values)[n - count :].sum()) if n else 0.0
    percent = f"{100 * share:g} %"
    details = {} if total > 0 else {"warnings": ("customers' value is zero or negative: no share",)}
    return receipts.figure(
        "top_share",
        brought / total if total > 0 else None,
        name=f"top{100 * share:g}_share",
        label=f"Share of {value_word(receipts.scope)}, top {percent} of customers",
        definition=f"{VALUE_WORDS[receipts.scope.value].capitalize()} of the {count:,} customers of highest value "
        f"(ceil({share:g} x {n:,})) / that of all {n:,} known customers; orders without a customer are in neither.",
        numerator=brought,
        denominator=total,
        n=n,
        people=count,
        of="customers",
        interval_of=(intervals.top_share_interval(values, share), "bootstrap 95 %"),
        **details,
    )


def value_word(scope: Scope) -> str:
    """The scope's value in two words, e.g. "net sales"."""
    return scope.value.replace("_", " ")


def _pareto(running: intervals.Floats, n: int, total: float) -> Chart:
    points = range(0, 101, 5)
    shares = [
        float(running[min(n, round(n * point / 100)) - 1] / total) if point and n and total > 0 else 0.0
        for point in points
    ]
    return Chart(
        kind="pareto",
        title="Share of sales by share of customers, best first",
        x=tuple(f"{point} %" for point in points),
        series={"share of sales": tuple(shares)},
        unit="share",
    )
