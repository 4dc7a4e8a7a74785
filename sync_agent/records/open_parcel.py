"""A parcel that a carrier is asked about: what the door tells of it."""

from __future__ import annotations

from sync_agent.records.fields import Ident, Record, Text, When


class OpenParcel(Record):
    """A parcel of a shop that is still under way.

    Attributes:
        id: of the parcel in Odoo; the pages of the door are ordered by it.
        tracking_number: as the shop wrote it.
        carrier: as the shop calls it.
        phone: the receiver's; some carriers tell nothing without its last digits.
        country: where it goes, ISO 3166.
        order: number of the shop's order.
    """

    id: Ident
    tracking_number: Text
    carrier: Text | None = None
    phone: Text | None = None
    shipped_at: When | None = None
    country: Text | None = None
    order: Text | None = None
