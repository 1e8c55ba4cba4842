"""The drafts page: start a draft, read one with its evidence, export it."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from typing import Any, Final

import gradio as gr

from copilot.app import DraftKind, ExportFormat

from ..render.draft import draft_html, library_html
from ..render.markup import chip, join, tag
from ..render.report import working_html
from .places import Places

# kind | segment | stage, as copilot.draft takes them
_STARTS: Final = (
    ("ICP of the best customers", "icp||"),
    ("Persona of those who come back", "persona|repeat|"),
    ("Brief: cold", "brief||cold"),
    ("Brief: warm", "brief||warm"),
    ("Brief: hot", "brief||hot"),
)
_KINDS: Final[dict[str, DraftKind]] = {"icp": "icp", "persona": "persona", "brief": "brief"}
_FORMS: Final[dict[str, ExportFormat]] = {"md": "md", "json": "json"}
_MIME: Final = {"md": "text/markdown", "json": "application/json"}


class DraftsPage:
    """Handlers of the drafts page."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._copilot = places.copilot

    def opened(self) -> tuple[str, str]:
        """The library; no draft is open."""
        return self.library(), ""

    def chosen(self, event: gr.EventData) -> tuple[str, str]:
        """Show one draft."""
        draft = self._copilot.get_draft(str(event.arg))
        return self.library(draft.id), str(draft_html(draft))

    def started(self, current: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """Make a draft: `kind|segment|stage`."""
        kind, segment, stage = [*str(event.arg).split("|"), "", ""][:3]
        yield self.library(), str(working_html("Computing the figures and composing the draft…")), gr.skip()
        draft = self._copilot.draft(_KINDS[kind], segment=segment or None, stage=stage or None)
        yield self.library(draft.id), str(draft_html(draft)), self._places.html(current)

    def exported(self, event: gr.EventData) -> str:
        """Hand the browser the file's text; it saves it (see page.js)."""
        draft_id, _, form = str(event.arg).partition("|")
        path = self._copilot.export(draft_id, _FORMS[form])
        return str(
            tag(
                "div",
                data_download=secrets.token_hex(6),
                data_name=path.name,
                data_mime=_MIME.get(form, "text/plain"),
                data_content=path.read_text("utf-8"),
            )
        )

    def library(self, selected: str = "") -> str:
        """Heading, ways to start, list of drafts."""
        starts = tag("div", join(chip(label, "new_draft", argument) for label, argument in _STARTS), cls="chips")
        return str(
            tag(
                "div",
                tag("h1", "Drafts"),
                tag("p", "Composed from your figures and the guide. Every claim opens what it rests on.", cls="lead"),
                starts,
                library_html(self._copilot.drafts(), selected),
                cls="page-body",
            )
        )


def build(places: Places) -> None:
    """Lay out the page and wire it."""
    page = DraftsPage(places)
    with gr.Column(elem_id="page-drafts", elem_classes="page"):
        library = gr.HTML("", apply_default_css=False, js_on_load=None)
        card = gr.HTML("", apply_default_css=False, js_on_load=None, elem_id="draft-card")
    downloads = gr.HTML("", apply_default_css=False, js_on_load=None, elem_id="downloads")
    places.on("open_drafts", page.opened, [], [library, card])
    places.on("open_draft", page.chosen, [], [library, card])
    places.on("new_draft", page.started, [places.current], [library, card, places.nav], "ignore")
    places.on("export_draft", page.exported, [], [downloads])
