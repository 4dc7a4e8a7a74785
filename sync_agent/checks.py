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
from sync_agent.port import CheckResult
from sync_agent.sync.runner import check_contract

SKEW_WARNING_S = 60.0
SKEW_FAILED_S = 3600.0
KEY_WARNING_DAYS = 14
_SECRET_KEYS = ("key", "secret", "password", "token")


@dataclass(frozen=True, slots=True)
class Finding:
    """A result, and what it is about: ``configuration``, ``odoo`` or a source."""

    part: str
    result: CheckResult


def check_all(app: App, tables: list[SourceTable]) -> Iterator[Finding]:
    """Yield findings on the configuration, Odoo and each source.

    One part that fails does not hide the others.
    """
    yield from _part("configuration", check_file(app.config.path))
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
            "secrets",
            "warning",
            f"{path} holds secrets and other users can read it.",
            f"chmod 600 {path}; or keep the secrets outside with env: or file:.",
        )
    else:
        yield CheckResult("secrets", "ok", f"{path} shows no secret to other users.")


def check_odoo(app: App, door: Door) -> Iterator[CheckResult]:
    """Check that Odoo is there, lets us in and speaks our contract."""
    hello = door.hello()
    yield CheckResult(
        "reachable", "ok", f"Odoo {hello.odoo}, database {hello.database}."
    )
    yield CheckResult("credentials", "ok", f"Logged in as {hello.user}.")
    check_contract(hello)
    yield CheckResult(
        "contract", "ok", f"Addon crm_sme {hello.addon} speaks our contract."
    )
    yield _check_clock(app, hello)
    yield _check_key(hello)


def _check_clock(app: App, hello: Hello) -> CheckResult:
    skew = abs((app.clock.now() - hello.server_time).total_seconds())
    message = f"The clocks of this machine and of Odoo differ by {skew:.0f} s."
    if skew < SKEW_WARNING_S:
        return CheckResult("clock", "ok", message)
    state = "warning" if skew < SKEW_FAILED_S else "failed"
    return CheckResult(
        "clock",
        "failed" if state == "failed" else "warning",
        message,
        "Set both by NTP (timedatectl set-ntp true).",
        ExitCode.CONFIG if state == "failed" else ExitCode.OK,
    )


def _check_key(hello: Hello) -> CheckResult:
    days = hello.key_expires_in_days
    if days is None:
        return CheckResult("key expiry", "ok", "The key has no end.")
    message = f"The key expires in {days:.0f} days."
    if days > KEY_WARNING_DAYS:
        return CheckResult("key expiry", "ok", message)
    return CheckResult(
        "key expiry",
        "warning",
        message,
        "Make a new key as the robot user (Preferences, Security) before that day; "
        "an administrator can make one without end.",
    )


def _check_source(app: App, table: SourceTable) -> Iterator[CheckResult]:
    with app.source(table) as source:
        yield CheckResult("configuration", "ok", f"Connector {table.connector}.")
        yield from source.check()


def _check_known(door: Door, table: SourceTable) -> Iterator[CheckResult]:
    hello = door.hello(table.code)
    if hello.source is None:
        yield CheckResult(
            "in Odoo", "ok", "Not known yet; the first sync creates the source."
        )
        return
    rejects = int(hello.source.get("open_rejects") or 0)
    if rejects:
        yield CheckResult(
            "rejected records",
            "warning",
            f"{rejects} records were refused and wait in Odoo.",
            "Look at CRM, Configuration, Rejected records; then: sync-agent replay.",
        )
    else:
        yield CheckResult("rejected records", "ok", "None.")


def _part(name: str, results: Iterator[CheckResult]) -> Iterator[Finding]:
    """Yield the results of a part; an error of it becomes a failed result."""
    try:
        for result in results:
            yield Finding(name, result)
    except AgentError as error:
        what = "configuration" if isinstance(error, ConfigError) else "connection"
        failed = CheckResult(
            what, "failed", error.message, error.remedy, error.exit_code
        )
        yield Finding(name, failed)


def _holds_secrets(path: Path) -> bool:
    """Tell whether a secret stands in the file itself and not outside."""
    tree = tomllib.loads(path.read_text(encoding="utf-8-sig"))
    tables = [tree.get("odoo", {}), *tree.get("sources", {}).values()]
    return any(
        isinstance(value, str)
        and any(word in key for word in _SECRET_KEYS)
        and not value.startswith(("env:", "file:", "${"))
        for table in tables
        for key, value in table.items()
    )
