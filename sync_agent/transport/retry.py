"""When to try a request again, and how long to wait before."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import Any, TypeVar

import tenacity

from sync_agent.errors import Retryable
from sync_agent.port import Clock

T = TypeVar("T")

TRIES = 6
TRIES_BAD_BODY = 3
"""A page of HTML or half an answer is seldom better the fourth time."""
FIRST_WAIT_S = 0.5
LONGEST_BACKOFF_S = 30.0
LONGEST_ASKED_WAIT_S = 300.0
"""A platform that asks for more is left alone: the error carries ``after``."""
_MOST_LAYERS = 8


class BadBody(Retryable):
    """An answer that cannot be read: HTML, half a JSON text, a broken gzip stream."""


def http_date(text: str | None) -> datetime | None:
    """Return an HTTP date as aware UTC; ``None`` if there is none or it is odd."""
    if not text:
        return None
    try:
        value = parsedate_to_datetime(text)
    except ValueError:
        return None
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


def retry_after(text: str | None, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` header asks for, rounded up.

    Args:
        text: seconds or an HTTP date; a date in the past is 0.
        now: the server's clock if it told it, else ours.

    Returns:
        Whole seconds, or ``None`` when the header is absent or makes no sense.
    """
    if text is None:
        return None
    try:
        seconds = float(text)
    except ValueError:
        at = http_date(text)
        if at is None:
            return None
        seconds = (at - now).total_seconds()
    if not math.isfinite(seconds):
        return None
    return float(max(0, math.ceil(seconds)))


def _wait(state: tenacity.RetryCallState) -> float:
    """Return the seconds to wait: what was asked for, else doubling with jitter."""
    error = state.outcome.exception() if state.outcome else None
    backoff = min(LONGEST_BACKOFF_S, FIRST_WAIT_S * 2.0 ** (state.attempt_number - 1))
    backoff *= 1 + random.random() / 2  # noqa: S311  not for secrets
    asked = error.after if isinstance(error, Retryable) else None
    return backoff if asked is None else max(asked, FIRST_WAIT_S)


def _again(error: BaseException) -> bool:
    if not isinstance(error, Retryable):
        return False
    return error.after is None or error.after <= LONGEST_ASKED_WAIT_S


def short_reason(error: BaseException) -> str:
    """Return why a connection was lost, without the layers around it."""
    current: Any = error
    for _layer in range(_MOST_LAYERS):
        inner = [getattr(current, "reason", None), *getattr(current, "args", ())]
        current = next((i for i in inner if isinstance(i, BaseException)), current)
    # urllib3 puts its own object before the colon
    return str(current).rpartition(">: ")[2].rpartition("): ")[2] or str(current)


def with_retries(
    call: Callable[[], T],
    clock: Clock,
    on_wait: Callable[[Retryable, float], None],
    tries: int = TRIES,
) -> T:
    """Call until it works, a wait asked for is too long, or the tries are used up.

    Args:
        call: raises ``Retryable`` when it may be tried again.
        clock: waits.
        on_wait: told of each wait: the error and the seconds.
        tries: how often at most, the first time included.

    Raises:
        Retryable: the last one.
    """

    def before_sleep(state: tenacity.RetryCallState) -> None:
        error = state.outcome.exception() if state.outcome else None
        if isinstance(error, Retryable):
            on_wait(error, state.upcoming_sleep)

    def stop(state: tenacity.RetryCallState) -> bool:
        error = state.outcome.exception() if state.outcome else None
        most = min(tries, TRIES_BAD_BODY) if isinstance(error, BadBody) else tries
        return state.attempt_number >= most

    retrying = tenacity.Retrying(
        retry=tenacity.retry_if_exception(_again),
        wait=_wait,
        stop=stop,
        sleep=clock.sleep,
        before_sleep=before_sleep,
        reraise=True,
    )
    return retrying(call)
