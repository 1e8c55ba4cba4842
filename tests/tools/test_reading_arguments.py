"""Periods in words, names of the shop's data, and what a model is told."""

from __future__ import annotations

from datetime import date

import pytest

from copilot.errors import CannotAnswer, UnknownName
from copilot.statistics.periods import cut_units, labels_of, period_before, year_before
from copilot.statistics.result import Column, Figure, Period, ResultTable
from copilot.tools.names import ShopNames, condition_from
from copilot.tools.period_pairs import compare_from, find_pair
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
        ("month to date", "2011-12-01", "2011-12-09"),
        ("QTD", "2011-10-01", "2011-12-09"),
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
    """Read-only but for drafts, and for corrections and rates, which only the user's own words apply.

    A tool that deletes, sends, exports or runs code would have to be added here.
    """
    assert {tool.name for tool in TOOLS} == {
        "ad_spend", "anti_profile", "best_customers", "buying_rhythm", "campaign_ideas", "cohorts",
        "correct_data", "corrections", "customer_groups", "customer_kinds", "customer_voice", "describe_data",
        "discounts", "exchange_rate", "journey_stages", "lifetime_value", "list_customers", "make_draft", "measure",
        "next_orders", "opportunity", "predicted_value", "products", "reconcile", "refunds", "repeat_rate",
        "sales_summary", "search_guide", "segment_profile", "test_plan", "test_result",
        "undo_correction", "why_changed",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("text", "period", "compare"),
    [
        ("net sales in March vs February", "in march", "february"),
        ("march versus february 2011", "march 2011", "february 2011"),
        ("compare 2010 and 2011", "2011", "2010"),
        ("Q1 vs Q2 2011", "q2 2011", "q1 2011"),
        ("this month vs last month", "this month", "last month"),
        ("last 90 days vs the 90 before", "last 90 days", "previous period"),
        ("net sales last 30 days compared to the previous period", "last 30 days", "previous period"),
        ("orders last month compared with the same month last year", "last month", "same period last year"),
        ("sales compared to last year", "this year", "same period last year"),
        ("year to date vs same period last year", "year to date", "same period last year"),
        ("revenue month over month", "last month", "previous period"),
        ("compare may and june", "june", "in may"),
    ],
)
def test_two_periods_are_found(text: str, period: str, compare: str) -> None:
    pair = find_pair(text, LAST)
    assert pair is not None
    assert (pair.period, pair.compare) == (period, compare)
    assert period_from(pair.period, LAST) is not None
    assert compare_from(pair.compare, LAST) is not None


@pytest.mark.parametrize(
    "text", ["compare UK and Germany", "AOV of repeat customers vs the rest", "did we sell more than in February?",
             "customers who bought more than 3 times in 2011"],
)  # fmt: skip
def test_no_two_periods(text: str) -> None:
    assert find_pair(text, LAST) is None


def test_what_to_compare_with() -> None:
    assert compare_from("previous period", LAST) == "previous"
    assert compare_from("the 90 before", LAST) == "previous"
    assert compare_from("same period last year", LAST) == "last_year"
    assert compare_from("the rest", LAST) == "rest"
    assert compare_from("February 2011", LAST) == Period(start=date(2011, 2, 1), end=date(2011, 2, 28))
    assert compare_from(None, LAST) is None
    with pytest.raises(CannotAnswer):
        compare_from("when the moon was full", LAST)


@pytest.mark.parametrize(
    ("period", "before", "year_ago"),
    [
        (("2011-03-01", "2011-03-31"), ("2011-02-01", "2011-02-28"), ("2010-03-01", "2010-03-31")),
        (("2011-12-01", "2011-12-09"), ("2011-11-01", "2011-11-09"), ("2010-12-01", "2010-12-09")),
        (("2011-09-11", "2011-12-09"), ("2011-06-13", "2011-09-10"), ("2010-09-11", "2010-12-09")),
        (("2011-01-01", "2011-12-31"), ("2010-01-01", "2010-12-31"), ("2010-01-01", "2010-12-31")),
        (("2012-02-01", "2012-02-29"), ("2012-01-01", "2012-01-31"), ("2011-02-01", "2011-02-28")),
    ],
)
def test_periods_to_compare_with(period: tuple[str, str], before: tuple[str, str], year_ago: tuple[str, str]) -> None:
    def days(ends: tuple[str, str]) -> Period:
        return Period(start=date.fromisoformat(ends[0]), end=date.fromisoformat(ends[1]))

    assert period_before(days(period), LAST) == days(before)
    assert year_before(days(period)) == days(year_ago)


def test_units_that_a_span_cuts() -> None:
    span = Period(start=date(2010, 12, 1), end=date(2011, 12, 9))
    assert cut_units(span, "month") == {"2011-12"}
    assert cut_units(span, "quarter") == {"2010-Q4", "2011-Q4"}
    assert cut_units(span, "week") == {"2010-11-29", "2011-12-05"}
    assert cut_units(span, "year") == {"2010", "2011"}
    assert labels_of(Period(start=date(2011, 11, 30), end=date(2012, 1, 2)), "month") == (
        "2011-11", "2011-12", "2012-01",
    )  # fmt: skip


def test_a_product_is_meant_in_all_its_sizes() -> None:
    names = ShopNames({"product": ("Hillside Darjeeling - 100 g", "Hillside Darjeeling - 250 g", "Tin (blue)")})
    found = names.find("net sales of hillside darjeeling")
    assert [name.value for name in found] == ["Hillside Darjeeling"]
    both = ("Hillside Darjeeling - 100 g", "Hillside Darjeeling - 250 g")
    assert condition_from("product=Hillside Darjeeling", names).value == both
    assert condition_from("product!=Hillside Darjeeling", names).op == "not_in"
    assert condition_from("product=Hillside Darjeeling - 100 g", names).value == both[0]
