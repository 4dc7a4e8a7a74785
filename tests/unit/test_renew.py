"""The key for Odoo is renewed in time, and no failure leaves the agent without one."""

from __future__ import annotations

from pathlib import Path

import pytest

from sync_agent.errors import ConfigError, Fatal, NeedsCredentials
from sync_agent.redact import Redactor
from sync_agent.renew import RENEW_DAYS, renew, renew_or_warn
from sync_agent.vault import Place
from tests.fakes.odoo_door import FakeDoor

NEW = "0123456789abcdef-new-key"


class Renewal:
    """A renewal with its surroundings, each as good or bad as a test wants it."""

    def __init__(self, folder: Path, days: float | None) -> None:
        self.file = folder / "key"
        self.file.write_text("old", encoding="utf-8")
        self.door = FakeDoor(renewal=NEW, key_expires_in_days=days)
        self.redactor = Redactor()
        self.tried: list[str] = []
        self.error: Exception | None = None

    def works(self, key: str) -> None:
        self.tried.append(key)
        assert self.file.read_text(encoding="utf-8") == "old"
        if self.error is not None:
            raise self.error

    def run(self, *, anyway: bool = False, place: bool = True) -> float | None:
        where = Place("file", str(self.file)) if place else None
        return renew(self.door, where, self.works, self.redactor, anyway=anyway)

    @property
    def kept(self) -> str:
        return self.file.read_text(encoding="utf-8").strip()


@pytest.mark.parametrize("days", [None, RENEW_DAYS + 1])
def test_a_key_that_lasts_is_kept(tmp_path: Path, days: float | None) -> None:
    renewal = Renewal(tmp_path, days)
    assert renewal.run() is None
    assert (renewal.kept, renewal.tried) == ("old", [])


def test_a_key_that_ends_soon_is_replaced_after_the_new_one_was_tried(
    tmp_path: Path,
) -> None:
    renewal = Renewal(tmp_path, RENEW_DAYS)
    assert renewal.run() == 90.0
    assert (renewal.kept, renewal.tried) == (NEW, [NEW])


def test_a_key_is_renewed_at_once_when_asked(tmp_path: Path) -> None:
    renewal = Renewal(tmp_path, None)
    assert renewal.run(anyway=True) == 90.0
    assert renewal.kept == NEW


def test_a_new_key_that_does_not_work_leaves_the_old_one(tmp_path: Path) -> None:
    renewal = Renewal(tmp_path, 3)
    renewal.error = NeedsCredentials("Refused.", "New key.")
    with pytest.raises(NeedsCredentials):
        renewal.run()
    assert renewal.kept == "old"


def test_a_key_that_cannot_be_replaced_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        Renewal(tmp_path, 3).run(place=False)
    assert "file:PATH" in caught.value.remedy


def test_a_folder_that_cannot_be_written_says_so(tmp_path: Path) -> None:
    renewal = Renewal(tmp_path, 3)
    renewal.file = tmp_path / "none" / "key"
    renewal.file.parent.mkdir()
    renewal.file.write_text("old", encoding="utf-8")
    place = Place("file", str(tmp_path / "gone" / "key"))
    with pytest.raises(ConfigError, match="cannot be written"):
        renew(renewal.door, place, lambda _key: None, renewal.redactor)


def test_the_new_key_is_never_shown(tmp_path: Path) -> None:
    renewal = Renewal(tmp_path, 3)
    renewal.run()
    assert NEW not in renewal.redactor(f"got {NEW}")
    assert NEW not in repr(renewal.door.renew_key())


def test_in_the_background_a_failure_is_a_warning(capsys) -> None:
    def refused() -> float | None:
        raise Fatal("Renewing is switched off.", "Connect an agent anew.")

    renew_or_warn(refused)
    assert "Renewing is switched off." in capsys.readouterr().out
