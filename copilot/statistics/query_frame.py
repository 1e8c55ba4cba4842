"""Adds up a query's rows: one row per group with value, counts, sizes and 95 % interval of each metric."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from typing import Any, Final

import ibis
import ibis.expr.types as ir
import numpy as np
import pandas as pd

from copilot.statistics.dimensions import Reader
from copilot.statistics.intervals import DRAWS, SEED, Z95, Floats, Interval
from copilot.statistics.metrics import Metric
from copilot.statistics.query_rows import Selection, buyer_rows, costed, customer_rows, document_rows, line_rows
from copilot.statistics.query_sessions import session_rows

BOOTSTRAP_UP_TO: Final = 200  # customers in a group; above it the linearised interval is as good and far quicker
BOOTSTRAP_ROWS: Final = 20_000  # customers in all small groups together
LINEARISED: Final = "linearised 95 %, customers as units"
BOOTSTRAPPED: Final = "bootstrap 95 %, customers as units"
RANKED: Final = "order statistics 95 %"
COST_METRICS: Final = ("cost", "gross_margin", "margin_share")


@dataclass(frozen=True)
class Asked:
    """The metrics of one grain with their rows."""

    grain: str
    metrics: tuple[Metric, ...]
    rows: ir.Table
    keys: list[str]


def group_frame(selection: Selection, metrics: tuple[Metric, ...], by: tuple[str, ...]) -> pd.DataFrame:
    """One row per combination of labels (columns `by_*`); per metric `<id>` (value), `n_<id>`, `people_<id>` and,
    where it applies, `part_<id>` and `whole_<id>` of a share, `low_<id>`, `high_<id>`, `method_<id>`.
    """
    keys = [f"by_{name}" for name in by]
    result: pd.DataFrame | None = None
    for group in _by_grain(metrics):
        for part in _parts(selection, _asked(selection, group, by)):
            if result is None:
                result = part
            elif keys:
                result = result.merge(part, on=keys, how="outer")
            else:
                result = pd.concat([result, part], axis=1)
    return pd.DataFrame() if result is None else result


def with_bootstrap(
    selection: Selection, metrics: tuple[Metric, ...], by: tuple[str, ...], frame: pd.DataFrame
) -> pd.DataFrame:
    """The frame (rows that are shown) with the intervals of small groups drawn from their customers."""
    frame = frame.copy()
    for group in _by_grain(metrics):
        ratios = tuple(m for m in group if m.ratio is not None and f"units_{m.id}" in frame)
        units = frame[[f"units_{m.id}" for m in ratios]].fillna(0).max(axis=1)
        small = (units <= BOOTSTRAP_UP_TO) & (units >= 2)
        if small.any() and units[small].sum() <= BOOTSTRAP_ROWS:
            _draw(selection, replace(_asked(selection, group, by), metrics=ratios), frame, small)
    return frame


def _by_grain(metrics: tuple[Metric, ...]) -> list[tuple[Metric, ...]]:
    """The metrics that are added up from the same rows."""
    groups: dict[tuple[str, bool], tuple[Metric, ...]] = {}
    for one in metrics:
        key = (one.grain, one.lifetime)
        groups[key] = (*groups.get(key, ()), one)
    return list(groups.values())


def _asked(selection: Selection, metrics: tuple[Metric, ...], by: tuple[str, ...]) -> Asked:
    return Asked(metrics[0].grain, metrics, _rows(selection, metrics, by), [f"by_{name}" for name in by])


def _rows(selection: Selection, metrics: tuple[Metric, ...], by: tuple[str, ...]) -> ir.Table:
    first = metrics[0]
    if first.grain == "documents":
        placed = any(m.placed for m in metrics)
        return document_rows(selection, by, placed=placed, reads=None if placed else _readers(metrics))
    if first.grain == "lines":
        rows = line_rows(selection, by)
        return costed(selection, rows) if any(m.id in COST_METRICS for m in metrics) else rows
    if first.grain == "sessions":
        return session_rows(selection, by)
    if first.grain == "buyers":
        return buyer_rows(selection, by, history=first.lifetime)
    return customer_rows(selection.ever() if first.lifetime else selection, by)


def _readers(metrics: tuple[Metric, ...]) -> list[Reader]:
    """Everything that looks at the rows for these metrics."""
    found: list[Reader] = []
    for one in metrics:
        found += [read for read in (one.measure, *(one.counts or ()), *(one.ratio or ())) if read is not None]
        if one.quantile is not None:
            found += [_column(one.quantile_of), _column("order_number")]
    return found


def _column(name: str) -> Reader:
    return lambda rows: rows[name]


def _parts(selection: Selection, asked: Asked) -> list[pd.DataFrame]:
    """The frames of one grain: plain aggregates with the moments of ratios, in one round trip, and quantiles."""
    frames = []
    plain = tuple(m for m in asked.metrics if m.measure is not None)
    ratios = tuple(m for m in plain if m.ratio is not None)
    if plain:
        wanted = _aggregated(asked, plain)
        if ratios:
            moments = _moments(asked, ratios)
            wanted = wanted.join(moments, asked.keys) if asked.keys else wanted.cross_join(moments)
        frame = selection.tables.frame(wanted)
        for one in plain:
            frame[f"n_{one.id}"], frame[f"people_{one.id}"] = frame["group_n"], frame["group_people"]
        frames.append(frame.drop(columns=["group_n", "group_people"]))
        if ratios:
            frames.append(_linearised(frame, ratios, asked.keys))
    frames += [_quantile(selection, asked, m) for m in asked.metrics if m.quantile is not None]
    return frames


def _aggregated(asked: Asked, metrics: tuple[Metric, ...]) -> ir.Table:
    n, people = _sizes(asked)
    measures: dict[str, ir.Scalar] = {"group_n": n, "group_people": people}
    for found in metrics:
        if found.measure is None:
            continue
        measures[found.id] = found.measure(asked.rows).cast("float64")
        if found.counts is not None:
            measures[f"part_{found.id}"] = found.counts[0](asked.rows)
            measures[f"whole_{found.id}"] = found.counts[1](asked.rows)
        elif found.ratio is not None:
            measures[f"part_{found.id}"] = found.ratio[0](asked.rows).sum()
    return _grouped(asked.rows, asked.keys, measures)


def _sizes(asked: Asked) -> tuple[ir.Scalar, ir.Scalar]:
    rows = asked.rows
    if asked.grain == "documents":
        return rows.valid.sum(), rows.customer_no.nunique(where=rows.valid)
    if asked.grain == "lines":
        return rows.order_number.nunique(where=rows.valid), rows.customer_key.nunique(where=rows.valid)
    if asked.grain == "sessions":
        return rows.count(), rows.visitor.nunique()
    return rows.count(), rows.count()


def _grouped(rows: ir.Table, keys: list[str], measures: dict[str, Any]) -> ir.Table:
    return rows.group_by(keys).aggregate(**measures) if keys else rows.aggregate(**measures)


def _units(asked: Asked, metrics: tuple[Metric, ...]) -> ir.Table:
    """One row per group and customer (an order without a customer is its own): what each adds above and below."""
    columns = {}
    for one in metrics:
        if one.ratio is not None:
            columns[f"y_{one.id}"], columns[f"x_{one.id}"] = (part(asked.rows) for part in one.ratio)
    rows = asked.rows.mutate(**columns)
    if asked.grain in ("buyers", "customers"):
        return rows
    if "customer_no" in rows.columns:  # numbers are grouped faster than texts
        unit = ibis.ifelse(rows.customer_no.notnull(), rows.customer_no, -1 - rows.order_no)
    else:
        unit = rows.customer_key.fill_null(rows.order_id)
    rows = rows.mutate(one_unit=unit)
    return rows.group_by([*asked.keys, "one_unit"]).aggregate(**{name: rows[name].sum() for name in columns})


def _moments(asked: Asked, metrics: tuple[Metric, ...]) -> ir.Table:
    units = _units(asked, metrics)
    sums: dict[str, ir.Scalar] = {}
    for one in metrics:
        y, x = units[f"y_{one.id}"], units[f"x_{one.id}"]
        sums |= {
            f"units_{one.id}": ((y != 0) | (x != 0)).sum(), f"sy_{one.id}": y.sum(), f"sx_{one.id}": x.sum(),
            f"syy_{one.id}": (y * y).sum(), f"sxy_{one.id}": (x * y).sum(), f"sxx_{one.id}": (x * x).sum(),
        }  # fmt: skip
    return _grouped(units, asked.keys, sums)


def _linearised(moments: pd.DataFrame, metrics: tuple[Metric, ...], keys: list[str]) -> pd.DataFrame:
    """Ratio of sums with its interval by linearisation (Cochran 1977, section 2.11)."""
    found = {key: moments[key] for key in keys}
    for one in metrics:
        n, sy, sx, syy, sxy, sxx = (
            moments[f"{name}_{one.id}"].to_numpy(dtype=float, na_value=np.nan)
            for name in ("units", "sy", "sx", "syy", "sxy", "sxx")
        )
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = sy / sx
            squares = np.maximum(syy - 2 * ratio * sxy + ratio * ratio * sxx, 0.0)
            half = np.where(n >= 2, Z95 * np.sqrt(n / (n - 1) * squares) / np.abs(sx), np.nan)
        found[f"units_{one.id}"] = pd.Series(n)
        found[f"low_{one.id}"], found[f"high_{one.id}"] = pd.Series(ratio - half), pd.Series(ratio + half)
        found[f"method_{one.id}"] = pd.Series([LINEARISED] * len(moments))
    return pd.DataFrame(found)


def _draw(selection: Selection, asked: Asked, frame: pd.DataFrame, small: pd.Series[bool]) -> None:
    """Fill the bootstrap intervals of the small groups of a frame."""
    units = _units(asked, asked.metrics)
    for key in asked.keys[:1]:
        units = units.filter(units[key].isin([str(label) for label in frame.loc[small, key].unique()]))
    if asked.keys:
        units = units.mutate(size=units.count().over(ibis.window(group_by=asked.keys)))
        units = units.filter(units["size"] <= 2 * BOOTSTRAP_UP_TO)
    columns = [f"{side}_{one.id}" for one in asked.metrics for side in "yx"]
    rows = selection.tables.frame(units.select(*asked.keys, *columns))
    groups = dict(list(rows.groupby(asked.keys))) if asked.keys else {(): rows}
    for index in frame.index[small]:
        group = groups.get(tuple(frame.loc[index, key] for key in asked.keys))
        if group is None:
            continue
        for one in asked.metrics:
            y, x = (group[f"{side}_{one.id}"].to_numpy(float) for side in "yx")
            used = (y != 0) | (x != 0)
            bounds = ratio_bootstrap(y[used], x[used]) if used.sum() <= BOOTSTRAP_UP_TO else None
            if bounds is not None:
                frame.loc[index, [f"low_{one.id}", f"high_{one.id}"]] = bounds
                frame.loc[index, f"method_{one.id}"] = BOOTSTRAPPED


def ratio_bootstrap(top: Floats, bottom: Floats) -> Interval | None:
    """Percentile bootstrap 95 % interval of sum(top) / sum(bottom), whole units drawn; None below 2 units.

    The units are sorted first, so that the interval does not depend on the order of rows.
    """
    n = len(top)
    if n < 2:
        return None
    order = np.lexsort((bottom, top))
    y, x = top[order], bottom[order]
    drawn = np.random.default_rng(SEED).integers(0, n, (DRAWS, n))
    above, below = y[drawn].sum(axis=1), x[drawn].sum(axis=1)
    ratios = above[below > 0] / below[below > 0]
    if len(ratios) < DRAWS // 2:
        return None
    low, high = np.quantile(ratios, [0.025, 0.975])
    return float(low), float(high)


def _ordered(asked: Asked, one: Metric) -> ir.Table:
    """What is ranked, as `amount`: orders (those of one number are one), or customers."""
    if asked.grain != "documents":
        return asked.rows.mutate(amount=asked.rows[one.quantile_of].cast("float64"), unit=asked.rows.customer_key)
    rows = asked.rows.filter(asked.rows.valid)
    orders = rows.group_by([*asked.keys, "order_number"]).aggregate(
        amount=rows[one.quantile_of].sum().cast("float64"), customer_key=rows.customer_key.min()
    )
    return orders.rename(unit="order_number")


def _quantile(selection: Selection, asked: Asked, one: Metric) -> pd.DataFrame:
    """A quantile with its distribution-free interval from order statistics, None below 6 observations."""
    q = one.quantile or 0.5
    orders = _ordered(asked, one)
    whole = ibis.window(group_by=asked.keys) if asked.keys else ibis.window()
    inside = ibis.window(group_by=asked.keys, order_by=[orders.amount, orders.unit])
    ranked = orders.mutate(place=ibis.row_number().over(inside), n=orders.count().over(whole))
    n = ranked.n.cast("float64")
    spread = Z95 * (n * (q * (1 - q))).sqrt()
    low = ibis.greatest((n * q - spread).floor() - 1, 0.0)
    high = ibis.least((n * q + spread).ceil(), n - 1)
    measures = {
        one.id: ranked.amount.quantile(q),
        f"n_{one.id}": ranked.count(),
        f"people_{one.id}": ranked.customer_key.nunique(),
        f"low_{one.id}": ranked.amount.max(where=ranked.place <= low),
        f"high_{one.id}": ranked.amount.max(where=ranked.place <= high),
    }
    frame = selection.tables.frame(_grouped(ranked, asked.keys, measures))
    frame[f"method_{one.id}"] = RANKED
    frame.loc[frame[f"n_{one.id}"] < 6, [f"low_{one.id}", f"high_{one.id}"]] = math.nan
    return frame
