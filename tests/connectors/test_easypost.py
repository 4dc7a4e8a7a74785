"""What only EasyPost does: numbers given out again, secrets with accents."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from structlog.testing import capture_logs

from sync_agent.connectors.easypost.hook import EasyPostHook, signature
from sync_agent.connectors.easypost.parcels import newest, parse_tracker
from sync_agent.errors import Forged, Incomplete, Rejected
from sync_agent.port import Delivery
from sync_agent.records import BadRecord, Envelope, Shipment
from sync_agent.records.open_parcel import OpenParcel
from tests.fakes.carriers.easypost import CARRIER, FakeEasyPost
from tests.fakes.carriers.store import CarrierStore

from .adapters import ids_of, items_of
from .shops.easypost import EasyPostAdapter

SECRET = "sécret"
SIGNED = b'{"description":"tracker.updated","id":"evt_1"}'
NFKD = "a3ee1114b9d16304f45281390ea5e06c5573503fc9b8950328c720ab6c75cf54"
NFC = "9702f681cd566c25d90ffb22eb347a9791fbedcaaccbbbe7c04bb74dd0de6c40"
"""Both made with openssl."""


@pytest.fixture
def it() -> Iterator[EasyPostAdapter]:
    with FakeEasyPost(CarrierStore(moving="in_transit")) as fake:
        yield EasyPostAdapter(fake)


def shipment(row: dict[str, Any]) -> Shipment:
    item = parse_tracker(row)
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Shipment)
    return item.data


ROW = {"carrier": "USPS", "tracking_code": "9400 1", "status": "in_transit"}


@pytest.mark.parametrize(
    ("word", "state"),
    [
        ("pre_transit", "info_received"),
        ("in_transit", "in_transit"),
        ("out_for_delivery", "out_for_delivery"),
        ("available_for_pickup", "available_for_pickup"),
        ("return_to_sender", "returning"),
        ("failure", "exception"),
        ("delivered", "delivered"),
        ("cancelled", "cancelled"),
        ("unknown", "unknown"),
        ("error", "unknown"),
        ("teleported", "unknown"),
    ],
)
def test_every_word_has_its_state(word: str, state: str) -> None:
    found = shipment({**ROW, "status": word})
    assert (found.state, found.state_raw) == (state, word)


def test_scans_tell_place_and_time_and_the_promise_comes_along() -> None:
    detail = {
        "status": "delivered",
        "datetime": "2026-07-01T10:00:00",
        "message": "Left at door",
        "tracking_location": {"city": "HOUSTON", "state": "TX", "country": None},
    }
    row = {
        **ROW,
        "est_delivery_date": "2026-07-02T00:00:00Z",
        "carrier_detail": {"service": "First-Class"},
        "tracking_details": [detail],
    }
    found = shipment(row)
    assert found.delivered_at == datetime(2026, 7, 1, 10, tzinfo=UTC)
    assert found.promised_at == datetime(2026, 7, 2, tzinfo=UTC)
    assert found.service == "First-Class"
    assert found.events[0].place == "HOUSTON, TX"


def test_of_a_number_given_out_again_the_newest_tracker_counts() -> None:
    old = {**ROW, "created_at": "2025-01-01T00:00:00Z", "status": "delivered"}
    new = {**ROW, "created_at": "2026-07-01T00:00:00Z", "tracking_code": "94001"}
    other = {**ROW, "created_at": "2024-01-01T00:00:00Z", "carrier": "UPS"}
    assert newest([new, old, other]) == [other, new]


def test_an_old_tracker_of_the_number_overwrites_nothing(it: EasyPostAdapter) -> None:
    number = it.store.ship()
    it.easypost.older = [
        {
            **ROW,
            "tracking_code": number,
            "created_at": "2025-01-01T00:00:00Z",
            "status": "delivered",
        }
    ]
    (item,) = items_of(it.read())
    assert isinstance(item, Envelope)
    assert item.to_wire()["data"]["state"] == "in_transit"


def test_a_tracker_that_cannot_be_read_costs_no_other() -> None:
    item = parse_tracker({**ROW, "tracking_details": {"a": 1}})
    assert isinstance(item, BadRecord)
    assert item.path == "tracking_details"


def test_numbers_not_followed_yet_get_a_tracker_once(it: EasyPostAdapter) -> None:
    it.store.ship("RR1000001", registered=False)
    first = it.read(source=it.open(carriers={"sf": "SFExpress"}))
    assert it.easypost.made == [{"tracking_code": "RR1000001", "carrier": "SFExpress"}]
    assert set(ids_of(first)) == it.ids()
    it.read(first[-1].cursor)
    assert len(it.easypost.made) == 1


def test_a_number_that_easypost_does_not_take_is_told_and_left(
    it: EasyPostAdapter,
) -> None:
    it.store.parcels[1] = OpenParcel(id="1", tracking_number="A1")
    good = it.store.ship()
    with capture_logs() as logs:
        assert ids_of(it.read()) == [it.id_of(good)]
    told = [each["code"] for each in logs if each["event"] == "tracking_number_refused"]
    assert told == ["TRACKER.CREATE.ERROR"]


@pytest.mark.parametrize("body", [[], {}, {"trackers": {}}])
def test_an_answer_of_another_shape_is_an_error(it: EasyPostAdapter, body: Any) -> None:
    it.store.ship()
    it.faults.add("status", body=body, times=100)
    with pytest.raises(Incomplete) as caught:
        it.read()
    assert caught.value.remedy


# ------------------------------------------------------------------------ webhooks
def test_the_secret_is_taken_in_its_decomposed_form() -> None:
    assert signature(SIGNED, SECRET) == f"hmac-sha256-hex={NFKD}"
    assert signature(SIGNED, SECRET) != f"hmac-sha256-hex={NFC}"


def pushed(data: Any, secret: str = SECRET, body: bytes | None = None) -> Delivery:
    raw = json.dumps(data).encode()
    headers = {"x-hmac-signature": signature(raw, secret)}
    return Delivery(headers, {}, body or raw, datetime.now(UTC))


EVENT = {
    "object": "Event",
    "id": "evt_1",
    "description": "tracker.updated",
    "result": {"carrier": CARRIER, "tracking_code": "9400 1"},
}


def test_a_signed_delivery_names_what_to_fetch() -> None:
    receipt = EasyPostHook((SECRET,)).read(pushed(EVENT))
    (trigger,) = receipt.triggers
    assert (trigger.kind, trigger.external_id) == ("shipment", f"{CARRIER}:94001")
    assert receipt.event == "evt_1"
    other = {**EVENT, "description": "refund.successful"}
    assert not EasyPostHook((SECRET,)).read(pushed(other)).triggers


def test_forged_or_rewritten_deliveries_are_refused() -> None:
    hook = EasyPostHook((SECRET,))
    for delivery in (
        pushed(EVENT, "wrong"),
        pushed(EVENT, body=json.dumps(EVENT, indent=1).encode()),
        Delivery({}, {}, b"{}", datetime.now(UTC)),
        Delivery({"x-hmac-signature": NFC}, {}, SIGNED, datetime.now(UTC)),
    ):
        with pytest.raises(Forged):
            hook.read(delivery)


def test_both_secrets_hold_while_one_is_rotated() -> None:
    hook = EasyPostHook(("new", "old"))
    assert hook.read(pushed(EVENT, "new")).triggers
    assert hook.read(pushed(EVENT, "old")).triggers


@pytest.mark.parametrize(
    "result", [None, [], {}, {"carrier": "a"}, {"carrier": 1, "tracking_code": "x"}]
)
def test_a_signed_delivery_without_a_number_is_unreadable(result: Any) -> None:
    with pytest.raises(Rejected):
        EasyPostHook((SECRET,)).read(pushed({**EVENT, "result": result}))
