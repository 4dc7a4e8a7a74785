"""One run of the agent from memory through the door; prints what it cost as JSON.

A process of its own, so that its CPU time and memory are the agent's alone. Only the
platform is missing: records are made, batched, written and pushed by the agent's own
code.
"""

import argparse
import json
import os
import resource
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from sync_agent.clock import SystemClock
from sync_agent.odoo.door import OdooDoor
from sync_agent.odoo.json2 import Json2Caller
from sync_agent.port import Page
from sync_agent.records import KINDS, Envelope
from sync_agent.redact import Redactor
from sync_agent.sync.batch import Limits
from sync_agent.sync.delta import sync_source
from sync_agent.sync.runner import Runner

from . import sample

KEY = "CRM_SME_BENCH_KEY"
PAGE = 500


class SampleStream:
    """A stream of the sample data; also the source that has only this one."""

    platform = "bench"

    def __init__(self, kind: str, first: int, count: int, customers: int) -> None:
        self.name = f"{kind}.{first}"
        self.kinds = (kind,)
        self.first, self.count, self.customers = first, count, customers

    def read(self, cursor: Any, *, full: bool, started: datetime) -> Iterator[Page]:  # noqa: ARG002
        """Yield all records."""
        (kind,) = self.kinds
        model = KINDS[kind]
        for start in range(self.first, self.first + self.count, PAGE):
            end = min(start + PAGE, self.first + self.count)
            items = [
                Envelope(
                    kind,
                    str(number),
                    sample.VERSION,
                    model.model_validate(self._data(kind, number)),
                )
                for number in range(start, end)
            ]
            yield Page(items, {"next": end}, self.count)

    def _data(self, kind: str, number: int) -> dict[str, Any]:
        if kind == "order":
            return sample.order(number, self.customers)
        return sample.customer(number) if kind == "customer" else sample.product(number)

    def watermark(self, _cursor: Any) -> datetime | None:
        """Tell nothing."""
        return None

    def streams(self) -> list["SampleStream"]:
        """Give the one stream."""
        return [self]


def main() -> None:
    """Run, and print seconds, CPU seconds, peak memory and counts."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--url", required=True)
    parser.add_argument("--database", default="")
    parser.add_argument("--kind", required=True)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--count", type=int, required=True)
    parser.add_argument("--customers", type=int, default=1)
    chosen = parser.parse_args()
    clock = SystemClock()
    redactor = Redactor()
    caller = Json2Caller(
        chosen.url, os.environ[KEY], chosen.database, redactor=redactor
    )
    door = OdooDoor(caller, clock)
    stream = SampleStream(chosen.kind, chosen.first, chosen.count, chosen.customers)
    before = resource.getrusage(resource.RUSAGE_SELF)
    started = time.perf_counter()
    outcomes = sync_source(
        door,
        Runner(door, clock, limits=Limits()),
        sample.SOURCE,
        stream,  # type: ignore[arg-type]
    )
    seconds = time.perf_counter() - started
    door.close()
    after = resource.getrusage(resource.RUSAGE_SELF)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    result = {
        "seconds": seconds,
        "cpu_s": cpu,
        "peak_mib": after.ru_maxrss / 1024,
        "counts": dict(outcomes[0].counts),
        "error": str(outcomes[0].error) if outcomes[0].error else "",
        "at": datetime.now(UTC).isoformat(),
    }
    print(json.dumps(result))


if __name__ == "__main__":
    main()
