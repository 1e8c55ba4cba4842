"""Google Analytics 4 reports: sums of visits by channel, day or other dimension; single visits are not in them."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.engine import held
from copilot.data.formats.base import FieldMap, Mapped, Upload, typed
from copilot.data.formats.computed import amount, column
from copilot.data.formats.dates import decide_dates
from copilot.data.formats.report_period import stated_period
from copilot.data.formats.sums import Measures, fill_reported, present
from copilot.data.formats.synonyms import normal
from copilot.data.quality import example_rows, one
from copilot.data.reading import ROW

REPORT: Final = "web traffic"
MEASURES: Final[Measures] = {
    "sessions": ("Sessions", "Sitzungen", "Sesiones", "Sessioni", "Sessies", "Sessões"),
    "engaged_sessions": ("Engaged sessions", "Sitzungen mit Interaktionen", "Sessions avec engagement",
                         "Sesiones con interacción", "Sessioni con coinvolgimento"),
    "new_users": ("New users", "Neue Nutzer", "Nouveaux utilisateurs", "Usuarios nuevos", "Nuovi utenti"),
    "views": ("Views", "Aufrufe", "Vues", "Vistas", "Visualizzazioni"),
    "events": ("Event count", "Ereignisanzahl", "Nombre d'événements", "Número de eventos", "Conteggio eventi"),
    "key_events": ("Key events", "Conversions", "Schlüsselereignisse", "Événements clés", "Eventos clave"),
    "ordered": ("Ecommerce purchases", "Transactions", "Purchases", "E-Commerce-Käufe"),
    "revenue": ("Total revenue", "Purchase revenue", "Gesamtumsatz", "Revenu total", "Ingresos totales"),
}  # fmt: skip
_VISITS: Final = {name.lower() for name in MEASURES["sessions"]}
_OWN: Final = {
    "engaged sessions", "engagement rate", "average engagement time per session", "events per session", "event count",
    "key events", "session key event rate", "engaged sessions per user", "average session duration", "bounce rate",
    *(name.lower() for measure in ("engaged_sessions", "events", "key_events") for name in MEASURES[measure]),
    "interaktionsrate", "taux d'engagement", "porcentaje de interacciones", "tasso di coinvolgimento",
}  # fmt: skip
_DATE: Final = re.compile(r"^(?:date|datum|fecha|data|day|tag|jour)\b")
_CHANNEL: Final = re.compile(r"channel|kanal|source|quelle|medium|canal|canale|fuente|sorgente|campaign|kampagne")
_TOTAL: Final = r"(?i)^\s*(grand total|totals?|gesamtsumme|gesamt|total g[eé]n[eé]ra[lu]x?|totale( complessivo)?)\s*$"
_TIME: Final = re.compile(r"^(?:hour|stunde|heure|hora|ora|nth |year|month|week)\b")


class GoogleAnalytics:
    """The format as the registry sees it."""

    name = "Google Analytics 4 report"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for sessions with two more measures only this report has."""
        names = {column.lower().strip() for column in columns}
        return 1.0 if names & _VISITS and len(names & _OWN) >= 2 else 0.0

    def map(self, upload: Upload) -> Mapped:
        """Sums by the channel (or the first other dimension) and day; rates, averages and users are left out."""
        measures = present(upload, MEASURES)
        mapped = Mapped(format=self.name, role="web traffic", columns=dict(measures))
        rows = _first_table(upload, measures, mapped)
        dimensions = _dimensions(upload)
        rows = _without_totals(upload, rows, dimensions, mapped)
        day = next((name for name in dimensions if _DATE.match(normal(name))), None)
        others = [name for name in dimensions if name != day and not _TIME.match(normal(name))]
        named = next((name for name in others if _CHANNEL.search(normal(name))), others[0] if others else None)
        there = replace(upload, table=rows)
        if day is None:
            about, period = _about(rows, named), stated_period(upload.raw.above)
            about = about.mutate(r_day=ibis.literal(period[0].isoformat() if period else None, "string").cast("date"))
            if period:
                mapped.notes.append(f"web traffic is of {period[0]:%-d %b %Y} - {period[1]:%-d %b %Y}, not by day")
        else:
            dates, questions = decide_dates(there, {"day": day})
            mapped.questions += questions
            if questions:
                return mapped
            days = typed(there, FieldMap({"day": day}, {}, {}, dates), ("day",))
            days = days.select(day_row=ROW, r_day=days.day.date())
            about = _about(rows.join(days, rows[ROW] == days.day_row), named)
            mapped.columns["day"] = day
        fill_reported(upload, held(upload.engine, about), measures, mapped)
        mapped.kept = int(about.count().execute())
        _limits(upload, mapped)
        return mapped


def _about(rows: ir.Table, named: str | None) -> ir.Table:
    name = rows[named] if named is not None else ibis.literal("all visits")
    return rows.mutate(
        r_report=ibis.literal(REPORT), r_name=ibis.coalesce(name, "(not set)"), r_channel=ibis.null("string")
    )


def _dimensions(upload: Upload) -> list[str]:
    """The columns before the first measure."""
    known = {name.lower() for names in MEASURES.values() for name in names} | _OWN | {
        "users", "total users", "active users", "nutzer", "aktive nutzer", "utilisateurs", "usuarios", "utenti",
    }  # fmt: skip
    found: list[str] = []
    for own in upload.raw.columns:
        if own.lower().strip() in known:
            break
        found.append(own)
    return found


def _first_table(upload: Upload, measures: dict[str, str], mapped: Mapped) -> ir.Table:
    """The rows before the next comment line or header: several reports may follow each other in one file."""
    table = upload.table
    sessions = table[measures["sessions"]]
    stray = table[upload.raw.columns[0]].startswith("#").fill_null(False) | (
        sessions.notnull() & ~sessions.re_search(r"^[\d.,'\s\x{00a0}\x{202f}]+$")
    )
    first = one(table.filter(stray).aggregate(row=table.filter(stray)[ROW].min()))["row"]
    if first is None:
        return table
    further = table[ROW] >= first
    count = int(table.filter(further).count().execute())
    mapped.note("second_table", count, "rows of a second report in the same file",
        "set aside: add that report as a file of its own", example_rows(table, further, count))  # fmt: skip
    return table.filter(table[ROW] < first)


def _without_totals(upload: Upload, rows: ir.Table, dimensions: list[str], mapped: Mapped) -> ir.Table:
    """The rows without the one that adds up the others."""
    if not dimensions:
        return rows
    told = ibis.or_(ibis.literal(False), *[rows[name].re_search(_TOTAL).fill_null(False) for name in dimensions])
    blank = ibis.and_(ibis.literal(True), *[rows[name].isnull() for name in dimensions])
    visits = amount(replace(upload, table=rows), *MEASURES["sessions"])
    sums = one(rows.aggregate(blank=visits.sum(where=blank), others=visits.sum(where=~blank & ~told)))
    same = sums["blank"] is not None and sums["others"] is not None and sums["blank"] == sums["others"]
    total = told | blank if same else told
    count = int(rows.filter(total).count().execute())
    mapped.note("total_rows", count, "rows that add up the others", "set aside: they would double the sums",
        example_rows(rows, total, count))  # fmt: skip
    return rows.filter(~total)


def _limits(upload: Upload, mapped: Mapped) -> None:
    """What these sums cannot tell, said once where it matters."""
    users = [name for name in upload.raw.columns if re.search(r"\b(users?|nutzer|utilisateurs|usuarios|utenti)\b",
                                                              name.lower()) and "new" not in name.lower()]  # fmt: skip
    mapped.note("not_additive", len(users), f"columns of users ({', '.join(repr(u) for u in users[:3])})",
        "left out: one person stands in several rows, so users cannot be added up")  # fmt: skip
    if column(upload, "Ads cost", "Google Ads cost", "Advertiser ad cost") is not None:
        mapped.note("ad_cost", 1, "ad cost in an analytics report", "not used: add the ad platform's own report")
    mapped.notes.append("web traffic is known as sums by channel: no single visit, and none joined to a buyer")
