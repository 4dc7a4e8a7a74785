"""The agent beside dlt, a Singer tap and Airbyte's CDK, reading the same fake shop.

Each reads everything once, then the shop changes as shops do (many rows in the second
of the newest one read, some committed late with an older time, some new), then each
reads what it takes for the difference. What it holds then is compared with the shop.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import requests
from rich.console import Console
from rich.table import Table

from tests.fakes.door_server import DoorServer

from ... import cache, command, venvs
from ...errors import SetupError

HERE = Path(__file__).parent / "rivals"
SIZES = {"orders": 1538, "customers": 300, "products": 40, "seed": 7}
SAME_SECOND, LATE, NEW = 73, 20, 10
LATE_BY = timedelta(seconds=90)
TITLES = {
    "agent": "sync_agent",
    "dlt": "dlt 1.31 rest_api, DuckDB",
    "airbyte": "Airbyte CDK 7.39",
    "singer": "singer-sdk 0.54 tap",
}
TIMEOUT_S = 600

Result = dict[str, Any]
Notes = dict[str, str]


@dataclass
class Cost:
    """What a reading cost."""

    cpu_s: float
    peak_mib: float


class Shop:
    """A fake WooCommerce as a process."""

    def __init__(self) -> None:
        sizes = [f"--{name}={count}" for name, count in SIZES.items()]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.fakes.woocommerce", "--behind-tls", *sizes],
            cwd=cache.REPOSITORY,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        line = self._process.stdout.readline() if self._process.stdout else ""
        self.access: dict[str, str] = json.loads(line)

    def close(self) -> None:
        """End it."""
        command.stop(self._process.pid)
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def tell(self, name: str, **payload: Any) -> Any:
        """Run a command of the fake."""
        address = f"{self.access['url']}/_fake/{name}"
        answer = requests.post(address, json=payload, timeout=60)
        answer.raise_for_status()
        return answer.json()

    def orders(self) -> Notes:
        """Return the note of each order by its id."""
        return {
            str(row["id"]): row["customer_note"] or ""
            for row in self.tell("orders")
            if row["status"] != "checkout-draft"
        }

    def edit(self, ids: Iterable[str], at: datetime, note: str) -> None:
        """Change orders; their time of change becomes ``at``."""
        for each in ids:
            changes = {"customer_note": note}
            self.tell(
                "edit", table="orders", id=int(each), at=at.isoformat(), changes=changes
            )


def measure(console: Console) -> dict[str, Result]:
    """Let the agent and each rival read; give costs and what is wrong after."""
    found = {}
    for name, title in TITLES.items():
        console.print(f"{title} reads the shop")
        shop = Shop()
        try:
            with tempfile.TemporaryDirectory() as folder, DoorServer() as door:
                reader = _reader(name, shop, Path(folder), door)
                found[name] = _story(shop, reader)
        finally:
            shop.close()
    return found


def _reader(name: str, shop: Shop, folder: Path, door: DoorServer) -> Reader:
    if name == "agent":
        return Agent(shop, folder, door)
    return {"dlt": Dlt, "singer": Singer, "airbyte": Airbyte}[name](shop, folder)


def _story(shop: Shop, reader: Reader) -> Result:
    newest = datetime.now(UTC).replace(microsecond=0)
    ids = sorted(shop.orders(), key=int)
    shop.edit(ids[-1:], newest, "the newest one")
    first = reader.read()
    after_first = _wrong(shop.orders(), reader)
    shop.edit(ids[100 : 100 + SAME_SECOND], newest, "edited in that second")
    shop.edit(ids[300 : 300 + LATE], newest - LATE_BY, "committed late")
    shop.tell("add_orders", count=NEW, seed=3)
    again = reader.read()
    result = {
        "cpu_s": round(first.cpu_s, 2),
        "peak_mib": round(max(first.peak_mib, again.peak_mib), 1),
        "cpu_again_s": round(again.cpu_s, 2),
        "records": reader.records(),
        "full": after_first,
        "increment": _wrong(shop.orders(), reader),
    }
    if isinstance(reader, Agent):
        for each in ids[500:503]:
            shop.tell("delete", table="orders", id=int(each))
        shop.edit(ids[600:605], newest - timedelta(days=40), "committed very late")
        reader.reconcile()
        result["reconcile"] = _wrong(shop.orders(), reader)
    return result


def _wrong(wanted: Notes, reader: Reader) -> Counter[str]:
    """Count orders that are lost, stale or there twice."""
    held = reader.orders()
    last = dict(held)
    return Counter(
        lost=len(wanted.keys() - last.keys()),
        stale=sum(last[own] != note for own, note in wanted.items() if own in last),
        doubled=len(held) - len(last),
    )


def run(words: list[Any], output: Path, environment: dict[str, str]) -> Cost:
    """Run a program; give CPU seconds and peak memory.

    Raises:
        SetupError: it failed.
    """
    errors = output.with_suffix(".err")
    with output.open("wb") as out, errors.open("wb") as err:
        process = subprocess.Popen(
            list(map(str, words)),
            stdout=out,
            stderr=err,
            cwd=output.parent,
            env=os.environ | environment,
        )
        _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        said = errors.read_text("utf-8")[-2000:] + output.read_text("utf-8")[-2000:]
        raise SetupError(f"{words[1]} failed:\n{said}")
    return Cost(used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


class Reader:
    """Somebody who reads the shop."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        self.shop = shop
        self.folder = folder
        self.config = folder / "config.json"
        self.config.write_text(json.dumps({**shop.access, "folder": str(folder)}))
        self.output = folder / "output"

    def read(self) -> Cost:
        """Read everything, or what it takes for the difference."""
        raise LookupError(type(self).__name__)

    def orders(self) -> list[tuple[str, str]]:
        """Return id and note of the orders that it holds."""
        raise LookupError(type(self).__name__)

    def records(self) -> int:
        """Return how many records it holds, of all three lists."""
        raise LookupError(type(self).__name__)


class Agent(Reader):
    """The agent, before a door that remembers."""

    def __init__(self, shop: Shop, folder: Path, door: DoorServer) -> None:
        super().__init__(shop, folder)
        self._door = door.door
        access = shop.access
        (folder / "agent.toml").write_text(
            f'[odoo]\nurl = "{door.url}"\napi_key = "{"0" * 40}"\n'
            f'[sources.shop]\nconnector = "woocommerce"\nurl = "{access["url"]}"\n'
            f'consumer_key = "{access["consumer_key"]}"\n'
            f'consumer_secret = "{access["consumer_secret"]}"\nrate_per_s = 1000\n'
        )

    def read(self) -> Cost:
        """See :class:`Reader`."""
        return self._run("sync", *(f"--stream={name}" for name in _MODES))

    def reconcile(self) -> Cost:
        """Compare all and mend it, as every night."""
        return self._run("reconcile")

    def _run(self, *words: str) -> Cost:
        program = venvs.agent_python().with_name("sync-agent")
        return run([program, "-c", "agent.toml", *words], self.output, {})

    def orders(self) -> list[tuple[str, str]]:
        """See :class:`Reader`."""
        return [
            (own, stored.data.get("note") or "")
            for (kind, own), stored in self._door.records.items()
            if kind == "order" and not stored.gone
        ]

    def records(self) -> int:
        """See :class:`Reader`."""
        return sum(not stored.gone for stored in self._door.records.values())


class Dlt(Reader):
    """dlt, with a merge into DuckDB."""

    def read(self) -> Cost:
        """See :class:`Reader`."""
        words = [venvs.rival_python("dlt"), HERE / "dlt_run.py"]
        quiet = {"RUNTIME__DLTHUB_TELEMETRY": "false"}
        return run([*words, self.config.read_text()], self.output, quiet)

    def orders(self) -> list[tuple[str, str]]:
        """See :class:`Reader`."""
        return [(own, note) for own, note in self._held()["orders"]]

    def records(self) -> int:
        """See :class:`Reader`."""
        held = self._held()
        return len(held["orders"]) + int(held["others"])

    def _held(self) -> Any:
        return json.loads(self.output.read_text("utf-8").splitlines()[-1])


class Messages(Reader):
    """Somebody who prints what he reads; the last of each id counts, as in a merge."""

    def __init__(self, shop: Shop, folder: Path) -> None:
        super().__init__(shop, folder)
        self._held: Notes = {}
        self._doubled: list[str] = []
        self._others: set[tuple[str, str]] = set()

    def take(self, records: Iterable[tuple[str, Any]]) -> None:
        """Keep what was printed in one reading."""
        seen: set[str] = set()
        self._doubled = []
        for stream, row in records:
            own = str(row["id"])
            if stream != "orders":
                self._others.add((stream, own))
                continue
            if own in seen:
                self._doubled.append(own)
            seen.add(own)
            self._held[own] = row["customer_note"] or ""

    def orders(self) -> list[tuple[str, str]]:
        """See :class:`Reader`."""
        return [*self._held.items(), *((own, self._held[own]) for own in self._doubled)]

    def records(self) -> int:
        """See :class:`Reader`."""
        return len(self._held) + len(self._others)

    def printed(self) -> list[Any]:
        """Return the messages of the last reading."""
        lines = self.output.read_text("utf-8").splitlines()
        return [json.loads(line) for line in lines if line.startswith("{")]


class Singer(Messages):
    """A tap made with singer-sdk, without a target."""

    def read(self) -> Cost:
        """See :class:`Reader`."""
        state = self.folder / "state.json"
        more = ["--state", state] if state.exists() else []
        words = [venvs.rival_python("singer"), HERE / "singer_run.py"]
        cost = run([*words, "--config", self.config, *more], self.output, {})
        printed = self.printed()
        self.take((m["stream"], m["record"]) for m in printed if m["type"] == "RECORD")
        states = [m["value"] for m in printed if m["type"] == "STATE"]
        state.write_text(json.dumps(states[-1]))
        return cost


class Airbyte(Messages):
    """A declarative source on Airbyte's CDK, without a destination."""

    def read(self) -> Cost:
        """See :class:`Reader`."""
        state = self.folder / "state.json"
        catalog = self.folder / "catalog.json"
        catalog.write_text(json.dumps({"streams": list(map(_stream, _MODES))}))
        more = ["--state", state] if state.exists() else []
        words = [venvs.rival_python("airbyte"), HERE / "airbyte_run.py", "read"]
        words += ["--config", self.config, "--catalog", catalog, *more]
        cost = run(words, self.output, {})
        printed = self.printed()
        records = [m["record"] for m in printed if m["type"] == "RECORD"]
        self.take((record["stream"], record["data"]) for record in records)
        states = [m["state"] for m in printed if m["type"] == "STATE"]
        newest = {s["stream"]["stream_descriptor"]["name"]: s for s in states}
        state.write_text(json.dumps(list(newest.values())))
        return cost


_MODES = {"orders": "incremental", "customers": "", "products": ""}


def _stream(name: str) -> Result:
    mode = _MODES[name] or "full_refresh"
    modes = sorted({"full_refresh", mode})
    return {
        "stream": {
            "name": name,
            "json_schema": {"type": "object"},
            "supported_sync_modes": modes,
        },
        "sync_mode": mode,
        "destination_sync_mode": "append_dedup" if _MODES[name] else "overwrite",
        "cursor_field": ["date_modified_gmt"] if _MODES[name] else [],
        "primary_key": [["id"]],
    }


def goals(found: dict[str, Result]) -> list[tuple[str, str, bool]]:
    """Compare with what was promised: (what, figures, reached)."""
    ours = found["agent"]
    wrong = sum(sum(ours[when].values()) for when in ("full", "increment", "reconcile"))
    rows = [("wrong records of the agent", f"{wrong} (0)", wrong == 0)]
    for name in ("dlt", "airbyte"):
        theirs = found[name]["cpu_s"]
        title = f"CPU of the agent, {TITLES[name]}"
        text = f"{ours['cpu_s']:.2f} s, {theirs:.2f} s"
        rows.append((title, text, ours["cpu_s"] < theirs))
    peak = found["airbyte"]["peak_mib"]
    text = f"{ours['peak_mib']:.0f} MiB, {peak:.0f} MiB"
    title = f"memory of the agent, {TITLES['airbyte']}"
    rows.append((title, text, ours["peak_mib"] <= peak))
    return rows


def show(found: dict[str, Result], console: Console) -> None:
    """Print a table for people; lost / stale / doubled orders in the last columns."""
    table = Table(title="Orders, customers and products of the same fake shop")
    table.add_column("")
    for column in ("records", "CPU s", "again", "peak MiB"):
        table.add_column(column, justify="right")
    for column in ("full: lost/stale/doubled", "increment", "reconcile"):
        table.add_column(column, justify="right")
    for name, row in found.items():
        costs = (row["records"], row["cpu_s"], row["cpu_again_s"], row["peak_mib"])
        wrong = (_text(row.get(when)) for when in ("full", "increment", "reconcile"))
        table.add_row(TITLES[name], *map(str, costs), *wrong)
    console.print(table)


def _text(wrong: Counter[str] | None) -> str:
    if wrong is None:
        return "-"
    return f"{wrong['lost']}/{wrong['stale']}/{wrong['doubled']}"
