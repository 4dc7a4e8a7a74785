"""Texts of the configuration that stand elsewhere: environment, files, the keyring.

``env:NAME`` is the environment variable, ``file:PATH`` the content of a file (relative
to the configuration), ``keyring:SERVICE/NAME`` a password of the system's keyring, and
``${NAME}`` inside a text is replaced. A key in a file or in the keyring can be renewed
there by the agent itself; one in the environment or in the configuration cannot.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import re
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sync_agent.errors import ConfigError
from sync_agent.i18n import _

_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


def resolved(value: Any, path: Path, where: str) -> Any:
    """Return ``value`` with all that stands elsewhere put in, at any depth.

    Args:
        value: of the configuration.
        path: of the configuration.
        where: table and key, for the message.

    Raises:
        ConfigError: it is not there; names the remedy.
    """
    if isinstance(value, dict):
        return {k: resolved(v, path, f"{where}.{k}") for k, v in value.items()}
    if isinstance(value, list):
        return [resolved(v, path, where) for v in value]
    if not isinstance(value, str):
        return value
    for prefix, fetch in _ELSEWHERE.items():
        if value.startswith(prefix):
            return fetch(value.removeprefix(prefix).strip(), path, where)
    return _VARIABLE.sub(lambda m: _variable(m[1], path, where), value)


@dataclass(frozen=True, slots=True)
class Place:
    """Where a secret stands that the agent can replace.

    Attributes:
        kind: ``file`` or ``keyring``.
        name: path of the file, or ``SERVICE/NAME``.
    """

    kind: str
    name: str

    def write(self, secret: str) -> None:
        """Put a secret in the place of the old one; the old one stays on failure.

        Raises:
            OSError: the file cannot be written.
            ConfigError: the keyring cannot be used.
        """
        if self.kind == "keyring":
            service, _slash, name = self.name.partition("/")
            _keyring(f"keyring:{self.name}").set_password(service, name, secret)
            return
        write_private(Path(self.name), secret + "\n")


def place_of(value: Any, path: Path) -> Place | None:
    """Return where a text of the configuration stands, if it can be replaced there."""
    if not isinstance(value, str):
        return None
    if value.startswith("file:"):
        file = path.parent / Path(value[5:].strip()).expanduser()
        return Place("file", str(file))
    if value.startswith("keyring:"):
        return Place("keyring", value[8:].strip())
    return None


def write_private(path: Path, text: str) -> None:
    """Write a file for its owner's eyes, whole or not at all.

    Raises:
        OSError: it cannot be written; the old content stays.
    """
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        with contextlib.suppress(FileNotFoundError):
            # Whoever could read it before, a group say, still can.
            Path(name).chmod(path.stat().st_mode & 0o777)
        Path(name).replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            Path(name).unlink()
        raise


def _variable(name: str, path: Path, where: str) -> str:
    value = os.environ.get(name)
    if not value:
        raise ConfigError(
            _(
                "{path}: {where} needs the environment variable {name}, which is not "
                "set.",
                path=path,
                where=where,
                name=name,
            ),
            _("Set it (export {name}=…), or use file:PATH.", name=name),
        )
    return value


def _content(name: str, path: Path, where: str) -> str:
    file = path.parent / Path(name).expanduser()
    try:
        value = file.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _(
                "{path}: {where} needs the file {file}, which cannot be read: {error}.",
                path=path,
                where=where,
                file=file,
                error=error,
            ),
            _("Create it, readable for the agent's user only."),
        ) from None
    if not value:
        raise ConfigError(
            _(
                "{path}: {where}: the file {file} is empty.",
                path=path,
                where=where,
                file=file,
            ),
            _("Write the secret into it."),
        )
    return value


def _password(name: str, path: Path, where: str) -> str:
    service, _slash, user = name.partition("/")
    try:
        value: str | None = _keyring(where).get_password(service, user)
    except ConfigError:
        raise
    except Exception as error:  # noqa: BLE001  each keyring raises its own
        raise _unusable(where, error) from None
    if not value:
        raise ConfigError(
            _(
                "{path}: {where}: the keyring has no password {name}.",
                path=path,
                where=where,
                name=name,
            ),
            _(
                "Store it with: keyring set {service} {user}",
                service=service,
                user=user,
            ),
        )
    return value


def _keyring(where: str) -> Any:
    """Return the library ``keyring``, which only those who use it need."""
    try:
        return importlib.import_module("keyring")
    except ImportError:
        raise ConfigError(
            _(
                "{where} stands in the keyring, but keyring is not installed.",
                where=where,
            ),
            _("Install it: pip install crm-sme-sync-agent[keyring]"),
        ) from None


def _unusable(where: str, error: Exception) -> ConfigError:
    return ConfigError(
        _("{where}: the keyring cannot be used: {error}.", where=where, error=error),
        _("Unlock it, or use file:PATH."),
    )


_ELSEWHERE: dict[str, Callable[[str, Path, str], str]] = {
    "env:": _variable,
    "file:": _content,
    "keyring:": _password,
}
