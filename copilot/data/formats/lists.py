"""Files that are lists of something: customers, products, categories, reviews, survey answers, sessions, ad spend."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held, sha256
from copilot.data.formats.base import WHO, FieldMap, Mapped, Upload, conform, read_styles, typed
from copilot.data.formats.dates import decide_dates
from copilot.data.formats.profile import ColumnProfile
from copilot.data.formats.recognise import by_name, fits
from copilot.data.formats.synonyms import name_score, normal
from copilot.data.privacy import identities, pseudonym, scrub, with_match_key
from copilot.data.quality import example_rows
from copilot.data.reading import ROW

WANTED: Final[dict[str, tuple[str, ...]]] = {
    "customers": (*WHO, "country", "region", "city", "email_consent", "sms_consent", "consent_at", "created_at",
                  "tags", "orders_stated", "spent_stated"),
    "products": ("sku", "product", "category", "category_id", "vendor", "unit_price", "cost", "gift_card"),
    "categories": ("category_id", "category"),
    "reviews": (*WHO, "feedback_id", "title", "body", "rating", "given_at", "product", "sku"),
    "survey": (*WHO, "feedback_id", "given_at"),
    "sessions": (*WHO, "session_id", "visitor", "started_at", "channel", "device", "pages", "product_views",
                 "added_to_cart", "checkout_started", "ordered"),
    "spend": ("day", "channel", "campaign", "spend", "currency", "impressions", "clicks", "conversions",
              "conversion_value"),
}  # fmt: skip
FEW_ANSWERS: Final = 0.1  # different answers per answer, up to which a column looks like a choice
LEAST_QUESTIONS: Final = 5
ROLES: Final = {"reviews": "feedback", "survey": "feedback", "categories": "products"}
_NEEDED: Final = {"customers": "customer_id", "products": "product", "sessions": "started_at", "reviews": "body"}


def kind_of_list(profiles: dict[str, ColumnProfile]) -> str | None:
    """Which list the columns make, or None."""

    def has(*names: str) -> bool:
        return all(any(name_score(n, c) > 0 and fits(n, p) > 0.5 for c, p in profiles.items()) for n in names)

    questions = [c for c, p in profiles.items() if "?" in c or len(normal(c).split()) >= 5]
    if has("session_id", "started_at"):
        return "sessions"
    if has("body") and (has("rating") or has("feedback_id")) and not has("unit_price"):
        return "reviews"
    if questions and (has("feedback_id") or has("email") or has("customer_id")) and not has("order_id"):
        return "survey"
    if _answer_sheet(profiles) and not has("order_id") and not has("unit_price") and not has("spend"):
        return "survey"
    if has("spend", "day") and not has("order_id") and not has("customer_id") and not has("email"):
        return "spend"
    if has("order_id"):
        return None
    if has("category_id", "category") and not has("unit_price") and not _own(profiles, "sku"):
        return "categories"
    if has("product", "line_total") and not has("country") and not has("email"):
        return None
    if (has("customer_id") or has("email")) and not has("unit_price"):
        return "customers"
    if has("product") and (has("unit_price") or has("category") or has("category_id") or has("vendor")):
        return "products" if not has("ordered_at") else None
    return None


def _answer_sheet(profiles: dict[str, ColumnProfile]) -> bool:
    """True for the answers of a form without names: a time stamp first, then columns of few different answers."""
    first, *others = profiles.items()
    chosen = [c for c, p in others if p.filled and p.distinct <= FEW_ANSWERS]
    return normal(first[0]) == "timestamp" and len(chosen) >= LEAST_QUESTIONS and len(chosen) > len(others) / 2


def _own(profiles: dict[str, ColumnProfile], field: str) -> bool:
    return any(name_score(field, column) > 0 for column in profiles)


def unused(upload: Upload) -> Mapped:
    """A table of nothing the copilot works with: nothing of it is kept."""
    mapped = Mapped(format="unknown table", role="not used")
    shown = ", ".join(repr(column) for column in upload.raw.columns[:6])
    what = f"no orders, customers, products, feedback, sessions or spend found ({shown})"
    mapped.note("not_used", upload.raw.rows, what, "set aside: nothing of it is used")
    return mapped


def map_list(upload: Upload, profiles: dict[str, ColumnProfile], kind: str) -> Mapped:
    """Map a list of the kind found."""
    found = by_name(profiles, WANTED[kind], dict(upload.answers))
    columns = dict(found.columns)
    styles, problems = read_styles(upload, columns)
    dates, questions = decide_dates(upload, columns)
    mapped = Mapped(format=f"{kind} table", role=ROLES.get(kind, kind), columns=columns, problems=problems)
    mapped.questions += [*found.questions, *questions]
    if mapped.questions:
        return mapped
    whole = frozenset(c for c in columns.values() if profiles[c].point_zero > 0.99)
    fields = FieldMap(columns, {}, styles, dates, whole)
    return fill_list(upload, fields, kind, mapped)


def fill_list(upload: Upload, fields: FieldMap, kind: str, mapped: Mapped) -> Mapped:
    """The canonical tables of a list whose columns are known."""
    table = held(upload.engine, with_match_key(typed(upload, fields, _columns(kind)), upload.salt))
    builders = {
        "customers": _customers,
        "products": _products,
        "categories": _categories,
        "reviews": _reviews,
        "sessions": _sessions,
        "spend": _spend,
    }
    if kind == "survey":
        _survey(upload, fields, table, mapped)
    else:
        builders[kind](upload, table, mapped)
    return mapped


def _columns(kind: str) -> tuple[str, ...]:
    """The fields a list is read with: its own, and who it is about (empty for products and spend)."""
    return tuple(dict.fromkeys((*WHO, *WANTED[kind])))


def _keep(upload: Upload, table: ir.Table, usable: ir.BooleanValue, mapped: Mapped, why: str) -> ir.Table:
    """The usable rows; the others are counted as set aside."""
    good = held(upload.engine, table.filter(usable.fill_null(False)))
    mapped.kept = int(good.count().execute())
    unusable = ~usable.fill_null(False)
    count = int(table.filter(unusable).count().execute())
    mapped.note("unusable_rows", count, why, "set aside", example_rows(table, unusable, count))
    return good


def _customers(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = _keep(upload, table, table.customer_key.notnull(), mapped, "rows without e-mail, customer number or phone")
    row = good[ROW]
    names = ("country", "region", "city", "email_consent", "sms_consent", "consent_at", "created_at", "tags",
             "orders_stated", "spent_stated")  # fmt: skip
    people = good.group_by("customer_key").aggregate(rows=good.count(), **{n: good[n].argmin(row) for n in names})
    consent = people.email_consent.notnull() | people.sms_consent.notnull()
    source = ibis.ifelse(consent, f"{mapped.format}: {upload.name}", ibis.null("string"))
    people = people.mutate(consent_source=source, tags=scrub(people.tags))
    mapped.tables["customers"] = conform(people, "customers")
    mapped.identities = held(upload.engine, identities(good, upload.salt))
    repeated = mapped.kept - int(people.count().execute())
    mapped.note("repeated_customers", repeated, "rows about a customer who stands there already", "joined")


def _products(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = _keep(upload, table, table["product"].notnull() | table.sku.notnull(), mapped, "rows without a product")
    good = good.mutate(price=good.unit_price, category=ibis.coalesce(good.category, _category_link(good)))
    mapped.tables["products"] = conform(good, "products")


def _category_link(table: ir.Table) -> ir.StringValue:
    """A category number waiting for its name; assembly replaces it by the name from a categories table."""
    return ibis.ifelse(table.category_id.notnull(), ibis.literal("category ") + table.category_id, ibis.null("string"))


def _categories(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = _keep(upload, table, table.category_id.notnull() & table.category.notnull(), mapped, "rows without a name")
    mapped.lookups = good.select(link=_category_link(good), category=good.category)


def _feedback_id(upload: Upload, table: ir.Table, suffix: ir.StringValue | str = "") -> ir.StringValue:
    """The file's own id of the row, else a stable one made from its cells."""
    made = sha256(ibis.literal(upload.salt) + table.cells + ibis.literal("\x1f") + table.nth.cast("string")).substr(
        0, 10
    )
    return ibis.coalesce(table.feedback_id, ibis.literal("f-") + made) + suffix


def _reviews(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    usable = table.body.notnull() | table.title.notnull() | table.rating.notnull()
    good = _keep(upload, table, usable, mapped, "rows without text and rating")
    words = ibis.ifelse(
        good.title.notnull() & good.body.notnull(), good.title + ibis.literal(". ") + good.body,
        ibis.coalesce(good.body, good.title),
    )  # fmt: skip
    largest = good.rating.max().over(ibis.window())
    scale = ibis.ifelse(largest <= 5, ibis.literal(5.0), ibis.literal(10.0))
    good = good.mutate(
        feedback_id=_feedback_id(upload, good),
        kind=ibis.literal("review"),
        product=ibis.coalesce(good["product"], good.sku),
        text=_without_author(scrub(words), good),
        rating_max=ibis.ifelse(good.rating.notnull(), scale, ibis.null("float64")),
    )
    mapped.tables["feedback"] = conform(good, "feedback")
    mapped.identities = held(upload.engine, identities(good, upload.salt))


def _without_author(text: ir.StringValue, table: ir.Table) -> ir.StringValue:
    """The text without the reviewer's own name as the file gives it; known customers are masked on assembly."""
    for name in (table.full_name, table.first_name, table.full_name.re_extract(r"^(\S{3,})", 1)):
        usable = ibis.coalesce(name.length() >= 3, ibis.literal(False))
        text = ibis.ifelse(usable, text.replace(ibis.coalesce(name, "[name]"), "[name]"), text)
    return text


def _survey(upload: Upload, fields: FieldMap, table: ir.Table, mapped: Mapped) -> None:
    """One feedback row an answer; a response without any answer is set aside."""
    used = set(fields.columns.values())
    asked = [
        c for c in upload.raw.columns if c not in used and normal(c) not in ("id", "ip address", "network id", "tags")
    ]
    cells = upload.table.select(
        upload.table[ROW], **{f"q{i}": upload.table[c].strip().nullif("") for i, c in enumerate(asked)}
    )
    joined = table.join(cells, ROW).select(*table.columns, *[f"q{i}" for i in range(len(asked))])
    answered = ibis.or_(*[joined[f"q{i}"].notnull() for i in range(len(asked))])
    good = _keep(upload, joined, answered, mapped, "responses without any answer")
    parts = []
    for i, question in enumerate(asked):
        part = good.filter(good[f"q{i}"].notnull())
        parts.append(
            conform(
                part.mutate(
                    feedback_id=_feedback_id(upload, part, f"-{i + 1}"),
                    kind=ibis.literal("survey"),
                    product=ibis.null("string"),
                    question=ibis.literal(question),
                    rating=_as_rating(part[f"q{i}"]),
                    text=scrub(part[f"q{i}"]),
                ),
                "feedback",
            )
        )
    mapped.tables["feedback"] = ibis.union(*parts, distinct=False) if len(parts) > 1 else parts[0]
    mapped.identities = held(upload.engine, identities(good, upload.salt))


def _as_rating(cell: ir.StringValue) -> ir.Value:
    """A one- or two-digit answer is also a number (satisfaction, likelihood to recommend)."""
    return ibis.ifelse(cell.re_search(r"^\d{1,2}$"), cell.try_cast("float64"), ibis.null("float64"))


def _sessions(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = _keep(upload, table, table.started_at.notnull(), mapped, "rows without a start")
    good = good.mutate(visitor=pseudonym(ibis.literal("visitor:") + good.visitor, upload.salt))
    mapped.tables["sessions"] = conform(good, "sessions")
    mapped.identities = held(upload.engine, identities(good, upload.salt))


def _spend(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = _keep(upload, table, table.day.notnull() & table.spend.notnull(), mapped, "rows without day or cost")
    mapped.tables["spend"] = conform(good.mutate(day=good.day.date(), cost=good.spend), "spend")
