"""The door over any way of calling Odoo: arguments out, typed answers in, retries."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

import structlog

from sync_agent.door import (
    MOST_RECORDS,
    Batch,
    ComparisonReport,
    FreshKey,
    Hello,
    KnownPage,
    ParcelPage,
    PushAnswer,
    Refusal,
    ReplayAnswer,
    ReplayResult,
    Report,
    StreamState,
)
from sync_agent.errors import Fatal, Retryable
from sync_agent.i18n import _
from sync_agent.port import Clock, Json
from sync_agent.records import CONTRACT
from sync_agent.records.envelope import Kind
from sync_agent.records.fields import format_time
from sync_agent.records.open_parcel import OpenParcel
from sync_agent.redact import Redactor, masked
from sync_agent.transport.retry import TRIES, with_retries

MODEL = "sme.ingest"

log = structlog.get_logger(__name__)


class Caller(Protocol):
    """A way to call a method of ``sme.ingest`` by name."""

    def call(self, method: str, arguments: Mapping[str, Any]) -> Any:
        """Call and return the JSON answer.

        Raises:
            Retryable: Odoo is down or busy, or the answer was lost.
            NeedsCredentials: the key was refused or lacks rights.
            Fatal: anything else.
        """
        ...

    def close(self) -> None:
        """Close the connection."""
        ...


class OdooDoor:
    """Implements :class:`sync_agent.door.Door`.

    A call whose answer was lost is sent again as it was: the door recognises the
    (run, seq) of a push, the other calls are harmless. What people read in Odoo, why
    a run failed and what could not be read, holds no secret: platforms give back in
    their errors what they were told.

    Args:
        caller: calls Odoo.
        clock: waits.
        tries: how often a call is sent at most.
        redactor: shared with the log.
    """

    def __init__(
        self,
        caller: Caller,
        clock: Clock,
        tries: int = TRIES,
        redactor: Redactor | None = None,
    ) -> None:
        self._caller = caller
        self._clock = clock
        self._tries = tries
        self._known = (redactor or Redactor()).known

    def hello(self, source: str = "") -> Hello:
        """Return who answers and the cursors of a source."""
        answer = self._call("hello", {"source": source})
        with _Understood("hello"):
            return _hello(answer)

    def push(self, batch: Batch) -> PushAnswer:
        """Store a batch; the same (run, seq) again is harmless."""
        arguments = {
            "source": batch.source,
            "stream": batch.stream,
            "run": batch.run,
            "seq": batch.seq,
            "cursor_before": batch.cursor_before,
            "cursor_after": batch.cursor_after,
            "records": [
                masked(record, self._known) if "error" in record else record
                for record in batch.records
            ],
        }
        if batch.report is not None:
            arguments["report"] = masked(_wire_report(batch.report), self._known)
        answer = self._call("push", arguments)
        with _Understood("push"):
            return _push_answer(answer)

    def known(
        self, source: str, kind: Kind, after: str = "", limit: int = MOST_RECORDS
    ) -> KnownPage:
        """Return a page of what Odoo holds of a source."""
        answer = self._call(
            "known", {"source": source, "kind": kind, "after": after, "limit": limit}
        )
        with _Understood("known"):
            items = [
                (str(i), str(v or ""), str(h or "")) for i, v, h in answer["items"]
            ]
            return KnownPage(items, answer["next"])

    def parcels(
        self,
        source: str,
        after: str = "",
        limit: int = 1000,
        numbers: Sequence[str] | None = None,
    ) -> ParcelPage:
        """Return a page of the parcels that a carrier is asked about."""
        arguments: dict[str, Any] = {"source": source, "after": after, "limit": limit}
        if numbers is not None:
            arguments["numbers"] = list(numbers)
        answer = self._call("parcels", arguments)
        with _Understood("parcels"):
            items = [OpenParcel.model_validate(item) for item in answer["items"]]
            return ParcelPage(items, answer["next"])

    def compared(
        self,
        source: str,
        kind: Kind,
        report: ComparisonReport,
        differences: Sequence[Json] = (),
    ) -> None:
        """Tell what a reconcile found."""
        arguments = {
            "source": source,
            "kind": kind,
            "report": masked(dataclasses.asdict(report), self._known),
            "differences": list(differences),
        }
        self._call("compared", arguments)

    def renew_key(self) -> FreshKey:
        """Have Odoo make a new key."""
        answer = self._call("renew_key", {})
        with _Understood("renew_key"):
            return FreshKey(str(answer["key"]), float(answer["expires_in_days"]))

    def replay(
        self, source: str, limit: int = 500, reject_ids: Sequence[int] | None = None
    ) -> ReplayAnswer:
        """Try kept rejects again."""
        arguments: dict[str, Any] = {"source": source, "limit": limit}
        if reject_ids is not None:
            arguments["reject_ids"] = list(reject_ids)
        answer = self._call("replay", arguments)
        with _Understood("replay"):
            return _replay_answer(answer)

    def close(self) -> None:
        """Close the connection."""
        self._caller.close()

    def _call(self, method: str, arguments: dict[str, Any]) -> Any:
        arguments = {"contract": CONTRACT, **arguments}
        return with_retries(
            lambda: self._caller.call(method, arguments),
            self._clock,
            _log_wait,
            self._tries,
        )


def _log_wait(error: Retryable, seconds: float) -> None:
    log.warning("odoo_call_retried", reason=error.message, wait_s=round(seconds, 1))


class _Understood:
    """Turns an answer of an unknown shape into a fatal error that says so."""

    def __init__(self, method: str) -> None:
        self._method = method

    def __enter__(self) -> None:
        return None

    def __exit__(
        self, kind: type[BaseException] | None, error: Any, trace: Any
    ) -> None:
        if isinstance(error, KeyError | TypeError | ValueError | AttributeError):
            raise Fatal(
                _(
                    "Odoo's answer to {method} is not as the contract says.",
                    method=self._method,
                ),
                _("Update the addon crm_sme and this agent to the same version."),
            ) from error


def _time(text: str | None) -> datetime | None:
    if not text:
        return None
    return datetime.fromisoformat(text).astimezone(UTC)


def _hello(answer: Any) -> Hello:
    contract = answer["contract"]
    server_time = _time(answer["server_time"])
    if server_time is None:
        raise ValueError("server_time is empty")
    streams = {
        name: StreamState(
            cursor=stream.get("cursor"),
            watermark=_time(stream.get("watermark")),
            state=stream.get("state") or "",
            last_run=_time(stream.get("last_run")),
            lag_s=stream.get("lag_s"),
        )
        for name, stream in (answer.get("streams") or {}).items()
    }
    return Hello(
        contract_min=int(contract["min"]),
        contract_max=int(contract["max"]),
        server_time=server_time,
        odoo=answer.get("odoo") or "",
        addon=answer.get("addon") or "",
        database=answer.get("database") or "",
        user=answer.get("user") or "",
        company=answer.get("company") or {},
        key_expires_in_days=answer.get("key_expires_in_days"),
        source=answer.get("source"),
        streams=streams,
    )


def _wire_report(report: Report) -> dict[str, Any]:
    return {
        "state": report.state,
        "watermark": format_time(report.watermark) if report.watermark else None,
        "message": report.message,
        "full": report.full,
        "platform": report.platform,
        "agent": report.agent,
    }


def _push_answer(answer: Any) -> PushAnswer:
    status = answer["status"]
    if status not in ("ok", "repeated", "conflict"):
        raise ValueError(f"unknown status {status}")
    refusals = [
        Refusal(
            str(result["external_id"]),
            result.get("path") or "",
            result.get("reason") or "",
        )
        for result in answer.get("results") or ()
        if result["status"] == "rejected"
    ]
    counts = {str(k): int(n) for k, n in (answer.get("counts") or {}).items()}
    return PushAnswer(status, answer.get("cursor"), counts, refusals)


def _replay_answer(answer: Any) -> ReplayAnswer:
    results = [
        ReplayResult(
            kind=result["kind"],
            external_id=str(result["external_id"]),
            status=result["status"],
            path=result.get("path") or "",
            reason=result.get("reason") or "",
        )
        for result in answer["results"]
    ]
    refetch = [(item["kind"], str(item["external_id"])) for item in answer["refetch"]]
    return ReplayAnswer(results, refetch, int(answer["remaining"]))
