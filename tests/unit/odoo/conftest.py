"""A fake Odoo on the loopback address that answers as it is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sync_agent.odoo.door import Caller
from sync_agent.odoo.json2 import Json2Caller
from sync_agent.odoo.legacy import LegacyCaller
from sync_agent.redact import Redactor

KEY = "aa8af431c47d9b3bf29375437d10ab893c7d4983"


class FakeOdoo:
    """Serves ``/json/2`` and ``/jsonrpc``.

    Attributes:
        requests: calls of ``sme.ingest`` as (method, arguments).
        answer: result of the next calls.
        error: (HTTP status, class, message) of the next calls instead.
        response: raw answer instead.
    """

    def __init__(self, server: HTTPServer) -> None:
        self.server = server
        self.requests: list[tuple[str, Any]] = []
        self.headers: dict[str, str] = {}
        self.answer: Any = {}
        self.error: tuple[int, str, str] | None = None
        self.response: Callable[[], Response] | None = None
        self.login: Any = 7
        server.expect_request("/jsonrpc").respond_with_handler(self._json_rpc)
        for method in ("hello", "push", "known", "replay"):
            server.expect_request(f"/json/2/sme.ingest/{method}").respond_with_handler(
                self._json_2
            )

    @property
    def url(self) -> str:
        return self.server.url_for("").rstrip("/")

    def _json_2(self, request: Request) -> Response:
        self.headers = dict(request.headers)
        self.requests.append((request.path.rpartition("/")[2], request.json))
        if self.response is not None:
            return self.response()
        if self.error is not None:
            status, name, message = self.error
            body = {"name": name, "message": message, "debug": f"Traceback {KEY}"}
            return Response(json.dumps(body), status=status)
        return Response(json.dumps(self.answer))

    def _json_rpc(self, request: Request) -> Response:
        params = request.json["params"]
        if params["service"] == "common":
            return self._result(self.login)
        if params["args"][3] == "res.users":
            return self._result({"lang": "en_US"})
        self.requests.append((params["args"][4], params["args"][6]))
        if self.response is not None:
            return self.response()
        if self.error is not None:
            _status, name, message = self.error
            data = {"name": name, "message": message, "debug": f"Traceback {KEY}"}
            error = {"code": 0, "message": "Odoo Server Error", "data": data}
            return Response(json.dumps({"jsonrpc": "2.0", "error": error}))
        return self._result(self.answer)

    @staticmethod
    def _result(result: Any) -> Response:
        return Response(json.dumps({"jsonrpc": "2.0", "id": 1, "result": result}))


@pytest.fixture
def fake(httpserver: HTTPServer) -> FakeOdoo:
    return FakeOdoo(httpserver)


@pytest.fixture(params=["json2", "odoorpc"])
def caller(request: pytest.FixtureRequest, fake: FakeOdoo) -> Caller:
    """Both ways of calling Odoo."""
    redactor = Redactor()
    if request.param == "json2":
        return Json2Caller(fake.url, KEY, "crm", redactor=redactor, timeout_s=5)
    return LegacyCaller(fake.url, "crm", "sync", KEY, redactor=redactor, timeout_s=5)
