"""Takes the names of known customers out of free text, so that a quoted review names nobody."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

MASK: Final = "[name]"
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SHORTEST: Final = 3
# First and last names that are everyday words: masked only beside another known name or as the author's own.
_EVERYDAY: Final = frozenset(
    [
        "will",
        "may",
        "mark",
        "rose",
        "hope",
        "joy",
        "grace",
        "faith",
        "summer",
        "autumn",
        "amber",
        "ruby",
        "pearl",
        "ivy",
        "lily",
        "daisy",
        "holly",
        "heather",
        "iris",
        "olive",
        "hazel",
        "ginger",
        "rich",
        "art",
        "bill",
        "bob",
        "drew",
        "guy",
        "jack",
        "josh",
        "pat",
        "ray",
        "rob",
        "sue",
        "tim",
        "tom",
        "van",
        "don",
        "dawn",
        "eve",
        "gene",
        "grant",
        "hunter",
        "jade",
        "june",
        "april",
        "august",
        "chase",
        "cliff",
        "dale",
        "dean",
        "earl",
        "frank",
        "glen",
        "harry",
        "lance",
        "miles",
        "pierce",
        "reed",
        "rod",
        "sandy",
        "stone",
        "green",
        "brown",
        "white",
        "black",
        "gray",
        "grey",
        "young",
        "long",
        "short",
        "small",
        "large",
        "king",
        "love",
        "good",
        "best",
        "sweet",
        "price",
        "day",
        "knight",
        "wood",
        "woods",
        "field",
        "hill",
        "lake",
        "rivers",
        "park",
        "parks",
        "house",
        "church",
        "cook",
        "baker",
        "carter",
        "potter",
        "fisher",
        "shepherd",
        "page",
        "bush",
        "moss",
        "berry",
        "cherry",
        "bean",
        "rice",
        "coffee",
        "pepper",
        "sage",
        "basil",
        "star",
        "sky",
        "storm",
        "snow",
        "winter",
        "frost",
        "west",
        "east",
        "north",
        "south",
        "many",
        "much",
        "real",
        "true",
        "new",
        "old",
        "first",
        "last",
        "gift",
        "box",
        "cup",
        "pot",
        "tea",
        "fixture",
        "test",
        "customer",
        "guest",
    ]
)


class NameMask:
    """Replaces known names by `[name]`: full names anywhere, single names where they are no everyday word."""

    def __init__(self, people: Iterable[tuple[str | None, str | None]]) -> None:
        self._first: set[str] = set()
        self._last: set[str] = set()
        for first, last in people:
            self._first.update(_words(first))
            self._last.update(_words(last))

    def __call__(self, text: str, author: tuple[str | None, str | None] = (None, None)) -> str:
        """The text without known names; the author's own names go even if they are everyday words."""
        own = _words(author[0]) | _words(author[1])
        found = list(_WORD.finditer(text))
        masked: list[tuple[int, int]] = []
        for position, match in enumerate(found):
            word, plain = match.group(), _plain(match.group())
            if not word[0].isupper() or len(plain) < _SHORTEST:
                continue
            following = _plain(found[position + 1].group()) if position + 1 < len(found) else ""
            before = _plain(found[position - 1].group()) if position else ""
            full = (plain in self._first and following in self._last) or (
                plain in self._last and before in self._first and found[position - 1].group()[0].isupper()
            )
            single = plain not in _EVERYDAY and (plain in self._first or plain in self._last)
            if plain in own or full or single:
                masked.append(match.span())
        for start, end in reversed(masked):
            text = text[:start] + MASK + text[end:]
        return text.replace(f"{MASK} {MASK}", MASK)


def _plain(word: str) -> str:
    """Lower case without a possessive ending."""
    return re.sub(r"['’]s$", "", word.lower())


def _words(name: str | None) -> set[str]:
    return {_plain(word) for word in _WORD.findall(name or "") if len(word) >= _SHORTEST}
