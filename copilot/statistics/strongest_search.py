"""Owns the search for the strongest rule: all traits and pairs of traits scored at once, judged by shuffling."""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import combinations, pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.statistics.intervals import SEED, Floats
from copilot.statistics.simpson import still_matters
from copilot.statistics.traits import ATTRIBUTE, TraitFrame, TraitLevel, related

# Traits one can choose customers by before they have spent anything much.
LEVEL_TRAITS: Final = (
    "country", "abroad", "region", "first_channel", "first_source", "first_device", "first_category", "first_product",
    "first_discounted",
)  # fmt: skip
SMALLEST_RULE: Final = 50
SMALLEST_SIDE: Final = 20  # customers with one level of a pair but not the other, to tell the two apart
SHUFFLES: Final = 499
FEWER_SHUFFLES: Final = 199  # where customers x candidates are very many
MANY_CELLS: Final = 20_000_000
BATCH: Final = 64
ENOUGH: Final = 30  # shuffles as strong as the data after which more of them tell nothing new
MOST_CUSTOMERS: Final = 20_000  # taken into the search; above it a fixed sample
PAIR_Z: Final = 2.58  # a pair has to beat each of its single levels at 99 %
REFINE_Z: Final = 3.5  # a pair within a stronger single level replaces it only if it stands out this far
Z95_ONE: Final = 1.645
STRATUM_SIDE: Final = 10  # customers on each side of a stratum for it to be compared
COVERED: Final = 0.5  # share of the rule's customers that compared strata must hold
SHRUNK: Final = 0.5  # an effect that loses more than this within another trait's levels is that trait's

Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Narrow = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Explained:
    """A strong rule that was passed over: within the levels of `by` its customers are worth no more than others."""

    conditions: tuple[TraitLevel, ...]
    by: str  # the other trait, in words
    reverses: bool  # worth less, not merely no more


@dataclass(frozen=True)
class Search:
    """What the search found: conditions, the chance of so strong a rule without any pattern, rules tried.

    `passed_over`: stronger-looking rules that another trait explains. `runners_up`: the next strongest by rank.
    """

    conditions: tuple[TraitLevel, ...]
    chance: float
    tried: int
    passed_over: tuple[Explained, ...] = ()
    runners_up: tuple[tuple[TraitLevel, ...], ...] = ()
    explained: bool = False  # no candidate stands on its own: the rule named is another trait's doing


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
    grid: _Grid
    code: int
    z: float

    def inside(self) -> Mask:
        """Customers of the candidate."""
        chosen: Mask = self.grid.codes == self.code
        return chosen


def search(known: TraitFrame) -> Search | None:
    """The strongest rule among the traits of these customers; None if no trait has two levels of enough customers.

    Score of a customer: rank of the value among all, as a z-score, minus the mean of the customer's first month.
    A candidate's z: its customers' mean score, standardised for drawing without replacement. A pair counts only if
    it beats each of its levels without the other; a candidate that another trait explains is passed over.
    """
    grids = _grids(known)
    score = _scores(known)
    found = _candidates(grids, score)
    if not found:
        return None
    passed: list[Explained] = []
    chosen = None
    for candidate in found:
        if not _holds(candidate, grids, score):
            continue
        by = _explained(candidate, known, score)
        if by is None:
            chosen = candidate
            break
        passed.append(Explained(_conditions(candidate, known), *by))
    explained = chosen is None
    chosen = chosen or next((c for c in found if len(c.grid.traits) == 1), found[0])
    chosen = chosen if explained else _refined(chosen, found, grids, known, score)
    tried = sum(int((one.sizes >= SMALLEST_RULE).sum()) for one in grids)
    return Search(
        _conditions(chosen, known),
        _chance(grids, score, known, chosen.z),
        tried,
        tuple(passed[:3]),
        tuple(_conditions(c, known) for c in found[:5] if c is not chosen)[:3],
        explained,
    )


def sampled(known: TraitFrame) -> TraitFrame:
    """The customers, or a fixed sample of them where there are very many."""
    if len(known.value) <= MOST_CUSTOMERS:
        return known
    places = np.sort(np.random.default_rng(SEED).choice(len(known.value), MOST_CUSTOMERS, replace=False))
    return known.take(places)


def _conditions(candidate: _Candidate, known: TraitFrame) -> tuple[TraitLevel, ...]:
    grid = candidate.grid
    return tuple(
        TraitLevel(trait=trait, label=known.label(trait), level=level)
        for trait, level in zip(grid.traits, grid.levels(candidate.code), strict=True)
    )


def _grids(known: TraitFrame) -> list[_Grid]:
    """Single traits first, then pairs of traits that are not each other's; only with a large enough combination."""
    usable = [t for t in known.levels.columns if t in LEVEL_TRAITS or t.startswith(ATTRIBUTE)]
    singles = []
    for trait in usable:
        codes, names = pd.factorize(known.levels[trait], sort=True)
        sizes = np.bincount(codes[codes >= 0], minlength=len(names))
        if (sizes >= SMALLEST_RULE).any():
            singles.append(_Grid((trait,), (tuple(str(n) for n in names),), codes.astype(np.int64), sizes))
    pairs = []
    for one, two in combinations(singles, 2):
        if two.traits[0] in related(one.traits[0]):
            continue
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


def _errors(grid: _Grid, score: Floats) -> Floats:
    """Standard error of the sum of scores of every combination, drawn without replacement; NaN where too small."""
    n, everyone = grid.sizes.astype(float), float(len(score))
    spread = float(score.std()) or 1.0
    usable = (n >= SMALLEST_RULE) & (n <= everyone - SMALLEST_RULE)
    variance = np.where(usable, n * (everyone - n) / max(everyone - 1, 1), np.nan)
    return spread * np.sqrt(variance)


def _candidates(grids: list[_Grid], score: Floats) -> list[_Candidate]:
    """Combinations whose customers score above average, strongest first; ties by order of traits and levels."""
    found: list[tuple[float, int, int]] = []
    for place, grid in enumerate(grids):
        seen = grid.codes >= 0
        sums = np.bincount(grid.codes[seen], weights=score[seen], minlength=len(grid.sizes))
        z = np.nan_to_num(sums / _errors(grid, score), nan=-1.0)
        found += [(-float(z[code]), place, int(code)) for code in np.flatnonzero(z > 0)]
    return [_Candidate(grids[place], code, -z) for z, place, code in sorted(found)]


def _refined(
    chosen: _Candidate, found: list[_Candidate], grids: list[_Grid], known: TraitFrame, score: Floats
) -> _Candidate:
    """The strongest pair inside a single level that clearly carries it (a wide level can outscore the narrow cause)."""
    if len(chosen.grid.traits) == 2:
        return chosen
    own = (chosen.grid.traits[0], chosen.grid.levels(chosen.code)[0])
    for pair in found:
        inside = len(pair.grid.traits) == 2 and own in zip(pair.grid.traits, pair.grid.levels(pair.code), strict=True)
        if inside and _holds(pair, grids, score, REFINE_Z) and _explained(pair, known, score) is None:
            return pair
    return chosen


def _holds(candidate: _Candidate, grids: list[_Grid], score: Floats, least: float = PAIR_Z) -> bool:
    """A single level always; a pair if it beats each of its levels without the other."""
    grid = candidate.grid
    if len(grid.traits) == 1:
        return True
    both = candidate.inside()
    singles = {one.traits[0]: one for one in grids if len(one.traits) == 1}
    for trait, level in zip(grid.traits, grid.levels(candidate.code), strict=True):
        single = singles[trait]
        has = single.codes == single.names[0].index(level)
        if not _beats(score[both], score[has & ~both], least):
            return False
    return True


def _beats(ours: Floats, theirs: Floats, least: float) -> bool:
    if len(theirs) < SMALLEST_SIDE:
        return False
    error = math.sqrt(float(ours.var()) / len(ours) + float(theirs.var()) / len(theirs))
    return error > 0 and (float(ours.mean()) - float(theirs.mean())) / error >= least


def _explained(candidate: _Candidate, known: TraitFrame, score: Floats) -> tuple[str, bool] | None:
    """The trait within whose levels the candidate's advantage is gone (with whether it turns round), or None.

    The advantage is averaged over levels with weights n m / (n + m); it is gone if it is no longer above chance
    (one-sided 95 %) and less than half of what it was, and either below nought or the candidate's own trait no longer
    matters there. Traits that split too few of the customers decide nothing.
    """
    inside = candidate.inside()
    crude = float(score[inside].mean() - score[~inside].mean())
    own = {name for trait in candidate.grid.traits for name in related(trait)}
    for trait in known.levels.columns:
        if trait in own or not (trait in LEVEL_TRAITS or trait.startswith(ATTRIBUTE)):
            continue
        codes, _ = pd.factorize(known.levels[trait], sort=True)
        within = stratified(score, inside, codes.astype(np.int64))
        if within is None:
            continue
        difference, error = within
        reverses = difference < -Z95_ONE * error
        gone = difference < SHRUNK * crude and difference < Z95_ONE * error
        if gone and (difference < 0 or not still_matters(score, candidate.grid.codes, codes.astype(np.int64))):
            return known.label(trait), reverses
    return None


def stratified(score: Floats, inside: Mask, strata: Codes) -> tuple[float, float] | None:
    """Difference of mean scores inside - outside, averaged over strata, with its standard error.

    Strata with fewer than 10 customers on a side are left out; None if the others hold less than half of those
    inside.
    """
    seen = strata >= 0
    count = int(strata.max(initial=-1)) + 1
    if not count:
        return None
    place = strata[seen] * 2 + inside[seen]
    n = np.bincount(place, minlength=2 * count).reshape(count, 2).astype(float)
    sums = np.bincount(place, weights=score[seen], minlength=2 * count).reshape(count, 2)
    squares = np.bincount(place, weights=score[seen] ** 2, minlength=2 * count).reshape(count, 2)
    usable = (n >= STRATUM_SIDE).all(axis=1)
    if n[usable, 1].sum() < COVERED * inside.sum():
        return None
    n, sums, squares = n[usable], sums[usable], squares[usable]
    means = sums / n
    variances = np.maximum(squares / n - means**2, 0) / n
    weights = n[:, 0] * n[:, 1] / n.sum(axis=1)
    share = weights / weights.sum()
    difference = float((share * (means[:, 1] - means[:, 0])).sum())
    return difference, math.sqrt(float((share**2 * variances.sum(axis=1)).sum()))


def _chance(grids: list[_Grid], score: Floats, known: TraitFrame, z: float) -> float:
    """Share of shuffles (within months) whose strongest combination reaches `z`; the data itself counts as one.

    All combinations of 64 shuffles are one product of matrices. Stops when 30 shuffles have reached it: it
    is chance, and the share so far says so (Besag and Clifford 1991).
    """
    months = pd.factorize(known.month, sort=True)[0]
    by_month = np.argsort(months, kind="stable")
    borders = np.flatnonzero(np.diff(months[by_month], prepend=-1, append=-1))
    indicator = _indicator(grids, score, by_month)
    shuffles = SHUFFLES if indicator.size <= MANY_CELLS else FEWER_SHUFFLES
    generator = np.random.default_rng(SEED)
    ordered = score[by_month].astype(np.float32)
    reached = done = 0
    while done < shuffles:
        rows = np.tile(ordered, (min(BATCH, shuffles - done), 1))
        for start, end in pairwise(borders):
            generator.permuted(rows[:, start:end], axis=1, out=rows[:, start:end])
        strongest = (rows @ indicator).max(axis=1)
        hits = np.cumsum(strongest >= z - 1e-4)
        if reached + hits[-1] >= ENOUGH:
            return ENOUGH / (done + int(np.searchsorted(hits, ENOUGH - reached)) + 1)
        reached += int(hits[-1])
        done += len(rows)
    return (1 + reached) / (1 + shuffles)


def _indicator(grids: list[_Grid], score: Floats, by_month: Codes) -> Narrow:
    """One column a candidate: 1 / its standard error for its customers (in order of months), else 0."""
    columns = []
    for grid in grids:
        error = _errors(grid, score)
        codes = grid.codes[by_month]
        usable = np.flatnonzero(np.isfinite(error) & (error > 0))
        columns.append(((codes[:, None] == usable) / error[usable]).astype(np.float32))
    return np.ascontiguousarray(np.concatenate(columns, axis=1))
