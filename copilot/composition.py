"""Puts a conversation together: engines, tools, memory, guide, connection; the only place that knows them all."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime

from langchain_core.messages import HumanMessage

from copilot.chat.agent import Engine
from copilot.chat.freshness import stale_notice
from copilot.chat.session import ChatMemory, ChatParts
from copilot.data.people import KnownNames
from copilot.data.workspace import Workspace
from copilot.drafts.draft import Draft
from copilot.drafts.store import DraftStore
from copilot.drafts.writer import reword
from copilot.engine.model import NAME, BuiltInModel
from copilot.evidence.ledger import Ledger
from copilot.evidence.wording import format_day
from copilot.guide.library import load_library
from copilot.guide.search import GuideSearch
from copilot.llm.connect import Connection, connect, forbid_tracing
from copilot.llm.contact import ContactGuard
from copilot.llm.egress import EgressLog
from copilot.llm.failure import plain_failures
from copilot.prompting import render
from copilot.settings import Settings
from copilot.tools.base import ToolContext
from copilot.tools.binding import bind
from copilot.tools.names import ShopNames

EGRESS_FILE = "egress.sqlite"


@dataclass(frozen=True)
class House:
    """What a composition is made of."""

    workspace: Workspace
    settings: Settings
    drafts: DraftStore
    guide: Callable[[], GuideSearch]


def chat_parts(house: House) -> ChatParts:
    """Everything a conversation needs; with a model if the settings name one."""
    forbid_tracing()
    folder = house.workspace.folder("chat")
    guard = ContactGuard(KnownNames(house.workspace))
    model = _model(house, guard)
    return ChatParts(
        memory=ChatMemory(folder),
        tools=lambda ledger, conversation: list(bind(tool_context(house, ledger, conversation, model))),
        prompt=lambda: _prompt(house),
        built_in=Engine(NAME, BuiltInModel(names=_Names(house.workspace), last_day=lambda: _last_day(house.workspace))),
        model=model,
        settings=house.settings,
        guard=guard,
        notice=lambda: stale_notice(house.workspace.tables().facts, datetime.now(UTC).date()),
    )


def model_connection(house: House, guard: ContactGuard | None = None) -> Connection:
    """The connection to the model that the settings name. UsageProblem if they name none."""
    return connect(house.settings, EgressLog(house.workspace.folder("chat") / EGRESS_FILE), guard)


def tool_context(house: House, ledger: Ledger, conversation: str = "", model: Engine | None = None) -> ToolContext:
    """What tools may reach; with a model, it may word drafts."""
    return ToolContext(
        workspace=house.workspace,
        ledger=ledger,
        guide=house.guide,
        drafts=house.drafts,
        tables=house.workspace.tables,
        conversation=conversation,
        margin=house.settings.margin,
        reword=_reworder(house, model.connection) if model is not None and model.connection is not None else None,
    )


def _reworder(house: House, connection: Connection) -> Callable[[Draft], Draft]:
    """Rewording on a connection of its own, so that its calls do not count as the conversation's."""
    own = connection.fresh()

    def ask(prompt: str) -> str:
        own.gateway.meter.begin()
        with plain_failures(own.timeout):
            return str(own.model.invoke([HumanMessage(own.gateway.guard.scrub(prompt))]).text)

    return lambda draft: reword(draft, ask, name=own.name, smallest_group=house.settings.smallest_group).draft


def _model(house: House, guard: ContactGuard) -> Engine | None:
    if not house.settings.model:
        return None
    connection = model_connection(house, guard)
    return Engine(connection.name, connection.model, connection)


def _prompt(house: House) -> str:
    facts = house.workspace.tables().facts
    roles = sorted({source.role for source in facts.sources})
    return render(
        "agent",
        shop=facts.shop,
        currency=facts.currency or "not stated",
        data_until=format_day(facts.analysis_date) if facts.analysis_date else "no orders yet",
        loaded_roles=", ".join(roles) or "nothing yet",
        guide_topics=", ".join(article.title for article in load_library().articles),
    )


def _last_day(workspace: Workspace) -> date | None:
    return workspace.tables().facts.last_order


class _Names:
    """The names in the shop's data, read once per set of uploads."""

    def __init__(self, workspace: Workspace) -> None:
        self._workspace = workspace
        self._key = ""
        self._names = ShopNames({})

    def __call__(self) -> ShopNames:
        tables = self._workspace.tables()
        if tables.key != self._key:
            self._names, self._key = ShopNames.of(tables), tables.key
        return self._names
