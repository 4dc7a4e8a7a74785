"""The inbox keeps what came, once, through restarts, damage and a full disk."""

from __future__ import annotations

import resource
import signal
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from sync_agent.errors import ConfigError, Retryable
from sync_agent.port import Receipt, Trigger
from sync_agent.webhooks import inbox as module
from sync_agent.webhooks.inbox import Inbox

ORDER = Receipt([Trigger("order", "7")])
NOW = 1_800_000_000.0


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "inbox.sqlite"


@pytest.fixture
def inbox(path: Path) -> Iterator[Inbox]:
    kept = Inbox(path)
    yield kept
    kept.close()


@contextmanager
def small_files(most: int) -> Iterator[None]:
    """Let no file of this process get longer, as on a full disk."""
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)


def ids(inbox: Inbox, at: float = NOW) -> list[str]:
    return [due.trigger.external_id for due in inbox.due("shop", at)]


def test_what_was_remembered_is_due_also_after_a_restart(path: Path) -> None:
    first = Inbox(path)
    assert first.remember("shop", "e1", ORDER, NOW)
    first.close()
    second = Inbox(path)
    assert ids(second) == ["7"]
    second.close()


def test_the_same_event_again_stores_nothing(inbox: Inbox) -> None:
    assert inbox.remember("shop", "e1", ORDER, NOW)
    inbox.done(inbox.due("shop", NOW))
    assert not inbox.remember("shop", "e1", ORDER, NOW + 60)
    assert ids(inbox) == []


def test_the_same_event_of_another_source_is_another_one(inbox: Inbox) -> None:
    assert inbox.remember("shop", "e1", ORDER, NOW)
    assert inbox.remember("other", "e1", ORDER, NOW)
    assert inbox.waiting("other") == (1, NOW)


def test_a_flood_on_one_record_is_one_fetch(inbox: Inbox) -> None:
    for number in range(50):
        inbox.remember("shop", f"e{number}", ORDER, NOW + number)
    assert inbox.waiting("shop") == (1, NOW)


def test_what_comes_during_the_fetch_is_not_forgotten(inbox: Inbox) -> None:
    inbox.remember("shop", "e1", ORDER, NOW)
    being_fetched = inbox.due("shop", NOW)
    inbox.remember("shop", "e2", ORDER, NOW + 1)
    inbox.done(being_fetched)
    assert ids(inbox) == ["7"]
    inbox.done(inbox.due("shop", NOW))
    assert ids(inbox) == []


def test_orders_come_first_and_one_kind_at_a_time(inbox: Inbox) -> None:
    for kind, number in (("customer", "1"), ("product", "2"), ("order", "3")):
        receipt = Receipt([Trigger(kind, number)])  # type: ignore[arg-type]
        inbox.remember("shop", f"e{number}", receipt, NOW)
    assert ids(inbox) == ["3"]


def test_a_postponed_entry_waits_and_counts_its_tries(inbox: Inbox) -> None:
    inbox.remember("shop", "e1", ORDER, NOW)
    inbox.postpone(inbox.due("shop", NOW), NOW + 30)
    assert ids(inbox, NOW + 29) == []
    (due,) = inbox.due("shop", NOW + 30)
    assert due.tries == 1


def test_a_new_event_ends_the_waiting(inbox: Inbox) -> None:
    inbox.remember("shop", "e1", ORDER, NOW)
    inbox.postpone(inbox.due("shop", NOW), NOW + 3600)
    inbox.remember("shop", "e2", ORDER, NOW + 5)
    (due,) = inbox.due("shop", NOW + 5)
    assert due.tries == 0


def test_a_payload_comes_back_as_it_was(inbox: Inbox) -> None:
    payload = {"data": [{"time": "2026-11-21 10:00:00", "text": "已签收"}]}
    receipt = Receipt([Trigger("shipment", "sf:SF1", payload)])
    inbox.remember("carrier", "e1", receipt, NOW)
    (due,) = inbox.due("carrier", NOW)
    assert due.trigger.payload == payload


def test_old_events_are_forgotten_in_the_end(inbox: Inbox, path: Path) -> None:
    inbox.remember("shop", "e1", ORDER, NOW)
    inbox.remember("shop", "e2", ORDER, NOW + module.REPLAY_S + 100_000)
    with sqlite3.connect(path) as file:
        kept = file.execute("SELECT event FROM event").fetchall()
    file.close()
    assert kept == [("e2",)]


def test_many_senders_at_once_lose_nothing(inbox: Inbox) -> None:
    def send(first: int) -> None:
        for number in range(first, first + 100):
            receipt = Receipt([Trigger("order", str(number))])
            inbox.remember("shop", f"e{number}", receipt, NOW)

    threads = [threading.Thread(target=send, args=(n * 100,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert inbox.waiting("shop")[0] == 800


def test_a_damaged_file_is_put_aside_and_a_new_one_begun(path: Path) -> None:
    path.parent.mkdir()
    path.write_bytes(b"SQLite format 3\0" + b"torn" * 4000)
    inbox = Inbox(path)
    assert inbox.remember("shop", "e1", ORDER, NOW)
    inbox.close()
    assert path.with_suffix(".damaged").exists()


def test_a_folder_that_cannot_be_written_is_told_at_the_start(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(ConfigError, match="state_dir"):
        Inbox(tmp_path / "file" / "inbox.sqlite")


def test_a_full_disk_asks_the_platform_to_come_again(inbox: Inbox, path: Path) -> None:
    with sqlite3.connect(path) as file:
        file.execute("DROP TABLE due")
    file.close()
    with pytest.raises(Retryable, match="Free disk space") as refused:
        inbox.remember("shop", "e1", ORDER, NOW)
    assert refused.value.after == 30.0


def test_only_the_owner_may_read_the_file(inbox: Inbox, path: Path) -> None:
    assert inbox.waiting("shop") == (0, None)
    assert path.stat().st_mode & 0o077 == 0


def test_what_must_wait_is_due_later_and_the_last_event_counts(inbox: Inbox) -> None:
    """Answers of some platforms lag behind their messages."""
    later = Receipt([Trigger("order", "7")], delay_s=30.0)
    assert inbox.remember("shop", "e1", later, NOW)
    assert ids(inbox) == []
    assert ids(inbox, NOW + 31) == ["7"]
    assert inbox.remember("shop", "e2", later, NOW + 20)
    assert ids(inbox, NOW + 31) == []
    assert ids(inbox, NOW + 51) == ["7"]


def test_a_full_disk_at_the_start_puts_nothing_aside(path: Path) -> None:
    """Demand 46: what was answered with 200 OK is not forgotten."""
    first = Inbox(path)
    first.remember("shop", "e1", ORDER, NOW)
    first.close()
    with small_files(0), pytest.raises(ConfigError, match="state_dir"):
        Inbox(path)
    assert not path.with_suffix(".damaged").exists()
    again = Inbox(path)
    assert ids(again) == ["7"]
    again.close()


def test_a_disk_that_fills_up_is_told_by_every_way_of_writing(inbox: Inbox) -> None:
    inbox.remember("shop", "e1", ORDER, NOW)
    dues = inbox.due("shop", NOW)
    with small_files(0):
        for write in (
            lambda: inbox.done(dues),
            lambda: inbox.postpone(dues, NOW + 5),
            lambda: inbox.remember("shop", "e2", ORDER, NOW),
        ):
            with pytest.raises(Retryable, match="Free disk space"):
                write()
    assert ids(inbox) == ["7"]
    assert inbox.remember("shop", "e3", Receipt([Trigger("order", "8")]), NOW)
    assert ids(inbox) == ["7", "8"]


def test_a_wait_that_a_wrong_clock_made_is_not_believed(inbox: Inbox) -> None:
    """A clock that ran ahead for a moment must not hold an order back for weeks."""
    inbox.remember("shop", "e1", ORDER, NOW)
    inbox.postpone(inbox.due("shop", NOW), NOW + 30 * 86_400)
    assert ids(inbox, NOW) == ["7"]
