"""A model may reword; it may not add, drop or invent. What fails stays as the rules wrote it."""

import json
from collections.abc import Callable

import pytest

from copilot.drafts.persona import Persona
from copilot.drafts.writer import eligible, reword
from copilot.errors import ModelUnavailable


def scripted(change: Callable[[str, str], str], calls: list[str]) -> Callable[[str], str]:
    def model(prompt: str) -> str:
        calls.append(prompt)
        start = prompt.index("{\n")
        fields = json.loads(prompt[start : prompt.rindex("}") + 1])
        return "```json\n" + json.dumps({path: change(path, text) for path, text in fields.items()}) + "\n```"

    return model


def test_better_wording_is_taken(persona: Persona) -> None:
    calls: list[str] = []
    result = reword(persona, scripted(lambda _, text: text.replace("who bring", "who together bring"), calls))
    assert isinstance(result.draft, Persona)
    assert "together bring" in result.draft.summary.text
    assert result.draft.summary.evidence == persona.summary.evidence
    assert len(calls) == 1
    assert "reworded" in result.draft.basis.worded_by
    assert result.kept == {}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text + " That is 73 % more than last year.",
        lambda text: text.replace("[F", "[F9", 1),
        lambda text: text + " [F1]" if "[F1]" not in text else text.replace("[F1]", "", 1),
        lambda text: text + " They are mostly young women.",
        lambda text: text + " See https://example.com for more.",
        lambda text: "",
        lambda text: text * 3,
    ],
)
def test_what_breaks_a_rule_stays_as_it_was(persona: Persona, spoil: Callable[[str], str]) -> None:
    calls: list[str] = []
    result = reword(persona, scripted(lambda path, text: spoil(text) if path == "summary" else text, calls))
    assert isinstance(result.draft, Persona)
    assert result.draft.summary == persona.summary
    assert "summary" in result.kept
    assert len(calls) == 3  # the first try and two repairs


def test_a_repair_is_accepted(persona: Persona) -> None:
    calls: list[str] = []

    def change(path: str, text: str) -> str:
        return text + " And 999 others." if path == "summary" and len(calls) == 1 else text.replace("who", "that", 1)

    result = reword(persona, scripted(change, calls))
    assert len(calls) == 2
    assert "999" in calls[1] or "number" in calls[1]
    assert result.kept == {}


def test_prose_instead_of_json_costs_nothing(persona: Persona) -> None:
    result = reword(persona, lambda prompt: "I would rather chat about it.")
    assert result.draft == persona
    assert result.calls == 3


def test_a_model_that_fails_costs_nothing(persona: Persona) -> None:
    def model(prompt: str) -> str:
        raise ModelUnavailable("The model did not answer.")

    assert reword(persona, model).draft == persona


def test_no_customers_words_and_no_small_groups_are_sent(persona: Persona) -> None:
    quotes = [item.text for item in persona.evidence().values() if item.type == "quote"]
    sent = " ".join(eligible(persona).values())
    assert quotes
    assert not any(quote in sent for quote in quotes)
    assert eligible(persona, smallest_group=10**9) == {} or all(
        "customers" not in text for text in eligible(persona, smallest_group=10**9).values()
    )
