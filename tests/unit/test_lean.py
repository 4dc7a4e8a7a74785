"""The agent starts lean and stays small."""

from __future__ import annotations

import subprocess
import sys
import tracemalloc
from collections.abc import Iterator
from datetime import datetime
from typing import Any

import pytest

from sync_agent.door import Batch, PushAnswer
from sync_agent.port import Page
from sync_agent.sync.runner import Runner
from tests.fakes.clock import FakeClock
from tests.fakes.odoo_door import FakeDoor
from tests.fakes.shop import ListStream, customer

HEAVY = ["pandas", "numpy", "openpyxl", "xlrd", "odoorpc", "schedule", "tomlkit"]
HEAVY += ["procrastinate", "psycopg"]


@pytest.mark.parametrize("words", ["--version", "sync --help", "-c /none.toml sync"])
def test_start_up_imports_nothing_heavy(words: str) -> None:
    program = (
        "import sys\nfrom sync_agent.cli import main\n"
        f"sys.argv = ['sync-agent', *{words.split()!r}]\n"
        "try:\n    main()\nexcept SystemExit:\n    pass\n"
        f"print([n for n in {HEAVY!r} if n in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert done.stdout.splitlines()[-1] == "[]"


class Forgetful(FakeDoor):
    """Takes all and keeps nothing."""

    def push(self, batch: Batch) -> PushAnswer:
        return PushAnswer("ok", batch.cursor_after, {"created": len(batch.records)})


class Long(ListStream):
    """A shop that makes its records up as it goes."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def read(self, cursor: Any, *, full: bool, started: datetime) -> Iterator[Page]:
        for at in range(0, self.count, 100):
            page = [customer(at + n) for n in range(100)]
            yield Page(page, {"at": at + 100, "rest": at + 100 >= self.count})


def peak_bytes(count: int) -> int:
    tracemalloc.start()
    outcome = Runner(Forgetful(), FakeClock()).run("shop", Long(count), None)
    _now, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert outcome.counts == {"created": count}
    return peak


def test_memory_does_not_grow_with_the_number_of_records() -> None:
    peak_bytes(3_000)
    assert peak_bytes(30_000) < peak_bytes(5_000) * 1.1
