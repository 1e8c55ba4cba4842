"""What a language model is told of a result: figures with their ids, groups large enough, no row about one person."""

from __future__ import annotations

from copilot.data.quote import Quote
from copilot.evidence.wording import format_figure, format_interval, format_period, format_value
from copilot.guide.passage import Passage
from copilot.statistics.result import Chart, Figure, ResultTable
from copilot.tools.base import parts

MAX_ROWS = 30
MAX_LABEL = 80


def tell(result: object, *, smallest_group: int = 10, note: str = "") -> str:
    """A result as short lines: one per figure (`[F3] label = value`), aggregate tables, quotes and passages.

    Figures about fewer than `smallest_group` people are withheld; tables that list people are only named.
    """
    lines = [note] if note else []
    for part in parts(result):
        if isinstance(part, Figure):
            lines.append(_figure(part, smallest_group))
        elif isinstance(part, ResultTable):
            lines += _table(part)
        elif isinstance(part, Chart):
            lines.append(f"{{chart:{part.id}}} = chart '{part.title}' (put on a line of its own to show it)")
        elif isinstance(part, Quote):
            lines.append(f"[{part.id}] customer said ({part.kind}): “{part.text}”")
        elif isinstance(part, Passage):
            lines.append(f"[{part.id}] guide, {part.title}, {part.heading}\n{part.text}")
    return "\n".join(lines)


def _figure(figure: Figure, smallest_group: int) -> str:
    head = f"[{figure.id}] {figure.label} ="
    if _too_small(figure, smallest_group):
        return f"{head} withheld (fewer than {smallest_group} people; the screen shows it)"
    text = f"{head} {format_figure(figure, noun=True)}"
    extra = []
    if figure.low is not None:
        extra.append(f"interval {format_interval(figure)}")
    if figure.n is not None and figure.unit != "count":
        extra.append(f"n {figure.n:,}")
    if figure.period is not None:
        extra.append(format_period(figure.period))
    extra += list(figure.warnings)
    return f"{text} ({'; '.join(extra)})" if extra else text


def _too_small(figure: Figure, smallest_group: int) -> bool:
    people = figure.people
    if people is None and figure.noun in ("customers", "people", "subscribers") and figure.unit == "count":
        people = None if figure.value is None else int(figure.value)
    if people is None and figure.unit in ("share", "money", "days"):
        people = figure.n
    return people is not None and 0 < people < smallest_group


def _table(table: ResultTable) -> list[str]:
    head = f"{{table:{table.id}}} = table '{table.title}', {len(table.rows)} rows (put on a line of its own to show it)"
    if table.personal:
        return [head + "; it lists single customers, so its rows are shown on the screen only"]
    lines = [head, " | ".join(column.label for column in table.columns)]
    for row in table.rows[:MAX_ROWS]:
        cells = []
        for column in table.columns:
            value = row.get(column.key)
            text = (
                str(value)[:MAX_LABEL] if isinstance(value, str) else format_value(value, column.unit, table.currency)
            )
            cells.append(text)
        lines.append(" | ".join(cells))
    if len(table.rows) > MAX_ROWS:
        lines.append(f"... {len(table.rows) - MAX_ROWS} more rows")
    return lines
