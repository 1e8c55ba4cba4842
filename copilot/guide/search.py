"""Answers "what does the guide say about this?": words and vectors fused, and an honest no when it says nothing."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Literal, Protocol

from copilot.guide.boundaries import crossed
from copilot.guide.index import VectorIndex
from copilot.guide.intent import admits_a_gap, asks_for_a_figure, asks_for_own_numbers
from copilot.guide.lexical import Field, LexicalIndex
from copilot.guide.library import Article, Library, Section, load_library
from copilot.guide.passage import Passage
from copilot.guide.words import STOPWORDS, stems, wording

Reason = Literal["empty", "own_numbers", "outside", "stated_gap", "too_far"]
How = Literal["words and vectors", "words"]

# Weights and thresholds, chosen on evals/datasets/guide_own.jsonl; `python -m cmo_copilot.evals.guide` shows results.
_HEADING, _ASKED, _TITLE, _TOPICS, _TEXT = 3.0, 2.0, 1.5, 1.0, 1.0
_SIDE_SECTIONS: Final = {"limits": 0.85, "see-it": 0.85}  # say less about the question than the sections before them
_RANKS: Final = 10.0  # constant of reciprocal rank fusion; small, since the lists are short
_VECTOR_SHARE: Final = 0.15  # measured: the local vectors add nothing to words, so they only break near ties
_DEPTH: Final = 40
_WORDING: Final = 1.0  # how much a question worded like a heading gains
_SMALL_WORD: Final = 0.5  # weight of "what", "is", "how" ... in that comparison
_COMPANY: Final = 3  # sections of an article whose mean stands for the article
_COMPANY_SHARE: Final = 0.25
_TOO_FAR: Final = 2.4  # strength below which nothing is said; see `_strength`
_GAP_SHARE: Final = 0.4  # part of a question that a stated gap must cover


@dataclass(frozen=True)
class SearchOutcome:
    """What the guide has on a question.

    `covered`: the passages answer it, best first. If not, `reason` says why, `nearest_topic` names the closest
    article, and `passages` is empty except after "stated_gap": then it holds the section in which the guide itself
    says that it does not answer this. `how` tells whether the vector index took part.
    """

    covered: bool
    passages: tuple[Passage, ...]
    nearest_topic: str | None
    how: How
    reason: Reason | None = None
    topic: str | None = None  # after "outside": the topic recognised, in words


class VectorSearch(Protocol):
    """The part of the vector index that search needs."""

    def nearest(self, text: str, limit: int) -> Sequence[str] | None:
        """Ids of the nearest sections, nearest first; None if the index cannot answer now."""
        ...

    def close(self) -> None:
        """Let go of files."""
        ...


@dataclass(frozen=True)
class _Gap:
    """A sentence in which the guide says what it does not say, and where it stands."""

    place: int
    section: Section
    article: Article


@dataclass
class GuideSearch:
    """Search over one library. Words serve from the first moment; vectors join in when their index is ready."""

    library: Library
    vectors: VectorSearch | None = None
    _sections: list[tuple[Article, Section]] = field(init=False, repr=False)
    _place: dict[str, int] = field(init=False, repr=False)
    _phrases: list[list[frozenset[str]]] = field(init=False, repr=False)
    _words: LexicalIndex = field(init=False, repr=False)
    _gaps: list[_Gap] = field(init=False, repr=False)
    _gap_words: LexicalIndex = field(init=False, repr=False)

    def __post_init__(self) -> None:
        self._sections = [(article, section) for article in self.library.articles for section in article.sections]
        self._place = {section.id: place for place, (_, section) in enumerate(self._sections)}
        self._phrases = [
            [wording(phrase) for phrase in (section.heading, *section.asked)] for _, section in self._sections
        ]
        self._words = LexicalIndex([_fields(article, section) for article, section in self._sections])
        gaps = [
            (sentence, article, section)
            for article, section in self._sections
            for sentence in re.split(r"(?<=[.;])\s+", section.text)
            if admits_a_gap(sentence)
        ]
        self._gaps = [_Gap(place, section, article) for place, (_, article, section) in enumerate(gaps)]
        self._gap_words = LexicalIndex([(Field(sentence, 1.0),) for sentence, _, _ in gaps])

    def search(self, text: str, limit: int = 5, stage: str | None = None) -> SearchOutcome:
        """Sections that answer `text`, at most `limit`; with `stage`, only articles for that stage of the journey."""
        limit = max(1, limit)
        scores = self._word_scores(text)
        found, how = self._fused(text, scores)
        fitting = [place for place in found if self._sections[place][0].fits(stage)]
        if refusal := self._refused(text, scores, fitting, how):
            return refusal
        passages = tuple(self._passage(place, scores.get(place, 0.0)) for place in fitting[:limit])
        return SearchOutcome(True, passages, passages[0].title, how)

    def close(self) -> None:
        """Let go of the index files; words can still be searched."""
        if self.vectors is not None:
            self.vectors.close()

    def _word_scores(self, text: str) -> dict[int, float]:
        """BM25 score of each section, raised where the question is worded like one of its headings or askings."""
        asked = wording(text)
        scores = {}
        for hit in self._words.search(self._words.query(text)):
            _, section = self._sections[hit.document]
            factor = _SIDE_SECTIONS.get(section.id.partition(".")[2], 1.0)
            alike = max(self._alike(asked, phrase) for phrase in self._phrases[hit.document])
            scores[hit.document] = hit.score * factor * (1 + _WORDING * alike * alike)
        return self._with_company(scores)

    def _with_company(self, scores: dict[int, float]) -> dict[int, float]:
        """Scores raised by what the best sections of the same article score: an article on the subject wins a tie."""
        by_article: dict[str, list[float]] = defaultdict(list)
        for place, score in scores.items():
            by_article[self._sections[place][0].id].append(score)
        company = {name: sum(sorted(own)[-_COMPANY:]) / _COMPANY for name, own in by_article.items()}
        return {
            place: (1 - _COMPANY_SHARE) * score + _COMPANY_SHARE * company[self._sections[place][0].id]
            for place, score in scores.items()
        }

    def _alike(self, asked: frozenset[str], phrase: frozenset[str]) -> float:
        """Weighted share of words in common, small words included: "what is" tells a definition from a method."""
        return self._weight(asked & phrase) / (self._weight(asked | phrase) or 1.0)

    def _weight(self, some: frozenset[str]) -> float:
        return sum(_SMALL_WORD if word in STOPWORDS else self._words.rarity(word) for word in some)

    def _fused(self, text: str, scores: dict[int, float]) -> tuple[list[int], How]:
        """Places by reciprocal rank fusion (Cormack, Clarke and Buettcher 2009) of the two lists."""
        by_words = sorted(scores, key=lambda place: (-scores[place], place))[:_DEPTH]
        near = self.vectors.nearest(text, _DEPTH) if self.vectors is not None else None
        if near is None:
            return by_words, "words"
        points: dict[int, float] = defaultdict(float)
        for rank, place in enumerate(by_words, start=1):
            points[place] += 1.0 / (_RANKS + rank)
        for rank, section in enumerate(near, start=1):
            points[self._place[section]] += _VECTOR_SHARE / (_RANKS + rank)
        return sorted(points, key=lambda place: (-points[place], place)), "words and vectors"

    def _refused(self, text: str, scores: dict[int, float], found: list[int], how: How) -> SearchOutcome | None:
        """The outcome that says no, or None if the guide has something to say."""
        if not text.strip() or not self._sections:
            return SearchOutcome(False, (), None, how, "empty")
        nearest = self._sections[found[0]][0].title if found else self._sections[0][0].title
        if asks_for_own_numbers(text):
            return SearchOutcome(False, (), nearest, how, "own_numbers")
        if boundary := crossed(text, self._words.knows):
            titles = {article.id: article.title for article in self.library.articles}
            return SearchOutcome(False, (), titles.get(boundary.nearest, nearest), how, "outside", boundary.name)
        if asks_for_a_figure(text) and (gap := self._stated_gap(text, found[:3])):
            passage = gap.article.passage(gap.section)
            return SearchOutcome(False, (passage,), gap.article.title, how, "stated_gap")
        enough = _TOO_FAR * min(1.0, max(len(stems(text)), 1) / 2)  # a single word cannot score as high as a sentence
        if not found or max(self._strength(text, place, scores) for place in found[:3]) < enough:
            return SearchOutcome(False, (), nearest, how, "too_far")
        return None

    def _stated_gap(self, text: str, found: list[int]) -> _Gap | None:
        """The gap, stated in an article that search found, that covers enough of the question."""
        articles = {self._sections[place][0].id for place in found}
        best: tuple[float, _Gap] | None = None
        for gap in self._gaps:
            if gap.article.id in articles:
                share = self._gap_words.coverage(text, gap.place, self._words)
                if share >= _GAP_SHARE and (best is None or share > best[0]):
                    best = share, gap
        return None if best is None else best[1]

    def _strength(self, text: str, place: int, scores: dict[int, float]) -> float:
        """BM25 score times the share of the question's words that the section has: both must be good."""
        return scores.get(place, 0.0) * self._words.coverage(text, place)

    def _passage(self, place: int, score: float) -> Passage:
        article, section = self._sections[place]
        return article.passage(section, round(score, 4))


def open_guide(folder: Path) -> GuideSearch:
    """Search over the articles that come with the program; the vector index lies in `folder` and nowhere else.

    Returns at once: the index is checked, or built, in the background.
    """
    library = load_library()
    return GuideSearch(library, VectorIndex.open(library, folder))


def _fields(article: Article, section: Section) -> tuple[Field, ...]:
    return (
        Field(section.heading, _HEADING),
        Field(" . ".join(section.asked), _ASKED),
        Field(article.title, _TITLE),
        Field(" . ".join(article.topics), _TOPICS),
        Field(section.text, _TEXT),
    )
