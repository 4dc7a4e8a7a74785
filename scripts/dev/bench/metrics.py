"""``scripts/bench metrics``: the customers' figures beside what others do.

All in one run, on one seeded database, so that the ratios hold on a busy machine.
"""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .. import cache, odoo_server, postgres
from ..errors import SetupError
from ..postgres import Connection
from . import rivals, seed
from .ingest import show_goals

Found = dict[str, Any]

TIMEOUT_S = 7200
# What was promised, CPU seconds for a million customers with five million orders.
FULL_S, PART_S = 8.0, 0.3
WEEKS_S, EXACT_S, SCORE_S = 0.3, 2.0, 0.5
TIMES_LIFETIMES = 50
# What the sums, scores and rhythm take; other parts have lines of their own.
CORE = (
    *("sums of all", "sums of some", "strangers", "new customers", "owners"),
    *("who has sums", "limits", "who moves", "sums handed on", "rows", "lifecycle"),
)


def measure(*, customers: int, orders: int, lifetimes: bool, console: Console) -> Found:
    """Run everything; give the object that ``--json`` prints."""
    with postgres.lease() as connection:
        template = seed.seeded(
            connection, customers=customers, orders=orders, lines=0, console=console
        )
        with seed.copy_of(connection, template) as database:
            console.print("refreshing")
            refreshes = _refresh(connection, database)
            console.print("ntile, pandas, limits")
            others = rivals.measure(connection, database)
    console.print("fits and scores")
    return {
        "customers": customers,
        "orders": orders,
        "refreshes": refreshes,
        "others": others,
        "model": _model(customers, lifetimes),
    }


def _refresh(connection: Connection, database: str) -> list[Found]:
    done = subprocess.run(
        odoo_server.arguments(
            connection,
            database,
            ["--no-http", "--log-level=warn", "--max-cron-threads=0"],
            "shell",
        ),
        input=Path(__file__).with_name("inside_metrics.py").read_text("utf-8"),
        env=odoo_server.environment(connection),
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith("BENCH "):
            found: list[Found] = json.loads(line[6:])
            return found
    raise SetupError(f"The refresh failed:\n{done.stdout}{done.stderr[-3000:]}")


def _model(customers: int, lifetimes: bool) -> dict[str, float]:
    """Fit and score simulated customers, in a process of its own."""
    done = subprocess.run(
        [
            *(sys.executable, "-m", "scripts.dev.bench.clv", "--json"),
            *(f"--customers={customers}", *([] if lifetimes else ["--no-lifetimes"])),
        ],
        cwd=cache.REPOSITORY,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"The model failed:\n{done.stdout}{done.stderr[-3000:]}")
    found: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return found


def core_s(run: Found) -> float:
    """CPU seconds of a refresh without what builds on the figures."""
    parts = [run["steps"][name] for name in CORE if name in run["steps"]]
    return sum((server or 0) + python for server, python, _clock in parts)


def goals(found: Found) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure and goal, reached)."""
    runs = {run["name"]: run for run in found["refreshes"]}
    model = found["model"]
    compared = [
        _most("all, nothing changed", core_s(runs["unchanged"]), FULL_S),
        _most("one in 100, those", core_s(runs["one in 100, those"]), PART_S),
        _most("fit, weeks", model["fit on week rows"], WEEKS_S),
        _most("fit, exact", model["fit, exact"], EXACT_S),
        _most(
            "scores",
            model["probability alive"] + model["expected orders"],
            SCORE_S,
        ),
    ]
    if "lifetimes, fit" in model:
        ours = model["group by week"] + model["fit on week rows"]
        times = model["lifetimes, fit"] / ours
        compared.append(
            (
                "lifetimes / ours, fit",
                f"{times:.0f} (>= {TIMES_LIFETIMES})",
                times >= TIMES_LIFETIMES,
            )
        )
    return compared


def _most(what: str, figure: float, goal: float) -> tuple[str, str, bool]:
    return what, f"{figure:.2f} s (<= {goal:.1f} s)", figure <= goal


def show(found: Found, console: Console) -> None:
    """Print tables for people."""
    title = f"{found['customers']:,} customers, {found['orders']:,} orders: CPU seconds"
    runs = found["refreshes"]
    table = Table(title=title)
    table.add_column("refresh")
    for run in runs:
        table.add_column(run["name"], justify="right")
    names = dict.fromkeys(name for run in runs for name in run["steps"])
    for name in names:
        table.add_row(name, *(_cell(run["steps"].get(name)) for run in runs))
    table.add_section()
    table.add_row("figures alone", *(f"{core_s(run):.2f}" for run in runs))
    table.add_row("all", *(_cell(run["total"]) for run in runs))
    table.add_row("on the clock", *(f"{run['total'][2]:.1f}" for run in runs))
    table.add_row("rows written", *(f"{run['rows']:,}" for run in runs))
    console.print(table)
    table = Table(title="Others, limits, and the model")
    for column in ("what", "server", "Python", "clock"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for name, cost in found["others"].items():
        cells = [cost[key] for key in ("server", "python", "clock")]
        table.add_row(name, *("" if cell is None else f"{cell:.2f}" for cell in cells))
    table.add_section()
    for name, seconds in found["model"].items():
        table.add_row(name, "", f"{seconds:.3f}", "")
    console.print(table)
    show_goals(goals(found), console)


def _cell(cost: list[float | None] | None) -> str:
    if cost is None:
        return ""
    server, python, _clock = cost
    return f"{(server or 0) + (python or 0):.2f}"
