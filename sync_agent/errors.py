"""Errors by what the caller must do; each names the remedy and its exit code.

::

    AgentError
    ├── Retryable        the same call may work later (5)
    ├── Fatal            no retry helps (8)
    │   ├── ConfigError        the configuration is wrong (3)
    │   ├── NeedsCredentials   a key was refused or lacks rights (4)
    │   └── Incomplete         a reading cannot show that it was complete (8)
    ├── Rejected         one record, not the others (6)
    ├── Forged           a webhook that nobody vouches for (8)
    ├── Conflict         another agent went on in the same stream (7)
    └── Stopped          the agent was asked to end (143, 130)
"""

from __future__ import annotations

from enum import IntEnum
from typing import Any


class ExitCode(IntEnum):
    """What ``sync-agent`` tells the shell; the table of ``docs/agent.md``."""

    OK = 0
    INTERNAL = 1
    USAGE = 2
    CONFIG = 3
    CREDENTIALS = 4
    UNAVAILABLE = 5
    REJECTS = 6
    CONFLICT = 7
    INCOMPLETE = 8
    INTERRUPTED = 130
    TERMINATED = 143


EXIT_MEANING: dict[ExitCode, str] = {
    ExitCode.OK: "All went well.",
    ExitCode.INTERNAL: "A fault of the agent itself; the log holds the traceback.",
    ExitCode.USAGE: "Wrong option or argument; see --help.",
    ExitCode.CONFIG: "The configuration is missing or wrong.",
    ExitCode.CREDENTIALS: "A key or password was refused, or lacks rights.",
    ExitCode.UNAVAILABLE: "Odoo or a platform cannot be reached now; try later.",
    ExitCode.REJECTS: "Done, but records were refused; see Rejected records in Odoo.",
    ExitCode.CONFLICT: "Another agent works on the same stream.",
    ExitCode.INCOMPLETE: "A run could not be finished or shown to be complete.",
    ExitCode.INTERRUPTED: "Stopped by Ctrl-C; nothing is half-written.",
    ExitCode.TERMINATED: "Stopped by SIGTERM; nothing is half-written.",
}


class AgentError(Exception):
    """Base of all errors that a user can meet.

    Args:
        message: what happened, one sentence with its full stop.
        remedy: what to do about it, one or two sentences.
    """

    exit_code = ExitCode.INCOMPLETE

    def __init__(self, message: str, remedy: str) -> None:
        super().__init__(f"{message} {remedy}".strip())
        self.message = message
        self.remedy = remedy


class Retryable(AgentError):
    """The same call may work later.

    Args:
        after: seconds to wait that the other side asked for; ``None`` if it did not.
    """

    exit_code = ExitCode.UNAVAILABLE

    def __init__(self, message: str, remedy: str, after: float | None = None) -> None:
        super().__init__(message, remedy)
        self.after = after


class Fatal(AgentError):
    """No retry helps: a person has to do something."""


class ConfigError(Fatal):
    """The configuration is missing or wrong."""

    exit_code = ExitCode.CONFIG


class NeedsCredentials(Fatal):
    """A key was refused, has expired or lacks rights: do not go on trying."""

    exit_code = ExitCode.CREDENTIALS


class Incomplete(Fatal):
    """A reading ended, but cannot show that it saw everything."""


class Rejected(AgentError):
    """One record cannot be used; the others go on.

    Args:
        record: what the platform sent (JSON).
        path: where in it, e.g. ``line_items[0].total``.
        reason: what is wrong and what to do, for a person.
    """

    exit_code = ExitCode.REJECTS

    def __init__(self, record: Any, path: str, reason: str) -> None:
        super().__init__(f"{path}: {reason}" if path else reason, "")
        self.record = record
        self.path = path
        self.reason = reason


class Forged(AgentError):
    """A webhook whose signature is missing or wrong: answered 401, never stored."""


class Stopped(AgentError):
    """A person or the system asked the agent to end; all that is stored stays."""

    exit_code = ExitCode.TERMINATED


class Conflict(AgentError):
    """Another agent went on in the same stream, or a person reset its cursor."""

    exit_code = ExitCode.CONFLICT
