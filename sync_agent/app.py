"""Joins the parts: configuration, connectors, transports, the door, the runs."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from pydantic import SecretStr

from sync_agent import registry
from sync_agent.clock import SystemClock
from sync_agent.config import Config, SourceTable, secrets_of
from sync_agent.door import Door
from sync_agent.errors import AgentError, ConfigError
from sync_agent.i18n import _
from sync_agent.odoo.door import OdooDoor
from sync_agent.odoo.ways import make_caller
from sync_agent.parcels import DoorParcels
from sync_agent.port import Clock, Hook, Source, Tools
from sync_agent.records.envelope import Kind
from sync_agent.redact import Redactor
from sync_agent.renew import renew, renew_or_warn
from sync_agent.sync.batch import Limits
from sync_agent.sync.delta import sync_source
from sync_agent.sync.progress import Progress, Silent
from sync_agent.sync.reconcile import Comparison, Reconciler, chosen_kinds
from sync_agent.sync.replay import Replay, replay_source
from sync_agent.sync.runner import Outcome, Runner
from sync_agent.transport.http import Http
from sync_agent.transport.retry import TRIES

if TYPE_CHECKING:
    from sync_agent.sync.schedule import Jobs
    from sync_agent.watch import Watch
    from sync_agent.webhooks.service import Listener, Service


Ready: TypeAlias = Callable[[int, Sequence[str]], None]


class App:
    """The agent with one configuration.

    Args:
        config: as read.
        redactor: shared with the log.
        stop: set when the agent is asked to end.
        progress: watches the runs.
        clock: the system's, except in tests.
        tries: how often a request is sent at most.
    """

    def __init__(
        self,
        config: Config,
        *,
        redactor: Redactor | None = None,
        stop: threading.Event | None = None,
        progress: Progress | None = None,
        clock: Clock | None = None,
        tries: int = TRIES,
    ) -> None:
        self.config = config
        self.stop = stop or threading.Event()
        self.clock: Clock = clock or SystemClock(self.stop)
        self.redactor = redactor or Redactor()
        self.progress = progress or Silent()
        self.tries = tries
        self._limits = Limits(config.agent.batch_records, config.agent.batch_bytes)

    @contextmanager
    def door(self) -> Iterator[Door]:
        """Open the way to Odoo that the configuration names."""
        caller = make_caller(self.config.odoo, self.redactor)
        door = OdooDoor(caller, self.clock, self.tries, self.redactor)
        try:
            yield door
        finally:
            door.close()

    @contextmanager
    def source(self, table: SourceTable) -> Iterator[Source]:
        """Open a source of the configuration."""
        connector = registry.load(table.connector)
        settings = self.config.settings_of(table, connector.settings)
        self.redactor.add(*secrets_of(settings))
        transport = partial(
            Http,
            clock=self.clock,
            redactor=self.redactor,
            source=table.code,
            tries=self.tries,
        )
        parcels = DoorParcels(table.code, self.door)
        source = connector.open(settings, Tools(self.clock, transport, parcels))
        try:
            yield source
        finally:
            source.close()

    def tables(self, codes: Collection[str] = ()) -> list[SourceTable]:
        """Return the sources named, or all that are enabled.

        Raises:
            ConfigError: an unknown one, or none at all.
        """
        if codes:
            return [self.config.source(code) for code in codes]
        tables = [table for table in self.config.sources.values() if table.enabled]
        if not tables:
            raise ConfigError(
                _(
                    "{path}: no source is configured and enabled.",
                    path=self.config.path,
                ),
                _("Add a table [sources.<code>]; sync-agent init writes one."),
            )
        return tables

    def sync(
        self,
        table: SourceTable,
        *,
        streams: Collection[str] = (),
        full: bool = False,
        slice_s: float | None = None,
    ) -> list[Outcome]:
        """Run the streams of a source once.

        Raises:
            AgentError: the run could not begin.
        """
        with self.source(table) as source:
            return self._sync(
                table.code, source, streams=streams, full=full, slice_s=slice_s
            )

    def import_files(
        self,
        code: str,
        files: Sequence[Path],
        *,
        mapping: Path | None = None,
        kind: Kind | None = None,
    ) -> list[Outcome]:
        """Import CSV and Excel files once.

        Args:
            code: of the source; one of the configuration may give the mapping.
            files: to read.
            mapping: which column is what.
            kind: of the records in all files, whatever their names.

        Raises:
            AgentError: a file or the mapping is wrong, or the import could not begin.
        """
        from sync_agent.connectors.file import open_files  # noqa: PLC0415  lean start

        table = self.config.sources.get(code)
        if table is not None and table.connector != "file":
            raise ConfigError(
                _(
                    "The source {code} is of the kind {connector}, not of files.",
                    code=code,
                    connector=table.connector,
                ),
                _("Give another code with --source."),
            )
        named = table.values.get("mapping") if table is not None else None
        if mapping is None and named:
            mapping = Path(str(named))
        source = open_files(files, mapping, self.clock, kind=kind)
        try:
            return self._sync(code, source)
        finally:
            source.close()

    def _sync(
        self,
        code: str,
        source: Source,
        *,
        streams: Collection[str] = (),
        full: bool = False,
        slice_s: float | None = None,
    ) -> list[Outcome]:
        with self.door() as door:
            runner = Runner(
                door,
                self.clock,
                limits=self._limits,
                progress=self.progress,
                stopping=self.stop.is_set,
            )
            return sync_source(
                door, runner, code, source, names=streams, full=full, slice_s=slice_s
            )

    def reconcile(
        self,
        table: SourceTable,
        *,
        kinds: Collection[str] = (),
        accept_gone: bool = False,
        dry_run: bool = False,
    ) -> list[Comparison]:
        """Compare a source with Odoo and mend the differences.

        Raises:
            AgentError: what was mended before stays.
        """
        with self.source(table) as source, self.door() as door:
            reconciler = Reconciler(
                door,
                self.clock,
                limits=self._limits,
                progress=self.progress,
                accept_gone=accept_gone,
                dry_run=dry_run,
                stopping=self.stop.is_set,
            )
            return [
                reconciler.run(table.code, source, kind)
                for kind in chosen_kinds(table.code, source, kinds)
            ]

    def replay(
        self, table: SourceTable, reject_ids: Sequence[int] | None = None
    ) -> Replay:
        """Try the rejects of a source again.

        Raises:
            AgentError: of the shop or the door.
        """
        with self.source(table) as source, self.door() as door:
            return replay_source(
                door,
                table.code,
                source,
                reject_ids=reject_ids,
                progress=self.progress,
            )

    def run(
        self,
        codes: Collection[str] = (),
        *,
        listen: str = "",
        ready: Ready | None = None,
    ) -> None:
        """Run the scheduler until asked to stop.

        Args:
            codes: of the sources; all enabled ones if empty.
            listen: ``host:port`` on which webhooks are received as well.
            ready: is told the port and the sources once it listens.

        Raises:
            ConfigError: a source is wrongly configured, or cannot be listened to.
        """
        from sync_agent.sync.schedule import (  # noqa: PLC0415  only needed here
            Cadence,
            run_forever,
        )

        tables = self._opened(codes)
        agent = self.config.agent
        cadence = Cadence(agent.delta_minutes, agent.reconcile_at)
        with self._listening(tables.values(), listen, ready) as watch:
            jobs = self.jobs(tables, watch)
            run_forever(list(tables), jobs, self.clock, cadence, self.stop)

    def work(
        self,
        codes: Collection[str] = (),
        *,
        listen: str = "",
        ready: Ready | None = None,
    ) -> None:
        """Take tasks from the queue that several machines share, until asked to stop.

        Args:
            codes: of the sources to look after; all enabled ones if empty.
            listen: ``host:port`` on which webhooks are received as well.
            ready: is told the port and the sources once it listens.

        Raises:
            ConfigError: a source or the queue is wrongly configured, or what the queue
                needs is not installed.
            AgentError: the database of the queue cannot be used.
        """
        from sync_agent.several import work  # noqa: PLC0415  only needed here

        tables = self._opened(codes)
        with self._listening(tables.values(), listen, ready) as watch:
            work(self, tables, watch)

    def _opened(self, codes: Collection[str]) -> dict[str, SourceTable]:
        """Open each source once, so that a wrong table is told at the start."""
        tables = {table.code: table for table in self.tables(codes)}
        for table in tables.values():
            with self.source(table):
                pass
        return tables

    @contextmanager
    def _listening(
        self, tables: Iterable[SourceTable], listen: str, ready: Ready | None
    ) -> Iterator[Watch | None]:
        """Receive webhooks meanwhile, where an address is given."""
        if not listen:
            yield None
            return
        watch = self._watch()
        listeners = self._listeners(tables)
        with self._service(listeners, listen, watch) as service:
            if ready is not None:
                ready(service.port, list(listeners))
            yield watch

    def jobs(self, tables: Mapping[str, SourceTable], watch: Watch | None) -> Jobs:
        """Return what runs again and again, here or on several machines."""
        from sync_agent.sync.schedule import Jobs  # noqa: PLC0415  only needed here

        return Jobs(
            delta=lambda code, slice_s: self.delta(tables[code], watch, slice_s),
            reconcile=lambda code: self.reconcile(tables[code]),
            replay=lambda code: self.replay(tables[code]),
            renewed=self.renewed,
            daily=lambda: renew_or_warn(self.renew_key),
        )

    def delta(
        self,
        table: SourceTable,
        watch: Watch | None,
        slice_s: float,
        streams: Collection[str] = (),
    ) -> list[Outcome]:
        """Run the streams of a source once for a slice each, and count it.

        Raises:
            AgentError: the run could not begin.
        """
        try:
            outcomes = self.sync(table, streams=streams, slice_s=slice_s)
        except AgentError as error:
            if watch is not None:
                watch.failed(table.code, error)
            raise
        if watch is not None:
            watch.ran(outcomes)
        return outcomes

    def renew_key(self, *, anyway: bool = False) -> float | None:
        """Renew the key for Odoo if it ends soon, or anyway.

        Returns:
            Days that the new key lasts; ``None`` if the old one is kept.

        Raises:
            AgentError: it cannot be renewed.
        """
        renewed = self.config

        def works(key: str) -> None:
            nonlocal renewed
            settings = {"api_key": SecretStr(key)}
            odoo = self.config.odoo.model_copy(update=settings)
            tried = OdooDoor(make_caller(odoo, self.redactor), self.clock, self.tries)
            try:
                tried.hello()
            finally:
                tried.close()
            renewed = dataclasses.replace(self.config, odoo=odoo)

        place = self.config.key_place
        with self.door() as door:
            days = renew(door, place, works, self.redactor, anyway=anyway)
        self.config = renewed
        return days

    def renewed(self, code: str) -> bool:
        """Ask Odoo whether a person has seen to the refused credentials of a source."""
        with self.door() as door:
            source = door.hello(code).source
        return source is not None and source.get("state") != "credentials"

    def serve(
        self,
        codes: Collection[str] = (),
        *,
        listen: str = "",
        ready: Ready | None = None,
    ) -> None:
        """Receive webhooks until asked to stop.

        Args:
            codes: of the sources; all enabled ones whose platform sends webhooks.
            listen: ``host:port`` instead of the configured one.
            ready: is told the port and the sources once it listens.

        Raises:
            ConfigError: a source sends none, or inbox or address cannot be used.
        """
        tables = self.tables(codes)
        listeners = self._listeners(tables)
        for table in tables:
            if codes and table.code not in listeners:
                raise _sends_none(table)
        if not listeners:
            raise ConfigError(
                _("No enabled source sends webhooks."),
                _("sync-agent run asks them every few minutes; it needs no serve."),
            )
        address = listen or self.config.agent.listen
        with self._service(listeners, address, self._watch()) as service:
            if ready is not None:
                ready(service.port, list(listeners))
            self.stop.wait()

    def _watch(self) -> Watch:
        from sync_agent.watch import Watch  # noqa: PLC0415  only needed here

        return Watch(self.clock)

    def _service(
        self, listeners: Mapping[str, Listener], listen: str, watch: Watch
    ) -> Service:
        from sync_agent.webhooks.service import Service  # noqa: PLC0415

        host, _colon, port = listen.rpartition(":")
        return Service(
            listeners,
            inbox_path=self.config.agent.inbox_path,
            address=(host, int(port)),
            door=self.door,
            clock=self.clock,
            watch=watch,
            stop=self.stop,
        )

    def _listeners(self, tables: Iterable[SourceTable]) -> dict[str, Listener]:
        """Return those sources whose platform sends webhooks."""
        from sync_agent.webhooks.service import Listener  # noqa: PLC0415

        hooks = {table.code: (table, self._hook(table)) for table in tables}
        return {
            code: Listener(hook, partial(self.source, table))
            for code, (table, hook) in hooks.items()
            if hook is not None
        }

    def _hook(self, table: SourceTable) -> Hook | None:
        connector = registry.load(table.connector)
        if connector.hook is None:
            return None
        settings = self.config.settings_of(table, connector.settings)
        self.redactor.add(*secrets_of(settings))
        return connector.hook(settings, self.clock)


def _sends_none(table: SourceTable) -> ConfigError:
    return ConfigError(
        _(
            "The source {code} is of the kind {connector}, which sends no webhooks.",
            code=table.code,
            connector=table.connector,
        ),
        _("sync-agent run asks it every few minutes instead."),
    )
