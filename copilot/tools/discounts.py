"""Tool: how far the shop depends on discounts, what they cost, and who might have bought anyway."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from copilot.statistics.conduct.discounts import discounts
from copilot.tools.base import Outcome, Tool, ToolContext
from copilot.tools.scoping import Filtered, scope_for
from copilot.tools.telling import tell


class DiscountsArguments(Filtered):
    """`part` is what to say first; the rest follows."""

    part: Literal["dependency", "anyway", "first"] = Field(
        default="dependency",
        description="dependency, what would have been bought anyway, or customers who begin with a discount",
    )


def _run(context: ToolContext, arguments: DiscountsArguments) -> Outcome:
    result = context.ledger.record_result(discounts(context.tables(), scope_for(context, arguments)))
    return Outcome(kind="discounts", result=result, text=tell(result))


TOOL = Tool(
    name="discounts",
    description=(
        "Discounts: share of orders and repeat orders with a discount, money given away, depth, codes, deal seekers, "
        "who might have bought anyway (a range, not proof), and whether customers who begin with a discount come back "
        "less. Use for 'am I too dependent on discounts', 'do codes bring worse customers'."
    ),
    arguments=DiscountsArguments,
    run=_run,
    title=lambda a: f"measured discounts and what they cost{a.words()}",
)
