"""Cleans a message for understanding: case, short forms, spelling slips; the original stays for quoting."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from typing import Final

from rapidfuzz import fuzz, process

_MONTHS: Final = "january|february|march|april|june|july|august|september|october|november|december"
_SHORT: Final[tuple[tuple[str, str], ...]] = (
    (r"\bwho's\b|\bwhos\b", "who is"),
    (r"\bwhat's\b|\bwhats\b", "what is"),
    (r"\bhow's\b|\bhows\b", "how is"),
    (rf"\b(how (?:did|was)) (?=(?:{_MONTHS})\b)", r"\1 in "),
    (r"\bwhere's\b", "where is"),
    (r"\bi'm\b|\bim\b", "i am"),
    (r"\bdon't\b|\bdont\b", "do not"),
    (r"\bdoesn't\b|\bdoesnt\b", "does not"),
    (r"\bcan't\b|\bcant\b", "can not"),
    (r"\bpls\b|\bplz\b|\bplease\b", " "),
    (r"\bthx\b|\btks\b", "thanks"),
    (r"\bcust\b|\bcusts\b|\bcustmers?\b", "customers"),
    (r"\bbuyers?\b|\bshoppers?\b|\bclients?\b", "customers"),
    (r"\be-mail(s?)\b", r"email\1"),
    (r"\bavg\b", "average"),
    (r"\bpct\b", "percent"),
    (r"\brev\b", "revenue"),
    (r"\bu\b", "you"),
    (r"\bw/o\b", "without"),
)
_CLOSE: Final = 84
_SHORTEST: Final = 5


def clean(message: str, vocabulary: Iterable[str] = ()) -> str:
    """Lower case, one blank between words, short forms spelled out, slips mended against `vocabulary`.

    >>> clean("Whos my bst  custmers??", ["customers", "best"])
    'who is my bst customers??'
    """
    text = unicodedata.normalize("NFKC", message).replace("’", "'").lower()
    text = "".join(character if character.isprintable() else " " for character in text)
    for pattern, replacement in _SHORT:
        text = re.sub(pattern, replacement, text)
    words = set(vocabulary)
    if words:
        text = re.sub(r"[a-zäöüßéèà'-]+", lambda match: _mended(match[0], words), text)
    return " ".join(text.split())


def questions(message: str) -> list[str]:
    """The separate questions of one message: numbered ones, or sentences that end with a question mark.

    >>> questions("I sell tea. 1) repeat rate? 2) best customers?")
    ['I sell tea. repeat rate?', 'best customers?']
    """
    numbered = re.split(r"(?:^|\s)(?:\(?\d{1,2}[).]|[-•])\s+(?=\S)", message)
    if len(numbered) > 2:
        lead, rest = numbered[0].strip(), [part.strip() for part in numbered[1:] if part.strip()]
        if lead and rest:
            rest[0] = f"{lead} {rest[0]}"
        return rest
    asked = [part.strip() for part in re.findall(r"[^?]+\?+|[^?]+$", message) if part.strip(" ?.!")]
    return asked if len(asked) > 1 else [message.strip()]


def _mended(word: str, vocabulary: set[str]) -> str:
    if word in vocabulary or len(word) < _SHORTEST:
        return word
    best = process.extractOne(word, vocabulary, scorer=fuzz.ratio, score_cutoff=_CLOSE)
    return str(best[0]) if best and str(best[0])[0] == word[0] else word
