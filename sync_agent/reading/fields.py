"""Look into a platform's JSON so that each fault names its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from pydantic import ValidationError

from sync_agent.errors import Rejected
from sync_agent.i18n import _
from sync_agent.port import Item
from sync_agent.reading.faults import first_of
from sync_agent.records import KINDS, BadRecord, Envelope
from sync_agent.records.envelope import Kind

_ZERO = Decimal(0)
_MOST_DIGITS = 40


def utc_time(value: Any) -> datetime | None:
    """Return an ISO 8601 time as aware UTC (naive means UTC), else ``None``.

    "0000-00-00T00:00:00", empty text and ``null`` give ``None``.
    """
    if not isinstance(value, str):
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)


class Fields:
    """A JSON object and where it stands in the payload.

    Args:
        data: the object.
        path: its place, e.g. ``line_items[0]``; empty for the payload itself.

    Raises:
        Rejected: ``data`` is no object.
    """

    __slots__ = ("data", "path")

    def __init__(self, data: Any, path: str = "") -> None:
        self.path = path
        if not isinstance(data, dict):
            raise self.bad(
                "", _("an object was expected, not {type}", type=type(data).__name__)
            )
        self.data = data

    def bad(self, key: str, reason: str) -> Rejected:
        """Return the error for a field of this object."""
        path = f"{self.path}.{key}" if self.path and key else self.path or key
        return Rejected(None, path, reason)

    def get(self, key: str) -> Any:
        """Return the value as it is, ``None`` when missing."""
        return self.data.get(key)

    def text(self, key: str) -> str | None:
        """Return a text without white space around it, ``None`` when empty.

        What cannot be stored is taken out by the record itself.
        """
        value = self.data.get(key)
        if value is None or value == "":
            return None
        if not isinstance(value, str):
            if isinstance(value, bool) or not isinstance(value, int | Decimal):
                raise self.bad(
                    key, _("text was expected, not {type}", type=type(value).__name__)
                )
            return str(value)
        return value.strip() or None

    def ident(self, key: str) -> str | None:
        """Return an id as text; 0, empty and ``null`` mean none."""
        value = self.data.get(key)
        if value is None or value in ("", 0, "0"):
            return None
        if isinstance(value, bool) or not isinstance(value, int | str):
            raise self.bad(key, _("an id was expected (a whole number or text)"))
        return str(value)

    def number(self, key: str, default: Decimal | None = _ZERO) -> Decimal:
        """Return an exact number from text or JSON.

        Raises:
            Rejected: no number; or empty, when ``default`` is ``None``.
        """
        value = self.data.get(key)
        if value is None or value == "":
            if default is None:
                raise self.bad(key, _("a number is missing"))
            return default
        if isinstance(value, bool) or not isinstance(value, int | str | Decimal):
            raise self.bad(
                key, _("a number was expected, not {type}", type=type(value).__name__)
            )
        if isinstance(value, str) and len(value) > _MOST_DIGITS:
            raise self.bad(key, _("a number with too many digits"))
        try:
            number = Decimal(value)
        except InvalidOperation:
            raise self.bad(
                key, _("{value} is not a number", value=repr(str(value)[:20]))
            ) from None
        if not number.is_finite():
            raise self.bad(key, _("not a finite number"))
        return number

    def time(self, key: str) -> datetime | None:
        """Return a time as aware UTC, ``None`` when there is none."""
        return utc_time(self.data.get(key))

    def sub(self, key: str) -> Fields:
        """Return an object inside; an empty one when missing."""
        value = self.data.get(key)
        # PHP writes an empty map as []
        value = {} if value is None or value == [] else value
        return Fields(value, f"{self.path}.{key}" if self.path else key)

    def each(self, key: str) -> Iterator[Fields]:
        """Yield the objects of a list inside; none when missing.

        Raises:
            Rejected: no list, or something in it is no object.
        """
        value = self.data.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.bad(
                key, _("a list was expected, not {type}", type=type(value).__name__)
            )
        path = f"{self.path}.{key}" if self.path else key
        for index, item in enumerate(value):
            yield Fields(item, f"{path}[{index}]")


def make_item(
    kind: Kind,
    external_id: str,
    version: str,
    payload: Any,
    build: Callable[[Fields], dict[str, Any]],
) -> Item:
    """Return the record in its envelope, or a ``BadRecord`` that says what is wrong.

    ``build`` turns the payload into the fields of the record; it may raise
    ``Rejected``.
    """
    try:
        record = KINDS[kind].model_validate(build(Fields(payload)))
    except Rejected as error:
        path, reason = error.path, error.reason
    except ValidationError as error:
        path, reason = _first_fault(error)
    else:
        return Envelope(kind, external_id, version, record)
    return BadRecord(kind, external_id, version, path, reason, payload)


def _first_fault(error: ValidationError) -> tuple[str, str]:
    """Return path and reason of the first fault that pydantic found."""
    fault = first_of(error)
    path = ""
    for step in fault["loc"]:
        path += f"[{step}]" if isinstance(step, int) else f".{step}" if path else step
    return path, fault["msg"]
