"""Receipts, turns, reports, charts and drafts as HTML; data is escaped everywhere."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest

from cmo_copilot.ui.render.chart import chart_html, plotly_spec
from cmo_copilot.ui.render.evidence import query_text, receipt_html
from cmo_copilot.ui.render.nav import NavFacts, Place, nav_html
from cmo_copilot.ui.render.report import corrections_html, refused_html, report_html
from cmo_copilot.ui.render.turn import TurnView, conversation_html
from copilot.chat.events import (
    ChartShown,
    Done,
    DraftShown,
    EvidenceAdded,
    ProblemShown,
    Suggestions,
    TableShown,
    TextBlock,
    ToolFinished,
    ToolStarted,
)
from copilot.data.corrections import Applied, ColumnIs
from copilot.data.quote import Quote
from copilot.data.report import IntakeReport, Problem, Question
from copilot.evidence.model import Assumption, Statement
from copilot.guide.passage import Passage
from copilot.statistics.result import Chart, Column, Figure, Period, ResultTable

EVIL = "<img src=x onerror=alert(1)>\"'"


def share(**more: object) -> Figure:
    given: dict[str, object] = {
        "id": "F1",
        "name": "share",
        "label": "Share of net sales",
        "value": 0.599,
        "unit": "share",
        "low": 0.548,
        "high": 0.645,
        "interval": "bootstrap 95 %",
        "numerator": 5338000.0,
        "denominator": 8911407.9,
        "n": 4338,
        "period": Period(start=date(2010, 12, 1), end=date(2011, 12, 9)),
        "definition": "net sales of the biggest ÷ net sales of all",
        "scope": "orders with a customer",
        "query": {"analysis": "concentration", "top": 0.1},
        "warnings": ("small",),
    }
    return Figure.model_validate(given | more)


def harmless(html: str) -> bool:
    """The payload is there as text, and no tag of it came alive."""
    return "onerror" in html and not re.search(r"<img|<[^>]*\sonerror=", re.sub(r'="[^"]*"', "", html))


def test_receipt_of_a_figure_shows_everything_behind_it() -> None:
    html = receipt_html(share())
    for expected in (
        "59.9 %",
        "54.8–64.5 % (bootstrap 95 %)",
        "net sales of the biggest ÷ net sales of all",
        "orders with a customer",
        "1 Dec 2010 – 9 Dec 2011",
        "5,338,000 ÷ 8,911,408",
        "4,338 observations",
        "concentration",
        "small",
    ):
        assert expected in html, expected


def test_receipt_of_a_figure_without_value_says_so() -> None:
    html = receipt_html(share(value=None, low=None, high=None, warnings=("no orders in this period",)))
    assert "not known" in html
    assert "no orders in this period" in html


@pytest.mark.parametrize(
    "item",
    [
        share(label=EVIL, definition=EVIL, scope=EVIL, warnings=(EVIL,), query={"analysis": EVIL, EVIL: [EVIL]}),
        Passage(section=EVIL, article=EVIL, title=EVIL, heading=EVIL, text=EVIL),
        Quote(feedback_id=EVIL, text=EVIL, kind=EVIL, product=EVIL, question=EVIL, theme=EVIL),
        Statement(text=EVIL),
        Assumption(text=EVIL, how_to_test=EVIL),
    ],
    ids=lambda item: item.type,
)
def test_receipts_escape_what_comes_from_data(item: object) -> None:
    assert harmless(str(receipt_html(item)))


def test_receipts_of_words_name_their_source() -> None:
    quote = Quote(feedback_id="r-17", text="fits well", kind="review", rating=4, rating_max=5, product="Mug")
    assert all(part in receipt_html(quote) for part in ("fits well", "review, row r-17", "4 of 5", "Mug"))
    assert "Ask 50 people" in receipt_html(Assumption(text="x", how_to_test="Ask 50 people"))


def test_query_is_readable() -> None:
    assert query_text({"analysis": "best", "where": [{"field": "country", "op": "is"}], "by": None}) == (
        "best\n  where: field country, op is"
    )


TABLE = ResultTable(id="T1", title="Rows", columns=(Column(key="a", label="a"),), rows=({"a": "x"},))
CHART = Chart(id="C1", kind="bar", title="Sales", x=("2011-01", "2011-02"), series={"sales": (1.0, None)}, unit="money")
EVENTS = [
    ToolStarted(call_id="1", tool="best", title="ranking", arguments={}),
    ToolFinished(call_id="1", tool="best", title="ranked 434 customers", seconds=0.12),
    EvidenceAdded(evidence=share()),
    TableShown(table=TABLE),
    ChartShown(chart=CHART),
    TextBlock(text="They bring 59.9 % [F1]."),
    ProblemShown(code="x", what="Cold cannot be sized.", advice="Add your list."),
    DraftShown(draft_id="icp-1", kind="icp", title="ICP of the best", version=1),
    Suggestions(messages=("Draft an ICP",)),
    Done(conversation="c1", engine="built-in", seconds=1.0),
]


def test_a_turn_shows_steps_answer_cards_and_next_steps() -> None:
    view = TurnView("who?")
    for event in EVENTS[:1]:
        view.add(event)
    assert 'class="step running"' in view.html()
    assert 'class="waiting"' in view.html()
    for event in EVENTS[1:]:
        view.add(event)
    html = view.html()
    assert "✓ ranked 434 customers · 0.1 s" in html
    assert 'class="step running"' not in html
    assert 'class="waiting"' not in html
    assert "data-done" in html
    for expected in (
        'data-do="send" data-arg="Draft an ICP"',
        'data-do="open_draft" data-arg="icp-1"',
        'data-arg="icp-1|md"',
        'data-stash="F1" data-kind="receipt"',
        'data-stash="T1" data-kind="rows"',
        'data-stash="C1" data-kind="chart"',
        "Cold cannot be sized.",
    ):
        assert expected in html, expected


def test_a_later_turn_may_cite_what_an_earlier_one_found() -> None:
    later = [TextBlock(text="As said, 59.9 % [F1].")]
    html, _ = conversation_html([("a", EVENTS), ("b", later)], "c1")
    assert html.count('class="r"') == 2
    assert 'data-conversation="c1"' in html
    assert "Stopped." in html  # the later turn never ended


def test_turns_escape_what_comes_from_data() -> None:
    view = TurnView(EVIL)
    for event in (
        ToolFinished(call_id="1", tool="t", title=EVIL, seconds=1),
        TableShown(
            table=ResultTable(
                id="T1", title=EVIL, columns=(Column(key="a", label=EVIL),), rows=({"a": EVIL},), note=EVIL
            )
        ),
        ChartShown(chart=Chart(id="C1", kind="bar", title=EVIL, x=(EVIL,), series={EVIL: (1.0,)})),
        TextBlock(text=EVIL),
        ProblemShown(code="x", what=EVIL, advice=EVIL),
        DraftShown(draft_id=EVIL, kind=EVIL, title=EVIL, version=1),
        Suggestions(messages=(EVIL,)),
    ):
        view.add(event)
    assert harmless(str(view.html()))


def test_report_says_what_was_found_and_done() -> None:
    report = IntakeReport(
        upload_id="u1",
        file=EVIL,
        role="orders",
        format="shopify",
        summary="2,354 orders on 49,258 rows",
        rows=49258,
        kept=49200,
        set_aside=58,
        problems=(Problem(code="v", what="voided orders", count=31, action="left out of sales", examples=(EVIL,)),),
        questions=(Question(code="q", text="Which date?", options=("day first", "month first")),),
        columns={"order_id": EVIL},
    )
    html = str(report_html(report))
    assert harmless(html)
    for expected in (
        "voided orders",
        "31",
        "left out of sales",
        "49,258 rows read: 49,200 used, 58 set aside",
        "day first",
    ):
        assert expected in html, expected
    assert harmless(str(refused_html(EVIL, "This is a PDF.", "Export as CSV.")))


def test_nav_marks_the_current_conversation_and_escapes_titles() -> None:
    facts = NavFacts("Shop", "Built-in engine", "Nothing leaves.", 3, [Place("c1", EVIL), Place("c2", "b")], "c1")
    html = str(nav_html(facts))
    assert harmless(html)
    assert html.count('class="c on"') == 1


def test_labels_that_look_like_numbers_are_names() -> None:
    chart = Chart(kind="bar", title="By repeat purchases", x=("0", "1", "4 or more"), series={"n": (3.0, 2.0, 1.0)})
    assert plotly_spec(chart)["layout"]["xaxis"]["type"] == "category"
    long = chart.model_copy(update={"x": ("0", "1", "four or more of them")})
    assert plotly_spec(long)["layout"]["yaxis"]["type"] == "category"


@pytest.mark.parametrize("kind", ["bar", "line", "stage", "heatmap", "treemap", "interval", "pareto"])
def test_every_kind_of_chart_has_a_specification_without_live_labels(kind: str) -> None:
    chart = Chart(
        id="C1",
        kind=kind,
        title="t",
        x=("a", "<a href='https://evil.example'>b</a>"),
        series={"one": (1.0, 2.0), "two %{x}": (2.0, None)},
        low={"one": (0.5, 1.0)},
        high={"one": (1.5, 3.0)},
        unit="share",
    )
    text = json.dumps(plotly_spec(chart))
    assert "<a" not in text
    assert plotly_spec(chart)["layout"]["paper_bgcolor"] == "rgba(0,0,0,0)"
    found = re.search(r'data-chart="([^"]*)"', chart_html(chart))
    assert found


def test_intervals_of_a_chart_become_error_bars() -> None:
    chart = Chart(
        id="C", kind="interval", title="t", x=("a",), series={"s": (0.5,)}, low={"s": (0.4,)}, high={"s": (0.7,)}
    )
    trace = plotly_spec(chart)["data"][0]
    assert trace["error_y"]["array"] == [pytest.approx(0.2)]
    assert trace["error_y"]["arrayminus"] == [pytest.approx(0.1)]


def test_corrections_in_force_can_be_taken_back_and_are_escaped() -> None:
    one = Applied(
        id="c3",
        correction=ColumnIs(column=EVIL, field="customer_id"),
        said=EVIL,
        made_at=datetime(2026, 1, 5, tzinfo=UTC),
    )
    html = str(corrections_html([one]))
    assert "<img" not in html
    assert "is the customer" in html
    assert 'data-do="undo_correction"' in html
    assert 'data-arg="c3"' in html
    assert str(corrections_html([])) == ""
