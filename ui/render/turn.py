"""Renders a conversation: what the user said, tool steps, answer, tables, drafts, problems and next steps."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from markupsafe import Markup

from copilot.chat.events import (
    ChartShown,
    Done,
    DraftShown,
    Event,
    EvidenceAdded,
    NoticeShown,
    ProblemShown,
    Suggestions,
    TableShown,
    TextBlock,
    ToolFinished,
    ToolStarted,
)
from copilot.evidence.model import Evidence
from copilot.statistics.result import Chart, ResultTable

from .chart import chart_html
from .evidence import receipt_stash
from .markup import chip, join, note, stash, tag
from .table import ROWS_SHOWN, table_html
from .text import answer_html, placed_tables

DRAFT_WORDS: Final = {
    "icp": "Ideal customer profile",
    "persona": "Buyer persona",
    "brief": "Campaign brief",
    "campaign_brief": "Campaign brief",
}


@dataclass
class TurnView:
    """What is on the screen for one exchange; events are added as they come.

    `known` is evidence of earlier turns of the same conversation, which this one may cite again.
    """

    question: str
    known: dict[str, Evidence] = field(default_factory=dict)
    known_tables: dict[str, ResultTable] = field(default_factory=dict)
    steps: dict[str, ToolStarted | ToolFinished] = field(default_factory=dict)
    texts: list[str] = field(default_factory=list)
    evidence: dict[str, Evidence] = field(default_factory=dict)
    tables: dict[str, ResultTable] = field(default_factory=dict)
    charts: dict[str, Chart] = field(default_factory=dict)
    drafts: dict[str, DraftShown] = field(default_factory=dict)
    problems: list[ProblemShown] = field(default_factory=list)
    notices: list[NoticeShown] = field(default_factory=list)
    suggestions: tuple[str, ...] = ()
    done: Done | None = None
    closed: bool = False  # nothing more will come

    def add(self, event: Event) -> None:
        """Take in the next event."""
        match event:
            case ToolStarted() | ToolFinished():
                self.steps[event.call_id] = event
            case EvidenceAdded():
                self.evidence[event.evidence.id] = event.evidence
            case TableShown():
                self.tables[event.table.id] = event.table
            case ChartShown():
                self.charts[event.chart.id] = event.chart
            case TextBlock():
                self.texts.append(event.text)
            case DraftShown():
                self.drafts[event.draft_id] = event
            case Suggestions():
                self.suggestions = event.messages
            case ProblemShown():
                self.problems.append(event)
            case NoticeShown():
                self.notices.append(event)
            case Done():
                self.done = event

    def html(self) -> Markup:
        """The exchange as it stands."""
        return tag(
            "article",
            tag("div", self.question, cls="you"),
            self._steps(),
            self._answer(),
            join(note(problem.what, problem.advice) for problem in self.problems),
            join(note("", notice.text, "plain") for notice in self.notices),
            join(_draft_card(draft) for draft in self.drafts.values()),
            self._openers(),
            self._waiting(),
            self._next_steps(),
            self._stashes(),
            cls="turn",
            data_done=self.done is not None,
        )

    def _steps(self) -> Markup | None:
        return tag("div", join(_step(step) for step in self.steps.values()), cls="steps") if self.steps else None

    def _answer(self) -> Markup:
        evidence = self.known | self.evidence
        tables = self.known_tables | self.tables
        blocks = [answer_html(text, evidence, tables) for text in self.texts]
        return tag("div", join(blocks), cls="answer") if blocks else Markup("")

    def _openers(self) -> Markup | None:
        """Buttons for charts and tables that stand in the panel and not in the text."""
        placed = set().union(*(placed_tables(text) for text in self.texts))
        charts = [_opener("chart", chart.id, chart.title) for chart in self.charts.values()]
        rows = [_opener("rows", t.id, t.title) for t in self.tables.values() if _needs_opener(t, placed)]
        return tag("div", join(charts + rows), cls="openers") if charts or rows else None

    def _waiting(self) -> Markup | None:
        if self.done is not None or (self.closed and self.problems):
            return None
        if self.closed:
            return tag("p", "Stopped. What stands above is kept.", cls="fine")
        return tag("div", tag("i"), tag("i"), tag("i"), cls="waiting", role="status", aria_label="working")

    def _next_steps(self) -> Markup | None:
        if not self.suggestions:
            return None
        chips = [chip(text, "send", text, primary=index == 0) for index, text in enumerate(self.suggestions)]
        return tag("div", join(chips), cls="chips")

    def _stashes(self) -> Markup:
        return join(
            [
                join(receipt_stash(identifier, item) for identifier, item in self.evidence.items()),
                join(stash(c.id, "chart", c.title, chart_html(c)) for c in self.charts.values()),
                join(stash(t.id, "rows", t.title, table_html(t, limit=None)) for t in self.tables.values()),
                join(stash(d.draft_id, "draft", d.title, _draft_card(d)) for d in self.drafts.values()),
            ]
        )


def conversation_html(turns: Sequence[tuple[str, Iterable[Event]]], conversation: str) -> tuple[Markup, TurnView]:
    """All exchanges of a conversation, and the view with which a next one would begin."""
    parts: list[Markup] = []
    view = TurnView("")
    for question, events in turns:
        view = following(view, question)
        for event in events:
            view.add(event)
        view.closed = True
        parts.append(view.html())
    return tag("div", join(parts), cls="turns", data_conversation=conversation), view


def following(previous: TurnView, question: str) -> TurnView:
    """An empty view for the next exchange, which knows the evidence so far."""
    return TurnView(
        question,
        known=previous.known | previous.evidence,
        known_tables=previous.known_tables | previous.tables,
    )


def _step(step: ToolStarted | ToolFinished) -> Markup:
    if isinstance(step, ToolStarted):
        return tag("span", tag("i", cls="spin"), step.title, cls="step running")
    sign = "✓ " if step.ok else "× "
    return tag("span", sign, step.title, f" · {step.seconds:.1f} s", cls="step" if step.ok else "step failed")


def _needs_opener(table: ResultTable, placed: set[str]) -> bool:
    return bool(table.rows) and (table.id not in placed or len(table.rows) > ROWS_SHOWN)


def _opener(kind: str, identifier: str, title: str) -> Markup:
    word = {"chart": "Chart", "rows": "Table"}[kind]
    return tag("button", tag("b", word), " ", title, type="button", cls="opener", data_receipt=identifier)


def _draft_card(draft: DraftShown) -> Markup:
    kind = DRAFT_WORDS.get(draft.kind, draft.kind)
    return tag(
        "div",
        tag("div", kind, f" · version {draft.version}", cls="fine"),
        tag("h4", draft.title),
        tag(
            "div",
            chip("Open", "open_draft", draft.draft_id, primary=True),
            chip("Markdown", "export_draft", f"{draft.draft_id}|md"),
            chip("JSON", "export_draft", f"{draft.draft_id}|json"),
            cls="chips",
        ),
        cls="card draft-card",
    )
