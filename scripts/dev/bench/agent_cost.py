"""``scripts/bench agent``: what a sync from a WooCommerce shop costs the agent.

The shop is the tests' fake in a process of its own, Odoo is real, the agent is the
installed command. Afterwards Odoo is compared with the shop.
"""

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from tests.fakes.woocommerce.seed import fill
from tests.fakes.woocommerce.store import Store

from .. import cache, command, postgres, testbed, venvs
from ..errors import SetupError
from ..testbed import RunningOdoo
from .ingest import show_goals

# 38 of the orders are drafts of the checkout, which are none: 1,500 remain.
SHOP = {"orders": 1538, "customers": 300, "products": 40}
FIRST_ID, SEED = 11, 7
# What was promised.
CPU_S = 1.5
PEAK_MB = 100
MB_PER_MIB = 1.048576

Cost = dict[str, Any]


def measure(*, rounds: int, console: Console) -> Cost:
    """Sync a fresh Odoo from a fresh shop some times; medians of CPU and memory."""
    runs = []
    with postgres.lease() as connection, fake_shop() as shop:
        for turn in range(rounds):
            console.print(f"round {turn + 1} of {rounds}")
            with testbed.running_odoo(connection, "benchagent") as odoo:
                runs.append(_sync(odoo, shop) | _compare(odoo))
    return {
        "cpu_s": round(median(run["cpu_s"] for run in runs), 2),
        "peak_mib": round(median(run["peak_mib"] for run in runs), 1),
        "seconds": round(median(run["seconds"] for run in runs), 1),
        "orders": runs[-1]["orders"],
        "customers": runs[-1]["customers"],
        "rejects": max(run["rejects"] for run in runs),
    }


@contextlib.contextmanager
def fake_shop() -> Iterator[dict[str, str]]:
    """Serve the fake WooCommerce shop; give its url and keys."""
    sizes = [f"--{name}={count}" for name, count in SHOP.items()]
    sizes += [f"--first-id={FIRST_ID}", f"--seed={SEED}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.woocommerce", *sizes],
        cwd=cache.REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    with process:
        try:
            yield json.loads(process.stdout.readline() if process.stdout else "")
        finally:
            command.stop(process.pid)


def _sync(odoo: RunningOdoo, shop: dict[str, str]) -> Cost:
    with tempfile.TemporaryDirectory() as folder:
        config = Path(folder) / "sync-agent.toml"
        config.write_text(
            f"""
[odoo]
url = "{odoo.url}"
database = "{odoo.database}"
api_key = "env:CRM_SME_BENCH_KEY"
[sources.shop]
connector = "woocommerce"
url = "{shop["url"]}"
consumer_key = "env:CRM_SME_BENCH_SHOP_KEY"
consumer_secret = "env:CRM_SME_BENCH_SHOP_SECRET"
rate_per_s = 1000
""",
            "utf-8",
        )
        environment = os.environ | {
            "CRM_SME_BENCH_KEY": odoo.sync_key,
            "CRM_SME_BENCH_SHOP_KEY": shop["consumer_key"],
            "CRM_SME_BENCH_SHOP_SECRET": shop["consumer_secret"],
        }
        program = venvs.agent_python().with_name("sync-agent")
        log = Path(folder) / "log"
        started = time.perf_counter()
        with log.open("wb") as output:
            process = subprocess.Popen(
                [program, "--config", config, "sync", "--json"],
                env=environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
            _, status, used = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            raise SetupError(f"The agent failed:\n{log.read_text('utf-8')[-3000:]}")
    return {
        "seconds": time.perf_counter() - started,
        "cpu_s": used.ru_utime + used.ru_stime,
        "peak_mib": used.ru_maxrss / 1024,
    }


def orders_of_the_shop() -> set[tuple[str, Decimal]]:
    """Give id and total of every order that the fake shop holds."""
    store = fill(Store(first_id=FIRST_ID), **SHOP, seed=SEED)
    return {
        (str(row["id"]), Decimal(row["total"]))
        for row in store.orders.values()
        if row["status"] != "checkout-draft"
    }


def _compare(odoo: RunningOdoo) -> Cost:
    """Compare every order's total with the shop's.

    Raises:
        SetupError: one is lost, doubled or stale.
    """
    wanted = orders_of_the_shop()
    rows = odoo.sql(
        "SELECT external_id, amount_total FROM sme_order WHERE kind = 'order'"
    )
    found = [tuple(line.split("|")) for line in rows.splitlines() if line]
    stored = {(key, Decimal(total)) for key, total in found}
    if stored != wanted or len(found) != len(wanted):
        odd = sorted(stored ^ wanted)[:5]
        raise SetupError(
            f"{len(found)} orders in Odoo, {len(wanted)} in the shop: {odd}"
        )
    count = "SELECT count(*) FROM sme_binding WHERE kind = 'customer'"
    return {
        "orders": len(found),
        "customers": int(odoo.sql(count)),
        "rejects": int(odoo.sql("SELECT count(*) FROM sme_reject")),
    }


def goals(cost: Cost) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure and goal, reached)."""
    cpu, peak = cost["cpu_s"], cost["peak_mib"]
    return [
        ("CPU of the agent", f"{cpu:.2f} s (<= 1.5 s)", cpu <= CPU_S),
        (
            "memory of the agent",
            f"{peak:.0f} MiB (<= 100 MB)",
            peak * MB_PER_MIB <= PEAK_MB,
        ),
        ("rejected records", str(cost["rejects"]), cost["rejects"] == 0),
    ]


def show(cost: Cost, console: Console) -> None:
    """Print tables for people."""
    table = Table(title="First sync from a WooCommerce shop")
    figures = ("orders", "customers", "seconds", "cpu_s", "peak_mib")
    for column in ("orders", "customers", "seconds", "CPU s", "peak MiB"):
        table.add_column(column, justify="right")
    table.add_row(*(f"{cost[key]:,}" for key in figures))
    console.print(table)
    show_goals(goals(cost), console)
