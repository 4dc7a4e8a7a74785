"""The TOML table of a Magento source."""

from __future__ import annotations

from typing import Literal, Self

from pydantic import Field, SecretStr, field_validator, model_validator

from sync_agent.i18n import N_, _
from sync_agent.reading.server import ServerSettings, checked_address

EXAMPLE = N_("""\
url = "https://shop.example"
# Magento > System > Integrations > Add New Integration > Activate; resources: Sales,
# Catalog and Customers (and Carts for carts)
consumer_key = "env:MAGENTO_CONSUMER_KEY"
consumer_secret = "env:MAGENTO_CONSUMER_SECRET"
access_token = "env:MAGENTO_ACCESS_TOKEN"
access_token_secret = "env:MAGENTO_ACCESS_TOKEN_SECRET"
# or an admin user without two-factor authentication instead of these four
# username = "crm"
# password = "env:MAGENTO_PASSWORD"
# "base": amounts in the currency of the shop; "order": in the one that was paid
# money = "base"
# carts that were left are read too
# carts = false
""")

QUESTIONS = (
    ("url", N_("Address of the shop (https://…)")),
    ("consumer_key", N_("Consumer key of the integration")),
    ("consumer_secret", N_("Consumer secret of the integration")),
    ("access_token", N_("Access token of the integration")),
    ("access_token_secret", N_("Access token secret of the integration")),
)

_INTEGRATION = (
    "consumer_key",
    "consumer_secret",
    "access_token",
    "access_token_secret",
)
_ADMIN = ("username", "password")


class MagentoSettings(ServerSettings):
    """Settings of one shop.

    Attributes:
        url: address of the shop; ``/rest/<store_code>/V1`` is added.
        store_code: store view whose names are read; ``all`` are the admin's.
        consumer_key: of an integration, with the three that follow (OAuth 1.0a).
        username: of an admin user instead, with ``password``.
        token_hours: life of an admin's token (Stores > Configuration > Services >
            OAuth); it is renewed before.
        signature: of the requests of an integration; ``HMAC-SHA1`` for Magento
            before 2.4.
        money: which side of Magento's amounts is taken.
        carts: whether carts are read.
        page_size: rows of a page, 2 to 300.
        open_days: parcels made since then are looked at for tracking numbers that
            came later and did not move their date.
    """

    url: str
    store_code: str = Field(default="all", pattern=r"^[A-Za-z][A-Za-z0-9_]*$")
    consumer_key: SecretStr | None = None
    consumer_secret: SecretStr | None = None
    access_token: SecretStr | None = None
    access_token_secret: SecretStr | None = None
    username: str | None = None
    password: SecretStr | None = None
    token_hours: float = Field(default=4.0, gt=0)
    signature: Literal["HMAC-SHA256", "HMAC-SHA1"] = "HMAC-SHA256"
    money: Literal["base", "order"] = "base"
    carts: bool = False
    rate_per_s: float = Field(default=4.0, gt=0)
    burst: int = Field(default=8, ge=1)
    page_size: int = Field(default=100, ge=2, le=300)
    open_days: int = Field(default=45, ge=1)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        address = checked_address(
            value, example="https://shop.example", secrets="consumer_secret, password"
        )
        return address.partition("/rest/")[0].removesuffix("/rest")

    @model_validator(mode="after")
    def _one_way_in(self) -> Self:
        for mine, others in ((_INTEGRATION, _ADMIN), (_ADMIN, _INTEGRATION)):
            if all(getattr(self, name) for name in mine) and not any(
                getattr(self, name) for name in others
            ):
                return self
        raise ValueError(
            _(
                "give either consumer_key, consumer_secret, access_token and "
                "access_token_secret, or username and password"
            )
        )

    @property
    def is_admin(self) -> bool:
        """Whether an admin user asks instead of an integration."""
        return self.password is not None

    def api(self, store: str = "") -> str:
        """Return the address of the REST API of a store view."""
        return f"{self.url}/rest/{store or self.store_code}/V1"
