"""The TOML table of a Kuaidi100 source."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.server import checked_address
from sync_agent.reading.tracking import TrackingSettings

EXAMPLE = N_("""\
# api.kuaidi100.com > My information: customer and key of the company
customer = "env:KUAIDI100_CUSTOMER"
key = "env:KUAIDI100_KEY"
# minutes between two rounds; each question about a number costs a unit
minutes_between = 240
# have Kuaidi100 push what is new: the address of this source, and a salt of your own
# callback_url = "https://agent.example/hooks/kuaidi"
# webhook_secret = "env:KUAIDI100_SALT"
# Kuaidi100's code of the carrier, by a word in the name that the shop gives it; the
# great ones are known
# carriers = { "同城" = "tongcheng" }
""")

QUESTIONS = (
    ("customer", N_("Customer number of Kuaidi100 (customer)")),
    ("key", N_("Authorisation key of Kuaidi100 (key)")),
)
LEAST_PAUSE_MIN = 30


class Kuaidi100Settings(TrackingSettings):
    """Settings of one company's account.

    Attributes:
        customer: of the account.
        key: of the account; it signs the questions.
        callback_url: where Kuaidi100 pushes to; empty: it is not asked to.
        minutes_between: at least 30; Kuaidi100 locks numbers asked about more often.
        webhook_secret: the salt that Kuaidi100 signs with.
        page_size: numbers between two cursors; each is a request of its own.
    """

    hard_pause: ClassVar[bool] = True

    url: str = "https://poll.kuaidi100.com"
    customer: SecretStr
    key: SecretStr
    callback_url: str = ""
    minutes_between: int = Field(default=240, ge=LEAST_PAUSE_MIN)
    rate_per_s: float = Field(default=10.0, gt=0)
    page_size: int = Field(default=50, ge=1, le=500)

    @field_validator("url", "callback_url")
    @classmethod
    def _usable(cls, value: str) -> str:
        example = "https://poll.kuaidi100.com"
        return value and checked_address(value, example=example, secrets="key")
