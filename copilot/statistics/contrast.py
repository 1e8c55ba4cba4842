"""Contrast: which traits are over-represented in a group against the rest, tested and corrected."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final, Literal

import pandas as pd

from copilot.data.tables import Tables
from copilot.statistics.comparison import Counts, benjamini_hochberg, p_value, risk_ratio
from copilot.statistics.intervals import Z95
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule, members
from copilot.statistics.strongest import StrongestRule, strongest_rule
from copilot.statistics.traits import OUTSIDE, YES, TraitFrame, TraitLevel, trait_frame

__all__ = ["SetsApart", "StrongestRule", "Trait", "TraitLevel", "sets_apart", "strongest_rule"]

SMALLEST_GROUP: Final = 50
PROVISIONAL_GROUP: Final = 30
SMALLEST_COUNT: Final = 10
SMALLEST_LEVEL: Final = 20  # customers with the trait, in group and rest together, for it to be tested at all
LARGEST_Q: Final = 0.05
PRACTICAL: Final = (0.8, 1.2)
SHOWN: Final = 8
# Fields by which a rule ranks or counts money and orders; a trait that feeds them is partly their definition.
_WORTH: Final = frozenset(
    {"value", "net_sales", "gross_sales", "demand_sales", "orders", "days", "frequency", "value_365", "aov", "units",
     "rfm_group", "klaviyo_group", "substage", "stage", "first_order_value"}
)  # fmt: skip
_TENURE: Final = frozenset({"days_since", "activity", "first_at", "first_day", "last_at", "last_day"})
_SAME: Final[dict[str, set[str]]] = {
    "country": {"region", "city", "abroad"},
    "region": {"country", "city"},
    "first_category": {"first_product"},
    "first_product": {"first_category"},
    "first_order_value": {"first_size"},
}
_CAUTIONS: Final = {
    "first_size": "partly by definition: that order counts towards the total",
    "refunded": "partly by definition: who orders more has more to send back",
    "first_month": "partly time: they had longer, or less long, to buy",
}

Caution = Literal["", "definition", "time"]


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
    caution: Caution = ""
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


@dataclass(frozen=True)
class _Test:
    what: TraitLevel
    counts: Counts
    p: float
    rows: pd.DataFrame  # inside (bool), has (bool), month: customers whose trait is known


def sets_apart(tables: Tables, scope: Scope, rule: SegmentRule) -> SetsApart:
    """Traits of the rule's customers against all others: risk ratio, Fisher's exact or chi-squared test, corrected
    over all tests of the run (Benjamini-Hochberg, q <= 0.05), at least 10 people and 50 in the group, at least
    1.2 times or at most 0.8 times as common. Traits that are the rule itself are not tested.
    """
    receipts = Receipts(tables, scope, "sets_apart", {"segment": rule.model_dump(mode="json", exclude_defaults=True)})
    known = trait_frame(tables, scope)
    keys = set(tables.frame(members(tables, scope, rule))["customer_key"])
    inside = known.value.index.isin(keys)
    size, rest = int(inside.sum()), int((~inside).sum())
    tests = _tests(known, pd.Series(inside, index=known.value.index), rule) if _enough(size, rest) else []
    adjusted = benjamini_hochberg([test.p for test in tests])
    ranks = {condition.field for condition in rule.conditions}
    found = [_trait(receipts, test, q, ranks) for test, q in zip(tests, adjusted, strict=True) if _reliable(test, q)]
    found.sort(key=lambda trait: (trait.caution != "", trait.vanishes, -_strength(trait), trait.what.text()))
    over = tuple([trait for trait in found if trait.more_common][:SHOWN])
    under = tuple([trait for trait in found if not trait.more_common][:SHOWN])
    return SetsApart(
        rule=rule,
        size=receipts.figure("group_customers", size, definition=f"Customers with: {rule.text()}."),
        rest=receipts.figure("group_customers", rest, name="rest_customers", label="All other customers",
                             definition="Customers outside the group."),
        traits=over,
        under=under,
        tested=receipts.figure("tests", len(tests)),
        provisional=PROVISIONAL_GROUP <= size < SMALLEST_GROUP,
        note=_note(size, rest, len(tests), bool(over or under)),
        skipped=known.skipped,
        table=_table(over + under),
        chart=_chart(over),
    )  # fmt: skip


def _enough(size: int, rest: int) -> bool:
    return size >= PROVISIONAL_GROUP and rest >= PROVISIONAL_GROUP


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


def _tests(known: TraitFrame, inside: pd.Series[bool], rule: SegmentRule) -> list[_Test]:
    fields = {condition.field for condition in rule.conditions}
    barred = fields | {trait for field in fields for trait in _SAME.get(field, set())}
    tests = []
    for trait in known.levels.columns:
        if trait in barred:
            continue
        column = known.levels[trait].dropna()
        rows = pd.DataFrame({"inside": inside.loc[column.index], "month": known.month.loc[column.index]})
        counts = column.value_counts()
        levels = sorted(level for level in counts.index if counts[level] >= SMALLEST_LEVEL)
        if len(counts) == 2:
            levels = _one_of_two(column, rows["inside"], sorted(counts.index))
        for level in levels:
            tests.append(_test(TraitLevel(trait=trait, label=known.label(trait), level=str(level)), column, rows))
    return tests


def _one_of_two(column: pd.Series[str], inside: pd.Series[bool], levels: list[str]) -> list[str]:
    """Two levels are one test: "yes" where there is one, else the level that is more common in the group."""
    named = [level for level in levels if level == YES or level.startswith(OUTSIDE)]
    if named:
        return named
    shares = (column == levels[0]).groupby(inside.to_numpy()).mean()
    return [levels[0] if shares.get(True, 0) >= shares.get(False, 0) else levels[1]]


def _test(what: TraitLevel, column: pd.Series[str], rows: pd.DataFrame) -> _Test:
    data = rows.assign(has=(column == what.level).to_numpy())
    inside, has = data["inside"], data["has"]
    counts = Counts(
        a=float((inside & has).sum()), n=float(inside.sum()), b=float((~inside & has).sum()), m=float((~inside).sum())
    )
    return _Test(what, counts, p_value(counts), data)


def _reliable(test: _Test, q: float) -> bool:
    counts = test.counts
    if q > LARGEST_Q or counts.n < PROVISIONAL_GROUP or counts.a < SMALLEST_COUNT:
        return False
    ratio = risk_ratio(counts)
    apart = ratio.low > 1 or ratio.high < 1
    return apart and (ratio.value >= PRACTICAL[1] or ratio.value <= PRACTICAL[0])


def _caution(trait: str, fields: set[str]) -> Caution:
    if trait == "first_month" and fields & (_WORTH | _TENURE):
        return "time"
    return "definition" if trait in ("first_size", "refunded") and fields & _WORTH else ""


def _trait(receipts: Receipts, test: _Test, q: float, fields: set[str]) -> Trait:
    counts, what = test.counts, test.what
    ratio = risk_ratio(counts)
    asked: dict[str, Any] = {
        "query": {**receipts.query(), "trait": what.trait, "level": what.level}, "people": int(counts.a)
    }  # fmt: skip
    caution = _caution(what.trait, fields)
    within = None if caution == "time" else mantel_haenszel(test.rows)
    adjusted = None
    if within is not None:
        adjusted = receipts.figure(
            "trait_ratio_within_month", within[0], label=f"{what.text()}: times as common, same first month",
            n=int(counts.n), interval_of=(within[1:], "Mantel-Haenszel 95 %"), **asked,
        )  # fmt: skip
    return Trait(
        what=what,
        in_group=receipts.share("trait_share", counts.a, counts.n, label=f"{what.text()}: share in the group", **asked),
        in_rest=receipts.share(
            "trait_share", counts.b, counts.m, name="trait_share_rest", label=f"{what.text()}: share in the rest",
            **asked,
        ),
        ratio=receipts.figure(
            "trait_ratio", ratio.value, label=f"{what.text()}: times as common as in the rest", n=int(counts.n),
            interval_of=((ratio.low, ratio.high), "log risk ratio 95 %"), **asked,
        ),
        q=q,
        caution=caution,
        caution_text=_CAUTIONS[what.trait] if caution else "",
        within_month=adjusted,
        vanishes=within is not None and within[1] <= 1 <= within[2],
    )  # fmt: skip


def mantel_haenszel(rows: pd.DataFrame) -> tuple[float, float, float] | None:
    """Risk ratio over strata of `month` with 95 % interval (Mantel-Haenszel; variance Greenland and Robins 1985).

    None if no stratum has both sides, or the trait is missing on one of them.
    """
    grouped = rows.groupby("month")
    inside, has = rows["inside"], rows["has"]
    a = (inside & has).groupby(rows["month"]).sum().astype(float)
    c = (~inside & has).groupby(rows["month"]).sum().astype(float)
    n = inside.groupby(rows["month"]).sum().astype(float)
    total = grouped.size().astype(float)
    m = total - n
    above, below = float((a * m / total).sum()), float((c * n / total).sum())
    if above <= 0 or below <= 0:
        return None
    spread = float(((n * m * (a + c) - a * c * total) / total**2).sum())
    half = Z95 * math.sqrt(max(0.0, spread / (above * below)))
    ratio = above / below
    return ratio, ratio * math.exp(-half), ratio * math.exp(half)


def _strength(trait: Trait) -> float:
    """Distance of the interval's nearer end from 1: strong and certain first."""
    low, high = trait.ratio.low or 1.0, trait.ratio.high or 1.0
    return math.log(low) if trait.more_common else -math.log(high)


def _table(traits: tuple[Trait, ...]) -> ResultTable:
    rows = tuple(
        {
            "trait": trait.what.text(),
            "in_group": trait.in_group.value,
            "in_rest": trait.in_rest.value,
            "ratio": trait.ratio.value,
            "low": trait.ratio.low,
            "high": trait.ratio.high,
            "within_month": trait.within_month.value if trait.within_month else None,
            "note": trait.caution_text or ("vanishes within the same first month" if trait.vanishes else ""),
        }
        for trait in traits
    )
    return ResultTable(
        title="What sets them apart from the other customers",
        columns=(
            Column(key="trait", label="Trait"),
            Column(key="in_group", label="In the group", unit="share"),
            Column(key="in_rest", label="In the rest", unit="share"),
            Column(key="ratio", label="Times as common", unit="ratio"),
            Column(key="low", label="from", unit="ratio"),
            Column(key="high", label="to", unit="ratio"),
            Column(key="within_month", label="Same first month", unit="ratio"),
            Column(key="note", label="Note"),
        ),
        rows=rows,
    )


def _chart(traits: tuple[Trait, ...]) -> Chart | None:
    if not traits:
        return None
    return Chart(
        kind="interval",
        title="Times as common as in the rest",
        x=tuple(trait.what.text() for trait in traits),
        series={"ratio": tuple(trait.ratio.value for trait in traits)},
        low={"ratio": tuple(trait.ratio.low for trait in traits)},
        high={"ratio": tuple(trait.ratio.high for trait in traits)},
        unit="ratio",
    )
