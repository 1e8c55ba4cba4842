"""Declared metrics of customers' conduct: kinds, discounts, refunds, and groups not to target."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric(
        "kind_customers", "Customers of the kind", "count",
        "customers of the kind",
        "Customers of the kind by the shop's marks or a strong pattern in their orders.",
        noun="customers",
    ),
    Metric(
        "kind_value", "Value of the customers of the kind", "money",
        "sum of the value of these customers",
        "Value of the customers of the kind, in the scope.",
    ),
    Metric(
        "trade_like", "Customers who look like trade buyers", "count",
        "customers at ten times the typical units and value per order, or in bulk of one product",
        "Customers with ten times the typical units and value per order, or ten times the units and four fifths of "
        "them one product. They shade into the other customers, so they stay in rankings.",
        noun="customers",
    ),
    Metric(
        "test_orders", "Orders marked as tests", "count",
        "orders marked as tests",
        "Orders the export marks as tests; they count nowhere.",
        noun="orders",
    ),
    Metric(
        "free_orders", "Orders without a positive value", "count",
        "orders of zero value",
        "Orders whose lines less discounts come to nothing; they count in no customer figure.",
        noun="orders",
    ),
    Metric(
        "subscription_orders", "Orders placed by subscription", "count",
        "orders marked as placed by subscription",
        "Orders whose channel, tags, code or source say subscription, recurring or the same in another language.",
        noun="orders",
    ),
    Metric(
        "subscription_customers", "Customers with a subscription order", "count",
        "customers with an order marked as placed by subscription",
        "Customers with an order whose channel, tags, code or source say subscription.",
        noun="customers",
    ),
    Metric(
        "discounted_repeat_share", "Share of repeat orders with a discount", "share",
        "discounted orders after the first / orders after the first",
        "Discounted orders after a customer's first / all orders after the first whose file says whether there was "
        "a discount. A welcome code on first orders does not count here.",
        minimum=30,
    ),
    Metric(
        "full_price_ratio", "Share of orders at full price", "share",
        "orders without a discount / orders",
        "Orders without a discount / orders whose file says whether there was one.",
        minimum=30,
    ),
    Metric(
        "deal_seeker_share", "Deal seekers among repeat customers", "share",
        "customers with >= 2 orders of which >= 80 % discounted / customers with >= 2 orders",
        "Customers with two or more orders of which 80 % or more were discounted / customers with two or more "
        "orders. Only where fewer than 60 % of all orders are discounted.",
        minimum=30,
    ),
    Metric(
        "discount_depth", "Typical discount", "share",
        "median of discount / gross of discounted orders",
        "Median over discounted orders of discount / gross sales of the order.",
        minimum=10,
    ),
    Metric(
        "discounted_repeat_orders", "Discounted repeat orders", "count",
        "discounted orders after the first",
        "Orders after a customer's first with a discount.",
        noun="discounted repeat orders",
    ),
    Metric(
        "anyway_low", "Might have come anyway, at least", "share",
        "discounted repeat orders by full-price customers within their rhythm / discounted repeat orders",
        "Discounted repeat orders of customers whose orders until then were all at full price and who came within "
        "the median gap of the shop / discounted repeat orders. Observed; only a random hold-out shows the cause.",
        minimum=30,
    ),
    Metric(
        "anyway_high", "Might have come anyway, at most", "share",
        "discounted repeat orders by customers who also bought at full price / discounted repeat orders",
        "Discounted repeat orders of customers with an order at full price before or after / discounted repeat "
        "orders. Observed; only a random hold-out shows the cause.",
        minimum=30,
    ),
    Metric(
        "anyway_given", "Discount on those orders", "money",
        "sum of discounts of these orders",
        "Discounts on the discounted repeat orders that might have come anyway.",
    ),
    Metric(
        "also_full_price", "Discount users who also bought at full price", "share",
        "customers with a discounted and a full-price order / customers with a discounted order",
        "Customers with both a discounted and a full-price order / customers with a discounted order.",
        minimum=30,
    ),
    Metric(
        "repeat_difference", "Difference of the shares who came back", "share",
        "share of one side - share of the other",
        "Share who ordered again on the first side less that on the other.",
        minimum=30,
    ),
    Metric(
        "repeat_ratio_within_month", "Times as likely to come back, within the same first month", "ratio",
        "Mantel-Haenszel risk ratio over months of the first order",
        "Ratio of the shares who ordered again, compared only between customers with the same first month.",
        minimum=30,
    ),
    Metric(
        "more_to_tell", "Further customers needed to tell", "count",
        "sample size for the difference seen, alpha 0.05, power 0.80, less those there are",
        "Further customers on the smaller side until a difference of the size seen would show (two-sided alpha "
        "0.05, power 0.80).",
        noun="customers",
    ),
    Metric(
        "refund_rate", "Refund rate", "share",
        "orders with a refund / orders",
        "Orders with any amount refunded / orders, of orders at least 30 days old (younger ones may still come "
        "back). A partial refund may be goodwill, not a return.",
        minimum=30,
    ),
    Metric(
        "refund_rate_with", "Refund rate of orders with it", "share",
        "refunded orders with it / orders with it",
        "Orders that held it and had a refund / orders that held it, at least 30 days old. The refund may be for "
        "something else in the order.",
        minimum=30,
    ),
    Metric(
        "return_rate_buyers", "Sent back by its buyers", "share",
        "customers who returned it / customers who bought it",
        "Customers with a line of it on a return document / customers with a line of it on an order.",
        minimum=30,
    ),
    Metric(
        "refund_customers", "Customers with a refund or return", "share",
        "customers with a refund or return / customers",
        "Customers with a refunded order or a return document / customers.",
        minimum=30,
    ),
    Metric(
        "return_documents", "Return documents", "count",
        "return documents",
        "Separate return or credit documents that count.",
        noun="documents",
    ),
    Metric(
        "rate_ratio", "Times the rate of the rest", "ratio",
        "rate / rate of the rest",
        "Rate / rate of all others.",
        minimum=30,
    ),
    Metric(
        "serial_returners", "Serial returners", "share",
        "customers with >= 3 orders who return twice as often as the shop / customers with >= 3 orders",
        "Customers with three or more orders, two or more refunds or returns and at least twice the shop's refunds "
        "per order / customers with three or more orders.",
        minimum=30,
    ),
    Metric(
        "serial_by_chance", "Would look like that by luck", "number",
        "sum of binomial tails at the shop's rate",
        "How many customers would meet the rule if every order came back with the shop's own rate.",
        minimum=30,
    ),
    Metric(
        "serial_refunded", "Refunded to serial returners", "money",
        "sum of their returns",
        "Refunds and returns of the serial returners.",
    ),
    Metric(
        "serial_refund_share", "Share of refunds that went to serial returners", "share",
        "their returns / all customers' returns",
        "Refunds and returns of the serial returners / those of all known customers.",
        minimum=10,
    ),
    Metric(
        "anti_customers", "Customers not to target", "count",
        "customers who meet the rule",
        "Customers who meet the rule.",
        noun="customers",
    ),
    Metric(
        "anti_share", "Share of customers not to target", "share",
        "customers who meet the rule / customers",
        "Customers who meet the rule / all customers.",
        minimum=10,
    ),
    Metric(
        "anti_discounts", "Discounts given to them", "money",
        "sum of their discounts",
        "Discounts on all orders of these customers.",
    ),
    Metric(
        "anti_returns", "Refunded to them", "money",
        "sum of their returns",
        "Refunds and returns of these customers.",
    ),
    Metric(
        "anti_loss", "Lost on them", "money",
        "cost of goods kept - net sales",
        "Cost of the goods these customers kept less what they paid for them; goods that came back "
        "are not counted as sold again.",
    ),
)  # fmt: skip
