"""Files that are lists of something: customers, products, categories, reviews, survey answers, sessions, ad spend."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held
from copilot.data.formats.attributes import add_attributes
from copilot.data.formats.base import WHO, FieldMap, Mapped, Upload, conform, read_styles, typed
from copilot.data.formats.checks import usable_rows
from copilot.data.formats.computed import with_column
from copilot.data.formats.dates import decide_dates
from copilot.data.formats.feedback import fill_reviews, fill_survey, questions_of, without_zone
from copilot.data.formats.profile import ColumnProfile
from copilot.data.formats.recognise import by_name, fits
from copilot.data.formats.spending import SPEND, fill_spend, header_currency
from copilot.data.formats.synonyms import name_score, normal
from copilot.data.privacy import identities, pseudonym, scrub, with_match_key
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
    "spend": SPEND,
}  # fmt: skip
FEW_ANSWERS: Final = 0.1  # different answers per answer, up to which a column looks like a choice
LEAST_QUESTIONS: Final = 5
ROLES: Final = {"reviews": "feedback", "survey": "feedback", "categories": "products"}
_MONTHS: Final = frozenset(("month", "monat", "mois", "mes", "mese", "maand", "year month"))
_YEAR_MONTH: Final = 7  # characters of 2025-01
_ARTICLE: Final = re.compile(r"^(?!.*\b(?:review|response|user|customer|order|row|respondent)\b)[a-z]+ id$")


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
    dated = has("day") or any(_is_month(c, p) for c, p in profiles.items())
    if has("spend") and dated and not has("order_id") and not has("customer_id") and not has("email"):
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
    if kind == "reviews":
        _reviewed_product(profiles, columns)
    if kind == "spend":
        upload = _whole_months(upload, profiles, columns)
    if kind == "survey":
        upload = without_zone(upload, columns.get("given_at"))
    styles, problems = read_styles(upload, columns)
    dates, questions = decide_dates(upload, columns)
    mapped = Mapped(format=f"{kind} table", role=ROLES.get(kind, kind), columns=columns, problems=problems)
    mapped.questions += [*found.questions, *questions]
    if mapped.questions:
        return mapped
    whole = frozenset(c for c in columns.values() if c in profiles and profiles[c].point_zero > 0.99)
    fields = FieldMap(columns, {}, styles, dates, whole)
    further = [c for c in upload.raw.columns if c not in columns.values()] if kind == "customers" else []
    return fill_list(upload, fields, kind, mapped, further=further)


def _reviewed_product(profiles: dict[str, ColumnProfile], columns: dict[str, str]) -> None:
    """A number of the reviewed article under the shop's own name for it (`Clothing ID`) names the product."""
    if "product" in columns or "sku" in columns:
        return
    ids = [
        c for c, p in profiles.items()
        if c not in columns.values() and _ARTICLE.match(normal(c)) and p.filled and p.distinct < 0.9
    ]  # fmt: skip
    if len(ids) == 1:
        columns["sku"] = ids[0]


def _whole_months(upload: Upload, profiles: dict[str, ColumnProfile], columns: dict[str, str]) -> Upload:
    """`2025-01` as the first and the last day of the month; the currency a cost column's name carries."""
    month = next((c for c, p in profiles.items() if _is_month(c, p)), None)
    if month is not None and "day" not in columns:
        first = upload.table[month].re_replace("[/.]", "-") + ibis.literal("-01")
        day = first.try_cast("date")
        last = (day + ibis.interval(months=1) - ibis.interval(days=1)).cast("string")
        upload = with_column(with_column(upload, f"{month}: first day", first), f"{month}: last day", last)
        columns |= {"day": f"{month}: first day", "until": f"{month}: last day"}
    code = header_currency(columns.get("spend", ""))
    if code is not None and "currency" not in columns:
        columns["currency"] = "currency of the cost"
        upload = with_column(upload, "currency of the cost", ibis.literal(code))
    return upload


def _is_month(column: str, profile: ColumnProfile) -> bool:
    """A column of months such as 2025-01."""
    return normal(column) in _MONTHS and profile.dates == 0 and profile.numbers == 0 and profile.length == _YEAR_MONTH


def fill_list(upload: Upload, fields: FieldMap, kind: str, mapped: Mapped, *, further: Sequence[str] = ()) -> Mapped:
    """The canonical tables of a list whose columns are known; `further` columns may become customer attributes."""
    if kind == "spend":
        return fill_spend(upload, fields, mapped)
    table = held(upload.engine, with_match_key(typed(upload, fields, _columns(kind)), upload.salt))
    if kind == "survey":
        fill_survey(upload, questions_of(upload, fields, mapped), table, mapped)
        return mapped
    if kind == "customers":
        _customers(upload, table, mapped)
        if further:
            add_attributes(upload, table, further, mapped)
        return mapped
    builders = {
        "products": _products,
        "categories": _categories,
        "reviews": fill_reviews,
        "sessions": _sessions,
    }
    builders[kind](upload, table, mapped)
    return mapped


def _columns(kind: str) -> tuple[str, ...]:
    """The fields a list is read with: its own, and who it is about (empty for products)."""
    return tuple(dict.fromkeys((*WHO, *WANTED[kind])))


def _customers(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = usable_rows(
        upload, table, table.customer_key.notnull(), mapped, "rows without e-mail, customer number or phone"
    )
    row = good[ROW]
    names = ("country", "region", "city", "email_consent", "sms_consent", "consent_at", "created_at", "tags",
             "orders_stated", "spent_stated")  # fmt: skip
    firsts = {name: good[name].argmin(row, where=good[name].notnull()) for name in names}
    people = good.group_by("customer_key").aggregate(rows=good.count(), **firsts)
    consent = people.email_consent.notnull() | people.sms_consent.notnull()
    source = ibis.ifelse(consent, f"{mapped.format}: {upload.name}", ibis.null("string"))
    people = people.mutate(consent_source=source, tags=scrub(people.tags))
    mapped.tables["customers"] = conform(people, "customers")
    mapped.identities = held(upload.engine, identities(good, upload.salt))
    repeated = mapped.kept - int(people.count().execute())
    mapped.note("repeated_customers", repeated, "rows about a customer who stands there already", "joined")


def _products(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = usable_rows(
        upload, table, table["product"].notnull() | table.sku.notnull(), mapped, "rows without a product"
    )
    good = good.mutate(price=good.unit_price, category=ibis.coalesce(good.category, _category_link(good)))
    mapped.tables["products"] = conform(good, "products")


def _category_link(table: ir.Table) -> ir.StringValue:
    """A category number waiting for its name; assembly replaces it by the name from a categories table."""
    return ibis.ifelse(table.category_id.notnull(), ibis.literal("category ") + table.category_id, ibis.null("string"))


def _categories(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = usable_rows(
        upload, table, table.category_id.notnull() & table.category.notnull(), mapped, "rows without a name"
    )
    mapped.lookups = good.select(link=_category_link(good), category=good.category)


def _sessions(upload: Upload, table: ir.Table, mapped: Mapped) -> None:
    good = usable_rows(upload, table, table.started_at.notnull(), mapped, "rows without a start")
    good = good.mutate(visitor=pseudonym(ibis.literal("visitor:") + good.visitor, upload.salt))
    mapped.tables["sessions"] = conform(good, "sessions")
    mapped.identities = held(upload.engine, identities(good, upload.salt))
