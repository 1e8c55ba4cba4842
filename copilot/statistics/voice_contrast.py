"""Owns what one group says more often than the rest: topics, phrases and survey answers, with quotes."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, Literal

from copilot.data.quote import Quote
from copilot.data.tables import Tables
from copilot.statistics.comparison import Counts, benjamini_hochberg, p_value, risk_ratio
from copilot.statistics.result import Column, Figure, Result, ResultTable
from copilot.statistics.scope import Scope
from copilot.statistics.segments import SegmentRule, members
from copilot.statistics.survey import parts_of, question_kind
from copilot.statistics.voice_count import Place, Row, Tally, count_aspects, split
from copilot.statistics.voice_rows import Desk, pick_quotes, read_feedback
from copilot.statistics.voice_text import Clause, clip, is_plain_opinion
from copilot.statistics.voice_themes import ANECDOTAL_BELOW, GATE, Phrase, typical_phrases

Kind = Literal["topic", "answer"]
RELIABLE: Final = 0.05
SHOWN: Final = 10
_SCOPE: Final = "Reviews, tickets and survey answers in the loaded files; a repeated text counted once."
_MOST_ANSWERS: Final = 100_000
ASSOCIATED: Final = "people who write choose themselves; a difference says what goes with the group, not why"


class Difference(Result):
    """A topic or survey answer that one side has more often. `more` says which: ours if True."""

    kind: Kind
    name: str
    more: bool
    ours: Figure
    theirs: Figure
    ratio: Figure
    quotes: tuple[Quote, ...]


class Saying(Result):
    """A typical phrase with quotes of those who use it."""

    phrase: Phrase
    more: bool
    quotes: tuple[Quote, ...]


class VoiceContrast(Result):
    """What the group says that the rest do not. `enough` is False below 30 people on a side; `warnings` say so."""

    group: str
    rest: str
    ours: Figure  # people of the group who wrote or answered
    theirs: Figure
    tested: Figure
    differences: tuple[Difference, ...]  # most reliable first
    phrases: tuple[Saying, ...]
    table: ResultTable
    enough: bool
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class _Sides:
    """Texts of both sides, row numbers running through both, and who stands where."""

    rows: list[Row]
    parts: list[list[Clause]]
    ours: frozenset[str]
    theirs: frozenset[str]


@dataclass(frozen=True)
class _Candidate:
    kind: Kind
    name: str
    counts: Counts
    tally: Tally | None


def voice_contrast(tables: Tables, scope: Scope, rule: SegmentRule) -> VoiceContrast:
    """What customers of a segment say in reviews and surveys that the others do not (domain.md 5.7).

    Topics of the seed dictionary and survey answers: risk ratio with interval, five people at least, tested together
    (Benjamini-Hochberg). Phrases: log-odds with an informative Dirichlet prior (Monroe et al. 2008).
    """
    feedback = tables.feedback
    keys = members(tables, scope, rule)
    desk = Desk(tables, "voice_contrast", {"segment": rule.model_dump(mode="json")}, _SCOPE)
    reviews = read_feedback(tables, feedback.kind.isin(("review", "ticket")), keys).rows
    answers = read_feedback(tables, feedback.kind == "survey", keys, most=_MOST_ANSWERS).rows
    known = [row for row in (*reviews, *answers) if not row.reviewer.startswith("row ")]
    texts, choices = _parted(known)
    return _contrast(texts, choices, (rule.name, "the rest"), desk)


def rating_contrast(tables: Tables) -> VoiceContrast:
    """What reviewers with one or two of five stars say that those with four or five do not."""
    desk = Desk(tables, "rating_contrast", {}, _SCOPE)
    rows = read_feedback(tables, tables.feedback.kind.isin(("review", "ticket"))).rows
    clear = [
        dataclasses.replace(row, in_group=row.mark < 0) for row in rows if row.mark is not None and abs(row.mark) >= 0.5
    ]
    low = {row.reviewer for row in clear if row.in_group}
    clear = [row for row in clear if row.in_group or row.reviewer not in low]
    return _contrast(clear, [], ("low-star reviewers", "high-star reviewers"), desk)


def _parted(rows: Sequence[Row]) -> tuple[list[Row], list[tuple[str, list[Row]]]]:
    """Texts (reviews and open answers), and the rows of each choice question."""
    texts = [row for row in rows if row.question is None]
    questions: dict[str, list[Row]] = {}
    for row in rows:
        if row.question and is_plain_opinion(row.question):
            questions.setdefault(row.question, []).append(row)
    choices = []
    for question, answers in questions.items():
        kind = question_kind(question, answers)
        if kind == "open":
            texts += answers
        elif kind == "choice":
            choices.append((question, answers))
    return texts, choices


def _contrast(
    texts: Sequence[Row], choices: Sequence[tuple[str, list[Row]]], names: tuple[str, str], desk: Desk
) -> VoiceContrast:
    written = [row for row in texts if row.text.strip()]
    ours = frozenset(row.reviewer for row in written if row.in_group)
    theirs = frozenset(row.reviewer for row in written if not row.in_group) - ours
    sides = _Sides(written, split(written), ours, theirs)
    said = [row for _, answers in choices for row in answers]
    people = (
        len(ours | {row.reviewer for row in said if row.in_group}),
        len(theirs | {row.reviewer for row in said if not row.in_group}),
    )
    enough = min(people) >= ANECDOTAL_BELOW
    candidates = [*_topics(sides), *_answers(choices)]
    found = _reliable(candidates, sides, names, desk) if enough else ()
    phrases = _phrases(sides, desk) if enough and min(len(ours), len(theirs)) >= ANECDOTAL_BELOW else ()
    return VoiceContrast(
        group=names[0],
        rest=names[1],
        ours=desk.figure("feedback_reviewers", people[0], {"side": names[0]}, label=f"People who wrote: {names[0]}"),
        theirs=desk.figure("feedback_reviewers", people[1], {"side": names[1]}, label=f"People who wrote: {names[1]}"),
        tested=desk.figure("feedback_rows", len(candidates), label="Topics and answers compared", noun="topics",
                           definition="Topics and survey answers with five or more people on a side."),
        differences=found,
        phrases=phrases,
        table=_table(found, names),
        enough=enough,
        warnings=(ASSOCIATED,) if enough else _too_few(people, names),
    )  # fmt: skip


def _too_few(people: tuple[int, int], names: tuple[str, str]) -> tuple[str, ...]:
    side = 0 if people[0] <= people[1] else 1
    missing = ANECDOTAL_BELOW - people[side]
    return (
        f"Too few to tell: only {people[side]} of {names[side]} wrote anything; about {missing} more would allow a "
        "comparison.",
    )


def _topics(sides: _Sides) -> list[_Candidate]:
    found = []
    for name, tally in sorted(count_aspects(sides.rows, sides.parts, 0.7, {}).items()):
        who = set(tally.scores)
        counts = Counts(len(who & sides.ours), len(sides.ours), len(who & sides.theirs), len(sides.theirs))
        if max(counts.a, counts.b) >= GATE and min(counts.n, counts.m) > 0:
            found.append(_Candidate("topic", name, counts, tally))
    return found


def _answers(choices: Sequence[tuple[str, list[Row]]]) -> list[_Candidate]:
    found = []
    for question, rows in choices:
        sizes = [len({row.reviewer for row in rows if row.in_group == side}) for side in (True, False)]
        who: dict[str, tuple[set[str], set[str]]] = {}
        shown: dict[str, str] = {}
        for row, parts in parts_of(rows):
            for part in parts:
                if is_plain_opinion(part):
                    who.setdefault(part.lower(), (set(), set()))[0 if row.in_group else 1].add(row.reviewer)
                    shown.setdefault(part.lower(), part)
        for key, (a, b) in sorted(who.items()):
            if max(len(a), len(b)) >= GATE and min(sizes) >= ANECDOTAL_BELOW:
                name = f"{clip(question, 80).rstrip(' ?')}: {clip(shown[key], 60)}"
                found.append(_Candidate("answer", name, Counts(len(a), sizes[0], len(b), sizes[1]), None))
    return found


def _reliable(
    candidates: list[_Candidate], sides: _Sides, names: tuple[str, str], desk: Desk
) -> tuple[Difference, ...]:
    chances = [p_value(one.counts) for one in candidates]
    passed = benjamini_hochberg(chances)
    kept = [
        (chance, one) for chance, q, one in zip(chances, passed, candidates, strict=True) if q <= RELIABLE
    ]  # fmt: skip
    kept.sort(key=lambda each: (each[0], each[1].name))
    return tuple(_difference(one, sides, names, desk) for _, one in kept[:SHOWN])


def _difference(one: _Candidate, sides: _Sides, names: tuple[str, str], desk: Desk) -> Difference:
    counts = one.counts
    about = {"topic": one.name}
    more = counts.a / counts.n > counts.b / counts.m
    ratio = risk_ratio(counts)
    quotes: tuple[Quote, ...] = ()
    if one.tally is not None:
        wanted = sides.ours if more else sides.theirs
        quotes = pick_quotes(sides.rows, _only(one.tally, sides.rows, wanted), "mixed", one.name)
    return Difference(
        kind=one.kind,
        name=one.name,
        more=more,
        ours=desk.share("contrast_share", counts.a, counts.n, about | {"side": names[0]}, of="people",
                        label=f"Mention {one.name}: {names[0]}"),
        theirs=desk.share("contrast_share", counts.b, counts.m, about | {"side": names[1]}, of="people",
                          label=f"Mention {one.name}: {names[1]}"),
        ratio=desk.figure("contrast_ratio", ratio.value, about, n=int(counts.n + counts.m),
                          interval_of=((ratio.low, ratio.high), "log-normal 95 %")),
        quotes=quotes,
    )  # fmt: skip


def _phrases(sides: _Sides, desk: Desk) -> tuple[Saying, ...]:
    pairs = list(zip(sides.rows, sides.parts, strict=True))
    ours = [pair for pair in pairs if pair[0].reviewer in sides.ours]
    theirs = [pair for pair in pairs if pair[0].reviewer in sides.theirs]
    found = []
    for phrase in typical_phrases(ours, theirs, ("this group", "the rest"), desk):
        more = phrase.more_in == "this group"
        tally = _only(_places(phrase.text, sides), sides.rows, sides.ours if more else sides.theirs)
        found.append(Saying(phrase=phrase, more=more, quotes=pick_quotes(sides.rows, tally, "mixed", phrase.text)))
    return tuple(found)


def _places(term: str, sides: _Sides) -> Tally:
    """Where a word or pair of words stands."""
    wanted = tuple(term.split())
    tally = Tally()
    for clauses in sides.parts:
        for clause in clauses:
            spoken = clause.words
            if any(spoken[at : at + len(wanted)] == wanted for at in range(len(spoken) - len(wanted) + 1)):
                row = sides.rows[clause.row]
                tally.add(row.reviewer, Place(clause.row, clause.start, clause.end, row.mark or 0.0))
    return tally


def _only(tally: Tally, rows: Sequence[Row], who: frozenset[str]) -> Tally:
    """The places of some people."""
    kept = Tally()
    for place in tally.places:
        if rows[place.row].reviewer in who:
            kept.add(rows[place.row].reviewer, place)
    return kept


def _table(found: tuple[Difference, ...], names: tuple[str, str]) -> ResultTable:
    return ResultTable(
        title=f"What {names[0]} mention, against {names[1]}",
        columns=(
            Column(key="topic", label="topic or answer"), Column(key="ours", label=names[0], unit="share"),
            Column(key="theirs", label=names[1], unit="share"),
            Column(key="ratio", label="times as common", unit="ratio"),
        ),
        rows=tuple(
            {"topic": one.name, "ours": one.ours.value, "theirs": one.theirs.value, "ratio": one.ratio.value}
            for one in found
        ),
        note="Only differences that hold when all are tested together.",
    )  # fmt: skip
