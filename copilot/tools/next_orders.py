"""Tool: who is due to order again, who is overdue, and who more likely will not."""

from __future__ import annotations

from pydantic import Field

from copilot.statistics.lifetime.next_order import next_orders
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class NextOrderArguments(Filtered):
    """How far ahead to look."""

    days: int = Field(default=30, ge=1, le=365, description="count customers expected within so many days")


def _run(context: ToolContext, arguments: NextOrderArguments) -> Outcome:
    scope = scope_for(context, arguments, amounts=False)
    result = context.ledger.record_result(next_orders(context.tables(), scope, arguments.days))
    return Outcome(kind="next_orders", result=result, text=tell(result))


TOOL = Tool(
    name="next_orders",
    description=(
        "Expected window of each customer's next order: how many are due in the coming days, due now, overdue, lapsed "
        "or more likely not to reorder, and who of highest value is due. Use for 'when will they order again', 'who is "
        "due to reorder', reorder reminders."
    ),
    arguments=NextOrderArguments,
    run=_run,
    title=lambda a: f"worked out when customers are due again{a.words()}",
)
