"""The same statistics give the same figures on DuckDB, PostgreSQL and Spark."""

from __future__ import annotations

import pytest

from copilot.data.tables import Tables
from tests.engines.analyses import ANALYSES, ON_SPARK, Call, outcome, queries, unequal

METRICS_ON_SPARK = ("metric aov", "metric customers", "net_sales by month", "net_sales by category",
                    "customers by weekday")  # fmt: skip
_FOUND: dict[str, list[tuple[str, object]]] = {}


def expected(name: str, call: Call, reference: Tables) -> list[tuple[str, object]]:
    """What DuckDB says, worked out once for both others."""
    if name not in _FOUND:
        _FOUND[name] = outcome(call, reference)
    return _FOUND[name]


def test_the_shop_of_these_tests_is_answered(reference: Tables) -> None:
    """Most analyses must give figures here, or equality would prove nothing."""
    refused = [name for name, call in ANALYSES.items() if expected(name, call, reference)[0][0] == "refused"]
    assert set(refused) <= {"CLV", "survey"}, refused


@pytest.mark.postgres
@pytest.mark.parametrize("name", ANALYSES)
def test_postgres_gives_the_same_figures(name: str, reference: Tables, postgres: Tables) -> None:
    wanted = expected(name, ANALYSES[name], reference)
    assert not unequal(wanted, outcome(ANALYSES[name], postgres))


@pytest.mark.postgres
def test_postgres_gives_the_same_metrics(reference: Tables, postgres: Tables) -> None:
    wrong = {
        name: found
        for name, call in queries().items()
        if (found := unequal(expected(name, call, reference), outcome(call, postgres)))
    }
    assert not wrong


@pytest.mark.filterwarnings("ignore")  # Spark's own, about pandas and open sockets
@pytest.mark.spark
@pytest.mark.parametrize("name", ON_SPARK)
def test_spark_gives_the_same_figures(name: str, reference: Tables, spark: Tables) -> None:
    wanted = expected(name, ANALYSES[name], reference)
    assert not unequal(wanted, outcome(ANALYSES[name], spark))


@pytest.mark.filterwarnings("ignore")  # as above
@pytest.mark.spark
def test_spark_gives_the_same_metrics(reference: Tables, spark: Tables) -> None:
    chosen = {name: call for name, call in queries().items() if name in METRICS_ON_SPARK}
    assert len(chosen) == len(METRICS_ON_SPARK)
    wrong = {
        name: found
        for name, call in chosen.items()
        if (found := unequal(expected(name, call, reference), outcome(call, spark)))
    }
    assert not wrong
