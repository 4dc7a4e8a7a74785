"""The door's answers, typed; its calls, tried again."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pytest

from sync_agent.door import Batch, Refusal, Report
from sync_agent.errors import Fatal, Retryable
from sync_agent.odoo.door import OdooDoor
from tests.fakes.clock import FakeClock

HELLO = {
    "contract": {"min": 1, "max": 2},
    "server_time": "2026-11-21T20:51:04Z",
    "odoo": "19.0",
    "addon": "19.0.1.0.0",
    "database": "crm",
    "user": "sync@example.com",
    "company": {"name": "Crane", "currency": "EUR", "tz": "Europe/Berlin"},
    "key_expires_in_days": 81,
    "source": {"code": "shop", "name": "Shop", "state": "ok", "open_rejects": 0},
    "streams": {
        "orders": {
            "cursor": {"mark": "x"},
            "watermark": "2026-11-21T20:40:00Z",
            "state": "ok",
            "last_run": None,
            "lag_s": 640,
        }
    },
}


class Scripted:
    """Answers as it is told; an exception is raised."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, Mapping[str, Any]]] = []
        self.closed = False

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        self.calls.append((method, arguments))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed = True


def door(*answers: Any) -> tuple[OdooDoor, Scripted, FakeClock]:
    caller, clock = Scripted(*answers), FakeClock()
    return OdooDoor(caller, clock), caller, clock


def batch(**over: Any) -> Batch:
    values: dict[str, Any] = {
        "source": "shop",
        "stream": "orders",
        "run": "r1",
        "seq": 1,
        "cursor_before": None,
        "cursor_after": {"at": 1},
        "records": [],
    }
    return Batch(**{**values, **over})


def test_hello_tells_the_streams_with_aware_times() -> None:
    odoo, caller, _clock = door(HELLO)
    hello = odoo.hello("shop")
    assert caller.calls == [("hello", {"contract": 1, "source": "shop"})]
    assert (hello.contract_min, hello.contract_max) == (1, 2)
    assert hello.server_time == datetime(2026, 11, 21, 20, 51, 4, tzinfo=UTC)
    assert hello.streams["orders"].cursor == {"mark": "x"}
    assert hello.streams["orders"].watermark == datetime(
        2026, 11, 21, 20, 40, tzinfo=UTC
    )
    assert hello.streams["orders"].last_run is None


def test_a_push_carries_the_report_as_the_contract_says() -> None:
    odoo, caller, _clock = door({"status": "ok", "cursor": {"at": 1}})
    report = Report("complete", datetime(2026, 11, 21, 12, tzinfo=UTC), full=True)
    odoo.push(batch(report=report))
    assert caller.calls[0][1]["report"] == {
        "state": "complete",
        "watermark": "2026-11-21T12:00:00Z",
        "message": "",
        "full": True,
        "platform": "",
        "agent": "",
    }


def test_a_push_without_report_sends_none() -> None:
    odoo, caller, _clock = door({"status": "ok", "cursor": None})
    odoo.push(batch())
    assert "report" not in caller.calls[0][1]


def test_refusals_and_counts_of_a_push_are_told() -> None:
    results = [
        {"external_id": "7", "status": "created"},
        {"external_id": "8", "status": "rejected", "path": "total", "reason": "off"},
        {"external_id": "9", "status": "rejected"},
    ]
    counts = {"created": 1, "rejected": 2}
    odoo, _caller, _clock = door(
        {"status": "ok", "cursor": {}, "results": results, "counts": counts}
    )
    answer = odoo.push(batch())
    assert answer.counts == counts
    assert answer.refusals == [Refusal("8", "total", "off"), Refusal("9", "", "")]


def test_a_push_whose_answer_was_lost_is_sent_again_as_it_was() -> None:
    lost = Retryable("No answer.", "Again.")
    odoo, caller, clock = door(lost, lost, {"status": "repeated", "cursor": {"at": 1}})
    assert odoo.push(batch()).status == "repeated"
    assert caller.calls[0] == caller.calls[2]
    assert len(clock.waits) == 2


def test_known_comes_in_pages() -> None:
    odoo, caller, _clock = door(
        {"items": [["1", "v", "h"], ["2", None, None]], "next": "2"}
    )
    page = odoo.known("shop", "order", after="0", limit=2)
    assert page.items == [("1", "v", "h"), ("2", "", "")]
    assert page.next == "2"
    assert caller.calls[0][1] == {
        "contract": 1,
        "source": "shop",
        "kind": "order",
        "after": "0",
        "limit": 2,
    }


def test_replay_tells_what_became_of_rejects_and_what_to_fetch() -> None:
    result = {"kind": "order", "external_id": 7, "status": "rejected", "reason": "off"}
    odoo, caller, _clock = door(
        {
            "results": [result],
            "refetch": [{"kind": "order", "external_id": "8"}],
            "remaining": 2,
        }
    )
    answer = odoo.replay("shop", reject_ids=[3])
    assert caller.calls[0][1]["reject_ids"] == [3]
    assert answer.results[0].external_id == "7"
    assert answer.refetch == [("order", "8")]
    assert answer.remaining == 2


@pytest.mark.parametrize(
    "answer",
    [
        None,
        [],
        {},
        {"contract": 1},
        {**HELLO, "server_time": ""},
        {**HELLO, "contract": {}},
    ],
)
def test_a_hello_of_another_shape_is_told(answer: Any) -> None:
    odoo, _caller, _clock = door(answer)
    with pytest.raises(Fatal, match=r"not as the contract says.*same version"):
        odoo.hello()


def test_an_unknown_status_of_a_push_is_told() -> None:
    odoo, _caller, _clock = door({"status": "maybe"})
    with pytest.raises(Fatal, match="answer to push"):
        odoo.push(batch())


def test_closing_the_door_closes_the_connection() -> None:
    odoo, caller, _clock = door()
    odoo.close()
    assert caller.closed
