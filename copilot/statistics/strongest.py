"""Strongest rule: the trait, or pair of traits, whose customers are worth most, judged against chance."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.intervals import SEED, Floats, bootstrap, mean_interval
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Result
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule
from copilot.statistics.traits import ATTRIBUTE, TraitFrame, TraitLevel, trait_frame

# Traits one can choose customers by before they have spent anything much.
LEVEL_TRAITS: Final = (
    "country", "abroad", "region", "first_channel", "first_source", "first_device", "first_category", "first_product",
    "first_discounted",
)  # fmt: skip
SMALLEST_RULE: Final = 50
SMALLEST_SIDE: Final = 20  # customers with one level of a pair but not the other, to tell the two apart
SHUFFLES: Final = 499
ENOUGH: Final = 50  # shuffles as strong as the data after which more of them tell nothing new
MOST_CUSTOMERS: Final = 20_000  # taken into the search; above it a fixed sample
CERTAIN_BELOW: Final = 0.05
PAIR_Z: Final = 2.58  # a pair has to beat each of its single levels at 99 %
CAP: Final = 0.99
ALONE: Final = (
    "Mean value per customer with this trait but not the other / mean of customers with neither; values capped at the "
    "99th percentile of all."
)

Codes = npt.NDArray[np.int64]


class StrongestRule(Result):
    """The trait, or pair of traits, whose customers are worth most, with a permutation p-value over all tried.

    `certain` is False if no candidate stands out from chance (p > 0.05); then `conditions` is the best guess
    and is to be called one. `single_effects`: for a pair, what each of its two levels does without the other.
    """

    conditions: tuple[TraitLevel, ...]
    rule: SegmentRule | None
    certain: bool
    size: Figure
    value_in: Figure
    value_out: Figure
    effect: Figure  # ratio of mean net value per customer, in the rule against outside it
    p_value: Figure
    tried: Figure
    single_effects: tuple[Figure, ...]
    text: str


@dataclass(frozen=True)
class Search:
    """What the search found: conditions, the chance of so strong a rule without any pattern, rules tried."""

    conditions: tuple[TraitLevel, ...]
    chance: float
    tried: int


@dataclass(frozen=True)
class _Grid:
    """All combinations of one trait's levels, or of two traits' levels, as one code per customer."""

    traits: tuple[str, ...]
    names: tuple[tuple[str, ...], ...]  # levels per trait
    codes: Codes  # -1: unknown
    sizes: Codes  # customers per code

    def levels(self, code: int) -> tuple[str, ...]:
        """The levels a code stands for."""
        if len(self.traits) == 1:
            return (self.names[0][code],)
        return self.names[0][code // len(self.names[1])], self.names[1][code % len(self.names[1])]


@dataclass(frozen=True)
class _Candidate:
    grid: int
    code: int
    z: float


def strongest_rule(tables: Tables, scope: Scope) -> StrongestRule:
    """Search single traits and pairs for customers of higher value: ranks of value within the month of the first
    order, standardised, against the best rule found in 499 shuffles of the values within those months.

    A pair is named only if it beats each of its two levels alone; otherwise the better single level is.
    """
    receipts = Receipts(tables, scope, "strongest_rule")
    known = _sample(trait_frame(tables, scope))
    found = search(known)
    return _nothing(receipts) if found is None else _result(receipts, known, found)


def search(known: TraitFrame) -> Search | None:
    """The strongest rule among the traits of these customers; None if no trait has two levels of enough customers."""
    grids = _grids(known)
    score = _scores(known)
    candidates = _candidates(grids, score)
    if not candidates:
        return None
    chosen = next((c for c in candidates if _holds(grids[c.grid], c.code, known, score)), candidates[0])
    grid = grids[chosen.grid]
    conditions = tuple(
        TraitLevel(trait=trait, label=known.label(trait), level=level)
        for trait, level in zip(grid.traits, grid.levels(chosen.code), strict=True)
    )
    tried = sum(int((one.sizes >= SMALLEST_RULE).sum()) for one in grids)
    return Search(conditions, _chance(grids, score, known, chosen.z), tried)


def _sample(known: TraitFrame) -> TraitFrame:
    if len(known.value) <= MOST_CUSTOMERS:
        return known
    places = np.sort(np.random.default_rng(SEED).choice(len(known.value), MOST_CUSTOMERS, replace=False))
    return TraitFrame(known.levels.iloc[places], known.value.iloc[places], known.month.iloc[places], known.skipped)


def _grids(known: TraitFrame) -> list[_Grid]:
    """Single traits first, then pairs of different traits; only those with a large enough combination."""
    usable = [t for t in known.levels.columns if t in LEVEL_TRAITS or t.startswith(ATTRIBUTE)]
    singles = []
    for trait in usable:
        codes, names = pd.factorize(known.levels[trait], sort=True)
        sizes = np.bincount(codes[codes >= 0], minlength=len(names))
        if (sizes >= SMALLEST_RULE).any():
            singles.append(_Grid((trait,), (tuple(str(n) for n in names),), codes.astype(np.int64), sizes))
    pairs = []
    for one, two in combinations(singles, 2):
        width = len(two.names[0])
        both = np.where((one.codes >= 0) & (two.codes >= 0), one.codes * width + two.codes, -1)
        sizes = np.bincount(both[both >= 0], minlength=len(one.names[0]) * width)
        if (sizes >= SMALLEST_RULE).any():
            pairs.append(_Grid(one.traits + two.traits, one.names + two.names, both, sizes))
    return singles + pairs


def _scores(known: TraitFrame) -> Floats:
    """Rank of the value among all, as a z-score, minus the mean of the customer's first month."""
    ranks = known.value.rank(method="average")
    spread = float(ranks.std(ddof=0)) or 1.0
    z = (ranks - ranks.mean()) / spread
    centred: Floats = (z - z.groupby(known.month).transform("mean")).to_numpy(dtype=float)
    return centred


def _standardised(grid: _Grid, score: Floats) -> Floats:
    """z of the mean score of every combination; -inf where it is too small."""
    seen = grid.codes >= 0
    sums = np.bincount(grid.codes[seen], weights=score[seen], minlength=len(grid.sizes))
    n, everyone = grid.sizes.astype(float), float(len(score))
    spread = float(score.std()) or 1.0
    with np.errstate(divide="ignore", invalid="ignore"):
        error = spread * np.sqrt(n * (everyone - n) / max(everyone - 1, 1))
        z = sums / error
    return np.where((n >= SMALLEST_RULE) & (n <= everyone - SMALLEST_RULE) & np.isfinite(z), z, -np.inf)


def _candidates(grids: list[_Grid], score: Floats) -> list[_Candidate]:
    found = []
    for place, grid in enumerate(grids):
        z = _standardised(grid, score)
        found += [_Candidate(place, int(code), float(z[code])) for code in np.flatnonzero(z > 0)]
    return sorted(found, key=lambda c: (-c.z, c.grid, c.code))


def _holds(grid: _Grid, code: int, known: TraitFrame, score: Floats) -> bool:
    """A single level always; a pair if it beats each of its levels without the other."""
    if len(grid.traits) == 1:
        return True
    has = [
        (known.levels[trait] == level).to_numpy() for trait, level in zip(grid.traits, grid.levels(code), strict=True)
    ]
    both = has[0] & has[1]
    return all(_beats(score[both], score[one & ~both]) for one in has)


def _beats(ours: Floats, theirs: Floats) -> bool:
    if len(theirs) < SMALLEST_SIDE:
        return False
    error = math.sqrt(float(ours.var()) / len(ours) + float(theirs.var()) / len(theirs))
    return error > 0 and (float(ours.mean()) - float(theirs.mean())) / error >= PAIR_Z


def _chance(grids: list[_Grid], score: Floats, known: TraitFrame, z: float) -> float:
    """Share of shuffles (within months) whose strongest combination reaches `z`; the data itself counts as one.

    Stops when 50 have reached it: it is chance, and the share so far says so (Besag and Clifford 1991).
    """
    generator = np.random.default_rng(SEED)
    months = pd.factorize(known.month, sort=True)[0]
    by_month = np.argsort(months, kind="stable")
    reached = 0
    for done in range(1, SHUFFLES + 1):
        drawn = np.lexsort((generator.random(len(score)), months))
        shuffled = np.empty_like(score)
        shuffled[by_month] = score[drawn]
        reached += any(float(_standardised(grid, shuffled).max(initial=-np.inf)) >= z for grid in grids)
        if reached >= ENOUGH:
            return reached / done
    return (1 + reached) / (1 + SHUFFLES)


def _result(receipts: Receipts, known: TraitFrame, found: Search) -> StrongestRule:
    conditions, chance, tried = found.conditions, found.chance, found.tried
    has = [(known.levels[c.trait] == c.level).to_numpy() for c in conditions]
    inside = np.logical_and.reduce(has)
    value = known.value.to_numpy(dtype=float)
    capped = np.minimum(value, np.quantile(value, CAP))
    certain = chance <= CERTAIN_BELOW
    text = " and ".join(condition.text() for condition in conditions)
    rule = SegmentRule(name=text, conditions=tuple(condition.condition() for condition in conditions))
    told: dict[str, Any] = {"query": {**receipts.query(), "segment": rule.model_dump(mode="json")}}
    single: tuple[Figure, ...] = ()
    if len(conditions) == 2:
        single = tuple(
            _ratio(
                receipts,
                capped[one & ~inside],
                capped[~has[0] & ~has[1]],
                f"{condition.text()}, without the other: times the value per customer with neither",
                told | {"definition": ALONE},
            )
            for condition, one in zip(conditions, has, strict=True)
        )
    return StrongestRule(
        conditions=conditions,
        rule=rule,
        certain=certain,
        size=receipts.figure("group_customers", int(inside.sum()), definition=f"Customers with: {text}.", **told),
        value_in=_mean(receipts, value[inside], f"{text}: value per customer", told),
        value_out=_mean(receipts, value[~inside], "All other customers: value per customer", told),
        effect=_ratio(receipts, capped[inside], capped[~inside], f"{text}: times the value per customer", told),
        p_value=receipts.figure("permutation_p", chance, n=len(value), of="customers", decimals=3, **told),
        tried=receipts.figure("tests", tried, label="Rules tried", definition="Traits and pairs of traits with at "
                              f"least {SMALLEST_RULE} customers.", **told),
        single_effects=single,
        text=text if certain else f"{text} (not certain: so strong a rule could be chance)",
    )  # fmt: skip


def _mean(receipts: Receipts, values: Floats, label: str, told: dict[str, Any]) -> Figure:
    return receipts.figure(
        "mean_value", float(values.mean()) if len(values) else None, label=label, n=len(values), of="customers",
        people=len(values), interval_of=(mean_interval(values), "bootstrap 95 %"), **told,
    )  # fmt: skip


def _ratio(receipts: Receipts, ours: Floats, theirs: Floats, label: str, told: dict[str, Any]) -> Figure:
    """Ratio of two means with a bootstrap interval on the log scale of both means."""
    details: dict[str, Any] = {"label": label, "n": len(ours), "people": len(ours), "of": "customers", **told}
    if not len(ours) or not len(theirs) or theirs.mean() <= 0 or ours.mean() <= 0:
        return receipts.figure("value_ratio", None, **details)
    ratio = float(ours.mean() / theirs.mean())
    bounds = None
    one, two = bootstrap(ours, _log_mean), bootstrap(theirs, _log_mean)
    if one and two:
        half = math.hypot(one[1] - one[0], two[1] - two[0]) / 2
        bounds = (ratio * math.exp(-half), ratio * math.exp(half))
    return receipts.figure("value_ratio", ratio, interval_of=(bounds, "bootstrap 95 %, log ratio"), **details)


def _log_mean(values: Floats) -> float:
    mean = float(values.mean())
    return math.log(mean) if mean > 0 else math.nan


def _nothing(receipts: Receipts) -> StrongestRule:
    """No trait has two levels with enough customers."""
    reason = (f"no trait splits the customers into groups of at least {SMALLEST_RULE}",)
    missing = {name: receipts.figure(name, None, warnings=reason) for name in ("mean_value", "value_ratio")}
    return StrongestRule(
        conditions=(),
        rule=None,
        certain=False,
        size=receipts.figure("group_customers", 0, warnings=reason),
        value_in=missing["mean_value"],
        value_out=missing["mean_value"],
        effect=missing["value_ratio"],
        p_value=receipts.figure("permutation_p", None, warnings=reason),
        tried=receipts.figure("tests", 0),
        single_effects=(),
        text="No trait in the data tells valuable customers from others.",
    )
