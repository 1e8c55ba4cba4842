"""Why sales changed: parts that add up to the cent, planted causes, and the decomposition a second time by hand."""

from __future__ import annotations

import functools
import itertools
import math
from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from copilot.data.tables import Tables
from copilot.errors import CannotAnswer, UnknownName, UsageProblem
from copilot.statistics.change.decomposition import Chain, rounded, shapley
from copilot.statistics.change.explain import SalesChange, sales_change
from copilot.statistics.result import Period
from copilot.statistics.scope import Scope
from copilot.tools.why_changed import periods
from tests.statistics.random_shop import RandomShop, random_shop
from tests.statistics.shops import shop

FIRST, SECOND = date(2024, 1, 1), date(2024, 2, 1)
BEFORE = Period(start=FIRST, end=date(2024, 1, 30))
AFTER = Period(start=SECOND, end=date(2024, 3, 1))  # thirty days too
Line = tuple[str, int, int]  # product, quantity, price in cents


def placed(number: int, customer: str | None, day: date, lines: list[Line], **more: Any) -> dict[str, Any]:
    """An order of these lines; `off` and `back` in cents."""
    gross = sum(quantity * cents for _, quantity, cents in lines)
    return {
        "order_id": f"o{number:04d}", "kind": "order", "customer_key": customer, "status": "paid",
        "ordered_at": pd.Timestamp(day) + pd.Timedelta(hours=12), "gross_sales": gross / 100,
        "discounts": more.pop("off", 0) / 100, "returns": more.pop("back", 0) / 100, "lines": lines, **more,
    }  # fmt: skip


def tables_of(orders: list[dict[str, Any]]) -> Tables:
    items = [
        {"order_id": one["order_id"], "line_no": place, "product": name, "category": name[0], "kind": "product",
         "quantity": quantity, "unit_price": cents / 100, "gross": quantity * cents / 100}
        for one in orders for place, (name, quantity, cents) in enumerate(one["lines"])
    ]  # fmt: skip
    frame = pd.DataFrame([{key: value for key, value in one.items() if key != "lines"} for one in orders])
    return shop(frame, order_items=pd.DataFrame(items))


def effects(found: SalesChange) -> dict[str, float]:
    return {part.key: part.effect.value or 0.0 for part in found.parts}


def total(values: list[float | None]) -> Decimal:
    return sum((Decimal(str(value)) for value in values), Decimal(0))


def adds_up(found: SalesChange) -> None:
    """Parts, new against returning, and every dimension sum to the change exactly."""
    change = Decimal(str(found.after.value)) - Decimal(str(found.before.value))
    assert Decimal(str(found.change.value)) == change
    assert total([part.effect.value for part in found.parts]) == change
    assert total([part.effect.value for part in found.newness]) == change
    for one in found.by:
        assert total([level.change.value for level in one.levels]) == change, one.dimension


def by_permutations(old: list[Fraction], new: list[Fraction]) -> list[Fraction]:
    """Shapley values of a product by walking through every order of replacement."""
    n = len(old)
    parts = [Fraction(0)] * n
    for order in itertools.permutations(range(n)):
        levels = list(old)
        for place in order:
            before = math.prod(levels, start=Fraction(1))
            levels[place] = new[place]
            parts[place] += math.prod(levels, start=Fraction(1)) - before
    return [part / math.factorial(n) for part in parts]


def test_shapley_of_a_product_equals_the_average_over_all_orders() -> None:
    old = [Fraction(7), Fraction(3, 2), Fraction(5, 4), Fraction(9, 10)]
    new = [Fraction(9), Fraction(4, 3), Fraction(2), Fraction(0)]
    names = ["a", "b", "c", "d"]

    def worth(moved: frozenset[str]) -> Fraction:
        return math.prod((new[i] if n in moved else old[i] for i, n in enumerate(names)), start=Fraction(1))

    assert list(shapley(names, worth).values()) == by_permutations(old, new)


def test_two_factors_share_the_joint_effect_equally() -> None:
    parts = Chain(("customers", "each"), (10, 40), (12, 60)).parts()
    # 10 x 4 -> 12 x 5: customers (12 - 10) x 4.5, value (5 - 4) x 11
    assert parts == {"customers": Fraction(9), "each": Fraction(11), "left_over": Fraction(0)}


@given(st.lists(st.integers(-(10**9), 10**9), min_size=1, max_size=9), st.integers(1, 997))
@settings(max_examples=60, deadline=None)
def test_rounding_keeps_the_total(numbers: list[int], divisor: int) -> None:
    parts = {str(place): Fraction(number, divisor) / 10_000 for place, number in enumerate(numbers)}
    cents = math.floor(sum(parts.values()) * 10_000)
    whole = Decimal(cents) / 10_000
    parts["rest"] = Fraction(whole) - sum(parts.values())
    found = rounded(parts, whole)
    assert sum(found.values()) == whole
    assert all(abs(Fraction(found[name]) - part) < Fraction(1, 10_000) for name, part in parts.items())


line = st.tuples(st.sampled_from(["Mug", "Tray", "Bowl"]), st.integers(1, 4), st.integers(99, 4999))
order_of = st.tuples(
    st.sampled_from(["ann", "bob", "cid", "dan", None]),
    st.integers(0, 59),
    st.lists(line, min_size=1, max_size=3),
    st.integers(0, 40),
    st.integers(0, 30),
)


@given(st.lists(order_of, min_size=2, max_size=14))
@settings(max_examples=5, deadline=None)
def test_parts_of_random_shops_add_up_and_equal_a_second_computation(drawn: list[Any]) -> None:
    orders = []
    for number, (customer, day, lines, off, back) in enumerate(drawn):
        when = FIRST + timedelta(days=day) if day < 30 else SECOND + timedelta(days=day - 30)
        gross = sum(quantity * cents for _, quantity, cents in lines)
        orders.append(
            placed(number, customer, when, lines, off=gross * off // 100, back=gross * back // 200,
                   country="DE" if day % 2 else "AT")
        )  # fmt: skip
    orders += [placed(900, "eve", FIRST, [("Mug", 1, 1000)]), placed(901, "eve", AFTER.end, [("Tray", 2, 500)])]
    found = sales_change(tables_of(orders), Scope(), BEFORE, AFTER, ("country", "category", "product"))
    adds_up(found)
    for name, value in second(orders).items():
        assert effects(found).get(name, 0.0) == pytest.approx(value, abs=2e-4), name


def second(orders: list[dict[str, Any]]) -> dict[str, float]:
    """Customers, frequency, units, mix, price, discounts, refunds: every order of replacement, in plain Python."""
    sides = []
    for period in (BEFORE, AFTER):
        own = [o for o in orders if o["customer_key"] and period.start <= o["ordered_at"].date() <= period.end]
        units: dict[str, int] = {}
        sales: dict[str, int] = {}
        for one in own:
            for name, quantity, cents in one["lines"]:
                units[name] = units.get(name, 0) + quantity
                sales[name] = sales.get(name, 0) + quantity * cents
        gross = sum(sales.values())
        off, back = (sum(round(o[key] * 100) for o in own) for key in ("discounts", "returns"))
        sides.append({
            "customers": Fraction(len({o["customer_key"] for o in own})),
            "frequency": Fraction(len(own), len({o["customer_key"] for o in own})),
            "units": Fraction(sum(units.values()), len(own)),
            "discounts": Fraction(gross - off, gross), "refunds": Fraction(gross - off - back, gross - off),
            "shares": {name: Fraction(n, sum(units.values())) for name, n in units.items()},
            "prices": {name: Fraction(sales[name], units[name]) for name in units},
        })  # fmt: skip
    names = ["customers", "frequency", "units", "mix", "price", "discounts", "refunds"]

    @functools.cache
    def worth(moved: frozenset[str]) -> Fraction:
        value = math.prod(
            (sides[name != "mix" and name in moved][name] for name in names if name not in ("mix", "price")),
            start=Fraction(1),
        )
        shares, prices = sides["mix" in moved]["shares"], sides["price" in moved]["prices"]
        other = sides["price" not in moved]["prices"]
        return value * sum(share * prices.get(name, other.get(name)) for name, share in shares.items())

    parts = dict.fromkeys(names, Fraction(0))
    for order in itertools.permutations(names):
        moved: frozenset[str] = frozenset()
        for name in order:
            parts[name] += worth(moved | {name}) - worth(moved)
            moved |= {name}
    return {name: float(part / math.factorial(len(names))) / 100 for name, part in parts.items()}


def month(day: date, number: int, lines: list[Line], **more: Any) -> list[dict[str, Any]]:
    """Five customers who order these lines once each."""
    return [placed(number + n, f"c{n}", day + timedelta(days=n), lines, **more) for n in range(5)]


@pytest.mark.parametrize(
    ("cause", "old", "new"),
    [
        ("price", month(FIRST, 0, [("Mug", 2, 1000)]), month(SECOND, 50, [("Mug", 2, 1100)])),
        ("units", month(FIRST, 0, [("Mug", 2, 1000)]), month(SECOND, 50, [("Mug", 3, 1000)])),
        ("mix", month(FIRST, 0, [("Mug", 1, 1000), ("Tray", 1, 500)]),
         [o for n in range(5) for o in [placed(50 + n, f"c{n}", SECOND, [("Mug", 2, 1000)])]]),
        ("discounts", month(FIRST, 0, [("Mug", 2, 1000)]), month(SECOND, 50, [("Mug", 2, 1000)], off=300)),
        ("refunds", month(FIRST, 0, [("Mug", 2, 1000)]), month(SECOND, 50, [("Mug", 2, 1000)], back=500)),
        ("customers", month(FIRST, 0, [("Mug", 2, 1000)]),
         [*month(SECOND, 50, [("Mug", 2, 1000)]), placed(90, "new", SECOND, [("Mug", 2, 1000)])]),
        ("frequency", month(FIRST, 0, [("Mug", 2, 1000)]),
         [*month(SECOND, 50, [("Mug", 2, 1000)]), placed(90, "c0", SECOND, [("Mug", 2, 1000)])]),
        ("guests", month(FIRST, 0, [("Mug", 2, 1000)]),
         [*month(SECOND, 50, [("Mug", 2, 1000)]), placed(90, None, SECOND, [("Mug", 1, 700)])]),
    ],
)  # fmt: skip
def test_a_single_planted_cause_carries_the_whole_change(cause: str, old: Any, new: Any) -> None:
    ends = [placed(200, "zoe", BEFORE.end, [("Mug", 2, 1000)]), placed(201, "zoe", AFTER.end, [("Mug", 2, 1000)])]
    if cause in ("price", "units", "mix", "discounts", "refunds"):
        ends = []
    found = sales_change(tables_of([*old, *new, *ends]), Scope(), BEFORE, AFTER)
    adds_up(found)
    assert found.change.value
    assert found.parts[0].key == cause
    assert found.parts[0].effect.value == pytest.approx(found.change.value)
    assert all(part.effect.value == pytest.approx(0, abs=1e-3) for part in found.parts[1:])


def test_a_new_product_is_mix_and_not_price() -> None:
    orders = month(FIRST, 0, [("Mug", 1, 1000)]) + month(SECOND, 50, [("Bowl", 1, 3000)])
    found = effects(sales_change(tables_of(orders), Scope(), BEFORE, AFTER))
    assert found["mix"] == pytest.approx(100.0)
    assert found.get("price", 0.0) == 0.0


@pytest.fixture(scope="module")
def random() -> RandomShop:
    return random_shop()


@pytest.fixture(scope="module")
def spring(random: RandomShop) -> SalesChange:
    early = Period(start=date(2024, 4, 1), end=date(2024, 4, 30))
    late = Period(start=date(2024, 5, 1), end=date(2024, 5, 31))
    return sales_change(random.tables, Scope(), early, late)


def test_totals_and_levels_equal_pandas(random: RandomShop, spring: SalesChange) -> None:
    adds_up(spring)
    frame = random.orders.assign(day=random.orders["ordered_at"].dt.date)
    frame["net"] = frame["gross_sales"] - frame["discounts"] - frame["returns"]
    for figure, month_number in ((spring.before, 4), (spring.after, 5)):
        own = frame[(frame["day"] >= date(2024, month_number, 1)) & (frame["day"] < date(2024, month_number + 1, 1))]
        assert figure.value == pytest.approx(own["net"].sum())
        part = next(part for part in spring.parts if part.key == "customers")
        shown = part.before if month_number == 4 else part.after
        assert shown is not None
        assert shown.value == own["customer_key"].nunique()
    first = frame.groupby("customer_key")["day"].min()
    new = {month: ((first >= date(2024, month, 1)) & (first < date(2024, month + 1, 1))).sum() for month in (4, 5)}
    counts = next(part for part in spring.newness if part.key == "new count")
    assert counts.before is not None
    assert counts.after is not None
    assert (counts.before.value, counts.after.value) == (new[4], new[5])


def test_the_way_back_has_the_same_parts_with_the_other_sign() -> None:
    orders = month(FIRST, 0, [("Mug", 2, 1000)], off=100) + month(SECOND, 50, [("Mug", 3, 900), ("Bowl", 1, 450)])
    orders += [placed(90, "new", SECOND, [("Tray", 1, 990)], back=300)]
    tables = tables_of(
        [*orders, placed(95, "old", BEFORE.end, [("Tray", 1, 990)]), placed(96, "old", AFTER.end, [("Tray", 1, 1190)])]
    )
    there, back = (effects(sales_change(tables, Scope(), *pair)) for pair in ((BEFORE, AFTER), (AFTER, BEFORE)))
    assert there.keys() == back.keys()
    assert all(there[key] == pytest.approx(-back[key], abs=2e-4) for key in there)


def test_money_scaled_scales_the_parts(random: RandomShop, spring: SalesChange) -> None:
    orders = random.orders.assign(**{name: random.orders[name] * 3 for name in ("gross_sales", "discounts", "returns")})
    items = random.items.assign(gross=random.items["gross"] * 3, unit_price=random.items["unit_price"] * 3)
    shuffled = shop(
        orders.sample(frac=1, random_state=3), order_items=items.sample(frac=1, random_state=4), currencies=("EUR",)
    )
    assert spring.before.period is not None
    assert spring.after.period is not None
    found = sales_change(shuffled, Scope(), spring.before.period, spring.after.period)
    once = effects(spring)
    assert all(value == pytest.approx(3 * once[key], abs=1e-3) for key, value in effects(found).items())


def test_without_any_order_before_the_customers_carry_it() -> None:
    orders = [placed(0, "a", date(2023, 12, 1), [("Mug", 1, 500)]), *month(SECOND, 50, [("Mug", 2, 1000)])]
    orders.append(placed(99, "c1", AFTER.end, [("Mug", 2, 1000)]))
    found = sales_change(tables_of(orders), Scope(), BEFORE, AFTER)
    adds_up(found)
    assert found.relative.value is None
    assert effects(found)["customers"] == pytest.approx(found.change.value or 0)


def test_a_shop_without_known_customers_is_split_by_orders() -> None:
    orders = [placed(n, None, FIRST + timedelta(days=n), [("Mug", 1, 1000)]) for n in range(4)]
    orders += [placed(50 + n, None, SECOND + timedelta(days=n), [("Mug", 1, 1200)]) for n in range(6)]
    orders += [placed(98, None, BEFORE.end, [("Mug", 1, 1000)]), placed(99, None, AFTER.end, [("Mug", 1, 1200)])]
    found = sales_change(tables_of(orders), Scope(), BEFORE, AFTER)
    adds_up(found)
    assert effects(found)["orders"] == pytest.approx(2 * 11.0)
    assert effects(found)["price"] == pytest.approx(2 * 6.0)


def test_return_documents_and_zero_orders_have_their_place() -> None:
    orders = [*month(FIRST, 0, [("Mug", 2, 1000)]), *month(SECOND, 50, [("Mug", 2, 1000)])]
    frame = [{k: v for k, v in one.items() if k != "lines"} for one in orders]
    frame += [
        {"order_id": "r1", "kind": "return", "customer_key": "c1", "status": "paid", "gross_sales": 0.0,
         "returns": 13.37, "ordered_at": pd.Timestamp("2024-02-20")},
        {"order_id": "z1", "kind": "order", "customer_key": "c2", "status": "paid", "gross_sales": 20.0,
         "discounts": 20.0, "returns": 1.5, "ordered_at": pd.Timestamp("2024-02-21")},
        {"order_id": "r2", "kind": "return", "customer_key": "nobody", "status": "paid", "gross_sales": 0.0,
         "returns": 5.0, "ordered_at": pd.Timestamp("2024-03-01")},
    ]  # fmt: skip
    found = sales_change(shop(pd.DataFrame(frame)), Scope(), BEFORE, AFTER)
    adds_up(found)
    assert found.change.value == pytest.approx(-13.37 - 1.5 - 5.0)
    assert effects(found)["refunds"] == pytest.approx(-18.37)
    assert effects(found)["zero_orders"] == pytest.approx(-1.5)


def test_periods_of_different_length_have_their_days_as_a_part(spring: SalesChange) -> None:
    days = next(part for part in spring.parts if part.key == "days")
    assert days.before is not None
    assert days.after is not None
    assert (days.before.value, days.after.value) == (30, 31)
    assert (days.effect.value or 0) > 0
    assert any("differ in length" in warning for warning in spring.warnings)


def test_what_cannot_be_compared_is_refused(random: RandomShop) -> None:
    inside = Period(start=date(2024, 4, 1), end=date(2024, 4, 30))
    with pytest.raises(CannotAnswer, match="outside the days"):
        sales_change(random.tables, Scope(), Period(start=date(2020, 1, 1), end=date(2020, 1, 31)), inside)
    with pytest.raises(UsageProblem, match="overlap"):
        sales_change(random.tables, Scope(), Period(start=date(2024, 3, 1), end=date(2024, 4, 2)), inside)
    with pytest.raises(UnknownName):
        sales_change(random.tables, Scope(), Period(start=date(2024, 3, 1), end=date(2024, 3, 31)), inside, ("mood",))


def test_a_period_that_the_data_cut_off_is_named(random: RandomShop) -> None:
    before = Period(start=date(2023, 12, 15), end=date(2024, 1, 14))
    found = sales_change(random.tables, Scope(), before, Period(start=date(2024, 2, 1), end=date(2024, 2, 29)))
    assert any("the data begins within it" in warning for warning in found.change.warnings)


def steady(level: list[float]) -> Tables:
    """A shop that sells this much on the tenth of each month of 2023 and 2024."""
    months = pd.date_range("2023-01-01", periods=len(level), freq="MS")
    orders = [placed(n, f"c{n % 3}", at.date() + timedelta(days=9), [("Mug", 1, round(100 * amount))])
              for n, (at, amount) in enumerate(zip(months, level, strict=True))]  # fmt: skip
    orders += [placed(900, "x", date(2023, 1, 1), [("Mug", 1, 1)]),
               placed(901, "x", (months[-1] + pd.offsets.MonthEnd(0)).date(), [("Mug", 1, 1)])]  # fmt: skip
    return tables_of(orders)


def test_a_change_is_set_against_the_earlier_ones() -> None:
    calm = [100.0, 110.0] * 6
    last, before = (
        Period(start=date(2024, 1, 1), end=date(2024, 1, 31)),
        Period(start=date(2023, 12, 1), end=date(2023, 12, 31)),
    )
    usual = sales_change(steady([*calm, 104.0]), Scope(), before, last).usual
    rare = sales_change(steady([*calm, 300.0]), Scope(), before, last).usual
    assert (usual.rare, rare.rare) == (False, True)
    assert usual.typical.n == 11
    assert 0.05 < (usual.typical.value or 0) < 0.3
    assert rare.as_large.numerator == 0
    short = sales_change(steady([100.0, 110.0, 120.0]), Scope(), Period(start=date(2023, 2, 1), end=date(2023, 2, 28)),
                         Period(start=date(2023, 3, 1), end=date(2023, 3, 31))).usual  # fmt: skip
    assert short.rare is None
    assert "only" in short.typical.warnings[0]


def test_a_year_on_year_change_is_not_set_against_months() -> None:
    tables = steady([100.0 + n for n in range(13)])
    found = sales_change(tables, Scope(), Period(start=date(2023, 1, 1), end=date(2023, 1, 31)),
                         Period(start=date(2024, 1, 1), end=date(2024, 1, 31)))  # fmt: skip
    assert found.usual.rare is None


@pytest.mark.parametrize(
    ("asked", "against", "after", "before"),
    [
        ("March 2024", None, (date(2024, 3, 1), date(2024, 3, 31)), (date(2024, 2, 1), date(2024, 2, 29))),
        ("March 2024", "last year", (date(2024, 3, 1), date(2024, 3, 31)), (date(2023, 3, 1), date(2023, 3, 31))),
        ("March 2024", "May 2023", (date(2024, 3, 1), date(2024, 3, 31)), (date(2023, 5, 1), date(2023, 5, 31))),
        (None, None, (date(2024, 5, 1), date(2024, 5, 31)), (date(2024, 4, 1), date(2024, 4, 30))),
        ("June 2024", None, (date(2024, 6, 1), date(2024, 6, 12)), (date(2024, 5, 1), date(2024, 5, 12))),
    ],
)  # fmt: skip
def test_the_periods_a_question_means(asked: str | None, against: str | None, after: Any, before: Any) -> None:
    found = periods(asked, against, date(2023, 1, 1), date(2024, 6, 12))
    assert (found[0].start, found[0].end) == after
    assert (found[1].start, found[1].end) == before
