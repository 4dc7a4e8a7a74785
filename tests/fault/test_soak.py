"""An agent that never ends keeps no file open; ``scripts/bench soak`` reads 200,000."""

from __future__ import annotations

import pytest
from rich.console import Console

from scripts.dev.bench import soak

pytestmark = pytest.mark.timeout(300)
RECORDS = 7_000


def test_reading_again_and_again_leaves_no_file_open() -> None:
    """Demand 46: an agent runs for months."""
    found = soak.measure(records=RECORDS, console=Console(quiet=True))
    assert found["records"] >= RECORDS
    assert found["rounds"] >= 3
    assert len(found["files"]) == 1, found["files"]
    assert found["growth"] < soak.MOST_GROWTH
