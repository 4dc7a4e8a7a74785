"""Reads the contract's JSON: types checked field by field, refused with the exact path.

Written by hand and table-driven, because it runs for every record inside a
transaction: about 30 microseconds an order. The shapes are those of
``docs/contract.md``; ``tests/data/contract/schema.json`` says the same and a test
holds both together.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from .refusal import Refusal

Converter = Callable[[Any], Any]
Record = dict[str, Any]

_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.[0-9]{1,6})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_SURROGATE = re.compile("[\ud800-\udfff]")
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
MAX_IDENT = 200
MAX_COUNT = 2**31 - 1
"""Most characters of an external id."""


_encode = json.JSONEncoder(
    sort_keys=True,
    ensure_ascii=False,
    allow_nan=False,
    separators=(",", ":"),
    check_circular=False,
).encode


def canonical(data: Any) -> str:
    """Return the one JSON text of ``data`` that both sides hash: sorted, no spaces.

    :raises ValueError: a number is not finite
    """
    return _encode(data)


def payload_hash(text: str) -> str:
    """Return the first 32 hex digits of SHA-256 of :func:`canonical` text."""
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def clean_text(value: str) -> str:
    """Return ``value`` without NUL, with U+FFFD for each lone surrogate."""
    if _UNSTORABLE.search(value):
        return _UNSTORABLE.sub(lambda m: "" if m[0] == "\x00" else "\ufffd", value)
    return value


def needs_cleaning(canonical_text: str) -> bool:
    """Return whether JSON text holds what PostgreSQL or UTF-8 cannot store."""
    return "\\u0000" in canonical_text or bool(_SURROGATE.search(canonical_text))


def cleaned(data: Any) -> Any:
    """Return a copy of JSON ``data`` with every text cleaned, keys too.

    What JSON has no word for (NaN, Infinity) becomes text, to be refused by its place.
    """
    if isinstance(data, str):
        return clean_text(data)
    if isinstance(data, dict):
        return {clean_text(str(key)): cleaned(item) for key, item in data.items()}
    if isinstance(data, list):
        return [cleaned(item) for item in data]
    if isinstance(data, float) and not math.isfinite(data):
        return str(data)
    return data


def storable(data: Any) -> bool:
    """Return whether JSON ``data`` can be stored as it is."""
    try:
        return not needs_cleaning(canonical(data))
    except ValueError:
        return False


def text(value: Any) -> str:
    """Return text without white space at its ends."""
    if type(value) is not str:
        raise Refusal("", "not_text", kind=type(value).__name__)
    return value.strip()


def ident(value: Any) -> str:
    """Return an external id: text of 1 to 200 characters.

    A number is refused: whoever made it a number may have lost digits already.
    """
    if type(value) is not str:
        raise Refusal("", "id_not_text", kind=type(value).__name__)
    ident: str = value.strip()
    if not ident or len(ident) > MAX_IDENT:
        raise Refusal("", "id_length", limit=MAX_IDENT)
    return ident


def number(value: Any) -> Decimal:
    """Return an exact decimal from its text."""
    if type(value) is not str:
        raise Refusal("", "number_not_text", kind=type(value).__name__)
    if not _NUMBER.fullmatch(value):
        raise Refusal("", "not_number", value=value[:60])
    return Decimal(value)


def count(value: Any) -> int:
    """Return a whole number that an integer column holds, from 0."""
    if type(value) is not int or not 0 <= value <= MAX_COUNT:
        said = {"value": str(value)[:60], "allowed": f"0 - {MAX_COUNT}"}
        raise Refusal("", "not_allowed", **said)
    return value


def when(value: Any) -> datetime:
    """Return an aware UTC time from ``2026-11-21T20:51:04.5Z``."""
    if type(value) is str and value.endswith("Z"):
        try:
            return datetime.fromisoformat(value)
        except ValueError:
            pass
    raise Refusal("", "not_time", value=str(value)[:60])


def truth(value: Any) -> bool:
    """Return a boolean that was one."""
    if type(value) is not bool:
        raise Refusal("", "not_boolean", kind=type(value).__name__)
    return value


def currency(value: Any) -> str:
    """Return an ISO 4217 code; whether Odoo knows it is asked later."""
    if type(value) is not str or not _CURRENCY.fullmatch(value.strip()):
        raise Refusal("", "not_currency", value=str(value)[:20])
    return value.strip()


def one_of(*words: str) -> Converter:
    """Return a converter that takes only ``words``."""
    allowed = frozenset(words)

    def word(value: Any) -> str:
        if type(value) is not str or value not in allowed:
            raise Refusal(
                "", "not_allowed", value=str(value)[:60], allowed=", ".join(words)
            )
        return value

    return word


def many(convert: Converter) -> Converter:
    """Return a converter of lists whose items ``convert`` reads."""

    def items(value: Any) -> list[Any]:
        if type(value) is not list:
            raise Refusal("", "not_list", kind=type(value).__name__)
        result = []
        for position, item in enumerate(value):
            try:
                result.append(convert(item))
            except Refusal as refusal:
                raise refusal.within(f"[{position}]") from None
        return result

    return items


class Shape:
    """The fields of one kind of object.

    Args:
        required: field to converter, for those that must be there.
        defaults: field to its value when it is left out; the same fields have
            converters in ``optional``.
        optional: field to converter, for those that may be left out.
    """

    __slots__ = ("converters", "defaults", "required")

    def __init__(
        self,
        required: Mapping[str, Converter],
        optional: Mapping[str, Converter],
        defaults: Mapping[str, Any] = MappingProxyType({}),
    ) -> None:
        self.converters = {**required, **optional}
        self.required = frozenset(required)
        self.defaults = {**dict.fromkeys(optional), **defaults}

    def __call__(self, data: Any) -> Record:
        """Return the record with every field present, or raise :class:`Refusal`."""
        if type(data) is not dict:
            raise Refusal("", "not_object", kind=type(data).__name__)
        record = self.defaults.copy()
        converters = self.converters
        for key, value in data.items():
            convert = converters.get(key)
            if convert is None:
                raise Refusal(str(key)[:60], "unknown_field")
            if value is None:
                continue
            try:
                record[key] = convert(value)
            except Refusal as refusal:
                raise refusal.within(key) from None
        if not self.required <= record.keys():
            missing = min(self.required - record.keys())
            raise Refusal(missing, "missing")
        return record
