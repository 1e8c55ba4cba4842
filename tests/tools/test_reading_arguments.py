"""Periods in words, names of the shop's data, and what a model is told."""

from __future__ import annotations

from datetime import date

import pytest

from copilot.errors import CannotAnswer, UnknownName
from copilot.statistics.result import Column, Figure, ResultTable
from copilot.tools.names import ShopNames, condition_from
from copilot.tools.periods import find_phrase, parse_period, period_from
from copilot.tools.registry import TOOLS
from copilot.tools.telling import tell

LAST = date(2011, 12, 9)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("last 90 days", "2011-09-11", "2011-12-09"),
        ("last month", "2011-11-01", "2011-11-30"),
        ("this month", "2011-12-01", "2011-12-09"),
        ("last year", "2010-01-01", "2010-12-31"),
        ("this year", "2011-01-01", "2011-12-09"),
        ("year to date", "2011-01-01", "2011-12-09"),
        ("last week", "2011-11-28", "2011-12-04"),
        ("last quarter", "2011-07-01", "2011-09-30"),
        ("Q2", "2011-04-01", "2011-06-30"),
        ("Q4 2010", "2010-10-01", "2010-12-31"),
        ("March 2011", "2011-03-01", "2011-03-31"),
        ("in February", "2011-02-01", "2011-02-28"),
        ("2010", "2010-01-01", "2010-12-31"),
        ("since June", "2011-06-01", "2011-12-09"),
        ("2011-03-05", "2011-03-05", "2011-03-05"),
        ("2011-03-01 to 2011-04-15", "2011-03-01", "2011-04-15"),
        ("yesterday", "2011-12-08", "2011-12-08"),
    ],
)
def test_period(text: str, start: str, end: str) -> None:
    period = parse_period(text, LAST)
    assert period is not None
    assert (period.start.isoformat(), period.end.isoformat()) == (start, end)


@pytest.mark.parametrize("text", ["who are my best customers", "may I ask something", "top 20", "90 days win-back"])
def test_no_period(text: str) -> None:
    assert find_phrase(text, LAST) is None


def test_unreadable_period_is_said() -> None:
    with pytest.raises(CannotAnswer, match="could not read the period"):
        period_from("when the moon was full", LAST)
    assert period_from("all time", LAST) is None


NAMES = ShopNames({"country": ("United Kingdom", "Germany"), "category": ("Green tea", "Black tea"), "product": ()})


def test_names_are_found_as_whole_words_and_with_slips() -> None:
    assert [n.value for n in NAMES.find("sales of green tea in the uk")] == ["United Kingdom", "Green tea"]
    assert [n.value for n in NAMES.find("germny")] == ["Germany"]
    assert NAMES.find("greenteasing") == []


def test_filter_is_spelled_as_in_the_data() -> None:
    assert condition_from("country=uk", NAMES).value == "United Kingdom"
    condition = condition_from("category!=green tea", NAMES)
    assert (condition.op, condition.value) == ("ne", "Green tea")


def test_unknown_names_come_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="Did you mean 'Green tea'"):
        condition_from("category=greem taa", NAMES)
    with pytest.raises(UnknownName, match="filter"):
        condition_from("shoesize=44", NAMES)


def figure(identifier: str, value: float, unit: str = "count", **more: object) -> Figure:
    base = {"id": identifier, "name": "m", "label": "Customers there", "definition": "d", "scope": "s"} | more
    return Figure(value=value, unit=unit, **base)  # type: ignore[arg-type]


def test_small_groups_are_withheld_from_a_model() -> None:
    told = tell(
        (figure("F1", 9, noun="customers"), figure("F2", 10, noun="customers"), figure("F3", 0.5, "share", n=4))
    )
    assert "[F1] Customers there = withheld" in told
    assert "[F2] Customers there = 10 customers" in told
    assert "0.5" not in told
    assert "50" not in told


def test_personal_tables_are_told_by_reference_only() -> None:
    columns = (Column(key="customer_ref", label="customer"), Column(key="value", label="value", unit="money"))
    rows = ({"customer_ref": "#14646", "value": 279489.02},)
    told = tell(ResultTable(id="T1", title="Top", columns=columns, rows=rows, personal=True))
    assert "{table:T1}" in told
    assert "14646" not in told
    assert "279" not in told


def test_the_tools_are_exactly_these() -> None:
    """Read-only but for drafts; a tool that deletes, sends, exports or runs code would have to be added here."""
    assert [tool.name for tool in TOOLS] == [
        "describe_data", "sales_summary", "measure", "best_customers", "list_customers", "customer_groups",
        "journey_stages", "repeat_rate", "buying_rhythm", "segment_profile", "products", "customer_voice",
        "search_guide", "campaign_ideas", "make_draft",
    ]  # fmt: skip
