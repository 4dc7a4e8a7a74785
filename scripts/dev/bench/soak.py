"""``scripts/bench soak``: one agent, many records, flat memory, no file left open."""

from __future__ import annotations

import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.fakes.door_server import DoorServer

from .. import cache, venvs
from ..errors import SetupError
from .agent_cost import fake_shop
from .ingest import show_goals

RECORDS = 200_000
SETTLED = 0.1
"""Share of the records after which the memory is compared."""
MOST_GROWTH = 0.1

Result = dict[str, Any]


def measure(*, records: int, console: Console) -> Result:
    """Let one agent read so many records; give memory and open files."""
    with (
        fake_shop() as shop,
        DoorServer() as door,
        tempfile.TemporaryDirectory() as folder,
    ):
        config = Path(folder) / "sync-agent.toml"
        config.write_text(
            f'[odoo]\nurl = "{door.url}"\napi_key = "{"0" * 40}"\n'
            f'[sources.shop]\nconnector = "woocommerce"\nurl = "{shop["url"]}"\n'
            f'consumer_key = "{shop["consumer_key"]}"\n'
            f'consumer_secret = "{shop["consumer_secret"]}"\nrate_per_s = 1000\n'
        )
        rounds = _rounds(config, records, console)
    settled = next(r for r in rounds if r["records"] >= records * SETTLED)
    last = rounds[-1]
    return {
        "records": last["records"],
        "rounds": len(rounds),
        "cpu_s": round(last["cpu_s"], 1),
        "settled_mib": round(settled["rss_mib"], 1),
        "end_mib": round(last["rss_mib"], 1),
        "peak_mib": round(max(r["rss_mib"] for r in rounds), 1),
        "growth": round(last["rss_mib"] / settled["rss_mib"] - 1, 4),
        "files": sorted({r["files"] for r in rounds}),
    }


def _rounds(config: Path, records: int, console: Console) -> list[Result]:
    """Run the agent; give what it told after each round."""
    rounds: list[Result] = []
    log = config.with_name("log")
    with log.open("wb") as errors:
        process = subprocess.Popen(
            [
                *(venvs.agent_python(), "-m", "scripts.dev.bench.soak_run"),
                *(config, str(records)),
            ],
            cwd=cache.REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=errors,
            text=True,
        )
        with process:
            for line in process.stdout or ():
                rounds.append(json.loads(line))
                if len(rounds) % 20 == 0:
                    console.print(f"{rounds[-1]['records']:,} of {records:,} records")
    if process.returncode or not rounds:
        raise SetupError(f"The agent failed:\n{log.read_text('utf-8')[-3000:]}")
    return rounds


def goals(found: Result) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure and goal, reached)."""
    return [
        (
            "memory growth",
            f"{found['growth']:.1%} (< 10 %)",
            found["growth"] < MOST_GROWTH,
        ),
        ("open files", f"{found['files']} (constant)", len(found["files"]) == 1),
    ]


def show(found: Result, console: Console) -> None:
    """Print tables for people."""
    table = Table(title="One agent, reading again and again")
    for column in found:
        table.add_column(column, justify="right")
    table.add_row(*map(str, found.values()))
    console.print(table)
    show_goals(goals(found), console)
