"""Tool: what the guide says about a question."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from copilot.guide.passage import Passage
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.telling import tell


class GuideArguments(Arguments):
    """The question as asked."""

    question: str = Field(description="the question in the user's words", min_length=2, max_length=500)


class GuideAnswer(BaseModel):
    """Passages that answer, best first; or the nearest topic if the guide does not cover the question."""

    model_config = ConfigDict(frozen=True)

    question: str
    covered: bool
    passages: tuple[Passage, ...]
    nearest_topic: str | None


def _run(context: ToolContext, arguments: GuideArguments) -> Outcome:
    found = context.guide().search(arguments.question, limit=4)
    passages = tuple(found.passages) if found.covered else ()
    answer = GuideAnswer(
        question=arguments.question, covered=found.covered, passages=passages, nearest_topic=found.nearest_topic
    )
    result = context.ledger.record_result(answer)
    note = ""
    if not found.covered:
        near = f" Nearest topic: {found.nearest_topic}." if found.nearest_topic else ""
        note = f"The guide does not cover this.{near} Say so; do not answer from general knowledge with figures."
    return Outcome(kind="guide", result=result, text=tell(result, note=note), note=note)


TOOL = Tool(
    name="search_guide",
    description=(
        "Search the guide (ideal customer profiles, buyer personas, the cold/warm/hot customer journey, RFM, briefs, "
        "consent, evidence rules). Use for how-to, why and what-is questions, never for the shop's own numbers."
    ),
    arguments=GuideArguments,
    run=_run,
    title=lambda _: "looked it up in the guide",
)
