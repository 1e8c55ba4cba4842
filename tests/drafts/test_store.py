"""Drafts survive: versions, status, several processes' worth of connections, deletion that leaves nothing."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from copilot.drafts.brief import CampaignBrief
from copilot.drafts.persona import Persona
from copilot.drafts.store import DraftStore
from copilot.errors import DraftRefused, UnknownName


@pytest.fixture
def store(tmp_path: Path) -> DraftStore:
    return DraftStore(tmp_path / "drafts" / "drafts.sqlite", now=lambda: datetime(2026, 10, 1, tzinfo=UTC))


def test_saving_gives_id_and_versions(store: DraftStore, persona: Persona) -> None:
    first = store.save(persona)
    second = store.save(first.model_copy(update={"title": "Buyer persona: renamed by hand"}))
    assert (first.id, first.version, second.id, second.version) == ("persona-1", 1, "persona-1", 2)
    assert store.get("persona-1").title == "Buyer persona: renamed by hand"
    assert store.get("persona-1", 1) == first
    assert [entry.version for entry in store.versions("persona-1")] == [2, 1]


def test_another_store_on_the_same_file_reads_it(store: DraftStore, persona: Persona, tmp_path: Path) -> None:
    saved = store.save(persona)
    assert DraftStore(tmp_path / "drafts" / "drafts.sqlite").get(saved.id) == saved


def test_status_belongs_to_the_newest_version(store: DraftStore, persona: Persona) -> None:
    saved = store.save(persona)
    store.set_status(saved.id, "approved")
    assert store.get(saved.id).status == "approved"
    store.save(saved)
    assert [entry.status for entry in store.versions(saved.id)] == ["draft", "approved"]


def test_list_is_newest_first(store: DraftStore, persona: Persona, briefs: dict[str, CampaignBrief]) -> None:
    store.save(persona)
    store.save(briefs["hot"])
    assert [entry.id for entry in store.entries()] == ["brief-1", "persona-1"]


def test_unknown_and_mixed_up_drafts_are_refused(
    store: DraftStore, persona: Persona, briefs: dict[str, CampaignBrief]
) -> None:
    saved = store.save(persona)
    with pytest.raises(UnknownName, match="persona-1"):
        store.get("persona-9")
    with pytest.raises(UnknownName):
        store.save(persona.model_copy(update={"id": "persona-9"}))
    with pytest.raises(DraftRefused):
        store.save(briefs["hot"].model_copy(update={"id": saved.id}))


def test_deleting_leaves_no_text_behind(store: DraftStore, persona: Persona, tmp_path: Path) -> None:
    saved = store.save(persona.model_copy(update={"title": "Buyer persona: zebrafish"}))
    store.delete(saved.id)
    store.entries()
    files = [path.read_bytes() for path in (tmp_path / "drafts").iterdir()]
    assert not any(b"zebrafish" in content for content in files)
    with pytest.raises(UnknownName):
        store.get(saved.id)
