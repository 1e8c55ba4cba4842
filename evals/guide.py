"""Scores guide search on questions with known articles: recall, rank, and whether it declines what it must.

    python -m cmo_copilot.evals.guide [--file FILE] [--json] [--words-only]

A question of a file counts only if at least one of its articles exists. Recall at 3: one of the right articles is
among the articles of the first three passages, and the question was not declined. MRR: mean of 1 / rank of the first
passage from a right article (0 if none is among those returned). Declined: share of unanswerable questions for which
`covered` is False.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from importlib import resources
from pathlib import Path
from typing import Any

from copilot.guide.index import VectorIndex
from copilot.guide.library import Library, load_library
from copilot.guide.search import GuideSearch

_FOUND_WITHIN = 3
_LOOKED_AT = 10


@dataclass(frozen=True)
class Case:
    """One question: `articles` are right if any of them is found; none means it must be declined."""

    id: str
    question: str
    articles: tuple[str, ...]


@dataclass(frozen=True)
class CaseResult:
    """What search did with one question. `rank` is that of the first right passage, from 1; None if not returned."""

    case: Case
    passed: bool
    rank: int | None
    covered: bool
    reason: str | None
    sections: tuple[str, ...]


@dataclass(frozen=True)
class Summary:
    """Scores over a file; shares are fractions, None where there was no question of the kind."""

    answerable: int
    recall_at_3: float | None
    mrr: float | None
    wrongly_declined: int
    unanswerable: int
    declined: float | None


def read_cases(lines: Sequence[str], library: Library) -> list[Case]:
    """Cases of a JSON-lines file (fields id, kind, question, articles) that the present articles can be asked."""
    present = {article.id for article in library.articles}
    rows: Iterator[dict[str, Any]] = (json.loads(line) for line in lines if line.strip())
    cases = [Case(row["id"], row["question"], tuple(row["articles"])) for row in rows]
    return [case for case in cases if not case.articles or present & set(case.articles)]


def score(search: GuideSearch, cases: Sequence[Case]) -> list[CaseResult]:
    """Ask every question."""
    return [_score_one(search, case) for case in cases]


def summarise(results: Sequence[CaseResult]) -> Summary:
    """Scores over all results."""
    asked = [result for result in results if result.case.articles]
    refused = [result for result in results if not result.case.articles]
    return Summary(
        answerable=len(asked),
        recall_at_3=sum(result.passed for result in asked) / len(asked) if asked else None,
        mrr=sum(1 / result.rank for result in asked if result.rank) / len(asked) if asked else None,
        wrongly_declined=sum(not result.covered for result in asked),
        unanswerable=len(refused),
        declined=sum(result.passed for result in refused) / len(refused) if refused else None,
    )


def _score_one(search: GuideSearch, case: Case) -> CaseResult:
    outcome = search.search(case.question, limit=_LOOKED_AT)
    articles = [passage.article for passage in outcome.passages] if outcome.covered else []
    rank = next((at for at, article in enumerate(articles, start=1) if article in case.articles), None)
    passed = rank is not None and rank <= _FOUND_WITHIN if case.articles else not outcome.covered
    sections = tuple(passage.section for passage in outcome.passages[:_FOUND_WITHIN])
    return CaseResult(case, passed, rank, outcome.covered, outcome.reason, sections)


def main(arguments: Sequence[str] | None = None) -> int:
    """Command line; prints a line a failed question and the summary. Exit code 0 whatever the scores."""
    parser = argparse.ArgumentParser(prog="guide", description="Score guide search.")
    parser.add_argument("--file", type=Path, help="questions as JSON lines; default: the project's own")
    parser.add_argument("--json", action="store_true", help="one JSON document, every question included")
    parser.add_argument("--words-only", action="store_true", help="without the vector index")
    options = parser.parse_args(arguments)
    place = options.file or resources.files("cmo_copilot.evals") / "datasets" / "guide_own.jsonl"
    library = load_library()
    cases = read_cases(place.read_text(encoding="utf-8").splitlines(), library)
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        vectors = None if options.words_only else VectorIndex.open(library, Path(folder))
        if vectors is not None:
            vectors.wait()
        results = score(GuideSearch(library, vectors), cases)
        if vectors is not None:
            vectors.close()
    sys.stdout.write(_as_json(results) if options.json else _as_text(results))
    return 0


def _as_json(results: Sequence[CaseResult]) -> str:
    return json.dumps({"summary": asdict(summarise(results)), "cases": [asdict(result) for result in results]}) + "\n"


def _as_text(results: Sequence[CaseResult]) -> str:
    lines = []
    for result in results:
        if not result.passed:
            wanted = ", ".join(result.case.articles) or "declined"
            got = ", ".join(result.sections) or f"declined ({result.reason})"
            lines.append(f"{result.case.id}  {result.case.question}\n      wanted {wanted}; got {got}")
    summary = summarise(results)
    lines.append(
        f"answerable {summary.answerable}: recall at 3 {_share(summary.recall_at_3)}, MRR {_share(summary.mrr)}, "
        f"wrongly declined {summary.wrongly_declined}; unanswerable {summary.unanswerable}: "
        f"declined {_share(summary.declined)}"
    )
    return "\n".join(lines) + "\n"


def _share(value: float | None) -> str:
    return "none" if value is None else f"{value:.3f}"


if __name__ == "__main__":
    sys.exit(main())
