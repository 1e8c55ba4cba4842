"""Turns text into what search compares: stems, and the marketing concepts that different words stand for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

import snowballstemmer

from copilot.guide.concepts import load_concepts

_WORD: Final = re.compile(r"[^\W_]+(?:['’][a-z]+)?", re.UNICODE)
_SHORTENED: Final = re.compile(r"\b(what|who|where|when|how|it|that|there)'s\b")
_FOLDED: Final = str.maketrans({"’": "'", "é": "e", "è": "e", "ü": "u", "ö": "o", "ä": "a"})
STOPWORDS: Final = frozenset(
    word
    for line in (
        "a about after again all also am an and another any anybody anyone anything are as at be because been before",
        "being but by can cannot could did do does doing done down each either else ever every few for from further",
        "get gets getting give gives go goes going got had has have having he her here him his how i if in into is it",
        "its itself just kind know let lot made make makes many may me mean means might mine more most much must my",
        "myself no nor not of off ok on one ones only onto or other our ours out over own per please put rather really",
        "same say says shall she should so some somebody someone something still such than that the their theirs them",
        "then there these they thing things this those though through to too under until up upon us use used very via",
        "want was way we well were what when where whether which while who whom whose why will with within without",
        "would yes yet you your yours i'm it's that's what's don't doesn't isn't can't let's we're you're i've they're",
        "like need needs think tell show explain help anyone's everybody everyone folks guys hi hello thanks exactly",
    )
    for word in line.split()
)


def words(text: str) -> list[str]:
    """Lower-case words of a text, without marks.

    >>> words("Win-back: who's LAPSED?")
    ['win', 'back', 'who', 'is', 'lapsed']
    """
    return _WORD.findall(_SHORTENED.sub(r"\1 is", text.lower().translate(_FOLDED)))


@lru_cache(maxsize=20_000)
def stem(word: str) -> str:
    """The stem of one lower-case word (Snowball, English).

    >>> stem("customers"), stem("buying")
    ('custom', 'buy')
    """
    # a stemmer keeps the word it works on, so threads may not share one
    return str(snowballstemmer.stemmer("english").stemWord(word.removesuffix("'s")))


def stems(text: str) -> list[str]:
    """Stems of the words that carry meaning.

    >>> stems("How do I win them back?")
    ['win', 'back']
    """
    return [stem(word) for word in words(text) if word not in STOPWORDS]


def concepts(text: str) -> list[str]:
    """Concepts that words or phrases of the text stand for, each once, written with a leading colon."""
    return list(dict.fromkeys(concept for _, _, concept in concept_spans([stem(word) for word in words(text)])))


def concept_spans(sequence: Sequence[str]) -> list[tuple[int, int, str]]:
    """(start, end, concept) of every phrase of the thesaurus in a sequence of stems."""
    table, longest = _phrases()
    return [
        (start, start + length, f":{concept}")
        for start in range(len(sequence))
        for length in range(min(longest, len(sequence) - start), 0, -1)
        for concept in table.get(tuple(sequence[start : start + length]), ())
    ]


def wording(text: str) -> frozenset[str]:
    """Words of a text, small ones included, each thing the thesaurus knows replaced by its concept.

    >>> sorted(wording("What is an ideal customer profile?")) == sorted(wording("what is an ICP"))
    True
    """
    sequence = words(text)
    stemmed = [stem(word) for word in sequence]
    longest: dict[int, tuple[int, str]] = {}
    for start, end, concept in concept_spans(stemmed):
        if end > longest.get(start, (0, ""))[0]:
            longest[start] = end, concept
    found, at = set(), 0
    while at < len(sequence):
        end, token = longest.get(at, (at + 1, sequence[at] if sequence[at] in STOPWORDS else stemmed[at]))
        found.add(token)
        at = end
    return frozenset(found)


@lru_cache(maxsize=1)
def _phrases() -> tuple[dict[tuple[str, ...], tuple[str, ...]], int]:
    """Stemmed phrase -> concepts, and the length of the longest phrase."""
    table: dict[tuple[str, ...], tuple[str, ...]] = {}
    for concept, phrases in load_concepts().items():
        for phrase in phrases:
            key = tuple(stem(word) for word in words(phrase))
            table[key] = (*table.get(key, ()), concept)
    return table, max(map(len, table), default=1)
