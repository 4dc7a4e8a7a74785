"""From a signed webhook to the door: remembered, the truth fetched, stored once."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sync_agent.port import Clock
from sync_agent.webhooks.drain import Drain
from sync_agent.webhooks.inbox import Inbox
from sync_agent.webhooks.receiver import Receiver
from tests.fakes.clock import FakeClock
from tests.fakes.odoo_door import FakeDoor
from tests.fakes.youzan import CLIENT_ID
from tests.fakes.youzan import SECRET as YOUZAN_SECRET
from tests.fakes.youzan import SHOP as YOUZAN_SHOP

from .adapters import Adapter
from .shops import shopify, youzan

Headers = dict[str, str]
CODE = "shop"


@dataclass
class Hooked:
    """A shop, the receiver of its webhooks, and a door.

    Attributes:
        sign: makes body and headers of the webhook for an order.
        lag_s: so long the fetch waits.
    """

    adapter: Adapter
    sign: Callable[[str, str], tuple[bytes, Headers]]
    inbox: Inbox
    lag_s: float = 0.0
    clock: FakeClock = field(default_factory=FakeClock)
    door: FakeDoor = field(default_factory=FakeDoor)

    def __post_init__(self) -> None:
        made = self.adapter.connector.hook
        assert made is not None
        settings = self.adapter.connector.settings(**self.adapter.settings)
        clock: Clock = self.clock
        hook = made(settings, clock)
        self.receiver = Receiver({CODE: hook}, self.inbox, clock)
        self.drain = Drain(
            CODE,
            hook,
            self.inbox,
            clock,
            source=lambda: contextlib.closing(self.adapter.open()),
            door=lambda: contextlib.nullcontext(self.door),  # type: ignore[arg-type]
        )

    def tell(self, body: bytes, headers: Headers) -> str:
        """Deliver a webhook; return the status of the answer."""
        environ: dict[str, Any] = {
            "REQUEST_METHOD": "POST",
            "PATH_INFO": f"/hooks/{CODE}",
            "QUERY_STRING": "",
            "CONTENT_TYPE": "application/json",
            "wsgi.input": io.BytesIO(body),
            **{f"HTTP_{k.upper().replace('-', '_')}": v for k, v in headers.items()},
        }
        told: list[str] = []
        b"".join(self.receiver(environ, lambda status, _headers: told.append(status)))
        return told[0]

    def work_off(self) -> int:
        """Fetch and store what is due once the platform has caught up."""
        self.clock.sleep(self.lag_s + 1)
        return self.drain.run_once()

    @property
    def stored(self) -> set[str]:
        """Numbers of the orders behind the door."""
        return {own for (kind, own) in self.door.records if kind == "order"}


def _shopify(own: str, event: str) -> tuple[bytes, Headers]:
    gid = f"gid://shopify/Order/{own}"
    body = json.dumps({"id": int(own), "admin_graphql_api_id": gid}).encode()
    key = shopify.SECRET.encode()
    digest = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
    headers = {
        "X-Shopify-Hmac-SHA256": digest,
        "X-Shopify-Topic": "orders/updated",
        "X-Shopify-Event-Id": event,
    }
    return body, headers


def _youzan(own: str, event: str) -> tuple[bytes, Headers]:
    body = json.dumps(
        {
            "type": "trade_TradePaid",
            "kdt_id": int(YOUZAN_SHOP),
            "msg": {"tid": own},
            "msg_id": event,
        }
    ).encode()
    whole = CLIENT_ID.encode() + body + YOUZAN_SECRET.encode()
    return body, {"Event-Sign": hashlib.md5(whole).hexdigest()}


@pytest.fixture(params=["shopify", "youzan"])
def hooked(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Hooked]:
    module = {"shopify": shopify, "youzan": youzan}[request.param]
    sign = {"shopify": _shopify, "youzan": _youzan}[request.param]
    inbox = Inbox(tmp_path / "inbox.sqlite")
    with module.open_shop(request) as adapter:
        made = Hooked(adapter, sign, inbox, 30.0 if sign is _youzan else 0.0)
        yield made
        made.drain.close()
    inbox.close()


def test_what_a_webhook_names_is_fetched_and_stored(hooked: Hooked) -> None:
    """Demand 13: the webhook is a trigger, the shop tells the truth."""
    own = hooked.adapter.add()
    assert hooked.tell(*hooked.sign(own, "e1")) == "200 OK"
    assert hooked.work_off()
    assert hooked.stored == {own}
    note = hooked.adapter.change([own])
    assert hooked.tell(*hooked.sign(own, "e2")) == "200 OK"
    hooked.work_off()
    assert note in str(hooked.door.records)


def test_a_webhook_sent_again_is_fetched_once(hooked: Hooked) -> None:
    """Trap 13."""
    own = hooked.adapter.add()
    for _attempt in range(3):
        assert hooked.tell(*hooked.sign(own, "e1")) == "200 OK"
    assert hooked.work_off()
    assert hooked.tell(*hooked.sign(own, "e1")) == "200 OK"
    assert not hooked.work_off()


def test_a_forged_webhook_stores_nothing(hooked: Hooked) -> None:
    own = hooked.adapter.add()
    body, headers = hooked.sign(own, "e1")
    assert hooked.tell(body + b" ", headers).startswith("401")
    assert hooked.tell(body, dict.fromkeys(headers, "x")).startswith("401")
    assert not hooked.work_off()
    assert hooked.stored == set()


def test_an_order_that_is_gone_is_left_to_the_reconcile(hooked: Hooked) -> None:
    own = hooked.adapter.add()
    hooked.adapter.remove(own)
    assert hooked.tell(*hooked.sign(own, "e1")) == "200 OK"
    hooked.work_off()
    assert hooked.stored == set()
    assert hooked.inbox.waiting(CODE)[0] == 0


def test_a_shop_in_trouble_is_asked_again_later(hooked: Hooked) -> None:
    own = hooked.adapter.add()
    assert hooked.tell(*hooked.sign(own, "e1")) == "200 OK"
    hooked.adapter.faults.add("status", status=500, times=1000)
    hooked.work_off()
    assert hooked.stored == set()
    hooked.adapter.faults.clear()
    hooked.clock.sleep(3600)
    hooked.work_off()
    assert hooked.stored == {own}
