"""Owns the stability of a difference: does it point the same way in both halves of the customers?"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.statistics.intervals import Floats

Mask = npt.NDArray[np.bool_]
Stability = Literal["both", "early", "late", "unknown"]
"""Holds in both halves; could be seen in one half only; could be judged in neither."""

SMALLEST_HALF: Final = 10  # of the group, and of the rest, in a half; and customers with the trait


@dataclass(frozen=True)
class Halves:
    """Customers cut in two: by the day of the first order where it differs enough, else at random by their key."""

    late: Mask
    border: date | None  # first day of the later half; None: random halves


def halves(first_day: pd.Series[pd.Timestamp] | None, keys: pd.Index) -> Halves:
    """Two halves of the customers. By time a difference must hold for early and for late customers alike."""
    if first_day is not None and len(first_day):
        border = first_day.sort_values().iloc[len(first_day) // 2]
        late = (first_day >= border).to_numpy()
        if 0.25 <= late.mean() <= 0.75:
            return Halves(late, pd.Timestamp(border).date())
    odd = np.array([zlib.crc32(str(key).encode()) % 2 == 1 for key in keys], dtype=bool)
    return Halves(odd, None)


def of_levels(inside: Mask, has: Mask, late: Mask) -> Stability | None:
    """Where the trait's share differs in the same direction; None if the halves contradict each other."""
    signs = []
    for half in (~late, late):
        n, m = float((inside & half).sum()), float((~inside & half).sum())
        a, c = float((inside & has & half).sum()), float((~inside & has & half).sum())
        usable = n >= SMALLEST_HALF and m >= SMALLEST_HALF and a + c >= SMALLEST_HALF
        signs.append(np.sign((a + 0.5) / (n + 1) - (c + 0.5) / (m + 1)) if usable else None)
    return _agree(signs)


def of_numbers(inside: Mask, numbers: Floats, late: Mask) -> Stability | None:
    """The same for a number, by the mean rank."""
    ranks = pd.Series(numbers).rank().to_numpy()
    signs = []
    for half in (~late, late):
        ours, theirs = ranks[inside & half], ranks[~inside & half]
        usable = min(len(ours), len(theirs)) >= SMALLEST_HALF
        signs.append(np.sign(ours.mean() - theirs.mean()) if usable else None)
    return _agree(signs)


def _agree(signs: list[float | None]) -> Stability | None:
    early, late = signs
    if early is None and late is None:
        return "unknown"
    if late is None:
        return "early"
    if early is None:
        return "late"
    return "both" if early == late else None
