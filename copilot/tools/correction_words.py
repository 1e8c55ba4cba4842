"""What a user says to correct the data ("amounts are in cents", "undo that"): words -> the arguments of a correction.

The parser needs no data and names nothing that was not said. The engine uses it to understand, the tool to make sure
that a correction it is asked to apply was ordered by the user and not by a text in the data.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from copilot.tools.correction_patterns import (
    ASKS,
    BARE,
    BARE_WORDS,
    CODES,
    COLUMNS,
    CURRENCIES,
    CURRENCY,
    DAY_FIRST,
    DECIMALS,
    FIELDS,
    FILES,
    GENERIC,
    IN_CENTS,
    LEFT_OUT,
    LIST,
    MONTH_FIRST,
    NO_PLACE,
    OF_FILES,
    ONE_AMOUNT,
    PRODUCT_CODES,
    ROLES,
    SUPPOSED,
    THAT_COLUMN,
    UNDO,
    WRITTEN,
    YES,
    ZONES,
)

Said = dict[str, Any]


def corrections_in(text: str) -> list[Said]:
    """The corrections that a message states or orders, as arguments of the tool (without `apply`); empty if none.

    >>> corrections_in("ignore orders tagged wholesale")
    [{'what': 'leave_out', 'value': 'wholesale', 'by': 'tags'}]
    """
    plain = " ".join(text.replace("’", "'").split())
    file, plain = _file(plain)
    found: list[Said] = []
    sentences = [plain] if _zone(plain) else re.split(r"(?<=[.!;])\s+", plain)
    for sentence in sentences:
        found += [one for one in _sentence(_without_question(sentence)) if one not in found]
    return [{**one, "file": file} if file and one["what"] in OF_FILES else one for one in found]


def is_question(text: str) -> bool:
    """True if the message asks what a correction would do, rather than stating or ordering it.

    >>> is_question("what if amounts were in cents?"), is_question("could you ignore orders tagged vip?")
    (True, False)
    """
    plain = text.strip()
    ordered = re.match(r"^(?:can|could|would|will) you\b|^please\b", plain, re.IGNORECASE)
    return not ordered and bool(ASKS.match(plain) or plain.endswith("?"))


def is_yes(text: str) -> bool:
    """True if the message only agrees."""
    return bool(YES.match(text.strip()))


def asks_list(text: str) -> bool:
    """True if the message asks which corrections are in force."""
    return bool(LIST.search(text)) and undone(text) is None


def undone(text: str) -> str | None:
    """What a message takes back: an id (`c3`), words of a correction, "" for the last; None if it takes none back."""
    match = UNDO.match(" ".join(text.replace("’", "'").split()).rstrip(" .!?"))
    if match is None:
        return None
    what = " ".join(part for part in (match["what"], match["it"], match["rest"]) if part)
    number = re.search(r"\bc\d+\b", what.lower())
    words = re.sub(
        r"\b(?:that|this|it|the|my|last|latest|one|please|again|correction|change|about)\b", " ", what.lower()
    )
    return number[0] if number else " ".join(words.split())


def _without_question(sentence: str) -> str:
    said = SUPPOSED.sub("", sentence)
    return re.sub(r"\bwere\b", "are", said) if said != sentence else sentence


def _sentence(text: str) -> Iterator[Said]:
    if zone := _zone(text):
        yield zone
        return
    if codes := list(_codes(text)):
        yield from codes
        return
    for by, pattern in LEFT_OUT:
        if match := pattern.search(text):
            values = [re.sub(r"^(?:the|all|my|our) ", "", one) for one in _values(match)]
            yield from ({"what": "leave_out", "value": value} | ({"by": by} if by else {}) for value in values)
            return
    if cents := _cents(text):
        yield cents
    elif sign := _decimals(text):
        yield sign
    elif column := _column(text):
        yield column
    elif money := next((m for pattern in CURRENCY if (m := pattern.search(text))), None):
        yield {"what": "currency", "value": _currency(money["money"])}
    if re.search(r"\bdates?\b", text, re.IGNORECASE) and not re.match(r"(?:how|when|who|which|what)\b", text.lower()):
        for order, pattern in (("day first", DAY_FIRST), ("month first", MONTH_FIRST)):
            if pattern.search(text):
                yield {"what": "dates", "value": order}
                return


def _zone(text: str) -> Said | None:
    written = WRITTEN.search(text)
    rest = text.replace(written[0], " ") if written else text
    match = next((m for pattern in ZONES if (m := pattern.search(rest))), None)
    place = re.sub(r"^(?:in|on|the|our|my|local) ", "", match["zone"].strip(), flags=re.I) if match else ""
    if not written and (not place or place.lower() in NO_PLACE):
        return None
    said: Said = {"what": "time_zone", "value": place}
    return said | ({"by": written["written"]} if written else {})


def _codes(text: str) -> Iterator[Said]:
    for pattern in PRODUCT_CODES:
        if match := pattern.search(text):
            given = match.groupdict().get("role")
            role = next((r for r, words in reversed(ROLES) if given and re.fullmatch(words, given, re.I)), "left out")
            yield from ({"what": "product_code", "value": code, "by": role} for code in _values(match))
            return


def _cents(text: str) -> Said | None:
    for number, pattern in enumerate(IN_CENTS):
        if match := pattern.search(text):
            groups = match.groupdict()
            name = (groups.get("quoted") or groups.get("plain") or "").strip()
            if ONE_AMOUNT.match(groups.get("all") or ""):
                name = str(groups["all"])  # may be the name of a column; `correction_targets` looks
            column = number in (0, 1) or groups.get("quoted") or " column " in match[0].lower()
            named = name and (column or not GENERIC.match(name))
            return {"what": "amounts", "value": "cents"} | ({"column": name} if named else {})
    return None


def _decimals(text: str) -> Said | None:
    match = DECIMALS.search(text)
    if match is None:
        return None
    comma = (match["sign"] or match["mark"] or "").lower() == "comma" or (match["group"] or "comma").lower() != "comma"
    return {"what": "decimals", "value": "decimal comma" if comma else "decimal point"}


def _column(text: str) -> Said | None:
    if match := THAT_COLUMN.search(text):
        return {"what": "column", "value": _field(match["field"])}
    for number, pattern in enumerate(COLUMNS):
        if match := pattern.search(text):
            name = (match["quoted"] or match["plain"] or "").strip()
            if number == BARE and not match["quoted"] and (GENERIC.match(name) or len(name.split()) > BARE_WORDS):
                continue
            return {"what": "column", "value": _field(match["field"]), "column": name}
    return None


def _field(said: str) -> str:
    return next(name for name, pattern in FIELDS if re.fullmatch(pattern, said, re.IGNORECASE))


def _currency(said: str) -> str:
    plain = said.lower()
    return said.upper() if said.upper() in CODES else CURRENCIES.get(plain) or CURRENCIES[plain.rstrip("s")]


def _values(match: re.Match[str]) -> list[str]:
    groups = match.groupdict()
    if groups.get("quoted"):
        return [groups["quoted"].strip()]
    parts = re.split(r"\s*,\s*|\s+(?:and|or|&)\s+", groups.get("plain") or "")
    return [part.strip() for part in parts if part.strip()]


def file_alone(text: str) -> str | None:
    """The file that a message names, if it says nothing else.

    >>> file_alone("in orders.csv"), file_alone("both files"), file_alone("sales in orders.csv")
    ('orders.csv', 'all', None)
    """
    plain = " ".join(text.split()).strip(" .!")
    file, rest = _file(plain if re.match(r"(?:in|of) ", plain, re.IGNORECASE) else f"in {plain}")
    return file if file and rest.strip(" ,.") in ("", "the", "in") else None


def _file(text: str) -> tuple[str | None, str]:
    """A file that is named, a role of files, or "all" of them; and the text without it."""
    for pattern in FILES:
        if match := re.search(pattern, text, re.IGNORECASE):
            groups = match.groupdict()
            name = groups.get("file") or ("all" if groups.get("all") else str(groups.get("role")).lower())
            return name, " ".join((text[: match.start()] + text[match.end() :]).split())
    return None, text
