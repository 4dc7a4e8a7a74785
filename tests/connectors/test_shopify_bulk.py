"""A first reading as one large file: cut off, half, run out, refused."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from sync_agent.errors import Incomplete
from sync_agent.port import Source, key_of
from sync_agent.records import Envelope

from .adapters import ids_of, items_of
from .shops.shopify import ShopifyAdapter, open_shop


@pytest.fixture
def shop(request: pytest.FixtureRequest) -> Iterator[ShopifyAdapter]:
    """A fake shop whose orders are read as a file."""
    with open_shop(request) as adapter:
        adapter.settings["bulk_from"] = 10
        yield adapter


def hashes(shop: ShopifyAdapter, source: Source | None = None) -> dict[Any, str]:
    items = items_of(shop.read(source=source))
    found = {
        (item.kind, item.external_id): str(key_of(item).hash)
        for item in items
        if isinstance(item, Envelope)
    }
    assert len(found) == len(items)
    return found


def test_a_file_gives_the_same_records_as_the_lists(shop: ShopifyAdapter) -> None:
    by_lists = hashes(shop, shop.open(bulk_from=1000))
    shop.shop.api.asked.clear()
    assert hashes(shop) == by_lists
    assert "BulkRun" in shop.shop.api.asked
    assert "OrdersLook" not in shop.shop.api.asked


def test_a_delta_and_a_small_shop_ask_for_no_file(shop: ShopifyAdapter) -> None:
    shop.read({"mark": "2026-10-01T00:00:00Z"})
    shop.read(source=shop.open(bulk_from=60))
    assert "BulkRun" not in shop.shop.api.asked


def test_a_lost_connection_to_the_file_is_gone_on_with(shop: ShopifyAdapter) -> None:
    shop.shop.file_cuts = [100_000, 70_000, 100]
    assert {own for kind, own in hashes(shop) if kind == "order"} == shop.ids()
    assert any(wanted.startswith("bytes=") for wanted in shop.shop.ranges)


def test_an_address_that_ran_out_is_asked_for_again(shop: ShopifyAdapter) -> None:
    shop.shop.api.bulk_options = {"dead_addresses": 1}
    assert set(ids_of(shop.read())) == shop.ids()
    assert "OrdersLook" not in shop.shop.api.asked


@pytest.mark.parametrize(
    "options",
    [{"outcome": "FAILED"}, {"outcome": "EXPIRED"}, {"dead_addresses": 9}],
    ids=str,
)
def test_half_a_file_is_used_and_the_rest_read_from_the_lists(
    shop: ShopifyAdapter, options: dict[str, Any]
) -> None:
    shop.shop.api.bulk_options = options
    found = ids_of(shop.read())
    assert set(found) == shop.ids()
    assert len(found) == len(set(found))


def test_a_refused_operation_leaves_the_lists(shop: ShopifyAdapter) -> None:
    shop.shop.api.bulk_refusal = "OPERATION_IN_PROGRESS"
    assert set(ids_of(shop.read())) == shop.ids()


def test_an_operation_that_takes_too_long_is_given_up(shop: ShopifyAdapter) -> None:
    shop.shop.api.bulk_options = {"polls": 10**6}
    source = shop.open(bulk_wait_minutes=5)
    assert set(ids_of(shop.read(source=source))) == shop.ids()
    assert "BulkCancel" in shop.shop.api.asked


def test_a_file_with_too_few_orders_is_no_success(shop: ShopifyAdapter) -> None:
    source = shop.open()
    stream = shop.stream_of(source)
    reading = stream.read(None, full=False, started=shop.clock.now())
    shop.shop.api.bulk_options = {"polls": 0}

    def lose_one() -> None:
        for operation in shop.shop.api.operations.values():
            operation.roots += 1

    shop.faults.before("BulkState", lose_one)
    with pytest.raises(Incomplete, match="60 orders instead of 61"):
        list(reading)


def test_a_killed_run_goes_on_in_the_same_file(shop: ShopifyAdapter) -> None:
    """Trap 18: also of a file of which a part was stored."""
    for _ in range(150):
        shop.add()
    pages = shop.read()
    full = [index for index, page in enumerate(pages) if page.items]
    assert len(full) >= 3
    runs = shop.shop.api.asked.count("BulkRun")
    rest = shop.read(pages[full[0]].cursor)
    assert shop.shop.api.asked.count("BulkRun") == runs
    assert set(ids_of([pages[full[0]], *rest])) == shop.ids()
    assert len(ids_of(rest)) < len(shop.ids())


def test_a_run_killed_before_its_first_page_finds_its_operation(
    shop: ShopifyAdapter,
) -> None:
    shop.shop.api.bulk_options = {"polls": 3}
    stream = shop.stream_of(shop.open())
    shop.faults.add("status", status=503, path="/files", times=1000)
    with pytest.raises(Exception, match="503"):
        list(stream.read(None, full=False, started=shop.clock.now()))
    (operation,) = shop.shop.api.operations.values()
    operation.asked = 0
    shop.faults.clear()
    assert set(ids_of(shop.read())) == shop.ids()
    assert len(shop.shop.api.operations) == 1
