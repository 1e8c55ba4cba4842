"""Finds and blanks out contact data (e-mail addresses, phone numbers, names of known customers) in outgoing text."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

ContactKind = Literal["e-mail", "phone", "name"]

_EMAIL = re.compile(r"[\w.+'%-]+\s?(?:@|%40|\(at\)|\[at\])\s?[\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,}", re.IGNORECASE)
_DATE = re.compile(
    r"(?<!\d)(?:\d{4}[-/.]\d{1,2}[-/.]\d{1,2}|\d{1,2}[-/.]\d{1,2}[-/.](?:\d{4}|\d{2}))(?:[T ]\d{1,2}:\d{2}(?::\d{2})?)?"
    r"(?!\d)"
)
_PHONE = re.compile(
    r"(?<![\w.,+\-/#])(?:"
    r"(?:\+|00)\s?[1-9](?:[\s().\-/]{0,2}\d){6,14}"  # +44 20 7946 0958, 0049 (30) 1234567
    r"|\(?0\d{1,4}\)?[\s\-/]?\d(?:[\s\-/]?\d){4,9}"  # 020 7946 0958, (030) 123 456 78
    r"|(?:\(\d{3}\)\s?|\d{3}[\s.\-])\d{3}[\s.\-]\d{4}"  # (555) 123-4567
    r"|\d{10,15}"  # digits without any grouping: figures are always written with commas
    r")(?![\w]|[.,]\d)"
)
_WORD = re.compile(r"[^\W\d_][^\W\d_'’.-]*(?:['’.-][^\W\d_]+)*")
_LONGEST_NAME: Final = 4
_LEAST_PHONE_DIGITS: Final = 7
_MARKS: Final[dict[ContactKind, str]] = {"e-mail": "[e-mail]", "phone": "[phone]", "name": "[name]"}


def no_names() -> frozenset[str]:
    """For callers that know no customers by name."""
    return frozenset()


@dataclass(frozen=True)
class Contact:
    """A piece of contact data in a text: its kind and where it stands (never its words, so that it can be logged)."""

    kind: ContactKind
    start: int
    end: int


class ContactGuard:
    """Finds contact data in text.

    `names` gives the full names of known customers, casefolded, words joined by one blank. Only names of two to
    four words are looked for: a single word ("Rose", "Grace") is as often a product. The giver keeps the set;
    it is asked again for each text, so an upload counts at once.
    """

    def __init__(self, names: Callable[[], frozenset[str]] = no_names) -> None:
        self._names = names

    def find(self, text: str) -> list[Contact]:
        """Contact data in `text` in order, without overlaps. Letters in compatibility forms are understood."""
        plain = _same_length_plain(text)
        found = [Contact("e-mail", *match.span()) for match in _EMAIL.finditer(plain)]
        found.extend(_phones(plain))
        found.extend(self._named(plain))
        return _without_overlaps(found)

    def scrub(self, text: str) -> str:
        """The text with contact data replaced by `[e-mail]`, `[phone]` or `[name]`.

        >>> ContactGuard().scrub("write to ann@example.org or +44 20 7946 0958")
        'write to [e-mail] or [phone]'
        """
        parts: list[str] = []
        position = 0
        for contact in self.find(text):
            parts += [text[position : contact.start], _MARKS[contact.kind]]
            position = contact.end
        return "".join([*parts, text[position:]])

    def _named(self, text: str) -> Iterator[Contact]:
        names = self._names()
        if not names:
            return
        words = list(_WORD.finditer(text))
        for first in range(len(words)):
            for size in range(2, _LONGEST_NAME + 1):
                run = words[first : first + size]
                if len(run) == size and " ".join(word[0] for word in run).casefold() in names:
                    yield Contact("name", run[0].start(), run[-1].end())


def _phones(text: str) -> Iterator[Contact]:
    without_dates = _DATE.sub(lambda match: "_" * len(match[0]), text)
    for match in _PHONE.finditer(without_dates):
        if sum(character.isdigit() for character in match[0]) >= _LEAST_PHONE_DIGITS:
            yield Contact("phone", *match.span())


def _same_length_plain(text: str) -> str:
    """Compatibility letters (full-width at sign and digits) as plain ones, so that positions stay those of `text`."""
    if text.isascii():
        return text
    plain = (unicodedata.normalize("NFKC", character) for character in text)
    return "".join(new if len(new) == 1 else old for old, new in zip(text, plain, strict=True))


def _without_overlaps(found: list[Contact]) -> list[Contact]:
    kept: list[Contact] = []
    for contact in sorted(found, key=lambda one: (one.start, -one.end)):
        if not kept or contact.start >= kept[-1].end:
            kept.append(contact)
    return kept
