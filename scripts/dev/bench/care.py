"""``scripts/bench care``: planning of the care plans, and e-mails beside Odoo's own.

All in one run, on one seeded database, so that the ratios hold on a busy machine.
"""

import json
import subprocess
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from .. import odoo_server, postgres
from ..errors import SetupError
from ..postgres import Connection
from . import seed
from .ingest import show_goals

Found = dict[str, Any]

TIMEOUT_S = 7200
# What was promised: a million customers and 20 plans; ten thousand e-mails. CPU
# seconds: the clock of a busy machine says nothing.
PLAN_S, MAILS_S = 60.0, 30.0
MAILS = 10_000


def measure(*, customers: int, orders: int, mails: int, console: Console) -> Found:
    """Run everything; give the object that ``--json`` prints."""
    with postgres.lease() as connection:
        template = seed.seeded(
            connection, customers=customers, orders=orders, lines=0, console=console
        )
        with seed.copy_of(connection, template) as database:
            console.print("figures, plans, letters")
            found = _run(connection, database, mails)
    return {"customers": customers, "orders": orders, **found}


def _run(connection: Connection, database: str, mails: int) -> Found:
    done = subprocess.run(
        odoo_server.arguments(
            connection,
            database,
            ["--no-http", "--log-level=warn", "--max-cron-threads=0"],
            "shell",
        ),
        input=Path(__file__).with_name("inside_care.py").read_text("utf-8"),
        env={
            **odoo_server.environment(connection),
            "CRM_SME_BENCH": json.dumps({"mails": mails}),
        },
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith("BENCH "):
            found: Found = json.loads(line[6:])
            return found
    raise SetupError(f"The care plans failed:\n{done.stdout}{done.stderr[-3000:]}")


def cpu_s(spent: list[float | None]) -> float:
    """CPU seconds of database and Python together."""
    server, python, _clock = spent
    return (server or 0.0) + (python or 0.0)


def goals(found: Found) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure and goal, reached)."""
    compared = [
        _most(f"planning, {run['name']}", cpu_s(run["spent"]), PLAN_S)
        for run in found["runs"]
    ]
    ours, odoo = cpu_s(found["ours"]["spent"]), cpu_s(found["odoo"]["spent"])
    compared.append(_most(f"{found['ours']['mails']:,} e-mails", ours, MAILS_S))
    times = odoo / ours
    compared.append(("Odoo / ours, e-mails", f"{times:.1f} (> 1)", times > 1))
    return compared


def _most(what: str, figure: float, goal: float) -> tuple[str, str, bool]:
    return what, f"{figure:.1f} s (<= {goal:.0f} s)", figure <= goal


def show(found: Found, console: Console) -> None:
    """Print tables for people."""
    title = f"{found['customers']:,} customers, {found['plans']} plans: seconds"
    table = Table(title=title)
    for column in ("what", "entered", "touches", "server", "Python", "clock"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for run in found["runs"]:
        table.add_row(
            run["name"],
            f"{run['entered']:,}",
            f"{run['touches']:,}",
            *_cells(run["spent"]),
        )
    table.add_section()
    for name, key in (("e-mails, ours", "ours"), ("e-mails, Odoo's own", "odoo")):
        table.add_row(
            name, "", f"{found[key]['mails']:,}", *_cells(found[key]["spent"])
        )
    console.print(table)
    show_goals(goals(found), console)


def _cells(spent: list[float | None]) -> list[str]:
    return ["" if cell is None else f"{cell:.2f}" for cell in spent]
