"""Owns how many customers stand behind documents of any combination of flags, without a query for each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import ibis
import ibis.expr.types as ir
import numpy as np
import numpy.typing as npt

from copilot.data.tables import Tables
from copilot.statistics.reconcile.booked import FLAGS, Cube, flag_columns, in_reach
from copilot.statistics.scope import Scope

BITS: Final = 62
_NO_CUSTOMER: Final = -1


@dataclass(frozen=True)
class People:
    """`marks`: which combinations of flags a customer has documents of, one bit each; `customers` have these marks.

    `guests` counts documents without a customer, by combination.
    """

    marks: npt.NDArray[np.uint64]
    customers: npt.NDArray[np.float64]
    guests: npt.NDArray[np.float64]

    def count(self, members: npt.NDArray[np.bool_]) -> float:
        """Customers with a document of any of these combinations; documents without a customer count one each."""
        wanted = np.uint64(sum(1 << int(number) for number in np.flatnonzero(members)))
        return float(self.customers[(self.marks & wanted) > 0].sum() + self.guests[members].sum())


def people(tables: Tables, scope: Scope, cube: Cube) -> People | None:
    """Customers of the scope by the combinations of flags they have; None where there are too many combinations."""
    if len(cube.flags) > BITS:
        return None
    rows = in_reach(tables, scope, reach=0)
    marked = rows.select("customer_no", **flag_columns(rows))
    bit: ir.Value = ibis.literal(0).cast("int64")
    for number, flags in enumerate(cube.flags.itertuples(index=False)):
        same = ibis.literal(True)
        for name in FLAGS:
            same = same & (marked[name] == getattr(flags, name))
        bit = ibis.ifelse(same, ibis.literal(1 << number).cast("int64"), bit)
    marked = marked.mutate(bit=bit)
    known = marked.filter(marked.customer_no.notnull())
    each = known.select("customer_no", "bit").distinct().group_by("customer_no").aggregate(marks=lambda t: t.bit.sum())
    named = each.group_by("marks").aggregate(n=each.count())
    guests = marked.filter(marked.customer_no.isnull()).group_by(marks="bit").aggregate(n=lambda t: t.count())
    both = named.mutate(guest=ibis.literal(False)).union(guests.mutate(guest=ibis.literal(True)))
    frame = tables.frame(both)
    of_guests = np.zeros(len(cube.flags))
    for row in frame[frame["guest"]].itertuples():
        if row.marks:
            of_guests[int(row.marks).bit_length() - 1] = row.n
    customers = frame[~frame["guest"]]
    return People(customers["marks"].to_numpy(dtype=np.uint64), customers["n"].to_numpy(dtype=np.float64), of_guests)
