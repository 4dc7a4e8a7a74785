"""The TOML table of an EasyPost source."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.server import checked_address
from sync_agent.reading.tracking import TrackingSettings

EXAMPLE = N_("""\
# EasyPost > Account Settings > API Keys: the production key
key = "env:EASYPOST_KEY"
# the secret that the webhook was made with
# webhook_secret = "env:EASYPOST_WEBHOOK_SECRET"
# EasyPost's code of the carrier, by a word in the name that the shop gives it; without
# it EasyPost guesses the carrier from the number
# carriers = { "royal mail" = "RoyalMail" }
""")

QUESTIONS = (("key", N_("API key of EasyPost (production)")),)


class EasyPostSettings(TrackingSettings):
    """Settings of one account.

    Attributes:
        key: production; a test key knows test numbers only.
        page_size: numbers in one request, at most 100.
    """

    url: str = "https://api.easypost.com/v2"
    key: SecretStr
    page_size: int = Field(default=100, ge=1, le=100)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        example = "https://api.easypost.com/v2"
        return checked_address(value, example=example, secrets="key")
