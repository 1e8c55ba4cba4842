"""Makes the figures, tables and the chart of a contrast out of its findings."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from copilot.statistics.comparison import Ratio
from copilot.statistics.contrast_result import Confounding, NumberTrait, Trait, Unproven
from copilot.statistics.numeric_traits import NUMBERS
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, ResultTable
from copilot.statistics.trait_tests import (
    PROVISIONAL_GROUP,
    Doubt,
    Findings,
    LevelFinding,
    LevelTest,
    NumberFinding,
)

_CAUTIONS: Final = {
    "first_size": "partly by definition: that order counts towards the total",
    "refunded": "partly by definition: who orders more has more to send back",
    "first_month": "partly time: they had longer, or less long, to buy",
}


@dataclass(frozen=True)
class FigureMaker:
    """Turns findings into results with receipts."""

    receipts: Receipts

    def trait(self, found: LevelFinding) -> Trait:
        """A reliable level."""
        test = found.test
        what, counts = test.what, test.counts
        asked = self._asked(what.trait, what.level, int(counts.a))
        within = None
        if found.within_month is not None:
            within = self._common("trait_ratio_within_month", found.within_month, int(counts.n), asked, label=(
                f"{what.text()}: times as common, same first month"))  # fmt: skip
        doubt = self._confounding(found.doubt, "trait_ratio_within", what.text(), asked)
        time = found.within_month is not None and found.within_month.low <= 1 <= found.within_month.high
        return Trait(
            what=what,
            **self._level(test),
            q=found.q,
            caution=found.caution,
            caution_text=_CAUTIONS[what.trait] if found.caution else "",
            within_month=within,
            vanishes=time or (doubt is not None and doubt.kind != "differs"),
            confounding=doubt,
            stability=found.stability,
        )

    def number(self, found: NumberFinding) -> NumberTrait:
        """A reliable number."""
        test = found.test
        trait = NUMBERS[test.name]
        asked = self._asked(test.name, "", test.n)
        unit = {"unit": trait.unit, "currency": self.receipts.currency if trait.unit == "money" else None}
        made = self.receipts.figure
        doubt = self._confounding(found.doubt, "delta_within", trait.label, asked)
        return NumberTrait(
            name=test.name,
            label=trait.label,
            in_group=made("trait_median", found.medians[0], label=f"{trait.label}: median of the group", n=test.n,
                          definition=f"Median of the group. {trait.definition}", **unit, **asked),
            in_rest=made("trait_median", found.medians[1], name="trait_median_rest", n=test.m,
                         label=f"{trait.label}: median of the rest",
                         definition=f"Median of the rest. {trait.definition}", **unit, **asked),
            difference=made("trait_median_difference", found.difference, n=test.n,
                            label=f"{trait.label}: difference of medians",
                            interval_of=(found.interval, "bootstrap 95 %"), **unit, **asked),
            delta=made("cliffs_delta", test.delta.value, label=f"{trait.label}: Cliff's delta", n=test.n, decimals=2,
                       interval_of=((test.delta.low, test.delta.high), "Cliff's asymmetric 95 %"), **asked),
            q=found.q,
            caution_text=found.caution,
            confounding=doubt,
            stability=found.stability,
        )  # fmt: skip

    def unproven(self, test: LevelTest, more: int) -> Unproven:
        """An interesting level that is not proven, with how many more customers would tell."""
        asked = self._asked(test.what.trait, test.what.level, int(test.counts.a))
        return Unproven(
            what=test.what,
            **self._level(test),
            more=self.receipts.figure(
                "more_customers", more, label=f"{test.what.text()}: further customers needed to tell", **asked
            ),
        )

    def missing(self, size: int) -> Figure:
        """How many more customers a group needs to be compared at all."""
        return self.receipts.figure(
            "more_customers", PROVISIONAL_GROUP - size,
            definition=f"Groups of fewer than {PROVISIONAL_GROUP} customers are not compared; this group has {size}.",
        )  # fmt: skip

    def unstable(self, found: Findings) -> Figure:
        """How many differences were set aside because the halves contradict each other."""
        border = found.halves.border
        how = "at random, by customer" if border is None else f"by first order, before and from {border:%d %b %Y}"
        return self.receipts.figure(
            "unstable_traits", len(found.unstable), definition="Differences that passed the tests but point in "
            f"opposite directions in the two halves of the customers (cut {how}): "
            f"{', '.join(found.unstable) or 'none'}.",
        )  # fmt: skip

    def _level(self, test: LevelTest) -> dict[str, Figure]:
        counts, what = test.counts, test.what
        asked = self._asked(what.trait, what.level, int(counts.a))
        share = self.receipts.share
        return {
            "in_group": share("trait_share", counts.a, counts.n, label=f"{what.text()}: share in the group", **asked),
            "in_rest": share("trait_share", counts.b, counts.m, name="trait_share_rest",
                             label=f"{what.text()}: share in the rest", **asked),
            "ratio": self.receipts.figure(
                "trait_ratio", test.ratio.value, label=f"{what.text()}: times as common as in the rest",
                n=int(counts.n), interval_of=((test.ratio.low, test.ratio.high), "log risk ratio 95 %"), **asked,
            ),
        }  # fmt: skip

    def _confounding(self, doubt: Doubt | None, metric: str, what: str, asked: dict[str, Any]) -> Confounding | None:
        if doubt is None:
            return None
        label = f"{what}: compared within the same {doubt.by}"
        if doubt.opposite:
            label += f" (the other way round: {', '.join(doubt.opposite)})"
        common = self._common(metric, doubt.verdict.common, asked["people"], asked, label=label)
        return Confounding(kind=doubt.verdict.kind, by=doubt.by, common=common, opposite=doubt.opposite)

    def _common(self, metric: str, common: Ratio, n: int, asked: dict[str, Any], *, label: str) -> Figure:
        return self.receipts.figure(
            metric, common.value, label=label, n=n, interval_of=((common.low, common.high), "Mantel-Haenszel 95 %" if
                                                                 metric != "delta_within" else "normal 95 %"), **asked,
        )  # fmt: skip

    def _asked(self, trait: str, level: str, people: int) -> dict[str, Any]:
        return {"query": {**self.receipts.query(), "trait": trait, "level": level}, "people": people}


def table(traits: tuple[Trait, ...]) -> ResultTable:
    """All reliable levels, one row each."""
    rows = tuple(
        {
            "trait": trait.what.text(),
            "in_group": trait.in_group.value,
            "in_rest": trait.in_rest.value,
            "ratio": trait.ratio.value,
            "low": trait.ratio.low,
            "high": trait.ratio.high,
            "within_month": trait.within_month.value if trait.within_month else None,
            "note": _row_note(trait),
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


def _row_note(trait: Trait) -> str:
    if trait.confounding is not None:
        return trait.confounding.text()
    return trait.caution_text or ("vanishes within the same first month" if trait.vanishes else "")


def numbers_table(numbers: tuple[NumberTrait, ...]) -> ResultTable | None:
    """All reliable numbers, one row each; Cliff's delta makes them comparable. None if there are none."""
    if not numbers:
        return None
    return ResultTable(
        title="Numbers that set them apart",
        columns=(
            Column(key="number", label="Number"),
            Column(key="in_group", label="Median in the group", unit="number"),
            Column(key="in_rest", label="Median in the rest", unit="number"),
            Column(key="low", label="Difference from", unit="number"),
            Column(key="high", label="to", unit="number"),
            Column(key="delta", label="Cliff's delta", unit="score"),
            Column(key="note", label="Note"),
        ),
        rows=tuple(
            {
                "number": one.label,
                "in_group": one.in_group.value,
                "in_rest": one.in_rest.value,
                "low": one.difference.low,
                "high": one.difference.high,
                "delta": one.delta.value,
                "note": one.confounding.text() if one.confounding else one.caution_text,
            }
            for one in numbers
        ),
    )


def chart(traits: tuple[Trait, ...]) -> Chart | None:
    """The over-represented levels with their intervals."""
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
