"""Turns what the running graph streams into the few things a turn cares about: tool steps, text blocks, the end."""

from __future__ import annotations

import re
from collections.abc import Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any, cast

from langchain.agents.middleware.model_call_limit import ModelCallLimitExceededError
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.runnables import RunnableConfig
from langgraph.errors import GraphRecursionError

from copilot.chat.agent import Agent, TurnContext
from copilot.chat.blocks import BlockBuffer
from copilot.errors import ModelUnavailable

_SENTENCE_END = re.compile(r"[.!?…](?:\*\*|[)”\"])?(?:\s*\[[A-Z]\d[^\]]*\])*(?=\s|$)")


@dataclass(frozen=True)
class StepBegun:
    """A tool call began."""

    call_id: str
    tool: str
    title: str
    arguments: dict[str, Any]


@dataclass(frozen=True)
class StepDone:
    """A tool call ended; `artifact` is what it found, as plain data."""

    call_id: str
    tool: str
    title: str
    seconds: float
    ok: bool
    artifact: dict[str, Any]


@dataclass(frozen=True)
class Block:
    """A complete block of the answer, as the engine wrote it."""

    text: str


@dataclass(frozen=True)
class Finished:
    """The engine's last message; `cut` when it ran into its length limit."""

    message_id: str | None
    cut: bool


Part = StepBegun | StepDone | Block | Finished


@dataclass
class _Reader:
    """Collects the text of the message being streamed. Text before a tool call is not an answer and is dropped."""

    buffer: BlockBuffer = field(default_factory=BlockBuffer)
    message: str | None = None

    def token(self, message: BaseMessage) -> list[str]:
        """Blocks completed by a piece of an engine's message."""
        if message.id != self.message:
            self.buffer.clear()
            self.message = message.id
        return self.buffer.feed(message.text)

    def complete(self, message: AIMessage) -> list[str]:
        """Blocks left when the whole message is there."""
        if message.tool_calls:
            self.buffer.clear()
            return []
        left = self.buffer.finish()
        if left and _cut(message):
            left[-1] = _whole_sentences(left[-1])
        return [block for block in left if block]


def read(agent: Agent, question: dict[str, Any], config: RunnableConfig, context: TurnContext) -> Iterator[Part]:
    """Run one turn of the graph and give its parts as they happen, `Finished` last.

    The state is stored once, at the end. Raises ModelUnavailable when the engine used up its steps.
    """
    reader = _Reader()
    last: AIMessage | None = None
    stream = cast(
        "Generator[tuple[str, Any], None, None]",
        agent.stream(
            question, config, context=context, stream_mode=["messages", "updates", "custom"], durability="exit"
        ),
    )
    try:
        with closing(stream):
            for mode, part in stream:
                if mode == "custom":
                    yield _step(part)
                elif mode == "messages":
                    message, about = part
                    if about.get("langgraph_node") == "model" and isinstance(message, (AIMessage, AIMessageChunk)):
                        yield from map(Block, reader.token(message))
                elif (message := _model_message(part)) is not None:
                    last = message
                    yield from map(Block, reader.complete(message))
    except (ModelCallLimitExceededError, GraphRecursionError):
        raise ModelUnavailable(
            "It took too many steps without coming to an answer.", "Ask something narrower.", code="too_many_steps"
        ) from None
    yield Finished(last.id if last else None, last is not None and _cut(last))


def _step(note: dict[str, Any]) -> StepBegun | StepDone:
    if note["step"] == "started":
        return StepBegun(note["id"], note["tool"], note["title"], note["arguments"])
    return StepDone(note["id"], note["tool"], note["title"], note["seconds"], note["ok"], note["artifact"] or {})


def _model_message(update: dict[str, Any]) -> AIMessage | None:
    messages = (update.get("model") or {}).get("messages", ())
    return next((message for message in messages if isinstance(message, AIMessage)), None)


def _cut(message: AIMessage) -> bool:
    return message.response_metadata.get("finish_reason") == "length"


def _whole_sentences(text: str) -> str:
    ends = [match.end() for match in _SENTENCE_END.finditer(text)]
    return text[: ends[-1]] if ends else ""
