"""The traps of WooCommerce, each acted out by the fake shop."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
import structlog
from pydantic import ValidationError

from sync_agent.connectors.woocommerce import CONNECTOR
from sync_agent.connectors.woocommerce.walking import changed_after
from sync_agent.errors import NeedsCredentials
from sync_agent.port import Json, key_of
from sync_agent.reading.cursor import OVERLAP
from sync_agent.records import BadRecord, Customer, Envelope, Product, Shipment
from tests.fakes.woocommerce import KEY, SECRET, FakeShop, Store, fill

from .adapters import ids_of, items_of, text_of
from .shops.woocommerce import WooAdapter, fake_shop
from .test_recorded import check_sums
from .woo_records import aged, completed, orders_of


def test_every_order_adds_up_and_keeps_its_total(woo: WooAdapter) -> None:
    """Refunds never lower the total; their signs differ by place."""
    orders = orders_of(woo.read())
    assert any(order.refunds for order in orders.values())
    for external_id, order in orders.items():
        check_sums(order)
        assert order.total == Decimal(woo.store.orders[int(external_id)]["total"])


def test_an_order_off_by_a_cent_stays_off() -> None:
    """Nothing is evened out: the door has to refuse it with the difference."""
    with fake_shop() as shop:
        woo = WooAdapter(shop)
        number = completed(woo)
        total = Decimal(woo.store.orders[number]["total"]) + Decimal("0.01")
        woo.store.edit(woo.store.orders, number, total=str(total))
        order = orders_of(woo.read())[str(number)]
    parts = sum(p.total for p in (*order.lines, *order.charges))
    assert order.total - parts == Decimal("0.01")


def test_unknown_status_words_are_counted_and_never_guessed(woo: WooAdapter) -> None:
    """Trap 23: a plugin's status."""
    with structlog.testing.capture_logs() as logs:
        orders = orders_of(woo.read())
    unknown = [o for o in orders.values() if o.state == "unknown"]
    assert {order.state_raw for order in unknown} == {"awaiting-pickup"}
    (told,) = [entry for entry in logs if entry["event"] == "unknown_status"]
    assert told["words"] == {"awaiting-pickup": len(unknown)}


def test_checkouts_in_progress_are_no_orders(woo: WooAdapter) -> None:
    """The status "any" holds checkout-draft."""
    drafts = [
        str(r["id"])
        for r in woo.store.orders.values()
        if r["status"] == "checkout-draft"
    ]
    assert drafts
    assert not set(drafts) & set(orders_of(woo.read()))


def test_orders_in_the_bin_are_cancelled_and_not_gone(woo: WooAdapter) -> None:
    """The status "any" hides the bin."""
    number = completed(woo)
    cursor = woo.read()[-1].cursor
    woo.store.trash(woo.store.orders, number)
    order = orders_of(woo.read(cursor))[str(number)]
    assert (order.state, order.state_raw) == ("cancelled", "trash")
    source = woo.open()
    assert str(number) in {key.external_id for key in source.keys("order")}
    assert [i.external_id for i in source.fetch("order", [str(number)])] == [
        str(number)
    ]
    woo.store.restore(woo.store.orders, number)
    assert orders_of(woo.read(cursor))[str(number)].state == "completed"


def test_an_order_restored_while_the_keys_are_listed_is_not_gone(
    woo: WooAdapter,
) -> None:
    """It leaves the bin after the living were listed and before the bin is."""
    number = completed(woo)
    woo.store.trash(woo.store.orders, number)
    woo.faults.before(
        "status=trash", lambda: woo.store.restore(woo.store.orders, number)
    )
    assert str(number) in {key.external_id for key in woo.open().keys("order")}


def test_the_filter_by_date_uses_one_way_to_say_utc() -> None:
    """The flag and a "Z" together shift the time twice."""
    since = datetime.fromisoformat("2026-11-21T20:00:00.7+00:00")
    assert changed_after(since) == {
        "modified_after": "2026-11-21T19:59:59",
        "dates_are_gmt": "true",
    }
    assert changed_after(None) == {}


def test_an_edit_in_the_second_of_the_bound_is_read(woo: WooAdapter) -> None:
    """The bound is strict and cut to seconds; the shop is eight hours ahead."""
    cursor = woo.read()[-1].cursor
    number = completed(woo)
    bound = datetime.fromisoformat(cursor["mark"]) - OVERLAP
    woo.store.edit(woo.store.orders, number, at=bound.replace(microsecond=0))
    older = next(i for i in woo.store.orders if i != number)
    woo.store.edit(woo.store.orders, older, at=bound - timedelta(seconds=30))
    assert set(orders_of(woo.read(cursor))) == {str(number)}


def test_a_customer_without_a_date_of_change_is_noticed(woo: WooAdapter) -> None:
    """The list ignores modified_after without a word: it is never sent there."""
    pages = woo.read(stream="customers")
    cursor = pages[-1].cursor
    number = next(
        r["id"] for r in woo.store.customers.values() if not r["date_modified_gmt"]
    )
    assert items_of(woo.read(cursor, stream="customers")) == []
    woo.store.edit_quietly(woo.store.customers, number, first_name="Changed")
    found = items_of(woo.read(cursor, stream="customers"))
    assert any("Changed" in text_of(item) for item in found)
    assert not [r for r in woo.shop.requests if "customers?" in r and "modified" in r]


def test_long_customer_lists_are_not_claimed_to_be_complete(woo: WooAdapter) -> None:
    """Between whole readings: new accounts, and those whose orders changed."""
    source = woo.open(whole_list_rows=5)
    stream = woo.stream_of(source, "customers")
    whole = woo.read(source=source, stream="customers")[-1].cursor
    later = aged(whole, minutes=60)
    number = min(woo.store.customers, key=lambda i: -i)
    woo.store.edit_quietly(woo.store.customers, number, first_name="Quiet")
    account = {**woo.store.customers[number], "id": woo.store.user_id()}
    woo.store.add(woo.store.customers, account)
    woo.clock.now = lambda: datetime.fromisoformat(later["mark"])  # type: ignore[method-assign]
    pages = woo.read(later, source=source, stream="customers")
    assert ids_of(pages) == [str(account["id"])]
    assert stream.watermark(pages[-1].cursor) == stream.watermark(whole)
    much_later = aged(pages[-1].cursor, minutes=60 * 13)
    woo.clock.now = lambda: datetime.fromisoformat(much_later["mark"])  # type: ignore[method-assign]
    woo.shop.clock_skew_s = 60 * 60 * 15
    texts = [
        text_of(i)
        for i in items_of(woo.read(much_later, source=source, stream="customers"))
    ]
    assert any("Quiet" in text for text in texts)


def test_buyers_are_read_again_with_their_orders(woo: WooAdapter) -> None:
    source = woo.open(whole_list_rows=1)
    cursor = woo.read(source=source, stream="customers")[-1].cursor
    order = next(r for r in woo.store.orders.values() if r["customer_id"])
    buyer = order["customer_id"]
    woo.store.edit_quietly(woo.store.customers, buyer, first_name="Moved")
    woo.store.edit(woo.store.orders, order["id"])
    found = items_of(woo.read(cursor, source=source, stream="customers"))
    assert [i.external_id for i in found] == [str(buyer)]
    assert "Moved" in text_of(found[0])


def test_accounts_of_the_staff_are_no_customers(woo: WooAdapter) -> None:
    """The role "all" is asked for, because the default hides buyers of other roles."""
    staff = next(
        r["id"] for r in woo.store.customers.values() if r["role"] == "administrator"
    )
    other = woo.store.edit_quietly(woo.store.customers, 3, role="subscriber")
    found = ids_of(woo.read(stream="customers"))
    assert str(staff) not in found
    assert str(other["id"]) in found


def test_reviews_that_wait_and_old_reviews_that_change_are_read(
    woo: WooAdapter,
) -> None:
    first = woo.read(stream="reviews")
    cursor = first[-1].cursor
    assert len(ids_of(first)) == len(woo.store.reviews)
    number = min(woo.store.reviews)
    woo.store.edit_quietly(woo.store.reviews, number, review="<p>So-so &amp; slow</p>")
    found = {
        i.external_id: text_of(i) for i in items_of(woo.read(cursor, stream="reviews"))
    }
    assert "So-so & slow" in found[str(number)]


def test_a_variation_that_changed_alone_is_read(woo: WooAdapter) -> None:
    """woocommerce#19562: its product's date stays."""
    cursor = woo.read(stream="products")[-1].cursor
    number = min(woo.store.variations)
    woo.store.edit_quietly(woo.store.variations, number, price="777.00")
    found = [
        i.data
        for i in items_of(woo.read(aged(cursor), stream="products"))
        if isinstance(i, Envelope) and i.external_id == str(number)
    ]
    assert isinstance(found[0], Product)
    assert found[0].price == Decimal("777.00")
    assert found[0].parent_external_id == str(woo.store.variations[number]["parent_id"])
    assert found[0].category == ("Tea & More", "绿茶")


def test_variations_are_given_by_id(woo: WooAdapter) -> None:
    number = str(min(woo.store.variations))
    source = woo.open()
    fetched = list(source.fetch("product", [number, "4", "x", "-1"]))
    assert [item.external_id for item in fetched] == [number]
    keys = {key.external_id: key.hash for key in source.keys("product")}
    assert isinstance(fetched[0], Envelope)
    assert keys[number] == key_of(fetched[0]).hash
    assert set(keys) == {str(i) for i in (*woo.store.products, *woo.store.variations)}


def test_products_in_the_bin_are_not_active(woo: WooAdapter) -> None:
    number = min(woo.store.products)
    cursor = woo.read(stream="products")[-1].cursor
    woo.store.trash(woo.store.products, number)
    found = {i.external_id: i for i in items_of(woo.read(cursor, stream="products"))}
    item = found[str(number)]
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Product)
    assert not item.data.active


def test_guests_and_lines_of_deleted_products_have_no_id(woo: WooAdapter) -> None:
    product = next(i for i, p in woo.store.products.items() if p["type"] == "simple")
    woo.store.delete(woo.store.products, product)
    orders = orders_of(woo.read())
    guests = [o for o in orders.values() if o.customer and not o.customer.external_id]
    assert guests
    lines = [line for order in orders.values() for line in order.lines]
    assert any(line.product_external_id is None and line.name for line in lines)
    assert all(line.product_external_id != "0" for line in lines)


def test_deleting_a_customer_makes_his_orders_those_of_a_guest(woo: WooAdapter) -> None:
    cursor = woo.read()[-1].cursor
    order = next(r for r in woo.store.orders.values() if r["customer_id"])
    woo.store.delete(woo.store.customers, order["customer_id"])
    found = orders_of(woo.read(cursor))[str(order["id"])]
    assert found.customer is not None
    assert found.customer.external_id is None
    assert found.customer.email


def test_ids_above_2_to_53_keep_their_digits() -> None:
    """Trap 15."""
    first = 2**53 + 1
    store = fill(Store(first_id=first), orders=25, customers=3, products=4, reviews=2)
    with FakeShop(store) as shop:
        woo = WooAdapter(shop)
        found = orders_of(woo.read())
    assert set(found) == woo.ids()
    assert all(int(each) > first for each in found)


def test_nul_and_lone_surrogates_do_not_stop_a_stream(woo: WooAdapter) -> None:
    """Trap 25."""
    number = completed(woo)
    woo.store.edit(woo.store.orders, number, customer_note="a\x00b\ud800c")
    note = orders_of(woo.read())[str(number)].note
    assert note == "ab\ufffdc"


@pytest.mark.parametrize(
    ("changes", "path"),
    [
        ({"total": "12,50"}, "total"),
        ({"total": None}, "total"),
        ({"total": "NaN"}, "total"),
        (
            {"line_items": None, "date_created_gmt": "0000-00-00T00:00:00"},
            "date_created",
        ),
        ({"line_items": "broken"}, "line_items"),
        ({"line_items": [None]}, "line_items[0]"),
        ({"line_items": [{"id": 1, "total": "x"}]}, "line_items[0].total"),
        ({"currency": "bitcoin"}, "currency"),
        ({"billing": [1]}, "billing"),
        ({"meta_data": {"a": 1}, "customer_id": True}, "customer_id"),
    ],
    ids=str,
)
def test_an_order_that_cannot_be_read_costs_no_other(
    woo: WooAdapter, changes: Json, path: str
) -> None:
    """Trap 17: it is kept with its place and reason."""
    number = completed(woo)
    woo.store.edit(woo.store.orders, number, **changes)
    items = [i for i in items_of(woo.read()) if i.kind == "order"]
    assert {item.external_id for item in items} == woo.ids()
    (bad,) = [item for item in items if isinstance(item, BadRecord)]
    assert bad.external_id == str(number)
    assert bad.path.startswith(path)
    assert bad.reason
    assert bad.payload["id"] == number
    assert bad.to_wire()["error"]["path"] == bad.path
    keys = {key.external_id: key for key in woo.open().keys("order")}
    assert keys[str(number)].hash is None


def test_parcels_of_the_tracking_extension_are_shipments(woo: WooAdapter) -> None:
    number = completed(woo)
    parcels = [
        {
            "tracking_provider": "dhl",
            "tracking_number": "1",
            "date_shipped": "1735862400",
        },
        {"tracking_provider": "ups", "tracking_number": "2", "tracking_id": "x"},
        {"tracking_provider": "no number"},
        "nonsense",
    ]
    meta = [{"key": "_wc_shipment_tracking_items", "value": parcels}]
    woo.store.edit(woo.store.orders, number, meta_data=meta)
    found = [i for i in items_of(woo.read()) if i.kind == "shipment"]
    assert [i.external_id for i in found] == [f"{number}:1", f"{number}:x"]
    states = [i.data.state for i in found if isinstance(i.data, Shipment)]  # type: ignore[union-attr]
    assert states == ["in_transit", "info_received"]
    source = woo.open()
    keys = {key.external_id: key.hash for key in source.keys("shipment")}
    fetched = list(source.fetch("shipment", [f"{number}:x", "7:7"]))
    assert [i.external_id for i in fetched] == [f"{number}:x"]
    assert isinstance(fetched[0], Envelope)
    assert keys[f"{number}:x"] == key_of(fetched[0]).hash


def test_the_shops_clock_bounds_the_watermark(woo: WooAdapter) -> None:
    """An agent whose clock is fast must not skip what the shop stamps behind it."""
    woo.shop.clock_skew_s = -3600
    stream = woo.stream_of(woo.open())
    mark = stream.watermark(woo.read()[-1].cursor)
    assert mark <= woo.clock.now() - timedelta(minutes=59)
    check = {result.name: result for result in woo.open().check()}
    assert check["clock"].state == "warning"
    assert check["clock"].remedy


def test_a_key_revoked_in_the_middle_of_a_run_stops_it(woo: WooAdapter) -> None:
    def revoke() -> None:
        woo.shop.guard.revoked = True

    woo.faults.before(woo.listing, revoke, skip=2)
    with pytest.raises(NeedsCredentials) as caught:
        woo.read()
    assert "does not know the key" in caught.value.message


def test_the_check_names_each_right_that_is_missing(woo: WooAdapter) -> None:
    woo.shop.missing = {"customers", "products/reviews"}
    results = {result.name: result for result in woo.open().check()}
    failed = {name for name, result in results.items() if result.state == "failed"}
    assert failed == {"customers", "reviews"}
    assert "shop manager" in results["customers"].remedy


def test_the_check_tells_of_a_shop_without_a_list_of_refunds() -> None:
    with fake_shop(refund_list=False) as shop:
        results = {result.name: result for result in WooAdapter(shop).open().check()}
    assert results["refunds"].state == "warning"
    assert "9.0" in results["refunds"].message


@pytest.mark.parametrize("auth", ["basic", "oauth1"])
def test_keys_are_never_in_the_query(auth: str) -> None:
    """The Link header and servers' logs repeat the query."""
    with fake_shop(behind_tls=True) as shop:
        woo = WooAdapter(shop)
        source = woo.open(auth=auth)
        woo.read(source=source)
        requests = " ".join(shop.requests)
    assert shop.requests
    assert KEY not in requests
    assert SECRET not in requests
    assert "oauth" not in requests
    assert "orderby=modified" not in requests


def test_plain_http_is_signed_because_basic_is_not_heard_there(woo: WooAdapter) -> None:
    assert ids_of(woo.read())
    with pytest.raises(NeedsCredentials):
        woo.read(source=woo.open(auth="basic"))


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "shop.example"},
        {"url": "https://ck_1:cs_2@shop.example"},
        {"url": "https://shop.example?consumer_key=ck_1"},
        {"page_size": 101},
        {"colour": "red"},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(changes: Json) -> None:
    settings = {"url": "https://a.example", "consumer_key": "k", "consumer_secret": "s"}
    with pytest.raises(ValidationError):
        CONNECTOR.settings(**{**settings, **changes})


@pytest.fixture
def unstable() -> Iterator[WooAdapter]:
    """A shop where every order was edited in the same second."""
    store = fill(Store(), orders=120)
    at = store.now()
    for number in store.orders:
        store.edit(store.orders, number, at=at)
    with FakeShop(store) as shop:
        yield WooAdapter(shop)


def test_paging_by_date_would_lose_rows_and_ours_does_not(unstable: WooAdapter) -> None:
    """Measured on a real shop: 1,380 of 1,498 with orderby=modified."""
    api = unstable.shop.api
    by_date: set[int] = set()
    for page in range(1, 13):
        params = {"page": str(page), "per_page": "10", "orderby": "modified"}
        by_date |= {row["id"] for row in api.get("orders", params).body}
    assert len(by_date) < 120
    assert set(orders_of(unstable.read())) == unstable.ids()


def test_a_profile_keeps_company_language_and_addresses(woo: WooAdapter) -> None:
    found = [
        i.data
        for i in items_of(woo.read(stream="customers"))
        if isinstance(i, Envelope)
    ]
    people = [c for c in found if isinstance(c, Customer)]
    assert {c.name for c in people} >= {"欧阳梓萱", "Emma Müller", "高橋 さくら"}
    assert all(c.created_at for c in people)
    assert any(c.company_name for c in people)
