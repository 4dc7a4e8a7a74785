"""The system's clock ends its waits when the agent is asked to stop."""

from __future__ import annotations

import threading
from datetime import UTC

import pytest

from sync_agent.clock import SystemClock
from sync_agent.errors import Stopped


def test_time_is_aware_and_goes_on() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(0.001)
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() > before


def test_a_wait_ends_when_asked_to_stop() -> None:
    stop = threading.Event()
    threading.Timer(0.02, stop.set).start()
    with pytest.raises(Stopped):
        SystemClock(stop).sleep(30)


def test_a_negative_wait_is_none() -> None:
    clock = SystemClock()
    before = clock.monotonic()
    clock.sleep(-5)
    assert clock.monotonic() - before < 1
