"""A person or company that buys, as one platform knows it."""

from __future__ import annotations

from typing import Literal

from sync_agent.records.fields import Ident, Record, Text, When


class Address(Record):
    """A postal address; ``country`` is ISO 3166-1 alpha-2, ``state`` code or name."""

    kind: Literal["main", "billing", "shipping"] = "main"
    name: Text | None = None
    company: Text | None = None
    street: Text | None = None
    street2: Text | None = None
    city: Text | None = None
    zip: Text | None = None
    state: Text | None = None
    country: Text | None = None
    phone: Text | None = None


class CustomerRef(Record):
    """Who an order, review or visit belongs to.

    ``external_id`` is empty for a guest; then e-mail, phone and name identify him.
    """

    external_id: Ident | None = None
    email: Text | None = None
    phone: Text | None = None
    name: Text | None = None


class Customer(Record):
    """A customer account of a platform."""

    name: Text
    is_company: bool = False
    company_name: Text | None = None
    email: Text | None = None
    phone: Text | None = None
    vat: Text | None = None
    language: Text | None = None
    website: Text | None = None
    created_at: When | None = None
    marketing_consent: bool | None = None
    tags: tuple[Text, ...] = ()
    note: Text | None = None
    addresses: tuple[Address, ...] = ()
