"""The TOML table of an AfterShip source."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_, _
from sync_agent.reading.server import checked_address
from sync_agent.reading.tracking import TrackingSettings

EXAMPLE = N_("""\
# AfterShip > Settings > API keys
key = "env:AFTERSHIP_KEY"
# AfterShip > Notifications > Webhooks: the webhook secret
# webhook_secret = "env:AFTERSHIP_WEBHOOK_SECRET"
# AfterShip's code of the carrier, by a word in the name that the shop gives it;
# without it AfterShip guesses the carrier from the number
# couriers = { "SF" = "sf-express" }
# zone of carriers that tell times without one
# timezone = "Europe/Berlin"
""")

QUESTIONS = (("key", N_("API key of AfterShip")),)


class AfterShipSettings(TrackingSettings):
    """Settings of one organisation.

    Attributes:
        key: with the rights to read and write trackings.
        couriers: AfterShip's code of a carrier, by a word in the shop's name of it.
        timezone: of times that come without one.
        page_size: numbers in one request, at most 50.
    """

    url: str = "https://api.aftership.com/tracking/2025-01"
    key: SecretStr
    couriers: dict[str, str] = Field(default_factory=dict)
    timezone: str = "UTC"
    rate_per_s: float = Field(default=5.0, gt=0)
    page_size: int = Field(default=50, ge=1, le=50)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        example = "https://api.aftership.com/tracking/2025-01"
        return checked_address(value, example=example, secrets="key")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (KeyError, OSError, ValueError):
            raise ValueError(
                _("there is no time zone {name}; write e.g. Europe/Paris", name=value)
            ) from None
        return value

    def courier_of(self, carrier: str | None) -> str | None:
        """Return AfterShip's code of a carrier, by the shop's name of it."""
        name = (carrier or "").casefold()
        codes = self.couriers.items()
        return next((code for word, code in codes if word.casefold() in name), None)
