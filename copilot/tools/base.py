"""What a tool is: a name, words for the model, typed arguments, and a function from context to outcome."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict

from copilot.data.quote import Quote
from copilot.data.tables import Tables
from copilot.evidence.ledger import Ledger
from copilot.evidence.model import Evidence
from copilot.guide.passage import Passage
from copilot.statistics.result import Chart, Figure, ResultTable
from copilot.statistics.scope import Scope

if TYPE_CHECKING:
    from copilot.data.workspace import Workspace
    from copilot.drafts.draft import Draft
    from copilot.drafts.store import DraftStore
    from copilot.guide.search import GuideSearch


class Arguments(BaseModel):
    """Base of tool arguments: flat, typed, nothing unknown accepted."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class ToolContext:
    """What tools may reach: this workspace's tables, its guide and drafts, and the conversation's ledger."""

    workspace: Workspace
    ledger: Ledger
    guide: Callable[[], GuideSearch]
    drafts: DraftStore
    tables: Callable[[], Tables]
    scope: Scope = field(default_factory=Scope)
    conversation: str = ""
    margin: float | None = None
    """The shop's margin as the user set it, for products without a cost."""
    reword: Callable[[Draft], Draft] | None = None
    """Gives a draft better wording through the connected model, evidence locked; None without a model."""


@dataclass(frozen=True)
class DraftNote:
    """A draft that a tool made: enough for a card; the document itself is in the draft store."""

    draft_id: str
    kind: str
    title: str
    version: int


@dataclass(frozen=True)
class Outcome:
    """What a tool found. `result` is typed and goes to the screen and the built-in engine; `text` is for a model.

    `note` is a sentence for the model beside the evidence, such as that the guide does not cover a question.
    """

    kind: str
    result: BaseModel
    text: str
    note: str = ""
    suggestions: tuple[str, ...] = ()
    drafts: tuple[DraftNote, ...] = ()


A = TypeVar("A", bound=Arguments)


@dataclass(frozen=True)
class Tool(Generic[A]):
    """One thing an engine may do. `title` says a call in plain words for the screen."""

    name: str
    description: str
    arguments: type[A]
    run: Callable[[ToolContext, A], Outcome]
    title: Callable[[A], str]


def artifact(outcome: Outcome) -> dict[str, Any]:
    """An outcome as plain data, as it lies beside the tool message and in the store."""
    found = list(parts(outcome.result))
    return {
        "kind": outcome.kind,
        "note": outcome.note,
        "result": outcome.result.model_dump(mode="json"),
        "evidence": [item.model_dump(mode="json") for item in found if isinstance(item, (Figure, Passage, Quote))],
        "tables": [item.model_dump(mode="json") for item in found if isinstance(item, ResultTable)],
        "charts": [item.model_dump(mode="json") for item in found if isinstance(item, Chart)],
        "drafts": [note.__dict__ for note in outcome.drafts],
        "suggestions": list(outcome.suggestions),
    }


def parts(item: object) -> Sequence[Evidence | ResultTable | Chart]:
    """Every figure, passage, quote, table and chart inside a result, in order, each once."""
    found: dict[str, Evidence | ResultTable | Chart] = {}
    _collect(item, found)
    return list(found.values())


def _collect(item: object, found: dict[str, Evidence | ResultTable | Chart]) -> None:
    if isinstance(item, (Figure, Passage, Quote, ResultTable, Chart)):
        found.setdefault(item.id, item)
    elif isinstance(item, BaseModel):
        for name in type(item).model_fields:
            _collect(getattr(item, name), found)
    elif isinstance(item, (tuple, list)):
        for part in item:
            _collect(part, found)
    elif isinstance(item, dict):
        for part in item.values():
            _collect(part, found)
