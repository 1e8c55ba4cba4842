"""Plays for customers: second purchase, reminder before they lapse, win-back, early access for the best."""

from __future__ import annotations

from typing import Final

from copilot.drafts.play import Contact, Play, letter
from copilot.statistics.condition import Condition
from copilot.statistics.segments import SegmentRule

SECOND_PURCHASE: Final = Play(
    name="second purchase",
    words=("second", "one-time", "one time", "once", "new customers", "repeat", "come back"),
    stage="hot",
    sub_stage="hot_new",
    campaign_type="second_purchase",
    rule=SegmentRule(name="one-time buyers", conditions=(Condition(field="orders", op="eq", value=1),)),
    action="place a second order",
    wins="second orders",
    metric="Second orders among those mailed",
    message="What goes with what you bought.",
    offer_kind="service",
    offer="No price offer in the first contacts: the related product and help with using the first. "
    "A small reward only in the last contact, for those who have not ordered",
    offer_question="post-purchase: no instant coupon after purchase, related products",
    article="A13",
    priced=True,
    contacts=(
        Contact(
            "{clock} after the order: the quickest of those who come back have done so by then",
            "gap_p25",
            "help them enjoy the first order",
            letter(
                1,
                (
                    "Getting the most out of your order",
                    "How is it going?",
                    "A tip for what you bought",
                    "No offer, just help.",
                ),
                "Did it arrive well?",
                "You bought {{ last_product }}. This is how customers get the most out of it: {{ how_to_link "
                "}}.\n\nAnything "
                "wrong? Reply, and a person answers.",
                "Read the tip",
            ),
        ),
        Contact(
            "{clock} after the order: when the typical second order comes",
            "second_order_median",
            "show what goes with it",
            letter(
                2,
                (
                    "What goes with your order",
                    "Customers add this next",
                    "A good second step",
                    "Chosen by what you bought.",
                ),
                "What goes with it",
                "Customers who bought {{ last_product }} often choose {{ related_product }} next.",
                "See what fits",
            ),
        ),
        Contact(
            "{clock} after the order: most who return by themselves have done so; those past it already get this one "
            "first",
            "second_order_p80",
            "remind once, with a small reward, then stop",
            letter(
                3,
                (
                    "A thank-you for your next order",
                    "Shall we leave it here?",
                    "Something for your next order",
                    "Once, and only for you.",
                ),
                "A small thank-you",
                "It has been a while. If there is something you still need, here is a small thank-you: {{ offer }}. It "
                "works "
                "once, until {{ end_date }}.",
                "Choose something",
            ),
        ),
    ),
)

WINBACK: Final = Play(
    name="win-back",
    words=("win", "lapsed", "lost", "reactivat", "sleep", "dormant", "back"),
    stage="hot",
    sub_stage="hot_lapsed",
    campaign_type="winback",
    rule=SegmentRule(name="lapsed customers", conditions=(Condition(field="substage", op="eq", value="hot_lapsed"),)),
    action="order again",
    wins="customers with another order",
    metric="Customers reactivated among those mailed",
    message="Here is what is new since you were last here.",
    offer_kind="discount",
    offer="First what is new, then other products, and only in the last contact an incentive with an end",
    offer_question="win-back three mails incentive last chance",
    article="A14",
    priced=True,
    contacts=(
        Contact(
            "At the start, to everybody in the group; later, to each on the day the rule counts them in",
            "",
            "show what is new",
            letter(
                1,
                (
                    "What is new since your last visit",
                    "A few things have changed",
                    "New since you were here",
                    "New things, no pressure.",
                ),
                "New since you were here",
                "A few things have arrived that fit what you bought: {{ new_products }}.",
                "See what is new",
            ),
        ),
        Contact(
            "One week later, for those without an order: other products",
            "",
            "show different products",
            letter(
                2,
                (
                    "Maybe this suits you better",
                    "Something different",
                    "Picked by what you liked",
                    "Different from last time.",
                ),
                "Perhaps this instead",
                "Customers with your taste choose {{ bestsellers }} at the moment.",
                "Have a look",
            ),
        ),
        Contact(
            "One week after that: the last chance, with a visible way out",
            "",
            "make one clear offer, or say goodbye",
            letter(
                3,
                (
                    "Shall we stop writing?",
                    "A last offer from us",
                    "One last thing",
                    "Stay or leave, both are fine.",
                ),
                "Stay or leave",
                "Here is something for one more order: {{ offer }}, until {{ end_date }}. If you would rather not hear "
                "from "
                "us, one click is enough: {{ unsubscribe_link }}.",
                "Use it once",
            ),
        ),
    ),
)

COOLING: Final = Play(
    name="reminder before they lapse",
    words=("cool", "risk", "slip", "overdue", "remind", "replenish"),
    stage="hot",
    sub_stage="hot_cooling",
    campaign_type="replenishment",
    rule=SegmentRule(name="cooling customers", conditions=(Condition(field="substage", op="eq", value="hot_cooling"),)),
    action="order again before they lapse",
    wins="customers with another order",
    metric="Customers back with an order among those mailed",
    message="Time for more of what you liked.",
    offer_kind="service",
    offer="A reminder with the product they bought and one that fits; no price offer",
    offer_question="cooling customers replenishment reminder light offer",
    article="A14",
    priced=False,
    contacts=(
        Contact(
            "{clock} since the last order: later than four in five of your gaps",
            "gap_p80",
            "remind with what they bought",
            letter(
                1,
                (
                    "Running low?",
                    "Time for more?",
                    "Your last order, one click away",
                    "What you had, ready again.",
                ),
                "Running low?",
                "You last bought {{ last_product }}. It is one click away, and this goes with it: {{ related_product "
                "}}.",
                "Order again",
            ),
        ),
        Contact(
            "{clock} since the last order: one more time, then leave it to the win-back",
            "gap_p90",
            "remind once more with something new",
            letter(
                2,
                (
                    "New, and close to what you like",
                    "Since your last order",
                    "Have you seen these?",
                    "New, and it fits.",
                ),
                "New since your last order",
                "These are new and close to what you bought: {{ new_products }}.",
                "See them",
            ),
        ),
    ),
)

VIP: Final = Play(
    name="early access for the best customers",
    words=("vip", "best", "loyal", "top", "champion", "early access", "arrival", "launch", "cross", "upsell"),
    stage="hot",
    sub_stage="hot_vip",
    campaign_type="vip",
    rule=SegmentRule(
        name="top 10 % by net sales", conditions=(Condition(field="net_sales", op="top_share", value=0.10),)
    ),
    action="order from the new arrivals first",
    wins="customers with an order",
    metric="Customers with an order among those mailed",
    message="You see it first.",
    offer_kind="access",
    offer="First look at new arrivals before everyone else; recognition instead of a discount",
    offer_question="VIP early access recognition before discount new arrivals",
    article="A13",
    priced=False,
    contacts=(
        Contact(
            "Some days before the public launch",
            "",
            "open the early access",
            letter(
                1,
                (
                    "You see it first",
                    "Before everyone else",
                    "Early access for you",
                    "New arrivals, before the launch.",
                ),
                "You see it first",
                "You are among the people who buy from us most. So you get the new arrivals before everyone else: "
                "{{ early_access_link }}.",
                "See the new arrivals",
            ),
        ),
        Contact(
            "The evening before the public launch, for those without an order",
            "",
            "close the early access",
            letter(
                2,
                (
                    "Early access ends tomorrow",
                    "Last evening for early access",
                    "Tomorrow it opens to everyone",
                    "From tomorrow it is open to everyone.",
                ),
                "The last evening",
                "Tomorrow the new arrivals open to everyone. Tonight they are still yours: {{ early_access_link }}.",
                "Choose first",
            ),
        ),
    ),
)
