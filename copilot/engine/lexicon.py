"""What marketers say for each intent, metric, dimension and segment: patterns as data, with weights."""

from __future__ import annotations

import re
from typing import Final

from copilot.engine.lexicon_money import MONEY_PATTERNS
from copilot.engine.lexicon_prediction import PREDICTION_PATTERNS
from copilot.engine.lexicon_reconcile import RECONCILE_PATTERNS
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
    ("best_customers", 6, r"\b(?:who|which customers?) order(?:s|ed)? (?:the )?most\b"),
    ("best_customers", 5, r"\bwho (?:is |are )?(?:buy(?:s|ing)?|spend(?:s|ing)?)\b.*\bmost\b"),
    ("best_customers", 4, r"\bcustomers?\b.*\b(?:worth|spend|spent|bring|matter)\b.*\bmost\b|\bmost (?:loyal|valuable|profitable)\b"),
    ("best_customers", 4, r"\b(?:80\s?/\s?20|pareto|top \d+ ?(?:%|percent))|\b\d+ ?(?:%|percent) of (?:my |our )?customers\b"),
    ("best_customers", 9, r"\bhow (?:concentrated|top[- ]heavy|dependent)\b.*\b(?:revenue|sales|customers)\b|\b\d+ ?(?:%|percent).*\b(?:bring|make|give|generate|account)\w*\b.*\b\d+ ?(?:%|percent)"),
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
    ("list_customers", 9, r"\b(?:share|percent\w*|part|%|how much) of (?:my |our |the )?(?:net )?(?:sales|revenue|turnover)\b.*\b(?:returning|repeat|existing) (?:customers|buyers)\b"),
    ("repeat_rate", 3, r"\borders per customer\b|\bcome back\b|\bloyal\b"),
    ("rhythm", 5, r"\b(?:days|time|how long|long)\b.*\b(?:between|until|before|till)\b.*\b(?:orders?|purchases?|buys?|again|second|next)\b"),
    ("rhythm", 5, r"\b\d+ days?\b.*\b(?:win[- ]?back|lapsed|churn|too (?:early|late|long)|right|good)\b"),
    ("rhythm", 9, r"\bwhen (?:should|do|to|is)\b.*\b(?:win[- ]?back|remind)"),
    ("rhythm", 5, r"\b(?:win[- ]?back|lapsed|reminder)\b.*\b\d+ days?\b|\bwhen (?:should|do|to)\b.*\b(?:win[- ]?back|remind)\b"),
    ("rhythm", 4, r"\b(?:buying|purchase|order) (?:rhythm|cycle|frequency|interval)\b|\bhow often\b.*\b(?:buy|order|purchase)\b"),
    ("rhythm", 4, r"\bhow (?:do you|is) defin\w* (?:churn|lapsed)\b|\bwhen is (?:a |my )?customers? lapsed\b"),
    # customers over time
    ("cohorts", 8, r"\bcohorts?\b|\bretention (?:curve|table|triangle|by month|over time)\b|\bmonthly retention\b"),
    ("cohorts", 6, r"\bstill (?:buy|order|shop|with us|around)\w*\b.*\bmonths?\b|\bretention\b.*\bmonth by month\b"),
    ("ltv", 8, r"\b(?:customer )?(?:ltv|life ?time[- ]value)s?\b(?!.*\bcac\b)(?!.*\bpredict)|\bvalue per customer\b.*\b(?:days|months|year)\b"),
    ("ltv", 8, r"\bcustomers? (?:from|of|via|through|who came (?:from|through|via)) \w+\b.*\b(?:better|worse|worth more|more valuable|worth less)\b"),
    ("ltv", 8, r"\b(?:what|how much)\b.*\b(?:a|an|one|average|new|typical) (?:\w+ )?customers?\b.*\bworth\b|\bhow much\b.*\bspends?\b.*\b(?:first|after)\b.*\b(?:days|months|year)\b"),
    ("second_order", 9, r"\b(?:how long|how many days|time|days|wait|when|chance|probab\w+|likely|likelihood)\b.*\b(?:second|2nd|third|fourth) (?:order|purchase|buy)\b(?!.*\b(?:campaign|brief|remind))"),
    ("second_order", 9, r"\bkaplan|\bsurvival curve\b|\b(?:chance|probab\w+|likely|likelihood)\b.*\b(?:next order|order again|reorder|another order)\b.*\b(?:after|within|days)\b"),
    ("next_orders", 10, r"\bwhen (?:will|do|are|is)\b.*\b(?:order|buy|purchase|reorder|come back|shop)\b.*\b(?:again|next|back)\b|\bwhen will\b.*\b(?:next|re-?)? ?(?:order|buy|purchase|reorder)\b"),
    ("next_orders", 9, r"\b(?:who|which|how many|customers?)\b.*\b(?:is|are)? ?(?:due|overdue)\b|\bdue (?:to|for an?|for)\b.*\b(?:re-?order|order|buy|purchase)"),
    ("next_orders", 9, r"\b(?:expected|next) (?:order|purchase) (?:date|window|time)s?\b|\bexpected next order|\breorder (?:reminders?|window|date)s?\b"),
    ("rfm_movement", 9, r"\b(?:moved?|moving|movements?|switch\w*|shift\w*|migrat\w*|transition\w*|changed?|dropped|fell|climbed)\b.*\b(?:rfm|rfm groups?|segments?|customer groups|between groups|groups|champions)\b"),
    ("rfm_movement", 9, r"\b(?:rfm|customer groups|segments|champions)\b.*\b(?:moved?|movements?|migration|transition\w*|shift\w*|over time|since last|changed?|went)\b"),
    ("stage_movement", 10, r"^(?!.*\bhow (?:do|can|should|could|would) (?:i|we|you)\b).*\b(?:how|who|what|rate|show)\b.*\b(?:move|moved|moving|flow|go|progress|transition\w*)\b.*\b(?:stages?|stage to stage|(?:cold|warm|hot) (?:to|and))\b"),
    ("stage_movement", 10, r"\bstages?\b.*\b(?:transition\w*|movements?|flow|matrix|conversions?|conversion rates?)\b|\btransition (?:matrix|rates?)\b(?!.*\brfm)"),
    ("stage_movement", 9, r"\bchurn(?:ing)? rate\b|\bchurn\b.*\b(?:high|low|monthly|a month|per month)\b"),
    ("stage_movement", 9, r"\b(?:subscribers?|leads?)\b.*\b(?:become|became|turn(?:ed)? into|convert\w*)\b|\breactivat\w+ rate\b|\b(?:how many|what (?:share|percent\w*))\b.*\blapsed\b.*\b(?:come back|came back|reactivat\w*|return\w*|order again)\b"),
    ("new_customers", 7, r"\b(?:new|first[- ]time) customers?\b.*\b(?:per|by|each|a|in|last|this|did|we|month|win|won|get|got|many)\b|\bhow many new customers\b"),
    ("measure", 6, r"\b(?:best|worst|strongest|weakest|top) (?:month|week|day|weekday)\b"),
    ("measure", 6, r"\bcompare\b.*\b(?:20\d\d|january|february|march|april|june|july|august|september|october|november|december)\b"),
    ("measure", 6, r"\b(?:top|best|biggest) (?:\d+ )?(?:countries|country|regions?|cities|city|channels?|sources?|vendors?|brands?|codes?|coupons?)\b"),
    ("measure", 5, r"\b(?:aov|average order value|average order|revenue|net sales|sales|units|orders|spend) (?:of|from|by|for) (?:my |our |the )?(?:repeat|one[- ]time|new|returning|lapsed|at[- ]risk|top|best|vips?|champions?|loyal|discount)\b"),
    ("measure", 4, r"\bnew (?:and|vs\.?|versus|or) (?:returning|repeat|existing)\b|\bby order number\b"),
    ("measure", 5, r"\b(?:conversion|add[- ]to[- ]cart|cart|checkout)s? rates?\b(?!.*\bcac\b)|\b(?:cart )?abandon(?:ment|ed carts?|ed cart rate)\b(?!.*\b(?:campaign|email|e-mail|flow|brief)\b)"),
    ("measure", 4.5, r"\bhow many (?:web )?(?:sessions|visits|visitors)\b|\b(?:sessions|visits|visitors)\b.*\b(?:by|per|last|this|in)\b"),
    ("measure", 4, r"\b(?:refund|return|discount)s? rates?\b|\b(?:share|percent\w*|%) of (?:my |our )?(?:orders|discounted|refunded|guest|full[- ]price)\b|\bguest (?:orders?|checkouts?)\b|\bunits per order\b"),
    ("journey", 6, r"\bsubscribers?\b.*\bnever (?:bought|ordered)\b.*\?|\bhow many\b.*\b(?:subscribers|leads|prospects)\b"),
    ("sales", 6, r"\bhow (?:was|did) (?:in )?(?:january|february|march|april|may|june|july|august|september|october|november|december|(?:last|this) (?:week|month|quarter|year)|q[1-4]|20\d\d)\b"),
    ("sales", 4, r"\bhow (?:is|are|was|did|do) (?:we|it|business|the shop|my shop|things|sales|i)\b.*\b(?:do|doing|going|perform)\w*\b"),
    ("sales", 4, r"\b(?:overview|summary|dashboard|kpis?|key figures|net or gross|sales ladder)\b"),
    ("measure", 3.5, r"\b(?:revenue|net sales|gross sales|turnover|sales|income|umsatz|aov|average order value|basket|units|profits?)\b"),
    ("measure", 3.5, r"\bhow (?:many|much)\b.*\b(?:orders?|customers?|sell|sold|sales|revenue|discount\w*|refund\w*|return\w*|new)\b"),
    ("measure", 3, r"\b(?:orders?|customers?|sales|revenue|aov)\b.*\bby (?:month|week|country|region|city|channel|source|category|product|weekday|hour|device)\b"),
    ("measure", 3, r"\bwhere do\b.*\bcustomers?\b.*\b(?:live|come from)\b"),
    ("profile", 9, r"\bwhat sets\b.*\bapart\b"),
    ("profile", 4, r"\b(?:what|how) (?:sets|makes|are|do|does|is|distinguish\w*)\b.*\b(?:apart|different|differ|special|in common)\b"),
    ("profile", 4, r"\b(?:tell me|what do we know|profile|describe)\b.*\b(?:about|of)\b.*\b(?:segment|group|customers|lapsed|champions|one[- ]time)\b"),
    ("profile", 3, r"\bcompare\b.*\b(?:with|to|and|vs)\b"),
    ("products", 4, r"\b(?:best|top|worst|slow(?:est)?)[- ]?sell\w*\b|\b(?:top|best|which|what) (?:products?|items?|categories)\b"),
    ("products", 7, r"\bgateway (?:products?|categor\w+)\b|\b(?:first|entry|starter) (?:products?|purchases?|orders?|items?|categor\w+)\b.*\b(?:come|comes|came|coming) back\b|\b(?:first|entry) (?:products?|purchases?|items?)\b.*\b(?:repeat|loyal|retention|keep|stay)\b"),
    ("products", 7, r"\b(?:first|entry|starter) (?:products?|purchases?|orders?|items?|categor\w+)\b.*\b(?:bring|brings|get|gets|make|makes|keep|keeps)\b.*\b(?:back|again|return|stay)\b"),
    ("products", 7, r"\b(?:top|best) (?:\d+ )?(?:products?|items?|categories)\b.*\bby (?:sales|revenue|turnover|units)\b"),
    ("products", 7, r"\b(?:come back|comes back|came back|repeat|loyal|kills? retention|hurts? retention)\b.*\bfirst (?:products?|purchases?|items?)\b|\bproducts?\b.*\b(?:kill|hurt|drive|bring)s?\b.*\b(?:retention|loyalty|repeat)\b"),
    ("products", 7, r"\bhow (?:often|soon|quickly|long|fast)\b.*\b(?:re-?order|rebuy|repurchase|re-?stock|run out)\w*\b|\breplenish\w*\b|\bre-?order (?:cycle|time|interval|timing)s?\b|\b(?:refill|reorder) (?:cycle|reminder)s?\b"),
    ("products", 6, r"\b(?:buy|bought|order|get)\b.*\bafter\b(?! (?:that|this|how|\d))|\bafter (?:buying|purchasing|ordering|they (?:buy|bought))\b|\blead to .*\bsales\b"),
    ("products", 2.5, r"^(?:and )?tell me (?:more |something |everything )?about (?:the|our|my) (?!.*\b(?:customers?|buyers?|segments?|groups?|people|persona|icp|guide|stages?|journey|data|shop|business|sales|repeat|subscribers?|discounts?|refunds?|returns?)\b)|\bhow (?:is|are|does|did) (?:the|our|my) (?!shop|business|store|sales|company).* (?:sell|selling|performing?)\b"),
    ("products", 5, r"\bwhat (?:goes|sells|should i (?:cross|up)[- ]?sell)\b.*\b(?:with|to)\b"),
    ("discounts", 8, r"\bdependen\w* on (?:discounts?|codes?|promotions?|sales)\b|\bdiscount[- ](?:dependen\w+|addict\w*|relian\w+)|\brel(?:y|ying) (?:too much )?on (?:discounts?|promotions?)\b|\baddicted to (?:discounts?|sales)\b"),
    ("discounts", 8, r"\btoo (?:many|much) discount\w*|\bdiscount\w* too (?:much|often|deep\w*)\b|\bdiscounts? (?:hurt|hurting|harm|kill|cost)\w*\b|\bare (?:my |our |the )?(?:discounts?|codes?|coupons?) (?:worth|hurting|good|bad|working)\b"),
    ("discounts", 8, r"\b(?:bought|buy|bu?y|come|ordered?|purchased?)\b.{0,40}\banyway\b|\banyway\b.*\bdiscount|\bwithout (?:the|a|any) (?:discount|code|coupon)\b.*\b(?:bought|buy|come|order)|\bfull[- ]price (?:share|ratio)\b"),
    ("discounts", 8, r"\b(?:discounts?|codes?|coupons?|promo\w*)\b.*\b(?:worse|better|bad|cheap|loyal)\b.*\b(?:customers?|buyers?|people)\b|\b(?:discount|code|coupon)\w* (?:customers|buyers)\b.*\b(?:come back|worse|loyal|return|repeat)\b"),
    ("discounts", 8, r"\b(?:bought|buy|come|ordered?|purchased?)\b.*\bwithout (?:the|a|any) (?:discount|code|coupon)"),
    ("discounts", 8, r"\b(?:discount|code|coupon|promo)\w*\b.*\b(?:come back|comes back|came back|repeat|loyal\w*|retention)\b(?!.*\b(?:by|per) )"),
    ("discounts", 7, r"\b(?:which|what|by|best|top) (?:discount |promo |coupon )?codes?\b|\bdiscount (?:codes|depth)\b(?!.*\bshare\b)|\b(?:give|giving|gave|given) away\b|\bbuy only (?:on|at) (?:sale|discount)|\bonly (?:come|buy|bought|shop) (?:when|with|on|at)\b.*\b(?:off|sale|discount\w*)\b"),
    ("refunds", 8, r"\b(?:refund|return)s? rates?\b(?!.*\b(?:customers?|by|per|in|for)\b)|\brate of (?:refunds|returns)\b|\bgoing on with (?:the |our |my )?(?:returns|refunds)\b"),
    ("refunds", 8, r"\b(?:refund|return)s? rates?\b.*\b(?:by|per) (?:product|item|categor)"),
    ("refunds", 9, r"\bbiggest (?:refund\w*|returns?)\b"),
    ("refunds", 9, r"\b(?:products?|items?|categor\w+|what|which|things?)\b.*\b(?:returned|refunded|sent back)\b|\bmost (?:returned|refunded)\b|\b(?:returned|refunded|sent back) (?:the )?most\b"),
    ("anti_profile", 9, r"\b(?:worst|bad|unprofitable|costliest|toxic) customers?\b|\bserial return\w*|\banti[- ]?profile\b|\bwho returns everything\b|\bone[- ]item raiders?\b|\b(?:deal|bargain) (?:seekers|hunters)\b"),
    ("anti_profile", 9, r"\b(?:should|shall|must|do)(?:n't| not)?(?: i| we)?(?: not| never)? (?:target|advertise to|market to|go after|exclude)\b(?<!should i target)|\bnot (?:to )?target\b|\bexclude from (?:ads?|targeting|offers?|campaigns?)\b|\b(?:costs?|loses?|losing) (?:me|us) money\b"),
    ("customer_kinds", 9, r"(?<!with )(?<!including )(?<!include )\b(?:wholesale\w*|resellers?|trade (?:buyers|customers)|b2b|business customers|test (?:orders|customers)|gift (?:buyers|givers|orders)|staff (?:orders|purchases))\b"),
    ("customer_kinds", 7, r"\bsubscription orders?\b|\bhow many (?:orders|customers) (?:are|come|came)\b.*\bsubscription"),
    ("products", 5, r"\bwhat do (?:they|my|our|customers|people)\b.*\b(?:buy|order)\b|\bbuy first\b|\bfirst (?:product|purchase|order)s?\b.*\b(?:what|which)\b"),
    ("products", 5, r"\b(?:bought|buy|sell|goes?|ordered) together\b|\bcross[- ]?sell\b|\bupsell\b|\bnext product\b|\bbundles?\b"),
    ("voice", 5, r"\b(?:reviews?|complain\w*|feedback|survey|nps|ratings?|customers? say|pain points?|quotes?|hear about us)\b"),
    ("voice", 4, r"\bwhat (?:stops|stopped|annoys|frustrates|do people (?:love|hate|like))\b"),
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
    (intent, weight, re.compile(pattern))
    for intent, weight, pattern in (*_PATTERNS, *PREDICTION_PATTERNS, *MONEY_PATTERNS, *RECONCILE_PATTERNS)
)

METRICS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("conversion_rate", r"\bconversion rates?\b"),
        ("cart_abandonment", r"\babandon(?:ment|ed)\b"),
        ("cart_rate", r"\b(?:add[- ]to[- ])?cart rate\b"),
        ("session_checkout_rate", r"\bcheckout rate\b"),
        ("visitors", r"\b(?:web )?visitors\b"),
        ("sessions", r"\bsessions\b|\bvisits\b"),
        ("median_order_value", r"\bmedian (?:order(?: value)?|basket)\b|\btypical order\b"),
        ("aov", r"\baov\b|\baverage (?:order value|basket|order)\b(?! size in)|\bbasket (?:size|value)\b"),
        ("units_per_order", r"\b(?:order|basket) size in (?:units|items|pieces)\b|\b(?:units|items|pieces|products) per (?:order|basket)\b"),
        ("orders_per_customer", r"\borders per customer\b"),
        ("revenue_per_customer", r"\b(?:revenue|sales|spend|spending|net sales) per customer\b"),
        ("gross_sales", r"\bgross (?:sales|revenue)\b"),
        ("gross_margin", r"\bprofits?\b"),
        ("margin_share", r"\bmargins?\b"),
        ("full_price_order_share", r"\b(?:share|percent\w*|%) of (?:orders? at |my |our )?full[- ]price\b|\bfull[- ]price share\b"),
        ("discounted_order_share", r"\b(?:share|percent\w*|%|how many) (?:of )?orders?\b.*\bdiscount\w*|\bdiscount\w* (?:share|use)\b|\b(?:share|percent\w*|%) of (?:my |our )?discounted orders\b"),
        ("discount_rate", r"\bdiscount rate\b"),
        ("discounts", r"\bdiscounts?\b"),
        ("refunded_order_share", r"\b(?:share|percent\w*|%) of (?:refunded orders|orders (?:with (?:a )?refunds?|refunded))\b|\brefunded orders\b"),
        ("return_rate_value", r"\b(?:refund|return)s? rates?\b|\brate of (?:returns|refunds)\b"),
        ("returns", r"\breturns\b|\brefunds?\b|\brefunded\b|\bmoney back\b"),
        ("guest_order_share", r"\bguest (?:orders?|checkouts?)\b|\b(?:from|by|of) guests\b|\bguests'? share\b"),
        ("repeat_rate_lifetime", r"\brepeat (?:purchase )?rate\b|\bretention rate\b"),
        ("returning_customer_rate", r"\breturning customers? rate\b"),
        ("new_customers", r"\bnew customers?\b"),
        ("units", r"(?<!size in )\bunits\b(?! per)|\bitems sold\b|\bpieces\b(?! per)"),
        ("customers", r"\bhow many customers\b|\bnumber of customers\b|\bcustomers (?:do|did) (?:i|we)\b|\bwhere do\b.*\bcustomers\b|\bcustomers by\b"),
        ("orders", r"\bhow many orders\b|\bnumber of orders\b|\borders (?:by|per(?! customer)|did|do|in|from|last|this|compared|vs|versus)\b|\bby (?:number of |most )?orders\b|^orders\b"),
        ("net_sales", r"\b(?:net sales|revenue|turnover|sales|income|umsatz|sell|sold)\b(?! per customer)"),
    )
)  # fmt: skip

DIMENSIONS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("month", r"\b(?:best|worst|strongest|weakest) month\b|\b(?:by|per|each|every|over the|monthly|month by) ?months?\b|\bmonthly\b|\btrend\b|\bover time\b"),
        ("weekday", r"\b(?:by|per|which|what) (?:weekday|day of the week|day)\b|\bweekdays?\b"),
        ("hour", r"\b(?:by|per|which|what) hour\b|\btime of (?:the )?day\b|\bat what time\b"),
        ("week", r"\b(?:by|per|each|every) week\b|\bweekly\b|\bweek by week\b|\b(?:best|worst) week\b"),
        ("quarter", r"\b(?:by|per|each|every) quarter\b|\bquarterly\b|\b(?:best|worst) quarter\b"),
        ("year", r"\b(?:by|per|each|every) year\b|\byearly\b|\bannual(?:ly)?\b|\b(?:best|worst) year\b"),
        ("day", r"\bdaily\b|\b(?:by|per) (?:calendar )?day(?! of)\b|\bday by day\b|\bbest day\b"),
        ("order_number", r"\bby order (?:number|count)\b|\bfirst,? (?:and )?second\b.*\borders?\b|\b1st\b.*\b2nd\b|\bby (?:the )?(?:number|place) of the order\b"),
        ("new_or_returning", r"\bnew (?:and|vs\.?|versus|or|against|compared (?:to|with)) (?:returning|repeat|existing|old)\b|\b(?:returning|existing) (?:and|vs\.?|versus|or) new\b"),
        ("discount_code", r"\b(?:by|per|which|what) (?:discount |coupon |promo )?codes?\b|\bcoupons\b"),
        ("discounted", r"\bwith and without (?:a )?discount\b|\bby discount use\b|\bdiscounted (?:and|vs\.?|versus) full[- ]price\b"),
        ("vendor", r"\b(?:by|per|which|what|each) (?:vendor|brand|supplier)s?\b"),
        ("first_product", r"\bby (?:the )?(?:first product|product (?:they )?bought first|entry product)\b"),
        ("first_category", r"\bby (?:the )?first category\b"),
        ("first_source", r"\bby (?:the )?first source\b|\bby acquisition source\b"),
        ("first_channel", r"\bby (?:the )?first channel\b"),
        ("first_month", r"\bby (?:the )?month of (?:the |their )?first order\b|\bby first month\b"),
        ("rfm_group", r"\bby rfm(?: group| segment)?s?\b"),
        ("stage", r"\bby (?:journey )?stages?\b"),
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
        ("serial returners", r"\bserial return\w*"),
        ("discount buyers", r"\b(?:discount|sale|coupon|deal)[- ](?:buyers|hunters|seekers|shoppers|customers)\b|\bonly (?:buy )?on (?:sale|discount)\b"),
        ("top 10 %", r"\bbest customers\b|\btop customers\b|\bvips?\b|\bmost valuable\b|\bbig spenders\b|\bmost expensive\b|\bspend the most\b"),
    )
)  # fmt: skip

# What a question about cohorts follows, and which attributes of the first order it may split by.
COHORT_MEASURES: Final[tuple[tuple[str, str], ...]] = (
    ("value", r"\b(?:value|ltv|revenue|sales|spend|spent|worth|money)\b"),
    ("repeat_orders", r"\brepeat orders\b|\borders per customer\b"),
    ("backfilled", r"\bbackfilled\b|\bor later\b"),
    ("repurchase", r"\brepurchas\w*|\bsecond order|\btwice\b|\brepeat rate\b"),
)
COHORT_ROWS: Final = (
    "month", "first_channel", "first_source", "first_category", "first_product", "first_device", "country",
)  # fmt: skip
LTV_ROWS: Final = (*COHORT_ROWS, "region")
# How far back "since ..." reaches, in days.
SPANS: Final[tuple[tuple[str, int], ...]] = (
    (r"\bquarter|\bthree months\b|\b3 months\b", 90),
    (r"\bhalf[- ]a? ?year|\bsix months\b|\b6 months\b", 182),
    (r"\blast month\b|\ba month\b|\bone month\b|\bmonth ago\b", 30),
    (r"\byear|\btwelve months\b|\b12 months\b", 365),
)

ASKED: Final = re.compile(r"^(?:and )?(?:what|how|why|which|should|do|does|is|are|can|when|where|who)\b")
MAKING: Final = re.compile(rf"\b{_MAKE}\b")
OWN: Final = re.compile(r"\b(?:my|our|mine|ours)\b")

PRODUCT_VIEWS: Final[tuple[tuple[str, re.Pattern[str]], ...]] = tuple(
    (name, re.compile(pattern))
    for name, pattern in (
        ("reorder", r"\bre-?order\w*\b|\brebuy\w*\b|\brepurchase\w*\b|\breplenish\w*|\brefills?\b|\brun out\b"),
        (
            "gateway",
            r"\bgateway\b|\b(?:first|entry|starter)\b.*\b(?:come|comes|came|coming) back\b|\b(?:first|entry) (?:products?|purchases?|items?)\b.*\b(?:repeat|loyal|retention|keep|stay|bring\w*|back)\b|\b(?:come back|repeat|loyal|retention)\b.*\bfirst\b|\bretention\b",
        ),
        ("pairs", r"\bgoes with\b|\btogether\b|\bbundles?\b|\bbasket\b|\bcross[- ]?sell\b|\bupsell\b"),
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
    "slipping drifting customers' discounted returning refunded united kingdom germany france december november october september august".split()
)
