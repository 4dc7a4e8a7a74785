"""The envelope that carries a record to the door, and a record that went bad."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import Any, Literal

from sync_agent.records.customer import Customer
from sync_agent.records.event import Cart, Review, Visit
from sync_agent.records.fields import Record, clean_text
from sync_agent.records.order import Order
from sync_agent.records.product import Product
from sync_agent.records.shipment import Shipment

CONTRACT = 1
"""Version of the contract of the door that this agent speaks."""

Kind = Literal["customer", "product", "order", "shipment", "review", "cart", "visit"]

KINDS: dict[str, type[Record]] = {
    "customer": Customer,
    "product": Product,
    "order": Order,
    "shipment": Shipment,
    "review": Review,
    "cart": Cart,
    "visit": Visit,
}


def canonical_json(data: Any) -> str:
    """Return the one JSON text of ``data`` that both sides hash: sorted, no spaces."""
    return json.dumps(data, sort_keys=True, ensure_ascii=False, separators=(",", ":"))


def payload_hash(data: Any) -> str:
    """Return the first 32 hex digits of SHA-256 over :func:`canonical_json`."""
    return hashlib.sha256(canonical_json(data).encode()).hexdigest()[:32]


def _storable(value: Any) -> Any:
    """Return ``value`` (JSON) with every text cleaned, for payloads kept as is."""
    if isinstance(value, str):
        return clean_text(value)
    if isinstance(value, dict):
        return {clean_text(str(k)): _storable(v) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_storable(v) for v in value]
    return value


@dataclass(frozen=True, slots=True)
class Envelope:
    """A record on its way.

    Attributes:
        external_id: the platform's id of it, as text.
        version: sortable text, see :func:`sync_agent.records.fields.version_of`.
        data: the record; ``None`` says *gone* (only the reconcile may say it).
    """

    kind: Kind
    external_id: str
    version: str
    data: Record | None

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form the door takes."""
        return {
            "kind": self.kind,
            "external_id": self.external_id,
            "version": self.version,
            "data": None if self.data is None else self.data.to_wire(),
        }


@dataclass(frozen=True, slots=True)
class BadRecord:
    """A platform's record that could not be read: kept in Odoo with the reason.

    Attributes:
        path: where in the payload, e.g. ``line_items[0].total``.
        reason: what is wrong and what to do, for a person.
        payload: what the platform sent (JSON).
    """

    kind: Kind
    external_id: str
    version: str
    path: str
    reason: str
    payload: Any

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form: the raw payload with the error beside it."""
        return {
            "kind": self.kind,
            "external_id": clean_text(self.external_id) or "?",
            "version": self.version,
            "data": _storable(self.payload),
            "error": {
                "path": clean_text(self.path),
                "reason": clean_text(self.reason),
            },
        }
