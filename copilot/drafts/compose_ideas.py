"""Fills the idea set of a stage from the shop's own entry products, pairs, rhythm, groups and customers' words."""

from __future__ import annotations

from copilot.drafts.campaign_ideas import Idea, IdeaSet
from copilot.drafts.findings import Findings
from copilot.drafts.model import Claim
from copilot.drafts.saying import Name, known
from copilot.errors import UsageProblem
from copilot.statistics.products import EntryProduct
from copilot.statistics.voice import Theme

_LIST_TOOL = "an e-mail tool (Klaviyo on Shopify; ActiveCampaign or Kit on WordPress)"


def campaign_ideas(findings: Findings, stage: str) -> IdeaSet:
    """The ideas for `stage` (cold, warm or hot). Raises UsageProblem for anything else."""
    makers = {"cold": _cold, "warm": _warm, "hot": _hot}
    if stage not in makers:
        raise UsageProblem(f"There is no journey stage {stage!r}.", "Choose cold, warm or hot.")
    return makers[stage](findings)


def _cold(findings: Findings) -> IdeaSet:
    topic = _education_topic(findings)
    entry = _entry_reason(findings)
    ideas = [
        Idea(
            name="E-mail education series", sub_stage="cold_known", why=topic, needs=f"a sign-up form and {_LIST_TOOL}"
        ),
        Idea(
            name="Blog article that solves one problem",
            sub_stage="cold_anonymous",
            why=_problem(findings),
            needs="an author who uses the product, and a sign-up form on the page",
        ),
        Idea(
            name="Short video or podcast episode",
            sub_stage="cold_anonymous",
            why=entry,
            needs="one product, one person who explains it, one link to the sign-up form",
        ),
        Idea(
            name="Lead magnet",
            sub_stage="cold_anonymous",
            why=findings.guided(
                "Offer something useful for the e-mail address, such as a short guide to choosing the first product. "
                "It moves a stranger onto the list, where teaching can go on",
                "lead magnet to get people onto the e-mail list",
                "A12",
            ),
            needs="one page of genuinely useful content, a form with consent, and a welcome e-mail that delivers it",
        ),
    ]
    principle = findings.guided(
        "People who do not know the shop are taught before they are asked to pay, with exceptions.",
        "cold customers need education before buying",
        "A11",
    )
    return IdeaSet(stage="cold", principle=principle, ideas=tuple(ideas))


def _warm(findings: Findings) -> IdeaSet:
    order_value = findings.everyone.order_value_median.group
    ideas = [
        Idea(
            name="Welcome discount for new subscribers",
            sub_stage="warm_subscriber",
            why=findings.guided(
                "A special price for joining the list. Give it to subscribers without an order only, and hold some "
                "out at random: it also pays people who would have bought anyway",
                "special discount for new subscribers of the e-mail list",
                "A12",
            ),
            needs="subscribers with consent dates, single-use codes, and your margin",
        ),
        Idea(
            name="A reward with the first order",
            sub_stage="warm_engaged",
            why=findings.guided(
                "A gift or a service with the first order keeps the price intact; the typical order is "
                "{order_value}, so price the gift against that"
                if known(order_value)
                else "A gift or a service with the first order keeps the price intact",
                "unique reward on the first purchase",
                "A12",
                **({"order_value": order_value} if known(order_value) else {}),
            ),
            needs="a gift in stock and its cost",
        ),
        Idea(
            name="Low-ticket starter",
            sub_stage="warm_engaged",
            why=_starter(findings),
            needs="a landing page for the starter with one button",
        ),
        Idea(
            name="Retargeting with a lead magnet, then nurture",
            sub_stage="warm_engaged",
            why=findings.guided(
                "If you run ads, show visitors who left something useful instead of the product, get them onto the "
                "list, and nurture them there",
                "retargeting ads with a lead magnet then nurture by e-mail",
                "A12",
            ),
            needs="an ad account with a lawful audience, and the welcome series in place first",
        ),
    ]
    principle = findings.guided(
        "People who know the shop and have not bought get a small, easy first step.",
        "warm customers start small lower ticket first purchase",
        "A12",
    )
    return IdeaSet(stage="warm", principle=principle, ideas=tuple(ideas))


def _hot(findings: Findings) -> IdeaSet:
    ideas = [
        Idea(
            name="Customers on a list of their own",
            sub_stage="hot",
            why=_own_list(findings),
            needs=f"{_LIST_TOOL} and the audience file of this segment",
        ),
        Idea(
            name="New arrivals that fit",
            sub_stage="hot_repeat",
            why=_arrivals(findings),
            needs="a date of new stock and its category",
        ),
        *_related(findings),
        *_cross_sell(findings),
        Idea(name="Early access for the best customers", sub_stage="hot_vip", why=_vip(findings), needs="a launch"),
        *_replenishment(findings),
        *_win_back(findings),
    ]
    principle = findings.guided(
        "Customers who bought know and trust the shop: keep serving them what fits, so that they come more often and "
        "put more in the basket.",
        "hot customers already bought keep serving relevant products",
        "A13",
    )
    return IdeaSet(stage="hot", principle=principle, ideas=tuple(ideas))


def _education_topic(findings: Findings) -> Claim:
    theme = _first(findings.voice_of_all.hesitations, findings.voice_of_all.pains)
    if theme is not None:
        return findings.guided(
            "One idea an e-mail, starting with what holds people back: {theme}, named by {reviewers} customers",
            "cold education e-mail series one idea each",
            "A11",
            theme=Name(theme.name),
            reviewers=theme.reviewers,
        )
    return findings.guided(
        "One idea an e-mail, each answering one question a newcomer has before buying",
        "cold education e-mail series one idea each",
        "A11",
    )


def _problem(findings: Findings) -> Claim:
    theme = _first(findings.voice_of_all.pains, findings.voice_of_all.hesitations)
    if theme is not None:
        quote = theme.quotes[0]
        return findings.say.claim(
            "Write about {theme}, which {reviewers} customers complain of. One of them: {quote}",
            theme=Name(theme.name),
            reviewers=theme.reviewers,
            quote=quote,
        )
    return findings.guided(
        "Answer one question that people type into a search box before they buy. Which one is not in your data: take "
        "it from your search terms or support inbox",
        "blog content that helps solve a problem",
        "A11",
    )


def _entry_reason(findings: Findings) -> Claim:
    entry = _commonest_entry(findings)
    if entry is None:
        return findings.guided("Show how you help, in use and not in claims", "video or podcast content", "A11")
    return findings.guided(
        "Show {product} in use: {share} of customers began with it, more than with any other",
        "video or podcast content",
        "A11",
        product=Name(entry.name),
        share=entry.in_group,
    )


def _starter(findings: Findings) -> Claim:
    entry = _commonest_entry(findings)
    if entry is None:
        return findings.guided("A small, easy first order", "start with a lower ticket item", "A12")
    back = entry.repeat_rate
    tail = "; {back} of those who did came back" if known(back) else ""
    return findings.guided(
        f"{{product}} is what most customers bought first ({{share}}){tail}. Offer it as the first step",
        "start with a lower ticket item",
        "A12",
        product=Name(entry.name),
        share=entry.in_group,
        **({"back": back} if tail else {}),
    )


def _own_list(findings: Findings) -> Claim:
    reachable = findings.everyone.reachable
    if known(reachable):
        return findings.guided(
            "{reachable} of your {customers} customers may be mailed. Keep them apart from subscribers who never "
            "bought",
            "segment hot customers onto their own list",
            "A13",
            reachable=reachable,
            customers=findings.everyone.size,
        )
    return findings.guided(
        "Keep your {customers} customers apart from subscribers who never bought. Who of them may be mailed is not in "
        "the loaded files",
        "segment hot customers onto their own list",
        "A13",
        customers=findings.everyone.size,
    )


def _arrivals(findings: Findings) -> Claim:
    categories = findings.profile.categories.levels
    if categories:
        return findings.guided(
            "Show new stock by what they buy: {share} of this group bought {category}",
            "latest arrivals that fit their needs",
            "A13",
            share=categories[0].share,
            category=Name(categories[0].name),
        )
    return findings.guided("Show new stock that fits what they bought", "latest arrivals that fit their needs", "A13")


def _related(findings: Findings) -> list[Idea]:
    following = findings.everyone.next_products.products
    if not following:
        return []
    first = following[0]
    why = findings.guided(
        "{product} is what second orders hold most often ({share} of them). Offer it to customers with a single order",
        "relevant products related options",
        "A13",
        product=Name(first.name),
        share=first.share,
    )
    return [Idea(name="Related product after the first order", sub_stage="hot_new", why=why, needs=_LIST_TOOL)]


def _cross_sell(findings: Findings) -> list[Idea]:
    if not findings.pairs.pairs:
        return []
    pair = findings.pairs.pairs[0]
    why = findings.guided(
        "{first} and {second} are in the same order {lift} times as often as chance would have it. Show the one beside "
        "the other in the shop and in the basket",
        "upsells and cross-sells on your site",
        "A13",
        first=Name(pair.first),
        second=Name(pair.second),
        lift=pair.lift,
    )
    return [
        Idea(
            name="Upsell and cross-sell from your own pairs",
            sub_stage="hot_repeat",
            why=why,
            needs="a related-products block on the product page and in the basket",
        )
    ]


def _vip(findings: Findings) -> Claim:
    return findings.guided(
        "Your top customers bring {share} of net sales. Give them access before price: first look, first order",
        "VIP early access for best customers",
        "A13",
        share=findings.concentration.top10,
    )


def _replenishment(findings: Findings) -> list[Idea]:
    gap = findings.rhythm.gap_median
    if not known(gap):
        return []
    why = findings.say.claim(
        "Customers who come back do so after {gap} (median). Remind them shortly before, with what they bought.",
        gap=gap,
    )
    return [
        Idea(
            name="Reminder by their own rhythm",
            sub_stage="hot_repeat",
            why=why,
            needs="a consumable product; leave it out for durable goods",
        )
    ]


def _win_back(findings: Findings) -> list[Idea]:
    lapsed = findings.journey.substage("hot_lapsed")
    if not lapsed.people.value:
        return []
    why = findings.guided(
        "{people} have been away longer than your own rhythm explains. Three short messages, then stop",
        "win-back three mails lapsed customers",
        "A14",
        people=lapsed.people,
    )
    return [
        Idea(
            name="Win-back for the lapsed",
            sub_stage="hot_lapsed",
            why=why,
            needs="consent, a hold-out group, and a reason to return",
        )
    ]


def _commonest_entry(findings: Findings) -> EntryProduct | None:
    entry = findings.everyone.entry
    return next((one for one in (*entry.products, *entry.categories) if known(one.in_group)), None)


def _first(*groups: tuple[Theme, ...]) -> Theme | None:
    return next((theme for group in groups for theme in group if theme.enough and theme.quotes), None)
