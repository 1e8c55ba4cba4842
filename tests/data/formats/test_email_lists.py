"""Klaviyo and Mailchimp: consent, attributes and dated events of people; campaign reports as sums; no identity kept."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tests.data.formats.loading import Shop, lines, rows

KLAVIYO = (
    "Email,Klaviyo ID,First Name,Last Name,Organization,Title,Phone Number,Address,Address 2,City,State / Region,"
    "Country,Zip Code,Latitude,Longitude,Source,IP Address,Email Marketing Consent,Email Marketing Consent Timestamp,"
    "Historic Customer Lifetime Value,Total Customer Lifetime Value,Predicted Customer Lifetime Value,"
    "Average Order Value,Historic Number Of Orders,First Active,Last Active,Profile Created On,Date Added,Last Open,"
    "Last Click,Average Days Between Orders,Email Suppressions,Skin type,Birthday"
)
PLANTED = ("Quillonia", "Plantagenet", "17 Hidden Lane", "203.0.113.7", "planted", "+442079460999", "1971-03-04", "ZX9")


def profile(email: str, consent: str, rest: dict[str, str] | None = None) -> str:
    cells = {"stamp": "", "orders": "", "spent": "", "open": "", "click": "", "suppressed": "[]", "skin": "dry"}
    cells |= rest or {}
    return (
        f"{email},01HXYZ{email[:3]},Quillonia,Plantagenet,,Dr,+442079460999,17 Hidden Lane,,Leeds,England,GB,ZX9 9ZX,"
        f"53.8,-1.5,-8,203.0.113.7,{consent},{cells['stamp']},{cells['spent']},99,12,30,{cells['orders']},,,"
        f"2024-01-02 10:00:00,2024-01-03 10:00:00,{cells['open']},{cells['click']},,{cells['suppressed']},"
        f"{cells['skin']},1971-03-04"
    )


@pytest.fixture
def klaviyo(tmp_path: Path) -> Shop:
    path = tmp_path / "profiles.csv"
    yes = {"stamp": "2024-02-01 09:00:00", "orders": "3", "spent": "90.5", "click": "2024-05-01 08:00:00"}
    path.write_text(
        lines(
            KLAVIYO,
            profile("ann.planted@example.com", "SUBSCRIBED", yes | {"open": "2024-05-02 08:00:00"}),
            profile("bob.planted@example.com", "SUBSCRIBED", {"suppressed": '"[UNSUBSCRIBE,SPAM_COMPLAINT]"'}),
            profile("cat.planted@example.com", "NEVER_SUBSCRIBED", {"skin": "oily"}),
            profile("dan.planted@example.com", "UNSUBSCRIBED", {"skin": "oily"}),
            profile("eve.planted@example.com", "2024-03-01 00:00:00", {"skin": "oily"}),
            profile("fay.planted@example.com", "", {"skin": ""}),
        ),
        encoding="utf-8",
    )
    return Shop(tmp_path / "home", path)


def test_klaviyo_consent_and_stated_orders(klaviyo: Shop) -> None:
    assert (klaviyo.report.format, klaviyo.report.role, klaviyo.report.kept) == ("Klaviyo profiles", "customers", 6)
    found = rows(klaviyo.tables.customers, "customer_ref", "email_consent", "orders_stated", "spent_stated")
    # Suppressed wins over subscribed; a date as consent is consent; empty stays unknown.
    assert [row[1:] for row in found] == [
        (True, 3, 90.5), (False, None, None), (False, None, None), (False, None, None), (True, None, None),
        (None, None, None),
    ]  # fmt: skip
    assert (klaviyo.problems()["consent"], klaviyo.problems()["no_consent"], klaviyo.problems()["consent_unknown"]) == (
        2, 3, 1,
    )  # fmt: skip
    assert klaviyo.tables.orders.count().execute() == 0
    assert klaviyo.tables.facts.first_order is None


def test_klaviyo_events_are_those_it_dates(klaviyo: Shop) -> None:
    assert rows(klaviyo.tables.email_events, "event", "happened_at", "campaign") == [
        ("clicked", "2024-05-01 08:00:00", None),
        ("opened", "2024-05-02 08:00:00", None),
    ]


def test_klaviyo_properties_are_attributes_but_nothing_personal(klaviyo: Shop) -> None:
    given = klaviyo.tables.customer_attributes
    counted = given.group_by("name", "value").aggregate(n=given.count())
    assert rows(counted, "name", "value", "n") == [("Skin type", "dry", 2), ("Skin type", "oily", 3)]
    said = next(p.what for p in klaviyo.report.problems if p.code == "personal_columns")
    assert "'Birthday'" in said
    assert "'IP Address'" in said
    for path in klaviyo.workspace.path.rglob("*"):
        if path.is_file() and "private" not in path.parts:
            content = path.read_bytes().decode("latin-1")
            assert not [word for word in PLANTED if word in content], path
    for name in ("customers", "customer_attributes", "email_events"):
        text = getattr(klaviyo.tables, name).execute().to_csv()
        assert not [word for word in PLANTED if word in text], name
    assert not [word for word in PLANTED if word in klaviyo.report.model_dump_json()]


CAMPAIGNS = (
    "Campaign Name,Tags,Subject,List,Send Time,Send Weekday,Total Recipients,Unique Placed Order,Placed Order Rate,"
    "Revenue,Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Unsubscribes,Spam Complaints,"
    "Spam Complaints Rate,Successful Deliveries,Bounces,Bounce Rate,Campaign ID,Campaign Channel"
)
FLOWS = (
    "Day,Flow ID,Flow Name,Flow Message ID,Flow Message Name,Flow Message Channel,Status,Delivered,Bounced,Bounce Rate,"
    "Unique Opens,Open Rate,Total Opens,Unique Clicks,Click Rate,Total Clicks,Placed Order,Revenue,Unsubscribes,Spam"
)


def test_klaviyo_reports_are_sums_and_nobody_clicked(tmp_path: Path) -> None:
    campaigns = tmp_path / "campaigns.csv"
    campaigns.write_text(
        lines(
            CAMPAIGNS,
            "May sale,,[MULTIPLE VARIATIONS],All,2025-04-09 09:38:00,Wednesday,64517.0,40,0.06%,2500.50,30000,46.50%,"
            "50000,900,1.40%,1200,55,2,0.00%,64000,517,0.80%,abc,Email",
            "Text,,Hi,All,2025-04-10 09:38:00,Thursday,100,1,1.00%,10.00,,,,9,9.00%,9,1,0,0,98,2,0.02,abd,SMS",
        ),
        encoding="utf-8",
    )
    flows = tmp_path / "flows.csv"
    flows.write_text(
        lines(
            FLOWS,
            "2025-04-01,f1,Welcome,m1,Mail 1,Email,live,10,1,0.1,5,0.5,6,2,0.2,2,1,30,0,0",
            "2025-04-02,f1,Welcome,m1,Mail 1,Email,live,20,0,0,8,0.4,9,3,0.15,3,0,0,1,0",
        ),
        encoding="utf-8",
    )
    shop = Shop(tmp_path / "home", campaigns, flows)
    assert [report.role for report in shop.reports] == ["e-mail reports", "e-mail reports"]
    found = shop.tables.reported
    first = found.filter(found["name"] == "May sale")
    assert dict(rows(first, "measure", "value")) == {
        "recipients": 64517.0, "delivered": 64000.0, "opened": 30000.0, "clicked": 900.0, "ordered": 40.0,
        "revenue": 2500.5, "unsubscribed": 55.0, "bounced": 517.0, "complained": 2.0,
    }  # fmt: skip
    clicked = found.filter(found.measure == "clicked")
    assert rows(clicked, "name", "channel", "day", "value") == [
        ("May sale", "email", date(2025, 4, 9), 900.0),
        ("Text", "sms", date(2025, 4, 10), 9.0),
        ("Welcome: Mail 1", "email", date(2025, 4, 1), 2.0),
        ("Welcome: Mail 1", "email", date(2025, 4, 2), 3.0),
    ]
    assert shop.tables.email_events.count().execute() == 0  # 900 clicks of unknown people are no events of people
    assert shop.tables.customers.count().execute() == 0


MAILCHIMP = (
    '"Email Address","First Name","Last Name",Address,Birthday,Favourite,MEMBER_RATING,OPTIN_TIME,OPTIN_IP,'
    "CONFIRM_TIME,CONFIRM_IP,LATITUDE,LONGITUDE,GMTOFF,DSTOFF,TIMEZONE,CC,REGION,LAST_CHANGED,LEID,EUID,NOTES,TAGS"
)


def member(email: str, rating: int, more: str = "") -> str:
    return (
        f'{email},Quillonia,Plantagenet,"17 Hidden Lane  London  ZX9 9ZX  GB",03/04,Tea,{rating},"2024-01-01 09:00:00",'
        '203.0.113.7,"2024-01-02 09:00:00",203.0.113.7,51.5,-0.1,0,1,Europe/London,GB,LND,"2024-02-01 09:00:00",1,e1,'
        f'"rings planted",{more}"""VIP"",""Blog"""'
    )


def test_mailchimp_files_tell_their_status(tmp_path: Path) -> None:
    subscribed = tmp_path / "subscribed_members_export_1a2b.csv"
    subscribed.write_text(
        lines(MAILCHIMP, *(member(f"p{n}.planted@example.com", 4 + n % 2) for n in range(4))), encoding="utf-8"
    )
    header = MAILCHIMP.replace(",TAGS", ",UNSUB_TIME,UNSUB_CAMPAIGN_TITLE,UNSUB_CAMPAIGN_ID,UNSUB_REASON,TAGS")
    left = '"2024-05-05 10:00:00","May news",c1,NORMAL,'
    unsubscribed = tmp_path / "members_export_3c.csv"
    unsubscribed.write_text(lines(header, member("q.planted@example.com", 2, left)), encoding="utf-8")
    shop = Shop(tmp_path / "home", subscribed, unsubscribed)
    assert [report.format for report in shop.reports] == ["Mailchimp audience"] * 2
    people = shop.tables.customers
    assert rows(people, "email_consent", "consent_at", "created_at", "country", "tags") == [
        (False, None, "2024-01-01 09:00:00", "GB", "VIP, Blog"),
        *[(True, "2024-01-02 09:00:00", "2024-01-01 09:00:00", "GB", "VIP, Blog")] * 4,
    ]
    assert rows(shop.tables.email_events, "event", "happened_at", "campaign") == [
        ("unsubscribed", "2024-05-05 10:00:00", "May news")
    ]
    given = shop.tables.customer_attributes
    assert rows(given.filter(given.name == "MEMBER_RATING"), "value") == [("4",), ("4",), ("5",), ("5",)]
    for name in ("customers", "customer_attributes", "email_events"):
        text = getattr(shop.tables, name).execute().to_csv()
        assert not [word for word in PLANTED if word in text], name
    assert not [word for word in (*PLANTED, "03/04") for report in shop.reports if word in report.model_dump_json()]


def test_mailchimp_asks_where_nothing_tells_the_status(tmp_path: Path) -> None:
    path = tmp_path / "export.csv"
    path.write_text(lines(MAILCHIMP, member("a@example.com", 3), member("b@example.com", 3)), encoding="utf-8")
    asked = Shop(tmp_path / "home", path)
    assert [question.code for question in asked.report.questions] == ["mailchimp_members"]
    assert asked.workspace.uploads() == []
    reports = asked.workspace.add([path], answers={"mailchimp_members": "cleaned"})
    assert reports[0].kept == 2
    assert rows(asked.tables.customers, "email_consent") == [(False,), (False,)]
