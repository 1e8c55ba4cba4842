"""Turns a chart's data into the specification that plotly draws in the browser."""

from __future__ import annotations

import json
from typing import Any, Final

from markupsafe import Markup

from copilot.statistics.result import Chart

from .heatmap import heatmap_height, heatmap_trace, lay_out
from .markup import tag

HEIGHT: Final = 260
_ROW: Final = 34
_POINTS_SHOWN: Final = 30
# Names of colours of style.css; page.js fills in what the light or dark page uses.
_SERIES: Final = ("accent", "warm", "cold", "hot", "soft")
_THIN: Final = {"line": {"color": "@soft@", "width": 1, "dash": "dot"}}
_STAGE: Final = {"cold": "cold", "warm": "warm", "hot": "hot"}


def chart_html(chart: Chart) -> Markup:
    """A place for the chart with its specification; the title stands above it as text."""
    height = HEIGHT
    if chart.kind in ("bar", "interval") and _long_labels(chart) and len(chart.series) == 1:
        height = min(HEIGHT + 160, 64 + _ROW * len(chart.x))
    elif chart.kind == "heatmap":
        height = heatmap_height(chart)
    return tag(
        "figure",
        tag("figcaption", chart.title),
        tag(
            "div",
            cls="chart",
            data_chart=json.dumps(plotly_spec(chart), ensure_ascii=False),
            style=f"height:{height}px",
            role="img",
            aria_label=chart.title,
        ),
        cls="result",
    )


def plotly_spec(chart: Chart) -> dict[str, Any]:
    """`data` and `layout` of plotly. Colours are names between `@` signs, resolved by the page's style."""
    traces = [_trace(chart, index, name, values) for index, (name, values) in enumerate(chart.series.items())]
    bands = [band for index, name in enumerate(chart.series) for band in _band(chart, index, name)]
    layout: dict[str, Any] = {
        "margin": {"l": 56, "r": 12, "t": 8, "b": 26},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "font": {"family": "system-ui, sans-serif", "size": 12, "color": "@soft@"},
        "xaxis": {
            "gridcolor": "@line@",
            "linecolor": "@line@",
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        "yaxis": {
            "gridcolor": "@line@",
            "linecolor": "@line@",
            "zeroline": False,
            "automargin": True,
            "fixedrange": True,
        },
        "showlegend": len(traces) > 1,
        "legend": {"orientation": "h", "y": 1.12, "x": 0},
        "hoverlabel": {"bgcolor": "@card@", "bordercolor": "@line@", "font": {"color": "@ink@"}},
        "bargap": 0.28,
    }
    _format_values(chart, layout["yaxis"])
    if chart.kind == "heatmap":
        lay_out(layout)
        named = {_inert(name): values for name, values in chart.series.items()}
        safe = chart.model_copy(update={"x": tuple(_inert(label) for label in chart.x), "series": named})
        return {"data": [heatmap_trace(safe)], "layout": layout}
    if chart.kind in ("bar", "interval"):  # read as numbers, "4 or more" after 0, 1 would be lost
        layout["xaxis"]["type"] = "category"
    if chart.kind == "stage":
        _lay_down(traces, layout)
    elif chart.kind in ("bar", "interval") and _long_labels(chart) and len(traces) == 1:
        _lay_down(traces, layout)
        layout["xaxis"], layout["yaxis"] = {**layout["yaxis"]}, {**layout["xaxis"], "autorange": "reversed"}
        if chart.kind == "interval" and chart.unit == "ratio":  # once as common: no difference
            layout["shapes"] = [{"type": "line", "x0": 1, "x1": 1, "y0": 0, "y1": 1, "yref": "paper", **_THIN}]
    return {"data": bands + traces, "layout": layout}


def _trace(chart: Chart, index: int, name: str, values: tuple[float | None, ...]) -> dict[str, Any]:
    colour = _STAGE.get(name.lower(), _SERIES[index % len(_SERIES)])
    trace: dict[str, Any] = {
        "x": [_inert(label) for label in chart.x],
        "y": list(values),
        "name": _inert(name),
        "hovertemplate": _hover(chart, name),
    }
    if chart.kind in ("line", "interval") or (chart.kind == "pareto" and index > 0):
        dense = len(chart.x) > _POINTS_SHOWN
        mode = "markers" if chart.kind == "interval" else "lines" if dense else "lines+markers"
        trace |= {"type": "scatter", "mode": mode, "line": {"color": f"@{colour}@", "width": 2}}
        trace["marker"] = {"color": f"@{colour}@", "size": 5}
    else:
        trace |= {"type": "bar", "marker": {"color": _bar_colours(chart, colour)}}
    error = None if chart.kind == "line" else _error_bars(chart, name, values)
    if error:
        trace["error_y"] = error | {"color": f"@{colour}@", "thickness": 1.2, "width": 3}
    return trace


def _band(chart: Chart, index: int, name: str) -> list[dict[str, Any]]:
    """The interval of a line as an area between two invisible lines."""
    low, high = chart.low.get(name), chart.high.get(name)
    if chart.kind != "line" or not low or not high:
        return []
    colour = _SERIES[index % len(_SERIES)]
    edge: dict[str, Any] = {
        "type": "scatter",
        "mode": "lines",
        "x": [_inert(label) for label in chart.x],
        "line": {"width": 0},
        "hoverinfo": "skip",
        "showlegend": False,
    }
    filled = {"y": list(high), "fill": "tonexty", "fillcolor": f"@{colour}_18@"}
    return [edge | {"y": list(low)}, edge | filled]


def _bar_colours(chart: Chart, colour: str) -> str | list[str]:
    """Bars named cold, warm and hot wear the stages' colours."""
    names = [next((_STAGE[stage] for stage in _STAGE if label.lower().startswith(stage)), colour) for label in chart.x]
    return [f"@{name}@" for name in names] if len(chart.series) == 1 else f"@{colour}@"


def _error_bars(chart: Chart, name: str, values: tuple[float | None, ...]) -> dict[str, Any] | None:
    low, high = chart.low.get(name), chart.high.get(name)
    if not low or not high:
        return None
    up = [None if top is None or value is None else top - value for top, value in zip(high, values, strict=False)]
    down = [None if base is None or value is None else value - base for base, value in zip(low, values, strict=False)]
    return {"type": "data", "array": up, "arrayminus": down, "symmetric": False}


def _hover(chart: Chart, name: str) -> str:
    value = {"share": "%{y:.1%}", "money": f"%{{y:,.0f}} {chart.currency or ''}"}.get(chart.unit, "%{y:,}")
    series = f"{_inert(name)}: " if len(chart.series) > 1 else ""
    return f"%{{x}}<br>{series}{value}<extra></extra>"


def _inert(text: str) -> str:
    """Plotly reads a few tags and templates in labels; data never gets to write them."""
    return text.replace("<", "‹").replace(">", "›").replace("%{", "% {")


def _format_values(chart: Chart, axis: dict[str, Any]) -> None:
    if chart.unit == "share":
        axis["tickformat"] = ",.0%"
        axis["rangemode"] = "tozero"
    elif chart.unit == "ratio":
        axis["rangemode"] = "tozero"
    elif chart.unit in ("money", "count"):
        axis["tickformat"] = ",.3~s" if _largest(chart) >= 10_000 else ","
        axis["rangemode"] = "tozero"


def _largest(chart: Chart) -> float:
    return max((value for values in chart.series.values() for value in values if value is not None), default=0.0)


def _long_labels(chart: Chart) -> bool:
    return len(chart.x) <= 15 and max((len(label) for label in chart.x), default=0) > 12


def _lay_down(traces: list[dict[str, Any]], layout: dict[str, Any]) -> None:
    for trace in traces:
        trace["x"], trace["y"], trace["orientation"] = trace["y"], trace["x"], "h"
        trace["hovertemplate"] = trace["hovertemplate"].replace("%{x}", "%{label}").replace("%{y", "%{x")
        if "error_y" in trace:
            trace["error_x"] = trace.pop("error_y")
    if len(traces) > 1:
        layout["barmode"] = "stack"
