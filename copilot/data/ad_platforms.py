"""The words that name an advertising platform in ad reports, file names and order sources."""

from __future__ import annotations

import re
from typing import Final

PLATFORMS: Final[dict[str, tuple[str, ...]]] = {
    "Meta": ("meta", "facebook", "instagram", "fb", "ig"),
    "Google": ("google", "adwords", "gads", "youtube"),
    "TikTok": ("tiktok",),
    "Microsoft": ("microsoft", "bing"),
    "Pinterest": ("pinterest",),
    "Snapchat": ("snapchat", "snap"),
    "LinkedIn": ("linkedin",),
    "Reddit": ("reddit",),
    "X": ("twitter",),
    "Amazon": ("amazon",),
    "Criteo": ("criteo",),
}
_LONG: Final = 6


def plain(text: str) -> str:
    """Lower case, words with one blank between.

    >>> plain("Google / CPC")
    'google cpc'
    """
    return " ".join(re.findall(r"[^\W_]+", text.lower()))


def platform(text: str) -> str | None:
    """The platform a channel, source or file name names, if any.

    >>> platform("instagram_paid"), platform("newsletter")
    ('Meta', None)
    """
    words = plain(text).split()
    return next((name for name, known in PLATFORMS.items() if any(_names(word, known) for word in words)), None)


def _names(word: str, known: tuple[str, ...]) -> bool:
    """The word itself, or one it begins with if that is long enough to be no accident ("googleads")."""
    return word in known or any(word.startswith(one) for one in known if len(one) >= _LONG)
