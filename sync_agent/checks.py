"""What ``sync-agent check`` looks at, each with the remedy in words."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sync_agent.app import App
from sync_agent.config import SourceTable
from sync_agent.door import Door, Hello
from sync_agent.errors import AgentError, ConfigError, ExitCode
from sync_agent.i18n import N_, _
from sync_agent.port import CheckResult
from sync_agent.several import database_of
from sync_agent.sync.runner import check_contract

SKEW_WARNING_S = 60.0
SKEW_FAILED_S = 3600.0
KEY_WARNING_DAYS = 14
_SECRET_KEYS = ("key", "secret", "password", "token")
_OUTSIDE = ("env:", "file:", "keyring:", "${")


@dataclass(frozen=True, slots=True)
class Finding:
    """A result, and its part: ``configuration``, ``worker``, ``odoo`` or a source."""

    part: str
    result: CheckResult


def check_all(app: App, tables: list[SourceTable]) -> Iterator[Finding]:
    """Yield findings on the configuration, the queue, Odoo and each source.

    One part that fails does not hide the others.
    """
    yield from _part("configuration", check_file(app.config.path))
    if app.config.worker_table is not None:
        yield from _part("worker", check_queue(app))
    with app.door() as door:
        reachable = True
        for finding in _part("odoo", check_odoo(app, door)):
            reachable = reachable and finding.result.state != "failed"
            yield finding
        for table in tables:
            yield from _part(table.code, _check_source(app, table))
            if reachable:
                yield from _part(table.code, _check_known(door, table))


def exit_code(findings: list[Finding]) -> ExitCode:
    """Return the exit code of the first failure."""
    for finding in findings:
        if finding.result.state == "failed":
            return ExitCode(finding.result.exit_code or ExitCode.INCOMPLETE)
    return ExitCode.OK


def check_file(path: Path) -> Iterator[CheckResult]:
    """Check that no other user can read secrets in the configuration."""
    if os.name == "posix" and path.stat().st_mode & 0o077 and _holds_secrets(path):
        yield CheckResult(
            N_("secrets"),
            "warning",
            _("{path} holds secrets and other users can read it.", path=path),
            _(
                "chmod 600 {path}; or keep the secrets outside with env: or file:.",
                path=path,
            ),
        )
    else:
        yield CheckResult(
            N_("secrets"), "ok", _("{path} shows no secret to other users.", path=path)
        )


def check_queue(app: App) -> Iterator[CheckResult]:
    """Check that the queue of several machines can be used; nothing is made."""
    database = database_of(app)
    said = (
        _("The queue is in the schema {schema}.", schema=database.schema)
        if database.is_made()
        else _("The first worker makes the schema {schema}.", schema=database.schema)
    )
    yield CheckResult(N_("reachable"), "ok", said)


def check_odoo(app: App, door: Door) -> Iterator[CheckResult]:
    """Check that Odoo is there, lets us in and speaks our contract."""
    hello = door.hello()
    yield CheckResult(
        N_("reachable"),
        "ok",
        _(
            "Odoo {odoo}, database {database}.",
            odoo=hello.odoo,
            database=hello.database,
        ),
    )
    yield CheckResult(
        N_("credentials"), "ok", _("Logged in as {user}.", user=hello.user)
    )
    check_contract(hello)
    yield CheckResult(
        N_("contract"),
        "ok",
        _("Addon crm_sme {addon} speaks our contract.", addon=hello.addon),
    )
    yield _check_clock(app, hello)
    yield _check_key(hello)


def _check_clock(app: App, hello: Hello) -> CheckResult:
    skew = abs((app.clock.now() - hello.server_time).total_seconds())
    message = _(
        "The clocks of this machine and of Odoo differ by {skew:.0f} s.", skew=skew
    )
    if skew < SKEW_WARNING_S:
        return CheckResult(N_("clock"), "ok", message)
    state = "warning" if skew < SKEW_FAILED_S else "failed"
    return CheckResult(
        N_("clock"),
        "failed" if state == "failed" else "warning",
        message,
        _("Set both by NTP (timedatectl set-ntp true)."),
        ExitCode.CONFIG if state == "failed" else ExitCode.OK,
    )


def _check_key(hello: Hello) -> CheckResult:
    days = hello.key_expires_in_days
    if days is None:
        return CheckResult(N_("key expiry"), "ok", _("The key has no end."))
    message = _("The key expires in {days:.0f} days.", days=days)
    if days > KEY_WARNING_DAYS:
        return CheckResult(N_("key expiry"), "ok", message)
    return CheckResult(
        N_("key expiry"),
        "warning",
        message,
        _(
            "Renew it with sync-agent renew-key (run does it by itself where the key "
            "stands in a file or the keyring), or press Connect an Agent in Odoo; an "
            "administrator can make one without end."
        ),
    )


def _check_source(app: App, table: SourceTable) -> Iterator[CheckResult]:
    with app.source(table) as source:
        yield CheckResult(
            "configuration",
            "ok",
            _("Connector {connector}.", connector=table.connector),
        )
        yield from source.check()


def _check_known(door: Door, table: SourceTable) -> Iterator[CheckResult]:
    hello = door.hello(table.code)
    if hello.source is None:
        yield CheckResult(
            N_("in Odoo"), "ok", _("Not known yet; the first sync creates the source.")
        )
        return
    rejects = int(hello.source.get("open_rejects") or 0)
    if rejects:
        yield CheckResult(
            N_("rejected records"),
            "warning",
            _("{rejects} records were refused and wait in Odoo.", rejects=rejects),
            _("Look at CRM, Configuration, Rejected records; then: sync-agent replay."),
        )
    else:
        yield CheckResult(N_("rejected records"), "ok", _("None."))


def _part(name: str, results: Iterator[CheckResult]) -> Iterator[Finding]:
    """Yield the results of a part; an error of it becomes a failed result."""
    try:
        for result in results:
            yield Finding(name, result)
    except AgentError as error:
        wrong = isinstance(error, ConfigError)
        what = N_("configuration") if wrong else N_("connection")
        failed = CheckResult(
            what, "failed", error.message, error.remedy, error.exit_code
        )
        yield Finding(name, failed)


def _holds_secrets(path: Path) -> bool:
    """Tell whether a secret stands in the file itself and not outside."""
    tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    tables = [tree.get("odoo", {}), *tree.get("sources", {}).values()]
    secrets = [
        value
        for table in tables
        for key, value in table.items()
        if any(word in key for word in _SECRET_KEYS)
    ]
    secrets.append(tree.get("worker", {}).get("database"))
    return any(
        isinstance(value, str) and not value.startswith(_OUTSIDE) for value in secrets
    )
