"""The one place where an unexpected error of a page becomes a plain message with an id for the log."""

from __future__ import annotations

import functools
import inspect
import logging
import secrets
from collections.abc import Callable, Generator, Iterator
from typing import Any

import gradio as gr
from markupsafe import escape

from copilot.chat.events import Event, ProblemShown
from copilot.errors import CopilotError

_log = logging.getLogger(__name__)


def message_of(error: Exception) -> tuple[str, str]:
    """What happened and what to do. An unknown error is logged by type and place only, never with its data."""
    if isinstance(error, CopilotError):
        return error.what, error.advice
    number = secrets.token_hex(4)
    where = _place(error)
    _log.error("error %s: %s at %s", number, type(error).__name__, where)
    return (
        f"Something went wrong here (error {number}).",
        "Your data is untouched. Try again; if it happens again, the log names the place under this number.",
    )


def told(events: Iterator[Event]) -> Generator[Event, None, None]:
    """The events of a turn; if it breaks, a last one that says so. What came before stays."""
    try:
        yield from events
    except Exception as error:  # noqa: BLE001 - the boundary
        what, advice = message_of(error)
        yield ProblemShown(code=getattr(error, "code", "failed"), what=what, advice=advice)


def guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap an event handler: errors show as a message on the page, and its outputs stay as they are."""
    if inspect.isgeneratorfunction(handler):

        @functools.wraps(handler)
        def streaming(*arguments: Any, **named: Any) -> Iterator[Any]:
            try:
                yield from handler(*arguments, **named)
            except Exception as error:  # noqa: BLE001 - the boundary
                _tell(error)
                yield gr.skip()

        return streaming

    @functools.wraps(handler)
    def plain(*arguments: Any, **named: Any) -> Any:
        try:
            return handler(*arguments, **named)
        except Exception as error:  # noqa: BLE001 - the boundary
            _tell(error)
            return gr.skip()

    return plain


def _tell(error: Exception) -> None:
    what, advice = message_of(error)
    gr.Warning(str(escape(f"{what} {advice}".strip())), duration=12, title="That did not work")


def _place(error: Exception) -> str:
    trace = error.__traceback__
    place = "unknown place"
    while trace is not None:
        place = f"{trace.tb_frame.f_globals.get('__name__', '?')}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
