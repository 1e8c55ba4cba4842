"""PayPal activity download in English, German and French: payments received and refunds given, nothing else."""

from __future__ import annotations

from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import amount, apart, cell, column, only, settled, with_columns
from copilot.data.formats.documents import LineOptions
from copilot.data.formats.platform import field_map, report_orders, signature
from copilot.data.order_parts import PAYPAL
from copilot.data.tables import MONEY

DATE: Final = ("Date", "Datum")
TYPE: Final = ("Type", "Typ", "Description", "Beschreibung")
GROSS: Final = ("Gross", "Brutto", "Avant commission", "Brut")
CODE: Final = ("Transaction ID", "Transaktionscode", "Numéro de transaction")
LINK: Final = ("Reference Txn ID", "Zugehöriger Transaktionscode", "Txn-Referenzkennung",
               "Numéro de la transaction de référence")  # fmt: skip
FROM: Final = ("From Email Address", "Absender E-Mail-Adresse", "De l'adresse email", "Adresse email de l'expéditeur")
TO: Final = ("To Email Address", "Empfänger E-Mail-Adresse", "À l'adresse email", "Adresse email du destinataire")
IMPACT: Final = ("Balance Impact", "Auswirkung auf Guthaben", "Impact sur le solde")
TITLE: Final = ("Item Title", "Artikelbezeichnung", "Titre de l'objet")
PIECES: Final = ("Quantity", "Anzahl", "Quantité")
SHIPPING: Final = ("Shipping and Handling Amount", "Versand- und Bearbeitungsgebühr",
                   "Montant des frais de livraison et de traitement", "Frais de livraison")  # fmt: skip
TAX: Final = ("Sales Tax", "Umsatzsteuer", "TVA", "Taxe de vente")
ORDER: Final = "Transaction ID, refunds apart"
BUYER: Final = "e-mail of the other side"
GOODS: Final = "Gross less shipping and tax"
COUNT: Final = "Quantity, of refunds below zero"
COLUMNS: Final = {
    "order_id": (ORDER,),
    "ordered_at": DATE,
    "ordered_time": ("Time", "Uhrzeit", "Heure"),
    "ordered_zone": ("TimeZone", "Time Zone", "Zeitzone", "Fuseau horaire"),
    "status": ("Status", "État", "Etat"),
    "currency": ("Currency", "Währung", "Devise"),
    "email": (BUYER,),
    "full_name": ("Name", "Nom"),
    "city": ("Town/City", "Ort", "Ville"),
    "region": ("State/Province/Region/County/Territory/Prefecture/Republic", "Bundesland"),
    "country": ("Country Code", "Ländervorwahl", "Country", "Land", "Pays"),
    "shipping": SHIPPING,
    "taxes": TAX,
}
_GOODS: Final = {"product": TITLE, "quantity": (COUNT,), "line_total": (GOODS,)}
STATUSES: Final = {
    "cleared": "paid", "abgeschlossen": "paid", "effectué": "paid", "completé": "paid", "terminé": "paid",
    "ausstehend": "pending", "en attente": "pending", "unclaimed": "pending", "held": "pending",
    "teilweise rückerstattet": "partially_refunded", "teilweise zurückgezahlt": "partially_refunded",
    "partiellement remboursé": "partially_refunded", "zurückgezahlt": "refunded", "rückerstattet": "refunded",
    "reversed": "refunded", "denied": "voided", "abgelehnt": "voided", "refusé": "voided", "removed": "voided",
    "returned": "voided", "abgelaufen": "expired", "storniert": "cancelled", "annulé": "cancelled",
}  # fmt: skip
# PayPal has over a hundred types of booking and translates them: words tell the three kinds that matter.
_PAID: Final = r"payment|zahlung|paiement|checkout|donation|spende|\bdon\b|subscription|abonnement|purchase|kauf|achat"
_BACK: Final = r"refund|rückzahlung|rückerstattung|remboursement|reversal|chargeback|rückbuchung|rückbelastung|rejet"
_INNER: Final = (
    r"hold|release|conversion|umrechnung|withdrawal|abbuchung|auszahlung|authori[sz]ation|autorisi?|\border$|"
    r"einbehalt|freigabe|gebühr|\bfees?\b|\bfrais\b|commission|blocage|suspension|virement|transfer|deposit|memo|"
    r"gutschrift|cashback|loan|darlehen|bank"
)
_TYPES_NAMED: Final = 4


class PaypalActivity:
    """The format as the registry sees it."""

    name = PAYPAL

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for bookings with gross, net and a transaction code in one of the three languages."""
        return max(
            signature(DATE[date], GROSS[place], net, CODE[place], some=(FROM[place], FROM[-1]), least=1).confidence(
                columns
            )
            for place, (date, net) in enumerate(((0, "Net"), (1, "Netto"), (0, "Net")))
        )

    def map(self, upload: Upload) -> Mapped:
        """Payments received are orders; a refund is a return document on its day, linked by the reference code."""
        upload, others, named = _sales_and_refunds(upload)
        names = dict(COLUMNS)
        titled = column(upload, *TITLE) is not None and bool(cell(upload, *TITLE).notnull().any().execute())
        names |= _GOODS if titled else {"order_total": GROSS}
        fields, mapped = field_map(upload, names, self.name, "orders")
        if mapped.questions:
            return mapped
        report_orders(upload, fields, LineOptions(items=titled, statuses=STATUSES), mapped)
        mapped.note("no_orders", others, f"bookings that are no sale and no refund of one ({named})",
            "set aside: withdrawals, holds, conversions, fees and purchases of your own are no sales")  # fmt: skip
        mapped.notes.append("each PayPal payment counts as an order: sales paid in other ways are not in it")
        return mapped


def _sales_and_refunds(upload: Upload) -> tuple[Upload, int, str]:
    """Payments received and refunds given; how many other bookings there were, and their commonest types."""
    kind, gross = cell(upload, *TYPE).lower(), amount(upload, *GROSS)
    moved = ~cell(upload, *IMPACT).lower().re_replace("é", "e").startswith("memo").fill_null(False)
    inner = kind.re_search(_INNER)
    back = moved & kind.re_search(_BACK) & ~kind.re_search(r"\bfees?\b|gebühr|frais") & (gross < 0)
    sale = moved & kind.re_search(_PAID) & ~kind.re_search(_BACK) & ~inner & (gross > 0)
    code = cell(upload, *CODE)
    link = ibis.ifelse(back, ibis.coalesce(cell(upload, *LINK), code), code)
    payer = cell(upload, *FROM).max(where=sale).over(group_by=link)
    other = ibis.ifelse(back, ibis.coalesce(payer, cell(upload, *TO)), cell(upload, *FROM))
    goods = gross - amount(upload, *SHIPPING).fill_null(0) - amount(upload, *TAX).fill_null(0)
    pieces = ibis.coalesce(amount(upload, *PIECES).nullif(0), ibis.literal(1).cast(MONEY)).abs()
    values: dict[str, ir.Value] = {
        "kind of booking": ibis.cases(
            (sale.fill_null(False), "sale"), (back.fill_null(False), "refund"), else_="other"
        ),
        ORDER: apart(link, back, cell(upload, *DATE)),
        BUYER: other,
        GOODS: goods.cast("string"),
        COUNT: ibis.ifelse(gross < 0, -pieces, pieces).cast("string"),
    }
    upload = settled(with_columns(upload, values))
    rest = upload.table.filter(upload.table["kind of booking"] == "other").select(said=cell(upload, *TYPE))
    counts = rest.group_by("said").aggregate(n=rest.count()).order_by(ibis.desc("n"), "said").limit(_TYPES_NAMED)
    named = ", ".join(str(row["said"]) for row in counts.to_pyarrow().to_pylist() if row["said"])
    kept, others = only(upload, upload.table["kind of booking"] != "other")
    return kept, others, named or "without a type"
