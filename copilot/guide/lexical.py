"""Word search over the guide in memory: BM25 over weighted fields, ready at once and never corrupt."""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from operator import mul
from typing import Final

from rapidfuzz import fuzz, process

from copilot.guide.words import STOPWORDS, concept_spans, concepts, stem, stems, words

_K1: Final = 1.2
_B: Final = 0.55
_CONCEPT: Final = 0.7  # a concept in common counts this much of a word in common
_COVERED_BY_CONCEPT: Final = 0.75
_MENDED: Final = 0.75  # a word that is only spelt like one of the guide's
_CLOSE: Final = 84.0  # similarity of spelling, of 100, from which a word counts as misspelt


@dataclass(frozen=True)
class Field:
    """A part of a document and how much a word in it counts."""

    text: str
    weight: float


@dataclass(frozen=True)
class Hit:
    """A document found: its place in the list, its score, and which query terms it holds."""

    document: int
    score: float


class LexicalIndex:
    """BM25F (Robertson and Zaragoza 2009): field frequencies are weighted and summed before they saturate."""

    def __init__(self, documents: Sequence[Sequence[Field]]) -> None:
        self._counts: list[Mapping[str, float]] = [_weighted(fields) for fields in documents]
        lengths = [sum(count for term, count in counts.items() if term[0] != ":") for counts in self._counts]
        mean = sum(lengths) / max(len(lengths), 1) or 1.0
        self._stretch = [1 - _B + _B * length / mean for length in lengths]
        self._postings: dict[str, list[int]] = defaultdict(list)
        for document, counts in enumerate(self._counts):
            for term in counts:
                self._postings[term].append(document)
        self._vocabulary = sorted({word for fields in documents for field in fields for word in words(field.text)})

    def knows(self, term: str) -> bool:
        """Whether the stem or concept stands anywhere in the documents."""
        return term in self._postings

    def rarity(self, term: str) -> float:
        """Inverse document frequency; terms that stand nowhere count as the rarest."""
        total = len(self._counts)
        holding = len(self._postings.get(term, ()))
        return math.log(1 + (total - holding + 0.5) / (holding + 0.5))

    def query(self, text: str) -> dict[str, float]:
        """Terms of a question with their weights: stems, misspelt words mended, and concepts."""
        wanted: dict[str, float] = {}
        for term in stems(text):
            if self.knows(term) or term.isdigit():
                wanted[term] = 1.0
        for word in words(text):
            if len(word) >= 5 and stem(word) in stems(word) and not self.knows(stem(word)):
                near = process.extractOne(word, self._vocabulary, scorer=fuzz.ratio, score_cutoff=_CLOSE)
                if near is not None:
                    wanted.setdefault(stem(near[0]), _MENDED)
        for concept in concepts(text):
            if self.knows(concept):
                wanted[concept] = _CONCEPT
        return wanted

    def coverage(self, text: str, document: int, rarities: LexicalIndex | None = None) -> float:
        """Share of the question's meaning that the document has, from 0 to 1.

        Each word that carries meaning weighs by its rarity (in `rarities`, by default this index); it counts fully
        if the document has its stem, and by `_COVERED_BY_CONCEPT` if it has a concept the word stands for.
        """
        sequence = words(text)
        stemmed = [stem(word) for word in sequence]
        counts = self._counts[document]
        covered = [1.0 if term in counts else 0.0 for term in stemmed]
        for start, end, concept in concept_spans(stemmed):
            if concept in counts:
                for at in range(start, end):
                    covered[at] = max(covered[at], _COVERED_BY_CONCEPT)
        weigh = rarities or self
        weights = [
            0.0 if word in STOPWORDS else weigh.rarity(term) for word, term in zip(sequence, stemmed, strict=True)
        ]
        whole = sum(weights)
        return sum(map(mul, weights, covered)) / whole if whole else 0.0

    def search(self, wanted: Mapping[str, float]) -> list[Hit]:
        """Documents that hold any of the terms, best first."""
        scores: dict[int, float] = defaultdict(float)
        for term, weight in wanted.items():
            rarity = self.rarity(term)
            for document in self._postings.get(term, ()):
                count = self._counts[document][term] / self._stretch[document]
                scores[document] += weight * rarity * count * (_K1 + 1) / (count + _K1)
        return [
            Hit(document, score) for document, score in sorted(scores.items(), key=lambda item: (-item[1], item[0]))
        ]


def _weighted(fields: Sequence[Field]) -> dict[str, float]:
    counts: dict[str, float] = defaultdict(float)
    for field in fields:
        for term, count in Counter(stems(field.text)).items():
            counts[term] += field.weight * count
        for concept in concepts(field.text):
            counts[concept] += field.weight
    return dict(counts)
