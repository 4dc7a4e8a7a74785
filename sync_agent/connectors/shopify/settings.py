"""The TOML table of a Shopify source."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from sync_agent.i18n import N_, _
from sync_agent.reading.hooks import HookSettings
from sync_agent.reading.server import checked_address

API_VERSION = "2026-10"
"""The version that queries and mapping were written for and checked against."""

EXAMPLE = N_("""\
# the shop's own address, not that of a domain of yours
url = "https://my-shop.myshopify.com"
# an app of the Dev Dashboard in the shop's organisation, installed in the shop, with
# the scopes read_orders, read_all_orders, read_customers, read_products,
# read_fulfillments
client_id = "env:SHOPIFY_CLIENT_ID"
client_secret = "env:SHOPIFY_CLIENT_SECRET"
# or the lasting token of a custom app that was made in the shop before 2026
# access_token = "env:SHOPIFY_ACCESS_TOKEN"
# webhooks are signed with client_secret; with access_token: the app's API secret key
# webhook_secret = "env:SHOPIFY_API_SECRET"
# "shop": amounts in the shop's currency; "presentment": in the currency that was paid
# money = "shop"
# orders of the test gateway count too
# test_orders = false
# a first reading of more orders than this asks Shopify for one large file
# bulk_from = 2000
""")

QUESTIONS = (
    ("url", N_("Address of the shop (https://….myshopify.com)")),
    ("client_id", N_("Client ID of the app")),
    ("client_secret", N_("Client secret of the app")),
)


class ShopifySettings(HookSettings):
    """Settings of one shop.

    Attributes:
        url: ``https://<shop>.myshopify.com``.
        client_id: of an app with the client-credentials grant, with ``client_secret``.
        access_token: a lasting Admin API token instead.
        api_version: of the Admin API.
        money: which side of Shopify's amounts is taken.
        test_orders: whether orders of the test gateway count.
        page_size: rows of a look, 2 to 250.
        records_at_once: whole records in one answer; fewer are asked for when Shopify
            finds the question too dear.
        open_days: orders placed since then are looked at for changes of their parcels
            and refunds that did not move the order's own date.
        bulk_from: a first reading of more orders than this is a bulk operation.
        bulk_wait_minutes: a bulk operation that takes longer is given up.
    """

    url: str
    client_id: str | None = None
    client_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    api_version: str = Field(default=API_VERSION, pattern=r"^20\d\d-\d\d$|^unstable$")
    money: Literal["shop", "presentment"] = "shop"
    test_orders: bool = False
    rate_per_s: float = Field(default=10.0, gt=0)
    burst: int = Field(default=10, ge=1)
    page_size: int = Field(default=100, ge=2, le=250)
    records_at_once: int = Field(default=10, ge=1, le=250)
    open_days: int = Field(default=45, ge=1)
    bulk_from: int = Field(default=2000, ge=0)
    bulk_wait_minutes: float = Field(default=120.0, gt=0)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        address = checked_address(
            value,
            example="https://my-shop.myshopify.com",
            secrets="client_secret, access_token",
        )
        return address.removesuffix("/admin")

    @model_validator(mode="after")
    def _one_key(self) -> Self:
        by_app = self.client_id is not None and self.client_secret is not None
        if (self.access_token is not None) == by_app:
            raise ValueError(
                _("give either client_id and client_secret, or access_token")
            )
        return self
