"""The container files, as far as they can be checked without an engine."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest

from scripts.dev import compose

DOCKER = Path(__file__).resolve().parents[2] / "docker"
TIMEOUT_S = 300


def config(**environment: str) -> subprocess.CompletedProcess[str]:
    kept = {"PATH": os.environ["PATH"], "HOME": os.environ.get("HOME", "/")}
    return subprocess.run(
        [
            *(*compose.program(), "-f", str(DOCKER / "compose.yaml")),
            *("--profile", "agent", "config", "--format", "json"),
        ],
        env=kept | environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )


@pytest.fixture(scope="module")
def services() -> Any:
    done = config(POSTGRES_PASSWORD="a-long-one")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)["services"]


@pytest.mark.timeout(TIMEOUT_S)
def test_compose_accepts_the_file(services: Any) -> None:
    assert set(services) == {"db", "odoo", "agent"}


@pytest.mark.timeout(TIMEOUT_S)
def test_compose_wants_a_password_of_ones_own() -> None:
    done = config()
    assert done.returncode != 0
    assert "docker/.env" in done.stderr


def test_files_that_compose_mounts_or_builds_are_there(services: Any) -> None:
    mounted = [
        Path(volume["source"])
        for service in services.values()
        for volume in service.get("volumes", ())
        if volume["type"] == "bind"
    ]
    assert len(mounted) == 3
    assert all(path.exists() for path in mounted)
    build = services["agent"]["build"]
    assert (Path(build["context"]) / build["dockerfile"]).is_file()


def test_only_odoo_is_reached_and_only_from_this_machine(services: Any) -> None:
    ports = {name: service.get("ports", []) for name, service in services.items()}
    assert [port["host_ip"] for port in ports.pop("odoo")] == ["127.0.0.1"]
    assert not any(ports.values())
