"""The chat page: ask, watch the answer arrive, stop it, go on with an earlier conversation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

import gradio as gr
from markupsafe import Markup

from copilot.errors import CopilotError

from ..boundary import told
from ..render.markup import chip, join, tag
from ..render.turn import TurnView, conversation_html, following
from .places import Places

_PLACEHOLDER: Final = "Ask, or say what to draft…"


class ChatPage:
    """Handlers of the chat page."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._copilot = places.copilot

    def opened(self, event: gr.EventData) -> tuple[Any, ...]:
        """Show the conversation that was asked for, or the start of a new one."""
        wanted = str(event.arg or "")
        if not wanted:
            return "", self.welcome(), "", self._places.html("")
        try:
            past, _ = self._past(wanted)
        except CopilotError:
            return "", self.welcome(), "", self._places.html("")
        return wanted, str(past), "", self._places.html(wanted)

    def started_new(self) -> tuple[Any, ...]:
        """An empty page for a new conversation."""
        return "", self.welcome(), "", self._places.html("")

    def suggested(self, current: str, event: gr.EventData) -> Iterator[tuple[Any, ...]]:
        """A suggestion was clicked: the same as typing it."""
        yield from self.asked(str(event.arg or ""), current)

    def asked(self, text: str, current: str) -> Iterator[tuple[Any, ...]]:
        """Stream the answer to what was typed: box, finished turns, this turn, conversation id, places."""
        question = text.strip()
        if not question:
            yield _box(), gr.skip(), gr.skip(), gr.skip(), gr.skip()
            return
        past, before = self._past(current) if current else (Markup(""), TurnView(""))
        view = following(before, question)
        yield _box(running=True), str(past), str(view.html()), gr.skip(), gr.skip()
        with closing(told(self._copilot.stream(question, current or None))) as events:
            for event in events:
                view.add(event)
                if view.done is None:  # the end is shown below, together with the box that takes the next question
                    yield gr.skip(), gr.skip(), str(view.html()), gr.skip(), gr.skip()
        if view.done is None:
            view.closed = True
            yield _box(), gr.skip(), str(view.html()), gr.skip(), self._places.html(current)
            return
        finished = view.done.conversation
        past, _ = self._past(finished)
        yield _box(), str(past), "", finished, self._places.html(finished)

    def stopped(self, current: str) -> tuple[Any, ...]:
        """The visitor stopped the answer: show what was stored of it."""
        newest = next(iter(self._copilot.conversations()), None)
        conversation = current or (newest.id if newest else "")
        past, _ = self._past(conversation) if conversation else (self.welcome(), None)
        return _box(), str(past), "", conversation, self._places.html(conversation)

    def welcome(self) -> str:
        """The start of a conversation: what can be asked of the loaded data."""
        starters = self._copilot.starters()
        loaded = bool(self._copilot.uploads())
        lead = (
            "Every figure in an answer can be clicked: it shows what was counted, over which period, how sure it is."
            if loaded
            else "This shop has no data yet. Add its files, or look around in the sample shop."
        )
        choices = [tag("div", join(chip(text, "send", text) for text in starters), cls="starters")] if starters else []
        actions = [chip("Open the sample shop", "load_sample", primary=True), _go("data", "Add files")]
        return str(
            tag(
                "div",
                tag("h2", "What would you like to know?" if loaded else "Welcome"),
                tag("p", lead, cls="lead"),
                None if loaded else tag("div", join(actions), cls="chips"),
                join(choices),
                cls="welcome",
            )
        )

    def _past(self, conversation: str) -> tuple[Markup, TurnView]:
        turns = self._copilot.conversation(conversation)
        return conversation_html([(turn.text, turn.events) for turn in turns], conversation)


def build(places: Places) -> None:
    """Lay out the page and wire it."""
    page = ChatPage(places)
    with gr.Column(elem_id="page-chat", elem_classes="page"):
        with gr.Column(elem_id="transcript"):
            past = gr.HTML("", apply_default_css=False, js_on_load=None, elem_id="past")
            live = gr.HTML("", apply_default_css=False, js_on_load=None, elem_id="live")
        with gr.Row(elem_id="composer"):
            box = gr.Textbox(
                placeholder=_PLACEHOLDER,
                show_label=False,
                label="Message",
                container=False,
                lines=1,
                max_lines=7,
                submit_btn=True,
                elem_id="ask",
                autofocus=True,
            )
    outputs = [box, past, live, places.current, places.nav]
    current = places.current
    running = [
        places.listen(box.submit, page.asked, [box, current], outputs),
        places.on("send", page.suggested, [current], outputs, "ignore"),
    ]
    box.stop(page.stopped, [current], outputs, cancels=running, api_visibility="private", show_progress="hidden")
    views = [current, past, live, places.nav]
    places.on("open_conversation", page.opened, [], views)
    places.on("new_conversation", page.started_new, [], views)


def _box(*, running: bool = False) -> Any:
    """The text box: emptied and with a stop button while an answer arrives."""
    if running:
        return gr.Textbox(value="", submit_btn=False, stop_btn=True, placeholder="Answering…")
    return gr.Textbox(submit_btn=True, stop_btn=False, placeholder=_PLACEHOLDER)


def _go(page: str, label: str) -> Markup:
    return tag("button", label, type="button", cls="chip", data_go=page)
