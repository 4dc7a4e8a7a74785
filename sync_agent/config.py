"""The configuration: a TOML file with secrets from the environment or from files.

Texts that stand elsewhere (``env:``, ``file:``, ``keyring:``) are put in by
:mod:`sync_agent.vault`.
"""

from __future__ import annotations

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated, Any, Literal, TypeVar
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    field_validator,
)

from sync_agent.errors import ConfigError
from sync_agent.i18n import LANGUAGES, _, set_language
from sync_agent.reading.faults import first_of
from sync_agent.vault import Place, place_of, resolved

ENVIRONMENT_PATH = "SYNC_AGENT_CONFIG"
LOCAL_NAME = "sync-agent.toml"

Model = TypeVar("Model", bound=BaseModel)
Code = Annotated[str, Field(pattern=r"^[a-z0-9_.-]{1,64}$")]

_OWN_KEYS = ("connector", "name", "enabled")


class _Settings(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)


class OdooSettings(_Settings):
    """Table ``[odoo]``.

    ``password`` is only for the transport odoorpc; an API key works there as well.
    """

    url: str = Field(pattern=r"^https?://")
    database: str = ""
    transport: Literal["json2", "odoorpc"] = "json2"
    api_key: SecretStr | None = None
    login: str = ""
    password: SecretStr | None = None
    timeout_s: float = Field(default=300.0, gt=0)
    verify: bool | str = True

    @field_validator("url")
    @classmethod
    def _without_keys(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.username or parts.password or parts.query:
            raise ValueError(
                _("no user, password or query in the address: the key is api_key")
            )
        return value


class AgentSettings(_Settings):
    """Table ``[agent]``: sizes, times, logs and the language of texts for people.

    Attributes:
        state_dir: folder of the inbox of webhooks; the user's state folder if empty.
        listen: ``host:port`` for webhooks, health and numbers.
    """

    batch_records: int = Field(default=1000, ge=1, le=5000)
    batch_bytes: int = Field(default=8_000_000, ge=10_000, le=100_000_000)
    delta_minutes: int = Field(default=5, ge=1)
    reconcile_at: str = Field(default="03:30", pattern=r"^([01]\d|2[0-3]):[0-5]\d$")
    log_format: Literal["auto", "console", "json"] = "auto"
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    language: Literal["en", "zh_CN"] | None = None
    state_dir: str = ""
    listen: str = Field(default="127.0.0.1:8765", pattern=r"^\S+:\d{1,5}$")

    @property
    def inbox_path(self) -> Path:
        """File of the inbox."""
        home = os.environ.get("XDG_STATE_HOME") or "~/.local/state"
        folder = self.state_dir or f"{home}/sync-agent"
        return Path(folder).expanduser() / "inbox.sqlite"


class WorkerSettings(_Settings):
    """Table ``[worker]``: the queue that several machines share.

    Attributes:
        database: ``postgresql://user:password@host:5432/database``.
        schema_name: of that database; holds the queue alone.
        parallel: streams that one process reads at the same time.
        lease_s: a worker that is silent for so long counts as dead.
    """

    model_config = ConfigDict(populate_by_name=True)

    database: SecretStr
    schema_name: str = Field(
        default="sync_agent", alias="schema", pattern=r"^[a-z_][a-z0-9_]{0,62}$"
    )
    parallel: int = Field(default=4, ge=1, le=32)
    lease_s: float = Field(default=30.0, ge=1, le=600)


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Table ``[sources.<code>]``: the agent's own keys, and the connector's unread.

    Attributes:
        values: the keys of the connector, secrets not yet resolved; never in ``repr``.
    """

    code: str
    connector: str
    name: str
    enabled: bool
    values: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """The whole configuration.

    Attributes:
        path: where it was read from.
        key_place: where the key for Odoo stands, if the agent can replace it there.
        worker_table: the table ``[worker]``, unread; never in ``repr``.
    """

    path: Path
    odoo: OdooSettings
    agent: AgentSettings
    sources: dict[str, SourceTable]
    key_place: Place | None = None
    worker_table: Any = field(default=None, repr=False)

    def worker(self) -> WorkerSettings:
        """Return the queue that several machines share, secrets resolved.

        Raises:
            ConfigError: there is none, or it is wrong.
        """
        if self.worker_table is None:
            raise ConfigError(
                _("{path}: the table [worker] is missing.", path=self.path),
                _(
                    'Add it with database = "env:NAME", the address of a PostgreSQL '
                    "that all machines reach; for one machine there is sync-agent run."
                ),
            )
        return _validated(self.path, "worker", WorkerSettings, self.worker_table)

    def source(self, code: str) -> SourceTable:
        """Return a source by its code.

        Raises:
            ConfigError: there is none of that name.
        """
        if code in self.sources:
            return self.sources[code]
        known = ", ".join(sorted(self.sources)) or _("none")
        raise ConfigError(
            _(
                "{path}: there is no source {code!r}; known: {known}.",
                path=self.path,
                code=code,
                known=known,
            ),
            _("Add a table [sources.{code}], or correct the name.", code=code),
        )

    def settings_of(self, table: SourceTable, model: type[Model]) -> Model:
        """Return the connector's settings, validated, secrets resolved.

        Raises:
            ConfigError: file, table and key of what is wrong.
        """
        return _validated(self.path, f"sources.{table.code}", model, table.values)


def default_path(environment: Mapping[str, str] = os.environ) -> Path:
    """Return where the configuration is: variable, this folder, the user's folder."""
    named = environment.get(ENVIRONMENT_PATH)
    if named:
        return Path(named)
    local = Path(LOCAL_NAME)
    if local.exists():
        return local
    base = environment.get("XDG_CONFIG_HOME") or "~/.config"
    return Path(base).expanduser() / "sync-agent" / "config.toml"


def load(path: Path) -> Config:
    """Read and check the configuration, and speak its language from now on.

    The tables of the sources and of the worker are checked when they are used: only
    then are connectors loaded and their secrets needed.

    Raises:
        ConfigError: names the file, the line or table and key, and the remedy.
    """
    tree = _parse(path)
    _speak(tree.get("agent"))
    unknown = set(tree) - {"odoo", "agent", "sources", "worker"}
    if unknown:
        raise ConfigError(
            _("{path}: unknown table [{table}].", path=path, table=sorted(unknown)[0]),
            _("Known tables are [odoo], [agent], [worker] and [sources.<code>]."),
        )
    if "odoo" not in tree:
        raise ConfigError(
            _("{path}: the table [odoo] is missing.", path=path),
            _("Add it, or write a new file with: sync-agent init."),
        )
    odoo = _validated(path, "odoo", OdooSettings, tree["odoo"])
    _check_login(path, odoo)
    agent = _validated(path, "agent", AgentSettings, tree.get("agent", {}))
    sources = _sources(path, tree.get("sources", {}))
    place = place_of(tree["odoo"].get("api_key"), path)
    return Config(path, odoo, agent, sources, place, tree.get("worker"))


def _speak(agent: Any) -> None:
    """Set the language first, so that what is wrong is told in it."""
    wanted = agent.get("language") if isinstance(agent, dict) else None
    set_language(wanted if wanted in LANGUAGES else None)


def secrets_of(model: BaseModel) -> Iterator[str]:
    """Yield the secrets in settings, at any depth."""
    for name in type(model).model_fields:
        yield from _secrets_in(getattr(model, name))


def _secrets_in(value: Any) -> Iterator[str]:
    if isinstance(value, SecretStr):
        yield value.get_secret_value()
    elif isinstance(value, BaseModel):
        yield from secrets_of(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _secrets_in(item)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _secrets_in(item)


def _parse(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8-sig"))
    except FileNotFoundError:
        raise ConfigError(
            _("There is no configuration at {path}.", path=path),
            _("Write one with: sync-agent init; or name it with --config."),
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            _("{path} is not valid TOML: {error}.", path=path, error=error),
            _("Correct that line; texts stand in quotes, tables in [brackets]."),
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(
            _("{path} cannot be read: {error}.", path=path, error=error),
            _("It must be a readable UTF-8 file."),
        ) from None


def _sources(path: Path, tables: Any) -> dict[str, SourceTable]:
    if not isinstance(tables, dict):
        raise ConfigError(
            _("{path}: sources is not a table.", path=path),
            _("Write [sources.<code>] for each one."),
        )
    return {code: _source(path, code, table) for code, table in tables.items()}


def _source(path: Path, code: str, table: Any) -> SourceTable:
    where = f"{path}: [sources.{code}]"
    if not re.fullmatch(r"[a-z0-9_.-]{1,64}", code):
        raise ConfigError(
            _("{where}: the code may hold a-z, 0-9, '_', '.', '-' only.", where=where),
            _("Rename it."),
        )
    if not isinstance(table, dict) or not isinstance(table.get("connector"), str):
        raise ConfigError(
            _("{where}: connector is missing.", where=where),
            _('Add e.g. connector = "woocommerce"; sync-agent connectors lists them.'),
        )
    enabled = table.get("enabled", True)
    if not isinstance(enabled, bool):
        raise ConfigError(
            _("{where}: enabled is neither true nor false.", where=where),
            _("Correct it."),
        )
    values = {k: v for k, v in table.items() if k not in _OWN_KEYS}
    name = str(table.get("name") or code)
    return SourceTable(code, table["connector"], name, enabled, values)


def _check_login(path: Path, odoo: OdooSettings) -> None:
    if odoo.transport == "json2":
        if odoo.api_key is None:
            raise ConfigError(
                _("{path}: [odoo] api_key is missing.", path=path),
                _(
                    'Add e.g. api_key = "env:ODOO_API_KEY"; the robot user makes the '
                    "key in Odoo under Preferences, Security."
                ),
            )
        return
    missing = [key for key in ("database", "login") if not getattr(odoo, key)]
    if odoo.api_key is None and odoo.password is None:
        missing.append("api_key")
    if missing:
        raise ConfigError(
            _("{path}: [odoo] {key} is missing.", path=path, key=missing[0]),
            _("The transport odoorpc needs database, login and api_key or password."),
        )


def _validated(path: Path, table: str, model: type[Model], values: Any) -> Model:
    if not isinstance(values, dict):
        raise ConfigError(
            _("{path}: {table} is not a table.", path=path, table=table),
            _("Write [{table}].", table=table),
        )
    found = resolved(values, path, table)
    try:
        return model.model_validate(found)
    except ValidationError as error:
        first = first_of(error)
        key = ".".join(map(str, first["loc"])) or _("(the table)")
        raise ConfigError(
            _(
                "{path}: [{table}] {key}: {wrong}.",
                path=path,
                table=table,
                key=key,
                wrong=first["msg"],
            ),
            _remedy(first["type"], model),
        ) from None


def _remedy(kind: str, model: type[BaseModel]) -> str:
    if kind == "extra_forbidden":
        keys = (field.alias or name for name, field in model.model_fields.items())
        return _("Known keys are {keys}.", keys=", ".join(keys))
    if kind == "missing":
        return _("Add the key; docs/agent.md describes it.")
    return _("Correct the value; docs/agent.md describes it.")
