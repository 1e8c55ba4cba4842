"""Sentences the sample shop's customers write in reviews and surveys; slots are filled by `feedback`."""

from __future__ import annotations

from typing import Final

# Planted pain point: parcels arrive damaged.
PACKAGING: Final = (
    "The box arrived crushed and the tin inside was dented.",
    "Parcel was split open at one corner and there was {stuff} all over the inside.",
    "Packaging is far too thin, the pouch had burst when I opened it.",
    "Second time the packaging has come damaged.",
    "Lid was off and half the {stuff} had spilled into the box.",
    "Turned up with a dented tin, which is no good as a present.",
    "The outer box was soaked through and the label had come off.",
    "It was rattling about in an oversized box with no padding, so of course it got damaged.",
    "Please use stronger packaging, mine arrived torn.",
    "The bag leaked because the seal was not closed properly.",
    "Such a shame that the box was squashed when it got here.",
    "Arrived broken. One sheet of paper is not padding.",
)
PACKAGING_FOREIGN: Final = {
    "DE": (
        "Der Karton kam völlig zerdrückt an, die Dose hatte eine Delle.",
        "Die Verpackung war aufgerissen, alles lag lose im Paket.",
    ),
    "FR": (
        "Le colis est arrivé écrasé et le sachet était percé.",
        "Emballage abîmé à l'arrivée, c'est dommage.",
    ),
    "NL": (
        "De doos was helemaal kapot en zat vol deuken.",
        "Verpakking beschadigd aangekomen.",
    ),
}
# Planted motivation: a quiet ritual at the end of the day.
RITUAL: Final = (
    "It has become my quiet half hour after work.",
    "I make a pot every evening once the kids are in bed, it is how I switch off.",
    "Bought it because I needed something to wind down with instead of wine.",
    "My evening ritual now, and I look forward to it all day.",
    "A cup of this after dinner and I can finally slow down.",
    "I wanted a reason to put the phone away at night and this is it.",
    "Perfect for winding down at the end of a long day.",
    "It turns the evening into something calm.",
    "So that I have ten minutes to myself before bed, that is why I buy it.",
)
GIFT: Final = (
    "Bought as a gift for my {relation}, who loved it.",
    "Got this for my {relation} and have had to order one for myself.",
    "A birthday present for my {relation}.",
)
WORK: Final = (
    "Keeps me going through the morning at my desk.",
    "I bought it for the office and it was gone in a week.",
    "First cup of the day, every day.",
)
_TEA_PRAISE: Final = (
    "Lovely clean taste, not bitter at all.",
    "Smells wonderful as soon as you open it.",
    "You can tell it is fresh.",
    "Best tea I have had in years.",
    "Really bright and fragrant.",
    "The second infusion is even better than the first.",
    "Smooth, a little sweet, exactly as described.",
    "Tastes far better than anything from the supermarket.",
)
_COFFEE_PRAISE: Final = (
    "Full flavour without being heavy.",
    "Smells wonderful as soon as you open the bag.",
    "Freshly roasted, you can tell.",
    "Best coffee I have had at home in years.",
    "Chocolatey and not sour at all.",
    "Makes a lovely flat white.",
    "Tastes far better than anything from the supermarket.",
)
_KIT_PRAISE: Final = (
    "Feels solid and pours without dripping.",
    "Easy to clean and looks good on the shelf.",
    "Does what it should.",
    "Well made, it will last for years.",
    "Just the right size for two cups.",
)
PRAISE: Final = {"tea": _TEA_PRAISE, "coffee": _COFFEE_PRAISE, "kit": _KIT_PRAISE}
PRAISE_FOREIGN: Final = {
    "DE": ("Bestelle ich gern wieder.", "Wunderbar, schnelle Lieferung.", "Sehr gute Qualität, gerne wieder."),
    "FR": ("Très bien, je recommande.", "Très belle qualité, parfait pour le soir.", "Rien à redire."),
    "NL": ("Heel fijn, precies goed.", "Mooie kwaliteit, komt zeker weer.", "Aanrader!"),
}
DULL: Final = (
    "It is fine, nothing special.",
    "Not quite what I expected.",
    "Not really for me but my {relation} likes it.",
    "OK for the price.",
)
SLOW: Final = (
    "Delivery took {days} days.",
    "Waited {days} days and the tracking never moved.",
    "Took ages to get here.",
    "Slow post, but they answered my e-mail.",
)
UNCLEAR: Final = (
    "There were no brewing instructions in the box so the first pots were too strong.",
    "Would help to know how long to steep it.",
    "I had to look up the water temperature myself.",
)
DEAR: Final = (
    "It is a little expensive for the amount.",
    "Too pricey for every day.",
    "Postage on a small order is steep.",
)
AGAIN: Final = (
    "Will order again.",
    "Already on my third bag.",
    "Would recommend.",
    "I have told everyone about it.",
    "Customer service was friendly.",
    "",
    "",
    "",
)
TITLES_GOOD: Final = (
    "Lovely",
    "Just right",
    "Very happy",
    "A new favourite",
    "Great {stuff}",
    "Delicious",
    "",
    "5 stars",
)
TITLES_BAD: Final = ("Disappointed", "Arrived damaged", "Good product, poor box", "Not great", "Could be better", "")
RELATIONS: Final = ("mum", "dad", "sister", "neighbour", "husband", "wife", "colleague")

HEARD: Final = "How did you hear about us?"
STOPPED: Final = "What almost stopped you from buying?"
USED_FOR: Final = "What do you use it for?"
RECOMMEND: Final = "How likely are you to recommend us? (0-10)"

# Planted survey finding: the postage shows up late. Kinds of answers with their chance.
STOPPED_BY: Final = {
    "postage": (
        0.34,
        (
            "Postage only showed up at the last step",
            "The shipping cost at the end",
            "I did not see the postage until checkout",
            "surprised by delivery charge",
            "Having to pay postage under £35, would have liked to know earlier",
            "delivery cost was hidden until the end",
        ),
    ),
    "nothing": (0.22, ("Nothing", "nothing really", "No, all good", "n/a", "-")),
    "choice": (
        0.17,
        (
            "Too many teas, I could not decide",
            "Did not know which one to start with",
            "Hard to choose between the blends",
        ),
    ),
    "taste": (
        0.13,
        ("Not being able to smell it first", "Wasn't sure I would like the taste", "Worried it would be stale"),
    ),
    "price": (0.09, ("The price", "Bit expensive compared with the supermarket")),
    "payment": (0.05, ("My card was declined at first", "Wanted to pay by PayPal and couldn't find it")),
}
USES: Final = {
    "ritual": (
        "Winding down in the evening",
        "my quiet hour after work",
        "An evening pot instead of wine",
        "To switch off before bed",
        "Evenings on the sofa",
    ),
    "morning": ("First cup in the morning", "Breakfast", "to wake up", "Morning coffee before the commute"),
    "work": ("Drinking at my desk", "for the office kitchen", "Working from home"),
    "gift": ("A present", "Gifts for family", "birthday present for a friend"),
    "guests": ("When friends come round", "Sunday breakfast with the family"),
}
