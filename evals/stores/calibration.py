"""Counts how many of the differences called reliable in planted shops are truly there."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cmo_copilot.evals.stores.model import Mask, Shop
from copilot.statistics.intervals import top_count
from copilot.statistics.trait_tests import Findings, LevelFinding, run
from copilot.statistics.traits import TraitFrame

TOP = 0.20
_FIELDS = frozenset({"net_sales"})


@dataclass(frozen=True)
class Claims:
    """Reliable differences of one shop's top fifth, those that are not partly definition or time.

    `true` are of traits that truly go with value in this shop.
    """

    made: int
    true: int
    named: tuple[str, ...] = ()  # the false ones


def top_fifth(known: TraitFrame) -> Mask:
    """The fifth of customers of highest value."""
    order = np.argsort(-known.value.to_numpy(), kind="stable")
    inside: Mask = np.zeros(len(order), dtype=bool)
    inside[order[: top_count(len(order), TOP)]] = True
    return inside


def claims(shop: Shop, known: TraitFrame) -> Claims:
    """What is said to set the shop's best fifth apart, against the truth. Traits with a caution do not count, nor
    differences said to vanish or reverse."""
    found: Findings = run(known, top_fifth(known), _FIELDS)
    said = [
        one.test.what.trait for one in found.levels if not one.caution and one.doubt is None and not _only_time(one)
    ]
    said += [one.test.name for one in found.numbers if not one.caution and one.doubt is None]
    false = tuple(trait for trait in said if trait not in shop.truth.real)
    return Claims(len(said), len(said) - len(false), false)


def _only_time(one: LevelFinding) -> bool:
    within = one.within_month
    return within is not None and within.low <= 1 <= within.high
