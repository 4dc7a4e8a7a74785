"""Runs one stream: cursor from Odoo, read, push with compare-and-set, report.

The agent keeps no state: what is stored and the cursor of it are one transaction in
Odoo. Killed anywhere, it goes on from there; two at once never undo each other, since
a push whose cursor is not the stored one is a conflict and stores nothing.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal

import structlog

from sync_agent import __version__
from sync_agent.door import Batch, Door, Hello, PushAnswer, Refusal, Report, RunState
from sync_agent.errors import (
    AgentError,
    Conflict,
    ExitCode,
    Fatal,
    NeedsCredentials,
    Stopped,
)
from sync_agent.i18n import _
from sync_agent.port import Clock, Json, Page, Stream
from sync_agent.records import CONTRACT
from sync_agent.sync.batch import Limits, Parcel, combine
from sync_agent.sync.progress import Progress, Silent

MOST_CONFLICTS = 5
SHOWN_REFUSALS = 20

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Outcome:
    """How a run of a stream ended.

    Attributes:
        state: ``paused`` ran out of its time slice and goes on later.
        counts: records by what became of them in Odoo.
        refusals: the first ones, for people.
        error: why it failed.
    """

    source: str
    stream: str
    state: Literal["complete", "paused", "failed"] = "failed"
    counts: Counter[str] = field(default_factory=Counter)
    refusals: list[Refusal] = field(default_factory=list)
    watermark: datetime | None = None
    conflicts: int = 0
    seconds: float = 0.0
    error: AgentError | None = None

    @property
    def exit_code(self) -> ExitCode:
        """What the shell is told."""
        if self.error is not None:
            return self.error.exit_code
        return ExitCode.REJECTS if self.counts["rejected"] else ExitCode.OK


def _no_cursor(label: str) -> Fatal:
    return Fatal(
        _("The reading of {label} ended without a cursor.", label=label),
        _("This is a fault of the connector; please report it."),
    )


def too_many_conflicts(label: str) -> Conflict:
    """Return the error for a stream on which others work all the time."""
    return Conflict(
        _("Another agent keeps working on {label}.", label=label),
        _("Run one agent for a source; nothing was lost or stored twice."),
    )


class InternalError(Fatal):
    """A fault of the agent itself."""

    exit_code = ExitCode.INTERNAL


def check_contract(hello: Hello) -> None:
    """Check that agent and addon speak the same contract.

    Raises:
        Fatal: says which of the two to update.
    """
    if hello.contract_min <= CONTRACT <= hello.contract_max:
        return
    agent_is_old = hello.contract_min > CONTRACT
    raise Fatal(
        _(
            "The agent speaks contract {ours}, Odoo's addon {contract_min} to "
            "{contract_max}.",
            ours=CONTRACT,
            contract_min=hello.contract_min,
            contract_max=hello.contract_max,
        ),
        _("Update the agent.") if agent_is_old else _("Update the addon crm_sme."),
    )


class Pusher:
    """Pushes batches of one run of one stream and keeps count.

    Args:
        cursor: the stored cursor, from ``hello``.

    ``run`` is the id of the run; ``broken`` says that the last push failed for good:
    nothing more can be told.
    """

    def __init__(
        self,
        door: Door,
        outcome: Outcome,
        cursor: Json | None,
        *,
        progress: Progress,
        platform: str = "",
        full: bool = False,
    ) -> None:
        self.cursor = cursor
        self.broken = False
        self._door = door
        self._outcome = outcome
        self._progress = progress
        self._platform = platform
        self._full = full
        self.run = uuid.uuid4().hex
        self._seq = 0

    @property
    def label(self) -> str:
        """Name of this run for people."""
        return f"{self._outcome.source}/{self._outcome.stream}"

    def push(
        self,
        parcel: Parcel,
        state: RunState,
        *,
        watermark: datetime | None = None,
        message: str = "",
    ) -> bool:
        """Push; return ``False`` on a conflict, after which ``cursor`` is the stored.

        Raises:
            AgentError: of the door.
        """
        self._seq += 1
        after = self.cursor if parcel.cursor is None else parcel.cursor
        report = Report(
            state, watermark, message, self._full, self._platform, __version__
        )
        batch = Batch(
            source=self._outcome.source,
            stream=self._outcome.stream,
            run=self.run,
            seq=self._seq,
            cursor_before=self.cursor,
            cursor_after=after,
            records=parcel.records,
            report=report,
        )
        try:
            answer = self._door.push(batch)
        except AgentError:
            self.broken = True
            raise
        if answer.status == "conflict":
            self._outcome.conflicts += 1
            self.cursor = answer.cursor
            return False
        self.cursor = after
        self._count(answer)
        self._progress.advance(self.label, len(parcel.records), parcel.expected)
        return True

    def push_anyway(
        self,
        parcel: Parcel,
        state: Literal["running", "complete"],
        *,
        watermark: datetime | None = None,
    ) -> None:
        """Push on a stream whose cursor only says when: a conflict costs one more try.

        Raises:
            Conflict: others push on the same stream all the time.
        """
        for _attempt in range(MOST_CONFLICTS):
            if self.push(parcel, state, watermark=watermark):
                return
        raise too_many_conflicts(self.label)

    def report_failure(self, error: AgentError) -> None:
        """Tell Odoo why the run failed, if it can still be told."""
        if self.broken:
            return
        try:
            refused = isinstance(error, NeedsCredentials)
            state: RunState = "needs_credentials" if refused else "failed"
            self.push(Parcel(), state, message=str(error))
        except AgentError as second:
            log.debug("failure_not_reported", reason=second.message)

    def _count(self, answer: PushAnswer) -> None:
        self._outcome.counts.update(answer.counts)
        room = SHOWN_REFUSALS - len(self._outcome.refusals)
        self._outcome.refusals.extend(answer.refusals[: max(0, room)])
        for refusal in answer.refusals:
            log.warning(
                "record_rejected",
                source=self._outcome.source,
                stream=self._outcome.stream,
                external_id=refusal.external_id,
                path=refusal.path,
                reason=refusal.reason,
            )


class Runner:
    """Runs streams.

    Args:
        door: the way to Odoo.
        clock: tells the time.
        stopping: says whether the agent was asked to end.
    """

    def __init__(
        self,
        door: Door,
        clock: Clock,
        *,
        limits: Limits | None = None,
        progress: Progress | None = None,
        stopping: Callable[[], bool] = lambda: False,
    ) -> None:
        self._door = door
        self._clock = clock
        self._limits = limits or Limits()
        self._progress = progress or Silent()
        self._stopping = stopping

    def run(
        self,
        source: str,
        stream: Stream,
        cursor: Json | None,
        *,
        full: bool = False,
        platform: str = "",
        slice_s: float | None = None,
    ) -> Outcome:
        """Read a stream to its end and push it; errors are in the outcome.

        Args:
            source: its code.
            stream: what to read.
            cursor: the stored one, from ``hello``.
            full: read everything anew.
            platform: for the run's log in Odoo.
            slice_s: pause after that time, so that other streams get their turn.
        """
        outcome = Outcome(source, stream.name)
        pusher = Pusher(
            self._door,
            outcome,
            cursor,
            progress=self._progress,
            platform=platform,
            full=full,
        )
        started = self._clock.monotonic()
        until = None if slice_s is None else started + slice_s
        self._progress.begin(pusher.label)
        with structlog.contextvars.bound_contextvars(source=source, stream=stream.name):
            self._guarded(pusher, stream, outcome, full=full, until=until)
            outcome.seconds = self._clock.monotonic() - started
            self._tell(pusher, outcome)
        return outcome

    def _guarded(
        self,
        pusher: Pusher,
        stream: Stream,
        outcome: Outcome,
        *,
        full: bool,
        until: float | None,
    ) -> None:
        try:
            paused = self._until_done(pusher, stream, outcome, full, until)
            outcome.state = "paused" if paused else "complete"
        except AgentError as error:
            outcome.error = error
            pusher.report_failure(error)
        except Exception as error:  # the only bare one: no run dies mute
            log.error("internal_error", exc_info=True)  # noqa: G201
            outcome.error = InternalError(
                _(
                    "The agent failed: {kind}: {error}.",
                    kind=type(error).__name__,
                    error=error,
                ),
                _("Please report it with the log; what was stored before stays."),
            )
            pusher.report_failure(outcome.error)

    def _until_done(
        self,
        pusher: Pusher,
        stream: Stream,
        outcome: Outcome,
        full: bool,
        until: float | None,
    ) -> bool:
        started = self._clock.now()
        while True:
            pages = stream.read(pusher.cursor, full=full, started=started)
            result = self._pump(pusher, stream, pages, until)
            if result != "conflict":
                outcome.watermark = stream.watermark(pusher.cursor)
                return result == "paused"
            log.info("conflict", conflicts=outcome.conflicts)
            if outcome.conflicts >= MOST_CONFLICTS:
                raise too_many_conflicts(pusher.label)
            self._clock.sleep(0.2 * outcome.conflicts)

    def _pump(
        self,
        pusher: Pusher,
        stream: Stream,
        pages: Iterator[Page],
        until: float | None,
    ) -> Literal["done", "paused", "conflict"]:
        """Push all pages; the last batch carries ``complete``, only when all came."""
        parcels = combine(pages, self._limits, self._clock)
        last = next(parcels, None)
        while last is not None:
            failure: AgentError | None = None
            try:
                following = next(parcels, None)
            except AgentError as error:
                following, failure = None, error
            if following is None and failure is None:
                return self._finish(pusher, stream, last)
            if not pusher.push(last, "running"):
                return "conflict"
            if failure is not None:
                raise failure
            self._check_stop()
            last = following
            if until is not None and self._clock.monotonic() > until:
                return self._pause(pusher, last)
        raise _no_cursor(pusher.label)

    def _finish(
        self, pusher: Pusher, stream: Stream, last: Parcel
    ) -> Literal["done", "conflict"]:
        if last.cursor is None:
            raise _no_cursor(pusher.label)
        watermark = stream.watermark(last.cursor)
        stored = pusher.push(last, "complete", watermark=watermark)
        return "done" if stored else "conflict"

    def _pause(
        self, pusher: Pusher, read: Parcel | None
    ) -> Literal["paused", "conflict"]:
        """Store what is already read and leave the rest for later."""
        if read is not None and not pusher.push(read, "running"):
            return "conflict"
        return "paused"

    def _check_stop(self) -> None:
        if self._stopping():
            raise Stopped(
                _("The agent was asked to stop."), _("Start it again to go on.")
            )

    def _tell(self, pusher: Pusher, outcome: Outcome) -> None:
        error = outcome.error
        self._progress.end(pusher.label, ok=error is None)
        facts = {"state": outcome.state, "seconds": round(outcome.seconds, 2)}
        if error is None:
            log.info("stream_done", **facts, **outcome.counts)
        else:
            log.error("stream_failed", **facts, reason=str(error), **outcome.counts)
