"""Webhooks of Shopify: base64 HMAC-SHA256 over the body, topic in a header.

The key is the client secret of the app; after it was rotated Shopify may sign with the
old one for an hour. Topic and ids of the delivery stand in headers that are not signed:
they only choose what is fetched, and the shop tells the truth.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Clock, Delivery, Receipt, Trigger
from sync_agent.reading.hooks import (
    FetchingHook,
    hmac_sha256,
    in_base64,
    json_object,
    verify,
)
from sync_agent.records.envelope import Kind

from .money import number_of
from .settings import ShopifySettings

_SHOPIFY_HOST = ".myshopify.com"
_PARTS_OF_ORDERS = frozenset(
    {"refunds", "order_transactions", "returns", "fulfillments", "fulfillment_events"}
)
_PRIVACY = frozenset({"data_request", "redact"})
_MOST_VARIANTS = 250


class ShopifyHook(FetchingHook):
    """Reads the deliveries of one shop.

    Args:
        secrets: of the app, the newest first.
        host: of the shop; deliveries of another shop with the same app are left alone.
    """

    def __init__(self, secrets: tuple[str, ...], host: str = "") -> None:
        self._secrets = secrets
        self._host = host

    def read(self, delivery: Delivery) -> Receipt:
        """See :meth:`sync_agent.port.Hook.read`."""
        verify(
            delivery.headers.get("x-shopify-hmac-sha256"),
            self._secrets,
            lambda secret: in_base64(hmac_sha256(secret, delivery.body)),
        )
        if not self._is_ours(delivery.headers.get("x-shopify-shop-domain", "")):
            return Receipt()
        topic = delivery.headers.get("x-shopify-topic", "").lower()
        return Receipt(list(_triggers(topic, json_object(delivery))), _event(delivery))

    def _is_ours(self, domain: str) -> bool:
        is_known = self._host.endswith(_SHOPIFY_HOST) and bool(domain)
        return not is_known or domain.lower() == self._host


def _triggers(topic: str, body: Mapping[str, Any]) -> Iterator[Trigger]:
    """Yield what a topic is about; nothing for topics of no interest."""
    subject, _slash, what = topic.partition("/")
    if subject == "orders":
        edit = body.get("order_edit")
        number = _id(edit, "order_id") if isinstance(edit, dict) else _own(body)
        yield _needed("order", number)
    elif subject in _PARTS_OF_ORDERS:
        yield _needed("order", _order_of(body))
        parcel = body.get("fulfillment_id") if "events" in subject else body.get("id")
        if subject.startswith("fulfillment") and _text(parcel):
            yield Trigger("shipment", _text(parcel))
    elif subject == "customers" and what == "merge":
        for key in ("kept", "deleted"):
            gid = body.get(f"admin_graphql_api_customer_{key}_id")
            yield _needed("customer", _number_of(gid))
    elif subject == "customers" and what not in _PRIVACY:
        yield _needed("customer", _own(body))
    elif subject == "products" and what != "delete":
        yield from _variants(body)
    elif subject == "checkouts" and _own(body):
        yield Trigger("cart", _own(body))


def _variants(body: Mapping[str, Any]) -> Iterator[Trigger]:
    """Yield the variants of a product; whole ones, or their ids when there are many."""
    rows = [
        row
        for key in ("variant_gids", "variants")
        for row in (body.get(key) if isinstance(body.get(key), list) else None) or ()
        if isinstance(row, dict)
    ]
    found = dict.fromkeys(_own(row) for row in rows)
    for number in [each for each in found if each][:_MOST_VARIANTS]:
        yield Trigger("product", number)


def _order_of(body: Mapping[str, Any]) -> str:
    order = body.get("order")
    return _id(body, "order_id") or (_own(order) if isinstance(order, dict) else "")


def _own(body: Mapping[str, Any]) -> str:
    """Return the id of a record: from its whole id, of which no digit is lost."""
    return _number_of(body.get("admin_graphql_api_id")) or _id(body, "id")


def _number_of(gid: Any) -> str:
    number = number_of(gid) if isinstance(gid, str) else ""
    return number if number and number.isascii() and number.isdigit() else ""


def _id(body: Mapping[str, Any], key: str) -> str:
    return _text(body.get(key))


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        return ""
    return str(value)


def _needed(kind: Kind, number: str) -> Trigger:
    if not number:
        raise Rejected(None, "id", _("No number of a record."))
    return Trigger(kind, number)


def _event(delivery: Delivery) -> str:
    """Return what is the same when a delivery is sent again, by any subscription."""
    headers = delivery.headers
    given = headers.get("x-shopify-event-id") or headers.get("x-shopify-webhook-id")
    return f"{given}:{headers.get('x-shopify-topic', '')}" if given else ""


def make_hook(settings: ShopifySettings, _clock: Clock) -> ShopifyHook:
    """Return the hook for settings of a TOML table."""
    secret = settings.client_secret
    own = () if secret is None else (secret.get_secret_value(),)
    host = (urlsplit(settings.url).hostname or "").lower()
    return ShopifyHook((*own, *settings.webhook_secrets), host)
