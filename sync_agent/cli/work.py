"""Commands that move data: sync, run, worker, reconcile, replay, status, import."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, cast

import typer

from sync_agent.app import App
from sync_agent.cli import screen
from sync_agent.cli.session import AsJson, Session, SourceCodes, cli, reported, worst
from sync_agent.config import SourceTable
from sync_agent.errors import AgentError, ConfigError, ExitCode, Stopped
from sync_agent.i18n import _
from sync_agent.records import KINDS
from sync_agent.records.envelope import Kind
from sync_agent.sync.reconcile import Comparison, write_csv
from sync_agent.sync.runner import Outcome

Listen = Annotated[
    str,
    typer.Option(
        "--listen",
        help=_("Address on which webhooks, health and numbers are served."),
        metavar="HOST:PORT",
    ),
]
RecordKind = StrEnum("RecordKind", {kind.upper(): kind for kind in KINDS})  # type: ignore[misc]


@cli.command()
@reported
def sync(
    codes: SourceCodes = None,
    streams: Annotated[
        list[str] | None,
        typer.Option("--stream", help=_("Only this stream; may be repeated.")),
    ] = None,
    full: Annotated[
        bool, typer.Option("--full", help=_("Read everything anew."))
    ] = False,
    as_json: AsJson = False,
) -> ExitCode:
    """Read what changed in the sources since the last time and store it in Odoo."""
    with screen.watched(silent=as_json) as progress:
        app = _listening(progress)
        outcomes = _sync_all(
            app, app.tables(codes or ()), streams=streams or (), full=full
        )
    return _told(outcomes, as_json=as_json)


@cli.command(name="import")
@reported
def import_files(
    files: Annotated[
        list[Path],
        typer.Argument(help=_("CSV or Excel files."), metavar="FILE..."),
    ],
    code: Annotated[
        str, typer.Option("--source", "-s", help=_("Code of the source in Odoo."))
    ] = "file",
    mapping: Annotated[
        Path | None,
        typer.Option(help=_("TOML that says which column is what, or e.g. taobao.")),
    ] = None,
    kind: Annotated[
        RecordKind | None,
        typer.Option(help=_("What all files hold, whatever their names.")),
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Import CSV or Excel files; the same files again change nothing.

    A source of that code in the configuration gives the mapping.
    """
    with screen.watched(silent=as_json) as progress:
        app = _listening(progress)
        chosen = cast("Kind | None", kind.value if kind else None)
        outcomes = app.import_files(code, files, mapping=mapping, kind=chosen)
    return _told(outcomes, as_json=as_json)


@cli.command()
@reported
def run(codes: SourceCodes = None, listen: Listen = "") -> ExitCode:
    """Sync every few minutes and reconcile every night, until told to stop.

    With --listen, webhooks are received and worked off at once as well.
    """
    _check_address(listen)
    app = _listening()
    app.run(codes or (), listen=listen, ready=screen.show_listening)
    return ExitCode.TERMINATED


@cli.command()
@reported
def worker(codes: SourceCodes = None, listen: Listen = "") -> ExitCode:
    """Share the work of run among several machines, until told to stop.

    Start as many as you like, each with the same [worker] database.
    """
    _check_address(listen)
    app = _listening()
    app.work(codes or (), listen=listen, ready=screen.show_listening)
    return ExitCode.TERMINATED


@cli.command()
@reported
def serve(codes: SourceCodes = None, listen: Listen = "") -> ExitCode:
    """Only receive webhooks and store at once what they name, until told to stop."""
    _check_address(listen)
    app = _listening()
    app.serve(codes or (), listen=listen, ready=screen.show_listening)
    return ExitCode.TERMINATED


@cli.command()
@reported
def reconcile(
    *,
    codes: SourceCodes = None,
    kinds: Annotated[
        list[str] | None,
        typer.Option("--kind", help=_("Only this kind, e.g. order; may be repeated.")),
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help=_("Only compare, change nothing."))
    ] = False,
    accept_gone: Annotated[
        bool,
        typer.Option(
            "--accept-gone",
            help=_("Believe that a large share of the records is gone."),
        ),
    ] = False,
    csv: Annotated[
        Path | None, typer.Option(help=_("Write the differences into this CSV file."))
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Compare all that the shops hold with Odoo, and mend what differs."""
    rows: list[dict[str, Any]] = []
    comparisons: list[Comparison] = []
    with screen.watched(silent=as_json) as progress:
        app = _listening(progress)

        def one(table: SourceTable) -> ExitCode:
            found = app.reconcile(
                table, kinds=kinds or (), accept_gone=accept_gone, dry_run=dry_run
            )
            comparisons.extend(found)
            rows.extend(screen.comparison_json(table.code, item) for item in found)
            outcomes = [item.outcome for item in found if item.outcome]
            return worst([outcome.exit_code for outcome in outcomes])

        code, errors = _each(app.tables(codes or ()), one)
    if csv is not None:
        write_csv(comparisons, csv)
    if as_json:
        screen.show_json({"exit_code": int(code), "kinds": rows, "errors": errors})
    else:
        screen.show_comparisons(rows)
    return code


@cli.command()
@reported
def replay(
    codes: SourceCodes = None,
    reject_ids: Annotated[
        list[int] | None,
        typer.Option(
            "--reject", help=_("Only the reject of this id; may be repeated.")
        ),
    ] = None,
    as_json: AsJson = False,
) -> ExitCode:
    """Try the rejected records again, fetching from the shop what is needed."""
    replays: list[dict[str, Any]] = []
    with screen.watched(silent=as_json) as progress:
        app = _listening(progress)

        def one(table: SourceTable) -> ExitCode:
            result = app.replay(table, reject_ids)
            replays.append(screen.replay_json(result))
            if not as_json:
                screen.show_replay(result)
            again = result.outcome is not None and result.outcome.counts["rejected"]
            return ExitCode.REJECTS if result.remaining or again else ExitCode.OK

        code, errors = _each(app.tables(codes or ()), one)
    if as_json:
        screen.show_json({"exit_code": int(code), "replays": replays, "errors": errors})
    return code


@cli.command(name="renew-key")
@reported
def renew_key(as_json: AsJson = False) -> ExitCode:
    """Have Odoo make a new key for the agent, and put it where the old one stands."""
    days = Session.current.app().renew_key(anyway=True)
    if as_json:
        screen.show_json({"exit_code": 0, "days": days})
    else:
        said = _("The key was renewed; it lasts {days:.0f} days.", days=days)
        screen.out().print(said, highlight=False)
    return ExitCode.OK


@cli.command()
@reported
def status(codes: SourceCodes = None, as_json: AsJson = False) -> ExitCode:
    """Show where each source and stream stands in Odoo."""
    app = Session.current.app()
    asked = codes or [table.code for table in app.tables()]
    with app.door() as door:
        rows = [screen.status_json(code, door.hello(code)) for code in asked]
    if as_json:
        screen.show_json({"exit_code": 0, "sources": rows})
    else:
        screen.show_status(rows)
    return ExitCode.OK


def _check_address(listen: str) -> None:
    if listen and not re.fullmatch(r"\S+:\d{1,5}", listen):
        raise ConfigError(
            _("{listen} is no address to listen on.", listen=listen),
            _("Write host and port: --listen 127.0.0.1:8765."),
        )


def _listening(progress: Any = None) -> App:
    Session.current.listen()
    return Session.current.app(progress)


def _sync_all(
    app: App, tables: list[SourceTable], *, streams: Collection[str], full: bool
) -> list[Outcome]:
    """Sync the sources; one that cannot begin does not stop the others."""
    outcomes: list[Outcome] = []
    for table in tables:
        try:
            outcomes.extend(app.sync(table, streams=streams, full=full))
        except AgentError as error:
            outcomes.append(Outcome(table.code, "", error=error))
        if outcomes and isinstance(outcomes[-1].error, Stopped):
            break
    return outcomes


def _told(outcomes: list[Outcome], *, as_json: bool) -> ExitCode:
    code = worst([outcome.exit_code for outcome in outcomes])
    if as_json:
        runs = [screen.outcome_json(outcome) for outcome in outcomes]
        screen.show_json({"exit_code": int(code), "runs": runs})
    else:
        screen.show_outcomes(outcomes)
    return code


def _each(
    tables: list[SourceTable], one: Callable[[SourceTable], ExitCode]
) -> tuple[ExitCode, list[dict[str, Any]]]:
    """Do something for each source; one that fails does not stop the others."""
    codes: list[ExitCode] = []
    errors: list[dict[str, Any]] = []
    for table in tables:
        try:
            codes.append(one(table))
        except Stopped:
            raise
        except AgentError as error:
            codes.append(error.exit_code)
            errors.append({"source": table.code, **(screen.error_json(error) or {})})
            screen.show_error(error)
    return worst(codes), errors
