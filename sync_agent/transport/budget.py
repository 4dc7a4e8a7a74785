"""A token bucket: so many requests a second, a few at once after a pause."""

from __future__ import annotations

from sync_agent.port import Clock


class Budget:
    """Makes the caller wait until its request is within the budget.

    Args:
        rate_per_s: tokens that come back in a second; > 0.
        burst: tokens at most; >= 1.
        clock: tells the time and waits.
    """

    def __init__(self, rate_per_s: float, burst: int, clock: Clock) -> None:
        if rate_per_s <= 0 or burst < 1:
            raise ValueError("rate_per_s must be above 0 and burst at least 1")
        self._rate = rate_per_s
        self._burst = burst
        self._clock = clock
        self._tokens = float(burst)
        self._at = clock.monotonic()

    def take(self) -> None:
        """Take a token, waiting for it if there is none."""
        now = self._clock.monotonic()
        self._tokens = min(self._burst, self._tokens + (now - self._at) * self._rate)
        self._at = now
        self._tokens -= 1
        if self._tokens < 0:
            self._clock.sleep(-self._tokens / self._rate)
