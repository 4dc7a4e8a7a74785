"""Logs go to standard error, for people or machines, without secrets."""

from __future__ import annotations

import errno
import json
import logging

import structlog

from sync_agent import logs
from sync_agent.redact import Redactor

SECRET = "cs_0123456789"


def test_json_logs_are_one_object_a_line_without_secrets(capsys) -> None:
    logs.configure(Redactor([SECRET]), form="json")
    log = structlog.get_logger("x")
    log.info("sent", key=SECRET, deep={"list": [f"?token={SECRET}", 7]}, number=1.5)
    out, err = capsys.readouterr()
    assert out == ""
    entry = json.loads(err)
    assert entry["event"] == "sent"
    assert entry["deep"]["list"][1] == 7
    assert entry["number"] == 1.5
    assert SECRET not in err


def test_console_logs_are_readable(capsys) -> None:
    logs.configure(Redactor(), form="console")
    structlog.get_logger("x").warning("shop_slow", source="鹤")
    err = capsys.readouterr().err
    assert "shop_slow" in err
    assert "鹤" in err


def test_a_traceback_is_logged_without_secrets(capsys) -> None:
    logs.configure(Redactor([SECRET]), form="json")
    try:
        int(f"bad {SECRET}")
    except ValueError:
        structlog.get_logger("x").exception("failed")
    err = capsys.readouterr().err
    assert "ValueError" in err
    assert SECRET not in err


def test_what_is_no_text_is_shown_redacted(capsys) -> None:
    logs.configure(Redactor([SECRET]), form="json")
    structlog.get_logger("x").info("sent", error=ValueError(SECRET), none=None)
    assert SECRET not in capsys.readouterr().err


def test_lower_levels_are_left_out(capsys) -> None:
    logs.configure(Redactor(), level="warning", form="json")
    structlog.get_logger("x").info("quiet")
    assert capsys.readouterr().err == ""


def test_libraries_log_into_the_same_stream_without_secrets(capsys) -> None:
    logs.configure(Redactor([SECRET]), level="debug", form="json")
    logging.getLogger("some.library").warning("used %s", SECRET)
    logging.getLogger("urllib3").debug("GET /?consumer_secret=%s", SECRET)
    err = capsys.readouterr().err
    assert "used ***" in err
    assert "urllib3" not in err
    assert SECRET not in err


def test_a_log_that_cannot_be_written_stops_nothing(monkeypatch) -> None:
    """Demand 46: the disk of the log is full, the orders still come."""

    class Full:
        def write(self, _text: str) -> int:
            raise OSError(errno.ENOSPC, "No space left on device")

        def flush(self) -> None:
            raise OSError(errno.ENOSPC, "No space left on device")

    logs.configure(Redactor(), form="json")
    with monkeypatch.context() as patch:
        patch.setattr("sys.stderr", Full())
        structlog.get_logger("x").info("stream_done")
    assert logging.getLogger().handlers
