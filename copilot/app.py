"""The composition root: one object that opens a shop's workspace and does everything the faces need.

Libraries that take seconds to import (LangChain, Chroma) are loaded when the first question needs them.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Literal, Self

from copilot.data.limits import Limits
from copilot.data.progress import Tell
from copilot.data.report import IntakeReport
from copilot.data.tables import SourceFile
from copilot.data.workspace import Workspace
from copilot.errors import CannotAnswer
from copilot.evidence.wording import format_day
from copilot.settings import Settings

if TYPE_CHECKING:
    from copilot.chat.answer import Answer
    from copilot.chat.events import Event
    from copilot.chat.session import ChatParts
    from copilot.chat.store import Conversation, ConversationStore, Turn
    from copilot.composition import House
    from copilot.data.corrections import Applied
    from copilot.doctor import Check
    from copilot.drafts.draft import Draft
    from copilot.drafts.store import DraftEntry, DraftStore
    from copilot.guide.library import Article
    from copilot.guide.search import GuideSearch, SearchOutcome
    from copilot.llm.egress import EgressEntry
    from copilot.statistics.journey import JourneyStages
    from copilot.statistics.overview import Overview
    from copilot.statistics.rfm import RfmGroups
    from copilot.tools.base import ToolContext
    from copilot.tools.correct_data import CorrectionAnswer

DraftKind = Literal["icp", "persona", "brief"]
ExportFormat = Literal["md", "json"]


class Copilot:
    """One shop's copilot.

    >>> import tempfile, pathlib
    >>> with Copilot.open(settings=Settings(home=pathlib.Path(tempfile.mkdtemp()))) as copilot:
    ...     copilot.uploads()
    []
    """

    def __init__(self, workspace: Workspace, settings: Settings) -> None:
        self.workspace = workspace
        self.settings = settings
        self._lock = threading.RLock()
        self._parts: ChatParts | None = None
        self._guide: GuideSearch | None = None
        self._drafts: DraftStore | None = None
        self._store: ConversationStore | None = None

    @classmethod
    def open(cls, workspace: str = "default", settings: Settings | None = None) -> Copilot:
        """Open (or create) a workspace below `settings.home`; settings come from the environment by default."""
        chosen = settings or Settings.from_environment()
        address = chosen.warehouse.get_secret_value() if chosen.warehouse is not None else None
        return cls(Workspace.open(chosen.home, workspace, warehouse=address), chosen)

    # -- data

    def add(
        self, *paths: Path | str, progress: Tell | None = None, answers: dict[str, str] | None = None
    ) -> list[IntakeReport]:
        """Take in files or folders; a report each. The same file twice adds nothing.

        A report with questions stored nothing: call again with `answers` (question code -> option).
        """
        return self.workspace.add(paths, progress=progress, answers=answers, limits=Limits.of(self.settings))

    def add_sample(self, progress: Tell | None = None) -> list[IntakeReport]:
        """Load the invented sample shop, so that everything can be tried before any real file is touched."""
        from copilot.data.sample import write_sample_shop  # late: only who opens the sample shop needs it

        with tempfile.TemporaryDirectory() as folder:
            write_sample_shop(Path(folder))
            files = sorted(path for path in Path(folder).iterdir() if path.suffix == ".csv")
            return self.add(*files, progress=progress)

    def uploads(self) -> list[SourceFile]:
        """All uploads, oldest first."""
        return self.workspace.uploads()

    def report(self, upload_id: str) -> IntakeReport:
        """The intake report of an upload."""
        return self.workspace.report(upload_id)

    def remove_upload(self, upload_id: str) -> None:
        """Remove an upload and everything made from it."""
        self.workspace.remove(upload_id)

    def corrections(self) -> list[Applied]:
        """The corrections of the data in force, in the order they were said."""
        return self.workspace.corrections()

    def correct(self, text: str, *, preview: bool = False) -> list[CorrectionAnswer]:
        """Correct how the data is read, in words ("amounts are in cents"): before and after of each, applied unless
        it is a question or a `preview`. UsageProblem if the words correct nothing."""
        from copilot.tools.correct_data import correct_in_words  # late: a second of numeric libraries

        return correct_in_words(self._tool_context(text), text, preview=preview)

    def undo_correction(self, which: str = "") -> CorrectionAnswer:
        """Take a correction back, by its id or words of it; the last one without."""
        from copilot.tools.corrections import undo  # late: as above

        return undo(self._tool_context(f"undo {which}"), which)

    def _tool_context(self, said: str) -> ToolContext:
        """What tools may reach outside a conversation, with what the user said."""
        from copilot.composition import tool_context  # late: LangChain takes seconds to import
        from copilot.evidence.ledger import Ledger  # late: as above
        from copilot.evidence.model import Statement  # late: as above

        ledger = Ledger()
        ledger.say(Statement(text=said))
        return tool_context(self._house(), ledger)

    def connect(self, address: str) -> list[SourceFile]:
        """Read canonical tables from a warehouse instead of uploads (see `copilot.data.warehouse`); its tables."""
        return list(self.workspace.connect(address).facts.sources)

    def disconnect(self) -> None:
        """Forget the warehouse."""
        self.workspace.disconnect()

    # -- conversation

    def stream(self, text: str, conversation: str | None = None) -> Iterator[Event]:
        """Answer a message, event by event; None starts a new conversation."""
        from copilot.chat.session import ChatSession  # late: LangChain takes seconds to import

        return ChatSession(self.chat(), conversation).turn(text)

    def ask(self, text: str, conversation: str | None = None) -> Answer:
        """Answer a message and give back the whole answer."""
        from copilot.chat.answer import Answer  # late: as above

        return Answer.of(self.stream(text, conversation))

    def conversations(self, search: str = "") -> list[Conversation]:
        """Conversations, latest first; `search` looks into titles and texts."""
        return self._conversation_store().list(search)

    def conversation(self, conversation: str) -> tuple[Turn, ...]:
        """The turns of a conversation with their events."""
        return self._conversation_store().turns(conversation)

    def rename_conversation(self, conversation: str, title: str) -> None:
        """Give a conversation another title."""
        self._conversation_store().rename(conversation, title)

    def delete_conversation(self, conversation: str) -> None:
        """Delete a conversation, its evidence and the engine's memory of it."""
        self.chat().memory.delete(conversation)

    def starters(self) -> list[str]:
        """Questions to start with that the loaded data can answer."""
        roles = {source.role for source in self.uploads()}
        if "orders" not in roles:
            return ["What is an ideal customer profile?", "How do I warm up cold visitors?"] if not roles else []
        asked = ["Who are my best customers?", "Draft my ideal customer profile", "How many days between orders?"]
        if "customers" in roles:
            asked.insert(2, "Campaign brief for warm subscribers who never bought")
        else:
            asked.insert(2, "Campaign brief for one-time buyers")
        if "feedback" in roles:
            asked.append("What do customers complain about?")
        return [*asked, "How many cold, warm and hot people do I have?"][:5]

    # -- drafts

    def draft(
        self, kind: DraftKind, segment: str | None = None, stage: str | None = None, goal: str | None = None
    ) -> Draft:
        """Compose and store a draft outside a conversation; every claim carries its evidence."""
        from copilot.composition import tool_context  # late: as above
        from copilot.evidence.ledger import Ledger  # late: as above
        from copilot.tools.make_draft import DraftArguments, compose  # late: as above

        arguments = DraftArguments(kind=kind, segment=segment, stage=stage, goal=goal)
        return compose(tool_context(self._house(), Ledger()), arguments)

    def drafts(self) -> tuple[DraftEntry, ...]:
        """The newest version of each draft."""
        return self.draft_store().entries()

    def get_draft(self, draft_id: str, version: int | None = None) -> Draft:
        """A draft by id."""
        return self.draft_store().get(draft_id, version)

    def export(self, draft_id: str, form: ExportFormat = "md", folder: Path | None = None) -> Path:
        """Write a draft as Markdown or JSON into `folder` (the workspace's exports by default); give the path."""
        from copilot.drafts.export.json import to_json  # late: as above
        from copilot.drafts.export.markdown import to_markdown  # late: as above

        writers = {"md": to_markdown, "json": to_json}
        if form not in writers:
            raise CannotAnswer(f"There is no export as {form!r}.", "Use md or json.", code="unknown_format")
        draft = self.get_draft(draft_id)
        target = (folder or self.workspace.folder("exports")) / f"{draft.id}-v{draft.version}.{form}"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(writers[form](draft), encoding="utf-8")
        return target

    # -- pages

    def overview(self) -> Overview:
        """Key figures, trend, stages; NothingLoaded without orders."""
        from copilot.statistics.overview import overview  # late: a second of numeric libraries
        from copilot.statistics.scope import Scope  # late: as above

        return overview(self.workspace.tables(), Scope())

    def segments(self) -> tuple[RfmGroups, JourneyStages]:
        """RFM groups and journey stages; NothingLoaded without orders."""
        from copilot.errors import NothingLoaded  # late: keeps the pair below together
        from copilot.statistics.journey import journey_stages  # late: as above
        from copilot.statistics.rfm import rfm_groups  # late: as above
        from copilot.statistics.scope import Scope  # late: as above

        tables = self.workspace.tables()
        if tables.facts.last_order is None:
            raise NothingLoaded("No orders are loaded yet.", "Add an order export, or open the sample shop.")
        return rfm_groups(tables, Scope()), journey_stages(tables, Scope())

    def articles(self) -> tuple[Article, ...]:
        """The articles of the guide."""
        return tuple(self.guide().library.articles)

    def search_guide(self, text: str) -> SearchOutcome:
        """Search the guide."""
        return self.guide().search(text)

    def shop_line(self) -> str:
        """The shop, its currency and how far the data goes, in one line."""
        facts = self.workspace.tables().facts
        if facts.last_order is None:
            return "No data yet"
        parts = [facts.shop, facts.currency or "", f"to {format_day(facts.last_order)}"]
        return " · ".join(part for part in parts if part)

    def engine_name(self) -> str:
        """What words the answers: the model's name or the built-in engine."""
        return self.settings.model or "Built-in engine"

    def privacy_line(self) -> str:
        """What leaves this machine, in one sentence."""
        if not self.settings.model or self.settings.send_nothing:
            return "Nothing leaves this machine."
        return "Aggregates and guide text go to the model; no row about a person does."

    # -- upkeep

    def doctor(self) -> list[Check]:
        """Check the installation, the workspace, the guide index and the connection to the model."""
        from copilot.doctor import examine  # late: as above

        return examine(self._house())

    def egress(self) -> list[EgressEntry]:
        """Everything that was sent to a model from this workspace, byte for byte, oldest first."""
        from copilot.composition import EGRESS_FILE  # late: as above
        from copilot.llm.egress import EgressLog  # late: as above

        log = EgressLog(self.workspace.folder("chat") / EGRESS_FILE)
        try:
            return log.entries()
        finally:
            log.close()

    def chat(self) -> ChatParts:
        """What conversations are made of, put together once."""
        with self._lock:
            if self._parts is None:
                from copilot.composition import chat_parts  # late: LangChain takes seconds to import

                self._parts = chat_parts(self._house())
            return self._parts

    def guide(self) -> GuideSearch:
        """The guide, its index opened (and built if needed) once."""
        with self._lock:
            if self._guide is None:
                from copilot.guide.search import open_guide  # late: Chroma takes a second to import

                self._guide = open_guide(self.workspace.folder("index"))
            return self._guide

    def draft_store(self) -> DraftStore:
        """The workspace's drafts."""
        with self._lock:
            if self._drafts is None:
                from copilot.drafts.store import DraftStore  # late: pulls in the statistics

                self._drafts = DraftStore(self.workspace.folder("drafts") / "drafts.sqlite")
            return self._drafts

    def _conversation_store(self) -> ConversationStore:
        """The transcripts; opened without the engines, so that a list of conversations is there at once."""
        with self._lock:
            if self._store is None:
                from copilot.chat.store import ConversationStore  # late: as above

                self._store = ConversationStore(self.workspace.folder("chat") / "conversations.sqlite")
            return self._store

    def _house(self) -> House:
        from copilot.composition import House  # late: as above

        return House(self.workspace, self.settings, self.draft_store(), self.guide)

    def close(self) -> None:
        """Close files; nothing is lost by not calling it."""
        with self._lock:
            if self._parts is not None:
                self._parts.close()
                self._parts = None
            if self._store is not None:
                self._store.close()
                self._store = None
            if self._guide is not None:
                self._guide.close()
                self._guide = None
            self.workspace.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
