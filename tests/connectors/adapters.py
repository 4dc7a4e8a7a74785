"""Shops that the conformance tests can change and trouble: what each must offer.

The shops themselves are in ``shops/``, one module a connector.
"""

from __future__ import annotations

import itertools
from abc import ABC, abstractmethod
from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sync_agent.port import Connector, Item, Json, Page, Source, Tools
from sync_agent.records import BadRecord, Envelope
from sync_agent.redact import Redactor
from sync_agent.transport.http import Http
from tests.fakes.faults import Faults


class QuickClock:
    """The real time, but waiting takes none; it remembers how long it waited."""

    def __init__(self) -> None:
        self.waits: list[float] = []

    def now(self) -> datetime:
        """Return the time now."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return datetime.now(UTC).timestamp() + sum(self.waits)

    def sleep(self, seconds: float) -> None:
        """Remember the wait."""
        self.waits.append(seconds)


class Adapter(ABC):
    """A shop with a stream that the tests read.

    Attributes:
        stream: name of the stream.
        listing: text in the requests for pages of its list.
        secrets: must never be seen.
        settings: of the connector; ``page_size`` makes several pages of the list.
        bad_settings: changes of it that the shop refuses as a wrong key.
        unknown_id: no record has it.
        odd: what the shop can be made to hold: ``huge ids``, ``times``, ``money``,
            ``unknown status``; a fake can do all that its stream has a place for.
        renews: the connector gets a new token by itself when one runs out.
        token_path: text in the requests for a token.
        checks: names of what the check tells at least.
        exact_times: the platform tells times with their offset or in UTC.
    """

    connector: Connector
    stream: str
    listing: str
    secrets: tuple[str, ...]
    unknown_id = "999999999"
    odd: frozenset[str] = frozenset()
    renews = False
    token_path = ""
    exact_times = True
    checks = frozenset({"shop", "clock", "orders", "customers"})
    faults: Faults
    settings: Json
    bad_settings: Json

    def __init__(self) -> None:
        self.clock = QuickClock()
        self.numbers = itertools.count(1)

    def open(self, **changes: Any) -> Source:
        """Open the shop anew, as a new process would."""
        settings = self.connector.settings(**{**self.settings, **changes})
        return self.connector.open(settings, self.tools())

    def tools(self) -> Tools:
        """Return what the agent gives to a source."""

        def transport(base_url: str, **options: Any) -> Http:
            return Http(base_url, clock=self.clock, redactor=Redactor(), **options)

        return Tools(self.clock, transport)

    def read(
        self,
        cursor: Json | None = None,
        *,
        full: bool = False,
        source: Source | None = None,
        stream: str = "",
    ) -> list[Page]:
        """Read a stream to its end."""
        found = self.stream_of(source or self.open(), stream)
        return list(found.read(cursor, full=full, started=self.clock.now()))

    def stream_of(self, source: Source, name: str = "") -> Any:
        """Return a stream of a source."""
        return {each.name: each for each in source.streams()}[name or self.stream]

    @abstractmethod
    def ids(self) -> set[str]:
        """Return the external ids that the list holds."""

    @abstractmethod
    def add(self) -> str:
        """Add a record; return its id."""

    @abstractmethod
    def change(self, ids: Iterable[str]) -> str:
        """Change records at once; return a text that they carry then."""

    @abstractmethod
    def remove(self, record_id: str) -> None:
        """Take a record out of the list."""

    def expire(self) -> None:
        """Let the key or token of now be refused from the next request on."""
        self.faults.add("status", status=401, body={}, times=1000)

    def add_huge(self) -> str:
        """Add a record whose id is above 2^53; return the id."""
        raise AssertionError("not in odd")

    def add_at(self, at: datetime) -> str:
        """Add a record made at an instant; return its id."""
        raise AssertionError("not in odd")

    def time_of(self, item: Item) -> datetime:
        """Return when a record was made."""
        assert isinstance(item, Envelope)
        return getattr(item.data, "ordered_at", None) or item.data.created_at  # type: ignore[union-attr]

    def add_priced(self, amount: str, currency: str) -> str:
        """Add an order or product of this price; return its id."""
        raise AssertionError("not in odd")

    def amount_of(self, item: Item) -> tuple[Decimal, str]:
        """Return amount and currency of an order or product."""
        assert isinstance(item, Envelope)
        data: Any = item.data
        return getattr(data, "total", None) or data.price, data.currency

    def add_with_status(self, word: str) -> str:
        """Add a record whose status is an unknown word; return its id."""
        raise AssertionError("not in odd")


def items_of(pages: Iterable[Page]) -> list[Item]:
    """Return all items of pages."""
    return [item for page in pages for item in page.items]


def ids_of(pages: Iterable[Page], kind: str = "") -> list[str]:
    """Return the ids of the items of a kind, of the first item's kind if none."""
    found = items_of(pages)
    wanted = kind or (found[0].kind if found else "")
    return [item.external_id for item in found if item.kind == wanted]


def in_order(adapter: Adapter) -> list[str]:
    """Return the ids of a shop in their order, whether numbers or text."""
    return sorted(adapter.ids(), key=lambda each: (len(each), each))


def text_of(item: Item) -> str:
    """Return all that an item carries as one text."""
    assert not isinstance(item, BadRecord), item.reason
    return str(item.to_wire())
