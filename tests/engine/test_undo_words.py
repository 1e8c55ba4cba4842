"""The words an intake report offers to undo a repair are understood as what they promise."""

from __future__ import annotations

import re

import pytest

from copilot.data.undoing import UNDO
from copilot.engine.plan import plan
from copilot.engine.stated import counted_too
from copilot.engine.understand import understand
from copilot.tools.correction_words import corrections_in, undone
from copilot.tools.names import ShopNames
from copilot.tools.rate_words import FORGET, stated_rate

NAMES = ShopNames(dict.fromkeys(("country", "region", "city", "category", "product", "source", "channel"), ()))
OFFERED = re.compile(r"(?:\bsay(?: it in a question)?|for example): (?P<words>[^,]+)")
WORDS = sorted({match["words"].strip() for undo in UNDO.values() if (match := OFFERED.search(undo))})


def test_there_are_words_to_check() -> None:
    assert len(WORDS) >= 10


@pytest.mark.parametrize("words", WORDS)
def test_each_offer_is_understood(words: str) -> None:
    understood = (
        corrections_in(words)
        or counted_too(words, ())
        or undone(words) is not None
        or stated_rate(words)
        or FORGET.search(words)
        or any(call.arguments.get("include") for call in plan(understand(f"best customers {words}", NAMES, None)).calls)
    )
    assert understood, words
