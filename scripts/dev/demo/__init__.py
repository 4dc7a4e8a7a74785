"""An invented history of a small firm, to fill every screen with something true.

About 3,000 customers and 12,000 orders over 24 months, always the same for the same
seed and day. The agent imports it like any other export of a shop.

Assumed of Odoo: the currencies of ``rates.csv`` are active and have its rates (units
of the currency for one unit of the company's); all times are those of the firm's shop
in Shanghai.
"""

import shutil
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path
from random import Random

from . import catalogue, files, money, opinions, orders, parcels, people

CUSTOMERS = 3_000
DAYS = 730
MAPPING_NAME = "mapping.toml"


def write_history(
    folder: Path,
    seed: int = 19,
    *,
    today: date | None = None,
    currency: str = "CNY",
    customers: int = CUSTOMERS,
) -> Path:
    """Write the history that ends before ``today`` and return its folder.

    Args:
        folder: made when missing; files of an earlier history are replaced.
        seed: the same seed and day give the same bytes.
        today: first day that has no orders; default: today in UTC.
        currency: the company's, in which prices at home are.
        customers: how many accounts; orders grow with them.

    Raises:
        ValueError: there are no prices in this currency.
    """
    market = money.Market(currency)
    today = today or datetime.now(UTC).date()
    now = datetime.combine(today, time())
    start = today - timedelta(days=DAYS)
    rng = Random(seed)  # noqa: S311 - invented data, no secret
    goods = catalogue.articles()
    population = people.Population(rng, start, today, list(catalogue.CATEGORIES))
    crowd = population.make(customers)
    sales = orders.Till(rng, market, goods, now).sell(crowd)
    sent = parcels.ship(rng, sales, now)
    said = opinions.review(rng, sent, now)
    folder.mkdir(parents=True, exist_ok=True)
    accounts = (person for person in crowd if person.has_account)
    rates = market.rates(rng, start, today)
    tables = {
        "customers": files.customer_rows(accounts),
        "products": files.product_rows(goods, market),
        "orders": files.order_rows(sales),
        "shipments": files.shipment_rows(sent, market),
        "reviews": files.review_rows(said),
        "rates": ({"date": d, "currency": c, "rate": rate} for d, c, rate in rates),
    }
    for name, rows in tables.items():
        files.write(folder, name, rows)
    shutil.copyfile(files.MAPPING, folder / MAPPING_NAME)
    return folder
