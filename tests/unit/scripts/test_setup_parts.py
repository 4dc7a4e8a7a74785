"""Parts of the set-up scripts: state, ports, database address, processes."""

import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from scripts.dev import cache, command, ports, postgres
from scripts.dev.errors import SetupError
from scripts.dev.processes import State

REPOSITORY = Path(__file__).resolve().parents[3]


def test_state_survives_and_is_readable_by_its_owner_alone(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    State(path).set("passwords", {"boss": "秘密"})
    assert State(path).get("passwords") == {"boss": "秘密"}
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_remembered_process_is_found_while_it_lives(tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    state.remember_process("child", child.pid)
    assert State(state.path).process("child") == child.pid
    assert state.stop_process("child")
    child.communicate()
    assert state.process("child") == 0


def test_process_of_another_start_time_is_not_ours(tmp_path: Path) -> None:
    state = State(tmp_path / "state.json")
    state.set("process_x", {"pid": os.getpid(), "started": "1"})
    assert state.process("x") == 0
    assert not state.stop_process("x")


def test_preferred_port_gives_way_to_one_that_is_taken() -> None:
    taken = ports.free_port()
    with ports.socket.create_server((ports.LOOPBACK, taken)):
        assert not ports.is_free(taken)
        assert ports.preferred_port(taken) != taken


@pytest.mark.parametrize(
    ("url", "remedy"),
    [
        ("mysql://me@host/", "postgresql://user:password@host:5432/"),
        ("postgresql://postgres:x@host/", "createuser"),
    ],
    ids=["other database", "superuser"],
)
def test_wrong_database_address_is_told_the_remedy(
    monkeypatch: pytest.MonkeyPatch, url: str, remedy: str
) -> None:
    monkeypatch.setenv("CRM_SME_DATABASE_URL", url)
    with pytest.raises(SetupError, match=remedy):
        postgres.named_connection()


def test_database_address_is_read_and_its_password_not_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("CRM_SME_DATABASE_URL", "postgresql://odoo:p%40ss@db:5433/")
    connection = postgres.named_connection()
    assert connection is not None
    assert connection.environment() == {
        "PGHOST": "db",
        "PGPORT": "5433",
        "PGUSER": "odoo",
        "PGPASSWORD": "p@ss",
    }
    assert "p@ss" not in repr(connection)


def test_failed_program_tells_its_log_and_the_remedy(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"(?s)went wrong.*Try again"):
        command.run_logged(
            [sys.executable, "-c", "print('went wrong'); raise SystemExit(3)"],
            tmp_path / "log",
            remedy="Try again.",
        )


def test_digest_depends_on_where_one_value_ends() -> None:
    assert cache.digest("ab", "c") != cache.digest("a", "bc")


@pytest.mark.parametrize("script", ["scripts/up", "scripts/test", "scripts/dev/odoo"])
def test_script_explains_itself(script: str) -> None:
    done = subprocess.run(
        [REPOSITORY / script, "--help"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0
    assert "usage:" in done.stdout
