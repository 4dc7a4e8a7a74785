"""What the Admin API answers, question by question."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from graphql import FieldNode

from .bulk import Operation, Refused, run, state_rows
from .cost import MOST, Bucket, cost_of
from .execute import Row, Shown
from .schema import checked, fields_of, operation_of
from .search import fits
from .store import TABLES, Store

SCOPES = (
    *("read_orders", "read_all_orders", "read_customers", "read_products"),
    "read_fulfillments",
)


class Api:
    """Answers checked questions from a store.

    Attributes:
        scopes: of the app; without ``read_all_orders`` old orders are not there.
        hidden: fields that the app may not see.
        denied: lists that the app may not see.
        inner_errors: ids whose record makes the shop fail.
        bulk_refusal: code of the error that refuses bulk operations.
        bulk_options: of the operations to come.
        asked: names of the questions asked.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.bucket = Bucket()
        self.scopes: tuple[str, ...] = SCOPES
        self.hidden: frozenset[str] = frozenset()
        self.denied: set[str] = set()
        self.inner_errors: set[str] = set()
        self.bulk_refusal = ""
        self.bulk_options: Row = {}
        self.operations: dict[str, Operation] = {}
        self.files = ""
        self.oldest: str = ""
        self.asked: list[str] = []

    def answer(self, body: bytes) -> Row:
        """Return the answer for a request's body."""
        question = json.loads(body)
        query, variables = question["query"], question.get("variables") or {}
        document, errors = checked(query)
        if document is None or errors:
            return {"errors": [{"message": str(e.message)} for e in errors]}
        operation = operation_of(document)
        self.asked.append(operation.name.value if operation.name else "")
        asked = cost_of(operation.selection_set, variables)
        if asked > MOST:
            return {"errors": [_too_dear(asked)], "extensions": self.bucket.told(asked)}
        if not self.bucket.take(asked, asked / 5):
            told = self.bucket.told(asked)
            return {"errors": [_error("Throttled", "THROTTLED")], "extensions": told}
        with self.store.lock:
            reply = self._data(fields_of(operation.selection_set, ""), variables)
        return {**reply, "extensions": self.bucket.told(asked)}

    def _data(self, fields: list[FieldNode], variables: Row) -> Row:
        shown, data = Shown(variables, self.hidden), {}
        for node in fields:
            name = node.name.value
            try:
                data[name] = self._root(name)(node, shown)
            except _Failure as failure:
                return {"data": None, "errors": [failure.args[0]]}
        reply: Row = {"data": data}
        if shown.errors:
            reply["errors"] = shown.errors
        return reply

    def _root(self, name: str) -> Callable[[FieldNode, Shown], Any]:
        if name in TABLES:
            return self._list
        if name.endswith("Count"):
            return self._count
        known = {
            "nodes": self._nodes,
            "node": self._node,
            "shop": self._shop,
            "currentAppInstallation": self._installation,
            "bulkOperations": self._bulk_list,
            "bulkOperationRunQuery": self._bulk_run,
            "bulkOperationCancel": self._bulk_cancel,
        }
        return known[name]

    def _rows(self, table: str) -> list[Row]:
        if table in self.denied:
            raise _Failure(_error(f"Access denied for {table} field.", "ACCESS_DENIED"))
        rows = self.store.in_order(table)
        if table == "orders" and self.oldest:
            rows = [row for row in rows if row["createdAt"] >= self.oldest]
        return rows

    def _list(self, node: FieldNode, shown: Shown) -> Any:
        given = shown.arguments(node)
        rows = self._rows(node.name.value)
        found = [row for row in rows if fits(row, given.get("query"))]
        return shown.many(found, node, [node.name.value])

    def _count(self, node: FieldNode, shown: Shown) -> Any:
        total = len(self._rows(node.name.value.removesuffix("Count")))
        return shown.row({"count": total}, node.selection_set, [node.name.value])

    def _found(self, gid: str) -> Row | None:
        if gid in self.inner_errors:
            raise _Failure(_error("Internal error.", "INTERNAL_SERVER_ERROR"))
        if gid in self.operations:
            operation = self.operations[gid]
            operation.asked += 1
            return operation.row(self.files)
        row = self.store.node(gid)
        is_old = (
            bool(row)
            and row["__typename"] == "Order"
            and self.oldest > row["createdAt"]
        )  # type: ignore[index]
        return None if is_old else row

    def _nodes(self, node: FieldNode, shown: Shown) -> Any:
        ids = shown.arguments(node)["ids"]
        return [
            shown.row(self._found(gid), node.selection_set, ["nodes", i])
            for i, gid in enumerate(ids)
        ]

    def _node(self, node: FieldNode, shown: Shown) -> Any:
        found = self._found(shown.arguments(node)["id"])
        return shown.row(found, node.selection_set, ["node"])

    def _shop(self, node: FieldNode, shown: Shown) -> Any:
        shop = {
            "name": "Tee & Tasse",
            "currencyCode": self.store.currency,
            "createdAt": self.store.created_at,
        }
        return shown.row(shop, node.selection_set, ["shop"])

    def _installation(self, node: FieldNode, shown: Shown) -> Any:
        row = {"accessScopes": [{"handle": handle} for handle in self.scopes]}
        return shown.row(row, node.selection_set, ["currentAppInstallation"])

    def _bulk_list(self, node: FieldNode, shown: Shown) -> Any:
        return shown.many(state_rows(self.operations, self.files), node, [])

    def _bulk_run(self, node: FieldNode, shown: Shown) -> Any:
        query = shown.arguments(node)["query"]
        result: Row = {"bulkOperation": None, "userErrors": []}
        operation = Operation(
            self.store.gid("BulkOperation"), query, **self.bulk_options
        )
        try:
            run(self.store, operation)
        except Refused as refused:
            result["userErrors"] = [{"code": "INVALID", "message": str(refused)}]
        if self.bulk_refusal:
            error = {"code": self.bulk_refusal, "message": "A bulk query is running."}
            result["userErrors"] = [error]
        if not result["userErrors"]:
            self.operations[operation.id] = operation
            result["bulkOperation"] = operation.row(self.files)
        return shown.row(result, node.selection_set, [])

    def _bulk_cancel(self, node: FieldNode, shown: Shown) -> Any:
        self.operations[shown.arguments(node)["id"]].cancelled = True
        return shown.row({"userErrors": []}, node.selection_set, [])


class _Failure(Exception):
    """A question that fails as a whole."""


def _error(message: str, code: str) -> Row:
    return {"message": message, "extensions": {"code": code}}


def _too_dear(asked: int) -> Row:
    message = f"Query cost is {asked}, which exceeds the single query max cost limit"
    return _error(f"{message} ({MOST}).", "MAX_COST_EXCEEDED")
