"""The local inbox: what webhooks said has changed and was not fetched yet.

A SQLite file. An entry is safe once :meth:`Inbox.remember` returns, and only then the
platform gets its answer. Entries of one record are merged, so a flood on one order is
one fetch. Losing the file costs nothing that the next reconcile does not repair.
"""

from __future__ import annotations

import json
import queue
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import Future
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import cast

import structlog

from sync_agent.errors import ConfigError, Retryable
from sync_agent.i18n import _
from sync_agent.port import Receipt, Trigger
from sync_agent.records.envelope import Kind

REPLAY_S = 7 * 86_400.0
"""So long an event is known, that it is not done twice when it comes again."""
GROUP = 500
"""Deliveries that share one commit, and so one wait for the disk."""
WAITING = 5_000
"""Deliveries in memory that wait for the disk; more are asked to come again."""
WRITE_TIMEOUT_S = 4.0
"""Shortest patience of a platform is 5 s."""
FAR_S = 86_400.0
"""An entry that would wait longer was postponed while the clock was wrong."""

_SCHEMA = """
CREATE TABLE IF NOT EXISTS event (
    source TEXT NOT NULL, event TEXT NOT NULL, received REAL NOT NULL,
    PRIMARY KEY (source, event)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS event_received ON event (received);
CREATE TABLE IF NOT EXISTS due (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    source TEXT NOT NULL, kind TEXT NOT NULL, external_id TEXT NOT NULL,
    payload TEXT NOT NULL DEFAULT '', received REAL NOT NULL,
    stamp INTEGER NOT NULL DEFAULT 0, tries INTEGER NOT NULL DEFAULT 0,
    not_before REAL NOT NULL DEFAULT 0,
    UNIQUE (source, kind, external_id, payload)
);
CREATE INDEX IF NOT EXISTS due_next ON due (source, not_before);
"""

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Due:
    """A record to fetch.

    Attributes:
        id: of the entry.
        stamp: grows when the record is named again, so that what comes during the
            fetch is not forgotten.
        received: when it was named first; seconds since 1970.
        tries: fetches that failed.
    """

    id: int
    stamp: int
    trigger: Trigger
    received: float
    tries: int


@dataclass(frozen=True, slots=True)
class _Note:
    source: str
    event: str
    triggers: Sequence[Trigger]
    at: float
    not_before: float
    done: Future[bool]


class Inbox:
    """The file and the one thread that writes deliveries into it.

    Args:
        path: of the file; made when missing, put aside when damaged.

    Raises:
        ConfigError: the file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._notes: queue.Queue[_Note | None] = queue.Queue(WAITING)
        self.changed = threading.Condition()
        self._pruned = 0.0
        self._prepare()
        self._writer = threading.Thread(
            target=self._write_all, name="inbox", daemon=True
        )
        self._writer.start()

    def remember(self, source: str, event: str, receipt: Receipt, at: float) -> bool:
        """Store what a delivery named; returns when it is on the disk.

        Args:
            source: its code.
            event: the same for the same event sent again.
            receipt: of the delivery.
            at: seconds since 1970.

        Returns:
            ``False`` if the event was known: nothing was stored.

        Raises:
            Retryable: too many are waiting, or the disk refuses.
        """
        # not due before the platform's answers have caught up, if they lag
        due_at = at + receipt.delay_s if receipt.delay_s else 0.0
        note = _Note(source, event, receipt.triggers, at, due_at, Future())
        try:
            self._notes.put_nowait(note)
            return note.done.result(WRITE_TIMEOUT_S)
        except (queue.Full, TimeoutError):
            raise Retryable(
                _("More webhooks come than the disk can store."),
                _("The platform sends them again; the reconcile repairs the rest."),
                after=5.0,
            ) from None

    def due(self, source: str, at: float, limit: int = 200) -> list[Due]:
        """Return what is to be fetched now; orders first, then the oldest.

        Args:
            source: its code.
            at: seconds since 1970.
            limit: entries at most, all of one kind.

        Raises:
            Retryable: the disk refuses; so for all that follow.
        """
        with self._open() as file:
            rows = file.execute(
                "SELECT id, stamp, kind, external_id, payload, received, tries "
                "FROM due WHERE source = ? AND (not_before <= ? OR not_before > ?) "
                "ORDER BY kind <> 'order', kind, id LIMIT ?",
                (source, at, at + FAR_S, limit),
            ).fetchall()
        return [
            Due(id_, stamp, _trigger(kind, external_id, payload), received, tries)
            for id_, stamp, kind, external_id, payload, received, tries in rows
            if kind == rows[0][2]
        ]

    def done(self, dues: Sequence[Due]) -> None:
        """Forget entries, but not those that were named again meanwhile."""
        with self._open() as file, file:
            file.executemany(
                "DELETE FROM due WHERE id = ? AND stamp = ?",
                [(due.id, due.stamp) for due in dues],
            )

    def postpone(self, dues: Sequence[Due], until: float) -> None:
        """Count a failed fetch and try again later.

        Args:
            dues: entries that failed.
            until: seconds since 1970.
        """
        with self._open() as file, file:
            file.executemany(
                "UPDATE due SET tries = tries + 1, not_before = ? WHERE id = ?",
                [(until, due.id) for due in dues],
            )

    def waiting(self, source: str) -> tuple[int, float | None]:
        """Return how many entries wait, and since when the oldest does."""
        with self._open() as file:
            count, oldest = file.execute(
                "SELECT count(*), min(received) FROM due WHERE source = ?", (source,)
            ).fetchone()
        return count, oldest

    def close(self) -> None:
        """Store what waits, then end the writer."""
        self._notes.put(None)
        self._writer.join()

    def _prepare(self) -> None:
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            self._make()
        except (OSError, sqlite3.OperationalError) as error:
            # A full disk says nothing against what the file holds.
            raise self._unusable(error) from error
        except sqlite3.DatabaseError as error:
            if not self._path.is_file():
                raise self._unusable(error) from error
            aside = self._path.with_suffix(".damaged")
            self._path.replace(aside)
            for tail in ("-wal", "-shm"):
                self._path.with_name(self._path.name + tail).unlink(missing_ok=True)
            log.error("inbox_damaged", kept_as=str(aside), reason=str(error))
            self._make()

    def _make(self) -> None:
        with self._raw() as file:
            file.execute("PRAGMA journal_mode = WAL")
            if file.execute("PRAGMA quick_check").fetchone()[0] != "ok":
                raise sqlite3.DatabaseError("quick_check")
            file.executescript(_SCHEMA)
        self._path.chmod(0o600)

    def _unusable(self, error: Exception) -> ConfigError:
        return ConfigError(
            _(
                "The inbox {path} cannot be used: {error}.",
                path=self._path,
                error=error,
            ),
            _("Set [agent] state_dir to a folder that the agent may write."),
        )

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        try:
            with self._raw() as file:
                yield file
        except sqlite3.Error as error:
            raise self._refused(error) from error

    def _refused(self, error: Exception) -> Retryable:
        return Retryable(
            _(
                "The inbox {path} cannot be written: {error}.",
                path=self._path,
                error=error,
            ),
            _("Free disk space, or set [agent] state_dir to another folder."),
            after=30.0,
        )

    @contextmanager
    def _raw(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=10.0)) as file:
            file.execute("PRAGMA synchronous = FULL")
            yield file

    def _write_all(self) -> None:
        """Write deliveries in groups until closed."""
        ending = False
        with ExitStack() as stack:
            file: sqlite3.Connection | None = None
            while not ending:
                group = [self._notes.get()]
                while len(group) < GROUP and not self._notes.empty():
                    group.append(self._notes.get_nowait())
                notes = [note for note in group if note is not None]
                ending = len(notes) < len(group)
                try:
                    # kept open: to open it costs as much as to write some deliveries
                    file = file or stack.enter_context(self._raw())
                    self._write(file, notes)
                except sqlite3.Error as error:
                    stack.close()
                    file = None
                    for note in notes:
                        note.done.set_exception(self._refused(error))

    def _write(self, file: sqlite3.Connection, notes: list[_Note]) -> None:
        if not notes:
            return
        with file:
            news = [_store(file, note) for note in notes]
            self._prune(file, notes[-1].at)
        for note, new in zip(notes, news, strict=True):
            note.done.set_result(new)
        if any(news):
            with self.changed:
                self.changed.notify_all()

    def _prune(self, file: sqlite3.Connection, at: float) -> None:
        if at - self._pruned > REPLAY_S / 100:
            file.execute("DELETE FROM event WHERE received < ?", (at - REPLAY_S,))
            self._pruned = at


def _store(file: sqlite3.Connection, note: _Note) -> bool:
    added = file.execute(
        "INSERT OR IGNORE INTO event VALUES (?, ?, ?)",
        (note.source, note.event, note.at),
    )
    if not added.rowcount:
        return False
    file.executemany(
        "INSERT INTO due (source, kind, external_id, payload, received, not_before) "
        "VALUES (?, ?, ?, ?, ?, ?) "
        "ON CONFLICT (source, kind, external_id, payload) "
        "DO UPDATE SET stamp = stamp + 1, tries = 0, not_before = excluded.not_before",
        [
            (
                note.source,
                each.kind,
                each.external_id,
                _payload(each),
                note.at,
                note.not_before,
            )
            for each in note.triggers
        ],
    )
    return True


def _payload(trigger: Trigger) -> str:
    if trigger.payload is None:
        return ""
    return json.dumps(trigger.payload, sort_keys=True, default=str)


def _trigger(kind: str, external_id: str, payload: str) -> Trigger:
    known = cast("Kind", kind)  # only triggers are stored
    return Trigger(known, external_id, json.loads(payload) if payload else None)
