"""Mailchimp audience exports (a file each for subscribed, unsubscribed, cleaned and non-subscribed contacts)."""

from __future__ import annotations

import re
from typing import Final

import ibis
import ibis.expr.types as ir

from copilot.data.formats.base import Mapped, Upload
from copilot.data.formats.computed import cell, column, with_column
from copilot.data.formats.platform import Columns, field_map, signature
from copilot.data.formats.subscribers import CONSENT, fill_subscribers, with_consent
from copilot.data.report import Question

SUBSCRIBED: Final = "subscribed"
STATUSES: Final = (SUBSCRIBED, "unsubscribed", "cleaned", "non-subscribed")
QUESTION: Final = "mailchimp_members"
_TAGS: Final = "TAGS, as read"
COLUMNS: Final[Columns] = {
    "email": ("Email Address", "Email"),
    "first_name": ("First Name", "FNAME"),
    "last_name": ("Last Name", "LNAME"),
    "full_name": ("Name", "Full Name"),
    "company": ("Company",),
    "phone": ("Phone Number", "Phone", "SMS Phone Number"),
    "country": ("Country", "CC"),
    "region": ("State", "REGION"),
    "city": ("City",),
    "email_consent": (CONSENT,),
    "consent_at": ("CONFIRM_TIME", "OPTIN_TIME"),
    "created_at": ("OPTIN_TIME", "CONFIRM_TIME"),
    "tags": (_TAGS,),
    "unsubscribed_at": ("UNSUB_TIME",),
    "cleaned_at": ("CLEAN_TIME",),
    "campaign": ("UNSUB_CAMPAIGN_TITLE", "CLEAN_CAMPAIGN_TITLE"),
}
IGNORED: Final = (
    "GMTOFF", "DSTOFF", "TIMEZONE", "LAST_CHANGED", "LEID", "EUID", "TAGS", "UNSUB_CAMPAIGN_ID", "CLEAN_CAMPAIGN_ID",
    "UNSUB_REASON_OTHER", "CC", "REGION", "OPTIN_TIME", "CONFIRM_TIME",
)  # fmt: skip
_HEADER: Final = signature("email address", some=("member_rating", "leid", "euid", "optin_time"), least=2)


class MailchimpAudience:
    """The format as the registry sees it."""

    name = "Mailchimp audience"

    def recognise(self, columns: tuple[str, ...]) -> float:
        """1.0 for an e-mail address with two of Mailchimp's own columns."""
        return _HEADER.confidence(columns)

    def map(self, upload: Upload) -> Mapped:
        """One contact a row; the status is that of the file, told by its columns or name, else asked."""
        status = _status(upload)
        subscribed = ibis.literal(status == SUBSCRIBED)
        upload = with_column(with_consent(upload, subscribed), _TAGS, _tags(upload))
        columns = {name: own for name, own in COLUMNS.items() if status == SUBSCRIBED or name != "consent_at"}
        fields, mapped = field_map(upload, columns, self.name, "customers")
        if status is None:
            mapped.questions.append(
                Question(
                    code=QUESTION,
                    text="Which contacts does this Mailchimp file hold? Neither its name nor its columns say it.",
                    options=STATUSES,
                )
            )
        if mapped.questions:
            return mapped
        mapped.notes += [] if status == SUBSCRIBED else [f"{upload.name}: {status} contacts, who are not to be mailed"]
        return fill_subscribers(upload, fields, mapped, IGNORED)


def _status(upload: Upload) -> str | None:
    """What the contacts of the file are, or None."""
    if column(upload, "UNSUB_TIME", "UNSUB_CAMPAIGN_ID") is not None:
        return "unsubscribed"
    if column(upload, "CLEAN_TIME", "CLEAN_CAMPAIGN_ID") is not None:
        return "cleaned"
    named = re.search(r"(?<![a-z])(non[-_ ]?subscribed|unsubscribed|subscribed|cleaned)(?![a-z])", upload.name.lower())
    if named:
        return "non-subscribed" if named.group(1).startswith("non") else named.group(1)
    answer = upload.answers.get(QUESTION)
    return answer if answer in STATUSES else None


def _tags(upload: Upload) -> ir.StringValue:
    """`"VIP","Blog"` as VIP, Blog."""
    return cell(upload, "TAGS").replace('"', "").re_replace(r"\s*,\s*", ", ").nullif("")
