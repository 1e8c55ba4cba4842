"""Meta Ads Manager reports: the currency stands in the header, results count as sales only if they are purchases."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Final

import ibis

from copilot.data.formats.ad_reports import AdReport
from copilot.data.formats.base import Upload
from copilot.data.formats.computed import cell, column, with_column
from copilot.data.formats.platform import Columns, signature

PURCHASES: Final = "results that are purchases"
DAYS: Final = ("Day", "Jour", "Tag", "Día", "Giorno", "Dag", "Dia", "Dzień")
COLUMNS: Final[Columns] = {
    "day": (*DAYS, "Reporting starts", "Début des rapports", "Berichtsstart", "Beginn des Berichtszeitraums",
            "Inicio del informe", "Inizio dei report", "Start van rapportage"),
    "until": ("Reporting ends", "Fin des rapports", "Berichtsende", "Ende des Berichtszeitraums", "Fin del informe",
              "Fine dei report", "Einde van rapportage"),
    "campaign": ("Campaign name", "Nom de la campagne", "Kampagnenname", "Nombre de la campaña", "Nome della campagna",
                 "Nome campagna", "Campagnenaam", "Nome da campanha"),
    "currency": ("Currency", "Account currency"),
    "impressions": ("Impressions", "Impressionen", "Impresiones", "Impression", "Weergaven"),
    "clicks": ("Link clicks", "Clics sur un lien", "Link-Klicks", "Clics en el enlace", "Clic sul link", "Linkklikken",
               "Clicks (all)", "Klicks (alle)", "Clics (tous)", "Clicks"),
    "conversions": ("Purchases", "Website purchases", "Achats", "Käufe", "Compras", "Acquisti", "Aankopen", PURCHASES),
    "conversion_value": ("Purchases conversion value", "Purchase conversion value",
                         "Website purchases conversion value", "Valeur de conversion des achats",
                         "Conversion-Wert für Käufe", "Valor de conversión de compras",
                         "Valore di conversione degli acquisti"),
}  # fmt: skip
_COST: Final = re.compile(
    r"^(amount spent|montant dépensé|ausgegebener betrag|betrag ausgegeben|importe gastado|importo speso|besteed bedrag"
    r"|valor usado)( \([A-Z]{3}\))?$", re.IGNORECASE,
)  # fmt: skip


def _prepared(upload: Upload) -> Upload:
    """With purchases from `Results`, if they are that; a report of a row a day ends each row on its own day."""
    day, end = column(upload, *DAYS), column(upload, *COLUMNS["until"])
    if day is not None and end is not None:
        upload = replace(upload, table=upload.table.mutate(**{end: upload.table[day]}))
    if column(upload, "Results") is not None and column(upload, "Result indicator", "Result type") is not None:
        kind = cell(upload, "Result indicator", "Result type").lower()
        bought = ibis.ifelse(kind.contains("purchase").fill_null(False), cell(upload, "Results"), ibis.null("string"))
        upload = with_column(upload, PURCHASES, bought)
    return upload


META_ADS: Final = AdReport(
    name="Meta Ads Manager",
    channel="Meta",
    columns=COLUMNS,
    header=signature(
        some=[name.lower() for name in (*COLUMNS["day"], *COLUMNS["campaign"], *COLUMNS["impressions"])], least=2
    ),
    cost=_COST,
    prepare=_prepared,
)
