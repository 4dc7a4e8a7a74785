"""The traps of Medusa, each acted out by the fake server."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sync_agent.port import Json
from sync_agent.records import Customer, Envelope, Order, Product, Shipment
from sync_agent.records.fields import format_time
from tests.fakes.medusa.seed import address

from .adapters import ids_of, items_of, text_of
from .shops.medusa import MedusaAdapter, open_shop
from .test_recorded import check_sums

LATER = datetime(2025, 3, 1, 12, tzinfo=UTC)
MARK: Json = {"mark": format_time(LATER - timedelta(days=1))}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[MedusaAdapter]:
    """A fake shop, fresh for each test; its records are older than MARK."""
    with open_shop(request) as adapter:
        yield adapter


def of_kind(pages: Any, kind: type) -> dict[str, Any]:
    found = {}
    for item in items_of(pages):
        assert isinstance(item, Envelope), (item.path, item.reason)
        if isinstance(item.data, kind):
            found[item.external_id] = item.data
    return found


def paid(shop: MedusaAdapter) -> str:
    """Return the id of an order that was paid and sent, and nothing else."""
    return next(
        own
        for own, row in shop.store.orders.items()
        if row["fulfillment_status"] == "delivered"
        and not row["returns"]
        and len(row["items"]) > 1
        and row["status"] == "pending"
    )


def read_order(shop: MedusaAdapter, own: str) -> Order:
    (item,) = shop.open().fetch("order", [own])
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    check_sums(item.data)
    return item.data


def test_every_order_of_the_shop_adds_up_to_the_cent(shop: MedusaAdapter) -> None:
    """Demand 33: what an order shows is what was paid; Medusa rounds nothing."""
    found = of_kind(shop.read(), Order)
    assert set(found) == shop.ids()
    for order in found.values():
        check_sums(order)
        assert order.total == order.total.quantize(Decimal("0.01"))
    charges = {charge.kind for order in found.values() for charge in order.charges}
    assert charges == {"shipping", "rounding"}
    assert any(line.discount for o in found.values() for line in o.lines)


def test_an_order_off_by_a_cent_stays_off(shop: MedusaAdapter) -> None:
    """Nothing is evened out: Odoo has to refuse it with the difference."""
    own = paid(shop)
    whole = sum(part.total for part in parts_of(read_order(shop, own)))

    def off(row: Json) -> Json:
        return {**row, "total": row["total"] + Decimal("0.01")}

    shop.shop.api.change = off
    found = of_kind(shop.read(), Order)[own]
    assert found.total - sum(part.total for part in parts_of(found)) == Decimal("0.01")
    assert whole == found.total - Decimal("0.01")


def parts_of(order: Order) -> list[Any]:
    return [*order.lines, *order.charges]


def test_a_capture_that_does_not_move_its_order_is_found(shop: MedusaAdapter) -> None:
    """Measured: updated_at of the order stays when it is paid."""
    own = next(
        own
        for own, row in shop.store.orders.items()
        if not row["payment_collections"][0]["payments"][0]["captures"]
    )
    shop.store.capture(own, at=LATER)
    assert ids_of(shop.read(MARK)) == []
    found = of_kind(shop.read(MARK, stream="payments"), Order)
    assert found[own].paid_at == LATER


def test_a_refund_of_what_was_owed_is_found_though_nothing_moved(
    shop: MedusaAdapter,
) -> None:
    """Trap 11, measured: neither order nor payment get a new date, no credit line."""
    own = paid(shop)
    before = {i.external_id: i.version for i in items_of(shop.read())}
    row = shop.store.orders[own]
    shop.store.edit_quantity(own, 0, 0, at=LATER - timedelta(days=9))
    owed = read_order(shop, own)
    assert owed.refunds == ()
    shop.store.refund(own, "0.50", at=LATER)
    assert row["credit_lines"] == []
    assert ids_of(shop.read(MARK)) == []
    # an order this old is left to the reconcile
    assert items_of(shop.read(MARK, stream="payments")) == []
    source = shop.open(open_days=1000)
    (item, *_parcels) = items_of(shop.read(MARK, source=source, stream="payments"))
    assert item.external_id == own
    assert item.version > before[own]


def test_what_an_edit_took_off_the_total_is_no_refund_too(shop: MedusaAdapter) -> None:
    own = paid(shop)
    was = read_order(shop, own).total
    item = shop.store.orders[own]["items"][0]
    shop.store.edit_quantity(own, 0, item["quantity"] + 1, at=LATER)
    more = read_order(shop, own).total - was
    shop.store.edit_quantity(own, 0, 0, at=LATER)
    total = read_order(shop, own).total
    shop.store.refund(own, str(was - total + 1), at=LATER)
    order = read_order(shop, own)
    assert more > 0
    assert order.total == total
    assert order.refunded_total == 1
    assert item["id"] not in {line.external_id for line in order.lines}


def test_goods_that_came_back_are_in_the_total_and_in_the_refund(
    shop: MedusaAdapter,
) -> None:
    """Medusa lowers the item's total, its quantity stays; money is paid back later."""
    own = paid(shop)
    before = read_order(shop, own)
    line = before.lines[0]
    each = line.total / line.quantity
    shop.store.give_back(own, 0, 1, at=LATER)
    assert read_order(shop, own).total == before.total
    assert read_order(shop, own).lines == before.lines
    shop.store.refund(own, str(each), at=LATER + timedelta(hours=1), note="too small")
    (refund,) = read_order(shop, own).refunds
    (back,) = refund.lines
    assert (back.order_line_external_id, back.quantity) == (line.external_id, 1)
    assert abs(back.total - each) < Decimal("0.01")
    assert refund.reason == "too small"


def test_goods_of_a_smaller_refund_carry_no_money(shop: MedusaAdapter) -> None:
    own = paid(shop)
    shop.store.give_back(own, 0, 1, at=LATER)
    shop.store.refund(own, "0.01", at=LATER + timedelta(hours=1))
    shop.store.refund(own, "0.02", at=LATER + timedelta(hours=2))
    first, second = read_order(shop, own).refunds
    assert [line.total for line in first.lines] == [0]
    assert second.lines == ()


def test_goods_that_came_back_whole_keep_their_tax(shop: MedusaAdapter) -> None:
    own = paid(shop)
    before = read_order(shop, own)
    for index, line in enumerate(before.lines):
        shop.store.give_back(own, index, int(line.quantity), at=LATER)
    assert read_order(shop, own).lines == before.lines


def test_totals_of_an_early_release_do_not_fall_twice(shop: MedusaAdapter) -> None:
    """Then the item's total is still that of what was sold."""
    own = paid(shop)
    before = read_order(shop, own)
    shop.store.give_back(own, 0, 1, at=LATER)

    def early(row: Json) -> Json:
        item = row["items"][0]
        worth = item["return_received_total"]
        item = {**item, "total": item["total"] + worth}
        item["tax_total"] = item["total"] * 19 / 119
        item = {k: v for k, v in item.items() if not k.startswith("raw_")}
        items = [item, *row["items"][1:]]
        return {**row, "items": items, "total": row["total"] + worth}

    shop.shop.api.change = lambda row: early(row) if row["id"] == own else row
    assert read_order(shop, own).total == before.total


def test_refunds_of_halves_never_exceed_the_order(shop: MedusaAdapter) -> None:
    own = paid(shop)
    exact = shop.store.orders[own]["payment_collections"][0]["amount"]
    half = exact / 2
    for minutes in (1, 2):
        at = LATER + timedelta(minutes=minutes)
        shop.store.refund(own, str(half), at=at)
    order = read_order(shop, own)
    assert order.refunded_total == order.total
    assert len(order.refunds) == 2


def test_a_cancelled_order_was_paid_and_paid_back(shop: MedusaAdapter) -> None:
    own = paid(shop)
    before = read_order(shop, own)
    shop.store.cancel(own, at=LATER)
    (item, *_parcels) = items_of(shop.read(MARK))
    assert isinstance(item, Envelope)
    order = item.data
    assert isinstance(order, Order)
    assert (order.state, order.total) == ("cancelled", before.total)
    assert order.refunded_total == before.total


def test_credit_that_is_no_refund_lowers_the_total(shop: MedusaAdapter) -> None:
    """A gift card, or what the shop let off."""
    own = shop.add()
    before = read_order(shop, own)
    shop.store.credit(own, "1.00")
    order = read_order(shop, own)
    assert before.total - order.total == 1
    (charge,) = (c for c in order.charges if c.kind == "gift_card")
    assert charge.total == -1
    assert order.refunds == ()


def test_parcels_come_with_their_order(shop: MedusaAdapter) -> None:
    own = paid(shop)
    sent = shop.store.ship(own, "NEW1", "NEW2", at=LATER)
    found = of_kind(shop.read(MARK), Shipment)
    first, second = (
        found[sent["id"]],
        found[f"{sent['id']}:{sent['labels'][1]['id']}"],
    )
    assert [first.tracking_number, second.tracking_number] == ["NEW1", "NEW2"]
    assert (first.state, first.carrier, first.shipped_at) == (
        "in_transit",
        "DHL Paket",
        LATER,
    )
    assert first.order_external_id == own
    assert first.tracking_url is None


def test_the_second_parcel_of_a_fulfilment_can_be_fetched(shop: MedusaAdapter) -> None:
    sent = shop.store.ship(paid(shop), "ONE", "TWO", at=LATER)
    second = f"{sent['id']}:{sent['labels'][1]['id']}"
    (item,) = shop.open().fetch("shipment", [second, "no:thing"])
    assert "TWO" in text_of(item)


def test_a_fulfilment_cancelled_or_without_a_parcel(shop: MedusaAdapter) -> None:
    own = paid(shop)
    gone = shop.store.ship(own, at=LATER)
    gone["canceled_at"] = format_time(LATER)
    download = shop.store.ship(own, at=LATER)
    download["requires_shipping"] = False
    found = of_kind(shop.read(MARK), Shipment)
    assert found[gone["id"]].state == "cancelled"
    assert download["id"] not in found


def test_a_provider_names_the_carrier(shop: MedusaAdapter) -> None:
    sent = shop.store.ship(paid(shop), "P1", at=LATER)
    sent["provider_id"] = "dhl_dhl"
    sent["labels"][0]["tracking_url"] = "https://dhl.example/P1"
    parcel = of_kind(shop.read(MARK), Shipment)[sent["id"]]
    assert (parcel.carrier, parcel.service) == ("dhl_dhl", "DHL Paket")
    assert parcel.tracking_url == "https://dhl.example/P1"


def test_a_new_address_that_does_not_move_its_customer_is_found(
    shop: MedusaAdapter,
) -> None:
    """Measured: updated_at of the customer stays."""
    own = next(iter(shop.store.tables["customers"]))
    rested = shop.read(stream="customers")[-1].cursor
    now = shop.clock.now()
    shop.store.add_address(own, {**address(2), "address_1": "New Street 1"}, now)
    (item,) = items_of(shop.read(rested, stream="customers"))
    assert item.external_id == own
    assert "New Street 1" in text_of(item)
    assert "'state': 'CA'" in text_of(item)


def test_a_long_list_of_customers_is_looked_through_at_a_cadence(
    shop: MedusaAdapter,
) -> None:
    source = shop.open(whole_list_rows=5)
    rested = shop.read(stream="customers", source=source)[-1].cursor
    own = next(iter(shop.store.tables["customers"]))
    shop.store.add_address(own, address(2), shop.clock.now())
    assert items_of(shop.read(rested, stream="customers", source=source)) == []
    long_ago = format_time(shop.clock.now() - timedelta(hours=13))
    due = {**rested, "kept": {"whole_at": long_ago}}
    found = ids_of(shop.read(due, stream="customers", source=source))
    assert found == [own]


def test_a_customer_has_what_the_shop_knows(shop: MedusaAdapter) -> None:
    found = of_kind(shop.read(stream="customers"), Customer)
    assert len(found) == 20
    second = list(found.values())[1]
    assert second.tags == ("VIP",)
    assert second.addresses[0].country == "DE"
    guests = [each for each in found.values() if not each.addresses]
    assert {each.name for each in guests} == {each.email for each in guests}


def test_products_are_their_variants(shop: MedusaAdapter) -> None:
    found = of_kind(shop.read(stream="products"), Product)
    assert len(found) == 7
    names = {each.name for each in found.values()}
    assert "西湖龙井 3 – S" in names
    assert "西湖龙井 0" in names
    assert all(each.currency == "EUR" for each in found.values())
    assert all(each.category == ("Shop", "Tea") for each in found.values())
    assert [each.active for each in found.values()].count(False) == 1
    assert {each.barcode for each in found.values()} == {None, "4006381333931"}


def test_a_price_is_that_for_everybody_in_the_currency_asked_for(
    shop: MedusaAdapter,
) -> None:
    source = shop.open(currency="USD")
    in_dollars = of_kind(shop.read(stream="products", source=source), Product)
    in_euro = of_kind(shop.read(stream="products"), Product)
    for own, product in in_dollars.items():
        assert product.currency == "USD"
        assert product.price == in_euro[own].price * 2
    source = shop.open(currency="CHF")
    without = of_kind(shop.read(stream="products", source=source), Product)
    assert {product.price for product in without.values()} == {None}


def test_a_variant_that_does_not_move_its_product_is_found(shop: MedusaAdapter) -> None:
    """Measured: a price or number of a variant moves the variant only."""
    product = list(shop.store.tables["products"].values())[3]
    variant = product["variants"][1]
    variant.update(sku="NEW", updated_at=format_time(LATER))
    found = of_kind(shop.read(MARK, stream="products"), Product)
    assert found[variant["id"]].sku == "NEW"


def test_a_store_without_a_currency_is_told(shop: MedusaAdapter) -> None:
    (store,) = shop.store.tables["stores"].values()
    store["supported_currencies"] = []
    told = {each.name: each for each in shop.open().check()}
    assert told["prices"].state == "warning"
    assert told["prices"].remedy
    assert of_kind(shop.read(stream="products"), Product)


def test_drafts_are_no_orders(shop: MedusaAdapter) -> None:
    draft = shop.add_with_status("draft")
    assert draft not in ids_of(shop.read())


def test_a_filter_that_a_release_ignores_costs_nothing_but_time(
    shop: MedusaAdapter,
) -> None:
    """Measured: a filter that is not known is left out without a word."""
    shop.shop.api.ignores = {"id"}
    own = paid(shop)
    (item,) = shop.open().fetch("order", [own])
    assert item.external_id == own


def test_a_payment_without_an_order_is_passed_over(shop: MedusaAdapter) -> None:
    """A cart that was not completed has one."""
    own = paid(shop)
    shop.store.capture(own, at=LATER)
    payments = list(shop.store.payments())
    for each in payments:
        each["payment_collection"]["order"] = None
    shop.store.payments = lambda: iter(payments)
    assert items_of(shop.read(MARK, stream="payments")) == []
