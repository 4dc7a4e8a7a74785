"""One connection to a platform, against a real server on the loopback address."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from email.utils import format_datetime
from typing import Any

import pytest
import requests
import responses
import structlog
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sync_agent.errors import (
    AgentError,
    ConfigError,
    Fatal,
    NeedsCredentials,
    Retryable,
)
from sync_agent.redact import Redactor
from sync_agent.transport.http import Http, parse_json
from sync_agent.transport.retry import TRIES, BadBody
from tests.fakes.clock import FakeClock

SECRET = "cs_very_secret_0123456789"


class Setting:
    """A server that answers one after the other, and a connection to it."""

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.clock = FakeClock()
        self.redactor = Redactor()
        self.requests: list[Request] = []

    def answers(self, *answers: Response | Callable[[Request], Response]) -> None:
        left = list(answers)

        def handle(request: Request) -> Response:
            self.requests.append(request)
            answer = left.pop(0) if len(left) > 1 else left[0]
            return answer if isinstance(answer, Response) else answer(request)

        self.server.expect_request("/api/things").respond_with_handler(handle)

    def http(self, **over: Any) -> Http:
        return Http(
            self.server.url_for("/api"),
            clock=self.clock,
            redactor=self.redactor,
            secrets=[SECRET],
            rate_per_s=1000,
            burst=1000,
            **over,
        )

    def get(self, **over: Any) -> Any:
        http = self.http()
        try:
            return http.request("GET", "things", **over)
        finally:
            http.close()


@pytest.fixture
def setting(httpserver: HTTPServer) -> Setting:
    return Setting(httpserver)


def test_floats_come_as_exact_decimals_and_integers_whole(setting: Setting) -> None:
    setting.answers(Response('{"a": 8.568000000000001, "b": 9007199254740993}'))
    answer = setting.get()
    assert answer.body == {"a": Decimal("8.568000000000001"), "b": 9007199254740993}


def test_an_answer_tells_status_headers_and_the_servers_clock(setting: Setting) -> None:
    headers = {"X-WP-Total": "7", "Date": "Sat, 21 Nov 2026 12:00:00 GMT"}
    setting.answers(Response("[]", headers=headers))
    answer = setting.get()
    assert answer.status == 200
    assert answer.headers["x-wp-total"] == "7"
    assert answer.served_at is not None


def test_a_form_arrives_as_one(setting: Setting) -> None:
    setting.answers(Response("null"))
    setting.http().request("POST", "things", form={"param": '{"a": "茶 *~"}'})
    (asked,) = setting.requests
    assert dict(asked.form) == {"param": '{"a": "茶 *~"}'}


def test_what_is_sent_arrives(setting: Setting) -> None:
    setting.answers(Response("null"))
    http = setting.http(headers={"X-Key": "k"}, auth=("ck", SECRET))
    http.request(
        "POST",
        "/things",
        params={"page": 2, "none": None},
        json={"query": "{ a }"},
        headers={"X-More": "m"},
    )
    http.close()
    request = setting.requests[0]
    assert request.args.to_dict() == {"page": "2"}
    assert request.json == {"query": "{ a }"}
    assert request.headers["X-Key"] == "k"
    assert request.headers["X-More"] == "m"
    assert request.authorization is not None
    assert request.authorization.password == SECRET
    assert request.headers["User-Agent"].startswith("crm_sme-sync-agent/")


def test_an_empty_body_is_none(setting: Setting) -> None:
    setting.answers(Response("", status=204))
    assert setting.get().body is None


def test_a_byte_order_mark_and_a_bad_byte_do_no_harm() -> None:
    assert parse_json(b'\xef\xbb\xbf{"a": "\xff"}') == {"a": "\ufffd"}


@pytest.mark.parametrize("text", [b"NaN", b"[1, Infinity]", b'{"a": ', b"<html>"])
def test_what_is_no_json_is_refused(text: bytes) -> None:
    with pytest.raises(ValueError, match=r".*"):
        parse_json(text)


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_busy_platform_is_asked_again(setting: Setting, status: int) -> None:
    setting.answers(Response("{}", status=status), Response('{"ok": true}'))
    assert setting.get().body == {"ok": True}
    assert len(setting.clock.waits) == 1


@pytest.mark.parametrize("status", [429, 503])
@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("7", 7.0),
        ("6.1", 7.0),
        ("Sat, 21 Nov 2020 12:00:00 GMT", 0.5),
    ],
    ids=["seconds", "fraction", "past date"],
)
def test_retry_after_is_kept(
    setting: Setting, status: int, header: str, wait: float
) -> None:
    headers = {"Retry-After": header}
    setting.answers(Response("{}", status=status, headers=headers), Response("1"))
    assert setting.get().body == 1
    assert setting.clock.waits == [wait]


def test_a_date_to_wait_for_is_measured_by_the_servers_clock(setting: Setting) -> None:
    """The fake clock is years behind: only the ``Date`` header gives a sane wait."""

    def busy(_request: Request) -> Response:
        headers = {
            "Retry-After": format_datetime(datetime.now(UTC) + timedelta(seconds=9))
        }
        return Response("{}", status=429, headers=headers)

    setting.clock.time = datetime(2020, 1, 1, tzinfo=UTC)
    setting.answers(busy, Response("1"))
    assert setting.get().body == 1
    assert 7 <= setting.clock.waits[0] <= 10


def test_a_platform_that_stays_busy_ends_in_a_retryable_error(setting: Setting) -> None:
    setting.answers(Response("slow down", status=429))
    with pytest.raises(Retryable, match="429: 'slow down'"):
        setting.get()
    assert len(setting.requests) == TRIES


def test_a_wait_of_an_hour_is_handed_on(setting: Setting) -> None:
    setting.answers(Response("{}", status=429, headers={"Retry-After": "3600"}))
    with pytest.raises(Retryable) as caught:
        setting.get()
    assert caught.value.after == 3600
    assert len(setting.requests) == 1


@pytest.mark.parametrize(
    ("status", "error", "remedy"),
    [
        (401, NeedsCredentials, "Check the key"),
        (403, NeedsCredentials, "Check the key"),
        (404, Fatal, "nothing answers at this path"),
        (400, Fatal, "refuses the request"),
        (422, Fatal, "refuses the request"),
    ],
)
def test_what_a_person_must_mend_is_told_at_once(
    setting: Setting, status: int, error: type[AgentError], remedy: str
) -> None:
    setting.answers(Response('{"message": "no"}', status=status))
    with pytest.raises(error, match=remedy):
        setting.get()
    assert len(setting.requests) == 1


def test_a_status_that_the_caller_accepts_is_no_error(setting: Setting) -> None:
    setting.answers(Response('{"code": "gone"}', status=404))
    assert setting.get(accept={404}).body == {"code": "gone"}


@pytest.mark.parametrize("status", [301, 302, 307])
def test_a_move_is_told_and_not_followed(setting: Setting, status: int) -> None:
    headers = {"Location": f"https://new.example/api/things?key={SECRET}"}
    setting.answers(Response("", status=status, headers=headers))
    with pytest.raises(Fatal, match=r"moved to https://new\.example") as caught:
        setting.get()
    assert SECRET not in str(caught.value)


@pytest.mark.parametrize(
    "body",
    ["<!doctype html><title>Log in</title>", "upstream error", '{"a": [1, 2'],
    ids=["HTML", "plain text", "cut off"],
)
def test_a_body_that_is_no_json_is_shown_and_tried_again(
    setting: Setting, body: str
) -> None:
    setting.answers(Response(body), Response(body), Response("[]"))
    assert setting.get().body == []
    setting.server.clear()
    setting.answers(Response(body + "x" * 500))
    with pytest.raises(BadBody, match="not JSON") as caught:
        setting.get()
    assert body[:10] in str(caught.value)
    assert "x" * 101 not in str(caught.value)


def test_a_broken_gzip_stream_is_tried_again(setting: Setting) -> None:
    good = gzip.compress(b"[1]")
    headers = {"Content-Encoding": "gzip"}
    setting.answers(
        Response(b"not gzip", headers=headers), Response(good, headers=headers)
    )
    assert setting.get().body == [1]


def test_a_broken_gzip_stream_ends_in_an_error_with_a_remedy(setting: Setting) -> None:
    setting.answers(Response(b"not gzip", headers={"Content-Encoding": "gzip"}))
    with pytest.raises(BadBody, match="proxy or plugin"):
        setting.get()


def test_a_refused_connection_says_what_to_check() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    clock = FakeClock()
    http = Http(f"http://127.0.0.1:{port}", clock=clock, redactor=Redactor())
    with pytest.raises(Retryable, match=r"refused.*Check that the address") as caught:
        http.request("GET", "things")
    assert "HTTPConnectionPool" not in str(caught.value)
    assert len(clock.waits) == TRIES - 1


@pytest.fixture
def raw_server() -> Iterator[Callable[[bytes], str]]:
    """Serve raw bytes to each caller and hang up."""
    sockets: list[socket.socket] = []

    def start(answer: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        sockets.append(listener)

        def serve() -> None:
            while True:
                try:
                    peer, _address = listener.accept()
                except OSError:
                    return
                with peer, contextlib.suppress(OSError):  # a caller that hung up
                    peer.recv(65536)
                    peer.sendall(answer)

        threading.Thread(target=serve, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in sockets:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(b"", id="nothing"),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n[1", id="half a body"
        ),
        pytest.param(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\n[1",
            id="half a chunk",
        ),
    ],
)
def test_a_connection_that_breaks_is_retried_and_then_told(raw_server, answer) -> None:
    http = Http(raw_server(answer), clock=FakeClock(), redactor=Redactor(), tries=2)
    with pytest.raises(Retryable, match="lost or refused"):
        http.request("GET", "things")
    http.close()


def test_a_silent_server_runs_into_the_time_out(httpserver: HTTPServer) -> None:
    listener = socket.create_server(("127.0.0.1", 0))
    url = f"http://127.0.0.1:{listener.getsockname()[1]}"
    http = Http(url, clock=FakeClock(), redactor=Redactor(), timeout_s=0.05, tries=1)
    with pytest.raises(Retryable, match="did not answer in time"):
        http.request("GET", "things")
    http.close()
    listener.close()


def test_an_answer_that_trickles_for_ever_is_given_up(setting: Setting) -> None:
    def trickle(_request: Request) -> Response:
        def body() -> Iterator[bytes]:
            for _chunk in range(3):
                setting.clock.pass_time(1000)
                yield b" "

        return Response(body())

    setting.answers(trickle)
    with pytest.raises(Retryable, match="did not answer in time"):
        setting.get()


@pytest.mark.parametrize("url", ["shop.example", "ftp://shop.example", "http://[::1"])
def test_an_address_that_is_none_is_a_mistake_of_the_settings(url: str) -> None:
    with pytest.raises(ConfigError, match="Correct the address"):
        Http(url, clock=FakeClock(), redactor=Redactor()).request("GET", "things")


def test_keys_are_not_sent_to_another_server(setting: Setting) -> None:
    http = setting.http()
    with pytest.raises(Fatal, match="another server"):
        http.request("GET", "https://evil.example/api/things")
    assert setting.requests == []


def test_an_absolute_address_of_the_same_server_is_used(setting: Setting) -> None:
    setting.answers(Response("[]"))
    http = setting.http()
    answer = http.request("GET", setting.server.url_for("/api/things?page=2"))
    http.close()
    assert answer.body == []
    assert setting.requests[0].args["page"] == "2"


def test_no_secret_is_in_an_error_or_a_log(setting: Setting) -> None:
    """Demand 22 of the complaints: secrets in logs."""
    link = f'<http://x/?consumer_secret={SECRET}>; rel="next"'
    echo = f'{{"sent": "Authorization: Basic {SECRET}", "url": "?token=abcdef123"}}'
    setting.answers(Response(echo, status=500, headers={"Link": link}))
    with structlog.testing.capture_logs() as logged, pytest.raises(Retryable) as caught:
        setting.get(params={"consumer_secret": SECRET})
    assert logged
    for text in (str(caught.value), repr(caught.value), str(logged)):
        assert SECRET not in text
        assert "abcdef123" not in text


@responses.activate
@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("CERTIFICATE_VERIFY_FAILED", "not trusted"),
        ("WRONG_VERSION_NUMBER", "does not speak TLS"),
    ],
)
def test_what_is_wrong_with_tls_is_told(said: str, text: str) -> None:
    error = requests.exceptions.SSLError(f"[SSL: {said}] failed")
    responses.get("https://shop.example/things", body=error)
    http = Http("https://shop.example", clock=FakeClock(), redactor=Redactor())
    with pytest.raises(Fatal, match=text):
        http.request("GET", "things")
