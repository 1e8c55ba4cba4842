"""Forgets a person everywhere in a workspace: uploads first, then all that was said, drafted, sent or exported."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from copilot.chat.session import ChatMemory
from copilot.composition import EGRESS_FILE
from copilot.data.forgetting import Forgotten
from copilot.llm.egress import EgressLog

if TYPE_CHECKING:
    from copilot.app import Copilot


@dataclass(frozen=True)
class Erased:
    """What was done, counted: orders that have no customer now, files changed, and what mentioned the person."""

    orders: int
    files: tuple[str, ...]
    conversations: int
    drafts: int
    requests: int
    exports: int

    def text(self) -> str:
        """For the screen."""
        files = ", ".join(self.files) or "no file"
        parts = [
            f"Deleted from {files}. {self.orders} orders stay in the totals, without a customer.",
            f"Removed because they mentioned that customer: {self.conversations} conversations, {self.drafts} drafts, "
            f"{self.exports} exported files, the text of {self.requests} requests to a model.",
            "The original files were removed, since they name the customer; if you add one again, the customer stays "
            "out. What a model's provider or another program received cannot be called back from here.",
        ]
        return " ".join(parts)


def forget_person(copilot: Copilot, who: str) -> Erased:
    """Forget the person of an e-mail address, phone number, customer id or screen number.

    Conversations and drafts that mention them are deleted whole: a model's memory of a conversation cannot be cut.
    Raises UnknownName where nobody is known by it, UsageProblem for a bare name.
    """
    found = copilot.workspace.forget(who)
    return Erased(
        orders=found.orders,
        files=found.files,
        conversations=_conversations(copilot, found),
        drafts=_drafts(copilot, found),
        requests=_requests(copilot, found),
        exports=_exports(copilot, found),
    )


def _conversations(copilot: Copilot, found: Forgotten) -> int:
    memory: ChatMemory = copilot.chat().memory
    mentioned = [one for one, texts in memory.store.everything() if any(found.mentioned(text) for text in texts)]
    for conversation in mentioned:
        memory.delete(conversation)
    return len(mentioned)


def _drafts(copilot: Copilot, found: Forgotten) -> int:
    store = copilot.draft_store()
    ids = [entry.id for entry in store.entries()]
    mentioned = [
        one
        for one in ids
        if any(found.mentioned(store.get(one, version.version).model_dump_json()) for version in store.versions(one))
    ]
    for draft in mentioned:
        store.delete(draft)
    return len(mentioned)


def _requests(copilot: Copilot, found: Forgotten) -> int:
    log = EgressLog(copilot.workspace.folder("chat") / EGRESS_FILE)
    try:
        return log.blank(found.mentioned)
    finally:
        log.close()


def _exports(copilot: Copilot, found: Forgotten) -> int:
    folder = copilot.workspace.folder("exports")
    files = [file for file in folder.rglob("*") if file.is_file()]
    mentioned = [file for file in files if found.mentioned(file.read_text(encoding="utf-8", errors="replace"))]
    for file in mentioned:
        file.unlink()
    return len(mentioned)
