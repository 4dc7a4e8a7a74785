"""The door of the addon as the agent sees it: five calls and their typed answers.

The contract is ``docs/contract.md``. The ways to it are in ``sync_agent.odoo``; the
runner knows only this page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol, TypeAlias

from sync_agent.port import Json
from sync_agent.records.envelope import Kind
from sync_agent.records.open_parcel import OpenParcel

MOST_RECORDS = 5000
"""Records that the door takes in one call."""


@dataclass(frozen=True, slots=True)
class StreamState:
    """What Odoo remembers of a stream.

    Attributes:
        lag_s: seconds since the watermark; ``None`` if there is none yet.
    """

    cursor: Json | None
    watermark: datetime | None = None
    state: str = ""
    last_run: datetime | None = None
    lag_s: float | None = None


@dataclass(frozen=True, slots=True)
class Hello:
    """Who answered, and where the streams of a source stand.

    Attributes:
        server_time: Odoo's clock, aware UTC.
        key_expires_in_days: ``None`` for a key without end.
        source: ``{"code", "name", "state", "open_rejects"}``; ``None`` if unknown.
    """

    contract_min: int
    contract_max: int
    server_time: datetime
    odoo: str
    addon: str
    database: str
    user: str
    company: Json
    key_expires_in_days: float | None
    source: Json | None
    streams: dict[str, StreamState] = field(default_factory=dict)


RunState: TypeAlias = Literal["running", "complete", "failed", "needs_credentials"]


@dataclass(frozen=True, slots=True)
class Report:
    """How a run stands; kept with the batch that carries it.

    ``needs_credentials``: the platform refused the key; it is not asked again until a
    person has seen to it.
    """

    state: RunState
    watermark: datetime | None = None
    message: str = ""
    full: bool = False
    platform: str = ""
    agent: str = ""


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """How the reconcile of a kind stands; the same ``run`` before and after mending."""

    run: str
    state: Literal["comparing", "mended", "failed"]
    known_count: int = 0
    listed_count: int = 0
    missing_count: int = 0
    differing_count: int = 0
    gone_count: int = 0
    message: str = ""


@dataclass(frozen=True, slots=True)
class Batch:
    """One call of ``push``; see the contract."""

    source: str
    stream: str
    run: str
    seq: int
    cursor_before: Json | None
    cursor_after: Json | None
    records: Sequence[Json]
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Refusal:
    """A record that the door refused and keeps."""

    external_id: str
    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class PushAnswer:
    """What became of a batch.

    Attributes:
        cursor: the stored cursor after the call.
        counts: records by status.
    """

    status: Literal["ok", "repeated", "conflict"]
    cursor: Json | None
    counts: dict[str, int] = field(default_factory=dict)
    refusals: Sequence[Refusal] = ()


@dataclass(frozen=True, slots=True)
class FreshKey:
    """A key that Odoo has just made for the robot; ``repr`` hides it."""

    key: str = field(repr=False)
    days: float


@dataclass(frozen=True, slots=True)
class KnownPage:
    """What Odoo holds: (external id, version, hash), and where the next page begins."""

    items: Sequence[tuple[str, str, str]]
    next: str | None


@dataclass(frozen=True, slots=True)
class ParcelPage:
    """Parcels to ask carriers about, and where the next page begins."""

    items: Sequence[OpenParcel]
    next: str | None


@dataclass(frozen=True, slots=True)
class ReplayResult:
    """What became of a reject that was tried again."""

    kind: Kind
    external_id: str
    status: str
    path: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ReplayAnswer:
    """Rejects tried again, those to fetch from the shop, and how many are left."""

    results: Sequence[ReplayResult]
    refetch: Sequence[tuple[Kind, str]]
    remaining: int


class Door(Protocol):
    """All raise ``Retryable``, ``NeedsCredentials`` or ``Fatal`` with the remedy."""

    def hello(self, source: str = "") -> Hello:
        """Return who answers and the cursors of a source."""
        ...

    def push(self, batch: Batch) -> PushAnswer:
        """Store a batch; the same (run, seq) again is harmless."""
        ...

    def known(
        self, source: str, kind: Kind, after: str = "", limit: int = MOST_RECORDS
    ) -> KnownPage:
        """Return a page of what Odoo holds of a source."""
        ...

    def parcels(
        self,
        source: str,
        after: str = "",
        limit: int = 1000,
        numbers: Sequence[str] | None = None,
    ) -> ParcelPage:
        """Return a page of the parcels that a carrier is asked about."""
        ...

    def compared(
        self,
        source: str,
        kind: Kind,
        report: ComparisonReport,
        differences: Sequence[Json] = (),
    ) -> None:
        """Tell what a reconcile found, before it is mended and after."""
        ...

    def renew_key(self) -> FreshKey:
        """Have Odoo make a new key for the robot that calls; the old one stays."""
        ...

    def replay(
        self, source: str, limit: int = 500, reject_ids: Sequence[int] | None = None
    ) -> ReplayAnswer:
        """Try kept rejects again."""
        ...

    def close(self) -> None:
        """Close the connection."""
        ...
