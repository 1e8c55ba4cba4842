"""The intake report: everything found, assumed, repaired and set aside while reading one upload."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

EXAMPLES_SHOWN = 3
KNOWN_NOT_USED = "known_not_used"  # code of a problem: a file that is known for what it is, and of no use
NOT_USED = "not used"


class Problem(BaseModel):
    """One kind of thing found in a file: how often, up to three examples, and what was done about it."""

    model_config = ConfigDict(frozen=True)

    code: str = Field(description="stable, machine-readable, e.g. continuation_rows")
    what: str = Field(description="in the user's words")
    count: int
    examples: tuple[str, ...] = ()
    action: str = Field(description="what was done, in the user's words")
    undo: str = Field(default="", description="how that is undone, in words that work; filled in for every problem")


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
    sheet: str | None = Field(default=None, description="the sheet of the workbook, if it has several")
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


def refused(file: str, problem: tuple[str, str, str]) -> IntakeReport:
    """The report of a file that was refused, with (code, what, advice); nothing of it was stored."""
    code, what, advice = problem
    return IntakeReport(
        upload_id=None,
        file=file,
        role=NOT_USED,
        format="refused",
        summary=f"{what} {advice}".strip(),
        rows=0,
        kept=0,
        set_aside=0,
        problems=(Problem(code=code, what=what, count=1, action=advice or "nothing was stored"),),
    )
