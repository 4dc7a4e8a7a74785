"""The TOML table of an AfterShip source."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.server import checked_address
from sync_agent.reading.tracking import ZonedSettings

EXAMPLE = N_("""\
# AfterShip > Settings > API keys
key = "env:AFTERSHIP_KEY"
# AfterShip > Notifications > Webhooks: the webhook secret
# webhook_secret = "env:AFTERSHIP_WEBHOOK_SECRET"
# AfterShip's code of the carrier, by a word in the name that the shop gives it;
# without it AfterShip guesses the carrier from the number
# carriers = { "SF" = "sf-express" }
# zone of carriers that tell times without one
# timezone = "Europe/Berlin"
""")

QUESTIONS = (("key", N_("API key of AfterShip")),)


class AfterShipSettings(ZonedSettings):
    """Settings of one organisation.

    Attributes:
        key: with the rights to read and write trackings.
        page_size: numbers in one request, at most 50.
    """

    url: str = "https://api.aftership.com/tracking/2025-01"
    key: SecretStr
    rate_per_s: float = Field(default=5.0, gt=0)
    page_size: int = Field(default=50, ge=1, le=50)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        example = "https://api.aftership.com/tracking/2025-01"
        return checked_address(value, example=example, secrets="key")
