"""Contrast: which traits are over-represented in a group against the rest, tested and corrected."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict

from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.segments import SegmentRule


class TraitLevel(BaseModel):
    """One value of one trait, e.g. country = Germany."""

    model_config = ConfigDict(frozen=True)

    trait: str  # column name, e.g. first_channel; attributes given by the shop are "attribute: NAME"
    label: str  # in words, e.g. "channel of the first order"
    level: str

    def text(self) -> str:
        """In words, e.g. "country: Germany"."""
        return f"{self.label}: {self.level}"


class Trait(Result):
    """A trait level more (or less) common in the group than in the rest.

    `ratio` = share in the group / share in the rest, with 95 % interval. `caution`: "definition" if the trait
    is partly the group's own definition, "time" if it reflects how long people could buy, else "".
    `within_month`: the ratio compared within the same first month (Mantel-Haenszel), None where not sensible;
    `vanishes` if that interval includes 1.
    """

    what: TraitLevel
    in_group: Figure
    in_rest: Figure
    ratio: Figure
    q: float
    caution: Literal["", "definition", "time"] = ""
    caution_text: str = ""
    within_month: Figure | None = None
    vanishes: bool = False

    @property
    def more_common(self) -> bool:
        """True if over-represented in the group."""
        return (self.ratio.value or 1.0) > 1


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
