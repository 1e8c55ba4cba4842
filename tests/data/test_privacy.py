"""No identity reaches a canonical or derived table, a report or a file name; pseudonyms and numbers hold."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import ibis
import pyarrow.parquet as pq
import pytest

from copilot.data.names import NameMask
from copilot.data.privacy import scrub_text, short_code
from copilot.data.workspace import Workspace

Write = Callable[..., Path]
PLANTED = (
    "ann.planted@example.com",
    "Plantagenet",
    "Quillonia",
    "+44 20 7946 0999",
    "2079460999",
    "17 Hidden Lane",
    "ZX9 9ZX",
)

ORDERS = (
    "Name,Email,Financial Status,Accepts Marketing,Currency,Subtotal,Total,Created at,Lineitem quantity,Lineitem name,"
    "Lineitem price,Billing Name,Billing Street,Billing Zip,Billing Country,Phone,Notes\n"
    "#1,ann.planted@example.com,paid,yes,GBP,10,10,2024-01-05 10:00:00 +0000,1,Tea,10,Quillonia Plantagenet,"
    '17 Hidden Lane,ZX9 9ZX,GB,+44 20 7946 0999,"ring ann.planted@example.com"\n'
    "#2,bob@example.com,paid,no,GBP,10,10,2024-01-06 10:00:00 +0000,1,Pot,10,Bob Baker,1 Open Road,AB1 1AB,GB,,\n"
)
REVIEWS = (
    "review_id,title,body,rating,review_date,product,customer_email,reviewer_name\n"
    'R1,Lovely,"Lovely tea, Quillonia Plantagenet told me. Mail ann.planted@example.com or ring +44 20 7946 0999."'
    ",5,2024-02-01,Tea,ann.planted@example.com,Quillonia Plantagenet\n"
    'R2,Fine,"Quillonia\'s pot was better. See https://example.com/u/ann",4,2024-02-02,Pot,bob@example.com,Bob Baker\n'
    'R3,Bad,"Will not buy again, says Wilhelmina.",1,2024-02-03,Pot,,Wilhelmina Guest\n'
)
CUSTOMERS = (
    "Customer ID,First Name,Last Name,Email,Accepts Email Marketing,Default Address Address1,Default Address Zip,Phone,"
    "Total Spent,Total Orders,Note,Tags\n"
    "'7000000012347,Quillonia,Plantagenet,ann.planted@example.com,yes,17 Hidden Lane,ZX9 9ZX,+44 20 7946 0999,10,1,"
    'ring +44 20 7946 0999,"vip, ann.planted@example.com"\n'
)


@pytest.fixture
def shop(workspace: Workspace, write: Write) -> Workspace:
    workspace.add([write("reviews.csv", REVIEWS), write("orders.csv", ORDERS), write("customers.csv", CUSTOMERS)])
    tables = workspace.tables()
    tables.kept("everything", lambda: tables.customers)
    return workspace


def test_no_planted_identity_outside_the_private_folder(shop: Workspace) -> None:
    looked_at = 0
    for path in shop.path.rglob("*"):
        if shop.private in path.parents or not path.is_file():
            continue
        text = (
            str(pq.read_table(path).to_pydict())
            if path.suffix == ".parquet"
            else path.read_bytes().decode("utf-8", "ignore")
        )
        looked_at += 1
        for planted in PLANTED:
            assert planted.lower() not in text.lower(), f"{planted} in {path.name}"
        assert not re.search(r"\w+@\w+\.\w+", text), path.name
    assert looked_at > 15


def test_no_planted_identity_in_reports(shop: Workspace) -> None:
    text = "".join(shop.report(source.upload_id).model_dump_json() for source in shop.uploads())
    assert not [planted for planted in PLANTED if planted in text]


def test_identities_are_given_when_asked(shop: Workspace) -> None:
    keys = shop.tables().orders.order_by("order_id").customer_key.to_pyarrow().to_pylist()
    people = shop.identities(keys).set_index("customer_key")
    assert people.loc[keys[0], "email"] == "ann.planted@example.com"
    assert people.loc[keys[0], "last_name"] == "Plantagenet"
    assert people.loc[keys[1], "first_name"] == "Bob"
    assert set(people.index) == set(keys)


def test_reviews_keep_their_words_but_name_nobody(shop: Workspace) -> None:
    rows = {r["feedback_id"]: r["text"] for r in shop.tables().feedback.to_pyarrow().to_pylist()}
    assert rows["R1"] == "Lovely. Lovely tea, [name] told me. Mail [e-mail] or ring [phone]."
    assert rows["R2"].startswith("Fine. [name] pot was better. See [link]")
    assert rows["R3"] == "Bad. Will not buy again, says [name]."


def test_long_shop_numbers_are_not_shown(shop: Workspace) -> None:
    refs = shop.tables().customers.customer_ref.to_pyarrow().to_pylist()
    assert all(re.fullmatch(r"#\d{4}", ref) for ref in refs)


def test_which_shop_numbers_are_shown() -> None:
    shown = ["17850", "DP-13000", "ALFKI", "00004"]
    hidden = ["7000000012347", "ann@x.io", "Johnson", "maria", "LONGNAME"]
    table = ibis.memtable({"number": [*shown, *hidden]})
    codes = table.select(code=short_code(table.number)).to_pyarrow()["code"].to_pylist()
    assert codes == [*shown, *[None] * len(hidden)]


def test_a_number_already_given_to_somebody_else_is_not_given_twice(workspace: Workspace, write: Write) -> None:
    workspace.add([write("a.csv", "order_id,order_date,customer_email,amount\n1,2024-01-05,ann@example.com,10\n")])
    workspace.add([write("b.csv", "order_id,order_date,customer_id,amount\n2,2024-01-05,1001,10\n3,2024-01-05,7,5\n")])
    refs = workspace.tables().customers.customer_ref.to_pyarrow().to_pylist()
    assert sorted(refs) == ["#1001", "#1002", "#7"]


def test_names_that_are_everyday_words_stay_unless_they_are_names() -> None:
    mask = NameMask([("Will", "Young"), ("Rose", "Kowalczyk"), ("Emma", "Green")])
    assert mask("Will buy the Rose tea again.") == "Will buy the Rose tea again."
    assert mask("Thanks to Will Young and Rose Kowalczyk!") == "Thanks to [name] and [name]!"
    assert (
        mask("Kowalczyk helped; so did Emma's friend. Green tea.") == "[name] helped; so did [name] friend. Green tea."
    )
    assert mask("Lovely. Rose", ("Rose", None)) == "Lovely. [name]"
    assert mask("emma the cat") == "emma the cat"


def test_contact_data_in_texts() -> None:
    assert scrub_text("mail a.b+c@d-e.co.uk now") == "mail [e-mail] now"
    assert scrub_text("see www.example.com/x?y=1 or call 020 7946 0999") == "see [link] or call [phone]"
    assert scrub_text("order 12345 of 2024-01-05, size 5'8\"") == "order 12345 of 2024-01-05, size 5'8\""
