"""The boundary of the pages: what a visitor is told of an error, and what the log keeps of it."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from cmo_copilot.ui.boundary import message_of, told
from copilot.chat.events import Event, ProblemShown, TextBlock
from copilot.errors import DataRefused

SECRET = "jane@example.com sk-123"


def test_a_known_problem_is_told_in_its_own_words() -> None:
    assert message_of(DataRefused("The file is empty.", "Export it again.")) == (
        "The file is empty.",
        "Export it again.",
    )


def test_an_unknown_error_gets_a_number_and_leaks_nothing(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.ERROR):
        try:
            raise ValueError(SECRET)
        except ValueError as error:
            what, advice = message_of(error)
    number = what.partition("(error ")[2].partition(")")[0]
    assert len(number) == 8
    assert number in caplog.text
    assert "test_boundary" in caplog.text  # the place
    assert "ValueError" in caplog.text
    assert SECRET not in caplog.text + what + advice


def test_a_turn_that_breaks_keeps_what_came_before() -> None:
    def events() -> Iterator[Event]:
        yield TextBlock(text="first")
        raise RuntimeError(SECRET)

    first, last = list(told(events()))
    assert first == TextBlock(text="first")
    assert isinstance(last, ProblemShown)
    assert SECRET not in last.what + last.advice
