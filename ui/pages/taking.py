"""Runs the intake of a file beside a page's handler, so that the page can show how far it is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from queue import Empty, SimpleQueue
from typing import Generic, TypeVar

from copilot.data.progress import Progress, Tell

T = TypeVar("T")


class Taking(Generic[T]):
    """One piece of work in a thread of its own: its events while it runs, then its result."""

    def __init__(self, work: Callable[[Tell], T]) -> None:
        self._told: SimpleQueue[Progress | None] = SimpleQueue()
        pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix="intake")
        self._done = pool.submit(self._run, work)
        pool.shutdown(wait=False)

    def _run(self, work: Callable[[Tell], T]) -> T:
        try:
            return work(self._told.put)
        finally:
            self._told.put(None)

    def events(self) -> Iterator[Progress]:
        """What is told until the work is done; of several things told meanwhile the last."""
        ended = False
        while not ended:
            newest = self._told.get()
            while newest is not None:
                try:
                    later = self._told.get_nowait()
                except Empty:
                    break
                ended = later is None
                newest = later or newest
                if ended:
                    break
            if newest is None:
                return
            yield newest

    def result(self) -> T:
        """What the work gave, or what it raised."""
        return self._done.result()
