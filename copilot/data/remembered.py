"""What was known of an upload from the user's own words, said in its report; and the currency the user named."""

from __future__ import annotations

from collections.abc import Iterable

import ibis

from copilot.data.corrections import Applied, ShopZone
from copilot.data.formats.base import Mapped, Upload
from copilot.data.quality import one
from copilot.errors import DataRefused

_WITH_CURRENCY = ("orders", "spend")


def as_said(mapped: Mapped, upload: Upload, header: str, said: Iterable[Applied]) -> Mapped:
    """The mapped upload with the currency the user named, and a line in its report for each correction it heeds.

    Raises DataRefused where a file of several currencies is said to be in one: they are never added up.
    """
    if mapped.questions:
        return mapped
    code = upload.answers.get("currency")
    for name in _WITH_CURRENCY if code else ():
        if name in mapped.tables:
            table = mapped.tables[name]
            if one(table.aggregate(n=table.currency.nunique()))["n"] > 1:
                raise DataRefused(
                    f"{upload.name} names several currencies, so it cannot be all {code}.",
                    "Ask for one of them instead, for example 'only EUR'. Nothing was changed.",
                    code="several_currencies",
                )
            mapped.tables[name] = table.mutate(currency=ibis.literal(code))
    if "time_zone" in upload.answers:  # the times are no longer counted as written
        mapped.problems = [problem for problem in mapped.problems if problem.code != "utc_times"]
    for applied in said:
        if header in applied.headers or isinstance(applied.correction, ShopZone):
            mapped.note("as_you_said", 1, applied.correction.words().replace("`", "'"), f"read that way ({applied.id})")
    return mapped
