"""The overview page: key figures, sales by month, new and returning customers, stages, concentration."""

from __future__ import annotations

import gradio as gr
from markupsafe import Markup

from copilot.app import Copilot
from copilot.errors import CannotAnswer, NothingLoaded

from ..render.figures import charts_html, kpis_html, missing_note, page_html, receipts, section_html, stage_bar
from ..render.markup import note
from ..render.report import empty_shop_html
from .places import Places


def overview_html(copilot: Copilot) -> Markup:
    """The whole page."""
    try:
        facts = copilot.overview()
    except NothingLoaded:
        return empty_shop_html()
    except CannotAnswer as problem:  # several currencies, for example
        return page_html("Overview", note(problem.what, problem.advice))
    stages = facts.stages
    by_stage = list(zip(("hot", "warm", "cold"), stages.stages, strict=True))[::-1]
    return page_html(
        "Overview",
        kpis_html(facts.kpis, "kpi"),
        section_html(
            "Where your customers stand",
            stage_bar(by_stage, "stage."),
            missing_note(stages.missing),
            receipts((f"stage.{name}", figure) for name, figure in by_stage),
        ),
        section_html("Over time", charts_html(facts.charts)),
        lead=facts.lead,
    )


def build(places: Places) -> None:
    """Lay out the page and wire it."""
    with gr.Column(elem_id="page-overview", elem_classes="page"):
        body = gr.HTML("", apply_default_css=False, js_on_load=None)
    places.on("open_overview", lambda: str(overview_html(places.copilot)), [], [body])
