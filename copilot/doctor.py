"""Doctor: checks that what the copilot needs is there and works, and says what to do where it does not."""

from __future__ import annotations

import shutil
import sys

from langchain_core.messages import HumanMessage
from pydantic import BaseModel, ConfigDict

from copilot.composition import House, model_connection
from copilot.errors import CopilotError
from copilot.llm.failure import plain_failures
from copilot.tools.registry import TOOLS

_DISK_WANTED = 500 * 1024 * 1024


class Check(BaseModel):
    """One thing looked at: whether it is well, what was seen, what to do if not."""

    model_config = ConfigDict(frozen=True)

    name: str
    ok: bool
    seen: str
    advice: str = ""


def examine(house: House) -> list[Check]:
    """All checks, in the order in which they matter."""
    return [_python(), _workspace(house), _data(house), _guide(house), *_model(house)]


def _python() -> Check:
    version = ".".join(str(part) for part in sys.version_info[:3])
    return Check(name="Python", ok=sys.version_info >= (3, 11), seen=version, advice="Install Python 3.11 or newer.")


def _workspace(house: House) -> Check:
    free = shutil.disk_usage(house.workspace.path).free
    seen = f"{house.workspace.path.name} in {house.settings.home}, {free // 2**20:,} MiB free"
    return Check(name="Workspace", ok=free > _DISK_WANTED, seen=seen, advice="Free some disk space.")


def _data(house: House) -> Check:
    uploads = house.workspace.uploads()
    if not uploads:
        return Check(name="Data", ok=True, seen="nothing loaded yet", advice="Add an order export or the sample shop.")
    return Check(
        name="Data", ok=True, seen=f"{len(uploads)} uploads, {sum(upload.kept for upload in uploads):,} rows kept"
    )


def _guide(house: House) -> Check:
    found = house.guide().search("What is an ideal customer profile?")
    seen = f"{len(house.guide().library.articles)} articles, {found.how}"
    return Check(name="Guide", ok=found.covered, seen=seen, advice="Delete the index folder; it is rebuilt from files.")


def _model(house: House) -> list[Check]:
    settings = house.settings
    if not settings.model or settings.send_nothing:
        advice = "Set COPILOT_MODEL and OPENAI_BASE_URL to connect one; nothing needs it."
        return [Check(name="Model", ok=True, seen="none set: the built-in engine answers", advice=advice)]
    address = settings.base_url or "the default OpenAI address"
    try:
        connection = model_connection(house)
        with plain_failures(connection.timeout):
            answer = connection.model.invoke([HumanMessage("Answer with the word ready.")])
        chat = Check(name="Model: chat", ok=bool(answer.text.strip()), seen=f"{settings.model} at {address} answered")
        tools = [{"type": "function", "function": {"name": TOOLS[0].name, "description": TOOLS[0].description,
                                                   "parameters": {"type": "object", "properties": {}}}}]  # fmt: skip
        with plain_failures(connection.timeout):
            called = connection.model.bind(tools=tools).invoke([HumanMessage("Which files are loaded? Call the tool.")])
        connection.close()
    except CopilotError as problem:
        advice = problem.advice or "Check COPILOT_MODEL, OPENAI_BASE_URL and OPENAI_API_KEY."
        return [Check(name="Model", ok=False, seen=f"{settings.model} at {address}: {problem.what}", advice=advice)]
    advice = "This model does not call tools; choose one that does (on vLLM: --enable-auto-tool-choice)."
    seen = "it called the tool it was given" if called.tool_calls else "it did not call a tool"
    return [chat, Check(name="Model: tools", ok=bool(called.tool_calls), seen=seen, advice=advice)]
