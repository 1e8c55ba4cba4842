"""Runs the planted-truth shops and prints what was found against what is true.

    python -m cmo_copilot.evals.planted [--seeds 40] [--null 200] [--few 20] [--json]

Of each shop: how often the strongest rule names the planted customers (F1 >= 0.9), stands among the first three, is
called certain, has the realised value within its interval, names what is forbidden, and claims the confidence the
truth allows. Then, over all shops, the share of reliable statements that are false.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from cmo_copilot.evals.stores.calibration import Claims, claims
from cmo_copilot.evals.stores.model import Shop
from cmo_copilot.evals.stores.pooled import pooled
from cmo_copilot.evals.stores.registry import POOLED, Entry
from cmo_copilot.evals.stores.scoring import Score, score
from cmo_copilot.evals.stores.small import bots, two_currencies, uploads_twice
from copilot.data.tables import Tables
from copilot.data.workspace import Workspace
from copilot.errors import CannotAnswer
from copilot.statistics.scope import Scope
from copilot.statistics.strongest import by_worth, judge, verdict_of


@dataclass(frozen=True)
class Row:
    """One kind of shop over its seeds; counts of shops."""

    code: str
    name: str
    shops: int
    right: int
    in_three: int
    certain: int
    value_within: int
    size_right: int
    forbidden: int
    honest: int


@dataclass(frozen=True)
class Calibration:
    """Over all shops: rules called certain and traits called reliable, and how many of each are true."""

    rules: int
    rules_true: int
    traits: int
    traits_true: int
    null_runs: int
    null_runs_with_a_claim: int


def row(entry_code: str, name: str, scores: Sequence[Score]) -> Row:
    """Counts over the shops of one kind."""
    return Row(
        entry_code, name, len(scores), sum(s.right for s in scores), sum(s.in_three for s in scores),
        sum(s.certain for s in scores), sum(s.value_within for s in scores),
        sum(s.size_error <= 0.02 for s in scores), sum(s.forbidden for s in scores), sum(s.honest for s in scores),
    )  # fmt: skip


def run_pooled(entry: Entry, seeds: int) -> Iterator[tuple[Score, Claims]]:
    """Every seed of a kind of shop that is read many at once."""
    for shop, known in pooled(entry.make, seeds):
        yield score(shop, judge(by_worth(known))), claims(shop, known)


def run_file(code: str, seed: int) -> tuple[Shop, Score]:
    """A shop that comes as files (S13 bots, S14 uploaded twice), taken in as any user's files are."""
    with TemporaryDirectory() as folder:
        place = Path(folder)
        shop, paths = (bots if code == "S13" else uploads_twice)(seed, place)
        workspace = Workspace.open(place / "home")
        try:
            for path in paths:
                workspace.add([path])
            return shop, score(shop, verdict_of(workspace.tables(), Scope()))
        finally:
            workspace.close()


def refuses_to_add(tables: Tables) -> bool:
    """True if a shop with two currencies is refused, and each currency alone is not."""
    try:
        verdict_of(tables, Scope())
    except CannotAnswer as refusal:
        return refusal.code == "several_currencies"
    return False


def evaluate(seeds: int, null: int, few: int) -> tuple[list[Row], Calibration]:
    """All shops of the set."""
    rows: list[Row] = []
    scores: list[Score] = []
    said: list[Claims] = []
    null_said: list[Claims] = []
    for entry in POOLED:
        number = {"seeds": seeds, "null": null, "few": few}[entry.drawn]
        results = list(run_pooled(entry, number))
        rows.append(row(entry.code, entry.name, [one for one, _ in results]))
        scores += [one for one, _ in results]
        said += [each for _, each in results]
        if entry.code == "S04":
            null_said = [each for _, each in results]
    refused = sum(refuses_to_add(two_currencies(seed).tables()) for seed in range(3))
    rows.append(Row("S12", "two currencies (refused)", 3, refused, refused, 0, 3, 3, 3 - refused, refused))
    for code, name in (("S13", "bots and test orders"), ("S14", "uploaded twice, amended")):
        files = [run_file(code, seed)[1] for seed in range(3)]
        rows.append(row(code, name, files))
        scores += files
    certain = [one for one in scores if one.certain]
    return rows, Calibration(
        rules=len(certain),
        rules_true=sum(one.right for one in certain),
        traits=sum(one.made for one in said),
        traits_true=sum(one.true for one in said),
        null_runs=len(null_said),
        null_runs_with_a_claim=sum(one.made > 0 for one in null_said),
    )


def report(rows: Sequence[Row], calibration: Calibration) -> str:
    """The table and the calibration as text."""
    lines = [f"{'shop':38}{'n':>5}{'right':>7}{'top 3':>7}{'sure':>6}{'value':>7}{'size':>6}{'trap':>6}{'honest':>8}"]
    lines += [
        f"{one.code} {one.name:34}{one.shops:>5}{one.right:>7}{one.in_three:>7}{one.certain:>6}{one.value_within:>7}"
        f"{one.size_right:>6}{one.forbidden:>6}{one.honest:>8}"
        for one in rows
    ]
    true = calibration
    lines += [
        "",
        f"Rules called certain: {true.rules}, of them true {_share(true.rules_true, true.rules)}.",
        f"Traits called reliable: {true.traits}, of them true {_share(true.traits_true, true.traits)}.",
        f"Null shops in which any trait was called reliable: {true.null_runs_with_a_claim} of {true.null_runs}.",
    ]
    return "\n".join(lines)


def _share(part: int, whole: int) -> str:
    return f"{part} ({100 * part / whole:.1f} %)" if whole else "none"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run and print; 0 if no shop set a trap that worked more often than chance allows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=40, help="shops of the graded kinds")
    parser.add_argument("--null", type=int, default=200, help="shops without a pattern")
    parser.add_argument("--few", type=int, default=20, help="shops of the other kinds")
    parser.add_argument("--json", action="store_true", help="print one JSON document")
    options = parser.parse_args(arguments)
    rows, calibration = evaluate(options.seeds, options.null, options.few)
    if options.json:
        document = {"shops": [asdict(one) for one in rows], "calibration": asdict(calibration)}
        sys.stdout.write(json.dumps(document) + "\n")
    else:
        sys.stdout.write(report(rows, calibration) + "\n")
    return 0 if all(one.forbidden <= max(1, one.shops // 10) for one in rows) else 1


if __name__ == "__main__":
    raise SystemExit(main())
