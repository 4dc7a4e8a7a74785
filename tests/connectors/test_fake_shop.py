"""The fake shop as a process of its own, driven by its commands."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests

from sync_agent.connectors.woocommerce import CONNECTOR
from sync_agent.errors import NeedsCredentials
from sync_agent.port import Json, Tools
from sync_agent.records import Envelope, Order
from sync_agent.redact import Redactor
from sync_agent.transport.http import Http

from .adapters import QuickClock, items_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def process() -> Iterator[Json]:
    """A fake shop that runs as a process; its address and keys."""
    command = [sys.executable, "-m", "tests.fakes.woocommerce", "--orders", "40"]
    command += ["--customers", "10", "--products", "6", "--first-id", str(2**53 + 1)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        yield json.loads(run.stdout.readline())
        run.terminate()


def say(process: Json, command: str, **payload: Any) -> Any:
    url = f"{process['url']}/_fake/{command}"
    answer = requests.post(url, json=payload, timeout=10)
    assert answer.status_code == 200, answer.text
    return answer.json()


def read(process: Json) -> dict[str, Order]:
    clock = QuickClock()

    def transport(base_url: str, **options: Any) -> Http:
        return Http(base_url, clock=clock, redactor=Redactor(), **options)

    source = CONNECTOR.open(CONNECTOR.settings(**process), Tools(clock, transport))
    stream = source.streams()[0]
    pages = list(stream.read(None, full=True, started=clock.now()))
    source.close()
    return {
        item.external_id: item.data
        for item in items_of(pages)
        if isinstance(item, Envelope) and isinstance(item.data, Order)
    }


def test_the_sums_of_the_process_are_those_that_are_read(process: Json) -> None:
    say(process, "add_orders", count=3)
    number = next(o["id"] for o in say(process, "orders") if o["status"] == "completed")
    say(process, "refund", order=number, amount="1.00", at="2026-11-02T00:00:00+00:00")
    state = say(process, "state")
    orders = read(process)
    assert len(orders) == state["real_orders"]
    assert sum(o.total for o in orders.values()) == Decimal(state["order_total"])
    refunds = [r.total for o in orders.values() for r in o.refunds]
    assert sum(refunds) == Decimal(state["refund_total"])


def test_edits_the_bin_and_deletion_are_commands(process: Json) -> None:
    first, second, third = [
        order["id"]
        for order in say(process, "orders")
        if order["status"] == "completed" and not order["refunds"]
    ][:3]
    say(process, "edit", table="orders", id=first, changes={"customer_note": "hello"})
    say(process, "trash", table="orders", id=second)
    say(process, "delete", table="orders", id=third)
    refund = say(process, "refund", order=first, amount="1.00")
    say(process, "delete_refund", id=refund["id"])
    orders = read(process)
    assert orders[str(first)].note == "hello"
    assert orders[str(first)].refunds == ()
    assert orders[str(second)].state == "cancelled"
    assert str(third) not in orders
    say(process, "restore", table="orders", id=second)
    assert read(process)[str(second)].state == "completed"


def test_troubles_and_a_revoked_key_are_commands(process: Json) -> None:
    say(process, "fault", kind="status", status=503, headers={"Retry-After": "1"})
    assert read(process)
    say(process, "fault", kind="drop", times=1000)
    say(process, "clear")
    say(process, "revoke")
    with pytest.raises(NeedsCredentials):
        read(process)
    say(process, "revoke", revoked=False)
    assert read(process)


def test_an_unknown_command_names_those_that_exist(process: Json) -> None:
    answer = requests.post(f"{process['url']}/_fake/dance", json={}, timeout=10)
    assert answer.status_code == 404
    assert "delete_refund" in answer.json()["message"]
