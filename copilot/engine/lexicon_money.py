"""What marketers say about spend, tests, the worth of a move and why sales changed: patterns as data, with weights."""

from __future__ import annotations

from typing import Final

from copilot.engine.request import Intent

_SALES: Final = r"(?:sales|revenue|turnover|income|orders|aov|basket|business|numbers|umsatz|takings)"
_MOVED: Final = (
    r"(?:drop\w*|fell|falls?|falling|declin\w*|down|decreas\w*|increas\w*|gr[eo]w\w*|growth|ris\w*|rose|up|chang\w*|lower|"
    r"higher|jump\w*|spik\w*|dip\w*|differ\w*|less|more|better|worse|plung\w*|collaps\w*|slump\w*|went|go(?:ing|ne)? (?:down|up)|"
    r"crash\w*|weak\w*|strong\w*|slow\w*|happen\w*|bad)"
)

MONEY_PATTERNS: Final[tuple[tuple[Intent, float, str], ...]] = (
    ("why_changed", 10, rf"\b(?:why|how come)\b.*\b{_SALES}\b.*\b{_MOVED}\b|\b(?:why|how come)\b.*\b{_MOVED}\b.*\b{_SALES}\b(?! (?:rate|ladder))"),
    ("why_changed", 10, rf"\bwhat (?:caused|drove|drives|explains?|is behind|was behind|happened to|made|led to)\b.*\b(?:{_SALES}|drop|decline|growth|increase|dip|fall|change)\b"),
    ("why_changed", 9, rf"\b(?:reasons?|causes?|drivers?) (?:for|of|behind)\b.*\b(?:drop|decline|growth|increase|dip|fall|change|{_SALES})\b"),
    ("why_changed", 9, r"\bwhat changed (?:between|from|in|since|compared|vs)\b|\bdecompos\w*\b.*\b(?:sales|revenue|change)\b|\bbreak down the change\b"),
    ("why_changed", 9, r"\b(?:why|how come)\b.*\b(?:january|february|march|april|june|july|august|september|october|november|december|q[1-4]|20\d\d)\b.*"
                       rf"\b{_MOVED}\b"),
    ("spend", 13, r"\bhow much (?:does|do|did|will)\b.*\b(?:customers?|acquisition)\b.*\bcosts?\b"),
    ("spend", 9, r"\b(?:cac|roas|mer|amer|ad spend|adspend|marketing spend|ad costs?|customer acquisition costs?|payback|cpc|ctr|cpa)\b"),
    ("spend", 9, r"\bcost per (?:new )?(?:customer|acquisition|order|click|conversion)\b|\bltv ?(?:[:/]|to) ?cac\b|\bbreak[- ]?even roas\b"),
    ("spend", 10, r"\bwhat (?:does|do|did) (?:it |we |i )?(?:a |an |each |one )?(?:new )?(?:customers?|acquisition|acquiring|getting|winning)\b.*\bcosts?\b"),
    ("spend", 9, r"\bhow much\b.*\b(?:costs?|pay|spend|spent)\b.*\b(?:for|per|to (?:get|win|acquire))\b.*\b(?:new )?customers?\b|\b(?:ads?|advertising|campaigns?)\b.*\b(?:pay off|profitable|worth it|return)\b"),
    ("spend", 9, r"\bwhen (?:do|does|will)\b.*\bpay(?:s)? back\b|\bhow (?:much|well)\b.*\b(?:ads?|advertising|facebook|meta|google|tiktok)\b.*\b(?:bring|cost|return|earn|spend|perform)\w*\b"),
    ("test_result", 11, r"\bsignifican\w+\b|\bdid the (?:test|variant|campaign) (?:win|work)\b|\bp[- ]?value\b|\bwhich (?:variant|version) won\b"),
    ("test_result", 11, r"\b\d[\d.,]*k? ?%? (?:of|out of|/) ?\d[\d.,]*k?\b.*\b(?:vs\.?|versus|against|and|compared|or)\b.*\b\d[\d.,]*k? ?%? (?:of|out of|/) ?\d"),
    ("test_plan", 11, r"\bsample size\b|\bminimum detectable\b|\bmde\b|\bpower (?:analysis|calculation)\b|\bhow (?:many|big|large|long)\b.*\b(?:a/?b|ab|split)[- ]?test"),
    ("test_plan", 11, r"\bhow (?:many|big|large|small|much)\b.*\b(?:hold[- ]?out|control groups?)\b|\b(?:hold[- ]?out|control groups?)\b.*\b(?:size|big|large|how many)\b"),
    ("test_plan", 10, r"\b(?:a/?b|split)[- ]?test\b.*\b(?:people|customers|need|enough|size|\d+ ?%)|\bwhat (?:lift |effect |uplift )?can (?:i|we) (?:detect|prove|show|learn|test)\b.*(?:\d|list|people)|\b(?:can|could) i (?:test|prove|detect)\b.*\d"),
    ("test_plan", 11, r"\bhow (?:many|big|large)\b.*\b(?:test|experiment|trial)\b.*(?:\d|need)|\bhow (?:many|big|large)\b.*\bneed\b.*\b(?:test|experiment|baseline|lift|uplift)\b"),
    ("opportunity", 10, r"\bworth\b.*\b(?:%|percent|more|extra)\b.*\b(?:second|repeat|orders?|customers?|come back|stage|lapsed|subscribers?|moved?|hot_\w+|warm_\w+)"),
    ("opportunity", 10, r"\b(?:worth|value|upside|gain|impact)\b.*\b(?:mov(?:e|ing)|get(?:ting)?|win(?:ning)?|turn(?:ing)?|convert\w*|bring(?:ing)?|reactivat\w*)\b.*\b(?:\d+ ?%|percent|stage|second|repeat|lapsed|one[- ]time|back|subscribers?)"),
    ("opportunity", 10, r"\bwhat (?:would|if|happens if)\b.*\d+ ?(?:%|percent\b).*\b(?:second order|order again|came? back|come back|reorder|repeat|return)|\bbiggest (?:opportunity|opportunities|upside|lever)\b|\bopportunity siz\w+"),
    ("opportunity", 10, r"\b(?:worth|value) of (?:a |the |one )?(?:second|repeat) (?:order|purchase)\b|\bmov(?:e|ing)\b.*\b(?:hot|warm|cold)_\w+"),
    ("voice", 7, r"\bwhat (?:do|does|are)\b.*\b(?:say|saying|mention|talk about|write)\b"),
    ("voice", 5, r"\bnet promoter\b|\bcsat\b|\bces\b|\bcustomer effort\b|\b(?:best|worst|highest|lowest)[- ]rated\b|\bover-?represented\b.*\breviews?\b|\b(?:low|[12]|one|two)[- ]star\b"),
)  # fmt: skip
