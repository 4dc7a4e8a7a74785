"""The loop of a reading, on lists in memory."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from sync_agent.errors import Incomplete, NeedsCredentials
from sync_agent.port import Json, Page
from sync_agent.reading.checks import rights_result
from sync_agent.reading.currencies import unit_of
from sync_agent.reading.cursor import Reading
from sync_agent.reading.names import full_name
from sync_agent.reading.parts import Part, PartStream, by_offset
from sync_agent.reading.server import checked_address
from sync_agent.transport.walk import Slice
from tests.fakes.shop import customer

NOW = datetime(2026, 11, 21, 20, tzinfo=UTC)


class Lists:
    """Two lists of numbers and a clock."""

    def __init__(self, *lists: Sequence[int]) -> None:
        self.lists = lists
        self.served_at: datetime | None = NOW - timedelta(minutes=1)
        self.fail_at: int | None = None

    def slice(self, number: int) -> Callable[[int, int], Slice[Json]]:
        def fetch(offset: int, limit: int) -> Slice[Json]:
            rows = [{"id": n} for n in self.lists[number][offset : offset + limit]]
            if self.fail_at in [row["id"] for row in rows]:
                raise Incomplete("It failed.", "Try again.")
            return Slice(rows, len(self.lists[number]))

        return fetch


class Stream(PartStream[Lists, None]):
    """Reads all lists of a client."""

    name = "numbers"
    kinds = ("customer",)

    def _part(self, reading: Reading) -> Part | None:
        if reading.part >= len(self._client.lists):
            return None
        fetch = self._client.slice(reading.part)
        steps = by_offset(fetch, lambda row: int(row["id"]), 3)
        return Part(steps, lambda rows: [customer(row["id"]) for row in rows])


def read(client: Lists, cursor: Json | None = None) -> list[Page]:
    return list(Stream(client, None).read(cursor, full=False, started=NOW))


def ids(pages: Sequence[Page]) -> list[str]:
    return [item.external_id for page in pages for item in page.items]


def test_all_parts_are_walked_and_the_last_page_rests() -> None:
    client = Lists([1, 2, 3, 4], [7, 8])
    pages = read(client)
    assert ids(pages) == ["1", "2", "3", "4", "7", "8"]
    assert [page.expected for page in pages] == [4, 4, 2, None]
    assert pages[-1].cursor == {"mark": "2026-11-21T19:59:00Z"}


def test_a_cut_after_any_page_goes_on_in_the_same_part() -> None:
    client = Lists([1, 2, 3, 4], [7, 8])
    whole = read(client)
    for cut in range(len(whole)):
        rest = read(client, whole[cut].cursor) if cut < len(whole) - 1 else []
        assert ids(whole[: cut + 1]) + ids(rest) == ids(whole)


def test_a_failure_leaves_no_resting_cursor() -> None:
    client = Lists([1, 2, 3, 4], [7, 8])
    client.fail_at = 7
    pages = []
    with pytest.raises(Incomplete):
        pages.extend(Stream(client, None).read(None, full=False, started=NOW))
    assert all("run" in page.cursor for page in pages)


@pytest.mark.parametrize(
    ("first", "last", "whole"),
    [
        ("Emma", "Müller", "Emma Müller"),
        ("敏", "郭", "郭敏"),
        ("さくら", "高橋", "高橋 さくら"),
        (None, "Cher", "Cher"),
        (None, None, None),
    ],
)
def test_names_stand_in_the_order_of_their_script(
    first: str | None, last: str | None, whole: str | None
) -> None:
    assert full_name(first, last) == whole


@pytest.mark.parametrize(
    ("currency", "unit"), [("EUR", "0.01"), ("JPY", "1"), ("KWD", "0.001")]
)
def test_the_smallest_amount_of_a_currency(currency: str, unit: str) -> None:
    assert str(unit_of(currency)) == unit


@pytest.mark.parametrize(
    "address", ["shop.example", "ftp://a.example", "https://u:p@a.example", "https://"]
)
def test_an_address_that_cannot_work_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="address"):
        checked_address(address, example="https://a.example", secrets="key")


def _refuse() -> Any:
    raise NeedsCredentials("The key is unknown.", "Make a new one.")


def test_a_list_that_may_not_be_read_fails_the_check_with_its_remedy() -> None:
    result = rights_result("orders", _refuse)
    assert (result.state, result.remedy) == ("failed", "Make a new one.")
    assert rights_result("orders", lambda: 7).message == "May be read (7 records)."
    assert "some records" in rights_result("orders", lambda: None).message
