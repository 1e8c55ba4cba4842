"""Gives the tools to LangChain: same names, same typed arguments; text for the model, artifact for the screen."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from langchain_core.tools import StructuredTool

from copilot.tools.base import Tool, ToolContext, artifact
from copilot.tools.next_steps import next_steps
from copilot.tools.registry import TOOLS


def bind(context: ToolContext) -> list[StructuredTool]:
    """All tools over one context. What a tool raises is turned into words by the agent, in one place."""
    return [_bound(tool, context) for tool in TOOLS]


def _bound(tool: Tool[Any], context: ToolContext) -> StructuredTool:
    return StructuredTool.from_function(
        func=_runner(tool, context),
        name=tool.name,
        description=tool.description,
        args_schema=tool.arguments,
        response_format="content_and_artifact",
        metadata={"title": lambda given: tool.title(tool.arguments(**given))},
    )


def _runner(tool: Tool[Any], context: ToolContext) -> Callable[..., tuple[str, dict[str, Any]]]:
    def run(**given: Any) -> tuple[str, dict[str, Any]]:
        arguments = tool.arguments(**given)
        outcome = tool.run(context, arguments)
        found = artifact(outcome)
        if not found["suggestions"]:
            roles = frozenset(source.role for source in context.tables().facts.sources)
            found["suggestions"] = list(next_steps(outcome.kind, arguments.model_dump(), roles))
        return outcome.text, found

    return run
