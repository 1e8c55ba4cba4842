"""Ad spend: published sums of real reports, costs and payback a second time in plain Python, and what is refused."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from copilot.data.ad_platforms import platform
from copilot.data.tables import ShopFacts, SourceFile, Tables, tables_from_frames
from copilot.data.workspace import Workspace
from copilot.errors import CannotAnswer, NothingLoaded, UsageProblem
from copilot.statistics.acquisition.payback import acquired, curve, goods_margin
from copilot.statistics.acquisition.platforms import match, unpaid
from copilot.statistics.acquisition.reports import ad_reports
from copilot.statistics.acquisition.spend import Acquisition, acquisition, poisson_interval
from copilot.statistics.condition import Condition
from copilot.statistics.result import Period
from copilot.statistics.scope import Scope

START, LAST = date(2024, 1, 1), date(2024, 12, 31)


def facts(currency: str = "EUR", files: tuple[str, ...] = ()) -> ShopFacts:
    sources = tuple(SourceFile(f"u{n}", file, "spend", "spend table", 1, 1, datetime(2025, 1, 1))
                    for n, file in enumerate(files))  # fmt: skip
    return ShopFacts("s", currency, (currency,), START, LAST, LAST, None, sources)


def orders(people: int = 300, seed: int = 5) -> pd.DataFrame:
    """Customers with one to four orders; sources google / cpc, google / organic, instagram and none."""
    generator = np.random.default_rng(seed)
    rows = []
    for person in range(people):
        at = datetime(2024, 1, 1, 9) + timedelta(days=int(generator.integers(0, 300)))
        source = str(generator.choice(["google / cpc", "google / organic", "Instagram", ""], p=[0.4, 0.2, 0.3, 0.1]))
        for place in range(1 + int(generator.poisson(0.8))):
            if at.date() > LAST:
                break
            gross = round(float(generator.uniform(10, 90)), 2)
            rows.append({
                "order_id": f"o{len(rows)}", "kind": "order", "customer_key": f"c{person}", "ordered_at": at,
                "status": "paid", "gross_sales": gross, "source": source or None, "channel": "web",
                "returns": 5.0 if place == 1 else 0.0,
            })  # fmt: skip
            at += timedelta(days=1 + int(generator.exponential(40)))
    rows.append({"order_id": "end", "kind": "order", "customer_key": None, "ordered_at": datetime(2024, 12, 31),
                 "status": "paid", "gross_sales": 1.0, "returns": 0.0})  # fmt: skip
    rows.append(rows[-1] | {"order_id": "begin", "ordered_at": datetime(2024, 1, 1)})
    return pd.DataFrame(rows)


def spend_rows(channels: dict[str, float], **more: Any) -> pd.DataFrame:
    """The same cost each day from 1 Feb to 30 Sep 2024, by channel."""
    days = pd.date_range("2024-02-01", "2024-09-30")
    return pd.DataFrame(
        [{"day": day.date(), "channel": name, "campaign": f"{name} one", "cost": cost, "impressions": 1000,
          "clicks": 20, "conversions": 1.0, "conversion_value": 2 * cost, "upload_id": "u0"} | more
         for day in days for name, cost in channels.items()]
    )  # fmt: skip


CHANNELS = {"Google Ads": 12.5, "Instagram": 7.25, "Podcast": 3.0}


@pytest.fixture(scope="module")
def placed() -> pd.DataFrame:
    return orders()


@pytest.fixture(scope="module")
def tables(placed: pd.DataFrame) -> Tables:
    return tables_from_frames({"orders": placed, "spend": spend_rows(CHANNELS)}, facts())


@pytest.fixture(scope="module")
def found(tables: Tables) -> Acquisition:
    return acquisition(tables, Scope(), margin=0.5, days=60)


def first_orders(placed: pd.DataFrame) -> pd.DataFrame:
    known = placed[placed["customer_key"].notna()].sort_values(["ordered_at", "order_id"])
    return known.drop_duplicates("customer_key").assign(day=lambda frame: frame["ordered_at"].dt.date)


def new_customers(placed: pd.DataFrame) -> pd.DataFrame:
    first = first_orders(placed)
    return first[(first["day"] >= date(2024, 2, 1)) & (first["day"] <= date(2024, 9, 30))]


def test_cost_per_customer_equals_spend_over_new_customers(found: Acquisition, placed: pd.DataFrame) -> None:
    days = 243
    new = new_customers(placed)
    assert found.window == Period(start=date(2024, 2, 1), end=date(2024, 9, 30))
    assert found.blended.cost.value == pytest.approx(days * 22.75)
    assert found.blended.new_customers.value == len(new)
    assert found.blended.cac.value == pytest.approx(days * 22.75 / len(new))
    by_name = {one.name: one for one in found.channels}
    assert set(by_name) == {"Google", "Instagram", "Podcast"}
    assert by_name["Google"].new_customers.value == (new["source"] == "google / cpc").sum()
    assert by_name["Instagram"].cac.value == pytest.approx(days * 7.25 / (new["source"] == "Instagram").sum())
    assert by_name["Podcast"].cac.value is None
    assert set(found.unmatched) == {"google / organic", "no source on the order"}


def test_value_and_payback_equal_plain_python(found: Acquisition, tables: Tables, placed: pd.DataFrame) -> None:
    new = new_customers(placed).set_index("customer_key")["day"]
    rows = placed[placed["customer_key"].isin(new.index)]
    age = [(at.date() - new[key]).days for at, key in zip(rows["ordered_at"], rows["customer_key"], strict=True)]
    net = (rows["gross_sales"] - rows["returns"]).to_numpy()
    seen = {key: (LAST - day).days for key, day in new.items()}

    def value(day: int) -> float:
        old = {key for key, days in seen.items() if days >= day}
        inside = [n for n, a, key in zip(net, age, rows["customer_key"], strict=True) if a <= day and key in old]
        return sum(inside) / len(old)

    assert found.blended.value.value == pytest.approx(0.5 * value(60))
    assert found.blended.value.low is not None
    assert found.blended.value.low < 0.5 * value(60) < (found.blended.value.high or 0)
    cac = found.blended.cac.value or 0.0
    first = next(
        (day for day in range(731) if sum(d >= day for d in seen.values()) >= 30 and 0.5 * value(day) >= cac), None
    )
    assert found.blended.payback.value == first
    assert found.blended.ltv_cac.value == pytest.approx(0.5 * value(60) / cac)
    assert found.blended.needed_margin.value == pytest.approx(cac / value(60))
    whole = curve(tables, Scope(), acquired(tables, Scope(), date(2024, 2, 1), date(2024, 9, 30)))
    assert [whole.at(day) for day in (0, 17, 91)] == pytest.approx([value(0), value(17), value(91)])


def test_shop_wide_ratios(found: Acquisition, placed: pd.DataFrame) -> None:
    inside = placed[(placed["ordered_at"] >= "2024-02-01") & (placed["ordered_at"] < "2024-10-01")]
    net = (inside["gross_sales"] - inside["returns"]).sum()
    fresh = inside[inside["customer_key"].isin(new_customers(placed)["customer_key"])]
    spent = 243 * 22.75
    assert found.mer.value == pytest.approx(net / spent)
    assert found.amer.value == pytest.approx((fresh["gross_sales"] - fresh["returns"]).sum() / spent)
    assert found.cost_per_order.value == pytest.approx(spent / len(inside))
    assert found.break_even_roas.value == pytest.approx(2.0)
    assert found.reports.total.roas.value == pytest.approx(2.0)


def test_without_a_margin_nothing_is_invented(tables: Tables) -> None:
    plain = acquisition(tables, Scope(), days=60)
    assert plain.margin is None
    assert plain.break_even_roas.value is None
    assert plain.basis == "net sales"
    assert any("no margin is known" in warning for warning in plain.warnings)


def test_the_margin_comes_from_costs_only_where_nearly_all_are_known(placed: pd.DataFrame) -> None:
    items = pd.DataFrame(
        [{"order_id": row["order_id"], "line_no": 0, "kind": "product", "product": "Mug", "quantity": 1,
          "gross": row["gross_sales"], "cost": row["gross_sales"] * 0.4} for _, row in placed.iterrows()]
    )  # fmt: skip
    shop = tables_from_frames({"orders": placed, "order_items": items, "spend": spend_rows(CHANNELS)}, facts())
    assert goods_margin(shop, Scope())[0] == pytest.approx(0.6)
    assert acquisition(shop, Scope()).margin is not None
    half = items.assign(cost=items["cost"].where(items.index % 2 == 0))
    partly = tables_from_frames({"orders": placed, "order_items": half, "spend": spend_rows(CHANNELS)}, facts())
    margin, covered = goods_margin(partly, Scope())
    assert margin is None
    assert 0.3 < covered < 0.7


def test_double_spend_doubles_the_cost_and_money_scales(placed: pd.DataFrame, found: Acquisition) -> None:
    double = spend_rows({name: 2 * cost for name, cost in CHANNELS.items()})
    again = acquisition(tables_from_frames({"orders": placed, "spend": double}, facts()), Scope(), 0.5, 60)
    assert again.blended.cac.value == pytest.approx(2 * (found.blended.cac.value or 0))
    assert again.mer.value == pytest.approx((found.mer.value or 0) / 2)
    assert again.reports.total.roas.value == found.reports.total.roas.value


@pytest.mark.parametrize("count", [1, 3, 10, 47, 400, 5000])
def test_poisson_interval_is_near_the_exact_one(count: int) -> None:
    low, high = poisson_interval(count)
    assert low == pytest.approx(stats.chi2.ppf(0.025, 2 * count) / 2, rel=0.02, abs=0.03)
    assert high == pytest.approx(stats.chi2.ppf(0.975, 2 * count + 2) / 2, rel=0.01)


def test_the_interval_of_the_cost_holds_the_true_cost() -> None:
    generator = np.random.default_rng(8)
    inside = 0
    for n in generator.poisson(60, 400):
        low, high = poisson_interval(int(n))
        inside += 6000 / high <= 100.0 <= 6000 / low
    assert inside >= 372


def test_weekly_and_monthly_rows_cover_their_days(placed: pd.DataFrame) -> None:
    weekly = pd.DataFrame(
        [{"day": date(2024, 2, 5) + timedelta(days=7 * n), "channel": "Meta", "cost": 70.0} for n in range(4)]
    )
    monthly = pd.DataFrame([{"day": date(2024, n, 1), "channel": "Meta", "cost": 70.0} for n in (2, 3)])
    for frame, end in ((weekly, date(2024, 3, 3)), (monthly, date(2024, 3, 31))):
        report = ad_reports(tables_from_frames({"orders": placed, "spend": frame}, facts()), Scope())
        assert report.total.cost.period is not None
        assert report.total.cost.period.end == end
    half = ad_reports(
        tables_from_frames({"spend": monthly}, facts()), Scope(period=Period(start=date(2024, 2, 10), end=LAST))
    )
    assert half.total.cost.value == 70.0  # February is cut by the period, so only March counts


def test_what_does_not_fit_together_is_refused(placed: pd.DataFrame, tables: Tables) -> None:
    def costs(spend: pd.DataFrame, scope: Scope | None = None) -> Acquisition:
        return acquisition(tables_from_frames({"orders": placed, "spend": spend}, facts()), scope or Scope())

    with pytest.raises(NothingLoaded, match="ad spend"):
        costs(spend_rows({}))
    with pytest.raises(CannotAnswer, match="paid in USD"):
        costs(spend_rows(CHANNELS, currency="USD"))
    with pytest.raises(CannotAnswer, match="several currencies"):
        costs(pd.concat([spend_rows(CHANNELS, currency="USD"), spend_rows(CHANNELS, currency="EUR")]))
    with pytest.raises(CannotAnswer, match="no day in common"):
        costs(spend_rows(CHANNELS).assign(day=date(2022, 5, 5)))
    with pytest.raises(CannotAnswer, match="not split"):
        acquisition(tables, Scope(where=(Condition(field="country", value="DE"),)))
    with pytest.raises(UsageProblem):
        acquisition(tables, Scope(), margin=1.4)


def test_channels_without_a_name_take_it_from_the_file() -> None:
    frame = spend_rows({"": 5.0}).assign(channel=None)
    report = ad_reports(tables_from_frames({"spend": frame}, facts(files=("Meta_Ads_June.csv",))), Scope())
    assert [one.name for one in report.channels] == ["Meta"]


def test_matching_by_name_then_platform_never_organic() -> None:
    found = match(
        ["google", "Meta Ads", "Newsletter sponsor"], ["Google", "facebook", "google / organic", "bing", "(direct)"]
    )
    assert found.source_of == {"Google": "google", "facebook": "Meta"}
    assert found.unmatched == ("google / organic", "bing", "(direct)")
    assert (platform("fb_ads"), platform("mailchimp"), platform("GoogleAds_2024.csv")) == ("Meta", None, "Google")
    assert unpaid("facebook.com / referral")


@pytest.fixture(scope="module")
def truth(shared: Any) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((shared / "data" / "ground_truth.json").read_text())
    return loaded


@pytest.mark.shared
def test_facebook_report_equals_its_published_sums(shared: Any, truth: dict[str, Any]) -> None:
    rows = pd.read_csv(shared / "data" / "facebook_ads" / "KAG_conversion_data_with_dates.csv")
    frame = pd.DataFrame({
        "day": pd.to_datetime(rows["Date"], format="%d-%m-%Y").dt.date, "channel": "facebook",
        "campaign": rows["xyz_campaign_id"].astype(str), "cost": rows["Spent"], "impressions": rows["Impressions"],
        "clicks": rows["Clicks"], "conversions": rows["Approved_Conversion"].astype(float),
    })  # fmt: skip
    expected = truth["facebook_ads_kag_dated"]
    found = ad_reports(tables_from_frames({"spend": frame}, facts()), Scope())
    total = found.total
    assert total.cost.value == pytest.approx(expected["spent"], abs=0.01)
    assert (total.impressions.value, total.clicks.value) == (expected["impressions"], expected["clicks"])
    assert total.conversions.value == expected["approved_conversion"]
    assert total.ctr.value == pytest.approx(expected["ctr"], rel=1e-4)
    assert total.cpc.value == pytest.approx(expected["cpc"], rel=1e-6)
    assert total.cpa.value == pytest.approx(expected["cpa_approved"], rel=1e-5)
    assert total.roas.value is None
    for row in found.campaigns.rows:
        campaign = expected["by_campaign"][row["campaign"]]
        assert row["cost"] == pytest.approx(campaign["spent"], abs=0.01)
        assert (row["clicks"], row["conversions"]) == (campaign["clicks"], campaign["approved"])


@pytest.mark.shared
def test_google_report_equals_its_published_sums(shared: Any, truth: dict[str, Any]) -> None:
    rows = pd.read_csv(
        shared / "data" / "google_ads" / "GoogleAds_DataAnalytics_Sales_Uncleaned.csv", encoding="utf-8-sig"
    )

    def money(column: str) -> Any:
        return rows[column].astype("string").str.replace("[$,]", "", regex=True).astype(float)

    frame = pd.DataFrame({
        "day": pd.to_datetime(rows["Ad_Date"], format="mixed", dayfirst=True).dt.date, "channel": "google",
        "campaign": rows["Campaign_Name"], "cost": money("Cost"), "clicks": rows["Clicks"],
        "conversion_value": money("Sale_Amount"),
    })  # fmt: skip
    total = ad_reports(tables_from_frames({"spend": frame}, facts()), Scope()).total
    assert total.cost.value == pytest.approx(truth["google_ads_uncleaned"]["cost_sum"])
    assert total.value.value == pytest.approx(truth["google_ads_uncleaned"]["sale_sum"])
    assert total.roas.value == pytest.approx(3688173.00 / 538371.83)


@pytest.mark.shared
@pytest.mark.parametrize(
    ("name", "spent", "clicks"), [("facebook_ads", 58705.23, 38165), ("google_ads", 538371.83, None)]
)
def test_real_ad_reports_are_read_from_the_file(
    shared: Any, tmp_path: Path, name: str, spent: float, clicks: int | None
) -> None:
    workspace = Workspace.open(tmp_path / "shop")
    workspace.add(sorted((shared / "data" / name).glob("*.csv"))[:1])
    total = ad_reports(workspace.tables(), Scope()).total
    workspace.close()
    assert total.cost.value == pytest.approx(spent, abs=0.01)
    if clicks is not None:
        assert total.clicks.value == clicks
