"""``scripts/bench flood``: a thousand webhooks a second, and orders during a wave.

The agent is the installed command, the shop a fake, the door one that accepts at once
and remembers when each record came.
"""

from __future__ import annotations

import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psutil
import requests
from rich.console import Console
from rich.table import Table

from .. import cache, command, venvs
from ..errors import SetupError
from . import ways
from .ingest import show_goals

SECRET = "flood-secret-0123456789"  # noqa: S105  of a fake
SHOP = {"orders": 3000, "customers": 2500, "products": 40}
RATE, SECONDS = 1000, 20
WAVE_RATE, WAVE_SECONDS = 300, 30
SHORTEST_PATIENCE_S = 5.0
"""Shopify waits so long for an answer; the others longer."""
SOON_S = 10.0
MOST_GROWTH = 0.1
LONGEST_S = 120.0

Result = dict[str, Any]


@contextmanager
def fake_shop() -> Iterator[dict[str, str]]:
    """Serve the fake shop in a process of its own."""
    sizes = [f"--{name}={count}" for name, count in SHOP.items()]
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.fakes.woocommerce", "--behind-tls", *sizes],
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


class Serving:
    """The agent's command that listens.

    Args:
        words: the command, ``serve`` or ``run``.
    """

    def __init__(
        self, shop: dict[str, str], door: str, folder: Path, *words: str
    ) -> None:
        config = folder / "sync-agent.toml"
        config.write_text(
            f'[odoo]\nurl = "{door}"\napi_key = "{"0" * 40}"\n'
            f'[agent]\nstate_dir = "{folder}/state"\nlog_level = "warning"\n'
            f'[sources.shop]\nconnector = "woocommerce"\nurl = "{shop["url"]}"\n'
            f'consumer_key = "{shop["consumer_key"]}"\n'
            f'consumer_secret = "{shop["consumer_secret"]}"\n'
            f'webhook_secret = "{SECRET}"\nrate_per_s = 1000\n'
        )
        program = venvs.agent_python().with_name("sync-agent")
        self.log = folder / "log"
        with self.log.open("wb") as log:
            self.process = subprocess.Popen(
                [program, "-c", config, *words, "--listen", "127.0.0.1:0"],
                stdout=log,
                stderr=log,
                env=os.environ | {"COLUMNS": "200"},
            )
        self.watched = psutil.Process(self.process.pid)
        self.url = f"http://127.0.0.1:{self._port()}"

    def _port(self) -> int:
        until = time.monotonic() + LONGEST_S
        while time.monotonic() < until and self.process.poll() is None:
            found = re.search(r"port (\d+)", self.log.read_text("utf-8"))
            if found:
                return int(found[1])
            time.sleep(0.05)
        raise SetupError(f"The agent does not listen:\n{self.log.read_text('utf-8')}")

    def waiting(self) -> int:
        """Return how many entries its inbox holds."""
        page = requests.get(f"{self.url}/health", timeout=30).json()
        return sum(each["entries"] for each in page["inbox"])

    def memory_mib(self) -> float:
        """Return its memory."""
        return float(self.watched.memory_info().rss) / 2**20

    def cpu_s(self) -> float:
        """Return its CPU seconds."""
        times = self.watched.cpu_times()
        return float(times.user + times.system)

    def close(self) -> None:
        """End it."""
        command.stop(self.process.pid)
        self.process.wait()


def measure(*, rate: int, seconds: float, console: Console) -> Result:
    """Flood the agent, then send orders during a wave; give what was measured."""
    found: Result = {"rate": rate}
    with fake_shop() as shop:
        orders, customers = _ids(shop)
        console.print(f"{rate} events/s for {seconds:g} s")
        found["flood"] = _flood(shop, rate, seconds, orders)
        console.print("orders during a first reading and a wave of other events")
        found["wave"] = _wave(shop, orders, customers)
    return found


def _ids(shop: dict[str, str]) -> tuple[list[int], list[int]]:
    rows = requests.post(f"{shop['url']}/_fake/orders", json={}, timeout=60).json()
    orders = [row["id"] for row in rows if row["status"] != "checkout-draft"]
    customers = sorted({row["customer_id"] for row in rows} - {0})
    return orders, customers


@contextmanager
def _serving(shop: dict[str, str], *words: str) -> Iterator[tuple[Serving, str]]:
    with tempfile.TemporaryDirectory() as folder, ways.stub_door() as door:
        serving = Serving(shop, door, Path(folder), *words)
        try:
            yield serving, door
        finally:
            serving.close()


def _flood(
    shop: dict[str, str], rate: int, seconds: float, orders: list[int]
) -> Result:
    with _serving(shop, "serve") as (serving, door):
        _send(serving, "warm", rate / 4, 4, [("order", orders)])
        _until_empty(serving)
        before = serving.memory_mib()
        cpu = serving.cpu_s()
        sent = _send(serving, "flood", rate, seconds, [("order", orders)])
        empty_after = _until_empty(serving)
        cpu = serving.cpu_s() - cpu
        came = requests.get(door, timeout=60).json()
        return {
            **_answers(sent),
            "sent_per_s": round(len(sent["waits"]) / sent["seconds"]),
            "cpu_ms_event": round(1000 * cpu / len(sent["waits"]), 3),
            "memory_before_mib": round(before, 1),
            "memory_after_mib": round(serving.memory_mib(), 1),
            "empty_after_s": round(empty_after, 1),
            **_delays(sent, came, "order"),
        }


def _wave(shop: dict[str, str], orders: list[int], customers: list[int]) -> Result:
    """Send few order events among many others while everything is read first."""
    few = orders[:: len(orders) // 100]
    others = ("customer", customers)
    with _serving(shop, "run") as (serving, door):
        mixed = [("order", few), *[others] * 29]
        sent = _send(serving, "wave", WAVE_RATE, WAVE_SECONDS, mixed)
        empty_after = _until_empty(serving)
        came = requests.get(door, timeout=60).json()
        return {
            **_answers(sent),
            "backfilled": sum(map(len, came.values())),
            "empty_after_s": round(empty_after, 1),
            **_delays(sent, came, "order"),
        }


def _send(
    serving: Serving, name: str, rate: float, seconds: float, records: list[Any]
) -> Any:
    asked = {
        "url": f"{serving.url}/hooks/shop",
        "secret": SECRET,
        "name": name,
        "rate": rate,
        "seconds": seconds,
        "records": records,
    }
    done = subprocess.run(
        [sys.executable, "-m", "scripts.dev.bench.flood_sender"],
        input=json.dumps(asked),
        cwd=cache.REPOSITORY,
        capture_output=True,
        text=True,
        timeout=seconds + LONGEST_S,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"The sender failed:\n{done.stderr[-2000:]}")
    return json.loads(done.stdout)


def _until_empty(serving: Serving) -> float:
    started = time.monotonic()
    while serving.waiting():
        if time.monotonic() - started > LONGEST_S:
            raise SetupError("The inbox does not get empty.")
        time.sleep(0.2)
    return time.monotonic() - started


def _answers(sent: Any) -> Result:
    waits = sorted(sent["waits"])
    return {
        "events": len(waits),
        "statuses": dict(sorted(sent["statuses"].items())),
        "refused": len(waits) - sent["statuses"].get("200", 0),
        "answer_p50_ms": round(1000 * statistics.median(waits), 1),
        "answer_p95_ms": round(1000 * waits[int(len(waits) * 0.95)], 1),
        "answer_max_ms": round(1000 * waits[-1], 1),
    }


def _delays(sent: Any, came: Any, kind: str) -> Result:
    """Return how long after its event each record of a kind was stored; lost ones."""
    times = came.get(kind, {})
    delays, lost = [], 0
    for of_kind, own, told in sent["told"]:
        if of_kind != kind:
            lost += own not in came.get(of_kind, {})
            continue
        at = bisect_left(times.get(own, []), told)
        if at == len(times.get(own, [])):
            lost += 1
        else:
            delays.append(times[own][at] - told)
    delays.sort()
    return {
        "lost": lost,
        "stored_p95_s": round(delays[int(len(delays) * 0.95)], 2),
        "stored_max_s": round(delays[-1], 2),
    }


def goals(found: Result) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figure and goal, reached)."""
    flood, wave = found["flood"], found["wave"]
    growth = flood["memory_after_mib"] / flood["memory_before_mib"] - 1
    lost = sum(part["lost"] + part["refused"] for part in (flood, wave))
    answer = max(part["answer_p95_ms"] for part in (flood, wave)) / 1000
    return [
        (
            "events a second",
            f"{flood['sent_per_s']} ({found['rate']})",
            flood["sent_per_s"] >= found["rate"] * 0.97,
        ),
        ("lost or refused events", f"{lost} (0)", lost == 0),
        ("answer, p95", f"{answer:.2f} s (< 5 s)", answer < SHORTEST_PATIENCE_S),
        ("memory growth", f"{growth:.1%} (< 10 %)", growth < MOST_GROWTH),
        (
            "orders in Odoo in the flood, p95",
            f"{flood['stored_p95_s']} s (<= 10 s)",
            flood["stored_p95_s"] <= SOON_S,
        ),
        (
            "orders in Odoo during a wave, slowest",
            f"{wave['stored_max_s']} s (<= 10 s)",
            wave["stored_max_s"] <= SOON_S,
        ),
    ]


def show(found: Result, console: Console) -> None:
    """Print tables for people."""
    table = Table(title="Webhooks")
    table.add_column("")
    for part in ("flood", "wave"):
        table.add_column(part, justify="right")
    for name in {**found["flood"], **found["wave"]}:
        table.add_row(name, *(str(found[p].get(name, "")) for p in ("flood", "wave")))
    console.print(table)
    show_goals(goals(found), console)
