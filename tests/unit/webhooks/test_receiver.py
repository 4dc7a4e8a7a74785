"""The receiver answers within the limit, verified or not, and never breaks."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
from structlog.testing import capture_logs

from sync_agent.connectors.woocommerce.hook import WooHook
from sync_agent.errors import ConfigError, Fatal, Retryable
from sync_agent.port import Delivery, Receipt, Trigger
from sync_agent.reading.hooks import FetchingHook
from sync_agent.watch import Watch
from sync_agent.webhooks.inbox import Inbox
from sync_agent.webhooks.receiver import MOST_BYTES, Receiver
from sync_agent.webhooks.server import Server
from sync_agent.webhooks.service import pages_of
from tests.fakes.clock import FakeClock
from tests.unit.webhooks.deliveries import SECRET, woo_headers

BODY = json.dumps({"id": 1743}).encode()


class BrokenHook(FetchingHook):
    def read(self, delivery: Delivery) -> Receipt:
        raise Fatal("The hook is broken.", "Report it.")


class PoliteHook(FetchingHook):
    """A platform that wants to hear certain words."""

    def read(self, delivery: Delivery) -> Receipt:
        words = '{"result":true,"message":"成功"}'
        found = [Trigger("shipment", delivery.query.get("no", ""))]
        return Receipt(found, "e1", words, "application/json")


class FullInbox(Inbox):
    """Its disk is full: nothing can be remembered."""

    def remember(self, *_args: Any) -> bool:
        raise Retryable("The disk is full.", "Free some.", after=30.0)


@pytest.fixture
def inbox(tmp_path: Path) -> Iterator[Inbox]:
    kept = Inbox(tmp_path / "inbox.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def full_inbox(tmp_path: Path) -> Iterator[Inbox]:
    kept = FullInbox(tmp_path / "full.sqlite")
    yield kept
    kept.close()


@pytest.fixture
def watch() -> Watch:
    return Watch(FakeClock())


@pytest.fixture
def url(inbox: Inbox, watch: Watch) -> Iterator[str]:
    hooks = {"woo": WooHook((SECRET,)), "bad": BrokenHook(), "polite": PoliteHook()}
    watch.observe_inbox("woo", lambda: inbox.waiting("woo"))
    receiver = Receiver(
        hooks, inbox, FakeClock(), pages=pages_of(watch), count=watch.delivered
    )
    with Server(receiver, "127.0.0.1", 0) as server:
        yield f"http://127.0.0.1:{server.port}"


def post(url: str, body: bytes = BODY, **headers: str) -> requests.Response:
    return requests.post(url, body, headers=headers, timeout=10)


def test_a_signed_webhook_is_stored_before_it_is_answered(
    url: str, inbox: Inbox
) -> None:
    answer = post(f"{url}/hooks/woo", **woo_headers(BODY))
    assert answer.status_code == 200
    now = FakeClock().now().timestamp()
    (due,) = inbox.due("woo", now)
    assert due.trigger == Trigger("order", "1743")


def test_a_forged_webhook_is_refused_and_not_stored(url: str, inbox: Inbox) -> None:
    with capture_logs() as logs:
        answer = post(f"{url}/hooks/woo", **woo_headers(BODY, secret="guess"))
    assert answer.status_code == 401
    assert inbox.waiting("woo") == (0, None)
    assert [entry["event"] for entry in logs] == ["webhook_refused"]


def test_the_same_webhook_again_is_answered_alike_and_stored_once(
    url: str, inbox: Inbox, watch: Watch
) -> None:
    for _attempt in range(3):
        assert post(f"{url}/hooks/woo", **woo_headers(BODY)).status_code == 200
    assert inbox.waiting("woo")[0] == 1
    assert 'outcome="repeated",source="woo"} 2.0' in watch.prometheus()[0]


def test_what_cannot_be_read_is_taken_so_that_it_is_not_sent_for_ever(
    url: str,
) -> None:
    body = b'{"id": null}'
    assert post(f"{url}/hooks/woo", body, **woo_headers(body)).status_code == 200


@pytest.mark.parametrize("path", ["/", "/hooks/", "/hooks/none", "/hooks/woo/x", "/x"])
def test_an_unknown_address_tells_nothing(url: str, path: str) -> None:
    answer = post(url + path)
    assert (answer.status_code, answer.text) == (404, "")


def test_other_methods_are_refused_but_a_look_is_answered(url: str) -> None:
    assert requests.get(f"{url}/hooks/woo", timeout=10).status_code == 200
    assert requests.put(f"{url}/hooks/woo", timeout=10).status_code == 405


def test_a_body_beyond_all_webhooks_is_refused(url: str) -> None:
    assert post(f"{url}/hooks/woo", b"x" * (MOST_BYTES + 1)).status_code == 413


def test_a_broken_hook_does_not_break_the_server(url: str) -> None:
    assert post(f"{url}/hooks/bad").status_code == 500
    assert post(f"{url}/hooks/woo", **woo_headers(BODY)).status_code == 200


def test_a_platform_hears_the_words_it_wants(url: str, inbox: Inbox) -> None:
    answer = post(f"{url}/hooks/polite?no=SF1")
    assert answer.json() == {"result": True, "message": "成功"}
    assert answer.headers["Content-Type"] == "application/json"
    assert inbox.waiting("polite")[0] == 1


def test_while_the_disk_is_full_the_platform_is_asked_to_come_again(
    full_inbox: Inbox,
) -> None:
    receiver = Receiver({"woo": WooHook((SECRET,))}, full_inbox, FakeClock())
    with Server(receiver, "127.0.0.1", 0) as server:
        answer = post(f"http://127.0.0.1:{server.port}/hooks/woo", **woo_headers(BODY))
    assert answer.status_code == 503
    assert answer.headers["Retry-After"] == "30"


def test_numbers_and_health_are_served(url: str) -> None:
    post(f"{url}/hooks/woo", **woo_headers(BODY))
    numbers = requests.get(f"{url}/metrics", timeout=10)
    assert 'sync_agent_webhooks_total{outcome="accepted",source="woo"} 1.0' in (
        numbers.text
    )
    assert 'sync_agent_inbox_entries{source="woo"} 1.0' in numbers.text
    health = requests.get(f"{url}/health", timeout=10)
    assert health.status_code == 200
    assert health.json()["inbox"] == [{"source": "woo", "entries": 1, "oldest_s": 0.0}]


def test_health_says_so_when_the_inbox_cannot_be_read(url: str, watch: Watch) -> None:
    def refuse() -> tuple[int, float | None]:
        raise Retryable("The inbox cannot be written.", "Free disk space.")

    watch.observe_inbox("woo", refuse)
    answer = requests.get(f"{url}/health", timeout=10)
    assert answer.status_code == 503
    assert "Free disk space." in answer.text


def test_a_port_in_use_names_the_remedy(url: str, inbox: Inbox) -> None:
    port = int(url.rpartition(":")[2])
    receiver = Receiver({}, inbox, FakeClock())
    with pytest.raises(ConfigError, match="another address with --listen"):
        Server(receiver, "127.0.0.1", port)
