"""What only SF does: Java's signature, two layers of success, codes that lie."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest

from sync_agent.connectors.sf import CONNECTOR
from sync_agent.connectors.sf.client import digest
from sync_agent.connectors.sf.hook import TAKEN_JSON, TAKEN_XML, SfHook
from sync_agent.connectors.sf.parcels import parse_route
from sync_agent.errors import Fatal, Forged, NeedsCredentials, Rejected, Retryable
from sync_agent.port import Delivery
from sync_agent.records import BadRecord, Envelope, Shipment
from tests.fakes.carriers.sf import FakeSf
from tests.fakes.carriers.store import CarrierStore

from .adapters import ids_of
from .shops.sf import SfAdapter

WORD = "a-long-random-word"


@pytest.fixture
def it() -> Iterator[SfAdapter]:
    with FakeSf(CarrierStore(moving="31", prefix="SF")) as fake:
        yield SfAdapter(fake)


def shipment(*routes: dict[str, Any]) -> Shipment:
    for hour, route in enumerate(routes):
        route.setdefault("acceptTime", f"2026-07-01 {hour:02d}:00:00")
    item = parse_route({"mailNo": "SF1", "routes": list(routes)})
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Shipment)
    return item.data


@pytest.mark.parametrize(
    ("op_code", "state"),
    [
        ("50", "picked_up"),
        ("54", "picked_up"),
        ("31", "in_transit"),
        ("607", "in_transit"),
        ("44", "out_for_delivery"),
        ("204", "out_for_delivery"),
        ("125", "available_for_pickup"),
        ("70", "delivery_failed"),
        ("648", "returning"),
        ("99", "returning"),
        ("80", "delivered"),
        ("8000", "delivered"),
        ("4711", "unknown"),
    ],
)
def test_every_code_has_its_state(op_code: str, state: str) -> None:
    found = shipment({"opCode": op_code})
    assert (found.state, found.state_raw) == (state, op_code)


@pytest.mark.parametrize(
    ("route", "state"),
    [
        ({"opCode": "8000", "reasonCode": "6"}, "exception"),
        ({"opCode": "8000", "reasonCode": "2"}, "exception"),
        ({"opCode": "70", "reasonCode": "46"}, "cancelled"),
        ({"opCode": "70", "reasonCode": "29"}, "delivery_failed"),
        ({"opCode": "31", "secondaryStatusCode": "204"}, "customs"),
        ({"opCode": "204", "secondaryStatusCode": "301"}, "out_for_delivery"),
        ({"opCode": "4711", "firstStatusCode": "4"}, "delivered"),
        ({"opCode": "648", "firstStatusCode": "-"}, "returning"),
        ({"opCode": "4711", "firstStatusCode": "13"}, "out_for_delivery"),
        ({"opCode": "70", "secondaryStatusCode": "1301"}, "delivery_failed"),
    ],
)
def test_reasons_and_newer_codes_say_more(route: dict[str, Any], state: str) -> None:
    assert shipment(route).state == state


def test_repeats_are_one_and_times_are_those_of_beijing() -> None:
    """Demand 17: three of four routes are repeats, in any order."""
    late = {"opCode": "80", "acceptTime": "2026-07-02 09:00:00", "remark": "签收"}
    early = {"opCode": "50", "acceptTime": "2026-07-01 20:30:00", "remark": "收件"}
    found = shipment(dict(late), dict(early), dict(late), dict(early), dict(late))
    assert [event.state for event in found.events] == ["picked_up", "delivered"]
    assert found.shipped_at == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert found.delivered_at == datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert found.state == "delivered"


def test_a_route_that_cannot_be_read_costs_no_other() -> None:
    item = parse_route({"mailNo": "SF1", "routes": {"a": 1}})
    assert isinstance(item, BadRecord)
    assert item.path == "routes"


def test_the_signature_is_that_of_java() -> None:
    """Made with openssl over the text that Java's URLEncoder gives."""
    text = '{"a": "茶 ~*-._\'!()"}'
    assert digest(text, "1700000000000", "secret") == "TRwdOSoUyWP+ZuWThMp3Yw=="


def test_only_parcels_of_sf_are_asked_about_by_the_receivers_phone(
    it: SfAdapter,
) -> None:
    it.store.ship("SF1000001")
    other = it.store.ship("YT1000002")
    key = max(it.store.parcels)
    it.store.parcels[key] = it.store.parcels[key].model_copy(update={"carrier": "YTO"})
    assert ids_of(it.read()) == ["sf:SF1000001"]
    assert it.sf.asked == [
        {
            "language": "zh-CN",
            "trackingType": "1",
            "trackingNumber": ["SF1000001"],
            "methodType": "1",
            "checkPhoneNo": "8000",
        }
    ]
    assert other in it.store.tracked


def test_receivers_with_other_phones_are_asked_about_apart(it: SfAdapter) -> None:
    for phone in ("13800138000", "+86 139 0000 1111", None):
        it.store.ship()
        key = max(it.store.parcels)
        parcel = it.store.parcels[key].model_copy(update={"phone": phone})
        it.store.parcels[key] = parcel
    it.read()
    assert [each.get("checkPhoneNo") for each in it.sf.asked] == ["8000", "1111", None]


def test_a_number_without_any_route_is_left_out(it: SfAdapter) -> None:
    number = it.store.ship()
    it.store.tracked[number].scans.clear()
    assert ids_of(it.read()) == []


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("A1003", NeedsCredentials),
        ("A1006", NeedsCredentials),
        ("A1002", Fatal),
        ("A1005", Retryable),
        ("A1099", Retryable),
        ("A1001", Fatal),
        ("", Fatal),
    ],
)
def test_refusals_of_the_gateway_are_told_apart(
    it: SfAdapter, code: str, kind: type[Exception]
) -> None:
    it.store.ship()
    it.faults.add("status", body={"apiResultCode": code}, times=100)
    with pytest.raises(kind) as caught:
        it.read()
    assert getattr(caught.value, "remedy", "")
    assert "A1001" not in code or "A1001" in str(caught.value)


def test_a_good_gateway_does_not_make_a_good_answer(it: SfAdapter) -> None:
    """A1000 means only that the gateway is well."""
    it.store.ship()
    it.sf.code = "8024"
    with pytest.raises(Fatal, match="8024"):
        it.read()
    for data in ("no json", "[" * 100_000, None, "[]"):
        body = {"apiResultCode": "A1000", "apiResultData": data}
        it.faults.add("status", body=body)
        with pytest.raises(Retryable):
            it.read()


# ------------------------------------------------------------------------ webhooks
def pushed(body: bytes, key: str | None = WORD) -> Delivery:
    query = {} if key is None else {"key": key}
    return Delivery({}, query, body, datetime.now(UTC))


ROUTES = [{"mailno": "SF1000001", "opCode": "80"}, {"mailno": "SF1000001"}]
AS_JSON = json.dumps({"Body": {"WaybillRoute": ROUTES}}).encode()
XML = (
    "<Request service='RoutePushService'><Body>"
    '<WaybillRoute id="1" mailno="SF1000001" remark="已签收"/>'
    '<WaybillRoute id="2" mailno="SF1000002"/></Body></Request>'
)
AS_XML = urlencode({"content": XML}).encode()


def test_a_push_in_json_names_what_to_fetch() -> None:
    receipt = SfHook((WORD,)).read(pushed(AS_JSON))
    assert [each.external_id for each in receipt.triggers] == ["sf:SF1000001"]
    assert receipt.triggers[0].payload is None
    assert receipt.body == TAKEN_JSON
    assert json.loads(TAKEN_JSON)["return_code"] == "0000"


def test_a_push_in_xml_names_what_to_fetch() -> None:
    receipt = SfHook((WORD,)).read(pushed(AS_XML))
    assert [each.external_id for each in receipt.triggers] == [
        "sf:SF1000001",
        "sf:SF1000002",
    ]
    assert receipt.body == TAKEN_XML


@pytest.mark.parametrize("key", [None, "", "wrong", "\udcff"])
def test_a_push_to_an_address_without_the_word_is_refused(key: str | None) -> None:
    for body in (AS_JSON, AS_XML):
        with pytest.raises(Forged):
            SfHook((WORD,)).read(pushed(body, key))
        with pytest.raises(Forged):
            SfHook(()).read(pushed(body, key))


def test_both_words_hold_while_one_is_changed() -> None:
    hook = SfHook(("new", "old"))
    assert hook.read(pushed(AS_JSON, "new")).triggers
    assert hook.read(pushed(AS_JSON, "old")).triggers


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b'{"Body": []}',
        b'{"Body": {"WaybillRoute": [1, {"mailno": 5}]}}',
        b'{"Body":' * 100_000,
        b"content=%3Cx%3E",
        b"\xff",
    ],
    ids=["nothing", "empty", "list", "ill-typed", "deep", "no route", "no text"],
)
def test_a_push_that_makes_no_sense_is_unreadable(body: bytes) -> None:
    with pytest.raises(Rejected):
        SfHook((WORD,)).read(pushed(body))


def test_the_connector_offers_its_hook() -> None:
    assert CONNECTOR.hook is not None
