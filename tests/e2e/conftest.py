"""The agent against a real Odoo, over both ways of calling it."""

from __future__ import annotations

import itertools
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import SecretStr

from scripts.dev.testbed import RunningOdoo
from sync_agent.config import OdooSettings
from sync_agent.odoo.door import OdooDoor
from sync_agent.odoo.ways import make_caller
from sync_agent.redact import Redactor
from tests.fakes.clock import FakeClock
from tests.fakes.woocommerce import KEY, SECRET, FakeShop, Store, fill

ROOT = Path(__file__).parents[2]
TRANSPORTS = ["json2", "odoorpc"]

_numbers = itertools.count(1)


@pytest.fixture
def code() -> str:
    """Code of a source that no other test uses."""
    return f"shop{next(_numbers)}"


@pytest.fixture(params=TRANSPORTS)
def door(request: pytest.FixtureRequest, odoo: RunningOdoo) -> Iterator[OdooDoor]:
    """The door of the real Odoo, over JSON-2 and over odoorpc."""
    opened = open_door(odoo, request.param)
    yield opened
    opened.close()


def open_door(odoo: RunningOdoo, transport: str, **over: Any) -> OdooDoor:
    """Return the door of an Odoo; waits take no time."""
    values: dict[str, Any] = {
        "url": odoo.url,
        "database": odoo.database,
        "transport": transport,
        "login": odoo.sync_login,
        "api_key": SecretStr(odoo.sync_key),
        **over,
    }
    caller = make_caller(OdooSettings(**values), Redactor())
    return OdooDoor(caller, FakeClock(), tries=1)


class Agent:
    """Runs ``sync-agent`` as a process, as a person does."""

    def __init__(self, folder: Path, odoo: RunningOdoo) -> None:
        self.folder = folder
        self.odoo = odoo
        self.path = folder / "agent.toml"
        self.environment: dict[str, str] = {}

    def write(self, sources: str = "", **over: Any) -> None:
        values = {
            "url": self.odoo.url,
            "database": self.odoo.database,
            "api_key": self.odoo.sync_key,
            **over,
        }
        table = "\n".join(f"{k} = {json.dumps(v)}" for k, v in values.items())
        self.path.write_text(f"[odoo]\n{table}\n{sources}")
        self.path.chmod(0o600)

    def write_shop(self, code: str, shop_url: str, key: str = KEY, **over: Any) -> None:
        self.write(
            f'[sources.{code}]\nconnector = "woocommerce"\nurl = "{shop_url}"\n'
            f'consumer_key = "{key}"\nconsumer_secret = "{SECRET}"\n'
            "rate_per_s = 1000\n",
            **over,
        )

    def run(self, *words: str) -> tuple[int, str, str]:
        """Return exit code, standard output, and both outputs on one line."""
        done = subprocess.run(
            [sys.executable, "-m", "sync_agent", "-c", str(self.path), *words],
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )
        assert "Traceback" not in done.stdout
        seen = re.sub(r"\s+", " ", f"{done.stdout} {done.stderr}")
        return done.returncode, done.stdout, seen


@pytest.fixture
def agent(tmp_path: Path, odoo: RunningOdoo) -> Agent:
    made = Agent(tmp_path, odoo)
    made.write()
    return made


@pytest.fixture
def woo() -> Iterator[FakeShop]:
    """A fake WooCommerce with a few of everything."""
    store = fill(Store(), customers=12, orders=30, products=5, reviews=4)
    with FakeShop(store) as shop:
        yield shop
