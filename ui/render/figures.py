"""Renders pages made of figures: key numbers, segments, charts; each number opens its receipt."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from markupsafe import Markup

from copilot.evidence.wording import format_figure, format_interval
from copilot.statistics.result import Chart, Figure, ResultTable

from .chart import chart_html
from .evidence import receipt_stash
from .markup import join, note, tag
from .table import table_html


def figure_key(figure: Figure, prefix: str) -> str:
    """An id for a figure that stands on a page and not in a conversation."""
    return f"{prefix}.{figure.id or figure.name}"


def kpis_html(figures: Sequence[Figure], prefix: str) -> Markup:
    """Key figures beside each other, their receipts hidden behind them."""
    keyed = [(figure_key(figure, prefix), figure) for figure in figures]
    return tag("div", join(_kpi(figure, key) for key, figure in keyed), cls="kpis") + receipts(keyed)


def value_button(figure: Figure, key: str) -> Markup:
    """A figure's value that opens its receipt."""
    text = format_figure(figure)
    return tag(
        "button", "–" if text == "not known" else text, type="button", cls="r", data_receipt=key, title=figure.label
    )


def receipts(figures: Iterable[tuple[str, Figure]]) -> Markup:
    """The hidden receipts of a page."""
    return join(receipt_stash(key, figure) for key, figure in figures)


def page_html(title: str, *parts: Markup | None, lead: str = "") -> Markup:
    """A page with its heading."""
    return tag(
        "div",
        tag("h1", title),
        tag("p", lead, cls="lead") if lead else None,
        join(parts),
        cls="page-body",
        data_evidence_root=True,
    )


def charts_html(charts: Iterable[Chart]) -> Markup:
    """Charts in cards."""
    return tag("div", join(tag("div", chart_html(chart), cls="card") for chart in charts), cls="charts")


def section_html(title: str, *parts: Markup | None) -> Markup:
    """A part of a page with its heading."""
    return tag("section", tag("h3", title), join(parts))


def full_table(table: ResultTable) -> Markup:
    """A table with all its rows and no title."""
    return table_html(table, limit=None, title=False)


def stage_bar(counts: Sequence[tuple[str, Figure]], prefix: str) -> Markup:
    """Cold, warm and hot side by side; a stage that cannot be sized shows a question mark, not a zero."""
    total = sum(figure.value or 0 for _, figure in counts) or 1.0
    cells = []
    for stage, figure in counts:
        known = figure.value is not None
        width = max(18.0, 100 * (figure.value or 0) / total) if known and figure.value else 18.0
        text = f"{stage} {format_figure(figure)}" if known else f"{stage} ?"
        cells.append(
            tag(
                "button",
                text,
                type="button",
                cls=f"stage-{stage}",
                style=f"flex:{width:.1f}",
                data_receipt=f"{prefix}{stage}",
                title=figure.label,
            )
        )
    return tag("div", join(cells), cls="stage-bar")


def missing_note(missing: Sequence[str]) -> Markup | None:
    """What cannot be said and which export would allow it."""
    return note("", " ".join(missing)) if missing else None


def _kpi(figure: Figure, key: str) -> Markup:
    interval = format_interval(figure)
    return tag(
        "button",
        tag("span", figure.label, cls="fine"),
        tag("span", format_figure(figure), cls="big"),
        tag("span", interval and f"95 % {interval}", cls="fine"),
        type="button",
        cls="kpi",
        data_receipt=key,
    )
