"""What only AfterShip does: windows that it does not say, numbers followed once."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from sync_agent.connectors.aftership import CONNECTOR
from sync_agent.connectors.aftership.hook import AfterShipHook
from sync_agent.connectors.aftership.parcels import parse_tracking
from sync_agent.errors import Fatal, Forged, Incomplete, Rejected
from sync_agent.port import Delivery
from sync_agent.records import BadRecord, Envelope, Shipment
from sync_agent.records.open_parcel import OpenParcel
from tests.fakes.carriers.aftership import SLUG, FakeAfterShip
from tests.fakes.carriers.store import CarrierStore

from .adapters import ids_of
from .shops.aftership import AfterShipAdapter

SECRET = "s3cret-of-the-hook"


@pytest.fixture
def it() -> Iterator[AfterShipAdapter]:
    with FakeAfterShip(CarrierStore(moving="InTransit_007")) as fake:
        yield AfterShipAdapter(fake)


def shipment(row: dict[str, Any], zone: str = "UTC") -> Shipment:
    item = parse_tracking(row, ZoneInfo(zone))
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Shipment)
    return item.data


ROW = {"slug": "dhl", "tracking_number": "JD1", "tag": "InTransit"}


@pytest.mark.parametrize(
    ("tag", "subtag", "state"),
    [
        ("Pending", "Pending_001", "pending"),
        ("InfoReceived", "InfoReceived_001", "info_received"),
        ("InTransit", "InTransit_002", "picked_up"),
        ("InTransit", "InTransit_007", "in_transit"),
        ("InTransit", "InTransit_005", "customs"),
        ("InTransit", "InTransit_099", "in_transit"),
        ("OutForDelivery", "OutForDelivery_001", "out_for_delivery"),
        ("AvailableForPickup", "AvailableForPickup_001", "available_for_pickup"),
        ("AttemptFail", "AttemptFail_002", "delivery_failed"),
        ("Exception", "Exception_003", "exception"),
        ("Exception", "Exception_010", "returning"),
        ("Exception", "Exception_011", "returned"),
        ("Delivered", "Delivered_003", "delivered"),
        ("Expired", "Expired_001", "expired"),
        ("Teleported", None, "unknown"),
    ],
)
def test_every_word_has_its_state(tag: str, subtag: str | None, state: str) -> None:
    found = shipment({**ROW, "tag": tag, "subtag": subtag})
    assert found.state == state
    assert found.state_raw == (subtag or tag)


def test_times_without_a_zone_are_of_the_configured_one() -> None:
    point = {"checkpoint_time": "2026-07-01T10:00:00", "tag": "Delivered"}
    row = {**ROW, "tag": "Delivered", "checkpoints": [point]}
    assert shipment(row).delivered_at == datetime(2026, 7, 1, 10, tzinfo=UTC)
    there = shipment(row, "Europe/Berlin").delivered_at
    assert there == datetime(2026, 7, 1, 8, tzinfo=UTC)
    point["checkpoint_time"] = "2026-07-01T10:00:00+08:00"
    there = shipment(row, "Europe/Berlin").delivered_at
    assert there == datetime(2026, 7, 1, 2, tzinfo=UTC)


def test_the_promise_is_the_latest_that_is_expected() -> None:
    told = {
        "estimated_delivery_date": "2026-07-01",
        "estimated_delivery_date_max": "2026-07-03",
    }
    row = {**ROW, "courier_estimated_delivery_date": told, "expected_delivery": "2026"}
    assert shipment(row).promised_at == datetime(2026, 7, 3, tzinfo=UTC)
    row = {**ROW, "expected_delivery": "2026-07-02"}
    assert shipment(row).promised_at == datetime(2026, 7, 2, tzinfo=UTC)
    assert shipment(ROW).promised_at is None


def test_a_tracking_that_cannot_be_read_costs_no_other() -> None:
    item = parse_tracking({**ROW, "checkpoints": "none"}, ZoneInfo("UTC"))
    assert isinstance(item, BadRecord)
    assert item.path == "checkpoints"


def test_numbers_not_followed_yet_are_followed_once(it: AfterShipAdapter) -> None:
    it.store.ship("RR1000001", registered=False)
    source = it.open(carriers={"SF": "sf-express"})
    first = it.read(source=source)
    assert it.aftership.followed == [
        {"tracking_number": "RR1000001", "slug": "sf-express", "order_number": "S1"}
    ]
    assert set(ids_of(first)) == it.ids()
    assert set(ids_of(it.read(first[-1].cursor))) == it.ids()
    assert len(it.aftership.followed) == 1


def test_parcels_older_than_the_unsaid_window_are_found(it: AfterShipAdapter) -> None:
    """Trap 21: without a window only 30 days are listed."""
    number = it.store.ship()
    it.store.tracked[number].made -= timedelta(days=80)
    assert ids_of(it.read()) == [it.id_of(number)]
    assert it.aftership.followed == []


def test_a_shorter_window_than_asked_for_is_an_error(it: AfterShipAdapter) -> None:
    it.store.ship()
    it.aftership.forgets_window = True
    with pytest.raises(Incomplete) as caught:
        it.read()
    assert caught.value.remedy


def test_a_number_that_fills_several_pages_is_read_to_the_end(
    it: AfterShipAdapter,
) -> None:
    for _each in range(7):
        it.store.ship()
    it.aftership.page_rows = 2
    assert set(ids_of(it.read())) == it.ids()


def test_a_number_that_aftership_does_not_take_is_told_and_left(
    it: AfterShipAdapter,
) -> None:
    it.store.parcels[1] = OpenParcel(id="1", tracking_number="A1")
    good = it.store.ship()
    with capture_logs() as logs:
        assert ids_of(it.read()) == [it.id_of(good)]
    assert [e["code"] for e in logs if e["event"] == "tracking_number_refused"] == [
        4005
    ]


def test_a_number_followed_in_the_meantime_is_no_error(it: AfterShipAdapter) -> None:
    """Trap 9: the call was done, its answer never came."""
    it.store.ship("RR1000001", registered=False)
    it.faults.add("drop", skip=1)
    it.read()
    assert len(it.aftership.followed) == 1


def test_a_gateway_that_speaks_plain_text_is_tried_again(it: AfterShipAdapter) -> None:
    it.store.ship()
    it.faults.add("html", status=502, times=2)
    assert set(ids_of(it.read())) == it.ids()


@pytest.mark.parametrize("body", [[], {"data": {}}, {"data": {"trackings": {}}}])
def test_an_answer_of_another_shape_is_an_error(
    it: AfterShipAdapter, body: Any
) -> None:
    it.store.ship()
    it.faults.add("status", body=body, times=100)
    with pytest.raises((Fatal, Incomplete)) as caught:
        it.read()
    assert caught.value.remedy


def test_a_zone_that_does_not_exist_is_refused() -> None:
    with pytest.raises(ValidationError, match="no time zone"):
        CONNECTOR.settings(key="k", timezone="Mars/Olympus")


# ------------------------------------------------------------------------ webhooks
def pushed(data: Any, secret: str = SECRET, body: bytes | None = None) -> Delivery:
    raw = json.dumps(data).encode()
    digest = hmac.new(secret.encode(), raw, hashlib.sha256).digest()
    headers = {"aftership-hmac-sha256": base64.b64encode(digest).decode()}
    return Delivery(headers, {}, body or raw, datetime.now(UTC))


EVENT = {
    "event": "tracking_update",
    "event_id": "e1",
    "msg": {"slug": SLUG, "tracking_number": "rr 1"},
}


def test_a_signed_delivery_names_what_to_fetch() -> None:
    receipt = AfterShipHook((SECRET,)).read(pushed(EVENT))
    (trigger,) = receipt.triggers
    assert (trigger.kind, trigger.external_id) == ("shipment", f"{SLUG}:RR1")
    assert receipt.event == "e1"
    other = {**EVENT, "event": "edd_revise"}
    assert not AfterShipHook((SECRET,)).read(pushed(other)).triggers


def test_forged_or_rewritten_deliveries_are_refused() -> None:
    hook = AfterShipHook((SECRET,))
    with pytest.raises(Forged):
        hook.read(pushed(EVENT, "wrong"))
    with pytest.raises(Forged):
        hook.read(pushed(EVENT, body=json.dumps(EVENT, indent=1).encode()))
    with pytest.raises(Forged):
        hook.read(Delivery({}, {}, b"{}", datetime.now(UTC)))
    with pytest.raises(Forged):
        AfterShipHook(()).read(pushed(EVENT))


def test_both_secrets_hold_while_one_is_rotated() -> None:
    hook = AfterShipHook(("new", "old"))
    assert hook.read(pushed(EVENT, "new")).triggers
    assert hook.read(pushed(EVENT, "old")).triggers


@pytest.mark.parametrize(
    "msg", [None, [], {}, {"slug": "a"}, {"slug": 1, "tracking_number": "x"}]
)
def test_a_signed_delivery_without_a_number_is_unreadable(msg: Any) -> None:
    with pytest.raises(Rejected):
        AfterShipHook((SECRET,)).read(pushed({**EVENT, "msg": msg}))
