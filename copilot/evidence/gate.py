"""The gate: each number of a text must equal a cited figure within its stated rounding, each quote must stand in
its source, each citation must exist. What does not pass is cut out, sentence by sentence, and named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final, Literal

from copilot.data.quote import Quote
from copilot.evidence.ledger import Ledger, Recorded
from copilot.evidence.model import Assumption, Statement
from copilot.evidence.numerals import Numeral, numerals
from copilot.guide.passage import Passage
from copilot.statistics.result import Figure, ResultTable

Reason = Literal["unsupported_number", "unknown_citation", "quote_not_found"]

_CITATION = re.compile(r"\[([A-Z]\d+(?:\s*[-–,;]\s*[A-Z]?\d+)*)\]")
_SENTENCE = re.compile(r"(?<=[.!?])(?:\*\*|\*|\)|”|\")?(?:\s*\[[A-Z]\d[^\]]*\])*\s+(?=[A-Z*(“\"#])")
_QUOTED = re.compile(r"“([^”]{1,600})”|\"([^\"\n]{1,600})\"")
_QUOTE_WORDS: Final = 4
_ABOUT: Final = 0.05


@dataclass(frozen=True)
class Failure:
    """One thing that did not pass: the sentence, what in it, and why."""

    reason: Reason
    sentence: str
    what: str


@dataclass(frozen=True)
class GateReport:
    """`text` is what may be shown: the given text without the sentences that failed."""

    ok: bool
    text: str
    failures: tuple[Failure, ...] = ()


@dataclass
class _Allowed:
    """What the cited evidence of one block supports."""

    numbers: list[float] = field(default_factory=list)
    amounts: list[float] = field(default_factory=list)
    shares: list[float] = field(default_factory=list)
    figures: list[Figure] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)


def check(text: str, ledger: Ledger) -> GateReport:
    """Check a text block by block (a paragraph, a list item, a table are blocks; evidence cited in a block covers it).

    >>> check("Sales doubled to 500.", Ledger()).ok
    False
    """
    failures: list[Failure] = []
    kept: list[str] = []
    names = _names(ledger)
    for block in blocks(text):
        good, failed = _check_block(block, ledger, names)
        failures.extend(failed)
        if good.strip():
            kept.append(good)
    return GateReport(not failures, "\n\n".join(_join_items(kept)), tuple(failures))


def blocks(text: str) -> list[str]:
    """Paragraphs, list items, headings and whole tables of a markdown text."""
    result: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text.strip()):
        current: list[str] = []
        for line in paragraph.split("\n"):
            starts_item = re.match(r"\s*(?:[-*•]|\d+[.)])\s|#{1,6}\s|>\s", line)
            if starts_item and current:
                result.append("\n".join(current))
                current = []
            current.append(line)
        if current:
            result.append("\n".join(current))
    return [block for block in result if block.strip()]


def citations(text: str) -> list[str]:
    """The evidence ids a text cites, ranges spelled out: `[F1-F3]` gives F1, F2, F3."""
    found: list[str] = []
    for match in _CITATION.finditer(text):
        previous: tuple[str, int] | None = None
        for separator, letter, digits in re.findall(r"(^|[-–,;])\s*([A-Z]?)(\d+)", match[1]):
            prefix = letter or (previous[0] if previous else "F")
            number = int(digits)
            if separator in ("-", "–") and previous and previous[0] == prefix and number > previous[1]:
                found.extend(f"{prefix}{n}" for n in range(previous[1] + 1, number + 1))
            else:
                found.append(f"{prefix}{number}")
            previous = (prefix, number)
    return found


def sentences(block: str) -> list[str]:
    """A block cut after its sentences; joining the parts gives the block again."""
    cuts = [0, *(match.end() for match in _SENTENCE.finditer(block)), len(block)]
    return [block[start:end] for start, end in pairwise(cuts) if block[start:end]]


def _names(ledger: Ledger) -> tuple[str, ...]:
    """Names with digits in them that stand in the ledger's tables ("House Blend - 250 g"), longest first.

    They come from the shop's data by way of a computation, so their digits are no figures.
    """
    found: set[str] = set()
    for item in ledger:
        if isinstance(item, ResultTable):
            texts = [column.key for column in item.columns if column.unit == "text"]
            found.update(str(row[key]) for row in item.rows for key in texts if row.get(key) is not None)
    named = (name for name in found if re.search(r"\d", name) and re.search(r"[^\W\d_]{2}", name))
    return tuple(sorted(named, key=len, reverse=True))


def _check_block(block: str, ledger: Ledger, names: tuple[str, ...]) -> tuple[str, list[Failure]]:
    cited = citations(block)
    unknown = {one for one in cited if ledger.get(one) is None}
    allowed = _allowed(item for one in cited if (item := ledger.get(one)) is not None)
    failures: list[Failure] = []
    kept: list[str] = []
    for sentence in sentences(block):
        problems = list(_problems(_without_names(sentence, names), allowed, unknown))
        if problems:
            failures.extend(problems)
        else:
            kept.append(sentence)
    text = "".join(kept).rstrip()
    if failures and re.fullmatch(r"\s*(?:[-*•]|\d+[.)]|#{1,6})?\s*(?:\*\*)?\s*", text):
        text = ""
    if failures and text.count("**") % 2:
        text = text.replace("**", "")
    return text, failures


def _without_names(sentence: str, names: tuple[str, ...]) -> str:
    for name in names:
        if name in sentence:
            sentence = sentence.replace(name, re.sub(r"\d", "_", name))
    return sentence


def _problems(sentence: str, allowed: _Allowed, unknown: set[str]) -> Iterator[Failure]:
    for one in citations(sentence):
        if one in unknown:
            yield Failure("unknown_citation", sentence.strip(), f"[{one}]")
    quoted: list[tuple[int, int]] = []
    for match in _QUOTED.finditer(sentence):
        words = match[1] or match[2]
        if len(words.split()) >= _QUOTE_WORDS:
            quoted.append(match.span())
            if not _stands_in(words, allowed.texts):
                yield Failure("quote_not_found", sentence.strip(), words)
    for numeral in numerals(sentence):
        inside = any(start <= numeral.start < end for start, end in quoted)
        if not inside and not _supported(numeral, allowed):
            yield Failure("unsupported_number", sentence.strip(), numeral.text)


def _allowed(items: Iterable[Recorded]) -> _Allowed:
    allowed = _Allowed()
    for item in items:
        if isinstance(item, Figure):
            _allow_figure(item, allowed)
        elif isinstance(item, Passage):
            allowed.texts.append(f"{item.heading}\n{item.text}")
        elif isinstance(item, (Quote, Statement)):
            allowed.texts.append(item.text)
        elif isinstance(item, Assumption):
            allowed.texts.append(f"{item.text}\n{item.how_to_test}")
    for text in allowed.texts:
        for numeral in numerals(text):
            (allowed.shares if numeral.kind == "percent" else allowed.numbers).append(numeral.value)
            if numeral.kind == "money":
                allowed.amounts.append(numeral.value)
    return allowed


def _allow_figure(figure: Figure, allowed: _Allowed) -> None:
    allowed.figures.append(figure)
    main = [value for value in (figure.value, figure.low, figure.high) if value is not None]
    counts = [float(v) for v in (figure.numerator, figure.denominator, figure.n, figure.people) if v is not None]
    if figure.unit == "share":
        allowed.shares.extend(value * 100 for value in main)
    else:
        allowed.numbers.extend(main)
    if figure.unit == "money":
        allowed.amounts.extend([*main, *counts])
    allowed.numbers.extend(counts)
    # numbers that are part of what the figure is ("top 10 %", "orders >= 2") stand in its label and definition
    allowed.texts.append(f"{figure.label}\n{figure.definition}\n{figure.interval or ''}")


def _supported(numeral: Numeral, allowed: _Allowed) -> bool:
    if numeral.kind == "date":
        return _date_supported(numeral, allowed)
    if numeral.kind == "time":
        return any(numeral.text in text for text in allowed.texts)
    if numeral.kind in ("percent", "fraction"):
        return _near(numeral, allowed.shares)
    if numeral.kind == "money":
        return _near(numeral, allowed.amounts)
    if numeral.kind == "ordinal":
        return numeral.value <= 3 or _near(numeral, [*allowed.numbers, *allowed.shares])
    if _near(numeral, allowed.numbers):
        return True
    return 1900 <= numeral.value <= 2200 and _year_supported(int(numeral.value), allowed)


def _near(numeral: Numeral, values: Iterable[float]) -> bool:
    for value in values:
        reach = numeral.step * (1 + 1e-9) + 1e-9 * abs(value)
        if numeral.about:
            reach = max(reach, _ABOUT * abs(value))
        if abs(value - numeral.value) <= reach or abs(abs(value) - numeral.value) <= reach:
            return True
    return False


def _date_supported(numeral: Numeral, allowed: _Allowed) -> bool:
    for figure in allowed.figures:
        days = [day for day in (figure.day, figure.analysis_date) if day is not None]
        if figure.period:
            days += [figure.period.start, figure.period.end]
        for day in days:
            if numeral.day == day:
                return True
            year, month = numeral.month or (0, 0)
            if numeral.day is None and day.month == month and year in (0, day.year):
                return True
    return any(numeral.text.lower() in text.lower() for text in allowed.texts)


def _year_supported(year: int, allowed: _Allowed) -> bool:
    for figure in allowed.figures:
        if figure.period and figure.period.start.year <= year <= figure.period.end.year:
            return True
        if figure.day and figure.day.year == year:
            return True
    return any(str(year) in text for text in allowed.texts)


def _stands_in(words: str, texts: Iterable[str]) -> bool:
    wanted = _plain(words)
    return any(wanted in _plain(text) for text in texts)


def _plain(text: str) -> str:
    straight = text.translate(str.maketrans("“”‘’", "\"\"''"))
    return re.sub(r"\s+", " ", straight).strip(" .…").casefold()


def _join_items(parts: list[str]) -> list[str]:
    """Put list items that follow each other back on neighbouring lines."""
    joined: list[str] = []
    for part in parts:
        item = re.match(r"\s*(?:[-*•]|\d+[.)])\s", part)
        if item and joined and re.match(r"\s*(?:[-*•]|\d+[.)])\s", joined[-1].split("\n")[-1]):
            joined[-1] += "\n" + part
        else:
            joined.append(part)
    return joined
