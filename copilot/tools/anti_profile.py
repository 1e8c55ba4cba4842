"""Tool: customers whom offers and advertising should leave out, with rule, count and cost."""

from __future__ import annotations

from copilot.statistics.conduct.anti_profile import anti_profile
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class AntiProfileArguments(Filtered):
    """Which orders to look at."""


def _run(context: ToolContext, arguments: AntiProfileArguments) -> Outcome:
    result = context.ledger.record_result(anti_profile(context.tables(), scope_for(context, arguments)))
    return Outcome(kind="anti_profile", result=result, text=tell(result))


TOOL = Tool(
    name="anti_profile",
    description=(
        "Customers not to target: discount-only buyers, serial returners, one-item raiders, who kept nothing or "
        "cost more than they paid. Each with its rule, how many and what they cost. Use for 'worst customers', 'who "
        "should I not target', 'serial returners'."
    ),
    arguments=AntiProfileArguments,
    run=_run,
    title=lambda a: f"looked for customers not to target{a.words()}",
)
