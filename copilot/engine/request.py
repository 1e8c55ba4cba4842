"""What a message asks for, typed: the outcome of understanding and the input of planning."""

from __future__ import annotations

from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field

Intent = Literal[
    "best_customers",
    "list_customers",
    "customer_groups",
    "journey",
    "repeat_rate",
    "rhythm",
    "second_order",
    "next_orders",
    "cohorts",
    "ltv",
    "rfm_movement",
    "stage_movement",
    "measure",
    "sales",
    "new_customers",
    "profile",
    "prediction",
    "products",
    "discounts",
    "refunds",
    "anti_profile",
    "customer_kinds",
    "voice",
    "icp",
    "persona",
    "brief",
    "ideas",
    "data",
    "correct",
    "corrections",
    "undo_correction",
    "guide",
    "explain",
    "hello",
    "thanks",
    "help",
    "off_topic",
    "identities",
    "forecast",
    "instruction",
    "delete",
    "spend",
    "why_changed",
    "reconcile",
    "rate",
    "test_plan",
    "test_result",
    "opportunity",
    "not_computed",
    "unclear",
]

DATA_INTENTS: frozenset[Intent] = frozenset(
    (
        "best_customers", "list_customers", "customer_groups", "journey", "repeat_rate", "rhythm", "measure", "sales",
        "new_customers", "profile", "prediction", "products", "discounts", "refunds", "anti_profile", "customer_kinds",
        "voice", "icp", "persona", "brief", "ideas",
        "spend", "why_changed", "reconcile", "test_plan", "test_result", "opportunity",
        "second_order", "next_orders", "cohorts", "ltv", "rfm_movement", "stage_movement",
    )
)  # fmt: skip


class Request(BaseModel):
    """One question or order of the user, in the product's terms."""

    model_config = ConfigDict(frozen=True)

    text: str = Field(description="as the user wrote it")
    intent: Intent
    score: float = Field(default=0.0, description="how much in the message speaks for the intent")
    period: str | None = None
    compare: str | None = Field(default=None, description="another period in words, or rest: all other customers")
    only: tuple[str, ...] = ()
    share: float | None = None
    count: int | None = None
    days: int | None = None
    segment: str | None = None
    stage: Literal["cold", "warm", "hot"] | None = None
    goal: str | None = None
    metrics: tuple[str, ...] = ()
    by: tuple[str, ...] = ()
    view: str | None = Field(
        default=None, description="products: top, first, next, pairs, gateway, after, reorder or one"
    )
    gross: bool = False
    said: dict[str, Any] | None = Field(default=None, description="a correction of the data: arguments of its tool")
    follow_up: bool = Field(default=False, description="refers to the answer before")
