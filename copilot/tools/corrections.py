"""Tools: which corrections of the data are in force, and taking one back."""

from __future__ import annotations

from pydantic import Field

from copilot.data.corrections import Applied
from copilot.errors import CannotAnswer
from copilot.evidence.wording import format_day
from copilot.statistics.result import Column, Result, ResultTable
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.correct_data import CorrectionAnswer, compared, outcome
from copilot.tools.correction_words import is_question, undone
from copilot.tools.telling import tell


class ListArguments(Arguments):
    """None."""


class UndoArguments(Arguments):
    """Which correction to take back."""

    which: str = Field(default="", description="its id (c3) or words of it (cents, time zone); empty = the last one")


class CorrectionList(Result):
    """The corrections in force, oldest first."""

    ids: tuple[str, ...]
    words: tuple[str, ...]
    table: ResultTable | None


def correction_list(applied: list[Applied]) -> CorrectionList:
    """What the user corrected, with what was said and when."""
    table = ResultTable(
        title="Corrections in force",
        columns=(
            Column(key="id", label="id"),
            Column(key="what", label="what is so"),
            Column(key="said", label="your words"),
            Column(key="day", label="since", unit="date"),
        ),
        rows=tuple(
            {"id": one.id, "what": one.words().replace("`", "'"), "said": one.said, "day": format_day(one.made_at)}
            for one in applied
        ),
    )
    return CorrectionList(
        ids=tuple(one.id for one in applied),
        words=tuple(one.words() for one in applied),
        table=table if applied else None,
    )


def find(applied: list[Applied], which: str) -> Applied:
    """The correction an id or words mean, the last one without any; CannotAnswer where none or several fit."""
    if not applied:
        raise CannotAnswer("No corrections are in force, so there is nothing to undo.")
    wanted = which.lower().strip()
    if not wanted:
        return applied[-1]
    exact = [one for one in applied if one.id == wanted]
    words = wanted.split()
    fitting = exact or [
        one
        for one in applied
        if all(word in f"{one.correction.words()} {one.correction.kind} {one.said}".lower() for word in words)
    ]
    if len(fitting) != 1:
        shown = "; ".join(f"{one.id}: {one.words()}" for one in fitting or applied)
        raise CannotAnswer(
            f"{'Several corrections' if fitting else 'No correction'} in force {'fit' if fitting else 'fits'} that.",
            f"Say its id. {shown}.",
            code="which_correction",
        )
    return fitting[0]


def _list(context: ToolContext, _arguments: ListArguments) -> Outcome:
    found = context.ledger.record_result(correction_list(context.workspace.corrections()))
    note = "; ".join(f"{i}: {words}" for i, words in zip(found.ids, found.words, strict=True)) or "None in force."
    steps = (f"Undo {found.ids[-1]}",) if found.ids else ()
    return Outcome(kind="corrections", result=found, text=tell(found, note=note), note=note, suggestions=steps)


def _undo(context: ToolContext, arguments: UndoArguments) -> Outcome:
    return outcome(context, undo(context, arguments.which))


def undo(context: ToolContext, which: str) -> CorrectionAnswer:
    """Take a correction back if the user's last message says so, else show what that would do."""
    corrector = context.workspace.corrector()
    one = find(corrector.in_force(), which)
    said = context.ledger.said.text if context.ledger.said is not None else ""
    allowed = undone(said) is not None and not is_question(said)
    with corrector.trying(undo=one.id) as trial:
        seen = compared(trial, {"undone": one.id})
        if allowed:
            trial.apply()
    return CorrectionAnswer(
        state="undone" if allowed else "previewed",
        id=one.id,
        words=one.words() if allowed else f"without {one.id} ({one.words()})",
        files=one.files,
        changed=seen,
        withheld=not allowed,
    )


LIST_TOOL = Tool(
    name="corrections",
    description="Which corrections of the data the user has made that are in force, with their ids.",
    arguments=ListArguments,
    run=_list,
    title=lambda _: "looked up the corrections in force",
)
UNDO_TOOL = Tool(
    name="undo_correction",
    description="Take back a correction of the data when the user asks for it; shows before and after.",
    arguments=UndoArguments,
    run=_undo,
    title=lambda a: f"took back {a.which or 'the last correction'}",
)
