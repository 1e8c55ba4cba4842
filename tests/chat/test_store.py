"""The store keeps everything: restarts, a killed process, search, deletion that leaves nothing behind."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from copilot.chat.events import Done, ProblemShown, TextBlock
from copilot.chat.store import ConversationStore
from copilot.errors import CannotAnswer, CopilotError, WorkspaceBusy
from copilot.evidence.model import Assumption, Statement
from tests.chat.parts import BUILT_IN, Bench, built_in, figure, texts

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[ConversationStore]:
    store = ConversationStore(tmp_path / "conversations.sqlite")
    yield store
    store.close()


def test_everything_is_there_after_a_restart(store: ConversationStore, tmp_path: Path) -> None:
    conversation = store.create()
    turn = store.begin_turn(conversation, "who are\nmy best customers?")
    events = [TextBlock(text="434 [F1] — ünïcode"), Done(conversation=conversation, engine="built-in", seconds=0.1)]
    evidence = [
        figure("n", 434).model_copy(update={"id": "F1"}),
        Statement(id="U1", text="we sell candles"),
        Assumption(id="X1", text="a", how_to_test="b"),
    ]
    store.append(turn, events[0], evidence=evidence)
    store.finish_turn(turn, "complete", "c1", events[1])
    store.close()
    again = ConversationStore(tmp_path / "conversations.sqlite")
    (kept,) = again.turns(conversation)
    assert (kept.text, kept.status, list(kept.events)) == ("who are\nmy best customers?", "complete", events)
    assert [item.id for item in again.evidence(conversation)] == ["F1", "U1", "X1"]
    assert again.checkpoint(conversation) == "c1"
    assert [one.title for one in again.list()] == ["who are my best customers?"]
    again.close()


def test_titles_search_rename_and_order(store: ConversationStore) -> None:
    first, second = store.create(), store.create("Named")
    turn = store.begin_turn(first, "x" * 200)
    store.append(turn, TextBlock(text="Customers from Norway"))
    store.finish_turn(turn, "complete")
    assert store.title(first) == "x" * 59 + "…"
    assert [one.id for one in store.list()] == [first, second]
    assert [one.id for one in store.list("norway")] == [first]
    assert [one.id for one in store.list("named")] == [second]
    assert store.list("%") == []
    store.rename(second, "  100 %\nsure ")
    assert [one.title for one in store.list("100 %")] == ["100 % sure"]


def test_unknown_conversations(store: ConversationStore) -> None:
    for use in (
        store.title,
        store.turns,
        store.delete,
        lambda c: store.rename(c, "x"),
        lambda c: store.begin_turn(c, "x"),
    ):
        with pytest.raises(CannotAnswer, match="no such conversation"):
            use("nope")


def test_one_question_at_a_time(store: ConversationStore, tmp_path: Path) -> None:
    conversation = store.create()
    store.begin_turn(conversation, "one")
    with pytest.raises(WorkspaceBusy):
        store.begin_turn(conversation, "two")
    assert [turn.text for turn in store.turns(conversation)] == ["one"]


def test_deleting_leaves_nothing_on_disk(tmp_path: Path) -> None:
    home = Bench(tmp_path)
    session = home.session(engine=built_in("The word is xylophone."))
    list(session.turn("do you know the marimba?"))
    assert any(b"marimba" in file.read_bytes() for file in tmp_path.iterdir() if file.is_file())
    home.memory.delete(session.conversation)
    home.close()
    for file in tmp_path.iterdir():
        if file.is_file():
            assert b"marimba" not in file.read_bytes(), file
            assert b"xylophone" not in file.read_bytes(), file
    assert ConversationStore(tmp_path / "conversations.sqlite").list() == []


def test_a_store_of_a_newer_version_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "conversations.sqlite"
    ConversationStore(path).close()
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version=99")
    connection.close()
    before = path.read_bytes()
    with pytest.raises(CopilotError, match="newer version"):
        ConversationStore(path)
    assert path.read_bytes() == before


def test_a_failing_write_changes_nothing(store: ConversationStore) -> None:
    conversation = store.create()
    turn = store.begin_turn(conversation, "one")
    store.finish_turn(turn, "complete")
    with pytest.raises(sqlite3.IntegrityError):
        store.append(9_999, TextBlock(text="x"))
    assert len(store.turns(conversation)) == 1
    store.begin_turn(conversation, "two")


KILLED = """
import sys, time
from pathlib import Path
from tests.chat.parts import Bench, built_in
from copilot.llm.testing import call_tool

def last(call):
    print("last call", flush=True)
    time.sleep(60)

home = Bench(Path(sys.argv[1]))
session = home.session(engine=built_in(call_tool("best_customers"), "First answer.", call_tool("best_customers"), last))
print(session.conversation, flush=True)
list(session.turn("first question"))
for event in session.turn("second question"):
    print(event.type, flush=True)
"""


def test_a_killed_process_loses_at_most_the_sentence_being_written(tmp_path: Path) -> None:
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED, str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    conversation = process.stdout.readline().strip()
    seen = []
    for line in process.stdout:
        if line.strip() == "last call":
            break
        seen.append(line.strip())
    os.kill(process.pid, signal.SIGKILL)
    process.wait(10)
    process.stdout.close()

    home = Bench(tmp_path)
    first, second = home.memory.store.turns(conversation)
    assert (first.status, texts(first.events)) == ("complete", ["First answer."])
    assert second.text == "second question"
    assert second.status == "interrupted"
    assert [event.type for event in second.events[:-1]] == seen
    assert "tool_finished" in seen
    assert isinstance(second.events[-1], ProblemShown)
    assert {item.id for item in home.memory.store.evidence(conversation)} >= {"F1", "F2", "T1", "U1", "U2"}

    engine = built_in()
    assert texts(home.session(conversation, engine=engine).turn("once more")) == [BUILT_IN]
    remembered = [message.text for message in engine.model.calls[0].messages]  # type: ignore[attr-defined]
    assert remembered[0] == "first question"
    assert remembered[-2:] == ["First answer.", "once more"]
    home.close()
