"""Shows on standard error how far the intake of files is: one line that changes on a terminal, else few plain lines."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TextIO

from copilot.data.progress import Progress, Tell

QUIET_ROWS: Final = 100_000  # a file of fewer rows is read before anybody wonders


class ProgressLine:
    """What of the progress stands on the screen."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream
        self._terminal = stream.isatty()
        self._width = 0
        self._last: tuple[str, str, int] | None = None

    def show(self, event: Progress) -> None:
        """Show one event."""
        if self._terminal:
            self._stream.write("\r" + event.ljust(self._width))
            self._width = len(event)
            if event.stage == "done":
                self.end()
        else:
            self._plain(event)
        self._stream.flush()

    def _plain(self, event: Progress) -> None:
        """A line at the start, and of a big file at each tenth and stage."""
        place = (event.file, event.stage, int(event.share * 10))
        begins = event.stage == "reading" and event.share == 0
        if place != self._last and (begins or event.rows >= QUIET_ROWS):
            self._stream.write(event + "\n")
        self._last = place

    def end(self) -> None:
        """Leave the line."""
        if self._width:
            self._stream.write("\n")
        self._width = 0


@contextmanager
def progress_line(stream: TextIO | None = None) -> Iterator[Tell]:
    """Show events on `stream` (standard error) while files are taken in."""
    shown = ProgressLine(stream or sys.stderr)
    try:
        yield shown.show
    finally:
        shown.end()
