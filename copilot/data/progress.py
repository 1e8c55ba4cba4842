"""How far the intake of a file is: what a screen or a terminal is told, with rows, share done and time left."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final, Literal

Stage = Literal["reading", "working out", "storing", "done"]

STAGES: Final[dict[Stage, tuple[float, float]]] = {
    "reading": (0.0, 0.4),
    "working out": (0.4, 0.9),
    "storing": (0.9, 1.0),
    "done": (1.0, 1.0),
}
"""Share of the time at which a stage begins and ends, as measured on files of one and ten million rows."""
EVERY: Final = 0.25  # seconds between two events of a stage
SAYS_TIME_AFTER: Final = 2.0  # seconds: before that the time left is a guess
_STEP: Final = 0.2  # of what is left of a stage, for each thing worked out in it


class Progress(str):
    """A sentence for people that knows its figures: `rows` read, `share` of the work done (0 to 1), time left.

    `share` never falls for a file and its last event is "done" with 1.0; `seconds_left` is None while unknown. It is
    text, so that whoever only shows sentences can show it as it is.
    """

    file: str
    stage: Stage
    rows: int
    share: float
    seconds_left: float | None

    @classmethod
    def of(cls, file: str, stage: Stage, rows: int, share: float, seconds_left: float | None) -> Progress:
        """The event with its sentence."""
        made = cls(_sentence(file, stage, rows, share, seconds_left))
        made.file, made.stage, made.rows, made.share, made.seconds_left = file, stage, rows, share, seconds_left
        return made


def _sentence(file: str, stage: Stage, rows: int, share: float, seconds_left: float | None) -> str:
    if stage == "done":
        return f"Read {file}: {rows:,} rows"
    if not rows and not share:
        return f"Reading {file}"
    verb = {"reading": "Reading", "working out": "Working out", "storing": "Storing"}[stage]
    left = "" if seconds_left is None else f", about {_duration(seconds_left)} left"
    return f"{verb} {file}: {rows:,} rows, {share:.0%}{left}"


def _duration(seconds: float) -> str:
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min"


Tell = Callable[[Progress], None]


class Meter:
    """Follows one file on its way in and tells now and then how far it is; without a listener it does nothing."""

    def __init__(self, file: str, tell: Tell | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._tell = tell
        self._clock = clock
        self._began = self._told = clock()
        self._stage: Stage = "reading"
        self._rows = 0
        self._share = 0.0
        self._say()

    def read(self, rows: int, share: float) -> None:
        """So many rows are read, which took this share of the file's bytes."""
        self._rows = max(self._rows, rows)
        begin, end = STAGES["reading"]
        self._move(begin + min(1.0, share) * (end - begin))

    def enter(self, stage: Stage, rows: int | None = None) -> None:
        """The next stage begins."""
        self._stage = stage
        self._rows = self._rows if rows is None else rows
        self._share = max(self._share, STAGES[stage][0])
        self._say()

    def step(self) -> None:
        """One more of the things of this stage is done; how many there are nobody knows."""
        self._move(self._share + (STAGES[self._stage][1] - self._share) * _STEP)

    def _move(self, share: float) -> None:
        self._share = max(self._share, share)
        if self._clock() - self._told >= EVERY:
            self._say()

    def _say(self) -> None:
        if self._tell is None:
            return
        self._told = self._clock()
        spent = self._told - self._began
        known = spent >= SAYS_TIME_AFTER and 0 < self._share < 1
        left = spent * (1 - self._share) / self._share if known else None
        self._tell(Progress.of(self._file, self._stage, self._rows, self._share, left))


_current: ContextVar[Meter | None] = ContextVar("meter", default=None)


def current() -> Meter:
    """The meter of the file that is being taken in here; a silent one if nobody watches."""
    return _current.get() or Meter("", None)


@contextmanager
def metered(file: str, tell: Tell | None) -> Iterator[Meter]:
    """Follow the intake of a file: whatever reads it finds the meter by `current`."""
    meter = Meter(file, tell)
    token = _current.set(meter)
    try:
        yield meter
    finally:
        _current.reset(token)
