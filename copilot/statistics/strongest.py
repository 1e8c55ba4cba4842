"""Strongest rule: the trait, or pair of traits, whose customers are worth most, judged against chance."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final, Literal

import numpy as np

from copilot.data.tables import Tables
from copilot.statistics.conduct.kinds import kept_out
from copilot.statistics.intervals import SEED, Floats, mean_interval
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Figure, Result
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule
from copilot.statistics.strongest_search import (
    SMALLEST_RULE,
    Mask,
    Search,
    sampled,
    search,
)
from copilot.statistics.traits import TraitFrame, TraitLevel, trait_frame

__all__ = ["PassedOver", "Search", "StrongestRule", "Verdict", "judge", "search", "strongest_rule", "verdict_of"]

CERTAIN_BELOW: Final = 0.05
CAP: Final = 0.99
RATIO_DRAWS: Final = 1000
RATIO_CELLS: Final = 20_000_000  # draws x customers at most
MORE_DISCOUNT: Final = 0.10  # share given away above that of the others from which it is said
ALONE: Final = (
    "Mean value per customer with this trait but not the other / mean of customers with neither; values capped at the "
    "99th percentile of all."
)
BASIS: Final = {
    "value": "",
    "margin": "Value here is margin: net sales less the cost of the goods kept (costs are on file).",
}

Basis = Literal["value", "margin"]


class PassedOver(Result):
    """A stronger-looking rule that another trait explains: compared within the same `by`, its customers are worth
    less (`reverses`) or no more."""

    conditions: tuple[TraitLevel, ...]
    by: str
    reverses: bool


class StrongestRule(Result):
    """The trait, or pair of traits, whose customers are worth most, with a permutation p-value over all tried.

    `certain` is False if no candidate stands out from chance (p > 0.05), or its customers are not worth more on
    average (interval of `effect` not above 1); then `conditions` is the best guess and is to be called one.
    `single_effects`: for a pair, what each of its two levels does without the other. `basis`: margin where the
    files have costs, else the scope's value. `cautions`: sentences without numbers that belong beside the rule.
    """

    conditions: tuple[TraitLevel, ...]
    rule: SegmentRule | None
    certain: bool
    size: Figure
    value_in: Figure
    value_out: Figure
    effect: Figure  # ratio of mean value per customer, in the rule against outside it
    p_value: Figure
    tried: Figure
    single_effects: tuple[Figure, ...]
    text: str
    basis: Basis = "value"
    discount_in: Figure | None = None  # share of gross sales given as discount, inside the rule and outside
    discount_out: Figure | None = None
    cautions: tuple[str, ...] = ()
    passed_over: tuple[PassedOver, ...] = ()
    runners_up: tuple[tuple[TraitLevel, ...], ...] = ()


@dataclass(frozen=True)
class Verdict:
    """The rule found, in numbers without receipts: what `strongest_rule` wraps."""

    found: Search
    certain: bool
    inside: Mask
    ratio: float | None  # mean value inside / outside, capped
    low: float
    high: float


def strongest_rule(tables: Tables, scope: Scope) -> StrongestRule:
    """Search single traits and pairs for customers of higher value: ranks of value within the month of the first
    order, standardised, against the best rule found in 499 shuffles of the values within those months.

    Value is margin where the cost of nearly all goods is on file, else the scope's (net of returns). A pair is named
    only if it beats each of its two levels alone; a rule whose advantage is gone within the levels of another trait
    (Simpson) is passed over for the next. Test customers, staff, resellers and wholesale accounts are left out.
    """
    receipts = Receipts(tables, scope, "strongest_rule")
    known = by_worth(_ordinary(tables, scope))
    verdict = judge(sampled(known))
    if verdict is None:
        return _nothing(receipts)
    everybody = int(_having(trait_frame(tables, scope), verdict.found.conditions).sum())
    return _result(receipts, known, verdict, everybody)


def _having(known: TraitFrame, conditions: tuple[TraitLevel, ...]) -> Mask:
    """Customers who meet all conditions."""
    inside: Mask = np.logical_and.reduce([(known.levels[c.trait] == c.level).to_numpy() for c in conditions])
    return inside


def verdict_of(tables: Tables, scope: Scope) -> Verdict | None:
    """The decision behind `strongest_rule`, without figures."""
    return judge(by_worth(sampled(_ordinary(tables, scope))))


def _ordinary(tables: Tables, scope: Scope) -> TraitFrame:
    """The traits of everybody who is ranked: without test customers, staff, resellers and wholesale accounts."""
    known = trait_frame(tables, scope)
    out = tables.frame(kept_out(tables, scope))["customer_key"]
    if out.empty:
        return known
    return known.take(np.flatnonzero(~known.value.index.isin(set(out))))


def by_worth(known: TraitFrame) -> TraitFrame:
    """The same customers, valued by margin where it is known."""
    return known if known.margin is None else replace(known, value=known.margin)


def judge(known: TraitFrame) -> Verdict | None:
    """Search these customers and decide whether the rule found may be called certain; None if nothing can be tried."""
    found = search(known)
    if found is None:
        return None
    inside = _having(known, found.conditions)
    value = capped(known.value.to_numpy(dtype=float))
    ratio, low, high = mean_ratio(value[inside], value[~inside])
    certain = found.chance <= CERTAIN_BELOW and not found.explained and ratio is not None and low > 1
    return Verdict(found, certain, inside, ratio, low, high)


def capped(value: Floats) -> Floats:
    """Values with everything above their 99th percentile set to it, so that single customers decide no mean."""
    low: Floats = np.minimum(value, np.quantile(value, CAP))
    return low


def mean_ratio(ours: Floats, theirs: Floats) -> tuple[float | None, float, float]:
    """Ratio of two means with its 95 % percentile-bootstrap interval; None if a side is empty or not above 0.

    Both sides are drawn anew in every repetition. Values are sorted first: the interval knows no order of rows.
    """
    if not len(ours) or not len(theirs) or ours.mean() <= 0 or theirs.mean() <= 0:
        return None, math.nan, math.nan
    ratio = float(ours.mean() / theirs.mean())
    if min(len(ours), len(theirs)) < 2:
        return ratio, -math.inf, math.inf
    generator = np.random.default_rng(SEED)
    draws = max(200, min(RATIO_DRAWS, RATIO_CELLS // max(1, len(ours) + len(theirs))))
    above, below = (_drawn_means(side, draws, generator) for side in (ours, theirs))
    usable = (below > 0) & (above > 0)
    if not usable.any():
        return ratio, -math.inf, math.inf
    low, high = np.quantile(above[usable] / below[usable], [0.025, 0.975])
    return ratio, float(low), float(high)


def _drawn_means(values: Floats, draws: int, generator: np.random.Generator) -> Floats:
    ordered = np.sort(values)
    block = max(1, 2_000_000 // len(ordered))
    means: Floats = np.concatenate(
        [
            ordered[generator.integers(0, len(ordered), (min(block, draws - start), len(ordered)))].mean(axis=1)
            for start in range(0, draws, block)
        ]
    )
    return means


def _result(receipts: Receipts, known: TraitFrame, verdict: Verdict, everybody: int) -> StrongestRule:
    """`known`: all who are ranked, not only those searched; `everybody`: all who meet the rule, ranked or not."""
    conditions, certain = verdict.found.conditions, verdict.certain
    inside = _having(known, conditions)
    has = [(known.levels[c.trait] == c.level).to_numpy() for c in conditions]
    basis: Basis = "value" if known.margin is None else "margin"
    value = known.value.to_numpy(dtype=float)
    low = capped(value)
    text = " and ".join(condition.text() for condition in conditions)
    rule = SegmentRule(name=text, conditions=tuple(condition.condition() for condition in conditions))
    told: dict[str, Any] = {"query": {**receipts.query(), "segment": rule.model_dump(mode="json")}}
    single: tuple[Figure, ...] = ()
    if len(conditions) == 2:
        single = tuple(
            _ratio(
                receipts,
                low[one & ~inside],
                low[~has[0] & ~has[1]],
                f"{condition.text()}, without the other: times the value per customer with neither",
                told | {"definition": ALONE},
            )
            for condition, one in zip(conditions, has, strict=True)
        )
    word = "margin" if basis == "margin" else "value"
    given = _given(receipts, known, inside, told)
    return StrongestRule(
        conditions=conditions,
        rule=rule,
        certain=certain,
        size=receipts.figure("group_customers", everybody, definition=f"Customers with: {text}.", **told),
        value_in=_mean(receipts, value[inside], f"{text}: {word} per customer", told),
        value_out=_mean(receipts, value[~inside], f"All other customers: {word} per customer", told),
        effect=_ratio(receipts, low[inside], low[~inside], f"{text}: times the {word} per customer", told),
        p_value=receipts.figure("permutation_p", verdict.found.chance, n=len(value), of="customers", decimals=3,
                                **told),
        tried=receipts.figure("tests", verdict.found.tried, label="Rules tried", definition="Traits and pairs of "
                              f"traits with at least {SMALLEST_RULE} customers.", **told),
        single_effects=single,
        text=text if certain else f"{text} (not certain: so strong a rule could be chance)",
        basis=basis,
        discount_in=given[0],
        discount_out=given[1],
        cautions=_cautions(verdict.found, basis, given),
        passed_over=tuple(
            PassedOver(conditions=one.conditions, by=one.by, reverses=one.reverses)
            for one in verdict.found.passed_over
        ),
        runners_up=verdict.found.runners_up,
    )  # fmt: skip


def _given(
    receipts: Receipts, known: TraitFrame, inside: Mask, told: dict[str, Any]
) -> tuple[Figure | None, Figure | None]:
    """Share of gross sales given as discount, inside the rule and outside; None where nothing was discounted."""
    if known.discounts is None or not known.discounts["discounts"].sum():
        return None, None
    made = []
    for name, who, mask in (("discount_in", "Customers of the rule", inside), ("discount_out", "All others", ~inside)):
        sums = known.discounts[mask].sum()
        share = float(sums["discounts"] / sums["gross_sales"]) if sums["gross_sales"] > 0 else None
        made.append(
            receipts.figure(
                "given_as_discount", share, name=name, label=f"{who}: share of gross sales given as discount",
                numerator=float(sums["discounts"]), denominator=float(sums["gross_sales"]), n=int(mask.sum()), **told,
            )
        )  # fmt: skip
    return made[0], made[1]


def _cautions(found: Search, basis: Basis, given: tuple[Figure | None, Figure | None]) -> tuple[str, ...]:
    """What belongs beside the rule, in words."""
    said = [BASIS[basis]] if BASIS[basis] else []
    ours, theirs = given
    if (
        basis == "value"
        and ours is not None
        and theirs is not None
        and (ours.value or 0.0) - (theirs.value or 0.0) > MORE_DISCOUNT
    ):
        said.append(
            "They buy with far more discount than the others, and no costs are on file: by margin they may be worth "
            "less, or cost money. Load product costs before spending on them."
        )
    if found.explained:
        said.append("No trait stands on its own: within the levels of another trait the difference is gone.")
    return tuple(said)


def _mean(receipts: Receipts, values: Floats, label: str, told: dict[str, Any]) -> Figure:
    return receipts.figure(
        "mean_value", float(values.mean()) if len(values) else None, label=label, n=len(values), of="customers",
        people=len(values), interval_of=(mean_interval(values), "bootstrap 95 %"), **told,
    )  # fmt: skip


def _ratio(receipts: Receipts, ours: Floats, theirs: Floats, label: str, told: dict[str, Any]) -> Figure:
    ratio, low, high = mean_ratio(ours, theirs)
    details: dict[str, Any] = {"label": label, "n": len(ours), "people": len(ours), "of": "customers", **told}
    if ratio is None:
        return receipts.figure("value_ratio", None, **details)
    bounds = (low, high) if math.isfinite(low) else None
    return receipts.figure("value_ratio", ratio, interval_of=(bounds, "bootstrap 95 %"), **details)


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
