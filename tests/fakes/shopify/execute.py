"""Answers a checked question from rows in memory: a small part of GraphQL."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from graphql import FieldNode, SelectionSetNode, value_from_ast_untyped

from .schema import fields_of

Row = dict[str, Any]
Values = dict[str, Any]


class Shown:
    """Shows rows as they were asked for.

    Args:
        variables: of the question.
        hidden: fields that the app may not see: they are ``null``.
    """

    def __init__(self, variables: Values, hidden: frozenset[str] = frozenset()) -> None:
        self.variables = variables
        self.hidden = hidden
        self.errors: list[Row] = []

    def arguments(self, node: FieldNode) -> Values:
        """Return the arguments of a field with the variables put in."""
        return {
            a.name.value: value_from_ast_untyped(a.value, self.variables)
            for a in node.arguments or ()
        }

    def row(
        self, row: Row | None, chosen: SelectionSetNode | None, path: Sequence[Any]
    ) -> Row | None:
        """Return what was asked of a row."""
        if row is None or chosen is None:
            return None
        shown: Row = {}
        for node in fields_of(chosen, str(row.get("__typename", ""))):
            name = node.name.value
            key = node.alias.value if node.alias else name
            shown[key] = self._field(row, node, [*path, key])
        return shown

    def _field(self, row: Row, node: FieldNode, path: list[Any]) -> Any:
        name = node.name.value
        if name in self.hidden:
            self.errors.append(denied(name, path))
            return None
        value = row.get(name)
        if node.selection_set is None:
            return value
        if isinstance(value, list):
            return self.many(value, node, path)
        return self.row(value, node.selection_set, path)

    def many(self, rows: list[Row], node: FieldNode, path: list[Any]) -> Any:
        """Return a list or a connection, cut to the page that was asked for."""
        given = self.arguments(node)
        asked = {f.name.value for f in fields_of(node.selection_set, "")}  # type: ignore[arg-type]
        if given.get("reverse"):
            rows = rows[::-1]
        if not asked & {"nodes", "edges"}:
            rows = rows[: given.get("first") or len(rows)]
            return [
                self.row(r, node.selection_set, [*path, i]) for i, r in enumerate(rows)
            ]
        start = int(given.get("after") or 0)
        end = start + int(given.get("first") or len(rows))
        return self._connection(rows, start, end, node, path)

    def _connection(
        self, rows: list[Row], start: int, end: int, node: FieldNode, path: list[Any]
    ) -> Row:
        page = rows[start:end]
        shown: Row = {}
        for field in fields_of(node.selection_set, ""):  # type: ignore[arg-type]
            name = field.name.value
            if name == "nodes":
                shown[name] = [
                    self.row(row, field.selection_set, [*path, name, i])
                    for i, row in enumerate(page)
                ]
            elif name == "pageInfo":
                info = {"hasNextPage": end < len(rows), "endCursor": str(end)}
                shown[name] = self.row(info, field.selection_set, [*path, name])
        return shown


Root = Callable[[FieldNode, Shown], Any]


def denied(name: str, path: list[Any]) -> Row:
    """Return the error for a field that needs Shopify's approval."""
    return {
        "message": f"This app is not approved to access the {name} field.",
        "path": path,
        "extensions": {"code": "ACCESS_DENIED"},
    }
