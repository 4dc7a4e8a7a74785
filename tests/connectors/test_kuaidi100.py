"""What only Kuaidi100 does: locks, phones, subscriptions, pushes of whole histories."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from pydantic import ValidationError
from structlog.testing import capture_logs

from sync_agent.connectors.kuaidi100 import CONNECTOR
from sync_agent.connectors.kuaidi100.client import _phone
from sync_agent.connectors.kuaidi100.hook import TAKEN, Kuaidi100Hook
from sync_agent.connectors.kuaidi100.parcels import parse_parcel
from sync_agent.errors import Fatal, Forged, NeedsCredentials, Rejected, Retryable
from sync_agent.port import Delivery
from sync_agent.records import Envelope, Shipment
from sync_agent.records.open_parcel import OpenParcel
from tests.fakes.carriers.kuaidi100 import CARRIER, FakeKuaidi100, row_of
from tests.fakes.carriers.store import CarrierStore

from .adapters import ids_of
from .shops.kuaidi100 import Kuaidi100Adapter

SALT = "s4lt"
CALLBACK = "https://agent.example/hooks/kuaidi"


@pytest.fixture
def it() -> Iterator[Kuaidi100Adapter]:
    with FakeKuaidi100(CarrierStore(moving="1001", prefix="SF")) as fake:
        yield Kuaidi100Adapter(fake)


def shipment(row: dict[str, Any], **over: Any) -> Shipment:
    item = parse_parcel(row, **over)
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Shipment)
    return item.data


ROW = {"nu": "YT1", "com": "yuantong", "state": "0"}


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("0", "in_transit"),
        ("1", "picked_up"),
        ("101", "info_received"),
        ("103", "picked_up"),
        ("1002", "in_transit"),
        ("7", "in_transit"),
        ("10", "customs"),
        ("13", "exception"),
        ("5", "out_for_delivery"),
        ("501", "available_for_pickup"),
        ("2", "exception"),
        ("203", "exception"),
        ("6", "returning"),
        ("14", "returning"),
        ("304", "delivered"),
        ("401", "cancelled"),
        ("999", "unknown"),
    ],
)
def test_every_code_has_its_state(code: str, state: str) -> None:
    found = shipment({**ROW, "state": code})
    assert (found.state, found.state_raw) == (state, code)


def test_times_are_those_of_beijing_and_the_history_is_turned_round() -> None:
    data = [
        {"time": "2026-07-02 09:00:00", "context": "已签收", "statusCode": "301"},
        {"time": "2026-07-01 20:30:00", "context": "已揽收", "status": "揽收"},
        {"ftime": "2026-07-01 21:00:00", "context": "离开", "status": "未知词"},
    ]
    found = shipment({**ROW, "state": "3", "data": data})
    assert [event.state for event in found.events] == [
        "picked_up",
        "unknown",
        "delivered",
    ]
    assert found.shipped_at == datetime(2026, 7, 1, 12, 30, tzinfo=UTC)
    assert found.delivered_at == datetime(2026, 7, 2, 1, tzinfo=UTC)
    assert found.events[1].state_raw == "未知词"


def test_a_number_that_is_no_longer_followed_has_expired() -> None:
    assert shipment(ROW, aborted=True).state == "expired"
    assert shipment({**ROW, "state": "3"}, aborted=True).state == "delivered"


def test_carriers_are_known_by_name_or_number_and_phones_go_along(
    it: Kuaidi100Adapter,
) -> None:
    it.store.ship("SF1000001")
    it.store.parcels[2] = OpenParcel(
        id="2", tracking_number="7300001", carrier="中通快递"
    )
    it.store.parcels[3] = OpenParcel(id="3", tracking_number="XX10001", carrier="Hans")
    with capture_logs() as logs:
        it.read()
    asked = [e for e in logs if e["event"] == "tracking_carrier_unknown"]
    assert [e["carrier"] for e in asked] == ["Hans"]


@pytest.mark.parametrize(
    ("phone", "sent"),
    [
        ("+86 138 0013 8000", "13800138000"),
        ("138****8000", "8000"),
        ("13800138000-1234", "1234"),
        ("12", ""),
        (None, ""),
    ],
)
def test_a_phone_is_sent_whole_or_by_its_last_digits(
    phone: str | None, sent: str
) -> None:
    assert _phone(phone) == sent


def test_a_number_without_its_phone_is_told_and_left(it: Kuaidi100Adapter) -> None:
    good = it.store.ship("SF1000001")
    it.faults.add(
        "status", body={"result": False, "returnCode": "408", "message": "手机号错误"}
    )
    it.store.ship("SF1000002")
    with capture_logs() as logs:
        found = ids_of(it.read())
    assert found == [it.id_of("SF1000002")]
    (told,) = [each for each in logs if each["event"] == "tracking_number_refused"]
    assert told["number"] == good


def test_no_number_is_asked_about_twice_in_thirty_minutes(
    it: Kuaidi100Adapter,
) -> None:
    number = it.store.ship("SF1000001")
    stream = it.stream_of(it.open())
    cursor = None
    for _each in range(10):
        pages = list(stream.read(cursor, full=False, started=it.clock.now()))
        cursor = pages[-1].cursor
        list(stream.read(cursor, full=True, started=it.clock.now()))
        it.clock.jump(29)
    assert it.kuaidi100.locked == set()
    assert number in it.store.tracked
    with pytest.raises(ValidationError):
        it.open(minutes_between=29)


def test_new_numbers_are_subscribed_and_known_ones_stay_so(
    it: Kuaidi100Adapter,
) -> None:
    number = it.store.ship("SF1000001")
    source = it.open(callback_url=CALLBACK, webhook_secret=SALT)
    first = it.read(source=source)
    assert it.kuaidi100.subscribed[number]["parameters"] == {
        "callbackurl": CALLBACK,
        "resultv2": "6",
        "autoCom": "1",
        "salt": SALT,
        "phone": "13800138000",
    }
    assert ids_of(it.read(first[-1].cursor, source=source)) == [it.id_of(number)]


def test_a_subscription_that_is_refused_stops_no_other(it: Kuaidi100Adapter) -> None:
    it.store.parcels[9] = OpenParcel(id="1", tracking_number="SF12", carrier="SF")
    it.store.parcels[10] = OpenParcel(id="2", tracking_number="SF99999", carrier="SF")
    with capture_logs() as logs:
        it.read(source=it.open(callback_url=CALLBACK))
    assert "SF99999" in it.kuaidi100.subscribed
    assert any(e["event"] == "tracking_number_refused" for e in logs)


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("503", NeedsCredentials),
        ("601", NeedsCredentials),
        ("600", NeedsCredentials),
        ("502", Retryable),
        ("999", Fatal),
    ],
)
def test_refusals_in_a_good_answer_are_told_apart(
    it: Kuaidi100Adapter, code: str, kind: type[Exception]
) -> None:
    it.store.ship()
    body = {"result": False, "returnCode": code, "message": "不行"}
    it.faults.add("status", body=body, times=100)
    with pytest.raises(kind) as caught:
        it.read()
    assert getattr(caught.value, "remedy", "")


def test_another_server_is_told(it: Kuaidi100Adapter) -> None:
    it.store.ship()
    it.faults.add("status", body=[], times=100)
    with pytest.raises(Fatal, match="not Kuaidi100"):
        it.read()


# ------------------------------------------------------------------------ webhooks
def pushed(data: Any, salt: str = SALT, **over: str) -> Delivery:
    param = data if isinstance(data, str) else json.dumps(data, ensure_ascii=False)
    sign = hashlib.md5(f"{param}{salt}".encode(), usedforsecurity=False).hexdigest()
    form = {"sign": sign.upper(), "param": param, **over}
    return Delivery({}, {}, urlencode(form).encode(), datetime.now(UTC))


def push_of(store: CarrierStore, number: str, status: str = "polling") -> Any:
    return {"status": status, "lastResult": row_of(store.tracked[number])}


def test_a_signed_push_is_read_and_answered_in_its_own_words() -> None:
    store = CarrierStore(moving="1001")
    number = store.ship("SF1000001")
    store.scan(number, "快件已签收", "301")
    hook = Kuaidi100Hook((SALT,))
    receipt = hook.read(pushed(push_of(store, number)))
    assert receipt.body == TAKEN
    assert json.loads(TAKEN) == {
        "result": True,
        "returnCode": "200",
        "message": "成功",
    }
    (trigger,) = receipt.triggers
    assert trigger.external_id == f"{CARRIER}:{number}"
    (item,) = hook.items(trigger)
    assert isinstance(item, Envelope)
    assert item.external_id == trigger.external_id
    assert item.to_wire()["data"]["state"] == "delivered"


def test_the_end_of_following_is_told() -> None:
    store = CarrierStore(moving="1001")
    number = store.ship("SF1000001")
    hook = Kuaidi100Hook((SALT,))
    (trigger,) = hook.read(pushed(push_of(store, number, "abort"))).triggers
    (item,) = hook.items(trigger)
    assert isinstance(item, Envelope)
    assert item.to_wire()["data"]["state"] == "expired"


def test_a_push_and_an_answer_make_the_same_record(it: Kuaidi100Adapter) -> None:
    number = it.store.ship("SF1000001")
    hook = Kuaidi100Hook((SALT,))
    (trigger,) = hook.read(pushed(push_of(it.store, number))).triggers
    (item,) = hook.items(trigger)
    (asked,) = [i for page in it.read() for i in page.items]
    assert item == asked


def test_forged_or_rewritten_pushes_are_refused() -> None:
    store = CarrierStore(moving="1001")
    push = push_of(store, store.ship("SF1000001"))
    hook = Kuaidi100Hook((SALT,))
    for delivery in (
        pushed(push, "wrong"),
        pushed(push, sign=""),
        pushed(push, param=json.dumps(push, indent=1)),
        Delivery({}, {}, b"", datetime.now(UTC)),
    ):
        with pytest.raises(Forged):
            hook.read(delivery)
    with pytest.raises(Forged):
        Kuaidi100Hook(()).read(pushed(push, ""))


def test_both_salts_hold_while_one_is_changed() -> None:
    store = CarrierStore(moving="1001")
    push = push_of(store, store.ship("SF1000001"))
    hook = Kuaidi100Hook(("new", "old"))
    assert hook.read(pushed(push, "new")).triggers
    assert hook.read(pushed(push, "old")).triggers


@pytest.mark.parametrize(
    "data",
    [
        "[" * 100_000,
        "no json",
        {},
        {"lastResult": []},
        {"lastResult": {"com": "sf"}},
        {"lastResult": {"com": 1, "nu": "x"}},
    ],
    ids=["deep", "text", "empty", "list", "no number", "ill-typed"],
)
def test_a_signed_push_that_makes_no_sense_is_unreadable(data: Any) -> None:
    with pytest.raises(Rejected):
        Kuaidi100Hook((SALT,)).read(pushed(data))


@pytest.mark.parametrize("body", [b"\xff\xfe", b"a=1&" * 1000])
def test_a_body_that_is_no_form_is_unreadable(body: bytes) -> None:
    with pytest.raises(Rejected):
        Kuaidi100Hook((SALT,)).read(Delivery({}, {}, body, datetime.now(UTC)))


def test_the_connector_offers_its_hook() -> None:
    assert CONNECTOR.hook is not None
