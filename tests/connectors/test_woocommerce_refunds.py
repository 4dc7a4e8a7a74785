"""Refunds of WooCommerce: they may move no date, and may be deleted."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from sync_agent.port import key_of
from sync_agent.records import Envelope
from tests.fakes.woocommerce import FakeShop, Store, fill
from tests.fakes.woocommerce.seed import order_row

from .adapters import ids_of, items_of
from .shops.woocommerce import WooAdapter
from .test_recorded import check_sums
from .woo_records import completed, orders_of


def test_a_refund_that_does_not_move_the_order_is_found() -> None:
    """Trap 11, woocommerce#28969: an own stream over the refunds."""
    store = fill(Store(refund_moves_order=False), orders=40)
    with FakeShop(store) as shop:
        woo = WooAdapter(shop)
        orders = woo.read()[-1].cursor
        refunds = woo.read(stream="refunds")[-1].cursor
        number = completed(woo)
        store.refund(number, "1.00", reason="late")
        assert str(number) not in ids_of(woo.read(orders))
        found = orders_of(woo.read(refunds, stream="refunds"))[str(number)]
    assert [refund.total for refund in found.refunds] == [Decimal("1.00")]
    assert found.refunded_total == Decimal("1.00")
    check_sums(found)


def test_a_refund_raises_the_version_of_its_order(woo: WooAdapter) -> None:
    number = completed(woo)
    woo.store.refund_moves_order = False
    woo.store.refund(number, "1.00")
    after = next(i for i in items_of(woo.read()) if i.external_id == str(number))
    refund = woo.store.refunds_of(number)[0]
    assert after.version.startswith(refund["date_created_gmt"])


def test_a_deleted_refund_is_noticed_by_the_keys(woo: WooAdapter) -> None:
    """Deleting a refund moves no date: only whole records tell."""
    number = completed(woo)
    refund = woo.store.refund(number, "1.00")
    source = woo.open()
    before = {key.external_id: key for key in source.keys("order")}
    woo.store.delete_refund(refund["id"])
    after = {key.external_id: key for key in source.keys("order")}
    assert before[str(number)].hash != after[str(number)].hash
    fetched = next(iter(source.fetch("order", [str(number)])))
    assert isinstance(fetched, Envelope)
    assert key_of(fetched).hash == after[str(number)].hash


@pytest.mark.parametrize(
    "options",
    [
        {"refund_list": False},
        {"refunds_embedded": False},
        {"ignores_include": True},
        {"refund_list": False, "refunds_embedded": False},
    ],
    ids=["before-9.0", "woocommerce-65488", "include-ignored", "neither"],
)
def test_refunds_are_whole_in_every_release(options: dict[str, bool]) -> None:
    store = fill(Store(), orders=60)
    number = next(r["parent_id"] for r in store.refunds.values())
    for _ in range(12):
        store.refund(number, "0.01", reason="many")
    with FakeShop(store, **options) as shop:
        orders = orders_of(WooAdapter(shop).read())
    assert len(orders[str(number)].refunds) == 13
    for external_id, order in orders.items():
        wanted = {str(r["id"]) for r in store.refunds_of(int(external_id))}
        assert {refund.external_id for refund in order.refunds} == wanted


def test_new_refunds_are_found_without_a_list_of_refunds() -> None:
    """Before WooCommerce 9.0: by the highest refund id seen."""
    store = fill(Store(refund_moves_order=False), orders=40)
    with FakeShop(store, refund_list=False) as shop:
        woo = WooAdapter(shop)
        first = woo.read(stream="refunds")
        assert set(orders_of(first)) == {
            str(r["parent_id"]) for r in store.refunds.values()
        }
        nothing = woo.read(first[-1].cursor, stream="refunds")
        assert orders_of(nothing) == {}
        recent = store.add(store.orders, order_row(store, random.Random(3), {}, 0))
        store.refund(recent["id"], "1.00")
        found = orders_of(woo.read(nothing[-1].cursor, stream="refunds"))
    assert set(found) == {str(recent["id"])}


@pytest.mark.parametrize("moves", [True, False])
def test_a_reading_of_old_refunds_that_was_cut_goes_on(moves: bool) -> None:
    store = fill(Store(refund_moves_order=moves), orders=200)
    with FakeShop(store, refund_list=False) as shop:
        woo = WooAdapter(shop)
        pages = woo.read(stream="refunds")
        assert len(pages) > 3
        after = woo.read(pages[1].cursor, stream="refunds")
        both = set(orders_of(pages[:2])) | set(orders_of(after))
    assert both == {str(r["parent_id"]) for r in store.refunds.values()}
