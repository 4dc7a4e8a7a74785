"""Bulk operations: a question answered as a file of JSON lines."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from graphql import FieldNode, SelectionSetNode

from .execute import Shown
from .schema import checked, fields_of, operation_of
from .store import TABLES, Row, Store

_MOST_CONNECTIONS = 5
_DEEPEST = 2


class Refused(Exception):
    """A question that may not be asked in bulk."""


@dataclass(slots=True)
class Operation:
    """One bulk operation.

    Attributes:
        polls: questions after its state until it ends.
        outcome: ``COMPLETED``, ``FAILED`` (half the file), ``EXPIRED`` (no file).
        dead_addresses: so many addresses of the file have run out already.
    """

    id: str
    query: str
    data: bytes = b""
    roots: int = 0
    polls: int = 1
    outcome: str = "COMPLETED"
    dead_addresses: int = 0
    asked: int = field(default=0, init=False)
    cancelled: bool = field(default=False, init=False)

    @property
    def status(self) -> str:
        """Its status, as of the last question."""
        if self.cancelled:
            return "CANCELED"
        return "RUNNING" if self.asked <= self.polls else self.outcome

    def row(self, files: str) -> Row:
        """Return the operation as the API shows it."""
        ended = self.status == "COMPLETED"
        address = f"{files}/{self.id.rpartition('/')[2]}.jsonl?signature=s{self.asked}"
        return {
            "__typename": "BulkOperation",
            "id": self.id,
            "query": self.query,
            "status": self.status,
            "errorCode": "TIMEOUT" if self.status == "FAILED" else None,
            "url": address if ended else None,
            "partialDataUrl": address if self.status == "FAILED" else None,
            "objectCount": str(self.data.count(b"\n")),
            "rootObjectCount": str(self.roots),
        }

    def content(self) -> bytes:
        """Return the file: of a failed operation the first half."""
        return (
            self.data
            if self.status == "COMPLETED"
            else self.data[: len(self.data) // 2]
        )


def run(store: Store, operation: Operation) -> None:
    """Answer the question of an operation.

    Raises:
        Refused: the schema does not know it, or it is no question for bulk.
    """
    document, errors = checked(operation.query)
    if document is None or errors:
        raise Refused(str(errors[0]))
    (root,) = fields_of(operation_of(document).selection_set, "QueryRoot")
    if root.name.value not in TABLES:
        raise Refused("the question must begin with a connection")
    found = _connections(root, 1, in_list=False)
    if found > _MOST_CONNECTIONS:
        raise Refused(f"{found} connections; {_MOST_CONNECTIONS} are allowed")
    lines: list[str] = []
    with store.lock:
        rows = store.in_order(root.name.value)
        for row in rows:
            _write(row, _node_of(root), lines, None)
    operation.roots = len(rows)
    operation.data = ("\n".join(lines) + "\n").encode() if lines else b""


def _node_of(connection: FieldNode) -> SelectionSetNode:
    (edges,) = fields_of(connection.selection_set, "")  # type: ignore[arg-type]
    (node,) = fields_of(edges.selection_set, "")  # type: ignore[arg-type]
    assert node.selection_set is not None
    return node.selection_set


def _is_connection(field_: FieldNode) -> bool:
    chosen = field_.selection_set
    return bool(chosen) and any(
        f.name.value in ("edges", "nodes")
        for f in fields_of(chosen, "")  # type: ignore[arg-type]
    )


def _connections(connection: FieldNode, depth: int, *, in_list: bool) -> int:
    if depth > _DEEPEST:
        raise Refused("connections are nested deeper than two levels")
    total = 1
    for each in fields_of(_node_of(connection), ""):
        if _is_connection(each):
            total += _connections(each, depth + 1, in_list=in_list)
        elif each.selection_set and any(
            _is_connection(inner) for inner in fields_of(each.selection_set, "")
        ):
            raise Refused(f"{each.name.value} is a list that holds a connection")
    return total


def _write(
    row: Row, chosen: SelectionSetNode, lines: list[str], parent: str | None
) -> None:
    shown: Row = {}
    below: list[FieldNode] = []
    for field_ in fields_of(chosen, ""):
        if _is_connection(field_):
            below.append(field_)
            continue
        one = SelectionSetNode(selections=(field_,))
        shown |= Shown({}).row(row, one, []) or {}
    if parent:
        shown["__parentId"] = parent
    lines.append(json.dumps(shown))
    for field_ in below:
        for child in row.get(field_.name.value) or ():
            _write(child, _node_of(field_), lines, row["id"])


def state_rows(operations: dict[str, Operation], files: str) -> list[dict[str, Any]]:
    """Return all operations, the newest first."""
    return [each.row(files) for each in reversed(operations.values())]
