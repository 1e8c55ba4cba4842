"""Declared metrics of what is bought: pairs, what follows a product, gateways, one product, reorder cycles."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric(
        "gateway_rate", "Came back after beginning with it", "share",
        "customers with a second order within N days / customers who began with it",
        "Customers whose first order held it and who ordered again within N days / customers whose first order held"
        " it, of those whose first order is at least N days old.",
        minimum=30,
    ),
    Metric(
        "gateway_ratio", "Times as likely to come back", "ratio",
        "repeat rate with it / repeat rate of all other customers",
        "Repeat rate of those who began with it / repeat rate of all other customers.",
        minimum=30,
    ),
    Metric(
        "first_product_value", "Net sales in the first 180 days", "money",
        "mean of net sales within 180 days of the first order",
        "Mean net sales in the 180 days from the first order, of customers whose first order is at least 180 days "
        "old.",
        minimum=30,
    ),
    Metric(
        "pair_leverage", "Share of orders with both beyond chance", "share",
        "n_AB / N - n_A n_B / N^2",
        "Share of orders with both less what chance would give (leverage).",
        minimum=10,
    ),
    Metric(
        "after_share", "Bought it in the next order", "share",
        "customers whose next order held it / customers who came back after the product",
        "Customers whose next order after their first with the product held it, and that order did not / customers "
        "who ordered again after it.",
        minimum=30,
    ),
    Metric(
        "after_ever_share", "Bought it in any later order", "share",
        "customers with it in a later order / customers who came back after the product",
        "Customers with it in any later order, and not in the order of the product / customers who ordered again "
        "after it.",
        minimum=30,
    ),
    Metric(
        "after_lift", "Times as often as after other orders", "ratio",
        "share after the product / share after orders without it",
        "Share of next orders that held it (new against the order before) after the product / after orders without "
        "the product.",
        minimum=30,
    ),
    Metric(
        "after_days", "Days to the next order with it", "days",
        "median days from the order with the product to the next with it",
        "Median days from the first order with the product to the next order, of next orders that held it.",
        minimum=10,
    ),
    Metric(
        "came_back_after", "Ordered again after it", "share",
        "customers with a later order / customers who bought it",
        "Customers with an order after their first with the product / customers who bought it. Recent buyers had "
        "less time.",
        minimum=30,
    ),
    Metric(
        "product_sales", "Gross sales", "money",
        "sum of unit price x quantity",
        "Unit price x quantity of its lines on orders that count.",
    ),
    Metric(
        "product_units", "Units sold", "number",
        "sum of quantities",
        "Quantities of its lines on orders that count.",
    ),
    Metric(
        "product_orders", "Orders with it", "count",
        "distinct orders",
        "Orders that count with a line of it.",
        noun="orders",
    ),
    Metric(
        "product_customers", "Customers", "count",
        "distinct customers",
        "Known customers with a line of it on an order that counts.",
        noun="customers",
    ),
    Metric(
        "product_share", "Share of product sales", "share",
        "its gross sales / gross sales of all products",
        "Its gross sales / gross sales of all product lines.",
        minimum=10,
    ),
    Metric(
        "product_trend", "Sales of the last 90 days against the 90 before", "ratio",
        "sales of the last 90 days / sales of the 90 days before",
        "Gross sales of the 90 days up to the analysis date / of the 90 days before them.",
        minimum=30,
    ),
    Metric(
        "product_discounted", "Orders of it with a discount", "share",
        "discounted orders with it / orders with it",
        "Orders with it that had any discount / orders with it whose file tells.",
        minimum=30,
    ),
    Metric(
        "product_first", "Buyers who began with it", "share",
        "customers whose first order held it / its customers",
        "Customers whose first order held it / customers who bought it.",
        minimum=30,
    ),
    Metric(
        "product_repeat", "Buyers who bought it again", "share",
        "customers with it on two or more days / its customers",
        "Customers who bought it on two or more days / customers who bought it. Recent buyers had less time.",
        minimum=30,
    ),
    Metric(
        "reorder_days", "Days between two purchases of it", "days",
        "median days between days with it, same customer",
        "Median days between two purchases of it by the same customer, of those who bought it again.",
        minimum=10,
    ),
    Metric(
        "reorder_days_all", "Days until half have bought it again", "days",
        "Kaplan-Meier median of the wait after the first purchase",
        "Days after the first purchase of it by which half of its buyers have bought it again, those still waiting "
        "allowed for (Kaplan-Meier).",
        minimum=30,
    ),
    Metric(
        "reorder_by", "Bought it again within a year", "share",
        "Kaplan-Meier share with another purchase within 365 days",
        "Share of buyers with another purchase of it within 365 days of the first, those still waiting allowed for "
        "(Kaplan-Meier).",
        minimum=30,
    ),
    Metric(
        "reorder_due", "Customers due for it", "count",
        "customers whose last purchase of it lies between the 25 % and 90 % quantile of its gaps",
        "Customers who bought it twice or more and whose last purchase of it is longer ago than a quarter, and at "
        "most nine tenths, of the gaps between purchases of it.",
        noun="customers",
    ),
)  # fmt: skip
