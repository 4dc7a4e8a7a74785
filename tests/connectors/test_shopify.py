"""The traps of Shopify, on a fake that Shopify's own schema checks."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
import structlog
from pydantic import ValidationError

from sync_agent.connectors.shopify import CONNECTOR, queries
from sync_agent.connectors.shopify.refusals import failure
from sync_agent.errors import Fatal, Incomplete, NeedsCredentials, Retryable
from sync_agent.port import Json, key_of
from sync_agent.records import BadRecord, Envelope
from sync_agent.records.fields import format_time
from tests.fakes.shopify import CLIENT_ID, SECRET
from tests.fakes.shopify.schema import checked
from tests.fakes.shopify.seed import event, parcel, refund_row, time_text
from tests.fakes.shopify.store import Row

from .adapters import ids_of, in_order, items_of
from .shops.shopify import ShopifyAdapter, open_shop
from .test_recorded import check_sums


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[ShopifyAdapter]:
    """A fake shop, fresh for each test."""
    with open_shop(request) as adapter:
        yield adapter


QUERIES = [
    *(value for name, value in vars(queries).items() if name.isupper()),
    *(queries.count(root) for root in ("orders", "customers", "products")),
    queries.more("Order", "lineItems", queries.LINE),
    queries.more("Refund", "refundLineItems", queries.REFUND_LINE),
    queries.more("Refund", "refundShippingLines", queries.REFUND_SHIPPING),
    queries.more("Refund", "orderAdjustments", queries.ADJUSTMENT),
    queries.more("Fulfillment", "events", queries.EVENT),
    queries.more("Product", "variants", queries.VARIANT),
    queries.more("AbandonedCheckout", "lineItems", queries.CART_LINE),
]


@pytest.mark.parametrize(
    "query", [q for q in QUERIES if q.lstrip().startswith(("query ", "mutation ", "{"))]
)
def test_every_question_is_one_of_shopifys_schema(query: str) -> None:
    _document, errors = checked(query)
    assert [error.message for error in errors] == []


def orders(shop: ShopifyAdapter, pages: Any = None) -> dict[str, Any]:
    found = {}
    for item in items_of(pages or shop.read()):
        assert not isinstance(item, BadRecord), (item.path, item.reason)
        if item.kind == "order":
            found[item.external_id] = item.data
    return found


def test_every_order_of_the_shop_adds_up(shop: ShopifyAdapter) -> None:
    """Demand 33: what an order shows is what was paid."""
    found = orders(shop)
    for external_id, order in found.items():
        check_sums(order)
        row = shop.store.orders[int(external_id)]
        assert order.total == Decimal(row["totalPriceSet"]["shopMoney"]["amount"])
    assert any(order.refunds for order in found.values())


def long_order(shop: ShopifyAdapter) -> Row:
    """Return an order with more of everything than fits into one answer."""
    template = shop.store.in_order("orders")[0]
    line = template["lineItems"][0]
    own = shop.add_order()
    row = shop.store.orders[int(own)]
    row["lineItems"] = [{**line, "id": shop.store.gid("LineItem")} for _ in range(61)]
    at = shop.clock.now()
    for _ in range(8):
        refund = refund_row(shop.store, row, at, Decimal("0.50"))
        refund["refundLineItems"] = [
            {
                "quantity": 1,
                "subtotalSet": {"shopMoney": {"amount": "0.01"}},
                "totalTaxSet": {"shopMoney": {"amount": "0.00"}},
                "lineItem": each,
            }
            for each in row["lineItems"][:30]
        ]
    row["fulfillments"] = [parcel(shop.store, at, events=40) for _ in range(6)]
    return row


def test_second_pages_of_lines_refunds_parcels_and_events_are_read(
    shop: ShopifyAdapter,
) -> None:
    row = long_order(shop)
    own = row["id"].rpartition("/")[2]
    items = items_of(shop.read())
    (order,) = (i.data for i in items if (i.kind, i.external_id) == ("order", own))  # type: ignore[union-attr]
    assert len(order.lines) == 61  # type: ignore[union-attr]
    assert [len(r.lines) for r in order.refunds] == [30] * 8  # type: ignore[union-attr]
    wanted = {each["id"].rpartition("/")[2] for each in row["fulfillments"]}
    parcels = [
        i.data for i in items if i.external_id in wanted and i.kind == "shipment"
    ]  # type: ignore[union-attr]
    assert [len(p.events) for p in parcels] == [40] * 6  # type: ignore[union-attr]


def test_a_question_too_dear_is_made_smaller_and_costs_nothing(
    shop: ShopifyAdapter,
) -> None:
    source = shop.open(records_at_once=250, page_size=250)
    assert set(ids_of(shop.read(source=source))) == shop.ids()


def test_a_used_up_budget_is_waited_for_in_whole_seconds(shop: ShopifyAdapter) -> None:
    """Trap 7: the refusal comes inside HTTP 200."""
    bucket = shop.shop.api.bucket
    bucket.size = bucket.available = 900
    bucket.restore = 400
    shop.clock.sleep = _really(shop)  # type: ignore[method-assign]
    assert set(ids_of(shop.read())) == shop.ids()
    assert shop.clock.waits
    assert all(wait == int(wait) and wait >= 1 for wait in shop.clock.waits)


def _really(shop: ShopifyAdapter) -> Any:
    """Let waiting fill the bucket instead of passing time."""

    def sleep(seconds: float) -> None:
        shop.clock.waits.append(seconds)
        bucket = shop.shop.api.bucket
        bucket.available = min(bucket.size, bucket.available + seconds * bucket.restore)

    return sleep


def test_a_budget_that_others_eat_up_for_good_is_an_error(shop: ShopifyAdapter) -> None:
    bucket = shop.shop.api.bucket
    bucket.size, bucket.available, bucket.restore = 1, 0, 0.001
    with pytest.raises(Retryable, match="budget"):
        shop.read()


def test_a_token_is_renewed_before_it_ends(shop: ShopifyAdapter) -> None:
    shop.shop.life_s = 600
    source = shop.open()
    shop.read(source=source)
    assert shop.shop.given == 1
    now = shop.clock.now
    shop.clock.now = lambda: now() + timedelta(seconds=550)  # type: ignore[method-assign]
    shop.read(source=source)
    assert shop.shop.given == 2


def test_a_lasting_token_works_and_is_told_when_it_is_revoked(
    shop: ShopifyAdapter,
) -> None:
    shop.shop.tokens.add("shpat_lasting")
    settings = {"url": shop.settings["url"], "access_token": "shpat_lasting"}
    source = CONNECTOR.open(CONNECTOR.settings(**settings), shop.tools())
    assert set(ids_of(shop.read(source=source))) == shop.ids()
    shop.expire()
    with pytest.raises(NeedsCredentials) as caught:
        shop.read(source=source)
    assert "shpat_lasting" not in str(caught.value)
    assert shop.shop.given == 0


def check(shop: ShopifyAdapter, name: str, **settings: Any) -> Any:
    (found,) = (r for r in shop.open(**settings).check() if r.name == name)
    return found


def test_a_version_that_ended_is_noticed(shop: ShopifyAdapter) -> None:
    shop.shop.version = "2027-01"
    with structlog.testing.capture_logs() as logs:
        assert check(shop, "version").state == "warning"
    assert "api_version_changed" in {entry["event"] for entry in logs}


def without_old_orders(shop: ShopifyAdapter) -> None:
    api = shop.shop.api
    api.scopes = tuple(each for each in api.scopes if each != "read_all_orders")
    api.oldest = time_text(shop.clock.now() - timedelta(days=60))


def test_the_wall_of_60_days_is_told_and_nothing_behind_it_is_gone(
    shop: ShopifyAdapter,
) -> None:
    """Trap 21: Shopify is silent about older orders."""
    without_old_orders(shop)
    result = check(shop, "history")
    assert (result.state, "read_all_orders" in result.remedy) == ("warning", True)
    source = shop.open()
    with pytest.raises(Incomplete, match="60 days"):
        list(source.keys("order"))
    with pytest.raises(Incomplete, match="60 days"):
        list(source.fetch("order", [in_order(shop)[0]]))


def test_a_young_shop_needs_no_scope_for_old_orders(shop: ShopifyAdapter) -> None:
    without_old_orders(shop)
    shop.shop.api.oldest = ""
    shop.store.created_at = time_text(shop.clock.now() - timedelta(days=3))
    assert {key.external_id for key in shop.open().keys("order")} == shop.ids()


def test_hidden_customer_data_costs_no_order_and_is_told(shop: ShopifyAdapter) -> None:
    shop.shop.api.hidden = frozenset({"email", "defaultEmailAddress", "phone"})
    assert set(orders(shop)) == shop.ids()
    result = check(shop, "customer data")
    assert (result.state, "email" in result.message) == ("warning", True)


def test_a_list_that_may_not_be_read_fails_the_check(shop: ShopifyAdapter) -> None:
    shop.shop.api.denied = {"customers"}
    result = check(shop, "customers")
    assert (result.state, "read_customers" in result.remedy) == ("failed", True)
    with pytest.raises(NeedsCredentials):
        shop.read(stream="customers")


def test_an_order_that_makes_shopify_fail_costs_no_other(shop: ShopifyAdapter) -> None:
    """Trap 17: a poison record amid good ones."""
    poison = in_order(shop)[3]
    shop.shop.api.inner_errors = {shop.store.gid("Order", int(poison))}
    items = items_of(shop.read())
    bad = [i for i in items if isinstance(i, BadRecord)]
    assert [i.external_id for i in bad] == [poison]
    assert set(ids_of(shop.read())) == shop.ids()


def test_orders_of_the_test_gateway_are_none_unless_wanted(
    shop: ShopifyAdapter,
) -> None:
    test = shop.add_order(test=True)
    assert test not in ids_of(shop.read())
    assert test not in {key.external_id for key in shop.open().keys("order")}
    source = shop.open(test_orders=True)
    assert test in ids_of(shop.read(source=source))


def test_a_scan_that_does_not_move_the_orders_date_is_found(
    shop: ShopifyAdapter,
) -> None:
    """Trap 11: a child's change, told by nobody."""
    own = shop.add_order(shop.clock.now() - timedelta(days=2))
    row = shop.store.orders[int(own)]
    row["fulfillments"] = [parcel(shop.store, shop.clock.now() - timedelta(days=1))]
    cursor = {**shop.read()[-1].cursor}
    assert own not in ids_of(shop.read(cursor), "order")
    row["fulfillments"][0]["events"].append(event(shop.clock.now(), "DELIVERED"))
    found = items_of(shop.read(cursor))
    assert own in {item.external_id for item in found}


def test_a_left_checkout_that_became_an_order_is_no_cart(shop: ShopifyAdapter) -> None:
    carts = shop.store.tables["abandonedCheckouts"]
    left = {str(own) for own, row in carts.items() if not row["completedAt"]}
    assert set(ids_of(shop.read(stream="carts"))) == left
    assert len(left) < len(carts)
    some = list(shop.open().fetch("cart", [str(own) for own in carts]))
    assert {item.external_id for item in some} == left


def test_parcels_and_variants_are_given_by_id(shop: ShopifyAdapter) -> None:
    source = shop.open()
    for kind in ("shipment", "product"):
        keys = {key.external_id: key for key in source.keys(kind)}  # type: ignore[arg-type]
        some = [*keys][:3]
        found = list(source.fetch(kind, [*some, "999999999", "odd:id"]))  # type: ignore[arg-type]
        assert {item.external_id for item in found} == set(some)
        for item in found:
            assert isinstance(item, Envelope)
            assert key_of(item).hash == keys[item.external_id].hash


def test_a_mark_is_asked_for_in_whole_seconds_of_utc(shop: ShopifyAdapter) -> None:
    pages = shop.read()
    mark = format_time(shop.clock.now() + timedelta(minutes=5, microseconds=7))
    fresh = shop.add()
    assert fresh in ids_of(shop.read({**pages[-1].cursor, "mark": mark}))


@pytest.mark.parametrize(
    ("code", "kind", "words"),
    [
        ("THROTTLED", Retryable, "again"),
        ("MAX_COST_EXCEEDED", Fatal, "records_at_once"),
        ("ACCESS_DENIED", NeedsCredentials, "scopes"),
        ("SHOP_INACTIVE", Fatal, "owner"),
        ("INTERNAL_SERVER_ERROR", Retryable, "next run"),
        ("undefinedField", Fatal, "update the agent"),
    ],
)
def test_errors_inside_an_answer_are_told_apart(
    code: str, kind: type[Exception], words: str
) -> None:
    error = failure([{"message": "no", "extensions": {"code": code}}])
    assert isinstance(error, kind)
    assert words in error.remedy
    assert failure("[API] Invalid API key").remedy


@pytest.mark.parametrize(
    "changes",
    [
        {"url": "my-shop.myshopify.com"},
        {"url": "https://key:pass@my-shop.myshopify.com"},
        {"client_secret": None},
        {"access_token": "shpat_x"},
        {"page_size": 251},
        {"api_version": "latest"},
        {"money": "both"},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(changes: Json) -> None:
    good = {
        "url": "https://my-shop.myshopify.com/admin",
        "client_id": CLIENT_ID,
        "client_secret": SECRET,
    }
    assert CONNECTOR.settings(**good).url == "https://my-shop.myshopify.com"
    with pytest.raises(ValidationError):
        CONNECTOR.settings(**{**good, **changes})
