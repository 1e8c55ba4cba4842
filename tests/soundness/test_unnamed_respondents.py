"""Story: a form without names was read as one row a question, and each answer counted as a person of its own.

A survey of 3 people with 4 questions said "12 people answered". The answers of one row of the file are one person's.
"""

from __future__ import annotations

import pandas as pd

from copilot.data.tables import tables_from_frames
from copilot.statistics.survey import survey
from tests.statistics.random_shop import facts


def test_the_answers_of_one_unnamed_row_are_one_persons() -> None:
    rows = [
        {"feedback_id": f"f-{person:02d}ab-{question}", "kind": "survey", "customer_key": None, "upload_id": "u",
         "question": f"Question {question}?", "text": "Yes" if person else "No"}
        for person in range(3) for question in range(1, 5)
    ]  # fmt: skip
    found = survey(tables_from_frames({"feedback": pd.DataFrame(rows)}, facts()))
    assert found.respondents.value == 3
    assert [question.respondents.value for question in found.questions] == [3, 3, 3, 3]
