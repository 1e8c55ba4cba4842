"""Owns the themes of reviews and tickets: how often praised or criticised, typical words, and the gates."""

from __future__ import annotations

import dataclasses
import math
from typing import Final, Literal, get_args

import ibis.expr.types as ir

from copilot.data.quote import Quote
from copilot.data.tables import Tables
from copilot.statistics.comparison import Counts, benjamini_hochberg, risk_ratio
from copilot.statistics.intervals import wilson
from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.voice_count import (
    NOUN_SHARE,
    WORDS_WEIGHT,
    CueKind,
    Row,
    Tally,
    agreement,
    count_aspects,
    count_cues,
    frequent_nouns,
    log_odds,
    split,
    term_reviewers,
    without_echoes,
)
from copilot.statistics.voice_rows import MOST_READ, Desk, Feedback, pick_quotes, ratings, read_feedback
from copilot.statistics.voice_text import Clause

GATE: Final = 5  # distinct reviewers
ANECDOTAL_BELOW: Final = 30  # reviews in total
AGREEMENT_NEEDED: Final = 0.75
PAIN_SHARE: Final = 0.3  # negative reviewers among those who mention it
LOVE_SHARE: Final = 0.6
PHRASES_SHOWN: Final = 8

ThemeKind = Literal["pain", "love", "mixed", "motive", "hesitation", "complaint"]
Origin = Literal["dictionary", "phrase", "cue"]
Side = Literal["low stars", "high stars", "this group", "the rest"]
_SCOPE: Final = "Reviews and support tickets in the loaded files; a text repeated word for word counted once."


class Theme(Result):
    """A topic or cue, counted in distinct reviewers. `enough` is the gate: five or more reviewers, not anecdotal.

    For a pain point the five must have been negative about it. `share` is of reviewers who wrote text;
    `negative_share` of those who mention the theme.
    """

    name: str  # e.g. delivery, "for my daughter", "had to work around it"
    kind: ThemeKind
    origin: Origin
    reviewers: Figure
    share: Figure
    negative: Figure
    negative_share: Figure
    positive: Figure
    low_star_ratio: Figure | None  # times as common with low-star as with high-star reviewers
    quotes: tuple[Quote, ...]
    enough: bool


class Phrase(Result):
    """A word or pair of words used by more reviewers of one side than of the other (log-odds, Dirichlet prior)."""

    text: str
    more_in: Side
    reviewers: Figure
    score: Figure  # z of the log-odds ratio
    feedback_ids: tuple[str, ...]


class Voice(Result):
    """What reviews and tickets say. Empty (`reviews.value == 0`) if none are loaded; `warnings` name the export."""

    reviews: Figure
    reviewers: Figure
    texts: Figure
    mean_rating: Figure | None
    top_share: Figure | None  # best mark
    low_share: Figure | None  # three of five or less
    pains: tuple[Theme, ...]
    loves: tuple[Theme, ...]
    mixed: tuple[Theme, ...]
    motives: tuple[Theme, ...]
    hesitations: tuple[Theme, ...]
    complaints: tuple[Theme, ...]
    vocabulary: tuple[Phrase, ...]
    agreement: Figure  # share of reviews where words and stars point the same way
    ratings: ResultTable | None
    chart: Chart | None
    anecdotal: bool
    warnings: tuple[str, ...]

    def quotes(self) -> tuple[Quote, ...]:
        """Every quote of every theme, each once, in the order of the themes."""
        parts = (self.pains, self.loves, self.mixed, self.motives, self.hesitations, self.complaints)
        found = {
            (quote.feedback_id, quote.text): quote for themes in parts for theme in themes for quote in theme.quotes
        }
        return tuple(found.values())


def themes(
    tables: Tables, customer_keys: ir.Table | None = None, kinds: tuple[str, ...] = ("review", "ticket")
) -> Voice:
    """Themes of the reviews and tickets, of all or of the customers in `customer_keys` (a table of customer_key).

    With `customer_keys`, `vocabulary` also holds what this group says more often than the rest. Reviewers are
    counted, never sentences. At most the 5,000 newest texts are read (`warnings` say so).
    """
    feedback = tables.feedback
    frame = read_feedback(tables, feedback.kind.isin(kinds), customer_keys)
    desk = Desk(tables, "themes", {"group": customer_keys is not None}, _SCOPE)
    return voice_of(frame, desk)


def voice_of(feedback: Feedback, desk: Desk, about: ThemeKind | None = None) -> Voice:
    """The themes of feedback already read.

    `about` is for answers to a question that sets what they are about ("what almost stopped you?": hesitations):
    then every topic is of that kind, whatever its words sound like, and the commonest words count as topics.
    """
    desk = dataclasses.replace(desk, period=feedback.period)
    ours = [row for row in feedback.rows if row.in_group]
    written = [row for row in ours if row.text]
    warnings = _warnings(feedback, ours)
    parts = split(written)
    agreeing, judged = agreement(written, parts)
    agree = desk.share("words_and_stars", agreeing, judged, of="reviews")
    weight = WORDS_WEIGHT if judged < ANECDOTAL_BELOW or agreeing / judged >= AGREEMENT_NEEDED else 0.0
    if not weight:
        warnings = (*warnings, "Words and ratings disagree too often here: themes are judged by the rating alone.")
    maker = _ThemeMaker(written, desk, anecdotal=len(ours) < ANECDOTAL_BELOW)
    least = max(GATE, math.ceil(0.01 * len(written)))
    noun_share = 0.0 if about else NOUN_SHARE
    nouns = frequent_nouns(written, parts, least, noun_share) if len(written) >= ANECDOTAL_BELOW else {}
    tallies = without_echoes(count_aspects(written, parts, weight, nouns), frozenset(nouns.values()))
    usual = _usual_leaning(tallies)
    aspects = [
        maker.aspect(name, tally, "phrase" if name in nouns.values() else "dictionary", about)
        for name, tally in tallies.items()
    ]
    aspects = [theme for theme in aspects if about or theme.origin == "dictionary" or _tells(theme, usual)]
    counted = count_cues(written, parts) if about in (None, "motive") else {}
    cues = [maker.cue(kind, name, tally) for (kind, name), tally in counted.items()]
    listed = sorted((theme for theme in (*aspects, *cues) if _count(theme.reviewers) >= 2), key=_rank)
    picked = {kind: tuple(theme for theme in listed if theme.kind == kind) for kind in get_args(ThemeKind)}
    rated = ratings(ours, desk)
    return Voice(
        reviews=desk.figure("feedback_rows", len(ours)),
        reviewers=desk.figure("feedback_reviewers", len({row.reviewer for row in ours})),
        texts=desk.figure("feedback_texts", len(written)),
        mean_rating=rated.mean,
        top_share=rated.top,
        low_share=rated.low,
        pains=picked["pain"],
        loves=picked["love"],
        mixed=picked["mixed"],
        motives=picked["motive"],
        hesitations=picked["hesitation"],
        complaints=picked["complaint"],
        vocabulary=_vocabulary(feedback.rows, written, parts, desk),
        agreement=agree,
        ratings=rated.table,
        chart=rated.chart,
        anecdotal=len(ours) < ANECDOTAL_BELOW,
        warnings=warnings,
    )


def _warnings(feedback: Feedback, ours: list[Row]) -> tuple[str, ...]:
    if not ours:
        return (
            "No reviews or tickets here. Export them from your review app (Judge.me, Yotpo, Loox, Okendo: Reviews > "
            "Export) or help desk and add the file.",
        )
    found = []
    if len(ours) < ANECDOTAL_BELOW:
        found.append(f"Only {len(ours)} reviews: anecdotal, nothing to generalise from.")
    if feedback.repeated:
        found.append(f"{feedback.repeated} repeated texts were counted once.")
    unusual = sum(not row.plain for row in ours)
    if unusual:
        found.append(f"{unusual} reviews contain links, code or instructions to a program: counted, never quoted.")
    if feedback.cut:
        found.append(f"Only the {MOST_READ:,} newest of {feedback.total:,} texts were read.")
    return tuple(found)


def _usual_leaning(tallies: dict[str, Tally]) -> tuple[float, float]:
    """Share of negative and of positive reviewers over all themes together."""
    leanings = [tally.leaning(reviewer) for tally in tallies.values() for reviewer in tally.scores]
    return (leanings.count(-1) / len(leanings), leanings.count(1) / len(leanings)) if leanings else (0.0, 0.0)


def _tells(theme: Theme, usual: tuple[float, float]) -> bool:
    """A frequent word is a theme only if opinions about it are reliably worse or better than the usual ones."""
    mentions = _count(theme.reviewers)
    negative, positive = wilson(_count(theme.negative), mentions), wilson(_count(theme.positive), mentions)
    if negative is None or positive is None:
        return False
    return (theme.kind == "pain" and negative[0] > usual[0]) or (theme.kind == "love" and positive[0] > usual[1])


def _count(figure: Figure) -> float:
    return figure.value or 0.0


def _rank(theme: Theme) -> tuple[float, float, str]:
    first = theme.negative if theme.kind == "pain" else theme.positive if theme.kind == "love" else theme.reviewers
    return (-_count(first), -_count(theme.reviewers), theme.name)


class _ThemeMaker:
    """Turns tallies into themes with figures and quotes."""

    def __init__(self, rows: list[Row], desk: Desk, *, anecdotal: bool) -> None:
        self._rows = rows
        self._desk = desk
        self._anecdotal = anecdotal
        self._writers = {row.reviewer for row in rows}
        self._low = {row.reviewer for row in rows if row.mark is not None and row.mark <= -0.5}
        self._high = {row.reviewer for row in rows if row.mark is not None and row.mark >= 0.5} - self._low

    def aspect(self, name: str, tally: Tally, origin: Origin, about: ThemeKind | None) -> Theme:
        """A topic: a pain point, something loved, or mixed; or what the question asked `about`."""
        if about:
            return self._theme(name, about, origin, tally, len(tally.scores))
        leanings = [tally.leaning(reviewer) for reviewer in tally.scores]
        negative, positive, all_ = leanings.count(-1), leanings.count(1), len(leanings)
        kind: Literal["pain", "love", "mixed"] = "mixed"
        if negative >= PAIN_SHARE * all_ and negative >= min(GATE, all_):
            kind = "pain"
        elif positive >= LOVE_SHARE * all_:
            kind = "love"
        decisive = negative if kind == "pain" else positive if kind == "love" else all_
        return self._theme(name, kind, origin, tally, decisive)

    def cue(self, kind: CueKind, name: str, tally: Tally) -> Theme:
        """A reason, a doubt or a complaint, found by its wording."""
        return self._theme(name, kind, "cue", tally, len(tally.scores))

    def _theme(self, name: str, kind: ThemeKind, origin: Origin, tally: Tally, decisive: int) -> Theme:
        leanings = [tally.leaning(reviewer) for reviewer in tally.scores]
        mentions = len(leanings)
        about = {"theme": name}
        return Theme(
            name=name,
            kind=kind,
            origin=origin,
            reviewers=self._desk.figure("theme_reviewers", mentions, about, label=f"Reviewers who mention {name}"),
            share=self._desk.share("theme_share", mentions, len(self._writers), about),
            negative=self._desk.figure(
                "theme_negative", leanings.count(-1), about, label=f"Reviewers negative about {name}"
            ),
            negative_share=self._desk.share("theme_negative_share", leanings.count(-1), mentions, about),
            positive=self._desk.figure(
                "theme_positive", leanings.count(1), about, label=f"Reviewers positive about {name}"
            ),
            low_star_ratio=self._low_star_ratio(name, set(tally.scores)),
            quotes=pick_quotes(self._rows, tally, kind, name),
            enough=decisive >= GATE and not self._anecdotal,
        )

    def _low_star_ratio(self, name: str, who: set[str]) -> Figure | None:
        low, high = len(who & self._low), len(who & self._high)
        if len(self._low) < GATE or len(self._high) < GATE or not low + high:
            return None
        found = risk_ratio(Counts(low, len(self._low), high, len(self._high)))
        return self._desk.figure(
            "low_star_ratio",
            found.value,
            {"theme": name},
            n=len(self._low) + len(self._high),
            interval_of=((found.low, found.high), "log-normal 95 %"),
        )


def _vocabulary(
    everyone: tuple[Row, ...], ours: list[Row], parts: list[list[Clause]], desk: Desk
) -> tuple[Phrase, ...]:
    """Typical words: low against high ratings, and the group against the rest if there is a rest."""
    pairs = list(zip(ours, parts, strict=True))
    low = [pair for pair in pairs if pair[0].mark is not None and pair[0].mark <= -0.5]
    high = [pair for pair in pairs if pair[0].mark is not None and pair[0].mark >= 0.5]
    found = [*typical_phrases(low, high, ("low stars", "high stars"), desk)]
    rest = [row for row in everyone if row.text and not row.in_group]
    if rest:
        others = list(zip(rest, split(rest), strict=True))
        found += typical_phrases(pairs, others, ("this group", "the rest"), desk)
    return tuple(found)


def typical_phrases(
    ours: list[tuple[Row, list[Clause]]], theirs: list[tuple[Row, list[Clause]]], sides: tuple[Side, Side], desk: Desk
) -> list[Phrase]:
    """Words and pairs of words that one side uses reliably more often: log-odds with Dirichlet prior, gate, BH."""
    left = term_reviewers([row for row, _ in ours], [clauses for _, clauses in ours])
    right = term_reviewers([row for row, _ in theirs], [clauses for _, clauses in theirs])
    counts = ({term: len(who) for term, who in left.items()}, {term: len(who) for term, who in right.items()})
    scores = log_odds(*counts)
    tested = [term for term in scores if max(counts[0].get(term, 0), counts[1].get(term, 0)) >= GATE]
    passed = benjamini_hochberg([math.erfc(abs(scores[term]) / math.sqrt(2)) for term in tested])
    reliable = [term for term, q in zip(tested, passed, strict=True) if q <= 0.05]
    phrases = []
    for side, sign, users in ((sides[0], 1, left), (sides[1], -1, right)):
        chosen = sorted(
            (term for term in reliable if scores[term] * sign > 0), key=lambda term: (-abs(scores[term]), term)
        )
        for term in chosen[:PHRASES_SHOWN]:
            about = {"phrase": term, "side": side}
            phrases.append(
                Phrase(
                    text=term,
                    more_in=side,
                    reviewers=desk.figure(
                        "theme_reviewers", len(users[term]), about, label=f"Reviewers who say '{term}'"
                    ),
                    score=desk.figure("phrase_score", abs(scores[term]), about, n=len(users[term])),
                    feedback_ids=tuple(sorted(users[term].values())[:5]),
                )
            )
    return phrases
