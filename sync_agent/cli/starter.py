"""Writes a first, commented configuration for ``sync-agent init``."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from sync_agent.errors import ConfigError
from sync_agent.i18n import _, language
from sync_agent.port import Connector

_HEAD = """\
# {head}
# {secrets}

[odoo]
# {url}
url = "http://localhost:8069"
# {database}
database = ""
# {transport}
transport = "json2"
# {api_key}
api_key = "env:ODOO_API_KEY"

[agent]
# {times}
delta_minutes = 5
reconcile_at = "03:30"
# {log_format}
log_format = "auto"
# {language}
language = "{spoken}"
"""


def _head() -> str:
    """Return the tables of the agent itself, explained in the user's language."""
    comments = {
        "head": _(
            "Configuration of the sync agent. Every key is described in docs/agent.md."
        ),
        "secrets": _(
            'A secret may stand outside this file: "env:NAME" or "file:PATH".'
        ),
        "url": _("address of Odoo, without a path"),
        "database": _("needed when the server has several databases"),
        "transport": _(
            '"json2" (Odoo 19 and later) or "odoorpc" (needs login as well)'
        ),
        "api_key": _(
            "of the robot user whose only group is Sync agent: Preferences, Security, "
            "New API Key"
        ),
        "times": _(
            "minutes between two runs, and when everything is compared, with: "
            "sync-agent run"
        ),
        "log_format": _('"auto", "console" or "json"'),
        "language": _('of all texts for people: "en" or "zh_CN"'),
    }
    return _HEAD.format(**comments, spoken=language())


def starter_text(
    odoo: Mapping[str, str],
    connector: Connector | None,
    code: str,
    answers: Mapping[str, Any],
) -> str:
    """Return the text of a configuration.

    Args:
        odoo: keys of ``[odoo]`` that replace the examples.
        connector: of the first source; ``None`` for no source.
        code: of the source.
        answers: keys of the source's table that replace the examples.

    Raises:
        ConfigError: the code or a value cannot be written.
    """
    text = _head()
    if connector is not None:
        if not re.fullmatch(r"[a-z0-9_.-]{1,64}", code):
            raise ConfigError(
                _("{code!r} cannot be the code of a source.", code=code),
                _("Use a-z, 0-9, '_', '.', '-' only, e.g. shop."),
            )
        table = f'"{code}"' if "." in code else code
        text += f'\n[sources.{table}]\nconnector = "{connector.name}"\n'
        text += _(connector.example).strip() + "\n"
    try:
        document = tomlkit.parse(text)
        document["odoo"].update(_known(odoo))
        if connector is not None:
            document["sources"][code].update(_known(answers))
    except TOMLKitError as error:
        raise ConfigError(
            _("The example of the connector is no valid TOML: {error}.", error=error),
            _("Update the connector's package."),
        ) from error
    return tomlkit.dumps(document)


def _known(values: Mapping[str, Any]) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value != ""}


def pair(text: str) -> tuple[str, Any]:
    """Return KEY=VALUE as a pair; a VALUE is TOML, else it is text.

    Raises:
        ConfigError: there is no ``=``.
    """
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise ConfigError(
            _("--set {text!r} is not KEY=VALUE.", text=text),
            _("E.g. --set url=https://shop.example"),
        )
    try:
        return key, tomlkit.value(value)
    except TOMLKitError:
        return key, value


def refuse_existing(path: Path, *, force: bool) -> None:
    """Check that nothing would be lost.

    Raises:
        ConfigError: there is a file and ``force`` is not given.
    """
    if path.exists() and not force:
        raise ConfigError(
            _("{path} is already there; it was left as it is.", path=path),
            _("Use --force to replace it, or --config for another place."),
        )


def write_new(path: Path, text: str, *, force: bool) -> None:
    """Write a file that only its owner can read.

    Args:
        path: where; its folder is made when missing.
        text: TOML.
        force: replace a file that is there.

    Raises:
        ConfigError: the file is there, or cannot be written.
    """
    refuse_existing(path, force=force)
    new = path.with_name(path.name + ".new")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.unlink(missing_ok=True)
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        new.replace(path)
    except OSError as error:
        raise ConfigError(
            _("{path} cannot be written: {error}.", path=path, error=error),
            _("Choose another place with --config."),
        ) from None
