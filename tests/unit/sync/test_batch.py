"""Pages become few large batches, in bounded memory."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_agent.errors import Retryable
from sync_agent.port import Page
from sync_agent.records import BadRecord
from sync_agent.sync.batch import Limits, Parcel, combine
from tests.fakes.clock import FakeClock
from tests.fakes.shop import VERSION, customer


def pages(*sizes: int) -> list[Page]:
    made, number = [], 0
    for at, size in enumerate(sizes, 1):
        items = [customer(number + n) for n in range(size)]
        number += size
        made.append(Page(items, {"page": at}, sum(sizes)))
    return made


def ids(parcel: Parcel) -> list[str]:
    return [record["external_id"] for record in parcel.records]


def combined(given_pages: list[Page], **limits: float) -> list[Parcel]:
    return list(combine(given_pages, Limits(**limits), FakeClock()))  # type: ignore[arg-type]


def test_small_pages_are_combined_up_to_the_limit() -> None:
    parcels = combined(pages(4, 4, 4, 4), records=10)
    assert [len(p.records) for p in parcels] == [8, 8]
    assert [p.cursor for p in parcels] == [{"page": 2}, {"page": 4}]
    assert parcels[0].expected == 16


def test_a_page_above_the_limit_is_split_and_only_its_end_moves_the_cursor() -> None:
    parcels = combined(pages(2, 7), records=3)
    assert [len(p.records) for p in parcels] == [2, 3, 3, 1]
    assert [p.cursor for p in parcels] == [{"page": 1}, None, None, {"page": 2}]


def test_bytes_limit_a_batch_too_and_a_giant_record_goes_alone() -> None:
    giant = customer(1, name="x" * 5000)
    parcels = combined(
        [Page([customer(0), giant, customer(2)], {"page": 1})], size_bytes=1000
    )
    assert [ids(p) for p in parcels] == [["0"], ["1"], ["2"]]


def test_an_empty_page_still_moves_the_cursor() -> None:
    parcels = combined([Page([], {"page": 1})])
    assert [(p.records, p.cursor) for p in parcels] == [([], {"page": 1})]


def test_no_page_gives_no_batch() -> None:
    assert combined([]) == []


def test_an_old_batch_is_sent_before_it_is_full() -> None:
    clock = FakeClock()

    def slow() -> Iterator[Page]:
        for page in pages(1, 1, 1, 1):
            clock.pass_time(15)
            yield page

    parcels = list(combine(slow(), Limits(age_s=20), clock))
    assert [len(p.records) for p in parcels] == [3, 1]


def test_what_was_read_before_an_error_is_given_first() -> None:
    def failing() -> Iterator[Page]:
        yield from pages(2)
        raise Retryable("The shop is down.", "Later.")

    batches = combine(failing(), Limits(), FakeClock())
    assert ids(next(batches)) == ["0", "1"]
    with pytest.raises(Retryable):
        next(batches)


def test_an_error_before_the_first_page_is_raised_at_once() -> None:
    def failing() -> Iterator[Page]:
        raise Retryable("The shop is down.", "Later.")
        yield

    with pytest.raises(Retryable):
        next(combine(failing(), Limits(), FakeClock()))


def test_of_a_record_that_comes_twice_the_newest_is_kept() -> None:
    newer = "2026-11-21T11:00:00.000000Z"
    items = [customer(1, newer, "New"), customer(2), customer(1, VERSION, "Old")]
    (parcel,) = combined([Page(items, {"page": 1})])
    assert ids(parcel) == ["1", "2"]
    assert parcel.records[0]["data"]["name"] == "New 1"


def test_of_two_of_the_same_version_the_later_one_is_kept() -> None:
    items = [customer(1, name="First"), customer(1, name="Second")]
    (parcel,) = combined([Page(items, {"page": 1})])
    assert [r["data"]["name"] for r in parcel.records] == ["Second 1"]


def test_a_record_that_could_not_be_read_goes_along() -> None:
    bad = BadRecord("order", "7", VERSION, "total", "is no number", {"total": "x"})
    (parcel,) = combined([Page([bad], {"page": 1})])
    assert parcel.records[0]["error"] == {"path": "total", "reason": "is no number"}


@given(
    sizes=st.lists(st.integers(0, 12), max_size=12),
    records=st.integers(1, 10),
    size_bytes=st.integers(60, 2000),
)
def test_batches_hold_all_records_in_order_within_the_limits(
    sizes: list[int], records: int, size_bytes: int
) -> None:
    given_pages = pages(*sizes)
    parcels = combined(given_pages, records=records, size_bytes=size_bytes)
    assert [i for p in parcels for i in ids(p)] == [str(n) for n in range(sum(sizes))]
    assert all(len(p.records) <= records for p in parcels)
    if sizes:
        assert parcels[-1].cursor == {"page": len(sizes)}
    done = 0
    for parcel in parcels:
        done += len(parcel.records)
        if parcel.cursor is not None:
            assert done == sum(sizes[: parcel.cursor["page"]])
