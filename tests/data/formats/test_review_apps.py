"""Exports of Judge.me, Trustpilot and Yotpo: ratings and texts kept, spam set aside, reviewers named nowhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.data.formats.loading import Shop, lines, rows

PLANTED = ("Quillonia", "planted", "203.0.113.7")
JUDGE_ME = lines(
    "title,body,rating,review_date,source,curated,reviewer_name,reviewer_email,product_id,product_handle,reply,"
    "reply_date,picture_urls,ip_address,location",
    'Lovely,"Quillonia\'s cup of tea, mail q@planted.example.com",5,2024-03-02 10:12:00 UTC,web,ok,Quillonia,'
    "q.planted@example.com,77,green-tea,,,,203.0.113.7,Leeds",
    "Spam,Buy now,5,2024-03-02 10:12:00 UTC,web,spam,X,x.planted@example.com,77,green-tea,,,,203.0.113.7,",
    "Weak,Not for me,2,2024-03-03 10:12:00 UTC,web,ok,Bob,bob.planted@example.com,78,pot,,,,203.0.113.7,",
)
TRUSTPILOT = lines(
    "Domain Url,Webshop Name,Business Unit Id,Review Id,Review Created (UTC),Review Consumer User Id,Review Username,"
    "Review User Email,Review Title,Review Content,Review Stars,Tags,Business Reply Date (UTC),Location Name",
    "example.com,Shop,b1,t1,2024-03-02 10:12:00,u1,Quillonia,q.planted@example.com,Fine,Came fast,4,,,",
    "example.com,Shop,b1,t2,2024-03-03 10:12:00,u2,Bob,bob.planted@example.com,Bad,Never came,1,,,",
)
YOTPO = lines(
    "Review ID,Review Score,Review Title,Review Content,Review Creation Date,Reviewer Email,Reviewer Display Name,"
    "Product Title,Product URL",
    "y1,5,Fine,Came fast,2024-03-02,q.planted@example.com,Quillonia,Green tea,https://example.com/tea",
    "y2,1,Bad,Quillonia told me so,2024-03-03,bob.planted@example.com,Bob,Pot,https://example.com/pot",
)


@pytest.mark.parametrize(
    ("text", "name", "wanted"),
    [
        (
            JUDGE_ME, "Judge.me reviews",
            [("green-tea", 5.0, "Lovely. [name]'s cup of tea, mail [e-mail]", "2024-03-02 10:12:00"),
             ("pot", 2.0, "Weak. Not for me", "2024-03-03 10:12:00")],
        ),
        (
            TRUSTPILOT, "Trustpilot reviews",
            [(None, 1.0, "Bad. Never came", "2024-03-03 10:12:00"),
             (None, 4.0, "Fine. Came fast", "2024-03-02 10:12:00")],
        ),
        (
            YOTPO, "Yotpo reviews",
            [("Green tea", 5.0, "Fine. Came fast", "2024-03-02 00:00:00"),
             ("Pot", 1.0, "Bad. [name] told me so", "2024-03-03 00:00:00")],
        ),
    ],
)  # fmt: skip
def test_reviews(tmp_path: Path, text: str, name: str, wanted: list[tuple[object, ...]]) -> None:
    path = tmp_path / "reviews.csv"
    path.write_text(text, encoding="utf-8")
    shop = Shop(tmp_path / "home", path)
    assert (shop.report.format, shop.report.role, shop.report.kept) == (name, "feedback", 2)
    assert rows(shop.tables.feedback, "product", "rating", "text", "given_at") == wanted
    assert rows(shop.tables.feedback, "rating_max") == [(5.0,), (5.0,)]
    assert shop.tables.feedback.customer_key.nunique().execute() == 2
    assert shop.problems().get("spam", 0) == (1 if name.startswith("Judge") else 0)
    assert not [word for word in PLANTED if word in shop.tables.feedback.execute().to_csv()]
    assert not [word for word in PLANTED if word in shop.report.model_dump_json()]


def test_a_shops_own_number_of_the_reviewed_article_names_the_product(tmp_path: Path) -> None:
    path = tmp_path / "reviews.csv"
    texts = [f"{n},{767 + n % 2},A text long enough to be a review of number {n},{1 + n % 5}" for n in range(10)]
    path.write_text(lines("row,ClothingID,ReviewText,Rating", *texts), encoding="utf-8")
    shop = Shop(tmp_path / "home", path)
    counted = shop.tables.feedback.group_by("product").aggregate(n=lambda t: t.count())
    assert rows(counted, "product", "n") == [("767", 5), ("768", 5)]
