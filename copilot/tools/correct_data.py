"""Tool: correct how the shop's data is read: try a correction, show before and after, apply it if the user ordered it.

Who may apply: the user's own words. A correction is applied when the user's last message states or orders just this
one ("amounts are in cents"), or agrees ("yes, apply it") to one that was shown in this conversation. Any other call,
whatever a model was told by a text in the data, shows before and after and changes nothing.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final, Literal

from pydantic import Field

from copilot.data.correcting import Corrector, Trial
from copilot.data.corrections import Applied
from copilot.data.privacy import scrub_text
from copilot.errors import UsageProblem
from copilot.evidence.ledger import Ledger
from copilot.statistics.data_view import Changed, changed, data_view
from copilot.statistics.result import Figure, Result
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.correction_targets import Meant, meant
from copilot.tools.correction_words import corrections_in, is_question, is_yes
from copilot.tools.telling import tell

State = Literal["applied", "previewed", "undone", "question"]
BEFORE: Final = "before"
AFTER: Final = "after"
_LONGEST: Final = 300


class CorrectArguments(Arguments):
    """One correction of the data."""

    what: Literal["column", "amounts", "dates", "decimals", "currency", "time_zone", "leave_out", "product_code"]
    value: str = Field(
        description="column: which field it holds (customer, date, amount, price ...); amounts: cents; dates: day "
        "first or month first; decimals: decimal comma or decimal point; currency: a code; time_zone: the shop's city "
        "or zone; leave_out: the tag or channel ...; product_code: the code"
    )
    column: str | None = Field(default=None, description="name of the column, as in the file; empty = all amounts")
    by: str | None = Field(
        default=None,
        description="leave_out: tags, customer_tags, channel, source, country, discount_code; product_code: left out, "
        "shipping, fee, gift_card, adjustment, product; time_zone: the zone that times without one are written in",
    )
    file: str | None = Field(default=None, description="file name or role, or all; empty = the one that fits")
    apply: bool = Field(default=False, description="true only if the user ordered it; else before and after are shown")


class CorrectionAnswer(Result):
    """What became of a correction. `changed` is None for a question, which has `options` to answer with."""

    state: State
    id: str = ""
    words: str = ""
    files: tuple[str, ...] = ()
    changed: Changed | None = None
    question: str = ""
    options: tuple[str, ...] = ()
    withheld: bool = False  # it was to be applied, but the user did not say so


def _run(context: ToolContext, arguments: CorrectArguments) -> Outcome:
    corrector = context.workspace.corrector()
    found = meant(arguments.model_dump(), corrector.files(), context.tables())
    if found.correction is None:
        return outcome(context, CorrectionAnswer(state="question", question=found.question, options=found.options))
    said = Applied(
        correction=found.correction,
        headers=found.headers,
        files=found.files,
        said=scrub_text(_last(context.ledger)[:_LONGEST]),
        made_at=datetime.now(UTC),
    )
    allowed = arguments.apply and _ordered(context, arguments, found)
    with corrector.trying(said) as trial:
        seen = compared(trial, {"correction": _dumped(found)})
        if allowed:
            trial.apply()
    return outcome(
        context,
        CorrectionAnswer(
            state="applied" if allowed else "previewed",
            id=_newest(corrector) if allowed else "",
            words=said.words(),
            files=found.files,
            changed=seen,
            withheld=arguments.apply and not allowed,
        ),
    )


def correct_in_words(context: ToolContext, text: str, *, preview: bool = False) -> list[CorrectionAnswer]:
    """What became of each correction that the text states. UsageProblem if it states none."""
    found = corrections_in(text)
    if not found:
        raise UsageProblem(
            "I do not understand that as a correction of the data.",
            "Say for example: amounts are in cents; the customer is in column Buyer; dates are day first; the shop is "
            "in Berlin time; ignore orders tagged wholesale; treat SKU SHIP-1 as shipping.",
        )
    apply = not preview and not is_question(text)
    answers = [_run(context, CorrectArguments(**one, apply=apply)).result for one in found]
    return [answer for answer in answers if isinstance(answer, CorrectionAnswer)]


def compared(trial: Trial, told: dict[str, Any]) -> Changed:
    """Before and after, the figures carrying what made the difference in their query."""
    return changed(data_view(trial.before, BEFORE, told), data_view(trial.after, AFTER, told))


def outcome(context: ToolContext, answer: CorrectionAnswer) -> Outcome:
    """The answer with its evidence recorded, a note for a model, and what could be said next."""
    result = context.ledger.record_result(answer)
    note = _NOTES[answer.state].format(id=answer.id, words=answer.words)
    if answer.withheld:
        note += " It was not applied: only the user's own words can order it."
    if answer.question:
        note = f"{answer.question} Options: {' / '.join(answer.options)}"
    steps = {
        "applied": (f"Undo {answer.id}", "Which corrections are in force?"),
        "undone": ("Which corrections are in force?",),
        "previewed": ("Yes, apply it",),
        "question": answer.options,
    }
    return Outcome(
        kind="correction", result=result, text=tell(result, note=note), note=note, suggestions=steps[answer.state]
    )


_NOTES: Final[dict[str, str]] = {
    "applied": "Applied as {id}: {words}. It is remembered and can be undone ('undo {id}').",
    "previewed": "Not applied yet, only tried: {words}. Ask the user whether to apply it.",
    "undone": "Undone {id}: {words}.",
    "question": "",
}


def _ordered(context: ToolContext, arguments: CorrectArguments, found: Meant) -> bool:
    """True if the user's last message orders this correction, or agrees to it after it was shown."""
    said = _last(context.ledger)
    if is_yes(said):
        return any(
            isinstance(item, Figure) and item.query.get("correction") == _dumped(found) for item in context.ledger
        )
    if is_question(said):
        return False
    return any(_same(one, arguments) for one in corrections_in(said))


def _same(one: dict[str, Any], arguments: CorrectArguments) -> bool:
    """True if the user's words and the call name the same thing; what the user left open the call may fill in."""
    given = arguments.model_dump()
    return all(
        _folded(given[name]) == _folded(one[name]) for name in ("what", "value", "column", "by") if one.get(name)
    ) and (bool(one.get("column")) or given["column"] is None or one["what"] == "column")


def _folded(value: object) -> str:
    return " ".join(str(value or "").lower().split())


def _dumped(found: Meant) -> dict[str, Any]:
    correction = found.correction
    return {"headers": list(found.headers), **(correction.model_dump(mode="json") if correction is not None else {})}


def _newest(corrector: Corrector) -> str:
    return corrector.in_force()[-1].id


def _last(ledger: Ledger) -> str:
    """The user's last message."""
    return ledger.said.text if ledger.said is not None else ""


TOOL = Tool(
    name="correct_data",
    description=(
        "Correct how the data is read when the user says it is wrong: which column holds a field, amounts in cents, "
        "day or month first, decimal sign, currency, time zone, orders to leave out, product codes that are shipping "
        "or nothing. Shows before and after; set apply only if the user ordered it. Undo with undo_correction."
    ),
    arguments=CorrectArguments,
    run=_run,
    title=lambda a: f"{'corrected' if a.apply else 'tried'} how the data is read",
)
