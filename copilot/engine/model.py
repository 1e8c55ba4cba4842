"""The built-in engine as a LangChain chat model: no language model, the same graph, tools, limits and store."""

from __future__ import annotations

import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel, LanguageModelInput
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage, ToolMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable

from copilot.chat.outbound import STATEMENT
from copilot.engine.correcting import corrections_of
from copilot.engine.plan import Plan, plan
from copilot.engine.understand import Previous, understand
from copilot.engine.wording.answers import WORDERS, word
from copilot.engine.wording.saying import Answered
from copilot.engine.wording.talk import explain, reply
from copilot.evidence.gate import citations
from copilot.evidence.ledger import load_recorded
from copilot.statistics.result import Figure
from copilot.tools.names import ShopNames

NAME: Final = "built-in engine"


@dataclass(frozen=True)
class _Turn:
    """The conversation cut at the last message of the user."""

    before: Sequence[BaseMessage]
    question: str
    asked: str = ""
    results: list[ToolMessage] = field(default_factory=list)
    calls: dict[str, tuple[str, dict[str, Any]]] = field(default_factory=dict)


class BuiltInModel(BaseChatModel):
    """Understands a message, plans typed tool calls, and words their results.

    `names` gives the names in the shop's data, `last_day` the last day with an order; both are asked anew for
    each message, since uploads change them. It never pretends to be a language model: it says what it can.
    """

    names: Callable[[], ShopNames]
    last_day: Callable[[], date | None]
    model_name: str = "built-in"

    @property
    def _llm_type(self) -> str:
        return "built-in"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: Any = None, **kwargs: Any
    ) -> Runnable[LanguageModelInput, AIMessage]:
        """The engine knows its tools; binding only keeps what the graph passes along."""
        return self.bind(tools=[getattr(one, "name", one) for one in tools], tool_choice=tool_choice, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,  # noqa: ARG002
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,  # noqa: ARG002
    ) -> Iterator[ChatGenerationChunk]:
        for chunk in _chunks(self._answer(messages)):
            if run_manager is not None:
                run_manager.on_llm_new_token(chunk.text, chunk=chunk)
            yield chunk

    def _answer(self, messages: Sequence[BaseMessage]) -> AIMessage:
        turn = _cut(messages)
        previous = _previous(turn.before)
        corrected = corrections_of(turn.question, previous)
        planned = plan(corrected or understand(turn.question, self.names(), self.last_day(), previous))
        metadata = {"finish_reason": "stop", "model_name": NAME}
        if planned.calls and not turn.results:
            calls = [
                {"name": call.tool, "args": call.arguments, "id": f"call_{uuid.uuid4().hex[:12]}"}
                for call in planned.calls
            ]
            return AIMessage("", tool_calls=calls, response_metadata={**metadata, "finish_reason": "tool_calls"})
        return AIMessage("\n\n".join(_worded(turn, planned)), response_metadata=metadata)


def _cut(messages: Sequence[BaseMessage]) -> _Turn:
    last = max((i for i, message in enumerate(messages) if isinstance(message, HumanMessage)), default=-1)
    question = messages[last].text if last >= 0 else ""
    asked = str(messages[last].additional_kwargs.get(STATEMENT, "")) if last >= 0 else ""
    turn = _Turn(before=messages[: max(last, 0)], question=question, asked=asked)
    for message in messages[last + 1 :]:
        if isinstance(message, AIMessage):
            turn.calls.update({str(call["id"]): (call["name"], dict(call["args"])) for call in message.tool_calls})
        elif isinstance(message, ToolMessage):
            turn.results.append(message)
    return turn


def _previous(messages: Sequence[BaseMessage]) -> Previous | None:
    """The last tool call of earlier turns."""
    for message in reversed(messages):
        if isinstance(message, AIMessage) and message.tool_calls:
            call = message.tool_calls[0]
            return Previous(call["name"], dict(call["args"]))
    return None


def _worded(turn: _Turn, planned: Plan) -> list[str]:
    blocks: list[str] = []
    earlier = _earlier(turn.before)
    for message in turn.results:
        _, arguments = turn.calls.get(str(message.tool_call_id), ("", {}))
        found = message.artifact if isinstance(message.artifact, dict) else {}
        if found.get("kind") in WORDERS and message.status != "error":
            kind = str(found["kind"])
            blocks += word(Answered(kind, found["result"], arguments, earlier.get(kind), turn.asked))
        else:
            blocks.append(message.text)
    for intent in planned.replies:
        blocks += explain(_figures(turn.before)) if intent == "explain" else reply(intent)
    return blocks


def _earlier(messages: Sequence[BaseMessage]) -> dict[str, Answered]:
    """The latest result of each kind in earlier turns, to say what changed."""
    found: dict[str, Answered] = {}
    for message in messages:
        artifact = message.artifact if isinstance(message, ToolMessage) else None
        if isinstance(artifact, dict) and artifact.get("kind"):
            found[str(artifact["kind"])] = Answered(str(artifact["kind"]), artifact["result"])
    return found


def _figures(messages: Sequence[BaseMessage]) -> list[Figure]:
    """The figures cited in the last answer, in the order they were cited."""
    answer = next((m.text for m in reversed(messages) if isinstance(m, AIMessage) and m.text.strip()), "")
    known: dict[str, Figure] = {}
    for message in messages:
        artifact = message.artifact if isinstance(message, ToolMessage) else None
        for item in artifact.get("evidence", ()) if isinstance(artifact, dict) else ():
            evidence = load_recorded(item)
            if isinstance(evidence, Figure):
                known[evidence.id] = evidence
    return [known[one] for one in dict.fromkeys(citations(answer)) if one in known]


def _chunks(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    for index, call in enumerate(message.tool_calls):
        yield _chunk(AIMessageChunk(content="", tool_call_chunks=[_call_chunk(call, index)]))
    for block in message.text.split("\n\n") if message.text else ():
        yield _chunk(AIMessageChunk(content=block + "\n\n"))
    yield _chunk(AIMessageChunk(content="", chunk_position="last", response_metadata=message.response_metadata))


def _call_chunk(call: Any, index: int) -> Any:
    return tool_call_chunk(name=call["name"], args=json.dumps(call["args"]), id=call["id"], index=index)


def _chunk(message: AIMessageChunk) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=message)
