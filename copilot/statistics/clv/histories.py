"""Owns the purchase histories a model is fitted to: x, t_x and T of customers, each distinct one once with a count."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


def grouped(code: Ints, values: Floats, size: int) -> Floats:
    """Sum of `values` in each of `size` groups."""
    return np.asarray(np.bincount(code, values, size), dtype=float)


def distinct_pairs(x: Floats, age: Floats) -> tuple[Floats, Floats, Ints]:
    """The distinct pairs (x, T) and each customer's place among them: what an active customer will do depends on
    these two alone.

    >>> distinct_pairs(np.array([1.0, 0.0, 1.0]), np.array([5.0, 5.0, 5.0]))[2].tolist()
    [1, 0, 1]
    """
    x_code, counts = pd.factorize(x, sort=True)
    age_code, ages = pd.factorize(age, sort=True)
    code, packed = pd.factorize(x_code.astype(np.int64) * max(1, len(ages)) + age_code, sort=True)
    x_place, age_place = np.divmod(packed, max(1, len(ages)))
    return np.asarray(counts, dtype=float)[x_place], np.asarray(ages, dtype=float)[age_place], code.astype(np.int64)


@dataclass(frozen=True)
class Histories:
    """Distinct histories with how many customers share each, as codes into sorted lists of their values.

    x: repeat purchases (days with an order after the first); t_x: time from first to last purchase (0 if x = 0);
    T: time from first purchase to the end of observation. Row i has x = `counts[x_code[i]]`, t_x = `lasts[t_code[i]]`
    and T = `ages[age_code[i]]`, and stands for `weight[i]` customers. Rows are sorted, so that the order in which
    customers come does not matter.
    """

    counts: Floats
    lasts: Floats
    ages: Floats
    x_code: Ints
    t_code: Ints
    age_code: Ints
    weight: Floats

    @classmethod
    def of(cls, x: npt.ArrayLike, last: npt.ArrayLike, age: npt.ArrayLike) -> Histories:
        """Histories of customers given one by one.

        >>> Histories.of([0, 0, 2], [0, 0, 30.43], [38.86, 38.86, 38.86]).weight.tolist()
        [2.0, 1.0]
        """
        codes, lists = [], []
        for values in (x, last, age):
            code, unique = pd.factorize(np.asarray(values, dtype=float), sort=True)
            codes.append(code.astype(np.int64))
            lists.append(np.asarray(unique, dtype=float))
        packed = (codes[0] * len(lists[1]) + codes[1]) * len(lists[2]) + codes[2]
        key, weight = np.unique(packed, return_counts=True)
        rest, age_code = np.divmod(key, max(1, len(lists[2])))
        x_code, t_code = np.divmod(rest, max(1, len(lists[1])))
        return cls(lists[0], lists[1], lists[2], x_code, t_code, age_code, weight.astype(float))

    @property
    def n(self) -> int:
        """Number of customers."""
        return int(self.weight.sum())

    @property
    def rows(self) -> int:
        """Number of distinct histories."""
        return len(self.weight)

    @cached_property
    def x(self) -> Floats:
        """x of each row."""
        return self.counts[self.x_code]

    @cached_property
    def last(self) -> Floats:
        """t_x of each row."""
        return self.lasts[self.t_code]

    @cached_property
    def age(self) -> Floats:
        """T of each row."""
        return self.ages[self.age_code]

    @property
    def repeats(self) -> float:
        """All repeat purchases together."""
        return float((self.weight * self.x).sum())

    def scaled(self, factor: float) -> Histories:
        """The same histories in another unit of time."""
        return Histories(
            self.counts, self.lasts * factor, self.ages * factor, self.x_code, self.t_code, self.age_code, self.weight
        )

    def thinned(self, most: int) -> Histories:
        """Every k-th row, so that at most `most` rows are left; for choosing among starts."""
        step = -(-self.rows // most)
        if step <= 1:
            return self
        take = slice(step // 2, None, step)
        return Histories(
            self.counts, self.lasts, self.ages, self.x_code[take], self.t_code[take], self.age_code[take],
            self.weight[take],
        )  # fmt: skip
