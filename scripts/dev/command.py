"""Run other programs: output into a log, a failure with the log's end."""

import os
import signal
import subprocess
import time
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from .errors import SetupError

STOP_TIMEOUT_S = 20.0


def run_logged(
    arguments: Sequence[str | Path],
    log: Path,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    timeout_s: float = 1800.0,
    remedy: str = "",
    accepted: Collection[int] = (0,),
) -> None:
    """Run a program to its end with its output in a log file.

    Raises:
        SetupError: it failed; carries the end of the log and the remedy.
    """
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("ab") as output:
        try:
            code = subprocess.run(
                [str(argument) for argument in arguments],
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
                cwd=cwd,
                timeout=timeout_s,
                check=False,
            ).returncode
        except FileNotFoundError as error:
            raise SetupError(f"{arguments[0]} is missing. {remedy}") from error
        except subprocess.TimeoutExpired as error:
            raise SetupError(
                f"{arguments[0]} took more than {timeout_s:.0f} s; see {log}"
            ) from error
    if code not in accepted:
        end = "\n".join(log.read_text("utf-8", "replace").splitlines()[-15:])
        raise SetupError(
            f"{' '.join(map(str, arguments[:4]))} ended with {code}.\n{end}\n"
            f"Whole log: {log}. {remedy}"
        )


def is_running(pid: int) -> bool:
    """Tell whether a process of that id lives (a zombie does not)."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state not in "ZX"


def stop(pid: int, timeout_s: float = STOP_TIMEOUT_S) -> None:
    """End one process: politely, and after the time-out for good."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.kill(pid, number)
        except ProcessLookupError:
            return
        end = time.monotonic() + timeout_s
        while time.monotonic() < end:
            reap(pid)
            if not is_running(pid):
                return
            time.sleep(0.05)


def reap(pid: int) -> None:
    """Collect the exit code of a child, if it is a child of ours."""
    try:
        os.waitpid(pid, os.WNOHANG)
    except ChildProcessError:
        return
