"""Progress of long steps: one line a step, alive while the step runs."""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

BEAT_S = 10.0
SPINNER = "|/-\\"


def say(text: str = "") -> None:
    """Print one line at once."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def last_line(path: Path, length: int = 60) -> str:
    """Give the end of a log file's last line, for people who wait."""
    try:
        with path.open("rb") as handle:
            handle.seek(max(0, path.stat().st_size - 2000))
            lines = handle.read().decode("utf-8", "replace").strip().splitlines()
    except OSError:
        return ""
    return lines[-1][-length:] if lines else ""


@contextlib.contextmanager
def step(title: str, detail: Callable[[], str] | None = None) -> Iterator[None]:
    """Show that a long step runs, how long it has run, and what it does just now.

    On a terminal one line is redrawn every second; elsewhere (a log, CI) a line is
    added every ten seconds.
    """
    start = time.monotonic()
    done = threading.Event()
    terminal = sys.stdout.isatty()

    def beat() -> None:
        turn = 0
        while not done.wait(1.0 if terminal else BEAT_S):
            turn += 1
            note = detail() if detail else ""
            seconds = time.monotonic() - start
            if terminal:
                mark = SPINNER[turn % len(SPINNER)]
                line = f"{mark} {title} ({seconds:.0f} s) {note}"
                sys.stdout.write(f"\r\033[K{line[:118]}")
            else:
                sys.stdout.write(f"  ... {title}: {seconds:.0f} s {note}\n")
            sys.stdout.flush()

    say_start = f"* {title} ..."
    sys.stdout.write(say_start if terminal else f"{say_start}\n")
    sys.stdout.flush()
    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    result = "failed"
    try:
        yield
        result = "done"
    finally:
        done.set()
        thread.join()
        seconds = time.monotonic() - start
        lead = "\r\033[K" if terminal else ""
        say(f"{lead}* {title}: {result} in {seconds:.1f} s")
