"""Secrets stand in the environment, in files or in the keyring."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from keyring.backend import KeyringBackend

from sync_agent.errors import ConfigError
from sync_agent.vault import Place, place_of, resolved, write_private

HERE = Path("/etc/agent.toml")


class MemoryKeyring(KeyringBackend):
    """A keyring that forgets."""

    priority = 1.0  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.held: dict[tuple[str, str], str] = {}
        self.locked = False

    def get_password(self, service: str, username: str) -> str | None:
        if self.locked:
            raise RuntimeError("locked")
        return self.held.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.held[service, username] = password


@pytest.fixture
def ring() -> Iterator[MemoryKeyring]:
    before = keyring.get_keyring()
    ring = MemoryKeyring()
    keyring.set_keyring(ring)
    yield ring
    keyring.set_keyring(before)


def test_a_password_of_the_keyring_is_put_in(ring: MemoryKeyring) -> None:
    ring.set_password("odoo", "agent", "s3cret")
    found = resolved({"api_key": "keyring:odoo/agent"}, HERE, "odoo")
    assert found == {"api_key": "s3cret"}


def test_a_password_that_is_missing_says_how_to_store_it(ring: MemoryKeyring) -> None:
    with pytest.raises(ConfigError) as caught:
        resolved("keyring:odoo/agent", HERE, "odoo.api_key")
    assert "odoo.api_key" in caught.value.message
    assert "keyring set odoo agent" in caught.value.remedy


def test_a_locked_keyring_says_so(ring: MemoryKeyring) -> None:
    ring.locked = True
    with pytest.raises(ConfigError, match="locked"):
        resolved("keyring:odoo/agent", HERE, "odoo.api_key")


def test_without_the_library_the_remedy_installs_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError) as caught:
        resolved("keyring:odoo/agent", HERE, "odoo.api_key")
    assert "pip install" in caught.value.remedy


def test_only_a_key_in_a_file_or_the_keyring_can_be_replaced(tmp_path: Path) -> None:
    path = tmp_path / "agent.toml"
    assert place_of("file:key", path) == Place("file", str(tmp_path / "key"))
    assert place_of("keyring:odoo/agent", path) == Place("keyring", "odoo/agent")
    assert place_of("env:KEY", path) is None
    assert place_of("abc", path) is None
    assert place_of(None, path) is None


def test_a_renewed_key_stands_where_the_old_one_stood(
    tmp_path: Path, ring: MemoryKeyring
) -> None:
    file = tmp_path / "key"
    file.write_text("old\n", encoding="utf-8")
    Place("file", str(file)).write("new")
    Place("keyring", "odoo/agent").write("new")
    assert resolved("file:key", tmp_path / "agent.toml", "odoo.api_key") == "new"
    assert ring.held == {("odoo", "agent"): "new"}


def test_a_new_file_is_for_its_owner_and_an_old_one_keeps_its_rights(
    tmp_path: Path,
) -> None:
    write_private(tmp_path / "new", "secret")
    assert (tmp_path / "new").stat().st_mode & 0o777 == 0o600
    old = tmp_path / "old"
    old.write_text("x", encoding="utf-8")
    old.chmod(0o640)
    write_private(old, "secret")
    assert old.stat().st_mode & 0o777 == 0o640


def test_a_file_that_cannot_be_written_keeps_its_content(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_text("old", encoding="utf-8")

    def full(_descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space"):
        write_private(file, "new")
    assert file.read_text(encoding="utf-8") == "old"
    assert [path.name for path in tmp_path.iterdir()] == ["key"]
