"""What counts as contact data, and what does not."""

from __future__ import annotations

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from copilot.llm.contact import ContactGuard
from copilot.llm.masking import MaskingFilter

GUARD = ContactGuard(lambda: frozenset({"anna müller", "jean-luc o'neil", "maria de la cruz"}))


@pytest.mark.parametrize(
    "text",
    [
        "ann@example.org",
        "Ann.Lee+shop@mail.example.co.uk",
        "ann＠example.org",
        "ann%40example.org",
        "ann (at) example.org",
        "müller@exämple.de",
        "+44 20 7946 0958",
        "+49 (0)30 123456",
        "0049 30 1234567",
        "020 7946 0958",
        "07700 900123",
        "(555) 123-4567",
        "555-123-4567",
        "555.123.4567",
        "4915112345678",
        "Anna Müller",
        "ANNA  MÜLLER",
        "Jean-Luc O'Neil",
        "Maria de la Cruz",
    ],
)
def test_contact_data_is_blanked_out_wherever_it_stands(text: str) -> None:
    for frame in ("{}", "call {} now", "({})", "is it {}?", '"{}"'):
        scrubbed = GUARD.scrub(frame.format(text))
        assert text not in scrubbed
        assert scrubbed.count("[") == 1
        assert GUARD.find(scrubbed) == []


@pytest.mark.parametrize(
    "text",
    [
        "434 customers [F1] bring 59.9 % of net sales, £8,911,407.90 in all",
        "1 Dec 2010 - 9 Dec 2011, or 2010-12-01 to 2011-12-09, or 02/03/2024 10:30",
        "customer #14646 of 18,532 orders; 0.0298765 or 12.3456789012",
        "call_8f31c0de90123 of model gpt-4.1-2025-04-14",
        "months 2011-01 2011-02 2011-03 2011-04 2011-05",
        "Anna bought the Müller vase; 10 20 30 40 50 60",
        "interval 54.8–64.5 %; n 4,338; 90 days, 12:00-15:00",
        "550e8400-e29b-41d4-a716-446655440000",
    ],
)
def test_figures_dates_and_ids_are_not_contact_data(text: str) -> None:
    assert GUARD.scrub(text) == text


@given(st.text(max_size=200))
def test_scrubbing_leaves_nothing_to_find(text: str) -> None:
    assert GUARD.find(GUARD.scrub(text)) == []


def test_names_are_asked_for_each_time() -> None:
    names: set[str] = set()
    guard = ContactGuard(lambda: frozenset(names))
    assert guard.scrub("Anna Lee") == "Anna Lee"
    names.add("anna lee")
    assert guard.scrub("for Anna Lee.") == "for [name]."


def test_the_log_holds_neither_keys_nor_contact_data(caplog: pytest.LogCaptureFixture) -> None:
    log = logging.getLogger("masked")
    caplog.handler.addFilter(MaskingFilter())
    try:
        raise ValueError("row of ann@example.org")
    except ValueError:
        log.exception("key %s, %s, Bearer abc.def, %s", "sk-SECRET123", "ann@example.org", "+44 20 7946 0958")
    assert "sk-SECRET" not in caplog.text
    assert "abc.def" not in caplog.text
    assert "ann@" not in caplog.text
    assert "7946" not in caplog.text
    assert "ValueError in test_the_log_holds_neither" in caplog.text
