"""Owns the reading of survey answers: choices with shares, scores such as NPS, themes of open answers."""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Sequence
from typing import Final, Literal

import ibis.expr.types as ir
import numpy as np

from copilot.data.tables import Tables
from copilot.statistics.intervals import Z95, mean_interval
from copilot.statistics.result import Chart, Column, Figure, Result, ResultTable
from copilot.statistics.voice_count import Row
from copilot.statistics.voice_rows import Desk, Feedback, read_feedback
from copilot.statistics.voice_text import clip, is_plain_opinion
from copilot.statistics.voice_themes import ThemeKind, Voice, voice_of

FEW_ANSWERS: Final = 15  # distinct answers of a choice question, at most
REPEATED: Final = 3.0  # answers per distinct answer from which they look like choices
LONGEST_CHOICE: Final = 60  # characters, in the mean
SEVERAL: Final = 0.15  # share of answers with a ';' from which a person may tick more than one
GENERALISE_FROM: Final = 30
MOST_ANSWERS: Final = 100_000

Kind = Literal["choice", "nps", "csat", "ces", "number", "open"]
_RECOMMEND: Final = re.compile(r"recommend|\bnps\b|weiterempf|empfehlen|recommand|recomend|consigli", re.IGNORECASE)
_SATISFIED: Final = re.compile(r"satisf|csat|zufrieden|happy|soddisf|experience|erfahrung", re.IGNORECASE)
_EFFORT: Final = re.compile(r"\beas(?:y|e|ier)\b|effort|difficult|einfach|aufwand|facile|fácil", re.IGNORECASE)
_ABOUT: Final[tuple[tuple[ThemeKind, re.Pattern[str]], ...]] = (
    ("hesitation", re.compile(r"stop|hesita|prevent|hold(?:ing)? (?:you )?back|doubt|concern|barrier|abgehalten|gezöger"
                              r"|empêch|impid|imped", re.IGNORECASE)),
    ("complaint", re.compile(r"improve|do better|frustrat|dislike|annoy|verbesser|amélior|mejorar|melhorar",
                             re.IGNORECASE)),
    ("motive", re.compile(r"use (?:it|them|this) for|made you|brought you|why did you|looking for|reason|wofür|warum"
                          r"|pourquoi|por qu", re.IGNORECASE)),
    ("mixed", re.compile(r"\b(?:hear|heard|find|found) (?:of|about|out|us)|where did you|aufmerksam|connu|conoci"
                         r"|conhec", re.IGNORECASE)),
)  # fmt: skip
_NOTHING: Final = re.compile(
    r"\W*(?:no|nope|none|nothing|n/?a|nichts|nein|rien|non|nada|niente|não|-)\b[\w ,']{0,12}\W*", re.IGNORECASE
)
_NUMBER: Final = re.compile(r"\s*(\d{1,6}(?:[.,]\d+)?)(?:\s*/\s*\d+)?\s*")
_SCOPE: Final = "Survey answers in the loaded files; only people who answered."


class Answer(Result):
    """One answer of a choice question; `share` of the people who answered the question."""

    text: str
    share: Figure


class SurveyQuestion(Result):
    """One question. `kind` decides which parts are filled."""

    question: str
    kind: Kind
    respondents: Figure
    several_answers: bool  # a person may tick more than one
    answers: tuple[Answer, ...]
    score: Figure | None  # NPS (-100 to 100), CSAT share, CES mean (1 to 7), or mean
    voice: Voice | None  # open answers
    table: ResultTable | None
    chart: Chart | None
    warnings: tuple[str, ...]


class Survey(Result):
    """Every question of the loaded surveys; empty if none is loaded, with the export named in `warnings`."""

    respondents: Figure
    questions: tuple[SurveyQuestion, ...]
    warnings: tuple[str, ...]


def survey(tables: Tables, customer_keys: ir.Table | None = None) -> Survey:
    """Each question of the surveys with its answers, of all or of the customers in `customer_keys`."""
    feedback = read_feedback(tables, tables.feedback.kind == "survey", customer_keys, most=MOST_ANSWERS)
    desk = Desk(tables, "survey", {"group": customer_keys is not None}, _SCOPE, feedback.period)
    rows = [row for row in feedback.rows if row.in_group]
    by_question: dict[str, list[Row]] = {}
    for row in rows:
        if row.question and is_plain_opinion(row.question) and (row.text.strip() or row.rating is not None):
            by_question.setdefault(row.question, []).append(row)
    warnings = () if rows else (
        "No survey answers here. Export them from your survey tool (Typeform, Google Forms, KnoCommerce, Fairing: "
        "responses as CSV) and add the file.",
    )  # fmt: skip
    return Survey(
        respondents=desk.figure("survey_respondents", len({row.reviewer for row in rows})),
        questions=tuple(_question(name, answers, desk) for name, answers in by_question.items()),
        warnings=warnings,
    )


def question_kind(question: str, rows: Sequence[Row]) -> Kind:
    """What kind of question the answers show it to be."""
    return _kind(question, rows, _numbers(rows))


def parts_of(rows: Sequence[Row]) -> list[tuple[Row, list[str]]]:
    """Each row of a choice question with the answers in its cell (several where people may tick several)."""
    several = _several([row.text.strip() for row in rows])
    return [(row, _parts(row.text, several=several)) for row in rows]


def _question(question: str, rows: list[Row], desk: Desk) -> SurveyQuestion:
    numbers = _numbers(rows)
    kind = _kind(question, rows, numbers)
    people = len({row.reviewer for row in rows})
    warnings = (f"Only {people} people answered: nothing to generalise from.",) if people < GENERALISE_FROM else ()
    answers: tuple[Answer, ...] = ()
    several = False
    if kind in ("choice", "nps", "csat", "ces"):
        answers, several = _answers(question, rows, numbers if kind != "choice" else {}, desk)
    voice = None
    if kind == "open":
        said = tuple(row for row in rows if not _NOTHING.fullmatch(row.text))
        about = next((theme for theme, pattern in _ABOUT if pattern.search(question)), None)
        voice = voice_of(Feedback(said, len(said), 0, cut=False, period=desk.period), desk, about)
        answers = _topics(
            question, voice, people, len({row.reviewer for row in rows} - {row.reviewer for row in said}), desk
        )
    return SurveyQuestion(
        question=question,
        kind=kind,
        respondents=desk.figure("survey_respondents", people, {"question": question}),
        several_answers=several,
        answers=answers,
        score=_score(kind, question, numbers, desk),
        voice=voice,
        table=_table(question, answers) if answers else None,
        chart=_chart(question, answers) if answers else None,
        warnings=warnings,
    )


def _numbers(rows: Sequence[Row]) -> dict[int, float]:
    """Row number -> the answer as a number; empty if more than one answer in twenty is not one."""
    found: dict[int, float] = {}
    for place, row in enumerate(rows):
        match = _NUMBER.fullmatch(row.text)
        if row.rating is not None:
            found[place] = row.rating
        elif match:
            found[place] = float(match.group(1).replace(",", "."))
    return found if len(found) >= 0.95 * len(rows) else {}


def _kind(question: str, rows: Sequence[Row], given: dict[int, float]) -> Kind:
    if given:
        numbers = list(given.values())
        whole = all(number.is_integer() for number in numbers)
        most, scale = max(numbers), max((row.rating_max or 0.0 for row in rows), default=0.0)
        if whole and most <= 10 and (scale == 10 or most > 5) and (_RECOMMEND.search(question) or scale == 10):
            return "nps"
        if whole and most <= 5 and min(numbers) >= 1 and (scale == 5 or _SATISFIED.search(question)):
            return "csat"
        if whole and most <= 7 and min(numbers) >= 1 and (scale == 7 or most > 5) and _EFFORT.search(question):
            return "ces"
        return "number"
    texts = [row.text.strip() for row in rows]
    distinct = Counter(part.lower() for text in texts for part in _parts(text, several=_several(texts)))
    mean_length = sum(len(text) for text in distinct) / max(1, len(distinct))
    few = len(distinct) <= max(3, min(FEW_ANSWERS, len(texts) / REPEATED))
    return "choice" if few and mean_length <= LONGEST_CHOICE else "open"


def _several(texts: Sequence[str]) -> bool:
    return sum(";" in text for text in texts) >= SEVERAL * len(texts)


def _parts(text: str, *, several: bool) -> list[str]:
    parts = text.split(";") if several else [text]
    return [part.strip() for part in parts if part.strip()]


def _answers(
    question: str, rows: Sequence[Row], numbers: dict[int, float], desk: Desk
) -> tuple[tuple[Answer, ...], bool]:
    """Each answer with the share of respondents who gave it; numbers in their order, words by frequency."""
    who: dict[str, set[str]] = {}
    shown: dict[str, Counter[str]] = {}
    texts = [row.text.strip() for row in rows]
    several = not numbers and _several(texts)
    for place, row in enumerate(rows):
        spelled = f"{numbers[place]:g}" if place in numbers else row.text
        given = [] if numbers and place not in numbers else _parts(spelled, several=several)
        for part in given:
            if is_plain_opinion(part):
                who.setdefault(part.lower(), set()).add(row.reviewer)
                shown.setdefault(part.lower(), Counter())[part] += 1
    people = len({row.reviewer for row in rows})
    order = sorted(who, key=float) if numbers else sorted(who, key=lambda key: (-len(who[key]), key))
    answers = tuple(
        Answer(
            text=clip(max(sorted(shown[key]), key=lambda spelling: shown[key][spelling]), 120),
            share=desk.share(
                "answer_share", len(who[key]), people, {"question": question, "answer": clip(key, 60)},
                of="respondents", label=f"Answered '{clip(key, 60)}'",
            ),
        )
        for key in order
    )  # fmt: skip
    return answers, several


def _topics(question: str, voice: Voice, people: int, nothing: int, desk: Desk) -> tuple[Answer, ...]:
    """Open answers coded: each topic, and "nothing", with the share of respondents who said it."""
    groups = (voice.hesitations, voice.complaints, voice.motives, voice.pains, voice.loves, voice.mixed)
    counted = [(theme.name, int(theme.reviewers.value or 0)) for group in groups for theme in group if theme.enough]
    if nothing:
        counted.append(("(nothing)", nothing))
    return tuple(
        Answer(
            text=name,
            share=desk.share(
                "answer_share", n, people, {"question": question, "answer": name}, of="respondents",
                label=f"Answers about '{name}'",
            ),
        )
        for name, n in sorted(counted, key=lambda each: (-each[1], each[0]))
    )  # fmt: skip


def _score(kind: Kind, question: str, given: dict[int, float], desk: Desk) -> Figure | None:
    """NPS with the standard error of the difference of two shares; CSAT with Wilson; else the mean by bootstrap."""
    if not given:
        return None
    numbers = list(given.values())
    n, about = len(numbers), {"question": question}
    if kind == "nps":
        promoters = sum(number >= 9 for number in numbers) / n
        detractors = sum(number <= 6 for number in numbers) / n
        net = promoters - detractors
        half = Z95 * math.sqrt(max(0.0, promoters + detractors - net**2) / n)
        bounds = (max(-100.0, 100 * (net - half)), min(100.0, 100 * (net + half)))
        return desk.figure("nps", 100 * net, about, n=n, of="answers", interval_of=(bounds, "normal 95 %"), decimals=0)
    if kind == "csat":
        return desk.share("csat", sum(number >= 4 for number in numbers), n, about, of="answers")
    if kind in ("number", "ces"):
        values = np.array(numbers)
        interval = mean_interval(values)
        return desk.figure(
            "ces" if kind == "ces" else "mean_answer",
            float(values.mean()),
            about,
            n=n,
            of="answers",
            interval_of=(interval, "bootstrap 95 %"),
        )
    return None


def _table(question: str, answers: Sequence[Answer]) -> ResultTable:
    return ResultTable(
        title=clip(question, 120),
        columns=(
            Column(key="answer", label="answer"),
            Column(key="people", label="people", unit="count"),
            Column(key="share", label="share", unit="share"),
        ),
        rows=tuple({"answer": a.text, "people": a.share.numerator, "share": a.share.value} for a in answers),
    )


def _chart(question: str, answers: Sequence[Answer]) -> Chart:
    return Chart(
        kind="bar",
        title=clip(question, 120),
        x=tuple(answer.text for answer in answers),
        series={"share": tuple(answer.share.value for answer in answers)},
        low={"share": tuple(answer.share.low for answer in answers)},
        high={"share": tuple(answer.share.high for answer in answers)},
        unit="share",
    )
