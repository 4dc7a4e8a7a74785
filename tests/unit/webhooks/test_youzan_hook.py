"""Youzan's messages: signed in a header or inside, encoded twice, sent again."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from datetime import UTC, datetime
from typing import Any
from urllib.parse import quote

import pytest

from sync_agent.connectors.youzan.hook import LAG_S, TAKEN, YouzanHook
from sync_agent.errors import Forged, Rejected
from sync_agent.port import Delivery, Trigger
from tests.unit.webhooks.deliveries import delivery

ID, SECRET, SHOP = "a32028d7f0dd846ec5", "s3cret-of-the-app", "42583152"
TID = "E20260901102943072006201"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def hook(*secrets: str) -> YouzanHook:
    return YouzanHook(ID, secrets or (SECRET,), SHOP)


def signed(body: bytes, secret: str = SECRET) -> Delivery:
    digest = hashlib.md5(ID.encode() + body + secret.encode()).hexdigest()
    return Delivery({"event-sign": digest, "client-id": ID}, {}, body, NOW)


def message(msg: Any, kind: str = "trade_TradePaid", **more: Any) -> bytes:
    if isinstance(msg, dict):
        msg = quote(json.dumps(msg), safe="")
    body = {
        "client_id": ID,
        "kdt_id": int(SHOP),
        "id": TID,
        "type": kind,
        "msg": msg,
        "msg_id": "59db1a32-7bfb-4a6c-a34f-76edc894faab",
        "version": 1662018756,
        "sendCount": 1,
        "test": False,
        **more,
    }
    return json.dumps(body).encode()


def triggers(body: bytes) -> list[Trigger]:
    return list(hook().read(signed(body)).triggers)


def test_a_signed_message_names_the_order_and_is_answered_with_success() -> None:
    receipt = hook().read(signed(message({"tid": TID})))
    assert list(receipt.triggers) == [Trigger("order", TID)]
    assert "success" in receipt.body
    assert receipt.body == TAKEN


def test_the_fetch_waits_until_youzan_has_caught_up() -> None:
    """Its documentation: ask for the order 30 seconds after the message at least."""
    assert hook().read(signed(message({"tid": TID}))).delay_s == LAG_S == 30


@pytest.mark.parametrize(
    "msg",
    [
        {"tid": TID},
        {"full_order_info": {"order_info": {"tid": TID}}},
        json.dumps({"tid": TID}),
        quote(quote(json.dumps({"tid": TID}))),
        quote(json.dumps(json.dumps({"tid": TID}))),
        json.dumps({"tid": TID, "close_reason": "不 想要"}).replace(" ", "+"),
    ],
    ids=["short", "whole order", "plain", "encoded twice", "text in text", "plus"],
)
def test_the_message_is_decoded_however_it_is_wrapped(msg: Any) -> None:
    assert triggers(message(msg, id="")) == [Trigger("order", TID)]


def test_a_message_may_be_an_object() -> None:
    body = json.loads(message("x"))
    body |= {"type": "youzan_trade_RefundSuccess", "msg": {"tid": TID}, "id": None}
    assert triggers(json.dumps(body).encode()) == [Trigger("order", TID)]


@pytest.mark.parametrize("kind", ["trade_TradePartlySellerShip", "trade_TradeSuccess"])
def test_a_message_of_goods_on_their_way_names_the_parcels_too(kind: str) -> None:
    wanted = [Trigger("order", TID), Trigger("shipment", TID)]
    assert triggers(message({"tid": TID}, kind)) == wanted


def test_products_and_customers_are_named() -> None:
    product = message({"data": {}}, "ITEM_STATE", id="457846930")
    assert triggers(product) == [Trigger("product", "457846930")]
    customer = message({"yz_open_id": "LnhG"}, "SCRM_CUSTOMER_EVENT", id="x")
    assert triggers(customer) == [Trigger("customer", "LnhG")]


@pytest.mark.parametrize(
    "body",
    [
        message({"amount": 5}, "POINTS"),
        message({"tid": TID}, kdt_id=1, root_kdt_id=2),
        message({"tid": TID}, test=True),
        message({"mobile": "138"}, "SCRM_CUSTOMER_EVENT"),
        message({}, "ITEM_INFO", id="alias"),
    ],
    ids=["points", "another shop", "test", "no customer", "no number"],
)
def test_what_is_of_no_interest_is_answered_and_forgotten(body: bytes) -> None:
    """Else Youzan sends it again, and stops to send anything after many failures."""
    receipt = hook().read(signed(body))
    assert not receipt.triggers
    assert receipt.body == TAKEN


def test_the_total_shop_of_a_chain_hears_of_its_branches() -> None:
    body = message({"tid": TID}, kdt_id=1, root_kdt_id=int(SHOP))
    assert triggers(body) == [Trigger("order", TID)]


def test_a_changed_message_is_refused() -> None:
    good = signed(message({"tid": TID}))
    bad = dataclasses.replace(good, body=good.body.replace(b"6201", b"6202"))
    with pytest.raises(Forged, match="signature is wrong"):
        hook().read(bad)


def test_a_message_written_anew_by_a_proxy_is_refused() -> None:
    good = signed(message({"tid": TID}))
    again = json.dumps(json.loads(good.body), separators=(",", ":")).encode()
    with pytest.raises(Forged, match="nothing between may change the body"):
        hook().read(dataclasses.replace(good, body=again))


def test_both_secrets_hold_while_one_is_changed() -> None:
    body = message({"tid": TID})
    both = hook("the-new-secret", SECRET)
    assert both.read(signed(body)).triggers
    assert both.read(signed(body, "the-new-secret")).triggers
    with pytest.raises(Forged):
        hook("the-new-secret").read(signed(body))


def test_a_message_sent_again_is_the_same_event() -> None:
    """Its count differs, so its body does."""
    first, again = (
        hook().read(signed(message({"tid": TID}, sendCount=count))).event
        for count in (1, 2)
    )
    assert first == again
    assert first
    later = signed(message({"tid": TID}, msg_id=None, version=5))
    assert hook().read(later).event not in {"", first}


def test_an_older_message_is_signed_inside() -> None:
    body = json.loads(message({"tid": TID}))
    sign = hashlib.md5(f"{ID}{body['msg']}{SECRET}".encode()).hexdigest()
    text = json.dumps({**body, "sign": sign.upper()}).encode()
    assert list(hook().read(delivery(text)).triggers) == [Trigger("order", TID)]
    text = json.dumps({**body, "sign": sign, "msg": "%7B%7D"}).encode()
    with pytest.raises(Forged):
        hook().read(delivery(text))


def test_an_older_message_is_not_believed_beyond_what_is_signed() -> None:
    msg = quote("{}")
    sign = hashlib.md5(f"{ID}{msg}{SECRET}".encode()).hexdigest()
    text = message(msg, sign=sign)
    with pytest.raises(Rejected):  # the number beside the message is not signed
        hook().read(delivery(text))


@pytest.mark.parametrize("body", [b'{"msg":{"tid":1}}', b'{"msg":"x"}', b"{}"])
def test_a_message_without_a_signature_is_refused(body: bytes) -> None:
    with pytest.raises(Forged, match="not signed"):
        hook().read(delivery(body))


@pytest.mark.parametrize("msg", ["", "x", "%7B", "[1]", 5, None])
def test_a_signed_message_that_makes_no_sense_is_unreadable(msg: Any) -> None:
    with pytest.raises(Rejected):
        hook().read(signed(message(msg, id="")))
