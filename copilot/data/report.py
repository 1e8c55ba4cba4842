"""The intake report: everything found, assumed, repaired and set aside while reading one upload."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

EXAMPLES_SHOWN = 3


class Problem(BaseModel):
    """One kind of thing found in a file: how often, up to three examples, and what was done about it."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(description="stable, machine-readable, e.g. continuation_rows")
    what: str = Field(description="in the user's words")
    count: int
    examples: tuple[str, ...] = ()
    action: str = Field(description="what was done, in the user's words")


class Question(BaseModel):
    """Something the file alone cannot settle. Nothing is guessed until it is answered."""

    model_config = ConfigDict(frozen=True)

    code: str
    text: str
    options: tuple[str, ...]
    examples: tuple[str, ...] = ()


class IntakeReport(BaseModel):
    """What became of one upload. `rows` = `kept` + `set_aside` always (a test checks it)."""

    model_config = ConfigDict(frozen=True)

    upload_id: str | None = Field(description="None if nothing was stored (refused, or asks first)")
    file: str
    role: str
    format: str
    summary: str = Field(description="one sentence: format, orders, rows, period, currency, customers")
    rows: int
    kept: int
    set_aside: int
    already_there: bool = False
    problems: tuple[Problem, ...] = ()
    questions: tuple[Question, ...] = ()
    columns: dict[str, str] = Field(default_factory=dict, description="canonical field -> column of the file")
