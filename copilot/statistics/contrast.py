"""Contrast: what a group has more or less of than the rest, tested, corrected, doubted, and what is not proven yet."""

from __future__ import annotations

import math
from typing import Final, Literal

from copilot.data.tables import Tables
from copilot.statistics.contrast_figures import FigureMaker, chart, numbers_table, table
from copilot.statistics.contrast_result import Confounding, NumberTrait, SetsApart, Trait, Unproven
from copilot.statistics.receipt import Receipts
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule, members
from copilot.statistics.strongest import StrongestRule, strongest_rule
from copilot.statistics.trait_tests import PROVISIONAL_GROUP, Findings, run
from copilot.statistics.traits import TraitLevel, trait_frame

__all__ = [
    "Confounding", "NumberTrait", "SetsApart", "StrongestRule", "Trait", "TraitLevel", "Unproven", "sets_apart",
    "strongest_rule",
]  # fmt: skip

SMALLEST_GROUP: Final = 50
SHOWN: Final = 8


def sets_apart(tables: Tables, scope: Scope, rule: SegmentRule) -> SetsApart:
    """Traits of the rule's customers against all others, corrected over all tests of the run (Benjamini-Hochberg,
    q <= 0.05), with at least 50 in the group (30: provisional).

    Levels: risk ratio, Fisher's exact or chi-squared test, at least 10 people, at least 1.2 or at most 0.8 times as
    common. Numbers: Mann-Whitney test, Cliff's delta of at least 0.147, difference of medians. Traits that are the
    rule itself are not tested. A difference that points in opposite directions in the two halves of the customers
    is set aside; one that reverses or vanishes within the levels of another trait says so.
    """
    receipts = Receipts(tables, scope, "sets_apart", {"segment": rule.model_dump(mode="json", exclude_defaults=True)})
    known = trait_frame(tables, scope)
    keys = set(tables.frame(members(tables, scope, rule))["customer_key"])
    inside = known.value.index.isin(keys)
    size, rest = int(inside.sum()), int((~inside).sum())
    fields = frozenset(condition.field for condition in rule.conditions)
    found = run(known, inside, fields) if min(size, rest) >= PROVISIONAL_GROUP else None
    made = FigureMaker(receipts)
    levels = sorted(
        (made.trait(one) for one in (found.levels if found else ())),
        key=lambda trait: (trait.caution != "", trait.vanishes, -_strength(trait), trait.what.text()),
    )
    over = tuple([trait for trait in levels if trait.more_common][:SHOWN])
    under = tuple([trait for trait in levels if not trait.more_common][:SHOWN])
    numbers = tuple(
        sorted(
            (made.number(one) for one in (found.numbers if found else ())),
            key=lambda one: (one.caution_text != "", one.vanishes, -abs(one.delta.value or 0.0), one.name),
        )
    )
    return SetsApart(
        rule=rule,
        size=receipts.figure("group_customers", size, definition=f"Customers with: {rule.text()}."),
        rest=receipts.figure("group_customers", rest, name="rest_customers", label="All other customers",
                             definition="Customers outside the group."),
        traits=over,
        under=under,
        numbers=numbers,
        unproven=tuple(made.unproven(test, more) for test, more in (found.unproven if found else ())),
        tested=receipts.figure("tests", found.tests if found else 0),
        more=made.missing(size) if size < PROVISIONAL_GROUP else None,
        unstable=made.unstable(found) if found else None,
        unstable_names=found.unstable if found else (),
        halves=_halves(found),
        provisional=PROVISIONAL_GROUP <= size < SMALLEST_GROUP,
        note=_note(size, rest, found.tests if found else 0, bool(levels or numbers)),
        skipped=known.skipped,
        table=table(over + under),
        numbers_table=numbers_table(numbers),
        chart=chart(over),
    )  # fmt: skip


def _halves(found: Findings | None) -> Literal["time", "random", ""]:
    if found is None:
        return ""
    return "random" if found.halves.border is None else "time"


def _note(size: int, rest: int, tests: int, found: bool) -> str:
    if size < PROVISIONAL_GROUP:
        return f"Too few to tell what sets them apart: {size} customers, at least {PROVISIONAL_GROUP} are needed."
    if rest < PROVISIONAL_GROUP:
        return f"Nobody to compare with: only {rest} other customers, at least {PROVISIONAL_GROUP} are needed."
    if not tests:
        return "The data has no traits to compare (no country, channel, category ... that differs between customers)."
    if not found:
        return "No reliable difference from the other customers."
    if size < SMALLEST_GROUP:
        return f"Provisional: only {size} customers in the group."
    return ""


def _strength(trait: Trait) -> float:
    """Distance of the interval's nearer end from 1: strong and certain first."""
    low, high = trait.ratio.low or 1.0, trait.ratio.high or 1.0
    return math.log(low) if trait.more_common else -math.log(high)
