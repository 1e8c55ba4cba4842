"""Tool: customers who are no ordinary shoppers: wholesale, resellers, staff, tests, gifts, subscriptions."""

from __future__ import annotations

from copilot.statistics.conduct.kinds import customer_kinds
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class CustomerKindsArguments(Filtered):
    """Which orders to look at."""


def _run(context: ToolContext, arguments: CustomerKindsArguments) -> Outcome:
    result = context.ledger.record_result(customer_kinds(context.tables(), scope_for(context, arguments)))
    return Outcome(kind="customer_kinds", result=result, text=tell(result))


TOOL = Tool(
    name="customer_kinds",
    description=(
        "Kinds of customers: wholesale, resellers, staff, test customers, gift buyers, and subscription orders; "
        "how they were recognised, how many, what they bring, and who is kept out of rankings."
    ),
    arguments=CustomerKindsArguments,
    run=_run,
    title=lambda a: f"looked for customers who are no ordinary shoppers{a.words()}",
)
