"""A tiny shop in memory, as a source: for tests of the runner, not of a platform."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from sync_agent.port import CheckResult, Item, Json, Key, Page, key_of
from sync_agent.records import Customer, Envelope
from sync_agent.records.envelope import Kind

VERSION = "2026-11-21T10:00:00.000000Z"


def customer(number: int, version: str = VERSION, name: str = "Ann") -> Envelope:
    """Return a customer of the shop."""
    return Envelope("customer", str(number), version, Customer(name=f"{name} {number}"))


@dataclass
class ListStream:
    """Reads a list page by page; its cursor is the number of records read.

    Attributes:
        fail_at: page number -> error that is raised once instead of that page.
        on_page: called before each page.
    """

    items: Sequence[Item] = ()
    name: str = "customers"
    kinds: tuple[Kind, ...] = ("customer",)
    page_size: int = 10
    fail_at: dict[int, Exception] = field(default_factory=dict)
    on_page: Callable[[int], None] = lambda _number: None
    reads: list[tuple[Json | None, bool]] = field(default_factory=list)

    def read(
        self, cursor: Json | None, *, full: bool, started: datetime
    ) -> Iterator[Page]:
        self.reads.append((cursor, full))
        at = int((cursor or {}).get("at", 0))
        if full and (cursor or {}).get("rest", True):
            at = 0
        number = 0
        while True:
            self.on_page(number)
            if number in self.fail_at:
                raise self.fail_at.pop(number)
            page = list(self.items[at : at + self.page_size])
            at += len(page)
            rest = at >= len(self.items)
            yield Page(page, {"at": at, "rest": rest}, len(self.items))
            if rest:
                return
            number += 1

    def watermark(self, cursor: Json | None) -> datetime | None:
        rest = (cursor or {}).get("rest")
        return datetime.fromisoformat("2026-11-21T11:00:00+00:00") if rest else None


@dataclass
class ListSource:
    """Holds the truth of one kind.

    Attributes:
        truth: what the shop holds.
        listed: what its list shows, if that is not the whole truth.
        versions_only: the list tells no hashes.
    """

    truth: dict[str, Item] = field(default_factory=dict)
    stream: ListStream = field(default_factory=ListStream)
    listed: Sequence[str] | None = None
    versions_only: bool = False
    platform: str = "List 1.0"
    kinds: tuple[Kind, ...] = ("customer",)
    more: Sequence[ListStream] = ()
    fetched: list[Sequence[str]] = field(default_factory=list)
    keys_error: Exception | None = None
    fetch_error: Exception | None = None
    results: Sequence[CheckResult | Exception] = ()
    closed: bool = False

    def streams(self) -> Sequence[ListStream]:
        return [self.stream, *self.more]

    def check(self) -> Iterator[CheckResult]:
        for result in self.results:
            if isinstance(result, Exception):
                raise result
            yield result

    def keys(self, kind: Kind) -> Iterator[Key]:
        if self.keys_error is not None:
            raise self.keys_error
        for external_id in self.truth if self.listed is None else self.listed:
            item = self.truth[external_id]
            assert isinstance(item, Envelope)
            key = key_of(item)
            yield replace(key, hash=None) if self.versions_only else key

    def fetch(self, kind: Kind, external_ids: Sequence[str]) -> Iterator[Item]:
        self.fetched.append(list(external_ids))
        if self.fetch_error is not None:
            raise self.fetch_error
        for external_id in external_ids:
            if external_id in self.truth:
                yield self.truth[external_id]

    def close(self) -> None:
        self.closed = True


def source_of(*customers: Envelope) -> ListSource:
    """Return a shop that holds these customers, and a stream of them."""
    truth: dict[str, Item] = {item.external_id: item for item in customers}
    return ListSource(truth, ListStream(list(customers)))
