"""Field types of the canonical records: text, ids, money and time, made safe once.

Every record passes through these types, so no other place needs to think of NUL
characters, lone surrogates, floats for money or naive times.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    PlainSerializer,
    WithJsonSchema,
)

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_ID_IS_TEXT = "an external id is text; a float may have lost digits"
_FLOAT = "a float is not exact; give the number as text"
MOST_DIGITS = 15
MOST_DECIMALS = 6
_DECIMAL_PATTERN = rf"^-?\d{{1,{MOST_DIGITS}}}(\.\d{{1,{MOST_DECIMALS}}})?$"


def clean_text(value: str) -> str:
    """Return ``value`` without what PostgreSQL or UTF-8 cannot hold.

    NUL is dropped; a lone surrogate becomes U+FFFD. White space at both ends goes.
    """
    if _UNSTORABLE.search(value):
        value = _UNSTORABLE.sub(lambda m: "" if m[0] == "\x00" else "\ufffd", value)
    return value.strip()


def _text(value: Any) -> Any:
    return clean_text(value) if isinstance(value, str) else value


def _ident(value: Any) -> Any:
    if isinstance(value, bool | float):
        raise ValueError(_ID_IS_TEXT)  # noqa: TRY004  pydantic wants a ValueError
    return clean_text(str(value)) if isinstance(value, int | str) else value


def _exact(value: Any) -> Any:
    if isinstance(value, float):
        raise ValueError(_FLOAT)  # noqa: TRY004  pydantic wants a ValueError
    return value


def _plain(value: Decimal) -> str:
    text = format(value, "f")
    return "0" if text in {"-0", "-0.0", "-0.00"} else text


def _limited(value: Decimal) -> Decimal:
    if not value.is_finite():
        raise ValueError("not a finite number")
    if abs(value) >= Decimal(10) ** MOST_DIGITS:
        raise ValueError("out of range: too many digits before the point")
    exponent = value.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -MOST_DECIMALS:
        value = round(value, MOST_DECIMALS)
    return value


def _utc(value: datetime) -> datetime:
    if value.tzinfo is None:
        raise ValueError("a time needs a time zone")
    return value.astimezone(UTC)


def format_time(value: datetime) -> str:
    """Return an aware time as the contract writes it: ``2026-11-21T20:51:04.5Z``."""
    text = value.astimezone(UTC).replace(tzinfo=None).isoformat()
    return text + "Z"


def version_of(*stamps: datetime | None) -> str:
    """Return the version text of a record: its latest stamp, fixed width, sortable.

    Args:
        stamps: aware times of the record and its children; ``None`` is skipped.

    Returns:
        ``YYYY-MM-DDTHH:MM:SS.ffffffZ``, or ``""`` when no stamp is known.
    """
    known = [stamp.astimezone(UTC) for stamp in stamps if stamp is not None]
    return max(known).strftime("%Y-%m-%dT%H:%M:%S.%fZ") if known else ""


Text = Annotated[str, BeforeValidator(_text)]
Ident = Annotated[str, BeforeValidator(_ident), Field(min_length=1, max_length=200)]
Number = Annotated[
    Decimal,
    BeforeValidator(_exact),
    AfterValidator(_limited),
    PlainSerializer(_plain, return_type=str),
    WithJsonSchema({"type": "string", "pattern": _DECIMAL_PATTERN}),
]
Money = Number
When = Annotated[
    datetime,
    AfterValidator(_utc),
    PlainSerializer(format_time, return_type=str),
    WithJsonSchema({"type": "string", "format": "date-time", "pattern": "Z$"}),
]
Currency = Annotated[str, BeforeValidator(_text), Field(pattern=r"^[A-Z]{3}$")]


class Record(BaseModel):
    """Base of all records: frozen, no unknown keys, defaults left out on the wire."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    def to_wire(self) -> dict[str, Any]:
        """Return the JSON form: money and times as text, empty fields left out."""
        return self.model_dump(mode="json", exclude_defaults=True)
