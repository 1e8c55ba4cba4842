"""The marketer's thesaurus: which words stand for which concept of the guide, read from `concepts.txt`."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from importlib import resources


@lru_cache(maxsize=1)
def load_concepts() -> Mapping[str, tuple[str, ...]]:
    """Concept -> words and phrases that stand for it.

    >>> "coupon" in load_concepts()["discount"]
    True
    """
    text = (resources.files("copilot.guide") / "concepts.txt").read_text(encoding="utf-8")
    table: dict[str, tuple[str, ...]] = {}
    for line in text.splitlines():
        concept, _, phrases = line.partition(":")
        if phrases and not line.startswith("#"):
            table[concept.strip()] = tuple(phrase.strip() for phrase in phrases.split(",") if phrase.strip())
    return table
