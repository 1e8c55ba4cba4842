"""Data of a tested campaign: a row a person without any id, the group they were in and what they did (Hillstrom)."""

from __future__ import annotations

from typing import Final

import ibis

from copilot.data.engine import held
from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import with_column
from copilot.data.formats.sums import fill_reported
from copilot.data.formats.synonyms import name_score, normal
from copilot.data.privacy import scrub

GROUPS: Final = ("segment", "group", "test group", "variant", "treatment", "arm", "cell", "experiment group")
OUTCOMES: Final = (
    "visit", "visited", "conversion", "converted", "click", "clicked", "opened", "purchase", "purchased", "ordered",
    "response", "spend", "spent", "revenue",
)  # fmt: skip
PEOPLE: Final = "people"
MOST_GROUPS: Final = 12
_WHO: Final = ("email", "customer_id", "order_id", "ordered_at", "session_id", "phone", "day")


class CampaignTest:
    """The format as the registry sees it."""

    name = "campaign test"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """0.8 for one group column and two or more outcomes, with no person, order or day."""
        plain = [normal(column) for column in columns]
        about = any(name_score(field, column) > 0 for field in _WHO for column in columns)
        groups = sum(name in GROUPS for name in plain)
        return 0.8 if groups == 1 and sum(name in OUTCOMES for name in plain) >= 2 and not about else 0.0

    def map(self, upload: Upload) -> Mapped:
        """People and outcomes of each group, as sums: nobody in the file can be told or joined to a customer."""
        group = next(own for own in upload.raw.columns if normal(own) in GROUPS)
        outcomes = {normal(own): own for own in upload.raw.columns if normal(own) in OUTCOMES}
        mapped = Mapped(format=self.name, role="campaign test", columns={"group": group, **outcomes})
        counted = with_column(upload, PEOPLE, ibis.literal("1"))
        table = counted.table.filter(counted.table[group].notnull())
        about = held(
            upload.engine,
            table.mutate(
                r_report=ibis.literal("campaign test"), r_name=scrub(table[group]), r_channel=ibis.null("string"),
                r_day=ibis.null("date"),
            ),
        )  # fmt: skip
        mapped.kept = int(about.count().execute())
        fill_reported(counted, about, {PEOPLE: PEOPLE, **outcomes}, mapped)
        mapped.note("unusable_rows", int(counted.table.count().execute()) - mapped.kept, "rows without a group",
            "set aside")  # fmt: skip
        _groups(mapped)
        return mapped


def _groups(mapped: Mapped) -> None:
    """The groups in figures, ready to be compared in conversation."""
    rows = mapped.tables["reported"].to_pyarrow().to_pylist()
    names = sorted({row["name"] for row in rows})
    told = []
    for name in names[:MOST_GROUPS]:
        sums = {row["measure"]: row["value"] for row in rows if row["name"] == name}
        done = {measure: value for measure, value in sums.items() if measure != PEOPLE}
        others = ", ".join(f"{measure} {value:,.2f}".removesuffix(".00") for measure, value in done.items())
        told.append(f"{name}: {int(sums[PEOPLE]):,} people, {others}")
    mapped.note("test_groups", len(names), "groups of a tested campaign",
        "kept as sums; no row names a customer, so nothing is said about single people", tuple(told[:3]))  # fmt: skip
