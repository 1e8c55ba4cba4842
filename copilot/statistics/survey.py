"""Owns the reading of survey answers: choices with shares, scores such as NPS, themes of open answers."""

from __future__ import annotations

from typing import Literal

from copilot.statistics.result import Chart, Figure, Result, ResultTable
from copilot.statistics.voice import Voice


class Answer(Result):
    """One answer of a choice question; `share` of the people who answered the question."""

    text: str
    share: Figure


class SurveyQuestion(Result):
    """One question. `kind` decides which parts are filled."""

    question: str
    kind: Literal["choice", "nps", "csat", "number", "open"]
    respondents: Figure
    several_answers: bool  # a person may tick more than one
    answers: tuple[Answer, ...]
    score: Figure | None  # NPS (-100 to 100), CSAT share, or mean
    voice: Voice | None  # open answers
    table: ResultTable | None
    chart: Chart | None
    warnings: tuple[str, ...]


class Survey(Result):
    """Every question of the loaded surveys; empty if none is loaded, with the export named in `warnings`."""

    respondents: Figure
    questions: tuple[SurveyQuestion, ...]
    warnings: tuple[str, ...]
