"""The command line with a fake Odoo behind it and a tiny shop as its source."""

from __future__ import annotations

import json
import re
import signal
from collections.abc import Iterator
from importlib.metadata import EntryPoint
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr
from pytest_httpserver import HTTPServer
from typer.testing import CliRunner

from sync_agent import registry
from sync_agent.cli import cli
from sync_agent.port import Connector, ConnectorSettings, Tools
from tests.fakes.odoo_http import KEY, FakeOdooServer
from tests.fakes.shop import ListSource, customer, source_of


class TinySettings(ConnectorSettings):
    """Settings of the tiny shop."""

    url: str
    key: SecretStr


SHOPS: dict[str, ListSource] = {}
"""Open by their address."""


def open_tiny(settings: TinySettings, tools: Tools) -> ListSource:
    return SHOPS[settings.url]


CONNECTOR = Connector(
    name="tiny",
    title="Tiny shop",
    settings=TinySettings,
    example="""\
# address of the shop
url = "https://shop.example"
key = "env:TINY_KEY"
""",
    open=open_tiny,
    questions=(("url", "Address of the shop"), ("key", "Its key")),
)


class Result:
    """What a command did."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code = code
        self.out = out
        self.err = err

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def text(self) -> str:
        """All that a person sees, on one line."""
        return re.sub(r"\s+", " ", self.out + " " + self.err)


class Setting:
    """A configuration with one source, and the command line."""

    def __init__(self, tmp_path: Path, server: HTTPServer) -> None:
        self.odoo = FakeOdooServer(server)
        self.door = self.odoo.door
        self.shop = source_of(*(customer(n) for n in range(3)))
        SHOPS.clear()
        SHOPS["https://shop.example"] = self.shop
        self.path = tmp_path / "agent.toml"
        self.write()

    def write(self, *, odoo: str = "", sources: str | None = None) -> None:
        if sources is None:
            sources = self.source("shop")
        self.path.write_text(
            f'[odoo]\nurl = "{self.odoo.url}"\napi_key = "{KEY}"\n{odoo}\n{sources}'
        )
        self.path.chmod(0o600)

    @staticmethod
    def source(code: str, more: str = "", url: str = "https://shop.example") -> str:
        head = f'[sources.{code}]\nconnector = "tiny"\n'
        return f'{head}url = "{url}"\nkey = "tiny-secret"\n{more}\n'

    def run(self, *words: str, given: str | None = None) -> Result:
        result = CliRunner().invoke(cli, ["-c", str(self.path), *words], input=given)
        return Result(result.exit_code, result.stdout, result.stderr)


@pytest.fixture
def agent(
    tmp_path: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Setting]:
    points = [
        EntryPoint("tiny", f"{__name__}:CONNECTOR", registry.GROUP),
        EntryPoint("file", "sync_agent.connectors.file:CONNECTOR", registry.GROUP),
    ]
    monkeypatch.setattr(registry, "entry_points", lambda group: points)
    signals = {n: signal.getsignal(n) for n in (signal.SIGINT, signal.SIGTERM)}
    yield Setting(tmp_path, httpserver)
    for number, handler in signals.items():
        signal.signal(number, handler)
