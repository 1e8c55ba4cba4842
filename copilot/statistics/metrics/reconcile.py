"""Declared measures of a reconciliation: figures under other definitions, what a switch changes, what is left."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric("reconciled", "Under the other definition", "money", "the figure with some switches turned",
           "Our figure with the named differences of definition."),
    Metric("reconciled_change", "What the step changes", "money", "figure after the step - figure before it",
           "The figure after this step minus the figure before it."),
    Metric("reconcile_gap", "Stated figure minus ours", "money", "stated figure - our figure",
           "The figure stated by the user minus ours."),
    Metric("reconcile_gap_share", "Stated figure minus ours, relative", "share", "(stated - ours) / ours",
           "The figure stated by the user minus ours / ours."),
    Metric("reconcile_left", "What stays unexplained", "money", "stated figure - figure under the other definition",
           "The figure stated by the user minus ours under the other definition."),
    Metric("definitions_tried", "Definitions tried", "count", "definitions of up to four differences that fit the data",
           "Every combination of up to four differences of definition (up to three where days or currency differ) that "
           "the data allows.", noun="definitions"),
    Metric("chance_matches", "Definitions that would come this close by chance", "number",
           "definitions with a value near the stated one x the share of that stretch which counts as a match",
           "Definitions no longer than the one found whose value lies within 5 % of the stated figure, times the "
           "share of that stretch that counts as a match: what pure chance would hit."),
)  # fmt: skip
