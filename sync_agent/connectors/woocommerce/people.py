"""Customers, addresses and reviews: JSON of WooCommerce -> record fields."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sync_agent.i18n import _
from sync_agent.port import Item, Json
from sync_agent.reading.fields import Fields, make_item, utc_time
from sync_agent.reading.names import full_name
from sync_agent.records.fields import version_of

from .states import REVIEW_STATES, STAFF_ROLES
from .text import plain, plain_block

_ADDRESS = {
    "company": "company",
    "street": "address_1",
    "street2": "address_2",
    "city": "city",
    "zip": "postcode",
    "country": "country",
    "phone": "phone",
}


def name_of(fields: Fields) -> str | None:
    """Return first and last name in one."""
    return full_name(fields.text("first_name"), fields.text("last_name"))


def address(fields: Fields, kind: str) -> Json | None:
    """Return a postal address, ``None`` when nothing is filled in.

    The state comes as ``DE-BY``, ``JP13``, ``CA`` or a name: a prefix that repeats
    the country goes where the rest is the ISO 3166-2 code.
    """
    found: Json = {ours: fields.text(theirs) for ours, theirs in _ADDRESS.items()}
    found["name"] = name_of(fields)
    state = fields.text("state")
    country = found["country"]
    if state and country and state.startswith(f"{country}-"):
        state = state[len(country) + 1 :]
    elif state and country == "JP" and state.startswith("JP"):
        state = state[2:]
    found["state"] = state
    if not any(found.values()):
        return None
    return {"kind": kind, **found}


def is_staff(row: Json) -> bool:
    """Tell whether an account belongs to the shop's staff, who never bought."""
    return row.get("role") in STAFF_ROLES and not row.get("is_paying_customer")


def customer_version(row: Json) -> str:
    """Return the version of an account; ``date_modified`` may be null."""
    return version_of(_stamp(row, "modified"), _stamp(row, "created"))


def parse_customer(row: Json) -> Item:
    """Return the customer record of an account."""
    return make_item("customer", _id(row), customer_version(row), row, _customer_fields)


def _customer_fields(fields: Fields) -> Json:
    billing, shipping = fields.sub("billing"), fields.sub("shipping")
    company = billing.text("company")
    name = name_of(fields) or name_of(billing) or name_of(shipping)
    email = fields.text("email") or billing.text("email")
    addresses = [address(billing, "billing"), address(shipping, "shipping")]
    return {
        "name": name or company or fields.text("username") or email or "?",
        "company_name": company,
        "email": email,
        "phone": billing.text("phone") or shipping.text("phone"),
        "created_at": fields.time("date_created_gmt"),
        "addresses": [found for found in addresses if found],
    }


def parse_review(row: Json) -> Item:
    """Return the review record; WooCommerce keeps no date of a change."""
    version = version_of(_stamp(row, "created"))
    return make_item("review", _id(row), version, row, _review_fields)


def _review_fields(fields: Fields) -> Json:
    at = fields.time("date_created_gmt")
    if at is None:
        raise fields.bad("date_created_gmt", _("the time of the review is missing"))
    who = {
        "name": plain(fields.text("reviewer")),
        "email": fields.text("reviewer_email"),
    }
    rating = fields.number("rating")
    return {
        "at": at,
        "customer": who if any(who.values()) else None,
        "product_external_id": fields.ident("product_id"),
        # 0 stars means that none were given
        "rating": rating or None,
        "text": plain_block(fields.text("review")),
        "state": REVIEW_STATES.get(fields.text("status") or "", "hidden"),
    }


def _stamp(row: Json, which: str) -> datetime | None:
    return utc_time(row.get(f"date_{which}_gmt"))


def _id(row: Any) -> str:
    return str(row.get("id", "?"))
