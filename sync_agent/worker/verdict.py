"""What a task says about the next one: when, how urgent, and with what memory.

The memory of a stream (how often it failed, since when its key is refused) travels in
its task, so that whichever worker takes it knows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from sync_agent.errors import AgentError, NeedsCredentials, Retryable, Stopped
from sync_agent.sync.patience import DOWN_AFTER, pause_asked, pause_when_down
from sync_agent.sync.runner import Outcome

URGENT = 50
BACKFILL = 10
"""A stream that has much to read gives way to those that want to know what is new."""
SLOW_RETRIES = 4
SLOW_PAUSE_S = 600.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Standing:
    """How a stream stands.

    Attributes:
        failures: readings that failed one after the other.
        refused_at: since when its key is refused, seconds since 1970.
    """

    failures: int = 0
    refused_at: float | None = None


@dataclass(frozen=True, slots=True)
class Next:
    """The next task of a stream.

    Attributes:
        after_s: not before so many seconds.
        priority: the higher, the sooner.
        whole_source: the other streams of the source have to wait as well.
    """

    after_s: float = 0.0
    standing: Standing = Standing()
    priority: int = URGENT
    whole_source: bool = False


def judge(
    result: Sequence[Outcome] | AgentError,
    standing: Standing,
    *,
    now: float,
    minutes: int,
) -> Next | None:
    """Draw the lesson of one reading of one stream.

    Args:
        result: how it ended, or why it could not begin.
        standing: before it.
        now: seconds since 1970.
        minutes: between two readings of a stream that is well.

    Returns:
        The next task, when it must not be the one that comes by itself.
    """
    if isinstance(result, AgentError):
        return _after_failure(result, standing, now, minutes)
    for outcome in result:
        if outcome.error is not None:
            return _after_failure(outcome.error, standing, now, minutes)
    if standing.failures >= DOWN_AFTER:
        log.info("source_is_back")
    if any(outcome.state == "paused" for outcome in result):
        return Next(priority=BACKFILL)
    return None


def _after_failure(
    error: AgentError, standing: Standing, now: float, minutes: int
) -> Next:
    if isinstance(error, Stopped):
        return Next(standing=standing)
    standing = replace(standing, failures=standing.failures + 1)
    pause = max(pause_asked(error), pause_when_down(standing.failures, minutes))
    pause = max(pause, minutes * 60.0)
    if standing.failures == DOWN_AFTER:
        log.warning("source_is_down", reason=str(error))
    if isinstance(error, NeedsCredentials):
        return Next(pause, replace(standing, refused_at=now), whole_source=True)
    return Next(pause, replace(standing, refused_at=None))


def judge_slow(error: AgentError | None, failures: int) -> Next | None:
    """Draw the lesson of a reconcile or a replay; its next turn comes by itself."""
    if error is None:
        return None
    if isinstance(error, Stopped):
        return Next(standing=Standing(failures))
    if not isinstance(error, Retryable) or failures >= SLOW_RETRIES:
        return None
    pause = max(pause_asked(error), SLOW_PAUSE_S * 2**failures)
    return Next(pause, Standing(failures + 1))
