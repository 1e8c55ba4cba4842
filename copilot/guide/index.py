"""The vector index of the guide: a Chroma collection in the given folder, rebuilt from the articles whenever in doubt.

It is never the only copy and never needed: until it is ready, and whenever it fails, word search serves alone.
Each build goes into a folder of its own, which one small file then points to, so that a reader never sees half of
one and several processes can share the place. A build is opened only if its vector files are byte for byte those that
were written (a cut one can end the whole process), and trusted only after it has been asked: the count must be right
and known vectors must find themselves (a cut header file makes Chroma answer with silence, not with an error).
"""

from __future__ import annotations

import hashlib
import json
import logging
import os
import shutil
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from copilot.guide.embedding import Embedder, HashedEmbedder, Vectors
from copilot.guide.library import Library

_POINTER: Final = "current.json"
_PATIENCE: Final = 3.0  # seconds a question to the vector store may take; a locked store would wait for ever
_OPEN_PATIENCE: Final = 20.0
_BUILD_PATIENCE: Final = 120.0
_PROBES: Final = 5
_SAME: Final = 0.001  # cosine distance up to which a vector has found itself
_LOG: Final = logging.getLogger(__name__)

T = TypeVar("T")


class IndexProblem(Exception):
    """The vector index cannot be used as it is. Never shown to the user: word search answers instead."""


class IndexSlow(IndexProblem):
    """No answer in time: the machine is busy or another process holds the files. No reason to build anew."""


@dataclass(frozen=True)
class Entries:
    """What is indexed: several short texts a section, and the section each belongs to."""

    texts: tuple[str, ...]
    sections: tuple[str, ...]

    @classmethod
    def of(cls, library: Library) -> Entries:
        """Heading, each way of asking, and the section's text with its heading."""
        pairs = [
            (text, section.id)
            for section in library.sections
            for text in (section.heading, *section.asked, f"{section.heading}\n{section.text}")
        ]
        return cls(tuple(text for text, _ in pairs), tuple(section for _, section in pairs))


class VectorIndex:
    """Sections nearest to a text. Opening returns at once; the index is checked or built in the background."""

    def __init__(self, folder: Path, library: Library, embedder: Embedder | None = None) -> None:
        self._folder = folder
        self._library = library
        self._entries = Entries((), ())
        self._given = embedder
        self._embedder: Embedder = HashedEmbedder()
        self._lock = threading.Lock()
        self._client: Any = None
        self._collection: Any = None
        self._done = threading.Event()
        self._closed = False

    @classmethod
    def open(cls, library: Library, folder: Path, embedder: Embedder | None = None) -> VectorIndex:
        """The index of `library` in `folder`, the only place that is written to."""
        index = cls(folder, library, embedder)
        index._start()
        return index

    @property
    def _name(self) -> str:
        """Name of the collection: another content, method or dimension is another collection."""
        return f"guide-{self._library.key[:16]}-{self._embedder.name}-{self._embedder.dimension}"

    @property
    def ready(self) -> bool:
        """Whether vectors take part in a search now."""
        return self._collection is not None

    def wait(self, seconds: float = 60.0) -> bool:
        """Wait for the check or build under way; True if the index is ready then."""
        self._done.wait(seconds)
        return self.ready

    def nearest(self, text: str, limit: int) -> Sequence[str] | None:
        """Ids of the nearest sections, each once; None if the index cannot answer now (it is then rebuilt)."""
        collection = self._collection
        if collection is None or limit < 1:
            return None
        vector = self._embedder.embed([text])
        if not vector.any():
            return []
        try:
            found = _within(_PATIENCE, lambda: _ask(collection, vector, limit * 4))
        except IndexSlow as problem:
            _LOG.warning("guide index is slow, words answer this question alone: %s", problem)
            return None
        except IndexProblem as problem:
            _LOG.warning("guide index failed, words serve alone until it is rebuilt: %s", problem)
            self._retire(collection)
            return None
        return list(dict.fromkeys(section for section, _ in found[0]))[:limit]

    def close(self) -> None:
        """Let go of the files; safe to call twice."""
        self._closed = True
        self._done.wait(_PATIENCE)
        with self._lock:
            client, self._client, self._collection = self._client, None, None
        if client is not None:
            client.close()

    def _retire(self, collection: Any) -> None:
        """Put a failing collection aside and build a new one, once for however many callers noticed."""
        with self._lock:
            if self._collection is not collection or self._closed:
                return
            self._collection = None
            (self._folder / _POINTER).unlink(missing_ok=True)
        self._start()

    def _start(self) -> None:
        self._done.clear()
        threading.Thread(target=self._prepare, name="guide-index", daemon=True).start()

    def _prepare(self) -> None:
        """Background job: use what is there if it proves right, else build anew. Failure leaves words alone."""
        try:
            self._entries = Entries.of(self._library)
            _store()  # the import is slow at times; it must not count as slowness of the files
            self._embedder = self._given or HashedEmbedder.fitted(self._entries.texts)
            self._adopt(self._existing() or self._built())
        except (IndexProblem, OSError, ImportError) as problem:
            _LOG.warning("guide index is not available, words serve alone: %s", problem)
        finally:
            self._done.set()

    def _adopt(self, opened: tuple[Any, Any]) -> None:
        with self._lock:
            if self._closed:
                opened[0].close()
                return
            self._client, self._collection = opened

    def _existing(self) -> tuple[Any, Any] | None:
        """The build pointed to, opened and proved; None if there is none or it fails in any way."""
        build, sound = self._pointed()
        if build is None or not sound:
            return None
        try:
            return _within(_OPEN_PATIENCE, lambda: self._opened(build))
        except IndexProblem as problem:
            _LOG.info("guide index is rebuilt: %s", problem)
            return None

    def _pointed(self) -> tuple[Path | None, bool]:
        """The build that the pointer names, and whether it is this index with its vector files as written."""
        try:
            pointer = json.loads((self._folder / _POINTER).read_text(encoding="utf-8"))
            build = self._folder / Path(str(pointer["build"])).name
            sound = pointer["collection"] == self._name and pointer["files"] == _vector_files(build)
        except (OSError, ValueError, KeyError, TypeError):
            return None, False
        return build, sound and (build / "chroma.sqlite3").is_file()

    def _built(self) -> tuple[Any, Any]:
        """A new build in its own folder, proved and then pointed to."""
        self._folder.mkdir(parents=True, exist_ok=True)
        build = self._folder / f"build-{uuid.uuid4().hex[:12]}"
        _within(_BUILD_PATIENCE, lambda: self._fill(build))
        pointer = {"collection": self._name, "build": build.name, "files": _vector_files(build)}
        opened = _within(_OPEN_PATIENCE, lambda: self._opened(build))
        draft = self._folder / f"{build.name}.json"
        draft.write_text(json.dumps(pointer), encoding="utf-8")
        before, _ = self._pointed()
        draft.replace(self._folder / _POINTER)
        self._remove_left_behind(before, build)
        return opened

    def _remove_left_behind(self, before: Path | None, build: Path) -> None:
        """Remove the build pointed to before and those nobody finished; a young one may be in another's making."""
        for old in self._folder.glob("build-*"):
            with suppress(OSError):
                if old != build and (old == before or time.time() - old.stat().st_mtime > _BUILD_PATIENCE):
                    shutil.rmtree(old, ignore_errors=True)

    def _fill(self, build: Path) -> None:
        client = _client(build)
        collection = client.create_collection(
            self._name,
            embedding_function=None,  # vectors are ours; the default would download a model
            configuration={"hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 200}},
        )
        collection.add(
            ids=[str(number) for number in range(len(self._entries.texts))],
            embeddings=self._embedder.embed(self._entries.texts),
            metadatas=[{"section": section} for section in self._entries.sections],
        )
        client.close()

    def _opened(self, build: Path) -> tuple[Any, Any]:
        client = _client(build)
        collection = client.get_collection(self._name, embedding_function=None)
        try:
            self._prove(collection)
        except IndexProblem:
            client.close()
            raise
        return client, collection

    def _prove(self, collection: Any) -> None:
        """Count, and a few vectors over the whole range that must find themselves."""
        whole = len(self._entries.texts)
        if (count := collection.count()) != whole:
            raise IndexProblem(f"holds {count} of {whole} entries")
        probes = sorted({round(step * (whole - 1) / (_PROBES - 1)) for step in range(_PROBES)})
        vectors = self._embedder.embed([self._entries.texts[number] for number in probes])
        for found in _ask(collection, vectors, 1):
            if not found or found[0][1] > _SAME:
                raise IndexProblem("a known text does not find itself")


def _vector_files(build: Path) -> dict[str, str]:
    """Content hash of every file that the vector library maps into memory; the database checks its own."""
    files = sorted(file for file in build.glob("*/*") if file.is_file())
    return {file.relative_to(build).as_posix(): hashlib.sha256(file.read_bytes()).hexdigest() for file in files}


def _store() -> Any:
    import chromadb.config  # late: search works without it, and the import takes over a second

    return chromadb


def _client(folder: Path) -> Any:
    store = _store()
    return store.PersistentClient(os.fspath(folder), settings=store.config.Settings(anonymized_telemetry=False))


def _ask(collection: Any, vectors: Vectors, limit: int) -> list[list[tuple[str, float]]]:
    """For each vector the nearest entries as (section, cosine distance), nearest first."""
    answer = collection.query(query_embeddings=vectors, n_results=limit, include=["metadatas", "distances"])
    return [
        [(str(entry["section"]), float(distance)) for entry, distance in zip(entries, distances, strict=True)]
        for entries, distances in zip(answer["metadatas"], answer["distances"], strict=True)
    ]


def _within(seconds: float, call: Callable[[], T]) -> T:
    """Run a call into the vector store with a limit of time; whatever goes wrong becomes an IndexProblem.

    The thread of a call that hangs is left behind as a daemon: there is no way to stop it, and it must not keep the
    program from ending.
    """
    results: list[T] = []
    failures: list[BaseException] = []

    def run() -> None:
        try:
            results.append(call())
        except BaseException as error:  # noqa: BLE001  boundary of a background job; the store's panics are no Exceptions
            failures.append(error)

    thread = threading.Thread(target=run, name="guide-index-call", daemon=True)
    thread.start()
    thread.join(seconds)
    if failures:
        raise IndexProblem(f"{type(failures[0]).__name__}: {failures[0]}") from failures[0]
    if not results:
        raise IndexSlow(f"no answer within {seconds:.0f} seconds")
    return results[0]
