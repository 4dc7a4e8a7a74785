"""What only 17TRACK does: partial success, quotas, registrations, times in pieces."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from sync_agent.connectors.track17 import CONNECTOR
from sync_agent.connectors.track17.hook import Track17Hook
from sync_agent.connectors.track17.parcels import parse_parcel
from sync_agent.errors import Fatal, Forged, NeedsCredentials, Rejected, Retryable
from sync_agent.port import Delivery
from sync_agent.records import Envelope, Shipment
from sync_agent.records.open_parcel import OpenParcel
from tests.fakes.carriers.store import CarrierStore
from tests.fakes.carriers.track17 import CARRIER, KEY, FakeTrack17
from tests.fakes.clock import FakeClock

from .adapters import ids_of
from .shops.track17 import Track17Adapter


@pytest.fixture
def it() -> Iterator[Track17Adapter]:
    with FakeTrack17(CarrierStore(moving="InTransit_Departure")) as fake:
        yield Track17Adapter(fake)


def shipment(row: dict[str, Any]) -> Shipment:
    item = parse_parcel(row)
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Shipment)
    return item.data


def row(status: str, sub: str | None = None, *events: dict[str, Any]) -> dict[str, Any]:
    return {
        "number": "RR1",
        "carrier": 3011,
        "track_info": {
            "latest_status": {"status": status, "sub_status": sub},
            "tracking": {"providers": [{"provider": {}, "events": list(events)}]},
        },
    }


@pytest.mark.parametrize(
    ("status", "sub", "state"),
    [
        ("NotFound", "NotFound_Other", "pending"),
        ("InfoReceived", None, "info_received"),
        ("InTransit", "InTransit_PickedUp", "picked_up"),
        ("InTransit", "InTransit_Arrival", "in_transit"),
        ("InTransit", "InTransit_CustomsReleased", "customs"),
        ("OutForDelivery", "OutForDelivery_Other", "out_for_delivery"),
        ("AvailableForPickup", "AvailableForPickup_Other", "available_for_pickup"),
        ("DeliveryFailure", "DeliveryFailure_NoBody", "delivery_failed"),
        ("Exception", "Exception_Lost", "exception"),
        ("Exception", "Exception_Returning", "returning"),
        ("Exception", "Exception_Returned", "returned"),
        ("Exception", "Exception_Cancel", "cancelled"),
        ("Delivered", "Delivered_Other", "delivered"),
        ("Expired", "Expired_Other", "expired"),
        ("Teleported", "Teleported_Twice", "unknown"),
    ],
)
def test_every_word_has_its_state(status: str, sub: str | None, state: str) -> None:
    found = shipment(row(status, sub))
    assert found.state == state
    assert found.state_raw == (sub or status)


def test_numbers_not_followed_yet_are_registered_once(it: Track17Adapter) -> None:
    it.store.ship("RR1000001", registered=False)
    it.store.ship("SF1000002", registered=False)
    first = it.read()
    assert ids_of(first) == []
    assert it.track17.registered == [
        {"number": "RR1000001", "tag": "S1"},
        {"number": "SF1000002", "tag": "S2", "carrier": 100012, "param": "8000"},
    ]
    assert set(ids_of(it.read(first[-1].cursor))) == it.ids()
    assert len(it.track17.registered) == 2


def test_a_spent_quota_stops_nobody_who_is_followed(it: Track17Adapter) -> None:
    old = it.store.ship("RR1000001")
    it.store.ship("RR1000002", registered=False)
    it.track17.quota = 0
    with capture_logs() as logs:
        assert ids_of(it.read()) == [it.id_of(old)]
    (told,) = [each for each in logs if each["event"] == "tracking_quota_spent"]
    assert told["remedy"]


def test_a_number_that_17track_does_not_take_is_told_and_left(
    it: Track17Adapter,
) -> None:
    it.store.parcels[1] = OpenParcel(id="1", tracking_number="A1")
    good = it.store.ship("RR1000002")
    with capture_logs() as logs:
        assert ids_of(it.read()) == [it.id_of(good)]
    assert [e["code"] for e in logs if e["event"] == "tracking_number_refused"] == [
        -18010012
    ]


def test_a_parcel_of_which_nothing_is_known_yet_is_pending(it: Track17Adapter) -> None:
    number = it.store.ship("RR1000001")
    it.store.tracked[number].scans.clear()
    (item,) = [i for page in it.read() for i in page.items]
    assert isinstance(item, Envelope)
    assert item.to_wire()["data"]["state"] == "pending"


def test_a_delivery_tells_its_true_time_in_pieces_only() -> None:
    event = {
        "time_utc": None,
        "time_iso": None,
        "time_raw": {"date": "2026-06-27", "time": "11:15:00", "timezone": "-03:00"},
        "sub_status": "Delivered_Other",
    }
    found = shipment(row("Delivered", "Delivered_Other", event))
    assert found.delivered_at == datetime(2026, 6, 27, 14, 15, tzinfo=UTC)
    event["time_raw"] = {"date": "2026-06-27", "time": None, "timezone": None}
    found = shipment(row("Delivered", "Delivered_Other", event))
    assert found.delivered_at == datetime(2026, 6, 27, tzinfo=UTC)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (-18010001, NeedsCredentials),
        (-18010003, Retryable),
        (-18010013, Fatal),
        (None, Retryable),
    ],
)
def test_refusals_in_a_good_answer_are_told_apart(
    it: Track17Adapter, code: int | None, kind: type[Exception]
) -> None:
    it.store.ship()
    body = {"code": code, "data": {"errors": [{"code": code, "message": "No."}]}}
    it.faults.add("status", body=body, times=100)
    with pytest.raises(kind) as caught:
        it.read()
    assert getattr(caught.value, "remedy", "")


def test_the_check_tells_how_many_registrations_are_left(it: Track17Adapter) -> None:
    it.track17.quota = 7
    assert "7 registrations" in next(iter(it.open().check())).message


# ------------------------------------------------------------------------ webhooks
def pushed(data: Any, key: str = KEY, body: bytes | None = None) -> Delivery:
    raw = json.dumps(data).encode()
    sign = hashlib.sha256(raw + b"/" + key.encode()).hexdigest()
    return Delivery({"sign": sign}, {}, body or raw, datetime.now(UTC))


EVENT = {"event": "TRACKING_UPDATED", "data": {"number": "RR 1", "carrier": CARRIER}}


def test_a_signed_delivery_names_what_to_fetch() -> None:
    (trigger,) = Track17Hook((KEY,)).read(pushed(EVENT)).triggers
    assert (trigger.kind, trigger.external_id) == ("shipment", f"{CARRIER}:RR1")
    stopped = {**EVENT, "event": "TRACKING_STOPPED"}
    assert Track17Hook((KEY,)).read(pushed(stopped)).triggers
    assert not Track17Hook((KEY,)).read(pushed({**EVENT, "event": "NEW"})).triggers


def test_the_signature_is_the_published_formula() -> None:
    body = b'{"event":"TRACKING_STOPPED"}'
    signed = hashlib.sha256(b'{"event":"TRACKING_STOPPED"}/secret').hexdigest()
    delivery = Delivery({"sign": signed}, {}, body, datetime.now(UTC))
    with pytest.raises(Rejected):
        Track17Hook(("secret",)).read(delivery)


@pytest.mark.parametrize("key", ["wrong", ""])
def test_forged_or_rewritten_deliveries_are_refused(key: str) -> None:
    with pytest.raises(Forged):
        Track17Hook((KEY,)).read(pushed(EVENT, key))
    with pytest.raises(Forged):
        Track17Hook((KEY,)).read(
            pushed(EVENT, body=json.dumps(EVENT, indent=1).encode())
        )


def test_both_keys_hold_while_one_is_rotated() -> None:
    settings = CONNECTOR.settings(key="new", webhook_secret="old")
    assert CONNECTOR.hook is not None
    hook = CONNECTOR.hook(settings, FakeClock())
    assert hook.read(pushed(EVENT, "new")).triggers
    assert hook.read(pushed(EVENT, "old")).triggers


@pytest.mark.parametrize("data", [None, [], {}, {"number": 5}, {"number": ""}])
def test_a_signed_delivery_without_a_number_is_unreadable(data: Any) -> None:
    with pytest.raises(Rejected):
        Track17Hook((KEY,)).read(pushed({**EVENT, "data": data}))


def test_a_carrier_that_is_named_need_not_be_guessed(it: Track17Adapter) -> None:
    it.store.ship("RR1000001", registered=False)
    it.read(source=it.open(carriers={"sf": "21051"}))
    assert it.track17.registered[0]["carrier"] == 21051
