"""Ways to Odoo that act out troubles: the fake door, and a proxy before a real one."""

from __future__ import annotations

import json
import threading

import requests

from sync_agent.errors import AgentError
from tests.fakes import door_json
from tests.fakes.faulty import RawReply
from tests.fakes.loopback import LoopbackHandler, LoopbackServer
from tests.fakes.odoo_door import FakeDoor

_TIMEOUT_S = 120
_PASSED_ON = ("authorization", "content-type", "x-odoo-database")


class DoorServer(LoopbackServer):
    """Serves a :class:`FakeDoor` to agents in other processes, one call at a time."""

    def __init__(self, door: FakeDoor | None = None) -> None:
        super().__init__(_DoorHandler)
        self.door = door or FakeDoor()
        self.lock = threading.Lock()
        self.calls = 0


class _DoorHandler(LoopbackHandler):
    fake: DoorServer

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        method = self.path.rpartition("/")[2]
        with self.fake.lock:
            self.fake.calls += 1
            self.fake.faults.run_hooks(self.path)
            try:
                given = door_json.answer(self.fake.door, method, json.loads(body))
            except AgentError as error:
                status, told = door_json.refused(error)
                return RawReply(status, json.dumps(told).encode())
            finally:
                # every batch is kept for tests of one run; here they are too many
                self.fake.door.calls.clear()
                self.fake.door.comparisons.clear()
            return RawReply(200, json.dumps(given, default=door_json.plain).encode())


class OdooProxy(LoopbackServer):
    """Stands before a real Odoo.

    Args:
        upstream: its address.
    """

    def __init__(self, upstream: str) -> None:
        super().__init__(_ProxyHandler)
        self.upstream = upstream


class _ProxyHandler(LoopbackHandler):
    fake: OdooProxy

    def answer(self, body: bytes) -> RawReply:
        """See :class:`FaultyHandler`."""
        headers = {k: v for k, v in self.headers.items() if k.lower() in _PASSED_ON}
        try:
            answer = requests.post(
                self.fake.upstream + self.path,
                data=body,
                headers=headers,
                timeout=_TIMEOUT_S,
            )
        except requests.RequestException:
            # what a proxy says while Odoo is down
            return RawReply(
                502, b"<html>Bad Gateway</html>", {"Content-Type": "text/html"}
            )
        kind = answer.headers.get("Content-Type", "")
        return RawReply(answer.status_code, answer.content, {"Content-Type": kind})
