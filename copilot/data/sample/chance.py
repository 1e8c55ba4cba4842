"""Weighted draws, quick enough to make tens of thousands of them one at a time."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Generic, TypeVar

import numpy as np

T = TypeVar("T")


@dataclass(frozen=True)
class Urn(Generic[T]):
    """Choices with weights (any positive scale); drawing leaves the urn as it is."""

    choices: tuple[T, ...]
    heights: tuple[float, ...]  # cumulated weights, the last is their sum

    @classmethod
    def of(cls, choices: Sequence[T], weights: Sequence[float]) -> Urn[T]:
        """An urn of `choices`, each as likely as its weight."""
        return cls(tuple(choices), tuple(accumulate(weights)))

    def draw(self, rng: np.random.Generator) -> T:
        """One choice."""
        at = bisect_right(self.heights, float(rng.random()) * self.heights[-1])
        return self.choices[min(at, len(self.choices) - 1)]
