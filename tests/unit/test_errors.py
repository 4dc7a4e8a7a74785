"""Every error names its remedy, every exit code its meaning."""

from __future__ import annotations

import pytest

from sync_agent.errors import (
    EXIT_MEANING,
    AgentError,
    ConfigError,
    Conflict,
    ExitCode,
    Fatal,
    Incomplete,
    NeedsCredentials,
    Rejected,
    Retryable,
    Stopped,
)


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (Retryable("A.", "B."), 5),
        (Fatal("A.", "B."), 8),
        (ConfigError("A.", "B."), 3),
        (NeedsCredentials("A.", "B."), 4),
        (Incomplete("A.", "B."), 8),
        (Conflict("A.", "B."), 7),
        (Stopped("A.", "B."), 143),
    ],
    ids=lambda value: type(value).__name__,
)
def test_an_error_shows_message_and_remedy_and_has_its_code(
    error: AgentError, code: int
) -> None:
    assert str(error) == "A. B."
    assert error.exit_code == code


def test_a_rejected_record_shows_where_and_why() -> None:
    error = Rejected({"id": 7}, "lines[0].total", "is no number")
    assert str(error) == "lines[0].total: is no number"
    assert error.record == {"id": 7}
    assert str(Rejected(None, "", "is empty")) == "is empty"


def test_every_exit_code_has_a_meaning() -> None:
    assert set(EXIT_MEANING) == set(ExitCode)
