"""Agents as processes, a fake WooCommerce as a process, and a real Odoo."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from scripts.dev.testbed import RunningOdoo

ROOT = Path(__file__).parents[2]
ORDERS = 3000
BATCH_RECORDS = 60
"""Small, so that kills fall between many pushes."""


@dataclass
class ShopProcess:
    """The fake shop, which lives longer than the agents."""

    url: str
    consumer_key: str
    consumer_secret: str

    def command(self, name: str, **payload: Any) -> Any:
        answer = requests.post(f"{self.url}/_fake/{name}", json=payload, timeout=60)
        answer.raise_for_status()
        return answer.json()


@pytest.fixture
def shop_process() -> Iterator[ShopProcess]:
    """A shop of 3,000 orders with guests, refunds and drafts."""
    words = [sys.executable, "-m", "tests.fakes.woocommerce", "--orders", str(ORDERS)]
    words += ["--customers", "200", "--products", "20", "--reviews", "10"]
    with subprocess.Popen(
        words, cwd=ROOT, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        yield ShopProcess(**json.loads(process.stdout.readline()))
        process.kill()


class Agents:
    """Starts agents with a source of their own."""

    def __init__(
        self, folder: Path, odoo: RunningOdoo, shop: ShopProcess, code: str
    ) -> None:
        self._folder = folder
        self._odoo = odoo
        self.shop = shop
        self._code = code

    def config(self, odoo_url: str = "") -> Path:
        path = self._folder / f"agent-{len(odoo_url)}.toml"
        if path.exists():
            return path
        path.write_text(
            f"""
[odoo]
url = "{odoo_url or self._odoo.url}"
database = "{self._odoo.database}"
api_key = "{self._odoo.sync_key}"
[agent]
batch_records = {BATCH_RECORDS}
log_level = "warning"
[sources.{self._code}]
connector = "woocommerce"
url = "{self.shop.url}"
consumer_key = "{self.shop.consumer_key}"
consumer_secret = "{self.shop.consumer_secret}"
rate_per_s = 1000
"""
        )
        path.chmod(0o600)
        return path

    def start(self, *words: str, odoo_url: str = "") -> subprocess.Popen[str]:
        config = self.config(odoo_url)
        command = [sys.executable, "-m", "sync_agent", "-c", str(config), "sync"]
        return subprocess.Popen(
            [*command, "--json", *words],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )

    def finish(self, process: subprocess.Popen[str]) -> tuple[int, Any]:
        """Wait for an agent and return its exit code and what it printed."""
        out, _err = process.communicate(timeout=300)
        return process.returncode, json.loads(out)


@pytest.fixture
def agents(
    tmp_path: Path,
    odoo: RunningOdoo,
    shop_process: ShopProcess,
    request: pytest.FixtureRequest,
) -> Agents:
    code = request.node.originalname.replace("test_", "")[:40].rstrip("_")
    return Agents(tmp_path, odoo, shop_process, code)


@dataclass(frozen=True)
class Books:
    """What must be equal in the shop and in Odoo."""

    orders: dict[str, Decimal]
    lines: int
    refunded: Decimal
    customers: int
    products: int


def books_of_shop(shop: ShopProcess) -> Books:
    state = shop.command("state")
    rows = [o for o in shop.command("orders") if o["status"] != "checkout-draft"]
    return Books(
        orders={str(row["id"]): Decimal(row["total"]) for row in rows},
        lines=sum(len(row["line_items"]) for row in rows),
        refunded=Decimal(state["refund_total"]),
        customers=state["customers"] - 1,  # one is the shop's manager
        products=state["products"] + state["variations"],
    )


def books_of_odoo(odoo: RunningOdoo, code: str) -> Books:
    source = f"(select id from sme_source where code = '{code}')"
    of_source = f"from sme_order where source_id = {source} and gone_on is null"
    orders: dict[str, Decimal] = {}
    rows = odoo.sql(f"select external_id, amount_total {of_source} and kind = 'order'")
    for line in rows.splitlines():
        external_id, total = line.split("|")
        assert external_id not in orders, f"order {external_id} is there twice"
        orders[external_id] = Decimal(total)
    lines = odoo.sql(
        "select count(*) from sme_order_line l join sme_order o on o.id = l.order_id "
        f"where o.source_id = {source} and o.kind = 'order' "
        "and l.line_type = 'product'"
    )
    refunded = odoo.sql(
        f"select coalesce(-sum(amount_total), 0) {of_source} and kind = 'refund'"
    )
    bound = "select count(*) from sme_binding where source_id = {} and kind = '{}'"
    accounts = bound.format(source, "customer") + " and external_id not like 'guest:%'"
    return Books(
        orders=orders,
        lines=int(lines),
        refunded=Decimal(refunded),
        customers=int(odoo.sql(accounts)),
        products=int(odoo.sql(bound.format(source, "product"))),
    )


def assert_equal(shop: ShopProcess, odoo: RunningOdoo, code: str) -> None:
    """Nothing lost, nothing doubled, sums equal to the cent."""
    left, right = books_of_shop(shop), books_of_odoo(odoo, code)
    assert sum(right.orders.values()) == sum(left.orders.values())
    assert right == left
    rejected = odoo.sql(
        "select count(*) from sme_reject r join sme_source s on s.id = r.source_id "
        f"where s.code = '{code}' and r.state = 'open'"
    )
    assert int(rejected) == 0
