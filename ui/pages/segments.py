"""The customers page: journey stages and RFM groups with their rules and thresholds printed."""

from __future__ import annotations

import gradio as gr
from markupsafe import Markup

from copilot.app import Copilot
from copilot.errors import NothingLoaded
from copilot.statistics.journey import JourneyStages
from copilot.statistics.rfm import RfmGroups

from ..render.figures import full_table, missing_note, page_html, receipts, section_html, value_button
from ..render.markup import chip, join, tag
from ..render.report import empty_shop_html
from .places import Places


def segments_html(copilot: Copilot) -> Markup:
    """The whole page."""
    try:
        rfm, journey = copilot.segments()
    except NothingLoaded:
        return empty_shop_html()
    return page_html(
        "Customers & segments",
        _journey(journey),
        _rfm(rfm),
        lead="Every customer stands in exactly one stage and in one group. A stage is not a permission to contact.",
    )


def _journey(journey: JourneyStages) -> Markup:
    rows = [
        (sub.stage, sub.label, sub.rule, [sub.people, sub.share, sub.contactable, sub.net_sales], sub.name)
        for sub in journey.substages
    ]
    heads = ("people", "share", "may be mailed", "net sales")
    return section_html("By journey stage", missing_note(journey.missing), _table(rows, heads, "journey"))


def _rfm(rfm: RfmGroups) -> Markup:
    rows = [
        (
            "",
            group.label,
            group.rule,
            [group.customers, group.share, group.value_share, group.median_days_since],
            group.name,
        )
        for group in rfm.groups
    ]
    heads = ("customers", "share", "share of sales", "days since last order")
    thresholds = tag(
        "details", tag("summary", "The thresholds behind the scores"), full_table(rfm.thresholds), open=True
    )
    return section_html(
        "By recency, frequency and money (RFM)",
        tag("p", rfm.method_text, cls="fine"),
        _table(rows, heads, "rfm"),
        thresholds,
    )


def _table(rows: list, heads: tuple[str, ...], prefix: str) -> Markup:  # type: ignore[type-arg]
    head = tag("tr", tag("th", "segment"), join(tag("th", one, cls="n") for one in heads), tag("th", ""))
    body = []
    hidden = []
    for stage, label, rule, figures, name in rows:
        keyed = [(f"{prefix}.{name}.{index}", figure) for index, figure in enumerate(figures)]
        hidden += keyed
        dot = tag("span", stage, cls=f"stage-name stage-{stage}") if stage else None
        body.append(
            tag(
                "tr",
                tag("td", dot, tag("b", label), tag("div", rule, cls="fine")),
                join(tag("td", value_button(figure, key), cls="n") for key, figure in keyed),
                tag("td", chip("Persona", "new_draft", f"persona|{name}"), cls="n"),
            )
        )
    table = tag("div", tag("table", tag("thead", head), tag("tbody", join(body))), cls="tablebox segments")
    return table + receipts(hidden)


def build(places: Places) -> None:
    """Lay out the page and wire it."""
    with gr.Column(elem_id="page-segments", elem_classes="page"):
        body = gr.HTML("", apply_default_css=False, js_on_load=None)
    places.on("open_segments", lambda: str(segments_html(places.copilot)), [], [body])
