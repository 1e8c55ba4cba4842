"""Evidence: the union of everything a claim may rest on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from copilot.data.quote import Quote
from copilot.guide.passage import Passage
from copilot.statistics.result import Figure


class Statement(BaseModel):
    """Something the user said, in the user's words."""

    model_config = ConfigDict(frozen=True)

    type: Literal["statement"] = "statement"
    id: str = ""  # U1 ...
    text: str


class Assumption(BaseModel):
    """Something nobody has measured yet, with the cheapest way to find out."""

    model_config = ConfigDict(frozen=True)

    type: Literal["assumption"] = "assumption"
    id: str = ""  # X1 ...
    text: str
    how_to_test: str


Evidence = Annotated[Figure | Passage | Quote | Statement | Assumption, Field(discriminator="type")]

Kind = Literal["computed", "quoted", "guide", "stated", "assumption"]

KIND_OF: dict[str, Kind] = {
    "figure": "computed",
    "quote": "quoted",
    "passage": "guide",
    "statement": "stated",
    "assumption": "assumption",
}
