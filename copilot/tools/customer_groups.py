"""Tool: RFM groups with printed thresholds."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from copilot.statistics.rfm import rfm_groups
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class CustomerGroupsArguments(Filtered):
    """The scoring method; `auto` takes the one that fits the shop."""

    method: Literal["auto", "quintile", "tercile_klaviyo", "fixed_adaptive"] = Field(
        default="auto", description="auto, quintile, tercile_klaviyo (Klaviyo's six groups) or fixed_adaptive"
    )


def _run(context: ToolContext, arguments: CustomerGroupsArguments) -> Outcome:
    scope = scope_for(context, arguments)
    method = None if arguments.method == "auto" else arguments.method
    result = context.ledger.record_result(rfm_groups(context.tables(), scope, method))
    return Outcome(kind="customer_groups", result=result, text=tell(result))


TOOL = Tool(
    name="customer_groups",
    description=(
        "RFM groups (champions, loyal, at risk, hibernating ...) with customers, sales and thresholds; every customer "
        "is in exactly one. Use for RFM, segments, 'what groups do I have'."
    ),
    arguments=CustomerGroupsArguments,
    run=_run,
    title=lambda a: f"scored recency, frequency and money{a.words()}",
)
