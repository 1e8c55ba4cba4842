"""Tool: whether two groups differ, from the counts the user states."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from copilot.errors import CannotAnswer
from copilot.evidence.model import Statement
from copilot.statistics.comparison import Counts
from copilot.statistics.experiment import TestResult, rate_test
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.telling import tell


class ResultArguments(Arguments):
    """Two groups of a test: who did it, of how many. The first is the one treated, the second the control."""

    hits: int | None = Field(default=None, ge=0, description="how many of the first group did it")
    people: int | None = Field(default=None, ge=1, description="people in the first group")
    other_hits: int | None = Field(default=None, ge=0, description="how many of the second group (control) did it")
    other_people: int | None = Field(default=None, ge=1, description="people in the second group (control)")


class ResultAnswer(BaseModel):
    """The comparison and what the user stated."""

    model_config = ConfigDict(frozen=True)

    test: TestResult
    stated: Statement


def _run(context: ToolContext, arguments: ResultArguments) -> Outcome:
    given = (arguments.hits, arguments.people, arguments.other_hits, arguments.other_people)
    hits, people, other_hits, other_people = given
    if hits is None or people is None or other_hits is None or other_people is None:
        raise CannotAnswer(
            "To judge a test I need four counts: how many people in each group, and how many of them did it.",
            "Ask it with your own numbers, like this: is N of M vs N of M significant?",
            code="no_counts",
        )
    stated = Statement(text=f"{hits:,} of {people:,} against {other_hits:,} of {other_people:,}")
    answer = ResultAnswer(test=rate_test(Counts(hits, people, other_hits, other_people)), stated=stated)
    result = context.ledger.record_result(answer)
    return Outcome(kind="test_result", result=result, text=tell(result))


TOOL = Tool(
    name="test_result",
    description=(
        "Judges a test from the counts the user states (120 of 4000 against 90 of 4000): difference and lift with 95 % "
        "intervals, p-value, what the groups were large enough to show. Use for 'is this significant'."
    ),
    arguments=ResultArguments,
    run=_run,
    title=lambda _: "compared the two groups",
)
