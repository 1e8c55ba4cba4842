"""Fuzzes intake: mutated files of every kind go through a workspace; only a refusal in words or a report may come out.

    python -m cmo_copilot.evals.fuzz_intake --minutes 10 [--seed 1] [--keep FOLDER]

Every file is opened and read as an upload is; one in `--whole` that reads well goes through the whole intake too.
Anything else than DataRefused or a report (an exception, more than `--seconds` for one file, a file left behind in
staging) is a finding: the bytes are kept and the exit code is 1.
"""

from __future__ import annotations

import argparse
import gzip
import io
import random
import shutil
import signal
import sys
import tempfile
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import FrameType, TracebackType
from typing import Any, Final

import pyarrow as pa
import pyarrow.parquet as pq

from copilot.data.containers import arrivals, shown_name
from copilot.data.limits import MIB, Limits
from copilot.data.reading import read_raw
from copilot.data.workspace import Workspace
from copilot.errors import DataRefused

from .workbooks import Fault, Formula, Sheet, ods, xls, xlsx, zipped

LIMITS: Final = Limits(
    file_bytes=64 * MIB, rows=200_000, columns=300, unpacked_bytes=64 * MIB, seconds=20, memory_bytes=1024 * MIB
)
_NASTY: Final = (
    b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b'"', b'""', b"\r", b"\n\n", b"\t", b";", b",,,,,,", b"=cmd|'/c calc'!A0",
    b"sep=;\n", b"\xf0\x9f\x92\xa9", b"\xed\xa0\x80", b"2024-02-30", b"99999999999999999999", b"1e999", b"-0", b"nan",
    b"NULL", b"\\", b"\\N", b"'", b"\x1a", b"PK\x03\x04", b"PAR1", b"<html>", b"{", b"\x85", b"A" * 5000, b"../../x",
)  # fmt: skip


def tables() -> dict[str, bytes]:
    """Small text tables of several roles, encodings and separators."""
    days = [f"2024-{1 + n % 12:02d}-{1 + n % 28:02d}" for n in range(40)]
    orders = "order id,order date,customer id,email,product,quantity,unit price,currency\n" + "".join(
        f"{1000 + n},{day},c{n % 9},c{n % 9}@example.com,Tea {n % 4},{1 + n % 3},{n % 7 + 0.5:.2f},EUR\n"
        for n, day in enumerate(days)
    )
    local = "Bestellnummer;Bestelldatum;Kundennummer;Artikel;Menge;Gesamtbetrag\n" + "".join(
        f'{n};{day[8:]}.{day[5:7]}.2024;K{n % 9};"Tee, grün";1;"1.{n:03d},50 €"\n' for n, day in enumerate(days)
    )
    reviews = "review id,product,rating,review text,date\n" + "".join(
        f'{n},Tea,{n % 5 + 1},"Nice, ""really""\nnice",{day}\n' for n, day in enumerate(days)
    )
    spend = "day,campaign,cost,clicks,impressions\n" + "".join(
        f"{day},Brand,{n}.10,{n},{n * 90}\n" for n, day in enumerate(days)
    )
    return {
        "orders.csv": orders.encode(), "bestellungen.csv": local.encode("cp1252"), "reviews.csv": reviews.encode(),
        "wide.csv": local.encode("utf-16"), "spend.tsv": spend.replace(",", "\t").encode("utf-8-sig"),
        "old.csv": orders.replace("\n", "\r").encode(),
    }  # fmt: skip


def seeds() -> dict[str, bytes]:
    """One small good file of every kind."""
    texts = tables()
    rows: list[list[Any]] = [["Order ID", "Order Date", "Customer ID", "Quantity", "Unit Price", "Total"]]
    rows += [[f"A{n}", date(2024, 1, 1 + n % 28), f"c{n % 5}", 1, 2.5, Formula("D2*E2", 2.5)] for n in range(20)]
    sheets = (
        Sheet("Orders", [*rows, ["A99", Fault(), None, True, -1, Formula("X")]], merged=("A2:A3",)),
        Sheet("Notes", [["x"]]),
    )
    buffer = io.BytesIO()
    table = pa.table({"order id": [f"{n}" for n in range(50)], "order date": ["2024-01-05"] * 50, "amount": [1.5] * 50})
    pq.write_table(table, buffer)
    return {
        **texts,
        "book.xlsx": xlsx(*sheets), "book.xls": xls(*sheets), "book.ods": ods(*sheets), "t.parquet": buffer.getvalue(),
        "all.zip": zipped({"a/orders.csv": texts["orders.csv"], "b.csv": texts["spend.tsv"], "n.zip": zipped(texts)}),
        "orders.csv.gz": gzip.compress(texts["orders.csv"], mtime=0),
    }  # fmt: skip


def _plain(chance: random.Random, content: bytes) -> bytes:
    """One to eight small changes."""
    made = bytearray(content)
    for _ in range(chance.choice((1, 1, 2, 3, 5, 8))):
        at = chance.randrange(len(made) + 1)
        length = chance.choice((1, 1, 2, 4, 16, 200))
        kind = chance.randrange(8)
        if kind == 0 and made:
            made[min(at, len(made) - 1)] ^= 1 << chance.randrange(8)
        elif kind == 1:
            made[at : at + length] = chance.randbytes(length)
        elif kind == 2:
            del made[at : at + length]
        elif kind == 3:
            made[at:at] = chance.choice(_NASTY)
        elif kind == 4:
            made[at:at] = made[at : at + length * 20] * chance.choice((1, 2, 50))
        elif kind == 5:
            del made[at:]
        elif kind == 6:
            made[at : at + 4] = chance.choice((b"\xff\xff\xff\xff", b"\0\0\0\0", b"\xff\xff\xff\x7f", b"\1\0\0\0"))
        else:
            other = chance.randrange(len(made) + 1)
            made[at : at + length] = made[other : other + length]
    return bytes(made[: 4 * MIB])


def mutated(chance: random.Random, content: bytes) -> bytes:
    """The content changed: as bytes, or inside of what is packed, so that parsers behind the packing see it too."""
    if content.startswith(b"\x1f\x8b") and chance.random() < 0.6:
        return gzip.compress(_plain(chance, gzip.decompress(content)), mtime=0)
    if content.startswith(b"PK\x03\x04") and chance.random() < 0.7:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            files = {name: archive.read(name) for name in archive.namelist()}
        name = chance.choice(list(files))
        files[name] = mutated(chance, files[name])
        return zipped(files)
    return _plain(chance, content)


class TooSlow(BaseException):
    """One file took longer than it may; not an Exception, so that nothing on the way takes it for its own."""


class Caught:
    """Keeps whatever comes out of its block: here that is what is looked for, not what is to be handled."""

    error: BaseException | None = None

    def __enter__(self) -> None:
        self.error = None

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        self.error = error
        return kind is not None and not issubclass(kind, (KeyboardInterrupt, SystemExit))

    def words(self) -> str:
        """Kind, text and place of the error."""
        if self.error is None:
            return ""
        ours = [frame for frame in traceback.extract_tb(self.error.__traceback__) if "/copilot/" in frame.filename]
        place = f"{Path(ours[-1].filename).name}:{ours[-1].lineno}" if ours else "outside"
        return f"{type(self.error).__name__}: {str(self.error)[:200]!r} at {place}"


@dataclass
class Run:
    """Counts of a run, and what was found."""

    outcomes: Counter[str] = field(default_factory=Counter)
    found: list[str] = field(default_factory=list)
    slowest: float = 0.0


def taken_in(path: Path, folder: Path, limits: Limits, outcomes: Counter[str]) -> bool:
    """Open and read a file as an upload is; True if something in it could be read."""
    read = False
    for found in arrivals(path, shown_name(path.name), folder, limits):
        if found.refusal is not None:
            _said(found.refusal)
            outcomes[f"refused: {found.refusal.code}"] += 1
            continue
        with tempfile.TemporaryDirectory(dir=folder) as place:
            try:
                raw = read_raw(found.path, Path(place), found.name, limits=limits, sheet=found.sheet)
            except DataRefused as refusal:
                _said(refusal)
                outcomes[f"refused: {refusal.code}"] += 1
            else:
                if raw.set_aside > raw.rows:
                    raise AssertionError("more rows set aside than there are")
                outcomes["read"] += 1
                read = True
    if left := list(folder.iterdir()):
        raise AssertionError(f"left behind: {[path.name for path in left]}")
    return read


def _said(refusal: DataRefused) -> None:
    if not refusal.what or not refusal.advice or "Traceback" in str(refusal):
        raise AssertionError(f"a refusal without words: {refusal.code}")


def whole(path: Path, home: Path, limits: Limits, outcomes: Counter[str]) -> None:
    """The whole intake in a workspace of its own."""
    workspace = Workspace.open(home)
    try:
        for report in workspace.add([path], limits=limits):
            if report.rows != report.kept + report.set_aside:
                raise AssertionError(f"{report.rows} rows are not {report.kept} + {report.set_aside}")
            outcomes["report"] += 1
    except DataRefused as refusal:
        _said(refusal)
        outcomes[f"whole refused: {refusal.code}"] += 1
    finally:
        workspace.close()
        if left := list((workspace.path / "staging").iterdir()):
            raise AssertionError(f"left behind in staging: {[path.name for path in left]}")


def timed(seconds: int, work: Callable[[], None]) -> None:
    """Do the work; TooSlow after `seconds`."""

    def late(_signal: int, _frame: FrameType | None) -> None:
        raise TooSlow(f"more than {seconds} seconds")

    before = signal.signal(signal.SIGALRM, late)
    signal.alarm(seconds)
    try:
        work()
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


def fuzz(minutes: float, seed: int, every: int, seconds: int, keep: Path) -> Run:
    """Mutate and take in until the time is over."""
    chance, run, known = random.Random(seed), Run(), list(seeds().items())  # noqa: S311 - not for secrets
    ignored: list[str] = []
    sys.unraisablehook = lambda seen: ignored.append(f"{seen.exc_value!r:.160}")
    end, readable = time.monotonic() + minutes * 60, 0
    while time.monotonic() < end:
        name, content = chance.choice(known)
        content = mutated(chance, content)
        with tempfile.TemporaryDirectory() as place:
            path, folder = Path(place) / name, Path(place) / "staging"
            path.write_bytes(content)
            folder.mkdir()
            start = time.monotonic()

            def work(path: Path = path, folder: Path = folder) -> None:
                nonlocal readable
                if taken_in(path, folder, LIMITS, run.outcomes):
                    readable += 1
                    if readable % every == 0:
                        whole(path, folder.with_name("home"), LIMITS, run.outcomes)

            keep.mkdir(parents=True, exist_ok=True)
            current = keep / f"last-{name}"  # what is left here if this process itself is killed
            shutil.copyfile(path, current)
            caught = Caught()
            with caught:
                timed(seconds, work)
                if ignored:
                    raise AssertionError(f"an error nobody saw: {ignored.pop()}")
            if caught.error is not None:
                number = len(run.found) + 1
                current.rename(keep / f"{number:03d}-{name}")
                run.found.append(f"{number:03d}-{name}: {caught.words()}")
                print(run.found[-1], flush=True)  # noqa: T201 - command-line output
            current.unlink(missing_ok=True)
            run.outcomes["files"] += 1
            run.slowest = max(run.slowest, time.monotonic() - start)
    return run


def main(arguments: list[str] | None = None) -> int:
    """Run and print one line of counts; 1 if anything was found."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--whole", type=int, default=40, help="every how many-th readable file is taken in wholly")
    parser.add_argument("--seconds", type=int, default=60, help="time one file may take")
    parser.add_argument("--keep", type=Path, default=Path(tempfile.gettempdir()) / "cmo-copilot-fuzz")
    given = parser.parse_args(arguments)
    run = fuzz(given.minutes, given.seed, given.whole, given.seconds, given.keep)
    counts = run.outcomes
    refused = sum(count for code, count in counts.items() if code.startswith("refused"))
    codes = len([code for code in counts if code.startswith("refused")])
    taken = counts["report"] + sum(count for code, count in counts.items() if code.startswith("whole"))
    print(  # noqa: T201 - command-line output
        f"fuzz_intake: {counts['files']} files in {given.minutes:g} minutes (seed {given.seed}): "
        f"{counts['read']} tables read, {refused} refused for {codes} reasons, {taken} through the whole intake; "
        f"slowest {run.slowest:.1f} s; {len(run.found)} findings"
    )
    return 1 if run.found else 0


if __name__ == "__main__":
    sys.exit(main())
