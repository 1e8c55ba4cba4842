"""Wording of what sets a group apart: traits and numbers, doubted where they deserve doubt, and what is not proven."""

from __future__ import annotations

from typing import Final

from copilot.engine.wording.saying import bullets, capital, known, listed, mark, said
from copilot.evidence.wording import format_figure, format_interval
from copilot.statistics.contrast import Confounding, NumberTrait, SetsApart, Trait, Unproven

_SHOWN_TRAITS: Final = 5
_SHOWN_NUMBERS: Final = 3
_SHOWN_UNPROVEN: Final = 2
_SAID_BY: Final = {"first_order_value": "first_size"}  # a number whose bands are a trait, too: said once
_HALVES: Final = {"time": "early and late customers", "random": "two random halves of the customers"}
_ONLY: Final = {"early": "seen only among those who came early", "late": "seen only among those who came late"}


def sets_apart(apart: SetsApart, them: str) -> list[str]:
    """What a group has more or less of than the rest."""
    found = _shown(apart)
    numbers = _numbers(apart)
    if not found and not numbers:
        return [f"**What sets {them} apart:** {_nothing(apart, them)}", *_unproven(apart)]
    lines = [f"**What sets {them} apart** (against {said(apart.rest, noun=True)}; {said(apart.tested)} traits tested)"]
    lines.append(bullets([*(_trait(trait) for trait in found), *(_number(one) for one in numbers)]))
    steady = [*(one.stability for one in found), *(one.stability for one in numbers)]
    if apart.halves and "both" in steady:
        lines.append(_steady(apart))
    if apart.provisional and apart.note:
        lines.append(f"{apart.note} {mark(apart.size)}")
    return [*lines, *_unproven(apart)]


def _shown(apart: SetsApart) -> tuple[Trait, ...]:
    """The first traits, and the first of those that another trait explains: it is the one people would act on."""
    every = (*apart.traits, *apart.under)
    first, rest = every[:_SHOWN_TRAITS], every[_SHOWN_TRAITS:]
    return first + tuple(one for one in rest if one.confounding is not None and one.vanishes)[:1]


def _nothing(apart: SetsApart, them: str) -> str:
    """Why nothing is said."""
    if apart.more is not None:
        return (
            f"too few to tell. {said(apart.size, noun=True)} can be compared with {said(apart.rest)} others; about "
            f"{said(apart.more, noun=True)} more are needed."
        )
    note = apart.note or f"No trait in the data is reliably more or less common among {them}."
    if any(character.isdigit() for character in note):
        note = f"Too few people to compare: {said(apart.size)} of them, {said(apart.rest)} others."
    return f"{note} {mark(apart.tested)}"


def _numbers(apart: SetsApart) -> list[NumberTrait]:
    """The numbers worth a line: not those said as a trait already; those that are partly the rule itself last."""
    said_already = {trait.what.trait for trait in (*apart.traits, *apart.under)}
    kept = [one for one in apart.numbers if _SAID_BY.get(one.name) not in said_already]
    return kept[:_SHOWN_NUMBERS]


def _trait(trait: Trait) -> str:
    times = f"{format_figure(trait.ratio)} times as common, plausibly {format_interval(trait.ratio)}"
    shares = f"{said(trait.in_group)} of them, {said(trait.in_rest)} of the rest"
    yes = trait.what.level.lower() in ("yes", "true")
    name = f"**{trait.what.label}**" if yes else f"**{trait.what.level}** ({trait.what.label})"
    parts = [f"{name}: {shares} ({times}) {mark(trait.ratio)}"]
    if trait.caution_text:
        parts.append(trait.caution_text.rstrip("."))
    if trait.within_month is not None and known(trait.within_month):
        ending = "so it may be nothing but time" if trait.only_time else "so it is not only time"
        parts.append(f"among those who began in the same month {said(trait.within_month)} times, {ending}")
    if trait.confounding is not None:
        parts.append(_doubt(trait.confounding, "times as common there"))
    if trait.stability in _ONLY:
        parts.append(_ONLY[trait.stability])
    return "; ".join(parts) + "."


def _number(one: NumberTrait) -> str:
    ours, theirs = said(one.in_group), said(one.in_rest)
    if format_figure(one.in_group) == format_figure(one.in_rest):
        more = "more often higher" if one.higher else "more often lower"
        line = (
            f"**{one.label}**: {more} than in the rest, though a typical customer has {ours} in both {mark(one.delta)}"
        )
    else:
        line = f"**{one.label}**: {ours} (median), the rest {theirs} {mark(one.difference, one.delta)}"
    parts = [line]
    if one.caution_text:
        parts.append(one.caution_text)
    if one.confounding is not None:
        parts.append(_doubt(one.confounding, "Cliff's delta there"))
    if one.stability in _ONLY:
        parts.append(_ONLY[one.stability])
    return "; ".join(parts) + "."


def _doubt(doubt: Confounding, unit: str) -> str:
    text = f"but it {doubt.text()}"
    if doubt.kind == "differs":
        return f"{text} {mark(doubt.common)}"
    return f"**{text}** ({format_figure(doubt.common)} {unit}) {mark(doubt.common)}"


def _steady(apart: SetsApart) -> str:
    """That both halves show it, and what was set aside because they do not."""
    line = f"Each points the same way among {_HALVES[apart.halves]}, unless said otherwise."
    if apart.unstable is not None and apart.unstable.value:
        line += (
            f" Set aside, since the two halves contradict each other: {said(apart.unstable)} "
            f"({listed(apart.unstable_names[:3])})."
        )
    return line


def _unproven(apart: SetsApart) -> list[str]:
    if not apart.unproven:
        return []
    return [bullets(f"Too few to tell: {_maybe(one)}" for one in apart.unproven[:_SHOWN_UNPROVEN])]


def _maybe(one: Unproven) -> str:
    yes = one.what.level.lower() in ("yes", "true")
    name = capital(one.what.label) if yes else f"{one.what.level} ({one.what.label})"
    return (
        f"{name}, {said(one.in_group)} of them and {said(one.in_rest)} of the rest, could be a difference; about "
        f"{said(one.more, noun=True)} more in this group would show it."
    )
