"""Turns the rows of one record into an envelope, or into a bad record."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from pydantic import ValidationError

from sync_agent.connectors.file.binding import (
    Binding,
    RowProblem,
    Values,
    check_readable,
)
from sync_agent.connectors.file.line_files import OrderLines
from sync_agent.connectors.file.nesting import nested, with_state
from sync_agent.connectors.file.orders import OrderBuilder
from sync_agent.connectors.file.table import LOST_DIGITS, Row
from sync_agent.connectors.file.targets import ADDRESS_KINDS, FileKind
from sync_agent.connectors.file.values import CellError, plain
from sync_agent.i18n import _
from sync_agent.reading.faults import first_of
from sync_agent.records import KINDS, BadRecord, Envelope
from sync_agent.records.fields import version_of

_ROWS_KEPT = 50


def build(
    binding: Binding,
    external_id: str,
    rows: Sequence[Row],
    lines: OrderLines | None = None,
) -> Envelope | BadRecord:
    """Return the record of some rows that share an id.

    Args:
        binding: the mapping of the file.
        external_id: ``""`` when the rows have none; that is refused.
        rows: at least one.
        lines: of an order, where they stand in a file of their own.
    """
    kind = binding.layout.kind
    try:
        _check_readable(binding, external_id, rows)
        version = _version(binding, rows)
        if kind == "order":
            data = OrderBuilder(binding, external_id, rows, lines).build()
        else:
            data = _BUILDERS[kind](binding, rows)
        try:
            record = KINDS[kind].model_validate(data)
            if not 0 < len(external_id) <= 200:  # noqa: PLR2004 - Ident of the records
                raise RowProblem(
                    rows[0].number,
                    binding.layout.id[0],
                    _("an id has at most 200 signs"),
                )
        except ValidationError as error:
            first = first_of(error)
            column = binding.column_of(first["loc"])
            raise RowProblem(rows[0].number, column, str(first["msg"])) from None
    except RowProblem as problem:
        return _bad(binding, external_id, rows, problem)
    return Envelope(kind, external_id, version, record)


def _check_readable(binding: Binding, external_id: str, rows: Sequence[Row]) -> None:
    for row in rows:
        check_readable(row)
    heads = " + ".join(binding.layout.id)
    if not external_id:
        raise RowProblem(
            rows[0].number, heads, _("the row has no id; fill it in the file")
        )
    try:
        binding.reader.text(external_id)
    except CellError as error:
        raise RowProblem(rows[0].number, heads, str(error)) from None


def _version(binding: Binding, rows: Sequence[Row]) -> str:
    place = binding.version_place
    if place is None:
        return ""
    stamps = []
    for row in rows:
        if text := plain(row.cells[place]):
            try:
                stamps.append(binding.reader.time(text))
            except CellError as error:
                head = binding.heads[place]
                raise RowProblem(row.number, head, str(error)) from None
    return version_of(*stamps)


def _bad(
    binding: Binding, external_id: str, rows: Sequence[Row], problem: RowProblem
) -> BadRecord:
    name = binding.path.name
    return BadRecord(
        kind=binding.layout.kind,
        external_id=external_id.replace(LOST_DIGITS, "") or f"{name}#{rows[0].number}",
        version="",
        path=_place(problem.file or name, problem),
        reason=_(
            "{reason}. Correct the row and import the file again.",
            reason=problem.reason,
        ),
        payload={
            "file": name,
            "rows": [_shown(binding, row) for row in rows[:_ROWS_KEPT]],
        },
    )


def _place(name: str, problem: RowProblem) -> str:
    if not problem.column:
        return _("{file} row {number}", file=name, number=problem.number)
    return _(
        '{file} row {number}, column "{column}"',
        file=name,
        number=problem.number,
        column=problem.column,
    )


def _shown(binding: Binding, row: Row) -> dict[str, Any]:
    if row.reason:
        return {"row": row.number, "cells": list(row.cells)}
    filled = zip(binding.heads, row.cells, strict=True)
    return {"row": row.number, **{head: cell for head, cell in filled if cell.strip()}}


def _build_customer(binding: Binding, rows: Sequence[Row]) -> Values:
    data = nested(binding.head(rows, last=True))
    addresses = [data.pop(place, None) for place in ADDRESS_KINDS]
    data["addresses"] = [a for a in addresses if a and len(a) > 1]
    return data


def _build_plain(binding: Binding, rows: Sequence[Row]) -> Values:
    return nested(binding.head(rows, last=True))


def _build_shipment(binding: Binding, rows: Sequence[Row]) -> Values:
    data = nested(with_state(binding.layout, binding.head(rows, last=False)))
    events = (binding.section("event", row) for row in rows)
    data["events"] = [
        with_state(binding.layout, event)
        for event in events
        # the state's column may be that of the parcel: alone it is no scan
        if event.keys() - {"state", "state_raw"}
    ]
    return data


_BUILDERS: dict[FileKind, Callable[[Binding, Sequence[Row]], Values]] = {
    "customer": _build_customer,
    "product": _build_plain,
    "shipment": _build_shipment,
    "review": _build_plain,
}
