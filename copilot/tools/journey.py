"""Tool: how many people are cold, warm and hot."""

from __future__ import annotations

from copilot.statistics.journey import journey_stages
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class JourneyArguments(Filtered):
    """No further arguments."""


def _run(context: ToolContext, arguments: JourneyArguments) -> Outcome:
    scope = scope_for(context, arguments)
    result = context.ledger.record_result(journey_stages(context.tables(), scope))
    return Outcome(kind="journey", result=result, text=tell(result))


TOOL = Tool(
    name="journey_stages",
    description=(
        "Cold, warm and hot: how many known people stand in each stage and sub-stage of the customer journey, how many "
        "may be mailed, and what is missing to size a stage."
    ),
    arguments=JourneyArguments,
    run=_run,
    title=lambda a: f"sorted everybody into cold, warm and hot{a.words()}",
)
