"""The traps of Vendure, on a real shop."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest

from scripts.dev import vendure_orders
from scripts.dev.vendure import VendureShop
from sync_agent.errors import NeedsCredentials
from sync_agent.port import Json, Page
from sync_agent.records import BadRecord, Order, Shipment
from tests.fakes.proxy import FaultyProxy

from .adapters import ids_of, items_of
from .shops.vendure import VendureAdapter
from .test_recorded import check_sums

pytestmark = pytest.mark.shop


@pytest.fixture(scope="module")
def near(shop: VendureShop) -> Iterator[VendureAdapter]:
    """The shop of the module behind one proxy."""
    with FaultyProxy(shop.url) as proxy:
        adapter = VendureAdapter(shop, proxy)
        adapter.settings = {**adapter.settings, "page_size": 100}
        yield adapter


@pytest.fixture(scope="module")
def all_orders(near: VendureAdapter) -> list[Page]:
    """Everything of the stream of orders, read once."""
    return near.read(stream="orders")


def records(pages: list[Page], kind: type[Any]) -> dict[str, Any]:
    """Return the records of a kind by id."""
    found = {}
    for item in items_of(pages):
        assert not isinstance(item, BadRecord), item.reason
        if isinstance(item.data, kind):
            found[item.external_id] = item.data
    return found


def test_every_order_adds_up_and_has_the_total_of_the_shop(
    near: VendureAdapter, all_orders: list[Page]
) -> None:
    orders: dict[str, Order] = records(all_orders, Order)
    shown = {o["id"]: o for o in vendure_orders.orders(near.shop, take=100)}
    placed = {i: o for i, o in shown.items() if o["orderPlacedAt"]}
    assert len(placed) > 50
    for order in orders.values():
        check_sums(order)
    for external_id, order in placed.items():
        assert orders[external_id].total == Decimal(order["totalWithTax"]) / 100
    assert any(order.refunds for order in orders.values())
    assert {"confirmed", "shipped", "completed", "cancelled"} <= {
        order.state for order in orders.values()
    }


def test_carts_are_no_orders(near: VendureAdapter, all_orders: list[Page]) -> None:
    data = near.shop.send(
        "{ orders(options: {filter: {active: {eq: true}}, take: 100}) "
        "{ items { id } } }"
    )
    carts = {row["id"] for row in data["orders"]["items"]}
    assert carts
    assert not carts & set(records(all_orders, Order))


def test_what_a_customer_paid_in_the_end_is_total_less_refunds(
    all_orders: list[Page],
) -> None:
    """A cancellation lowers the total: its refund is not taken off twice."""
    for order in records(all_orders, Order).values():
        assert sum(r.total for r in order.refunds) <= order.total


def test_payment_parcel_and_refund_are_found_though_no_date_moves(
    near: VendureAdapter, all_orders: list[Page]
) -> None:
    """Demand 33: the order's own updatedAt stays where it was."""
    paid = vendure_orders.orders(near.shop, state="PaymentSettled", take=1)[0]
    order_id = paid["id"]
    cursor = all_orders[-1].cursor
    moved_at = _updated_at(near, order_id)
    parcel = vendure_orders.fulfil(near.shop, order_id, tracking_code="SF-77")
    pages = near.read(cursor, stream="orders")
    assert records(pages, Order)[order_id].state == "shipped"
    shipment: Shipment = records(pages, Shipment)[parcel]
    assert (shipment.tracking_number, shipment.state) == ("SF-77", "in_transit")
    vendure_orders.move_fulfilment(near.shop, parcel, "Delivered")
    refund = vendure_orders.refund(near.shop, order_id, 777, reason="broken")
    pages = near.read(pages[-1].cursor, stream="orders")
    order: Order = records(pages, Order)[order_id]
    assert order.state == "completed"
    assert [(r.external_id, r.total) for r in order.refunds] == [
        (refund, Decimal("7.77"))
    ]
    assert records(pages, Shipment)[parcel].state == "delivered"
    assert _updated_at(near, order_id) == moved_at


def _updated_at(near: VendureAdapter, order_id: str) -> str:
    data = near.shop.send(f'{{ order(id: "{order_id}") {{ updatedAt }} }}')
    return str(data["order"]["updatedAt"])


def test_new_and_cancelled_orders_come_and_old_ones_are_left_alone(
    near: VendureAdapter, all_orders: list[Page]
) -> None:
    placed = vendure_orders.place(near.shop, customer_id="1", items={"1": 2})
    pages = near.read(all_orders[-1].cursor, stream="orders")
    assert placed in ids_of(pages, "order")
    assert len(ids_of(pages, "order")) < len(ids_of(all_orders, "order")) / 2
    vendure_orders.cancel(near.shop, placed)
    order: Order = records(near.read(pages[-1].cursor, stream="orders"), Order)[placed]
    assert (order.state, order.total) == ("cancelled", 0)


def test_guests_are_customers_without_an_account(
    near: VendureAdapter, all_orders: list[Page]
) -> None:
    data = near.shop.send(
        "{ customers(options: {take: 100, sort: {id: DESC}}) "
        "{ items { id user { id } } } }"
    )
    guests = {row["id"] for row in data["customers"]["items"] if row["user"] is None}
    assert guests
    buyers = {o.customer.external_id for o in records(all_orders, Order).values()}
    assert guests & buyers
    listed = {key.external_id for key in near.open().keys("customer")}
    assert guests <= listed


def test_a_new_address_and_group_of_a_customer_are_found(near: VendureAdapter) -> None:
    cursor = near.read(stream="customers")[-1].cursor
    near.shop.send(
        "mutation ($i: CreateAddressInput!) "
        '{ createCustomerAddress(customerId: "3", input: $i) { id } }',
        {"i": {"streetLine1": "New Street 5", "countryCode": "CN"}},
    )
    near.shop.send(
        'mutation { createCustomerGroup(input: {name: "Club", customerIds: ["5"]}) '
        "{ id } }"
    )
    found = {
        i.external_id: str(i.to_wire())
        for i in items_of(near.read(cursor, stream="customers"))
    }
    assert "New Street 5" in found["3"]
    assert "Club" in found["5"]


def test_a_product_that_is_renamed_or_switched_off_changes_its_variants(
    near: VendureAdapter,
) -> None:
    cursor = near.read(stream="products")[-1].cursor
    data = near.shop.send(
        'mutation { updateProduct(input: {id: "2", enabled: false}) '
        "{ variants { id } } }"
    )
    wanted = {row["id"] for row in data["updateProduct"]["variants"]}
    pages = near.read(cursor, stream="products")
    assert wanted <= set(ids_of(pages))
    off = {i.external_id for i in items_of(pages) if not i.data.active}  # type: ignore[union-attr]
    assert wanted <= off


def test_parcels_are_given_by_id(near: VendureAdapter) -> None:
    source = near.open()
    keys = [key.external_id for key in source.keys("shipment")]
    assert keys
    fetched = list(source.fetch("shipment", [keys[0], "999999"]))
    assert [item.external_id for item in fetched] == [keys[0]]


def test_an_administrators_login_works_as_well_as_a_key(near: VendureAdapter) -> None:
    settings: Json = {
        "url": near.proxy.url,
        "username": "superadmin",
        "password": "wrong-password",
    }
    connector = near.connector
    source = connector.open(connector.settings(**settings), near.tools())
    with pytest.raises(NeedsCredentials) as caught:
        list(source.check())
    assert "wrong-password" not in str(caught.value)


def test_of_many_orders_the_likely_ones_are_looked_at(near: VendureAdapter) -> None:
    source = near.open(whole_list_rows=10)
    whole = near.read(stream="orders", source=source)[-1].cursor
    near.proxy.requests.clear()
    placed = vendure_orders.place(near.shop, customer_id="2", items={"1": 1})
    pages = near.read(whole, stream="orders", source=source)
    assert placed in ids_of(pages, "order")
    looks = [body for body in near.proxy.requests if b"OrdersLook" in body]
    assert any(b"notIn" in body for body in looks)
