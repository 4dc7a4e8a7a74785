"""The calls of the door as JSON, answered by the fake door in memory."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sync_agent.door import Batch, ComparisonReport, Report
from sync_agent.errors import AgentError, NeedsCredentials, Retryable
from tests.fakes.odoo_door import FakeDoor

Refused = tuple[int, dict[str, str]]


def answer(door: FakeDoor, method: str, arguments: dict[str, Any]) -> Any:
    """Return what a method of the door answers.

    Raises:
        AgentError: as the faults of the door say.
    """
    arguments.pop("contract", None)
    return METHODS[method](door, arguments)


def refused(error: AgentError) -> Refused:
    """Return status and body of an error, as Odoo's ``/json/2`` writes it."""
    status, name = 422, "odoo.exceptions.UserError"
    if isinstance(error, NeedsCredentials):
        status, name = 403, "odoo.exceptions.AccessError"
    elif isinstance(error, Retryable):
        status, name = 500, "builtins.ValueError"
    return status, {"name": name, "message": error.message}


def plain(value: Any) -> str:
    """Return a time as JSON holds it."""
    assert isinstance(value, datetime)
    return value.isoformat()


def _hello(door: FakeDoor, arguments: dict[str, Any]) -> Any:
    hello = door.hello(arguments["source"])
    contract = {"min": hello.contract_min, "max": hello.contract_max}
    return {**asdict(hello), "contract": contract}


def _push(door: FakeDoor, arguments: dict[str, Any]) -> Any:
    told = arguments.pop("report", None)
    report = None
    if told is not None:
        report = Report(told["state"], None, told["message"])
    pushed = door.push(Batch(**arguments, report=report))
    return {
        "status": pushed.status,
        "cursor": pushed.cursor,
        "counts": pushed.counts,
        "results": [{**asdict(r), "status": "rejected"} for r in pushed.refusals],
    }


def _known(door: FakeDoor, arguments: dict[str, Any]) -> Any:
    return asdict(door.known(**arguments))


def _parcels(door: FakeDoor, arguments: dict[str, Any]) -> Any:
    page = door.parcels(**arguments)
    items = [item.model_dump(mode="json") for item in page.items]
    return {"items": items, "next": page.next}


def _compared(door: FakeDoor, arguments: dict[str, Any]) -> Any:
    report = ComparisonReport(**arguments.pop("report"))
    door.compared(report=report, **arguments)
    return {"listed": len(arguments["differences"]), "refused": 0}


def _replay(door: FakeDoor, arguments: dict[str, Any]) -> Any:
    found = door.replay(**arguments)
    refetch = [{"kind": kind, "external_id": i} for kind, i in found.refetch]
    return {**asdict(found), "refetch": refetch}


METHODS: dict[str, Callable[[FakeDoor, dict[str, Any]], Any]] = {
    "hello": _hello,
    "push": _push,
    "known": _known,
    "parcels": _parcels,
    "compared": _compared,
    "replay": _replay,
}
