"""One shop's home on disk: applies and removes uploads wholly or not at all, and hands out the tables."""

from __future__ import annotations

import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final, TypeVar

import duckdb
import pandas as pd

from copilot.data.assembly import assemble
from copilot.data.containers import Arrival, arrivals, given_files
from copilot.data.correcting import PRIVATE_PARTS, Bench, Corrector, remembered_answers, write_refs
from copilot.data.corrections import Applied, shop_rules
from copilot.data.disk import salt, sync
from copilot.data.forgetting import Forgotten, find, forget, keep_out
from copilot.data.identities import identities_of
from copilot.data.intake import Door, Prepared, content_hash, prepare
from copilot.data.keys import content_key
from copilot.data.limits import ALREADY_IN, DEFAULT, Limits
from copilot.data.manifest import Manifest, New
from copilot.data.progress import Tell, metered
from copilot.data.report import KNOWN_NOT_USED, IntakeReport, refused
from copilot.data.tables import SourceFile, Tables
from copilot.data.warehouse import warehouse_tables
from copilot.errors import CannotAnswer, DataRefused, UnknownName, UsageProblem

T = TypeVar("T")
_NAME: Final = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")
LOOK_AGAIN: Final = 600.0  # seconds after which a warehouse is looked at again
_PRIVATE: Final = ("identities", "raw", "feedback")


class Workspace:
    """Uploads, their identities and the tables made from them. Reading never waits for a writer."""

    def __init__(self, path: Path, manifest: Manifest, salt: str) -> None:
        self.path = path
        self._manifest = manifest
        self._salt = salt
        self._tables: Tables | None = None
        self._looked = 0.0
        self._address: str | None = None

    @classmethod
    def open(cls, home: Path, name: str = "default", *, warehouse: str | None = None) -> Workspace:
        """Open the workspace `name` below `home`, creating it (readable by its owner only) if it is new.

        `warehouse` is an address to read tables from as long as the workspace is open, instead of a stored one.
        """
        if not _NAME.match(name):
            raise UsageProblem(
                f"{name!r} cannot be the name of a workspace.", "Use letters, digits, dots, dashes and underscores."
            )
        path = home / name
        for folder in (path, *(path / part for part in ("uploads", "private", "derived", "staging"))):
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for part in _PRIVATE:
            (path / "private" / part).mkdir(mode=0o700, exist_ok=True)
        workspace = cls(path.resolve(), Manifest(path), salt(path / "private" / "salt"))
        workspace._address = warehouse
        return workspace

    @property
    def private(self) -> Path:
        """Folder of what never leaves: raw uploads, identities, the salt of the pseudonyms."""
        return self.path / "private"

    def folder(self, name: str) -> Path:
        """A folder of this workspace for another room (guide index, conversations, drafts ...)."""
        if not _NAME.match(name):
            raise UsageProblem(f"{name!r} cannot be the name of a folder.")
        folder = self.path / name
        folder.mkdir(mode=0o700, exist_ok=True)
        return folder

    def add(
        self,
        paths: Iterable[Path | str],
        *,
        progress: Tell | None = None,
        answers: Mapping[str, str] | None = None,
        limits: Limits = DEFAULT,
    ) -> list[IntakeReport]:
        """Take in files (or all files of folders), one report each.

        A file whose content is there already adds nothing. A report with questions stored nothing: call again with
        `answers` (question code -> option). Among several files one that is refused gets a report saying why; if
        nothing at all could be used, DataRefused is raised.
        """
        self._no_warehouse()
        files = list(given_files(paths, limits))
        if not files:
            raise DataRefused("There is no file to add.", "Give at least one file.", code="no_file")
        door = Door(self.path, self._salt, dict(answers or {}), limits, tuple(self.corrections()))
        reports: list[IntakeReport] = []
        refusals: list[DataRefused] = []
        for file, name in files:
            with tempfile.TemporaryDirectory(dir=self.path / "staging", prefix="open-") as folder:
                for arrival in arrivals(file, name, Path(folder), limits):
                    try:
                        with metered(arrival.name, progress) as meter:
                            reports.append(self._add_one(arrival, door))
                            meter.enter("done", reports[-1].rows)
                    except DataRefused as refusal:
                        refusals.append(refusal)
                        reports.append(refused(arrival.name, (refusal.code, refusal.what, refusal.advice)))
        used = [report for report in reports if report.upload_id or report.questions]
        if not used:
            if refusals:
                raise refusals[0]
            for problem in reports[0].problems:
                if problem.code == KNOWN_NOT_USED:
                    raise DataRefused(f"{reports[0].file}: {problem.what}.", problem.action, code="not_recognised")
            raise DataRefused(
                f"{reports[0].file}: no orders, customers, products, feedback, sessions or spend were recognised.",
                "Add the shop's order export (CSV); nothing was stored.",
                code="not_recognised",
            )
        return reports

    def _no_warehouse(self) -> None:
        if self.warehouse() is not None:
            raise UsageProblem(
                "This workspace reads a warehouse, which is not mixed with uploads.",
                "Take another one (--workspace NAME), or let go of the warehouse: cmo-copilot connect --off",
            )

    def _add_one(self, arrival: Arrival, door: Door) -> IntakeReport:
        if arrival.refusal is not None:
            raise arrival.refusal
        known = self._manifest.find(content_hash(arrival.path, arrival.sheet))
        if known is not None:
            return known.model_copy(update={"already_there": True})
        with tempfile.TemporaryDirectory(dir=self.path / "staging", prefix="add-") as folder:
            prepared = prepare(arrival.path, arrival.name, Path(folder), door, arrival.sheet)
            if prepared.report.upload_id is None:
                return prepared.report
            gone = self._manifest.forgotten()
            raw = None if keep_out(self.path, Path(folder), gone) else Path(folder) / "upload"
            if raw is not None:
                shutil.copyfile(arrival.path, raw)
            prepared = replace(prepared, customers=tuple(one for one in prepared.customers if one[0] not in gone))
            with self._manifest.writing():
                return self._apply(prepared, raw, door)

    def _apply(self, prepared: Prepared, raw: Path | None, door: Door) -> IntakeReport:
        """Move the files of a prepared upload to their places, then commit; until then nobody sees them."""
        known = self._manifest.find(prepared.content_hash)
        if known is not None:
            return known.model_copy(update={"already_there": True})
        self._sweep()
        upload_id = str(prepared.report.upload_id)
        write_refs(self._manifest.refs(prepared.customers), prepared.folder / "tables")
        (prepared.folder / "tables").rename(self.path / "uploads" / upload_id)
        for part in PRIVATE_PARTS:
            file = prepared.folder / f"{part}.parquet"
            if file.exists():
                file.rename(self.private / part / f"{upload_id}.parquet")
        if raw is not None:
            raw.rename(self._raw(upload_id))
        for folder in (self.path / "uploads" / upload_id, self.path / "uploads", self.private / "raw"):
            sync(folder)
        new = New(prepared.report, prepared.tables, prepared.notes, prepared.read)
        self._manifest.insert(prepared.content_hash, new, remembered_answers(prepared, door))
        return prepared.report

    def _sweep(self) -> None:
        """Remove files no upload of the manifest owns: what a crash left behind. Only under the write lock."""
        entries = self._manifest.entries()
        known = {name for entry in entries for name in (entry.source.upload_id, entry.place)}
        places = {entry.place for entry in entries}
        for folder in (self.path / "uploads").iterdir():
            if folder.name not in places:
                shutil.rmtree(folder)
        for file in (path for part in _PRIVATE for path in (self.private / part).iterdir()):
            if file.stem not in (known if file.parent.name == "raw" else places):
                file.unlink()

    def corrector(self) -> Corrector:
        """The user's corrections in force, and how to try, apply and undo one."""
        self._no_warehouse()
        door = Door(self.path, self._salt, {}, ALREADY_IN)
        return Corrector(Bench(self.path, self._manifest, door, self.tables, self._sweep))

    def corrections(self) -> list[Applied]:
        """The corrections in force, in the order they were said."""
        return self._manifest.corrections()

    def correct(
        self, measure: Callable[[Tables], T], *, said: Applied | None = None, undo: str | None = None
    ) -> tuple[T, T]:
        """Apply a correction, or take one back by its id; gives what `measure` finds before and after.

        All of it is applied, or nothing; see `Corrector.trying` for what is refused.
        """
        with self.corrector().trying(said, undo=undo) as trial:
            found = measure(trial.before), measure(trial.after)
            trial.apply()
        return found

    def _raw(self, upload_id: str) -> Path:
        return self.private / "raw" / f"{upload_id}.upload"

    def uploads(self) -> list[SourceFile]:
        """All uploads, oldest first; of a warehouse, its tables."""
        if self.warehouse() is not None:
            return list(self.tables().facts.sources)
        return [entry.source for entry in self._manifest.entries()]

    def report(self, upload_id: str) -> IntakeReport:
        """The intake report of an upload."""
        for entry in self._manifest.entries():
            if entry.source.upload_id == upload_id:
                return entry.report
        raise UnknownName("upload", upload_id, [source.upload_id for source in self.uploads()][:3])

    def remove(self, upload_id: str) -> None:
        """Remove an upload with everything made from it: tables, identities, raw file, derived tables."""
        self.report(upload_id)
        with self._manifest.writing():
            self._manifest.delete(upload_id)
            self._tables = None
            shutil.rmtree(self.path / "derived")
            (self.path / "derived").mkdir(mode=0o700)
            self._sweep()

    def forget(self, who: str) -> Forgotten:
        """Take a person (e-mail address, phone number, customer id or screen number) out of all uploads for good.

        See `copilot.data.forgetting`; UnknownName where no upload names them, WorkspaceBusy while another writes.
        """
        self._no_warehouse()
        with self._manifest.writing():
            person = find(self.path, self._manifest, self._salt, who)
            found = forget(self.path, self._manifest, person)
            self._tables = None
            shutil.rmtree(self.path / "derived")
            (self.path / "derived").mkdir(mode=0o700)
            self._sweep()
        return found

    def delete(self) -> None:
        """Remove the workspace with everything in it: uploads, identities, drafts, conversations, logs."""
        self.close()
        with self._manifest.writing():
            shutil.rmtree(self.path)

    def key(self) -> str:
        """Content key of the current set of uploads, in their order; of a warehouse, that of its tables."""
        if self.warehouse() is not None:
            return self.tables().key
        return content_key(*self._manifest.state())

    def tables(self) -> Tables:
        """The canonical tables of the current set of uploads; the same object while the set does not change.

        Of a connected warehouse: its tables, looked at anew every ten minutes.
        """
        if (address := self.warehouse()) is not None:
            return self._from_warehouse(address)
        tries = 3
        while True:
            entries, said = self._manifest.state()
            key = content_key(entries, said)
            if self._tables is not None and self._tables.key == key:
                return self._tables
            tries -= 1
            try:
                self._tables = assemble(self.path, entries, key, shop_rules(said))
            except duckdb.IOException:  # a writer took the files of this set away meanwhile
                if tries == 0 or self.key() == key:
                    raise

    def _from_warehouse(self, address: str) -> Tables:
        if self._tables is None or time.monotonic() - self._looked > LOOK_AGAIN:
            self._unmixed()
            found = warehouse_tables(address, shop="your shop" if self.path.name == "default" else self.path.name)
            if self._tables is not None and self._tables.key == found.key:
                found.release()
            else:
                self._let_go()
                self._tables = found
            self._looked = time.monotonic()
        return self._tables

    def warehouse(self) -> str | None:
        """The address of the connected warehouse; it holds the password and must not be shown (see `masked`)."""
        if self._address is not None:
            return self._address
        file = self.private / "warehouse"
        return file.read_text(encoding="utf-8") if file.exists() else None

    def connect(self, address: str) -> Tables:
        """Read canonical tables from a warehouse from now on (see `warehouse_tables`), after opening them once.

        The address is stored readable by its owner only. UsageProblem where uploads are loaded: they are not mixed.
        """
        self._unmixed()
        tables = warehouse_tables(address, shop="your shop" if self.path.name == "default" else self.path.name)
        file = self.private / "warehouse"
        file.unlink(missing_ok=True)
        file.touch(mode=0o600)
        file.write_text(address, encoding="utf-8")
        self._let_go()
        self._tables, self._looked = tables, time.monotonic()
        return tables

    def _unmixed(self) -> None:
        if self._manifest.entries():
            raise UsageProblem(
                "This workspace holds uploads, which are not mixed with a warehouse.",
                "Take another one (--workspace NAME), or delete the uploads first.",
            )

    def disconnect(self) -> None:
        """Forget the address of the warehouse; nothing is changed over there."""
        (self.private / "warehouse").unlink(missing_ok=True)
        self._let_go()

    def identities(self, customer_keys: Iterable[str]) -> pd.DataFrame:
        """Who these customers are, for a file the user asks for: one row a customer, newest upload first."""
        if self.warehouse() is not None:
            raise CannotAnswer(
                "A warehouse holds customer keys, not names or addresses, so no audience file can be made from it.",
                "Export the segment's customer keys over there, or add the shop's export files to another workspace.",
            )
        places = [entry.place for entry in reversed(self._manifest.entries())]
        return identities_of(self.path, places, customer_keys)

    def close(self) -> None:
        """Let go of the tables; the workspace itself needs no closing."""
        self._let_go()

    def _let_go(self) -> None:
        if self._tables is not None:
            self._tables.release()
        self._tables = None
