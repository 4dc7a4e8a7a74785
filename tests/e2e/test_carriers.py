"""Carriers into a real Odoo: asked about the shops' parcels, one row for both."""

from __future__ import annotations

import hashlib
import json
import re
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from sync_agent.records.fields import format_time
from tests.e2e.conftest import ROOT, Agent, open_door
from tests.e2e.test_door import batch
from tests.fakes.carriers.kuaidi100 import (
    CUSTOMER,
    KEY,
    FakeKuaidi100,
    row_of,
)
from tests.fakes.carriers.store import CarrierStore
from tests.fakes.carriers.track17 import KEY as KEY17
from tests.fakes.carriers.track17 import FakeTrack17

pytestmark = [pytest.mark.odoo, pytest.mark.timeout(300)]
SALT = "a-salt-of-our-own"
SOON_S = 10.0


def send_parcels(agent: Agent, code: str, numbers: list[str]) -> None:
    """Let a shop of Odoo send parcels."""
    door = open_door(agent.odoo, "json2")
    sent = format_time(datetime.now(UTC) - timedelta(days=2))
    records = [
        {
            "kind": "shipment",
            "external_id": f"s{index}",
            "version": "",
            "data": {
                "order_external_id": f"o{index}",
                "carrier": "SF Express",
                "tracking_number": f" {number[:2].lower()} {number[2:]}",
                "state": "in_transit",
                "shipped_at": sent,
            },
        }
        for index, number in enumerate(numbers)
    ]
    assert door.push(batch(code, records=records)).counts == {"created": len(numbers)}
    door.close()


def shown(agent: Agent, code: str) -> dict[str, str]:
    """Return what the user sees: number and state of the shop's parcels."""
    rows = agent.odoo.sql(
        "select p.tracking_key || '|' || p.state || '|' || count(r.id) "
        "from sme_shipment p join sme_source s on s.id = p.source_id "
        "left join sme_shipment r on r.parcel_id = p.id "
        f"where s.code = '{code}' and p.parcel_id is null group by p.id"
    )
    found = (row.split("|") for row in rows.splitlines() if row)
    return {number: f"{state} {reports}" for number, state, reports in found}


def test_a_carrier_tells_where_the_shops_parcels_are(agent: Agent, code: str) -> None:
    """Demand 33: one parcel, whoever tells of it."""
    store = CarrierStore(moving="InTransit_Departure")
    numbers = [store.ship(f"RA{code[4:]}00{n:05d}") for n in range(95)]
    store.scan(numbers[0], "Arrived", "Delivered_Other")
    store.scan(numbers[1], "Nobody home", "DeliveryFailure_NoBody")
    store.tracked[numbers[2]].scans[-1].word = "Teleported_Twice"
    send_parcels(agent, code, numbers)
    with FakeTrack17(store) as fake:
        agent.write(
            f'[sources.{code}-17]\nconnector = "17track"\nurl = "{fake.url}"\n'
            f'key = "{KEY17}"\nrate_per_s = 1000\nonly = ["RA{code[4:]}00"]\n'
        )
        exit_code, _out, seen = agent.run("check", "-s", f"{code}-17")
        assert exit_code == 0, seen
        assert "95 parcels to ask about" in seen
        exit_code, _out, seen = agent.run("sync", "-s", f"{code}-17")
        assert exit_code == 0, seen
    found = shown(agent, code)
    assert len(found) == 95
    assert found[numbers[0]] == "delivered 1"
    assert found[numbers[1]] == "delivery_failed 1"
    assert found[numbers[2]] == "in_transit 1"
    assert found[numbers[9]] == "in_transit 1"


def test_a_carrier_that_is_asked_again_asks_no_closed_parcel(
    agent: Agent, code: str
) -> None:
    store = CarrierStore(moving="InTransit_Departure")
    numbers = [store.ship(f"RB{code[4:]}00{n:05d}") for n in range(3)]
    store.scan(numbers[0], "Arrived", "Delivered_Other")
    send_parcels(agent, code, numbers)
    with FakeTrack17(store) as fake:
        agent.write(
            f'[sources.{code}-17]\nconnector = "17track"\nurl = "{fake.url}"\n'
            f'key = "{KEY17}"\nrate_per_s = 1000\nonly = ["RB{code[4:]}00"]\n'
        )
        assert agent.run("sync", "-s", f"{code}-17")[0] == 0
        store.scan(numbers[0], "Too late")
        store.scan(numbers[1], "Van", "OutForDelivery_Other")
        assert agent.run("sync", "-s", f"{code}-17", "--full")[0] == 0
    found = shown(agent, code)
    assert found[numbers[0]] == "delivered 1"
    assert found[numbers[1]] == "out_for_delivery 1"


@contextmanager
def serving(agent: Agent) -> Iterator[str]:
    """Run ``sync-agent serve``; give its address."""
    words = ["serve", "--listen", "127.0.0.1:0"]
    process = subprocess.Popen(
        [sys.executable, "-m", "sync_agent", "-c", str(agent.path), *words],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    assert process.stderr is not None
    port = next(
        found[1] for line in process.stderr if (found := re.search(r"port (\d+)", line))
    )
    yield f"http://127.0.0.1:{port}"
    process.send_signal(signal.SIGTERM)
    process.stderr.read()
    process.stderr.close()
    assert process.wait(60) == 143


def push(url: str, pushed: Any, salt: str = SALT) -> requests.Response:
    """Push as Kuaidi100 does."""
    param = json.dumps(pushed, ensure_ascii=False)
    sign = hashlib.md5(f"{param}{salt}".encode(), usedforsecurity=False).hexdigest()
    return requests.post(url, {"param": param, "sign": sign.upper()}, timeout=10)


def test_a_push_is_in_odoo_within_ten_seconds(agent: Agent, code: str) -> None:
    """Demand 13: data in time."""
    store = CarrierStore(moving="1001", prefix="SF")
    number = store.ship(f"SF{code[4:]}0099001")
    send_parcels(agent, code, [number])
    store.scan(number, "快件已签收", "301")
    with FakeKuaidi100(store) as fake:
        agent.write(
            f'[agent]\nstate_dir = "{agent.folder / "state"}"\n'
            f'[sources.{code}-kd]\nconnector = "kuaidi100"\nurl = "{fake.url}"\n'
            f'customer = "{CUSTOMER}"\nkey = "{KEY}"\nwebhook_secret = "{SALT}"\n'
        )
        with serving(agent) as url:
            address = f"{url}/hooks/{code}-kd"
            told = {"status": "polling", "lastResult": row_of(store.tracked[number])}
            assert push(address, told, "guess").status_code == 401
            answer = push(address, told)
            assert answer.json() == {
                "result": True,
                "returnCode": "200",
                "message": "成功",
            }
            begun = time.monotonic()
            while shown(agent, code)[number] != "delivered 1":
                assert time.monotonic() - begun < SOON_S
                time.sleep(0.2)
