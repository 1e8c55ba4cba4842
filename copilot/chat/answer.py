"""A whole answer as one document: what the command line prints with --json and what Python callers get."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

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
    ToolStarted,
)
from copilot.data.quote import Quote
from copilot.evidence.model import Assumption, Statement
from copilot.guide.passage import Passage
from copilot.statistics.result import Chart, Figure, ResultTable


class Call(BaseModel):
    """One tool call."""

    model_config = ConfigDict(frozen=True)

    tool: str
    arguments: dict[str, Any]


class Answer(BaseModel):
    """The answer to one question. Every id cited in `text` resolves in one of the lists.

    `questions` are clarifying questions or next steps offered to the user, `problems` what went wrong or was
    left out, `notices` what one should know of the data behind the answer.
    """

    model_config = ConfigDict(frozen=True)

    conversation: str = ""
    text: str = ""
    figures: tuple[Figure, ...] = ()
    calls: tuple[Call, ...] = ()
    tables: tuple[ResultTable, ...] = ()
    charts: tuple[Chart, ...] = ()
    passages: tuple[Passage, ...] = ()
    quotes: tuple[Quote, ...] = ()
    statements: tuple[Statement, ...] = ()
    assumptions: tuple[Assumption, ...] = ()
    drafts: tuple[DraftShown, ...] = ()
    questions: tuple[str, ...] = ()
    problems: tuple[ProblemShown, ...] = ()
    notices: tuple[NoticeShown, ...] = ()
    engine: str = ""
    seconds: float = Field(default=0.0, description="wall time of the turn")

    @classmethod
    def of(cls, events: Iterable[Event]) -> Answer:
        """Collect the events of a turn."""
        found: dict[type[Any], list[Any]] = {}
        blocks: list[str] = []
        done: Done | None = None
        suggestions: tuple[str, ...] = ()
        for event in events:
            if isinstance(event, TextBlock):
                blocks.append(event.text)
            elif isinstance(event, EvidenceAdded):
                found.setdefault(type(event.evidence), []).append(event.evidence)
            elif isinstance(event, TableShown):
                found.setdefault(ResultTable, []).append(event.table)
            elif isinstance(event, ChartShown):
                found.setdefault(Chart, []).append(event.chart)
            elif isinstance(event, ToolStarted):
                found.setdefault(Call, []).append(Call(tool=event.tool, arguments=event.arguments))
            elif isinstance(event, (DraftShown, ProblemShown, NoticeShown)):
                found.setdefault(type(event), []).append(event)
            elif isinstance(event, Suggestions):
                suggestions = event.messages
            elif isinstance(event, Done):
                done = event
        return cls(
            conversation=done.conversation if done else "",
            text="\n\n".join(blocks),
            figures=tuple(found.get(Figure, ())),
            calls=tuple(found.get(Call, ())),
            tables=tuple(found.get(ResultTable, ())),
            charts=tuple(found.get(Chart, ())),
            passages=tuple(found.get(Passage, ())),
            quotes=tuple(found.get(Quote, ())),
            statements=tuple(found.get(Statement, ())),
            assumptions=tuple(found.get(Assumption, ())),
            drafts=tuple(found.get(DraftShown, ())),
            questions=suggestions,
            problems=tuple(found.get(ProblemShown, ())),
            notices=tuple(found.get(NoticeShown, ())),
            engine=done.engine if done else "",
            seconds=done.seconds if done else 0.0,
        )
