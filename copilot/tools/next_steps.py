"""Next steps that fit an answer, as messages the user could send: at most three."""

from __future__ import annotations

from typing import Any

MOST = 3


def next_steps(kind: str, arguments: dict[str, Any], roles: frozenset[str]) -> tuple[str, ...]:
    """Messages that go on from an answer of this kind; only what the loaded data can answer.

    >>> next_steps("journey", {}, frozenset({"orders"}))
    ('Campaign ideas for the hot stage', 'Who is slipping away?')
    """
    steps = list(_STEPS.get(kind, ()))
    segment = arguments.get("segment")
    if kind == "best_customers":
        count = arguments.get("count")
        group = f"top {count}" if count else f"top {round(100 * float(arguments.get('share') or 0.10))} %"
        steps = [f"Draft an ICP from the {group} of customers", "Who is slipping away?", "What do they buy first?"]
    elif kind in ("customer_list", "profile") and segment:
        segment = f"{segment} customers" if segment in _BARE else segment
        steps = [
            f"Make a campaign brief for {segment}",
            f"Draft a persona for {segment}",
            f"What sets {segment} apart?",
        ]
        steps = steps[:2] if kind == "profile" else steps
    elif kind == "draft":
        steps = _after_draft(str(arguments.get("kind")))
    if kind == "journey" and "customers" in roles:
        steps.insert(0, "Campaign brief for warm subscribers who never bought")
    return tuple(step for step in steps if _answerable(step, roles))[:MOST]


_STEPS: dict[str, tuple[str, ...]] = {
    "sales": ("Net sales by month", "Who are my best customers?", "What is my repeat rate?"),
    "measure": ("Who are my best customers?", "Net sales by country", "How are we doing?"),
    "customer_groups": ("Who is slipping away?", "What sets champions apart?", "Campaign ideas for each stage"),
    "journey": ("Campaign ideas for the hot stage", "Who is slipping away?"),
    "repeat_rate": (
        "How many days between orders?",
        "Campaign brief for one-time buyers",
        "What do customers buy first?",
    ),
    "second_order": ("Who is due to reorder?", "Campaign brief for one-time buyers", "What do customers buy first?"),
    "next_orders": ("Campaign brief to win back lapsed customers", "How long until the second order?"),
    "cohorts": ("What is my customer lifetime value after 90, 180 and 365 days?", "How long until the second order?"),
    "lifetime_value": ("Show me retention by cohort", "Lifetime value by source", "Who are my best customers?"),
    "rfm_movement": ("Who is slipping away?", "How do people move between stages?", "Who is due to reorder?"),
    "stage_movement": ("Campaign ideas for the hot stage", "Who is slipping away?"),
    "rhythm": ("Who is slipping away?", "Campaign brief to win back lapsed customers"),
    "products": ("What is bought together?", "What do customers buy first?", "What do customers buy next?"),
    "discounts": ("Who should I not target?", "What sets discount buyers apart?", "Net sales by month"),
    "refunds": ("Who should I not target?", "Which products are returned most?", "Who are my best customers?"),
    "anti_profile": (
        "Am I too dependent on discounts?",
        "Which products are returned most?",
        "Who are my best customers?",
    ),
    "customer_kinds": ("Who are my best customers?", "Who should I not target?"),
    "why_changed": ("Why did sales change vs last year?", "Net sales by month", "Who is slipping away?"),
    "ad_spend": ("What is our ROAS?", "Which customers are worth most?", "Why did sales change last month?"),
    "opportunity": ("Campaign brief for one-time buyers", "How big should the hold-out be?", "Who is slipping away?"),
    "voice_contrast": ("What is my NPS?", "What do people complain about?", "Draft a persona"),
    "scores": ("What do one-star reviews mention?", "What do people complain about?"),
    "voice": ("Draft a persona", "What sets repeat customers apart?"),
    "guide": ("How many cold, warm and hot people do I have?", "Draft my ideal customer profile"),
    "data": ("Who are my best customers?", "How are we doing?", "How many cold, warm and hot people do I have?"),
    "ideas": ("Campaign brief for warm subscribers who never bought", "Campaign brief to win back lapsed customers"),
}


_BARE = ("at risk", "lapsed", "active")  # segment names that need a noun in a sentence


def _after_draft(kind: str) -> list[str]:
    if kind == "icp":
        return ["Draft a persona for the top 10 %", "Campaign ideas for each stage", "What do they buy first?"]
    if kind == "persona":
        return ["Make a campaign brief for them", "Draft my ideal customer profile"]
    return ["Campaign ideas for each stage", "Draft a persona for the top 10 %"]


def _answerable(step: str, roles: frozenset[str]) -> bool:
    if "warm" in step and "hot" not in step:
        return "customers" in roles
    return "orders" in roles or "guide" in step
