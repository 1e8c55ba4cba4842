"""Understands what corrects the data: a correction, an agreement to one that was shown, an undo, what is in force."""

from __future__ import annotations

from typing import Any, Final

from copilot.engine.request import Request
from copilot.engine.understand import Previous
from copilot.tools.correction_words import asks_list, corrections_in, file_alone, is_question, is_yes, undone

_SURE: Final = 20.0


def corrections_of(message: str, previous: Previous | None = None) -> list[Request]:
    """The requests of a message that is about corrections of the data; empty if it is about anything else.

    With `previous`, the call before, "yes" applies what was only shown.
    """
    tool, arguments = (previous.tool, previous.arguments) if previous is not None else (None, {})
    if (which := undone(message)) is not None:
        return [_request("undo_correction", message, {"which": which} if which else {})]
    if tool == "correct_data" and not arguments.get("apply") and is_yes(message):
        return [_request("correct", message, {**arguments, "apply": True})]
    if tool == "correct_data" and not arguments.get("file") and (file := file_alone(message)):
        return [_request("correct", message, {**arguments, "file": file})]
    if found := corrections_in(message):
        apply = {} if is_question(message) else {"apply": True}
        return [_request("correct", message, {**one, **apply}) for one in found]
    return [_request("corrections", message, {})] if asks_list(message) else []


def _request(intent: Any, message: str, said: dict[str, Any]) -> Request:
    return Request(text=message, intent=intent, score=_SURE, said=said)
