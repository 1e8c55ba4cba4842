"""TikTok Ads Manager reports: a row a day and campaign, `Total of n results` at the end."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.ad_reports import AdReport
from copilot.data.formats.platform import Columns, signature

COLUMNS: Final[Columns] = {
    "day": ("By Day", "Date", "Day", "Stat time day"),
    "campaign": ("Campaign name", "Campaign"),
    "spend": ("Cost", "Total cost", "Spend"),
    "currency": ("Currency",),
    "impressions": ("Impressions", "Impression"),
    "clicks": ("Clicks (destination)", "Destination clicks", "Clicks (all)", "Clicks"),
    "conversions": ("Complete payment", "Purchases (website)", "Purchases", "Total complete payment", "Conversions"),
    "conversion_value": ("Total complete payment value", "Complete payment value", "Purchase value (website)",
                         "Total purchase value"),
}  # fmt: skip
_OWN: Final = ("by day", "clicks (destination)", "ctr (destination)", "cpc (destination)", "complete payment",
               "total complete payment value", "video views", "2-second video views", "6-second video views",
               "complete payment roas", "purchases (website)")  # fmt: skip

TIKTOK_ADS: Final = AdReport(
    name="TikTok Ads Manager",
    channel="TikTok",
    columns=COLUMNS,
    header=signature("campaign name", "cost", some=_OWN, least=1),
)
