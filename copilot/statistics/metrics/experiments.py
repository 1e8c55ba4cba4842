"""Declared metrics of tests: rates of two arms, their difference, and what it brought."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric("arm_rate", "Rate of the arm", "share", "people who did it / people in the arm",
           "People who did it / people in the arm.", minimum=10),
    Metric("arm_difference", "Difference of the two rates", "share", "rate treated - rate control",
           "Rate of the treated arm minus rate of the control arm; interval from two Wilson intervals (Newcombe 1998, "
           "method 10).", minimum=10),
    Metric("arm_lift", "Lift over the control arm", "share", "rate treated / rate control - 1",
           "Rate of the treated arm / rate of the control arm - 1; interval from the log of the ratio.", minimum=10),
    Metric("arm_z", "z of the difference", "number", "difference / standard error under equal rates",
           "Difference of the rates / its standard error if both were equal (pooled).", minimum=10),
    Metric("arm_p", "Chance of a difference this large if nothing works", "share", "two-sided p of equal rates",
           "Two-sided p-value of equal rates: chi-squared, or Fisher's exact test where an expected count is below 5."),
    Metric("arm_p_exact", "The same chance, exact", "share", "Fisher's exact test, two-sided",
           "Two-sided p-value of equal rates by Fisher's exact test."),
    Metric("incremental_people", "People who did it because of the treatment", "count",
           "(rate treated - rate control) x people treated",
           "(Rate of the treated arm - rate of the control arm) x people in the treated arm.", noun="people"),
    Metric("mean_difference", "Difference of the two means", "money", "mean treated - mean control",
           "Mean of the treated arm minus mean of the control arm; everybody counts, also those who spent nothing. "
           "Interval from the two standard errors (Welch).", minimum=30),
    Metric("incremental_revenue", "Revenue because of the treatment", "money",
           "(revenue per person treated - control) x people treated",
           "(Revenue per person of the treated arm - of the control arm) x people in the treated arm.", minimum=30),
)  # fmt: skip
