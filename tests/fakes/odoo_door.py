"""A fake of the door of the addon, in memory, that acts out its faults on demand.

It keeps the contract's promises (compare-and-set, repeated, stale, unchanged, gone),
so that what the runner does to it can be compared with what the shop held.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from sync_agent.door import (
    Batch,
    ComparisonReport,
    FreshKey,
    Hello,
    KnownPage,
    ParcelPage,
    PushAnswer,
    Refusal,
    ReplayAnswer,
    StreamState,
)
from sync_agent.errors import Fatal, NeedsCredentials, Retryable
from sync_agent.odoo.refusals import refusal
from sync_agent.port import Json
from sync_agent.reading.scans import tracking_key
from sync_agent.records.envelope import Kind, payload_hash
from sync_agent.records.open_parcel import OpenParcel

Fault = Callable[[], None]


def conflict_with(door: FakeDoor, stream: str, cursor: Any) -> Fault:
    """Another agent goes on just before the call."""

    def happen() -> None:
        door.cursors[stream] = cursor

    return happen


def busy() -> None:
    raise refusal(409, "odoo.exceptions.LockError", "could not obtain lock")


def unprocessable() -> None:
    raise refusal(422, "odoo.exceptions.UserError", "The source is inactive.")


def broken() -> None:
    raise refusal(500, "builtins.ValueError", "Odoo Server Error")


def html() -> None:
    raise Fatal("What answers is not Odoo.", "Check odoo.url.")


def key_expired() -> None:
    raise NeedsCredentials("Odoo refused the key or password.", "Make a new API key.")


class AnswerLost(Exception):
    """Raised by a fault: the call is done, but its answer never comes."""


def answer_lost() -> None:
    raise AnswerLost


@dataclass
class Stored:
    """A record as the door keeps it."""

    version: str
    hash: str
    data: Any
    gone: bool = False


@dataclass
class FakeDoor:
    """Implements :class:`sync_agent.door.Door`.

    Attributes:
        faults: one for each coming call of ``push``; ``None`` means none.
        refuse: (kind, external id) -> reason, for records that are refused.
        calls: batches as they came, also those that failed.
    """

    records: dict[tuple[str, str], Stored] = field(default_factory=dict)
    cursors: dict[str, Any] = field(default_factory=dict)
    faults: deque[Fault | None] = field(default_factory=deque)
    refuse: dict[tuple[str, str], str] = field(default_factory=dict)
    calls: list[Batch] = field(default_factory=list)
    reports: list[tuple[str, str, str]] = field(default_factory=list)
    contract: tuple[int, int] = (1, 1)
    key_expires_in_days: float | None = None
    server_time: datetime = datetime(2026, 11, 21, 12, tzinfo=UTC)
    source: Mapping[str, Any] | None = field(
        default_factory=lambda: {"code": "shop", "state": "ok", "open_rejects": 0}
    )
    replays: deque[ReplayAnswer | Exception] = field(default_factory=deque)
    hello_error: Exception | None = None
    known_limit: int | None = None
    renewal: str | None = None
    open_parcels: list[OpenParcel] = field(default_factory=list)
    comparisons: list[tuple[Kind, ComparisonReport, list[Json]]] = field(
        default_factory=list
    )
    closed: bool = False
    answered: dict[str, tuple[tuple[str, int], PushAnswer]] = field(
        default_factory=dict
    )

    def hello(self, source: str = "") -> Hello:
        if self.hello_error is not None:
            raise self.hello_error
        streams = {name: StreamState(cursor) for name, cursor in self.cursors.items()}
        return Hello(
            contract_min=self.contract[0],
            contract_max=self.contract[1],
            server_time=self.server_time,
            odoo="19.0",
            addon="19.0.1.0.0",
            database="crm",
            user="sync@example.com",
            company={"name": "Crane", "currency": "EUR", "tz": "UTC"},
            key_expires_in_days=self.key_expires_in_days,
            source=dict(self.source) if self.source and source else None,
            streams=streams if source else {},
        )

    def push(self, batch: Batch) -> PushAnswer:
        """Push; a lost answer is asked for again, as the ways to the door do."""
        while True:
            self.calls.append(batch)
            fault = self.faults.popleft() if self.faults else None
            try:
                if fault is not None and fault is not answer_lost:
                    fault()
                answer = self._push(batch)
                if fault is answer_lost:
                    fault()
            except AnswerLost:
                continue
            return answer

    def _push(self, batch: Batch) -> PushAnswer:
        key, answer = self.answered.get(batch.stream, (("", 0), None))
        if answer is not None and key == (batch.run, batch.seq):
            return PushAnswer("repeated", answer.cursor, answer.counts, answer.refusals)
        stored = self.cursors.get(batch.stream)
        if stored != batch.cursor_before:
            return PushAnswer("conflict", stored)
        counts: Counter[str] = Counter()
        refusals = []
        for record in batch.records:
            status = self._store(record, batch.stream)
            counts[status] += 1
            if status == "rejected":
                reason = self.refuse.get((record["kind"], record["external_id"]), "bad")
                refusals.append(Refusal(record["external_id"], "total", reason))
        self.cursors[batch.stream] = batch.cursor_after
        if batch.report is not None:
            self.reports.append(
                (batch.stream, batch.report.state, batch.report.message)
            )
        answer = PushAnswer("ok", batch.cursor_after, dict(counts), refusals)
        self.answered[batch.stream] = ((batch.run, batch.seq), answer)
        return answer

    def _store(self, record: Mapping[str, Any], stream: str) -> str:
        key = (record["kind"], record["external_id"])
        if "error" in record or key in self.refuse:
            return "rejected"
        digest = payload_hash(record["data"])
        before = self.records.get(key)
        if before is not None and record["version"] < before.version:
            return "stale"
        if record["data"] is None:
            assert stream.startswith("reconcile/")
            self.records[key] = Stored(record["version"], digest, None, gone=True)
            return "gone"
        if before is not None and (before.version, before.hash) == (
            record["version"],
            digest,
        ):
            return "unchanged"
        self.records[key] = Stored(record["version"], digest, record["data"])
        return "created" if before is None else "updated"

    def known(
        self, source: str, kind: Kind, after: str = "", limit: int = 5000
    ) -> KnownPage:
        limit = self.known_limit or limit
        items = sorted(
            (external_id, stored.version, stored.hash)
            for (of_kind, external_id), stored in self.records.items()
            if of_kind == kind and external_id > after and not stored.gone
        )
        more = len(items) > limit
        return KnownPage(items[:limit], items[limit - 1][0] if more else None)

    def parcels(
        self,
        source: str,
        after: str = "",
        limit: int = 1000,
        numbers: Sequence[str] | None = None,
    ) -> ParcelPage:
        """List the open parcels, by their id as a number."""
        wanted = None if numbers is None else set(map(tracking_key, numbers))
        items = [
            parcel
            for parcel in self.open_parcels
            if int(parcel.id) > int(after or 0)
            and (wanted is None or tracking_key(parcel.tracking_number) in wanted)
        ]
        more = len(items) > limit
        return ParcelPage(items[:limit], items[limit - 1].id if more else None)

    def compared(
        self,
        source: str,
        kind: Kind,
        report: ComparisonReport,
        differences: Sequence[Json] = (),
    ) -> None:
        """Keep what a reconcile tells."""
        self.comparisons.append((kind, report, list(differences)))

    def renew_key(self) -> FreshKey:
        """Make a key, or fail as told."""
        if self.renewal is None:
            raise Fatal("Renewing is switched off.", "Connect an agent anew.")
        return FreshKey(self.renewal, 90.0)

    def replay(
        self, source: str, limit: int = 500, reject_ids: Sequence[int] | None = None
    ) -> ReplayAnswer:
        answer = self.replays.popleft() if self.replays else ReplayAnswer((), (), 0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self.closed = True


def unreachable() -> None:
    raise Retryable("Odoo cannot be reached.", "Start it.")
