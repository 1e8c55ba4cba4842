"""What a language model at another address may be told: aggregates, quotes and passages, and the user's words
without contact data."""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from langchain_core.messages import AIMessage, AnyMessage, BaseMessage, HumanMessage, SystemMessage, ToolMessage
from langchain_core.messages.utils import count_tokens_approximately

from copilot.data.quote import Quote
from copilot.evidence.ledger import Recorded, load_recorded
from copilot.llm.contact import ContactGuard
from copilot.statistics.result import ResultTable
from copilot.tools.telling import tell

STATEMENT: Final = "statement"
"""Key in a user message's `additional_kwargs`: the evidence id of what the user said."""

_PARTS: Final = ("evidence", "tables", "charts")
_PEOPLE: Final = re.compile(r"(?:^|_)(?:customers?|people|buyers|subscribers|members|n)(?:$|_)")
_PERSON: Final = re.compile(r"#[\w-]*\d")  # a customer's number: the built-in engine may name single customers
_LONGEST_RESULT: Final = 24_000


@dataclass(frozen=True)
class OutboundRules:
    """`smallest_group`: figures about fewer people are withheld; `tokens`: what one request may carry at most."""

    guard: ContactGuard = field(default_factory=ContactGuard)
    smallest_group: int = 10
    tokens: int = 12_000


def outbound(messages: Sequence[BaseMessage], rules: OutboundRules) -> list[AnyMessage]:
    """The messages as a model elsewhere may see them; the oldest turns are left out when it is too much."""
    told = [_told(message, rules) for message in messages]
    while count_tokens_approximately(told) > rules.tokens:
        second = next((i for i, message in enumerate(told) if i > 0 and isinstance(message, HumanMessage)), None)
        if second is None:
            break
        told = told[second:]
    return told


def outbound_system(prompt: str, rules: OutboundRules) -> SystemMessage:
    """The system prompt as it may be sent (the shop's name stands in it)."""
    return SystemMessage(rules.guard.scrub(prompt))


def _told(message: BaseMessage, rules: OutboundRules) -> AnyMessage:
    scrub = rules.guard.scrub
    if isinstance(message, ToolMessage):
        return ToolMessage(
            scrub(_result(message, rules)), tool_call_id=message.tool_call_id, name=message.name, status=message.status
        )
    text = scrub(message.text)
    if isinstance(message, AIMessage):
        text = "\n".join(line for line in text.split("\n") if not _PERSON.search(line))
        calls = [{**call, "args": _scrubbed(call["args"], rules.guard)} for call in message.tool_calls]
        return AIMessage(text, tool_calls=calls)
    statement = message.additional_kwargs.get(STATEMENT)
    if statement and any(character.isdigit() for character in text):
        text += f"\n\n(A number of mine that you repeat is cited as [{statement}].)"
    return HumanMessage(text)


def _result(message: ToolMessage, rules: OutboundRules) -> str:
    """A tool's result, written anew from its evidence: nothing else beside the message is sent."""
    artifact = message.artifact if isinstance(message.artifact, dict) else {}
    items = [_sendable(load_recorded(item), rules) for part in _PARTS for item in artifact.get(part, ())]
    if not items:
        return message.text
    note = str(artifact.get("note", ""))
    text = tell(tuple(items), smallest_group=rules.smallest_group, note=note)
    return text if len(text) <= _LONGEST_RESULT else text[:_LONGEST_RESULT] + "\n... (cut; the screen shows all)"


def _sendable(item: Recorded, rules: OutboundRules) -> Recorded:
    if isinstance(item, ResultTable) and not item.personal:
        return _without_small_groups(item, rules.smallest_group)
    if isinstance(item, Quote):
        return item.model_copy(update={"text": " ".join(item.text.split())})
    return item


def _without_small_groups(table: ResultTable, smallest: int) -> ResultTable:
    """The table without rows about fewer than `smallest` people; two at least, since one could be told from a total."""
    counts = [column.key for column in table.columns if column.unit == "count" and _PEOPLE.search(column.key)]

    def people(row: dict[str, Any]) -> float | None:
        values = [float(row[key]) for key in counts if isinstance(row.get(key), (int, float))]
        return min(values) if values else None

    sizes = [people(row) for row in table.rows]
    small = [number for number, size in enumerate(sizes) if size is not None and 0 < size < smallest]
    if not small:
        return table
    if len(small) == 1:
        others = [(size, number) for number, size in enumerate(sizes) if size is not None and size >= smallest]
        small += [min(others)[1]] if others else []
    rows = tuple(row for number, row in enumerate(table.rows) if number not in small)
    note = f"{len(small)} rows withheld (groups of fewer than {smallest} people); the screen shows them"
    return table.model_copy(update={"rows": rows, "title": f"{table.title}; {note}"})


def _scrubbed(arguments: dict[str, Any], guard: ContactGuard) -> dict[str, Any]:
    def scrub(value: Any) -> Any:
        if isinstance(value, str):
            return guard.scrub(value)
        if isinstance(value, list):
            return [scrub(part) for part in value]
        if isinstance(value, dict):
            return {key: scrub(part) for key, part in value.items()}
        return value

    cleaned: dict[str, Any] = json.loads(json.dumps(scrub(arguments), default=str))
    return cleaned
