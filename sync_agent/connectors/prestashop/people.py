"""Customers and addresses: JSON of PrestaShop -> record fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item
from sync_agent.reading.names import full_name

from .facts import Shop
from .states import is_set

_ADDRESS = {
    "company": "company",
    "street": "address1",
    "street2": "address2",
    "city": "city",
    "zip": "postcode",
}


def stamps(row: Json) -> tuple[object, object]:
    """Return the two dates of a row as PrestaShop wrote them."""
    return row.get("date_upd"), row.get("date_add")


def name_of(fields: Fields) -> str | None:
    """Return first and last name in one."""
    return full_name(fields.text("firstname"), fields.text("lastname"))


def phone_of(fields: Fields) -> str | None:
    """Return the number of an address."""
    return fields.text("phone_mobile") or fields.text("phone")


def address(fields: Fields, kind: str, shop: Shop) -> Json | None:
    """Return a postal address, ``None`` when nothing is filled in."""
    found: Json = {ours: fields.text(theirs) for ours, theirs in _ADDRESS.items()}
    found["name"] = name_of(fields)
    found["phone"] = phone_of(fields)
    found["country"] = shop.countries.get(fields.ident("id_country") or "")
    found["state"] = shop.regions.get(fields.ident("id_state") or "")
    return {"kind": kind, **found} if any(found.values()) else None


def is_customer(row: Json) -> bool:
    """Tell whether a row is an account: no guest, and not deleted."""
    return not is_set(row.get("is_guest")) and not is_set(row.get("deleted"))


def parse_customer(row: Json, addresses: Sequence[Json], shop: Shop) -> Item:
    """Return the customer record of an account.

    Args:
        row: of ``/customers``.
        addresses: its rows of ``/addresses``: they do not move the account's date.
        shop: facts.
    """
    living = [each for each in addresses if not is_set(each.get("deleted"))]
    dates = [date for each in (row, *addresses) for date in stamps(each)]
    return make_item(
        "customer",
        str(row.get("id", "?")),
        shop.times.version(*dates),
        row,
        lambda fields: _fields(fields, living, shop),
    )


def _fields(fields: Fields, rows: Sequence[Json], shop: Shop) -> Json:
    given = [Fields(row, f"addresses[{i}]") for i, row in enumerate(rows)]
    addresses = [
        found
        for each in given
        if (
            found := address(each, "shipping" if each is not given[0] else "main", shop)
        )
    ]
    first = addresses[0] if addresses else {}
    email = fields.text("email")
    newsletter = fields.get("newsletter")
    return {
        "name": name_of(fields) or first.get("name") or email or "?",
        "company_name": fields.text("company") or first.get("company"),
        "email": email,
        "phone": first.get("phone"),
        "vat": next((v for each in given if (v := each.text("vat_number"))), None),
        "language": shop.languages.get(fields.ident("id_lang") or ""),
        "website": fields.text("website"),
        "created_at": shop.times.of(fields.get("date_add")),
        "marketing_consent": None if newsletter is None else is_set(newsletter),
        "note": fields.text("note"),
        "addresses": addresses,
    }


def customer_ref(fields: Fields, customer: Json | None, billing: Fields) -> Json | None:
    """Return who bought; a guest has no account.

    Args:
        fields: of the order.
        customer: row of ``/customers``; ``None`` when it was deleted.
        billing: address of the bill.
    """
    row = Fields(customer or {}, "customer")
    is_guest = is_set(row.get("is_guest"))
    found = {
        "external_id": None if is_guest else fields.ident("id_customer"),
        "email": row.text("email"),
        "phone": phone_of(billing),
        "name": name_of(row) or name_of(billing) or billing.text("company"),
    }
    return found if any(found.values()) else None


def by_id(rows: Sequence[Json]) -> Mapping[str, Json]:
    """Return rows by their id as text."""
    return {str(row["id"]): row for row in rows}
