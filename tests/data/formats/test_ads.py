"""Ad reports of Meta, Google and TikTok: sums by hand, totals left out, periods spread over days, refusals."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from copilot.data.formats.report_period import stated_period
from copilot.errors import DataRefused
from copilot.statistics.acquisition.reports import ad_reports
from copilot.statistics.scope import Scope
from tests.data.formats.loading import Shop, lines, rows

META = (
    "Reporting starts,Reporting ends,Campaign name,Ad set name,Ad name,Campaign delivery,Attribution setting,Results,"
    "Result indicator,Reach,Frequency,Cost per results,Amount spent (USD),Impressions,"
    '"CPM (cost per 1,000 impressions) (USD)",Link clicks,CPC (cost per link click) (USD),'
    "CTR (link click-through rate),Clicks (all),CTR (all),CPC (all) (USD),Landing page views"
)
GOOGLE = (
    "Campaign status,Campaign,Budget,Budget name,Budget type,Currency code,Status,Status reasons,Optimization score,"
    "Campaign type,Bid strategy type,Impr.,Clicks,CTR,Avg. CPC,Cost,Conversions,Conv. value"
)
SPEND = ("day", "channel", "campaign", "cost", "currency", "impressions", "clicks", "conversions", "conversion_value")


def save(folder: Path, text: str, name: str = "report.csv", encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_text(text, encoding=encoding)
    return path


def sums(shop: Shop) -> dict[str, Any]:
    spend = shop.tables.spend
    names = ("cost", "impressions", "clicks", "conversions", "conversion_value")
    return spend.aggregate(**{name: spend[name].sum() for name in names}).to_pyarrow().to_pylist()[0]


def meta_row(day: str, campaign: str, spent: str, rest: dict[str, str] | None = None) -> str:
    cells = {"results": "", "indicator": "", "shown": "100", "links": "", "all": "9", "end": day} | (rest or {})
    return (
        f"{day},{cells['end']},{campaign},set,ad,active,7-day click,{cells['results']},{cells['indicator']},90,1.1,,"
        f"{spent},{cells['shown']},,{cells['links']},,,{cells['all']},,,1"
    )


def test_meta_by_day_with_a_summary_row(tmp_path: Path) -> None:
    bought = {"results": "3", "indicator": "actions:offsite_conversion.fb_pixel_purchase", "links": "5"}
    shown = {"results": "40", "indicator": "actions:link_click", "links": ""}
    text = lines(
        META,
        meta_row("2024-05-01", "", "35.75", {"shown": "300", "all": "27"}),  # the summary row comes first
        meta_row("2024-05-01", "Spring", "10.50", bought),
        meta_row("2024-05-02", "Spring", "20.25", bought),
        meta_row("2024-05-02", "Teas", "5.00", shown),
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text, encoding="utf-8-sig"))
    assert (shop.report.format, shop.report.role, shop.report.kept) == ("Meta Ads Manager", "spend", 3)
    assert shop.problems()["total_rows"] == 1
    assert rows(shop.tables.spend, *SPEND) == [
        (date(2024, 5, 1), "Meta", "Spring", 10.5, "USD", 100, 5, 3.0, None),
        (date(2024, 5, 2), "Meta", "Spring", 20.25, "USD", 100, 5, 3.0, None),
        (date(2024, 5, 2), "Meta", "Teas", 5.0, "USD", 100, None, None, None),  # link clicks are no sales
    ]
    assert ad_reports(shop.tables, Scope()).total.cost.value == pytest.approx(35.75)


def test_meta_without_days_is_spread_and_said(tmp_path: Path) -> None:
    row = meta_row("2024-05-01", "Spring", "10.00", {"end": "2024-05-03", "shown": "100", "links": "7"})
    shop = Shop(tmp_path / "home", save(tmp_path, lines(META, row)))
    found = rows(shop.tables.spend, "day", "impressions", "clicks")
    assert [day for day, _, _ in found] == [date(2024, 5, 1), date(2024, 5, 2), date(2024, 5, 3)]
    assert sum(shown for _, shown, _ in found) == 100
    assert sum(clicks for _, _, clicks in found) == 7
    assert sums(shop)["cost"] == Decimal(10)  # to the cent, though a third of it is no number of cents
    assert shop.problems()["spread"] == 1
    assert any("spread evenly" in note for note in shop.tables.facts.notes)


def test_meta_in_french_with_decimal_commas(tmp_path: Path) -> None:
    text = lines(
        "Jour;Nom de la campagne;Montant dépensé (EUR);Impressions",
        "25/05/2024;Printemps;1 234,56;10 000",
        "26/05/2024;Printemps;0,44;1 000",
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text))
    assert shop.report.format == "Meta Ads Manager"
    assert rows(shop.tables.spend, "day", "cost", "currency", "impressions") == [
        (date(2024, 5, 25), 1234.56, "EUR", 10000),
        (date(2024, 5, 26), 0.44, "EUR", 1000),
    ]


def google_row(campaign: str, cells: str, status: str = "Enabled") -> str:
    return f"{status},{campaign},10.00,B,Daily,EUR,Eligible,,--,Search,Maximize clicks,{cells}"


def test_google_with_title_period_and_totals(tmp_path: Path) -> None:
    text = lines(
        "Campaign report",
        '"September 1, 2024 - September 30, 2024"',
        GOOGLE,
        google_row("Brand", '"10,000",500,5.00%,0.60,"1,300.00",12.00,"2,600.50"'),
        google_row("Shoes", '"2,000",100,5.00%,0.16,16.14,--,--'),
        google_row("--", '"12,000",600,5.00%,2.19,"1,316.14",12.00,"2,600.50"', "Total: Campaigns"),
        google_row("--", '"12,000",600,5.00%,2.19,"1,316.14",12.00,"2,600.50"', "Total: Account"),
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text))
    assert shop.report.format == "Google Ads"
    assert shop.problems()["total_rows"] == 2
    found = sums(shop)
    assert found["cost"] == Decimal("1316.14")
    assert (found["impressions"], found["clicks"]) == (12000, 600)
    assert found["conversions"] == pytest.approx(12)
    assert found["conversion_value"] == Decimal("2600.50")
    days = rows(shop.tables.spend, "day")
    assert (min(days), max(days), len(days)) == ((date(2024, 9, 1),), (date(2024, 9, 30),), 60)


def test_google_by_day_in_german(tmp_path: Path) -> None:
    text = lines(
        "Kampagnenbericht",
        '"1. Mai 2024 - 2. Mai 2024"',
        "Tag,Kampagne,Währungscode,Kosten,Impr.,Klicks",
        '2024-05-01,Marke,EUR,"1.234,56",1.000,50',
        '2024-05-02,Marke,EUR,"65,44",500,5',
        'Gesamt: Konto,--,EUR,"1.300,00",1.500,55',
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text))
    assert rows(shop.tables.spend, "day", "channel", "cost", "impressions", "clicks") == [
        (date(2024, 5, 1), "Google", 1234.56, 1000, 50),
        (date(2024, 5, 2), "Google", 65.44, 500, 5),
    ]


def test_google_of_all_time_is_refused_with_advice(tmp_path: Path) -> None:
    text = lines("Campaign report", "All time", GOOGLE, google_row("Brand", "10,5,5.00%,0.60,3.00,1.00,2.00"))
    with pytest.raises(DataRefused, match="split by day"):
        Shop(tmp_path / "home", save(tmp_path, text))


def test_tiktok_with_a_total_at_the_end(tmp_path: Path) -> None:
    text = lines(
        "Campaign name,By Day,Cost,Impressions,Clicks (destination),Complete payment,Total complete payment value,"
        "Currency",
        "Dance,2024-05-01,12.30,900,30,2,80.00,USD",
        "Dance,2024-05-02,7.70,100,10,1,20.00,USD",
        "Total of 2 results,-,20.00,1000,40,3,100.00,USD",
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text))
    assert shop.report.format == "TikTok Ads Manager"
    assert rows(shop.tables.spend, *SPEND) == [
        (date(2024, 5, 1), "TikTok", "Dance", 12.3, "USD", 900, 30, 2.0, 80.0),
        (date(2024, 5, 2), "TikTok", "Dance", 7.7, "USD", 100, 10, 1.0, 20.0),
    ]


def test_any_table_of_spend_blank_costs_and_spellings(tmp_path: Path) -> None:
    text = lines(
        "Ad date,Campaign name,Cost,Clicks",
        "13-11-2024,Winter Sale 2024,10.00,5",
        "14-11-2024,winter_sale_2024,,3",
        "15-11-2024,Wintr Sale 2024,2.00,1",
        "16-11-2024,Winter Sale 2023,1.00,1",
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text, "google_ads.csv"))
    assert rows(shop.tables.spend, "day", "channel", "campaign", "cost", "clicks") == [
        (date(2024, 11, 13), "Google", "Winter Sale 2024", 10.0, 5),
        (date(2024, 11, 14), "Google", "Winter Sale 2024", None, 3),  # its clicks count, its cost is unknown
        (date(2024, 11, 15), "Google", "Wintr Sale 2024", 2.0, 1),  # perhaps a slip, perhaps not: kept apart
        (date(2024, 11, 16), "Google", "Winter Sale 2023", 1.0, 1),
    ]
    found = shop.problems()
    assert (found["no_cost"], found["campaign_spellings"], found["similar_campaigns"]) == (1, 1, 2)
    assert ad_reports(shop.tables, Scope()).total.cost.value == pytest.approx(13)


def test_months_are_spread_over_their_days(tmp_path: Path) -> None:
    shop = Shop(tmp_path / "home", save(tmp_path, lines("Month,Spend", "2025-01,1000", "2025-02,1150"), "ads.csv"))
    spend = shop.tables.spend
    by_month = spend.group_by(month=spend.day.truncate("M")).aggregate(cost=spend.cost.sum(), days=spend.count())
    assert rows(by_month, "cost", "days") == [(1000.0, 31), (1150.0, 28)]


def test_the_same_days_again_replace_and_other_platforms_do_not(tmp_path: Path) -> None:
    head = "date,campaign_name,spend,clicks"
    old = save(tmp_path, lines(head, "2024-01-15,brand,10,1", "2024-01-16,brand,10,1"), "meta_old.csv")
    new = save(tmp_path, lines(head, "2024-01-16,brand,12,1", "2024-01-17,brand,10,1"), "meta_new.csv")
    other = save(tmp_path, lines(head, "2024-01-16,brand,100,1"), "google.csv")
    shop = Shop(tmp_path / "home", old, new, other)
    assert sums(shop)["cost"] == Decimal(10 + 12 + 10 + 100)


@pytest.mark.parametrize(
    ("line", "period"),
    [
        ('"September 1, 2026 - September 30, 2026"', (date(2026, 9, 1), date(2026, 9, 30))),
        ("Sep 1, 2026 - Oct 2, 2026", (date(2026, 9, 1), date(2026, 10, 2))),
        ("1. März 2026 – 31. März 2026", (date(2026, 3, 1), date(2026, 3, 31))),
        ("2026-09-01 - 2026-09-03", (date(2026, 9, 1), date(2026, 9, 3))),
        ("01.09.2026 - 03.09.2026", (date(2026, 9, 1), date(2026, 9, 3))),
        ("September 1, 2026", (date(2026, 9, 1), date(2026, 9, 1))),
        ("All time", None),
    ],
)
def test_periods_above_a_table(line: str, period: tuple[date, date] | None) -> None:
    assert stated_period(["Campaign report", line]) == period
