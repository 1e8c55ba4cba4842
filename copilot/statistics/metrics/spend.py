"""Declared metrics of advertising: spend, clicks, return on spend, cost per customer and payback."""

from __future__ import annotations

from typing import Final

from copilot.statistics.metrics import Metric

METRICS: Final = (
    Metric("ad_spend", "Ad spend", "money", "sum of cost in the ad reports", "Cost in the loaded ad reports."),
    Metric("ad_impressions", "Impressions", "count", "sum of impressions", "Impressions the platforms report.",
           noun="impressions"),
    Metric("ad_clicks", "Clicks", "count", "sum of clicks", "Clicks the platforms report.", noun="clicks"),
    Metric("ad_conversions", "Conversions the platforms claim", "count", "sum of conversions",
           "Conversions the platforms attribute to themselves; several may claim the same order.",
           noun="conversions"),
    Metric("ad_value", "Sales the platforms claim", "money", "sum of conversion value",
           "Conversion value the platforms attribute to themselves; several may claim the same sale."),
    Metric("ctr", "Click-through rate", "share", "clicks / impressions", "Clicks / impressions, as reported.",
           minimum=30),
    Metric("cpc", "Cost per click", "money", "spend / clicks", "Ad spend / clicks.", minimum=10),
    Metric("cpa", "Cost per claimed conversion", "money", "spend / conversions",
           "Ad spend / conversions the platform claims for itself.", minimum=10),
    Metric("roas", "Return on ad spend the platform claims", "ratio", "attributed revenue / spend",
           "Sales the platform attributes to itself / its spend. Platforms count the same sale twice; it is no proof "
           "that the ad caused it.", minimum=1),
    Metric("cac", "Cost per new customer", "money", "spend / new customers",
           "Ad spend / customers whose first order lies in the same days. All new customers count, also those no ad "
           "brought; the interval is that of the number of new customers (Poisson).", minimum=10),
    Metric("cac_channel", "Cost per new customer of the channel", "money",
           "spend of the channel / new customers whose first order names it",
           "Ad spend of the channel / customers whose first order in the same days came from a source matched to it; "
           "the interval is that of the number of new customers (Poisson).", minimum=10),
    Metric("spend_new_customers", "New customers", "count", "customers with their first order in the days of the spend",
           "Customers whose first order that counts lies in the days the ad reports cover.", noun="customers"),
    Metric("mer", "Net sales per unit of ad spend (MER)", "ratio", "net sales / spend",
           "Net sales of the whole shop / ad spend of the same days; says nothing about cause.", minimum=1),
    Metric("amer", "Net sales of new customers per unit of ad spend", "ratio", "net sales of new customers / spend",
           "Net sales, in the days of the spend, of customers new in them / ad spend.", minimum=1),
    Metric("cost_per_order", "Ad spend per order", "money", "spend / orders",
           "Ad spend / all orders of the same days, also those no ad brought.", minimum=10),
    Metric("margin", "Margin", "share", "1 - cost of goods / sales",
           "1 - cost of goods / (gross sales - discounts) of the product lines with a known cost; shipping, payment "
           "fees and advertising are not taken off."),
    Metric("break_even_roas", "Return on ad spend at which an ad pays", "ratio", "1 / margin",
           "1 / margin: the sales per unit of ad spend at which the margin pays for the ad."),
    Metric("acquired_ltv", "Value per customer within D days", "money",
           "net sales (x margin) within D days of the first order / customers at least D days old",
           "Net sales within D days of the first order (day 0 included) x margin where one is known / customers whose "
           "first order is at least D days old; younger customers are in neither.", minimum=30),
    Metric("ltv_cac", "Value per customer / cost per new customer", "ratio", "LTV at D days / CAC",
           "Value per customer within D days / cost per new customer; interval from both.", minimum=30),
    Metric("payback_days", "Payback", "days", "first day with cumulative value per customer >= CAC",
           "First day after the first order on which the value per customer so far reaches the cost per new customer; "
           "on each day only customers that old count.", minimum=30),
    Metric("needed_margin", "Margin at which customers have paid back", "share", "CAC / net sales per customer",
           "Cost per new customer / net sales per customer within D days: below this margin the cost is not yet back."),
)  # fmt: skip
