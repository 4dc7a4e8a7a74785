"""Shopify's schema is the one that was pinned."""

from __future__ import annotations

import json
import tarfile
from pathlib import Path

import pytest

from scripts.dev.errors import SetupError
from scripts.dev.shopify_schema import PIN, _unpack
from sync_agent.connectors.shopify.settings import API_VERSION


def test_the_pin_names_no_address_and_the_connectors_version() -> None:
    pin = json.loads(PIN.read_text("utf-8"))
    assert not [value for value in pin.values() if "://" in value]
    assert pin["integrity"].startswith("sha512-")
    assert f"admin_{API_VERSION}.json" in pin["file"]


def test_a_package_that_was_changed_is_refused(tmp_path: Path) -> None:
    (tmp_path / "admin.json").write_text("{}", encoding="utf-8")
    archive = tmp_path / "package.tgz"
    with tarfile.open(archive, "w:gz") as package:
        package.add(tmp_path / "admin.json", "admin.json")
    pin = {
        "package": "p",
        "version": "1",
        "integrity": "sha512-x",
        "file": "admin.json",
    }
    with pytest.raises(SetupError, match="pinned"):
        _unpack(archive, pin, tmp_path / "target")
    assert not (tmp_path / "target").exists()
