"""Joins receiver, inbox and drains, and keeps them running."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

import structlog

from sync_agent.door import Door
from sync_agent.errors import Stopped
from sync_agent.port import Clock, Hook, Source
from sync_agent.watch import Watch
from sync_agent.webhooks.drain import Drain
from sync_agent.webhooks.inbox import Inbox
from sync_agent.webhooks.receiver import Page, Receiver
from sync_agent.webhooks.server import Server

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Listener:
    """What is needed to listen to one source.

    Attributes:
        hook: understands the platform.
        source: opens it.
    """

    hook: Hook
    source: Callable[[], AbstractContextManager[Source]]


class Service:
    """Receives webhooks and works them off while it is entered.

    Args:
        listeners: by the source's code; none: only health and numbers are served.
        inbox_path: file of the inbox.
        address: host and port; port 0 takes a free one.
        door: opens the way to Odoo.
        clock: its waits end when ``stop`` is set.
        watch: counts.
        stop: set by the signal handlers; also set here when a drain breaks.

    Raises:
        ConfigError: the inbox or the address cannot be used.
    """

    def __init__(
        self,
        listeners: Mapping[str, Listener],
        *,
        inbox_path: Path,
        address: tuple[str, int],
        door: Callable[[], AbstractContextManager[Door]],
        clock: Clock,
        watch: Watch,
        stop: threading.Event,
    ) -> None:
        self._stop = stop
        self._broken: list[BaseException] = []
        self._inbox = Inbox(inbox_path)
        hooks = {code: listener.hook for code, listener in listeners.items()}
        pages = pages_of(watch)
        receiver = Receiver(
            hooks, self._inbox, clock, pages=pages, count=watch.delivered
        )
        try:
            self._server = Server(receiver, *address)
        except BaseException:
            self._inbox.close()
            raise
        self.port = self._server.port
        self._threads = []
        for code, listener in listeners.items():
            drain = Drain(
                code,
                listener.hook,
                self._inbox,
                clock,
                source=listener.source,
                door=door,
                done=watch.stored,
            )
            watch.observe_inbox(code, partial(self._inbox.waiting, code))
            thread = threading.Thread(
                target=self._guarded, args=(code, drain), name=f"drain-{code}"
            )
            self._threads.append(thread)

    def __enter__(self) -> Self:
        """Begin to listen and to work off what is left from before."""
        self._server.__enter__()
        for thread in self._threads:
            thread.start()
        log.info("listening", port=self.port)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        """Take no more, end the drains and close the inbox.

        Raises:
            BaseException: what broke a drain.
        """
        self._stop.set()
        self._server.__exit__(kind, error, trace)
        for thread in self._threads:
            thread.join()
        self._inbox.close()
        if self._broken and error is None:
            raise self._broken[0]

    def _guarded(self, code: str, drain: Drain) -> None:
        try:
            drain.forever()
        except Stopped:
            log.info("drain_ended", source=code)
        except BaseException as error:  # noqa: BLE001  handed to the main thread
            self._broken.append(error)
            self._stop.set()


def pages_of(watch: Watch) -> dict[str, Callable[[], Page]]:
    """Return the pages ``/health`` and ``/metrics``."""

    def health() -> Page:
        good, body = watch.health()
        status = "200 OK" if good else "503 Service Unavailable"
        return Page(status, body, "application/json; charset=utf-8")

    def metrics() -> Page:
        body, kind = watch.prometheus()
        return Page("200 OK", body, kind)

    return {"/health": health, "/metrics": metrics}
