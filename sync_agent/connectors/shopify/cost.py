"""Shopify's budget: points that questions cost and that come back with time."""

from __future__ import annotations

import math
from typing import Any

from sync_agent.port import Clock, Json

LONGEST_WAIT_S = 120.0


class CostBudget:
    """Waits before a question that the shop's budget cannot bear now.

    Args:
        clock: tells the time and waits.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._available = math.inf
        self._restore = 0.0
        self._at = clock.monotonic()
        self._asked: dict[str, float] = {}

    def wait_for(self, query: str) -> None:
        """Wait until a question can be asked that was asked before."""
        needed = self._asked.get(query, 0.0)
        if not self._restore or needed <= self._now():
            return
        self.wait(needed)

    def wait(self, needed: float) -> None:
        """Wait until so many points are there: whole seconds, rounded up."""
        missing = max(0.0, needed - self._now())
        seconds = math.ceil(missing / self._restore) if self._restore else 1
        self._clock.sleep(min(float(max(1, seconds)), LONGEST_WAIT_S))

    def learn(self, query: str, extensions: Any) -> float:
        """Note what an answer tells; return what the question was reckoned to cost."""
        cost: Json = (extensions or {}).get("cost") or {}
        status: Json = cost.get("throttleStatus") or {}
        if "currentlyAvailable" in status:
            self._available = float(status["currentlyAvailable"])
            self._restore = float(status.get("restoreRate") or 0)
            self._at = self._clock.monotonic()
        asked = float(cost.get("requestedQueryCost") or 0)
        if asked:
            self._asked[query] = asked
        return asked

    def _now(self) -> float:
        passed = self._clock.monotonic() - self._at
        return self._available + passed * self._restore
