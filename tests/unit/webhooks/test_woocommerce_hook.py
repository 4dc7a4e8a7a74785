"""WooCommerce's webhooks: signed, pinged, tampered with, sent again."""

from __future__ import annotations

import dataclasses
import json
from typing import Any

import pytest

from sync_agent.connectors.woocommerce.hook import WooHook
from sync_agent.errors import Forged, Rejected
from sync_agent.port import Trigger
from tests.unit.webhooks.deliveries import SECRET, delivery, woo


@pytest.mark.parametrize(
    ("topic", "kind"),
    [
        ("order.created", "order"),
        ("order.deleted", "order"),
        ("customer.updated", "customer"),
        ("product.restored", "product"),
    ],
)
def test_a_signed_delivery_names_what_to_fetch(topic: str, kind: str) -> None:
    receipt = WooHook((SECRET,)).read(woo({"id": 1743, "total": 12.5}, topic))
    assert list(receipt.triggers) == [Trigger(kind, "1743")]  # type: ignore[arg-type]


def test_a_topic_of_no_interest_is_taken_and_forgotten() -> None:
    assert not WooHook((SECRET,)).read(woo({"id": 3}, "coupon.updated")).triggers


def test_the_first_ping_is_not_signed_and_harmless() -> None:
    assert not WooHook((SECRET,)).read(delivery(b"webhook_id=12")).triggers


def test_a_changed_body_is_refused() -> None:
    good = woo({"id": 1743})
    bad = dataclasses.replace(good, body=good.body.replace(b"1743", b"1744"))
    with pytest.raises(Forged, match="signature is wrong"):
        WooHook((SECRET,)).read(bad)


def test_a_body_written_anew_by_a_proxy_is_refused() -> None:
    good = woo({"id": 1743, "a": 1})
    again = json.dumps(json.loads(good.body), separators=(",", ":")).encode()
    with pytest.raises(Forged, match="nothing between may change the body"):
        WooHook((SECRET,)).read(dataclasses.replace(good, body=again))


def test_both_secrets_hold_while_one_is_rotated() -> None:
    hook = WooHook(("the-new-secret", SECRET))
    assert hook.read(woo({"id": 1})).triggers
    assert hook.read(woo({"id": 1}, secret="the-new-secret")).triggers
    with pytest.raises(Forged):
        WooHook(("the-new-secret",)).read(woo({"id": 1}))


def test_without_a_secret_nothing_is_believed() -> None:
    with pytest.raises(Forged, match="Set webhook_secret"):
        WooHook(()).read(woo({"id": 1}))
    with pytest.raises(Forged, match="not signed"):
        WooHook((SECRET,)).read(delivery(b'{"id":1}'))


@pytest.mark.parametrize(
    "data",
    [[1], "x", {"id": "17"}, {"id": 0}, {}, {"id": 1.5}, {"id": None}, {"id": True}],
)
def test_a_signed_body_without_a_number_is_unreadable(data: Any) -> None:
    with pytest.raises(Rejected):
        WooHook((SECRET,)).read(woo(data))


def test_two_changes_of_one_second_are_two_events() -> None:
    hook = WooHook((SECRET,))
    first, second = woo({"id": 1, "total": "1"}), woo({"id": 1, "total": "2"})
    assert hook.read(first).event != hook.read(second).event
    assert hook.read(first).event == hook.read(first).event
