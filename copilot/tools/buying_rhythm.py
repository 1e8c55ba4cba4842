"""Tool: days between orders, lapse thresholds, and how a number of days compares with them."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.evidence.model import Statement
from copilot.guide.passage import Passage
from copilot.statistics.lifetime.survival import order_chances
from copilot.statistics.result import Figure
from copilot.statistics.rhythm import BuyingRhythm, buying_rhythm, gap_share_beyond
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class RhythmArguments(Filtered):
    """`days` asks how a given number of days compares with the shop's own rhythm."""

    days: int | None = Field(default=None, ge=1, le=3650, description="a waiting time to judge, e.g. 90")
    view: Literal["rhythm", "second_order"] = Field(
        default="rhythm", description="second_order: chance and time of a second, third ... order (Kaplan-Meier)"
    )


class RhythmAnswer(BaseModel):
    """The shop's rhythm and, if a number of days was given, where it lies in it and what the guide says."""

    model_config = ConfigDict(frozen=True)

    rhythm: BuyingRhythm
    days: int | None = None
    beyond: Figure | None = Field(default=None, description="share of gaps longer than `days`")
    asked: Statement | None = None
    guide: Passage | None = None


def _run(context: ToolContext, arguments: RhythmArguments) -> Outcome:
    scope = scope_for(context, arguments, amounts=False)
    tables = context.tables()
    if arguments.view == "second_order":
        chances = context.ledger.record_result(order_chances(tables, scope))
        return Outcome(kind="second_order", result=chances, text=tell(chances))
    rhythm = buying_rhythm(tables, scope)
    beyond, asked, guide = None, None, None
    if arguments.days is not None:
        beyond = gap_share_beyond(tables, scope, arguments.days)
        asked = Statement(text=f"{arguments.days} days")
        outcome = context.guide().search("win-back timing after how many days lapsed", limit=1)
        guide = outcome.passages[0] if outcome.covered and outcome.passages else None
    answer = RhythmAnswer(rhythm=rhythm, days=arguments.days, beyond=beyond, asked=asked, guide=guide)
    result = context.ledger.record_result(answer)
    return Outcome(kind="rhythm", result=result, text=tell(result))


TOOL = Tool(
    name="buying_rhythm",
    description=(
        "Days between orders (median and quantiles), time to the second order, and from how many days on a customer of "
        "this shop is cooling or lapsed. With `days`, says how that waiting time compares; with view 'second_order' "
        "the chance of the next order by day after the first, second ... order. Use for reorder timing, "
        "win-back timing, 'is 90 days right', churn definition."
    ),
    arguments=RhythmArguments,
    run=_run,
    title=lambda a: f"measured the days between orders{a.words()}",
)
