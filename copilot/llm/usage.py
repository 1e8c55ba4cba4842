"""Counts calls, attempts, bytes and tokens of a language model, failed attempts included, and holds their budget."""

from __future__ import annotations

import threading
from dataclasses import dataclass, fields

from copilot.errors import ModelUnavailable


@dataclass(frozen=True)
class Usage:
    """What was spent. `attempts` counts HTTP requests, retries included; tokens are the endpoint's own count,
    or for calls that reported none an estimate of one token per four bytes, counted in `estimated_tokens`."""

    calls: int = 0
    attempts: int = 0
    bytes_sent: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    estimated_tokens: int = 0

    def __sub__(self, earlier: Usage) -> Usage:
        return Usage(**{f.name: getattr(self, f.name) - getattr(earlier, f.name) for f in fields(self)})

    def as_dict(self) -> dict[str, int]:
        """Names and counts, without zeros."""
        return {f.name: getattr(self, f.name) for f in fields(self) if getattr(self, f.name)}


@dataclass(frozen=True)
class Budget:
    """What one turn may spend. The attempt that would exceed it is not made."""

    attempts: int = 24
    bytes_sent: int = 2_000_000
    tokens: int = 120_000


class UsageMeter:
    """Adds up usage from several threads; `begin` starts a new budget period (a turn)."""

    def __init__(self, budget: Budget | None = None) -> None:
        self._budget = budget or Budget()
        self._lock = threading.Lock()
        self._total = Usage()
        self._start = Usage()
        self._uncounted = 0

    @property
    def total(self) -> Usage:
        """Everything so far."""
        with self._lock:
            return self._total

    @property
    def since_begin(self) -> Usage:
        """What the current period spent."""
        with self._lock:
            return self._total - self._start

    def begin(self) -> None:
        """Start a new period."""
        with self._lock:
            self._start = self._total
            self._uncounted = 0

    def attempt(self, size: int) -> None:
        """Count one request of `size` bytes; raises ModelUnavailable instead if the budget does not allow it."""
        with self._lock:
            spent = self._total - self._start
            tokens = spent.input_tokens + spent.output_tokens + spent.estimated_tokens
            if (
                spent.attempts >= self._budget.attempts
                or spent.bytes_sent + size > self._budget.bytes_sent
                or tokens >= self._budget.tokens
            ):
                raise ModelUnavailable(
                    "The model has used up what one question may cost.",
                    "Ask something narrower, or start a new conversation.",
                    code="budget_spent",
                )
            self._uncounted += size
            self._add(attempts=1, bytes_sent=size)

    def answered(self, input_tokens: int | None, output_tokens: int | None) -> None:
        """Count one finished call; None where the endpoint reported no tokens."""
        with self._lock:
            if input_tokens is None or output_tokens is None:
                self._add(calls=1, estimated_tokens=self._uncounted // 4)
            else:
                self._add(calls=1, input_tokens=input_tokens, output_tokens=output_tokens)
            self._uncounted = 0

    def failed(self) -> None:
        """Count a call that gave no usable answer; its requests are estimated as spent."""
        with self._lock:
            self._add(calls=1, estimated_tokens=self._uncounted // 4)
            self._uncounted = 0

    def _add(self, **more: int) -> None:
        self._total = Usage(**{f.name: getattr(self._total, f.name) + more.get(f.name, 0) for f in fields(Usage)})
