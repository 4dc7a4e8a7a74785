"""Webhooks of a shop into a real Odoo: soon, once, and through a kill."""

from __future__ import annotations

import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from tests.e2e.conftest import ROOT, Agent
from tests.fakes.woocommerce import KEY, FakeShop
from tests.fakes.woocommerce import SECRET as SHOP_SECRET
from tests.unit.webhooks.deliveries import SECRET, woo_headers

pytestmark = [pytest.mark.odoo, pytest.mark.timeout(300)]
SOON_S = 10.0


class Serving:
    """``sync-agent serve`` as a process that can be killed and started again."""

    def __init__(self, agent: Agent, code: str, shop: FakeShop) -> None:
        self.agent = agent
        self.code = code
        self.shop = shop
        self.port = 0
        self.process: subprocess.Popen[str] | None = None
        state = agent.folder / "state"
        agent.write(
            f'[agent]\nstate_dir = "{state}"\n'
            f'[sources.{code}]\nconnector = "woocommerce"\nurl = "{shop.url}"\n'
            f'consumer_key = "{KEY}"\nconsumer_secret = "{SHOP_SECRET}"\n'
            f'webhook_secret = ["not-yet-in-use", "{SECRET}"]\nrate_per_s = 1000\n'
        )

    def start(self) -> None:
        words = ["serve", "--listen", "127.0.0.1:0"]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "sync_agent", "-c", str(self.agent.path), *words],
            cwd=ROOT,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert self.process.stderr is not None
        for line in self.process.stderr:
            found = re.search(r"port (\d+)", line)
            if found:
                self.port = int(found[1])
                break

    def end(self, number: int) -> int:
        assert self.process is not None
        assert self.process.stderr is not None
        self.process.send_signal(number)
        self.process.stderr.read()
        self.process.stderr.close()
        return self.process.wait(60)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def tell(self, number: int, topic: str = "order.updated", **more: object) -> int:
        body = json.dumps({"id": number, **more}).encode()
        address = f"{self.url}/hooks/{self.code}"
        headers = woo_headers(body, topic)
        return requests.post(address, body, headers=headers, timeout=10).status_code

    def orders(self) -> set[str]:
        rows = self.agent.odoo.sql(
            "select o.external_id from sme_order o join sme_source s "
            f"on s.id = o.source_id where s.code = '{self.code}' and o.kind = 'order'"
        )
        return {row for row in rows.splitlines() if row}

    def wait_for(self, count: int) -> float:
        """Return the seconds until Odoo held so many orders."""
        begun = time.monotonic()
        while len(self.orders()) < count:
            assert time.monotonic() - begun < 60
            time.sleep(0.1)
        return time.monotonic() - begun


@pytest.fixture
def serving(agent: Agent, code: str, woo: FakeShop) -> Iterator[Serving]:
    made = Serving(agent, code, woo)
    made.start()
    yield made
    if made.process is not None and made.process.poll() is None:
        made.end(signal.SIGKILL)


def order_ids(shop: FakeShop) -> list[int]:
    return sorted(
        number
        for number, order in shop.store.orders.items()
        if order["status"] not in {"checkout-draft", "trash"}
    )


def test_an_order_is_in_odoo_within_ten_seconds_of_its_event(serving: Serving) -> None:
    """Demand 13: data in time."""
    wanted = order_ids(serving.shop)[:5]
    for number in wanted:
        assert serving.tell(number, "order.created") == 200
    assert serving.wait_for(len(wanted)) < SOON_S
    assert serving.orders() == {str(number) for number in wanted}


def test_the_same_event_twice_stores_one_order_and_one_run(serving: Serving) -> None:
    number = order_ids(serving.shop)[0]
    for _attempt in range(3):
        assert serving.tell(number) == 200
    serving.wait_for(1)
    numbers = requests.get(f"{serving.url}/metrics", timeout=10).text
    assert f'outcome="repeated",source="{serving.code}"}} 2.0' in numbers
    runs = serving.agent.odoo.sql(
        "select count(*) from sme_sync_run r join sme_source s on s.id = r.source_id "
        f"where s.code = '{serving.code}'"
    )
    assert runs.strip() == "1"


def test_what_was_answered_survives_a_kill(serving: Serving) -> None:
    wanted = order_ids(serving.shop)
    for number in wanted:
        assert serving.tell(number) == 200
    assert serving.end(signal.SIGKILL) == -signal.SIGKILL
    serving.start()
    serving.wait_for(len(wanted))
    assert serving.orders() == {str(number) for number in wanted}


def test_a_forged_event_stores_nothing_and_no_secret_is_shown(
    serving: Serving,
) -> None:
    body = json.dumps({"id": order_ids(serving.shop)[0]}).encode()
    address = f"{serving.url}/hooks/{serving.code}"
    forged = woo_headers(body, secret="guess")
    answer = requests.post(address, body, headers=forged, timeout=10)
    assert (answer.status_code, answer.text) == (401, "")
    assert serving.process is not None
    assert serving.process.stderr is not None
    serving.process.send_signal(signal.SIGTERM)
    told = serving.process.stderr.read()
    serving.process.stderr.close()
    assert serving.process.wait(60) == 143
    assert "webhook_refused" in told
    assert SECRET not in told
    assert serving.orders() == set()


def test_a_source_without_webhooks_names_the_remedy(agent: Agent, code: str) -> None:
    folder = Path(agent.folder)
    agent.write(f'[sources.{code}]\nconnector = "file"\npath = "{folder}"\n')
    exit_code, _out, seen = agent.run("serve", "-s", code)
    assert exit_code == 3
    assert "sends no webhooks" in seen
    assert "sync-agent run asks it" in seen
