"""Spreads a discount that is given by order over the order's lines, by value and to the cent."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from copilot.data.tables import MONEY


def with_share(table: ir.Table, value: ir.Value, discount: ir.Value, place: tuple[str, ...]) -> ir.Table:
    """Add `share`, each line's part of its order's discount; the parts of an order add up to it exactly.

    `table` has order_id and quantity, `value` is what a line is worth, `discount` stands on one or all lines of the
    order, `place` names the columns that order its lines. Lines worth nothing share by pieces.
    """
    names = table.columns
    found = table.mutate(
        s_worth=value.cast("float64").fill_null(0),
        s_pieces=table.quantity.cast("float64").fill_null(1),
        s_given=discount.abs().cast("float64"),
    )
    rows = ibis.window(group_by=found.order_id)
    found = found.mutate(s_all=found.s_worth.sum().over(rows), s_given=found.s_given.max().over(rows).fill_null(0))
    found = found.mutate(s_weight=ibis.ifelse(found.s_all > 0, found.s_worth, found.s_pieces))
    rows = ibis.window(group_by=found.order_id)
    so_far = ibis.window(group_by=found.order_id, order_by=[found[name] for name in place], preceding=None, following=0)
    found = found.mutate(s_whole=found.s_weight.sum().over(rows), s_upto=found.s_weight.sum().over(so_far))
    scale = found.s_given / found.s_whole.nullif(0)
    # Rounding the running sum, not each share, loses no cent.
    share = (scale * found.s_upto).round(2) - (scale * (found.s_upto - found.s_weight)).round(2)
    found = found.mutate(share=ibis.coalesce(share.round(2).cast(MONEY), ibis.literal(0).cast(MONEY)))
    return found.select(*names, "share")
