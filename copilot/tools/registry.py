"""The closed list of tools: everything an engine may do, and nothing that deletes, sends, exports or runs code."""

from __future__ import annotations

from typing import Any

from copilot.tools import (
    ad_spend,
    anti_profile,
    best_customers,
    buying_rhythm,
    campaign_ideas,
    cohorts,
    correct_data,
    corrections,
    customer_groups,
    customer_kinds,
    customer_voice,
    describe_data,
    discounts,
    exchange_rate,
    journey,
    lifetime_value,
    list_customers,
    make_draft,
    measure,
    next_orders,
    opportunity,
    predicted_value,
    products,
    reconcile,
    refunds,
    repeat_rate,
    sales_summary,
    search_guide,
    segment_profile,
    test_plan,
    test_result,
    why_changed,
)
from copilot.tools.base import Tool

TOOLS: tuple[Tool[Any], ...] = (
    describe_data.TOOL,
    correct_data.TOOL,
    corrections.LIST_TOOL,
    corrections.UNDO_TOOL,
    sales_summary.TOOL,
    measure.TOOL,
    best_customers.TOOL,
    list_customers.TOOL,
    customer_groups.TOOL,
    journey.TOOL,
    repeat_rate.TOOL,
    buying_rhythm.TOOL,
    next_orders.TOOL,
    cohorts.TOOL,
    lifetime_value.TOOL,
    segment_profile.TOOL,
    predicted_value.TOOL,
    products.TOOL,
    discounts.TOOL,
    refunds.TOOL,
    anti_profile.TOOL,
    customer_kinds.TOOL,
    customer_voice.TOOL,
    why_changed.TOOL,
    reconcile.TOOL,
    exchange_rate.TOOL,
    ad_spend.TOOL,
    opportunity.TOOL,
    test_plan.TOOL,
    test_result.TOOL,
    search_guide.TOOL,
    campaign_ideas.TOOL,
    make_draft.TOOL,
)


def tool(name: str) -> Tool[Any]:
    """The tool of this name; KeyError if there is none."""
    return {one.name: one for one in TOOLS}[name]
