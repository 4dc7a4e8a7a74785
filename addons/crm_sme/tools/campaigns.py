"""Which campaign an order counts for, in plain words; the SQL is tested against it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass(frozen=True)
class Contact:
    """A customer met a campaign.

    Attributes:
        campaign: its id.
        partner: id of the customer.
        at: naive UTC moment.
        days: an order counts for so many days after it, 0 for 24 hours.
        how: ``care``, ``clicked`` or ``reached``.
    """

    campaign: int
    partner: int
    at: datetime
    days: int
    how: str


@dataclass(frozen=True)
class Sale:
    """An order that counts as a sale.

    Attributes:
        partner: id of the customer, None for a guest.
        at: naive UTC moment.
        named: id of the campaign that the order names, or None.
        coupons: codes used, as the shop writes them.
    """

    partner: int | None
    at: datetime
    named: int | None
    coupons: str


def counts_for(
    sale: Sale, coupons: dict[str, int], contacts: Sequence[Contact]
) -> tuple[int, str] | None:
    """Say which campaign an order counts for, and why.

    Args:
        sale: the order.
        coupons: campaign by code in small letters without blanks.
        contacts: of all customers.

    Returns:
        Id of the campaign and the reason; None if it counts for none. An order that
        names a campaign counts for that one; else that of its first known coupon in
        the order of ids; else the latest contact within its days.
    """
    if sale.named is not None:
        return sale.named, "named"
    codes = [code.strip().lower() for code in sale.coupons.split(",")]
    used = [coupons[code] for code in codes if code in coupons]
    if used:
        return min(used), "coupon"
    fitting = [
        contact
        for contact in contacts
        if contact.partner == sale.partner
        and contact.at <= sale.at < contact.at + timedelta(days=contact.days + 1)
    ]
    if not fitting:
        return None
    latest = max(contact.at for contact in fitting)
    last = min(
        (contact for contact in fitting if contact.at == latest),
        key=lambda contact: (contact.how, contact.campaign),
    )
    return last.campaign, last.how
