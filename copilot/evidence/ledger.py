"""The append-only store of a conversation's evidence, with deterministic ids."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeVar

from pydantic import BaseModel, TypeAdapter

from copilot.data.quote import Quote
from copilot.evidence.model import Assumption, Evidence, Statement
from copilot.guide.passage import Passage
from copilot.statistics.result import Chart, Figure, Result, ResultTable

Recorded = Figure | Passage | Quote | Statement | Assumption | ResultTable | Chart
R = TypeVar("R", Figure, Passage, Quote, Statement, Assumption, ResultTable, Chart)
M = TypeVar("M", bound=BaseModel)

_PREFIX: Final[dict[type[BaseModel], str]] = {
    Figure: "F",
    Passage: "A",
    Quote: "Q",
    Statement: "U",
    Assumption: "X",
    ResultTable: "T",
    Chart: "C",
}
_ADAPTER: Final[TypeAdapter[Evidence | ResultTable | Chart]] = TypeAdapter(Evidence | ResultTable | Chart)


class Ledger:
    """Evidence by id. The same content always gets the same id; nothing is ever changed or removed.

    `on_record` is called once for each new item, so that a store can keep it and a screen can show it.
    """

    def __init__(self, on_record: Callable[[Recorded], None] | None = None) -> None:
        self._items: dict[str, Recorded] = {}
        self._ids: dict[str, str] = {}
        self._counts: dict[str, int] = {}
        self._on_record = on_record
        self.said: Statement | None = None  # what the user said last

    def record(self, item: R) -> R:
        """Store one piece of evidence (or a table or chart) and give it back with its id.

        >>> Ledger().record(Statement(text="we sell candles")).id
        'U1'
        """
        digest = _digest(item)
        known = self._ids.get(digest)
        if known is not None:
            return self._items[known]  # type: ignore[return-value]
        prefix = _PREFIX[type(item)]
        self._counts[prefix] = self._counts.get(prefix, 0) + 1
        stored = item.model_copy(update={"id": f"{prefix}{self._counts[prefix]}"})
        self._ids[digest] = stored.id
        self._items[stored.id] = stored
        if self._on_record is not None:
            self._on_record(stored)
        return stored

    def say(self, statement: Statement) -> Statement:
        """Record what the user said, as the last thing the user said: what a tool states of a call is not."""
        self.said = self.record(statement)
        return self.said

    def record_result(self, result: M) -> M:
        """Record every figure, quote, passage, table and chart inside a result; give back the result with ids."""
        replaced: M = self._with_ids(result)
        return replaced

    def get(self, evidence_id: str) -> Recorded | None:
        """The item with this id, or None."""
        return self._items.get(evidence_id)

    def __iter__(self) -> Iterator[Recorded]:
        return iter(self._items.values())

    def __len__(self) -> int:
        return len(self._items)

    def restore(self, items: Iterable[Recorded]) -> None:
        """Take in stored items with the ids they have (order of storing), without calling `on_record`."""
        for item in items:
            self._items[item.id] = item
            self._ids[_digest(item)] = item.id
            match = re.fullmatch(r"([A-Z])(\d+)", item.id)
            if match:
                self._counts[match[1]] = max(self._counts.get(match[1], 0), int(match[2]))

    def _with_ids(self, item: Any) -> Any:
        if type(item) in _PREFIX:
            return self.record(item)
        if isinstance(item, BaseModel):
            changed = {name: self._with_ids(getattr(item, name)) for name in type(item).model_fields}
            return item.model_copy(update=changed)
        if isinstance(item, tuple):
            return tuple(self._with_ids(part) for part in item)
        if isinstance(item, list):
            return [self._with_ids(part) for part in item]
        if isinstance(item, dict):
            return {key: self._with_ids(part) for key, part in item.items()}
        return item


def load_recorded(data: object) -> Recorded:
    """Evidence, table or chart from its stored JSON form."""
    return _ADAPTER.validate_python(data)


def figures_of(result: Result | Iterable[Recorded]) -> list[Figure]:
    """The figures of a result or of a series of recorded items."""
    items: Iterable[object] = result.figures() if isinstance(result, Result) else result
    return [item for item in items if isinstance(item, Figure)]


def _digest(item: BaseModel) -> str:
    body = item.model_dump(mode="json", exclude={"id", "score"})
    text = json.dumps([type(item).__name__, body], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()
