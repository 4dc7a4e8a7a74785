"""Customers and addresses: JSON of Youzan -> record fields.

Youzan gives phones and names of buyers plain, masked (``138****1234``) or encrypted
(``$…$1$``), as the app and the shop are allowed to see.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import Any

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item
from sync_agent.records.fields import version_of

from .times import time_of

_ENCRYPTED = re.compile(r"\$.+\$\d+\$", re.DOTALL)
_NONE = frozenset({"null", "-"})


def shown(fields: Fields, key: str) -> str | None:
    """Return a text for people; ``None`` for an encrypted one."""
    text = fields.text(key)
    if text is None or text in _NONE or _ENCRYPTED.fullmatch(text):
        return None
    return text


def identity(fields: Fields, key: str) -> str | None:
    """Return what tells a person from others; ``None`` for a masked one too.

    Many people share one mask: it would make one customer of them.
    """
    text = shown(fields, key)
    return None if text is None or "*" in text else text


def number_of(fields: Fields, key: str) -> int:
    """Return a small number of a code list; 0 when missing."""
    value = fields.get(key)
    text = str(value).strip() if isinstance(value, int | str) else ""
    return int(text) if text.isascii() and text.isdigit() else 0


def parse_customer(row: Json) -> Item:
    """Return the customer record.

    Args:
        row: of the list, or the answer for one customer: both hold the same, and
            neither tells when it changed.
    """
    version = version_of(_since(row.get("created_at")))
    own = str(row.get("yz_open_id") or "?")
    return make_item("customer", own, version, row, _customer)


def _customer(fields: Fields) -> Json:
    phone = identity(fields, "mobile")
    name = shown(fields, "name") or shown(fields, "show_name")
    return {
        "name": name or phone or "?",
        "phone": phone,
        "created_at": _since(fields.get("created_at")),
    }


def _since(value: Any) -> datetime | None:
    # seconds in the list, milliseconds in the single answer
    at = time_of(value)
    return at and at.replace(microsecond=0)


def customer_ref(info: Fields) -> Json | None:
    """Return who bought.

    Args:
        info: ``full_order_info``.
    """
    buyer, extra = info.sub("buyer_info"), info.sub("order_info").sub("order_extra")
    found = {
        "external_id": buyer.ident("yz_open_id"),
        "phone": identity(buyer, "buyer_phone"),
        "name": shown(buyer, "fans_nickname")
        or shown(extra, "buyer_name")
        or shown(info.sub("address_info"), "receiver_name"),
    }
    return found if any(found.values()) else None


def address(fields: Fields) -> Json | None:
    """Return the address of delivery, ``None`` when nothing is filled in."""
    district, street = (
        shown(fields, f"delivery_{key}") for key in ("district", "address")
    )
    found: Json = {
        "name": shown(fields, "receiver_name"),
        "phone": identity(fields, "receiver_tel"),
        "state": shown(fields, "delivery_province"),
        "city": shown(fields, "delivery_city"),
        "street": street or district,
        "street2": district if street else None,
        "zip": shown(fields, "delivery_postal_code"),
    }
    if not any(found.values()):
        return None
    return {"kind": "shipping", **found, "country": "CN"}
