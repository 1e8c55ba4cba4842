"""Every queryable metric by every dimension on random shops equals a slow second computation."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from copilot.errors import CannotAnswer
from copilot.statistics.condition import Condition
from copilot.statistics.dimensions import dimension, dimensions
from copilot.statistics.intervals import wilson
from copilot.statistics.metrics import metric, metric_names
from copilot.statistics.query import Query, _asked, run_query
from copilot.statistics.query_rows import known_by
from copilot.statistics.result import Period
from copilot.statistics.scope import Scope
from copilot.statistics.segments import named_segments, segment_columns
from tests.statistics.random_shop import RichShop, rich_shop
from tests.statistics.slow_metrics import BUYERS, COSTS, CUSTOMERS, DOCUMENTS
from tests.statistics.slow_query import SlowQuery

DIMENSIONS = (None, *sorted(dimensions()), "attribute:plan")
ALL_METRICS = (None, "country", "product", "order_number")
QUICK = settings(
    max_examples=1, deadline=None, derandomize=True, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)  # a failing case is small enough as it is: shrinking would run the slow side for minutes

scopes = st.builds(
    Scope,
    include_pending=st.booleans(),
    include_voided=st.booleans(),
    include_zero=st.booleans(),
    frequency=st.sampled_from(["orders", "days"]),
    value=st.sampled_from(["net_sales", "demand_sales", "gross_sales"]),
    repeated_lines=st.sampled_from(["keep", "drop"]),
)
filters = st.sampled_from(
    [
        (),
        (Condition(field="country", value="de"),),
        (Condition(field="country", op="ne", value="DE"), Condition(field="channel", value="web")),
        (Condition(field="source", op="in", value=("google", "mail")),),
        (Condition(field="category", value="Wood"),),
        (Condition(field="product", op="not_in", value=("Mug", "Spoon")), Condition(field="device", value="phone")),
        (Condition(field="weekday", op="in", value=("0", "5")),),
        (Condition(field="first_source", value="google"),),
        (Condition(field="new_or_returning", value="returning"),),
        (Condition(field="discount_code", value="SALE"),),
    ]
)
periods = st.sampled_from([None, None, Period(start=date(2024, 3, 1), end=date(2024, 11, 20))])


@st.composite
def queries(draw: st.DrawFn) -> dict[str, Any]:
    """Everything of a query but metrics and dimension."""
    return {
        "scope": draw(scopes),
        "where": draw(filters),
        "period": draw(periods),
        "segment": draw(st.sampled_from([None, None, named_segments()["repeat"]])),
        "margin": draw(st.sampled_from([None, 0.4])),
    }


@cache
def shop(seed: int) -> RichShop:
    return rich_shop(seed)


def test_the_second_computation_knows_every_metric() -> None:
    lines = {name for name in metric_names() if name.startswith("line_")}
    visits = {name for name in metric_names() if metric(name).grain == "sessions"}  # by pandas in test_sessions
    assert {*DOCUMENTS, *BUYERS, *CUSTOMERS, *COSTS, *lines, *visits} == set(metric_names())


@pytest.mark.parametrize("by", DIMENSIONS)
@QUICK
@given(st.integers(1, 2), queries())
def test_every_metric_equals_a_slow_second_computation(by: str | None, seed: int, parts: dict[str, Any]) -> None:
    made = shop(seed)
    names = _allowed(by)
    if by not in ALL_METRICS:  # a sixth of them, another one for each dimension
        names = names[DIMENSIONS.index(by) % 6 :: 6]
    query = Query(metrics=names, by=(by,) if by else (), limit=1000, **parts)
    found = run_query(made.tables, query)
    slow = SlowQuery(made, query, _labels(made, query, by))
    for place, name in enumerate(names):
        expected = slow.answer(name)
        asked = [column.key for column in found.table.columns][len(query.by) :]
        got = {label[0] if label else "": row[min(place, len(row) - 1)] for label, row in
               zip(found.labels, found.values, strict=True)}  # fmt: skip
        if len(asked) == len(names):
            _equal(name, by, expected, got)
            continue
        key = metric(name).by_line if metric(name).by_line in asked else name
        index = asked.index(str(key))
        _equal(name, by, expected, {label[0] if label else "": row[index] for label, row in
                                    zip(found.labels, found.values, strict=True)})  # fmt: skip


def _allowed(by: str | None) -> tuple[str, ...]:
    """Metrics that can be split so; the others are refused in words before any row is read."""
    allowed = []
    for name in (one for one in metric_names() if metric(one).grain != "sessions"):
        try:
            _asked(name, (dimension(by),) if by else (), lines=False)
        except CannotAnswer:
            continue
        allowed.append(name)
    return tuple(allowed)


def _labels(made: RichShop, query: Query, by: str | None) -> dict[str, str]:
    if by is None or dimension(by).field is None:
        return {}
    table = segment_columns(made.tables, known_by(query.full_scope()))[by]()
    frame = made.tables.frame(table)
    return {str(k): str(v) for k, v in zip(frame["customer_key"], frame[by], strict=True)}


def _equal(name: str, by: str | None, expected: dict[str, float | None], got: dict[str, Any]) -> None:
    for label, value in expected.items():
        where = f"{name} by {by}: {label}"
        figure = got[label]
        if value is None:
            assert figure.value is None or figure.value == 0, where
            continue
        assert figure.value == pytest.approx(value, rel=1e-9, abs=1e-6), where
        if figure.low is not None:
            assert figure.low <= figure.value <= figure.high, where
        if figure.interval == "Wilson 95 %":
            assert (figure.low, figure.high) == pytest.approx(wilson(figure.numerator, figure.denominator)), where
    for label in set(got) - set(expected):  # filled-in months and groups that only another metric has
        assert not got[label].value, f"{name} by {by}: {label}"
