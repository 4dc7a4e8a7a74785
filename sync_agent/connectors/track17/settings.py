"""The TOML table of a 17TRACK source."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.server import checked_address
from sync_agent.reading.tracking import TrackingSettings

EXAMPLE = N_("""\
# api.17track.net > Settings > Security: the access key; it also signs the webhooks
key = "env:TRACK17_KEY"
# ask only about parcels of carriers whose name contains one of these words
# only = ["Royal Mail", "Yanwen"]
# minutes between two rounds; 17TRACK itself asks a carrier every 6 to 12 hours
# minutes_between = 60
""")

QUESTIONS = (("key", N_("Access key of 17TRACK's API")),)


class Track17Settings(TrackingSettings):
    """Settings of one account.

    Attributes:
        key: of the account; webhooks are signed with it, unless ``webhook_secret``
            names others while it is rotated.
        page_size: numbers in one request, at most 40.
    """

    url: str = "https://api.17track.net"
    key: SecretStr
    rate_per_s: float = Field(default=2.5, gt=0)
    burst: int = Field(default=3, ge=1)
    page_size: int = Field(default=40, ge=1, le=40)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        return checked_address(value, example="https://api.17track.net", secrets="key")

    @property
    def signing_keys(self) -> tuple[str, ...]:
        """Keys that webhooks may be signed with."""
        return (self.key.get_secret_value(), *self.webhook_secrets)
