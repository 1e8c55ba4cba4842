"""What all pages share: the copilot, the bridge to the browser's clicks, and the column of places."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import gradio as gr

from copilot.app import Copilot

from ..boundary import guarded
from ..render.nav import NavFacts, Place, nav_html

_CONVERSATIONS_SHOWN: Final = 40


class Places:
    """The copilot, the bridge and the column of places; `current` holds the id of a visitor's conversation."""

    def __init__(self, copilot: Copilot, bridge: gr.HTML, current: gr.State) -> None:
        self.copilot = copilot
        self.bridge = bridge
        self.current = current
        self.nav: gr.HTML

    def on(
        self, event: str, handler: Callable[..., Any], inputs: Sequence[Any] = (), outputs: Sequence[Any] = ()
    ) -> Any:
        """Call `handler` when the browser reports `event` (see page.js); a gr.EventData argument carries `arg`."""
        return self.listen(getattr(self.bridge, event), handler, inputs, outputs)

    def listen(
        self, listener: Callable[..., Any], handler: Callable[..., Any], inputs: Sequence[Any], outputs: Sequence[Any]
    ) -> Any:
        """Attach a guarded handler that is no part of the public HTTP interface."""
        return listener(guarded(handler), list(inputs), list(outputs), api_visibility="private", show_progress="hidden")

    def wire(self) -> None:
        """Fill the column when a page opens."""
        self.on("start", self.html, [self.current], [self.nav])

    def html(self, current: str) -> str:
        """The column of places for a visitor who is in conversation `current`."""
        copilot = self.copilot
        conversations = [Place(one.id, one.title or "New conversation") for one in copilot.conversations()]
        facts = NavFacts(
            shop=copilot.shop_line(),
            about="",
            engine=copilot.engine_name(),
            privacy=copilot.privacy_line(),
            drafts=len(copilot.drafts()),
            conversations=conversations[:_CONVERSATIONS_SHOWN],
            current=current,
        )
        return str(nav_html(facts))
