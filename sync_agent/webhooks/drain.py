"""Works off the inbox: fetches the truth of what webhooks named and stores it in Odoo.

One thread a source, so that no source waits for another. A fetch that fails is tried
again later; an entry is forgotten only when Odoo holds the record, when the platform
does not know it (only the reconcile says *gone*), or after three days: by then the
reconcile has seen it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack
from dataclasses import dataclass

import structlog

from sync_agent.door import Door
from sync_agent.errors import AgentError, NeedsCredentials, Stopped
from sync_agent.port import Clock, Hook, Item, Source
from sync_agent.sync.batch import Parcel
from sync_agent.sync.progress import Silent
from sync_agent.sync.runner import Outcome, Pusher, check_contract
from sync_agent.webhooks.inbox import Due, Inbox

STREAM = "webhook"
FIRST_PAUSE_S = 5.0
LONGEST_PAUSE_S = 3600.0
CREDENTIALS_PAUSE_S = 1800.0
GIVE_UP_S = 3 * 86_400.0
IDLE_S = 5.0
GATHER_S = 0.3
"""An order makes several events at once; one fetch serves them all."""
FLOOD = 200
FLOOD_GATHER_S = 3.0
"""After so many entries at once the next ones may gather longer: in a flood the same
record is named again and again."""

SESSION_S = 900.0
"""So long connections and the run in Odoo's list of runs are used for what comes."""

OpenSource = Callable[[], AbstractContextManager[Source]]
OpenDoor = Callable[[], AbstractContextManager[Door]]

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Session:
    """Open connections to the source and to Odoo, and a run there."""

    source: Source
    pusher: Pusher
    closing: ExitStack
    until: float


class Drain:
    """Works off the entries of one source.

    Args:
        code: of the source.
        hook: reads payloads.
        inbox: holds the entries.
        clock: tells the time and waits.
        source: opens the source.
        door: opens the way to Odoo.
        done: is told the seconds from the event to Odoo of each record.
    """

    def __init__(
        self,
        code: str,
        hook: Hook,
        inbox: Inbox,
        clock: Clock,
        *,
        source: OpenSource,
        door: OpenDoor,
        done: Callable[[str, float], None] = lambda *_told: None,
    ) -> None:
        self._code = code
        self._hook = hook
        self._inbox = inbox
        self._clock = clock
        self._open_source = source
        self._open_door = door
        self._done = done
        self._session: _Session | None = None

    def forever(self) -> None:
        """Work off what comes, until asked to stop."""
        try:
            while True:
                seen = self.run_once()
                if not seen:
                    with self._inbox.changed:
                        self._inbox.changed.wait(IDLE_S)
                self._clock.sleep(GATHER_S if seen < FLOOD else FLOOD_GATHER_S)
        finally:
            self.close()

    def run_once(self) -> int:
        """Fetch and store what is due now; return the number of entries seen.

        What comes meanwhile is left for the next time, but orders go first at once.
        """
        seen = 0
        with structlog.contextvars.bound_contextvars(source=self._code, stream=STREAM):
            try:
                most, _oldest = self._inbox.waiting(self._code)
                while seen < most:
                    dues = self._inbox.due(self._code, self._now())
                    if not dues:
                        break
                    self._work_off(dues)
                    seen += len(dues)
            except Stopped:
                raise
            except AgentError as error:
                # The disk refuses: all is still in the inbox and is done again.
                log.error("inbox_refused", reason=str(error))
                return 0
        return seen

    def _work_off(self, dues: Sequence[Due]) -> None:
        try:
            session = self._opened()
            self._settle(dues, session.source, session.pusher)
        except Stopped:
            raise
        except AgentError as error:
            self.close()
            self._postpone(dues, error)

    def close(self) -> None:
        """Close the connections; the next entry opens them again."""
        session, self._session = self._session, None
        if session is not None:
            session.closing.close()

    def _opened(self) -> _Session:
        if self._session and self._clock.monotonic() >= self._session.until:
            self.close()
        if self._session is None:
            with ExitStack() as stack:
                source = stack.enter_context(self._open_source())
                door = stack.enter_context(self._open_door())
                pusher = self._pusher(door, source)
                until = self._clock.monotonic() + SESSION_S
                self._session = _Session(source, pusher, stack.pop_all(), until)
        return self._session

    def _pusher(self, door: Door, source: Source) -> Pusher:
        hello = door.hello(self._code)
        check_contract(hello)
        state = hello.streams.get(STREAM)
        return Pusher(
            door,
            Outcome(self._code, STREAM),
            state.cursor if state else None,
            progress=Silent(),
            platform=source.platform,
        )

    def _settle(self, dues: Sequence[Due], source: Source, pusher: Pusher) -> None:
        """Store one kind's entries; a bad one among them does not stop the others."""
        try:
            self._store(dues, source, pusher)
        except (Stopped, NeedsCredentials):
            raise
        except AgentError as error:
            if len(dues) == 1 or getattr(error, "after", None) or pusher.broken:
                raise
            log.warning("webhook_batch_failed", entries=len(dues), reason=str(error))
            for due in dues:
                self._settle_alone(due, source, pusher)

    def _settle_alone(self, due: Due, source: Source, pusher: Pusher) -> None:
        try:
            self._store([due], source, pusher)
        except (Stopped, NeedsCredentials):
            raise
        except AgentError as error:
            if pusher.broken:
                raise
            self._postpone([due], error)

    def _store(self, dues: Sequence[Due], source: Source, pusher: Pusher) -> None:
        records = [item.to_wire() for item in self._items(dues, source)]
        now = self._clock.now()
        if records:
            cursor = {"received": now.isoformat()}
            pusher.push_anyway(Parcel(records, cursor), "complete", watermark=None)
        self._inbox.done(dues)
        for due in dues:
            self._done(self._code, max(0.0, now.timestamp() - due.received))

    def _items(self, dues: Sequence[Due], source: Source) -> Iterator[Item]:
        asked = [due.trigger for due in dues if due.trigger.payload is None]
        for due in dues:
            if due.trigger.payload is not None:
                yield from self._hook.items(due.trigger)
        if asked:
            ids = [trigger.external_id for trigger in asked]
            yield from source.fetch(asked[0].kind, ids)

    def _postpone(self, dues: Sequence[Due], error: AgentError) -> None:
        now = self._now()
        old = [due for due in dues if now - due.received > GIVE_UP_S]
        if old:
            log.error("webhooks_given_up", entries=len(old), reason=str(error))
            self._inbox.done(old)
        kept = [due for due in dues if now - due.received <= GIVE_UP_S]
        if not kept:
            return
        pause = min(LONGEST_PAUSE_S, FIRST_PAUSE_S * 2 ** max(d.tries for d in kept))
        pause = max(pause, getattr(error, "after", None) or 0.0)
        if isinstance(error, NeedsCredentials):
            pause = max(pause, CREDENTIALS_PAUSE_S)
        log.error(
            "webhooks_postponed", entries=len(kept), pause_s=pause, reason=str(error)
        )
        self._inbox.postpone(kept, now + pause)

    def _now(self) -> float:
        return self._clock.now().timestamp()
