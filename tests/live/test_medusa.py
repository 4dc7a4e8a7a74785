"""The Medusa connector against a real server: what it gives, and what stays unsaid."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from typing import Any

import pytest

from scripts.dev import medusa
from scripts.dev.medusa_orders import COUPON, Shop
from scripts.dev.postgres import Connection
from sync_agent.connectors.medusa import CONNECTOR, gather
from sync_agent.errors import NeedsCredentials
from sync_agent.port import Item, Json, Source, Tools
from sync_agent.records import Customer, Envelope, Order, Product, Shipment
from sync_agent.redact import Redactor
from sync_agent.transport.http import Http
from tests.connectors.adapters import QuickClock, items_of
from tests.connectors.test_recorded import check_sums
from tests.fakes.medusa import Store, fill
from tests.fakes.medusa.api import chosen, wire
from tests.fakes.medusa.totals import shown

pytestmark = [pytest.mark.live, pytest.mark.timeout(3600)]
RATE = 1e6


@pytest.fixture(scope="module")
def shop(
    postgres_server: Connection, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Shop]:
    """A real server with a little shop; the tests add to it."""
    folder = tmp_path_factory.mktemp("medusa")
    with medusa.running_server(postgres_server, folder) as server:
        built = Shop(server)
        built.build()
        yield built


Open = Callable[..., Source]


@pytest.fixture
def open_source(shop: Shop) -> Open:
    """Open the shop as the agent does."""
    clock = QuickClock()

    def transport(base_url: str, **options: Any) -> Http:
        return Http(base_url, clock=clock, redactor=Redactor(), **options)

    def opened(**changes: Any) -> Source:
        given = {"url": shop.server.url, "api_key": shop.server.key, **changes}
        settings = CONNECTOR.settings(**given, rate_per_s=RATE)
        return CONNECTOR.open(settings, Tools(clock, transport))

    return opened


def read(
    source: Source, stream: str = "orders", cursor: Json | None = None
) -> tuple[list[Item], Json]:
    found = {each.name: each for each in source.streams()}[stream]
    pages = list(found.read(cursor, full=False, started=QuickClock().now()))
    return items_of(pages), pages[-1].cursor


def order_of(source: Source, own: str) -> Order:
    (item,) = source.fetch("order", [own])
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    check_sums(item.data)
    return item.data


def version_of(source: Source, own: str) -> str:
    (item,) = source.fetch("order", [own])
    return item.version


def test_the_check_finds_nothing_and_a_wrong_key_is_refused(open_source: Open) -> None:
    assert {each.state for each in open_source().check()} == {"ok"}
    for key in ("sk_0000", "pk_0000"):
        with pytest.raises(NeedsCredentials):
            list(open_source(api_key=key).check())


def test_an_order_from_the_cart_to_the_refund(shop: Shop, open_source: Open) -> None:
    source = open_source()
    own = shop.place("Emma@Example.test", {"S": 3, "M": 1}, code=COUPON)
    order = order_of(source, own)
    assert (order.state, order.total) == ("confirmed", Decimal("45.89"))
    assert order.coupons == (COUPON,)
    assert order.customer is not None
    assert (order.customer.email, order.customer.name) == (
        "Emma@Example.test",
        "Emma Müller",
    )
    assert order.shipping is not None
    assert (order.shipping.country, order.shipping.city) == ("DE", "München")
    shop.capture(own)
    fulfilment = shop.ship(own, "DHL1", "DHL2", delivered=True)
    items, _cursor = read(source)
    parcels = {
        item.external_id: item.data
        for item in items
        if isinstance(item.data, Shipment)  # type: ignore[union-attr]
    }
    numbers = {parcel.tracking_number for parcel in parcels.values()}
    assert numbers == {"DHL1", "DHL2"}
    assert {parcel.state for parcel in parcels.values()} == {"delivered"}
    assert fulfilment in parcels
    shop.refund(own, 5, note="sorry")
    shop.take_back(own, 1)
    order = order_of(source, own)
    assert (order.state, order.total) == ("completed", Decimal("45.89"))
    assert order.refunded_total == 5
    shop.refund(own, 10.69)
    order = order_of(source, own)
    first, second = order.refunds
    assert (first.reason, first.lines) == ("sorry", ())
    (line,) = second.lines
    assert (line.quantity, second.total) == (1, Decimal("10.69"))


def test_yen_have_no_places(shop: Shop, open_source: Open) -> None:
    own = shop.place("yen@example.test", {"S": 2}, currency="jpy")
    order = order_of(open_source(), own)
    assert (order.currency, order.total) == ("JPY", Decimal(2500))


def test_an_edit_and_its_refund_take_money_off_once(
    shop: Shop, open_source: Open
) -> None:
    source = open_source()
    own = shop.place("edit@example.test", {"S": 2, "M": 2})
    shop.capture(own)
    before = order_of(source, own).total
    shop.edit(own, 1)
    shop.refund(own, 11.88)
    order = order_of(source, own)
    assert before - order.total == Decimal("11.89")
    assert order.refunds == ()


def test_a_cancelled_order_was_paid_back(shop: Shop, open_source: Open) -> None:
    own = shop.place("cancel@example.test", {"S": 2})
    shop.capture(own)
    shop.cancel(own)
    order = order_of(open_source(), own)
    assert (order.state, order.total) == ("cancelled", Decimal("29.71"))
    assert order.refunded_total == order.total


def test_what_moves_no_date_is_found_all_the_same(
    shop: Shop, open_source: Open
) -> None:
    """The date of the order stays: were that to change, this says so."""
    source = open_source()
    own = shop.place("quiet@example.test", {"S": 2, "M": 1})
    placed = shop.order(own)["updated_at"]
    shop.capture(own)
    assert shop.order(own)["updated_at"] == placed
    _items, cursor = read(source, "payments")
    items, _cursor = read(source, "payments", cursor)
    assert own in {item.external_id for item in items}
    shop.edit(own, 1)
    edited = shop.order(own)["updated_at"]
    version = version_of(source, own)
    shop.refund(own, 11.8881)
    assert shop.order(own)["updated_at"] == edited
    assert version_of(source, own) > version
    items, _cursor = read(source, "payments", cursor)
    assert own in {item.external_id for item in items}


def test_a_new_address_moves_no_date_of_its_customer(
    shop: Shop, open_source: Open
) -> None:
    source = open_source()
    row = {"email": "ann@example.test", "first_name": "Ann", "last_name": "Lee"}
    own = shop.post("customers", row)["customer"]["id"]
    _items, cursor = read(source, "customers")
    place = {"address_1": "Main St 1", "city": "Reno", "country_code": "us"}
    shop.post(f"customers/{own}/addresses", place)
    (item,) = source.fetch("customer", [own])
    assert isinstance(item.data, Customer)  # type: ignore[union-attr]
    assert item.data.addresses[0].city == "Reno"
    items, _cursor = read(source, "customers", cursor)
    assert own in {each.external_id for each in items}


def test_variants_with_prices_and_categories(shop: Shop, open_source: Open) -> None:
    items, _cursor = read(open_source(), "products")
    found = {i.external_id: i.data for i in items if isinstance(i, Envelope)}
    small = found[shop.variants["S"]]
    assert isinstance(small, Product)
    assert (small.name, small.sku) == ("西湖龙井 – S", "T-S")
    assert (small.price, small.currency) == (Decimal("9.99"), "EUR")
    assert small.category == ("Tea", "Green")
    in_yen, _cursor = read(open_source(currency="JPY"), "products")
    assert {i.data.price for i in in_yen if isinstance(i.data, Product)} == {  # type: ignore[union-attr]
        Decimal(1000),
        Decimal(800),
    }


def test_keys_and_fetch_tell_the_same_over_several_pages(
    shop: Shop, open_source: Open
) -> None:
    shop.place("page@example.test", {"M": 1})
    source = open_source(page_size=2)
    for kind in source.kinds:
        keys = {key.external_id: key for key in source.keys(kind)}
        assert keys
        fetched = {i.external_id for i in source.fetch(kind, [*keys, "none"])}
        assert fetched == set(keys)
    items, _cursor = read(source)
    own = [item.external_id for item in items if item.kind == "order"]
    assert len(own) == len(set(own)) == len(shop.get("orders?limit=100")["orders"])


def test_a_deleted_customer_is_gone(shop: Shop, open_source: Open) -> None:
    source = open_source()
    own = shop.post("customers", {"email": "gone@example.test"})["customer"]["id"]
    assert own in {key.external_id for key in source.keys("customer")}
    shop.server.send("DELETE", f"/admin/customers/{own}")
    assert own not in {key.external_id for key in source.keys("customer")}
    assert list(source.fetch("customer", [own])) == []


def names(value: Any, path: str = "") -> Iterator[str]:
    """Yield the places of all fields."""
    if isinstance(value, dict):
        for name, each in value.items():
            yield f"{path}.{name}"
            yield from names(each, f"{path}.{name}")
    elif isinstance(value, list):
        for each in value:
            yield from names(each, path)


def test_the_fake_has_no_field_that_the_real_server_lacks(
    shop: Shop, open_source: Open
) -> None:
    """Else its tests would prove nothing."""
    own = shop.place("same@example.test", {"S": 2, "M": 1}, code=COUPON)
    shop.capture(own)
    shop.ship(own, "DHL9", delivered=True)
    shop.refund(own, 1)
    shop.take_back(own, 1)
    answer = shop.get(f"orders?id[]={own}&fields={gather.ORDER.replace('+', '%2B')}")
    real = set(names(answer["orders"][0]))
    fake: set[str] = set()
    for row in fill(Store()).orders.values():
        fake |= set(names(wire(chosen(shown(row), "orders", gather.ORDER))))
    known = {name for name in fake if not name.startswith(".metadata")}
    assert known - real == set()
