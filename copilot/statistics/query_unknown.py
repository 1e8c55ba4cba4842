"""Says which metrics the files cannot tell, so that a missing column is unknown and never zero."""

from __future__ import annotations

from dataclasses import replace

from copilot.errors import CannotAnswer
from copilot.statistics.metrics import Metric
from copilot.statistics.query_frame import COST_METRICS
from copilot.statistics.query_rows import Selection, costed, everything, line_rows
from copilot.statistics.query_sessions import unknown_of_sessions
from copilot.statistics.scope import documents

_ASK_RETURNS = (
    "Ask for the share of refunded orders by product (of the orders with it, how many had any refund), or upload "
    "returns with their lines."
)
_REFUNDS = ("refunded_order_share", "line_refunded_order_share")
_DISCOUNTS = ("discounts", "discount_rate")


def unknown_metrics(selection: Selection, metrics: tuple[Metric, ...]) -> dict[str, str]:
    """Metric id -> why the files cannot tell it, for those asked for. Raises CannotAnswer for returns by product
    where no return document has lines, and for margins without any cost.
    """
    asked = {one.id for one in metrics}
    found: dict[str, str] = {}
    if asked & {"shipping", "taxes", "units", "units_per_order", *_REFUNDS, *_DISCOUNTS}:
        found |= _of_documents(selection, asked)
    found |= unknown_of_sessions(selection, asked)
    if asked & {"line_returns", "line_return_rate"} and not _return_lines(selection):
        raise CannotAnswer(
            "Returns cannot be split by product here: refunds are booked on whole orders, not on their lines.",
            _ASK_RETURNS,
            code="no_return_lines",
        )
    if asked & set(COST_METRICS) and selection.margin is None and not _costs(selection):
        raise CannotAnswer(
            "No costs are in the data, so there is no margin to compute.",
            "Add a product list with a cost per item, or say the shop's margin with COPILOT_MARGIN (for example 0.4).",
            code="no_costs",
        )
    return found


def cost_warnings(selection: Selection, metrics: tuple[Metric, ...]) -> tuple[str, ...]:
    """Of how much of the sales the cost is known, and that the rest rests on the user's word; empty if not asked."""
    if not any(one.id in COST_METRICS for one in metrics):
        return ()
    lines = costed(replace(selection, margin=None), line_rows(selection, ()))
    sums = lines.aggregate(
        known=lines.line_sales.sum(where=lines.valid & lines.line_cost.notnull()).cast("float64"),
        sales=lines.line_sales.sum(where=lines.valid).cast("float64"),
    )
    row = selection.tables.frame(sums).iloc[0]
    share = float(row["known"]) / float(row["sales"]) if row["sales"] and row["known"] == row["known"] else 0.0
    if share >= 0.9995:
        return ()
    known = f"the cost of {100 * share:.0f} % of product sales is known"
    if selection.margin is None:
        return (f"{known}; the rest is left out",)
    return (f"{known}; for the rest the margin you stated is used ({100 * selection.margin:g} %)",)


def _of_documents(selection: Selection, asked: set[str]) -> dict[str, str]:
    rows = documents(selection.tables, everything(selection.scope))
    counts = rows.aggregate(
        shipping=rows.shipping_known.sum().fill_null(0),
        taxes=rows.taxes_known.sum().fill_null(0),
        units=rows.units.count(),
        refunded=(rows.valid & (rows.returns > 0)).sum().fill_null(0),
        returned=(rows.kind == "return").sum().fill_null(0),
        discounted=rows.discounted.fill_null(False).sum().fill_null(0),
        taken_off=(rows.discounts > 0).sum().fill_null(0),
    )
    known = selection.tables.frame(counts).iloc[0]
    reasons = {
        name: f"the files have no column for {name}" for name in ("shipping", "taxes", "units") if not known[name]
    }
    if "units" in reasons:
        reasons["units_per_order"] = reasons["units"]
    if known["returned"] and not known["refunded"]:
        reason = "returns are documents of their own in this data, not linked to their order"
        reasons |= dict.fromkeys(_REFUNDS, reason)
    if known["discounted"] and not known["taken_off"]:
        reasons |= dict.fromkeys(_DISCOUNTS, "the files say which orders were discounted and not by how much")
    return {name: reason for name, reason in reasons.items() if name in asked}


def _return_lines(selection: Selection) -> bool:
    rows = documents(selection.tables, everything(selection.scope))
    items = selection.tables.order_items
    lines = items.semi_join(rows.filter(rows.kind == "return"), "order_id").limit(1)
    return len(selection.tables.frame(lines.select("order_id"))) > 0


def _costs(selection: Selection) -> bool:
    items, products = selection.tables.order_items, selection.tables.products
    found = items.filter(items.cost.notnull()).select("sku").limit(1)
    listed = products.filter(products.cost.notnull()).select("sku").limit(1)
    return len(selection.tables.frame(found)) + len(selection.tables.frame(listed)) > 0
