"""Customers and addresses: JSON of Medusa -> record fields."""

from __future__ import annotations

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.reading.names import full_name
from sync_agent.records.fields import version_of

from .rows import objects

_ADDRESS = {
    "company": "company",
    "street": "address_1",
    "street2": "address_2",
    "city": "city",
    "zip": "postal_code",
    "state": "province",
    "phone": "phone",
}


def name_of(fields: Fields) -> str | None:
    """Return first and last name in one."""
    return full_name(fields.text("first_name"), fields.text("last_name"))


def address(fields: Fields, kind: str) -> Json | None:
    """Return a postal address, ``None`` when nothing is filled in."""
    found: Json = {ours: fields.text(theirs) for ours, theirs in _ADDRESS.items()}
    found["name"] = name_of(fields)
    country = fields.text("country_code")
    found["country"] = country.upper() if country else None
    if found["country"] and found["state"]:
        # ISO 3166-2 with the country before it: us-ca
        found["state"] = _region(found["state"], found["country"])
    return {"kind": kind, **found} if any(found.values()) else None


def _region(text: str, country: str) -> str:
    start, dash, rest = text.partition("-")
    return rest.upper() if dash and start.upper() == country and rest else text


def customer_version(row: Json) -> str:
    """Return the version of a customer: a new address does not move its date."""
    return version_of(
        utc_time(row.get("updated_at")),
        *(utc_time(each.get("updated_at")) for each in objects(row, "addresses")),
    )


def parse_customer(row: Json) -> Item:
    """Return the customer record; guests are customers without an account."""
    return make_item(
        "customer", str(row.get("id", "?")), customer_version(row), row, _fields
    )


def _fields(fields: Fields) -> Json:
    addresses = _addresses(fields)
    company = fields.text("company_name") or next(
        (each["company"] for each in addresses if each["company"]), None
    )
    first = addresses[0] if addresses else {}
    email = fields.text("email")
    return {
        "name": name_of(fields) or first.get("name") or company or email or "?",
        "company_name": company,
        "email": email,
        "phone": fields.text("phone") or first.get("phone"),
        "created_at": fields.time("created_at"),
        "tags": [name for each in fields.each("groups") if (name := each.text("name"))],
        "addresses": addresses,
    }


def _addresses(fields: Fields) -> list[Json]:
    """Return the addresses, the default one for bills first, oldest first."""
    given = sorted(fields.each("addresses"), key=lambda each: each.text("id") or "")
    given.sort(key=lambda each: each.get("is_default_billing") is not True)
    found = []
    for each in given:
        kinds = [
            kind
            for kind in ("billing", "shipping")
            if each.get(f"is_default_{kind}") is True
        ]
        for kind in kinds or ["main"]:
            made = address(each, kind)
            if made:
                found.append(made)
    return found
