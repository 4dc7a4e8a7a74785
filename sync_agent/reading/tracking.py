"""Carriers: asked about the parcels that the company's shops have sent.

Odoo tells which parcels are under way (:class:`sync_agent.port.Parcels`). In each round
all of them are asked about, in batches; between rounds only those that are new. A round
begins when the pause since the end of the last one is over, so no number is asked about
more often, whatever is restarted in between. Nothing is reconciled: carriers forget
parcels after some months, and what they forget is not gone.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator

from sync_agent.i18n import _
from sync_agent.port import CheckResult, Clock, Item, Json, Key, Page, Parcels, key_of
from sync_agent.reading.checks import clock_result
from sync_agent.reading.cursor import Reading, parse_mark, watermark_of
from sync_agent.reading.hooks import HookSettings
from sync_agent.reading.scans import tracking_key
from sync_agent.reading.unknown import UnknownWords
from sync_agent.records import BadRecord
from sync_agent.records.envelope import Kind
from sync_agent.records.fields import format_time
from sync_agent.records.open_parcel import OpenParcel

NEW_ONES = 1
"""Part of a reading that asks only about parcels never asked about before."""


class TrackingSettings(HookSettings):
    """Settings of every carrier.

    Attributes:
        only: ask only about parcels whose carrier, as the shop writes it, contains one
            of these words, or whose number begins with one; empty: about all.
        carriers: the platform's code of a carrier, by a word in the shop's name of it.
        minutes_between: pause between two rounds of asking about all parcels.
        page_size: parcels asked about in one request.
    """

    hard_pause: ClassVar[bool] = False
    """Whether a full reading, asked for by a person, keeps the pause as well."""

    only: tuple[str, ...] = ()
    carriers: dict[str, str] = Field(default_factory=dict)
    minutes_between: int = Field(default=60, ge=0)
    page_size: int = Field(default=40, ge=1)

    def wants(self, parcel: OpenParcel) -> bool:
        """Tell whether a parcel is one to ask about."""
        if not self.only:
            return True
        name = (parcel.carrier or "").casefold()
        number = tracking_key(parcel.tracking_number)
        return any(
            word.casefold() in name or number.startswith(word.upper())
            for word in self.only
        )

    def carrier_of(self, carrier: str | None) -> str | None:
        """Return the platform's code of a carrier, by the shop's name of it."""
        name = (carrier or "").casefold()
        codes = self.carriers.items()
        return next((code for word, code in codes if word.casefold() in name), None)


class ZonedSettings(TrackingSettings):
    """Settings of a platform some of whose times tell no zone.

    Attributes:
        timezone: of those times.
    """

    timezone: str = "UTC"

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError):
            raise ValueError(
                _("there is no time zone {name}; write e.g. Europe/Paris", name=value)
            ) from None
        return value

    @property
    def zone(self) -> ZoneInfo:
        """The zone of :attr:`timezone`."""
        return ZoneInfo(self.timezone)


class TrackingClient(ABC):
    """What a connector of a carrier must be able to do.

    Attributes:
        served_at: the platform's clock in its last answer, if it told.
        title: of the platform, for people.
    """

    served_at: datetime | None = None
    title = ""

    @abstractmethod
    def ask(self, parcels: Sequence[OpenParcel]) -> Iterable[Item]:
        """Yield what is known of parcels; register those the platform does not know."""

    @abstractmethod
    def look(self, asked: Sequence[tuple[str, OpenParcel]]) -> Iterable[Item]:
        """Yield what is known of parcels; those it does not know are left out.

        Args:
            asked: carrier's code and parcel.
        """

    @abstractmethod
    def account(self) -> str:
        """Ask for the account; return what of it is worth telling, one sentence.

        Raises:
            NeedsCredentials: the key was refused.
        """

    @abstractmethod
    def close(self) -> None:
        """Close the connection."""


class TrackingStream:
    """Asks about all parcels in rounds, and about new ones in between."""

    name = "shipments"
    kinds: tuple[Kind, ...] = ("shipment",)

    def __init__(
        self,
        client: TrackingClient,
        settings: TrackingSettings,
        parcels: Parcels,
        clock: Clock,
    ) -> None:
        self._client = client
        self._settings = settings
        self._parcels = parcels
        self._clock = clock

    def watermark(self, cursor: Json | None) -> datetime | None:
        """Return when the last round began: later changes may be unknown."""
        mark = watermark_of(cursor)
        asked = parse_mark(((cursor or {}).get("kept") or {}).get("round"))
        return min(mark, asked) if mark and asked else None

    def read(
        self, cursor: Json | None, *, full: bool, started: datetime
    ) -> Iterator[Page]:
        """See :meth:`sync_agent.port.Stream.read`."""
        reading = self._begin(Reading.begin(cursor, full=full, started=started))
        unknown = UnknownWords(self.name)
        for parcels, last in self.batches(str(reading.after or "")):
            items = list(self._client.ask(parcels)) if parcels else []
            unknown.count(items)
            reading = reading.seen(self._client.served_at).at(last, 0)
            top = max(int(reading.kept.get("top") or 0), int(last))
            reading = reading.keep(top=top)
            yield Page(items, reading.cursor())
        unknown.tell()
        if reading.part != NEW_ONES:
            reading = reading.keep(
                round=format_time(reading.until), asked=format_time(self._clock.now())
            )
        yield Page((), reading.rest())

    def _begin(self, reading: Reading) -> Reading:
        if reading.part or reading.after is not None or self._is_due(reading):
            return reading
        return reading.next_part().at(str(reading.kept.get("top") or ""), 0)

    def _is_due(self, reading: Reading) -> bool:
        last = parse_mark(reading.kept.get("asked"))
        if last is None or (reading.full and not self._settings.hard_pause):
            return True
        pause = timedelta(minutes=self._settings.minutes_between)
        return not timedelta(0) <= self._clock.now() - last < pause

    def batches(self, after: str) -> Iterator[tuple[list[OpenParcel], str]]:
        """Yield parcels to ask about at once, and the id of the last one seen."""
        batch: list[OpenParcel] = []
        last = ""
        for parcel in self._parcels(after=after):
            last = parcel.id
            if self._settings.wants(parcel):
                batch.append(parcel)
            if len(batch) >= self._settings.page_size:
                yield batch, last
                batch, last = [], ""
        if last:
            yield batch, last


class TrackingSource:
    """A carrier, or a platform that asks many."""

    kinds: tuple[Kind, ...] = ()

    def __init__(
        self,
        client: TrackingClient,
        settings: TrackingSettings,
        parcels: Parcels,
        clock: Clock,
    ) -> None:
        self._client = client
        self._settings = settings
        self._parcels = parcels
        self._clock = clock
        self._stream = TrackingStream(client, settings, parcels, clock)

    @property
    def platform(self) -> str:
        """See :class:`sync_agent.port.Source`."""
        return self._client.title

    def streams(self) -> Sequence[TrackingStream]:
        """See :meth:`sync_agent.port.Source.streams`."""
        return [self._stream]

    def check(self) -> Iterator[CheckResult]:
        """See :meth:`sync_agent.port.Source.check`."""
        yield CheckResult("carrier", "ok", self._client.account())
        yield clock_result(self._client.served_at, self._clock.now())
        yield self._asked_about()

    def _asked_about(self) -> CheckResult:
        wanted = sum(map(self._settings.wants, self._parcels()))
        return CheckResult(
            "shipments", "ok", _("{count} parcels to ask about.", count=wanted)
        )

    def keys(self, kind: Kind) -> Iterator[Key]:  # noqa: ARG002  there is one
        """See :meth:`sync_agent.port.Source.keys`."""
        for parcels, _last in self._stream.batches(""):
            for item in self._client.ask(parcels) if parcels else ():
                if isinstance(item, BadRecord):
                    yield Key(item.external_id, item.version)
                else:
                    yield key_of(item)

    def fetch(
        self,
        kind: Kind,  # noqa: ARG002  there is one
        external_ids: Sequence[str],
    ) -> Iterator[Item]:
        """See :meth:`sync_agent.port.Source.fetch`."""
        asked = [id_.rpartition(":") for id_ in sorted(set(external_ids))]
        known = {
            tracking_key(parcel.tracking_number): parcel
            for parcel in self._parcels(numbers=[number for _c, _s, number in asked])
        }
        pairs = [
            (carrier, known.get(number) or nameless(number))
            for carrier, _sep, number in asked
        ]
        size = self._settings.page_size
        for start in range(0, len(pairs), size):
            yield from self._client.look(pairs[start : start + size])

    def close(self) -> None:
        """Close the connection."""
        self._client.close()


def nameless(number: str) -> OpenParcel:
    """Return a parcel of which only the number is known."""
    return OpenParcel(id="0", tracking_number=number)
