"""The TOML table of a Youzan source."""

from __future__ import annotations

from datetime import date

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.hooks import HookSettings
from sync_agent.reading.server import checked_address

EXAMPLE = N_("""\
# console.youzanyun.com > your app of the self-use type > Overview
client_id = "env:YOUZAN_CLIENT_ID"
client_secret = "env:YOUZAN_CLIENT_SECRET"
# number of the shop (kdt_id) that is granted to the app
shop = "12345678"
# orders from this day on are read
# since = "2020-01-01"
# customers need an ability that not every app gets
# customers = true
# while the secret of the app is changed: the old one, for messages that come late
# webhook_secret = "env:YOUZAN_OLD_SECRET"
""")

QUESTIONS = (
    ("client_id", N_("client_id of the app")),
    ("client_secret", N_("client_secret of the app")),
    ("shop", N_("Number of the shop (kdt_id)")),
)


class YouzanSettings(HookSettings):
    """Settings of one shop.

    Attributes:
        url: of the open API.
        client_id: of an app of the self-use type (自用型).
        client_secret: gets tokens, and signs the messages.
        shop: number of the shop (``kdt_id``), granted to the app.
        since: day from which on orders are read; Youzan keeps those before 2020
            behind an older version of its list, which is asked then.
        customers: whether the list of customers is read.
        page_size: rows of a page, 2 to 100.
        whole_list_hours: how often customers and orders that wait for goods are read
            whole: their changes leave no date.
        open_days: orders made since then are looked at for further parcels.
    """

    url: str = "https://open.youzanyun.com"
    client_id: str
    client_secret: SecretStr
    shop: str = Field(pattern=r"^\d+$")
    since: date = date(2020, 1, 1)
    customers: bool = True
    rate_per_s: float = Field(default=10.0, gt=0)
    burst: int = Field(default=10, ge=1)
    page_size: int = Field(default=100, ge=2, le=100)
    whole_list_hours: float = Field(default=12.0, gt=0)
    open_days: int = Field(default=45, ge=1, le=80)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        return checked_address(
            value, example="https://open.youzanyun.com", secrets="client_secret"
        )

    @property
    def whole_list_rows(self) -> int:
        """No list is read whole each time: calls are billed."""
        return 0
