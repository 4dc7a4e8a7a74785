"""The fake door behind JSON-2 on a loopback server, for tests of the whole agent."""

from __future__ import annotations

import json

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sync_agent.errors import AgentError
from tests.fakes import door_json
from tests.fakes.odoo_door import FakeDoor

KEY = "0123456789abcdef0123456789abcdef01234567"


class FakeOdooServer:
    """Serves a :class:`FakeDoor`; a wrong key is a 401 as in Odoo."""

    def __init__(self, server: HTTPServer) -> None:
        self.door = FakeDoor()
        self.server = server
        for method in door_json.METHODS:
            server.expect_request(f"/json/2/sme.ingest/{method}").respond_with_handler(
                self._handle
            )

    @property
    def url(self) -> str:
        return self.server.url_for("").rstrip("/")

    def _handle(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            body = {
                "name": "werkzeug.exceptions.Unauthorized",
                "message": "Invalid apikey",
            }
            return Response(json.dumps(body), status=401)
        method = request.path.rpartition("/")[2]
        try:
            answer = door_json.answer(self.door, method, dict(request.json))
        except AgentError as error:
            status, body = door_json.refused(error)
            return Response(json.dumps(body), status=status)
        return Response(json.dumps(answer, default=door_json.plain))
