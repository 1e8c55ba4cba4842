"""Freshness: says once a conversation that the data ends long before today, and what that does to recency."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

from copilot.chat.events import NoticeShown
from copilot.data.tables import ShopFacts
from copilot.evidence.wording import format_day

STALE_AFTER: Final = timedelta(days=30)
"""A month without an order is either an old export or a shop that stood still; both are worth saying."""
CODE: Final = "data_ends_early"


def stale_notice(facts: ShopFacts, today: date) -> NoticeShown | None:
    """A notice if the last order is more than 30 days before `today`; None if there are no orders or they are fresh."""
    last = facts.last_order
    if last is None or today - last <= STALE_AFTER:
        return None
    return NoticeShown(
        code=CODE,
        text=f"Your data ends on {format_day(last)}, long before today. Recency (such as the last days, lapsed or at "
        "risk) is counted from that day; add a newer export before you act on it.",
    )
