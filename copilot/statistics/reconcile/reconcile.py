"""Reconciles our figure with one stated by the user: the nearest definitions, as ladders of exact steps."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer
from copilot.statistics.condition import Condition
from copilot.statistics.receipt import Receipts
from copilot.statistics.reconcile.booked import Cube, cube
from copilot.statistics.reconcile.days import choices
from copilot.statistics.reconcile.hints import hints
from copilot.statistics.reconcile.people import people
from copilot.statistics.reconcile.search import Closeness, Definition, Found, Stated, Variants, find
from copilot.statistics.reconcile.switches import MEASURES, Declared, Measure
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope

SHOWN = 4


class Step(Result):
    """One difference of definition: its switch, in words, what it changes, and the figure after it."""

    switch: str
    words: str
    change: Figure
    after: Figure


class Explanation(Result):
    """A definition that leads from ours to the stated figure; `left` is what it does not explain."""

    steps: tuple[Step, ...]
    value: Figure
    left: Figure


class Reconciliation(Result):
    """Ours against the stated figure. `closeness`: exact (to the cent or the very count), rounded (within the digits
    as stated), near (within 1 %), far (no combination explains it; `explanations` holds the nearest).

    Without a step the two figures agree already. `chance` is how many definitions as short would come this close by
    chance; `longer` how many longer ones come as close.
    """

    ours: Figure
    gap: Figure
    gap_share: Figure
    closeness: Closeness
    explanations: tuple[Explanation, ...]
    more: int = Field(description="equally good explanations that are not spelled out")
    longer: Figure | None
    tried: Figure
    chance: Figure | None
    ladder: ResultTable
    hints: tuple[str, ...]


def reconcile(tables: Tables, scope: Scope, measure: Measure, stated: Stated) -> Reconciliation:
    """Find which differences of definition lead from our `measure` to the stated figure.

    All combinations of up to four switches are computed from one pass over the documents; the shortest that hits is
    told, all of them where several hit equally well. Raises CannotAnswer where the data has no such figure.
    """
    declared = MEASURES[measure]
    found_cube = cube(tables, scope)
    days = choices(found_cube, tables.facts.last_order)
    who = people(tables, scope, found_cube) if declared.family == "people" else None
    if declared.family == "people" and who is None:
        raise CannotAnswer(
            "There are too many kinds of orders to count customers under each definition.",
            "Ask for one month or one country.",
        )
    _there(found_cube, declared, measure)
    variants = Variants(found_cube, declared, days if who is None else days[:1], who)
    found = find(variants, stated, whole=declared.unit == "count")
    return _Telling(tables, scope, measure, stated, variants).told(
        found, hints(found_cube, tables.facts, stated.system, measure)
    )


def _there(found: Cube, declared: Declared, measure: str) -> None:
    """Refuse where the files have nothing of the kind."""
    if declared.family == "part" and not found.sums[:, :, :].any():
        raise CannotAnswer(f"Your data holds no {measure}.", "Add an export that has them.")


class _Telling:
    """Turns what was found into figures with receipts."""

    def __init__(self, tables: Tables, scope: Scope, measure: Measure, stated: Stated, variants: Variants) -> None:
        main = variants.main_currency
        if main and all(condition.field != "currency" for condition in scope.where):
            scope = scope.model_copy(update={"where": (*scope.where, Condition(field="currency", value=main))})
        arguments = {"measure": measure, "figure": stated.value}
        self._receipts = Receipts(tables, scope, "reconcile", arguments)
        self._declared = MEASURES[measure]
        self._stated = stated
        self._variants = variants
        cents = self._declared.unit == "money" and (stated.step < 0.1 or abs(stated.value) < 100)
        self._unit: dict[str, Any] = {
            "unit": self._declared.unit,
            "noun": self._declared.noun,
            "currency": self._receipts.currency if self._declared.unit == "money" else None,
            "decimals": 2 if cents else 0,
        }

    def told(self, found: Found, said: tuple[str, ...]) -> Reconciliation:
        """The result with every figure."""
        receipts, stated = self._receipts, self._stated
        ours = receipts.figure(self._declared.metric, found.ours, decimals=self._unit["decimals"])
        explanations = tuple(self._explanation(found.ours, one) for one in found.best[:SHOWN])
        return Reconciliation(
            ours=ours,
            gap=self._figure("reconcile_gap", stated.value - found.ours),
            gap_share=receipts.figure(
                "reconcile_gap_share", (stated.value - found.ours) / found.ours if found.ours else None
            ),
            closeness=found.closeness,
            explanations=explanations,
            more=len(found.best) - len(explanations),
            longer=receipts.figure("definitions_tried", found.longer, name="longer_definitions",
                label="Longer definitions that come as close") if found.longer else None,
            tried=receipts.figure("definitions_tried", found.tried),
            chance=receipts.figure("chance_matches", found.chance, decimals=1) if found.chance >= 0.05 else None,
            ladder=self._ladder(ours, explanations[0], found),
            hints=said,
        )  # fmt: skip

    def _explanation(self, ours: float, definition: Definition) -> Explanation:
        steps: list[Step] = []
        before = ours
        for number, key in enumerate(definition.turned, start=1):
            after = self._variants.of(definition.turned[:number])
            words = self._variants.words[key]
            path = "; ".join(self._variants.words[one] for one in definition.turned[:number])
            told = {"label": words[:1].upper() + words[1:], "definition": f"Our figure, but: {path}."}
            steps.append(
                Step(
                    switch=key,
                    words=words,
                    change=self._figure("reconciled_change", after - before, **told),
                    after=self._figure("reconciled", after, **told),
                )
            )
            before = after
        value = steps[-1].after if steps else self._figure("reconciled", ours, label="Our own definition")
        return Explanation(
            steps=tuple(steps), value=value, left=self._figure("reconcile_left", self._stated.value - before)
        )

    def _figure(self, name: str, value: float, **details: Any) -> Figure:
        return self._receipts.figure(name, round(value, 4), **{**self._unit, **details})

    def _ladder(self, ours: Figure, first: Explanation, found: Found) -> ResultTable:
        """Ours, each step, what is left, theirs; amounts to the cent are written as plain numbers."""
        rows: list[dict[str, Any]] = [{"step": f"Here: {ours.label.lower()}", "change": None, "figure": ours.value}]
        rows += [{"step": s.words, "change": s.change.value, "figure": s.after.value} for s in first.steps]
        left = first.left.value or 0.0
        if found.closeness != "exact":
            words = "rounding" if found.closeness == "rounded" else "not explained"
            rows.append({"step": words, "change": left, "figure": self._stated.value})
        rows.append({"step": "the figure you gave", "change": None, "figure": self._stated.value})
        unit = "number" if self._unit["decimals"] == 2 else self._declared.unit
        currency = self._unit["currency"]
        columns = (
            Column(key="step", label="Step"),
            Column(key="change", label="Change", unit=unit),
            Column(
                key="figure", label=f"Figure ({currency})" if currency and unit == "number" else "Figure", unit=unit
            ),
        )
        return ResultTable(
            title="From here to there", columns=tuple(columns), rows=tuple(rows), currency=self._unit["currency"]
        )
