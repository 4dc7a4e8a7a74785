"""What all commands share: options before the command, errors, signals."""

from __future__ import annotations

import functools
import inspect
import signal
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Annotated, ClassVar, Literal, ParamSpec, TypeVar, cast

import structlog
import typer
from typer import rich_utils

from sync_agent import __version__, config, logs
from sync_agent.app import App
from sync_agent.cli import screen
from sync_agent.errors import AgentError, ExitCode
from sync_agent.i18n import _
from sync_agent.redact import Redactor
from sync_agent.sync.progress import Progress
from sync_agent.sync.runner import InternalError

P = ParamSpec("P")
T = TypeVar("T")

log = structlog.get_logger(__name__)

rich_utils.ARGUMENTS_PANEL_TITLE = _("Arguments")
rich_utils.OPTIONS_PANEL_TITLE = _("Options")
rich_utils.COMMANDS_PANEL_TITLE = _("Commands")
rich_utils.ERRORS_PANEL_TITLE = _("Error")
rich_utils.DEFAULT_STRING = _("[default: {}]")
rich_utils.REQUIRED_LONG_STRING = _("[required]")
rich_utils.ABORTED_TEXT = _("Aborted.")

cli = typer.Typer(
    name="sync-agent",
    epilog=_("Exit codes and the configuration are described in docs/agent.md."),
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)

_SEVERITY = (
    ExitCode.INTERNAL,
    ExitCode.INTERRUPTED,
    ExitCode.TERMINATED,
    ExitCode.CONFIG,
    ExitCode.CREDENTIALS,
    ExitCode.UNAVAILABLE,
    ExitCode.INCOMPLETE,
    ExitCode.CONFLICT,
    ExitCode.REJECTS,
    ExitCode.OK,
)

AsJson = Annotated[bool, typer.Option("--json", help=_("Print one JSON object."))]
SourceCodes = Annotated[
    list[str] | None,
    typer.Option("--source", "-s", help=_("Only this source; may be repeated.")),
]


class LogLevel(StrEnum):
    """How much is logged."""

    DEBUG = "debug"
    INFO = "info"
    WARNING = "warning"
    ERROR = "error"


class LogFormat(StrEnum):
    """``auto`` is ``console`` on a terminal, else ``json``."""

    AUTO = "auto"
    CONSOLE = "console"
    JSON = "json"


@dataclass
class Session:
    """One call of the command line.

    Attributes:
        stopped_by: exit code of the signal that asked the agent to end.
    """

    current: ClassVar[Session]

    path: Path
    log_level: LogLevel | None = None
    log_format: LogFormat | None = None
    redactor: Redactor = field(default_factory=Redactor)
    stop: threading.Event = field(default_factory=threading.Event)
    stopped_by: ExitCode = ExitCode.TERMINATED

    def app(self, progress: Progress | None = None) -> App:
        """Return the app of the configuration, with the logs set up."""
        loaded = config.load(self.path)
        self.redactor.add(*config.secrets_of(loaded.odoo))
        form = self.log_format or loaded.agent.log_format
        logs.configure(
            self.redactor,
            level=self.log_level or loaded.agent.log_level,
            form=cast("Literal['auto', 'console', 'json']", str(form)),
        )
        return App(loaded, redactor=self.redactor, stop=self.stop, progress=progress)

    def listen(self) -> None:
        """End after the batch in hand on SIGTERM or Ctrl-C; a second one ends now."""
        signal.signal(signal.SIGTERM, self._on_signal)
        signal.signal(signal.SIGINT, self._on_signal)

    def _on_signal(self, number: int, _frame: object) -> None:
        interrupted = number == signal.SIGINT
        self.stopped_by = ExitCode.INTERRUPTED if interrupted else ExitCode.TERMINATED
        self.stop.set()
        signal.signal(number, signal.default_int_handler)


def translated(command: Callable[P, T]) -> Callable[P, T]:
    """Translate the docstring of a command: it is the text of ``--help``."""
    command.__doc__ = _(inspect.cleandoc(command.__doc__ or ""))
    return command


def reported(command: Callable[P, ExitCode]) -> Callable[P, None]:
    """Turn errors into a message with the remedy, and the result into an exit code."""

    @functools.wraps(translated(command))
    def wrapped(*args: P.args, **kwargs: P.kwargs) -> None:
        as_json = bool(kwargs.get("as_json"))
        try:
            code = command(*args, **kwargs)
        except AgentError as error:
            code = error.exit_code
            _say(error, as_json=as_json)
        except KeyboardInterrupt:
            code = Session.current.stopped_by
        except (typer.Exit, typer.Abort):
            raise
        except Exception as error:  # noqa: BLE001  a person gets no traceback
            code = ExitCode.INTERNAL
            _say(_internal(error), as_json=as_json)
        if code is ExitCode.TERMINATED:
            code = Session.current.stopped_by
        raise typer.Exit(int(code))

    return wrapped


def _internal(error: Exception) -> InternalError:
    log.error("internal_error", exc_info=error)
    text = Session.current.redactor(str(error))
    return InternalError(
        _("The agent failed: {kind}: {text}.", kind=type(error).__name__, text=text),
        _("Please report it with the log; what was stored before stays."),
    )


def _say(error: AgentError, *, as_json: bool) -> None:
    screen.show_error(error)
    if as_json:
        screen.show_json({"error": screen.error_json(error)})


def worst(codes: Sequence[ExitCode]) -> ExitCode:
    """Return the code that the shell should be told when several parts ran."""
    return min(codes, key=_SEVERITY.index, default=ExitCode.OK)


def _version(value: bool) -> None:
    if value:
        typer.echo(f"sync-agent {__version__}")
        raise typer.Exit


@cli.callback()
@translated
def options(
    path: Annotated[
        Path | None,
        typer.Option(
            "--config",
            "-c",
            help=_(
                "The configuration; else $SYNC_AGENT_CONFIG, ./sync-agent.toml or "
                "~/.config/sync-agent/config.toml."
            ),
        ),
    ] = None,
    log_level: Annotated[
        LogLevel | None, typer.Option(help=_("How much is logged."))
    ] = None,
    log_format: Annotated[
        LogFormat | None, typer.Option(help=_("How the log looks."))
    ] = None,
    _show_version: Annotated[
        bool,
        typer.Option(
            "--version", help=_("Print the version."), callback=_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Pull customers, orders and parcels from shops and files into Odoo."""
    session = Session(path or config.default_path(), log_level, log_format)
    Session.current = session
    screen.hide(session.redactor)
    logs.configure(session.redactor, level=log_level or "info")
