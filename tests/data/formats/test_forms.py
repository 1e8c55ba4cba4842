"""Answers of Typeform, SurveyMonkey and Google Forms: questions put together, respondents kept apart, no orders."""

from __future__ import annotations

from pathlib import Path

from tests.data.formats.loading import Shop, lines, rows

PLANTED = ("Quillonia", "Plantagenet", "planted", "203.0.113.7", "Hidden Lane", "2079460999")


def save(folder: Path, text: str, name: str = "answers.csv") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def clean(shop: Shop) -> None:
    """No planted identity in any canonical table or report, and nothing of orders."""
    for name in ("feedback", "customers", "customer_attributes"):
        text = getattr(shop.tables, name).execute().to_csv()
        assert not [word for word in PLANTED if word in text], name
    assert not [word for word in PLANTED for report in shop.reports if word in report.model_dump_json()]
    assert shop.tables.orders.count().execute() == 0
    assert shop.tables.facts.first_order is None


def test_typeform_joins_the_boxes_of_a_question(tmp_path: Path) -> None:
    head = (
        "#,What is your name?,E-mail please,How likely are you to recommend us?,Tea,Pots,Cups,Why?,Response Type,"
        "Start Date (UTC),Stage Date (UTC),Submit Date (UTC),Network ID,Tags"
    )
    when = "2024-05-01 10:00:00,,2024-05-01 10:05:00"
    shop = Shop(
        tmp_path / "home",
        save(
            tmp_path,
            lines(
                head,
                f"r1,Quillonia Plantagenet,ann.planted@example.com,9,Tea,,Cups,Good tea,completed,{when},aa11,",
                f'r2,Bob Baker,bob.planted@example.com,3,,Pots,,"Ring +44 2079460999, Quillonia",completed,'
                f"{when},bb22,",
                f"r3,Cat,cat.planted@example.com,,Tea,,,,partial,{when},cc33,",
                f"r4,Dan,dan.planted@example.com,9,Tea,,,,completed,{when},dd44,",
            ),
        ),
    )
    assert (shop.report.format, shop.report.role, shop.report.kept) == ("Typeform responses", "feedback", 3)
    assert shop.problems()["partial"] == 1
    assert rows(shop.tables.feedback, "question", "text", "rating", "given_at") == [
        ("Choice of Tea / Pots / Cups", "Pots", None, "2024-05-01 10:05:00"),
        ("Choice of Tea / Pots / Cups", "Tea", None, "2024-05-01 10:05:00"),
        ("Choice of Tea / Pots / Cups", "Tea; Cups", None, "2024-05-01 10:05:00"),
        ("How likely are you to recommend us?", "3", 3.0, "2024-05-01 10:05:00"),
        ("How likely are you to recommend us?", "9", 9.0, "2024-05-01 10:05:00"),
        ("How likely are you to recommend us?", "9", 9.0, "2024-05-01 10:05:00"),
        ("Why?", "Good tea", None, "2024-05-01 10:05:00"),
        ("Why?", "Ring [phone], [name]", None, "2024-05-01 10:05:00"),
    ]
    assert shop.tables.feedback.customer_key.nunique().execute() == 3
    clean(shop)


def test_surveymonkey_reads_both_header_rows(tmp_path: Path) -> None:
    head = (
        "Respondent ID,Collector ID,Start Date,End Date,IP Address,Email Address,First Name,Last Name,Custom Data 1,"
        "How satisfied are you?,Which do you buy?,,,Please rate,,What should we improve?"
    )
    second = ",,,,,,,,,Response,Tea,Pots,Other (please specify),Price,Taste,Open-Ended Response"
    when = "05/21/2024 10:00:00,05/21/2024 10:05:00,203.0.113.7"
    shop = Shop(
        tmp_path / "home",
        save(
            tmp_path,
            lines(
                head,
                second,
                f"101,7,{when},ann.planted@example.com,Quillonia,Plantagenet,,Very,Tea,Pots,,4,5,Nothing",
                f"102,7,{when},bob.planted@example.com,Bob,Baker,,Not,,,Mugs,2,,Ask Quillonia",
            ),
        ),
    )
    assert (shop.report.format, shop.report.kept) == ("SurveyMonkey responses", 2)
    assert shop.problems()["second_header"] == 1
    assert rows(shop.tables.feedback, "question", "text", "rating") == [
        ("How satisfied are you?", "Not", None),
        ("How satisfied are you?", "Very", None),
        ("Please rate: Price", "2", 2.0),
        ("Please rate: Price", "4", 4.0),
        ("Please rate: Taste", "5", 5.0),
        ("What should we improve?", "Ask [name]", None),
        ("What should we improve?", "Nothing", None),
        ("Which do you buy? (choices)", "Tea; Pots", None),
        ("Which do you buy?: Other (please specify)", "Mugs", None),
    ]
    clean(shop)


def test_google_forms_part_choices_and_make_traits_of_known_people(tmp_path: Path) -> None:
    head = "Timestamp,Email Address,Which do you drink at home?,How old are you?,What is your postal address?"
    drinks = ("Tea, Coffee", "Tea", "Coffee, Water", "Tea, Water", "Water", "Tea, Coffee")
    shop = Shop(
        tmp_path / "home",
        save(
            tmp_path,
            lines(
                head,
                *(
                    f'2024/06/04 1:28:19 PM GMT+5:30,p{n}.planted@example.com,"{drink}",{("18-30", "31-50")[n % 2]},'
                    f'"{n} Hidden Lane"'
                    for n, drink in enumerate(drinks)
                ),
            ),
        ),
    )
    assert shop.report.format == "Google Forms answers"
    found = shop.tables.feedback
    assert rows(found.filter(found.question == head.split(",")[2]), "text", "given_at") == [
        (text, "2024-06-04 13:28:19")
        for text in ("Coffee; Water", "Tea", "Tea; Coffee", "Tea; Coffee", "Tea; Water", "Water")
    ]
    given = shop.tables.customer_attributes
    assert rows(given.group_by("name", "value").aggregate(n=given.count()), "name", "value", "n") == [
        ("How old are you?", "18-30", 3), ("How old are you?", "31-50", 3),
    ]  # fmt: skip
    assert found.question.nunique().execute() == 2  # the postal address is no answer
    clean(shop)
