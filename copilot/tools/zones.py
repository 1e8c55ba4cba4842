"""Time zones as people name them: by city, country or abbreviation."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from typing import Final
from zoneinfo import available_timezones

from rapidfuzz import fuzz, process

from copilot.errors import UnknownName

_LOCAL: Final[Mapping[str, str]] = {
    "utc": "UTC", "gmt": "UTC", "zulu": "UTC", "german": "Europe/Berlin", "germany": "Europe/Berlin",
    "uk": "Europe/London", "british": "Europe/London", "england": "Europe/London", "french": "Europe/Paris",
    "france": "Europe/Paris", "spain": "Europe/Madrid", "italy": "Europe/Rome", "netherlands": "Europe/Amsterdam",
    "dutch": "Europe/Amsterdam", "austria": "Europe/Vienna", "switzerland": "Europe/Zurich", "cet": "Europe/Berlin",
    "central european": "Europe/Berlin", "eastern": "America/New_York", "est": "America/New_York",
    "et": "America/New_York", "edt": "America/New_York", "central": "America/Chicago", "cst": "America/Chicago",
    "mountain": "America/Denver", "mst": "America/Denver", "pacific": "America/Los_Angeles",
    "pst": "America/Los_Angeles", "pdt": "America/Los_Angeles", "california": "America/Los_Angeles",
    "japan": "Asia/Tokyo", "india": "Asia/Kolkata", "ist": "Asia/Kolkata", "munich": "Europe/Berlin",
    "hamburg": "Europe/Berlin", "cologne": "Europe/Berlin", "frankfurt": "Europe/Berlin", "milan": "Europe/Rome",
    "barcelona": "Europe/Madrid", "manchester": "Europe/London", "san francisco": "America/Los_Angeles",
    "seattle": "America/Los_Angeles", "boston": "America/New_York", "miami": "America/New_York",
    "sydney": "Australia/Sydney", "beijing": "Asia/Shanghai", "geneva": "Europe/Zurich",
}  # fmt: skip


def zone_named(text: str) -> str:
    """The IANA time zone that a city, a country or an abbreviation means; raises UnknownName with the nearest.

    >>> zone_named("Berlin"), zone_named("new york"), zone_named("UTC")
    ('Europe/Berlin', 'America/New_York', 'UTC')
    """
    bare = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    plain = " ".join(bare.lower().replace("_", " ").split())
    if plain in _LOCAL:
        return _LOCAL[plain]
    zones = {
        zone for zone in available_timezones() if "/" in zone and not zone.startswith(("Etc/", "posix/", "right/"))
    }
    by_name = {zone.lower().replace("_", " "): zone for zone in sorted(zones)}
    by_city = {name.rpartition("/")[2]: zone for name, zone in by_name.items()}
    found = by_name.get(plain) or by_city.get(plain)
    if found is None:
        near = process.extract(plain, sorted(by_city), scorer=fuzz.ratio, limit=3)
        raise UnknownName("time zone", text[:40], [by_city[name] for name, _, _ in near])
    return found
