"""Commands that set the agent up: init, check, connectors."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from pydantic import SecretStr

from sync_agent import registry
from sync_agent.checks import check_all, exit_code
from sync_agent.cli import screen
from sync_agent.cli.session import AsJson, Session, SourceCodes, cli, reported
from sync_agent.errors import ExitCode
from sync_agent.i18n import _
from sync_agent.port import Connector


@cli.command()
@reported
def init(
    *,
    connector: Annotated[
        str | None, typer.Option(help=_("Kind of the first source (see connectors)."))
    ] = None,
    code: Annotated[
        str, typer.Option("--source", "-s", help=_("Code of that source."))
    ] = "shop",
    odoo_url: Annotated[str, typer.Option(help=_("Address of Odoo."))] = "",
    odoo_database: Annotated[str, typer.Option(help=_("Its database."))] = "",
    odoo_api_key: Annotated[
        str, typer.Option(help=_("The robot user's key, or env:NAME or file:PATH."))
    ] = "",
    values: Annotated[
        list[str] | None,
        typer.Option("--set", help=_("KEY=VALUE of the source; may be repeated.")),
    ] = None,
    no_input: Annotated[
        bool, typer.Option("--no-input", help=_("Ask nothing."))
    ] = False,
    force: Annotated[
        bool, typer.Option("--force", help=_("Replace a file that is there."))
    ] = False,
) -> ExitCode:
    """Ask for the few things needed and write a commented configuration."""
    from sync_agent.cli import starter  # noqa: PLC0415  only needed here

    path = Session.current.path
    starter.refuse_existing(path, force=force)
    odoo = {"url": odoo_url, "database": odoo_database, "api_key": odoo_api_key}
    answers = dict(starter.pair(value) for value in values or ())
    if not no_input:
        _ask_odoo(odoo)
        if connector is None:
            known = ", ".join(registry.names())
            connector = typer.prompt(
                _("Kind of the first source ({known})", known=known)
            )
        code = typer.prompt(_("Code of that source"), default=code)
    loaded = registry.load(connector) if connector else None
    if loaded is not None and not no_input:
        _ask_source(loaded, answers)
    text = starter.starter_text(odoo, loaded, code, answers)
    starter.write_new(path, text, force=force)
    typer.echo(_("Wrote {path}. Next: sync-agent --config {path} check", path=path))
    return ExitCode.OK


def _ask_odoo(odoo: dict[str, str]) -> None:
    odoo["url"] = odoo["url"] or typer.prompt(
        _("Address of Odoo"), default="http://localhost:8069"
    )
    odoo["database"] = odoo["database"] or typer.prompt(
        _("Its database (empty if it has only one)"), default="", show_default=False
    )
    odoo["api_key"] = odoo["api_key"] or typer.prompt(
        _("API key of the robot user (empty: from $ODOO_API_KEY)"),
        default="",
        show_default=False,
        hide_input=True,
    )


def _ask_source(connector: Connector, answers: dict[str, Any]) -> None:
    for key, question in connector.questions:
        if key in answers:
            continue
        known = connector.settings.model_fields.get(key)
        secret = known is not None and known.annotation is SecretStr
        answers[key] = typer.prompt(
            _(question), default="", show_default=False, hide_input=secret
        )


@cli.command()
@reported
def check(codes: SourceCodes = None, as_json: AsJson = False) -> ExitCode:
    """Look whether Odoo and the sources can be reached and used, and say what to do.

    The exit code is that of the first failure; warnings do not count.
    """
    app = Session.current.app()
    app.tries = 2
    findings = []
    for finding in check_all(app, app.tables(codes or ())):
        findings.append(finding)
        if not as_json:
            screen.show_finding(finding)
    code = exit_code(findings)
    if as_json:
        screen.show_json(
            {"exit_code": int(code), "results": screen.findings_json(findings)}
        )
    return code


@cli.command()
@reported
def connectors(as_json: AsJson = False) -> ExitCode:
    """List the kinds of sources that this agent can read, and their settings."""
    loaded = [registry.load(name) for name in registry.names()]
    if as_json:
        screen.show_json(
            {
                "connectors": [
                    {
                        "name": connector.name,
                        "title": connector.title,
                        "settings": connector.settings.model_json_schema(),
                    }
                    for connector in loaded
                ]
            }
        )
    else:
        screen.show_connectors(loaded)
    return ExitCode.OK
