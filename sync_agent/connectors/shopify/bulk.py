"""A first reading as one large file: a bulk operation and its JSON lines.

A bulk question may not hold lists of lists, so refunds and tracking events are not in
the file: an order that has some is fetched whole, all others are taken as they come.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

import structlog

from sync_agent.errors import Fatal, Incomplete, NeedsCredentials, Retryable
from sync_agent.i18n import _
from sync_agent.port import Json
from sync_agent.transport.walk import Step

from . import queries
from .client import ShopifyClient, row_key

log = structlog.get_logger(__name__)

_AT_ONCE = 100
_LONGEST_PAUSE_S = 30.0
_GOING = ("CREATED", "RUNNING", "CANCELING")
_CHILDREN = {"LineItem": "lineItems", "ShippingLine": "shippingLines"}
_UNTRACKED = frozenset(
    {"FULFILLED", "MARKED_AS_FULFILLED", "SUBMITTED", "LABEL_PURCHASED", "CANCELED"}
)


def is_whole(row: Json) -> bool:
    """Tell whether an order of the file lacks nothing: no refunds, no tracking."""
    return not row.get("refunds") and all(
        parcel.get("displayStatus") in _UNTRACKED
        for parcel in row.get("fulfillments") or ()
    )


@dataclass(slots=True)
class Bulk:
    """One bulk operation over the orders.

    Attributes:
        client: of the shop.
        failed: the file is not whole; the rest has to be read otherwise.
        given: marks of the orders of such a file, which need not be read again.
    """

    client: ShopifyClient
    failed: bool = False
    given: set[int] = field(default_factory=set)

    def start(self) -> str | None:
        """Start an operation, or find the one that a killed run had started.

        Returns:
            Its id; ``None`` when Shopify refuses one now.
        """
        for each in self.client.ask(queries.BULK_LIST)["bulkOperations"]["nodes"]:
            if each["status"] in _GOING and each["query"] == queries.BULK_ORDERS:
                return str(each["id"])
        data = self.client.ask(queries.BULK_RUN, {"query": queries.BULK_ORDERS})
        result = data.get("bulkOperationRunQuery") or {}
        operation, errors = result.get("bulkOperation"), result.get("userErrors")
        if operation and not errors:
            return str(operation["id"])
        log.warning("bulk_refused", said=[each.get("message") for each in errors or ()])
        return None

    def steps(self, operation: str, at: int | None, seen: int) -> Iterator[Step[Json]]:
        """Yield the orders of the file.

        Args:
            operation: its id.
            at: byte of the file to begin with.
            seen: orders of it before that.

        Raises:
            Incomplete: the file holds fewer orders than Shopify counted.
        """
        state = self._wait(operation)
        url = state.get("url") or state.get("partialDataUrl")
        self.failed = state.get("status") != "COMPLETED"
        total = int(state.get("rootObjectCount") or 0)
        if self.failed:
            log.warning(
                "bulk_failed", status=state.get("status"), code=state.get("errorCode")
            )
        if url:
            for step in self._read(operation, str(url), at or 0, seen, total):
                seen = step.offset
                yield step
        if not self.failed and seen != total:
            raise Incomplete(
                _(
                    "Shopify's file holds {seen} orders instead of {total}.",
                    seen=seen,
                    total=total,
                ),
                _("It is read anew at the next run; tell Shopify if it stays so."),
            )

    def _wait(self, operation: str) -> Json:
        """Return the operation once it has ended; give it up when it takes too long."""
        clock = self.client.tools.clock
        started, pause = clock.monotonic(), 1.0
        longest = self.client.settings.bulk_wait_minutes * 60
        while True:
            state: Json = self.client.ask(queries.BULK_STATE, {"id": operation})
            state = state.get("node") or {"status": "GONE"}
            if state["status"] not in _GOING:
                return state
            if clock.monotonic() - started > longest:
                self.client.ask(queries.BULK_CANCEL, {"id": operation})
                return {"status": "GIVEN_UP"}
            clock.sleep(pause)
            pause = min(_LONGEST_PAUSE_S, pause * 2)

    def _read(
        self, operation: str, url: str, at: int, seen: int, total: int
    ) -> Iterator[Step[Json]]:
        rows: list[Json] = []
        for row, end in self._rows(self._lines(operation, url, at)):
            if self.failed:
                self.given.add(mark_of(row))
            rows.append(row)
            if len(rows) >= _AT_ONCE:
                seen += len(rows)
                yield Step(rows, end, seen, total)
                rows, at = [], end
            at = end
        if rows:
            yield Step(rows, at, seen + len(rows), total)

    def _rows(self, lines: Iterator[tuple[bytes, int]]) -> Iterator[tuple[Json, int]]:
        """Yield orders with their children, which follow them, and where each ends.

        Of a file that is not whole the last order is left out: children may lack.
        """
        order: Json | None = None
        end = 0
        for line, after in lines:
            if not line.strip():
                continue
            found = _parsed(line)
            if found is None:
                if self.failed:  # the file ends in the middle of a line
                    return
                raise Retryable(
                    _("Shopify's file has a line that is not JSON."),
                    _("It is read anew at the next run."),
                )
            parent = found.pop("__parentId", None)
            if parent is None:
                if order is not None:
                    yield order, end
                order = {**found, "lineItems": {"nodes": []}}
                order["shippingLines"] = {"nodes": []}
            elif order is None or parent != order["id"]:
                raise Incomplete(
                    _("Shopify's file names a parent that does not stand before it."),
                    _("It is read anew at the next run."),
                )
            else:
                order[_CHILDREN[found["__typename"]]]["nodes"].append(found)
            end = after
        if order is not None and not self.failed:
            yield order, end

    def _lines(self, operation: str, url: str, at: int) -> Iterator[tuple[bytes, int]]:
        """Yield the lines of the file; an address that ran out is asked for again."""
        for is_last in (False, True):
            try:
                for line, after in self._download(url, at):
                    yield line, after
                    at = after
            except (NeedsCredentials, Fatal) as error:
                if is_last:
                    log.warning("bulk_file_lost", reason=error.message)
                    self.failed = True
                    return
                state = self.client.ask(queries.BULK_STATE, {"id": operation})
                node = state.get("node") or {}
                url = str(node.get("url") or node.get("partialDataUrl") or url)
            else:
                return

    def _download(self, url: str, at: int) -> Iterator[tuple[bytes, int]]:
        parts = urlsplit(url)
        # another server: the token stays here, and the address is a key itself
        http = self.client.settings.connect(
            self.client.tools,
            f"{parts.scheme}://{parts.netloc}",
            secrets=[parts.query] if parts.query else [],
        )
        try:
            yield from http.lines(f"{parts.path}?{parts.query}", start=at)
        finally:
            http.close()


def mark_of(row: Json) -> int:
    """Return a small mark of an order in the state it was seen."""
    return hash((row["id"], row.get("updatedAt")))


def _parsed(line: bytes) -> Json | None:
    try:
        found: Any = json.loads(line, parse_float=Decimal)
    except ValueError:
        return None
    return found if isinstance(found, dict) else None


def ids_of(rows: Sequence[Json]) -> list[str]:
    """Return the numbers of rows."""
    return [str(row_key(row)) for row in rows]
