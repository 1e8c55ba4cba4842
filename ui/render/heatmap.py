"""Turns a table of shades (cohorts by month, groups by group) into a heat map for plotly: one row a series."""

from __future__ import annotations

from typing import Any, Final

from copilot.statistics.result import Chart

ROW: Final = 24
HEAD: Final = 64
_MOST_TEXT: Final = 30 * 16  # cells; beyond that numbers in cells cannot be read


def heatmap_height(chart: Chart) -> int:
    """Pixels for all rows."""
    return min(HEAD + ROW * max(3, len(chart.series)), 720)


def heatmap_trace(chart: Chart) -> dict[str, Any]:
    """One trace: `x` across, one row a series from the top down; a value that is not known leaves its cell empty."""
    rows = [[None if value is None else float(value) for value in values] for values in chart.series.values()]
    trace: dict[str, Any] = {
        "type": "heatmap",
        "x": list(chart.x),
        "y": list(chart.series),
        "z": rows,
        "xgap": 1,
        "ygap": 1,
        "showscale": False,
        "hoverongaps": False,
        "colorscale": [[0, "@accent_18@"], [1, "@accent@"]],
        "zmin": 0 if chart.unit in ("share", "money", "count") else None,
        "zmax": _brightest(rows),
        "hovertemplate": f"%{{y}}, %{{x}}: {_value(chart)}<extra></extra>",
    }
    if len(rows) * max(1, len(chart.x)) <= _MOST_TEXT:
        trace |= {"texttemplate": _value(chart, short=True), "textfont": {"size": 10}}
    return trace


def lay_out(layout: dict[str, Any]) -> None:
    """First series at the top, months above the cells, no grid."""
    layout["xaxis"] |= {"side": "top", "type": "category", "showgrid": False}
    layout["yaxis"] |= {"autorange": "reversed", "type": "category", "showgrid": False, "tickformat": None}
    layout["yaxis"].pop("rangemode", None)
    layout["margin"] = {"l": 64, "r": 12, "t": 28, "b": 8}
    layout["showlegend"] = False


def _brightest(rows: list[list[float | None]]) -> float | None:
    """The largest value, cells of 100 % left out: the first month of a cohort would drown all others."""
    values = [value for row in rows for value in row if value is not None]
    below = [value for value in values if value < 1] if values and max(values) <= 1 else values
    return max(below, default=None)


def _value(chart: Chart, *, short: bool = False) -> str:
    if chart.unit == "share":
        return "%{z:.0%}" if short else "%{z:.1%}"
    if chart.unit == "money":
        return "%{z:,.0f}" if short else f"%{{z:,.2f}} {chart.currency or ''}"
    return "%{z:,.3~g}"
