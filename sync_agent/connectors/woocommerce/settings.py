"""The TOML table of a WooCommerce source."""

from __future__ import annotations

from typing import Literal
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.hooks import HookSettings
from sync_agent.reading.server import checked_address

EXAMPLE = N_("""\
# WooCommerce > Settings > Advanced > REST API > Add key; permission: Read
url = "https://shop.example"
consumer_key = "env:WOOCOMMERCE_KEY"
consumer_secret = "env:WOOCOMMERCE_SECRET"
# requests a second that the shop's host can bear
# rate_per_s = 4.0
# WooCommerce tells no date of a change of customers, reviews and variations: lists
# up to so many rows are read whole each time, longer ones every so many hours
# whole_list_rows = 1000
# whole_list_hours = 12
# for sync-agent serve: WooCommerce > Settings > Advanced > Webhooks, field Secret
# webhook_secret = "env:WOOCOMMERCE_WEBHOOK_SECRET"
""")

QUESTIONS = (
    ("url", N_("Address of the shop (https://…)")),
    ("consumer_key", N_("Consumer key (ck_…)")),
    ("consumer_secret", N_("Consumer secret (cs_…)")),
)


class WooCommerceSettings(HookSettings):
    """Settings of one shop.

    Attributes:
        url: address of the shop; ``/wp-json/wc/v3`` is added.
        auth: ``basic`` needs https; ``oauth1`` signs each request and works over
            http; ``auto`` takes the one that fits the address.
        page_size: rows of a page, 2 to 100.
        whole_list_rows: lists without a date of change up to this length are read
            whole each time.
        whole_list_hours: cadence of the longer ones.
        refund_days: only for shops before WooCommerce 9.0: how far back orders are
            looked through for new refunds.
    """

    url: str
    consumer_key: SecretStr
    consumer_secret: SecretStr
    auth: Literal["auto", "basic", "oauth1"] = "auto"
    rate_per_s: float = Field(default=4.0, gt=0)
    burst: int = Field(default=8, ge=1)
    page_size: int = Field(default=100, ge=2, le=100)
    whole_list_rows: int = Field(default=1000, ge=0)
    whole_list_hours: float = Field(default=12.0, gt=0)
    refund_days: int = Field(default=90, ge=1)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        return checked_address(
            value,
            example="https://shop.example",
            secrets="consumer_key, consumer_secret",
        )

    @property
    def base_url(self) -> str:
        """Address of the REST API."""
        if "/wp-json" in self.url or "rest_route=" in self.url:
            return self.url
        return f"{self.url}/wp-json/wc/v3"

    @property
    def signs(self) -> bool:
        """Whether requests are signed with OAuth 1.0a instead of sending the secret."""
        if self.auth == "auto":
            return urlsplit(self.url).scheme == "http"
        return self.auth == "oauth1"
