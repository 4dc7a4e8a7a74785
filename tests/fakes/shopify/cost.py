"""What a question costs, and the bucket of points."""

from __future__ import annotations

import time
from typing import Any

from graphql import (
    FieldNode,
    InlineFragmentNode,
    SelectionSetNode,
    value_from_ast_untyped,
)

MOST = 1000
"""A dearer question is refused, however full the bucket is."""


def cost_of(chosen: SelectionSetNode | None, variables: dict[str, Any]) -> int:
    """Return the points of a selection: objects 1, lists by what they may bring."""
    total = 0
    for node in chosen.selections if chosen else ():
        if isinstance(node, InlineFragmentNode):
            total += cost_of(node.selection_set, variables)
        elif isinstance(node, FieldNode) and node.selection_set:
            inner = cost_of(node.selection_set, variables)
            given = {a.name.value: a.value for a in node.arguments or ()}
            values = {k: value_from_ast_untyped(v, variables) for k, v in given.items()}
            rows = values.get("first") or len(values.get("ids") or ()) or None
            total += 1 + inner if rows is None else 2 + int(rows) * (1 + inner)
    return total


class Bucket:
    """Points that come back with time.

    Attributes:
        size: points at most.
        restore: points a second.
    """

    def __init__(self, size: float = 2000, restore: float = 100) -> None:
        self.size = size
        self.restore = restore
        self.available = size
        self._at = time.monotonic()
        self.refused = 0

    def take(self, points: float, actual: float) -> bool:
        """Take the points of a question, ``False`` when there are too few."""
        now = time.monotonic()
        back = (now - self._at) * self.restore
        self._at, self.available = now, min(self.size, self.available + back)
        if points > self.available:
            self.refused += 1
            return False
        self.available -= actual
        return True

    def told(self, asked: int) -> dict[str, Any]:
        """Return what stands beside each answer."""
        return {
            "cost": {
                "requestedQueryCost": asked,
                "actualQueryCost": asked,
                "throttleStatus": {
                    "maximumAvailable": self.size,
                    "currentlyAvailable": int(self.available),
                    "restoreRate": self.restore,
                },
            }
        }
