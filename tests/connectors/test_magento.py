"""The traps of Magento, each acted out by the fake shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
import requests
from pydantic import ValidationError

from sync_agent.connectors.magento import CONNECTOR
from sync_agent.connectors.magento.client import refusal
from sync_agent.connectors.magento.streams import dated
from sync_agent.errors import Fatal, Incomplete, NeedsCredentials, Retryable
from sync_agent.port import Json
from sync_agent.records import Envelope, Order
from sync_agent.records.fields import format_time
from tests.fakes.magento import INTEGRATION
from tests.fakes.magento.auth import SIGN_IN

from .adapters import ids_of, items_of, text_of
from .shops.magento import MagentoAdapter, open_shop
from .test_recorded import check_sums

LATER = datetime(2025, 3, 1, 12, tzinfo=UTC)
MARK: Json = {"mark": format_time(LATER - timedelta(days=1))}
NO_ADMIN: Json = {"username": None, "password": None}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[MagentoAdapter]:
    """A fake shop, fresh for each test; its records are older than MARK."""
    with open_shop(request) as adapter:
        yield adapter


def orders_of(pages: Any) -> dict[str, Order]:
    found = {}
    for item in items_of(pages):
        assert isinstance(item, Envelope), (item.path, item.reason)
        assert isinstance(item.data, Order)
        found[item.external_id] = item.data
    return found


def unrefunded(shop: MagentoAdapter) -> int:
    """Return the id of a complete order without a credit memo."""
    return next(
        own
        for own, row in shop.store.orders.items()
        if row["state"] == "complete" and not row.get("total_refunded")
    )


def test_every_order_of_the_shop_adds_up(shop: MagentoAdapter) -> None:
    """Demand 33: what an order shows is what was paid, though amounts are floats."""
    found = orders_of(shop.read())
    for external_id, order in found.items():
        check_sums(order)
        assert order.total == shop.store.orders[int(external_id)]["grand_total"]
    assert any(order.refunds for order in found.values())
    assert any(line.discount for o in found.values() for line in o.lines)


def test_an_order_off_by_a_cent_stays_off(shop: MagentoAdapter) -> None:
    """Nothing is evened out: Odoo has to refuse it with the difference."""
    own = unrefunded(shop)
    total = shop.store.orders[own]["grand_total"] + Decimal("0.01")
    shop.store.edit("orders", own, grand_total=total, base_grand_total=total)
    order = orders_of(shop.read())[str(own)]
    parts = sum(part.total for part in (*order.lines, *order.charges))
    assert order.total - parts == Decimal("0.01")


def test_a_variant_that_comes_twice_counts_once(shop: MagentoAdapter) -> None:
    variants = {
        str(own)
        for own, row in shop.store.tables["products"].items()
        if row["sku"].startswith("SKU-3-")
    }
    lines = [
        line
        for order in orders_of(shop.read()).values()
        for line in order.lines
        if (line.sku or "").startswith("SKU-3-")
    ]
    assert lines
    assert {line.product_external_id for line in lines} <= variants
    assert all(line.total for line in lines)


def test_a_variant_names_the_product_it_belongs_to(shop: MagentoAdapter) -> None:
    found = {
        item.external_id: item.data.to_wire()
        for item in items_of(shop.read(stream="products"))
        if isinstance(item, Envelope) and item.data
    }
    parents = {row.get("parent_external_id") for row in found.values()} - {None}
    assert len(parents) == 1
    assert parents <= set(found)
    assert all(row["currency"] == "EUR" for row in found.values())
    assert all(row["category"] == ["Tea"] for row in found.values())


def test_a_credit_memo_that_does_not_move_its_order_is_found(
    shop: MagentoAdapter,
) -> None:
    """Trap 9."""
    own = unrefunded(shop)
    before = {i.external_id: i.version for i in items_of(shop.read())}[str(own)]
    shop.store.refund(own, [(0, 1)], with_shipping=True, more="1.00", at=LATER)
    assert ids_of(shop.read(MARK)) == []
    (item,) = items_of(shop.read(MARK, stream="creditmemos"))
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    assert item.external_id == str(own)
    assert item.version > before
    check_sums(item.data)
    (refund,) = item.data.refunds
    left = refund.total - sum(p.total for p in (*refund.lines, *refund.charges))
    assert left == Decimal("1.00")


def test_a_shipment_that_does_not_move_its_order_is_found(
    shop: MagentoAdapter,
) -> None:
    """Trap 9: magento2#10287."""
    sent = shop.store.ship(unrefunded(shop), "NEW1", "NEW2", at=LATER)
    found = ids_of(shop.read(MARK, stream="shipments"))
    assert found[0] == str(sent["entity_id"])
    assert len(found) == 2


def test_a_tracking_number_that_comes_later_is_found(shop: MagentoAdapter) -> None:
    sent = shop.store.ship(unrefunded(shop), at=LATER - timedelta(days=9))
    known = shop.store.ship(unrefunded(shop), "OLD", at=LATER - timedelta(days=9))
    assert items_of(shop.read(MARK, stream="shipments")) == []
    shop.store.track(sent["entity_id"], "LATE", at=LATER)
    (item,) = items_of(shop.read(MARK, stream="shipments"))
    assert item.external_id == str(sent["entity_id"]) != str(known["entity_id"])
    assert "LATE" in text_of(item)


def test_the_second_number_of_a_shipment_can_be_fetched(shop: MagentoAdapter) -> None:
    sent = shop.store.ship(unrefunded(shop), "ONE", "TWO", at=LATER)
    second = f"{sent['entity_id']}:{sent['tracks'][1]['entity_id']}"
    (item,) = shop.open().fetch("shipment", [second, "no:thing", "77777:1"])
    assert item.external_id == second
    assert "TWO" in text_of(item)


def test_a_new_address_is_read_with_the_next_order(shop: MagentoAdapter) -> None:
    """Trap 9: magento2#2982: an address does not move its customer's date."""
    own, row = next((k, r) for k, r in shop.store.orders.items() if "customer_id" in r)
    shop.store.edit_quietly("customers", row["customer_id"], addresses=[])
    assert items_of(shop.read(MARK, stream="customers")) == []
    shop.store.edit("orders", own, at=LATER)
    assert ids_of(shop.read(MARK, stream="customers")) == [str(row["customer_id"])]


def test_no_page_past_the_end_is_ever_asked_for(shop: MagentoAdapter) -> None:
    """Trap 5: it would repeat the last page for ever."""
    token = shop.shop.guard.token(
        {"username": shop.settings["username"], "password": shop.settings["password"]}
    )[1]
    pages = [
        requests.get(
            f"{shop.shop.url}/rest/V1/orders",
            params={"searchCriteria[pageSize]": 50, "searchCriteria[currentPage]": n},
            headers={"Authorization": f"Bearer {token}"},
            timeout=10,
        ).json()["items"]
        for n in (2, 3)
    ]
    assert {r["entity_id"] for r in pages[0]} == {r["entity_id"] for r in pages[1]}
    shop.shop.requests.clear()
    found = ids_of(shop.read())
    assert len(found) == len(set(found)) == len(shop.ids())
    asked = [r for r in shop.shop.requests if "V1/orders?" in r]
    assert len(asked) == 7  # 60 orders, pages of 10, and one that is empty
    assert all("[currentPage]=1" in each for each in asked)


@pytest.mark.parametrize("wrong", [-60, -7, -1, 1, 7])
def test_a_wrong_total_loses_nothing(shop: MagentoAdapter, wrong: int) -> None:
    """Trap 5: magento2#17295."""
    shop.shop.api.count_is_off_by = wrong
    for page_size in (10, 7, 100):
        pages = shop.read(source=shop.open(page_size=page_size))
        assert set(ids_of(pages)) == shop.ids()


def test_a_module_that_drops_the_filter_is_no_success(shop: MagentoAdapter) -> None:
    """Trap 5: else the first page would come for ever."""
    shop.shop.api.ignores = {"entity_id"}
    with pytest.raises(Incomplete) as caught:
        shop.read()
    assert caught.value.remedy


def test_times_are_utc_and_asked_for_as_such() -> None:
    """Trap 14."""
    at = datetime.fromisoformat("2026-03-29T03:30:00.5+02:00")
    assert dated(at, "updated_at") == [[("updated_at", "gteq", "2026-03-29 01:30:00")]]
    assert dated(None, "updated_at") == []


def test_an_integration_signs_its_requests(shop: MagentoAdapter) -> None:
    source = shop.open(**NO_ADMIN, **INTEGRATION)
    assert set(ids_of(shop.read(source=source))) == shop.ids()
    assert ids_of(shop.read(MARK, source=source)) == []  # a space in the address
    assert {each.state for each in source.check()} == {"ok"}
    assert shop.shop.guard.given == 0


@pytest.mark.parametrize(
    ("key", "words"),
    [
        ("consumer_key", "does not know the consumer key"),
        ("consumer_secret", "signature"),
        ("access_token", "refuses the access token"),
        ("access_token_secret", "signature"),
    ],
)
def test_a_wrong_key_of_an_integration_is_told_apart(
    shop: MagentoAdapter, key: str, words: str
) -> None:
    keys = {**INTEGRATION, key: "wrong0123456789wrong0123456789ab"}
    with pytest.raises(NeedsCredentials) as caught:
        shop.read(source=shop.open(**NO_ADMIN, **keys))
    assert words in caught.value.message
    assert caught.value.remedy
    assert "wrong0123" not in str(caught.value)


def test_an_integration_that_was_switched_off_is_told(shop: MagentoAdapter) -> None:
    shop.shop.guard.switched_off = True
    with pytest.raises(NeedsCredentials, match="switched off"):
        shop.read(source=shop.open(**NO_ADMIN, **INTEGRATION))


def test_each_list_that_may_not_be_read_is_told_with_its_resource(
    shop: MagentoAdapter,
) -> None:
    shop.shop.forbidden = {"Magento_Sales::shipment", "Magento_Catalog::categories"}
    failed = {r.name: r for r in shop.open().check() if r.state == "failed"}
    assert set(failed) == {"shipments", "categories"}
    assert "Magento_Sales::shipment" in failed["shipments"].message
    assert all(result.remedy for result in failed.values())


def test_an_admins_token_is_got_once_and_renewed_before_its_end(
    shop: MagentoAdapter,
) -> None:
    """Trap 10."""
    shop.read()
    assert shop.shop.guard.given == 1
    source = shop.open(token_hours=1e-9)
    assert set(ids_of(shop.read(source=source))) == shop.ids()
    assert shop.shop.guard.given > 5


def test_a_new_token_that_is_refused_too_is_the_end(shop: MagentoAdapter) -> None:
    body = {"message": "The consumer isn't authorized to access %resources."}
    shop.faults.add("status", status=401, body=body, times=100, path=shop.listing)
    with pytest.raises(NeedsCredentials):
        shop.read()
    assert shop.shop.guard.given == 2


def test_an_account_with_two_factors_is_told_to_use_an_integration(
    shop: MagentoAdapter,
) -> None:
    shop.shop.guard.two_factors = True
    with pytest.raises(NeedsCredentials, match="integration"):
        shop.read()


def test_an_answer_without_a_token_is_told(shop: MagentoAdapter) -> None:
    shop.faults.add("status", body={"token": "?"}, path=shop.token_path)
    with pytest.raises(Fatal, match="no token"):
        shop.read()


def test_a_list_of_another_form_is_tried_later(shop: MagentoAdapter) -> None:
    shop.faults.add("status", body=[], path=shop.listing, times=9)
    with pytest.raises(Retryable, match="unexpected form"):
        shop.read()


def test_carts_are_read_when_they_are_wanted(shop: MagentoAdapter) -> None:
    plain, source = shop.open(), shop.open(carts=True)
    assert "carts" not in {stream.name for stream in plain.streams()}
    assert "cart" not in plain.kinds
    found = items_of(shop.read(source=source, stream="carts"))
    assert len(found) == 2  # one is empty, one was bought
    assert {key.external_id for key in source.keys("cart")} == {
        item.external_id for item in found
    }
    assert "carts" in {result.name for result in source.check()}


@pytest.mark.parametrize(
    ("status", "message", "kind", "words"),
    [
        (401, SIGN_IN, NeedsCredentials, "sign-in was incorrect"),
        (401, "Timestamp refused", NeedsCredentials, "time of the signed request"),
        (401, "The nonce is used", NeedsCredentials, "same signed request"),
        (404, "Request does not match any route.", Fatal, "no Magento REST API"),
        (400, '"%fieldName" is required.', Fatal, '"searchCriteria" is required'),
    ],
)
def test_refusals_are_told_apart(
    status: int, message: str, kind: type[Exception], words: str
) -> None:
    parameters = {"fieldName": "searchCriteria"}
    error = refusal(status, {"message": message, "parameters": parameters})
    assert type(error) is kind
    assert words in error.message
    assert error.remedy


def test_a_refusal_without_words_has_a_remedy() -> None:
    assert refusal(403, None).remedy
    assert refusal(404, {}).remedy


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"username": "crm"},
        {**INTEGRATION, "access_token": None},
        {**INTEGRATION, "username": "crm", "password": "x"},
    ],
)
def test_there_is_one_way_in(changes: Json) -> None:
    with pytest.raises(ValidationError, match="username and password"):
        CONNECTOR.settings(**{"url": "https://shop.example", **changes})


def test_the_address_of_the_api_is_cut_to_that_of_the_shop() -> None:
    url = "https://shop.example/shop/rest/V1/"
    settings = CONNECTOR.settings(url=url, **INTEGRATION)
    assert settings.api() == "https://shop.example/shop/rest/all/V1"  # type: ignore[attr-defined]
    assert INTEGRATION["access_token"] not in repr(settings)
