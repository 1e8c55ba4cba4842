"""A table of exchange rates that the user gives: one row a day and currency, or a rate without a day."""

from __future__ import annotations

import re
from typing import Final

import ibis

from copilot.data.examples import one
from copilot.data.formats.base import FieldMap, Mapped, Upload, read_styles, typed
from copilot.data.formats.dates import decide_dates
from copilot.data.order_parts import part
from copilot.data.reading import ROW
from copilot.data.report import Question

RATES: Final = "exchange_rates"
_RATE: Final = ("rate", "exchange rate", "fx rate", "kurs", "wechselkurs", "taux", "exchange_rate", "fx_rate")
_CURRENCY: Final = ("currency", "from", "from currency", "source currency", "währung", "devise", "from_currency")
_INTO: Final = ("to", "into", "target", "to currency", "target currency", "in", "to_currency", "target_currency")
_BASE: Final = ("base", "base currency", "base_currency")
_DAY: Final = ("date", "day", "datum", "on", "valid on")
_CODE: Final = re.compile(r"^[A-Za-z]{3}$")
_OFFERED: Final = ("EUR", "USD", "GBP")


class ExchangeRates:
    """The format as the registry sees it."""

    name = "exchange rates"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for a rate and a currency, with nothing but a day and another currency beside them."""
        names = {column.strip().lower() for column in columns}
        known = {*_RATE, *_CURRENCY, *_INTO, *_BASE, *_DAY}
        return 1.0 if names & set(_RATE) and names & set(_CURRENCY) and names <= known else 0.0

    def map(self, upload: Upload) -> Mapped:
        """Rows of currency, into, day and rate. A base currency is what one unit of is worth so much.

        Where no column says into which currency the rates lead, that is asked.
        """
        columns = {
            field: column
            for field, names in (("currency", _CURRENCY), ("base", _BASE), ("into", _INTO), ("day", _DAY))
            if (column := _named(upload.raw.columns, names)) is not None
        }
        columns["rate"] = _named(upload.raw.columns, _RATE) or ""
        mapped = Mapped(format=self.name, role="exchange rates", columns=columns)
        money = {"discount_rate": columns["rate"]}  # read as a number, as any rate is
        days = {"day": columns["day"]} if "day" in columns else {}
        styles, _ = read_styles(upload, money)
        dates, questions = decide_dates(upload, days)
        mapped.questions += questions
        answer = upload.answers.get("rates_into", "").upper()
        if "into" not in columns and "base" not in columns and not _CODE.match(answer):
            text = "Into which currency do these rates lead? One unit of the currency named is worth so many of it."
            mapped.questions.append(Question(code="rates_into", text=text, options=_OFFERED))
        if mapped.questions:
            return mapped
        fields = FieldMap({**money, **days}, {}, styles, dates)
        rows = typed(upload, fields, (*money, *days))
        source = upload.table
        codes = [field for field in ("currency", "base", "into") if field in columns]
        texts = {field: source[columns[field]].strip().upper() for field in codes}
        named = source.select(t_row=source[ROW], **texts)
        both = rows.join(named, rows[ROW] == named.t_row)
        if "base" in columns:
            first, second = both.base, both.currency
        else:
            first, second = both.currency, both.into if "into" in columns else ibis.literal(answer)
        rates = both.select(
            ROW, currency=first, into=second, rate=both.discount_rate,
            day=both.day.date() if days else ibis.null("date"),
        )  # fmt: skip
        good = (rates.rate > 0) & rates.currency.re_search(r"^[A-Z]{3}$") & rates.into.re_search(r"^[A-Z]{3}$")
        kept = rates.filter(good.fill_null(False))
        mapped.kept = int(one(kept.aggregate(n=kept.count()))["n"])
        mapped.parts[RATES] = part(kept, RATES)
        first_row = kept.order_by(ROW).limit(1).to_pyarrow().to_pylist()
        says = tuple(f"1 {row['currency']} = {row['rate'].normalize():f} {row['into']}" for row in first_row)
        mapped.note(RATES, mapped.kept, "exchange rates", "amounts are converted with them, and every receipt says so",
            says)  # fmt: skip
        mapped.note("unreadable_rates", upload.raw.rows - mapped.kept, "rows without a rate or a currency code",
            "left out", ())  # fmt: skip
        return mapped


def _named(columns: tuple[str, ...], names: tuple[str, ...]) -> str | None:
    """The column of one of these names."""
    return next((column for column in columns if column.strip().lower() in names), None)
