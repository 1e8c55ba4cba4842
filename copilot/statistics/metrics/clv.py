"""Declared metrics of predicted customer lifetime value: what is expected, how sure, and how good it was before."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

_GIVEN: Final = "given each customer's own history (purchases, time of the last one, time since the first)"

METRICS: Final = (
    Metric(
        "clv_horizon", "Days predicted", "days", "days",
        "Days after the analysis date that are predicted: what was asked, but never longer than the shop's history or "
        "than 365 days.",
    ),
    Metric(
        "clv_customers", "Customers in the prediction", "count", "customers",
        "Known customers with a valid order up to the analysis date. A full prediction takes 500 of them, a "
        "provisional one 250.",
        minimum=250, noun="customers",
    ),
    Metric(
        "clv_repeaters", "Customers who came back on another day", "count", "customers with x > 0",
        "Known customers with orders on two or more days. A full prediction takes 100 of them, a provisional one 50.",
        noun="customers",
    ),
    Metric(
        "clv_third_order", "Customers with orders on three or more days", "count", "customers with x >= 2",
        "Known customers with orders on three or more days; the prediction takes at least one.",
        noun="customers",
    ),
    Metric(
        "clv_history", "Days of history", "days", "analysis date - first order",
        "Days from the first order to the analysis date. The prediction takes 180 days.",
    ),
    Metric(
        "clv_last_order", "Days since the shop's last order", "days", "analysis date - last order",
        "Days from the last order of anybody to the analysis date. The prediction takes an order within 30 days.",
    ),
    Metric(
        "clv_usual_gap", "Usual days between orders", "days", "median gap",
        "Median days between two purchases of a customer. The prediction takes a history of 3 times that.",
    ),
    Metric(
        "clv_spend_correlation", "Rank correlation of order value and number of orders", "number",
        "Spearman(x, z)",
        "Spearman correlation of repeat purchases (x) and their mean value (z) over customers who came back. The model "
        "of order values takes them to be independent; above 0.3 in size it is doubtful.",
    ),
    Metric(
        "clv_subscription_share", "Share of orders marked as subscription", "share",
        "orders with 'subscription' in channel or tags / orders",
        "Orders of known customers whose channel or tags say subscription / all their orders. The model is for people "
        "who may leave unseen; above 50 % it is refused, above 10 % doubted.",
    ),
    Metric(
        "clv_regular_gaps", "Share of gaps within 3 days of the usual gap", "share",
        "gaps within 3 days of the median / gaps",
        "Gaps between purchases that differ from the median by at most 3 days / all gaps. Half or more looks like a "
        "subscription or a fixed plan, which the model does not describe.",
    ),
    Metric(
        "clv_peak_month", "Best month against a usual month", "ratio", "purchases of the best month / median month",
        "Repeat purchases of the strongest whole month / those of the median whole month. From 2 on a season is "
        "likely, and with less than two years of history (730 days) the model cannot tell season from loyalty.",
    ),
    Metric(
        "clv_first_spread", "Days over which customers arrived", "days", "95 % - 5 % quantile of the first day",
        "Days between the 5 % and the 95 % quantile of customers' first order. Below 30 days all are equally old, and "
        "leaving can hardly be told from pausing.",
    ),
    Metric(
        "clv_orders", "Expected purchases", "count", "sum of E[Y(t)]",
        f"Sum over customers of the expected number of days with an order within the horizon, {_GIVEN}: BG/NBD.",
        minimum=250, noun="purchases",
    ),
    Metric(
        "clv_value", "Predicted value", "money", "sum of E[M] x discounted E[Y(t)]",
        "Sum over customers of expected value of an order x expected purchases, month by month, discounted by 10 % a "
        "year: BG/NBD x Gamma-Gamma. Sales, not profit.",
        minimum=250,
    ),
    Metric(
        "clv_value_each", "Predicted value per customer", "money", "predicted value / customers",
        "Predicted value of the coming horizon / customers of today, those who have left included.",
        minimum=250,
    ),
    Metric(
        "clv_order_value", "Expected value of a purchase", "money", "p gamma / (q - 1)",
        "Mean value of a purchase over all customers by the Gamma-Gamma model; fitted to repeat purchases.",
        minimum=50,
    ),
    Metric(
        "clv_active", "Customers expected to be still active", "count", "sum of P(alive)",
        "Sum over customers of the probability that they have not left for good.",
        minimum=250, noun="customers",
    ),
    Metric(
        "clv_active_share", "Share of customers expected to be still active", "share", "sum of P(alive) / customers",
        "Sum over customers of the probability that they have not left for good / customers.",
        minimum=250,
    ),
    Metric(
        "clv_returning", "Customers expected to buy again", "count",
        "sum of P(alive) (1 - ((alpha + T) / (alpha + T + t))^(r + x))",
        f"Sum over customers of the probability of at least one purchase within the time, {_GIVEN}: BG/NBD.",
        minimum=250, noun="customers",
    ),
    Metric(
        "clv_new_orders", "Further purchases of a new customer", "number", "E[X(t)]",
        "Expected purchases of a new customer after the first one, within the horizon from the first purchase: BG/NBD.",
        minimum=250,
    ),
    Metric(
        "clv_new_value", "Value of a new customer beyond the first purchase", "money", "E[X(t)] x E[M]",
        "Expected further purchases of a new customer within the horizon x expected value of a purchase; not "
        "discounted, without the first purchase.",
        minimum=250,
    ),
    Metric(
        "clv_same_names", "Customers high in both rankings", "count", "customers in both",
        "Customers among the 20 that rank highest by predicted value who are also among the 20 of highest value so "
        "far.",
        noun="customers",
    ),
    Metric(
        "clv_historic", "Value so far", "money", "sum of value",
        "Value of the customers' orders up to the analysis date.",
    ),
    Metric(
        "clv_total", "Value so far and predicted", "money", "historic + predicted",
        "Value up to the analysis date + predicted value of the coming horizon.",
    ),
    Metric(
        "clv_contribution", "Predicted contribution", "money", "predicted value x margin",
        "Predicted value of the coming horizon x margin; shipping, payment fees and advertising are not taken off.",
        minimum=250,
    ),
    Metric(
        "clv_contribution_each", "Predicted contribution per customer", "money",
        "predicted value per customer x margin",
        "Predicted value per customer of the coming horizon x margin; shipping, payment fees and advertising are not "
        "taken off.",
        minimum=250,
    ),
    Metric(
        "clv_test_days", "Days held out", "days", "days",
        "Days of the last third of the history, which the tested model did not see.",
    ),
    Metric(
        "clv_test_predicted", "Purchases predicted for the days held out", "count", "sum of E[Y(t)]",
        "Purchases (customer-days) expected in the last third of the history by a model fitted to the first two "
        "thirds; customers of the first two thirds only.",
        noun="purchases",
    ),
    Metric(
        "clv_test_actual", "Purchases that really came", "count", "customer-days",
        "Purchases (customer-days) in the last third of the history by customers of the first two thirds.",
        noun="purchases",
    ),
    Metric(
        "clv_test_error", "Error on the shop's own history", "share", "(predicted - actual) / actual",
        "(predicted - actual purchases) / actual purchases in the days held out. Beyond 30 % the prediction is "
        "withheld.",
    ),
    Metric(
        "clv_test_value_error", "Error in value on the shop's own history", "share", "(predicted - actual) / actual",
        "(predicted - actual value) / actual value of the purchases in the days held out. Beyond 30 % no value is "
        "predicted.",
    ),
    Metric(
        "clv_test_naive_error", "Error of simply going on at each customer's own pace", "share",
        "(x / T x t - actual) / actual",
        "The same error if everybody had gone on at the own rate of the past (purchases after the first / time).",
    ),
    Metric(
        "clv_test_correlation", "Correlation of predicted and actual purchases, customer by customer", "number",
        "Pearson", "Pearson correlation over customers of predicted and actual purchases in the days held out.",
    ),
    Metric(
        "clv_test_mae", "Mean absolute error per customer", "number", "mean |predicted - actual|",
        "Mean over customers of |predicted - actual purchases| in the days held out.",
    ),
    Metric(
        "clv_test_naive_mae", "Mean absolute error per customer of the own pace", "number", "mean |x / T x t - actual|",
        "The same mean if everybody had gone on at the own rate of the past.",
    ),
)  # fmt: skip
