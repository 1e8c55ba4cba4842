"""Tool: how much comes back, of which products, from where and from whom."""

from __future__ import annotations

from copilot.statistics.conduct.refunds import refunds
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class RefundsArguments(Filtered):
    """Which orders to look at."""


def _run(context: ToolContext, arguments: RefundsArguments) -> Outcome:
    result = context.ledger.record_result(refunds(context.tables(), scope_for(context, arguments)))
    return Outcome(kind="refunds", result=result, text=tell(result))


TOOL = Tool(
    name="refunds",
    description=(
        "Refunds and returns: rates overall, by product, category, country and order value, each against the rest, and "
        "how many customers return unusually often. Use for 'refund rate', 'which products are returned most'."
    ),
    arguments=RefundsArguments,
    run=_run,
    title=lambda a: f"measured refunds and returns{a.words()}",
)
