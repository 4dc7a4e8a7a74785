"""How long the forecast takes, beside lifetimes 0.11.3 on the same customers.

    scripts/dev/python -m scripts.dev.bench.clv --customers 1000000

CPU seconds of this process, the best of three; the machine may be busy.
"""

import argparse
import importlib
import json
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

TOOLS = Path(__file__).parents[3] / "addons" / "crm_sme" / "tools"
TRUTH = {"r": 0.65, "alpha": 5.0, "a": 0.9, "b": 3.6}
MAX_WEEKS = 104.0
MONTH_WEEKS = 365.25 / 12 / 7


def main() -> None:
    """Print one line for each step, or one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--customers", type=int, default=1_000_000)
    parser.add_argument("--no-lifetimes", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = measure(options.customers, lifetimes=not options.no_lifetimes)
    if options.json:
        print(json.dumps(found))
        return
    for name, seconds in found.items():
        print(f"{name:24s}{seconds:8.3f} s CPU")


def measure(customers: int, *, lifetimes: bool) -> dict[str, float]:
    """Give the CPU seconds of each step."""
    clv = _load_tools()
    x, t_x, age, mean_value = _simulate(customers)
    days = (x, t_x, age)
    weeks = (x, t_x / 7, age / 7)
    rows = clv.week_buckets(*days)
    columns = (rows.x, rows.t_x, rows.age, rows.weights)
    params = clv.fit_bg_nbd(*columns).params
    spend = clv.fit_gamma_gamma(x, mean_value).params
    steps: dict[str, Callable[[], Any]] = {
        "group by week": lambda: clv.week_buckets(*days),
        "fit on week rows": lambda: clv.fit_bg_nbd(*columns),
        "fit, exact": lambda: clv.fit_bg_nbd(*weeks),
        "fit, order value": lambda: clv.fit_gamma_gamma(x, mean_value),
        "probability alive": lambda: clv.probability_alive(params, *weeks),
        "probability of order": lambda: clv.probability_of_order(params, *weeks, 13),
        "expected orders": lambda: clv.expected_orders(params, *weeks, 52),
        "value of 12 months": lambda: clv.customer_lifetime_value(
            *(params, spend, *weeks),
            mean_value=mean_value,
            period=MONTH_WEEKS,
            discount=0.01,
        ),
    }
    found = {name: _best_of(step) for name, step in steps.items()}
    if lifetimes:
        found["lifetimes, fit"] = _best_of(lambda: _lifetimes().fit(*weeks), runs=1)
    return found


def _best_of(step: Callable[[], Any], runs: int = 3) -> float:
    seconds = []
    for _run in range(runs):
        start = time.process_time()
        step()
        seconds.append(time.process_time() - start)
    return round(min(seconds), 4)


def _load_tools() -> Any:
    # By their place in the addon they would import Odoo.
    sys.path.insert(0, str(TOOLS.parent))
    return importlib.import_module(f"{TOOLS.name}.clv")


def _lifetimes() -> Any:
    warnings.simplefilter("ignore")
    return importlib.import_module("lifetimes").BetaGeoFitter()


def _simulate(size: int) -> tuple[np.ndarray, ...]:
    """Repeat orders, days to the last one, age in days, mean order value."""
    rng = np.random.default_rng(3)
    rate = np.maximum(rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], size), 1e-9)
    leave = rng.beta(TRUTH["a"], TRUTH["b"], size)
    age = rng.uniform(1, MAX_WEEKS, size)
    x, t_x = np.zeros(size), np.zeros(size)
    who, now = np.arange(size), np.zeros(size)
    while who.size:
        now = now + rng.exponential(1 / rate[who])
        stays = now <= age[who]
        who, now = who[stays], now[stays]
        x[who] += 1
        t_x[who] = now
        stays = rng.random(who.size) >= leave[who]
        who, now = who[stays], now[stays]
    mean_value = 90 / rng.gamma(4, 1, size) * rng.gamma(6, 1 / 6, size)
    return x, np.ceil(t_x * 7), np.ceil(age * 7), mean_value


if __name__ == "__main__":
    main()
