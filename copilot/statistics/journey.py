"""Journey: every known person in exactly one stage (cold, warm, hot) and sub-stage, at the analysis date."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

from copilot.data.tables import Tables
from copilot.statistics.receipt import Receipts
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.rhythm import Thresholds, thresholds
from copilot.statistics.scope import Scope
from copilot.statistics.stages import SUBSTAGES, StageName, prospects_known, stage_table

__all__ = ["JourneyStages", "StageName", "SubStage", "journey_stages", "stage_table"]

MISSING_PROSPECTS: Final = (
    "People who know the shop but have not bought are not in this data, so warm and cold cannot be sized.",
    "Shopify > Customers > Export (all customers), or Klaviyo > Lists & segments > Export, would do it.",
)


class SubStage(Result):
    """One sub-stage; `contactable` are those with e-mail consent (stage is not permission)."""

    name: str  # e.g. hot_new
    stage: StageName
    label: str
    rule: str
    people: Figure
    share: Figure
    contactable: Figure
    net_sales: Figure


class JourneyStages(Result):
    """Sub-stages in the order of the rules; they add up to all known people.

    `sizable` is False if only buyers are known: then warm and cold cannot be sized and `missing` says which
    export would do it.
    """

    sizable: bool
    missing: tuple[str, ...]
    known: Figure
    stages: tuple[Figure, ...]  # hot, warm, cold
    substages: tuple[SubStage, ...]
    anonymous_visitors: Figure
    refunded_only: Figure
    thresholds: Thresholds
    table: ResultTable
    chart: Chart

    def substage(self, name: str) -> SubStage:
        """The sub-stage of that name."""
        return next(sub for sub in self.substages if sub.name == name)


def journey_stages(tables: Tables, scope: Scope) -> JourneyStages:
    """Sizes of all stages and sub-stages (first matching rule wins), with what is missing to size them."""
    scope = scope.ever()
    receipts = Receipts(tables, scope, "journey_stages")
    limits = thresholds(tables, scope)
    people = stage_table(tables, scope, limits)
    frame = tables.frame(
        people.group_by("substage").aggregate(
            people=people.count(),
            contactable=people.email_consent.fill_null(False).sum(),
            net_sales=people.net_sales.sum().fill_null(0).cast("float64"),
            refunded_only=people.refunded_only.sum(),
        )
    ).set_index("substage")
    found = frame.to_dict("index")
    total = int(frame["people"].sum())
    sizable = prospects_known(tables)
    empty = {"people": 0, "contactable": 0, "net_sales": 0.0}
    whole = _Whole(receipts, total, limits, sizable)
    substages = tuple(_substage(whole, name, found.get(name, empty)) for name in SUBSTAGES)
    return JourneyStages(
        sizable=sizable,
        missing=() if sizable else MISSING_PROSPECTS,
        known=receipts.figure("people", total, name="known_people", label="Known people",
                              definition="Everybody in the customer list or with an order, once each."),
        stages=_stages(receipts, substages, total, sizable=sizable),
        substages=substages,
        anonymous_visitors=_anonymous(tables, receipts),
        refunded_only=receipts.figure("refunded_only", int(frame["refunded_only"].sum())),
        thresholds=limits,
        table=_table(substages, receipts),
        chart=_chart(substages),
    )  # fmt: skip


class _Whole(NamedTuple):
    """What all sub-stages share."""

    receipts: Receipts
    total: int
    limits: Thresholds
    sizable: bool


def _substage(whole: _Whole, name: str, row: dict[str, Any]) -> SubStage:
    receipts, total, limits, sizable = whole
    stage, label, rule = SUBSTAGES[name]
    unknown = stage != "hot" and not sizable and not row["people"]
    warnings: tuple[str, ...] = ()
    if unknown:
        warnings = MISSING_PROSPECTS
    elif stage == "hot" and limits.provisional:
        warnings = (f"provisional borders: {limits.reason}",)
    people = int(row["people"])
    text = f"{label} ({stage})"
    definition = f"{_borders(name, rule, limits)}, at the analysis date; the first matching stage counts."
    value: int | None = None if unknown else people
    return SubStage(
        name=name,
        stage=stage,
        label=label,
        rule=_borders(name, rule, limits),
        people=receipts.figure("people", value, name=f"{name}_people", label=text, definition=definition,
                               people=people, warnings=warnings),
        share=_share(receipts, name, text, (people, 0 if unknown else total), warnings),
        contactable=receipts.figure("contactable", None if unknown else int(row["contactable"]), warnings=warnings,
                                    name=f"{name}_contactable", label=f"{text}: with e-mail consent", people=people),
        net_sales=receipts.figure("stage_net_sales", None if unknown else row["net_sales"], warnings=warnings,
                                  name=f"{name}_net_sales", label=f"{text}: net sales so far", people=people),
    )  # fmt: skip


def _share(receipts: Receipts, name: str, text: str, counts: tuple[int, int], warnings: tuple[str, ...]) -> Figure:
    details: dict[str, Any] = {"name": f"{name}_share", "label": f"{text}: share of known people", "people": counts[0]}
    if not counts[1]:
        return receipts.figure("people_share", None, warnings=warnings or ("nobody is known",), **details)
    return receipts.share("people_share", *counts, of="people", warnings=warnings, **details)


def _borders(name: str, rule: str, limits: Thresholds) -> str:
    """The rule with this shop's own days."""
    days = {
        "hot_vip": f" (last order up to {limits.g80:.0f} days ago, or within the own rhythm)",
        "hot_repeat": f" (last order up to {limits.g80:.0f} days ago, or within the own rhythm)",
        "hot_new": f" (up to {limits.one_time_active:.0f} days)",
        "hot_cooling": f" (up to {limits.g95:.0f} days; one-time buyers {limits.one_time_lapsed:.0f})",
        "hot_lapsed": f" (more than {limits.g95:.0f} days; one-time buyers {limits.one_time_lapsed:.0f})",
    }
    return rule + days.get(name, "")


def _stages(receipts: Receipts, substages: tuple[SubStage, ...], total: int, *, sizable: bool) -> tuple[Figure, ...]:
    made = []
    for stage in ("hot", "warm", "cold"):
        people = sum(int(sub.people.value or 0) for sub in substages if sub.stage == stage)
        unknown = stage != "hot" and not sizable
        made.append(
            receipts.figure(
                "people",
                None if unknown else people,
                name=f"{stage}_people",
                label=f"{stage.capitalize()}",
                denominator=total,
                people=people,
                warnings=MISSING_PROSPECTS if unknown else (),
            )
        )
    return tuple(made)


def _anonymous(tables: Tables, receipts: Receipts) -> Figure:
    sessions = tables.sessions
    if not int(tables.frame(sessions.aggregate(n=sessions.count()))["n"].iloc[0]):
        return receipts.figure("anonymous_visitors", None, warnings=("no web sessions are loaded",))
    unknown = sessions.filter(sessions.customer_key.isnull())
    return receipts.figure(
        "anonymous_visitors", int(tables.frame(unknown.aggregate(n=unknown.visitor.nunique()))["n"].iloc[0])
    )


def _table(substages: tuple[SubStage, ...], receipts: Receipts) -> ResultTable:
    rows = tuple(
        {
            "stage": sub.stage,
            "substage": sub.label,
            "people": sub.people.value,
            "contactable": sub.contactable.value,
            "net_sales": sub.net_sales.value,
            "rule": sub.rule,
        }
        for sub in substages
    )
    columns = (
        Column(key="stage", label="Stage"),
        Column(key="substage", label="Sub-stage"),
        Column(key="people", label="People", unit="count"),
        Column(key="contactable", label="With e-mail consent", unit="count"),
        Column(key="net_sales", label="Net sales", unit="money"),
        Column(key="rule", label="Rule"),
    )
    return ResultTable(title="Journey stages", columns=columns, rows=rows, currency=receipts.currency,
                       note="A stage is not permission to contact: only consent is.")  # fmt: skip


def _chart(substages: tuple[SubStage, ...]) -> Chart:
    return Chart(
        kind="stage",
        title="People by stage",
        x=tuple(sub.label for sub in substages),
        series={
            stage: tuple(sub.people.value if sub.stage == stage else None for sub in substages)
            for stage in ("hot", "warm", "cold")
        },
        unit="count",
    )
