"""Tool: what data is loaded, and what further data would make possible."""

from __future__ import annotations

from copilot.statistics.inventory import inventory
from copilot.tools.base import Arguments, Outcome, Tool, ToolContext
from copilot.tools.telling import tell


class DataArguments(Arguments):
    """None."""


def _run(context: ToolContext, _arguments: DataArguments) -> Outcome:
    result = context.ledger.record_result(inventory(context.tables()))
    missing = "Not loaded: " + "; ".join(result.missing) if result.missing else ""
    return Outcome(kind="data", result=result, text=tell(result, note=missing), note=missing)


TOOL = Tool(
    name="describe_data",
    description="What files are loaded, how many orders and people, which period, and what is missing for what.",
    arguments=DataArguments,
    run=_run,
    title=lambda _: "looked at what is loaded",
)
