"""The addon's tools as package ``crm_sme_tools``, and the data their tests share.

Importing them by their place in the addon would import Odoo.
"""

import importlib.util
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import date, datetime
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest

TOOLS = Path(__file__).parents[3] / "addons" / "crm_sme" / "tools"
CALIBRATION_END = date(1997, 9, 30)


def _load_tools() -> None:
    spec = importlib.util.spec_from_file_location(
        "crm_sme_tools", TOOLS / "__init__.py", submodule_search_locations=[str(TOOLS)]
    )
    assert spec is not None
    assert spec.loader is not None
    package = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = package
    spec.loader.exec_module(package)


if "crm_sme_tools" not in sys.modules:
    _load_tools()


class History(NamedTuple):
    """Repeat orders, time to the last one, age and mean value of repeat orders."""

    x: np.ndarray
    t_x: np.ndarray
    age: np.ndarray
    mean_value: np.ndarray

    @property
    def timing(self) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        return self.x, self.t_x, self.age


def _cdnow_folder() -> Path:
    # Found without importing: the import of the package warns.
    spec = importlib.util.find_spec("lifetimes")
    assert spec is not None, "lifetimes is missing: scripts/dev/requirements/dev.txt"
    assert spec.origin is not None
    return Path(spec.origin).parent / "datasets"


@pytest.fixture(scope="session")
def cdnow_summary() -> History:
    """The CDNOW sample as published with the paper, weeks rounded to 0.01."""
    table = _cdnow_folder() / "cdnow_customers_summary_with_transactions.csv"
    return History(*np.loadtxt(table, delimiter=",", skiprows=1)[:, 1:].T)


@pytest.fixture(scope="session")
def cdnow_log() -> dict[str, dict[date, float]]:
    """The CDNOW sample: money spent by customer and day, 78 weeks."""
    spent: dict[str, dict[date, float]] = defaultdict(lambda: defaultdict(float))
    with (_cdnow_folder() / "CDNOW_sample.txt").open() as log:
        for line in log:
            _master, customer, day, _count, value = line.split()
            when = datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007
            spent[customer][when] += float(value)
    return spent


@pytest.fixture(scope="session")
def cdnow_days(cdnow_log: dict[str, dict[date, float]]) -> History:
    """The first 39 weeks of the log in days, orders of a day merged."""
    rows = []
    for spent in cdnow_log.values():
        days = [when for when in sorted(spent) if when <= CALIBRATION_END]
        later = [spent[when] for when in days[1:]]
        mean = sum(later) / len(later) if later else 0.0
        age = (CALIBRATION_END - days[0]).days
        rows.append((len(later), (days[-1] - days[0]).days, age, mean))
    return History(*np.array(rows, dtype=float).T)


@pytest.fixture(scope="session")
def cdnow_next_orders(cdnow_log: dict[str, dict[date, float]]) -> np.ndarray:
    """Days with an order in the 39 weeks after, in the order of ``cdnow_days``."""
    return np.array(
        [sum(when > CALIBRATION_END for when in spent) for spent in cdnow_log.values()]
    )


@pytest.fixture(scope="session")
def simulate() -> Callable[..., tuple[History, np.ndarray]]:
    """Simulate a shop: its history, and the orders of the time ahead."""

    def shop(
        size: int,
        params: tuple[float, float, float, float],
        seed: int,
        max_age: float = 104.0,
        ahead: float = 26.0,
    ) -> tuple[History, np.ndarray]:
        rng = np.random.default_rng(seed)
        r, alpha, a, b = params
        rate = np.maximum(rng.gamma(r, 1 / alpha, size), 1e-9)
        leave = rng.beta(a, b, size)
        age = rng.uniform(0, max_age, size)
        x, t_x, future = np.zeros(size), np.zeros(size), np.zeros(size)
        for who, when in _orders(rng, rate, leave, age + ahead):
            past = when <= age[who]
            x[who[past]] += 1
            t_x[who[past]] = when[past]
            future[who[~past]] += 1
        own_mean = 30 * 3 / rng.gamma(4, 1, size)
        mean_value = own_mean * rng.gamma(6 * np.maximum(x, 1)) / (6 * np.maximum(x, 1))
        return History(x, t_x, age, mean_value), future

    return shop


def _orders(
    rng: np.random.Generator, rate: np.ndarray, leave: np.ndarray, end: np.ndarray
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Rounds of repeat orders: who orders, and when."""
    who, now = np.arange(rate.size), np.zeros(rate.size)
    while who.size:
        now = now + rng.exponential(1 / rate[who])
        stays = now <= end[who]
        who, now = who[stays], now[stays]
        yield who, now
        stays = rng.random(who.size) >= leave[who]
        who, now = who[stays], now[stays]
