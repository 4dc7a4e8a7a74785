"""Tokens, refusals and odd answers of Youzan, acted out by the fake shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from sync_agent.connectors.youzan import CONNECTOR
from sync_agent.connectors.youzan.refusals import error_of, failure
from sync_agent.connectors.youzan.times import time_of
from sync_agent.errors import (
    AgentError,
    ConfigError,
    Fatal,
    NeedsCredentials,
    Retryable,
)
from sync_agent.port import Item, Json
from sync_agent.records import BadRecord, Envelope, Order
from tests.fakes.youzan.auth import gateway, refused

from .adapters import ids_of, items_of
from .shops.youzan import YouzanAdapter, open_shop


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[YouzanAdapter]:
    """A fake shop, fresh for each test."""
    with open_shop(request) as adapter:
        yield adapter


def order(shop: YouzanAdapter, tid: str) -> Order:
    (item,) = shop.open().fetch("order", [tid])
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    return item.data


def test_a_token_is_asked_for_once_and_renewed_before_its_end(
    shop: YouzanAdapter,
) -> None:
    shop.read()
    assert shop.shop.guard.asked == [False]
    shop.shop.guard.ends_at = datetime.now(UTC) + timedelta(minutes=5)
    shop.read()
    assert shop.shop.guard.asked == [False, False, True]


def test_a_token_that_another_agent_has_is_shared_not_taken_away(
    shop: YouzanAdapter,
) -> None:
    """Trap 24: a new token may kill the old one at once."""
    mine, theirs = shop.open(), shop.open()
    shop.read(source=mine)
    shop.read(source=theirs)
    assert shop.shop.guard.given == 1
    shop.shop.guard.valid = "fake-youzan-token-of-a-third"
    shop.read(source=mine)
    assert shop.shop.guard.valid == "fake-youzan-token-of-a-third"
    assert True not in shop.shop.guard.asked


@pytest.mark.parametrize("unit", [1, 1000, 0], ids=["seconds", "instant", "none"])
def test_the_end_of_a_token_is_understood(shop: YouzanAdapter, unit: int) -> None:
    """One page says an instant in milliseconds, another two hours."""
    at = datetime.now(UTC) + timedelta(days=7)
    expires = {1: 7200, 1000: int(at.timestamp() * 1000), 0: None}[unit]
    answer = {
        "success": True,
        "code": 200,
        "data": {"access_token": "fake-youzan-token-x", "expires": expires},
    }
    shop.faults.add("status", path="auth/token", body=answer)
    source: Any = shop.open()
    source._client.tokens.get()
    ends_at = source._client.tokens.ends_at
    wanted = timedelta(days=7) if unit == 1000 else timedelta(hours=2)
    assert abs(ends_at - datetime.now(UTC) - wanted) < timedelta(minutes=1)


def test_an_answer_without_a_token_is_told(shop: YouzanAdapter) -> None:
    body = {"success": True, "code": 200, "data": {"expires": 1}}
    shop.faults.add("status", path="auth/token", body=body)
    with pytest.raises(Fatal, match="holds no token"):
        shop.read()


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"client_secret": "wrong-secret-0123456789"}, "Check client_secret"),
        ({"client_id": "test"}, "Check client_id and shop"),
        ({"shop": "1"}, "must be granted to the app"),
    ],
)
def test_why_no_token_is_given_is_told(
    shop: YouzanAdapter, change: Json, said: str
) -> None:
    with pytest.raises(NeedsCredentials) as caught:
        shop.read(source=shop.open(**change))
    assert said in caught.value.remedy


REFUSALS: list[tuple[int, str, type[AgentError], str]] = [
    (4001, "非法请求地址", Fatal, "open.youzanyun.com"),
    (4005, "非法的API", Fatal, "update the agent"),
    (4007, "源IP地址非法调用有赞云", ConfigError, "IP allow-list"),
    (4203, "Token 不存在", NeedsCredentials, "grant the app again"),
    (4204, "无权限访问", NeedsCredentials, "customers = false"),
    (5000, "每页最多显示100条数据", Fatal, "report this"),
    (106000001, "每次可搜索一年订单记录,请重新选择起止时间", Fatal, "report this"),
    (106000001, "请求超时", Retryable, "tried again"),
    (141500203, "api rate limiting", Retryable, "tried again"),
    (900, "店铺额度已用完", Retryable, "Buy more"),
    (-100, "操作异常", Retryable, "tried again"),
]


@pytest.mark.parametrize(("code", "words", "kind", "remedy"), REFUSALS)
def test_a_refusal_inside_an_answer_names_what_to_do(
    code: int, words: str, kind: type[AgentError], remedy: str
) -> None:
    """Trap 7."""
    for body in (
        gateway(code, words),
        refused(code, words),
        {"error_response": {"code": str(code), "msg": words}},
    ):
        found = error_of(body)
        assert found is not None
        error = failure(*found)
        assert type(error).__mro__.index(kind) >= 0
        assert remedy in error.remedy


def test_an_empty_list_inside_a_refusal_is_no_empty_list(shop: YouzanAdapter) -> None:
    body = refused(5000, "开始时间不能大于结束时间", {"full_order_info_list": []})
    shop.shop.moods = [body]
    with pytest.raises(Fatal, match="refuses the call"):
        shop.read()


def test_a_trouble_inside_an_answer_passes(shop: YouzanAdapter) -> None:
    shop.shop.moods = [refused(106100118, "请求超时"), refused(5001, "系统异常")]
    assert set(ids_of(shop.read())) == shop.ids()
    assert sum(shop.clock.waits) >= 3


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"success": True, "code": 200, "data": None},
        {"success": True, "code": 200, "data": {"full_order_info_list": [1]}},
        {"success": True, "code": 200, "data": {"full_order_info_list": []}},
    ],
)
def test_an_answer_of_another_form_is_no_empty_list(
    shop: YouzanAdapter, body: Json
) -> None:
    shop.shop.moods = [body] * 50
    with pytest.raises(Retryable, match="unexpected form"):
        shop.read()


@pytest.mark.parametrize(
    ("value", "wanted"),
    [
        ("2026-03-26 10:17:02", datetime(2026, 3, 26, 2, 17, 2, tzinfo=UTC)),
        ("2026-03-26T10:17:02+08:00", datetime(2026, 3, 26, 2, 17, 2, tzinfo=UTC)),
        (1774491422, datetime(2026, 3, 26, 2, 17, 2, tzinfo=UTC)),
        ("1774491422000", datetime(2026, 3, 26, 2, 17, 2, tzinfo=UTC)),
        *((odd, None) for odd in ("", None, 0, "0", True, "soon", 10**30, 1.5)),
    ],
)
def test_times_of_any_unit_are_understood(value: Any, wanted: Any) -> None:
    assert time_of(value) == wanted


def test_a_line_that_cannot_be_read_costs_one_order_only(shop: YouzanAdapter) -> None:
    """Trap 17."""
    tid = shop.add_order(lines=[1000])
    shop.store.orders[tid]["full_order_info"]["orders"][0]["payment"] = "free"
    with structlog.testing.capture_logs():
        items: list[Item] = items_of(shop.read())
    bad = [item for item in items if isinstance(item, BadRecord)]
    assert [(item.external_id, item.path) for item in bad] == [
        (tid, "full_order_info.orders[0].payment")
    ]
    assert {item.external_id for item in items if item.kind == "order"} == shop.ids()


def test_a_fully_refunded_order_is_refunded_and_a_closed_one_cancelled(
    shop: YouzanAdapter,
) -> None:
    back = shop.add_order(status="TRADE_CLOSED", refund_state=12)
    closed = shop.add_order(status="TRADE_CLOSED", close_type=1)
    assert order(shop, back).state == "refunded"
    assert order(shop, closed).state == "cancelled"


@pytest.mark.parametrize(
    "change", [{"shop": "my shop"}, {"page_size": 101}, {"url": "youzan"}, {"x": 1}]
)
def test_settings_that_cannot_be_right_are_refused(
    shop: YouzanAdapter, change: Json
) -> None:
    with pytest.raises(ValidationError):
        CONNECTOR.settings(**{**shop.settings, **change})
