"""Measures the fit of BG/NBD and Gamma-Gamma on a million simulated customers against the `lifetimes` package."""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path
from typing import Any, Final

import numpy as np

from copilot.statistics.clv import beta_geometric, gamma_gamma
from copilot.statistics.clv.beta_geometric import BetaGeometric
from copilot.statistics.clv.gamma_gamma import GammaGamma
from copilot.statistics.clv.histories import Histories

from .simulated_customers import simulate

CUSTOMERS: Final = 1_000_000
ROUNDS: Final = 3
LEAST: Final = 3.0  # times as fast as `lifetimes`, with BG/NBD and Gamma-Gamma together
SAME: Final = 1e-6  # relative difference of log-likelihoods that still counts as equal
PACKAGE: Final = "lifetimes==0.11.3"
TRUTH: Final = BetaGeometric(0.2426, 4.4135, 0.7929, 2.4258)
SPEND: Final = GammaGamma(6.25, 3.74, 15.44)

# Runs in the other environment: one process a round, warmed on the first customers, loading not measured.
_THEIRS: Final = """
import json, resource, sys, time, warnings
import numpy as np, pandas as pd
warnings.filterwarnings("ignore")
from lifetimes import BetaGeoFitter, GammaGammaFitter
data = np.load(sys.argv[1])
x, last, age, spend = (pd.Series(data[name]) for name in ("x", "last", "age", "spend"))
few = slice(0, 2000)
BetaGeoFitter().fit(x[few], last[few], age[few])
back = (x > 0) & (spend > 0)
loaded = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
start = time.perf_counter()
orders = BetaGeoFitter().fit(x, last, age)
middle = time.perf_counter()
money = GammaGammaFitter().fit(x[back], spend[back])
end = time.perf_counter()
print(json.dumps({
    "orders": middle - start, "money": end - middle,
    "values": [float(orders.params_[name]) for name in ("r", "alpha", "a", "b")],
    "spend": [float(money.params_[name]) for name in ("p", "q", "v")],
    "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, "loaded": loaded / 1024,
}))
"""
_OURS: Final = """
import json, resource, sys
from cmo_copilot.evals.benchmarks.clv import measure_ours
found = measure_ours(sys.argv[1])
found["peak"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps(found))
"""


def write_customers(path: Path, customers: int) -> None:
    """Simulated customers of a shop two years old, in whole days given as weeks, as .npz."""
    generator = np.random.default_rng(1)
    ages = generator.integers(7, 104 * 7, customers) / 7
    made = simulate(TRUTH, SPEND, ages, 0.0, seed=1)
    last = np.minimum(np.ceil(made.last * 7) / 7, ages)
    np.savez(path, x=made.x, last=last, age=ages, spend=made.spend)


def measure_ours(path: str) -> dict[str, Any]:
    """Seconds of both fits (counting distinct histories included), and what was found."""
    data = np.load(path)
    x, last, age, spend = (data[name] for name in ("x", "last", "age", "spend"))
    beta_geometric.fit(Histories.of(x[:2000], last[:2000], age[:2000]))
    start = time.perf_counter()
    orders = beta_geometric.fit(Histories.of(x, last, age))
    middle = time.perf_counter()
    money = gamma_gamma.fit(x, spend)
    end = time.perf_counter()
    return {
        "orders": middle - start,
        "money": end - middle,
        "values": orders.values.tolist(),
        "spend": money.values.tolist(),
        "ok": orders.ok and money.ok,
    }


def _run(python: str, program: str, path: Path) -> dict[str, Any]:
    done = subprocess.run([python, "-c", program, str(path)], capture_output=True, text=True, check=False)
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    found: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return found


def _other_environment(folder: Path) -> str:
    """The interpreter of a fresh environment with the package in it."""
    venv.create(folder, with_pip=True)
    python = folder / ("Scripts" if os.name == "nt" else "bin") / "python"
    subprocess.run([str(python), "-m", "pip", "install", "-q", PACKAGE], check=True)
    return str(python)


def main(arguments: list[str] | None = None) -> int:
    """Fit with both in turns, each in a process of its own; 1 if ours is not three times as fast or fits worse."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--lifetimes-python", help="interpreter of an environment with lifetimes; else one is made")
    parser.add_argument("--customers", type=int, default=CUSTOMERS)
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as home:
        path = Path(home) / "customers.npz"
        write_customers(path, chosen.customers)
        other = chosen.lifetimes_python or _other_environment(Path(home) / "lifetimes")
        ours, theirs = [], []
        for _ in range(chosen.rounds):
            ours.append(_run(sys.executable, _OURS, path))
            theirs.append(_run(other, _THEIRS, path))
        return _report(path, ours, theirs)


def _report(path: Path, ours: list[dict[str, Any]], theirs: list[dict[str, Any]]) -> int:
    data = np.load(path)
    histories = Histories.of(data["x"], data["last"], data["age"])
    back = (data["x"] > 0) & (data["spend"] > 0)
    write = sys.stdout.write
    write(
        f"{histories.n:,} customers, {histories.rows:,} distinct histories, {int(back.sum()):,} with repeat purchases\n"
    )
    totals, reached = [], []
    for name, rounds in (("ours", ours), ("lifetimes", theirs)):
        orders, money = (min(found[part] for found in rounds) for part in ("orders", "money"))
        best = rounds[0]
        likelihoods = (
            BetaGeometric.of(best["values"]).log_likelihood(histories),
            GammaGamma.of(best["spend"]).log_likelihood(data["x"][back], data["spend"][back]),
        )
        totals.append((orders, orders + money))
        reached.append(likelihoods)
        peak = max(found["peak"] for found in rounds)
        write(
            f"{name}: BG/NBD {orders:.2f} s, Gamma-Gamma {money:.2f} s, peak {peak:,.0f} MB\n"
            f"  r, alpha, a, b = {', '.join(f'{value:.5f}' for value in best['values'])}; LL {likelihoods[0]:,.4f}\n"
            f"  p, q, gamma = {', '.join(f'{value:.5f}' for value in best['spend'])}; LL {likelihoods[1]:,.4f}\n"
        )
    ratios = [theirs_ / ours_ for ours_, theirs_ in zip(*totals, strict=True)]
    equal = all(mine >= other - SAME * abs(other) for mine, other in zip(*reached, strict=True))
    settled = all(found["ok"] for found in ours)
    write(
        f"ratio: BG/NBD {ratios[0]:.1f} x, both {ratios[1]:.1f} x as fast (at least {LEAST:g}); "
        f"log-likelihood {'equal or better' if equal else 'WORSE'}\n"
    )
    return 0 if min(ratios) >= LEAST and equal and settled else 1


if __name__ == "__main__":
    sys.exit(main())
