"""Measures the analyses on generated shops of several sizes against plain pandas, in one run and in turns.

    python -m cmo_copilot.evals.benchmarks.scale --lines 0.1 1 10

Each side has a process of its own, so that its peak memory is its own; both are warm, reading files is not timed, and
the numbers of both are compared. The product reads its materialised tables; what building those costs once is printed.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Any, Final, Self

ANALYSES: Final = ("customer table", "RFM groups", "cohorts", "basket pairs", "filtered metric")

ROUNDS: Final = 3
WANTED: Final = 3.0  # times as fast as pandas at the largest size
WANTED_FROM: Final = 10.0  # million lines
NEVER_SLOWER_FROM: Final = 1.0
MOST_MEMORY: Final = 3_000  # MB
QUESTION_AT: Final = 1.0
LONGEST_QUESTION: Final = 0.3  # seconds
CLOSE: Final = 1e-6


@dataclass
class Side:
    """A child process that runs one analysis at a time when told to."""

    name: str
    process: subprocess.Popen[str]

    @classmethod
    def start(cls, name: str, home: Path) -> Self:
        """Start the child over the shop below `home`."""
        command = [sys.executable, "-m", __spec__.name if __spec__ else __name__, "--child", name, str(home)]
        return cls(name, subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True))

    def ask(self, what: str) -> dict[str, Any]:
        """One answer of the child."""
        if self.process.stdin is None or self.process.stdout is None:
            raise RuntimeError("the child has no pipes")
        self.process.stdin.write(what + "\n")
        self.process.stdin.flush()
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"the {self.name} side stopped at {what!r}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def stop(self) -> None:
        """Let it end."""
        self.process.communicate("", timeout=60)


@dataclass
class Size:
    """What was measured at one size."""

    millions: float
    ours: dict[str, float] = field(default_factory=dict)
    pandas: dict[str, float] = field(default_factory=dict)
    different: list[str] = field(default_factory=list)
    memory: dict[str, float] = field(default_factory=dict)
    built: dict[str, float] = field(default_factory=dict)
    asked: float = 0.0
    bare: float = 0.0  # pandas, the filtered metric without intervals
    cpu: dict[str, float] = field(default_factory=dict)  # seconds of all cores, by side and analysis


def child(name: str, home: Path) -> None:
    """Answer one line on standard input after the other with one JSON line."""
    from cmo_copilot.evals.benchmarks.ours import Ours  # late: a child loads only its own side
    from cmo_copilot.evals.benchmarks.plain import Plain  # late: as above

    ours = Ours(home) if name == "ours" else None
    plain = Plain(Path((home / "folder").read_text(encoding="utf-8"))) if ours is None else None
    for line in sys.stdin:
        what = line.strip()
        body: dict[str, Any] = {}
        if what == "memory":
            body["megabytes"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000
        elif what == "prepare" and ours is not None:
            body = ours.prepare()
        elif what == "question" and ours is not None:
            body["seconds"] = ours.asked()
        else:
            body = _timed(ours, plain, what)
        sys.stdout.write(json.dumps(body) + "\n")
        sys.stdout.flush()


def _timed(ours: Any, plain: Any, analysis: str) -> dict[str, Any]:
    if ours is not None:
        ours.before(analysis)
        started, worked = time.perf_counter(), time.process_time()
        result = ours.run(analysis)
        seconds, cpu = time.perf_counter() - started, time.process_time() - worked
        return {"seconds": seconds, "cpu": cpu, "found": ours.found(result)}
    started, worked = time.perf_counter(), time.process_time()
    result = plain.run(analysis)
    seconds, cpu = time.perf_counter() - started, time.process_time() - worked
    return {"seconds": seconds, "cpu": cpu, "found": plain.found(analysis, result)}


def measure(home: Path, millions: float, rounds: int) -> Size:
    """Both sides, analysis by analysis, in turns."""
    from cmo_copilot.evals.benchmarks.ours import VALUES_ONLY, make  # late: as above

    folder = make(home, round(millions * 1_000_000))
    (home / "folder").write_text(str(folder), encoding="utf-8")
    size = Size(millions)
    sides = [Side.start("ours", home), Side.start("pandas", home)]
    try:
        size.built = sides[0].ask("prepare")
        for analysis in ANALYSES:
            found: dict[str, dict[str, float]] = {}
            for _ in range(rounds):
                for side, times in zip(sides, (size.ours, size.pandas), strict=True):
                    answer = side.ask(analysis)
                    times[analysis] = min(times.get(analysis, float("inf")), answer["seconds"])
                    key = f"{side.name} {analysis}"
                    size.cpu[key] = min(size.cpu.get(key, float("inf")), answer["cpu"])
                    found[side.name] = answer["found"]
            size.different += [f"{analysis}: {text}" for text in differences(found["ours"], found["pandas"], analysis)]
            _say(f"  {analysis:<16} ours {size.ours[analysis]:8.3f} s   pandas {size.pandas[analysis]:8.3f} s   "
                 f"{size.pandas[analysis] / size.ours[analysis]:6.1f} times as fast")  # fmt: skip
        size.bare = min(sides[1].ask(VALUES_ONLY)["seconds"] for _ in range(rounds))
        size.memory = {side.name: side.ask("memory")["megabytes"] for side in sides}
        size.asked = sides[0].ask("question")["seconds"]
    finally:
        for side in sides:
            side.stop()
    return size


def differences(ours: dict[str, float], pandas: dict[str, float], analysis: str) -> list[str]:
    """Numbers that are not equal; of basket pairs those are compared that the product shows, of bounds those it gives
    by the same method (a small group's are drawn)."""
    there = {name for name in pandas if not name.endswith(("_low", "_high"))}
    names = set(ours) if analysis == "basket pairs" else set(ours) | there
    wrong = []
    for name in sorted(names):
        one, two = ours.get(name), pandas.get(name)
        if one is None or two is None or abs(one - two) > CLOSE * max(1.0, abs(two)):
            wrong.append(f"{name}: {one} and {two}")
    return wrong if ours else ["nothing was found"]


def report(sizes: list[Size]) -> list[str]:
    """Print what was measured; what missed a bar."""
    missed: list[str] = []
    for size in sizes:
        _say(f"\n{size.millions:g} million order lines")
        for analysis in ANALYSES:
            ratio = size.pandas[analysis] / size.ours[analysis]
            bar = WANTED if size.millions >= WANTED_FROM else 1.0 if size.millions >= NEVER_SLOWER_FROM else 0.0
            _say(f"  {analysis:<16} ours {size.ours[analysis]:8.3f} s   pandas {size.pandas[analysis]:8.3f} s   "
                 f"ratio {ratio:6.1f}" + ("" if ratio >= bar else f"   below {bar:g}"))  # fmt: skip
            work = [size.cpu[f"{side} {analysis}"] for side in ("ours", "pandas")]
            _say(f"  {'':<16} work of all cores: ours {work[0]:.3f} s, pandas {work[1]:.3f} s")
            if ratio < bar:
                missed.append(f"{analysis} at {size.millions:g} M lines: {ratio:.1f} times pandas, {bar:g} wanted")
        _say("  the filtered metric is taken with the 95 % interval of the average order value on both sides; "
             f"pandas without it: {size.bare:.3f} s")  # fmt: skip
        _say("  built once: " + ", ".join(f"{name} {seconds:.2f} s" for name, seconds in size.built.items()))
        _say(f"  peak memory: ours {size.memory['ours']:,.0f} MB, pandas {size.memory['pandas']:,.0f} MB")
        _say(f"  the metric in words through the app, warm: {size.asked:.3f} s")
        if size.memory["ours"] > MOST_MEMORY:
            missed.append(f"peak memory at {size.millions:g} M lines: {size.memory['ours']:,.0f} MB")
        if size.millions == QUESTION_AT and max(size.asked, size.ours["filtered metric"]) > LONGEST_QUESTION:
            missed.append(f"a metric question at {size.millions:g} M lines: {size.asked:.2f} s")
        missed += [f"not equal at {size.millions:g} M lines: {text}" for text in size.different[:20]]
    _say("\ngrowth of our times (lines x: time x)")
    for less, more in pairwise(sizes):
        grown = {name: more.ours[name] / less.ours[name] for name in ANALYSES}
        factor = more.millions / less.millions
        _say(f"  {factor:g}: " + ", ".join(f"{name} {times:.1f}" for name, times in grown.items()))
        missed += [f"{n} grows by {t:.1f} for {factor:g} times the lines" for n, t in grown.items() if t > factor * 1.1]
    return missed


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(arguments: list[str] | None = None) -> int:
    """Measure and print; 1 if a bar is missed."""
    parser = argparse.ArgumentParser(description="Analyses on generated shops against plain pandas.")
    parser.add_argument("--lines", type=float, nargs="+", default=[0.1, 1.0, 10.0], help="million order lines")
    parser.add_argument("--rounds", type=int, default=ROUNDS, help="rounds; the best counts")
    parser.add_argument("--child", nargs=2, help=argparse.SUPPRESS)
    given = parser.parse_args(arguments)
    if given.child:
        child(given.child[0], Path(given.child[1]))
        return 0
    sizes: list[Size] = []
    for millions in sorted(given.lines):
        with tempfile.TemporaryDirectory() as home:
            _say(f"{millions:g} million lines ...")
            sizes.append(measure(Path(home), millions, given.rounds))
    missed = report(sizes)
    _say("\nall bars held" if not missed else "\nmissed:\n  " + "\n  ".join(missed))
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
