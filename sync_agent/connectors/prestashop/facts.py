"""What all rows of a shop refer to: zone, languages, currencies, states, carriers."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from sync_agent.errors import ConfigError
from sync_agent.i18n import _
from sync_agent.port import Json

from .client import MissingRight, PrestaShopClient
from .settings import PrestaShopSettings, zone_of
from .states import CONFIGURED, StateFacts, state_facts
from .times import ShopTimes

_NAMES = ("PS_TIMEZONE", "PS_LANG_DEFAULT", "PS_CURRENCY_DEFAULT", "PS_VERSION_DB")


def words(value: Any, language: str = "") -> str:
    """Return a text of one language: several come as ``[{"id", "value"}, …]``."""
    if isinstance(value, list):
        given = {
            str(each.get("id")): str(each.get("value") or "")
            for each in value
            if isinstance(each, dict)
        }
        value = given.get(language) or next(filter(None, given.values()), "")
    return value.strip() if isinstance(value, str) else ""


@dataclass(frozen=True, slots=True)
class Shop:
    """Facts of a shop, by id where there are several.

    Attributes:
        times: reads its times.
        language: id of the language that names are read in.
        currency: ISO code of the default one; ``None`` if not known.
        currencies: ISO codes.
        languages: ISO codes.
        countries: ISO codes.
        regions: codes or names of states and provinces.
        carriers: name and address of tracking, with ``@`` for the number.
        states: of orders.
        version: of PrestaShop.
    """

    times: ShopTimes
    language: str = "1"
    currency: str | None = None
    currencies: Mapping[str, str] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    countries: Mapping[str, str] = field(default_factory=dict)
    regions: Mapping[str, str] = field(default_factory=dict)
    carriers: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    states: Mapping[str, StateFacts] = field(default_factory=dict)
    version: str = ""


class Facts:
    """Reads the facts of a shop, once."""

    def __init__(self, client: PrestaShopClient, settings: PrestaShopSettings) -> None:
        self._client = client
        self._settings = settings
        self._shop: Shop | None = None
        self.configured: dict[str, str] | None = None

    def times(self) -> ShopTimes:
        """Return what reads the times of the shop, by its clock of now."""
        return ShopTimes(self.zone(), self._client.served_at)

    def zone(self) -> ZoneInfo:
        """Return the zone of the shop's times.

        Raises:
            ConfigError: neither the settings nor the shop tell it.
        """
        name = self._settings.timezone or self._configuration().get("PS_TIMEZONE", "")
        zone = zone_of(name) if name else None
        if zone is None:
            raise ConfigError(
                _("The time zone of the shop is not known."),
                _(
                    'Write it into the settings, e.g. timezone = "Europe/Paris" '
                    "(PrestaShop > International > Localization), or let the key view "
                    "configurations."
                ),
            )
        return zone

    def shop(self) -> Shop:
        """Return all facts."""
        if self._shop is None:
            self._shop = self._read()
        return self._shop

    def optional(self, resource: str) -> list[Json]:
        """Return a short list; an empty one when the key may not read it."""
        with suppress(MissingRight):
            return self._client.all(resource)
        return []

    def _configuration(self) -> dict[str, str]:
        """Return the values of the shop's configuration that matter here."""
        if self.configured is None:
            wanted = "|".join((*_NAMES, *CONFIGURED))
            rows: list[Json] = []
            with suppress(MissingRight):
                found = self._client.slice(
                    "configurations", {"name": f"[{wanted}]"}, limit=1000
                )
                rows = list(found.rows)
            # what is set for all shops of several stands behind, and so counts
            rows.sort(
                key=lambda row: str(row.get("id_shop") or "0") != "0", reverse=True
            )
            self.configured = {
                str(row.get("name")): words(row.get("value")) for row in rows
            }
        return self.configured

    def _read(self) -> Shop:
        known = self._configuration()
        zone = self.zone()
        languages = _codes(self.optional("languages"))
        currencies = _codes(self._client.all("currencies"))
        language = known.get("PS_LANG_DEFAULT", "1")
        for own, code in languages.items():
            if code == (self._settings.language or "").lower():
                language = own
        return Shop(
            ShopTimes(zone),
            language,
            currencies.get(known.get("PS_CURRENCY_DEFAULT", ""))
            or (next(iter(currencies.values())) if len(currencies) == 1 else None),
            currencies,
            languages,
            _codes(self.optional("countries")),
            {
                str(row["id"]): words(row.get("iso_code")) or words(row.get("name"))
                for row in self.optional("states")
            },
            {
                str(row["id"]): (words(row.get("name")), words(row.get("url")))
                for row in self.optional("carriers")
            },
            self._states(language, known),
            known.get("PS_VERSION_DB", ""),
        )

    def _states(self, language: str, known: Mapping[str, str]) -> dict[str, StateFacts]:
        roles = {known[name]: name for name in CONFIGURED if known.get(name)}
        return {
            str(row["id"]): state_facts(
                row,
                words(row.get("name"), language),
                words(row.get("template"), language),
                roles,
                self._settings.states.get(str(row["id"])),
            )
            for row in self._client.all("order_states")
        }


def _codes(rows: list[Json]) -> dict[str, str]:
    """Return ISO codes by id."""
    return {str(row["id"]): words(row.get("iso_code")) for row in rows}
