"""Declared metrics of moving people from one journey stage to the next: what they bring there, and the difference."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric("move_people", "People in the stage now", "count", "people in the sub-stage at the analysis date",
           "People in the sub-stage at the analysis date.", noun="people"),
    Metric("move_value", "Net sales in the following days", "money",
           "net sales in the H days after / people who were in the stage H days ago",
           "Net sales, in the days after, of the people who stood in the sub-stage that many days before the analysis "
           "date / these people; who bought nothing counts as zero.", minimum=30),
    Metric("move_gap", "Difference between the two stages", "money", "value in the one stage - value in the other",
           "Mean net sales after standing in the later stage minus after standing in the earlier one.", minimum=30),
    Metric("move_worth", "Worth of the move, at most", "money", "people moved x difference between the stages",
           "People moved x difference of what people of the two stages went on to spend. An upper bound: people in the "
           "later stage got there by themselves and are keener than those a campaign moves.", minimum=30),
)  # fmt: skip
