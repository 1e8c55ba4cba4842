"""Finds the numerals of a text: what they say, how precisely, and where they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january",
            "feb february",
            "mar march",
            "apr april",
            "may",
            "jun june",
            "jul july",
            "aug august",
            "sep sept september",
            "oct october",
            "nov november",
            "dec december",
        ),
        start=1,
    )
    for name in names.split()
}
_WORDS: Final = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10,
    "eleven": 11, "twelve": 12, "fifteen": 15, "twenty": 20, "thirty": 30, "forty": 40, "fifty": 50, "hundred": 100,
    "twice": 2, "thrice": 3, "double": 2, "triple": 3, "dozen": 12,
}  # fmt: skip
_FRACTIONS: Final = {"half": 0.5, "third": 1 / 3, "quarter": 0.25, "fifth": 0.2, "tenth": 0.1}
_SCALES: Final = {"k": 1e3, "thousand": 1e3, "m": 1e6, "mn": 1e6, "million": 1e6, "bn": 1e9, "billion": 1e9}
_MEASURED: Final = (
    r"percent|per cent|%|times|customers?|orders?|buyers?|people|subscribers?|shoppers?|days?|weeks?|months?|years?|"
    r"euros?|pounds?|dollars?|points?|sessions?|reviews?|units?|e-?mails?|mails?|messages?|lines?|countries|products?|hundred|thousand|million"
)

_MONTH_PATTERN = r"(?:" + "|".join(sorted(MONTHS, key=len, reverse=True)) + r")"
_SKIPPED = re.compile(
    r"\[[A-Z]\d+(?:\s*[-–,;]\s*[A-Z]?\d+)*\]"  # citations, also [F1-F6] and [F1, A2]
    r"|\{(?:table|chart|draft):[^}]*\}"
    r"|`[^`\n]*`"
    r"|#[A-Za-z0-9_-]+"  # customer and order references
    r"|(?m:^\s{0,3}\d+[.)]\s)"  # list numbering
    r"|\b[A-Za-z_]+[-_]?\d[\w.-]*"  # A14, G80, UTF-8, top10
)
_DATES = (
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})\b"),
    re.compile(rf"\b(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s+(?P<b>{_MONTH_PATTERN})\.?,?(?:\s+(?P<y>\d{{4}}))?\b", re.I),
    re.compile(
        rf"\b(?P<b>{_MONTH_PATTERN})\.?\s+(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,\s*(?P<y>\d{{4}}))?\b(?!\s*%)", re.I
    ),
    re.compile(rf"\b(?P<b>{_MONTH_PATTERN})\.?\s+(?P<y>\d{{4}})\b", re.I),
    re.compile(r"\b(?P<y>\d{4})-(?P<m>\d{2})\b"),
)
_TIME = re.compile(r"\b(\d{1,2}):(\d{2})\b")
_NUMBER = re.compile(
    r"(?P<about>(?:about|around|roughly|nearly|almost|some|over|under|more than|less than|at least|up to|~|≈|c\.)\s*)?"
    r"(?P<sign>(?<![\d.%])[-−](?=[\d£€$]))?(?P<symbol>[£€$¥₹])?\s?"
    r"(?P<number>\d{1,3}(?:[,\u202f\u00a0]\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?)"
    r"(?P<ordinal>st|nd|rd|th)?"
    r"(?:(?P<scale>k|M|bn|mn)\b|\s(?P<scaleword>thousand|million|billion)\b)?"
    r"(?P<percent>\s?%|\s?per ?cent\b|\s?percentage points?\b|\s?pp\b)?"
    r"(?P<code>\s(?:GBP|EUR|USD|CAD|AUD|CHF|SEK|NOK|DKK|PLN|JPY|INR|BRL|ZAR|PKR|BDT|NZD|euros?|pounds?|dollars?)\b)?",
)
_RANGE_TAIL = re.compile(r"^\s*(?:[-–]|to|and)\s*[£€$]?\d[\d,.]*\s?(?:%|per ?cent)")
_WORD_NUMBER = re.compile(rf"\b(?P<word>{'|'.join(_WORDS)})\b(?=\s+(?:{_MEASURED})\b|\s+as\b)", re.I)
_FRACTION = re.compile(
    r"\b(?:(?P<many>two|three|four)[ -](?P<plural>thirds|quarters|fifths|tenths)|"
    r"(?:a|one)?\s?(?P<single>half|third|quarter|fifth|tenth))"
    r"\b(?=\s+(?:of|the)\b)",
    re.I,
)


@dataclass(frozen=True)
class Numeral:
    """A number in a text. `value` is as written (59.9 for "59.9 %"); `step` is half of the last digit written."""

    text: str
    start: int
    end: int
    value: float
    step: float
    kind: Literal["plain", "percent", "ordinal", "money", "date", "time", "fraction"]
    day: date | None = None
    month: tuple[int, int] | None = None
    about: bool = False


def numerals(text: str) -> list[Numeral]:
    """All numerals of a text in order, without citations, references, code and list numbering."""
    # not blanks: "22 [F1] may" must not become the 22nd of May
    masked = _SKIPPED.sub(lambda match: "¦" * len(match[0]), text)
    found: list[Numeral] = []
    masked = _take_dates(masked, found)
    masked = _take_times(masked, found)
    found.extend(_number(match, masked) for match in _NUMBER.finditer(masked))
    for match in _WORD_NUMBER.finditer(masked):
        value = float(_WORDS[match["word"].lower()])
        follows = masked[match.end() : match.end() + 12].lstrip().lower()
        kind: Literal["plain", "percent"] = "percent" if follows.startswith(("percent", "per cent", "%")) else "plain"
        found.append(Numeral(match[0], match.start(), match.end(), value, 0.5 if value >= 10 else 0.25, kind))
    found.extend(_fraction(match) for match in _FRACTION.finditer(masked))
    return sorted(found, key=lambda numeral: numeral.start)


def _take_dates(masked: str, found: list[Numeral]) -> str:
    for pattern in _DATES:
        for match in pattern.finditer(masked):
            numeral = _date(match)
            if numeral is not None:
                found.append(numeral)
                masked = masked[: match.start()] + " " * len(match[0]) + masked[match.end() :]
    return masked


def _date(match: re.Match[str]) -> Numeral | None:
    groups = match.groupdict()
    month = int(groups["m"]) if groups.get("m") else MONTHS[groups["b"].lower()]
    year = int(groups["y"]) if groups.get("y") else None
    number = int(groups["d"]) if groups.get("d") else None
    if not 1 <= month <= 12 or (number is not None and not 1 <= number <= 31):
        return None
    day: date | None = None
    if number is not None and year is not None:
        try:
            day = date(year, month, number)
        except ValueError:
            return None
    value = float(number or year or 0)
    return Numeral(match[0], match.start(), match.end(), value, 0.0, "date", day, (year or 0, month))


def _take_times(masked: str, found: list[Numeral]) -> str:
    for match in _TIME.finditer(masked):
        if int(match[1]) <= 24 and int(match[2]) < 60:
            value = int(match[1]) + int(match[2]) / 60
            found.append(Numeral(match[0], match.start(), match.end(), value, 0.0, "time"))
            masked = masked[: match.start()] + " " * len(match[0]) + masked[match.end() :]
    return masked


def _number(match: re.Match[str], masked: str) -> Numeral:
    digits = match["number"].replace(",", "").replace("\u202f", "").replace("\u00a0", "")
    decimals = len(digits.partition(".")[2])
    scale = _SCALES.get((match["scale"] or match["scaleword"] or "").lower(), 1.0)
    value = float(digits) * scale * (-1 if match["sign"] else 1)
    kind: Literal["plain", "percent", "ordinal", "money"] = "plain"
    if match["symbol"] or match["code"]:
        kind = "money"
    elif match["percent"] or _RANGE_TAIL.match(masked[match.end() :]):
        kind = "percent"
    elif match["ordinal"]:
        kind = "ordinal"
    start = match.start("number")
    text = masked[start : match.end()]
    return Numeral(text, start, match.end(), value, 0.5 * 10**-decimals * scale, kind, about=bool(match["about"]))


def _fraction(match: re.Match[str]) -> Numeral:
    if match["single"]:
        value = _FRACTIONS[match["single"].lower()]
    else:
        value = _WORDS[match["many"].lower()] * _FRACTIONS[match["plural"].lower().removesuffix("s")]
    # "half of your customers" is fair for 45-55 %
    return Numeral(match[0].strip(), match.start(), match.end(), value * 100, 5.0, "fraction")
