"""Runs the tests of a contrast: every trait of a group against the rest, corrected together, doubted one by one."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import pandas as pd

from copilot.statistics import simpson, stability
from copilot.statistics.comparison import Counts, Ratio, benjamini_hochberg, p_value, risk_ratio
from copilot.statistics.intervals import Floats, Interval
from copilot.statistics.numeric_traits import NUMBERS
from copilot.statistics.rank_tests import SMALL_DELTA, Delta, cliffs_delta, mann_whitney, median_difference
from copilot.statistics.stability import Halves, Stability
from copilot.statistics.traits import OUTSIDE, YES, TraitFrame, TraitLevel, related

PROVISIONAL_GROUP: Final = 30
SMALLEST_COUNT: Final = 10
SMALLEST_LEVEL: Final = 20  # customers with the trait, in group and rest together, for it to be tested at all
LARGEST_Q: Final = 0.05
PRACTICAL: Final = (0.8, 1.2)
INTERESTING_P: Final = 0.10
MOST_MORE: Final = 10  # a difference that needs more than ten times the group is not worth waiting for
POWER: Final = 0.80
# Fields by which a rule ranks or counts money and orders; a trait that feeds them is partly their definition.
WORTH: Final = frozenset(
    {"value", "net_sales", "gross_sales", "demand_sales", "orders", "days", "frequency", "value_365", "aov", "units",
     "rfm_group", "klaviyo_group", "substage", "stage", "first_order_value"}
)  # fmt: skip
TENURE: Final = frozenset({"days_since", "activity", "first_at", "first_day", "last_at", "last_day"})
_SAME: Final[dict[str, frozenset[str]]] = {
    "country": frozenset({"region", "city", "abroad"}),
    "region": frozenset({"country", "city", "abroad"}),
    "city": frozenset({"country", "region", "abroad"}),
    "first_category": frozenset({"first_product"}),
    "first_product": frozenset({"first_category"}),
    "first_order_value": frozenset({"first_size"}),
    "first_day": frozenset({"first_month", "first_weekday"}),
    "first_at": frozenset({"first_month", "first_weekday", "first_daytime"}),
    "refunded_orders": frozenset({"refunded"}),
    "return_documents": frozenset({"refunded"}),
    "returns": frozenset({"refunded"}),
    "first_code": frozenset({"first_discounted"}),
}
_BY_WORTH: Final = ("first_size", "refunded")  # what value itself is made of, never a level to compare within
Codes = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]
Caution = Literal["", "definition", "time"]


@dataclass(frozen=True)
class Doubt:
    """Another trait within whose levels a difference reverses, vanishes, or contradicts itself."""

    by: str  # its name in words
    verdict: simpson.Verdict
    opposite: tuple[str, ...]  # levels that point the other way


@dataclass(frozen=True)
class LevelTest:
    """One trait level, tested among the customers whose trait is known."""

    what: TraitLevel
    counts: Counts
    p: float

    @cached_property
    def ratio(self) -> Ratio:
        """Times as common as in the rest."""
        return risk_ratio(self.counts)

    def reliable(self, q: float) -> bool:
        """q, count, interval and practical size all pass."""
        if q > LARGEST_Q or self.counts.n < PROVISIONAL_GROUP or self.counts.a < SMALLEST_COUNT:
            return False
        apart = self.ratio.low > 1 or self.ratio.high < 1
        return apart and _practical(self.ratio)


@dataclass(frozen=True)
class NumberTest:
    """One numeric trait, tested by rank among the customers for whom it is known."""

    name: str
    p: float
    delta: Delta
    n: int
    m: int

    def reliable(self, q: float) -> bool:
        """q, interval and practical size (Cliff's delta 0.147, "small") all pass."""
        return q <= LARGEST_Q and abs(self.delta.value) >= SMALL_DELTA and (self.delta.low > 0 or self.delta.high < 0)


@dataclass(frozen=True)
class LevelFinding:
    """A reliable level with what speaks against it. `within_month`: ratio within the same first month."""

    test: LevelTest
    q: float
    caution: Caution
    within_month: Ratio | None
    doubt: Doubt | None
    stability: Stability


@dataclass(frozen=True)
class NumberFinding:
    """A reliable number with its medians and what speaks against it."""

    test: NumberTest
    q: float
    caution: str
    medians: tuple[float, float]
    difference: float
    interval: Interval
    doubt: Doubt | None
    stability: Stability


@dataclass(frozen=True)
class Findings:
    """Outcome of a run. `unproven`: level tests worth more customers, with how many more the group needs."""

    levels: tuple[LevelFinding, ...]
    numbers: tuple[NumberFinding, ...]
    unproven: tuple[tuple[LevelTest, int], ...]
    tests: int
    unstable: tuple[str, ...]
    halves: Halves


def run(known: TraitFrame, inside: Mask, fields: frozenset[str]) -> Findings:
    """Test every trait that is not the rule itself; `fields` are the fields of the rule's conditions."""
    bench = _Bench(known, inside, fields)
    levels, numbers = list(bench.level_tests()), list(bench.number_tests())
    q = _corrected(levels, numbers, fields)
    halves = stability.halves(known.first_day, known.levels.index)
    found, counted, unstable = [], [], []
    for level, each in zip(levels, q, strict=False):
        if level.reliable(each):
            finding = bench.level_finding(level, each, halves)
            (unstable.append(level.what.text()) if finding is None else found.append(finding))
    for number, each in zip(numbers, q[len(levels) :], strict=True):
        if number.reliable(each):
            numeric = bench.number_finding(number, each, halves)
            (unstable.append(NUMBERS[number.name].label) if numeric is None else counted.append(numeric))
    return Findings(tuple(found), tuple(counted), _unproven(levels, q, len(q), fields), len(q), tuple(unstable), halves)


def _corrected(levels: list[LevelTest], numbers: list[NumberTest], fields: frozenset[str]) -> list[float]:
    """q of every test, levels first, corrected in two families (Benjamini-Hochberg).

    Differences that are partly the rule itself, or time, are nearly sure to be found. In one family with the others
    they would loosen the correction for all: a dozen sure finds let every other test pass at a dozen times the p.
    """
    p = [*(test.p for test in levels), *(test.p for test in numbers)]
    marked = [bool(_caution(test.what.trait, fields)) for test in levels]
    marked += [bool(NUMBERS[test.name].partly & fields) for test in numbers]
    q = [0.0] * len(p)
    for family in (True, False):
        places = [place for place, mark in enumerate(marked) if mark == family]
        for place, value in zip(places, benjamini_hochberg([p[place] for place in places]), strict=True):
            q[place] = value
    return q


@dataclass(frozen=True)
class _Bench:
    """The customers of a contrast, with each trait as codes."""

    known: TraitFrame
    inside: Mask
    fields: frozenset[str]

    @cached_property
    def barred(self) -> frozenset[str]:
        """Traits that are the rule itself, or say the same."""
        return self.fields.union(*(_SAME.get(field, frozenset()) for field in self.fields))

    @cached_property
    def coded(self) -> dict[str, tuple[Codes, list[str]]]:
        """Every trait as codes (-1: unknown) with the names of its levels."""
        made = {}
        for trait in self.known.levels.columns:
            codes, names = pd.factorize(self.known.levels[trait], sort=True)
            made[str(trait)] = (codes.astype(np.int64), [str(name) for name in names])
        return made

    def level_tests(self) -> Iterable[LevelTest]:
        """One test a level with enough customers; two levels are one test."""
        for trait, (codes, names) in self.coded.items():
            if trait in self.barred:
                continue
            seen = codes >= 0
            table = np.bincount(codes[seen] * 2 + self.inside[seen], minlength=2 * len(names)).reshape(-1, 2)
            rest, group = table.T.astype(float)
            n, m = float(group.sum()), float(rest.sum())
            tested = [place for place in range(len(names)) if table[place].sum() >= SMALLEST_LEVEL]
            if len(names) == 2:
                tested = [_one_of_two(names, group / max(n, 1), rest / max(m, 1))]
            for place in tested:
                counts = Counts(float(group[place]), n, float(rest[place]), m)
                what = TraitLevel(trait=trait, label=self.known.label(trait), level=names[place])
                yield LevelTest(what, counts, p_value(counts))

    def number_tests(self) -> Iterable[NumberTest]:
        """One test a number with enough customers on both sides."""
        for name in self.known.numbers.columns:
            trait = NUMBERS[name]
            if name in self.fields or trait.barred & self.fields:
                continue
            numbers, inside = self._numbers(name)
            ours, theirs = numbers[inside], numbers[~inside]
            delta = cliffs_delta(ours, theirs)
            if delta is not None and min(len(ours), len(theirs)) >= PROVISIONAL_GROUP:
                yield NumberTest(name, mann_whitney(ours, theirs), delta, len(ours), len(theirs))

    def level_finding(self, test: LevelTest, q: float, halves: Halves) -> LevelFinding | None:
        """What speaks against a reliable level; None if the two halves contradict each other."""
        codes, names = self.coded[test.what.trait]
        has: Mask = codes == names.index(test.what.level)
        seen = codes >= 0
        caution = _caution(test.what.trait, self.fields)
        steady: Stability | None = "unknown"
        within = None
        if test.what.trait != "first_month":
            steady = stability.of_levels(self.inside[seen], has[seen], halves.late[seen])
            months = pd.factorize(self.known.month)[0].astype(np.int64)
            within = simpson.common_ratio(simpson.strata_of(self.inside[seen], has[seen], months[seen]))
        if steady is None:
            return None
        doubt = self._doubt(test.what.trait, lambda strata: simpson.of_levels(
            self.inside[seen], has[seen], strata[seen]))  # fmt: skip
        return LevelFinding(test, q, caution, within if caution != "time" else None, doubt, steady)

    def number_finding(self, test: NumberTest, q: float, halves: Halves) -> NumberFinding | None:
        """What speaks against a reliable number; None if the two halves contradict each other."""
        numbers, inside = self._numbers(test.name)
        seen = self._seen(test.name)
        steady = stability.of_numbers(inside, numbers, halves.late[seen])
        if steady is None:
            return None
        trait = NUMBERS[test.name]
        ours, theirs = numbers[inside], numbers[~inside]
        difference, interval = median_difference(ours, theirs)
        doubt = self._doubt(test.name, lambda strata: simpson.of_numbers(inside, numbers, strata[seen]))
        caution = trait.caution if trait.partly & self.fields else ""
        medians = (float(np.median(ours)), float(np.median(theirs)))
        return NumberFinding(test, q, caution, medians, difference, interval, doubt, steady)

    def _doubt(self, trait: str, judge: simpson.Judge) -> Doubt | None:
        """The gravest doubt any other trait casts: reversal before vanishing before contradiction."""
        found: dict[str, Doubt] = {}
        if trait == "first_month":
            return None
        for other, (codes, names) in self.coded.items():
            if other in self.barred or other in related(trait) or other in _BY_WORTH:
                continue
            verdict = judge(codes)
            if verdict is None or (other == "first_month" and verdict.kind != "reverses"):
                continue
            if verdict.kind == "vanishes" and not verdict.turned and self._matters(trait, codes):
                continue
            opposite = tuple(names[place] for place in verdict.opposite)
            found.setdefault(verdict.kind, Doubt(self.known.label(other), verdict, opposite))
        return found.get("reverses") or found.get("vanishes") or found.get("differs")

    def _matters(self, trait: str, strata: Codes) -> bool:
        """True if a trait of levels as a whole still goes with the group inside the strata."""
        return trait in self.coded and simpson.still_matters(self.inside.astype(float), self.coded[trait][0], strata)

    def _seen(self, name: str) -> Mask:
        seen: Mask = self.known.numbers[name].notna().to_numpy()
        return seen

    def _numbers(self, name: str) -> tuple[Floats, Mask]:
        seen = self._seen(name)
        return self.known.numbers[name].to_numpy(dtype=float)[seen], self.inside[seen]


def _practical(ratio: Ratio) -> bool:
    return ratio.value >= PRACTICAL[1] or ratio.value <= PRACTICAL[0]


def _one_of_two(names: list[str], group: Floats, rest: Floats) -> int:
    """The level to test of two: "yes" where there is one, else the one more common in the group."""
    named = [place for place, name in enumerate(names) if name == YES or name.startswith(OUTSIDE)]
    return named[0] if named else int(group[1] - rest[1] > group[0] - rest[0])


def _caution(trait: str, fields: frozenset[str]) -> Caution:
    if trait == "first_month" and fields & (WORTH | TENURE):
        return "time"
    return "definition" if trait in ("first_size", "refunded") and fields & WORTH else ""


def _unproven(
    levels: list[LevelTest], q: list[float], tests: int, fields: frozenset[str]
) -> tuple[tuple[LevelTest, int], ...]:
    """Differences of practical size that may be real, with how many more customers of the group would tell."""
    found = []
    for test, each in zip(levels, q, strict=False):
        interesting = each > LARGEST_Q and test.p <= INTERESTING_P and _practical(test.ratio)
        if interesting and not _caution(test.what.trait, fields) and test.what.trait != "first_month":
            more = more_customers(test.counts, tests)
            if 0 < more <= MOST_MORE * test.counts.n:
                found.append((test.p, test.what.text(), test, more))
    return tuple((test, more) for _, _, test, more in sorted(found, key=lambda one: one[:2])[:3])


def more_customers(counts: Counts, tests: int = 1) -> int:
    """Further customers of the group for a difference as seen to show in 80 of 100 cases, the rest growing alike.

    Two-proportion normal approximation with pooled variance; two-sided 5 % divided by the number of tests.

    >>> more_customers(Counts(6, 30, 30, 300))
    68
    """
    p, base = counts.a / counts.n, counts.b / counts.m
    if p == base:
        return 0
    ratio = counts.n / counts.m
    pooled = (base + ratio * p) / (1 + ratio)
    alpha, beta = NormalDist().inv_cdf(1 - 0.025 / max(1, tests)), NormalDist().inv_cdf(POWER)
    null = alpha * math.sqrt((1 + 1 / ratio) * pooled * (1 - pooled))
    alternative = beta * math.sqrt(base * (1 - base) + p * (1 - p) / ratio)
    needed = ((null + alternative) / (p - base)) ** 2 * ratio
    return max(0, math.ceil(needed - counts.n - 1e-9))
