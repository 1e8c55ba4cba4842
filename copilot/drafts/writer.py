"""Lets a connected model reword narrative sentences; evidence is locked, and what fails the check stays as it was."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

from pydantic import ValidationError

from copilot.data.quote import Quote
from copilot.drafts.brief import CampaignBrief
from copilot.drafts.draft import DRAFT
from copilot.drafts.icp import ICP
from copilot.drafts.lint import NAMED_DATA, marks, protected_words
from copilot.drafts.model import Claim, walk
from copilot.drafts.persona import Persona
from copilot.errors import ModelUnavailable
from copilot.evidence.gate import check
from copilot.evidence.ledger import Ledger
from copilot.evidence.model import Statement
from copilot.evidence.numerals import numerals
from copilot.prompting import load_prompt
from copilot.statistics.result import Figure

Model = Callable[[str], str]
REPAIRS: Final = 2
_FIELDS: Final = {
    "icp": ("one_sentence", "ideal_because", "driver.look_for", "implications"),
    "persona": ("summary", "message.promise", "message.line", "do", "dont"),
    "brief": ("why_now", "hypothesis", "single_message", "desired_action", "objective.sentence"),
}
_LONGER: Final = 1.34
_LINK: Final = re.compile(r"https?:|www\.|\]\(|<[a-z/!]", re.IGNORECASE)
_KINDS: Final = {"icp": "ideal customer profile", "persona": "buyer persona", "brief": "campaign brief"}


@dataclass(frozen=True)
class Reworded:
    """`draft` with the accepted wording; `kept` names fields whose rule-composed text stayed, and why."""

    draft: ICP | Persona | CampaignBrief
    reworded: tuple[str, ...]
    kept: dict[str, str] = field(default_factory=dict)
    calls: int = 0


def reword(
    draft: ICP | Persona | CampaignBrief, model: Model, *, name: str = "a language model", smallest_group: int = 10
) -> Reworded:
    """Ask `model` (prompt in, answer out) for better wording of the narrative fields, with at most two repairs.

    A model sees only sentences about groups of at least `smallest_group` people and no customer's words. A text
    is accepted if it cites exactly the same evidence, holds no further number, passes the gate and breaks no rule
    of the draft. A model that fails costs nothing but the wording.
    """
    open_fields = eligible(draft, smallest_group)
    if not open_fields:
        return Reworded(draft, ())
    ledger = Ledger()
    ledger.restore(draft.evidence().values())
    prompt = load_prompt("draft_rewrite").render(kind=_KINDS[draft.kind], passages=_as_json(open_fields))
    accepted: dict[str, str] = {}
    problems: dict[str, str] = {}
    calls = 0
    for _ in range(1 + REPAIRS):
        calls += 1
        try:
            answer = model(prompt)
        except ModelUnavailable as error:
            problems = {path: error.what for path in open_fields if path not in accepted}
            break
        pending = {path: text for path, text in open_fields.items() if path not in accepted}
        draft, done, problems = _apply(draft, pending, _parse(answer), ledger)
        accepted.update(done)
        if not problems:
            break
        prompt = load_prompt("draft_repair").render(
            problems="\n".join(f"- {path}: {why}" for path, why in problems.items()),
            passages=_as_json({path: open_fields[path] for path in problems}),
        )
    if accepted:
        worded = f"rules, {len(accepted)} sentences reworded by {name}"
        draft = draft.model_copy(update={"basis": draft.basis.model_copy(update={"worded_by": worded})})
    return Reworded(draft, tuple(accepted), problems, calls)


def eligible(draft: ICP | Persona | CampaignBrief, smallest_group: int = 10) -> dict[str, str]:
    """Path -> text of the sentences a model may reword: narrative, about groups large enough, without quotes."""
    wanted = _FIELDS[draft.kind]
    return {
        path: part.text
        for path, part in walk(draft)
        if isinstance(part, Claim)
        and any(path == one or path.startswith(f"{one}[") for one in wanted)
        and not any(_private(item, smallest_group) for item in part.evidence)
    }


def _private(item: object, smallest_group: int) -> bool:
    if isinstance(item, (Quote, Statement)):
        return True
    if not isinstance(item, Figure):
        return False
    people = item.people if item.people is not None else item.n
    if people is None and item.unit == "count":
        people = int(item.value or 0)
    return people is not None and people < smallest_group


def _apply(
    draft: ICP | Persona | CampaignBrief, pending: dict[str, str], answer: dict[str, str], ledger: Ledger
) -> tuple[ICP | Persona | CampaignBrief, dict[str, str], dict[str, str]]:
    """The draft with every acceptable text, those texts, and why the others were refused."""
    done: dict[str, str] = {}
    problems: dict[str, str] = {}
    for path, old in pending.items():
        new = answer.get(path, "").strip()
        why = _refusal(old, new, ledger)
        if why is None:
            try:
                draft = _with_text(draft, path, new)
                done[path] = new
            except ValidationError as error:
                why = str(error.errors()[0]["msg"])
        if why is not None:
            problems[path] = why
    return draft, done, problems


def _refusal(old: str, new: str, ledger: Ledger) -> str | None:
    """Why a text is not accepted, or None."""
    if not new:
        return "no text came back"
    if len(new) > _LONGER * len(old) + 20:
        return "it is more than a third longer"
    if sorted(set(marks(new))) != sorted(set(marks(old))):
        return f"it must cite exactly {', '.join(marks(old)) or 'nothing'}"
    if _LINK.search(new):
        return "it contains a link or markup"
    if words := protected_words(new):
        return f"it speaks of {', '.join(sorted(set(words)))}, which no data supports"
    names = set(NAMED_DATA.findall(old))
    if set(NAMED_DATA.findall(new)) != names:
        return f"names must stay as they are: {', '.join(sorted(names)) or 'there are none'}"
    known = {round(numeral.value, 6) for numeral in numerals(old)}
    if further := [numeral.text for numeral in numerals(new) if round(numeral.value, 6) not in known]:
        return f"it holds a number the present text does not: {', '.join(further)}"
    report = check(new, ledger)
    if not report.ok:
        return f"the check failed at {report.failures[0].what}"
    return None


def _with_text(draft: ICP | Persona | CampaignBrief, path: str, text: str) -> ICP | Persona | CampaignBrief:
    """The draft with one claim's text replaced, validated as a whole."""
    data: Any = draft.model_dump(mode="json")
    place = data
    for key in re.findall(r"[A-Za-z_]\w*|\[\d+\]", path):
        place = place[int(key[1:-1])] if key.startswith("[") else place[key]
    place["text"] = text
    return DRAFT.validate_python(data)


def _as_json(texts: dict[str, str]) -> str:
    return json.dumps(texts, ensure_ascii=False, indent=2)


def _parse(answer: str) -> dict[str, str]:
    """The JSON object in an answer, with or without a code fence; nothing where there is none."""
    start, end = answer.find("{"), answer.rfind("}")
    if start < 0 or end <= start:
        return {}
    try:
        found = json.loads(answer[start : end + 1])
    except ValueError:
        return {}
    if not isinstance(found, dict):
        return {}
    return {str(key): value for key, value in found.items() if isinstance(value, str)}
