"""The TOML table of an SF Express source."""

from __future__ import annotations

from pydantic import Field, SecretStr, field_validator

from sync_agent.i18n import N_
from sync_agent.reading.server import checked_address
from sync_agent.reading.tracking import TrackingSettings

EXAMPLE = N_("""\
# qiao.sf-express.com > Developer: customer code (partnerID) and the checkword of the
# production environment; the interface EXP_RECE_SEARCH_ROUTES must be switched on
partner = "env:SF_PARTNER"
checkword = "env:SF_CHECKWORD"
# Hong Kong, Macao and abroad:
# url = "https://sfapi-hk.sf-express.com/std/service"
# a long random word; SF pushes to https://…/hooks/<code>?key=<this word>
# webhook_secret = "env:SF_HOOK_KEY"
""")

QUESTIONS = (
    ("partner", N_("Customer code at SF (partnerID)")),
    ("checkword", N_("Checkword of SF (production)")),
)


class SfSettings(TrackingSettings):
    """Settings of one customer code.

    Attributes:
        partner: customer code.
        checkword: signs the questions.
        only: SF's parcels, by the shop's name of the carrier or the number.
        webhook_secret: stands in the address of the push, which SF does not sign.
        page_size: numbers in one request, at most 10.
    """

    url: str = "https://bspgw.sf-express.com/std/service"
    partner: SecretStr
    checkword: SecretStr
    only: tuple[str, ...] = ("SF", "顺丰")
    rate_per_s: float = Field(default=10.0, gt=0)
    page_size: int = Field(default=10, ge=1, le=10)

    @field_validator("url")
    @classmethod
    def _usable(cls, value: str) -> str:
        example = "https://bspgw.sf-express.com/std/service"
        return checked_address(value, example=example, secrets="checkword")
