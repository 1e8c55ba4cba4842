"""Segments: named rules over customers that can be printed, resolved from words and turned into members."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict

from copilot.statistics.condition import Condition

__all__ = ["Condition", "SegmentRule"]


class SegmentRule(BaseModel):
    """A name and conditions that must all hold. An empty rule is all customers."""

    model_config = ConfigDict(frozen=True)

    name: str
    conditions: tuple[Condition, ...] = ()

    def text(self) -> str:
        """The rule in words, e.g. "top 10 % of customers by value"."""
        return " and ".join(condition.text() for condition in self.conditions) or "all customers"
