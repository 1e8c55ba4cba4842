"""A scripted chat model: the one fake for all tests that need a language model."""

from __future__ import annotations

import copy
import json
import uuid
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from langchain_core.callbacks import CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.tools import BaseTool
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr


class UnexpectedModelCall(AssertionError):
    """The model was called more often than the script has steps."""


@dataclass(frozen=True)
class ModelCall:
    """What one call received: copies of the messages, the names of the bound tools, and all other arguments."""

    messages: tuple[BaseMessage, ...]
    tools: tuple[str, ...]
    arguments: dict[str, Any] = field(default_factory=dict)


Step = AIMessage | str | Exception | Callable[[ModelCall], AIMessage | str]
"""An answer, an error to raise, or a function of the call that gives the answer."""


class ScriptedChatModel(BaseChatModel):
    """Answers with the steps of a script, in order, streamed word by word.

    >>> model = ScriptedChatModel.of("Hello.")
    >>> model.invoke("hi").content
    'Hello.'
    >>> model.assert_complete()
    """

    _steps: list[Step] = PrivateAttr(default_factory=list)
    _calls: list[ModelCall] = PrivateAttr(default_factory=list)

    @classmethod
    def of(cls, *steps: Step) -> ScriptedChatModel:
        """A model that takes these steps."""
        model = cls()
        model._steps = list(steps)
        return model

    @property
    def calls(self) -> tuple[ModelCall, ...]:
        """Copies of what each call received, also of calls beyond the script."""
        return tuple(copy.deepcopy(self._calls))

    def assert_complete(self) -> None:
        """Raise AssertionError when steps are left or when more calls came than steps were given."""
        if len(self._calls) != len(self._steps):
            raise AssertionError(f"the script has {len(self._steps)} steps, the model was called {len(self._calls)}x")

    @property
    def _llm_type(self) -> str:
        return "scripted"

    def bind_tools(
        self, tools: Sequence[dict[str, Any] | type | Callable[..., Any] | BaseTool], **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """Bind tools; a call reports their names."""
        return self.bind(tools=[convert_to_openai_tool(one) for one in tools], **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> ChatResult:
        del stop, run_manager
        return ChatResult(generations=[ChatGeneration(message=self._next(messages, kwargs))])

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: CallbackManagerForLLMRun | None = None,
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        del stop
        for chunk in _pieces(self._next(messages, kwargs)):
            generation = ChatGenerationChunk(message=chunk)
            if run_manager is not None:
                run_manager.on_llm_new_token(str(chunk.content), chunk=generation)
            yield generation

    def _next(self, messages: list[BaseMessage], kwargs: dict[str, Any]) -> AIMessage:
        tools = tuple(str(tool["function"]["name"]) for tool in kwargs.get("tools", ()))
        arguments = {name: value for name, value in kwargs.items() if name != "tools"}
        call = ModelCall(tuple(copy.deepcopy(messages)), tools, arguments)
        self._calls.append(call)
        if len(self._calls) > len(self._steps):
            raise UnexpectedModelCall(f"call {len(self._calls)}, but the script has {len(self._steps)} steps")
        step = self._steps[len(self._calls) - 1]
        if isinstance(step, Exception):
            raise step
        answer = step(call) if callable(step) else step
        return AIMessage(answer) if isinstance(answer, str) else answer.model_copy(deep=True)


def call_tool(name: str, /, **arguments: Any) -> AIMessage:
    """A step that calls one tool."""
    return AIMessage(
        "", tool_calls=[{"name": name, "args": arguments, "id": f"call_{uuid.uuid4().hex[:12]}", "type": "tool_call"}]
    )


def _pieces(message: AIMessage) -> Iterator[AIMessageChunk]:
    words = str(message.content).split(" ")
    for number, word in enumerate(words):
        if word or len(words) > 1:
            yield AIMessageChunk(content=word if number == 0 else f" {word}", id=message.id)
    calls = [
        tool_call_chunk(name=one["name"], args=_json(one["args"]), id=one["id"], index=number)
        for number, one in enumerate(message.tool_calls)
    ]
    broken = [
        tool_call_chunk(name=one["name"], args=one["args"], id=one["id"], index=len(calls) + number)
        for number, one in enumerate(message.invalid_tool_calls)
    ]
    yield AIMessageChunk(
        content="",
        id=message.id,
        tool_call_chunks=[*calls, *broken],
        response_metadata=message.response_metadata,
        usage_metadata=message.usage_metadata,
        chunk_position="last",
    )


def _json(arguments: dict[str, Any]) -> str:
    return json.dumps(arguments)
