"""Rejected records are tried again, and fetched anew where the agent failed."""

from __future__ import annotations

import pytest

from sync_agent.door import ReplayAnswer, ReplayResult
from sync_agent.errors import Retryable
from sync_agent.sync.replay import replay_source
from tests.fakes import odoo_door as faults
from tests.fakes.odoo_door import FakeDoor
from tests.fakes.shop import customer, source_of


def answer(
    *results: ReplayResult, refetch: tuple[str, ...] = (), remaining: int = 0
) -> ReplayAnswer:
    return ReplayAnswer(results, [("customer", i) for i in refetch], remaining)


def result(external_id: str, status: str) -> ReplayResult:
    return ReplayResult("customer", external_id, status, "total", "off by 0.01")


def test_nothing_to_do_is_told() -> None:
    replay = replay_source(FakeDoor(), "shop", source_of())
    assert replay.counts == {}
    assert replay.outcome is None


def test_rejects_are_tried_until_none_is_left() -> None:
    door = FakeDoor()
    door.replays.extend(
        [answer(result("1", "created"), remaining=1), answer(result("2", "updated"))]
    )
    replay = replay_source(door, "shop", source_of())
    assert replay.counts == {"created": 1, "updated": 1}
    assert replay.remaining == 0


def test_those_refused_again_are_shown_and_do_not_go_round_for_ever() -> None:
    door = FakeDoor()
    door.replays.extend([answer(result("1", "rejected"), remaining=1)] * 9)
    replay = replay_source(door, "shop", source_of())
    assert replay.remaining == 1
    assert len(door.replays) == 7
    assert replay.still_rejected[0].reason == "off by 0.01"


def test_those_the_agent_could_not_read_are_fetched_anew() -> None:
    door = FakeDoor()
    door.replays.append(answer(refetch=("1", "2", "404"), remaining=3))
    source = source_of(customer(1), customer(2))
    replay = replay_source(door, "shop", source)
    assert replay.outcome is not None
    assert replay.outcome.state == "complete"
    assert replay.outcome.counts == {"created": 2}
    assert replay.not_found == [("customer", "404")]
    assert {b.stream for b in door.calls} == {"replay"}


def test_a_source_that_cannot_be_asked_says_so() -> None:
    door = FakeDoor()
    door.replays.append(answer(refetch=("1",), remaining=1))
    source = source_of(customer(1))
    source.kinds = ()
    replay = replay_source(door, "shop", source)
    assert replay.not_found == [("customer", "1")]
    assert source.fetched == []


def test_only_the_rejects_asked_for_are_tried_once() -> None:
    door = FakeDoor()
    door.replays.extend([answer(result("1", "created"), remaining=5)] * 2)
    replay = replay_source(door, "shop", source_of(), reject_ids=[3])
    assert replay.counts == {"created": 1}
    assert len(door.replays) == 1


def test_a_shop_that_is_down_is_told() -> None:
    door = FakeDoor()
    door.replays.append(answer(refetch=("1",), remaining=1))
    source = source_of(customer(1))
    source.fetch_error = Retryable("The shop is down.", "Later.")
    with pytest.raises(Retryable):
        replay_source(door, "shop", source)
    assert door.reports == [("replay", "failed", "The shop is down. Later.")]


def test_another_replay_at_the_same_time_costs_one_more_try() -> None:
    door = FakeDoor(cursors={"replay": {"x": 1}})
    door.replays.append(answer(refetch=("1",), remaining=1))
    door.faults.append(faults.conflict_with(door, "replay", {"x": 2}))
    replay = replay_source(door, "shop", source_of(customer(1)))
    assert replay.outcome is not None
    assert replay.outcome.counts == {"created": 1}
