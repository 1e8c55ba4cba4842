"""Tool: what it is worth, at most, to move a share of people to the next journey stage or to a second order."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.evidence.model import Statement
from copilot.statistics.opportunity import StageValue, stage_value
from copilot.statistics.stage_moves import StageMoves, stage_moves
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell

USUAL_SHARE = 0.05


class OpportunityArguments(Filtered):
    """How large a share is moved, and whether it is about second orders only."""

    share: float | None = Field(default=None, gt=0, le=1, description="share moved, e.g. 0.05; empty = 5 %")
    view: Literal["moves", "second_orders"] = Field(
        default="moves", description="moves: between all journey stages; second_orders: one-time buyers who order again"
    )


class OpportunityAnswer(BaseModel):
    """Second orders in both views; the moves between stages in the wider one. `stated` if the user named the share."""

    model_config = ConfigDict(frozen=True)

    view: str
    second: StageValue
    moves: StageMoves
    stated: Statement | None = None


def _run(context: ToolContext, arguments: OpportunityArguments) -> Outcome:
    scope = scope_for(context, arguments)
    tables = context.tables()
    share = arguments.share or USUAL_SHARE
    answer = OpportunityAnswer(
        view=arguments.view,
        second=stage_value(tables, scope, share),
        moves=stage_moves(tables, scope, share),
        stated=Statement(text=f"{100 * arguments.share:g} %") if arguments.share else None,
    )
    result = context.ledger.record_result(answer)
    return Outcome(kind="opportunity", result=result, text=tell(result))


TOOL = Tool(
    name="opportunity",
    description=(
        "What it is worth at most to move a share of people (5 % unless stated) to a second order or from one journey "
        "stage to the next, with intervals and the assumptions it rests on. Use for 'what is it worth to get 5 % more "
        "second orders', 'biggest opportunity'."
    ),
    arguments=OpportunityArguments,
    run=_run,
    title=lambda a: f"priced moving {100 * (a.share or USUAL_SHARE):g} % to the next step{a.words()}",
)
