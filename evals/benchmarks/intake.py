"""Measures the intake of big order exports against DuckDB reading the same file into a table of text, in one run.

    python -m cmo_copilot.evals.benchmarks.intake --lines 1 10

Each side has a process of its own and reads the file from the page cache. Ours ends with everything on disk: the kept
upload, its canonical tables, identities and manifest. The bar is DuckDB's time into a table in memory, the harder one;
its time into a database file, which also ends on disk, is printed beside it.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

ROUNDS: Final = 3
MOST_TIMES: Final = 3.0  # of DuckDB's time into a database file
MOST_MEMORY: Final = 1_500  # MB of the whole process tree
POLLED_EVERY: Final = 0.05  # seconds
OURS: Final = "ours"
IN_MEMORY: Final = "duckdb, in memory"
ON_DISK: Final = "duckdb, database file"
SIDES: Final = (OURS, IN_MEMORY, ON_DISK)


@dataclass
class Side:
    """The best of several rounds, and the most memory of any."""

    seconds: float = float("inf")
    cpu: float = float("inf")
    megabytes: float = 0.0
    tables: float = float("inf")  # seconds of building the derived tables
    found: dict[str, Any] = field(default_factory=dict)


def child(name: str, source: Path, folder: Path) -> dict[str, Any]:
    """One side's work in this process; what it took and what it found."""
    if name == OURS:
        return _ours(source, folder)
    import duckdb  # late: our side opens its own connection

    connection = duckdb.connect(str(folder / "table.duckdb") if name == ON_DISK else ":memory:", config={"threads": 2})
    started, worked = time.perf_counter(), time.process_time()
    connection.read_csv(str(source), all_varchar=True).create("lines")  # a table made from read_csv
    rows = connection.table("lines").count("*").fetchone()
    connection.close()
    body = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - worked}
    return {**body, "found": {"rows": rows[0] if rows else 0}}


def _ours(source: Path, folder: Path) -> dict[str, Any]:
    from copilot.data.workspace import Workspace  # late: DuckDB's side must not load it

    workspace = Workspace.open(folder)
    started, worked = time.perf_counter(), time.process_time()
    report = workspace.add([source])[0]
    body = {"seconds": time.perf_counter() - started, "cpu": time.process_time() - worked}
    started = time.perf_counter()
    tables = workspace.tables()
    body["tables"] = time.perf_counter() - started
    sums = tables.orders.aggregate(orders=tables.orders.count(), gross=tables.orders.gross_sales.sum())
    row = sums.to_pyarrow().to_pylist()[0]
    found = {"rows": report.rows, "orders": row["orders"], "cents": round(row["gross"] * 100)}
    workspace.close()
    return {**body, "found": found}


def run(name: str, source: Path, folder: Path) -> dict[str, Any]:
    """One side in a process of its own, with the most memory its process tree had."""
    module = __spec__.name if __spec__ else __name__
    command = [sys.executable, "-m", module, "--child", name, str(source), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        most = 0.0
        while process.poll() is None:
            most = max(most, _tree_megabytes(process.pid))
            time.sleep(POLLED_EVERY)
        line = process.stdout.read() if process.stdout else ""
    if process.returncode or not line.strip():
        raise RuntimeError(f"the side {name!r} failed")
    answer: dict[str, Any] = json.loads(line.strip().splitlines()[-1])
    return {**answer, "megabytes": most}


def _tree_megabytes(process: int) -> float:
    """Resident memory of a process and all below it, in MB; 0 where the system does not tell."""
    total, waiting = 0, [process]
    while waiting:
        at = Path("/proc") / str(waiting.pop())
        try:
            lines = (at / "status").read_text(encoding="ascii", errors="ignore").splitlines()
            total += next((int(line.split()[1]) for line in lines if line.startswith("VmRSS")), 0)
            for task in (at / "task").iterdir():
                waiting += [int(one) for one in (task / "children").read_text(encoding="ascii").split()]
        except (OSError, ValueError):  # it has just ended
            continue
    return total / 1_000


def measure(home: Path, millions: float, rounds: int) -> tuple[dict[str, Side], dict[str, int]]:
    """All sides over one generated export, in turns."""
    from cmo_copilot.evals.benchmarks.exports import write_export  # late: children do not generate

    source = home / "orders_export.csv"
    truth = write_export(source, round(millions * 1_000_000))
    _say(f"{millions:g} million lines, {truth['orders']:,} orders, {source.stat().st_size / 1e6:,.0f} MB")
    sides = {name: Side() for name in SIDES}
    for number in range(rounds):
        for name, side in sides.items():
            with tempfile.TemporaryDirectory(dir=home) as folder:
                answer = run(name, source, Path(folder))
            side.seconds, side.cpu = min(side.seconds, answer["seconds"]), min(side.cpu, answer["cpu"])
            side.megabytes = max(side.megabytes, answer["megabytes"])
            side.tables = min(side.tables, answer.get("tables", side.tables))
            side.found = answer["found"]
            _say(f"  round {number + 1}: {name:<22} {answer['seconds']:7.2f} s   cpu {answer['cpu']:7.2f} s   "
                 f"{answer['megabytes']:7,.0f} MB")  # fmt: skip
    source.unlink()
    return sides, truth


def report(millions: float, sides: dict[str, Side], truth: dict[str, int]) -> list[str]:
    """Print the best of all rounds; what missed a bar."""
    ours, missed = sides[OURS], []
    for name in SIDES[1:]:
        other = sides[name]
        _say(f"  ours {ours.seconds:.2f} s, {name} {other.seconds:.2f} s: {ours.seconds / other.seconds:.2f} times "
             f"(work of all cores {ours.cpu / other.cpu:.2f} times)")  # fmt: skip
    _say(f"  building the derived tables: {ours.tables:.2f} s")
    _say(f"  most memory: {', '.join(f'{name} {side.megabytes:,.0f} MB' for name, side in sides.items())}")
    times = ours.seconds / sides[IN_MEMORY].seconds
    if times > MOST_TIMES:
        missed.append(f"{millions:g} M lines: {times:.2f} times DuckDB's table in memory, {MOST_TIMES:g} wanted")
    if ours.megabytes > MOST_MEMORY:
        missed.append(f"{millions:g} M lines: {ours.megabytes:,.0f} MB, {MOST_MEMORY:,} wanted")
    wanted = {"rows": truth["lines"], "orders": truth["orders"], "cents": truth["cents"]}
    if ours.found != wanted:
        missed.append(f"{millions:g} M lines: found {ours.found}, written {wanted}")
    return missed


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description="Intake of generated order exports against DuckDB's read_csv.")
    parser.add_argument("--lines", type=float, nargs="+", default=[1.0, 10.0], help="million order lines")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds; the best counts")
    parser.add_argument("--folder", type=Path, help="where the files go while measuring (12 GB at 10 million lines)")
    parser.add_argument("--child", nargs=3, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.child:
        name, source, folder = given.child
        _say(json.dumps(child(name, Path(source), Path(folder)), default=str))
        return 0
    missed: list[str] = []
    for millions in sorted(given.lines):
        with tempfile.TemporaryDirectory(dir=given.folder) as home:
            sides, truth = measure(Path(home), millions, given.rounds)
        missed += report(millions, sides, truth)
    _say("\nall bars held" if not missed else "\nmissed:\n  " + "\n  ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
