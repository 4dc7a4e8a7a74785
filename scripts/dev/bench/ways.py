"""The ways into Odoo that are compared; each gives its rate in records a second."""

import contextlib
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import odoorpc

from .. import cache, command, odoo_server
from ..errors import SetupError
from ..testbed import RunningOdoo
from . import sample

TIMEOUT_S = 1800


def agent(url: str, key: str, database: str, **options: int | str) -> dict[str, Any]:
    """Run the agent once in a process of its own; give what it prints.

    Raises:
        SetupError: it failed, or not all records were stored.
    """
    more = [f"--{name}={value}" for name, value in options.items()]
    done = subprocess.run(
        [
            *(sys.executable, "-m", "scripts.dev.bench.agent_run"),
            *(f"--url={url}", f"--database={database}", *more),
        ],
        env=os.environ | {"CRM_SME_BENCH_KEY": key},
        cwd=cache.REPOSITORY,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise SetupError(f"The agent failed:\n{done.stdout}{done.stderr[-3000:]}")
    result: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    if result["error"] or result["counts"].get("created") != options["count"]:
        raise SetupError(f"The agent did not store all records: {result}")
    return result


def agent_rate(odoo: RunningOdoo, kind: str, first: int, count: int) -> float:
    """Push so many new records; records a second."""
    result = agent(
        odoo.url,
        odoo.sync_key,
        odoo.database,
        kind=kind,
        first=first,
        count=count,
        customers=500,
    )
    return count / float(result["seconds"])


def inside_rate(
    odoo: RunningOdoo, job: str, first: int, count: int, batch: int = 1000
) -> float:
    """Do a job of ``inside.py`` in Odoo's shell; records a second."""
    wanted = {"job": job, "first": first, "count": count, "batch": batch}
    environment = odoo_server.environment(odoo.connection)
    environment["CRM_SME_BENCH"] = json.dumps(wanted)
    environment["CRM_SME_REPOSITORY"] = str(cache.REPOSITORY)
    done = subprocess.run(
        odoo_server.arguments(
            odoo.connection,
            odoo.database,
            ["--no-http", "--log-level=warn", "--max-cron-threads=0"],
            "shell",
        ),
        input=Path(__file__).with_name("inside.py").read_text("utf-8"),
        env=environment,
        capture_output=True,
        text=True,
        timeout=TIMEOUT_S,
        check=False,
    )
    for line in done.stdout.splitlines():
        if line.startswith("BENCH "):
            return count / float(json.loads(line[6:])["seconds"])
    raise SetupError(f"{job} failed inside Odoo:\n{done.stdout}{done.stderr[-3000:]}")


class OdooRpc:
    """What scripts usually do: odoorpc, record by record or in batches."""

    def __init__(self, odoo: RunningOdoo) -> None:
        """Log in as the administrator."""
        address = urlsplit(odoo.url)
        client = odoorpc.ODOO(
            address.hostname, protocol="jsonrpc", port=address.port, timeout=600
        )
        client.login(odoo.database, odoo.admin_login, odoo.admin_password)
        self.partners = client.env["res.partner"]
        rows = client.env["res.country"].search_read([], ["code"])
        self.countries = {row["code"]: row["id"] for row in rows}

    def each(self, first: int, count: int) -> float:
        """Search by e-mail and write, for customers that are there."""
        numbers = range(first, first + count)
        self.partners.create([self._values(number) for number in numbers])
        started = time.perf_counter()
        for number in numbers:
            values = self._values(number)
            found = self.partners.search([("email", "=", values["email"])], limit=1)
            self.partners.write(found, values)
        return count / (time.perf_counter() - started)

    def batch(self, first: int, count: int, size: int = 500) -> float:
        """Create new customers, so many in a call."""
        started = time.perf_counter()
        for start in range(first, first + count, size):
            rows = [
                self._values(n) for n in range(start, min(start + size, first + count))
            ]
            self.partners.create(rows)
        return count / (time.perf_counter() - started)

    def _values(self, number: int) -> dict[str, Any]:
        return sample.partner(number, self.countries)


@contextlib.contextmanager
def stub_door() -> Iterator[str]:
    """Serve a door that accepts everything; give its address."""
    process = subprocess.Popen(
        [sys.executable, "-m", "scripts.dev.bench.stub_door"],
        cwd=cache.REPOSITORY,
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        try:
            yield process.stdout.readline().strip() if process.stdout else ""
        finally:
            command.stop(process.pid)
