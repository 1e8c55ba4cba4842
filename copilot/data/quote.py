"""A verbatim piece of customer feedback with the row it stands in."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Quote(BaseModel):
    """`text` stands word for word in row `feedback_id` of the feedback table (contact data removed there)."""

    model_config = ConfigDict(frozen=True)

    type: Literal["quote"] = "quote"
    id: str = ""  # Q1 ... given by the ledger
    feedback_id: str
    text: str
    kind: str = Field(description="review, survey or ticket")
    product: str | None = None
    rating: float | None = None
    rating_max: float | None = None
    question: str | None = None
    theme: str | None = None
