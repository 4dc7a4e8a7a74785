"""The cursor of a reading: resting, under way, damaged."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_agent.reading.cursor import FUTURE, OVERLAP, Reading, watermark_of

NOW = datetime(2026, 11, 21, 20, 0, 0, 500000, tzinfo=UTC)
MARK = "2026-11-21T19:00:00Z"


def begin(cursor: Any, *, full: bool = False) -> Reading:
    return Reading.begin(cursor, full=full, started=NOW)


def test_a_first_reading_asks_for_everything() -> None:
    reading = begin(None)
    assert reading.since is None
    assert reading.full
    assert watermark_of(None) is None


def test_a_delta_reads_the_overlap_again() -> None:
    reading = begin({"mark": MARK})
    assert reading.since == datetime(2026, 11, 21, 19, tzinfo=UTC) - OVERLAP
    assert watermark_of(reading.rest()) == NOW


def test_the_mark_stays_while_the_reading_is_under_way() -> None:
    reading = begin({"mark": MARK}).at(17, 3)
    assert watermark_of(reading.cursor()) == datetime(2026, 11, 21, 19, tzinfo=UTC)


def test_the_mark_never_passes_the_platforms_clock() -> None:
    earlier = NOW - timedelta(minutes=7)
    reading = begin(None).seen(earlier).seen(NOW).seen(None)
    assert watermark_of(reading.rest()) == earlier


def test_a_little_ahead_is_believed_and_the_far_future_is_not() -> None:
    near = {"mark": (NOW + FUTURE / 2).isoformat()}
    far = {"mark": (NOW + FUTURE * 2).isoformat()}
    assert begin(near).since is not None
    assert begin(far).since is None


def test_a_full_reading_forgets_a_delta_under_way_but_not_a_full_one() -> None:
    delta = begin({"mark": MARK}).at(5, 5).cursor()
    assert begin(delta, full=True).after is None
    full = begin(None, full=True).next_part().at(5, 5).cursor()
    again = begin(full, full=True)
    assert (again.part, again.after, again.full) == (1, 5, True)


@given(
    part=st.integers(0, 5),
    after=st.one_of(st.integers(0, 2**70), st.text(min_size=1)),
    offset=st.integers(0, 10**7),
    full=st.booleans(),
    kept=st.dictionaries(st.text(max_size=5), st.integers(), max_size=3),
)
def test_a_cursor_under_way_comes_back_as_it_was(
    part: int, after: Any, offset: int, full: bool, kept: dict[str, int]
) -> None:
    cursor = None if full else {"mark": MARK}
    reading = begin(cursor, full=full)
    for _ in range(part):
        reading = reading.next_part()
    reading = reading.at(after, offset).keep(**kept)
    assert begin(reading.cursor(), full=full) == reading


@pytest.mark.parametrize(
    "cursor",
    [{}, {"mark": None}, {"mark": ""}, {"mark": 5}, {"mark": "2026-01-01T00:00:00"}],
    ids=str,
)
def test_a_mark_that_cannot_be_read_means_never_read(cursor: Any) -> None:
    assert begin(cursor).since is None
