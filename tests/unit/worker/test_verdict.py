"""What a task says about the next one."""

from __future__ import annotations

import pytest

from sync_agent.errors import AgentError, Fatal, NeedsCredentials, Retryable, Stopped
from sync_agent.sync.patience import (
    DOWN_AFTER,
    LONGEST_DOWN_S,
    PAUSE_WITHOUT_CREDENTIALS_S,
)
from sync_agent.sync.runner import Outcome
from sync_agent.worker.verdict import (
    BACKFILL,
    SLOW_PAUSE_S,
    SLOW_RETRIES,
    URGENT,
    Next,
    Standing,
    judge,
    judge_slow,
)

DOWN = Retryable("No answer.", "Later.")
REFUSED = NeedsCredentials("Refused.", "New key.")
STOPPED = Stopped("Stop.", "Start.")


def outcome(state: str = "complete", error: AgentError | None = None) -> Outcome:
    return Outcome("shop", "orders", state, error=error)  # type: ignore[arg-type]


def judged(result, standing: Standing | None = None) -> Next | None:
    return judge(result, standing or Standing(), now=1000.0, minutes=5)


def test_a_stream_that_is_read_to_its_end_waits_for_the_plan() -> None:
    assert judged([outcome()], Standing(2)) is None


def test_a_stream_with_more_to_read_goes_on_behind_those_that_want_the_news() -> None:
    after = judged([outcome("paused")], Standing(2))
    assert after == Next(0.0, Standing(), BACKFILL)
    assert BACKFILL < URGENT


@pytest.mark.parametrize("result", [STOPPED, [outcome("failed", STOPPED)]])
def test_a_stop_hands_the_stream_back_at_once_as_it_stands(result) -> None:
    standing = Standing(2, 900.0)
    assert judged(result, standing) == Next(0.0, standing, URGENT)


@pytest.mark.parametrize("result", [DOWN, [outcome("failed", DOWN)]])
def test_a_stream_that_fails_is_left_alone_longer_and_longer(result) -> None:
    standing, pauses = Standing(), []
    for _failure in range(DOWN_AFTER + 6):
        after = judged(result, standing)
        assert after is not None
        pauses.append(after.after_s)
        standing = after.standing
    assert pauses[:DOWN_AFTER] == [300.0] * (DOWN_AFTER - 1) + [600.0]
    assert pauses == sorted(pauses)
    assert pauses[-1] == LONGEST_DOWN_S
    assert judged([outcome()], standing) is None


def test_a_platform_that_asks_to_wait_is_left_alone_as_long() -> None:
    after = judged([outcome("failed", Retryable("Busy.", "Later.", 900.0))])
    assert after == Next(900.0, Standing(1))


def test_a_refused_key_concerns_the_whole_source() -> None:
    after = judged([outcome("failed", REFUSED)])
    assert after == Next(
        PAUSE_WITHOUT_CREDENTIALS_S, Standing(1, 1000.0), whole_source=True
    )


def test_a_key_that_is_refused_again_is_refused_since_now() -> None:
    after = judged([outcome("failed", REFUSED)], Standing(1, 10.0))
    assert after is not None
    assert after.standing == Standing(2, 1000.0)


def test_another_failure_forgets_the_refused_key() -> None:
    after = judged([outcome("failed", DOWN)], Standing(1, 10.0))
    assert after is not None
    assert after.standing == Standing(2)


def test_a_reconcile_that_could_not_reach_the_shop_is_tried_some_more() -> None:
    failures, pauses = 0, []
    while (after := judge_slow(DOWN, failures)) is not None:
        failures = after.standing.failures
        pauses.append(after.after_s)
    assert pauses == [SLOW_PAUSE_S * 2**n for n in range(SLOW_RETRIES)]


@pytest.mark.parametrize("error", [None, REFUSED, Fatal("No.", "See to it.")])
def test_a_reconcile_that_a_person_must_see_to_waits_for_its_next_turn(error) -> None:
    assert judge_slow(error, 0) is None


def test_a_reconcile_that_was_stopped_is_handed_back_at_once() -> None:
    assert judge_slow(STOPPED, 1) == Next(standing=Standing(1))
