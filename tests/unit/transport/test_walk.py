"""Paging over a list that changes loses nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sync_agent.errors import Fatal, Incomplete
from sync_agent.transport.walk import Slice, walk, walk_after


def of_list(rows: list[int], *, total: bool = False, cap: int = 1000):
    """Return a fetch over a live list and the calls it got."""
    calls: list[tuple[int, int]] = []

    def fetch(offset: int, limit: int) -> Slice[int]:
        calls.append((offset, limit))
        page = rows[offset : offset + min(limit, cap)]
        return Slice(page, len(rows) if total else None)

    return fetch, calls


def seen(fetch, limit: int, **start) -> list[int]:
    return [row for step in walk(fetch, int, limit, **start) for row in step.rows]


@pytest.mark.parametrize("length", [0, 1, 2, 3, 4, 5, 6, 7, 20])
@pytest.mark.parametrize("total", [True, False], ids=["total told", "no total"])
def test_a_quiet_list_is_seen_once_in_order(length: int, total: bool) -> None:
    rows = list(range(length))
    fetch, _calls = of_list(rows, total=total)
    assert seen(fetch, 3) == rows


def test_a_told_total_saves_the_last_request() -> None:
    fetch, calls = of_list(list(range(8)), total=True)
    assert seen(fetch, 5) == list(range(8))
    assert calls == [(0, 5), (4, 5)]


@pytest.mark.parametrize("told", [0, 3, 1000], ids=["none", "too few", "too many"])
def test_a_wrong_total_loses_nothing(told: int) -> None:
    rows = list(range(10))
    assert seen(lambda o, n: Slice(rows[o : o + n], told), 5) == rows


def test_a_server_that_gives_shorter_pages_than_asked_loses_nothing() -> None:
    rows = list(range(17))
    fetch, _calls = of_list(rows, cap=4)
    assert seen(fetch, 10) == rows


def test_rows_that_moved_up_are_found_by_stepping_back() -> None:
    rows = list(range(10))
    fetch, calls = of_list(rows)
    steps = walk(fetch, int, 4)
    got = list(next(steps).rows)
    del rows[:4]  # all that was seen vanishes; 4 now stands first
    got += [row for step in steps for row in step.rows]
    assert got == list(range(10))
    assert (3, 4) in calls
    assert (0, 4) in calls


def test_a_list_that_shrank_below_the_offset_is_walked_again_from_the_front() -> None:
    rows = list(range(40))
    fetch, _calls = of_list(rows)
    steps = walk(fetch, int, 5)
    got = [row for _n in range(5) for row in next(steps).rows]
    last = got[-1]
    del rows[: last + 1]
    got += [row for step in steps for row in step.rows]
    assert got == list(range(40))


def test_a_walk_goes_on_from_where_another_stopped() -> None:
    rows = list(range(20))
    fetch, _calls = of_list(rows)
    first = next(walk(fetch, int, 6))
    rest = seen(fetch, 6, after=first.after, offset=first.offset)
    assert [*first.rows, *rest] == rows


@pytest.mark.parametrize("hint", [0, 3, 19, 500])
def test_a_wrong_hint_of_the_offset_loses_nothing(hint: int) -> None:
    fetch, _calls = of_list(list(range(20)))
    assert seen(fetch, 6, after=9, offset=hint) == list(range(10, 20))


def test_a_list_in_another_order_is_refused() -> None:
    fetch, _calls = of_list([3, 1, 2])
    with pytest.raises(Fatal, match="not in the order"):
        seen(fetch, 5)


def test_a_platform_that_repeats_its_last_page_for_ever_is_noticed() -> None:
    rows = list(range(7))
    with pytest.raises(Incomplete, match="same page"):
        seen(lambda o, n: Slice(rows[min(o, 4) : 7]), 3)


def test_a_limit_without_room_for_the_overlap_is_a_mistake() -> None:
    fetch, _calls = of_list([])
    with pytest.raises(ValueError, match="at least 2"):
        seen(fetch, 1)


changes = st.lists(
    st.tuples(st.sampled_from(["delete", "append"]), st.integers(0, 60)), max_size=40
)


@settings(max_examples=400, deadline=None)
@given(
    length=st.integers(0, 40),
    limit=st.integers(2, 9),
    total=st.booleans(),
    changes=changes,
    stop_after=st.integers(0, 6),
)
def test_every_row_that_stays_is_seen_once_while_the_list_changes(
    length: int,
    limit: int,
    total: bool,
    changes: list[tuple[str, int]],
    stop_after: int,
) -> None:
    """Demand 46: nothing is lost to drift; also not over a kill and a new start."""
    rows = list(range(length))
    stay = set(rows)
    following = length
    todo = iter(changes)

    def fetch(offset: int, size: int) -> Slice[int]:
        nonlocal following
        page = Slice(rows[offset : offset + size], len(rows) if total else None)
        what, at = next(todo, ("", 0))
        if what == "delete" and rows:
            stay.discard(rows.pop(at % len(rows)))
        elif what == "append":
            rows.append(following)
            following += 1
        return page

    got: list[int] = []
    after, offset = None, 0
    for number, step in enumerate(walk(fetch, int, limit)):
        got += step.rows
        after, offset = step.after, step.offset
        if number == stop_after:
            break
    got += seen(fetch, limit, after=after, offset=offset)
    assert len(got) == len(set(got))
    assert stay <= set(got)
    assert got == sorted(got)


def above(rows: list[int], limit: int, *, tells_end: bool = True):
    """Return a fetch of the first rows above a key, of a live list."""

    def fetch(after: int | None) -> Slice[int]:
        found = [row for row in rows if after is None or row > after]
        return Slice(found[:limit], last=tells_end and len(found) <= limit)

    return fetch


@pytest.mark.parametrize("length", [0, 1, 3, 4, 20])
@pytest.mark.parametrize("tells_end", [True, False])
def test_a_list_asked_by_key_is_seen_once(length: int, tells_end: bool) -> None:
    fetch = above(list(range(length)), 3, tells_end=tells_end)
    seen_rows = [row for step in walk_after(fetch, int) for row in step.rows]
    assert seen_rows == list(range(length))
    rest = [row for step in walk_after(fetch, int, after=1) for row in step.rows]
    assert rest == list(range(2, length))


def test_rows_that_leave_a_list_asked_by_key_hide_no_others() -> None:
    rows = list(range(9))
    steps = walk_after(above(rows, 3), int)
    got = list(next(steps).rows)
    del rows[:2]
    got += [row for step in steps for row in step.rows]
    assert got == list(range(9))


def test_a_platform_that_ignores_the_key_is_noticed() -> None:
    with pytest.raises(Incomplete, match="asked to be left out"):
        list(walk_after(lambda _after: Slice([1, 2, 3]), int))
