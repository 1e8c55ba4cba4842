"""Vectors for texts, made on this machine without any download: hashed stems, concepts and letter groups.

This is no language model. It brings texts together that share stems, concepts of the thesaurus or pieces of words
(and so forgives spelling), and knows nothing else of meaning: measured on the project's questions it finds less than
word search and adds nothing to it. Anything with the interface of `Embedder` can stand in its place; the index is
rebuilt when the name or the dimension changes.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Protocol

import numpy as np
from numpy.typing import NDArray

from copilot.guide.words import concepts, stems, words

Vectors = NDArray[np.float32]

_CONCEPT_WEIGHT: Final = 0.9
_LETTERS_WEIGHT: Final = 0.35
_LETTERS: Final = 4


class Embedder(Protocol):
    """Turns texts into vectors of unit length (or zero, for a text without a known feature)."""

    @property
    def name(self) -> str:
        """Changes whenever the same text would get another vector."""
        ...

    @property
    def dimension(self) -> int:
        """Length of the vectors."""
        ...

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        ...


@dataclass(frozen=True)
class HashedEmbedder:
    """Term weights by inverse document frequency in `rarity`, hashed with signs into `dimension` places."""

    dimension: int = 512
    rarity: Mapping[str, float] = field(default_factory=dict)
    unseen: float = 1.0  # rarity of a term that stands in no text

    @property
    def name(self) -> str:
        """Version of the method; the weights follow from the texts, whose hash the index keeps."""
        return "hashed-1"

    @classmethod
    def fitted(cls, texts: Sequence[str], dimension: int = 512) -> HashedEmbedder:
        """An embedder whose weights come from these texts: ln((1 + n) / (1 + texts with the term)) + 0.3."""
        documents = Counter(feature for text in texts for feature in features(text))
        rarity = {name: math.log((1 + len(texts)) / (1 + count)) + 0.3 for name, count in documents.items()}
        return cls(dimension, rarity, math.log(1 + len(texts)) + 0.3)

    def embed(self, texts: Sequence[str]) -> Vectors:
        """One row a text."""
        vectors = np.zeros((len(texts), self.dimension), dtype=np.float32)
        for row, text in enumerate(texts):
            for name, weight in features(text).items():
                code = zlib.crc32(name.encode())
                sign = 1.0 if code & 1 else -1.0
                vectors[row, (code >> 1) % self.dimension] += sign * weight * self.rarity.get(name, self.unseen)
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        lengths[lengths == 0] = 1.0
        scaled: Vectors = (vectors / lengths).astype(np.float32)
        return scaled


def features(text: str) -> dict[str, float]:
    """Weighted features of a text: repeated words count less and less."""
    counted: Counter[str] = Counter(stems(text))
    found = {name: 1.0 + math.log(count) for name, count in counted.items()}
    found |= dict.fromkeys(concepts(text), _CONCEPT_WEIGHT)
    for word in {word for word in words(text) if len(word) > _LETTERS}:
        padded = f"<{word}>"
        for start in range(len(padded) - _LETTERS + 1):
            name = f"#{padded[start : start + _LETTERS]}"
            found[name] = _LETTERS_WEIGHT
    return found
