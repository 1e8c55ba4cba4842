"""Owns the matching of ad channels to the sources that orders name: declared words, shown with every answer."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from copilot.data.ad_platforms import plain, platform

_UNPAID: Final = re.compile(r"\b(?:organic|referral|seo|unpaid)\b")
UNNAMED: Final = "channel not named"


def unpaid(source: str) -> bool:
    """True where a source says itself that nobody paid for the visit."""
    return _UNPAID.search(plain(source)) is not None


@dataclass(frozen=True)
class Matching:
    """`group_of` gives each ad channel the name it is shown under; `source_of` each order source its group."""

    group_of: dict[str, str] = field(default_factory=dict)
    source_of: dict[str, str] = field(default_factory=dict)
    unmatched: tuple[str, ...] = ()


def match(channels: Iterable[str], sources: Iterable[str]) -> Matching:
    """Each source to the ad channel of the same name, else to the channels of its platform taken together.

    A source that calls itself organic or a referral is never matched.
    """
    named = {plain(channel): channel for channel in sorted(channels)}
    found = list(dict.fromkeys(sources))
    exact = {named[plain(source)] for source in found if plain(source) in named}
    group_of = {channel: channel if channel in exact else platform(channel) or channel for channel in named.values()}
    by_platform = {platform(channel): group for channel, group in group_of.items() if platform(channel)}
    source_of: dict[str, str] = {}
    for source in found:
        if plain(source) in named:
            source_of[source] = group_of[named[plain(source)]]
        elif not unpaid(source) and platform(source) in by_platform:
            source_of[source] = by_platform[platform(source)]
    return Matching(group_of, source_of, tuple(source for source in found if source not in source_of))
