"""Shopify's webhooks: signed, rotated, tampered with, sent again."""

from __future__ import annotations

import base64
import dataclasses
import hashlib
import hmac
import json
from typing import Any

import pytest

from sync_agent.connectors.shopify import CONNECTOR
from sync_agent.connectors.shopify.hook import ShopifyHook, make_hook
from sync_agent.errors import Forged, Rejected
from sync_agent.port import Delivery, Trigger
from tests.fakes.clock import FakeClock
from tests.unit.webhooks.deliveries import NOW, SECRET, delivery

ORDER = {
    # the whole id holds what a float has lost
    "id": 820982911946154500,
    "admin_graphql_api_id": "gid://shopify/Order/820982911946154508",
    "total_price": "403.00",
}
NUMBER = "820982911946154508"


def signed(
    body: bytes, topic: str = "orders/updated", secret: str = SECRET, **more: str
) -> Delivery:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    headers = {
        "x-shopify-hmac-sha256": base64.b64encode(digest).decode(),
        "x-shopify-topic": topic,
        "x-shopify-shop-domain": "my-shop.myshopify.com",
        "x-shopify-webhook-id": "b54557e4-bdd9-4b37-8a5f-bf7d70bcd043",
        "x-shopify-event-id": "98880550-7158-44d4-b7cd-2c97c8a091b5",
        "x-shopify-triggered-at": "2026-11-21T11:59:58.501Z",
        **{f"x-shopify-{key.replace('_', '-')}": value for key, value in more.items()},
    }
    return Delivery(headers, {}, body, NOW)


def shopify(data: Any, topic: str = "orders/updated", **more: str) -> Delivery:
    return signed(json.dumps(data).encode(), topic, **more)


def triggers(data: Any, topic: str) -> list[Trigger]:
    return list(ShopifyHook((SECRET,)).read(shopify(data, topic)).triggers)


def test_a_published_signature_is_the_one_that_is_made() -> None:
    """The worked example of SQLPage's documentation of its function hmac."""
    body = b'{"id":1234567890,"email":"customer@example.com","total_price":"123.45"}'
    headers = {
        "x-shopify-hmac-sha256": "QNyObTlKbMx2qDlPF/ZOZcBqg5OgPg+2oky3zldc0Gw=",
        "x-shopify-topic": "orders/create",
    }
    receipt = ShopifyHook(("test-webhook-secret",)).read(
        Delivery(headers, {}, body, NOW)
    )
    assert list(receipt.triggers) == [Trigger("order", "1234567890")]


@pytest.mark.parametrize(
    ("topic", "data", "wanted"),
    [
        ("orders/create", ORDER, [("order", NUMBER)]),
        ("orders/delete", {"id": 7}, [("order", "7")]),
        ("orders/edited", {"order_edit": {"id": 9, "order_id": 7}}, [("order", "7")]),
        ("refunds/create", {"id": 9, "order_id": 7}, [("order", "7")]),
        ("order_transactions/create", {"id": 9, "order_id": 7}, [("order", "7")]),
        ("returns/approve", {"id": 9, "order": {"id": 7}}, [("order", "7")]),
        (
            "fulfillments/update",
            {"id": 9, "order_id": 7},
            [("order", "7"), ("shipment", "9")],
        ),
        (
            "fulfillment_events/create",
            {"id": 1, "fulfillment_id": 9, "order_id": 7},
            [("order", "7"), ("shipment", "9")],
        ),
        ("customers/update", {"id": 5}, [("customer", "5")]),
        (
            "customers/merge",
            {
                "admin_graphql_api_customer_kept_id": "gid://shopify/Customer/1",
                "admin_graphql_api_customer_deleted_id": "gid://shopify/Customer/2",
            },
            [("customer", "1"), ("customer", "2")],
        ),
        (
            "products/update",
            {
                "id": 3,
                "variants": [{"id": 31}, {"id": 32}],
                "variant_gids": [
                    {"admin_graphql_api_id": "gid://shopify/ProductVariant/32"},
                    {"admin_graphql_api_id": "gid://shopify/ProductVariant/33"},
                ],
            },
            [("product", "32"), ("product", "33"), ("product", "31")],
        ),
        ("checkouts/update", {"id": 4}, [("cart", "4")]),
    ],
)
def test_a_signed_delivery_names_what_to_fetch(
    topic: str, data: Any, wanted: list[tuple[str, str]]
) -> None:
    assert triggers(data, topic) == [Trigger(*each) for each in wanted]  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("topic", "data"),
    [
        ("app/uninstalled", {"id": 1}),
        ("customers/redact", {"customer": {"id": 1}}),
        ("customers/data_request", {}),
        ("products/delete", {"id": 1}),
        ("carts/update", {"id": "exampleCartId"}),
        ("checkouts/update", {"token": "x"}),
        ("", {"id": 1}),
    ],
)
def test_a_topic_of_no_interest_is_taken_and_forgotten(topic: str, data: Any) -> None:
    assert triggers(data, topic) == []


def test_an_id_loses_no_digit() -> None:
    """Trap 15: in samples the number was rounded, the whole id was not."""
    assert triggers(ORDER, "orders/updated") == [Trigger("order", NUMBER)]
    assert triggers({"id": 2**63 - 1}, "orders/updated")[0].external_id == str(
        2**63 - 1
    )


def test_a_changed_body_is_refused() -> None:
    good = shopify(ORDER)
    bad = dataclasses.replace(good, body=good.body.replace(b"403.00", b"4.00"))
    with pytest.raises(Forged, match="signature is wrong"):
        ShopifyHook((SECRET,)).read(bad)


def test_a_body_written_anew_by_a_proxy_is_refused() -> None:
    good = shopify(ORDER)
    again = json.dumps(json.loads(good.body), separators=(",", ":")).encode()
    with pytest.raises(Forged, match="nothing between may change the body"):
        ShopifyHook((SECRET,)).read(dataclasses.replace(good, body=again))


def test_both_secrets_hold_for_the_hour_after_one_was_rotated() -> None:
    hook = ShopifyHook(("the-new-secret", SECRET))
    assert hook.read(shopify(ORDER)).triggers
    assert hook.read(shopify(ORDER, secret="the-new-secret")).triggers
    with pytest.raises(Forged):
        ShopifyHook(("the-new-secret",)).read(shopify(ORDER))


def test_the_secret_of_the_app_signs_also_without_a_setting_of_its_own() -> None:
    settings: Any = CONNECTOR.settings(
        url="https://My-Shop.myshopify.com",
        client_id="id",
        client_secret=SECRET,
        webhook_secret=["the-old-one"],
    )
    hook = make_hook(settings, FakeClock())
    assert hook.read(shopify(ORDER)).triggers
    assert hook.read(shopify(ORDER, secret="the-old-one")).triggers
    # the same app in another shop of the organisation
    assert not hook.read(shopify(ORDER, shop_domain="other.myshopify.com")).triggers


def test_without_a_secret_nothing_is_believed() -> None:
    settings: Any = CONNECTOR.settings(
        url="https://my-shop.myshopify.com", access_token="shpat_x"
    )
    with pytest.raises(Forged, match="Set webhook_secret"):
        make_hook(settings, FakeClock()).read(shopify(ORDER))
    with pytest.raises(Forged, match="not signed"):
        ShopifyHook((SECRET,)).read(delivery(b'{"id":1}'))


def test_a_delivery_sent_again_is_the_same_event() -> None:
    hook = ShopifyHook((SECRET,))
    first = hook.read(shopify(ORDER)).event
    again = shopify(ORDER, triggered_at="2026-11-21T12:30:00Z")
    twice = shopify(ORDER, webhook_id="another-subscription")
    assert {first, hook.read(again).event, hook.read(twice).event} == {first}
    other = shopify(ORDER, event_id="another-event")
    assert hook.read(other).event != first
    old = shopify(ORDER, event_id="")
    assert hook.read(old).event.startswith("b54557e4")
    assert hook.read(shopify(ORDER, event_id="", webhook_id="")).event == ""


@pytest.mark.parametrize(
    "data",
    [[1], "x", {"id": "17"}, {"id": 0}, {}, {"id": 1.5}, {"id": None}, {"id": True}]
    + [{"admin_graphql_api_id": odd} for odd in (5, "gid://shopify/Order/x", "", [])]
    + [{"order_edit": {"id": 1}}],
)
def test_a_signed_body_without_a_number_is_unreadable(data: Any) -> None:
    with pytest.raises(Rejected):
        ShopifyHook((SECRET,)).read(shopify(data))
