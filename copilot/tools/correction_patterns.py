"""What people say to correct their data: patterns as data, for `correction_words`."""

from __future__ import annotations

import re
from typing import Final

# What people call a field -> the name under which `correction_targets` knows it.
FIELDS: Final = (
    ("order number", r"order (?:number|no\.?|id|reference)s?|invoice (?:number|no\.?)s?"),
    ("discount code", r"(?:discount|coupon|voucher|promo) codes?"),
    ("customer", r"customers?(?: (?:id|ids|number|name|key|account|e-?mail)s?)?|buyers?|clients?|e-?mails?(?: address(?:es)?)?"),
    ("date", r"(?:order |sale |purchase )?dates?|day"),
    ("price", r"(?:unit |item )?prices?"),
    ("quantity", r"quantit(?:y|ies)|qty|pieces"),
    ("shipping", r"shipping(?: cost)?|postage|delivery cost"),
    ("taxes", r"tax(?:es)?|vat"),
    ("refunds", r"refunds?|returns?|refunded amount"),
    ("amount", r"(?:order |line )?(?:amounts?|totals?|values?)|revenue|sales"),
    ("product code", r"skus?|(?:product|article|item) (?:codes?|numbers?)"),
    ("category", r"categor(?:y|ies)|product type"),
    ("product", r"products?(?: names?)?|items?|articles?"),
    ("country", r"countr(?:y|ies)"), ("city", r"city|cities"), ("region", r"regions?|states?|provinces?"),
    ("channel", r"(?:sales )?channels?"), ("source", r"(?:traffic |referring )?sources?"),
    ("status", r"(?:payment |order )?status"), ("currency", r"currenc(?:y|ies)"), ("discount", r"discounts?"),
    ("tags", r"tags?"), ("cost", r"(?:product |unit )?costs?"), ("vendor", r"vendors?|brands?|suppliers?"),
)  # fmt: skip
_FIELD: Final = "(?P<field>" + "|".join(pattern for _, pattern in FIELDS) + ")"
_NAME: Final = r"(?:[\"'`“‘](?P<quoted>[^\"'`“”‘’]+)[\"'`”’]|(?P<plain>[^,;.!?\"“”]+?))"
_END: Final = r"\s*(?:[,;.!?]|$|\b(?:in|of) (?:the )?(?:file|orders? file|export)\b)"
_COLUMN: Final = r"(?:the )?(?:column|field|header)(?: called| named)?"
_IS: Final = r"(?:is|are|means|holds?|contains?|has|gives?|shows?)"
_POLITE: Final = (
    r"(?:(?:can|could|would|will) you |please |from now on,? |always |i want (?:you )?to |you should |let'?s |we )*"
)
_DROP: Final = (
    r"(?:ignore|exclude|leave out|drop|skip|disregard|remove|filter out|do not count|don'?t count|never count|omit)"
)
_COUNT_AS: Final = r"(?:treat|count|read|book|regard|see|take|handle|consider|use)"
_CENTS: Final = r"(?:cents?|pence|pennies|centimes|minor units|hundredths)"
_MONEY_WORD: Final = r"(?:amounts?|prices?|totals?|values?|numbers?|money|sales|revenue|everything|figures|all)"

COLUMNS: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"\b{_FIELD} (?:is|are|stands?|can be found|comes?)(?: actually| really)? in {_COLUMN} {_NAME}{_END}",
    rf"{_COLUMN} {_NAME} {_IS} (?:actually |really )?(?:the |our |my |an? )?{_FIELD}\b(?! in cents)",
    rf"^{_POLITE}(?:use|take|read|treat|see) (?:{_COLUMN} )?{_NAME} as (?:the |our |my |an? )?{_FIELD}(?: column)?{_END}",
    rf"^(?:and |no,? |actually,? )?(?:the )?{_NAME}(?: column)? (?:is|holds|contains) (?:actually |really )?(?:the|our|my) {_FIELD}(?: column)?{_END}",
    rf"\b{_FIELD} column is (?:called |named )?{_NAME}{_END}",
))  # fmt: skip
BARE: Final = 3  # "Buyer is the customer": the pattern that names no column as one
BARE_WORDS: Final = 3
THAT_COLUMN: Final = re.compile(
    rf"\b(?:that|this) column (?:is|holds|contains) (?:the |our |my |an? )?{_FIELD}\b", re.I
)
IN_CENTS: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"{_COLUMN} {_NAME} (?:is|are) (?:actually |really )?(?:given |written |stored )?in {_CENTS}\b",
    rf"\b(?P<all>{_MONEY_WORD})(?: in [^,;.!?]+?)? (?:are|is) (?:all )?(?:actually |really )?(?:given |written |stored |stated )?(?:in )?{_CENTS}\b",
    rf"^(?:the |all )*{_NAME}(?: column)? (?:is|are) (?:actually |really )?(?:given |written |stored )?in {_CENTS}\b",
    rf"\bdivide (?:the |all )*(?P<each>{_MONEY_WORD}) by (?:100|a hundred|one hundred)\b",
))  # fmt: skip
ONE_AMOUNT: Final = re.compile(r"(?:amount|price|total|value)$", re.IGNORECASE)
DAY_FIRST: Final = re.compile(
    r"\bday(?:s)?[- ]first\b|\bday (?:comes|is|stands) first\b|\bday[/ -]month\b|\bdd?[/.-]mm?\b|"
    r"\b(?:european|british|uk|german|french|eu) (?:style |format )?dates?\b|\bdates?\b.*\b(?:european|british|uk|german|eu)\b",
    re.IGNORECASE,
)
MONTH_FIRST: Final = re.compile(
    r"\bmonth(?:s)?[- ]first\b|\bmonth (?:comes|is|stands) first\b|\bmonth[/ -]day\b|\bmm?[/.-]dd?\b|"
    r"\b(?:us|american|u\.s\.) (?:style |format )?dates?\b|\bdates?\b.*\b(?:american|us|u\.s\.)(?: style| format)?\b",
    re.IGNORECASE,
)
DECIMALS: Final = re.compile(
    r"\b(?:amounts?|prices?|numbers?|decimals?|figures)\b.*\b(?:are|is|have|use)\b.*\bdecimal (?P<sign>comma|point)\b|"
    r"\bthe (?P<mark>comma|point|dot|period) (?:is|stands for|means) (?:the |a )?decimals?(?: sign| mark| separator| point)?\b|"
    r"\b(?:the )?(?P<group>comma|point|dot|period)s? (?:is|are|separates?|stands? for|means?) (?:the |a |for )?thousands?\b",
    re.IGNORECASE,
)
CURRENCIES: Final = {
    "euro": "EUR", "pound": "GBP", "pounds sterling": "GBP", "dollar": "USD", "us dollar": "USD", "yen": "JPY",
    "swiss franc": "CHF", "franc": "CHF", "rupee": "INR", "zloty": "PLN", "canadian dollar": "CAD",
    "australian dollar": "AUD", "real": "BRL", "rand": "ZAR", "swedish krona": "SEK", "danish krone": "DKK",
    "norwegian krone": "NOK", "€": "EUR", "£": "GBP", "$": "USD",
}  # fmt: skip
CODES: Final = frozenset(
    "AED ARS AUD BDT BGN BRL CAD CHF CLP CNY COP CZK DKK EGP EUR GBP HKD HUF IDR ILS INR ISK JPY KES KRW MAD MXN MYR NGN "
    "NOK NZD PEN PHP PKR PLN RON RSD RUB SAR SEK SGD THB TRY TWD UAH USD UYU VND ZAR".split()
)
_MONEY_NAME: Final = (
    "(?P<money>" + "|".join(sorted((re.escape(n) + "s?" for n in CURRENCIES if n.isascii() and n != "$"), key=len, reverse=True))
    + "|" + "|".join(sorted(CODES)) + "|€|£|\\$)"
)  # fmt: skip
CURRENCY: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"\bcurrency (?:is|of [^,;.!?]+ is|should be|=|:) (?:in |the )?{_MONEY_NAME}(?!\w)",
    rf"\b(?:amounts?|prices?|totals?|everything|all(?: of it)?|orders|numbers|figures)(?: in [^,;.!?]+?)? (?:are|is) (?:all )?(?:actually )?(?:in )?{_MONEY_NAME}(?!\w)",
    rf"^(?:we|i|the shop|our shop|my shop) (?:sells?|bills?|charges?|invoices?) in {_MONEY_NAME}(?!\w)",
))  # fmt: skip
_PLACE: Final = r"(?P<zone>[A-Za-z][A-Za-z_/+ -]*?[A-Za-z0-9])"
ZONES: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"\b(?:shop|store|business|company|we|i)(?:'s| is| are|'re| am|'m| runs?| works?| live)?(?: all)?(?: in| on)?(?: the)? {_PLACE}(?:'s)? (?:local )?time(?: ?zone)?\b",
    rf"\btime ?zone(?: of (?:the |our |my )?(?:shop|store))? (?:is|should be|=|:) (?:in )?{_PLACE}(?:'s)?(?: time)?\s*(?:[,;.!?]|$)",
    rf"^{_POLITE}(?:use|take|set|switch to|show (?:me )?(?:the )?(?:times|days|dates) in) {_PLACE} time(?: ?zone)?\b",
    rf"\b(?:shop|store)(?:'s)? time(?: ?zone)? is (?:in )?{_PLACE}\s*(?:[,;.!?]|$)",
))  # fmt: skip
WRITTEN: Final = re.compile(
    r"\b(?:times?(?: ?stamps?)?|order times|hours|clock)(?: in [^,;.!?]+?)? (?:are|is) (?:all )?(?:given |written |stored )?(?:in )?"
    r"(?P<written>utc|gmt|zulu|[A-Z][a-z]+/[A-Z]\w+)(?: time)?\b",
    re.IGNORECASE,
)
_ORDERS: Final = r"(?:the |all |any |my |our )*"
LEFT_OUT: Final = tuple((by, re.compile(pattern, re.IGNORECASE)) for by, pattern in (
    ("customer_tags", rf"^{_POLITE}{_DROP} {_ORDERS}(?:orders (?:of|from|by) )?(?:customers|buyers|people) (?:that are |who are |which are )?(?:tagged|with (?:the )?tag|labell?ed|marked)(?: with| as)? {_NAME}{_END}"),
    ("tags", rf"^{_POLITE}{_DROP} {_ORDERS}orders? (?:that are |which are )?(?:tagged|with (?:the )?tags?|labell?ed|marked|that (?:have|carry) (?:the )?tag)(?: with| as)? {_NAME}{_END}"),
    ("tags", rf"^orders? (?:tagged|with (?:the )?tags?|labell?ed|marked)(?: with| as)? {_NAME} (?:do not|don'?t|should not|shouldn'?t|must not) count{_END}"),
    ("discount_code", rf"^{_POLITE}{_DROP} {_ORDERS}orders? (?:with|using|that used) (?:the )?(?:discount |coupon |promo |voucher )?codes? {_NAME}{_END}"),
    ("channel", rf"^{_POLITE}{_DROP} {_ORDERS}orders? (?:from|of|in|on|through|via) (?:the )?(?:sales )?channel {_NAME}{_END}"),
    ("source", rf"^{_POLITE}{_DROP} {_ORDERS}orders? (?:from|of|by|through|via) (?:the )?(?:traffic |referring )?source {_NAME}{_END}"),
    ("country", rf"^{_POLITE}{_DROP} {_ORDERS}orders? (?:from|to|of|in) (?:the )?country {_NAME}{_END}"),
    ("status", rf"^{_POLITE}{_DROP} {_ORDERS}orders? (?:with|of|in) (?:the )?status {_NAME}{_END}"),
    ("", rf"^{_POLITE}{_DROP} {_ORDERS}(?!orders|.*\b(?:previous|prior|earlier|instructions|rules|table)\b)(?P<plain>[\w&+'-]+(?: [\w&+'-]+)?) orders{_END}"),
))  # fmt: skip
ROLES: Final = (
    ("shipping", r"shipping|postage|delivery(?: cost)?|freight"), ("gift_card", r"(?:a )?gift (?:card|voucher|certificate)s?"),
    ("fee", r"(?:a )?(?:fees?|charges?)"), ("adjustment", r"(?:an )?(?:adjustments?|corrections?)"),
    ("product", r"(?:a )?(?:products?|goods|article)"), ("left out", r"(?:not (?:a )?products?|nothing|no product)"),
)  # fmt: skip
_ROLE: Final = "(?P<role>" + "|".join(pattern for _, pattern in reversed(ROLES)) + ")"
_CODE: Final = r"(?:the |all )*(?:skus?|product codes?|article (?:codes?|numbers?)|item codes?|codes?)"
_LINES: Final = r"(?:the |all )*(?:rows?|lines?|items?|order lines?|line items?|products?)"
PRODUCT_CODES: Final = tuple(re.compile(pattern, re.IGNORECASE) for pattern in (
    rf"^{_POLITE}{_COUNT_AS} (?:{_LINES} (?:with|of) )?{_CODE} {_NAME} as {_ROLE}{_END}",
    rf"^{_POLITE}{_COUNT_AS} {_LINES} {_NAME} as {_ROLE}{_END}",
    rf"^{_CODE} {_NAME} (?:is|are) (?:actually |really )?{_ROLE}{_END}",
    rf"^{_POLITE}{_DROP} {_LINES} (?:with|of|that have) {_CODE} {_NAME}{_END}",
    rf"^{_POLITE}{_DROP} {_CODE} {_NAME}{_END}",
))  # fmt: skip
UNDO: Final = re.compile(
    r"^(?:please |no,? |wait,? |can you |could you )*(?:undo|revert|roll back|take back|reverse|withdraw)\b(?P<what>.*)$|"
    r"^(?:please |no,? |wait,? )*take (?P<it>that|it|this|.+ correction) back\b|"
    r"^(?:please )?(?:remove|cancel|delete|drop|forget) (?:the |that |my )?(?:last )?correction(?P<rest>.*)$",
    re.IGNORECASE,
)
LIST: Final = re.compile(
    r"\b(?:which|what|show|list|see|any)\b.*\bcorrections?\b|^(?:my |the |all )?corrections?\b\W*$|"
    r"\bwhat (?:did i|have i) (?:correct|told you|tell you)\b|\bwhat (?:did i|have i) (?:change|changed) (?:about|in) (?:the|my) data\b",
    re.IGNORECASE,
)
YES: Final = re.compile(
    r"^(?:(?:yes|yep|yeah|sure|ok|okay|right|correct|ja|oui|s[ií]|go ahead|do (?:it|that|so)|apply(?: it| that| this)?|"
    r"please(?: do)?|make it so|use it|that'?s right)[\s,.!]*)+$",
    re.IGNORECASE,
)
ASKS: Final = re.compile(
    r"^(?:and )?(?:what (?:if|would|happens)|how would|would (?!you)|if |preview|show me what|suppose|is |are |do |does |did |should )", re.I
)  # fmt: skip
GENERIC: Final = re.compile(
    rf"^(?:the |all |my |our )*(?:{_MONEY_WORD}|that|this|it|they|these|those|column|customer|shop|store|what|who|which|how|why|where|there|here|he|she|we|i|you)\b", re.I
)  # fmt: skip
OF_FILES: Final = ("column", "amounts", "dates", "decimals", "currency")
NO_PLACE: Final = frozenset(
    "the this that same a an all every each our my local first last long some any in no of at on real which what "
    "order delivery lead response response full part buying to doing next short".split()
)
FILES: Final = (
    r"(?:,? ?\b(?:in|of|from) (?:the )?(?:file )?)?[\"'`](?P<file>[^\"'`]+\.(?:csv|xlsx|xls|txt|tsv|parquet|zip|gz))[\"'`]",
    r"(?:,? ?\b(?:in|of|from) (?:the )?(?:file )?)?[\"'`]?(?P<file>[\w()&+-][\w.()&+-]*\.(?:csv|xlsx|xls|txt|tsv|parquet|zip|gz))\b[\"'`]?",
    r"\b(?:in|of) (?P<all>both(?: (?:of )?(?:the |my )?(?:files?|exports?|uploads?))?|(?:all|every|each)(?: of)?(?: the| my)? (?:files?|exports?|uploads?))\b",
    r"\bin (?:the |my |our )?(?P<role>orders?|customers?|products?|spend|ads?|items?|reviews?)[- ](?:file|export|report|list)\b",
)
SUPPOSED: Final = re.compile(
    r"^(?:and )?(?:what (?:if|happens if|would happen if|would (?:it|that) (?:be|change) if)|suppose|preview:?|if)\s+(?:i |we )?",
    re.IGNORECASE,
)
