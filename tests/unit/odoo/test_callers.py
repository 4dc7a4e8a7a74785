"""Both ways of calling Odoo tell the same things when something is wrong."""

from __future__ import annotations

import logging
import socket
import ssl
import urllib.error
import urllib.request
from typing import Any

import pytest
import requests
import responses
from werkzeug import Response

from sync_agent.errors import (
    AgentError,
    ConfigError,
    Fatal,
    NeedsCredentials,
    Retryable,
)
from sync_agent.odoo.door import Caller
from sync_agent.odoo.json2 import Json2Caller
from sync_agent.odoo.legacy import LegacyCaller
from sync_agent.redact import Redactor
from sync_agent.transport.retry import BadBody
from tests.unit.odoo.conftest import KEY, FakeOdoo


def test_a_call_carries_its_arguments_by_name(caller: Caller, fake: FakeOdoo) -> None:
    fake.answer = {"status": "ok"}
    assert caller.call("push", {"run": "r", "records": [{"a": "ü"}]}) == {
        "status": "ok"
    }
    assert fake.requests == [("push", {"run": "r", "records": [{"a": "ü"}]})]
    caller.close()


@pytest.mark.parametrize(
    ("error", "expected", "text"),
    [
        pytest.param(
            (403, "odoo.exceptions.AccessError", "You lack the group"),
            NeedsCredentials,
            r"denied the right: You lack the group\. Give the robot user",
            id="rights",
        ),
        pytest.param(
            (422, "odoo.exceptions.UserError", "The source is inactive. Activate it."),
            Fatal,
            r"refused the call: The source is inactive\. Activate it\.",
            id="user error",
        ),
        pytest.param(
            (409, "odoo.exceptions.LockError", "locked"),
            Retryable,
            "busy with the same records",
            id="lock",
        ),
        pytest.param(
            (500, "psycopg2.OperationalError", "gone"), Retryable, "gone", id="database"
        ),
        pytest.param(
            (500, "builtins.ValueError", "boom"), Retryable, "boom", id="any other"
        ),
    ],
)
def test_a_refusal_of_odoo_names_the_remedy(
    caller: Caller,
    fake: FakeOdoo,
    error: tuple[int, str, str],
    expected: type[AgentError],
    text: str,
) -> None:
    fake.error = error
    with pytest.raises(expected, match=text) as caught:
        caller.call("hello", {})
    assert type(caught.value) is expected
    assert "Traceback" not in str(caught.value)
    assert KEY not in str(caught.value)


def test_a_missing_addon_is_told(caller: Caller, fake: FakeOdoo) -> None:
    unknown = "builtins.KeyError" if isinstance(caller, LegacyCaller) else "NotFound"
    fake.error = (404, unknown, "sme.ingest")
    with pytest.raises(Fatal, match=r"does not know the door.*Install or update"):
        caller.call("hello", {})


def test_html_instead_of_json_is_shown(caller: Caller, fake: FakeOdoo) -> None:
    fake.response = lambda: Response("<html>Welcome to nginx</html>")
    with pytest.raises(ConfigError, match=r"not Odoo's JSON.*Check odoo\.url"):
        caller.call("hello", {})


def test_half_an_answer_may_work_later(caller: Caller, fake: FakeOdoo) -> None:
    fake.response = lambda: Response('{"status": "o')
    with pytest.raises(BadBody, match="cut off"):
        caller.call("push", {})


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_proxy_in_trouble_may_work_later(
    caller: Caller, fake: FakeOdoo, status: int
) -> None:
    fake.response = lambda: Response("<h1>Bad gateway</h1>", status=status)
    with pytest.raises(Retryable, match=str(status)):
        caller.call("push", {})


def test_a_batch_that_a_proxy_finds_too_large_names_the_setting(
    caller: Caller, fake: FakeOdoo
) -> None:
    fake.response = lambda: Response("too large", status=413)
    with pytest.raises(Fatal, match=r"agent\.batch_bytes"):
        caller.call("push", {})


def test_an_odoo_that_is_down_may_work_later() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
    for way in (
        Json2Caller(url, KEY, redactor=Redactor()),
        LegacyCaller(url, "crm", "sync", KEY, redactor=Redactor()),
    ):
        with pytest.raises(Retryable, match=r"cannot be reached: .*refused.*Start it"):
            way.call("hello", {})


@pytest.mark.parametrize("way", ["json2", "odoorpc"])
def test_a_slow_odoo_runs_into_the_time_out(way: str) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        more: dict[str, Any] = {"redactor": Redactor(), "timeout_s": 0.05}
        caller: Caller = (
            Json2Caller(url, KEY, **more)
            if way == "json2"
            else LegacyCaller(url, "crm", "sync", KEY, **more)
        )
        with pytest.raises(
            Retryable, match=r"did not answer within.*nothing is stored"
        ):
            caller.call("push", {})


def test_json2_sends_key_and_database_and_no_netrc(fake: FakeOdoo) -> None:
    caller = Json2Caller(fake.url + "/", KEY, "crm", redactor=Redactor())
    caller.call("hello", {})
    caller.close()
    assert fake.headers["Authorization"] == f"Bearer {KEY}"
    assert fake.headers["X-Odoo-Database"] == "crm"


def test_json2_sends_text_that_utf8_cannot_hold(fake: FakeOdoo) -> None:
    caller = Json2Caller(fake.url, KEY, redactor=Redactor())
    caller.call("push", {"report": {"message": "\ud800"}})
    caller.close()
    assert fake.requests[0][1] == {"report": {"message": "?"}}


@pytest.mark.parametrize(
    ("status", "body", "error", "text"),
    [
        (401, "", NeedsCredentials, "refused the key"),
        (404, "<h1>Not Found</h1>", ConfigError, r"odoo\.database"),
        (415, "<h1>Unsupported</h1>", Fatal, "without a path"),
        (400, "{}", Fatal, "cannot read the request"),
        (429, "", Retryable, "fewer calls"),
        (418, "", Fatal, "418"),
    ],
)
def test_json2_knows_the_statuses_of_odoo(
    fake: FakeOdoo, status: int, body: str, error: type[AgentError], text: str
) -> None:
    fake.response = lambda: Response(body, status=status)
    caller = Json2Caller(fake.url, KEY, redactor=Redactor())
    with pytest.raises(error, match=text):
        caller.call("hello", {})
    caller.close()


def test_json2_hands_on_how_long_to_wait(fake: FakeOdoo) -> None:
    fake.response = lambda: Response("", status=503, headers={"Retry-After": "12"})
    caller = Json2Caller(fake.url, KEY, redactor=Redactor())
    with pytest.raises(Retryable) as caught:
        caller.call("hello", {})
    caller.close()
    assert caught.value.after == 12


def test_json2_tells_where_odoo_moved(fake: FakeOdoo) -> None:
    fake.response = lambda: Response(
        "", status=301, headers={"Location": "https://new.example/json/2"}
    )
    caller = Json2Caller(fake.url, KEY, redactor=Redactor())
    with pytest.raises(ConfigError, match=r"moved to https://new\.example"):
        caller.call("hello", {})
    caller.close()


def test_json2_shows_what_an_unknown_failure_says(fake: FakeOdoo) -> None:
    fake.response = lambda: Response(f"worker died {KEY}", status=500)
    caller = Json2Caller(fake.url, KEY, redactor=Redactor())
    with pytest.raises(Retryable, match=r"worker died \*\*\*"):
        caller.call("hello", {})
    caller.close()


@pytest.mark.parametrize("url", ["odoo.example", "ftp://odoo.example"])
def test_json2_refuses_an_address_that_is_none(url: str) -> None:
    with pytest.raises(ConfigError, match=r"Correct odoo\.url"):
        Json2Caller(url, KEY, redactor=Redactor()).call("hello", {})


def test_odoorpc_tells_that_the_log_in_was_refused(fake: FakeOdoo) -> None:
    fake.login = False
    caller = LegacyCaller(fake.url, "crm", "sync", KEY, redactor=Redactor())
    with pytest.raises(NeedsCredentials, match="refused the log-in of sync"):
        caller.call("hello", {})


def test_odoorpc_tells_that_the_database_is_unknown(fake: FakeOdoo) -> None:
    fake.error = (0, "psycopg2.OperationalError", 'database "crm" does not exist')
    caller = LegacyCaller(fake.url, "crm", "sync", KEY, redactor=Redactor())
    with pytest.raises(ConfigError, match=r"odoo\.database"):
        caller.call("hello", {})


@pytest.mark.parametrize("status", [404, 415])
def test_odoorpc_tells_that_another_server_answers(fake: FakeOdoo, status: int) -> None:
    fake.response = lambda: Response("", status=status)
    caller = LegacyCaller(fake.url, "crm", "sync", KEY, redactor=Redactor())
    with pytest.raises(AgentError, match=r"not Odoo's JSON interface"):
        caller.call("hello", {})


@pytest.mark.parametrize(
    "url", ["odoo.example", "ftp://odoo.example", "https://odoo.example/path"]
)
def test_odoorpc_refuses_an_address_that_it_cannot_use(url: str) -> None:
    with pytest.raises(ConfigError, match="without a path"):
        LegacyCaller(url, "crm", "sync", KEY, redactor=Redactor())


def test_odoorpc_never_logs_what_it_sends(
    fake: FakeOdoo, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        caller = LegacyCaller(fake.url, "crm", "sync", KEY, redactor=Redactor())
        caller.call("hello", {})
    assert KEY not in caplog.text


@responses.activate
@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("CERTIFICATE_VERIFY_FAILED", r"not trusted.*odoo\.verify"),
        ("WRONG_VERSION_NUMBER", r"does not speak TLS.*http://"),
    ],
)
def test_json2_tells_what_is_wrong_with_tls(said: str, text: str) -> None:
    url = "https://odoo.example"
    error = requests.exceptions.SSLError(f"[SSL: {said}] failed")
    responses.post(f"{url}/json/2/sme.ingest/hello", body=error)
    with pytest.raises(Fatal, match=text):
        Json2Caller(url, KEY, redactor=Redactor()).call("hello", {})


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("CERTIFICATE_VERIFY_FAILED", r"not trusted.*odoo\.verify"),
        ("WRONG_VERSION_NUMBER", r"does not speak TLS.*http://"),
    ],
)
def test_odoorpc_tells_what_is_wrong_with_tls(
    monkeypatch: pytest.MonkeyPatch, said: str, text: str
) -> None:
    def fail(*_args: object, **_kwargs: object) -> None:
        raise urllib.error.URLError(ssl.SSLError(1, f"[SSL: {said}] failed"))

    monkeypatch.setattr(urllib.request.OpenerDirector, "open", fail)
    caller = LegacyCaller("https://odoo.example", "crm", "s", KEY, redactor=Redactor())
    with pytest.raises(Fatal, match=text):
        caller.call("hello", {})
