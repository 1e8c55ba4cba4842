"""How far an intake is: events that never go back and end at 100 %, on a terminal and beside a page."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from copilot.data.progress import EVERY, SAYS_TIME_AFTER, Meter, Progress
from copilot.data.workspace import Workspace
from copilot.errors import DataRefused
from copilot.progress_line import QUIET_ROWS, ProgressLine

Write = Callable[..., Path]
NAMES = ["Name", "Email", "Financial Status", "Currency", "Subtotal", "Total", "Created at", "Lineitem quantity",
         "Lineitem name", "Lineitem price"]  # fmt: skip


def orders(rows: int) -> str:
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(NAMES)
    for n in range(rows):
        day = f"2024-{n % 12 + 1:02d}-{n % 28 + 1:02d} 10:00:00 -0500"
        writer.writerow([f"#{n}", f"p{n % 50}@example.com", "paid", "USD", "10.00", "10.00", day, 1, "Mug", "10.00"])
    return text.getvalue()


def test_events_of_a_file_never_go_back_and_end_at_all_of_it(workspace: Workspace, write: Write) -> None:
    told: list[Progress] = []
    workspace.add([write("a.csv", orders(3_000)), write("b.csv", orders(40))], progress=told.append)
    assert {event.file for event in told} == {"a.csv", "b.csv"}
    for name, rows in (("a.csv", 3_000), ("b.csv", 40)):
        events = [event for event in told if event.file == name]
        shares = [event.share for event in events]
        assert shares == sorted(shares)
        assert (shares[0], shares[-1]) == (0.0, 1.0)
        assert [event.rows for event in events] == sorted(event.rows for event in events)
        assert (events[-1].stage, events[-1].rows) == ("done", rows)
        order = list(dict.fromkeys(event.stage for event in events))
        assert order == ["reading", "working out", "storing", "done"]
        assert events[0] == f"Reading {name}"


def test_a_file_that_is_refused_or_there_already_is_told_too(workspace: Workspace, write: Write) -> None:
    told: list[Progress] = []
    with pytest.raises(DataRefused):
        workspace.add([write("notes.pdf", b"%PDF-1.7 nothing")], progress=told.append)
    assert told == ["Reading notes.pdf"]
    path = write("a.csv", orders(40))
    workspace.add([path])
    workspace.add([path], progress=told.append)
    assert (told[-1].stage, told[-1].rows) == ("done", 40)


def test_time_left_follows_from_time_spent() -> None:
    now = [100.0]
    told: list[Progress] = []
    meter = Meter("a.csv", told.append, clock=lambda: now[0])
    for second in range(1, 11):
        now[0] = 100.0 + second
        meter.read(second * 1_000, second / 10)
    early = [event for event in told if event.seconds_left is None]
    later = [event for event in told if event.seconds_left is not None]
    assert len(early) == SAYS_TIME_AFTER  # the first one and that of the first second
    assert later[-1].share == pytest.approx(0.4)  # all is read, which is 40 % of the work
    assert later[-1].seconds_left == pytest.approx(10 / 0.4 * 0.6)
    assert later[-1] == "Reading a.csv: 10,000 rows, 40%, about 15 s left"
    before = len(told)
    now[0] += EVERY / 2
    meter.read(10_001, 1.0)
    assert len(told) == before  # not more often than eyes can follow
    meter.read(9_000, 0.5)
    meter.enter("working out")
    assert (told[-1].rows, told[-1].share) == (10_001, pytest.approx(0.4))
    for _ in range(100):
        now[0] += EVERY
        meter.step()
    assert 0.89 < told[-1].share <= 0.9


class Screen(io.StringIO):
    def __init__(self, terminal: bool) -> None:
        super().__init__()
        self._is = terminal

    def isatty(self) -> bool:
        return self._is


def events(rows: int) -> list[Progress]:
    shares = [0.0, 0.05, 0.11, 0.12, 0.4]
    return [
        *[Progress.of("a.csv", "reading", int(rows * share), share, None) for share in shares],
        Progress.of("a.csv", "done", rows, 1.0, None),
    ]


def test_one_line_that_changes_on_a_terminal() -> None:
    screen = Screen(terminal=True)
    line = ProgressLine(screen)
    for event in events(10):
        line.show(event)
    line.end()
    assert screen.getvalue().count("\n") == 1
    last = screen.getvalue().rstrip("\n").split("\r")[-1]
    assert last.rstrip() == "Read a.csv: 10 rows"
    assert len(last) == len("Reading a.csv: 4 rows, 40%")  # the longer line before is wiped out


def test_plain_lines_elsewhere_and_few_of_them() -> None:
    for rows, lines in ((10, 1), (QUIET_ROWS * 10, 4)):
        screen = Screen(terminal=False)
        line = ProgressLine(screen)
        for event in events(rows):
            line.show(event)
        line.end()
        assert len(screen.getvalue().splitlines()) == lines, screen.getvalue()
        assert "\r" not in screen.getvalue()


def test_a_page_is_told_while_the_work_runs_and_gets_its_result_or_error() -> None:
    from cmo_copilot.ui.pages.taking import Taking

    seen, go = threading.Event(), threading.Event()

    def work(tell: Any) -> str:
        tell(Progress.of("a.csv", "reading", 5, 0.1, None))
        seen.set()
        assert go.wait(10)
        tell(Progress.of("a.csv", "done", 9, 1.0, None))
        return "result"

    taking = Taking(work)
    found = taking.events()
    assert next(found).rows == 5
    assert seen.is_set()
    go.set()
    assert [event.rows for event in found] == [9]
    assert taking.result() == "result"

    def fails(tell: Any) -> None:
        raise DataRefused("No.", "Stop.")

    broken = Taking(fails)
    assert list(broken.events()) == []
    with pytest.raises(DataRefused):
        broken.result()
