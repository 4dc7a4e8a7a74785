# ruff: noqa: PLR2004 - the numbers of an invented world stand where they are used
"""An invented crowd of customers and their orders, in numpy arrays.

Who buys when follows the BG/NBD model (r .65, alpha 5, a .9, b 3.6; time in weeks),
what an order is worth a Gamma-Gamma one. The same seed gives the same crowd.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

TRUTH = {"r": 0.65, "alpha": 5.0, "a": 0.9, "b": 3.6}
SEED = 11
PILOT = 20_000
WEEK_S = 7 * 86_400
REFUNDED = 0.03
COUNTED = 0.94

_FAMILIES = tuple("王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗")
_GIVEN = tuple("伟芳娜敏静丽强磊军洋艳勇杰娟涛超明霞秀英华慧建文玉兰欣怡子涵")
_FIRST = [
    "Alice",
    "Bernd",
    "Carla",
    "David",
    "Elena",
    "Frank",
    "Grace",
    "Henry",
    "Irene",
    "Jonas",
    "Klara",
    "Lukas",
    "Marie",
    "Nadia",
    "Oscar",
    "Paula",
    "Quinn",
    "Ralph",
    "Sofia",
    "Tomas",
    "Ulla",
    "Victor",
    "Wendy",
    "Xaver",
    "Yvonne",
    "Zoe",
]
_LAST = [
    "Abbott",
    "Becker",
    "Carter",
    "Dubois",
    "Engel",
    "Fischer",
    "Garcia",
    "Hoffmann",
    "Irving",
    "Jensen",
    "Keller",
    "Lambert",
    "Meyer",
    "Novak",
    "Olsen",
    "Peters",
    "Quandt",
    "Richter",
    "Schmidt",
    "Taylor",
    "Ullmann",
    "Vogel",
    "Wagner",
    "Xander",
    "Young",
    "Zimmer",
]
_TOWNS = (
    ("Hangzhou", "310000", "CN"),
    ("上海", "200000", "CN"),
    ("Berlin", "10115", "DE"),
    ("Lyon", "69001", "FR"),
    ("Leeds", "LS1 1AA", "GB"),
    ("Boston", "02101", "US"),
)


@dataclass(frozen=True)
class Orders:
    """Orders of the crowd, oldest first; arrays of one length.

    Attributes:
        customer: number of the customer, from 0.
        seconds: before now.
        cents: without tax; negative for a refund.
        counted: False for a cancelled order.
        origin: place of the refunded order in these arrays; -1 for an order.
    """

    customer: np.ndarray
    seconds: np.ndarray
    cents: np.ndarray
    counted: np.ndarray
    origin: np.ndarray


def buy(customers: int, orders: int) -> Orders:
    """Let a crowd buy about so many orders; refunds come on top of them."""
    weeks = _weeks_for(orders / customers)
    rng = np.random.default_rng(SEED)
    customer, seconds = _visits(rng, customers, weeks)
    taste = rng.gamma(2.0, 1.0, customers) + 0.3
    cents = np.maximum(taste[customer] * rng.gamma(6.0, 900.0, customer.size), 100)
    cents = cents.astype(np.int64)
    counted = rng.random(customer.size) < COUNTED
    back = np.flatnonzero(counted & (rng.random(customer.size) < REFUNDED))
    share = np.where(rng.random(back.size) < 0.5, 1.0, 0.3)
    later = np.maximum(seconds[back] - rng.integers(3_600, 30 * 86_400, back.size), 60)
    every = (
        np.concatenate([customer, customer[back]]),
        np.concatenate([seconds, later]),
        np.concatenate([cents, -(cents[back] * share).astype(np.int64)]),
        np.concatenate([counted, np.ones(back.size, bool)]),
        np.concatenate([np.full(customer.size, -1), back]),
    )
    # A shop's table grows by date, not by customer; an order before its refund.
    order = np.lexsort((every[4], -every[1]))
    place = np.empty_like(order)
    place[order] = np.arange(order.size)
    origin = np.where(every[4] < 0, -1, place[every[4]])
    columns = [each[order] for each in (*every[:4], origin)]
    return Orders(*columns)


def _weeks_for(mean: float) -> float:
    """Find how long the crowd must be watched for so many orders each."""
    low, high = 8.0, 600.0
    for _ in range(12):
        middle = (low * high) ** 0.5
        found = _visits(np.random.default_rng(SEED), PILOT, middle)[0].size / PILOT
        low, high = (middle, high) if found < mean else (low, middle)
    return high


def _visits(
    rng: np.random.Generator, customers: int, weeks: float
) -> tuple[np.ndarray, np.ndarray]:
    """Give customer and seconds before now of each order."""
    rate = np.maximum(rng.gamma(TRUTH["r"], 1 / TRUTH["alpha"], customers), 1e-9)
    leaves = rng.beta(TRUTH["a"], TRUTH["b"], customers)
    left = rng.uniform(0.01, weeks, customers)
    here = np.arange(customers)
    who, when = [here], [left.copy()]
    while here.size:
        left[here] -= rng.exponential(1.0, here.size) / rate[here]
        here = here[left[here] > 0]
        who.append(here)
        when.append(left[here])
        here = here[rng.random(here.size) >= leaves[here]]
    seconds = (np.concatenate(when) * WEEK_S).astype(np.int64)
    return np.concatenate(who), seconds


def people(customers: int) -> Iterator[tuple[str, str, str, str, str, str, str]]:
    """Yield name, e-mail, phone, E.164 phone, town, zip, country of each customer."""
    for n in range(customers):
        town, code, country = _TOWNS[n % len(_TOWNS)]
        if country == "CN":
            given = _GIVEN[n // 7 % 30] + (_GIVEN[n // 11 % 30] if n % 3 else "")
            name = _FAMILIES[n // 3 % 20] + given
            number = 13_000_000_000 + n * 7_919 % 999_999_937
            phone = f"+86 {number // 10**8} {number // 10**4 % 10**4:04} "
            phone += f"{number % 10**4:04}"
        else:
            name = f"{_FIRST[n // 5 % 26]} {_LAST[n // 13 % 26]}"
            number = 1_000_000 + n * 7_919 % 8_999_993
            phone = f"+49 30 {number}"
        mail = f"{_FIRST[n % 26].lower()}.{n}@example.{('com', 'org', 'net')[n % 3]}"
        yield name, mail, phone, phone.replace(" ", ""), town, code, country
