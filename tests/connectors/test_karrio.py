"""What only Karrio does: trackers that retire, times in pieces, webhooks unsigned."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from sync_agent.connectors.karrio import CONNECTOR
from sync_agent.connectors.karrio.hook import KarrioHook
from sync_agent.connectors.karrio.parcels import parse_tracker
from sync_agent.errors import Fatal, Forged, Rejected
from sync_agent.port import Delivery
from sync_agent.records import Envelope, Shipment
from tests.fakes.carriers.karrio import CARRIER, FakeKarrio
from tests.fakes.carriers.store import CarrierStore

from .adapters import ids_of, items_of
from .shops.karrio import KarrioAdapter

SECRET = "whsec_0123456789"


@pytest.fixture
def it() -> Iterator[KarrioAdapter]:
    with FakeKarrio(CarrierStore(moving="in_transit")) as fake:
        yield KarrioAdapter(fake)


def shipment(row: dict[str, Any], zone: str = "UTC") -> Shipment:
    item = parse_tracker(row, ZoneInfo(zone))
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Shipment)
    return item.data


ROW = {"carrier_name": "fedex", "tracking_number": "7946", "status": "in_transit"}


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("pending", "pending"),
        ("picked_up", "picked_up"),
        ("in_transit", "in_transit"),
        ("delivery_delayed", "in_transit"),
        ("on_hold", "exception"),
        ("out_for_delivery", "out_for_delivery"),
        ("ready_for_pickup", "available_for_pickup"),
        ("delivery_failed", "delivery_failed"),
        ("return_to_sender", "returning"),
        ("delivered", "delivered"),
        ("cancelled", "cancelled"),
        ("unknown", "unknown"),
        ("teleported", "unknown"),
    ],
)
def test_every_word_has_its_state(word: str, state: str) -> None:
    found = shipment({**ROW, "status": word})
    assert (found.state, found.state_raw) == (state, word)


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"timestamp": "2026-07-01T08:01:00.000Z"}, "2026-07-01T08:01"),
        ({"date": "2026-07-01", "time": "08:01 PM"}, "2026-07-01T18:01"),
        ({"date": "2026-07-01", "time": "20:01"}, "2026-07-01T18:01"),
        ({"date": "2026-07-01", "time": "noon"}, "2026-06-30T22:00"),
        ({"date": "2026-07-01"}, "2026-06-30T22:00"),
    ],
)
def test_times_come_whole_or_in_pieces(event: dict[str, Any], expected: str) -> None:
    scan = {**event, "status": "delivered", "code": "DL"}
    found = shipment({**ROW, "events": [scan]}, "Europe/Berlin")
    assert found.events[0].at == datetime.fromisoformat(f"{expected}+00:00")
    assert found.events[0].state_raw == "DL"


def test_a_scan_without_a_day_is_left_out() -> None:
    assert shipment({**ROW, "events": [{"status": "delivered"}]}).events == ()


def test_a_tracker_that_retired_says_nothing(it: KarrioAdapter) -> None:
    """After 90 days Karrio sets trackers back: never a state over a known one."""
    number = it.store.ship(word="delivered")
    it.karrio.retired.add(number)
    (item,) = items_of(it.read())
    assert isinstance(item, Envelope)
    data = item.to_wire()["data"]
    assert data["state"] == "unknown"
    assert [event["state"] for event in data["events"]] == ["delivered"]


def test_numbers_of_named_carriers_are_followed_once(it: KarrioAdapter) -> None:
    it.store.ship("RR1000001", registered=False)
    assert ids_of(it.read()) == []
    source = it.open(carriers={"SF": CARRIER})
    first = it.read(source=source)
    assert set(ids_of(first)) == it.ids()
    it.read(first[-1].cursor, source=source)
    assert it.karrio.made == [{"tracking_number": "RR1000001", "carrier_name": CARRIER}]


def test_a_carrier_that_is_not_connected_is_told_and_left(it: KarrioAdapter) -> None:
    it.store.ship("RR1000001", registered=False)
    good = it.store.ship()
    with capture_logs() as logs:
        found = ids_of(it.read(source=it.open(carriers={"SF": "ups"})))
    assert found == [it.id_of(good)]
    told = [each["code"] for each in logs if each["event"] == "tracking_number_refused"]
    assert told == [["carrier_not_found"]]


@pytest.mark.parametrize("body", [[], "hello"])
def test_another_server_is_told(it: KarrioAdapter, body: Any) -> None:
    it.store.ship()
    it.faults.add("status", body=body, times=100)
    with pytest.raises(Fatal, match="not Karrio"):
        it.read()


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        CONNECTOR.settings(url="http://k", token="t", timezone="Mars/Olympus")


# ------------------------------------------------------------------------ webhooks
def pushed(data: Any, secret: str | None = SECRET) -> Delivery:
    headers = {} if secret is None else {"x-event-id": secret}
    return Delivery(headers, {}, json.dumps(data).encode(), datetime.now(UTC))


EVENT = {
    "event": "tracker_updated",
    "data": {
        "carrier_name": CARRIER,
        "tracking_number": "79 46",
        "status": "delivered",
    },
}


def test_a_delivery_with_the_secret_names_what_to_fetch() -> None:
    (trigger,) = KarrioHook((SECRET,)).read(pushed(EVENT)).triggers
    assert (trigger.kind, trigger.external_id) == ("shipment", f"{CARRIER}:7946")
    assert trigger.payload is None
    other = {**EVENT, "event": "shipment_purchased"}
    assert not KarrioHook((SECRET,)).read(pushed(other)).triggers


@pytest.mark.parametrize("secret", [None, "", "wrong", SECRET[:-1], "\udcff"])
def test_a_delivery_without_the_secret_is_refused(secret: str | None) -> None:
    with pytest.raises(Forged):
        KarrioHook((SECRET,)).read(pushed(EVENT, secret))
    with pytest.raises(Forged):
        KarrioHook(()).read(pushed(EVENT, secret))


def test_both_secrets_hold_while_one_is_rotated() -> None:
    hook = KarrioHook(("new", "old"))
    assert hook.read(pushed(EVENT, "new")).triggers
    assert hook.read(pushed(EVENT, "old")).triggers


@pytest.mark.parametrize(
    "data",
    [None, [], {}, {"carrier_name": "a"}, {"carrier_name": 1, "tracking_number": "x"}],
)
def test_a_delivery_without_a_number_is_unreadable(data: Any) -> None:
    with pytest.raises(Rejected):
        KarrioHook((SECRET,)).read(pushed({**EVENT, "data": data}))
