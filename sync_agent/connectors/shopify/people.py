"""Customers and addresses: JSON of Shopify -> record fields."""

from __future__ import annotations

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.reading.names import full_name
from sync_agent.records.fields import version_of

from .money import number_of
from .states import CONSENTS

_ADDRESS = {
    "company": "company",
    "street": "address1",
    "street2": "address2",
    "city": "city",
    "zip": "zip",
    "country": "countryCodeV2",
    "phone": "phone",
}
_VALUES = {"defaultEmailAddress": "emailAddress", "defaultPhoneNumber": "phoneNumber"}


def name_of(fields: Fields) -> str | None:
    """Return first and last name in one."""
    return full_name(fields.text("firstName"), fields.text("lastName"))


def who(fields: Fields, key: str) -> str | None:
    """Return a customer's default e-mail address or phone number."""
    return fields.sub(key).text(_VALUES[key])


def address(fields: Fields, kind: str) -> Json | None:
    """Return a postal address, ``None`` when nothing is filled in."""
    found: Json = {ours: fields.text(theirs) for ours, theirs in _ADDRESS.items()}
    found["name"] = name_of(fields)
    found["state"] = fields.text("provinceCode") or fields.text("province")
    return {"kind": kind, **found} if any(found.values()) else None


def parse_customer(row: Json) -> Item:
    """Return the customer record."""
    version = version_of(utc_time(row.get("updatedAt")))
    return make_item("customer", number_of(row.get("id")) or "?", version, row, _fields)


def _fields(fields: Fields) -> Json:
    email, phone = (who(fields, key) for key in _VALUES)
    addresses = _addresses(fields)
    company = next((a["company"] for a in addresses if a["company"]), None)
    number = number_of(fields.text("id"))
    consent = fields.sub("defaultEmailAddress").text("marketingState")
    return {
        "name": name_of(fields) or company or email or phone or f"#{number}",
        "company_name": company,
        "email": email,
        "phone": phone,
        "language": fields.text("locale"),
        "created_at": fields.time("createdAt"),
        "marketing_consent": CONSENTS.get(consent or ""),
        "tags": fields.get("tags") or (),
        "note": fields.text("note"),
        "addresses": addresses,
    }


def _addresses(fields: Fields) -> list[Json]:
    """Return the addresses, the default one as the main one."""
    default = fields.sub("defaultAddress").text("id")
    found = []
    for each in fields.sub("addressesV2").each("nodes"):
        kind = "main" if each.text("id") == default else "shipping"
        made = address(each, kind)
        if made:
            found.append(made)
    return found
