"""A piece of a guide article or of one of the shop's own documents."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Passage(BaseModel):
    """One section, with a stable id such as `A14.adaptive-thresholds`."""

    model_config = ConfigDict(frozen=True)

    type: Literal["passage"] = "passage"
    id: str = ""  # A1 ... given by the ledger (citation id); `section` is the stable id
    section: str
    article: str = Field(description="article id, e.g. A14")
    title: str = Field(description="title of the article")
    heading: str
    text: str = Field(description="the section as plain markdown")
    score: float | None = None
