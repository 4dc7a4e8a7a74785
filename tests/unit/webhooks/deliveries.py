"""Deliveries, signed as a platform signs them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from datetime import UTC, datetime
from typing import Any

from sync_agent.port import Delivery

SECRET = "s3cret-of-the-shop"
NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)


def delivery(body: bytes, **headers: str) -> Delivery:
    names = {name.replace("_", "-").lower(): value for name, value in headers.items()}
    return Delivery(names, {}, body, NOW)


def woo_headers(
    body: bytes, topic: str = "order.updated", secret: str = SECRET
) -> dict[str, str]:
    digest = hmac.new(secret.encode(), body, hashlib.sha256).digest()
    return {
        "X-WC-Webhook-Topic": topic,
        "X-WC-Webhook-Delivery-ID": "d1",
        "X-WC-Webhook-Signature": base64.b64encode(digest).decode(),
    }


def woo(data: Any, topic: str = "order.updated", secret: str = SECRET) -> Delivery:
    body = json.dumps(data).encode()
    names = {k.lower(): v for k, v in woo_headers(body, topic, secret).items()}
    return Delivery(names, {}, body, NOW)
