"""What marketers say when a figure elsewhere differs from ours: patterns as data, with weights."""

from __future__ import annotations

import re
from typing import Final

from copilot.engine.request import Intent

# Which system a name stands for; the first that fits counts.
SYSTEMS: Final[tuple[tuple[str, str], ...]] = (
    ("shopify", r"\bshopify\b"),
    ("ga4", r"\bga ?4\b|\bgoogle analytics(?: 4)?\b|\banalytics\b"),
    ("klaviyo", r"\bklaviyo\b|\bmailchimp\b|\bomnisend\b"),
    ("ads", r"\b(?:meta|facebook|google|tiktok) ads?(?: manager)?\b|\bads manager\b|\bmeta\b"),
    ("payments", r"\bstripe\b|\bpaypal\b|\bklarna\b|\bmollie\b|\badyen\b|\b(?:my|our|the) bank(?: account| statement)?\b|\bpayouts?\b"),
    ("books", r"\b(?:my |our |the )?(?:accountant|bookkeep\w+|tax advisor|accounting|books)\b|\bxero\b|\bquickbooks\b|\bdatev\b|\blexoffice\b"),
    ("dashboard", r"\btriple ?whale\b|\blifetimely\b|\bpolar(?: analytics)?\b|\bnorthbeam\b|\bpeel\b|\blooker(?: studio)?\b|\btableau\b|\bpower ?bi\b"
                  r"|\bsourcemedium\b|\bmetorik\b|\bputler\b|\bwoo ?commerce\b|\bwoo\b|\bmagento\b|\bbigcommerce\b|\bsquarespace\b|\bwix\b|\betsy\b|\bamazon\b|\bebay\b"
                  r"|\b(?:my|our|the|another|a|other) (?:\w+ )?(?:dashboard|report|spreadsheet|excel(?: sheet| file)?|sheet|backend|back office|admin|export|app|tool|pivot table|agency|boss|colleague)\b"
                  r"|\bexcel\b|\bgoogle sheets?\b"),
)  # fmt: skip
SYSTEM_NAMES: Final = "|".join(pattern for _, pattern in SYSTEMS)
SAYS: Final = (
    r"says?|said|shows?|showed|showing|shown|reports?|reported|tells? me|has|had|gives?(?: me)?|displays?|counts?|counted|"
    r"reads?|claims?|claimed|got|lists?|sees?|saw|have|is at|comes? (?:to|up with)|=|:|puts it at|states?"
)
_FIGURE: Final = r"[£€$]?\s?\d[\d.,']*\s?(?:k|m|mn|mio|million|thousand)?\b(?!\s?(?:%|percent|days?\b|weeks?\b|months?\b|hours?\b|segments?\b|groups?\b|stars?\b|of\b))"
_OURS: Final = r"(?:your|you|yours|this|these|that|copilot(?:'s)?|here)"
_NUMBERS: Final = r"(?:revenue|sales|turnover|orders?|customers?|numbers?|figures?|totals?|aov|refunds?|returns?|count)"
_DIFFERS: Final = (
    r"(?:match\w*|agree\w*|add up|tally|tallies|line up|reconcil\w*|differ\w*|equal|the same as|off from|lower than|"
    r"higher than|less than|more than|fewer than|wrong|too (?:high|low)|not (?:what|the same))"
)

# (intent, weight, pattern), added to the patterns of the lexicon.
_CURRENCY: Final = r"(?:[a-z]{3}|us dollars?|euros?|dollars?|pounds?|francs?|yen|zloty|€|\$|£)"
RECONCILE_PATTERNS: Final[tuple[tuple[Intent, float, str], ...]] = (
    ("rate", 30, rf"(?<![\d.,])(?:1(?:[.,]0+)?|an?|one|each)\s*{_CURRENCY}\s*(?:=|is worth|is|equals?|->)\s*\d+(?:[.,]\d+)?\s*{_CURRENCY}(?!\w)"),
    ("rate", 30, r"\b(?:exchange|conversion|fx|currency) rates?\b.*\d+(?:[.,]\d+)?\s*(?:euros?|dollars?|pounds?|eur|usd|gbp|chf)\s*(?:per|for|to the|/)"),
    ("rate", 30, r"\b(?:forget|drop|remove|undo|delete|stop using)\b.{0,25}\b(?:exchange|conversion|currency|fx) rates?\b|\b(?:forget|undo) the rate\b|\bstop converting\b"),
    ("reconcile", 16, r"\breconcil\w+\b|\babgleich\w*\b"),
    ("reconcile", 16, rf"(?:{SYSTEM_NAMES})[^?!]{{0,60}}?(?:\b(?:{SAYS})|=|:)[^?!]{{0,50}}?{_FIGURE}"),
    ("reconcile", 16, rf"^(?!(?:how|which|what|who|show|list|export|compare|give|can|where)\b).*{_FIGURE}[^?!]{{0,40}}\b(?:in|on|from|by|according to|per|at)\s+(?:my |our |the )?(?:{SYSTEM_NAMES})"),
    ("reconcile", 16, rf"\b(?:why|how come|what)\b[^?!]*(?:{SYSTEM_NAMES})[^?!]*\b(?:show|say|report|have|has|count|different|differ|higher|lower|more|less|fewer)\w*\b"
                      rf"(?![^?!]*\b(?:reviews?|guide)\b)(?=[^?!]*(?:\d|\b(?:different|differ\w*|than|not match)\b))"),
    ("reconcile", 16, rf"\b{_OURS}\b[^?!]{{0,30}}\b{_NUMBERS}\b[^?!]{{0,30}}\b{_DIFFERS}\b(?=[^?!]*(?:{SYSTEM_NAMES}|\d))"),
    ("reconcile", 16, rf"\b(?:do|does|did|should|would|can|could)\b[^?!]{{0,60}}\b(?:match|agree|tally|add up|line up)\b(?=.*(?:{SYSTEM_NAMES}|\d))"),
    ("reconcile", 16, r"\b(?:does not|do not|doesn't|don't|did not|not) (?:match|agree|add up|tally|line up)\b"),
    ("reconcile", 15, rf"\b(?:why|how come)\b[^?!]*\b(?:numbers?|figures?|{_NUMBERS})\b[^?!]*\b(?:differ\w*|match|lower than|higher than|less than|more than|fewer than)\b[^?!]*(?:{SYSTEM_NAMES})"),
    ("reconcile", 15, rf"\b(?:i|we) (?:see|get|have|had|count|counted|expected|expect|made|sold)\b[^?!]{{0,20}}{_FIGURE}[^?!]{{0,60}}\b(?:but|not|while|yet|why|you)\b"),
    ("reconcile", 15, rf"\b(?:should|must|ought to|supposed to) be\b[^?!]{{0,20}}{_FIGURE}(?=[^?!]*(?:{SYSTEM_NAMES}|\b(?:revenue|sales|orders|customers)\b))"),
    ("reconcile", 15, rf"\b{_NUMBERS}\b[^?!]{{0,30}}\b(?:should|must) be\b[^?!]{{0,20}}{_FIGURE}"),
    ("reconcile", 15, rf"\byou (?:say|said|show|have|report)\b[^?!]*\d[^?!]*\b(?:but|while|and)\b[^?!]*(?:{SYSTEM_NAMES})"),
)  # fmt: skip

# A message about two figures that differ is one question, however many sentences it has.
_COMPARES: Final = r"(?:match\w*|reconcil\w*|agree\w*|tally|tallies|add up|line up|why do you (?:say|show|have))"
ONE_QUESTION: Final = re.compile(
    rf"\b{_COMPARES}\b.*(?:{SYSTEM_NAMES}|\d)|(?:{SYSTEM_NAMES}|\d).*\b{_COMPARES}\b", re.IGNORECASE | re.DOTALL
)
