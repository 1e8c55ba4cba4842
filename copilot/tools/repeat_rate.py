"""Tool: how many customers come back, by definition."""

from __future__ import annotations

from copilot.statistics.repeat import repeat_rates
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class RepeatArguments(Filtered):
    """No further arguments."""


def _run(context: ToolContext, arguments: RepeatArguments) -> Outcome:
    scope = scope_for(context, arguments, amounts=False)
    result = context.ledger.record_result(repeat_rates(context.tables(), scope))
    return Outcome(kind="repeat_rate", result=result, text=tell(result))


TOOL = Tool(
    name="repeat_rate",
    description=(
        "Repeat purchase rate in its four definitions, kept apart, with one-time and repeat customers and orders per "
        "customer. Use for repeat rate, returning customers, loyalty, orders per customer."
    ),
    arguments=RepeatArguments,
    run=_run,
    title=lambda a: f"counted who came back{a.words()}",
)
