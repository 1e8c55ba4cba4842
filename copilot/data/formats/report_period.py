"""The period a report states above its column names, where its rows carry no day."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from typing import Final

_STARTS: Final = re.compile(r"start ?(?:date|datum)\W*(\d{8}|\d{4}-\d{2}-\d{2})", re.IGNORECASE)
_ENDS: Final = re.compile(r"(?:end ?date|enddatum|end ?datum)\W*(\d{8}|\d{4}-\d{2}-\d{2})", re.IGNORECASE)
_WRITTEN: Final = (
    (re.compile(r"([A-Za-z]{3,9}\.? \d{1,2}, ?\d{4})"), ("%B %d, %Y", "%b %d, %Y", "%B %d,%Y", "%b %d,%Y")),
    (re.compile(r"(\d{1,2}\.? [^\W\d]{3,9}\.? \d{4})"), ("%d %B %Y", "%d %b %Y")),
    (re.compile(r"(\d{4}-\d{2}-\d{2})"), ("%Y-%m-%d",)),
    (re.compile(r"(\d{1,2}\.\d{1,2}\.\d{4})"), ("%d.%m.%Y",)),
)
_MONTHS: Final = {
    "januar": "January", "februar": "February", "märz": "March", "mai": "May", "juni": "June", "juli": "July",
    "oktober": "October", "dezember": "December", "janvier": "January", "février": "February", "mars": "March",
    "avril": "April", "juin": "June", "juillet": "July", "août": "August", "septembre": "September",
    "octobre": "October", "novembre": "November", "décembre": "December", "enero": "January", "febrero": "February",
    "marzo": "March", "abril": "April", "mayo": "May", "junio": "June", "julio": "July", "agosto": "August",
    "septiembre": "September", "octubre": "October", "noviembre": "November", "diciembre": "December",
}  # fmt: skip


def stated_period(lines: Iterable[str]) -> tuple[date, date] | None:
    """First and last day named in the lines above a table, or None ("All time").

    >>> stated_period(["Campaign report", '"September 1, 2026 - September 30, 2026"'])
    (datetime.date(2026, 9, 1), datetime.date(2026, 9, 30))
    >>> stated_period(["# Start date: 20260501", "# End date: 20260531"])
    (datetime.date(2026, 5, 1), datetime.date(2026, 5, 31))
    >>> stated_period(["Campaign report", "All time"]) is None
    True
    """
    text = "\n".join(lines)
    first, last = _STARTS.search(text), _ENDS.search(text)
    if first and last:
        return _plain(first.group(1)), _plain(last.group(1))
    for line in lines:
        for shape, formats in _WRITTEN:
            days = [day for found in shape.findall(line) if (day := _read(found, formats)) is not None]
            if len(days) == 2 and days[0] <= days[1]:
                return days[0], days[1]
            if len(days) == 1:
                return days[0], days[0]
    return None


def _plain(text: str) -> date:
    return datetime.strptime(text.replace("-", ""), "%Y%m%d").date()  # noqa: DTZ007 - a day, not a moment


def _read(text: str, formats: tuple[str, ...]) -> date | None:
    plain = " ".join(text.replace(".", " ").split()) if not re.match(r"\d+\.\d+\.", text) else text
    for theirs, english in _MONTHS.items():
        plain = re.sub(rf"\b{theirs}\b", english, plain, flags=re.IGNORECASE)
    for form in formats:
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    return None
