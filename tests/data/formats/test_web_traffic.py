"""GA4 reports, event logs and tables of visits: what can be told is told, and no visit, person or order is made up."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from tests.data.formats.loading import Shop, lines, rows

GA4 = (
    "Session primary channel group (Default Channel Group),Sessions,Engaged sessions,Engagement rate,"
    "Average engagement time per session,Events per session,Event count,Key events,Session key event rate,Total revenue"
)
COMMENTS = (
    "# ----------------------------------------",
    "# Traffic acquisition",
    "# Account: Shop",
    "# Start date: 20240501",
    "# End date: 20240531",
    "# ----------------------------------------",
)


def save(folder: Path, text: str, name: str) -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_ga4_by_channel_for_a_period(tmp_path: Path) -> None:
    text = lines(
        *COMMENTS,
        GA4,
        ",1000,600,0.6,40,5,5000,30,0.03,900.50",  # the totals row names nothing
        "Direct,600,400,0.6667,41,5,3000,20,0.03,600.25",
        "Organic Search,400,200,0.5,39,5,2000,10,0.025,300.25",
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text, "traffic.csv"))
    assert (shop.report.format, shop.report.role, shop.report.kept) == ("Google Analytics 4 report", "web traffic", 2)
    assert shop.problems()["total_rows"] == 1
    found = shop.tables.reported
    assert rows(found.filter(found["name"] == "Direct"), "measure", "day", "value") == [
        ("engaged_sessions", date(2024, 5, 1), 400.0), ("events", date(2024, 5, 1), 3000.0),
        ("key_events", date(2024, 5, 1), 20.0), ("revenue", date(2024, 5, 1), 600.25),
        ("sessions", date(2024, 5, 1), 600.0),
    ]  # fmt: skip
    assert found.value.sum(where=found.measure == "sessions").execute() == 1000
    assert shop.tables.sessions.count().execute() == 0  # a thousand sessions in sum are no session
    assert shop.tables.orders.count().execute() == 0  # and revenue in sum is no order
    assert any("1 May 2024 - 31 May 2024" in note for note in shop.tables.facts.notes)


def test_ga4_by_day_and_hour_with_a_second_table(tmp_path: Path) -> None:
    text = lines(
        "# ----------------------------------------,,,,",
        "Session primary channel group (Default channel group),Date + hour (YYYYMMDDHH),Users,Sessions,"
        "Engaged sessions,Event count",
        "Direct,2024041623,8,10,4,50",
        "Direct,2024041700,3,3,1,9",
        "Email,2024041623,1,1,1,5",
        "Direct,2024041622,2,2,1,7",
        "Device,Date + hour (YYYYMMDDHH),Users,Sessions,Engaged sessions,Event count",
        "mobile,2024041623,9,11,5,55",
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text, "export.csv"))
    assert shop.problems()["second_table"] == 2
    assert shop.problems()["not_additive"] == 1  # users of two hours may be the same person
    found = shop.tables.reported
    assert rows(found.filter(found.measure == "sessions"), "name", "day", "value") == [
        ("Direct", date(2024, 4, 16), 12.0), ("Direct", date(2024, 4, 17), 3.0), ("Email", date(2024, 4, 16), 1.0),
    ]  # fmt: skip


EVENTS = "event_time,event_type,product_id,category_code,brand,price,user_id,user_session"


def test_an_event_log_becomes_visits_and_no_orders(tmp_path: Path) -> None:
    text = lines(
        EVENTS,
        "2024-10-01 00:00:00 UTC,view,1,,acme,35.79,541,s-1",
        "2024-10-01 00:01:00 UTC,view,2,,acme,35.79,541,s-1",
        "2024-10-01 00:02:00 UTC,cart,2,,acme,35.79,541,s-1",
        "2024-10-01 00:03:00 UTC,purchase,2,,acme,35.79,541,s-1",
        "2024-10-01 00:04:00 UTC,purchase,2,,acme,35.79,554,s-2",  # bought without a cart event
        "2024-10-02 00:00:00 UTC,view,1,,acme,35.79,541,s-3",
        "2024-10-02 00:00:01 UTC,view,1,,acme,35.79,99",  # cut in the middle of a cell: 99 is no visitor
    )
    orders = lines("order id,order date,customer id,product,quantity,unit price", "A1,2024-09-01,541,Tea,1,10.00")
    log, sold = save(tmp_path, text, "events.csv"), save(tmp_path, orders, "orders.csv")
    shop = Shop(tmp_path / "home", log)
    assert (shop.report.role, shop.report.rows, shop.report.kept, shop.report.set_aside) == ("sessions", 7, 6, 1)
    assert rows(
        shop.tables.sessions, "started_at", "pages", "product_views", "added_to_cart", "checkout_started", "ordered"
    ) == [
        ("2024-10-01 00:00:00", 2, 2, True, None, True),
        ("2024-10-01 00:04:00", 0, 0, False, None, True),
        ("2024-10-02 00:00:00", 1, 1, False, None, False),
    ]
    assert (shop.problems()["no_cart_step"], shop.problems()["not_logged"]) == (1, 1)
    assert shop.tables.orders.count().execute() == 0
    assert shop.tables.customers.count().execute() == 0  # visitors are not people the shop knows
    assert shop.tables.sessions.visitor.nunique().execute() == 2
    shop.workspace.add([sold])
    known = shop.tables.sessions.filter(shop.tables.sessions.customer_key.notnull())
    assert rows(known, "started_at") == [("2024-10-01 00:00:00",), ("2024-10-02 00:00:00",)]
    assert shop.tables.customers.count().execute() == 1


def test_visits_without_session_id_end_after_half_an_hour(tmp_path: Path) -> None:
    text = lines(
        "timestamp,event_name,client_id",
        "2024-10-01T10:00:00Z,page_view,c1",
        "2024-10-01T10:29:00Z,page_view,c1",
        "2024-10-01T10:58:59Z,add_to_cart,c1",
        "2024-10-01T11:29:00Z,page_view,c1",  # 30 minutes and a second later
        "2024-10-01T10:05:00Z,begin_checkout,c2",
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text, "events.csv"))
    assert rows(shop.tables.sessions, "started_at", "pages", "added_to_cart", "checkout_started", "ordered") == [
        ("2024-10-01 10:00:00", 2, True, False, None),
        ("2024-10-01 10:05:00", 0, False, True, None),
        ("2024-10-01 11:29:00", 1, False, False, None),
    ]


def test_a_table_of_visits_without_dates(tmp_path: Path) -> None:
    text = lines(
        "Administrative,Administrative_Duration,Informational,Informational_Duration,ProductRelated,"
        "ProductRelated_Duration,BounceRates,ExitRates,PageValues,SpecialDay,Month,OperatingSystems,Browser,Region,"
        "TrafficType,VisitorType,Weekend,Revenue",
        "0,0,0,0,1,0,0.2,0.2,0,0,Feb,1,1,1,1,Returning_Visitor,FALSE,FALSE",
        "0,0,0,0,1,0,0.2,0.2,0,0,Feb,1,1,1,1,Returning_Visitor,FALSE,FALSE",  # the same again is another visit
        "3,40,2,10,20,600,0,0.01,12.5,0,May,2,2,1,2,New_Visitor,TRUE,TRUE",
    )
    shop = Shop(tmp_path / "home", save(tmp_path, text, "online_shoppers.csv"))
    found = shop.tables.sessions
    assert rows(found, "pages", "product_views", "ordered", "started_at", "visitor") == [
        (1, 1, False, None, None), (1, 1, False, None, None), (25, 20, True, None, None),
    ]  # fmt: skip
    assert found.session_id.nunique().execute() == 3
    assert shop.problems()["no_dates"] == 3
    assert shop.tables.orders.count().execute() == 0
