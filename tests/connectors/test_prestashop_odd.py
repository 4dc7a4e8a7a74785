"""PrestaShop's rounding, clock, refusals and settings; rows that are odd."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from pydantic import ValidationError

from sync_agent.connectors.prestashop import CONNECTOR
from sync_agent.connectors.prestashop.client import MissingRight, refusal
from sync_agent.connectors.prestashop.money import Rounding
from sync_agent.connectors.prestashop.times import ShopTimes
from sync_agent.errors import Fatal, NeedsCredentials
from sync_agent.port import Json
from sync_agent.records import BadRecord, Envelope
from tests.fakes.prestashop import KEY

from .adapters import items_of
from .shops.prestashop import PrestaShopAdapter, open_shop
from .test_prestashop import orders_of, sent
from .test_recorded import check_sums

LATER = datetime(2025, 3, 1, 12, tzinfo=UTC)
PARIS = ShopTimes(ZoneInfo("Europe/Paris"))
SETTINGS: Json = {"url": "https://shop.example", "key": KEY}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[PrestaShopAdapter]:
    """A fake shop, fresh for each test."""
    with open_shop(request) as adapter:
        yield adapter


@pytest.mark.parametrize(
    ("mode", "value", "told"),
    [
        (0, "1.001", "1.01"),
        (1, "1.009", "1.00"),
        (2, "1.005", "1.01"),
        (3, "1.005", "1.00"),
        (4, "1.005", "1.00"),
        (5, "1.005", "1.01"),
        (5, "1.015", "1.01"),
        (5, "1.016", "1.02"),
        (9, "1.005", "1.01"),
        (2, "1e30", "1e30"),
    ],
)
def test_amounts_are_rounded_as_the_order_says(
    mode: int, value: str, told: str
) -> None:
    assert Rounding(Decimal("0.01"), mode).of(Decimal(value)) == Decimal(told)


def test_nothing_is_lost_where_the_clock_goes_back() -> None:
    """Trap 14: 02:10 may be later than 02:50."""
    since = datetime(2025, 10, 26, 0, 50, tzinfo=UTC)  # 02:50, first time
    again = datetime(2025, 10, 26, 1, 10, tzinfo=UTC)  # 02:10, second time
    written = again.astimezone(PARIS.zone).strftime("%Y-%m-%d %H:%M:%S")
    assert PARIS.before(since) < written < since.astimezone(PARIS.zone).isoformat(" ")
    early = ShopTimes(PARIS.zone, since + timedelta(minutes=2))
    late = ShopTimes(PARIS.zone, again + timedelta(minutes=2))
    assert early.version("2025-10-26 02:50:00") < late.version(written)
    assert late.version(written) == "2025-10-26T01:10:00.000000Z"


def test_dates_of_zeros_are_none_and_gaps_are_later() -> None:
    assert PARIS.of("0000-00-00 00:00:00") is None
    assert PARIS.of(None) is None
    assert PARIS.version("0000-00-00 00:00:00", None) == ""
    assert PARIS.of("2025-03-30 02:30:00") == datetime(2025, 3, 30, 1, 30, tzinfo=UTC)
    assert PARIS.before(LATER) == "2025-03-01 12:59:59"


@pytest.mark.parametrize(
    ("status", "message", "kind", "words"),
    [
        (401, "Authentication key is empty", NeedsCredentials, "strips"),
        (401, "Invalid authentication key format", NeedsCredentials, "32 characters"),
        (401, "Authentication key does not exist", NeedsCredentials, "does not know"),
        (401, "Authentication key is not active", NeedsCredentials, "switched off"),
        (401, "No permission for this key", NeedsCredentials, "read nothing"),
        (401, "Something new", NeedsCredentials, "Something new"),
        (405, "Method GET is not allowed for the resource x", MissingRight, "View"),
        (400, "This filter does not exist", Fatal, "This filter"),
    ],
)
def test_refusals_are_told_apart(
    status: int, message: str, kind: type[Exception], words: str
) -> None:
    body = {"errors": [{"code": 1, "message": message}]}
    error = refusal(status, body, "orders")
    assert type(error) is kind
    assert words in str(error)
    assert error.remedy


@pytest.mark.parametrize("body", [None, [], {"errors": "x"}, {"errors": ["x"]}])
def test_a_refusal_without_words_has_a_remedy(body: Any) -> None:
    assert refusal(401, body, "orders").remedy
    assert refusal(400, body, "orders").remedy


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"timezone": "Europe/Pariss"}, "no time zone"),
        ({"timezone": "/etc/passwd"}, "no time zone"),
        ({"states": {"3": "teleported"}}, "states"),
        ({"url": "https://key@shop.example"}, "no keys in the address"),
    ],
)
def test_wrong_settings_are_explained(changes: Json, words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        CONNECTOR.settings(**{**SETTINGS, **changes})


def test_the_address_of_the_webservice_is_found() -> None:
    for url in ("https://shop.example/fr/", "https://shop.example/fr/api/"):
        settings = CONNECTOR.settings(**{**SETTINGS, "url": url})
        assert settings.base_url == "https://shop.example/fr/api"  # type: ignore[attr-defined]
        assert KEY not in repr(settings)


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"total_paid_tax_incl": "much"}, "total_paid_tax_incl"),
        ({"total_paid_tax_incl": None}, "total_paid_tax_incl"),
        ({"total_products": Decimal("1e30"), "round_mode": "odd"}, "round_mode"),
        ({"total_paid_tax_incl": Decimal("1e30")}, "total"),
        ({"date_add": "0000-00-00 00:00:00"}, "date_add"),
        ({"id_currency": 77}, "id_currency"),
    ],
)
def test_a_row_that_cannot_be_read_costs_no_other(
    shop: PrestaShopAdapter, changes: Json, path: str
) -> None:
    own = str(sent(shop))
    shop.store.edit_quietly("orders", int(own), **changes)
    found = {item.external_id: item for item in items_of(shop.read())}
    assert set(found) == shop.ids()
    bad = found.pop(own)
    assert isinstance(bad, BadRecord)
    assert (bad.path, bool(bad.reason)) == (path, True)
    assert all(isinstance(item, Envelope) for item in found.values())


def test_odd_references_cost_no_record(shop: PrestaShopAdapter) -> None:
    own = str(sent(shop))
    odd = {"id_customer": "none", "id_address_invoice": None, "date_upd": "today"}
    shop.store.edit_quietly("orders", int(own), **odd)
    order = orders_of(shop.read())[own]
    check_sums(order)
    assert order.billing is None
