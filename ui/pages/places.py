"""What all pages share: the copilot, the bridge to the browser's clicks, and the column of places."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, Literal

import gradio as gr

from copilot.app import Copilot

from ..boundary import guarded
from ..render.nav import NavFacts, Place, nav_html

_CONVERSATIONS_SHOWN: Final = 40
Handler = Callable[..., Any]
Busy = Literal["ignore", "last"]


class Places:
    """The copilot, the bridge and the column of places; `current` holds the id of a visitor's conversation."""

    def __init__(self, copilot: Copilot, bridge: gr.HTML, current: gr.State) -> None:
        self.copilot = copilot
        self.bridge = bridge
        self.current = current
        self.nav: gr.HTML

    def on(
        self, event: str, handler: Handler, inputs: Sequence[Any] = (), outputs: Sequence[Any] = (), busy: Busy = "last"
    ) -> Any:
        """Call `handler` when the browser reports `event` (see page.js); a gr.EventData argument carries `arg`."""
        return self.listen(getattr(self.bridge, event), handler, inputs, outputs, busy)

    def listen(
        self, listener: Handler, handler: Handler, inputs: Sequence[Any], outputs: Sequence[Any], busy: Busy = "ignore"
    ) -> Any:
        """Attach a guarded handler that is no part of the public HTTP interface.

        While it still runs, a further event is ignored, or the last one of them is handled afterwards.
        """
        return listener(
            guarded(handler),
            list(inputs),
            list(outputs),
            api_visibility="private",
            show_progress="hidden",
            trigger_mode="always_last" if busy == "last" else "once",
        )

    def wire(self) -> None:
        """Fill the column when a page opens."""
        self.on("start", self.filled, [self.current], [self.nav])

    def bare(self) -> str:
        """The column before anything was read from disk."""
        copilot = self.copilot
        return str(nav_html(NavFacts("", copilot.engine_name(), copilot.privacy_line(), 0, ())))

    def filled(self, current: str) -> Iterator[str]:
        """The column without, then with what takes longer to read in a server that has just started."""
        facts = self._facts(current)
        yield str(nav_html(facts))
        yield str(nav_html(replace(facts, conversations=self._conversations())))

    def html(self, current: str) -> str:
        """The column of places for a visitor who is in conversation `current`."""
        return str(nav_html(replace(self._facts(current), conversations=self._conversations())))

    def _conversations(self) -> list[Place]:
        listed = self.copilot.conversations()[:_CONVERSATIONS_SHOWN]
        return [Place(one.id, one.title or "New conversation") for one in listed]

    def _facts(self, current: str) -> NavFacts:
        copilot = self.copilot
        return NavFacts(
            shop=copilot.shop_line(),
            engine=copilot.engine_name(),
            privacy=copilot.privacy_line(),
            drafts=len(copilot.drafts()),
            conversations=(),
            current=current,
        )
