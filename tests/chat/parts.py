"""What chat tests share: two small tools, a scripted built-in engine, and a session around them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from langchain_core.messages import HumanMessage, ToolMessage
from langchain_core.tools import BaseTool, StructuredTool

from copilot.chat.agent import Engine
from copilot.chat.events import Event, TextBlock
from copilot.chat.session import ChatMemory, ChatParts, ChatSession
from copilot.data.quote import Quote
from copilot.errors import UnknownName
from copilot.evidence.ledger import Ledger
from copilot.llm.connect import Connection, connect
from copilot.llm.contact import ContactGuard, no_names
from copilot.llm.egress import EgressLog
from copilot.llm.testing import ModelCall, ScriptedChatModel, call_tool
from copilot.llm.usage import Budget
from copilot.settings import Settings
from copilot.statistics.result import Chart, Column, Figure, ResultTable

BEST = "434 customers [F1] bring 59.9 % of net sales [F2]."
BUILT_IN = "From the built-in engine: 434 customers [F1]."


def figure(name: str, value: float, unit: str = "count", **more: Any) -> Figure:
    return Figure(
        name=name, label=name.replace("_", " "), value=value, unit=unit, definition="d", scope="all orders", **more
    )


def make_tools(ledger: Ledger, conversation: str) -> list[BaseTool]:
    """`best_customers` finds figures, a personal and an aggregate table, a chart and a review; `fragile` fails."""

    def best_customers(count: int = 10) -> tuple[str, dict[str, Any]]:
        found = [
            ledger.record(figure("best customers", 434, noun="customers", n=4338)),
            ledger.record(figure("share of net sales", 0.599, "share", n=4338)),
            ledger.record(figure("customers from Malta", 3, noun="customers")),
        ]
        columns = (Column(key="customer", label="customer"), Column(key="orders", label="orders", unit="count"))
        personal = ledger.record(
            ResultTable(
                title="best customers", columns=columns, rows=({"customer": "#14646", "orders": 73},), personal=True
            )
        )
        by_country = ledger.record(
            ResultTable(
                title="by country",
                columns=(Column(key="country", label="country"), Column(key="customers", label="c", unit="count")),
                rows=(
                    {"country": "Norway", "customers": 100},
                    {"country": "Malta", "customers": 3},
                    {"country": "Spain", "customers": 40},
                ),
            )
        )
        chart = ledger.record(Chart(kind="bar", title="sales", x=("a",), series={"sales": (1.0,)}))
        quote = ledger.record(
            Quote(feedback_id="r1", text="Lovely, ask ann@example.org or +44 20 7946 0958", kind="review")
        )
        artifact = {
            "kind": "best_customers",
            "result": {"count": count},
            "evidence": [item.model_dump(mode="json") for item in (*found, quote)],
            "tables": [personal.model_dump(mode="json"), by_country.model_dump(mode="json")],
            "charts": [chart.model_dump(mode="json")],
            "drafts": [{"draft_id": "d1", "kind": "icp", "title": "ICP", "version": 1}],
            "suggestions": ["draft an ICP from these"],
        }
        return "[F1] best customers = 434; Ann Example ann@example.org", artifact

    def fragile(kind: str = "bug") -> str:
        if kind == "name":
            raise UnknownName("country", "Atlantis", ["Austria"])
        raise RuntimeError("row of ann@example.org broke")

    return [
        StructuredTool.from_function(
            best_customers,
            name="best_customers",
            description="Best customers.",
            response_format="content_and_artifact",
            metadata={"title": lambda arguments: f"ranked the top {arguments.get('count', 10)} customers"},
        ),
        StructuredTool.from_function(
            fragile, name="fragile", description="Fails.", metadata={"title": "tried something"}
        ),
    ]


def built_in_answer(call: ModelCall) -> Any:
    """Calls the tool, then words the result: what the real built-in engine does, in small."""
    after_question = list(call.messages)
    while after_question and not isinstance(after_question[-1], (HumanMessage, ToolMessage)):
        after_question.pop()
    return BUILT_IN if isinstance(after_question[-1], ToolMessage) else call_tool("best_customers")


def built_in(*steps: Any) -> Engine:
    return Engine("built-in", ScriptedChatModel.of(*(steps or [built_in_answer] * 20)))


class Bench:
    """A workspace folder with everything a chat needs; each `session` is like a fresh process."""

    def __init__(self, folder: Path, **settings: Any) -> None:
        self.folder = folder
        self.settings = Settings(home=folder / "home", **settings)
        self.memory = ChatMemory(folder)
        self.egress = EgressLog(folder / "egress.sqlite")
        self.connections: list[Connection] = []

    def session(
        self,
        conversation: str | None = None,
        *,
        engine: Engine | None = None,
        remote: bool = False,
        names: Callable[[], frozenset[str]] = no_names,
        budget: Budget | None = None,
    ) -> ChatSession:
        guard = ContactGuard(names)
        model = None
        if remote:
            connection = connect(self.settings, self.egress, guard, budget)
            self.connections.append(connection)
            model = Engine(connection.name, connection.model, connection)
        parts = ChatParts(
            memory=self.memory,
            tools=make_tools,
            prompt=lambda: "You are the copilot of the shop.",
            built_in=engine or built_in(),
            model=model,
            settings=self.settings,
            guard=guard,
        )
        return ChatSession(parts, conversation)

    def close(self) -> None:
        for connection in self.connections:
            connection.close()
        self.memory.close()
        self.egress.close()


def texts(events: Iterable[Event]) -> list[str]:
    return [event.text for event in events if isinstance(event, TextBlock)]


def kinds(events: Iterable[Event]) -> list[str]:
    return [event.type for event in events]
