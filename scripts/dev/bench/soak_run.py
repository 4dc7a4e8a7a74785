"""One agent that never ends: reads everything again and again, compares now and then.

Prints after each round what it has read, its memory and its open files, a line of JSON
each: ``python -m scripts.dev.bench.soak_run CONFIG RECORDS``.
"""

from __future__ import annotations

import gc
import json
import sys
from pathlib import Path

import psutil

from sync_agent import config, logs
from sync_agent.app import App
from sync_agent.redact import Redactor

RECONCILE_EVERY = 5


def main() -> None:
    """Read until so many records have passed."""
    path, wanted = Path(sys.argv[1]), int(sys.argv[2])
    redactor = Redactor()
    logs.configure(redactor, level="warning", form="json")
    app = App(config.load(path), redactor=redactor)
    (table,) = app.tables()
    here = psutil.Process()
    records = rounds = 0
    while records < wanted:
        for outcome in app.sync(table, full=True):
            if outcome.error is not None:
                raise outcome.error
            records += sum(outcome.counts.values())
        rounds += 1
        if rounds % RECONCILE_EVERY == 0:
            records += sum(found.listed for found in app.reconcile(table))
        gc.collect()
        told = {
            "records": records,
            "rss_mib": here.memory_info().rss / 2**20,
            "files": here.num_fds(),
            "cpu_s": sum(here.cpu_times()[:2]),
        }
        print(json.dumps(told), flush=True)


if __name__ == "__main__":
    main()
