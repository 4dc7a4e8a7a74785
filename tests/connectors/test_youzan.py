"""The traps of Youzan, each acted out by the fake shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from sync_agent.connectors.youzan.goods import parse_products
from sync_agent.connectors.youzan.money import shares, without_postage
from sync_agent.errors import (
    Incomplete,
)
from sync_agent.port import Json
from sync_agent.records import BadRecord, Customer, Envelope, Order, Product, Shipment
from sync_agent.records.fields import format_time
from tests.fakes.youzan.seed import add_customer, add_item
from tests.fakes.youzan.store import info_of

from .adapters import ids_of, items_of
from .shops.youzan import YouzanAdapter, open_shop
from .test_recorded import check_sums

LATER = datetime(2025, 3, 1, 12, tzinfo=UTC)
MARK: Json = {"mark": format_time(LATER - timedelta(days=1))}


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[YouzanAdapter]:
    """A fake shop, fresh for each test; its records are older than MARK."""
    with open_shop(request) as adapter:
        yield adapter


def read(items: Any) -> dict[str, Any]:
    found = {}
    for item in items:
        assert isinstance(item, Envelope), (item.path, item.reason)
        found[f"{item.kind} {item.external_id}"] = item.data
    return found


def order(shop: YouzanAdapter, tid: str) -> Order:
    (item,) = shop.open().fetch("order", [tid])
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    return item.data


def first_line(shop: YouzanAdapter, tid: str) -> Json:
    line: Json = shop.store.orders[tid]["full_order_info"]["orders"][0]
    return line


def test_every_order_of_the_shop_adds_up(shop: YouzanAdapter) -> None:
    """Demand 33: what an order shows is what was paid, to the fen."""
    orders = [d for d in read(items_of(shop.read())).values() if isinstance(d, Order)]
    assert len(orders) == len(shop.store.orders)
    for each in orders:
        check_sums(each)
        paid = shop.store.orders[each.number]["full_order_info"]["pay_info"]["payment"]
        assert each.total == Decimal(paid)
    assert any(each.refunds for each in orders)
    assert any(charge.kind == "shipping" for each in orders for charge in each.charges)


@pytest.mark.parametrize("spread", [True, False], ids=["in its lines", "beside them"])
def test_postage_is_told_apart_wherever_it_stands(
    shop: YouzanAdapter, spread: bool
) -> None:
    tid = shop.add_order(lines=[1000, 2000], postage=500, spread=spread)
    found = order(shop, tid)
    assert [charge.total for charge in found.charges] == [Decimal("5.00")]
    assert sum(line.total for line in found.lines) == Decimal("30.00")
    check_sums(found)


def test_an_order_off_by_a_fen_stays_off(shop: YouzanAdapter) -> None:
    """Nothing is evened out: Odoo has to refuse it with the difference."""
    tid = shop.add_order(lines=[1000], postage=500)
    first_line(shop, tid)["payment"] = "10.01"
    found = order(shop, tid)
    parts = sum(part.total for part in (*found.lines, *found.charges))
    assert parts - found.total == Decimal("0.01")


@pytest.mark.parametrize(
    ("amount", "weights", "wanted"),
    [
        ("2.00", ["5.00", "4.82"], ["1.02", "0.98"]),
        ("0.01", ["1", "1", "1"], ["0.01", "0.00", "0.00"]),
        ("10.00", ["0.00", "3.33"], ["0.00", "10.00"]),
    ],
)
def test_postage_is_split_to_the_last_fen(
    amount: str, weights: list[str], wanted: list[str]
) -> None:
    found = shares(Decimal(amount), [*map(Decimal, weights)])
    assert [str(each) for each in found] == wanted


def test_lines_of_nothing_hold_no_postage() -> None:
    nothing = [Decimal(0), Decimal(0)]
    assert without_postage(nothing, Decimal(5), Decimal(0)) == nothing
    below = [Decimal(-1), Decimal(6)]
    assert without_postage(below, Decimal(5), Decimal(5)) == below


def test_fen_with_a_point_are_refused_not_guessed() -> None:
    row = {"item_id": 1, "title": "杯", "item_price_param": {"price": Decimal("9.9")}}
    (item,) = parse_products(row)
    assert isinstance(item, BadRecord)
    assert item.path == "item_price_param.price"
    assert "fen" in item.reason


def test_a_refund_that_moves_no_date_is_found(shop: YouzanAdapter) -> None:
    """Trap 11."""
    tid = next(t for t, r in shop.store.orders.items() if not r["refund_order"])
    before = info_of(shop.store.orders[tid])["update_time"]
    shop.store.refund(tid, {first_line(shop, tid)["oid"]: 150})
    assert info_of(shop.store.orders[tid])["update_time"] == before
    assert ids_of(shop.read(MARK)) == []
    (item,) = items_of(shop.read(MARK, stream="refunds"))
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Order)
    assert [refund.total for refund in item.data.refunds] == [Decimal("1.50")]


def test_the_list_of_refunds_is_never_asked_without_a_time(shop: YouzanAdapter) -> None:
    """Trap 21: without one it holds those of three months only, and says nothing."""
    found = set(ids_of(shop.read(stream="refunds")))
    assert found == {t for t, r in shop.store.orders.items() if r["refund_order"]}


def test_only_money_that_went_back_is_a_refund(shop: YouzanAdapter) -> None:
    tid = shop.add_order(lines=[1000])
    oid = first_line(shop, tid)["oid"]
    shop.store.refund(tid, {oid: 100}, status="WAIT_SELLER_AGREE")
    shop.store.refund(tid, {oid: 200}, demand=3)
    shop.store.refund(tid, {oid: 300}, demand=2)
    assert [refund.total for refund in order(shop, tid).refunds] == [Decimal("3.00")]


def test_a_first_parcel_that_moves_no_date_is_found(shop: YouzanAdapter) -> None:
    """Traps 7-10 of the shops: a child's change does not move the parent's date."""
    tid = shop.add_order(status="WAIT_SELLER_SEND_GOODS", lines=[100, 200])
    cursor = shop.read(stream="waiting")[-1].cursor
    parcel = shop.store.ship(tid, "SF1234567890", last=False)
    assert not items_of(shop.read(cursor, stream="waiting"))  # calls are billed
    cursor["kept"]["whole_at"] = "2026-01-01T00:00:00Z"
    found = read(items_of(shop.read(cursor, stream="waiting")))
    shipment = found[f"shipment {parcel}"]
    assert isinstance(shipment, Shipment)
    assert (shipment.carrier, shipment.tracking_number) == ("圆通", "SF1234567890")
    assert shipment.order_external_id == tid


def test_a_parcel_is_named_also_when_carriers_may_not_be_read(
    shop: YouzanAdapter,
) -> None:
    shop.shop.forbidden.add("youzan.logistics.express.get")
    found = read(items_of(shop.read()))
    parcels = [data for data in found.values() if isinstance(data, Shipment)]
    assert parcels
    assert {parcel.carrier for parcel in parcels} == {None}


def test_orders_before_2020_come_from_the_older_list(shop: YouzanAdapter) -> None:
    old = shop.add_order(datetime(2018, 6, 1, tzinfo=UTC))
    assert old not in ids_of(shop.read())
    assert old in ids_of(shop.read(source=shop.open(since="2018-01-01")))


def test_no_span_is_longer_than_youzan_takes(shop: YouzanAdapter) -> None:
    shop.shop.api.span_days = 80
    assert set(ids_of(shop.read())) == shop.ids()


@pytest.mark.parametrize("off", [3, -3], ids=["too long", "too short"])
def test_a_wrong_length_loses_nothing(shop: YouzanAdapter, off: int) -> None:
    """Trap 5."""
    for number in range(25):
        shop.add_order(LATER + timedelta(days=30, seconds=number))
    shop.shop.api.count_is_off_by = off
    assert set(ids_of(shop.read())) == shop.ids()


def test_a_second_of_more_orders_than_youzan_gives_is_told(
    shop: YouzanAdapter,
) -> None:
    for _each in range(210):
        shop.add_order(LATER)
    with pytest.raises(Incomplete, match="share one second"):
        shop.read(source=shop.open(page_size=2))


def test_orders_of_one_second_on_many_pages_are_all_found(shop: YouzanAdapter) -> None:
    for _each in range(120):
        shop.add_order(LATER)
    found = ids_of(shop.read())
    assert set(found) == shop.ids()
    assert len(found) == len(set(found))


def test_orders_that_change_while_they_are_read_hide_no_others(
    shop: YouzanAdapter,
) -> None:
    """Trap 2: an order that changes leaves its span, the rest moves up."""
    cursor = shop.read()[-1].cursor
    changed = sorted(shop.ids())[:30]
    mark = shop.change(changed)

    def again() -> None:
        shop.store.tell(changed[0], mark, datetime.now(UTC) + timedelta(seconds=2))

    for skip in (1, 2, 3):
        shop.faults.before(shop.listing, again, skip=skip)
    assert set(ids_of(shop.read(cursor))) >= set(changed)


def test_an_order_that_only_the_list_knows_is_not_lost(shop: YouzanAdapter) -> None:
    """Youzan's answers lag behind each other."""
    tid = shop.add_order(lines=[1000])
    shop.store.unseen.add(tid)
    assert tid in ids_of(shop.read())
    assert list(shop.open().fetch("order", [tid])) == []


def test_an_order_that_the_list_does_not_show_yet_comes_later(
    shop: YouzanAdapter,
) -> None:
    tid = shop.add_order(lines=[1000])
    shop.store.lagging.add(tid)
    cursor = shop.read()[-1].cursor
    shop.store.lagging.clear()
    assert tid in ids_of(shop.read(cursor))


def test_what_tells_no_person_apart_is_left_out(shop: YouzanAdapter) -> None:
    """Many people share one mask: it would make one customer of them."""
    found = read(items_of(shop.read(stream="customers")))
    phones = {data.phone for data in found.values()}
    names = {data.name for data in found.values()}
    assert phones == {"13800000000", None}
    assert not [text for text in names | phones if text and "$" in text]
    assert {d.name for d in found.values() if d.phone is None} >= {"欧阳梓萱"}


@pytest.mark.parametrize("in_ms", [False, True], ids=["seconds", "milliseconds"])
def test_customers_are_found_whichever_unit_their_list_wants(
    shop: YouzanAdapter, in_ms: bool
) -> None:
    """The documentation says both; the wrong one finds nobody, without an error."""
    shop.shop.api.customers_in_ms = in_ms
    first = shop.read(stream="customers")
    assert set(ids_of(first)) == set(shop.store.customers)
    added = add_customer(shop.store, 77, datetime.now(UTC))
    assert ids_of(shop.read(first[-1].cursor, stream="customers")) == [added]


def test_the_list_and_the_single_answer_tell_the_same_customer(
    shop: YouzanAdapter,
) -> None:
    listed = {i.external_id: i for i in items_of(shop.read(stream="customers"))}
    own = next(iter(listed))
    (single,) = shop.open().fetch("customer", [own, "unknown"])
    assert isinstance(single, Envelope)
    assert isinstance(single.data, Customer)
    assert single.to_wire() == listed[own].to_wire()


def test_customers_that_may_not_be_read_can_be_left_out(shop: YouzanAdapter) -> None:
    shop.shop.forbidden.add("youzan.scrm.customer.list")
    results = {result.name: result for result in shop.open().check()}
    assert results["customers"].state == "failed"
    assert "customers = false" in results["customers"].remedy
    source = shop.open(customers=False)
    assert {result.state for result in source.check()} == {"ok"}
    assert "customer" not in source.kinds
    assert "customers" not in {stream.name for stream in source.streams()}


def test_products_on_sale_and_in_stock_come_with_their_variants(
    shop: YouzanAdapter,
) -> None:
    first = shop.read(stream="products")
    found: dict[str, Product] = read(items_of(first))
    assert found["product 457846935"].active is False
    variant = found["product 457846932:36000020"]
    assert variant.parent_external_id == "457846932"
    assert variant.name == "纯棉T恤 2 (红)"
    fen = shop.store.items[457846932]["sku_list"][0]["price"]
    assert variant.price == Decimal(fen) / 100
    assert found["product 457846932"].price is None
    new = add_item(shop.store, 9, 982, datetime.now(UTC))
    assert ids_of(shop.read(first[-1].cursor, stream="products")) == [str(new)]


def test_the_truth_of_products_is_that_of_the_stream(shop: YouzanAdapter) -> None:
    source = shop.open()
    listed = {i.external_id: i for i in items_of(shop.read(stream="products"))}
    keys = {key.external_id: key for key in source.keys("product")}
    assert set(keys) == set(listed)
    (one,) = source.fetch("product", ["457846932:36000020", "no-number", "7"])
    assert one.to_wire() == listed["457846932:36000020"].to_wire()
    whole = {item.external_id for item in source.fetch("product", ["457846932"])}
    assert whole == {"457846932", "457846932:36000020", "457846932:36000021"}


def test_the_reconcile_lists_orders_without_a_call_for_each(
    shop: YouzanAdapter,
) -> None:
    """Calls are billed; the version tells of refunds too."""
    versions = {i.external_id: i.version for i in items_of(shop.read())}
    source = shop.open()
    shop.shop.api.calls.clear()
    keys = {key.external_id: key.version for key in source.keys("order")}
    assert {own: versions[own] for own in shop.ids()} == keys
    assert "youzan.trade.get/4.0.2" not in shop.shop.api.calls


def test_a_refund_makes_the_listed_version_newer(shop: YouzanAdapter) -> None:
    tid = next(t for t, r in shop.store.orders.items() if not r["refund_order"])
    source = shop.open()
    before = {key.external_id: key.version for key in source.keys("order")}[tid]
    shop.store.refund(tid, {first_line(shop, tid)["oid"]: 150})
    after = {key.external_id: key.version for key in source.keys("order")}[tid]
    (item,) = source.fetch("order", [tid])
    assert after is not None
    assert before is not None
    assert after > before
    assert item.version == after


def test_parcels_are_fetched_by_their_order(shop: YouzanAdapter) -> None:
    tid, row = next((t, r) for t, r in shop.store.orders.items() if r["delivery_order"])
    (parcel,) = shop.open().fetch("shipment", [tid])
    dist = row["delivery_order"][0]["dists"][0]["dist_id"]
    assert parcel.external_id == f"{tid}:{dist}"
