"""Logs for people or machines, on standard error, without secrets."""

from __future__ import annotations

import contextlib
import logging
import sys
from collections.abc import MutableMapping
from typing import Any, Literal

import structlog

from sync_agent.redact import Redactor, masked

_NOISY = (
    *("urllib3", "requests", "odoorpc", "oauthlib", "requests_oauthlib"),
    *("procrastinate", "psycopg"),
)
_SILENT = ("psycopg.pool",)
"""Repeats every second that it cannot connect; the worker says it once."""


class _Stderr:
    """Writes to the standard error of the moment, which a progress bar may replace.

    A line that cannot be written (the disk of the log is full, whoever read it is gone)
    is lost: it is no reason to stop the work.
    """

    def msg(self, message: str) -> None:
        with contextlib.suppress(OSError):
            # in one piece, since lanes log at once; print ends a line by itself
            sys.stderr.write(f"{message}\n")
            sys.stderr.flush()

    log = debug = info = warning = error = critical = exception = fatal = msg


class _Handler(logging.Handler):
    """Takes what libraries log into the same stream."""

    def emit(self, record: logging.LogRecord) -> None:
        logger = structlog.get_logger(record.name)
        try:
            logger.log(record.levelno, record.getMessage())
        except (TypeError, ValueError):
            self.handleError(record)


def configure(
    redactor: Redactor,
    *,
    level: str = "info",
    form: Literal["auto", "console", "json"] = "auto",
) -> None:
    """Set the logs up.

    Args:
        redactor: takes secrets out of every text.
        level: debug, info, warning or error.
        form: ``auto`` is ``console`` on a terminal, else ``json``.
    """

    def redact(
        _logger: Any, _method: str, event: MutableMapping[str, Any]
    ) -> MutableMapping[str, Any]:
        return {key: masked(value, redactor) for key, value in event.items()}

    number = logging.getLevelNamesMapping()[level.upper()]
    console = form == "console" or (form == "auto" and sys.stderr.isatty())
    renderer: Any
    if console:
        renderer = structlog.dev.ConsoleRenderer(
            colors=sys.stderr.isatty(),
            exception_formatter=structlog.dev.plain_traceback,
        )
    else:
        renderer = structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            redact,
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=lambda *_args: _Stderr(),
        cache_logger_on_first_use=False,
    )
    root = logging.getLogger()
    root.handlers = [_Handler()]
    root.setLevel(number)
    # they write addresses with their query strings, and whole bodies
    for name in _NOISY:
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in _SILENT:
        logging.getLogger(name).setLevel(logging.CRITICAL)
