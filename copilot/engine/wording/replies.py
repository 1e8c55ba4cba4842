"""Replies to what is out of reach or needs no figure: said in full, helpful, and never with a number."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from copilot.engine.request import Intent

REPLIES: Final[Mapping[Intent, str]] = {
    "hello": (
        "Hello. I answer from your shop's own data and a marketing guide, with a receipt for every number. "
        "Ask about your customers, or say what to draft."
    ),
    "thanks": "You are welcome. Tell me what to look at next.",
    "help": (
        "I can rank your customers and say what sets the best apart, measure sales, repeat rates and the days between "
        "orders, say why sales changed and what a customer costs, plan and judge tests, sort people into cold, warm "
        "and hot, "
        "read reviews and surveys, answer questions from the guide, and "
        "draft ideal customer profiles, personas and campaign briefs. Every number is computed and has a receipt."
    ),
    "off_topic": (
        "That is outside what I do: I know your shop's data and a guide on customers and campaigns, nothing else, so "
        "anything I said would be a guess. Ask me about your customers, sales, journey stages or a draft."
    ),
    "identities": (
        "I do not put names, e-mail addresses, phone numbers or addresses into the chat: they stay in your shop's "
        "private "
        "table, and neither I nor a connected model ever see them. I can size the group, show it by customer "
        "number, and "
        "say what it is worth. Ask for a segment instead."
    ),
    "forecast": (
        "I do not forecast the shop's sales: nothing in your data says how many new customers next month or next "
        "year will "
        "bring, and a made-up figure would cost you money. What I can predict is what the customers you have today "
        "will "
        "buy and be worth, checked on your own history: ask for the predicted customer value. And I can show what "
        "happened: the trend by month with the partial month marked, and how many customers are due by their own "
        "rhythm."
    ),
    "instruction": (
        "I keep to my own rules, whoever asks and wherever the text stands. There is nothing secret in them: "
        "numbers come "
        "from computations only, every claim has a receipt, identities stay here. Ask me about your customers or sales."
    ),
    "delete": (
        "I cannot delete anything from the chat, so that no text can make me do it. You remove an upload on the "
        "Data page; "
        "its tables and identities go with it. Tell me if you want to know what is loaded first."
    ),
    "not_computed": (
        "This version does not compute that, and I will not make a figure up. What I can measure today: sales and "
        "orders "
        "by period, best customers, repeat rates and days between orders, RFM groups, journey stages, products, and "
        "what "
        "reviews say."
    ),
    "unclear": (
        "I am not sure what you want to know. Do you mean a figure from your data (say which: sales, orders, "
        "customers, "
        "repeat rate ...), a group of customers, a question for the guide, or a draft (profile, persona, brief)?"
    ),
    "explain": "There is no figure in this conversation yet that I could explain. Ask for one first.",
}
