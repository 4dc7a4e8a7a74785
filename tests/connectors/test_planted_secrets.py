"""Secrets are planted everywhere, and then looked for wherever a text gets out.

Demand 12: the keys to customer data stay secret.
"""

from __future__ import annotations

import base64
import contextlib
import json
import logging
import re
import signal
import sys
import threading
import types
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, get_args
from urllib.parse import quote, quote_plus, unquote, unquote_plus

import pytest
import requests
import structlog
from pydantic import BaseModel, SecretStr
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner
from werkzeug import Request, Response

from sync_agent import config, registry
from sync_agent.app import App
from sync_agent.cli import cli
from sync_agent.clock import SystemClock
from sync_agent.door import Batch, ComparisonReport, Report
from sync_agent.errors import ExitCode
from sync_agent.logs import configure
from sync_agent.odoo.door import OdooDoor
from sync_agent.records import BadRecord
from sync_agent.records.open_parcel import OpenParcel
from sync_agent.redact import MASK, Redactor
from tests.fakes.echo import GIVEN, MOODS, EchoServer
from tests.fakes.odoo_http import KEY, FakeOdooServer

PLACES = ("env", "file", "keyring", "plain", "inside")
WAYS: dict[str, list[dict[str, Any]]] = {
    # the settings that a connector needs beside url and secrets, for each way in
    "magento": [{"username": None, "password": None}, {"username": "crm"}],
    "shopify": [{"client_id": "app", "access_token": None}, {"client_secret": None}],
    "vendure": [{"username": None, "password": None}, {"username": "crm"}],
    "youzan": [{"client_id": "app", "shop": "42583152"}],
}
OTHER_WAY = {
    "magento": (
        *("consumer_key", "consumer_secret"),
        *("access_token", "access_token_secret"),
    ),
    "vendure": ("api_key",),
}
_LONG = re.compile(r"[A-Za-z0-9+/]{16,}={0,2}")
LIMIT_S = 30


def secret_fields(model: type[BaseModel]) -> list[str]:
    """Return the names of settings that are secrets."""

    def holds(kind: Any) -> bool:
        return kind is SecretStr or any(map(holds, get_args(kind)))

    return [n for n, f in model.model_fields.items() if holds(f.annotation)]


def ways() -> list[tuple[str, int]]:
    """Return each connector that talks to a platform, once for each way in."""
    return [
        (name, way)
        for name in registry.names()
        if name != "file"
        for way in range(len(WAYS.get(name, [{}])))
    ]


class Planted:
    """A configuration full of secrets, and all texts that got out.

    Attributes:
        markers: the secrets.
        seen: texts, by where they were seen.
    """

    def __init__(self, folder: Path, server: HTTPServer, shop: EchoServer) -> None:
        self.folder = folder
        self.odoo = FakeOdooServer(server)
        self.odoo.door.open_parcels.append(
            OpenParcel(id="1", tracking_number="SF1234567890", carrier="SF", phone="1")
        )
        self.server = server
        self.shop = shop
        self.markers = {KEY, GIVEN}
        self.keyring: dict[str, str] = {}
        self.seen: list[tuple[str, str]] = []
        self.path = folder / "agent.toml"
        self.state = folder / "state"

    def marker(self, name: str) -> str:
        """Return a new secret with letters that are spelled differently elsewhere."""
        made = f"mrk+{name}/{len(self.markers)}7f3a9c&e1=="
        self.markers.add(made)
        return made

    def placed(self, name: str, place: str, monkeypatch: pytest.MonkeyPatch) -> str:
        """Put a new secret somewhere; return the text of the configuration."""
        secret = self.marker(name)
        if place == "env":
            monkeypatch.setenv(f"PLANTED_{name.upper()}", secret)
            return f"env:PLANTED_{name.upper()}"
        if place == "file":
            (self.folder / name).write_text(secret + "\n")
            return f"file:{name}"
        if place == "keyring":
            self.keyring[name] = secret
            return f"keyring:planted/{name}"
        if place == "inside":
            monkeypatch.setenv("PLANTED_PART", secret[:10])
            return "${PLANTED_PART}" + secret[10:]
        return secret

    def configure(
        self, connector: str, way: int, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        """Write a configuration with one source."""
        model = registry.load(connector).settings
        more = dict(WAYS.get(connector, [{}])[way])
        if way:
            more |= dict.fromkeys(OTHER_WAY.get(connector, ()))
        table: dict[str, Any] = {"url": self.shop.url, "rate_per_s": 1000.0}
        for number, name in enumerate(secret_fields(model)):
            if name not in more:
                place = PLACES[(number + way) % len(PLACES)]
                table[name] = self.placed(name, place, monkeypatch)
        table |= {key: value for key, value in more.items() if value is not None}
        rows = [f"{key} = {json.dumps(value)}" for key, value in table.items()]
        self.path.write_text(
            f'[odoo]\nurl = "{self.odoo.url}"\napi_key = "{KEY}"\n'
            f'[agent]\nstate_dir = "{self.state}"\n'
            f'[sources.shop]\nconnector = "{connector}"\n' + "\n".join(rows) + "\n"
        )
        self.path.chmod(0o600)

    def run(self, *words: str, form: str = "json") -> int:
        """Run a command with all that is logged; keep what it prints."""
        options = ["-c", str(self.path), "--log-level", "debug", "--log-format", form]
        result = CliRunner().invoke(cli, [*options, *words])
        where = f"{' '.join(words)} ({form}, {self.shop.mood})"
        self.seen += [(where, result.stdout), (where, result.stderr)]
        if result.exception and not isinstance(result.exception, SystemExit):
            raise result.exception
        return result.exit_code

    def collect(self) -> None:
        """Add what reached Odoo and what lies on the disk."""
        for request, _answer in self.server.log:
            self.seen.append(("to Odoo", request.get_data(as_text=True)))
        for file in self.state.rglob("*") if self.state.exists() else ():
            if file.is_file():
                self.seen.append((file.name, file.read_bytes().decode("latin-1")))

    def leaks(self) -> list[str]:
        """Return where secrets were found, and a few letters around them."""
        return sorted(
            {
                f"{where}: {found}"
                for where, text in self.seen
                for found in found_in(text, self.markers)
            }
        )


def found_in(text: str, markers: Iterable[str]) -> Iterator[str]:
    """Yield the places of secrets in a text, in whatever spelling."""
    decoded = " ".join(unpacked(text))
    for spelled in {text, unquote(text), unquote_plus(text), decoded}:
        for marker in markers:
            for form in (marker, quote(marker), quote_plus(marker)):
                at = spelled.find(form)
                if at >= 0:
                    yield spelled[max(0, at - 60) : at + len(form) + 10]


def unpacked(text: str) -> Iterator[str]:
    """Yield what is written in base64 in a text."""
    for match in _LONG.finditer(text):
        packed = match[0].rstrip("=")
        padding = "=" * (-len(packed) % 4)
        with contextlib.suppress(ValueError):
            yield base64.b64decode(packed + padding).decode("latin-1")


@pytest.fixture
def planted(
    tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Planted]:
    keyring: Any = types.ModuleType("keyring")
    monkeypatch.setitem(sys.modules, "keyring", keyring)
    wait = SystemClock.sleep
    monkeypatch.setattr(SystemClock, "sleep", lambda clock, _seconds: wait(clock, 0))
    signals = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    with EchoServer() as shop:
        made = Planted(tmp_path, httpserver, shop)
        keyring.get_password = lambda _service, name: made.keyring[name]
        yield made
    for number, handler in signals.items():
        signal.signal(number, handler)


def test_the_search_finds_a_secret_in_every_spelling() -> None:
    """Else the tests below would prove nothing."""
    secret = "mrk+a/17f3a9c&e1=="
    pair = base64.b64encode(f"user:{secret}".encode()).decode()
    for text in (secret, quote(secret), quote_plus(secret), f"Basic {pair}"):
        assert list(found_in(f"before {text} after", [secret]))
    assert not list(found_in("mrk+a/17f3a9", [secret]))


@pytest.mark.parametrize(("connector", "way"), ways())
def test_no_secret_of_a_connector_gets_out_whatever_the_platform_says(
    planted: Planted,
    monkeypatch: pytest.MonkeyPatch,
    connector: str,
    way: int,
) -> None:
    planted.configure(connector, way, monkeypatch)
    codes = set()
    for number, mood in enumerate(MOODS):
        planted.shop.mood = mood
        forms = ("json", "console") if number % 2 else ("console", "json")
        codes.add(planted.run("check", "--json", form=forms[0]))
        codes.add(planted.run("sync", form=forms[1]))
    assert codes > {ExitCode.CREDENTIALS, ExitCode.UNAVAILABLE}
    for words in (("sync", "--json"), ("check",), ("reconcile", "--json"), ("replay",)):
        planted.run(*words)
    planted.run("status", "--json")
    told = "\n".join(planted.shop.told)
    assert list(found_in(told, planted.markers - {KEY})), "no secret reached the shop"
    planted.collect()
    assert planted.leaks() == []


def test_a_key_that_odoo_gives_back_gets_out_nowhere(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.configure("woocommerce", 0, monkeypatch)

    def echo(request: Request) -> Response:
        told = f"{request.headers} {request.get_data(as_text=True)}"
        body = {"name": "builtins.ValueError", "message": told, "debug": told}
        return Response(json.dumps(body), status=int(planted.shop.mood))

    planted.server.clear()
    planted.server.expect_request(re.compile("/json/2/.*")).respond_with_handler(echo)
    for mood in ("400", "401", "403", "404", "422", "500"):
        planted.shop.mood = mood
        for words in (("check",), ("sync",), ("status",)):
            assert planted.run(*words, "--json") != 0
            assert planted.run(*words, form="console") != 0
    assert planted.leaks() == []


@pytest.mark.parametrize("form", ["json", "console"])
def test_a_traceback_holds_no_secret(
    form: str, capsys: pytest.CaptureFixture[str]
) -> None:
    secret = "mrk-in-a-traceback/1"
    configure(Redactor([secret]), level="debug", form=form)  # type: ignore[arg-type]

    def refused() -> None:
        raise RuntimeError(f"{secret} was refused")

    try:
        refused()
    except RuntimeError as error:
        structlog.get_logger("x").error("internal_error", exc_info=error)
        logging.getLogger("urllib3").error("url ?key=%s", secret)
        logging.getLogger("urllib3").exception("odd")
    finally:
        structlog.reset_defaults()
    told = capsys.readouterr().err
    assert "internal_error" in told
    assert "RuntimeError" in told
    assert not list(found_in(told, [secret]))


def test_a_fault_of_the_agent_itself_shows_no_secret(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.configure("woocommerce", 0, monkeypatch)
    secret = max(planted.markers - {KEY, GIVEN})

    def broken(*_args: Any, **_options: Any) -> Any:
        raise RuntimeError(f"cannot use {secret}")

    monkeypatch.setattr("sync_agent.transport.http.Http.request", broken)
    for form in ("json", "console"):
        assert planted.run("sync", "--json", form=form) != 0
        assert planted.run("check", form=form) != 0
    planted.collect()
    assert any("RuntimeError" in text for _where, text in planted.seen)
    assert planted.leaks() == []


@pytest.mark.parametrize(
    "odoo", ["http://robot:{}@127.0.0.1:9", "http://127.0.0.1:9/?key={}"]
)
def test_a_key_in_an_address_is_refused_and_not_repeated(
    planted: Planted, monkeypatch: pytest.MonkeyPatch, odoo: str
) -> None:
    planted.configure("woocommerce", 0, monkeypatch)
    secret = planted.marker("address").replace("/", "-")
    planted.markers.add(secret)
    text = planted.path.read_text()
    for wrong in (
        text.replace(f'url = "{planted.odoo.url}"', f'url = "{odoo.format(secret)}"'),
        text.replace(f'url = "{planted.shop.url}"', f'url = "{odoo.format(secret)}"'),
        text.replace("rate_per_s = 1000.0", f'rate_per_s = "{secret}"'),
        text.replace("rate_per_s = 1000.0", f'consumer_sceret = "{secret}"'),
    ):
        planted.path.write_text(wrong)
        for words in (("check",), ("sync",)):
            assert planted.run(*words, "--json") != 0
            assert planted.run(*words, form="console") != 0
    assert planted.leaks() == []


def test_a_proxy_that_needs_a_password_is_told_without_it(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.configure("woocommerce", 0, monkeypatch)
    secret = planted.marker("proxy").replace("/", "-")
    planted.markers.add(secret)
    monkeypatch.setenv("HTTP_PROXY", f"http://user:{quote(secret)}@127.0.0.1:9")
    monkeypatch.setenv("http_proxy", f"http://user:{quote(secret)}@127.0.0.1:9")
    monkeypatch.setenv("NO_PROXY", "localhost")
    for words in (("check",), ("sync",)):
        assert planted.run(*words, "--json") != 0
        assert planted.run(*words, form="console") != 0
    planted.collect()
    assert planted.leaks() == []


def test_the_password_of_the_queue_gets_out_nowhere(
    planted: Planted, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted.configure("woocommerce", 0, monkeypatch)
    secret = planted.marker("queue").replace("/", "-")
    planted.markers.add(secret)
    for address in (
        f"postgresql://agent:{quote(secret)}@127.0.0.1:9/queue",
        f"mysql://agent:{quote(secret)}@127.0.0.1:9/queue",
        f"postgresql://agent:{secret}@127.0.0.1:port/queue",
    ):
        monkeypatch.setenv("PLANTED_QUEUE", address)
        text = planted.path.read_text().partition("[worker]")[0]
        planted.path.write_text(f'{text}[worker]\ndatabase = "env:PLANTED_QUEUE"\n')
        assert planted.run("worker") != 0
        assert planted.run("worker", form="console") != 0
    planted.collect()
    assert any("[worker] database" in text for _where, text in planted.seen)
    assert planted.leaks() == []


@pytest.mark.parametrize(
    "connector",
    [n for n in registry.names() if registry.load(n).hook is not None],
)
def test_webhooks_leave_no_secret_in_inbox_numbers_health_and_log(
    planted: Planted,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    connector: str,
) -> None:
    planted.configure(connector, 0, monkeypatch)
    planted.shop.mood = "errors in 200"
    redactor, stop = Redactor([KEY]), threading.Event()
    app = App(config.load(planted.path), redactor=redactor, stop=stop)
    configure(redactor, level="debug", form="json")
    ports: list[int] = []
    listening = threading.Event()

    def ready(port: int, _codes: Any) -> None:
        ports.append(port)
        listening.set()

    options = {"listen": "127.0.0.1:0", "ready": ready}
    thread = threading.Thread(target=app.serve, args=(["shop"],), kwargs=options)
    thread.start()
    try:
        assert listening.wait(LIMIT_S)
        address = f"http://127.0.0.1:{ports[0]}"
        for marker in planted.markers:
            requests.post(
                f"{address}/hooks/shop?key={quote(marker, safe='')}",
                json={"sign": marker, "param": marker, "data": {"id": marker}},
                headers={"Authorization": f"Bearer {marker}", "X-Event-Id": marker},
                timeout=LIMIT_S,
            )
        for page in ("health", "metrics", f"hooks/{quote(KEY)}"):
            answer = requests.get(f"{address}/{page}", timeout=LIMIT_S)
            planted.seen.append((page, f"{answer.headers} {answer.text}"))
    finally:
        stop.set()
        thread.join(LIMIT_S)
    told = capsys.readouterr()
    planted.seen += [("log", told.err), ("output", told.out)]
    assert "listening" in told.err
    planted.collect()
    assert planted.leaks() == []


@pytest.mark.parametrize("name", [n for n in registry.names() if n != "file"])
def test_settings_show_no_secret_when_printed(name: str) -> None:
    model = registry.load(name).settings
    fields = secret_fields(model)
    assert fields
    made = model.model_construct(
        **{
            # a list of secrets is one of webhooks
            field: (secret,) if field == "webhook_secret" else secret
            for field in fields
            for secret in [SecretStr(f"mrk-{field}-9c1e")]
        }
    )
    shown = f"{made!r} {made} {made.model_dump_json()} {made.model_dump()}"
    assert "mrk-" not in shown


def test_a_record_that_cannot_be_read_is_shown_in_odoo_without_secrets() -> None:
    """A platform may write our key into what it sends."""
    secret = "mrk-in-a-record/9c1e"
    bad = BadRecord("order", "1", "", "note", f"odd: {secret}", {"a": [{"b": secret}]})
    good = {"kind": "order", "external_id": "2", "version": "", "data": {"n": 1}}
    calls: list[Any] = []

    class Keeping:
        def call(self, method: str, arguments: Any) -> Any:
            calls.append(arguments)
            return {"status": "ok", "counts": {}, "results": []}

        def close(self) -> None:
            calls.append(None)

    door = OdooDoor(Keeping(), SystemClock(), redactor=Redactor([secret]))
    report = Report("failed", None, f"refused {secret}")
    door.push(Batch("s", "x", "r", 0, None, {}, [bad.to_wire(), good], report))
    found = ComparisonReport("r", "failed", 0, 0, 0, 0, 0, f"refused {secret}")
    door.compared("s", "order", found)
    assert not list(found_in(json.dumps(calls), [secret]))
    assert calls[0]["records"][1] is good
    assert calls[0]["records"][0]["data"] == {"a": [{"b": MASK}]}
