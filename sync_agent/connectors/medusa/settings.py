"""The TOML table of a Medusa source."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.server import ServerSettings, checked_address

EXAMPLE = N_("""\
# the address of the Medusa server, not of the storefront
url = "https://shop.example"
# Medusa Admin > Settings > Secret API Keys > Create
api_key = "env:MEDUSA_API_KEY"
# prices of products are read in this currency; else in the store's default one
# currency = "EUR"
# Medusa tells no date of refunds and new addresses: payments made since then are
# looked at, and up to so many customers each time, more of them every so many hours
# open_days = 90
# whole_list_rows = 1000
# whole_list_hours = 12
""")

QUESTIONS = (
    ("url", N_("Address of the Medusa server (https://…)")),
    ("api_key", N_("Secret API key (sk_…)")),
)


class MedusaSettings(ServerSettings):
    """Settings of one shop.

    Attributes:
        url: address of the server; ``/admin`` is added.
        api_key: secret API key, sent as the user of HTTP Basic without a password.
        currency: of the prices that are read.
        page_size: rows of a list, 2 to 500.
        open_days: payments made since then are looked at for refunds that moved
            neither their own date nor their order's.
        whole_list_rows: customers up to this number are all looked through each time
            for addresses that did not move their date.
        whole_list_hours: cadence of longer lists.
    """

    url: str
    api_key: SecretStr
    currency: str | None = Field(default=None, pattern=r"^[A-Z]{3}$")
    rate_per_s: float = Field(default=10.0, gt=0)
    burst: int = Field(default=20, ge=1)
    page_size: int = Field(default=100, ge=2, le=500)
    open_days: int = Field(default=90, ge=1)
    whole_list_rows: int = Field(default=1000, ge=0)
    whole_list_hours: float = Field(default=12.0, gt=0)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        address = checked_address(
            value, example="https://shop.example", secrets="api_key"
        )
        return address.partition("/admin")[0].partition("/app")[0]
