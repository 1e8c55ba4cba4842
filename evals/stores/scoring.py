"""Scores the strongest rule found in a planted shop against its truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from cmo_copilot.evals.stores.model import Mask, Rule, Shop
from copilot.statistics.strongest import Verdict
from copilot.statistics.traits import OUTSIDE, TraitLevel

F1_AT_LEAST: Final = 0.9
SIZE_ERROR: Final = 0.02


@dataclass(frozen=True)
class Score:
    """One shop. `f1` of the named customers against the planted ones; `right`: named exactly, or as good as.

    `size_error`: relative, of the named customers' number. `value_within`: the realised ratio lies in the interval.
    `forbidden`: a forbidden rule was called certain. `honest`: the confidence is one the truth allows.
    """

    code: str
    seed: int
    named: str
    certain: bool
    f1: float
    right: bool
    in_three: bool
    size_error: float
    value_within: bool
    forbidden: bool
    honest: bool


def score(shop: Shop, verdict: Verdict | None) -> Score:
    """What the verdict on a shop is worth. No verdict at all counts as "not certain"."""
    truth = shop.truth
    if verdict is None:
        return Score(shop.code, shop.seed, "", False, 0.0, truth.rule is None, False, 0.0, True, False,
                     truth.confidence != "certain")  # fmt: skip
    found = verdict.found.conditions
    f1, size_error = 0.0, 1.0
    if truth.rule is not None:
        planted = shop.members(truth.rule)
        f1 = _f1(_members(shop, found), planted)
        size_error = abs(int(verdict.inside.sum()) - truth.size) / truth.size
    trapped = any(_contains(found, rule) for rule in truth.forbidden)
    right = f1 >= F1_AT_LEAST or (not trapped and any(_contains(found, rule) for rule in truth.accepted))
    three = (found, *verdict.found.runners_up)[:3]
    in_three = right or (
        truth.rule is not None and any(_f1(_members(shop, r), shop.members(truth.rule)) >= F1_AT_LEAST for r in three)
    )
    within = truth.ratio is None or not right or verdict.low <= truth.ratio <= verdict.high
    return Score(
        code=shop.code,
        seed=shop.seed,
        named=" and ".join(one.text() for one in found),
        certain=verdict.certain,
        f1=f1,
        right=right,
        in_three=in_three,
        size_error=size_error if truth.rule is not None and right else 0.0,
        value_within=within,
        forbidden=verdict.certain and trapped and not right,
        honest={"certain": verdict.certain and right, "not certain": not verdict.certain,
                "either": right or in_three or not verdict.certain}[truth.confidence],
    )  # fmt: skip


def _rule(conditions: tuple[TraitLevel, ...]) -> dict[str, str]:
    return {one.trait: one.level for one in conditions}


def _contains(conditions: tuple[TraitLevel, ...], rule: Rule) -> bool:
    named = _rule(conditions)
    return all(named.get(trait) == level for trait, level in rule.items())


def _members(shop: Shop, conditions: tuple[TraitLevel, ...]) -> Mask:
    chosen = np.ones(len(shop.people), dtype=bool)
    for one in conditions:
        if one.trait == "abroad":
            home = one.level.removeprefix(OUTSIDE)
            own = (shop.people["country"] == home).to_numpy()
            chosen &= own if one.level == home else ~own
        elif one.trait in shop.people:
            chosen &= (shop.people[one.trait] == one.level).to_numpy()
        else:
            return np.zeros(len(shop.people), dtype=bool)
    return chosen


def _f1(named: Mask, planted: Mask) -> float:
    both = float((named & planted).sum())
    return 2 * both / float(named.sum() + planted.sum()) if both else 0.0
