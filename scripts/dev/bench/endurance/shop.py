"""A shop under the campaign: it is edited while agents read, and remembers how.

What it remembers (the mark of each record's last edit) is told by no part of the agent,
so it can bear witness against it.
"""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sync_agent.port import Item, Key, key_of
from sync_agent.records import Envelope
from tests.connectors.adapters import Adapter, items_of
from tests.connectors.carriers import CarrierAdapter

from .files import FileAdapter

FEWEST = 30
"""Below this nothing is deleted any more."""
LATE = (timedelta(seconds=30), timedelta(minutes=3), timedelta(days=40))
"""So much older than their commit are the times of what is committed late."""


@dataclass
class Shop:
    """An adapter of the conformance tests, and what was done to it.

    Attributes:
        marks: text that a record carries since its last edit, by its id.
        unsure: ids whose time does not tell that they changed; only a reconcile finds
            those, and no push of a webhook is sure to be taken.
        edits: how many there were.
    """

    adapter: Adapter
    marks: dict[str, str] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set)
    edits: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.RLock()
        self._turn = 0

    @property
    def is_carrier(self) -> bool:
        """Says whether parcels are asked about."""
        return isinstance(self.adapter, CarrierAdapter)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings of its agents; a real shop is asked for larger pages."""
        settings = dict(self.adapter.settings)
        if self.fetches and not hasattr(self.adapter, "store"):
            settings["page_size"] = 100
        return settings

    @property
    def reconciles(self) -> bool:
        """Carriers forget by themselves, files tell of a part: both are left out."""
        return not self.is_carrier and not isinstance(self.adapter, FileAdapter)

    @property
    def fetches(self) -> bool:
        """Single records can be asked for, as webhooks need it."""
        return not isinstance(self.adapter, FileAdapter)

    @property
    def kind(self) -> str:
        """Kind of the records that are edited."""
        source = self.adapter.open()
        try:
            return str(self.adapter.stream_of(source).kinds[0])
        finally:
            source.close()

    def ids(self) -> list[str]:
        """Return the ids of now, in a fixed order."""
        return sorted(self.adapter.ids(), key=lambda each: (len(each), each))

    def edit(self, rng: random.Random) -> list[str]:
        """Do one thing to the shop; return the ids that a webhook would name."""
        ways: list[Callable[[random.Random], list[str]]] = [
            self._add,
            self._change_one,
            self._change_many,
            self._change_late,
        ]
        if self.reconciles:
            ways.append(self._remove)
        with self._lock:
            self.edits += 1
            return rng.choice(ways)(rng)

    def edit_while_read(self, rng: random.Random) -> None:
        """Let an edit happen just before a page of the list is answered."""
        within = random.Random(rng.random())  # noqa: S311
        turn = self._turn

        def edit() -> None:
            with self._lock:
                # what an agent asked before it was killed may be answered much later
                if turn == self._turn:
                    self.edit(within)

        skip = rng.randrange(6)
        self.adapter.faults.before(self.adapter.listing, edit, skip=skip)

    def calm(self) -> None:
        """End all troubles, and edits that wait for a reading."""
        with self._lock:
            self._turn += 1
        self.adapter.faults.clear()

    def wait(self) -> None:
        """Let the pause between two rounds of a carrier pass."""
        if isinstance(self.adapter, CarrierAdapter):
            self.adapter.wait()

    @property
    def ahead_s(self) -> float:
        """How far the shop's clock is ahead of the machine's."""
        if isinstance(self.adapter, CarrierAdapter):
            return self.adapter.clock.ahead.total_seconds()
        return 0.0

    def truth(self) -> dict[str, dict[str, Key]]:
        """Return the key of every record by kind and id, as the platform tells it."""
        self.wait()
        source = self.adapter.open(page_size=100)
        try:
            if self.is_carrier:
                found = source.fetch("shipment", self.ids())
                return {"shipment": _keys(found)}
            if not self.fetches:
                return {self.kind: _keys(items_of(self.adapter.read(source=source)))}
            return {
                kind: {key.external_id: key for key in source.keys(kind)}
                for kind in source.kinds
            }
        finally:
            source.close()
            self.wait()

    def _add(self, _rng: random.Random) -> list[str]:
        return [self.adapter.add()]

    def _change_one(self, rng: random.Random) -> list[str]:
        return self.change([rng.choice(self.ids())])

    def _change_many(self, rng: random.Random) -> list[str]:
        """Give many rows the same time of their last change."""
        ids = self.ids()
        return self.change(rng.sample(ids, min(len(ids), rng.randint(8, 25))))

    def _change_late(self, rng: random.Random) -> list[str]:
        self.change_late(rng.choice(self.ids()), rng.choice(LATE))
        return []

    def change_late(self, chosen: str, by: timedelta) -> None:
        """Change a row whose time is older than its commit."""
        with self._older(by):
            self.change([chosen])
        if isinstance(self.adapter, CarrierAdapter):
            # a scan may be told late, but the platform's own writing has its true time
            store = self.adapter.store
            store.tracked[chosen.rpartition(":")[2]].updated = store.now()
        self.unsure.add(chosen)

    def change(self, ids: list[str]) -> list[str]:
        """Change rows in one second; remember what they carry then."""
        mark = self.adapter.change(ids)
        self.marks.update(dict.fromkeys(ids, mark))
        self.unsure.difference_update(ids)
        return ids

    def _remove(self, rng: random.Random) -> list[str]:
        ids = self.ids()
        if len(ids) <= FEWEST:
            return self._add(rng)
        return self.remove(rng.choice(ids))

    def remove(self, gone: str) -> list[str]:
        """Delete a row for good."""
        self.adapter.remove(gone)
        self.marks.pop(gone, None)
        return [gone]

    @contextmanager
    def _older(self, by: timedelta) -> Iterator[None]:
        """Let the shop's own clock be late for a moment, where it has one."""
        store: Any = getattr(self.adapter, "store", None)
        if store is None:
            yield
            return
        now = store.now
        store.now = lambda: now() - by
        try:
            yield
        finally:
            store.now = now


def _keys(items: Iterable[Item]) -> dict[str, Key]:
    return {item.external_id: _key(item) for item in items}


def _key(item: Item) -> Key:
    if not isinstance(item, Envelope):
        raise TypeError(f"{item.external_id} cannot be read: {item.reason}")
    return key_of(item)
