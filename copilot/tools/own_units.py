"""Writes the rows of a table in their own units, where one column holds figures of several kinds."""

from __future__ import annotations

from copilot.evidence.wording import format_value
from copilot.statistics.result import ResultTable


def in_own_units(table: ResultTable) -> ResultTable:
    """The table with each row written in the unit its `unit` names, since a column can hold only one.

    A table without such a column stays as it is; a column of shares stays one in every row.
    """
    if all(column.key != "unit" for column in table.columns):
        return table
    units = {column.key: "share" for column in table.columns if column.unit == "share"}
    columns = tuple(column.model_copy(update={"unit": "text"}) for column in table.columns if column.key != "unit")
    rows = tuple(
        {
            column.key: (
                format_value(row[column.key], units.get(column.key, str(row["unit"])), table.currency)
                if isinstance(row[column.key], (int, float))
                else row[column.key]
            )
            for column in columns
        }
        for row in table.rows
    )
    return table.model_copy(update={"columns": columns, "rows": rows})
