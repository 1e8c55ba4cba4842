"""Tries a correction on the stored raw files aside, shows the shop before and after, applies or undoes it as one step.

Nothing of a trial is visible until `apply`: the files that read differently now are read anew into a staging folder
and assembled there; `apply` renames them into place under the write lock and changes the manifest in one transaction.
Until that commit readers see the old state, and after a crash the next writer sweeps up what was renamed.
"""

from __future__ import annotations

import secrets
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

import pyarrow as pa
import pyarrow.parquet as pq

from copilot.data.assembly import assemble, keep_derived
from copilot.data.corrections import Answered, Applied, answers_for, header_key, reading_key, shop_rules
from copilot.data.disk import sync
from copilot.data.intake import Door, Prepared, prepare
from copilot.data.keys import content_key
from copilot.data.manifest import Entry, Manifest, New
from copilot.data.reading import read_raw
from copilot.data.report import IntakeReport
from copilot.data.tables import SourceFile, Tables
from copilot.errors import CannotAnswer, UnknownName, WorkspaceBusy

REFS: Final = pa.schema([("customer_key", pa.string()), ("customer_ref", pa.string())])
PRIVATE_PARTS: Final = ("identities", "feedback")


@dataclass(frozen=True)
class Bench:
    """What trying needs of a workspace: its folder, manifest, door, present tables, and how leftovers are swept."""

    path: Path
    manifest: Manifest
    door: Door
    tables: Callable[[], Tables]
    sweep: Callable[[], None]

    def raw(self, upload_id: str) -> Path:
        """The stored raw file of an upload; CannotAnswer where it was removed, because it named a forgotten person."""
        file = self.path / "private" / "raw" / f"{upload_id}.upload"
        if not file.exists():
            raise CannotAnswer(
                "A loaded file was deleted in its original form when a person was taken out of the data, so it cannot "
                "be read anew.",
                "Delete the upload and add the file again: whoever was deleted stays out of it.",
                code="raw_deleted",
            )
        return file


@dataclass(frozen=True)
class LoadedFile:
    """A loaded file as a correction can name it: its columns, which of them were read as what, and its header."""

    file: str
    role: str
    header: str
    columns: tuple[str, ...]
    fields: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Trial:
    """The shop before and after a correction; `reports` are those of the files read anew. Valid while it is open."""

    before: Tables
    after: Tables
    reports: tuple[IntakeReport, ...]
    apply: Callable[[], None]


class Corrector:
    """The corrections of one workspace."""

    def __init__(self, bench: Bench) -> None:
        self._bench = bench

    def in_force(self) -> list[Applied]:
        """The corrections in force, in the order they were said."""
        return self._bench.manifest.corrections()

    def files(self) -> list[LoadedFile]:
        """The loaded files, oldest first; of several of one header the newest."""
        found = [
            LoadedFile(e.source.file, e.source.role, *self._header(e), dict(e.report.columns))
            for e in self._bench.manifest.entries()
        ]
        return list({file.header: file for file in found}.values())

    def _header(self, entry: Entry) -> tuple[str, tuple[str, ...]]:
        """Header and columns; of an upload from before they were kept, by reading its raw file again."""
        if entry.read.header:
            return entry.read.header, entry.read.columns
        upload_id = entry.source.upload_id
        with tempfile.TemporaryDirectory(dir=self._bench.path / "staging", prefix="look-") as folder:
            raw = read_raw(self._bench.raw(upload_id), Path(folder), entry.source.file, sheet=entry.report.sheet)
        return header_key(raw.columns, named=raw.header, upload_id=upload_id), raw.columns

    @contextmanager
    def trying(self, said: Applied | None = None, *, undo: str | None = None) -> Iterator[Trial]:
        """The shop with one correction more (`said`) or one less (`undo`, an id).

        Raises CannotAnswer where it is in force already, where a file could then not be read, or asks something else
        first; UnknownName for an id there is not; what a format refuses is passed on.
        """
        bench = self._bench
        entries, in_force = bench.manifest.state()
        future = _future(in_force, said, undo)
        with tempfile.TemporaryDirectory(dir=bench.path / "staging", prefix="try-") as name:
            stage = _Stage(bench, Path(name), tuple(future))
            changed = {e.sequence: stage.read(e) for e in entries if self._differs(e, future)}
            stage.write_refs()
            after = [changed[e.sequence][1] if e.sequence in changed else e for e in entries]
            key, rules = content_key(after, future), shop_rules(future)
            tables = assemble(bench.path, after, key, rules, stage.folder / "derived")
            start = [(e.source.upload_id, e.place) for e in entries], [one.id for one in in_force]

            def apply() -> None:
                with bench.manifest.writing():
                    now, corrections = bench.manifest.state()
                    if start != ([(e.source.upload_id, e.place) for e in now], [one.id for one in corrections]):
                        raise WorkspaceBusy(
                            "The shop's files or corrections changed while this was worked out.",
                            "Nothing was changed by it; say it again.",
                        )
                    bench.sweep()
                    stage.move()
                    news = [new for new, _ in changed.values()]
                    bench.manifest.swap(news, said=said, undone=undo)
                keep_derived(stage.folder / "derived" / key, bench.path / "derived")

            yield Trial(bench.tables(), tables, tuple(new.report for new, _ in changed.values()), apply)

    def _differs(self, entry: Entry, future: list[Applied]) -> bool:
        """True if the upload would be read with other answers than it was."""
        return reading_key(answers_for(self._header(entry)[0], future)) != entry.read.reading


def _future(in_force: list[Applied], said: Applied | None, undo: str | None) -> list[Applied]:
    if undo is not None:
        if undo not in [one.id for one in in_force]:
            raise UnknownName("correction", undo, [one.id for one in in_force][-3:])
        return [one for one in in_force if one.id != undo]
    if said is None:
        return in_force
    future = [*in_force, said]
    same = [one for one in in_force if (one.correction, one.headers) == (said.correction, said.headers)]
    news = set(shop_rules(future)) != set(shop_rules(in_force)) or any(
        answers_for(header, future) != answers_for(header, in_force) for header in said.headers
    )
    if same and not news:
        raise CannotAnswer(
            f"That is in force already ({same[-1].id}): {same[-1].words()}.",
            f"To take it back, say: undo {same[-1].id}",
            code="in_force_already",
        )
    return future


class _Stage:
    """The staging folder, laid out like a workspace: uploads that were read anew and are not applied yet."""

    def __init__(self, bench: Bench, folder: Path, future: tuple[Applied, ...]) -> None:
        self._bench = bench
        self._future = future
        self.folder = folder
        self._customers: dict[str, tuple[tuple[str, str | None], ...]] = {}
        self._refs: dict[str, str] = {}
        for part in ("uploads", "derived", *(f"private/{one}" for one in PRIVATE_PARTS)):
            (folder / part).mkdir(parents=True)

    def read(self, entry: Entry) -> tuple[New, Entry]:
        """Read one upload anew with what is known of it now."""
        source = entry.source
        folder = self.folder / f"read-{source.upload_id}"
        folder.mkdir()
        door = replace(self._bench.door, answers={}, said=self._future)
        prepared = prepare(self._bench.raw(source.upload_id), source.file, folder, door, entry.report.sheet)
        _check_stored(prepared, source.file)
        place = f"{source.upload_id}~{secrets.token_hex(4)}"
        (folder / "tables").rename(self.folder / "uploads" / place)
        for part in PRIVATE_PARTS:
            file = folder / f"{part}.parquet"
            if file.exists():
                file.rename(self.folder / "private" / part / f"{place}.parquet")
        self._customers[place] = prepared.customers
        report, how = prepared.report, replace(prepared.read, place=place)
        now = SourceFile(
            source.upload_id, report.file, report.role, report.format, report.rows, report.kept, source.uploaded_at
        )
        new = New(report, prepared.tables, prepared.notes, how)
        return new, Entry(now, entry.sequence, prepared.tables, prepared.notes, report, how, self.folder)

    def write_refs(self) -> None:
        """Write the customers' screen numbers beside the tables: known ones, and those that new ones would get."""
        everybody = [one for customers in self._customers.values() for one in customers]
        self._refs = self._bench.manifest.refs(everybody, keep=False)
        for place, customers in self._customers.items():
            keys = list(dict.fromkeys(key for key, _ in customers))
            write_refs({key: self._refs[key] for key in keys}, self.folder / "uploads" / place)

    def move(self) -> None:
        """Rename everything into the workspace, where no manifest names it yet; keep the screen numbers given."""
        everybody = [one for customers in self._customers.values() for one in customers]
        if self._bench.manifest.refs(everybody, keep=False) != self._refs:
            raise WorkspaceBusy("The shop's customers changed while this was worked out.", "Say it again.")
        self._bench.manifest.refs(everybody)
        for part in ("uploads", *(f"private/{one}" for one in PRIVATE_PARTS)):
            for made in (self.folder / part).iterdir():
                made.rename(self._bench.path / part / made.name)
            sync(self._bench.path / part)


def write_refs(refs: dict[str, str], folder: Path) -> None:
    """The screen numbers of an upload's customers, beside its tables."""
    table = pa.table({"customer_key": list(refs), "customer_ref": list(refs.values())}, schema=REFS)
    pq.write_table(table, folder / "customer_refs.parquet", compression="zstd")


def _check_stored(prepared: Prepared, file: str) -> None:
    report = prepared.report
    if report.questions:
        asked = report.questions[0]
        raise CannotAnswer(
            f"With that, `{file}` leaves a question open: {asked.text}",
            f"Say which: {' or '.join(asked.options)}. Nothing was changed.",
            code="question_open",
        )
    if report.upload_id is None:
        raise CannotAnswer(
            f"With that, nothing in `{file}` could be used any more.", "Nothing was changed.", code="not_usable"
        )


def remembered_answers(prepared: Prepared, door: Door) -> list[Applied]:
    """The answers given with an upload, to be remembered for files of the same columns."""
    header, file = prepared.read.header, prepared.report.file
    known = answers_for(header, door.said)
    return [
        Applied(
            correction=Answered(code=code, option=option), headers=(header,), files=(file,), made_at=datetime.now(UTC)
        )
        for code, option in door.answers.items()
        if known.get(code) != option
    ]
