"""Customers and addresses: JSON of Magento -> record fields."""

from __future__ import annotations

from typing import Any

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.reading.names import full_name
from sync_agent.records.fields import version_of

_ADDRESS = {
    "company": "company",
    "city": "city",
    "zip": "postcode",
    "country": "country_id",
    "phone": "telephone",
}


def name_of(fields: Fields, prefix: str = "") -> str | None:
    """Return first and last name in one."""
    first, last = (fields.text(f"{prefix}{key}") for key in ("firstname", "lastname"))
    return full_name(first, last)


def address(fields: Fields, kind: str) -> Json | None:
    """Return a postal address, ``None`` when nothing is filled in."""
    found: Json = {ours: fields.text(theirs) for ours, theirs in _ADDRESS.items()}
    streets = fields.get("street")
    streets = [s for s in streets if s] if isinstance(streets, list) else []
    found["street"] = streets[0] if streets else None
    found["street2"] = ", ".join(map(str, streets[1:])) or None
    found["name"] = name_of(fields)
    found["state"] = _region(fields)
    return {"kind": kind, **found} if any(found.values()) else None


def _region(fields: Fields) -> str | None:
    """Return code or name: texts on an order, an object on an account.

    A prefix that repeats the country (``CN-GD``) goes: the rest is ISO 3166-2.
    """
    country = fields.text("country_id")
    if isinstance(fields.get("region"), dict):
        fields = fields.sub("region")
    code = fields.text("region_code")
    if code and country:
        code = code.removeprefix(f"{country}-")
    return code or fields.text("region")


def parse_customer(row: Json) -> Item:
    """Return the customer record of an account."""
    version = version_of(
        utc_time(row.get("updated_at")), utc_time(row.get("created_at"))
    )
    return make_item("customer", str(row.get("id", "?")), version, row, _fields)


def _fields(fields: Fields) -> Json:
    given = list(fields.each("addresses"))
    billing = fields.ident("default_billing")
    # the default one for bills first
    given.sort(key=lambda each: each.ident("id") != billing)
    addresses = [
        found
        for each in given
        if (found := address(each, "billing" if _is(each, billing) else "shipping"))
    ]
    first = addresses[0] if addresses else {}
    email = fields.text("email")
    return {
        "name": name_of(fields) or first.get("name") or email or "?",
        "company_name": first.get("company"),
        "email": email,
        "phone": first.get("phone"),
        "vat": fields.text("taxvat") or (given[0].text("vat_id") if given else None),
        "created_at": fields.time("created_at"),
        "marketing_consent": _consent(fields.sub("extension_attributes")),
        "addresses": addresses,
    }


def _is(each: Fields, wanted: str | None) -> bool:
    return wanted is not None and each.ident("id") == wanted


def _consent(more: Fields) -> bool | None:
    found: Any = more.get("is_subscribed")
    return found if isinstance(found, bool) else None
