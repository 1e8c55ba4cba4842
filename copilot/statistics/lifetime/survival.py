"""Survival: the chance of a next order by day after the 1st, 2nd, 3rd ... order, and the wait until half came back."""

from __future__ import annotations

from typing import Any, Final

from copilot.data.tables import Tables
from copilot.statistics.gaps import LAST_BAND, Curve, Histogram, Spells, spells
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope

HORIZONS: Final = (30, 60, 90, 180, 365)
FEW_AT_RISK: Final = 10  # below so many waits still open, a point of the curve rests on next to nobody
METHOD: Final = "Greenwood log-log 95 %"


class AfterOrder(Result):
    """What follows the k-th order: chances by day and waiting times, customers who have not come back counted as far
    as they have been seen."""

    order: int  # 5 = fifth or later
    label: str
    waits: Figure
    within: tuple[Figure, ...]  # 30, 60, 90, 180, 365 days
    median: Figure  # value None: the curve does not reach one half
    p25: Figure
    p75: Figure


class OrderChances(Result):
    """The next order after each order number, and the second order in both readings."""

    after: tuple[AfterOrder, ...]
    table: ResultTable
    chart: Chart
    observed: tuple[Figure, ...]  # days to the second order of those who placed one: p25, median, p75
    no_second: Figure  # share without a second order after the longest of the horizons that was seen


def order_chances(tables: Tables, scope: Scope) -> OrderChances:
    """Kaplan-Meier after order 1, 2, 3, 4 and 5 or later; several orders on one day are one.

    The observed days to the second order hold only customers who placed one, so they are too short as a forecast for
    everybody; the Kaplan-Meier figures beside them count the others too.
    """
    receipts = Receipts(tables, scope, "order_chances")
    waits = spells(tables, scope)
    after = tuple(_after(receipts, waits.curve(order), order) for order in range(1, LAST_BAND + 1))
    return OrderChances(
        after=after,
        table=after_order_table(receipts, waits),
        chart=_chart(waits),
        observed=tuple(_observed(receipts, waits.gaps(order=1), percent) for percent in (25, 50, 75)),
        no_second=_no_second(receipts, waits.curve(1)),
    )


def chance_within(receipts: Receipts, curve: Curve, order: int | None, days: int) -> Figure:
    """Chance of a next order within `days` days of the given order (None: of any), with interval and waits."""
    found = curve.by(days)
    after = "any order" if order is None else f"order {order}{'+' if order == LAST_BAND else ''}"
    details: dict[str, Any] = {
        "name": f"next_order_{days}" if order is None else f"next_order_{days}_after_{order}",
        "label": f"Ordered again within {days} days of {after} (Kaplan-Meier)",
        "n": curve.waits,
    }
    if found is None:
        warning = f"nobody has been seen for {days} days" if curve.waits else "nobody has placed that many orders"
        return receipts.figure("next_order_within", None, warnings=(warning,), **details)
    thin = curve.at_risk(days) < FEW_AT_RISK
    warnings = (f"fewer than {FEW_AT_RISK} customers have been followed for {days} days",) if thin else ()
    return receipts.figure(
        "next_order_within", found[0], interval_of=(found[1], METHOD), warnings=warnings, **details
    )  # fmt: skip


def after_order_table(receipts: Receipts, waits: Spells) -> ResultTable:
    """One row an order number: chances, their intervals and how many were still followed at each day."""
    rows = []
    for order in range(1, LAST_BAND + 1):
        curve = waits.curve(order)
        cells: dict[str, Any] = {"after": _name(order), "waits": curve.waits}
        for days in HORIZONS:
            found = curve.by(days)
            cells[f"d{days}"] = found[0] if found else None
            cells[f"low{days}"] = found[1][0] if found and found[1] else None
            cells[f"high{days}"] = found[1][1] if found and found[1] else None
            cells[f"risk{days}"] = curve.at_risk(days)
        cells["median"] = curve.quantile(0.5)[0]
        rows.append(cells)
    return ResultTable(
        title="Share with a next order within so many days (Kaplan-Meier)",
        columns=(
            Column(key="after", label="After order"),
            Column(key="waits", label="Orders", unit="count"),
            *(Column(key=f"d{days}", label=f"{days} days", unit="share") for days in HORIZONS),
            Column(key="median", label="Half by", unit="days"),
            *(Column(key=f"risk{days}", label=f"followed {days} days", unit="count") for days in HORIZONS),
        ),
        rows=tuple(rows),
        note="Customers who have not come back yet count as far as they have been seen; 'followed' counts those still "
        "without a next order and in sight at that day. 'Half by' is empty where less than half have come back.",
        currency=receipts.currency,
    )


def _name(order: int) -> str:
    return f"{order}{' or later' if order == LAST_BAND else ''}"


def _after(receipts: Receipts, curve: Curve, order: int) -> AfterOrder:
    ordinal = {1: "first", 2: "second", 3: "third", 4: "fourth"}.get(order, "fifth or a later")
    label = f"the {ordinal} order" if order < LAST_BAND else f"a {ordinal} order"
    return AfterOrder(
        order=order,
        label=label,
        waits=receipts.figure("waits", curve.waits, name=f"waits_after_{order}", label=f"Waits after {label}"),
        within=tuple(chance_within(receipts, curve, order, days) for days in HORIZONS),
        median=_wait(receipts, curve, order, 50, label),
        p25=_wait(receipts, curve, order, 25, label),
        p75=_wait(receipts, curve, order, 75, label),
    )


def _wait(receipts: Receipts, curve: Curve, order: int, percent: int, label: str) -> Figure:
    value, (low, high) = curve.quantile(percent / 100)
    words = "half" if percent == 50 else f"{percent} %"
    details: dict[str, Any] = {
        "name": f"wait_p{percent}_after_{order}",
        "label": f"Days until {words} have ordered again after {label} (Kaplan-Meier)",
        "n": curve.waits,
    }
    if value is None:
        warning = f"fewer than {words} have ordered again as far as the data reaches"
        return receipts.figure("next_order_wait", None, warnings=(warning,), **details)
    bounds = None if low is None or high is None else (low, high)
    return receipts.figure("next_order_wait", value, interval_of=(bounds, "Brookmeyer-Crowley 95 %"), **details)


def _observed(receipts: Receipts, second: Histogram, percent: int) -> Figure:
    name = "median" if percent == 50 else f"{percent}th percentile"
    return receipts.figure(
        "second_order_days",
        second.quantile(percent / 100),
        name="second_order_days_median" if percent == 50 else f"second_order_days_p{percent}",
        label=f"Days to the second order of those who placed one, {name}",
        n=second.n,
        of="second orders",
        interval_of=(second.quantile_interval(percent / 100), "order statistics 95 %"),
    )


def _no_second(receipts: Receipts, curve: Curve) -> Figure:
    """Share without a second order at the longest horizon the data reaches."""
    seen = [days for days in HORIZONS if curve.by(days) is not None and curve.at_risk(days) >= FEW_AT_RISK]
    if not seen:
        return receipts.figure("no_second_order", None, n=curve.waits, warnings=("nobody has been seen long enough",))
    days = seen[-1]
    share, bounds = curve.by(days) or (0.0, None)
    inverted = (1 - bounds[1], 1 - bounds[0]) if bounds else None
    return receipts.figure(
        "no_second_order",
        1 - share,
        name=f"no_second_order_{days}",
        label=f"No second order within {days} days of the first (Kaplan-Meier)",
        n=curve.waits,
        interval_of=(inverted, METHOD),
    )


def _chart(waits: Spells) -> Chart:
    """The curves after the 1st to 5th order over one year, every tenth day."""
    curves = {f"after order {_name(order)}": waits.curve(order) for order in range(1, LAST_BAND + 1)}
    longest = max((curve.longest for curve in curves.values()), default=0.0)
    days = [day for day in range(0, 366, 10) if day <= longest]
    points = {
        name: [curve.by(day) if curve.at_risk(day) >= FEW_AT_RISK else None for day in days]
        for name, curve in curves.items()
        if curve.waits
    }
    return Chart(
        kind="line",
        title="Share with a next order by day, after each order number (Kaplan-Meier)",
        x=tuple(str(day) for day in days),
        series={name: tuple(point[0] if point else None for point in line) for name, line in points.items()},
        low={name: tuple(p[1][0] if p and p[1] else None for p in line) for name, line in points.items()},
        high={name: tuple(p[1][1] if p and p[1] else None for p in line) for name, line in points.items()},
        unit="share",
    )
