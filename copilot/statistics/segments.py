"""Segments: named rules over customers that can be printed, resolved from words and turned into members."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable
from typing import Final

import ibis
import ibis.expr.types as ir
from pydantic import BaseModel, ConfigDict

from copilot.data.tables import Tables
from copilot.errors import UnknownName
from copilot.statistics.condition import FIELD_WORDS, Condition, Op, Scalar
from copilot.statistics.conduct.groups import conduct_table
from copilot.statistics.conduct.kinds import kinds_table, ranked_customers
from copilot.statistics.intervals import top_count
from copilot.statistics.rfm import GRID, KLAVIYO, group_label, rfm_table
from copilot.statistics.rhythm import activity_table, thresholds
from copilot.statistics.scope import Scope, customer_table
from copilot.statistics.stages import SUBSTAGES, stage_table

__all__ = ["Condition", "SegmentRule", "members", "named_segments", "resolve_segment", "top_rule"]


class SegmentRule(BaseModel):
    """A name and conditions that must all hold. An empty rule is all customers."""

    model_config = ConfigDict(frozen=True)

    name: str
    conditions: tuple[Condition, ...] = ()

    def text(self) -> str:
        """The rule in words, e.g. "top 10 % of customers by value"."""
        return " and ".join(condition.text() for condition in self.conditions) or "all customers"


def _rule(name: str, field: str, value: Scalar, op: Op = "eq") -> SegmentRule:
    return SegmentRule(name=name, conditions=(Condition(field=field, op=op, value=value),))


def named_segments() -> dict[str, SegmentRule]:
    """Segments that have a name of their own; other rules are written as conditions."""
    rules = {
        "all": SegmentRule(name="all customers"),
        "one_time": _rule("one-time buyers", "frequency", 1),
        "repeat": _rule("repeat customers", "frequency", 2, "ge"),
        "active": _rule("active customers", "activity", "active"),
        "at_risk": _rule("customers at risk", "activity", "cooling"),
        "lapsed": _rule("lapsed customers", "activity", "lapsed"),
        "refunded": _rule("customers with a refund", "refunded", True),
        "discount_buyers": _rule("customers whose first order was discounted", "first_discounted", True),
        "deal_seekers": _rule("deal seekers", "deal_seeker", True),
        "serial_returners": _rule("serial returners", "serial_returner", True),
        "one_item_raiders": _rule("one-item raiders", "one_item_raider", True),
        "wholesale": _rule("wholesale customers", "customer_kind", "wholesale"),
        "resellers": _rule("resellers", "customer_kind", "reseller"),
        "gift_buyers": _rule("gift buyers", "customer_kind", "gift"),
        "full_price": _rule("customers whose first order was at full price", "first_discounted", False),
    }
    for stage in ("hot", "warm", "cold"):
        rules[stage] = _rule(f"{stage} people", "stage", stage)
    for name, rule in SUBSTAGES.items():
        rules[name] = _rule(f"{rule.label} ({rule.stage})", "substage", name)
    for name in GRID:
        rules[f"rfm_{name}"] = _rule(f"RFM: {group_label(name)}", "rfm_group", name)
    for name in KLAVIYO:
        rules[f"klaviyo_{name}"] = _rule(f"Klaviyo-style RFM: {group_label(name)}", "klaviyo_group", name)
    return rules


# Words people use -> the name above. Looked up after blanks, hyphens and "customers" are dropped.
ALIASES: Final[dict[str, str]] = {
    "everyone": "all", "everybody": "all", "": "all", "all": "all",
    "onetime": "one_time", "once": "one_time", "single": "one_time", "singleorder": "one_time", "oneorder": "one_time",
    "onetimers": "one_time", "boughtonce": "one_time", "firsttime": "one_time",
    "repeaters": "repeat", "returning": "repeat", "multi": "repeat", "comeback": "repeat", "whocomeback": "repeat",
    "peoplewhocomeback": "repeat", "regulars": "repeat", "regular": "repeat",
    "slippingaway": "at_risk", "slipping": "at_risk", "cooling": "at_risk", "churning": "at_risk",
    "atrisk": "at_risk", "overdue": "at_risk",
    "inactive": "lapsed", "churned": "lapsed", "lost": "lapsed", "winback": "lapsed", "dormant": "lapsed",
    "vip": "hot_vip", "vips": "hot_vip", "new": "hot_new", "recent": "hot_new", "newcustomers": "hot_new",
    "leads": "warm", "subscribers": "warm_subscriber", "prospects": "warm", "discount": "discount_buyers",
    "champions": "rfm_champions", "loyal": "rfm_loyal_customers", "loyalists": "rfm_loyal_customers",
    "hibernating": "rfm_hibernating", "promising": "rfm_promising", "cantlose": "rfm_cant_lose",
    "cantlosethem": "rfm_cant_lose", "abouttosleep": "rfm_about_to_sleep", "needattention": "rfm_need_attention",
    "needsattention": "rfm_need_attention", "potentialloyalists": "rfm_potential_loyalists",
    "warmsubscribers": "warm_subscriber", "abandonedcheckout": "warm_checkout", "abandonedcart": "warm_checkout",
    "dormantleads": "cold_dormant_lead", "returners": "serial_returners", "raiders": "one_item_raiders",
    "dealseekers": "deal_seekers", "dealhunters": "deal_seekers", "discountonly": "deal_seekers",
    "wholesalers": "wholesale", "gifters": "gift_buyers",
}  # fmt: skip
CONDUCT: Final = ("deal_seeker", "serial_returner", "one_item_raider", "kept_nothing", "negative_margin")
_TOP_WORDS: Final = ("best", "top", "mostvaluable", "highestvalue", "biggest", "topspenders", "bigspenders")
_OPS: Final[dict[str, Op]] = {
    ">=": "ge", "<=": "le", "!=": "ne", "=": "eq", "==": "eq", ">": "gt", "<": "lt", ":": "eq", "is": "eq",
}  # fmt: skip
_PART: Final = re.compile(r"^\s*([A-Za-z_ ]+?)\s*(>=|<=|!=|==|=|>|<|:|\bis\b)\s*(.+?)\s*$")
_FIELD_ALIASES: Final[dict[str, str]] = {
    "category": "first_category", "product": "first_product", "channel": "first_channel", "source": "first_source",
    "device": "first_device", "recency": "days_since", "days_since_last_order": "days_since", "spend": "net_sales",
    "revenue": "net_sales", "sales": "net_sales", "order_count": "orders", "discounted": "first_discounted",
}  # fmt: skip


def resolve_segment(tables: Tables, scope: Scope, text: str) -> SegmentRule:
    """The rule a name or phrase means: "top 10 %", "one-time buyers", "lapsed", "hot_new", "champions", or
    conditions such as "country=Germany and orders>=2". Raises UnknownName with the nearest names.
    """
    names = named_segments()
    wanted = text.strip().lower()
    if wanted in names:
        return names[wanted]
    if (top := _top(wanted, scope)) is not None:
        return top
    plain = _plain(wanted)
    by_plain = {_plain(name): name for name in names} | ALIASES
    for candidate in (plain, plain.removesuffix("s")):
        if candidate in by_plain:
            return names[by_plain[candidate]]
    if _PART.match(text):
        return _conditions(tables, scope, text)
    near = difflib.get_close_matches(plain, by_plain, n=3, cutoff=0.6)
    if near and difflib.SequenceMatcher(None, plain, near[0]).ratio() >= 0.88:
        return names[by_plain[near[0]]]
    raise UnknownName("segment", text[:60], dict.fromkeys(by_plain[name] for name in near))


def segment_columns(tables: Tables, scope: Scope) -> dict[str, Callable[[], ir.Table]]:
    """Fields a rule may use beyond those of the customer table, each with the table that has it by customer_key."""
    limits = thresholds

    def stages() -> ir.Table:
        return stage_table(tables, scope).select("customer_key", "stage", "substage")

    return {
        "activity": lambda: activity_table(tables, scope, limits(tables, scope)).select("customer_key", "activity"),
        "rfm_group": lambda: _rfm(tables, scope).select("customer_key", "rfm_group"),
        "klaviyo_group": lambda: rfm_table(tables, scope, "tercile_klaviyo").select(
            "customer_key", klaviyo_group="rfm_group"
        ),
        "stage": stages,
        "substage": stages,
        "customer_kind": lambda: _kinds(tables, scope),
        **dict.fromkeys(CONDUCT, lambda: conduct_table(tables, scope)),
    }


def members(tables: Tables, scope: Scope, rule: SegmentRule) -> ir.Table:
    """One column, customer_key: everybody who meets all conditions. Rules on stages may name people who never
    bought; every other rule speaks of customers with a valid order. Raises UnknownName for an unknown field.
    """
    if rule.conditions and all(condition.field in ("stage", "substage") for condition in rule.conditions):
        people = stage_table(tables, scope)
        return people.filter([c.test(people[c.field]) for c in rule.conditions]).select("customer_key")
    customers = customer_table(tables, scope)
    customers = customers.mutate(refunded=(customers.refunded_orders > 0) | (customers.return_documents > 0))
    found = customers
    for condition in rule.conditions:
        base = customers
        if condition.op in ("top_share", "top_count"):  # kinds kept out of rankings take no place in them
            base = _rankable(tables, scope, customers, rule)
        found = found.semi_join(_meeting(tables, scope, base, condition), "customer_key")
    return found.select("customer_key")


def _rankable(tables: Tables, scope: Scope, customers: ir.Table, rule: SegmentRule) -> ir.Table:
    """Who is ranked: all but the kinds kept out, or those whom the rule's own conditions on the kind allow."""
    asked = [condition for condition in rule.conditions if condition.field == "customer_kind"]
    if not asked:
        return customers.semi_join(ranked_customers(tables, scope), "customer_key")
    for condition in asked:
        customers = customers.semi_join(_meeting(tables, scope, customers, condition), "customer_key")
    return customers


def _kinds(tables: Tables, scope: Scope) -> ir.Table:
    """customer_key, customer_kind of every customer: ordinary, or the kind that is kept out of rankings."""
    kinds = kinds_table(tables, scope)
    kinds = kinds.filter(kinds.kept_out).select("customer_key", customer_kind="kind")
    joined = customer_table(tables, scope).select("customer_key").left_join(kinds, "customer_key")
    return joined.select("customer_key", customer_kind=joined.customer_kind.fill_null("ordinary"))


def _meeting(tables: Tables, scope: Scope, customers: ir.Table, condition: Condition) -> ir.Table:
    """Customers (a table with customer_key) who meet one condition."""
    if condition.op in ("top_share", "top_count"):
        return _ranked(tables, customers, condition)
    if condition.field in customers.columns:
        return customers.filter(condition.test(customers[condition.field])).select("customer_key")
    further = segment_columns(tables, scope)
    if condition.field in further:
        table = further[condition.field]()
        return table.filter(condition.test(table[condition.field])).select("customer_key")
    if condition.field.startswith("attribute:"):
        wanted = condition.field.removeprefix("attribute:").strip().lower()
        given = tables.customer_attributes
        given = given.filter(given.name.lower() == wanted)
        return given.filter(condition.test(given.value)).select("customer_key").distinct()
    fields = (*customers.columns, *further)
    raise UnknownName("customer field", condition.field, difflib.get_close_matches(condition.field, fields, n=3))


def _ranked(tables: Tables, customers: ir.Table, condition: Condition) -> ir.Table:
    n = int(tables.frame(customers.aggregate(n=customers.count()))["n"].iloc[0])
    amount = float(str(condition.value))
    keep = min(n, top_count(n, amount) if condition.op == "top_share" else int(amount)) if n else 0
    place = ibis.row_number().over(order_by=[customers[condition.field].desc(), customers.customer_key])
    ranked = customers.select("customer_key", place=place)
    return ranked.filter(ranked.place < keep).select("customer_key")


def _rfm(tables: Tables, scope: Scope) -> ir.Table:
    return rfm_table(tables, scope)


def _plain(text: str) -> str:
    words = re.sub(r"[^a-z0-9 ]+", " ", text.lower().replace("'", "").replace("-", "").replace("_", ""))
    dropped = {
        "my",
        "our",
        "the",
        "customers",
        "customer",
        "buyers",
        "buyer",
        "people",
        "who",
        "is",
        "are",
        "segment",
        "group",
    }
    kept = [word for word in words.split() if word not in dropped]
    return "".join(kept)


_RANKS: Final = {"orders": "orders", "number of orders": "orders", "units": "units", "average order value": "aov"}
_BY: Final = re.compile(r"\s+by\s+(orders|number of orders|units|average order value)\s*$")


def _top(text: str, scope: Scope) -> SegmentRule | None:
    """ "top 10 %", "top10", "top 50", "best customers", "my biggest spenders"; "top 10 % by orders"."""
    other = _BY.search(text)
    if other is not None:
        rule = _top(text[: other.start()].strip(), scope)
        return None if rule is None else _ranked_by(rule, _RANKS[other[1]])
    if compact := re.fullmatch(r"top_?(\d+)(?:pct|percent|%)?", text):
        return top_rule(scope, share=float(compact[1]) / 100)
    match = re.search(r"\b(?:top|best|biggest)\s+(\d+(?:[.,]\d+)?)\s*(%|percent|per cent)?", text.replace("_", " "))
    if match is not None:
        number = float(match[1].replace(",", "."))
        return top_rule(scope, share=number / 100) if match[2] else top_rule(scope, count=int(number))
    plain = _plain(text)
    named = plain in _TOP_WORDS or plain.startswith(("best", "mostvaluable"))
    return top_rule(scope, share=0.10) if named else None


def _ranked_by(rule: SegmentRule, field: str) -> SegmentRule:
    """The same top group by another field than money."""
    conditions = tuple(
        condition.model_copy(update={"field": field}) if condition.op in ("top_share", "top_count") else condition
        for condition in rule.conditions
    )
    return SegmentRule(name=f"{rule.name} by {FIELD_WORDS.get(field, field)}", conditions=conditions)


def top_rule(scope: Scope, *, share: float | None = None, count: int | None = None) -> SegmentRule:
    """The customers of highest value, by share of customers or by number."""
    if count is not None:
        condition = Condition(field=scope.value, op="top_count", value=count)
        return SegmentRule(name=f"top {count:,} customers", conditions=(condition,))
    part = round(share or 0.0, 6)
    if not 0 < part <= 1:
        raise UnknownName("segment", f"top {100 * part:g} %", ("top 10 %", "top 20 %"))
    condition = Condition(field=scope.value, op="top_share", value=part)
    return SegmentRule(name=f"top {100 * part:g} % of customers", conditions=(condition,))


def _conditions(tables: Tables, scope: Scope, text: str) -> SegmentRule:
    conditions: list[Condition] = []
    columns = {*customer_table(tables, scope).columns, *segment_columns(tables, scope), "refunded"}
    for part in re.split(r"\s+(?:and|&)\s+|\s*[;&]\s*", text.strip(), flags=re.IGNORECASE):
        match = _PART.match(part)
        if match is None:
            conditions += resolve_segment(tables, scope, part).conditions
            continue
        field = match[1].strip().lower().replace(" ", "_")
        field = field if field in columns else _FIELD_ALIASES.get(field, field)
        if field not in columns:
            raise UnknownName("customer field", match[1].strip(), difflib.get_close_matches(field, columns, n=3))
        conditions.append(Condition(field=field, op=_OPS[match[2].lower()], value=_value(match[3])))
    rule = SegmentRule(name="", conditions=tuple(conditions))
    return rule.model_copy(update={"name": rule.text()})


def _value(text: str) -> Scalar:
    bare = text.strip().strip("'\"")
    lowered = bare.lower()
    if lowered in ("true", "yes", "false", "no"):
        return lowered in ("true", "yes")
    if re.fullmatch(r"-?\d+", bare):
        return int(bare)
    if re.fullmatch(r"-?\d*\.\d+", bare):
        return float(bare)
    return bare
