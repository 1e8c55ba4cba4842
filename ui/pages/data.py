"""The data page: bring files, read what was found in them, remove one, open the sample shop."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import gradio as gr

from copilot.data.progress import Tell
from copilot.errors import CopilotError, UsageProblem

from ..boundary import message_of
from ..render.markup import tag
from ..render.report import (
    corrections_html,
    empty_shop_html,
    refused_html,
    report_html,
    uploads_html,
    where_html,
    working_html,
)
from .places import Places
from .taking import Taking

Waiting = dict[str, tuple[str, dict[str, str]]]  # token -> file in transit, answers so far


class DataPage:
    """Handlers of the data page."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._copilot = places.copilot

    def opened(self) -> tuple[str, str, str]:
        """Heading or welcome, no report, the list of uploads."""
        return self.head(), "", self.uploads()

    def dropped(self, files: list[str] | None, waiting: Waiting, current: str) -> Iterator[tuple[Any, ...]]:
        """Take in each file, show its report; the copy the browser sent is deleted unless a question is open."""
        reports: list[str] = []
        for path in [Path(name) for name in files or []]:
            before, busy = "".join(reports), str(working_html(f"Reading {path.name}…"))
            yield gr.skip(), before + busy, gr.skip(), gr.skip(), gr.skip(), gr.skip()
            taking = Taking(partial(self._take, path, {}, waiting, reports))
            for event in taking.events():
                busy = str(working_html(f"{event}…"))
                yield gr.skip(), before + busy, gr.skip(), gr.skip(), gr.skip(), gr.skip()
            waiting = taking.result()
        yield None, "".join(reports), self.uploads(), self.head(), waiting, self._places.html(current)

    def answered(self, waiting: Waiting, current: str, event: gr.EventData) -> tuple[Any, ...]:
        """A question about a file was answered: read the file with what is known now."""
        token, code, option = [*str(event.arg).split("|", 2), "", ""][:3]
        if token not in waiting:
            raise UsageProblem("That file is not here any more.", "Drop it again.")
        path, answers = waiting[token]
        reports: list[str] = []
        others = {key: value for key, value in waiting.items() if key != token}
        others = self._take(Path(path), {**answers, code: option}, others, reports)
        return "".join(reports), self.uploads(), self.head(), others, self._places.html(current)

    def _take(
        self, path: Path, answers: dict[str, str], waiting: Waiting, reports: list[str], tell: Tell | None = None
    ) -> Waiting:
        """Read one file; add its reports to `reports`. Gives the files that wait for an answer: an archive waits as
        long as any file in it asks something."""
        token = ""
        try:
            for report in self._copilot.add(path, answers=answers, progress=tell):
                asks = bool(report.questions) and report.upload_id is None
                token = token or (secrets.token_hex(6) if asks else "")
                reports.append(str(report_html(report, token if asks else "")))
        except CopilotError as error:
            reports.append(str(refused_html(path.name, *message_of(error))))
        finally:
            if not token:
                path.unlink(missing_ok=True)
        return {**waiting, token: (str(path), answers)} if token else waiting

    def sample(self, current: str) -> Iterator[tuple[Any, ...]]:
        """Open the sample shop."""
        yield str(working_html("Opening the sample shop…")), gr.skip(), gr.skip(), gr.skip()
        reports = [str(report_html(report)) for report in self._copilot.add_sample()]
        ask = str(
            tag(
                "div",
                tag("button", "Ask about it", type="button", cls="chip primary", data_do="new_conversation"),
                cls="chips",
            )
        )
        yield ask + "".join(reports), self.uploads(), self.head(), self._places.html(current)

    def reported(self, event: gr.EventData) -> str:
        """The intake report of one upload."""
        return str(report_html(self._copilot.report(str(event.arg))))

    def removed(self, current: str, event: gr.EventData) -> tuple[str, str, str, str]:
        """Remove one upload with everything that came from it."""
        self._copilot.remove_upload(str(event.arg))
        return "", self.uploads(), self.head(), self._places.html(current)

    def undone(self, current: str, event: gr.EventData) -> tuple[str, str, str, str]:
        """Take one correction back."""
        self._copilot.undo_correction(str(event.arg))
        return "", self.uploads(), self.head(), self._places.html(current)

    def head(self) -> str:
        """The heading, or the welcome of an empty shop."""
        if not self._copilot.uploads():
            return str(empty_shop_html("data"))
        text = "Add more exports at any time: the same file twice adds nothing, a newer export of an order wins."
        return str(tag("div", tag("h1", "Data"), tag("p", text, cls="lead")))

    def uploads(self) -> str:
        """The list of uploads; in an empty shop where to find the exports."""
        uploads = self._copilot.uploads()
        said = corrections_html(self._copilot.corrections())
        return str(uploads_html(uploads) + said if uploads else where_html() + said)


def build(places: Places) -> None:
    """Lay out the page and wire it."""
    page = DataPage(places)
    current = places.current
    with gr.Column(elem_id="page-data", elem_classes="page"):
        head = gr.HTML("", apply_default_css=False, js_on_load=None)
        drop = gr.File(
            file_count="multiple", show_label=False, label="Drop your files here", elem_id="drop", height=132
        )
        reports = gr.HTML("", apply_default_css=False, js_on_load=None, elem_id="reports")
        uploads = gr.HTML("", apply_default_css=False, js_on_load=None, elem_id="uploads")
    places.on("open_data", page.opened, [], [head, reports, uploads])
    waiting = gr.State({})
    places.listen(
        drop.upload, page.dropped, [drop, waiting, current], [drop, reports, uploads, head, waiting, places.nav]
    )
    places.on("answer", page.answered, [waiting, current], [reports, uploads, head, waiting, places.nav])
    places.on("load_sample", page.sample, [current], [reports, uploads, head, places.nav], "ignore")
    places.on("show_report", page.reported, [], [reports])
    places.on("remove_upload", page.removed, [current], [reports, uploads, head, places.nav])
    places.on("undo_correction", page.undone, [current], [reports, uploads, head, places.nav])
