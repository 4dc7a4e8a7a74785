"""Joins the app and the queue that several machines share: ``sync-agent worker``."""

from __future__ import annotations

import dataclasses
import threading
from collections.abc import Mapping
from importlib.util import find_spec
from typing import TYPE_CHECKING

from sync_agent.app import App
from sync_agent.config import SourceTable
from sync_agent.errors import ConfigError
from sync_agent.i18n import _
from sync_agent.renew import renew_or_warn
from sync_agent.sync.runner import Outcome

if TYPE_CHECKING:
    from sync_agent.watch import Watch
    from sync_agent.worker.database import QueueDatabase
    from sync_agent.worker.tasks import Work

_NEEDED = ("procrastinate", "psycopg", "psycopg_pool")


def work(app: App, tables: Mapping[str, SourceTable], watch: Watch | None) -> None:
    """Take tasks from the queue until asked to stop.

    Args:
        app: with a configuration that has a table ``[worker]``.
        tables: the sources to look after, by their code.
        watch: counts, where somebody looks.

    Raises:
        ConfigError: the queue is wrongly configured, or what it needs is missing.
        AgentError: its database cannot be used.
    """
    settings = app.config.worker()
    database = database_of(app)
    from sync_agent.sync.schedule import Cadence  # noqa: PLC0415  only needed here
    from sync_agent.worker.machine import Machine, Plan  # noqa: PLC0415

    agent = app.config.agent
    Machine(
        database,
        Plan(
            sources=list(tables),
            cadence=Cadence(agent.delta_minutes, agent.reconcile_at),
            parallel=settings.parallel,
            lease_s=settings.lease_s,
        ),
        lambda halt: make_work(app, tables, watch, halt),
        app.stop,
    ).forever()


def database_of(app: App) -> QueueDatabase:
    """Return the database of the queue; nothing is connected yet.

    Raises:
        ConfigError: it is wrongly configured, or what it needs is not installed.
    """
    settings = app.config.worker()
    if not all(find_spec(name) for name in _NEEDED):
        raise ConfigError(
            _("sync-agent worker needs procrastinate, which is not installed."),
            _("Install it: pip install crm-sme-sync-agent[worker]"),
        )
    from sync_agent.worker.database import (  # noqa: PLC0415  needs the extra
        QueueDatabase,
        password_of,
    )

    url = settings.database.get_secret_value()
    app.redactor.add(url)
    app.redactor.add(password_of(url))
    return QueueDatabase(url, settings.schema_name)


def make_work(
    app: App,
    tables: Mapping[str, SourceTable],
    watch: Watch | None,
    halt: threading.Event,
) -> Work:
    """Return what the tasks do: what ``run`` does, until ``halt`` is set."""
    from sync_agent.worker.tasks import Work  # noqa: PLC0415  needs the extra

    own = App(app.config, redactor=app.redactor, stop=halt, tries=app.tries)

    def streams(code: str) -> list[str]:
        with own.source(tables[code]) as source:
            return [stream.name for stream in source.streams()]

    def read(code: str, stream: str, slice_s: float) -> list[Outcome]:
        return own.delta(tables[code], watch, slice_s, [stream])

    def daily() -> None:
        renew_or_warn(own.renew_key)
        app.config = own.config

    jobs = dataclasses.replace(own.jobs(tables, watch), daily=daily)
    return Work(streams, read, jobs)
