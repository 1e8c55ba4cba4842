"""The gate lets through what evidence supports, and nothing else."""

from __future__ import annotations

from datetime import date

import pytest

from copilot.data.quote import Quote
from copilot.evidence.gate import check, citations
from copilot.evidence.ledger import Ledger, load_recorded
from copilot.evidence.model import Statement
from copilot.evidence.numerals import numerals
from copilot.evidence.wording import format_figure, format_interval, format_value
from copilot.guide.passage import Passage
from copilot.statistics.result import Figure, Period, Result, ResultTable

YEAR = Period(start=date(2010, 12, 1), end=date(2011, 12, 9))


def figure(value: float, unit: str = "count", **more: object) -> Figure:
    fields = {"name": "m", "label": "a measure", "definition": "d", "scope": "s", "period": YEAR} | more
    return Figure(value=value, unit=unit, **fields)  # type: ignore[arg-type]


@pytest.fixture
def ledger() -> Ledger:
    ledger = Ledger()
    ledger.record(figure(434, noun="customers"))  # F1
    ledger.record(figure(0.5987, "share", label="Share of the top 10 %", low=0.548, high=0.645, n=4338))  # F2
    ledger.record(figure(5635.21, "money", currency="GBP"))  # F3
    ledger.record(figure(28, "days"))  # F4
    ledger.record(figure(1_038_237.42, "money", currency="GBP", name="total"))  # F5
    ledger.record(Quote(feedback_id="r17", text="The box arrived crushed, again and again.", kind="review"))  # Q1
    ledger.record(Passage(section="A14.x", article="A14", title="t", heading="h", text="Send 3 mails over 90 days."))
    ledger.record(Statement(text="we can afford 200 members"))  # U1
    return ledger


SUPPORTED = [
    "**434 customers (your top 10 %) bring 59.9 % of net sales** [F1][F2].",
    "434 customers bring 60 % of sales (54.8–64.5 %) [F1-F2].",
    "They spent £5,635 each [F3], about 5,600 GBP.",
    "Shop total: 1.04M, or £1,038,237 or 1,038k [F5].",
    "From 1 Dec 2010 to 9 December 2011, of 4,338 people [F2].",
    "In Dec 2010 and in 2011 the share was 59.87 % [F2].",
    "Every 28 days [F4] one of them says “the box arrived crushed” [Q1].",
    "Send three mails over 90 days [A1].",
    "Room for 200 members, as you said [U1].",
    "Customer #14646 and `x = 5` are references, not figures.",
    "1. First do this\n2. Then do that",
    "More than half of sales: 59.9 % [F2].",
    "See A14 and the RFM groups.",
]

UNSUPPORTED = [
    ("434 customers bring 61 % of net sales [F1][F2].", "61 %"),
    ("They spent £5,636 each [F3].", "5,636"),
    ("They spent £434 each [F1].", "434"),
    ("434 % more [F1].", "434 %"),
    ("The share is 59.9 %.", "59.9 %"),
    ("Twice as many orders as before [F1].", "Twice"),
    ("Until 8 Dec 2011 [F2].", "8 Dec 2011"),
    ("In 2012 it was 59.9 % [F2].", "2012"),
    ("Send four mails over 90 days [A1].", "four"),
    ("A third of your customers [F2].", "third"),
    ("Total 1.05M [F5].", "1.05M"),
    ("Revenue was two million pounds [F5].", "two"),
]


@pytest.mark.parametrize("text", SUPPORTED)
def test_supported_text_passes_unchanged(ledger: Ledger, text: str) -> None:
    report = check(text, ledger)
    assert report.ok, report.failures
    assert report.text == text


@pytest.mark.parametrize(("text", "culprit"), UNSUPPORTED)
def test_unsupported_number_is_found(ledger: Ledger, text: str, culprit: str) -> None:
    report = check(text, ledger)
    assert not report.ok
    assert culprit in [failure.what for failure in report.failures] or any(culprit in f.what for f in report.failures)
    assert report.text == ""


def test_only_the_failing_sentence_goes(ledger: Ledger) -> None:
    report = check("You have 434 customers [F1]. They grew by 12 %. The usual gap is 28 days [F4].", ledger)
    assert report.text == "You have 434 customers [F1]. The usual gap is 28 days [F4]."
    assert [failure.what for failure in report.failures] == ["12 %"]


def test_failing_list_item_goes_and_the_others_stay(ledger: Ledger) -> None:
    report = check("Seen:\n\n- 434 customers [F1]\n- 77 orders [F1]\n- 28 days [F4]", ledger)
    assert report.text == "Seen:\n\n- 434 customers [F1]\n- 28 days [F4]"


def test_unknown_citation_fails(ledger: Ledger) -> None:
    report = check("You have 434 customers [F1][F99].", ledger)
    assert report.failures[0].reason == "unknown_citation"


@pytest.mark.parametrize("quote", ["the parcel arrived crushed again", "The box arrived crushed and wet"])
def test_altered_quote_fails(ledger: Ledger, quote: str) -> None:
    report = check(f"One says “{quote}” [Q1].", ledger)
    assert [failure.reason for failure in report.failures] == ["quote_not_found"]


def test_a_number_inside_a_true_quote_needs_no_figure() -> None:
    ledger = Ledger()
    ledger.record(Quote(feedback_id="1", text="I waited 3 weeks for my tea", kind="review"))
    assert check("One says “I waited 3 weeks for my tea” [Q1].", ledger).ok


def test_same_content_same_id_and_restore() -> None:
    first = Ledger()
    a, b = first.record(figure(1)), first.record(figure(2))
    assert (a.id, b.id, first.record(figure(1)).id) == ("F1", "F2", "F1")
    stored = [load_recorded(item.model_dump(mode="json")) for item in first]
    second = Ledger()
    second.restore(stored)
    assert second.get("F2") == b
    assert second.record(figure(2)).id == "F2"
    assert second.record(figure(3)).id == "F3"


def test_results_get_ids_inside() -> None:
    class Two(Result):
        one: Figure
        more: tuple[Figure, ...]
        table: ResultTable

    seen: list[str] = []
    ledger = Ledger(lambda item: seen.append(item.id))
    table = ResultTable(title="t", columns=(), rows=())
    result = ledger.record_result(Two(one=figure(1), more=(figure(2), figure(1)), table=table))
    assert [f.id for f in result.figures()] == ["F1", "F2", "F1"]
    assert result.table.id == "T1"
    assert seen == ["F1", "F2", "T1"]


def test_citation_ranges() -> None:
    assert citations("x [F1-F3] y [F5, A2] z [Q1]") == ["F1", "F2", "F3", "F5", "A2", "Q1"]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("7-37 %", [("percent", 7), ("percent", 37)]),
        ("1.2k and 3M", [("plain", 1200), ("plain", 3_000_000)]),
        ("-4.5 %", [("percent", -4.5)]),
        ("12:30 on 3 May 2024", [("time", 12.5), ("date", 3)]),
        ("a fifth of buyers", [("fraction", 20)]),
        ("€1,204.50", [("money", 1204.5)]),
        ("250 EUR", [("money", 250)]),
    ],
)
def test_numerals_are_read(text: str, values: list[tuple[str, float]]) -> None:
    assert [(n.kind, pytest.approx(n.value)) for n in numerals(text)] == values


@pytest.mark.parametrize(
    ("value", "unit", "text"),
    [
        (0.5, "count", "1"),
        (-0.0004, "share", "0.0 %"),
        (12.345, "money", "£12.35"),
        (99.995, "money", "£100.00"),
        (-1234.4, "money", "-£1,234"),
        (28.0, "days", "28 days"),
        (1.0, "days", "1 day"),
        (4.5, "days", "4.5 days"),
        (None, "share", "not known"),
        (float("nan"), "share", "not known"),
    ],
)
def test_values_are_written(value: float | None, unit: str, text: str) -> None:
    assert format_value(value, unit, "GBP") == text


def test_figure_and_interval_are_written() -> None:
    share = figure(0.5987, "share", low=0.548, high=0.645)
    assert format_figure(share) == "59.9 %"
    assert format_interval(share) == "54.8–64.5 %"
    assert format_figure(figure(1, noun="customers"), noun=True) == "1 customer"
