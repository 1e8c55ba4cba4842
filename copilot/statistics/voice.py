"""Owns the themes of customer feedback: what is praised, what hurts, why people buy, in their own words."""

from __future__ import annotations

from typing import Literal

from copilot.data.quote import Quote
from copilot.statistics.result import Chart, Figure, Result, ResultTable


class Theme(Result):
    """A topic or cue, counted in distinct reviewers. `enough` is the gate: five or more reviewers, not anecdotal.

    For a pain point the five must have been negative about it. `share` is of reviewers who wrote text;
    `negative_share` of those who mention the theme.
    """

    name: str  # e.g. delivery, "for my daughter", "had to work around it"
    kind: Literal["pain", "love", "mixed", "motive", "hesitation", "complaint"]
    origin: Literal["dictionary", "phrase", "cue"]
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
    more_in: Literal["low stars", "high stars", "this group", "the rest"]
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
