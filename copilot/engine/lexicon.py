"""What marketers say for each intent, metric, dimension and segment: patterns as data, with weights."""

from __future__ import annotations

import re
from typing import Final

from copilot.engine.request import Intent

_MAKE: Final = r"(?:draft|create|write|make|build|generate|prepare|compose|design|give me|need|want|sketch|describe|do)"

# (intent, weight, pattern). The weights of all patterns that match are added; the highest sum wins.
_PATTERNS: Final[tuple[tuple[Intent, float, str], ...]] = (
    # drafts
    ("icp", 5, r"\bicps?\b|\bideal customers?(?: profiles?)?\b|\bideal client\b"),
    ("persona", 5, r"\bpersonas?\b"),
    ("brief", 5, r"\bbriefs?\b|\bbriefing\b"),
    ("brief", 4, r"\bcampaigns?\b.*\b(?:for|to|about)\b|\b(?:plan|launch|run)\b.*\bcampaigns?\b"),
    ("brief", 3, rf"\b{_MAKE}\b.*\bcampaigns?\b"),
    ("ideas", 4.5, r"\bcampaign ideas?\b|\bideas? for (?:a |an )?(?:campaigns?|cold|warm|hot|emails?)"),
    ("ideas", 3, r"\bwhat (?:should|can|could) i (?:send|do|offer)\b.*\b(?:cold|warm|hot|stage)\b"),
    ("ideas", 4.5, r"\bcampaigns?\b.*\b(?:each|every|per) (?:journey )?stage\b"),
    ("brief", 3, r"\bwin[- ]?back\b.*\b(?:campaign|brief|email)\b"),
    # statistics
    ("best_customers", 5, r"\b(?:best|top|biggest|most valuable|highest[- ]value|vip|greatest|richest)\b.*\bcustomers?\b"),
    ("best_customers", 5, r"\bwho (?:is |are )?(?:buy(?:s|ing)?|spend(?:s|ing)?)\b.*\bmost\b"),
    ("best_customers", 4, r"\bcustomers?\b.*\b(?:worth|spend|spent|bring|matter)\b.*\bmost\b|\bmost (?:loyal|valuable|profitable)\b"),
    ("best_customers", 4, r"\b(?:80\s?/\s?20|pareto|top \d+ ?(?:%|percent))|\b\d+ ?(?:%|percent) of (?:my |our )?customers\b"),
    ("best_customers", 3, r"\bvips?\b|\bbig spenders?\b|\bwhales?\b|\bwho should be in my vip\b"),
    ("list_customers", 5, r"\b(?:slipping|drifting|slip) away\b|\bat risk\b|\babout to (?:lapse|leave|churn)\b|\bchurning\b"),
    ("list_customers", 4, r"\b(?:who|which customers|list|show me|how many)\b.*\b(?:lapsed|inactive|dormant|lost|gone|stopped)\b"),
    ("list_customers", 4, r"\b(?:how many|who|which|list)\b.*\b(?:one[- ]time|only once|single order|just once|bought once|ever once)\b"),
    ("customer_groups", 5, r"\brfm\b"),
    ("customer_groups", 4, r"\b(?:segments?|groups?|segmentation)\b.*\b(?:do i have|customers|have i|breakdown|of my|are there)\b"),
    ("customer_groups", 3, r"\bsegment my\b|\bcustomer (?:segments|groups)\b|\bchampions\b|\bhibernating\b"),
    ("journey", 5, r"\b(?:cold|warm|hot)\b.*\b(?:cold|warm|hot)\b.*\b(?:many|have|people|customers|size|count)\b"),
    ("journey", 5, r"\bhow many\b.*\b(?:cold|warm|hot)\b|\bjourney stages?\b|\bwhere (?:do|are) my customers (?:stand|in the journey)\b"),
    ("journey", 3, r"\b(?:customer )?journey\b.*\b(?:my|our|customers)\b"),
    ("repeat_rate", 5, r"\b(?:repeat|repurchase|re-?purchase|returning customers?|retention|reorder) (?:purchase )?rate\b"),
    ("repeat_rate", 4, r"\b(?:how many|what (?:share|percent\w*|part))\b.*\b(?:comes? back|came back|returns?|reorders?|again|repeat)\b|\brepeat customers\b"),
    ("repeat_rate", 3, r"\borders per customer\b|\bcome back\b|\bloyal\b"),
    ("rhythm", 5, r"\b(?:days|time|how long|long)\b.*\b(?:between|until|before|till)\b.*\b(?:orders?|purchases?|buys?|again|second|next)\b"),
    ("rhythm", 5, r"\b\d+ days?\b.*\b(?:win[- ]?back|lapsed|churn|too (?:early|late|long)|right|good)\b"),
    ("rhythm", 9, r"\bwhen (?:should|do|to|is)\b.*\b(?:win[- ]?back|remind)"),
    ("rhythm", 5, r"\b(?:win[- ]?back|lapsed|reminder)\b.*\b\d+ days?\b|\bwhen (?:should|do|to)\b.*\b(?:win[- ]?back|remind)\b"),
    ("rhythm", 4, r"\b(?:buying|purchase|order) (?:rhythm|cycle|frequency|interval)\b|\bhow often\b.*\b(?:buy|order|purchase)\b"),
    ("rhythm", 4, r"\bhow (?:do you|is) defin\w* (?:churn|lapsed)\b|\bwhen is (?:a |my )?customers? lapsed\b"),
    ("new_customers", 7, r"\b(?:new|first[- ]time) customers?\b.*\b(?:per|by|each|a|in|last|this|did|we|month|win|won|get|got|many)\b|\bhow many new customers\b"),
    ("measure", 6, r"\b(?:best|worst|strongest|weakest|top) (?:month|week|day|weekday)\b"),
    ("measure", 6, r"\bcompare\b.*\b(?:20\d\d|january|february|march|april|june|july|august|september|october|november|december)\b"),
    ("journey", 6, r"\bsubscribers?\b.*\bnever (?:bought|ordered)\b.*\?|\bhow many\b.*\b(?:subscribers|leads|prospects)\b"),
    ("sales", 4, r"\bhow (?:is|are|was|did|do) (?:we|it|business|the shop|my shop|things|sales|i)\b.*\b(?:do|doing|going|perform)\w*\b"),
    ("sales", 4, r"\b(?:overview|summary|dashboard|kpis?|key figures|net or gross|sales ladder)\b"),
    ("measure", 3.5, r"\b(?:revenue|net sales|gross sales|turnover|sales|income|umsatz|aov|average order value|basket|units)\b"),
    ("measure", 3.5, r"\bhow (?:many|much)\b.*\b(?:orders?|customers?|sell|sold|sales|revenue|discount\w*|refund\w*|return\w*|new)\b"),
    ("measure", 3, r"\b(?:orders?|customers?|sales|revenue|aov)\b.*\bby (?:month|week|country|region|city|channel|source|category|product|weekday|hour|device)\b"),
    ("measure", 3, r"\bwhere do\b.*\bcustomers?\b.*\b(?:live|come from)\b"),
    ("profile", 9, r"\bwhat sets\b.*\bapart\b"),
    ("profile", 4, r"\b(?:what|how) (?:sets|makes|are|do|does|is|distinguish\w*)\b.*\b(?:apart|different|differ|special|in common)\b"),
    ("profile", 4, r"\b(?:tell me|what do we know|profile|describe)\b.*\b(?:about|of)\b.*\b(?:segment|group|customers|lapsed|champions|one[- ]time)\b"),
    ("profile", 3, r"\bcompare\b.*\b(?:with|to|and|vs)\b"),
    ("products", 4, r"\b(?:best|top|worst|slow(?:est)?)[- ]?sell\w*\b|\b(?:top|best|which|what) (?:products?|items?|categories)\b"),
    ("products", 5, r"\bwhat do (?:they|my|our|customers|people)\b.*\b(?:buy|order)\b|\bbuy first\b|\bfirst (?:product|purchase|order)s?\b.*\b(?:what|which)\b"),
    ("products", 5, r"\b(?:bought|buy|sell|goes?|ordered) together\b|\bcross[- ]?sell\b|\bupsell\b|\bnext product\b|\bbundles?\b"),
    ("voice", 5, r"\b(?:reviews?|complain\w*|feedback|survey|nps|ratings?|customers? say|pain points?|quotes?|hear about us)\b"),
    ("voice", 4, r"\bwhat (?:stops|stopped|annoys|frustrates|do people (?:love|hate|like))\b"),
    ("spend", 5, r"\b(?:cac|roas|mer|ad spend|cost per (?:customer|acquisition|order)|customer acquisition cost|payback|ltv ?[:/] ?cac)\b"),
    ("data", 5, r"\bwhat data\b|\bwhich (?:files|data|uploads)\b|\b(?:is my data|data quality)\b|\bwhat (?:have i|did i) (?:upload|load)\w*\b|\bis my data\b"),
    ("data", 4, r"\bwhich columns\b|\bhow (?:do|can) i (?:upload|export|add|import)\b"),
    # talk
    ("explain", 5, r"^(?:and )?(?:why|how so|how come)\s*\??$|\bhow (?:did|do) you (?:calculate|compute|get|know|define|arrive)\b"),
    ("explain", 4, r"\bwhat does (?:that|this|it) mean\b|\bwhere does (?:that|this) (?:number|figure)\b|\bshow (?:me )?(?:your|the) (?:work|calculation|receipts?)\b"),
    ("hello", 6, r"^(?:hi|hello|hey|good (?:morning|afternoon|evening)|hallo|moin)\b[\s!.,]*(?:there|copilot)?[\s!.]*$"),
    ("thanks", 6, r"^(?:thanks|thank you|great|ok|okay|cool|perfect|nice|lol ok|got it|super)\b[\s\w]{0,12}[!.]*$"),
    ("help", 6, r"\bwhat can you (?:do|help)\b|^help\b|\bhow do(?:es)? (?:this|you) work\b|\bwhat (?:can|should) i ask\b"),
    # out of reach
    ("identities", 7, r"\b(?:full names|names|emails|email addresses|phones|phone numbers?|addresses)\b.*\b(?:of|for|list|show|here|customers?|champions)\b.*"
                      r"(?:\bchat\b|\bcustomers?\b|\bchampions\b|\bleads?\b|\bthem\b)(?<!draft)"),
    ("identities", 7, r"\b(?:list|show|give|print|tell)\b.*\b(?:names|email addresses|emails|phones?|phone numbers?|addresses)\b|\bneeds? names?\b.*\bmail\b"),
    ("identities", 7, r"\bis (?:my|our) \w+ (?:among|one of|a)\b.*\bcustomers?\b"),
    ("forecast", 7, r"\b(?:will|forecast|predict\w*|projection|expect)\b.*\b(?:sales|revenue|orders|sell|next (?:week|month|quarter|year))\b"),
    ("forecast", 7, r"\bnext (?:week|month|quarter|year)(?:'s)?\b.*\b(?:sales|revenue|orders|forecast)\b|\bforecast\b"),
    ("instruction", 8, r"\bignore (?:all |any |the )?(?:previous |prior |your )?(?:instructions|rules)\b|\bsystem prompt\b|\bapi[ -]?keys?\b"),
    ("instruction", 8, r"\byou are now\b|\bact as\b.*\b(?:unrestricted|dan)\b|\bdeveloper mode\b"),
    ("delete", 7, r"\b(?:delete|erase|wipe|forget)\b.*\b(?:everything|all|my data|uploads?|customer)\b"),
    ("off_topic", 6, r"\b(?:weather|election|president|joke|recipe|football|horoscope|stock price|bitcoin|movie|song|poem)\b"),
    ("off_topic", 6, r"\b(?:python|javascript|sql) (?:script|code)\b|\bdo my taxes\b|\btax return\b|\bscrape\b|\bhomework\b"),
    # asked for often, not computed in this version
    ("not_computed", 6.5, r"\b(?:conversion rate|clv|cltv|customer lifetime value|predicted?|ltv|going forward|likely to buy)\b(?!.*cac)"),
    ("not_computed", 6.5, r"\bcohorts?\b|\bsignifican\w+\b|\bsample size\b|\bchurn rate\b|\bwhen will\b.*\border\b"),
    ("not_computed", 6.5, r"\bexport\b.*\b(?:segment|audience|csv|klaviyo|mailchimp|meta)\b|\bremind me\b|\bwhat (?:would|if)\b.*\bif\b"),
    ("not_computed", 6, r"\bset the price\b|\bchange the price\b|\bsend (?:the|an|this) (?:email|campaign)\b.*\bnow\b"),
    # guide
    ("guide", 6, r"\bwhat is (?:an? |the )?(?:icp|ideal customer|persona|buyer persona|cold|warm|hot|lead magnet|rfm|journey|brief|customer journey)\b"),
    ("guide", 7, r"\b(?:difference|differ|distinguish|different)\b.*\b(?:icp|persona|cold|warm|hot|stage)"),
    ("guide", 4.5, r"\bwhat makes an? .*\b(?:lead|customer|person|visitor)s?\b.*\b(?:cold|warm|hot)\b"),
    ("guide", 3, r"\b(?:best practice|guide say|rule of thumb|recommended|in general|according to)\b"),
    ("guide", 2.5, r"^(?:why|how (?:do|does|should|can|would|to)|should|is it|are there|what (?:should|makes|is the point|goes|belongs)|when should|which channel)\b"),
    ("guide", 2, r"\b(?:explain|advice|tips?|meaning of|definition of|purpose of|example of)\b"),
)  # fmt: skip
PATTERNS: Final[tuple[tuple[Intent, float, re.Pattern[str]], ...]] = tuple(
    (intent, weight, re.compile(pattern)) for intent, weight, pattern in _PATTERNS
)

METRICS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("aov", r"\baov\b|\baverage (?:order value|basket|order)\b|\bbasket (?:size|value)\b"),
        ("gross_sales", r"\bgross (?:sales|revenue)\b"),
        ("discounted_order_share", r"\b(?:share|percent\w*|%|how many) (?:of )?orders?\b.*\bdiscount\w*|\bdiscount\w* (?:share|rate|use)\b"),
        ("discounts", r"\bdiscounts?\b"),
        ("returns", r"\breturns\b|\brefunds?\b|\brefunded\b|\bmoney back\b"),
        ("repeat_rate_lifetime", r"\brepeat (?:purchase )?rate\b|\bretention rate\b"),
        ("new_customers", r"\bnew customers?\b"),
        ("units", r"\bunits\b|\bitems sold\b|\bpieces\b"),
        ("customers", r"\bhow many customers\b|\bnumber of customers\b|\bcustomers (?:do|did) (?:i|we)\b|\bwhere do\b.*\bcustomers\b|\bcustomers by\b"),
        ("orders", r"\bhow many orders\b|\bnumber of orders\b|\borders (?:by|per|did|do|in)\b"),
        ("net_sales", r"\b(?:net sales|revenue|turnover|sales|income|umsatz|sell|sold)\b"),
    )
)  # fmt: skip

DIMENSIONS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("month", r"\b(?:best|worst|strongest|weakest) month\b|\b(?:by|per|each|every|over the|monthly|month by) ?months?\b|\bmonthly\b|\btrend\b|\bover time\b"),
        ("weekday", r"\b(?:by|per|which|what) (?:weekday|day of the week|day)\b|\bweekdays?\b"),
        ("hour", r"\b(?:by|per|which|what) hour\b|\btime of (?:the )?day\b|\bat what time\b"),
        ("country", r"\b(?:by|per|which|what|each) (?:country|countries|market)\b|\bcountries\b|\bwhere do\b|\bwhere are\b"),
        ("region", r"\b(?:by|per|which|what) (?:region|state|province)\b"),
        ("city", r"\b(?:by|per|which|what) (?:city|cities|town)\b"),
        ("channel", r"\b(?:by|per|which|what) (?:sales )?channels?\b"),
        ("source", r"\b(?:by|per|which|what) (?:traffic |referring )?sources?\b|\breferrers?\b|\bcame from\b"),
        ("device", r"\b(?:by|per|which|what) devices?\b"),
        ("category", r"\b(?:by|per|which|what) (?:category|categories|product types?)\b"),
        ("product", r"\b(?:by|per) (?:product|item|sku)s?\b"),
    )
)  # fmt: skip

SEGMENTS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("one-time buyers", r"\bone[- ]time\b|\bonly once\b|\bjust once\b|\bbought once\b|\bsingle[- ]order\b|\bonce only\b|\bever once\b"),
        ("lapsed", r"\blapsed\b|\binactive\b|\bdormant\b|\bwin[- ]?back\b|\blost customers\b|\bstopped buying\b|\bgone\b"),
        ("at risk", r"\bat[- ]risk\b|\bslipping\b|\bdrifting\b|\babout to (?:lapse|leave|churn)\b|\bcooling\b|\bchurning\b"),
        ("repeat customers", r"\brepeat (?:customers|buyers)\b|\bcome back\b|\bcame back\b|\breturning customers\b|\bregulars?\b|\bloyal\b|\bkeep (?:buying|coming)\b"),
        ("champions", r"\bchampions?\b"),
        ("new customers", r"\bnew customers\b|\bfirst[- ]time (?:customers|buyers)\b"),
        ("discount buyers", r"\b(?:discount|sale|coupon|deal)[- ](?:buyers|hunters|seekers|shoppers|customers)\b|\bonly (?:buy )?on (?:sale|discount)\b"),
        ("top 10 %", r"\bbest customers\b|\btop customers\b|\bvips?\b|\bmost valuable\b|\bbig spenders\b|\bmost expensive\b|\bspend the most\b"),
    )
)  # fmt: skip

ASKED: Final = re.compile(r"^(?:and )?(?:what|how|why|which|should|do|does|is|are|can|when|where|who)\b")
MAKING: Final = re.compile(rf"\b{_MAKE}\b")
OWN: Final = re.compile(r"\b(?:my|our|mine|ours)\b")

PRODUCT_VIEWS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("pairs", r"\btogether\b|\bbundles?\b|\bbasket\b|\bcross[- ]?sell\b|\bupsell\b"),
        ("next", r"\bnext\b|\bafter\b|\bthen buy\b|\bsecond\b"),
        ("first", r"\bfirst\b|\bentry\b|\bgateway\b|\bstart with\b"),
    )
)

CLEAR_FOLLOW_UP: Final = re.compile(
    r"^(?:and|only|just|now|same|what about|how about|but|but only|without|except|excluding|then|also|ok and|"
    r"in|for|by|per|since|last|top|the same|make it|and only|not|no i meant|compared?)\b"
)
POINTS_BACK: Final = re.compile(r"\b(?:them|these|those|they|that group|this group|this segment|that segment|it)\b")

VOCABULARY: Final[frozenset[str]] = frozenset(
    "customers customer best revenue sales orders order campaign persona personas segment segments product products "
    "category country average discount returns refund lapsed inactive loyal repeat purchase retention journey ideal "
    "profile brief campaigns valuable biggest between monthly country countries subscribers warm cold reviews survey "
    "complain rhythm winback champions overview channel source together difference should marketing email gross "
    "weekday region device bought selling sellers spending people many which where their about create draft write "
    "generate build number value money first second again often shop data uploaded weather target audience groups "
    "slipping drifting customers' united kingdom germany france december november october september august".split()
)
