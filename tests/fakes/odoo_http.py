"""The fake door behind JSON-2 on a loopback server, for tests of the whole agent."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from sync_agent.door import Batch, ComparisonReport
from sync_agent.errors import AgentError, NeedsCredentials, Retryable
from tests.fakes.odoo_door import FakeDoor

KEY = "0123456789abcdef0123456789abcdef01234567"


class FakeOdooServer:
    """Serves a :class:`FakeDoor`; a wrong key is a 401 as in Odoo."""

    def __init__(self, server: HTTPServer) -> None:
        self.door = FakeDoor()
        self.server = server
        for method in ("hello", "push", "known", "compared", "replay"):
            server.expect_request(f"/json/2/sme.ingest/{method}").respond_with_handler(
                self._handle
            )

    @property
    def url(self) -> str:
        return self.server.url_for("").rstrip("/")

    def _handle(self, request: Request) -> Response:
        if request.headers.get("Authorization") != f"Bearer {KEY}":
            return self._error(
                401, "werkzeug.exceptions.Unauthorized", "Invalid apikey"
            )
        method = request.path.rpartition("/")[2]
        try:
            answer = getattr(self, f"_{method}")(dict(request.json))
        except NeedsCredentials as error:
            return self._error(403, "odoo.exceptions.AccessError", error.message)
        except Retryable as error:
            return self._error(500, "builtins.ValueError", error.message)
        except AgentError as error:
            return self._error(422, "odoo.exceptions.UserError", error.message)
        return Response(json.dumps(answer, default=_plain))

    @staticmethod
    def _error(status: int, name: str, message: str) -> Response:
        return Response(json.dumps({"name": name, "message": message}), status=status)

    def _hello(self, arguments: dict[str, Any]) -> Any:
        hello = self.door.hello(arguments["source"])
        contract = {"min": hello.contract_min, "max": hello.contract_max}
        return {**asdict(hello), "contract": contract}

    def _push(self, arguments: dict[str, Any]) -> Any:
        arguments.pop("contract")
        report = arguments.pop("report", None)
        answer = self.door.push(Batch(**arguments))
        if report is not None:
            self.door.reports.append(
                (arguments["stream"], report["state"], report["message"])
            )
        results = [{**asdict(r), "status": "rejected"} for r in answer.refusals]
        return {
            "status": answer.status,
            "cursor": answer.cursor,
            "counts": answer.counts,
            "results": results,
        }

    def _known(self, arguments: dict[str, Any]) -> Any:
        arguments.pop("contract")
        return asdict(self.door.known(**arguments))

    def _compared(self, arguments: dict[str, Any]) -> Any:
        arguments.pop("contract")
        report = ComparisonReport(**arguments.pop("report"))
        self.door.compared(report=report, **arguments)
        return {"listed": len(arguments["differences"]), "refused": 0}

    def _replay(self, arguments: dict[str, Any]) -> Any:
        arguments.pop("contract")
        answer = self.door.replay(**arguments)
        refetch = [{"kind": k, "external_id": i} for k, i in answer.refetch]
        return {**asdict(answer), "refetch": refetch}


def _plain(value: Any) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()
