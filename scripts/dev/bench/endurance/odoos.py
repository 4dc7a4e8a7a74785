"""The two Odoos of the campaign: a real one, and the fake door with its rules."""

from __future__ import annotations

import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any, Protocol

from sync_agent.clock import SystemClock
from sync_agent.door import Door
from sync_agent.odoo.door import OdooDoor
from sync_agent.odoo.json2 import Json2Caller
from sync_agent.redact import Redactor
from tests.fakes.door_server import DoorServer, OdooProxy
from tests.fakes.faults import Faults

from ...testbed import RunningOdoo

FAKE_KEY = "0123456789abcdef0123456789abcdef01234567"

Held = dict[str, dict[str, str]]
"""Hash of each record that is not gone, by kind and id."""


OF_SOURCE = "source_id = (SELECT id FROM sme_source WHERE code = '{}')"
TWICE = (
    """SELECT kind || ' ' || external_id FROM sme_order WHERE OF_SOURCE
        GROUP BY kind, external_id HAVING count(*) > 1""",
    """SELECT 'line of ' || min(o.external_id) FROM sme_order_line l
         JOIN sme_order o ON o.id = l.order_id
        WHERE l.external_id <> '' AND o.OF_SOURCE
        GROUP BY o.id, l.line_type, l.external_id HAVING count(*) > 1""",
    """SELECT 'sum of ' || o.external_id FROM sme_order_line l
         JOIN sme_order o ON o.id = l.order_id
        WHERE o.kind = 'order' AND o.OF_SOURCE
        GROUP BY o.id HAVING abs(sum(l.price_total) - o.amount_total) > 0.05""",
    """SELECT 'parcel ' || external_id FROM sme_shipment WHERE OF_SOURCE
        GROUP BY external_id HAVING count(*) > 1""",
)
"""Each gives what is there twice, or more than it should be."""
REVENUE = """SELECT coalesce(sum(amount_total), 0) FROM sme_order
              WHERE kind = 'order' AND gone_on IS NULL AND OF_SOURCE"""


class Odoo(Protocol):
    """What the campaign needs of an Odoo."""

    url: str
    key: str
    database: str
    faults: Faults
    is_real: bool

    def restart(self, rng: random.Random) -> threading.Thread | None:
        """Restart it soon; give the thread that does, if there is one."""
        ...

    def offer_parcels(self, parcels: list[Any]) -> None:
        """Let it tell these parcels to carriers."""
        ...

    def held(self, code: str, kinds: list[str]) -> Held:
        """Return what it holds of a source."""
        ...

    def text(self, code: str, kind: str, external_id: str) -> str | None:
        """Return all that it holds of a record, if it can show it."""
        ...

    def doubled(self, code: str) -> list[str]:
        """Return what it holds twice."""
        ...


class FakeOdoo:
    """The door in memory, served to other processes; it outlives its restarts."""

    is_real = False
    key = FAKE_KEY
    database = ""

    def __init__(self, server: DoorServer) -> None:
        self._server = server
        self.url = server.url
        self.faults = server.faults

    def restart(self, rng: random.Random) -> threading.Thread | None:
        """Answer nothing for some calls, as while it starts again."""
        self.faults.add("cut", times=rng.randint(2, 9), skip=rng.randrange(8))
        return None

    def offer_parcels(self, parcels: list[Any]) -> None:
        """See :class:`Odoo`."""
        with self._server.lock:
            self._server.door.open_parcels = parcels

    def held(self, code: str, kinds: list[str]) -> Held:  # noqa: ARG002
        """See :class:`Odoo`."""
        found: Held = {kind: {} for kind in kinds}
        with self._server.lock:
            for (kind, external_id), stored in self._server.door.records.items():
                if not stored.gone:
                    found.setdefault(kind, {})[external_id] = stored.hash
        return found

    def text(self, code: str, kind: str, external_id: str) -> str | None:  # noqa: ARG002
        """See :class:`Odoo`."""
        with self._server.lock:
            stored = self._server.door.records.get((kind, external_id))
            return None if stored is None else json.dumps(stored.data)

    def doubled(self, code: str) -> list[str]:  # noqa: ARG002
        """Find nothing: its table has one row for each id."""
        return []


class RealOdoo:
    """A real Odoo behind a proxy that acts out the troubles of a network."""

    is_real = True

    def __init__(self, odoo: RunningOdoo, proxy: OdooProxy) -> None:
        self._odoo = odoo
        self.url = proxy.url
        self.key = odoo.sync_key
        self.database = odoo.database
        self.faults = proxy.faults
        self.restarts = 0

    def restart(self, rng: random.Random) -> threading.Thread | None:
        """Stop and start the process while agents work."""
        self.restarts += 1
        pause = rng.uniform(0.05, 0.6)
        started = threading.Event()

        def run() -> None:
            started.wait(pause)
            self._odoo.server.stop()
            self._odoo.server.start()

        thread = threading.Thread(target=run, name="restart")
        thread.start()
        return thread

    def offer_parcels(self, parcels: list[Any]) -> None:
        """Do nothing: a real one knows its parcels."""

    def held(self, code: str, kinds: list[str]) -> Held:
        """See :class:`Odoo`."""
        with self._door() as door:
            return {kind: dict(_known(door, code, kind)) for kind in kinds}

    def text(self, code: str, kind: str, external_id: str) -> str | None:  # noqa: ARG002
        """Show nothing: what Odoo makes of a record is its own tests' matter."""
        return None

    def doubled(self, code: str) -> list[str]:
        """Look for orders, refunds, lines and parcels that are there twice."""
        return [
            row for statement in TWICE for row in self._rows(statement, code) if row
        ]

    def revenue(self, code: str) -> Decimal:
        """Return the sum of all orders that are not gone."""
        (found,) = self._rows(REVENUE, code)
        return Decimal(found)

    def _rows(self, statement: str, code: str) -> list[str]:
        text = statement.replace("OF_SOURCE", OF_SOURCE.format(code))
        return self._odoo.sql(text).splitlines()

    @contextmanager
    def _door(self) -> Iterator[Door]:
        clock = SystemClock()
        caller = Json2Caller(self.url, self.key, self.database, redactor=Redactor())
        door = OdooDoor(caller, clock)
        try:
            yield door
        finally:
            door.close()


def _known(door: Door, code: str, kind: Any) -> Iterator[tuple[str, str]]:
    after: str | None = ""
    while after is not None:
        page = door.known(code, kind, after)
        yield from ((external_id, digest) for external_id, _v, digest in page.items)
        after = page.next
