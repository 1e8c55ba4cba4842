"""The closed union of things that happen during a turn: the screen, the command line and the store consume it."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.evidence.model import Evidence
from copilot.statistics.result import Chart, ResultTable


class _Event(BaseModel):
    model_config = ConfigDict(frozen=True)


class ToolStarted(_Event):
    """A tool call began. `title` is said in plain words: 'ranked customers by net sales'."""

    type: Literal["tool_started"] = "tool_started"
    call_id: str
    tool: str
    title: str
    arguments: dict[str, Any]


class ToolFinished(_Event):
    """The call ended; `seconds` is wall time, `summary` a few plain words."""

    type: Literal["tool_finished"] = "tool_finished"
    call_id: str
    tool: str
    title: str
    seconds: float
    ok: bool = True


class EvidenceAdded(_Event):
    """A figure, passage, quote, statement or assumption entered the ledger and may be cited by its id."""

    type: Literal["evidence"] = "evidence"
    evidence: Evidence


class TableShown(_Event):
    """A table for the screen."""

    type: Literal["table"] = "table"
    table: ResultTable


class ChartShown(_Event):
    """A chart for the screen."""

    type: Literal["chart"] = "chart"
    chart: Chart


class TextBlock(_Event):
    """One block of the answer (a paragraph, a list, a heading) in markdown with citation marks like [F1].

    It has passed the gate: no text that has not passed is ever an event.
    """

    type: Literal["text"] = "text"
    text: str


class DraftShown(_Event):
    """A draft was made or changed; the full document is in the draft store."""

    type: Literal["draft"] = "draft"
    draft_id: str
    kind: str
    title: str
    version: int


class Suggestions(_Event):
    """Next steps that fit, as messages the user could send."""

    type: Literal["suggestions"] = "suggestions"
    messages: tuple[str, ...]


class ProblemShown(_Event):
    """Something went wrong or was left out: what, and what to do."""

    type: Literal["problem"] = "problem"
    code: str
    what: str
    advice: str = ""


class NoticeShown(_Event):
    """Something worth knowing about the data behind the answers; a notice of one code is shown once a conversation."""

    type: Literal["notice"] = "notice"
    code: str
    text: str


class Done(_Event):
    """The turn is complete and stored."""

    type: Literal["done"] = "done"
    conversation: str
    engine: str
    seconds: float
    usage: dict[str, int] = Field(default_factory=dict)


Event = Annotated[
    ToolStarted
    | ToolFinished
    | EvidenceAdded
    | TableShown
    | ChartShown
    | TextBlock
    | DraftShown
    | Suggestions
    | ProblemShown
    | NoticeShown
    | Done,
    Field(discriminator="type"),
]
