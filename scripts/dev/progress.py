"""Progress of long steps: what runs just now and for how long.

Steps may run side by side in threads; on a terminal they share one line that is
redrawn every second, elsewhere (a log, CI) each says every ten seconds that it lives.
"""

import contextlib
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

BEAT_S = 10.0
WIDTH = 118
SPINNER = "|/-\\"

Detail = Callable[[], str]


@dataclass(eq=False)
class _Step:
    title: str
    detail: Detail | None
    start: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        return time.monotonic() - self.start

    def note(self) -> str:
        return self.detail() if self.detail else ""


_running: list[_Step] = []
_lock = threading.Lock()


def say(text: str = "") -> None:
    """Print one line at once."""
    with _lock:
        _write(f"{text}\n")


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
def step(title: str, detail: Detail | None = None) -> Iterator[None]:
    """Show that a long step runs; ``detail`` tells what it does just now."""
    own = _Step(title, detail)
    done = threading.Event()
    with _lock:
        _running.append(own)
        if not sys.stdout.isatty():
            _write(f"* {title} ...\n")
    thread = threading.Thread(target=_beat, args=(own, done), daemon=True)
    thread.start()
    result = "failed"
    try:
        yield
        result = "done"
    finally:
        done.set()
        thread.join()
        with _lock:
            _running.remove(own)
            _write(f"* {title}: {result} in {own.seconds:.1f} s\n")


def _beat(own: _Step, done: threading.Event) -> None:
    terminal = sys.stdout.isatty()
    while not done.wait(1.0 if terminal else BEAT_S):
        with _lock:
            if not terminal:
                _write(f"  ... {own.title}: {own.seconds:.0f} s {own.note()}\n")
            elif _running[0] is own:
                _redraw()


def _redraw() -> None:
    mark = SPINNER[int(time.monotonic()) % len(SPINNER)]
    parts = [f"{it.title} ({it.seconds:.0f} s)" for it in _running]
    line = f"{mark} {'; '.join(parts)} {_running[0].note()}"
    sys.stdout.write(f"\r\033[K{line[:WIDTH]}")
    sys.stdout.flush()


def _write(text: str) -> None:
    lead = "\r\033[K" if sys.stdout.isatty() else ""
    sys.stdout.write(f"{lead}{text}")
    sys.stdout.flush()
