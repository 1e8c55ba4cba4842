"""Tool: how many people are cold, warm and hot, and how they move between stages."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from copilot.statistics.journey import journey_stages
from copilot.statistics.lifetime.transitions import stage_transitions
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class JourneyArguments(Filtered):
    """Sizes of the stages, or moves between them."""

    view: Literal["sizes", "movement"] = Field(
        default="sizes", description="how many stand where, or how people move between stages"
    )


def _run(context: ToolContext, arguments: JourneyArguments) -> Outcome:
    scope = scope_for(context, arguments)
    if arguments.view == "movement":
        moved = context.ledger.record_result(stage_transitions(context.tables(), scope))
        return Outcome(kind="stage_movement", result=moved, text=tell(moved))
    result = context.ledger.record_result(journey_stages(context.tables(), scope))
    return Outcome(kind="journey", result=result, text=tell(result))


TOOL = Tool(
    name="journey_stages",
    description=(
        "Cold, warm and hot: how many known people stand in each stage and sub-stage of the customer journey, how many "
        "may be mailed, and what is missing to size a stage. With view 'movement': transition matrix in steps of 30 "
        "days, first purchase, second order and reactivation rates."
    ),
    arguments=JourneyArguments,
    run=_run,
    title=lambda a: (
        f"{'followed moves between stages' if a.view == 'movement' else 'sorted everybody into cold, warm and hot'}"
        f"{a.words()}"
    ),
)
