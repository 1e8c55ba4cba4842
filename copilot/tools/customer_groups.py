"""Tool: RFM groups with printed thresholds, and who moved between them."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from copilot.statistics.lifetime.movement import rfm_movement
from copilot.statistics.rfm import rfm_groups
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class CustomerGroupsArguments(Filtered):
    """The scoring method (`auto` takes the one that fits the shop), and whether to show groups or moves."""

    method: Literal["auto", "quintile", "tercile_klaviyo", "fixed_adaptive", "shopify_style"] = Field(
        default="auto",
        description="auto, quintile, tercile_klaviyo (Klaviyo's six groups), fixed_adaptive or shopify_style "
        "(approximate)",
    )
    view: Literal["groups", "movement"] = Field(
        default="groups", description="groups now, or who moved between groups since an earlier date"
    )
    days: int = Field(default=90, ge=1, le=3650, description="movement: days between the two dates, e.g. 90")


def _run(context: ToolContext, arguments: CustomerGroupsArguments) -> Outcome:
    scope = scope_for(context, arguments)
    method = None if arguments.method == "auto" else arguments.method
    if arguments.view == "movement":
        moved = context.ledger.record_result(rfm_movement(context.tables(), scope, arguments.days, method))
        return Outcome(kind="rfm_movement", result=moved, text=tell(moved))
    result = context.ledger.record_result(rfm_groups(context.tables(), scope, method))
    return Outcome(kind="customer_groups", result=result, text=tell(result))


TOOL = Tool(
    name="customer_groups",
    description=(
        "RFM groups (champions, loyal, at risk, hibernating ...) with customers, sales and thresholds; every customer "
        "is in exactly one. With view 'movement': who moved between the groups since so many days ago. Use for RFM, "
        "segments, 'what groups do I have', 'who moved since last quarter'."
    ),
    arguments=CustomerGroupsArguments,
    run=_run,
    title=lambda a: (
        f"{'compared RFM groups at two dates' if a.view == 'movement' else 'scored recency, frequency and money'}"
        f"{a.words()}"
    ),
)
