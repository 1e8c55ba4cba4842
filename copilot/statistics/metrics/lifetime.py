"""Declared metrics of customers over time: waits, cohorts, value by age, movement between groups and stages."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric(
        "waits", "Waits for a next order", "count", "customer-days with an order, of that number",
        "Days with an order after which a next one could follow, finished waits and open ones.", noun="waits",
    ),
    Metric(
        "next_order_wait", "Days until a share has ordered again", "days", "smallest t with 1 - S(t) >= q",
        "Days after an order by which that share of customers has ordered again (Kaplan-Meier: customers who have not "
        "come back yet count as far as they have been seen).", minimum=30,
    ),
    Metric(
        "no_second_order", "No second order", "share", "Kaplan-Meier survival after the first order",
        "Share of customers without a second order on another day by then (Kaplan-Meier).", minimum=30,
    ),
    Metric(
        "due", "Customers by when the next order is expected", "count", "customers in that state",
        "Expected window of the next order: the 25th to 75th percentile of the wait. From three gaps on a customer's "
        "own quantile drawn towards the shop's, w own + (1 - w) shop with w = n / (n + 3); else the Kaplan-Meier curve "
        "of customers with as many orders.", noun="customers",
    ),
    Metric(
        "due_value", "What they have spent so far", "money", "sum of customers' value",
        "Value so far of the customers in that state.",
    ),
    Metric(
        "cohort_size", "Customers of the cohort", "count", "customers by month of first order",
        "Customers whose first order that counts falls in the cohort.", noun="customers",
    ),
    Metric(
        "cohort_retention", "Ordered in month k after the first", "share",
        "customers ordering in month k / customers of the cohorts observed for k whole months",
        "Distinct customers with an order in the k-th calendar month after that of their first order / all customers "
        "of cohorts for which that month has ended.", minimum=30,
    ),
    Metric(
        "cohort_repurchase", "Ordered at least twice by the end of month k", "share",
        "customers with >= 2 orders by end of month k / customers of the cohorts observed for k whole months",
        "Customers with two or more orders by the end of the k-th calendar month after that of the first / all "
        "customers of cohorts for which that month has ended. It only rises.", minimum=30,
    ),
    Metric(
        "cohort_repeat_orders", "Repeat orders per customer by the end of month k", "ratio",
        "orders after the first by end of month k / customers",
        "Orders after the first one, up to the end of the k-th calendar month after that of the first / customers of "
        "cohorts for which that month has ended. 2.0 means three orders on average.", minimum=30,
    ),
    Metric(
        "cohort_backfilled", "Ordered in month k or later", "share",
        "customers with an order in month k or later / customers of the cohort",
        "Customers with an order in the k-th month or any later one / customers. Earlier cells rise in hindsight: not "
        "comparable with retention.", minimum=30,
    ),
    Metric(
        "cohort_value", "Value per customer by the end of month k", "money",
        "cumulative value by end of month k / customers",
        "Value of all orders up to the end of the k-th calendar month after that of the first / customers of cohorts "
        "for which that month has ended.", minimum=30,
    ),
    Metric(
        "cohort_change", "Newer cohorts against older ones", "number",
        "share of newer half of cohorts - share of older half, at equal age",
        "Share in the newer half of the cohorts minus that in the older half, at the same month after the first order "
        "(Newcombe 95 %), in percentage points / 100.", minimum=30,
    ),
    Metric(
        "ltv", "Value per customer within D days", "money",
        "value within D days of the first order / customers whose first order is >= D days ago",
        "Value within D days of the first order (day 0 = its calendar day) / customers whose first order is at least D "
        "days before the analysis date. Younger customers are in neither.", minimum=30,
    ),
    Metric(
        "ltv_same_customers", "Value per customer within D days, same customers at every age", "money",
        "value within D days / customers old enough for the longest age",
        "As value per customer within D days, but only of customers old enough for the longest age shown, so that the "
        "ages compare.", minimum=30,
    ),
    Metric(
        "ltv_contribution", "Contribution per customer", "money", "value within D days x margin",
        "Value per customer within D days of the first order x margin; shipping, payment fees and advertising are not "
        "taken off.", minimum=30,
    ),
    Metric(
        "group_entered", "Came into the group", "count", "customers now in the group who were not before",
        "Customers in the group now who were in another one, or in none, at the earlier date.", noun="customers",
    ),
    Metric(
        "flow", "Moved from one group to another", "count", "customers in A then and in B now",
        "Customers in one group at the earlier date and in the other at the later one.", noun="customers",
    ),
    Metric(
        "flow_share", "Share that moved", "share", "in A then and in B now / in A then",
        "Of those in the group at the earlier date, the share in the other at the later date.", minimum=30,
    ),
    Metric(
        "flow_value", "Value of those who moved", "money", "sum of value at the later date",
        "Value up to the later date of the customers who moved.",
    ),
    Metric(
        "capture_rate", "Visitors who became subscribers", "share", "new subscribers / new visitors, 30 days",
        "People who subscribed in the 30 days up to the analysis date / visitors first seen in them. Two systems "
        "count: an orientation, not a measurement.", minimum=30,
    ),
    Metric(
        "first_purchase_rate", "Subscribers who bought within N days", "share",
        "first order within N days of subscribing / subscribers of at least N days ago",
        "People with a first order 1 to N days after they subscribed / people who subscribed at least N days before "
        "the analysis date and had not ordered by that day. Who registers while ordering is in neither.", minimum=30,
    ),
    Metric(
        "checkout_rate", "Checkouts that became orders", "share", "visits with an order / visits with a checkout",
        "Visits of the web data with an order / visits in which a checkout was started.", minimum=30,
    ),
    Metric(
        "activity_step", "Customers who went from one activity to another in 30 days", "share",
        "in A at the start and in B 30 days later / in A at the start",
        "Customers in the first state at the start of a span of 30 days who are in the second at its end / customers "
        "in the first at the start; spans pooled.", minimum=30,
    ),
    Metric(
        "reactivation_rate", "Lapsed customers who ordered again within 90 days", "share",
        "lapsed 90 days ago with an order since / lapsed 90 days ago",
        "Of the customers who were lapsed 90 days before the analysis date, those with an order since. What a campaign "
        "adds needs a hold-out to tell.", minimum=30,
    ),
)  # fmt: skip
