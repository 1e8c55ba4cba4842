"""Google Ads reports: a title and the period above the header, total rows below, `--` for nothing."""

from __future__ import annotations

from typing import Final

from copilot.data.formats.ad_reports import AdReport
from copilot.data.formats.platform import Columns, signature

COLUMNS: Final[Columns] = {
    "day": ("Day", "Tag", "Jour", "Día", "Giorno", "Dag", "Dia", "Date"),
    "campaign": ("Campaign", "Kampagne", "Campagne", "Campaña", "Campagna", "Campanha", "Campaign name"),
    "spend": ("Cost", "Kosten", "Coût", "Coste", "Costo", "Custo"),
    "currency": ("Currency code", "Währungscode", "Code de devise", "Código de moneda", "Codice valuta", "Valutacode"),
    "impressions": ("Impr.", "Impressions", "Impressionen", "Impresiones", "Impr"),
    "clicks": ("Clicks", "Klicks", "Clics", "Clic", "Klikken", "Cliques"),
    "conversions": ("Conversions", "Conv.", "Konversionen", "Conversiones", "Conversioni"),
    "conversion_value": ("Conv. value", "Conversion value", "Conv.-Wert", "Conversion-Wert", "Valeur conv.",
                         "Valor conv.", "Valore conv."),
}  # fmt: skip
_OWN: Final = ("campaign status", "currency code", "impr.", "avg. cpc", "conv. value", "budget type", "campaign type",
               "bid strategy type", "optimization score", "währungscode", "kampagnenstatus", "code de devise",
               "durchschn. cpc", "cpc moy.")  # fmt: skip
_PAIRS: Final = (("Campaign", "Cost"), ("Kampagne", "Kosten"), ("Campagne", "Coût"), ("Campaña", "Coste"),
                 ("Campagna", "Costo"), ("Campagne", "Kosten"))  # fmt: skip
_HEADERS: Final = tuple(signature(*pair, some=_OWN, least=2) for pair in _PAIRS)

GOOGLE_ADS: Final = AdReport(
    name="Google Ads", channel="Google", columns=COLUMNS, header=_HEADERS[0], also=_HEADERS[1:]
)
