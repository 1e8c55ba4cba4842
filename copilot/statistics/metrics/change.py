"""Declared metrics of a change of sales between two periods: the change, its parts, and how usual it is."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric("sales_change", "Change of net sales", "money", "net sales of the period - net sales of the one before",
           "Net sales of the period minus net sales of the period it is compared with."),
    Metric("sales_change_share", "Change of net sales, relative", "share", "change / net sales of the period before",
           "Change of net sales / net sales of the period it is compared with."),
    Metric("change_part", "Part of the change", "money", "Shapley value of the factor",
           "What this factor contributes to the change of net sales: its effect averaged over all orders in which the "
           "factors could have moved (Shapley decomposition, Shorrocks 2013). All parts add up to the change exactly."),
    Metric("change_level", "Change of net sales of the level", "money", "net sales after - net sales before",
           "Net sales of the level in the period minus those in the period it is compared with."),
    Metric("change_customers", "Customers with an order", "count", "distinct customers with a valid order",
           "Known people with at least one order that counts in the period.", noun="customers"),
    Metric("change_frequency", "Orders per customer", "ratio", "orders / customers",
           "Orders of known customers in the period / customers with an order in it.", minimum=10),
    Metric("change_units", "Units per order", "ratio", "units on product lines / orders",
           "Units on product lines of known customers' orders / their orders.", minimum=10),
    Metric("change_price", "Average price of a unit", "money", "sales on product lines / units",
           "Gross sales on product lines / units on them; moves with prices and with what is bought (mix).",
           minimum=10),
    Metric("change_basket", "Gross sales per order", "money", "gross sales / orders",
           "Gross sales of known customers' orders / their orders.", minimum=10),
    Metric("change_discount", "Discounts as a share of gross sales", "share", "discounts / gross sales",
           "Discounts on known customers' orders / their gross sales."),
    Metric("change_returns", "Returns as a share of sales", "share", "returns booked in the period / demand sales",
           "Returns and refunds of known customers booked in the period / their gross sales - discounts in it."),
    Metric("change_group_customers", "Customers of the kind", "count", "distinct customers with a valid order",
           "Customers of this kind with an order in the period.", noun="customers"),
    Metric("change_group_value", "Net sales per customer of the kind", "money", "net sales / customers",
           "Net sales of these customers in the period / these customers.", minimum=10),
    Metric("period_days", "Days of the period", "days", "last day - first day + 1", "Days of the period."),
    Metric("usual_change", "Usual change from one period to the next", "share", "median of |change / sales before|",
           "Median size of the change of net sales (per day, up or down) between earlier periods as long and as far "
           "apart as these.", minimum=6),
    Metric("as_large_changes", "Earlier changes at least as large", "share", "earlier changes as large / all earlier",
           "Earlier changes, between periods as long and as far apart, at least as large, up or down / all of them.",
           minimum=6),
)  # fmt: skip
