"""The TOML table of a PrestaShop source."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_, _
from sync_agent.reading.server import ServerSettings, checked_address
from sync_agent.records.order import OrderState

EXAMPLE = N_("""\
url = "https://shop.example"
# PrestaShop > Advanced Parameters > Webservice > Add new key; permission View (GET) of
# the lists that docs/agent.md names
key = "env:PRESTASHOP_KEY"
# the shop writes times without a zone; it is read from the shop when the key may view
# configurations
# timezone = "Europe/Paris"
# names are read in this language; else in the shop's default one
# language = "en"
# order states of modules that the agent does not know, by their id
# states = { "14" = "pending" }
""")

QUESTIONS = (
    ("url", N_("Address of the shop (https://…)")),
    ("key", N_("Key of the webservice (32 characters)")),
)


class PrestaShopSettings(ServerSettings):
    """Settings of one shop.

    Attributes:
        url: address of the shop; ``/api`` is added.
        key: of the webservice.
        timezone: in which the shop writes its times; ``None``: it is asked for.
        language: ISO code of the language of names; ``None``: the shop's default one.
        states: what an order state means, by its id; goes before its flags.
        page_size: rows of a page, 2 to 500.
        whole_list_hours: how often combinations and recent parcels are read whole:
            their changes leave no date.
        open_days: parcels made since then are read again for tracking numbers.
    """

    url: str
    key: SecretStr
    timezone: str | None = None
    language: str | None = None
    states: dict[str, OrderState] = Field(default_factory=dict)
    rate_per_s: float = Field(default=4.0, gt=0)
    burst: int = Field(default=8, ge=1)
    page_size: int = Field(default=100, ge=2, le=500)
    whole_list_hours: float = Field(default=12.0, gt=0)
    open_days: int = Field(default=45, ge=1)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        address = checked_address(value, example="https://shop.example", secrets="key")
        return address.removesuffix("/api")

    @field_validator("timezone")
    @classmethod
    def _known_zone(cls, value: str | None) -> str | None:
        if value is not None and zone_of(value) is None:
            raise ValueError(
                _("there is no time zone {name}; write e.g. Europe/Paris", name=value)
            )
        return value

    @property
    def whole_list_rows(self) -> int:
        """No list is short: the webservice does not tell how long one is."""
        return 0

    @property
    def base_url(self) -> str:
        """Address of the webservice."""
        return f"{self.url}/api"


def zone_of(name: str) -> ZoneInfo | None:
    """Return a time zone, ``None`` when there is none of this name."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        return None
