"""The vector index: real Chroma in a folder of its own, and every way of breaking it that was seen in the field."""

import json
import logging
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from copilot.guide.embedding import HashedEmbedder
from copilot.guide.index import Entries, VectorIndex
from copilot.guide.library import Library, load_library
from copilot.guide.search import GuideSearch

QUESTION = "How do I win back customers who went quiet?"


@pytest.fixture(scope="module")
def embedder(library: Library) -> HashedEmbedder:
    """Short vectors: building many indexes is quicker, and breaks the same."""
    return HashedEmbedder.fitted(Entries.of(library).texts, 64)


@pytest.fixture(scope="module")
def built(library: Library, embedder: HashedEmbedder, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a finished index, to be copied and broken."""
    folder = tmp_path_factory.mktemp("index")
    index = VectorIndex.open(library, folder, embedder)
    assert index.wait()
    index.close()
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "index"))


@pytest.fixture
def opened(library: Library, embedder: HashedEmbedder) -> Iterator[Callable[[Path], VectorIndex]]:
    """Opens an index, waits for it and closes it after the test."""
    indexes: list[VectorIndex] = []

    def open_it(folder: Path) -> VectorIndex:
        indexes.append(VectorIndex.open(library, folder, embedder))
        assert indexes[-1].wait()
        return indexes[-1]

    yield open_it
    for index in indexes:
        index.close()


def build_of(folder: Path) -> Path:
    return folder / json.loads((folder / "current.json").read_text("utf-8"))["build"]


def segment_file(folder: Path, name: str) -> Path:
    return next(build_of(folder).glob(f"*/{name}"))


def cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[: file.stat().st_size // 3])


BREAKS: dict[str, Callable[[Path], object]] = {
    "folder gone": shutil.rmtree,
    "pointer gone": lambda folder: (folder / "current.json").unlink(),
    "pointer is no JSON": lambda folder: (folder / "current.json").write_text("{"),
    "pointer is a list": lambda folder: (folder / "current.json").write_text("[1]"),
    "build gone": lambda folder: shutil.rmtree(build_of(folder)),
    "database empty": lambda folder: (build_of(folder) / "chroma.sqlite3").write_bytes(b""),
    "database cut": lambda folder: cut(build_of(folder) / "chroma.sqlite3"),
    "database is noise": lambda folder: (build_of(folder) / "chroma.sqlite3").write_bytes(b"noise" * 5000),
    "header cut": lambda folder: cut(segment_file(folder, "header.bin")),
    "vectors cut": lambda folder: cut(segment_file(folder, "data_level0.bin")),
    "metadata cut": lambda folder: cut(segment_file(folder, "index_metadata.pickle")),
    "segment gone": lambda folder: shutil.rmtree(segment_file(folder, "header.bin").parent),
}


@pytest.mark.parametrize("name", BREAKS)
def test_whatever_breaks_the_right_sections_are_found(
    name: str, folder: Path, library: Library, built: Path, opened: Callable[[Path], VectorIndex]
) -> None:
    expected = GuideSearch(library, opened(built)).search(QUESTION)
    BREAKS[name](folder)
    index = opened(folder)
    outcome = GuideSearch(library, index).search(QUESTION)
    assert outcome.how == "words and vectors"
    assert outcome.covered
    assert outcome.passages == expected.passages


def test_a_good_index_is_used_as_it_is(folder: Path, opened: Callable[[Path], VectorIndex]) -> None:
    before = build_of(folder)
    found = opened(folder).nearest("silent customers", 5)
    assert found is not None
    assert found[0].startswith("A14.")
    assert len(found) == len(set(found)) == 5
    assert build_of(folder) == before
    assert {entry.name for entry in folder.iterdir()} == {"current.json", before.name}


def test_changed_articles_are_indexed_anew(small: Path, tmp_path: Path) -> None:
    place = tmp_path / "index"
    first = VectorIndex.open(load_library(small), place)
    assert first.wait()
    before = build_of(place)
    first.close()
    file = small / "T02.md"
    file.write_text(file.read_text("utf-8").replace("Lanterns burn", "Beehives hum"), encoding="utf-8")
    second = VectorIndex.open(load_library(small), place)
    assert second.wait()
    assert second.nearest("beehives hum", 1) == ["T02.first"]
    second.close()
    assert build_of(place) != before
    assert not before.exists()


def test_another_dimension_is_another_index(small: Path, tmp_path: Path) -> None:
    library, place = load_library(small), tmp_path / "index"
    texts = Entries.of(library).texts
    for dimension in (64, 256):
        index = VectorIndex.open(library, place, HashedEmbedder.fitted(texts, dimension))
        assert index.wait()
        assert index.nearest("macaw at the till", 1) == ["T01.first"]
        index.close()


def test_words_serve_while_the_index_is_being_built(library: Library, tmp_path: Path) -> None:
    class Slow(HashedEmbedder):
        def embed(self, texts):
            gate.wait(30)
            return super().embed(texts)

    gate = threading.Event()
    index = VectorIndex.open(library, tmp_path, Slow(dimension=32))
    guide = GuideSearch(library, index)
    outcome = guide.search(QUESTION)
    gate.set()
    assert outcome.how == "words"
    assert outcome.covered
    assert outcome.passages[0].article == "A14"
    assert index.wait()
    assert guide.search(QUESTION).how == "words and vectors"
    guide.close()


def test_an_index_that_fails_while_in_use_is_built_again(
    folder: Path, library: Library, opened: Callable[[Path], VectorIndex], caplog: pytest.LogCaptureFixture
) -> None:
    index = opened(folder)
    before = build_of(folder)
    with sqlite3.connect(before / "chroma.sqlite3") as database:
        database.execute("DROP TABLE embedding_metadata")
    database.close()
    with caplog.at_level(logging.WARNING):
        outcome = GuideSearch(library, index).search(QUESTION)
    assert outcome.covered
    assert outcome.passages[0].article == "A14"
    assert index.wait()
    assert build_of(folder) != before
    assert GuideSearch(library, index).search(QUESTION).how == "words and vectors"


def test_a_place_that_cannot_be_written_leaves_words(
    library: Library, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    blocked = tmp_path / "blocked"
    blocked.write_text("a file where the folder should be")
    with caplog.at_level(logging.WARNING):
        index = VectorIndex.open(library, blocked)
        assert not index.wait()
    outcome = GuideSearch(library, index).search(QUESTION)
    assert (outcome.how, outcome.covered) == ("words", True)
    assert "words serve alone" in caplog.text
    index.close()


def test_many_threads_ask_at_once(folder: Path, opened: Callable[[Path], VectorIndex]) -> None:
    index = opened(folder)
    expected = index.nearest("silent customers", 5)
    answers: list[object] = []
    threads = [
        threading.Thread(target=lambda: answers.extend(index.nearest("silent customers", 5) for _ in range(5)))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert answers == [expected] * 30


def test_a_closed_index_answers_nothing_and_closes_twice(folder: Path, opened: Callable[[Path], VectorIndex]) -> None:
    index = opened(folder)
    index.close()
    index.close()
    assert index.nearest("silent customers", 5) is None
    assert index.nearest("", 5) is None
