"""What the carriers of the conformance tests share."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sync_agent.port import Item, Json, Page, Source, Tools
from sync_agent.records import Envelope
from tests.connectors.adapters import Adapter, QuickClock
from tests.fakes.carriers.store import CarrierStore
from tests.fakes.loopback import LoopbackServer


class JumpClock(QuickClock):
    """The real time and what was jumped over."""

    def __init__(self) -> None:
        super().__init__()
        self.ahead = timedelta(0)

    def now(self) -> datetime:
        """Return the time now."""
        return super().now() + self.ahead

    def jump(self, minutes: float) -> None:
        """Let time pass."""
        self.ahead += timedelta(minutes=minutes)


class CarrierAdapter(Adapter):
    """A fake carrier; after each reading its pause passes.

    Attributes:
        code: of the carrier in the ids of records.
        pause_min: between two rounds.
        most: numbers that the platform takes at once.
    """

    stream = "shipments"
    checks = frozenset({"carrier", "clock", "shipments"})
    odd = frozenset({"huge ids", "times", "unknown status"})
    code: str
    pause_min = 61.0
    most = 40
    clock: JumpClock

    def __init__(self, fake: LoopbackServer, store: CarrierStore) -> None:
        super().__init__()
        self.clock = JumpClock()
        self.fake = fake
        self.store = store
        self.store.now = self.clock.now
        self.faults = fake.faults
        self.unknown_id = self.id_of("ZZ999999999")

    def tools(self) -> Tools:
        """Return what the agent gives to a source."""
        return replace(super().tools(), parcels=self.store.open_parcels)

    def read(
        self,
        cursor: Json | None = None,
        *,
        full: bool = False,
        source: Source | None = None,
        stream: str = "",
    ) -> list[Page]:
        """Read a stream to its end; then the pause passes."""
        pages = super().read(cursor, full=full, source=source, stream=stream)
        self.wait()
        return pages

    def open(self, **changes: Any) -> Source:
        """Open the carrier anew; no more numbers at once than it takes."""
        if "page_size" in changes:
            changes["page_size"] = min(changes["page_size"], self.most)
        return super().open(**changes)

    def wait(self) -> None:
        """Let the pause pass, for the platform as well."""
        self.clock.jump(self.pause_min)
        self.fake.clock_skew_s = self.clock.ahead.total_seconds()

    def id_of(self, number: str) -> str:
        """Return the external id of a number."""
        return f"{self.code}:{number}"

    def ids(self) -> set[str]:
        """See :class:`Adapter`."""
        return set(map(self.id_of, self.store.tracked))

    def add(self) -> str:
        """See :class:`Adapter`."""
        return self.id_of(self.store.ship())

    def change(self, ids: Iterable[str]) -> str:
        """See :class:`Adapter`."""
        text = f"note {next(self.numbers)}"
        for each in ids:
            self.store.scan(each.rpartition(":")[2], text)
        return text

    def remove(self, record_id: str) -> None:
        """See :class:`Adapter`."""
        self.store.forget(record_id.rpartition(":")[2])

    def add_huge(self) -> str:
        """See :class:`Adapter`."""
        return self.id_of(self.store.ship("94001000000000000000001"))

    def add_at(self, at: datetime) -> str:
        """See :class:`Adapter`."""
        return self.id_of(self.store.ship(at=at))

    def add_with_status(self, word: str) -> str:
        """See :class:`Adapter`."""
        return self.id_of(self.store.ship(word=word))

    def time_of(self, item: Item) -> datetime:
        """See :class:`Adapter`."""
        assert isinstance(item, Envelope)
        data: Any = item.data
        at = data.events[0].at
        assert isinstance(at, datetime)
        return at
