"""What lies near the guide and is not in it: declared topics by which search recognises a question it must decline.

A topic is recognised by words: from every one of its groups at least one word or phrase must stand in the question
(compared by stems). Proper names that the guide never mentions count as the sign `NAME`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from copilot.guide.words import stem, words

NAME: Final = "<name>"

_TOOLS: Final = (
    "klaviyo, mailchimp, activecampaign, active campaign, convertkit, kit, omnisend, shopify, woocommerce, wordpress, "
    "brevo, hubspot, drip, getresponse, magento, wix, squarespace, attentive, software, app, plug-in, crm"
)
_PRICE: Final = (
    "fee, price, pricing, cost, charge, rate, tariff, subscription, licence, per month, monthly, a month, per user, "
    "free plan, paid plan, expensive, cheap, cheapest, dollars, euros, pounds, discount on the plan"
)
_COMPARE: Final = (
    "better, best, versus, vs, against, compare, comparison, wins, winner, superior, alternative, switch, migrate, "
    "worth it, instead of, top ten"
)


@dataclass(frozen=True)
class Boundary:
    """A topic outside the guide: its name, the groups of signs, and the article that comes nearest."""

    name: str
    nearest: str
    groups: tuple[str, ...]  # each a comma-separated list of words and phrases


BOUNDARIES: Final[tuple[Boundary, ...]] = (
    Boundary("what software costs", "A13", (_TOOLS, _PRICE)),
    Boundary("which software is better", "A13", (_TOOLS, _COMPARE)),
    Boundary(
        "page design and site speed",
        "A10",
        (
            "layout, font, colour, color, button, homepage, landing page, navigation, menu, web design, page design, "
            "site design, page speed, site speed, loading time, load faster, load fast, loads slowly, slow site, "
            "speed up, theme, pop-up, image size, mobile version, responsive",
        ),
    ),
    Boundary("live chat and chatbots", "A13", ("chat, chatbot, live chat, whatsapp, messenger bot",)),
    Boundary(
        "pay and hiring",
        "A04",
        ("salary, wage, pay rise, day rate, hourly rate, hire, hiring, recruit, job ad, job interview, headcount",),
    ),
    Boundary(
        "what media and influencers charge",
        "A04",
        (
            "influencer, creator, celebrity, sponsored post, sponsored video, billboard, podcast advert, newspaper, "
            "click, cpm, cpc, impressions",
            _PRICE,
        ),
    ),
    Boundary(
        "couriers, warehouses and logistics",
        "A03",
        (
            "courier, carrier, parcel, postal service, warehouse, fulfilment, fulfillment, customs duty, "
            "freight, return label",
        ),
    ),
    Boundary(
        "legal questions beyond consent",
        "A26",
        (
            "trademark, copyright, patent, lawsuit, sue, lawyer, attorney, imprint, terms and conditions, liability, "
            "register a name, register a brand, register our, register my, contract, limited company",
        ),
    ),
    Boundary(
        "tax, accounting and finance",
        "A15",
        ("vat, tax, bookkeeping, accountant, accounting, loan, investor, insurance, invoice, credit line, payroll",),
    ),
    Boundary(
        "figures of other companies and markets",
        "A15",
        (
            f"{NAME}, competitor, competition, rival, industry, market, world",
            "revenue, turnover, turn over, income, sales, profit, market share, market size, employees, staff, ceo, "
            "founder, owner, share price, stock price, valuation, headquarters, worth, leader",
        ),
    ),
    Boundary(
        "people who run other companies",
        "A15",
        ("ceo, founder, chief executive, chairman, inventor, who owns, who founded, who invented",),
    ),
    Boundary(
        "blocked accounts and technical support",
        "A26",
        (
            "suspended, suspend, banned, ban, blocked, hacked, appeal, log in, login, password, error message, bug, "
            "crash, pixel, dns, domain, froze, frozen, verification code, two-factor",
        ),
    ),
    Boundary(
        "programming and apps",
        "A13",
        (
            "python, javascript, typescript, react, html, css, sql, php, api, snippet, plugin, plug-in, webhook, "
            "write code, code an, code a, coding, developer, script, mobile app, build an app, github",
        ),
    ),
    Boundary(
        "search engine optimisation",
        "A11",
        ("seo, backlink, keyword, rank on google, rank higher, rank first, sitemap, meta description, search ranking",),
    ),
    Boundary(
        "sourcing, making and pricing products",
        "A02",
        (
            "supplier, manufacturer, factory, dropship, dropshipping, wholesale price, retail price, "
            "price my product, set my prices, stay fresh, shelf life, ingredient, packaging material",
        ),
    ),
    Boundary(
        "everyday questions",
        "A10",
        (
            "weather, rain, recipe, cook, poem, joke, song, translate, translation, flight, hotel, restaurant, "
            "football, match, capital of, president, medicine, doctor, symptom, horoscope, lottery, film, movie",
        ),
    ),
)

_CALENDAR: Final = frozenset(
    word
    for line in (
        "january february march april may june july august september october november december jan feb mar apr jun jul",
        "aug sep sept oct nov dec monday tuesday wednesday thursday friday saturday sunday christmas easter black",
    )
    for word in line.split()
)
_CAPITALISED: Final = re.compile(r"(?<=[a-z,;:'’\"] )[A-Z][\w’']+")


def crossed(question: str, known: Callable[[str], bool]) -> Boundary | None:
    """The declared topic the question belongs to, or None. `known` says whether the guide uses a stem."""
    sequence = [stem(word) for word in words(question)]
    names = {stem(word) for name in _CAPITALISED.findall(question) for word in words(name) if word not in _CALENDAR}
    foreign = any(not known(name) for name in names)
    for boundary in BOUNDARIES:
        if all(_signs(sequence, group, foreign=foreign) for group in boundary.groups):
            return boundary
    return None


def _signs(sequence: list[str], group: str, *, foreign: bool) -> bool:
    for sign in group.split(","):
        if sign.strip() == NAME:
            if foreign:
                return True
            continue
        phrase = [stem(word) for word in words(sign)]
        if any(sequence[at : at + len(phrase)] == phrase for at in range(len(sequence) - len(phrase) + 1)):
            return True
    return False
