"""The customers page: journey stages and RFM groups with their rules and thresholds printed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import gradio as gr
from markupsafe import Markup

from copilot.app import Copilot
from copilot.errors import CannotAnswer, NothingLoaded
from copilot.statistics.result import Figure

from ..render.figures import full_table, missing_note, page_html, receipts, section_html, value_button
from ..render.markup import chip, join, note, tag
from ..render.report import empty_shop_html
from .places import Places

if TYPE_CHECKING:  # the numeric libraries are loaded when the page is first opened
    from copilot.statistics.journey import JourneyStages
    from copilot.statistics.rfm import RfmGroups


def segments_html(copilot: Copilot) -> Markup:
    """The whole page."""
    try:
        rfm, journey = copilot.segments()
    except NothingLoaded:
        return empty_shop_html()
    except CannotAnswer as problem:  # several currencies, for example
        return page_html("Customers & segments", note(problem.what, problem.advice))
    return page_html(
        "Customers & segments",
        _journey(journey),
        _rfm(rfm),
        lead="Every customer stands in exactly one stage and in one group. A stage is not a permission to contact.",
    )


@dataclass(frozen=True)
class _Row:
    """A segment as a line of a table."""

    name: str
    label: str
    rule: str
    figures: tuple[Figure, ...]
    stage: str = ""


def _journey(journey: JourneyStages) -> Markup:
    rows = [
        _Row(sub.name, sub.label, sub.rule, (sub.people, sub.share, sub.contactable, sub.net_sales), sub.stage)
        for sub in journey.substages
    ]
    heads = ("people", "share", "may be mailed", "net sales")
    return section_html("By journey stage", missing_note(journey.missing), _table(rows, heads, "journey"))


def _rfm(rfm: RfmGroups) -> Markup:
    rows = [
        _Row(one.name, one.label, one.rule, (one.customers, one.share, one.value_share, one.median_days_since))
        for one in rfm.groups
    ]
    heads = ("customers", "share", "share of sales", "days since last order")
    summary = tag("summary", "The thresholds behind the scores")
    return section_html(
        "By recency, frequency and money (RFM)",
        tag("p", rfm.method_text, cls="fine"),
        _table(rows, heads, "rfm"),
        tag("details", summary, full_table(rfm.thresholds), open=True),
    )


def _table(rows: Sequence[_Row], heads: tuple[str, ...], prefix: str) -> Markup:
    head = tag("tr", tag("th", "segment"), join(tag("th", one, cls="n") for one in heads), tag("th", ""))
    body: list[Markup] = []
    hidden: list[tuple[str, Figure]] = []
    for row in rows:
        keyed = [(f"{prefix}.{row.name}.{index}", figure) for index, figure in enumerate(row.figures)]
        hidden += keyed
        stage = tag("span", row.stage, cls=f"stage-name stage-{row.stage}") if row.stage else None
        # only people who ordered can be described by a persona
        known = any(figure.value for figure in row.figures[:1]) and row.stage in ("", "hot")
        body.append(
            tag(
                "tr",
                tag("td", stage, tag("b", row.label), tag("div", row.rule, cls="fine")),
                join(tag("td", value_button(figure, key), cls="n") for key, figure in keyed),
                tag("td", chip("Persona", "new_draft", f"persona|{row.name}") if known else None, cls="n"),
            )
        )
    table = tag("div", tag("table", tag("thead", head), tag("tbody", join(body))), cls="tablebox segments")
    return table + receipts(hidden)


def build(places: Places) -> None:
    """Lay out the page and wire it."""
    with gr.Column(elem_id="page-segments", elem_classes="page"):
        body = gr.HTML("", apply_default_css=False, js_on_load=None)
    places.on("open_segments", lambda: str(segments_html(places.copilot)), [], [body])
