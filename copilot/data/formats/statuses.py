"""What platforms call the payment state of an order, in several languages, in the one vocabulary of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import ibis
import ibis.expr.types as ir

# Words are compared in lower case, without the `wc-` some WooCommerce plugins put in front.
WORDS: Final[Mapping[str, tuple[str, ...]]] = {
    "paid": ("paid", "completed", "complete", "processing", "shipped", "fulfilled", "delivered", "closed", "approved",
             "invoiced", "succeeded", "success", "awaiting fulfillment",
             "completo", "completado", "completato", "concluído", "concluida", "procesando", "processando",
             "in lavorazione", "terminée", "terminé", "en cours", "abgeschlossen", "fertiggestellt",
             "in bearbeitung", "bezahlt", "afgerond", "in behandeling", "payée", "pagado", "pagato", "pago"),
    "pending": ("pending", "on-hold", "on hold", "unpaid", "holded", "awaiting payment", "pending payment", "created",
                "en espera", "pendiente", "pendiente de pago", "in sospeso", "in attesa di pagamento", "aguardando",
                "pagamento pendente", "en attente", "attente paiement", "en attente de paiement",
                "in wartestellung", "zahlung ausstehend", "ausstehende zahlung", "in de wacht",
                "wachtend op betaling"),
    "authorized": ("authorized", "authorised"),
    "partially_paid": ("partially_paid", "partially paid"),
    "partially_refunded": ("partially_refunded", "partially refunded", "partially-refunded", "teilweise erstattet"),
    "refunded": ("refunded", "returned", "reembolsado", "rimborsato", "remboursée", "remboursé", "erstattet",
                 "rückerstattet", "terugbetaald", "fully refunded"),
    "voided": ("voided", "void", "failed", "declined", "fallido", "fallito", "malsucedido", "échouée", "échoué",
               "fehlgeschlagen", "mislukt"),
    "cancelled": ("cancelled", "canceled", "unavailable", "cancelado", "annullato", "annulée", "annulé", "storniert",
                  "geannuleerd"),
    "expired": ("expired", "checkout-draft", "draft", "auto-draft", "trash"),  # a draft is a checkout never finished
}  # fmt: skip
_ALL: Final = frozenset(word for words in WORDS.values() for word in words)


def plain(status: ir.StringValue) -> ir.StringValue:
    """A status as it is compared."""
    word: ir.StringValue = status.strip().lower().re_replace("^wc-", "")
    return word


def known(status: ir.StringValue, own: Mapping[str, str]) -> ir.StringValue:
    """The status in our vocabulary; `own` are the platform's words (lower case -> ours), which win; else `unknown`."""
    word = plain(status)
    theirs: dict[str, list[str]] = {}
    for name, ours in own.items():
        theirs.setdefault(ours, []).append(name)
    branches = [(word.isin(words), name) for name, words in (*theirs.items(), *WORDS.items())]
    found: ir.StringValue = ibis.cases(*branches, else_="unknown")
    return found


def strange(words: list[str], own: Mapping[str, str]) -> list[str]:
    """Those of the compared words (see `plain`) that nobody has told us the meaning of."""
    return sorted(word for word in words if word not in own and word not in _ALL)
