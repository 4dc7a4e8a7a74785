"""What can be seen from outside: numbers for Prometheus and a page of health.

Names follow Prometheus: base units, ``_total`` for counters. No label holds anything of
a customer or a secret.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from threading import Lock

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
)

from sync_agent.errors import NeedsCredentials
from sync_agent.port import Clock
from sync_agent.sync.runner import Outcome

LATENCY_S = (0.5, 1, 2, 5, 10, 30, 60, 300, 1800)


@dataclass(frozen=True, slots=True)
class _State:
    """How the last run of a stream ended."""

    state: str
    at: datetime
    watermark: datetime | None = None

    def to_json(self) -> dict[str, str | None]:
        return {
            "state": self.state,
            "at": self.at.isoformat(),
            "watermark": self.watermark.isoformat() if self.watermark else None,
        }


class Watch:
    """Counts what happens in one process.

    Args:
        clock: tells the time.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lock = Lock()
        self._states: dict[tuple[str, str], _State] = {}
        self._waiting: dict[str, Callable[[], tuple[int, float | None]]] = {}
        self.registry = CollectorRegistry()
        stream = ("source", "stream")
        self._runs = Counter(
            "sync_agent_runs",
            "Runs of a stream by how they ended.",
            (*stream, "state"),
            registry=self.registry,
        )
        self._records = Counter(
            "sync_agent_records",
            "Records by what became of them in Odoo.",
            (*stream, "status"),
            registry=self.registry,
        )
        self._watermark = Gauge(
            "sync_agent_watermark_timestamp_seconds",
            "Up to when everything of a stream is in Odoo.",
            stream,
            registry=self.registry,
        )
        self._lag = Gauge(
            "sync_agent_lag_seconds",
            "Time since the watermark of a stream.",
            stream,
            registry=self.registry,
        )
        self._deliveries = Counter(
            "sync_agent_webhooks",
            "Webhooks by what became of them.",
            ("source", "outcome"),
            registry=self.registry,
        )
        self._latency = Histogram(
            "sync_agent_webhook_seconds",
            "Time from a webhook to the record in Odoo.",
            ("source",),
            buckets=LATENCY_S,
            registry=self.registry,
        )
        self._inbox = Gauge(
            "sync_agent_inbox_entries",
            "Records named by webhooks that wait to be fetched.",
            ("source",),
            registry=self.registry,
        )

    def ran(self, outcomes: Sequence[Outcome]) -> None:
        """Note how runs ended."""
        for outcome in outcomes:
            labels = (outcome.source, outcome.stream)
            self._runs.labels(*labels, outcome.state).inc()
            for status, count in outcome.counts.items():
                self._records.labels(*labels, status).inc(count)
            if outcome.watermark is not None:
                self._watermark.labels(*labels).set(outcome.watermark.timestamp())
            with self._lock:
                self._states.pop((outcome.source, ""), None)
                self._states[labels] = self._state(outcome)

    def failed(self, source: str, error: Exception) -> None:
        """Note that a source could not be worked on at all."""
        with self._lock:
            self._states[source, ""] = _State(_word(error), self._clock.now())

    def delivered(self, source: str, outcome: str) -> None:
        """Note what became of a webhook."""
        self._deliveries.labels(source, outcome).inc()

    def stored(self, source: str, seconds: float) -> None:
        """Note how long a record took from its webhook to Odoo."""
        self._latency.labels(source).observe(seconds)

    def observe_inbox(
        self, source: str, waiting: Callable[[], tuple[int, float | None]]
    ) -> None:
        """Ask ``waiting`` for the entries and the oldest one when somebody looks."""
        self._waiting[source] = waiting

    def prometheus(self) -> tuple[str, str]:
        """Return the numbers in Prometheus' text form, and its content type."""
        now = self._clock.now()
        for labels, state in self._copied().items():
            if state.watermark is not None:
                age = now - state.watermark
                self._lag.labels(*labels).set(age.total_seconds())
        for source, waiting in self._waiting.items():
            self._inbox.labels(source).set(waiting()[0])
        return generate_latest(self.registry).decode(), CONTENT_TYPE_LATEST

    def health(self) -> tuple[bool, str]:
        """Return whether nothing failed last time, and the page as JSON."""
        now = self._clock.now()
        streams = [
            {"source": source, "stream": stream, **state.to_json()}
            for (source, stream), state in sorted(self._copied().items())
        ]
        inboxes = []
        for source, waiting in self._waiting.items():
            count, oldest = waiting()
            age = 0.0 if oldest is None else max(0.0, now.timestamp() - oldest)
            inboxes.append(
                {"source": source, "entries": count, "oldest_s": round(age, 1)}
            )
        good = all(each["state"] in {"complete", "paused"} for each in streams)
        page = {
            "status": "ok" if good else "failing",
            "now": now.isoformat(),
            "streams": streams,
            "inbox": inboxes,
        }
        return good, json.dumps(page, ensure_ascii=False, indent=1)

    def _state(self, outcome: Outcome) -> _State:
        state = outcome.state if outcome.error is None else _word(outcome.error)
        return _State(state, self._clock.now(), outcome.watermark)

    def _copied(self) -> dict[tuple[str, str], _State]:
        with self._lock:
            return dict(self._states)


def _word(error: Exception) -> str:
    return "needs_credentials" if isinstance(error, NeedsCredentials) else "failed"
