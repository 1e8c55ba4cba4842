"""Which function words which kind of result: one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from copilot.engine.wording import customers, drafts, numbers, segments, talk
from copilot.engine.wording.saying import Answered

Worder = Callable[[Answered], list[str]]

WORDERS: Final[Mapping[str, Worder]] = {
    "best_customers": customers.best_customers,
    "customer_list": customers.customer_list,
    "customer_groups": customers.customer_groups,
    "journey": customers.journey,
    "sales": numbers.sales,
    "measure": numbers.measure,
    "repeat_rate": numbers.repeat_rate,
    "rhythm": numbers.rhythm,
    "profile": segments.profile,
    "products": segments.products,
    "voice": segments.voice,
    "draft": drafts.draft,
    "ideas": drafts.ideas,
    "guide": talk.guide,
    "data": talk.data,
}


def word(answered: Answered) -> list[str]:
    """The blocks of an answer in markdown, each number with its receipt."""
    return [block for block in WORDERS[answered.kind](answered) if block.strip()]
