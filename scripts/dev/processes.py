"""Processes that outlive the command that started them, and how to find them again.

A process id alone may belong to somebody else after a while, so the kernel's start time
is kept beside it.
"""

import json
from pathlib import Path
from typing import Any

from . import command


class State:
    """What one instance remembers: processes, ports, accounts; a JSON file.

    Only its owner may read the file, since passwords are in it.
    """

    def __init__(self, path: Path) -> None:
        """Read the file, if there."""
        self.path = path
        self.values: dict[str, Any] = {}
        if path.exists():
            self.values = json.loads(path.read_text("utf-8"))

    def get(self, key: str, default: Any = None) -> Any:
        """Give a value."""
        return self.values.get(key, default)

    def set(self, key: str, value: Any) -> None:
        """Remember a value at once."""
        if self.values.get(key) == value:
            return
        self.values[key] = value
        partial = self.path.with_suffix(".part")
        partial.touch(mode=0o600)
        partial.write_text(json.dumps(self.values, indent=1, ensure_ascii=False))
        partial.rename(self.path)

    def remember_process(self, name: str, pid: int) -> None:
        """Remember a process that was started."""
        self.set(f"process_{name}", {"pid": pid, "started": _start_time(pid)})

    def process(self, name: str) -> int:
        """Give the id of a remembered process that still lives, else 0."""
        known = self.get(f"process_{name}")
        if not known or not command.is_running(known["pid"]):
            return 0
        return int(known["pid"]) if _start_time(known["pid"]) == known["started"] else 0

    def stop_process(self, name: str) -> bool:
        """End a remembered process; True if it lived."""
        pid = self.process(name)
        if pid:
            command.stop(pid)
        return bool(pid)


def _start_time(pid: int) -> str:
    """Give the kernel's start time of a process, in ticks since boot."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return ""
    return fields[19]
