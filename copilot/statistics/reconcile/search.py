"""Searches all combinations of few definition switches for those that hit a stated figure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Final, Literal

import numpy as np
import numpy.typing as npt

from copilot.statistics.reconcile.booked import CENTS, Cube, Numbers
from copilot.statistics.reconcile.days import Days
from copilot.statistics.reconcile.people import People
from copilot.statistics.reconcile.switches import (
    MONEY_SWITCHES,
    PARTS,
    PEOPLE_GUESTS,
    POPULATION,
    Declared,
    Switch,
    coefficients,
    weight,
)

Closeness = Literal["exact", "rounded", "near", "far"]
MOST: Final = 4
MOST_WITH_DAYS: Final = 3
NEAR: Final = 0.01
AROUND: Final = 0.05  # the stretch on either side of the stated figure over which chance hits are reckoned
_FEW: Final = 2  # a hit that is only near, or a nearest miss, may not need more switches than that

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Stated:
    """The other figure: its value, half of its last written digit, and the system that shows it, if named."""

    value: float
    step: float
    system: str | None = None


@dataclass(frozen=True)
class Definition:
    """One combination: the switches it turns (days and currency first), and the value it gives."""

    turned: tuple[str, ...]
    value: float
    weight: float


@dataclass(frozen=True)
class _Chunk:
    """Values of one choice of documents by days and formula, with how many switches each turns and their weight."""

    values: Numbers
    length: npt.NDArray[np.int64]
    weight: Numbers
    allowed: Flags
    currency: str
    chosen: tuple[str, ...]
    days: Sequence[Days]
    formulas: Sequence[tuple[Switch, ...]]

    def definition(self, day: int, formula: int) -> Definition:
        """One of the combinations."""
        first = tuple(key for key in (self.currency, self.days[day].key) if key)
        turned = (*first, *self.chosen, *(switch.key for switch in self.formulas[formula]))
        return Definition(turned, float(self.values[day, formula]), float(self.weight[day, formula]))


@dataclass(frozen=True)
class Found:
    """`best` are the equally good explanations; `closeness` says how near they come; `ours` is our own value."""

    ours: float
    closeness: Closeness
    best: tuple[Definition, ...]
    longer: int
    tried: int
    chance: float


class Variants:
    """The values of a measure under every combination of few switches; `of` gives one of them."""

    def __init__(self, cube: Cube, declared: Declared, days: Sequence[Days], people: People | None = None) -> None:
        self._cube = cube
        self._declared = declared
        self._days = list(days)
        self._people = people
        marks = np.array([choice.inside for choice in self._days], dtype=np.float64)
        slots, flags, parts = cube.sums.shape
        self._sums = (marks @ cube.sums.reshape(slots, -1)).reshape(len(self._days), flags, parts)
        self._currencies = _currencies(cube)
        self.main_currency = _main_currency(cube)
        self.population = self._used_population()
        self.money = self._used_money()
        self.words = self._words()

    def ours(self) -> float:
        """The value under our own definition."""
        return self.of(())

    def of(self, turned: Sequence[str]) -> float:
        """The value with these switches turned."""
        day = next((n for n, choice in enumerate(self._days) if choice.key and choice.key in turned), 0)
        currency = next((name for name in turned if name.startswith("currency")), "")
        members = self._members([s for s in self.population if s.key in turned], currency)
        active = self._declared.base ^ {s.key for s in self.money if s.key in turned}
        return float(self._values(members[None], [active])[day, 0, 0])

    def all(self, system: str | None) -> Iterator[_Chunk]:
        """Every allowed combination, a chunk for each choice of documents."""
        formulas = [chosen for size in range(MOST + 1) for chosen in combinations(self.money, size)]
        active = [self._declared.base ^ {switch.key for switch in chosen} for chosen in formulas]
        sizes = np.array([len(chosen) for chosen in formulas])
        costs = np.array([sum(weight(s, system) for s in chosen) for chosen in formulas])
        other_days = np.array([bool(choice.key) for choice in self._days], dtype=np.int64)
        usual = [0.2 if system == "ga4" and choice.key.startswith("zone") else 0.0 for choice in self._days]
        days_cost = np.array([choice.weight for choice in self._days]) - np.array(usual)
        for currency in self._currencies:
            for size in range(MOST + 1 - bool(currency)):
                for chosen in combinations(self.population, size):
                    most = np.where((other_days > 0) | bool(currency), MOST_WITH_DAYS, MOST)
                    length = other_days[:, None] + sizes[None, :] + bool(currency) + size
                    cost = sum(weight(s, system) for s in chosen) + bool(currency)
                    yield _Chunk(
                        self._values(self._members(list(chosen), currency)[None], active)[:, 0, :],
                        length, days_cost[:, None] + costs[None, :] + cost, length <= most[:, None],
                        currency, tuple(s.key for s in chosen), self._days, formulas,
                    )  # fmt: skip

    def _members(self, turned: list[Switch], currency: str) -> Flags:
        """Which combinations of flags the documents counted have."""
        keys = {switch.key for switch in turned}
        inside = self._currencies[currency].copy()
        for key, mask, adds in _masks(self._cube, self._declared):
            inside &= ~mask | ((key in keys) if adds else (key not in keys))
        return inside

    def _values(self, members: npt.NDArray[np.bool_], formulas: list[frozenset[str]]) -> Numbers:
        """days x choices of documents x formulas."""
        if self._people is not None:
            counted = np.array([[self._people.count(one)] for one in members], dtype=np.float64)
            return np.broadcast_to(counted, (len(self._days), *counted.shape)).astype(np.float64)
        sums = np.einsum("dfp,mf->dmp", self._sums, members.astype(np.float64))
        weights = np.zeros((len(formulas), len(PARTS)))
        for row, active in enumerate(formulas):
            for part, times in coefficients(self._declared, active).items():
                weights[row, PARTS.index(part)] = times
        values: Numbers = sums @ weights.T
        if self._declared.family == "aov":
            orders = sums[:, :, [PARTS.index("orders")]]
            each: Numbers = np.divide(values, CENTS * orders, out=np.zeros_like(values), where=orders > 0)
            return each
        return values if self._declared.part == "orders" else values / CENTS

    def _used_population(self) -> list[Switch]:
        """Switches that any document of the data is touched by."""
        found = {key for key, mask, _ in _masks(self._cube, self._declared) if mask.any()}
        switches = [s for s in POPULATION if s.key in found]
        if self._people is not None:
            switches = [PEOPLE_GUESTS if s.key == "guests" else s for s in switches]
        return [s for s in switches if s.adds or not self._all_of(s.key)]

    def _all_of(self, key: str) -> bool:
        return next(bool(mask.all()) for name, mask, _ in _masks(self._cube, self._declared) if name == key)

    def _used_money(self) -> list[Switch]:
        """Switches of the formula that change the figure of these days."""
        if self._people is not None or self._declared.family == "count":
            return []
        totals = np.abs(self._cube.sums).sum(axis=(0, 1))
        there = {name: totals[number] > 0 for number, name in enumerate(PARTS)}
        if self._declared.family == "part":
            again = self._declared.part == "returns" and there["repeated_back"]
            return [s for s in MONEY_SWITCHES if s.key == "repeated" and again]
        inside = self._cube.taxed_inside
        needs = {
            "before_returns": there["returns"], "before_discounts": there["discounts"], "shipping": there["shipping"],
            "taxes": there["taxes"] and not inside, "without_tax": there["taxes"] and inside,
            "stated_totals": there["gap"] and not inside and "stated_totals" in self._declared.base,
            "gift_cards": there["gift"], "postage": there["postage"], "other_lines": there["other"],
            "repeated": there["repeated"] or there["repeated_back"],
            "per_line": self._cube.several_lines and self._declared.family == "sales",
        }  # fmt: skip
        return [s for s in MONEY_SWITCHES if needs[s.key]]

    def _words(self) -> dict[str, str]:
        """What each switch is said as, given our own definition."""
        words = {s.key: s.on for s in self.population}
        words |= {s.key: s.off if s.key in self._declared.base else s.on for s in self.money}
        words |= {choice.key: choice.on for choice in self._days if choice.key}
        for key in self._currencies:
            name = key.removeprefix("currency=")
            if key:
                mixed = "all currencies are added up as if they were one"
                words[key] = mixed if name == "all" else f"orders in {name} are counted instead"
        return words


def find(variants: Variants, stated: Stated, *, whole: bool) -> Found:
    """The definitions that come nearest to the stated figure, the shortest first; `whole`: a count, not an amount.

    A hit is exact if it is the figure to the cent (or the very count), rounded if it is within the digits as stated,
    near within 1 %. Longer combinations that contain a shorter hit are not told again.
    """
    hits: list[tuple[int, Definition]] = []
    nearest: list[Definition] = []
    around: list[tuple[int, float]] = []
    tried = 0
    for chunk in variants.all(stated.system):
        tried += int(chunk.allowed.sum())
        off = np.where(chunk.allowed, np.abs(chunk.values - stated.value), np.inf)
        for day, formula in np.argwhere(off <= AROUND * abs(stated.value)):
            around.append((int(chunk.length[day, formula]), round(float(chunk.values[day, formula]), 4)))
        for day, formula in np.argwhere(off <= max(NEAR * abs(stated.value), stated.step)):
            grade = _grade(float(off[day, formula]), stated, whole=whole)
            if grade < 2 or chunk.length[day, formula] <= _FEW:
                hits.append((grade, chunk.definition(day, formula)))
        short = np.where(chunk.length <= _FEW, off, np.inf)
        if np.isfinite(short).any():
            day, formula = np.unravel_index(int(np.argmin(short)), short.shape)
            nearest.append(chunk.definition(int(day), int(formula)))
    ours = variants.ours()
    if not hits:
        best = min(nearest, key=lambda d: (round(abs(d.value - stated.value), 4), d.weight))
        return Found(ours, "far", (best,), 0, tried, 0.0)
    grade = min(found for found, _ in hits)
    alike = _shortest([d for found, d in hits if found == grade], stated, exactly=grade < 2)
    names: tuple[Closeness, ...] = ("exact", "rounded", "near")
    return Found(ours, names[grade], alike, sum(g == grade for g, _ in hits) - len(alike), tried,
                 _by_chance(around, alike, stated, grade))  # fmt: skip


def _grade(off: float, stated: Stated, *, whole: bool) -> int:
    cent = 0.0051 if not whole else 0.5
    if off <= min(cent, stated.step * (1 + 1e-9)):
        return 0
    return 1 if off <= stated.step * (1 + 1e-9) else 2


def _shortest(hits: list[Definition], stated: Stated, *, exactly: bool) -> tuple[Definition, ...]:
    """The explanations with the fewest switches that contain no other; near ones: the likeliest only."""
    ordered = sorted(hits, key=lambda d: (len(d.turned), d.weight, abs(d.value - stated.value)))
    fewest = len(ordered[0].turned)
    kept: list[Definition] = []
    for one in ordered:
        if len(one.turned) == fewest and one.weight <= ordered[0].weight + 1.0:
            kept.append(one)
    if not exactly:
        kept.sort(key=lambda d: abs(d.value - stated.value))
        return tuple(kept[:1])
    return tuple(kept)


def _by_chance(around: list[tuple[int, float]], best: tuple[Definition, ...], stated: Stated, grade: int) -> float:
    """How many definitions as short as the best would be hit by chance, from how densely they lie around the figure."""
    fewest = len(best[0].turned)
    if fewest == 0 or not stated.value:
        return 0.0
    distinct = len({value for size, value in around if 0 < size <= fewest})
    reach = stated.step if grade < 2 else max(stated.step, abs(best[0].value - stated.value))
    return distinct * min(1.0, reach / (AROUND * abs(stated.value)))


def _currencies(cube: Cube) -> dict[str, Flags]:
    """Which combinations of flags each choice of currency takes; "" is ours: the one of most orders."""
    names = cube.flags["currency"]
    main = _main_currency(cube)
    if main is None:
        return {"": np.ones(len(names), dtype=bool)}
    found: dict[str, Flags] = {"": (names == main).to_numpy()}
    found |= {
        f"currency={name}": (names == name).to_numpy() for name in sorted(names.unique()) if name not in (main, "")
    }
    return found | {"currency=all": np.ones(len(names), dtype=bool)}


def _main_currency(cube: Cube) -> str | None:
    """The currency of most orders where there are several; None where there is one."""
    names = cube.flags["currency"]
    orders = cube.sums[:, :, 0].sum(axis=0)
    totals = {str(name): float(orders[(names == name).to_numpy()].sum()) for name in names.unique()}
    named = [name for name in totals if name]
    return max(named, key=lambda name: (totals[name], name)) if len(named) > 1 else None


def _masks(cube: Cube, declared: Declared) -> list[tuple[str, Flags, bool]]:
    """key, the combinations it is about, and whether it takes them in (else out)."""
    flags = cube.flags
    status, kind, channel = flags["status"], flags["kind"], flags["channel"]
    counts = declared.family in ("count", "people", "aov")
    found = [
        ("voided", status == "void", True), ("pending", status == "pending", True), ("test", flags["test"], True),
        ("adjustments", kind == "adjustment", True), ("guests", flags["guest"], declared.family == "people"),
        ("refunded", status == "refunded", False), ("unpaid", status == "unpaid", False),
        ("draft", channel == "draft", False), ("pos", channel == "pos", False),
        ("marketplace", channel == "marketplace", False), ("trade", flags["trade"], False),
    ]  # fmt: skip
    if counts:
        found += [("zero", flags["worthless"], True), ("return_documents", kind == "return", True)]
    return [(key, mask.to_numpy(dtype=bool), adds) for key, mask, adds in found]
