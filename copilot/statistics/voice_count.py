"""Owns the counting of feedback: who mentions which aspect or cue, with which opinion, and in which place."""

from __future__ import annotations

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, Literal

from copilot.statistics import voice_words as words
from copilot.statistics.voice_text import Clause, aspect, clauses, content_words, determiners

WORDS_WEIGHT: Final = 0.7  # of the opinion words; the rest is the star rating of the whole review
LEANING: Final = 0.1  # a mean score beyond this is positive or negative, within it neutral
NOUN_SHARE: Final = 0.25  # share of mentions after 'the', 'my' ... that makes a frequent word a likely noun
ECHO: Final = 0.8
PRIOR_WORDS: Final = 500.0  # weight of the Dirichlet prior, in word counts

CueKind = Literal["motive", "hesitation", "complaint"]
_NO_PURPOSE: Final = frozenset(
    {"taste", "height", "size", "frame", "body", "liking", "money", "needs", "age", "weight", "figure", "shape", "bust"}
)


@dataclass(frozen=True)
class Row:
    """One piece of feedback. `mark` is the rating from -1 (worst) to 1 (best), None without one."""

    feedback_id: str
    kind: str
    reviewer: str
    product: str | None
    question: str | None
    rating: float | None
    rating_max: float | None
    mark: float | None
    text: str
    in_group: bool
    plain: bool  # an opinion and nothing addressed to a program: may be quoted


@dataclass(frozen=True)
class Place:
    """Where a theme stands: the sentence text[start:end] of row number `row`, and how it was meant (-1 to 1)."""

    row: int
    start: int
    end: int
    score: float


@dataclass
class Tally:
    """Everything counted for one theme; `scores` by distinct reviewer."""

    scores: defaultdict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    places: list[Place] = field(default_factory=list)

    def add(self, reviewer: str, place: Place) -> None:
        """One mention."""
        self.scores[reviewer].append(place.score)
        self.places.append(place)

    def leaning(self, reviewer: str) -> int:
        """-1, 0 or 1: how a reviewer means it on the whole."""
        mean = math.fsum(self.scores[reviewer]) / len(self.scores[reviewer])
        return -1 if mean < -LEANING else 1 if mean > LEANING else 0


def split(rows: Sequence[Row]) -> list[list[Clause]]:
    """The clauses of each row."""
    return [clauses(number, row.text) for number, row in enumerate(rows)]


def agreement(rows: Sequence[Row], parts: Sequence[Sequence[Clause]]) -> tuple[int, int]:
    """(agreeing, judged): rows whose opinion words point the way of their rating, among those with both."""
    agreeing = judged = 0
    for row, clauses_of_row in zip(rows, parts, strict=True):
        total = math.fsum(clause.polarity * clause.opinions for clause in clauses_of_row)
        if row.mark and abs(row.mark) >= 0.5 and total:
            judged += 1
            agreeing += (total > 0) == (row.mark > 0)
    return agreeing, judged


def count_aspects(
    rows: Sequence[Row], parts: Sequence[Sequence[Clause]], weight: float, further: Mapping[str, str]
) -> dict[str, Tally]:
    """Mentions of the aspects of the seed dictionary, and of `further` words (word -> theme name).

    `weight` is that of opinion words against the rating, 0 where they were found not to agree.
    """
    found: dict[str, Tally] = defaultdict(Tally)
    for row, clauses_of_row in zip(rows, parts, strict=True):
        for clause in clauses_of_row:
            named = {name for word in clause.words if (name := aspect(word) or further.get(word))}
            if not named:
                continue
            score = _score(clause, row, weight)
            if weight and not clause.opinions and _complains(row.text[clause.start : clause.end]):
                score = -WORDS_WEIGHT + (1 - WORDS_WEIGHT) * (row.mark or 0.0)
            for name in sorted(named):
                found[name].add(row.reviewer, Place(clause.row, clause.start, clause.end, score))
    return dict(found)


def frequent_nouns(
    rows: Sequence[Row], parts: Sequence[Sequence[Clause]], least: int, noun_share: float = NOUN_SHARE
) -> dict[str, str]:
    """Frequent words outside the dictionary that often (`noun_share`) follow 'the', 'my' ...: word -> theme name.

    Words of product names are left out: everybody uses them. At most eight, by number of reviewers.
    """
    titles = {word for row in rows if row.product for word in row.product.lower().split()}
    reviewers: dict[str, set[str]] = defaultdict(set)
    seen: Counter[str] = Counter()
    after: Counter[str] = Counter()
    for row, clauses_of_row in zip(rows, parts, strict=True):
        if not row.plain:
            continue
        for clause in clauses_of_row:
            candidates = set(content_words(clause.words))
            for place, word in enumerate(clause.words):
                if word in candidates and aspect(word) is None and word not in titles:
                    reviewers[word].add(row.reviewer)
                    seen[word] += 1
                    after[word] += place > 0 and clause.words[place - 1] in determiners()
    nouns = [w for w, who in reviewers.items() if len(who) >= least and after[w] / seen[w] >= noun_share]
    return {word: word for word in sorted(nouns, key=lambda w: (-len(reviewers[w]), w))[:8]}


def without_echoes(tallies: Mapping[str, Tally], words_found: frozenset[str]) -> dict[str, Tally]:
    """The tallies without frequent words that nearly only the people of a commoner theme use ("slow cup")."""
    kept: dict[str, Tally] = {}
    for name in sorted(tallies, key=lambda each: (each in words_found, -len(tallies[each].scores), each)):
        who = set(tallies[name].scores)
        echo = any(len(who & set(other.scores)) >= ECHO * len(who) for other in kept.values())
        if name not in words_found or not echo:
            kept[name] = tallies[name]
    return kept


def count_cues(rows: Sequence[Row], parts: Sequence[Sequence[Clause]]) -> dict[tuple[CueKind, str], Tally]:
    """Sentences that say why somebody bought, hesitated or struggled, by kind and name of the cue."""
    found: dict[tuple[CueKind, str], Tally] = defaultdict(Tally)
    for row, clauses_of_row in zip(rows, parts, strict=True):
        if not row.plain:
            continue
        for start, end in dict.fromkeys((clause.start, clause.end) for clause in clauses_of_row):
            sentence = row.text[start:end].lower().replace("’", "'")
            for cue in sorted(set(_cues(sentence))):
                if cue[0] == "complaint" and row.mark == 1.0:
                    continue  # "have had to order another one" with five stars is no complaint
                found[cue].add(row.reviewer, Place(clauses_of_row[0].row, start, end, row.mark or 0.0))
    return dict(found)


def term_reviewers(rows: Iterable[Row], parts: Iterable[Sequence[Clause]]) -> dict[str, dict[str, str]]:
    """Content words and pairs of them: term -> reviewer -> first feedback id. Only plain opinions are read."""
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for row, clauses_of_row in zip(rows, parts, strict=True):
        if not row.plain:
            continue
        for clause in clauses_of_row:
            kept = content_words(clause.words)
            usable = set(kept)
            pairs = [
                f"{a} {b}" for a, b in zip(clause.words, clause.words[1:], strict=False) if a in usable and b in usable
            ]
            for term in (*kept, *pairs):
                found[term].setdefault(row.reviewer, row.feedback_id)
    return found


def log_odds(ours: Mapping[str, int], theirs: Mapping[str, int]) -> dict[str, float]:
    """z of the log-odds ratio of each term between two sides, with an informative Dirichlet prior.

    Monroe, Colaresi and Quinn (2008), Fightin' Words: the prior is the term's share in both sides together,
    weighted as 500 words (or all words there are, if fewer). Positive: commoner on our side.
    """
    n_ours, n_theirs = sum(ours.values()), sum(theirs.values())
    together = n_ours + n_theirs
    if not n_ours or not n_theirs:
        return {}
    strength = min(PRIOR_WORDS, float(together))
    scores: dict[str, float] = {}
    for term in sorted({*ours, *theirs}):
        a, b = ours.get(term, 0), theirs.get(term, 0)
        prior = strength * (a + b) / together
        left = math.log((a + prior) / (n_ours + strength - a - prior))
        right = math.log((b + prior) / (n_theirs + strength - b - prior))
        scores[term] = (left - right) / math.sqrt(1 / (a + prior) + 1 / (b + prior))
    return scores


def _score(clause: Clause, row: Row, weight: float) -> float:
    if clause.opinions and weight:
        return weight * clause.polarity + (1 - weight) * (row.mark or 0.0)
    return row.mark or 0.0


def _complains(sentence: str) -> bool:
    lowered = sentence.lower().replace("’", "'")
    return any(pattern.search(lowered) for kind, _, pattern in _patterns() if kind == "complaint")


def _cues(sentence: str) -> Iterable[tuple[CueKind, str]]:
    for kind, name, pattern in _patterns():
        if pattern.search(sentence):
            yield kind, name
    occasion = _occasion().search(sentence)
    if occasion:
        yield "motive", f"for an occasion: {occasion.group(1)}"
    for match in _for_whom().finditer(sentence):
        whom = match.group(1)
        if whom not in _NO_PURPOSE and not (occasion and occasion.group(1) == whom):
            yield "motive", f"for my {whom}"


@lru_cache(maxsize=1)
def _patterns() -> tuple[tuple[CueKind, str, re.Pattern[str]], ...]:
    kinds: tuple[tuple[CueKind, Mapping[str, str]], ...] = (
        ("motive", words.MOTIVES),
        ("hesitation", words.HESITATIONS),
        ("complaint", words.PAINS),
    )
    return tuple((kind, name, re.compile(pattern)) for kind, cues in kinds for name, pattern in cues.items())


@lru_cache(maxsize=1)
def _occasion() -> re.Pattern[str]:
    return re.compile(words.OCCASIONS)


@lru_cache(maxsize=1)
def _for_whom() -> re.Pattern[str]:
    return re.compile(words.FOR_WHOM)
