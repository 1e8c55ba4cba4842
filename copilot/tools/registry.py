"""The closed list of tools: everything an engine may do, and nothing that deletes, sends, exports or runs code."""

from __future__ import annotations

from typing import Any

from copilot.tools import (
    best_customers,
    buying_rhythm,
    campaign_ideas,
    customer_groups,
    customer_voice,
    describe_data,
    journey,
    list_customers,
    make_draft,
    measure,
    products,
    repeat_rate,
    sales_summary,
    search_guide,
    segment_profile,
)
from copilot.tools.base import Tool

TOOLS: tuple[Tool[Any], ...] = (
    describe_data.TOOL,
    sales_summary.TOOL,
    measure.TOOL,
    best_customers.TOOL,
    list_customers.TOOL,
    customer_groups.TOOL,
    journey.TOOL,
    repeat_rate.TOOL,
    buying_rhythm.TOOL,
    segment_profile.TOOL,
    products.TOOL,
    customer_voice.TOOL,
    search_guide.TOOL,
    campaign_ideas.TOOL,
    make_draft.TOOL,
)


def tool(name: str) -> Tool[Any]:
    """The tool of this name; KeyError if there is none."""
    return {one.name: one for one in TOOLS}[name]
