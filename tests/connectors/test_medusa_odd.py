"""Medusa's words, refusals and settings; rows that are odd."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import ValidationError

from sync_agent.connectors.medusa import CONNECTOR
from sync_agent.connectors.medusa.client import refusal
from sync_agent.connectors.medusa.states import (
    FULFILLMENT_STATES,
    ORDER_STATES,
    PAYMENT_STATES,
    order_state,
)
from sync_agent.errors import Fatal, NeedsCredentials, Retryable
from sync_agent.port import Json
from sync_agent.records import BadRecord
from tests.fakes.medusa import KEY

from .adapters import items_of
from .shops.medusa import MedusaAdapter, open_shop
from .test_medusa import paid

SETTINGS: Json = {"url": "https://shop.example", "api_key": KEY}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[MedusaAdapter]:
    """A fake shop, fresh for each test."""
    with open_shop(request) as adapter:
        yield adapter


@pytest.mark.parametrize(
    ("words", "state", "raw"),
    [
        (("pending", "authorized", "not_fulfilled"), "confirmed", "authorized"),
        (("pending", "captured", "shipped"), "shipped", "shipped"),
        (("pending", "captured", "partially_shipped"), "confirmed", None),
        (("pending", "captured", "delivered"), "completed", "delivered"),
        (("pending", "refunded", "delivered"), "refunded", "refunded"),
        (("pending", "not_paid", "canceled"), "pending", "not_paid"),
        (("pending", None, None), "pending", "pending"),
        (("pending", "teleported", None), "unknown", "teleported"),
        (("pending", "captured", "teleported"), "unknown", "teleported"),
        (("requires_action", "captured", "shipped"), "pending", "requires_action"),
        (("archived", "captured", "delivered"), "completed", "archived"),
        ((None, "captured", "delivered"), "unknown", None),
    ],
)
def test_the_state_of_an_order_comes_from_three_words(
    words: tuple[str | None, str | None, str | None], state: str, raw: str | None
) -> None:
    found = order_state(*words)
    assert found[0] == state
    assert raw is None or found[1] == raw


def test_no_word_of_medusa_is_forgotten() -> None:
    """The enums of release 2.21."""
    assert {*ORDER_STATES, "pending"} == {
        *("pending", "completed", "draft", "archived", "canceled", "requires_action")
    }
    assert {*PAYMENT_STATES, "refunded"} == {
        *("not_paid", "awaiting", "captured", "partially_captured"),
        *("partially_refunded", "refunded", "canceled", "requires_action"),
        *("authorized", "partially_authorized"),
    }
    assert set(FULFILLMENT_STATES) == {
        *("not_fulfilled", "partially_fulfilled", "fulfilled", "partially_shipped"),
        *("shipped", "partially_delivered", "delivered", "canceled"),
    }


@pytest.mark.parametrize(
    ("status", "body", "kind", "said"),
    [
        (401, {"message": "Unauthorized"}, NeedsCredentials, "Secret API Keys"),
        (403, {"type": "forbidden", "message": "no"}, NeedsCredentials, "role"),
        (400, {"type": "invalid_data", "message": "odd"}, Fatal, "report"),
    ],
)
def test_a_refusal_names_its_remedy(
    status: int, body: Any, kind: type[Exception], said: str
) -> None:
    error = refusal(status, body)
    assert isinstance(error, kind)
    assert said in error.remedy


def test_a_list_that_may_not_be_read_is_named_by_the_check(shop: MedusaAdapter) -> None:
    shop.shop.forbidden = {"customers"}
    told = {each.name: each for each in shop.open().check()}
    assert told["customers"].state == "failed"
    assert told["orders"].state == "ok"


def test_a_wrong_address_is_told(shop: MedusaAdapter) -> None:
    with pytest.raises(Fatal, match="404"):
        list(shop.open(url=f"{shop.shop.url}/shop").check())


def test_an_answer_without_its_list_is_tried_again_later(shop: MedusaAdapter) -> None:
    shop.faults.add("status", status=200, body={"orders": [{"no": "id"}]}, times=99)
    with pytest.raises(Retryable, match="unexpected form"):
        shop.read()
    shop.faults.clear()
    shop.faults.add("status", status=200, body=[], times=99)
    with pytest.raises(Retryable, match="unexpected form"):
        shop.read()


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"created_at": None}, "created_at"),
        ({"items": [{"id": "x", "quantity": "many"}]}, "items[0].quantity"),
        ({"payment_collections": [{"payments": 7}]}, "payment_collections[0].payments"),
        ({"returns": {}}, "returns"),
        ({"currency_code": None}, "currency"),
    ],
)
def test_an_order_that_cannot_be_read_costs_only_itself(
    shop: MedusaAdapter, changes: Json, path: str
) -> None:
    own = paid(shop)
    shop.shop.api.change = lambda row: {**row, **changes} if row["id"] == own else row
    items = items_of(shop.read())
    (bad,) = (item for item in items if isinstance(item, BadRecord))
    assert (bad.external_id, bad.path) == (own, path)
    assert len({i.external_id for i in items if i.kind == "order"}) == 60


@pytest.mark.parametrize(
    "address", ["https://shop.example/app", "https://shop.example"]
)
def test_the_address_of_the_admin_is_that_of_the_server(address: str) -> None:
    assert CONNECTOR.settings(**{**SETTINGS, "url": address}).url == SETTINGS["url"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"url": "shop.example"},
        {"url": "https://sk_1@shop.example"},
        {"currency": "euro"},
        {"page_size": 1},
        {"password": "x"},
    ],
)
def test_wrong_settings_are_refused(wrong: Json) -> None:
    with pytest.raises(ValidationError):
        CONNECTOR.settings(**{**SETTINGS, **wrong})
