"""The parcels of a fake carrier, and those that Odoo would ask about."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sync_agent.reading.scans import tracking_key
from sync_agent.records.open_parcel import OpenParcel

PHONE = "+86 138 0013 8000"


@dataclass(slots=True)
class Scan:
    """Something that happened to a parcel; ``word`` is the platform's own."""

    at: datetime
    word: str
    text: str = ""
    place: str = ""


@dataclass(slots=True)
class Tracked:
    """A parcel as the platform knows it.

    Attributes:
        registered: the platform follows it for this account.
        made: when it was first told to the platform.
        updated: when the platform last wrote it.
        asked: when it was last asked about.
    """

    number: str
    scans: list[Scan]
    made: datetime
    updated: datetime
    registered: bool = True
    asked: datetime | None = None

    @property
    def word(self) -> str:
        """The platform's word for its state: the last scan's."""
        return self.scans[-1].word if self.scans else ""


@dataclass
class CarrierStore:
    """What a platform and Odoo hold.

    Attributes:
        moving: the platform's word for being under way.
        now: the platform's clock.
    """

    moving: str
    prefix: str = "RR"
    now: Callable[[], datetime] = lambda: datetime.now(UTC)
    parcels: dict[int, OpenParcel] = field(default_factory=dict)
    tracked: dict[str, Tracked] = field(default_factory=dict)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(100_000_001))

    def ship(
        self,
        number: str = "",
        *,
        at: datetime | None = None,
        word: str = "",
        registered: bool = True,
    ) -> str:
        """Let a shop send a parcel; return its number as the platform writes it."""
        number = number or f"{self.prefix}{next(self.numbers)}"
        at = at or self.now() - timedelta(hours=1)
        now = self.now()
        scans = [Scan(at, word or self.moving, "Accepted", "Shenzhen")]
        self.tracked[number] = Tracked(number, scans, now, now, registered)
        key = len(self.parcels) + 1
        # as people write it
        shown = f" {number[:2].lower()} {number[2:]}"
        self.parcels[key] = OpenParcel(
            id=str(key),
            tracking_number=shown,
            carrier="SF Express",
            phone=PHONE,
            country="CN",
            order=f"S{key}",
        )
        return number

    def scan(self, number: str, text: str, word: str = "") -> None:
        """Let something happen to a parcel."""
        parcel = self.tracked[number]
        parcel.updated = self.now()
        parcel.scans.append(Scan(self.now(), word or self.moving, text, "Hub 2"))

    def forget(self, number: str) -> None:
        """Take a parcel away from the platform and from Odoo's open ones."""
        del self.tracked[number]
        for key, parcel in list(self.parcels.items()):
            if tracking_key(parcel.tracking_number) == number:
                del self.parcels[key]

    def open_parcels(
        self, *, after: str = "", numbers: Sequence[str] | None = None
    ) -> Iterator[OpenParcel]:
        """See :class:`sync_agent.port.Parcels`."""
        wanted = None if numbers is None else set(map(tracking_key, numbers))
        # the door gives pages, so what changes meanwhile is seen
        at = int(after or 0)
        while key := min((k for k in self.parcels if k > at), default=0):
            at = key
            parcel = self.parcels[key]
            if wanted is None or tracking_key(parcel.tracking_number) in wanted:
                yield parcel


def filled(store: CarrierStore, count: int = 60) -> CarrierStore:
    """Return the store with parcels, the oldest first."""
    for number in range(count):
        store.ship(at=store.now() - timedelta(days=3, minutes=-number))
    return store
