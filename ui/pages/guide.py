"""The guide page: list, search and read the articles."""

from __future__ import annotations

import gradio as gr

from ..render.guide import article_html, found_html, list_html
from .places import Places


class GuidePage:
    """Handlers of the guide page."""

    def __init__(self, places: Places) -> None:
        self._copilot = places.copilot

    def opened(self) -> tuple[str, str]:
        """All articles."""
        return "", str(list_html(self._copilot.articles()))

    def searched(self, text: str) -> str:
        """What the guide says about `text`, or that it says nothing."""
        if not text.strip():
            return str(list_html(self._copilot.articles()))
        return str(found_html(text, self._copilot.search_guide(text)))

    def read(self, event: gr.EventData) -> str:
        """One article."""
        wanted = str(event.arg)
        article = next((one for one in self._copilot.articles() if one.id == wanted), None)
        return str(article_html(article)) if article else str(list_html(self._copilot.articles()))


def build(places: Places) -> None:
    """Lay out the page and wire it."""
    page = GuidePage(places)
    with gr.Column(elem_id="page-guide", elem_classes="page"):
        gr.HTML("<h1>Guide</h1>", apply_default_css=False, js_on_load=None)
        box = gr.Textbox(
            placeholder="Search the guide…", show_label=False, label="Search the guide", container=False,
            lines=1, max_lines=1, elem_id="guide-search",
        )  # fmt: skip
        body = gr.HTML("", apply_default_css=False, js_on_load=None)
    places.listen(box.submit, page.searched, [box], [body])
    places.on("open_guide", page.opened, [], [box, body])
    places.on("open_article", page.read, [], [body])
