"""What is true of a written sample shop, counted from the realised data and never from the plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from pydantic import BaseModel, ConfigDict

from copilot.data.sample.catalogue import CURRENCY, EQUIPMENT, LEAF, PODCAST, SHOP, SOCIAL, VOUCHERS
from copilot.data.sample.feedback import Response, Review
from copilot.data.sample.orders import BUSY_HOURS, FIRST_PRODUCT, NEXT_PRODUCT, Order
from copilot.data.sample.people import END, START, Person
from copilot.data.sample.sessions import Session
from copilot.data.sample.spend import AdWeek, spent


class _Truth(BaseModel):
    model_config = ConfigDict(frozen=True)


class GroupTruth(_Truth):
    """Customers with these levels on their first order that counts, against all other customers.

    Ratios divide the group's mean by the others' mean; `repeat_rate` is the share with two counted orders or more.
    """

    rule: dict[str, str]
    customers: int
    share: float
    net_value_ratio: float
    gross_value_ratio: float
    orders_per_customer: float
    repeat_rate: float
    repeat_rate_rest: float
    discounted_order_share: float
    refunded_share_of_gross: float


class SalesTruth(_Truth):
    """Sales of the orders that count, in the shop's currency; guests included, shipping left out."""

    orders: int
    customers: int
    guest_orders: int
    gross: float
    discounts: float
    refunds: float
    net: float
    net_of_customers: float
    repeat_rate: float


class ExportTruth(_Truth):
    """What lies in the files."""

    orders: int
    pending: int
    voided: int
    test: int
    refunded: int
    partially_refunded: int
    people: int
    never_bought: int
    never_bought_with_consent: int
    sessions: int
    reviews: int
    responses: int


class RhythmTruth(_Truth):
    """Days between successive counted orders of a customer, and the hours most orders fall in."""

    gaps: int
    lower_quartile_days: float
    median_days: float
    upper_quartile_days: float
    busy_from_hour: int
    busy_to_hour: int  # the hour that begins last; 22 means until 22:59
    busy_share: float


class NextProductTruth(_Truth):
    """Of customers whose first counted order held `first` and who ordered again: share whose second held `next`."""

    first: str
    next: str
    customers: int
    share: float
    share_after_other_products: float


class VoiceTruth(_Truth):
    """What was planted in reviews and in the survey; shares are of reviews or of answers given."""

    pain_point: str
    pain_reviews: int
    pain_share: float
    pain_low_star_share: float  # of those reviews, share with three stars or fewer
    pain_words: tuple[str, ...]
    motivation: str
    motivation_reviews: int
    motivation_share: float
    motivation_words: tuple[str, ...]
    survey_question: str
    survey_answer: str
    survey_answers: int
    survey_share: float
    use_ritual_share_driver: float
    use_ritual_share_rest: float
    recommend_score: float  # promoters less detractors, in points of a hundred


class FunnelTruth(_Truth):
    """Sessions of the last quarter; completion is sessions with an order among those that reached the checkout."""

    sessions: int
    with_cart: int
    with_checkout: int
    with_order: int
    completion_mobile: float
    completion_desktop: float


class SampleTruth(_Truth):
    """Everything planted in one sample shop."""

    shop: str
    currency: str
    seed: int
    first_day: str
    last_day: str
    export: ExportTruth
    sales: SalesTruth
    driver: GroupTruth
    decoys: tuple[GroupTruth, ...]  # share one level with the driver, the driver's own people left out
    refund_trap: GroupTruth
    discount_hunters: GroupTruth
    rhythm: RhythmTruth
    next_product: NextProductTruth
    voice: VoiceTruth
    funnel: FunnelTruth
    ad_spend: dict[str, float]  # by channel, in the shop's currency


@dataclass(frozen=True)
class Shop:
    """A drawn sample shop before it is written."""

    seed: int
    customers: Sequence[Person]
    prospects: Sequence[Person]
    orders: Sequence[Order]
    reviews: Sequence[Review]
    responses: Sequence[Response]
    sessions: Sequence[Session]
    spend: Sequence[AdWeek]


def count_truth(shop: Shop) -> SampleTruth:
    """Count what is true of the drawn shop."""
    history = _history(shop.orders)
    levels = {number: _first_levels(orders[0]) for number, orders in history.items()}
    driver = {"first_source": PODCAST, "first_category": LEAF}

    def group(rule: Mapping[str, str], but: Mapping[str, str] | None = None) -> GroupTruth:
        def member(number: int) -> bool:
            return _fits(levels[number], rule) and not (but and _fits(levels[number], but))

        return _group(history, dict(rule), member)

    return SampleTruth(
        shop=SHOP,
        currency=CURRENCY,
        seed=shop.seed,
        first_day=f"{START:%Y-%m-%d}",
        last_day=max(order.at for order in shop.orders if order.counts and order.at < END).strftime("%Y-%m-%d"),
        export=_export(shop, history),
        sales=_sales(shop.orders, history),
        driver=group(driver),
        decoys=(group({"first_source": PODCAST}, driver), group({"first_category": LEAF}, driver)),
        refund_trap=group({"first_source": SOCIAL, "first_category": EQUIPMENT}),
        discount_hunters=group({"first_source": VOUCHERS}),
        rhythm=_rhythm(shop.orders, history),
        next_product=_next_product(history),
        voice=_voice(shop.reviews, shop.responses),
        funnel=_funnel(shop.sessions),
        ad_spend=spent(shop.spend),
    )


def _history(orders: Sequence[Order]) -> dict[int, list[Order]]:
    history: dict[int, list[Order]] = {}
    for order in orders:
        if order.counts and order.person is not None:
            history.setdefault(order.person.number, []).append(order)
    return history


def _first_levels(order: Order) -> dict[str, str]:
    return {"first_source": order.source, "first_category": order.lines[0].product.category}


def _fits(levels: Mapping[str, str], rule: Mapping[str, str]) -> bool:
    return all(levels[name] == level for name, level in rule.items())


def _group(history: Mapping[int, Sequence[Order]], rule: dict[str, str], member: Callable[[int], bool]) -> GroupTruth:
    inside = [orders for number, orders in history.items() if member(number)]
    outside = [orders for number, orders in history.items() if not member(number)]
    own = [order for orders in inside for order in orders]
    return GroupTruth(
        rule=rule,
        customers=len(inside),
        share=len(inside) / len(history),
        net_value_ratio=_mean_of(inside, lambda order: order.net) / _mean_of(outside, lambda order: order.net),
        gross_value_ratio=_mean_of(inside, lambda order: order.gross) / _mean_of(outside, lambda order: order.gross),
        orders_per_customer=len(own) / len(inside),
        repeat_rate=_repeat_rate(inside),
        repeat_rate_rest=_repeat_rate(outside),
        discounted_order_share=sum(order.discount > 0 for order in own) / len(own),
        refunded_share_of_gross=sum(order.refunded for order in own) / sum(order.gross for order in own),
    )


def _mean_of(people: Sequence[Sequence[Order]], value: Callable[[Order], int]) -> float:
    return sum(value(order) for orders in people for order in orders) / len(people)


def _repeat_rate(people: Sequence[Sequence[Order]]) -> float:
    return sum(len(orders) > 1 for orders in people) / len(people)


def _export(shop: Shop, history: Mapping[int, Sequence[Order]]) -> ExportTruth:
    status = [order.status for order in shop.orders]
    never = [person for person in (*shop.customers, *shop.prospects) if person.number not in history]
    return ExportTruth(
        orders=len(shop.orders),
        pending=status.count("pending"),
        voided=status.count("voided"),
        test=sum(order.test for order in shop.orders),
        refunded=status.count("refunded"),
        partially_refunded=status.count("partially_refunded"),
        people=len(shop.customers) + len(shop.prospects),
        never_bought=len(never),
        never_bought_with_consent=sum(person.email_consent for person in never),
        sessions=len(shop.sessions),
        reviews=len(shop.reviews),
        responses=len(shop.responses),
    )


def _sales(orders: Sequence[Order], history: Mapping[int, Sequence[Order]]) -> SalesTruth:
    counted = [order for order in orders if order.counts]
    return SalesTruth(
        orders=len(counted),
        customers=len(history),
        guest_orders=sum(order.person is None for order in counted),
        gross=sum(order.gross for order in counted) / 100,
        discounts=sum(order.discount for order in counted) / 100,
        refunds=sum(order.refunded for order in counted) / 100,
        net=sum(order.net for order in counted) / 100,
        net_of_customers=sum(order.net for order in counted if order.person is not None) / 100,
        repeat_rate=_repeat_rate(list(history.values())),
    )


def _rhythm(orders: Sequence[Order], history: Mapping[int, Sequence[Order]]) -> RhythmTruth:
    gaps = [
        (after.at - before.at).total_seconds() / 86_400 for own in history.values() for before, after in pairwise(own)
    ]
    lower, median, upper = (float(value) for value in np.percentile(gaps, [25, 50, 75]))
    counted = [order for order in orders if order.counts]
    return RhythmTruth(
        gaps=len(gaps),
        lower_quartile_days=lower,
        median_days=median,
        upper_quartile_days=upper,
        busy_from_hour=BUSY_HOURS[0],
        busy_to_hour=BUSY_HOURS[-1],
        busy_share=sum(order.at.hour in BUSY_HOURS for order in counted) / len(counted),
    )


def _next_product(history: Mapping[int, Sequence[Order]]) -> NextProductTruth:
    def held(order: Order, sku: str) -> bool:
        return any(line.product.sku == sku for line in order.lines)

    pairs = [(own[0], own[1]) for own in history.values() if len(own) > 1]
    after = [second for first, second in pairs if held(first, FIRST_PRODUCT)]
    other = [second for first, second in pairs if not held(first, FIRST_PRODUCT)]
    names = {line.product.sku: line.product.title for own in history.values() for o in own for line in o.lines}
    return NextProductTruth(
        first=names[FIRST_PRODUCT],
        next=names[NEXT_PRODUCT],
        customers=len(after),
        share=sum(held(order, NEXT_PRODUCT) for order in after) / len(after),
        share_after_other_products=sum(held(order, NEXT_PRODUCT) for order in other) / len(other),
    )


def _voice(reviews: Sequence[Review], responses: Sequence[Response]) -> VoiceTruth:
    damaged = [review for review in reviews if review.packaging]
    ritual = sum(review.ritual for review in reviews)
    stopped = [answer.stopped_kind for answer in responses if answer.stopped_kind]
    use = [(answer.person.driver, answer.used_for_kind == "ritual") for answer in responses if answer.used_for_kind]
    marks = [answer.recommend for answer in responses if answer.recommend is not None]
    own = [is_ritual for is_driver, is_ritual in use if is_driver]
    rest = [is_ritual for is_driver, is_ritual in use if not is_driver]
    return VoiceTruth(
        pain_point="packaging damaged on arrival",
        pain_reviews=len(damaged),
        pain_share=len(damaged) / len(reviews),
        pain_low_star_share=sum(review.rating <= 3 for review in damaged) / len(damaged),
        pain_words=("packaging", "box", "dented", "damaged", "crushed", "burst", "torn", "leaked"),
        motivation="a quiet ritual in the evening",
        motivation_reviews=ritual,
        motivation_share=ritual / len(reviews),
        motivation_words=("evening", "after work", "wind down", "switch off", "end of the day", "before bed"),
        survey_question="What almost stopped you from buying?",
        survey_answer="postage shown only at the end of the checkout",
        survey_answers=len(stopped),
        survey_share=stopped.count("postage") / len(stopped),
        use_ritual_share_driver=sum(own) / len(own),
        use_ritual_share_rest=sum(rest) / len(rest),
        recommend_score=100 * (sum(mark >= 9 for mark in marks) - sum(mark <= 6 for mark in marks)) / len(marks),
    )


def _funnel(sessions: Sequence[Session]) -> FunnelTruth:
    def completion(device: str) -> float:
        reached = [session.ordered for session in sessions if session.checkout and session.device == device]
        return sum(reached) / len(reached)

    return FunnelTruth(
        sessions=len(sessions),
        with_cart=sum(session.cart for session in sessions),
        with_checkout=sum(session.checkout for session in sessions),
        with_order=sum(session.ordered for session in sessions),
        completion_mobile=completion("mobile"),
        completion_desktop=completion("desktop"),
    )
