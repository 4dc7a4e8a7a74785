"""The door of the real Odoo keeps its promises, over both ways of calling it."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from pydantic import SecretStr

from scripts.dev.testbed import RunningOdoo
from sync_agent.door import Batch, ComparisonReport, Report
from sync_agent.errors import AgentError, ConfigError, Fatal, NeedsCredentials
from sync_agent.odoo.door import OdooDoor
from sync_agent.records import BadRecord, Customer, Envelope, Order, OrderLine
from sync_agent.records.fields import version_of
from sync_agent.sync.reconcile import Reconciler
from sync_agent.sync.replay import replay_source
from sync_agent.sync.runner import Runner, check_contract
from tests.contract.test_samples import SAMPLES
from tests.e2e.conftest import TRANSPORTS, open_door
from tests.fakes.clock import FakeClock
from tests.fakes.shop import ListSource, ListStream

pytestmark = pytest.mark.odoo

AT = datetime(2026, 3, 1, 8, tzinfo=UTC)
V1, V2 = version_of(AT), version_of(AT + timedelta(hours=1))


def person(external_id: str, version: str = V1, **fields: Any) -> Envelope:
    fields.setdefault("name", f"Person {external_id}")
    return Envelope("customer", external_id, version, Customer(**fields))


def order(external_id: str, version: str = V1, *, total: str = "11.90", **more: Any):
    line = OrderLine(
        external_id="1", name="Tea", quantity=1, net="10.00", tax="1.90", total="11.90"
    )
    data = Order(
        number=f"S{external_id}",
        state="confirmed",
        ordered_at=more.pop("ordered_at", AT),
        currency="EUR",
        lines=(line,),
        total=total,
        **more,
    )
    return Envelope("order", external_id, version, data)


def batch(code: str, *items: Envelope | BadRecord, **over: Any) -> Batch:
    values: dict[str, Any] = {
        "source": code,
        "stream": "all",
        "run": "r1",
        "seq": 1,
        "cursor_before": None,
        "cursor_after": {"at": 1},
        "records": [item.to_wire() for item in items],
    }
    return Batch(**{**values, **over})


def test_hello_tells_who_answers(door: OdooDoor, odoo: RunningOdoo, code: str) -> None:
    hello = door.hello(code)
    check_contract(hello)
    assert hello.odoo == "19.0"
    assert hello.database == odoo.database
    assert hello.user == odoo.sync_login
    assert abs((datetime.now(UTC) - hello.server_time).total_seconds()) < 60
    assert hello.company["currency"] == "CNY"
    assert hello.source is None
    assert hello.streams == {}


def test_a_push_stores_and_hello_tells_the_cursor(door: OdooDoor, code: str) -> None:
    report = Report("complete", watermark=AT, platform="Test 1", agent="0")
    answer = door.push(batch(code, person("1"), person("2"), report=report))
    assert (answer.status, answer.counts) == ("ok", {"created": 2})
    hello = door.hello(code)
    assert hello.source is not None
    assert hello.source["open_rejects"] == 0
    assert hello.streams["all"].cursor == {"at": 1}
    assert hello.streams["all"].watermark == AT


def test_a_push_that_comes_twice_is_answered_twice(door: OdooDoor, code: str) -> None:
    first = batch(code, person("1"), order("7", total="11.91"))
    assert door.push(first).status == "ok"
    again = door.push(first)
    assert again.status == "repeated"
    assert again.counts == {"created": 1, "rejected": 1}
    assert [r.path for r in again.refusals] == ["total"]


def test_a_push_on_another_cursor_is_a_conflict(door: OdooDoor, code: str) -> None:
    door.push(batch(code, person("1")))
    answer = door.push(batch(code, person("2"), run="r2"))
    assert (answer.status, answer.cursor) == ("conflict", {"at": 1})
    assert [i for i, _v, _h in door.known(code, "customer").items] == ["1"]


def test_an_older_version_is_stale_and_the_same_is_unchanged(
    door: OdooDoor, code: str
) -> None:
    pushed = [
        door.push(batch(code, item, run=f"r{n}", stream=f"s{n}")).counts
        for n, item in enumerate(
            [person("1", V2, name="New"), person("1", V1), person("1", V2, name="New")]
        )
    ]
    assert pushed == [{"created": 1}, {"stale": 1}, {"unchanged": 1}]


def test_known_gives_the_hash_that_the_agent_computes(
    door: OdooDoor, code: str
) -> None:
    items = [person(str(n), name=f"名 {n}") for n in range(7)]
    door.push(batch(code, *items))
    source = ListSource({item.external_id: item for item in items})
    comparison = Reconciler(door, FakeClock()).run(code, source, "customer")
    assert comparison.known == 7
    assert comparison.differences == []
    first = door.known(code, "customer", limit=3)
    assert len(first.items) == 3
    rest = door.known(code, "customer", after=first.next or "", limit=50)
    assert [i for i, _v, _h in [*first.items, *rest.items]] == [
        str(n) for n in range(7)
    ]
    assert rest.next is None


def test_a_whole_run_and_a_second_one(door: OdooDoor, code: str) -> None:
    items = [person(str(n)) for n in range(25)]
    stream = ListStream(items, page_size=10)
    runner = Runner(door, FakeClock())
    assert runner.run(code, stream, None).counts == {"created": 25}
    cursor = door.hello(code).streams["customers"].cursor
    assert runner.run(code, stream, cursor).counts == {}
    assert runner.run(code, stream, cursor, full=True).counts == {"unchanged": 25}


def test_the_reconcile_mends_and_marks_gone(door: OdooDoor, code: str) -> None:
    door.push(batch(code, *(order(str(n)) for n in range(4))))
    changed = replace(order("1", note="Ring twice"), version=V1)
    truth = {"0": order("0"), "1": changed, "9": order("9")}
    source = ListSource(dict(truth), kinds=("order",))
    comparison = Reconciler(door, FakeClock()).run(code, source, "order")
    assert comparison.outcome is not None
    assert comparison.outcome.counts == {"created": 1, "updated": 1, "gone": 2}
    again = Reconciler(door, FakeClock()).run(code, source, "order")
    assert again.differences == []
    report = ComparisonReport("r", "comparing", 3, 3, missing_count=1)
    row = {
        "external_id": "9",
        "what": "differing",
        "odoo_version": "",
        "shop_version": "",
    }
    door.compared(code, "order", report, [row])
    door.compared(code, "order", replace(report, state="mended"))
    assert again.known == 3


def test_rejects_are_replayed_and_fetched_anew(door: OdooDoor, code: str) -> None:
    bad = BadRecord("customer", "2", V1, "name", "is missing", {"id": 2})
    door.push(batch(code, order("1", total="11.91"), bad))
    source = ListSource({"2": person("2")})
    replay = replay_source(door, code, source)
    assert [r.external_id for r in replay.still_rejected] == ["1"]
    assert replay.outcome is not None
    assert replay.outcome.counts == {"created": 1}
    assert door.replay(code).refetch == []


@pytest.mark.parametrize(
    ("over", "said"),
    [
        ({"stream": "Ürders"}, "stream"),
        ({"seq": 0}, "seq"),
        ({"records": [{}] * 5001}, "5"),
    ],
)
def test_a_malformed_call_names_what_is_wrong(
    door: OdooDoor, code: str, over: dict[str, Any], said: str
) -> None:
    with pytest.raises(Fatal, match=said):
        door.push(batch(code, **over))


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_every_sample_of_the_contract(odoo: RunningOdoo, transport: str) -> None:
    opened = open_door(odoo, transport)
    for number, (name, sample) in enumerate(SAMPLES.items()):
        source = f"{transport}-{number}"
        for call in [*sample.get("before", []), sample["call"]]:
            raw = {**call, "source": source}
            answer = opened._caller.call("push", json.loads(json.dumps(raw)))
        for key, value in sample["expect"].items():
            assert _fits(value, answer[key]), f"{name}: {key}: {answer[key]}"
    opened.close()


@pytest.mark.parametrize("transport", TRANSPORTS)
def test_open_parcels_are_told_to_a_carrier(odoo: RunningOdoo, transport: str) -> None:
    opened = open_door(odoo, transport)
    shop, number = f"shop-{transport}", f"{transport.upper()} 123-456"
    data = {
        "order_external_id": "o1",
        "tracking_number": number,
        "state": "in_transit",
    }
    record = {"kind": "shipment", "external_id": "s1", "version": "", "data": data}
    opened.push(batch(shop, records=[record]))
    page = opened.parcels("carrier", limit=1000)
    assert number in {parcel.tracking_number for parcel in page.items}
    assert page.next is None
    (parcel,) = opened.parcels("carrier", numbers=[number.lower()]).items
    assert parcel.tracking_number == number
    assert opened.parcels("carrier", after=parcel.id).items == []
    assert opened.parcels(shop, numbers=[number]).items == []
    opened.close()


def _fits(expected: Any, given: Any) -> bool:
    if isinstance(expected, dict):
        return all(_fits(value, given.get(key)) for key, value in expected.items())
    if isinstance(expected, list):
        return len(expected) == len(given) and all(
            _fits(one, other) for one, other in zip(expected, given, strict=True)
        )
    return bool(expected == given)


@pytest.mark.parametrize(
    ("transport", "over", "error"),
    [
        ("json2", {"api_key": SecretStr("0" * 40)}, NeedsCredentials),
        ("odoorpc", {"api_key": SecretStr("0" * 40)}, NeedsCredentials),
        ("odoorpc", {"login": "nobody"}, NeedsCredentials),
        (
            "odoorpc",
            {"login": "sales", "api_key": SecretStr("sales")},
            NeedsCredentials,
        ),
        ("odoorpc", {"database": "no_such_database"}, AgentError),
        ("json2", {"database": "no_such_database"}, AgentError),
    ],
    ids=[
        "json2 wrong key",
        "odoorpc wrong key",
        "odoorpc unknown login",
        "odoorpc without the group",
        "odoorpc wrong database",
        "json2 wrong database",
    ],
)
def test_a_refused_caller_is_told_what_to_do(
    odoo: RunningOdoo, transport: str, over: dict[str, Any], error: type[AgentError]
) -> None:
    opened = open_door(odoo, transport, **over)
    with pytest.raises(error) as caught:
        opened.hello()
    assert caught.value.remedy
    assert "Traceback" not in str(caught.value)
    opened.close()


def test_a_password_works_over_odoorpc(odoo: RunningOdoo) -> None:
    """The administrator's password is taken: what is told is his missing group."""
    secret = SecretStr(odoo.admin_password)
    over = {"login": odoo.admin_login, "password": secret, "api_key": None}
    opened = open_door(odoo, "odoorpc", **over)
    with pytest.raises(NeedsCredentials, match=r"denied the right.*Sync agent"):
        opened.hello()
    opened.close()


def test_a_server_without_the_addon_is_told(odoo: RunningOdoo) -> None:
    opened = open_door(odoo, "json2", url=odoo.url + "/nothing")
    with pytest.raises(ConfigError):
        opened.hello()
    opened.close()
