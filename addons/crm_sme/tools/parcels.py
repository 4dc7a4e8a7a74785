"""One parcel, told of by a shop and by carriers: which word on it counts.

A shop says that it sent a parcel; carriers that are asked about its tracking number say
more, later, and sometimes again what was said long ago.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

_SEPARATORS = re.compile(r"[^0-9A-Z]+")
_LETTERS = re.compile(r"[\W_]+")
LEAST_KEY = 6
"""A key that is worth asking about has a digit and this length: shorter ones, "1" or
"none", are typed by people and name no parcel."""
AFTER_DELIVERY = frozenset({"delivered", "returning", "returned", "exception"})
_EARLIEST = datetime.min


def tracking_key(number: str | None) -> str | None:
    """Return a tracking number without what people put into it: ``sf 123-4`` -> SF1234.

    ``None`` when nothing is left.
    """
    return _SEPARATORS.sub("", (number or "").upper()) or None


@dataclass(frozen=True, slots=True)
class Claim:
    """What somebody says of a parcel's state, and of when.

    Attributes:
        at: naive UTC; ``None``: not said, taken for the earliest.
    """

    state: str
    at: datetime | None = None
    raw: str | None = None


def settled(claims: Iterable[Claim]) -> Claim | None:
    """Return the claim that counts, by the time of what happened, not of its arrival.

    * ``unknown`` never counts against anything known, ``pending`` only against it;
    * after ``delivered`` only a return or an exception counts;
    * of equal times the later claim counts.
    """
    best: Claim | None = None
    delivered = False
    for claim in sorted(claims, key=lambda each: each.at or _EARLIEST):
        if best is None or _counts(claim, best, delivered=delivered):
            best = claim
        delivered = delivered or claim.state == "delivered"
    return best


def _counts(claim: Claim, best: Claim, *, delivered: bool) -> bool:
    if claim.state == "unknown":
        return False
    if best.state == "unknown":
        return True
    if claim.state == "pending":
        return False
    if delivered:
        return claim.state in AFTER_DELIVERY and claim.state != best.state
    return True


@dataclass(frozen=True, slots=True)
class Row:
    """A stored parcel of a tracking number.

    Attributes:
        id: of the row.
        of_shop: it belongs to an order of a shop; else a carrier told of it.
        carrier: as the shop or the carrier calls itself.
        shipped_on: naive UTC.
        gone: the shop no longer has it.
    """

    id: int
    of_shop: bool
    carrier: str | None = None
    shipped_on: datetime | None = None
    gone: bool = False


def joined(rows: Sequence[Row]) -> dict[int, int | None]:
    """Return to which shop's parcel each carrier's row of one tracking number belongs.

    Where several parcels share the number, that of the same carrier; of these the one
    that was sent last, because carriers give numbers out again.

    Returns:
        id of each carrier's row to the id of the parcel, ``None`` if there is none.
    """
    parcels = [row for row in rows if row.of_shop]
    alive = [row for row in parcels if not row.gone] or parcels
    return {row.id: _parcel_of(row, alive) for row in rows if not row.of_shop}


def _parcel_of(row: Row, parcels: Sequence[Row]) -> int | None:
    same = [each for each in parcels if same_carrier(each.carrier, row.carrier)]
    found = max(
        same or parcels,
        key=lambda each: (each.shipped_on or _EARLIEST, each.id),
        default=None,
    )
    return None if found is None else found.id


def late_days(promised: datetime | None, end: datetime | None) -> int:
    """Return the days after the promised one, never negative; naive UTC times."""
    if promised is None or end is None:
        return 0
    return max(0, (end.date() - promised.date()).days)


def same_carrier(one: str | None, other: str | None) -> bool:
    """Tell whether two names mean one carrier: ``DHL Express`` and ``dhl-express``."""
    first, second = _name(one), _name(other)
    return bool(first and second) and (first in second or second in first)


def _name(carrier: str | None) -> str:
    return _LETTERS.sub("", (carrier or "").casefold())
