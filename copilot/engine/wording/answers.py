"""Which function words which kind of result: one table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

from copilot.engine.wording import (
    change,
    conduct,
    corrections,
    customers,
    drafts,
    experiments,
    lifetime,
    money,
    numbers,
    prediction,
    rates,
    reconciling,
    segments,
    talk,
    voices,
)
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
    "prediction": prediction.prediction,
    "second_order": lifetime.second_order,
    "next_orders": lifetime.next_orders,
    "cohorts": lifetime.cohorts,
    "lifetime_value": lifetime.lifetime_value,
    "rfm_movement": lifetime.rfm_movement,
    "stage_movement": lifetime.stage_movement,
    "profile": segments.profile,
    "products": segments.products,
    "discounts": conduct.discounts,
    "refunds": conduct.refunds,
    "anti_profile": conduct.anti_profile,
    "customer_kinds": conduct.customer_kinds,
    "voice": segments.voice,
    "voice_contrast": voices.voice_contrast,
    "scores": voices.scores,
    "ad_spend": money.ad_spend,
    "why_changed": change.why_changed,
    "reconcile": reconciling.reconcile,
    "exchange_rate": rates.exchange_rate,
    "test_plan": experiments.test_plan,
    "test_result": experiments.test_result,
    "opportunity": experiments.opportunity,
    "draft": drafts.draft,
    "ideas": drafts.ideas,
    "guide": talk.guide,
    "data": talk.data,
    "correction": corrections.correction,
    "corrections": corrections.in_force,
}


def word(answered: Answered) -> list[str]:
    """The blocks of an answer in markdown, each number with its receipt."""
    return [block for block in WORDERS[answered.kind](answered) if block.strip()]
