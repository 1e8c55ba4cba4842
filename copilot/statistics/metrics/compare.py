"""Declared metrics of comparisons: difference, relative change and amounts per day."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric(
        "difference", "Difference", "number", "value now - value before",
        "Value of the first side - value of the second.",
    ),
    Metric(
        "relative_change", "Change", "share", "value now / value before - 1",
        "Value of the first side / value of the second - 1; only where the second is above zero.",
    ),
    Metric(
        "per_day", "Per day", "number", "value / days",
        "Total / calendar days of the period that the data covers, for periods of different length.",
    ),
    Metric(
        "per_day_change", "Change per day", "share", "value per day now / value per day before - 1",
        "Value per covered day of the first period / value per covered day of the second - 1.",
    ),
)  # fmt: skip
