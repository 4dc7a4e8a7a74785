"""Which fields of a record a column can be mapped to, derived from the records.

A target is a dotted path: ``email``, ``customer.external_id``, ``main.city``,
``line.net``, ``charges.shipping.total``, ``refund.line.sku``, ``event.at``.
"""

from __future__ import annotations

import types
from collections.abc import Iterator
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel

from sync_agent.records import (
    Address,
    Charge,
    Customer,
    Order,
    OrderLine,
    Product,
    Refund,
    RefundLine,
    Review,
    Shipment,
    TrackingEvent,
)
from sync_agent.records.order import ChargeKind

FileKind = Literal["customer", "product", "order", "shipment", "review"]
CellType = Literal["text", "decimal", "time", "yes_no", "list", "word"]

FILE_KINDS: tuple[FileKind, ...] = get_args(FileKind)
CHARGE_KINDS: tuple[str, ...] = get_args(ChargeKind)
ADDRESS_KINDS = ("main", "billing", "shipping")
GROUPED = frozenset({"order", "shipment"})
"""Kinds that may take several rows."""

REQUIRED: dict[FileKind, tuple[str, ...]] = {
    "customer": ("name",),
    "product": ("name",),
    "order": ("state", "ordered_at", "currency"),
    "shipment": ("state",),
    "review": ("at",),
}
_RECORDS: dict[FileKind, type[BaseModel]] = {
    "customer": Customer,
    "product": Product,
    "order": Order,
    "shipment": Shipment,
    "review": Review,
}


@cache
def targets(kind: FileKind) -> dict[str, CellType]:
    """Return every target of a kind with the type of its cells."""
    found = dict(_fields(_RECORDS[kind]))
    if kind == "customer":
        for place in ADDRESS_KINDS:
            found |= _fields(Address, f"{place}.", skip=("kind",))
    if kind == "order":
        found |= _fields(OrderLine, "line.") | _percent("line.")
        found |= _fields(Charge, "charge.") | _percent("charge.")
        for charge in CHARGE_KINDS:
            prefix = f"charges.{charge}."
            found |= _fields(Charge, prefix, skip=("kind",)) | _percent(prefix)
        found |= _fields(Refund, "refund.")
        found |= _fields(RefundLine, "refund.line.") | _percent("refund.line.")
        found |= _fields(Charge, "refund.charge.") | _percent("refund.charge.")
        for place in ("billing", "shipping"):
            found.pop(f"{place}.kind", None)
    if kind == "shipment":
        found |= _fields(TrackingEvent, "event.")
    return found


def _percent(prefix: str) -> dict[str, CellType]:
    return {f"{prefix}tax_percent": "decimal"}


def _fields(
    model: type[BaseModel], prefix: str = "", skip: tuple[str, ...] = ()
) -> dict[str, CellType]:
    return {
        path: kind
        for path, kind in _walk(model, prefix)
        if path.removeprefix(prefix) not in skip
    }


def _walk(model: type[BaseModel], prefix: str) -> Iterator[tuple[str, CellType]]:
    for name, info in model.model_fields.items():
        kind = _bare(info.annotation)
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            yield from _walk(kind, f"{prefix}{name}.")
            continue
        cell = _cell_type(kind)
        if cell is not None:
            yield prefix + name, cell


def _bare(annotation: Any) -> Any:
    """Return an annotation without ``Annotated`` and ``| None``."""
    while True:
        if get_origin(annotation) in {Union, types.UnionType}:
            annotation = next(a for a in get_args(annotation) if a is not type(None))
        elif hasattr(annotation, "__metadata__"):
            annotation = annotation.__origin__
        else:
            return annotation


def _cell_type(kind: Any) -> CellType | None:
    """Return the cell type of a bare annotation; ``None`` for lists of records."""
    if get_origin(kind) is tuple:
        return "list" if _bare(get_args(kind)[0]) is str else None
    if get_origin(kind) is Literal:
        return "word"
    simple: dict[Any, CellType] = {
        str: "text",
        Decimal: "decimal",
        datetime: "time",
        bool: "yes_no",
    }
    return simple[kind]
