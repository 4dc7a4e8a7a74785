"""The traps of PrestaShop, each acted out by the fake shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sync_agent.connectors.prestashop.client import MissingRight
from sync_agent.errors import (
    ConfigError,
    ExitCode,
    Fatal,
    Incomplete,
    NeedsCredentials,
    Retryable,
)
from sync_agent.port import Json
from sync_agent.records import Envelope, Order
from sync_agent.records.fields import format_time
from tests.fakes.prestashop import KEY

from .adapters import ids_of, items_of, text_of
from .shops.prestashop import PrestaShopAdapter, open_shop
from .test_recorded import check_sums

LATER = datetime(2025, 3, 1, 12, tzinfo=UTC)
MARK: Json = {"mark": format_time(LATER - timedelta(days=1))}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[PrestaShopAdapter]:
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


def sent(shop: PrestaShopAdapter, *, is_sent: bool = True) -> int:
    """Return the id of an order without a slip that was sent, or was not."""
    slips = {row["id_order"] for row in shop.store.tables["order_slip"].values()}
    return next(
        own
        for own, row in shop.store.orders.items()
        if (row["current_state"] in (4, 5)) == is_sent and own not in slips
    )


def recently(**kept: Any) -> Json:
    """Return a cursor whose whole lists are not due."""
    return {**MARK, "kept": {"whole_at": format_time(datetime.now(UTC)), **kept}}


def test_every_order_of_the_shop_adds_up(shop: PrestaShopAdapter) -> None:
    """Demand 33: what an order shows is what was paid, though lines have six places."""
    found = orders_of(shop.read())
    for external_id, order in found.items():
        check_sums(order)
        row = shop.store.orders[int(external_id)]
        assert order.total == row["total_paid_tax_incl"]
    kinds = {charge.kind for order in found.values() for charge in order.charges}
    assert kinds >= {"shipping", "discount"}
    assert any(order.refunds for order in found.values())


def test_an_order_off_by_a_cent_stays_off(shop: PrestaShopAdapter) -> None:
    """Nothing is evened out: Odoo has to refuse it with the difference."""
    own = sent(shop)
    total = shop.store.orders[own]["total_paid_tax_incl"] + Decimal("0.01")
    shop.store.edit("orders", own, total_paid_tax_incl=total)
    order = orders_of(shop.read())[str(own)]
    parts = sum(part.total for part in (*order.lines, *order.charges))
    assert Decimal("0.005") < order.total - parts < Decimal("0.015")


def test_a_slip_that_does_not_move_its_order_is_found(shop: PrestaShopAdapter) -> None:
    """Trap 11."""
    own = sent(shop)
    before = {i.external_id: i.version for i in items_of(shop.read())}[str(own)]
    shop.store.refund(own, [(0, 1)], with_shipping=True, at=LATER)
    assert ids_of(shop.read(MARK)) == []
    (item,) = items_of(shop.read(MARK, stream="order_slips"))
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    assert item.external_id == str(own)
    assert item.version > before
    check_sums(item.data)


def test_an_amount_that_a_person_chose_is_what_was_paid_back(
    shop: PrestaShopAdapter,
) -> None:
    own = sent(shop)
    shop.store.refund(own, [(0, 1)], chosen="1.50", at=LATER)
    order = orders_of(shop.read(MARK, stream="order_slips"))[str(own)]
    check_sums(order)
    assert order.refunded_total == Decimal("1.50")


def test_a_tracking_number_that_moves_no_date_is_found(
    shop: PrestaShopAdapter,
) -> None:
    own = shop.add_order(LATER - timedelta(days=3))
    assert items_of(shop.read(MARK, stream="shipments")) == []
    shop.store.track(int(own), "LATE1")
    assert items_of(shop.read(recently(), stream="shipments")) == []
    (item,) = items_of(shop.read(MARK, stream="shipments"))
    assert "LATE1" in text_of(item)
    assert "info_received" in text_of(item)


def test_a_parcel_is_read_when_its_order_is_sent(shop: PrestaShopAdapter) -> None:
    own = sent(shop, is_sent=False)
    shop.store.set_state(own, 4, LATER)
    (item,) = items_of(shop.read(recently(), stream="shipments"))
    assert isinstance(item, Envelope)
    data = item.to_wire()["data"]
    assert data["order_external_id"] == str(own)
    assert (data["state"], data["shipped_at"]) == ("in_transit", "2025-03-01T12:00:00Z")
    shop.store.set_state(own, 5, LATER + timedelta(hours=1))
    (item,) = items_of(shop.read(recently(), stream="shipments"))
    assert "'delivered_at': '2025-03-01T13:00:00Z'" in text_of(item)


def test_an_order_that_was_not_sent_has_no_parcel(shop: PrestaShopAdapter) -> None:
    own = sent(shop, is_sent=False)
    found = text_of_all(shop, "shipments")
    assert f"'order_external_id': '{own}'" not in found
    assert f"'order_external_id': '{sent(shop)}'" in found


def text_of_all(shop: PrestaShopAdapter, stream: str) -> str:
    return " ".join(map(text_of, items_of(shop.read(stream=stream))))


def test_a_combination_that_changes_without_a_date_is_found_at_the_cadence(
    shop: PrestaShopAdapter,
) -> None:
    """Trap: its change moves no date, and neither does a write of stock (#20465)."""
    own, row = next(iter(shop.store.tables["combinations"].items()))
    shop.store.edit_quietly("combinations", own, reference="NEW-SKU")
    shop.store.edit_quietly("products", row["id_product"], quantity=1)
    assert items_of(shop.read(recently(), stream="products")) == []
    pages = shop.read(MARK, stream="products")
    found = {item.external_id: text_of(item) for item in items_of(pages)}
    assert "NEW-SKU" in found[f"{row['id_product']}:{own}"]


def test_combinations_belong_to_products_and_bear_their_price(
    shop: PrestaShopAdapter,
) -> None:
    source = shop.open()
    pages = shop.read(stream="products", source=source)
    found = {i.external_id: i.to_wire()["data"] for i in items_of(pages)}
    variants = {own: row for own, row in found.items() if ":" in own}
    assert len(variants) == 2
    for own, row in variants.items():
        parent = found[row["parent_external_id"]]
        assert Decimal(row["price"]) > Decimal(parent["price"])
        assert row["name"].startswith(parent["name"])
        assert [item.external_id for item in source.fetch("product", [own])] == [own]
    assert all(row["category"] == ["Tea"] for row in found.values())
    sold = {
        line.product_external_id
        for order in orders_of(shop.read()).values()
        for line in order.lines
    }
    assert sold <= set(found)
    assert sold & set(variants)


def test_names_come_in_the_language_that_is_wanted(shop: PrestaShopAdapter) -> None:
    source = shop.open(language="fr")
    order = next(iter(orders_of(shop.read(source=source)).values()))
    assert (order.state_raw or "").startswith("fr ")
    assert "fr " in text_of(items_of(shop.read(stream="products", source=source))[0])


def test_guests_are_no_accounts(shop: PrestaShopAdapter) -> None:
    """Trap 16."""
    guests = {
        str(own)
        for own, row in shop.store.tables["customers"].items()
        if row["is_guest"]
    }
    found = ids_of(shop.read(stream="customers"))
    assert guests
    assert not guests & set(found)
    bought = [
        order.customer
        for external_id, order in orders_of(shop.read()).items()
        if str(shop.store.orders[int(external_id)]["id_customer"]) in guests
    ]
    assert bought
    assert all(each and each.external_id is None and each.email for each in bought)


def test_a_new_address_is_read_though_its_customer_does_not_move(
    shop: PrestaShopAdapter,
) -> None:
    own, row = next(iter(shop.store.tables["addresses"].items()))
    shop.store.edit("addresses", own, LATER, city="Kyoto")
    (item,) = items_of(shop.read(MARK, stream="customers"))
    assert item.external_id == str(row["id_customer"])
    assert "Kyoto" in text_of(item)


def test_lists_are_asked_for_above_an_id_and_with_dates(
    shop: PrestaShopAdapter,
) -> None:
    """Trap 1; without date=1 the shop refuses to compare dates (#10822)."""
    shop.read(MARK)
    shop.shop.requests.clear()
    shop.read(source=shop.open(page_size=25))
    asked = [r for r in shop.shop.requests if "api/orders?" in r]
    assert len(asked) == 4  # 60 orders, and the empty page that ends them
    assert all("limit=0,25" in each and "id_ASC" in each for each in asked)
    assert KEY not in " ".join(shop.shop.requests)
    shop.shop.requests.clear()
    shop.read(MARK)
    (asked_new,) = [r for r in shop.shop.requests if "api/orders?" in r]
    assert "filter[date_upd]=>[2025-02-28 12:54:59]" in asked_new.replace("+", " ")
    assert "date=1" in asked_new


def test_an_empty_shop_is_read_to_its_end(shop: PrestaShopAdapter) -> None:
    """An empty list is [] and not {}."""
    for name in ("orders", "order_slip", "order_carriers", "products", "customers"):
        shop.store.tables[name].clear()
    source = shop.open()
    for stream in source.streams():
        assert items_of(shop.read(stream=stream.name, source=source)) == []
    assert {each.state for each in source.check()} == {"ok"}


def test_a_module_that_drops_the_filter_is_no_success(shop: PrestaShopAdapter) -> None:
    shop.shop.api.ignores = {"id"}
    with pytest.raises(Incomplete) as caught:
        shop.read()
    assert caught.value.remedy


@pytest.mark.parametrize("body", [None, {}, {"orders": "none"}, {"orders": [{}]}])
def test_an_answer_of_another_form_is_tried_later(
    shop: PrestaShopAdapter, body: Any
) -> None:
    """An empty 200 is what is left of a PHP that ran out of memory."""
    shop.faults.add("status", body=body, path=shop.listing, times=9)
    with pytest.raises(Retryable, match="unexpected form"):
        shop.read()


def test_the_zone_is_that_of_the_settings_or_of_the_shop(
    shop: PrestaShopAdapter,
) -> None:
    """Trap 14."""
    at = datetime(2025, 7, 1, 12, tzinfo=UTC)
    own = shop.add_at(at)
    assert orders_of(shop.read())[own].ordered_at == at
    shop.shop.forbidden = {"configurations"}
    source = shop.open(timezone="America/New_York")
    assert orders_of(shop.read(source=source))[own].ordered_at == at + timedelta(
        hours=6
    )
    with pytest.raises(ConfigError, match="timezone"):
        shop.read()
    failed = {r.name: r for r in shop.open().check() if r.state == "failed"}
    assert failed["time zone"].exit_code == ExitCode.CONFIG


def test_a_wrong_zone_is_told_by_the_check(shop: PrestaShopAdapter) -> None:
    shop.add()
    source = shop.open(timezone="America/New_York")
    told = {r.name: r for r in source.check()}["time zone"]
    assert told.state == "warning"
    assert "America/New_York" in told.message
    assert told.remedy


def test_each_list_that_may_not_be_read_is_told(shop: PrestaShopAdapter) -> None:
    shop.shop.forbidden = {"order_slip", "order_cart_rules"}
    shop.shop.write_only = {"addresses"}
    found = {r.name: r for r in shop.open().check() if r.state != "ok"}
    assert {name: r.state for name, r in found.items()} == {
        "order_slip": "failed",
        "addresses": "failed",
        "order_cart_rules": "warning",
    }
    assert all(name in r.remedy for name, r in found.items())
    with pytest.raises(MissingRight, match=r"order_slip|addresses"):
        shop.read()


def test_a_key_without_the_orders_still_has_its_other_lists_checked(
    shop: PrestaShopAdapter,
) -> None:
    shop.shop.forbidden = {"orders"}
    found = {r.name: r.state for r in shop.open().check()}
    assert found["orders"] == "failed"
    assert found["customers"] == "ok"


def test_lists_that_only_help_may_be_missing(shop: PrestaShopAdapter) -> None:
    shop.shop.forbidden = {
        *("order_histories", "order_cart_rules", "carriers", "countries", "states"),
        *("categories", "product_option_values", "languages"),
    }
    source = shop.open()
    for order in orders_of(shop.read(source=source)).values():
        check_sums(order)
    for stream in source.streams():
        assert items_of(shop.read(stream=stream.name, source=source))
    asked = [r for r in shop.shop.requests if "order_cart_rules" in r]
    assert len(asked) == 2  # and once more to learn why it is refused; never again


def test_states_of_modules_can_be_told_in_the_settings(
    shop: PrestaShopAdapter,
) -> None:
    """Trap 23."""
    own = shop.add_with_status("En cours chez PayPal")
    state = str(shop.store.orders[int(own)]["current_state"])
    source = shop.open(states={state: "pending"})
    assert orders_of(shop.read())[own].state == "unknown"
    order = orders_of(shop.read(source=source))[own]
    assert (order.state, order.state_raw) == ("pending", "En cours chez PayPal")


@pytest.mark.parametrize(
    ("state", "told"),
    [
        *((1, "pending"), (2, "confirmed"), (3, "confirmed"), (4, "shipped")),
        *((5, "completed"), (6, "cancelled"), (7, "refunded"), (8, "failed")),
        (0, "pending"),
    ],
)
@pytest.mark.parametrize("are_configured", [True, False])
def test_states_are_told_by_their_flags(
    shop: PrestaShopAdapter, state: int, told: str, *, are_configured: bool
) -> None:
    """Shops translate their names; the configuration may be out of reach."""
    if not are_configured:
        shop.shop.forbidden = {"configurations"}
        # only the configuration tells which of the sent ones has arrived
        told = "shipped" if told == "completed" else told
    own = shop.add_order(current_state=state)
    source = shop.open(timezone="Europe/Paris")
    assert orders_of(shop.read(source=source))[own].state == told


def test_a_header_that_is_stripped_is_told(shop: PrestaShopAdapter) -> None:
    shop.shop.strips_header = True
    with pytest.raises(NeedsCredentials, match="Authorization"):
        shop.read()


def test_an_address_without_a_shop_is_told(shop: PrestaShopAdapter) -> None:
    with pytest.raises(Fatal, match="address"):
        shop.read(source=shop.open(url=f"{shop.shop.url}/elsewhere"))


def test_a_page_of_a_firewall_is_no_fault_of_the_shop(shop: PrestaShopAdapter) -> None:
    shop.faults.add("html", status=403, times=9)
    with pytest.raises(NeedsCredentials, match="403") as caught:
        shop.read()
    assert "Authorization" not in str(caught.value)


def test_the_version_of_the_shop_is_told(shop: PrestaShopAdapter) -> None:
    source = shop.open()
    assert source.platform == "PrestaShop"
    assert "PrestaShop 8.1.7 answers." in {r.message for r in source.check()}
