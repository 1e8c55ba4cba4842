"""What a contrast returns: traits, numbers, doubts, and differences that are not proven yet."""

from __future__ import annotations

from typing import Literal

from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.segments import SegmentRule
from copilot.statistics.stability import Stability
from copilot.statistics.trait_tests import Caution
from copilot.statistics.traits import TraitLevel


class Confounding(Result):
    """Simpson's paradox: within the levels of `by` the difference is another one than in sum.

    `reverses`: it points the other way there. `vanishes`: nothing is left of it. `differs`: it holds on the whole,
    but points the other way in the levels `opposite`. `common`: the ratio (for a number: Cliff's delta) within.
    """

    kind: Literal["reverses", "vanishes", "differs"]
    by: str
    common: Figure
    opposite: tuple[str, ...] = ()

    def text(self) -> str:
        """In words, without a number.

        For example: "reverses when customers of the same country are compared: it is how they are spread".
        """
        if self.kind == "reverses":
            return f"reverses when compared within the same {self.by} (Simpson's paradox): do not act on it"
        if self.kind == "vanishes":
            return f"vanishes when compared within the same {self.by}, so it is that, not this"
        return f"points the other way where the {self.by} is {' or '.join(self.opposite)}"


class Trait(Result):
    """A trait level more (or less) common in the group than in the rest.

    `ratio` = share in the group / share in the rest, with 95 % interval. `caution`: "definition" if the trait
    is partly the group's own definition, "time" if it reflects how long people could buy, else "".
    `within_month`: the ratio compared within the same first month (Mantel-Haenszel), None where not sensible.
    `vanishes`: that interval includes 1, or the difference reverses or vanishes within another trait's levels.
    `stability`: both halves of the customers show it, or only one could.
    """

    what: TraitLevel
    in_group: Figure
    in_rest: Figure
    ratio: Figure
    q: float
    caution: Caution = ""
    caution_text: str = ""
    within_month: Figure | None = None
    vanishes: bool = False
    confounding: Confounding | None = None
    stability: Stability = "unknown"

    @property
    def more_common(self) -> bool:
        """True if over-represented in the group."""
        return (self.ratio.value or 1.0) > 1

    @property
    def only_time(self) -> bool:
        """True if nothing is left of it within the same first month."""
        within = self.within_month
        return within is not None and within.low is not None and within.low <= 1 <= (within.high or within.low)


class NumberTrait(Result):
    """A number the group has more (or less) of than the rest: medians, their difference, and Cliff's delta."""

    name: str
    label: str
    in_group: Figure
    in_rest: Figure
    difference: Figure
    delta: Figure
    q: float
    caution_text: str = ""
    confounding: Confounding | None = None
    stability: Stability = "unknown"

    @property
    def higher(self) -> bool:
        """True if the group has more of it."""
        return (self.delta.value or 0.0) > 0

    @property
    def vanishes(self) -> bool:
        """True if it reverses or vanishes within another trait's levels."""
        return self.confounding is not None and self.confounding.kind != "differs"


class Unproven(Result):
    """A difference of practical size that the data cannot prove; `more` customers of the group would tell."""

    what: TraitLevel
    in_group: Figure
    in_rest: Figure
    ratio: Figure
    more: Figure


class SetsApart(Result):
    """What sets a group apart from the rest. `traits` (reliable ones only) may be empty: a valid result."""

    rule: SegmentRule
    size: Figure
    rest: Figure
    traits: tuple[Trait, ...]
    under: tuple[Trait, ...]
    tested: Figure
    provisional: bool
    note: str  # why nothing (or only provisional) is said, or ""
    skipped: tuple[str, ...]  # traits the data does not have
    table: ResultTable
    chart: Chart | None = None
    numbers: tuple[NumberTrait, ...] = ()
    unproven: tuple[Unproven, ...] = ()
    more: Figure | None = None  # further customers a group needs to be compared at all
    unstable: Figure | None = None
    unstable_names: tuple[str, ...] = ()
    halves: Literal["time", "random", ""] = ""  # how the customers were cut in two
    numbers_table: ResultTable | None = None
