"""Declared metrics of contrasts: numeric traits of a group against the rest, common ratios, what is not proven."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric(
        "given_as_discount",
        "Share of gross sales given as discount",
        "share",
        "discounts / gross sales",
        "Discounts / gross sales of the customers' orders that count.",
        minimum=30,
    ),
    Metric(
        "trait_median",
        "Median of the trait",
        "number",
        "median over customers for whom it is known",
        "Median of the customers for whom the number is known.",
        minimum=30,
    ),
    Metric(
        "trait_median_difference",
        "Difference of medians",
        "number",
        "median in the group - median in the rest",
        "Median in the group - median in the rest.",
        minimum=30,
    ),
    Metric(
        "cliffs_delta",
        "Cliff's delta",
        "score",
        "P(group > rest) - P(group < rest)",
        "Cliff's delta: chance that a customer of the group has more than one of the rest, less the chance of the "
        "opposite; 0 is no difference, 1 means all of the group are above all of the rest.",
        minimum=30,
    ),
    Metric(
        "trait_ratio_within",
        "Times as common, within the same level of another trait",
        "ratio",
        "Mantel-Haenszel risk ratio over the levels of another trait",
        "Risk ratio of the trait compared only between customers with the same level of another trait "
        "(Mantel-Haenszel).",
        minimum=30,
    ),
    Metric(
        "delta_within",
        "Cliff's delta, within the same level of another trait",
        "score",
        "Cliff's delta averaged over the levels of another trait, weights n m / (n + m)",
        "Cliff's delta compared only between customers with the same level of another trait.",
        minimum=30,
    ),
    Metric(
        "more_customers",
        "Further customers needed to tell",
        "count",
        "customers of the group needed at 80 % power - customers of the group",
        "Customers the group would need for a difference of this size to show in 80 of 100 cases (two-sided 5 % "
        "divided by the number of tests, the rest growing in proportion), less those it has. The size itself may be "
        "luck, so it is a rough guide.",
        noun="customers",
    ),
    Metric(
        "unstable_traits",
        "Traits set aside as unstable",
        "count",
        "count",
        "Differences that passed the tests but point in opposite directions in the two halves of the customers.",
        noun="traits",
    ),
)
