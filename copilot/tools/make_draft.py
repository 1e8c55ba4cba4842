"""Tool: draft an ICP, a persona or a campaign brief, and keep it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.drafts.compose_brief import compose_brief
from copilot.drafts.compose_icp import compose_icp
from copilot.drafts.compose_persona import compose_persona
from copilot.drafts.context import DraftContext
from copilot.drafts.draft import Draft
from copilot.guide.passage import Passage
from copilot.statistics.scope import Scope
from copilot.statistics.segments import resolve_segment
from copilot.tools.base import Arguments, DraftNote, Outcome, Tool, ToolContext
from copilot.tools.scoping import need_orders
from copilot.tools.telling import tell

NAMES = {"icp": "ideal customer profile", "persona": "persona", "brief": "campaign brief"}


class DraftArguments(Arguments):
    """What to draft, for whom."""

    kind: Literal["icp", "persona", "brief"]
    segment: str | None = Field(default=None, description="segment in words; empty = chosen by the data")
    stage: Literal["cold", "warm", "hot"] | None = Field(default=None, description="journey stage of a brief")
    goal: str | None = Field(default=None, description="goal of a brief, e.g. win-back, second order, cross-sell")


class DraftAnswer(BaseModel):
    """The draft as stored."""

    model_config = ConfigDict(frozen=True)

    draft: Draft


def draft_context(context: ToolContext, scope: Scope | None = None) -> DraftContext:
    """What composing needs, taken from a tool's context."""
    tables = context.tables()

    def passages(question: str) -> tuple[Passage, ...]:
        found = context.guide().search(question, limit=5)
        return tuple(found.passages) if found.covered else ()

    return DraftContext(
        tables=tables,
        scope=scope or context.scope,
        ledger=context.ledger,
        guide_search=passages,
        shop=tables.facts.shop,
        currency=tables.facts.currency,
        today=datetime.now(UTC).date(),
    )


def compose(context: ToolContext, arguments: DraftArguments) -> Draft:
    """Compose a draft by rule and store it as a new document."""
    need_orders(context)
    within = draft_context(context)
    rule = resolve_segment(within.tables, within.scope, arguments.segment) if arguments.segment else None
    draft: Draft
    if arguments.kind == "icp":
        draft = compose_icp(within, rule)
    elif arguments.kind == "persona":
        draft = compose_persona(within, rule)
    else:
        draft = compose_brief(within, arguments.stage, arguments.goal, rule)
    return context.drafts.save(context.reword(draft) if context.reword is not None else draft)


def _run(context: ToolContext, arguments: DraftArguments) -> Outcome:
    draft = compose(context, arguments)
    note = DraftNote(draft_id=draft.id, kind=draft.kind, title=draft.title, version=draft.version)
    said = f"Draft {draft.id} '{draft.title}' is stored and shown to the user as a card."
    return Outcome(
        kind="draft", result=DraftAnswer(draft=draft), text=tell(draft, note=said), note=said, drafts=(note,)
    )


TOOL = Tool(
    name="make_draft",
    description=(
        "Draft an ideal customer profile (icp), a buyer persona or a campaign brief from the shop's own data; every "
        "claim carries evidence. The document is stored and shown; summarise it in a few sentences."
    ),
    arguments=DraftArguments,
    run=_run,
    title=lambda a: f"drafted {'an' if a.kind == 'icp' else 'a'} {NAMES[a.kind]}",
)
