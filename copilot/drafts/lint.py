"""Words a draft may not contain without a source: protected attributes, invented people, empty praise."""

from __future__ import annotations

import re
from typing import Final

# Attributes of persons that no order file contains. They may appear only where a person said so (a quoted answer)
# or the user stated it. Product and category names are written in quotation marks and are not looked at.
PROTECTED: Final = re.compile(
    r"\b(?:"
    r"age|ages|aged|aging|years?[- ]old|year-olds?|young|younger|elderly|seniors?|teen(?:s|agers?)?|adolescents?"
    r"|millennials?|boomers?|gen(?:eration)?[ -][xyz]|middle-aged|pensioners?|retirees?"
    r"|gender|female|females|male|males|women|woman|men|man|ladies|lady|gentlem[ae]n|girls?|boys?"
    r"|mothers?|fathers?|mums?|moms?|dads?|parents?|housewi(?:fe|ves)|husbands?|wi(?:fe|ves)|married|divorced"
    r"|pregnan(?:t|cy)|income|incomes|salary|salaries|affluent|wealthy|well-off|low-income|middle[- ]class"
    r"|religio(?:n|us)|christians?|muslims?|jewish|hindus?|buddhists?|catholics?"
    r"|ethnic(?:ity|ities)?|race|racial|hispanics?|latin[oa]s?|caucasians?|immigrants?"
    r"|sexual(?:ity)?|gay|lesbian|transgender|disabilit(?:y|ies)|disabled|diabet(?:es|ic)|health condition"
    r"|educated|university degree|political(?:ly)?"
    r")\b",
    re.IGNORECASE,
)

NAMED_DATA: Final = re.compile(r"“[^”]*”|`[^`]*`|\{\{[^}]*\}\}")
MARK: Final = re.compile(r"\[([FAQUXTC]\d+)\]")
_PERSON: Final = re.compile(r"\b(?:Mr|Mrs|Ms|Miss|Dr)\.? [A-Z]|^[A-Z][a-z]+ \d{2}$|\b[A-Z][a-z]+, \d{2}\b")


def protected_words(text: str) -> list[str]:
    """Words for protected attributes in `text`, outside names quoted from the data and outside citation marks.

    >>> protected_words("Young women in “LADIES UMBRELLA”")
    ['young', 'women']
    >>> protected_words("The average package arrives on time")
    []
    """
    bare = NAMED_DATA.sub(" ", text)
    return [word.lower() for word in PROTECTED.findall(bare)]


def marks(text: str) -> list[str]:
    """Evidence ids cited in `text`, in order of appearance.

    >>> marks("59.9 % [F1] of sales, see [A2][F1]")
    ['F1', 'A2', 'F1']
    """
    return MARK.findall(text)


def person_name(label: str, allowed: str = "") -> str | None:
    """Why `label` reads like an invented person, or None.

    A behavioural label has several words and no capitalised word after the first, unless that word stands in
    `allowed` (the rule of the segment: countries, products, channels).

    >>> person_name("Emma, 34")
    "'Emma, 34' reads like an invented person"
    >>> person_name("Repeat buyers from Germany", "country is Germany") is None
    True
    """
    bare = NAMED_DATA.sub(" ", label).strip()
    words = bare.split()
    known = set(re.findall(r"\w+", allowed.lower()))
    strange = [
        word
        for word in words[1:]
        if word[:1].isupper() and not word.isupper() and not set(re.findall(r"\w+", word.lower())) <= known
    ]
    single = len(label.split()) < 2
    if single or strange or _PERSON.search(bare):
        return f"{label!r} reads like an invented person"
    return None
