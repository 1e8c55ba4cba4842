"""Lays out the three columns and hands each page its place and the bridge to the browser's clicks."""

from __future__ import annotations

from pathlib import Path
from typing import Final

import gradio as gr

from copilot.app import Copilot

from .pages import chat, data, drafts, guide, overview, segments
from .pages.places import Places
from .render.markup import join, tag

_SCRIPT: Final = Path(__file__).with_name("page.js")
_CONCURRENT: Final = 16
_WAITING: Final = 64
_CACHE_SECONDS: Final = (600, 1800)
_TABS: Final = (("receipt", "Receipt"), ("chart", "Chart"), ("rows", "Rows"), ("draft", "Draft"))


def build(copilot: Copilot) -> gr.Blocks:
    """All pages of the app around one open copilot. Nothing a visitor does is kept outside of it."""
    blocks: gr.Blocks = gr.Blocks(
        title="CMO copilot", analytics_enabled=False, fill_width=True, fill_height=True, delete_cache=_CACHE_SECONDS
    )
    with blocks:
        bridge = gr.HTML("", js_on_load=_SCRIPT.read_text("utf-8"), elem_id="bridge", apply_default_css=False)
        places = Places(copilot, bridge, gr.State(""))
        with gr.Row(elem_id="frame"):
            with gr.Column(elem_id="places"):
                places.nav = gr.HTML(places.bare(), apply_default_css=False, js_on_load=None)
            with gr.Column(elem_id="middle"):
                for page in (overview, chat, segments, drafts, guide, data):
                    page.build(places)
            with gr.Column(elem_id="receipts"):
                gr.HTML(_panel(), apply_default_css=False, js_on_load=None)
        places.wire()
    blocks.queue(default_concurrency_limit=_CONCURRENT, max_size=_WAITING, api_open=False)
    return blocks


def _panel() -> str:
    tabs = [
        tag("button", label, type="button", role="tab", data_tab=kind, aria_selected=str(kind == "receipt").lower())
        for kind, label in _TABS
    ]
    close = tag("button", "Close", type="button", cls="close", data_close=True)
    empty = tag("p", "Click an underlined figure to see how it was computed.", cls="fine")
    return str(
        tag(
            "div",
            tag("div", join([*tabs, close]), cls="tabs", role="tablist"),
            tag("div", empty, cls="panel-body"),
            cls="panel",
        )
    )
