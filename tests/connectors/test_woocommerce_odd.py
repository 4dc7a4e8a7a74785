"""Odd answers and odd content of WooCommerce shops."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from sync_agent.connectors.woocommerce.client import refusal
from sync_agent.connectors.woocommerce.goods import Catalogue, parse_product
from sync_agent.connectors.woocommerce.orders import parse_shipments
from sync_agent.connectors.woocommerce.people import parse_customer, parse_review
from sync_agent.connectors.woocommerce.text import plain, plain_block
from sync_agent.errors import NeedsCredentials, Retryable
from sync_agent.port import Json
from sync_agent.records import BadRecord, Customer, Envelope, Product, Shipment

from .adapters import items_of
from .shops.woocommerce import WooAdapter


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ('<b>HTML</b> &amp; "quotes" 名称', 'HTML & "quotes" 名称'),
        ("a < b & c > d", "a < b & c > d"),
        ("<!-- note -->x", "x"),
        ("<br>", None),
        (None, None),
    ],
)
def test_names_lose_tags_and_entities_and_nothing_else(
    text: str | None, shown: str | None
) -> None:
    assert plain(text) == shown


def test_paragraphs_of_a_review_become_lines() -> None:
    assert (
        plain_block("<p>good&nbsp;tea</p>\n\n<p>a<br/>b</p>\n") == "good\xa0tea\na\nb"
    )
    assert plain_block(None) is None


def product(**row: Any) -> Product:
    base = {"id": 1, "name": "Tea", "status": "publish", "price": "1.00"}
    item = parse_product({**base, **row}, Catalogue("CNY"))
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Product)
    return item.data


@pytest.mark.parametrize(
    ("row", "cost"),
    [
        ({"cost_of_goods_sold": {"total_value": Decimal("4.2")}}, Decimal("4.2")),
        ({"meta_data": [{"key": "_wc_cog_cost", "value": "3.10"}]}, Decimal("3.10")),
        ({"meta_data": [{"key": "_cost", "value": "about 3"}]}, None),
        ({"meta_data": [{"key": "_cost", "value": {"a": 1}}]}, None),
        ({"meta_data": "broken"}, None),
    ],
    ids=str,
)
def test_the_cost_comes_from_the_shop_or_a_plugin(
    row: Json, cost: Decimal | None
) -> None:
    assert product(**row).cost == cost


def test_a_barcode_may_stand_in_a_plugins_meta() -> None:
    meta = [{"key": "_ean", "value": " 4006381333931 "}]
    assert product(meta_data=meta).barcode == "4006381333931"


def test_a_product_without_a_name_has_its_sku_or_number() -> None:
    assert product(name="", sku="A-1").name == "A-1"
    assert product(name="<br>").name == "#1"


def test_a_variation_has_no_sku_when_it_only_repeats_its_products() -> None:
    parent = {"id": 9, "name": "Shirt", "sku": "S", "status": "draft"}
    row = {"id": 1, "name": "Red", "sku": "S", "status": "publish", "parent_id": 9}
    item = parse_product(row, Catalogue(), parent)
    assert isinstance(item, Envelope)
    assert item.to_wire()["data"] == {
        "name": "Shirt - Red",
        "parent_external_id": "9",
        "active": False,
    }


def test_a_customer_without_any_name_keeps_his_mail_as_name() -> None:
    item = parse_customer({"id": 4, "email": "a@example.com", "billing": []})
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Customer)
    assert item.data.name == "a@example.com"
    assert item.version == ""


def test_a_review_without_a_time_is_kept_as_bad() -> None:
    item = parse_review({"id": 4, "rating": 5})
    assert isinstance(item, BadRecord)
    assert item.path == "date_created_gmt"


@pytest.mark.parametrize(
    ("value", "days"),
    [
        ('[{"tracking_number": "1", "date_shipped": "2025-01-03"}]', "2025-01-03"),
        ([{"tracking_number": "1", "date_shipped": 1735862400}], "2025-01-03"),
        ([{"tracking_number": "1", "date_shipped": "soon"}], None),
        ([{"tracking_number": "1", "date_shipped": "9" * 30}], None),
    ],
    ids=str,
)
def test_tracking_comes_as_text_or_list_with_any_date(
    value: Any, days: str | None
) -> None:
    row = {
        "id": 5,
        "meta_data": [{"key": "_wc_shipment_tracking_items", "value": value}],
    }
    (item,) = parse_shipments(row)
    assert isinstance(item, Envelope)
    assert isinstance(item.data, Shipment)
    shipped = item.data.shipped_at
    assert (shipped and shipped.date().isoformat()) == days


@pytest.mark.parametrize("value", ["not json", "{}", 7, None])
def test_tracking_that_makes_no_sense_is_no_parcel(value: Any) -> None:
    row = {
        "id": 5,
        "meta_data": [{"key": "_wc_shipment_tracking_items", "value": value}],
    }
    assert list(parse_shipments(row)) == []


@pytest.mark.parametrize("body", [{"orders": []}, "text", [1, 2], None])
def test_a_list_of_an_odd_form_is_not_taken_for_an_empty_one(
    woo: WooAdapter, body: Any
) -> None:
    woo.faults.add("status", status=200, body=body, times=50)
    with pytest.raises(Retryable) as caught:
        woo.read()
    assert "unexpected form" in caught.value.message


def test_a_404_for_one_record_is_no_error_and_a_refusal_is(woo: WooAdapter) -> None:
    """Trap 12."""
    source = woo.open()
    for kind in ("customer", "review", "product", "order"):
        assert list(source.fetch(kind, ["99999999"])) == []
    woo.faults.add(
        "status", status=403, body={"code": "rest_forbidden"}, times=9, skip=1
    )
    with pytest.raises(NeedsCredentials):
        list(source.fetch("customer", ["99999999"]))


@pytest.mark.parametrize("kind", ["customer", "review"])
def test_single_records_are_the_same_as_in_the_list(woo: WooAdapter, kind: Any) -> None:
    source = woo.open()
    hashes = {key.external_id: key.hash for key in source.keys(kind)}
    found = list(source.fetch(kind, list(hashes)))
    assert {item.external_id for item in found} == set(hashes)


def test_a_key_that_may_not_ask_for_the_currency_still_reads_products(
    woo: WooAdapter,
) -> None:
    woo.shop.missing = {"data/currencies/current"}
    items = items_of(woo.read(stream="products"))
    assert items
    prices = [i.data for i in items if isinstance(i, Envelope)]
    assert all(isinstance(p, Product) and p.currency is None for p in prices)


def test_a_status_without_a_json_object_is_still_told() -> None:
    assert "403" in refusal(403, None).message
    assert refusal(400, "x").remedy


def test_the_run_knows_the_version_of_the_shop(woo: WooAdapter) -> None:
    source = woo.open()
    assert source.platform == "WooCommerce"
    woo.read(source=source)
    assert source.platform == "WooCommerce 10.0.2"
