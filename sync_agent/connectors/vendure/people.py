"""Customers and addresses: JSON of Vendure -> record fields."""

from __future__ import annotations

from typing import Any

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.reading.names import full_name
from sync_agent.records.fields import version_of


def name_of(fields: Fields) -> str | None:
    """Return first and last name in one."""
    return full_name(fields.text("firstName"), fields.text("lastName"))


def address(fields: Fields, kind: str, country: str | None) -> Json | None:
    """Return a postal address, ``None`` when nothing is filled in."""
    found: Json = {
        "name": fields.text("fullName"),
        "company": fields.text("company"),
        "street": fields.text("streetLine1"),
        "street2": fields.text("streetLine2"),
        "city": fields.text("city"),
        "zip": fields.text("postalCode"),
        "state": fields.text("province"),
        "country": country,
        "phone": fields.text("phoneNumber"),
    }
    return {"kind": kind, **found} if any(found.values()) else None


def last_entry(row: Json) -> Any:
    """Return the time of the newest history entry as it stands in the JSON."""
    items = (row.get("history") or {}).get("items") or [{}]
    return items[0].get("createdAt")


def customer_version(row: Json) -> str:
    """Return the version of a customer: also addresses, groups and notes count."""
    return version_of(
        utc_time(row.get("updatedAt")),
        utc_time(last_entry(row)),
        *(utc_time(each.get("updatedAt")) for each in row.get("addresses") or ()),
    )


def parse_customer(row: Json) -> Item:
    """Return the customer record; guests are customers without an account."""
    return make_item(
        "customer", str(row.get("id", "?")), customer_version(row), row, _fields
    )


def _fields(fields: Fields) -> Json:
    email = fields.text("emailAddress")
    addresses = _addresses(fields)
    company = next((a["company"] for a in addresses if a["company"]), None)
    return {
        "name": name_of(fields) or company or email or "?",
        "company_name": company,
        "email": email,
        "phone": fields.text("phoneNumber"),
        "created_at": fields.time("createdAt"),
        "tags": [name for each in fields.each("groups") if (name := each.text("name"))],
        "addresses": addresses,
    }


def _addresses(fields: Fields) -> list[Json]:
    """Return the addresses; one that serves for both comes once for each."""
    found = []
    for each in fields.each("addresses"):
        kinds = [
            kind
            for kind, flag in (
                ("billing", "defaultBillingAddress"),
                ("shipping", "defaultShippingAddress"),
            )
            if each.get(flag)
        ]
        country = each.sub("country").text("code")
        for kind in kinds or ["main"]:
            made = address(each, kind, country)
            if made:
                found.append(made)
    return found
