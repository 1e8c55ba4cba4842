"""Tool: campaign ideas for one journey stage or for all three."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.drafts.campaign_ideas import IdeaSet
from copilot.drafts.compose_ideas import campaign_ideas
from copilot.drafts.findings import EVERYONE, Findings
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.make_draft import draft_context
from copilot.tools.scoping import need_orders
from copilot.tools.telling import tell

STAGES = ("cold", "warm", "hot")


class IdeasArguments(Arguments):
    """Which stage."""

    stage: Literal["cold", "warm", "hot"] | None = Field(default=None, description="empty = all three")


class IdeasAnswer(BaseModel):
    """One set of ideas a stage."""

    model_config = ConfigDict(frozen=True)

    sets: tuple[IdeaSet, ...]


def _run(context: ToolContext, arguments: IdeasArguments) -> Outcome:
    need_orders(context)
    findings = Findings(draft_context(context), EVERYONE)
    stages = (arguments.stage,) if arguments.stage else STAGES
    answer = IdeasAnswer(sets=tuple(campaign_ideas(findings, stage) for stage in stages))
    ideas = [
        f"{group.stage}: {idea.name} - {idea.why.text} (needs {idea.needs})"
        for group in answer.sets
        for idea in group.ideas
    ]
    said = "\n".join(ideas)
    return Outcome(kind="ideas", result=answer, text=tell(answer, note=said), note=said)


TOOL = Tool(
    name="campaign_ideas",
    description="Campaign ideas by journey stage (cold, warm, hot) that fit this shop's data, each with its reason.",
    arguments=IdeasArguments,
    run=_run,
    title=lambda a: f"collected ideas for {a.stage or 'every'} stage",
)
