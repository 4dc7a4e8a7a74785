"""Puts flat values (``customer.email``) into the shape of a record."""

from __future__ import annotations

from typing import Any, get_args

from sync_agent.connectors.file.binding import Values
from sync_agent.connectors.file.mapping import Layout
from sync_agent.connectors.file.targets import ADDRESS_KINDS, FileKind
from sync_agent.records.order import OrderState
from sync_agent.records.shipment import ShipmentState

_STATES: dict[FileKind, frozenset[str]] = {
    "order": frozenset(get_args(OrderState)),
    "shipment": frozenset(get_args(ShipmentState)),
}


def nested(values: Values) -> dict[str, Any]:
    """Return ``{"a.b": 1}`` as ``{"a": {"b": 1}}``; addresses get their kind."""
    data: dict[str, Any] = {}
    for path, value in values.items():
        head, _, rest = path.partition(".")
        if rest:
            data.setdefault(head, {})[rest] = value
        else:
            data[head] = value
    for place in ADDRESS_KINDS:
        if isinstance(data.get(place), dict):
            data[place]["kind"] = place
    return data


def with_state(layout: Layout, values: Values) -> Values:
    """Translate ``state``; a word that nobody explained becomes ``unknown``."""
    known = _STATES[layout.kind]
    raw = str(values.get("state", ""))
    states = {_fold(word): _fold(state) for word, state in layout.states.items()}
    state = states.get(_fold(raw), _fold(raw))
    if state not in known:
        state = "unknown"
    if raw and _fold(raw) != state:
        values.setdefault("state_raw", raw)
    return values | {"state": state}


def _fold(word: str) -> str:
    return "_".join(word.lower().split())
