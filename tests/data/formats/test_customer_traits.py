"""What a shop knows of its customers beside their orders: traits, segments of an orders file, groups of a test."""

from __future__ import annotations

from pathlib import Path

import pytest

from copilot.engine.understand import understand
from copilot.statistics.query import Query, run_query
from copilot.tools.names import ShopNames
from tests.data.formats.loading import Shop, lines, rows


def save(folder: Path, text: str, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def counts(shop: Shop, name: str) -> dict[str, int]:
    given = shop.tables.customer_attributes
    given = given.filter(given.name == name)
    return dict(rows(given.group_by("value").aggregate(n=given.count()), "value", "n"))


def test_traits_are_attributes_slips_are_said_and_no_order_is_made(tmp_path: Path) -> None:
    head = "ID\tYear_Birth\tEducation\tIncome\tKidhome\tDt_Customer\tMntWines\tNumStorePurchases\tZ_CostContact"
    people = [
        f"{n}\t{1950 + n % 40}\t{('PhD', 'Basic')[n % 2]}\t{20000 + 1000 * n}\t{n % 2}\t{1 + n % 28:02d}-05-2013"
        f"\t{n}\t{n}\t3"
        for n in range(100)
    ]
    people[7] = people[7].replace("\t1957\t", "\t1893\t")
    people[8] = people[8].replace("\t28000\t", "\t666666\t")
    shop = Shop(tmp_path / "home", save(tmp_path, lines(head, *people, people[9].replace("9\t", "900\t", 1))))
    assert (shop.report.format, shop.report.role, shop.report.kept) == ("customer traits", "customers", 101)
    assert counts(shop, "Education") == {"PhD": 50, "Basic": 51}
    assert counts(shop, "Year_Birth") == {"1950s": 30, "1960s": 30, "1970s": 20, "1980s": 20}  # 1957 is not known
    assert sum(counts(shop, "Income").values()) == 100  # 666,666 is left empty
    assert len(counts(shop, "Income")) == 4
    assert counts(shop, "Z_CostContact") == {}  # the same for everybody
    said = next(p for p in shop.report.problems if p.code == "implausible")
    assert said.count == 2
    assert "1893" in said.what
    assert "666,666" in said.what
    assert shop.problems()["twins"] == 1
    assert rows(shop.tables.customers, "orders_stated", "spent_stated") == [(None, None)] * 101
    assert shop.tables.orders.count().execute() == 0
    assert shop.tables.facts.first_order is None


def orders(segment: dict[int, tuple[str, ...]], further: str = "Ship Mode") -> str:
    """Two orders each of twenty customers; `segment` gives those whose segment is not that of their number."""
    made = []
    for customer in range(20):
        usual = ("Consumer", "Corporate")[customer % 2]
        values = segment.get(customer, (usual, usual))
        for number, value in enumerate(values):
            made.append(
                f"A{customer}-{number},2024-0{1 + number}-{10 + customer % 9},C{customer},{value},"
                f"{('Air', 'Road')[number]},Tea,1,{10 + customer}.00"
            )
    return lines(f"Order ID,Order Date,Customer ID,Segment,{further},Product,Quantity,Unit Price", *made)


def test_a_column_that_is_constant_per_customer_is_an_attribute(tmp_path: Path) -> None:
    alone = dict.fromkeys((1, 3, 5, 7, 9), ("Corporate",))  # five of ten corporate customers bought once
    shop = Shop(tmp_path / "home", save(tmp_path, orders(alone)))
    assert counts(shop, "Segment") == {"Consumer": 10, "Corporate": 10}
    assert counts(shop, "Ship Mode") == {}
    said = next(p for p in shop.report.problems if p.code == "attribute")
    assert said.action == "Segment kept as a customer attribute"
    found = run_query(shop.tables, Query(metrics=("repeat_purchase_rate",), by=("attribute:Segment",)))
    rates = {label[0]: figures[0].value for label, figures in zip(found.labels, found.values, strict=True)}
    assert rates == {"Consumer": pytest.approx(1.0), "Corporate": pytest.approx(0.5)}


@pytest.mark.parametrize(
    ("question", "by"),
    [
        ("repeat rate by segment", ("attribute:Segment",)),
        ("net sales by month and by customer segment", ("month", "attribute:Segment")),
        ("net sales by rfm segment", ("rfm_group",)),
        ("net sales by skin type", ("attribute:skin_type",)),
        ("who are my best segments", ()),
    ],
)
def test_questions_split_by_attributes(question: str, by: tuple[str, ...]) -> None:
    names = ShopNames({}, ("Segment", "skin_type"))
    assert tuple(sorted(understand(question, names, None)[0].by)) == tuple(sorted(by))


def test_a_column_that_changes_within_customers_is_none(tmp_path: Path) -> None:
    changed = {1: ("Consumer", "Corporate")}  # 19 of 20 are constant: 95 %
    shop = Shop(tmp_path / "home", save(tmp_path, orders(changed)))
    assert counts(shop, "Segment") == {}
    assert "attribute" not in shop.problems()


def test_columns_about_the_person_are_never_attributes(tmp_path: Path) -> None:
    text = orders({}, further="Contact Name").replace("Air", "Quillonia").replace("Road", "Quillonia")
    shop = Shop(tmp_path / "home", save(tmp_path, text))
    assert counts(shop, "Contact Name") == {}
    assert "Quillonia" not in shop.tables.customer_attributes.execute().to_csv()
    assert "Quillonia" not in shop.report.model_dump_json()


def test_further_columns_of_a_customer_list(tmp_path: Path) -> None:
    head = "customer id,email,plan,account manager,signup source,birthday,lat,last seen"
    people = [
        f"C{n},p{n}@planted.example.com,{('free', 'pro')[n % 2]},Manager {n},{('ads', 'shop')[n // 5]},"
        f"1980-01-0{1 + n % 9},52.{n},2024-05-0{1 + n % 9}"
        for n in range(10)
    ]
    shop = Shop(tmp_path / "home", save(tmp_path, lines(head, *people)))
    given = shop.tables.customer_attributes
    assert {name for (name,) in rows(given.select("name").distinct(), "name")} == {"plan", "signup source"}
    assert counts(shop, "plan") == {"free": 5, "pro": 5}
    assert "planted" not in given.execute().to_csv()


def test_the_newest_list_states_an_attribute(tmp_path: Path) -> None:
    def people(plan: str) -> str:
        return lines("customer id,email,plan", *(f"C{n},p{n}@example.com,{plan if n else 'pro'}" for n in range(6)))

    old, new = save(tmp_path, people("trial"), "old.csv"), save(tmp_path, people("free"), "new.csv")
    shop = Shop(tmp_path / "home", old, new)
    assert counts(shop, "plan") == {"free": 5, "pro": 1}


def test_a_tested_campaign_without_ids_is_kept_as_sums_of_its_groups(tmp_path: Path) -> None:
    head = "recency,history,zip_code,newbie,channel,segment,visit,conversion,spend"
    people = [f"3,100,Urban,0,Web,Mens E-Mail,1,{n % 2},{n}.50" for n in range(4)]
    people += ["3,100,Rural,0,Web,No E-Mail,0,0,0" for n in range(6)]
    shop = Shop(tmp_path / "home", save(tmp_path, lines(head, *people)))
    assert (shop.report.role, shop.report.kept) == ("campaign test", 10)
    assert rows(shop.tables.reported, "name", "measure", "value") == [
        ("Mens E-Mail", "conversion", 2.0), ("Mens E-Mail", "people", 4.0), ("Mens E-Mail", "spend", 8.0),
        ("Mens E-Mail", "visit", 4.0), ("No E-Mail", "conversion", 0.0), ("No E-Mail", "people", 6.0),
        ("No E-Mail", "spend", 0.0), ("No E-Mail", "visit", 0.0),
    ]  # fmt: skip
    assert shop.tables.customers.count().execute() == 0
    assert shop.tables.orders.count().execute() == 0
