"""A fake shop and a fake door that see whether two ever work on one stream at once."""

from __future__ import annotations

import itertools
import subprocess
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pytest_httpserver import HTTPServer

from tests.fakes.odoo_http import KEY as ODOO_KEY
from tests.fakes.odoo_http import FakeOdooServer
from tests.fakes.woocommerce import KEY, SECRET, FakeShop, Store, fill
from tests.fakes.woocommerce.api import Reply
from tests.worker_processes import ROOT, table

PAGE_SIZE = 10
PAGES_OF_NO_WORKER = 30
LISTS = {"orders", "customers", "products", "refunds", "products/reviews"}


class WatchedShop(FakeShop):
    """Notes when it works on which list.

    Attributes:
        slow_s: how long a list takes.
        spans: (begin, end) of each request, by the stream that sends it.
        seen: when somebody asked last, by the size of his pages.
    """

    slow_s = 0.0

    def __init__(self, store: Store) -> None:
        super().__init__(store)
        self.spans: dict[str, list[tuple[float, float]]] = defaultdict(list)
        self.seen: dict[int, float] = {}

    def answer(self, method: str, target: str, header: str, body: bytes) -> Reply:
        """See :class:`FakeShop`."""
        parts = urlsplit(target)
        query = dict(parse_qsl(parts.query))
        path = parts.path.partition("/wc/v3/")[2]
        probe = path == "refunds" and "_fields" not in query
        if path not in LISTS or "include" in query or probe:
            return super().answer(method, target, header, body)
        size = int(query.get("per_page", 0))
        if size == PAGES_OF_NO_WORKER:
            return super().answer(method, target, header, body)
        self.seen[size] = time.monotonic()
        # two streams look at orders, each for fields of its own
        name = f"{path} {query.get('_fields', '')}"
        begin = time.monotonic()
        time.sleep(self.slow_s)
        reply = super().answer(method, target, header, body)
        self.spans[name].append((begin, time.monotonic()))
        return reply

    def at_work(self, size: int) -> bool:
        """Tell whether somebody with pages of that size is reading now."""
        return time.monotonic() - self.seen.get(size, -9.0) < 2 * self.slow_s + 0.1

    def overlaps(self) -> dict[str, int]:
        """Return how often a list was asked for while it was being answered."""
        found = {
            name: sum(
                later[0] < earlier[1]
                for earlier, later in itertools.pairwise(sorted(spans))
            )
            for name, spans in self.spans.items()
        }
        return {name: count for name, count in found.items() if count}


class Bed:
    """Shop, door and a configuration of the agent.

    Attributes:
        orders: at the start.
    """

    def __init__(self, folder: Path, shop: WatchedShop) -> None:
        self.folder = folder
        self.shop = shop
        # a server that answers several agents, as Odoo does
        self.server = HTTPServer(threaded=True)
        self.server.start()
        self.odoo = FakeOdooServer(self.server)
        self.door = self.odoo.door
        self._serialise()

    def _serialise(self) -> None:
        """Let one push be one transaction, as in Odoo."""
        lock = threading.Lock()
        push = self.door.push

        def locked(batch: Any) -> Any:
            with lock:
                return push(batch)

        self.door.push = locked  # type: ignore[method-assign]

    def config(
        self,
        queue: str,
        name: str = "agent",
        page_size: int = PAGE_SIZE,
        **worker: object,
    ) -> Path:
        """Write a configuration with a queue at that address."""
        path = self.folder / f"{name}.toml"
        path.write_text(
            f"""
[odoo]
url = "{self.odoo.url}"
api_key = "{ODOO_KEY}"
[agent]
batch_records = 20
delta_minutes = 1
[sources.shop]
connector = "woocommerce"
url = "{self.shop.url}"
consumer_key = "{KEY}"
consumer_secret = "{SECRET}"
rate_per_s = 1000
page_size = {page_size}
{table(queue, **worker) if queue else ""}
"""
        )
        path.chmod(0o600)
        return path

    def alone(self) -> set[tuple[str, str, str]]:
        """Return what one agent alone reads from the shop, into a door of its own."""
        other = Bed(self.folder, self.shop)
        try:
            config = other.config("", "alone", PAGES_OF_NO_WORKER)
            command = [sys.executable, "-m", "sync_agent", "-c", str(config), "sync"]
            subprocess.run(
                command, cwd=ROOT, capture_output=True, timeout=300, check=True
            )
            return other.held()
        finally:
            other.server.stop()

    def held(self) -> set[tuple[str, str, str]]:
        """Return kind, id and hash of all that the door holds."""
        kept = list(self.door.records.items())
        return {(kind, key, record.hash) for (kind, key), record in kept}

    def interrupted(self) -> list[tuple[str, str]]:
        """Return the runs of a stream in whose middle another one pushed."""
        found = []
        streams = defaultdict(list)
        for batch in list(self.door.calls):
            streams[batch.stream].append(batch.run)
        for stream, runs in streams.items():
            blocks = [run for run, _all in itertools.groupby(runs)]
            found += [(stream, run) for run in set(blocks) if blocks.count(run) > 1]
        return found


@contextmanager
def bed(folder: Path, orders: int) -> Iterator[Bed]:
    """Set up a shop with so many orders, and an empty door."""
    store = fill(Store(), customers=40, orders=orders, products=8, reviews=5)
    with WatchedShop(store) as shop:
        made = Bed(folder, shop)
        try:
            yield made
        finally:
            made.server.stop()
