"""The TOML table of a Karrio source."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.server import checked_address
from sync_agent.reading.tracking import ZonedSettings

EXAMPLE = N_("""\
url = "https://karrio.example"
# Karrio's dashboard > Developers > API: the token
token = "env:KARRIO_TOKEN"
# the secret that Karrio shows for the webhook
# webhook_secret = "env:KARRIO_WEBHOOK_SECRET"
# Karrio's name of the carrier, by a word in the name that the shop gives it; numbers of
# other carriers are asked about, but not followed anew
carriers = { "DHL" = "dhl_universal", "FedEx" = "fedex" }
# zone of carriers that tell times without one
# timezone = "Europe/Berlin"
""")

QUESTIONS = (
    ("url", N_("Address of the Karrio server (https://…)")),
    ("token", N_("API token of Karrio")),
)


class KarrioSettings(ZonedSettings):
    """Settings of one server.

    Attributes:
        token: of the API.
        page_size: numbers between two cursors; each is a request of its own.
    """

    url: str
    token: SecretStr
    rate_per_s: float = Field(default=10.0, gt=0)
    burst: int = Field(default=10, ge=1)
    page_size: int = Field(default=50, ge=1, le=500)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        return checked_address(value, example="https://karrio.example", secrets="token")
