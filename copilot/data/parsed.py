"""Workbooks and Parquet files as text: parsed by a process of its own, with what is to be said about them."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from copilot.data.formats.synonyms import SYNONYMS
from copilot.data.limits import Limits, in_child
from copilot.data.privacy import scrub_text
from copilot.data.report import EXAMPLES_SHOWN, Problem

WORKBOOK: Final = "a workbook"


def sheets_of(source: Path, name: str, limits: Limits) -> dict[str, Any]:
    """`shown` and `hidden`: names of the sheets of a workbook. Nothing but its table of contents is read."""
    return in_child("sheet_child.py", {"task": "list", "source": str(source)}, name, WORKBOOK, limits)


def sheet_text(source: Path, target: Path, name: str, sheet: str | None, limits: Limits) -> list[Problem]:
    """Write a sheet of a workbook as CSV to `target`: the one named, else the longest that is shown."""
    known = sorted({name for names in SYNONYMS.values() for name in names})
    request = {"task": "read", "source": str(source), "target": str(target), "sheet": sheet, "names": known}
    found = in_child("sheet_child.py", request, name, WORKBOOK, limits)
    with source.open("rb") as stream:
        old = stream.read(4) == b"\xd0\xcf\x11\xe0"
    if old:
        request = {"source": str(source), "position": found["position"]}
        counts = in_child("old_sheet_child.py", request, name, WORKBOOK, limits)
        found |= {code: found[code] + count for code, count in counts.items()}
    return _said(found)


def parquet_text(source: Path, target: Path, name: str, limits: Limits) -> tuple[list[str], int, list[Problem]]:
    """Write a Parquet file with all columns as text to `target`; gives the columns, the number of rows, what to say."""
    request = {"source": str(source), "target": str(target)}
    found = in_child("parse_child.py", request, name, "Parquet", limits)
    notes = []
    if found["nested"]:
        notes.append(_note("nested_columns", "columns with lists or records", len(found["nested"]), "not read"))
    return found["columns"], int(found["rows"]), notes


def _said(found: dict[str, Any]) -> list[Problem]:
    """What the user should know about how a sheet was read."""
    said = []
    if found["first"] and found["hidden"]:
        hidden = [scrub_text(sheet) for sheet in found["hidden"]]
        said.append(_note("hidden_sheets", "hidden sheets", len(hidden), "not read; unhide them if they count", hidden))
    if found["others"]:
        others = [scrub_text(sheet) for sheet in found["others"]]
        action = f"read the longest, {scrub_text(found['sheet'])!r}"
        said.append(_note("sheets", "other sheets", len(others), action, others))
    if found["first"] and found["macros"]:
        said.append(_note("macros", "macros in the workbook", 1, "not opened; only the cells were read"))
    if found["first"] and found["links"]:
        action = "not opened; the values stored with the cells were read"
        said.append(_note("links", "links to other workbooks", found["links"], action))
    if found["joined"]:
        names = [scrub_text(column) for column in found["joined"] if column]
        said.append(_note("joined_names", "column names on two lines", 1, "joined into one", names))
    if found["filled"]:
        action = "their value stands in each of their rows; amounts count once"
        said.append(_note("merged_cells", "cells merged over several rows", found["filled"], action))
    if found["formulas"] - found["no_value"] > 0:
        action = "the values stored with them were read; nothing was calculated"
        said.append(_note("formulas", "cells with formulas", found["formulas"] - found["no_value"], action))
    if found["no_value"]:
        action = "left empty; open the workbook in a spreadsheet, save it and add it again"
        said.append(_note("formulas_without_value", "formulas without a stored value", found["no_value"], action))
    if found["faults"]:
        said.append(_note("error_cells", "cells with an error such as #N/A", found["faults"], "left empty"))
    return said


def _note(code: str, what: str, count: int, action: str, examples: list[str] | None = None) -> Problem:
    return Problem(code=code, what=what, count=count, examples=tuple((examples or [])[:EXAMPLES_SHOWN]), action=action)
