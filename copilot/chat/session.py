"""A conversation: takes what the user says, streams what happens, stores each event before the next one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from langchain_core.messages import HumanMessage
from langchain_core.runnables import RunnableConfig
from langchain_core.tools import BaseTool

from copilot.chat.agent import Engine, TurnContext, build_agent, step_limit
from copilot.chat.checkpoints import Checkpoints, thread_config
from copilot.chat.events import Done, Event, EvidenceAdded, NoticeShown, ProblemShown, Suggestions
from copilot.chat.outbound import STATEMENT, OutboundRules
from copilot.chat.store import ConversationStore, Status
from copilot.chat.turn import Answering, EngineAnswer, Shown
from copilot.errors import CopilotError, ModelUnavailable, UsageProblem
from copilot.evidence.ledger import Ledger, Recorded
from copilot.evidence.model import Statement
from copilot.llm.contact import ContactGuard
from copilot.settings import Settings
from copilot.statistics.result import Figure

LONGEST_MESSAGE: Final = 8_000
_STOPPED: Final = ProblemShown(code="interrupted", what="This answer was stopped before it was complete.", advice="")
_FAILED: Final = ProblemShown(
    code="failed",
    what="Something went wrong inside the program while answering.",
    advice="Your data and this conversation are unharmed. Ask again, or put it differently.",
)


class ChatMemory:
    """Where a workspace keeps its conversations: the store the screen reads and the engine's checkpoints."""

    def __init__(self, folder: Path) -> None:
        self.store = ConversationStore(folder / "conversations.sqlite")
        self.checkpoints = Checkpoints(folder / "checkpoints.sqlite")

    def delete(self, conversation: str) -> None:
        """Delete a conversation everywhere."""
        self.store.delete(conversation)
        self.checkpoints.delete(conversation)

    def close(self) -> None:
        """Close both files."""
        self.store.close()
        self.checkpoints.close()


@dataclass(frozen=True)
class ChatParts:
    """What a conversation is made of.

    `tools` makes the tools for a ledger and a conversation id. `prompt` gives a model's system prompt for each turn,
    since what is loaded changes; the built-in engine needs none. `built_in` always answers in the end; `model`, if
    there is one, is asked first.
    """

    memory: ChatMemory
    tools: Callable[[Ledger, str], Sequence[BaseTool]]
    prompt: Callable[[], str]
    built_in: Engine
    model: Engine | None = None
    settings: Settings = field(default_factory=Settings)
    guard: ContactGuard = field(default_factory=ContactGuard)
    notice: Callable[[], NoticeShown | None] = field(default=lambda: None)
    """What the reader should know of the data once a conversation, beside the first figures."""

    def close(self) -> None:
        """Close the memory and the connection to the model."""
        if self.model is not None and self.model.connection is not None:
            self.model.connection.close()
        self.memory.close()


class ChatSession:
    """One conversation, new or continued. Its memory is on disk: a session may be made anew for each question."""

    def __init__(self, parts: ChatParts, conversation: str | None = None) -> None:
        """Raises CannotAnswer for an unknown `conversation`; None starts a new one."""
        self.parts = parts
        store = parts.memory.store
        if conversation is not None:
            store.title(conversation)
        self.conversation = conversation or store.create()
        self._recorded: deque[Recorded] = deque()  # tools record from other threads
        self.ledger = Ledger(on_record=self._recorded.append)
        self.ledger.restore(store.evidence(self.conversation))
        self.tools = parts.tools(self.ledger, self.conversation)
        self.model = _own(parts.model)

    def turn(self, text: str) -> Iterator[Event]:
        """Answer one message; the last event is `Done`. Closing the iterator stops the work.

        Raises UsageProblem at once for an empty or overlong message, WorkspaceBusy at the first step while the
        last one is being answered; nothing is stored then.
        """
        text = text.strip()
        if not text:
            raise UsageProblem("The message is empty.", "Ask something about your shop.")
        if len(text) > LONGEST_MESSAGE:
            raise UsageProblem(
                f"The message is longer than {LONGEST_MESSAGE:,} characters.", "Shorten it, or add the text as a file."
            )
        return self._turn(text)

    def _turn(self, text: str) -> Iterator[Event]:
        store, checkpoints = self.parts.memory.store, self.parts.memory.checkpoints
        started = time.monotonic()
        turn = store.begin_turn(self.conversation, text)
        status: Status = "failed"
        last: Event = _FAILED
        try:
            # whatever a killed or failed turn left in the engine's memory goes first
            checkpoints.roll_back(self.conversation, store.checkpoint(self.conversation))
            answer = _Answer(self)
            for events in _batches(answer.events(text)):
                store.append(turn, *events, evidence=self._newly_recorded())
                yield from events
            status, last = "complete", answer.done(time.monotonic() - started)
        except GeneratorExit:
            status, last = "interrupted", _STOPPED
            raise
        finally:
            checkpoint = checkpoints.latest(self.conversation) if status == "complete" else None
            store.finish_turn(turn, status, checkpoint, last)
        if checkpoint is not None:
            checkpoints.prune(self.conversation, keep=checkpoint)
        yield last

    def _newly_recorded(self) -> list[Recorded]:
        return [self._recorded.popleft() for _ in range(len(self._recorded))]


def _batches(events: Iterator[Event]) -> Iterator[list[Event]]:
    """Evidence together with the next event that is none: one commit for what a tool found, not forty."""
    batch: list[Event] = []
    for event in events:
        batch.append(event)
        if not isinstance(event, EvidenceAdded):
            yield batch
            batch = []
    if batch:
        yield batch


class _Answer:
    """The answer to one message: by the model if there is one, by the built-in engine if it fails."""

    def __init__(self, session: ChatSession) -> None:
        self._session = session
        self._parts = session.parts
        self._ledger = session.ledger
        self._conversation = session.conversation
        self._model = session.model
        self._shown = Shown()
        self._engine = self._model or self._parts.built_in

    def events(self, text: str) -> Iterator[Event]:
        """Everything that happens, but `Done`."""
        statement = self._ledger.say(Statement(text=self._parts.guard.scrub(text)))
        question = HumanMessage(text, additional_kwargs={STATEMENT: statement.id})
        before = self._parts.memory.store.checkpoint(self._conversation)
        if self._model is not None:
            try:
                yield from self._by(self._model, question)
            except ModelUnavailable as problem:
                self._parts.memory.checkpoints.roll_back(self._conversation, before)
                what = f"{problem.what.rstrip('.')}; the built-in engine answers instead."
                yield ProblemShown(code=problem.code, what=what, advice=problem.advice)
            else:
                yield from self._ending()
                return
        self._engine = self._parts.built_in
        try:
            yield from self._by(self._parts.built_in, question)
        except CopilotError as problem:
            self._parts.memory.checkpoints.roll_back(self._conversation, before)
            yield ProblemShown(code=problem.code, what=problem.what, advice=problem.advice)
        yield from self._ending()

    def done(self, seconds: float) -> Done:
        """The closing event."""
        model = self._model
        usage = model.connection.gateway.meter.since_begin.as_dict() if model and model.connection else {}
        return Done(conversation=self._conversation, engine=self._engine.name, seconds=seconds, usage=usage)

    def _by(self, engine: Engine, question: HumanMessage) -> Iterator[Event]:
        settings = self._parts.settings
        prompt = ""
        if engine.connection is not None:
            prompt = self._parts.prompt()
            engine.connection.gateway.deadline = time.monotonic() + settings.turn_timeout
            engine.connection.gateway.meter.begin()
        config: RunnableConfig = {
            **thread_config(self._conversation),
            "recursion_limit": step_limit(settings.max_tool_calls),
        }
        rules = OutboundRules(self._parts.guard, settings.smallest_group)
        checkpoints = self._parts.memory.checkpoints
        agent = build_agent(engine, self._session.tools, checkpoints, rules, settings.max_tool_calls)
        work = Answering(engine, agent, config, TurnContext(prompt))
        yield from EngineAnswer(work, self._ledger, self._shown).events(question)

    def _ending(self) -> Iterator[Event]:
        if any(_about_time(self._ledger.get(one)) for one in self._shown.ids):
            notice = self._parts.notice()
            if notice is not None and not self._parts.memory.store.noticed(self._conversation, notice.code):
                yield notice
        if self._shown.suggestions:
            yield Suggestions(messages=tuple(self._shown.suggestions))


def _about_time(item: Recorded | None) -> bool:
    """True for a figure of the shop's data; planning arithmetic is as true tomorrow."""
    return isinstance(item, Figure) and item.analysis_date is not None


def _own(engine: Engine | None) -> Engine | None:
    """The engine with a connection of its own, so that conversations share neither deadline nor budget."""
    if engine is None or engine.connection is None:
        return engine
    connection = engine.connection.fresh()
    return replace(engine, model=connection.model, connection=connection)
