"""One engine's answer to one question: shows what tools found, and of the text only what has passed the gate."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from langchain_core.messages import AIMessage, AnyMessage, HumanMessage, RemoveMessage
from langchain_core.runnables import RunnableConfig

from copilot.chat.agent import Agent, Engine, TurnContext
from copilot.chat.blocks import without_addresses
from copilot.chat.events import (
    ChartShown,
    DraftShown,
    Event,
    EvidenceAdded,
    ProblemShown,
    TableShown,
    TextBlock,
    ToolFinished,
    ToolStarted,
)
from copilot.chat.streaming import Block, Finished, StepBegun, StepDone, read
from copilot.errors import ModelUnavailable
from copilot.evidence.gate import Failure, GateReport, check, citations
from copilot.evidence.ledger import Ledger, Recorded, load_recorded
from copilot.llm.failure import plain_failures
from copilot.prompting import render
from copilot.statistics.result import Chart, ResultTable

_REPAIRS: Final = 1
_REMEMBERED_TURNS: Final = 20
_SUGGESTIONS: Final = 4
_PLACED = re.compile(r"\{(?:table|chart):([A-Z]\d+)\}")
_PLACE_LINE = re.compile(r"^[ \t]*\{(?:table|chart):([^}\n]*)\}[ \t]*$", re.MULTILINE)
_LEFT_OUT: Final[dict[str, tuple[str, str]]] = {
    "unsupported_number": (
        "Left out: a sentence with a number that no computation supports.",
        "Every number shown is computed from your data; ask for that figure to have it computed.",
    ),
    "unknown_citation": ("Left out: a sentence that refers to evidence that does not exist.", ""),
    "quote_not_found": ("Left out: a quotation that does not stand word for word in your data.", ""),
}


@dataclass
class Shown:
    """What a turn has shown so far, whichever engine spoke."""

    ids: set[str] = field(default_factory=set)
    drafts: set[tuple[str, int]] = field(default_factory=set)
    suggestions: list[str] = field(default_factory=list)
    text: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Answering:
    """An engine at work on a question."""

    engine: Engine
    agent: Agent
    config: RunnableConfig
    context: TurnContext


class EngineAnswer:
    """Streams the events of one answer.

    A block that fails the gate is repaired by asking the model once; what still fails is cut out, sentence by
    sentence, and named at the end. No unchecked text is ever given out.
    """

    def __init__(self, work: Answering, ledger: Ledger, shown: Shown) -> None:
        self._work = work
        self._ledger = ledger
        self._shown = shown
        self._repairs = _REPAIRS if work.engine.connection is not None else 0
        self._failures: list[Failure] = []

    def events(self, question: HumanMessage) -> Iterator[Event]:
        """Answer. Raises ModelUnavailable when the engine gave nothing that can be shown."""
        before = len(self._shown.text)
        for part in read(self._work.agent, {"messages": [question]}, self._work.config, self._work.context):
            if isinstance(part, StepBegun):
                yield ToolStarted(call_id=part.call_id, tool=part.tool, title=part.title, arguments=part.arguments)
            elif isinstance(part, StepDone):
                yield ToolFinished(
                    call_id=part.call_id, tool=part.tool, title=part.title, seconds=part.seconds, ok=part.ok
                )
                yield from self._found(part.artifact)
            elif isinstance(part, Block):
                yield from self._said(part.text)
            else:
                text = self._shown.text[before:]
                if not text:
                    raise ModelUnavailable("Nothing in the answer could be verified.", code="nothing_verified")
                self._remember(part, "\n\n".join(text))
                yield from self._left_out(part)

    def _found(self, artifact: dict[str, Any]) -> Iterator[Event]:
        for name in ("evidence", "tables", "charts"):
            for item in artifact.get(name, ()):
                yield from self._show(load_recorded(item))
        for draft in artifact.get("drafts", ()):
            if (draft["draft_id"], draft["version"]) not in self._shown.drafts:
                self._shown.drafts.add((draft["draft_id"], draft["version"]))
                yield DraftShown(**{key: draft[key] for key in ("draft_id", "kind", "title", "version")})
        for message in artifact.get("suggestions", ()):
            if message not in self._shown.suggestions and len(self._shown.suggestions) < _SUGGESTIONS:
                self._shown.suggestions.append(message)

    def _show(self, item: Recorded) -> Iterator[Event]:
        if item.id in self._shown.ids:
            return
        self._shown.ids.add(item.id)
        if isinstance(item, ResultTable):
            yield TableShown(table=item)
        elif isinstance(item, Chart):
            yield ChartShown(chart=item)
        else:
            yield EvidenceAdded(evidence=item)

    def _said(self, block: str) -> Iterator[Event]:
        text = self._checked(block)
        if not text:
            return
        for cited in [*citations(text), *_PLACED.findall(text)]:  # what an earlier turn found is shown again
            if (item := self._ledger.get(cited)) is not None:
                yield from self._show(item)
        self._shown.text.append(text)
        yield TextBlock(text=text)

    def _checked(self, block: str) -> str:
        report, text = self._gate(block)
        if not report.ok and self._repairs > 0:
            self._repairs -= 1
            if (again := self._repaired(block, report)) is not None:
                second, repaired = self._gate(again)
                if second.ok:
                    return repaired
        self._failures.extend(report.failures)
        return text

    def _gate(self, block: str) -> tuple[GateReport, str]:
        """The gate's report and the text that may be shown; references to tables that do not exist are dropped."""
        plain = _PLACE_LINE.sub(
            lambda match: match[0] if self._ledger.get(match[1]) else "", without_addresses(block)
        ).strip("\n")
        report = check(plain, self._ledger)
        return report, plain if report.ok else report.text

    def _repaired(self, block: str, report: GateReport) -> str | None:
        connection = self._work.engine.connection
        if connection is None or not self._work.context.told:
            return None
        problems = "; ".join(sorted({f"{f.reason.replace('_', ' ')} ({f.what})" for f in report.failures}))
        scrub = connection.gateway.guard.scrub
        messages = [
            *self._work.context.told,
            AIMessage(scrub(block)),
            HumanMessage(scrub(render("agent_repair", problems=problems))),
        ]
        meter = connection.gateway.meter
        try:
            with plain_failures(connection.timeout):
                answer = self._work.engine.model.invoke(messages)
        except ModelUnavailable:  # the sentence is cut instead
            meter.failed()
            return None
        used = answer.usage_metadata
        meter.answered(used["input_tokens"] if used else None, used["output_tokens"] if used else None)
        return answer.text.strip() or None

    def _remember(self, end: Finished, shown: str) -> None:
        """Make the engine's memory say what the user saw, so that a cut number cannot come back from it, and forget
        turns that are long past (the store keeps them; the memory is written anew each turn)."""
        messages = self._work.agent.get_state(self._work.config).values.get("messages", [])
        changes: list[AnyMessage | RemoveMessage] = []
        last = next((message for message in messages if message.id == end.message_id), None)
        if isinstance(last, AIMessage) and last.text.strip() != shown.strip():
            changes.append(AIMessage(shown, id=last.id))
        asked = [number for number, message in enumerate(messages) if isinstance(message, HumanMessage)]
        if len(asked) > _REMEMBERED_TURNS:
            changes += [RemoveMessage(id=message.id) for message in messages[: asked[-_REMEMBERED_TURNS]]]
        if changes:
            self._work.agent.update_state(self._work.config, {"messages": changes}, as_node="model")

    def _left_out(self, end: Finished) -> Iterator[Event]:
        for reason in dict.fromkeys(failure.reason for failure in self._failures):
            what, advice = _LEFT_OUT[reason]
            yield ProblemShown(code=reason, what=what, advice=advice)
        if end.cut:
            yield ProblemShown(
                code="answer_cut", what="The model reached its length limit.", advice="Ask for the rest."
            )
