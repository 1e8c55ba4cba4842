"""Several rows of one thing -> one row: each column from the first row that has it, without a state for each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import reduce
from operator import add

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import Upload, stowed
from copilot.data.text_rows import ROW


def first_filled(
    upload: Upload, rows: ir.Table, key: str, columns: Iterable[str], also: Mapping[str, ir.Value]
) -> ir.Table:
    """One row a `key`: each of `columns` from its first row (by number) that is not null, and the aggregates `also`.

    Nearly always the first row has all there is. So it is taken whole, and only for keys whose later rows fill in
    something are those looked at: an aggregate with a first value for each column needs many times the memory.
    """
    names = list(columns)
    bits = [ibis.ifelse(rows[name].notnull(), 1 << place, 0).cast("int64") for place, name in enumerate(names)]
    filled = reduce(add, bits)
    heads = stowed(
        upload,
        rows.group_by(key).aggregate(
            first_row=rows[ROW].min(), had=filled.argmin(rows[ROW]), known=filled.bit_or(), **also
        ),
    )
    first = rows.select(r_row=rows[ROW], **{name: rows[name] for name in names if name != key})
    whole = heads.join(first, heads.first_row == first.r_row).drop("r_row", "had", "known", "first_row")
    lacking = heads.filter(heads.known != heads.had).select(lacking=heads[key])
    if not int(lacking.count().execute()):
        return whole
    later = rows.semi_join(lacking, rows[key] == lacking.lacking)
    # Without `where` the engine gives the first row's cell even where it is empty.
    firsts = {f"l_{n}": later[n].argmin(later[ROW], where=later[n].notnull()) for n in names}
    found = later.group_by(l_key=later[key]).aggregate(**firsts)
    both = whole.left_join(found, whole[key] == found.l_key)
    complete = {name: ibis.coalesce(both[name], both[f"l_{name}"]) for name in names}
    return both.mutate(**complete).drop("l_key", *[f"l_{name}" for name in names])
