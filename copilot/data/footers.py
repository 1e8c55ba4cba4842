"""Sets aside rows that are no data: totals below or between the rows, notes at the end, placeholders at either end."""

from __future__ import annotations

import re
from dataclasses import replace
from statistics import median
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.cleaning import number, number_readings
from copilot.data.reading import ROW, RawFile
from copilot.data.report import EXAMPLES_SHOWN, Problem

_LOOKED_AT: Final = 30  # rows at either end
_LABELLED: Final = 500  # rows with a label in one of the first columns
_FIRST_COLUMNS: Final = 3
_LABEL: Final = (
    r"(?i)^(grand |sub[- ]?|sous[- ])?(total|totals|totale|totaal|totaux|summe|somme|gesamt|gesamtsumme|zwischensumme|"
    r"insgesamt|endsumme|suma|razem|og[oó]łem|subtotale|subtotaal|eindtotaal|complessivo|average|durchschnitt|"
    r"mittelwert|moyenne|promedio|media|gemiddelde|średnia)( general| g[eé]n[eé]ral| generale| geral| ogółem)?"
    r"( \S+){0,2}:?$"
)
_BETWEEN: Final = ("total", "totals", "subtotal", "sub-total", "grand total", "summe", "zwischensumme", "gesamt",
                   "sous-total", "subtotale", "subtotaal", "totale", "totaal", "suma", "razem")  # fmt: skip
_NOTE: Final = re.compile(
    r"(?i)^(exported|generated|created|printed|downloaded|report|source|page|copyright|©|\*|exportiert|erstellt am|"
    r"stand:|export[eé]|g[eé]n[eé]r[eé]|generado|generato|wygenerowano|end of|ende der|fin de)"
)
_SPARSE: Final = 0.6
_NEAR: Final = 0.011
_WORD: Final = re.compile(_LABEL)
_NUMBER: Final = re.compile(r"^[^\w]*\d[\d.,'’\s]*\D{0,4}$")


def without_footers(table: ir.Table, raw: RawFile) -> tuple[ir.Table, RawFile]:
    """The table without such rows, and the file with a line in its report for each kind of them.

    A total is a row with a label like `Total`, `Summe` or `Razem` that leaves most cells empty or repeats the sum of
    the column above; or a last row without a label that holds nothing but such sums.
    """
    if raw.rows < _SPARSE * 5 or len(raw.columns) < 2:
        return table, raw
    rows = _looked_at(table, raw)
    usual = median(len(cells) for cells in rows.values())
    totals: dict[int, str] = {}
    notes: dict[int, str] = {}
    fillers: dict[int, str] = {}
    last = max(rows)
    for row, cells in rows.items():
        label = next((cell for cell in cells.values() if _WORD.match(cell)), None)
        sparse = len(cells) <= _SPARSE * usual
        if label is not None and (sparse or _sums(table, row, cells)):
            totals[row] = label
        elif row == last and sparse and len(cells) > 1 and _sums(table, row, cells) == len(cells):
            totals[row] = "a last row of sums"
        elif len(cells) == 1 < usual and _NOTE.match(next(iter(cells.values()))) and row > last - _LOOKED_AT:
            notes[row] = "one cell of text"
        elif _placeholder(list(cells.values())):
            fillers[row] = next(iter(cells.values()))
    found = []
    for code, what, aside in (
        ("total_rows", "rows of totals", totals),
        ("footer_notes", "lines of text below the rows", notes),
        ("placeholder_rows", "rows that repeat one word or count letters", fillers),
    ):
        if aside:
            examples = tuple(f"row {row}: {label}" for row, label in sorted(aside.items())[:EXAMPLES_SHOWN])
            action = "set aside: no row of data"
            found.append(Problem(code=code, what=what, count=len(aside), examples=examples, action=action))
    if not found:
        return table, raw
    gone = [*totals, *notes, *fillers]
    return table.filter(~table[ROW].isin(gone)), replace(raw, problems=(*raw.problems, *found))


def _looked_at(table: ir.Table, raw: RawFile) -> dict[int, dict[str, str]]:
    """Row number -> filled cells, of the rows at both ends and those with a label in one of the first columns."""
    row = table[ROW]
    # A comparison with a few words, not a pattern: this looks at every row of the file.
    labels = [spelled for word in _BETWEEN for spelled in (word, word.capitalize(), word.upper(), word.title())]
    labelled = ibis.or_(*[table[c].isin(labels) for c in raw.columns[:_FIRST_COLUMNS]]).fill_null(False)
    ends = table.filter((row <= _LOOKED_AT) | (row > raw.rows - _LOOKED_AT))
    between = table.filter(labelled & (row > _LOOKED_AT) & (row <= raw.rows - _LOOKED_AT)).limit(_LABELLED)
    found: dict[int, dict[str, str]] = {}
    for part in (ends, between):
        for cells in part.select(ROW, *raw.columns).to_pyarrow().to_pylist():
            number = cells.pop(ROW)
            found[number] = {column: cell for column, cell in cells.items() if cell not in (None, "")}
    return found


def _sums(table: ir.Table, row: int, cells: dict[str, str]) -> int:
    """How many cells of the row are the sum of the cells above them in their column."""
    columns = [column for column, cell in cells.items() if _NUMBER.match(cell)]
    if not columns:
        return 0
    readings = number_readings(table, columns)
    values = [number(table[column], readings[column].style).cast("float64") for column in columns]
    numbered = table.select(ROW, **{f"c{place}": value for place, value in enumerate(values)})
    here = numbered.filter(numbered[ROW] == row).drop(ROW)
    above = numbered.filter(numbered[ROW] < row)
    sums = above.aggregate(**{name: above[name].sum() for name in here.columns})
    own, total = here.to_pyarrow().to_pylist()[0], sums.to_pyarrow().to_pylist()[0]
    return sum(
        own[name] is not None and total[name] is not None and abs(own[name] - total[name]) <= _NEAR and total[name] != 0
        for name in own
    )


def _placeholder(cells: list[str]) -> bool:
    """True for `column,column,column` and `A,B,C,D`."""
    if len(cells) < 4:
        return False
    plain = [cell.lower() for cell in cells]
    if len(set(plain)) == 1:
        return not _NUMBER.match(plain[0])
    letters = [cell for cell in plain if len(cell) == 1 and cell.isalpha()]
    return len(letters) > len(plain) / 2 and len(letters) >= 4 and letters == sorted(set(letters))
