"""The TOML table of a Vendure source."""

from __future__ import annotations

from typing import Literal, Self
from urllib.parse import urlsplit

from pydantic import Field, SecretStr, field_validator, model_validator

from sync_agent.i18n import N_, _
from sync_agent.reading.server import ServerSettings, checked_address

EXAMPLE = N_("""\
# the address of the admin API
url = "https://shop.example/admin-api"
# made with createApiKey by an administrator who may read orders, customers, catalogue
api_key = "env:VENDURE_API_KEY"
# or, for shops before Vendure 3.6, an administrator's login
# username = "agent"
# password = "env:VENDURE_PASSWORD"
# token of the channel to read; without it the default channel, which holds all
# channel_token = "…"
# "shop": amounts are cut as the shop's MoneyStrategy says (usually two places in every
# currency); "currency": by the minor unit of each currency (JPY 0, KWD 3)
# minor_units = "shop"
# Vendure tells no date of payments, parcels and refunds: up to so many orders and
# customers are looked through each time, more of them every so many hours
# whole_list_rows = 1000
# whole_list_hours = 12
""")

QUESTIONS = (
    ("url", N_("Address of the admin API (https://…/admin-api)")),
    ("api_key", N_("API key")),
)


class VendureSettings(ServerSettings):
    """Settings of one shop.

    Attributes:
        url: address of the admin API; ``/admin-api`` is added to a bare host.
        api_key: sent in the header ``api_key_header``.
        username: of an administrator, with ``password``, instead of a key.
        channel_token: header ``vendure-token``; empty: the default channel.
        minor_units: how amounts are cut, see :mod:`.money`.
        page_size: rows of a list, 2 to 100.
        records_at_once: whole orders in one answer.
        whole_list_rows: orders and customers up to this number are all looked
            through each time.
        whole_list_hours: cadence of longer lists.
        recent_days: in between, orders placed since then are looked at.
        open_days: so are orders placed since then that are not delivered or cancelled.
    """

    url: str
    api_key: SecretStr | None = None
    api_key_header: str = Field(default="vendure-api-key", pattern=r"^[A-Za-z0-9-]+$")
    username: str | None = None
    password: SecretStr | None = None
    channel_token: SecretStr | None = None
    minor_units: Literal["shop", "currency"] = "shop"
    rate_per_s: float = Field(default=10.0, gt=0)
    burst: int = Field(default=20, ge=1)
    page_size: int = Field(default=100, ge=2, le=100)
    records_at_once: int = Field(default=50, ge=1, le=100)
    recent_days: int = Field(default=14, ge=1)
    open_days: int = Field(default=90, ge=1)
    whole_list_rows: int = Field(default=1000, ge=0)
    whole_list_hours: float = Field(default=12.0, gt=0)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        address = checked_address(
            value, example="https://shop.example/admin-api", secrets="api_key"
        )
        return address if urlsplit(address).path else f"{address}/admin-api"

    @model_validator(mode="after")
    def _one_login(self) -> Self:
        by_name = self.username is not None and self.password is not None
        if (self.api_key is not None) == by_name:
            raise ValueError(_("give either api_key, or username and password"))
        return self
