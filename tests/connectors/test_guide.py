"""The guide's connector is built, installed and run exactly as it is written there."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pytest_httpserver import HTTPServer

from tests.fakes.odoo_http import KEY, FakeOdooServer

ROOT = Path(__file__).resolve().parents[2]
GUIDE = ROOT / "docs/write-a-connector.md"
FILE = re.compile(r"^\*\*`([\w./-]+)`\*\*\n\n```\w+\n(.*?)^```$", re.M | re.S)
LIMIT_S = 300


def run(folder: Path, *words: str, **environment: str) -> subprocess.CompletedProcess:
    """Run Python in the repository, with what was installed into a folder."""
    parts = [str(folder / "installed"), str(ROOT)]
    return subprocess.run(
        [sys.executable, *words],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(parts), **environment},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the guide's files, and the package installed from them."""
    folder = tmp_path_factory.mktemp("acme")
    for name, content in FILE.findall(GUIDE.read_text(encoding="utf-8")):
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content, encoding="utf-8")
    options = ["--no-index", "--no-build-isolation", "--no-deps", "--quiet"]
    options += ["--disable-pip-version-check", "--root-user-action", "ignore"]
    target = ["--target", str(folder / "installed"), str(folder)]
    done = run(folder, "-m", "pip", "install", *options, *target)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


def fake(folder: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Return the guide's fake shop, not yet serving."""
    monkeypatch.syspath_prepend(str(folder / "installed"))
    spec = importlib.util.spec_from_file_location(
        "acme", folder / "tests/shops/acme.py"
    )
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.FakeAcme()


def test_the_guide_holds_a_whole_package(built: Path) -> None:
    names = {str(path.relative_to(built)) for path in built.glob("acme_sync/*.py")}
    parts = ("__init__", "client", "orders", "settings", "source")
    assert names == {f"acme_sync/{part}.py" for part in parts}
    assert (built / "pyproject.toml").exists()


def test_an_installed_package_is_listed_beside_the_others(built: Path) -> None:
    done = run(built, "-m", "sync_agent", "connectors", SYNC_AGENT_LANG="en")
    assert done.returncode == 0, done.stderr
    assert "acme" in done.stdout
    assert "ACME_KEY" in done.stdout
    assert "woocommerce" in done.stdout


def test_its_orders_come_into_odoo(
    built: Path, httpserver: HTTPServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    odoo = FakeOdooServer(httpserver)
    with fake(built, monkeypatch) as shop:
        path = built / "agent.toml"
        path.write_text(
            f'[odoo]\nurl = "{odoo.url}"\napi_key = "{KEY}"\n'
            f'[sources.acme]\nconnector = "acme"\nurl = "{shop.url}"\n'
            f'key = "{shop.key}"\nrate_per_s = 1000\n'
        )
        path.chmod(0o600)
        words = ["-m", "sync_agent", "-c", str(path)]
        results = json.loads(run(built, *words, "check", "--json").stdout)["results"]
        states = {r["name"]: r["state"] for r in results if r["part"] == "acme"}
        assert set(states) >= {"shop", "clock", "orders"}
        assert set(states.values()) == {"ok"}
        for command in ("sync", "reconcile"):
            done = run(built, *words, command, "--json")
            assert done.returncode == 0, done.stdout + done.stderr
        added = shop.add(total="3.50")
        done = run(built, *words, "sync", "--json")
        counts = json.loads(done.stdout)
    assert '"created": 1' in json.dumps(counts)
    stored = {own for (kind, own) in odoo.door.records if kind == "order"}
    assert stored == {str(number) for number in shop.orders}
    assert odoo.door.records["order", added].data["total"] == "3.50"


def test_it_passes_the_conformance_suite_from_outside(built: Path) -> None:
    suite = ("test_conformance.py", "test_conformance_odd.py")
    done = run(
        built,
        *("-m", "pytest", "-q", "-k", "acme", "-p", "no:cacheprovider"),
        *(f"tests/connectors/{name}" for name in suite),
        SYNC_AGENT_SHOPS=str(built / "tests/shops"),
    )
    assert done.returncode == 0, done.stdout[-4000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 40
