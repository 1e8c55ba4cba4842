"""Builds the LangGraph agent: one graph, the same tools and limits for the built-in engine and for any model."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final, cast

from langchain.agents import create_agent
from langchain.agents.middleware import (
    AgentMiddleware,
    AgentState,
    ModelCallLimitMiddleware,
    ModelRequest,
    ModelResponse,
    ToolCallLimitMiddleware,
    ToolErrorMiddleware,
)
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage, HumanMessage, ToolMessage
from langchain_core.tools import BaseTool
from langgraph.graph.state import CompiledStateGraph
from langgraph.prebuilt.tool_node import ToolCallRequest
from langgraph.types import Command

from copilot.chat.checkpoints import Checkpoints
from copilot.chat.outbound import OutboundRules, outbound, outbound_system
from copilot.errors import CopilotError, ModelUnavailable
from copilot.llm.connect import Connection
from copilot.llm.failure import plain_failures
from copilot.llm.masking import where

Agent = CompiledStateGraph[Any, Any, Any, Any]
ToolReply = ToolMessage | Command[Any]

_log = logging.getLogger(__name__)
_LONGEST_ANSWER: Final = 200_000
_UNKNOWN_TOOLS: Final = 2
_STEPS_PER_ROUND: Final = 6  # each middleware hook is a step of the graph


@dataclass(frozen=True)
class Engine:
    """What words the answers. `connection` is None for the built-in engine, which sees everything and sends nothing."""

    name: str
    model: BaseChatModel
    connection: Connection | None = None


class CallOrder:
    """Makes the tool calls of one message run one after the other in the order the engine gave them.

    The graph starts them in threads; evidence ids must not depend on which is faster.
    """

    def __init__(self) -> None:
        self._done: set[str] = set()
        self._changed = threading.Condition()

    @contextmanager
    def turn_of(self, call_id: str, messages: Sequence[BaseMessage]) -> Iterator[None]:
        """Wait until the calls before `call_id` are done; inside, it is its turn."""
        earlier = _calls_before(call_id, messages)
        with self._changed:
            self._changed.wait_for(lambda: earlier <= self._done)
        try:
            yield
        finally:
            with self._changed:
                self._done.add(call_id)
                self._changed.notify_all()


def _calls_before(call_id: str, messages: Sequence[BaseMessage]) -> set[str]:
    """Ids of calls in the engine's last message that run before this one; calls held back by a limit are answered."""
    answered = {message.tool_call_id for message in messages if isinstance(message, ToolMessage)}
    last = next((message for message in reversed(messages) if isinstance(message, AIMessage)), None)
    ids = [call["id"] or "" for call in last.tool_calls] if last is not None else []
    return set(ids[: ids.index(call_id)]) - answered - {call_id} if call_id in ids else set()


@dataclass
class TurnContext:
    """What one turn carries through the graph. `told` is what the model was last sent, for a repair."""

    system_prompt: str
    told: list[BaseMessage] = field(default_factory=list)
    replies: dict[str, ToolMessage] = field(default_factory=dict)
    unknown_tools: int = 0
    order: CallOrder = field(default_factory=CallOrder)


def build_agent(
    engine: Engine, tools: Sequence[BaseTool], checkpoints: Checkpoints, rules: OutboundRules, max_tool_calls: int
) -> Agent:
    """An agent that answers with `engine`. `max_tool_calls` bounds one turn; two more model calls are allowed."""
    middleware: list[AgentMiddleware[Any, Any]] = [
        ModelCallLimitMiddleware(run_limit=max_tool_calls + 2, exit_behavior="error"),
        ToolCallLimitMiddleware(run_limit=max_tool_calls, exit_behavior="continue"),
        PromptAndPrivacy(engine.connection, rules),
        ToolSteps(),
        ToolErrorMiddleware(tool_failure),
    ]
    if engine.connection is not None:
        middleware.insert(3, SoundAnswers(engine.connection))
    agent: Agent = create_agent(
        engine.model,
        list(tools),
        middleware=middleware,
        context_schema=TurnContext,
        checkpointer=checkpoints.saver,
    )
    return agent


def step_limit(max_tool_calls: int) -> int:
    """LangGraph's recursion limit that never strikes before the call limits do."""
    return _STEPS_PER_ROUND * (max_tool_calls + 3)


class PromptAndPrivacy(AgentMiddleware[AgentState[Any], TurnContext]):
    """To a model elsewhere: sets the turn's system prompt and shows only what may be told."""

    def __init__(self, connection: Connection | None, rules: OutboundRules) -> None:
        super().__init__()
        self._connection = connection
        self._rules = rules

    def wrap_model_call(
        self, request: ModelRequest[TurnContext], handler: Callable[[ModelRequest[TurnContext]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Replace prompt and messages; the built-in engine gets the messages as they are."""
        context = request.runtime.context
        if self._connection is None:
            return handler(request)
        system = outbound_system(context.system_prompt, self._rules)
        messages = outbound(request.messages, self._rules)
        context.told = [system, *messages]
        return handler(request.override(system_message=system, messages=messages))


class SoundAnswers(AgentMiddleware[AgentState[Any], TurnContext]):
    """Lets only whole answers through: what libraries pass on as success (cut, empty, unreadable) becomes a failure."""

    def __init__(self, connection: Connection) -> None:
        super().__init__()
        self._connection = connection

    def wrap_model_call(
        self, request: ModelRequest[TurnContext], handler: Callable[[ModelRequest[TurnContext]], ModelResponse[Any]]
    ) -> ModelResponse[Any]:
        """Call, check, and once more if the answer was empty or its tool call unreadable.

        Raises ModelUnavailable in plain words for every failure.
        """
        response, problem = self._call(request, handler)
        if problem is not None:
            hint = HumanMessage(
                f"({problem.what} Answer again; a tool call's arguments must be one valid JSON object.)"
            )
            again = request.override(messages=[*request.messages, hint])
            response, problem = self._call(again, handler)
        if problem is not None:
            raise problem
        return response

    def _call(
        self, request: ModelRequest[TurnContext], handler: Callable[[ModelRequest[TurnContext]], ModelResponse[Any]]
    ) -> tuple[ModelResponse[Any], ModelUnavailable | None]:
        meter = self._connection.gateway.meter
        try:
            with plain_failures(self._connection.timeout):
                response = handler(request)
                message = response.result[0]
        except ModelUnavailable:
            meter.failed()
            raise
        used = message.usage_metadata if isinstance(message, AIMessage) else None
        meter.answered(used["input_tokens"] if used else None, used["output_tokens"] if used else None)
        return response, check_answer(message)


def check_answer(message: BaseMessage) -> ModelUnavailable | None:
    """A problem that asking again may cure, None if the answer is whole; raises ModelUnavailable for the others."""
    reason = message.response_metadata.get("finish_reason")
    if not isinstance(message, AIMessage) or reason is None:
        raise ModelUnavailable("The model stopped in the middle of its answer.", "Try again.", code="answer_cut_off")
    if reason == "content_filter" or message.additional_kwargs.get("refusal"):
        raise ModelUnavailable(
            "The model declined to answer (its own content filter).", "Put it differently.", code="filtered"
        )
    if len(message.text) > _LONGEST_ANSWER:
        raise ModelUnavailable("The model sent far more than an answer can be.", code="answer_too_large")
    if message.invalid_tool_calls:
        return ModelUnavailable("The model made a tool call that cannot be read.", code="unreadable_tool_call")
    if not message.text.strip() and not message.tool_calls:
        return ModelUnavailable("The model gave an empty answer.", "Try again.", code="empty_answer")
    return None


class ToolSteps(AgentMiddleware[AgentState[Any], TurnContext]):
    """Reports each tool call while it runs, answers a repeated call from memory, stops calls of unknown tools."""

    def wrap_tool_call(self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolReply]) -> ToolReply:
        """Run one call when it is its turn, with a `started` and a `finished` note to the stream."""
        context, call = cast("TurnContext", request.runtime.context), request.tool_call
        with context.order.turn_of(call["id"] or "", request.state["messages"]):
            return self._run(request, handler, context)

    def _run(
        self, request: ToolCallRequest, handler: Callable[[ToolCallRequest], ToolReply], context: TurnContext
    ) -> ToolReply:
        call = request.tool_call
        if request.tool is None:
            context.unknown_tools += 1
            if context.unknown_tools >= _UNKNOWN_TOOLS:
                raise ModelUnavailable("The model kept calling tools that do not exist.", code="unknown_tool")
            return handler(request)
        key = json.dumps([call["name"], call["args"]], sort_keys=True, default=str)
        if (known := context.replies.get(key)) is not None:
            return known.model_copy(update={"tool_call_id": call["id"], "id": None})
        note = {"id": call["id"], "tool": call["name"], "title": tool_title(request.tool, call["args"])}
        write = request.runtime.stream_writer
        write({**note, "step": "started", "arguments": call["args"]})
        started = time.perf_counter()
        reply = handler(request)
        message = reply if isinstance(reply, ToolMessage) else None
        ok = message is not None and message.status != "error"
        if message is not None and ok:
            context.replies[key] = message
        seconds = time.perf_counter() - started
        write(
            {**note, "step": "finished", "seconds": seconds, "ok": ok, "artifact": getattr(message, "artifact", None)}
        )
        return reply


def tool_title(tool: BaseTool, arguments: dict[str, Any]) -> str:
    """What a call does in plain words: the tool's `metadata["title"]`, text or a function of the arguments."""
    title = (tool.metadata or {}).get("title", tool.name.replace("_", " "))
    if not callable(title):
        return str(title)
    try:
        return str(title(arguments))
    except (ValueError, KeyError, TypeError):  # arguments a model made up; the tool itself will refuse them
        return tool.name.replace("_", " ")


def tool_failure(error: Exception, request: ToolCallRequest) -> str | None:
    """What the engine reads when a tool failed: a problem's own words, or only that it failed."""
    if isinstance(error, ModelUnavailable):
        return None
    if isinstance(error, CopilotError):
        return str(error)
    name = request.tool_call["name"]
    _log.error("tool %s failed: %s", name, where(error))
    return f"The tool {name} failed and gave no result. Say that this could not be computed; do not guess a value."
