"""Rows into orders, parcels and customers: amounts, refunds, states, times."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync_agent.connectors.file.amounts import spread_tax

Good = Callable[..., list[dict[str, Any]]]
Reading = Callable[..., list[Any]]

PLAIN = """
[file.orders]
kind = "order"
id = "no"
timezone = "Asia/Shanghai"
[file.orders.columns]
state = "state"
ordered_at = "at"
currency = "cur"
total = "total"
customer.email = "mail"
line.name = "item"
line.quantity = "qty"
line.unit_price = "price"
line.discount = "off"
line.total = "sum"
line.tax = "tax"
line.tax_percent = "rate"
charges.shipping.total = "ship"
charges.discount.total = "voucher"
refund.total = "back"
"""
LOOSE = PLAIN.replace('id = "no"', 'id = "no"\nmissing_columns = "ignore"')


def _money(data: dict[str, Any], *keys: str) -> list[Decimal]:
    return [Decimal(data[key]) for key in keys]


@pytest.mark.parametrize(
    "content",
    [
        "no,state,at,cur,total,mail,item,sum\n"
        "1,completed,2026-01-02 08:00,CNY,30,a@example.com,tea,10\n"
        "1,completed,2026-01-02 08:00,CNY,30,a@example.com,cup,20\n",
        "no,state,at,cur,total,mail,item,sum\n"
        "1,completed,2026-01-02 08:00,CNY,30,a@example.com,tea,10\n"
        "1,,,,,,cup,20\n",
        "no,state,at,cur,total,mail,item,sum\n"
        "1,completed,2026-01-02 08:00,CNY,30,a@example.com,tea,10\n"
        ",,,,,,cup,20\n",
    ],
    ids=["repeated", "on the first row", "merged id"],
)
def test_rows_of_one_id_make_one_order(good: Good, content: str) -> None:
    """Demand 33: an order comes whole, whatever way its rows are written."""
    (order,) = good(content, LOOSE)
    data = order["data"]
    assert [line["name"] for line in data["lines"]] == ["tea", "cup"]
    assert data["ordered_at"] == "2026-01-02T00:00:00Z"
    assert data["customer"] == {"email": "a@example.com"}
    assert (data["number"], data["total"]) == ("1", "30")


@pytest.mark.parametrize(
    ("heads", "cells", "extra", "expected"),
    [
        ("sum,tax", "113,13", "", ("100", "13", "113")),
        ("sum,rate", "113,13", "", ("100", "13", "113")),
        ("sum", "113", "", ("113", "0", "113")),
        ("qty,price,off,rate", "2,60,7,13", "", ("100", "13", "113")),
        (
            "qty,price,off,rate",
            "2,60,7,13",
            "prices_include_tax = false",
            ("113", "14.69", "127.69"),
        ),
        ("sum,rate", '"¥ 1,130.00",13', 'thousands = ","', ("1000", "130", "1130")),
        (
            "sum",
            '"1.130,50 €"',
            'decimal = ","\nthousands = "."',
            ("1130.50", "0", "1130.50"),
        ),
        ("sum", "(5)", "", ("-5", "0", "-5")),
        ("sum", "５．５", "", ("5.5", "0", "5.5")),
        ("sum", "5-", "", ("-5", "0", "-5")),
    ],
)
def test_net_tax_and_total_are_completed(
    good: Good, heads: str, cells: str, extra: str, expected: tuple[str, ...]
) -> None:
    layout = LOOSE.replace("[file.orders.columns]", f"{extra}\n[file.orders.columns]")
    content = f"no,state,at,cur,item,{heads}\n1,completed,2026/1/2,CNY,tea,{cells}\n"
    layout = layout.replace('total = "total"\ncustomer', "customer")
    (order,) = good(content, layout)
    line = order["data"]["lines"][0]
    assert _money(line, "net", "tax", "total") == [Decimal(text) for text in expected]
    assert Decimal(order["data"]["total"]) == Decimal(line["total"])


def test_charges_and_refund_in_columns_of_the_order_are_taken(good: Good) -> None:
    content = (
        "no,state,at,cur,total,item,sum,ship,voucher,back\n"
        "1,refunded,2026-01-02,JPY,1300,tea,1000,500,200,300\n"
        "2,completed,2026-01-02,JPY,1000,tea,1000,0,,0\n"
    )
    first, second = good(content, LOOSE)
    charges = {c["kind"]: c["total"] for c in first["data"]["charges"]}
    assert charges == {"shipping": "500", "discount": "-200"}
    (refund,) = first["data"]["refunds"]
    assert (refund["external_id"], refund["total"]) == ("1-refund", "300")
    assert refund["refunded_at"] == first["data"]["ordered_at"]
    assert "charges" not in second["data"]
    assert "refunds" not in second["data"]


ROWS = """
[file.orders]
kind = "order"
id = "no"
version = "changed"
rows = { column = "what", line = ["商品"], charge = ["运费"], refund = ["退款"] }
states = { "交易成功" = "completed" }
[file.orders.columns]
state = "state"
ordered_at = "at"
refunded_total = "refunded"
line.name = "item"
line.total = "sum"
charge.kind = { column = "item", values = { "快递" = "shipping", "券" = "gift_card" } }
charge.total = "sum"
refund.external_id = "rno"
refund.refunded_at = "rat"
refund.line.sku = "item"
refund.line.total = "sum"
refund.charge.kind = { column = "rkind" }
refund.charge.total = "sum"
[file.orders.constants]
currency = "CNY"
"""


def test_lines_charges_and_refunds_may_be_rows_of_their_own(good: Good) -> None:
    content = (
        "no,what,state,at,changed,refunded,item,sum,rno,rat,rkind\n"
        "1,商品,交易成功,2026-01-02,2026-01-02,-35,tea,100,,,\n"
        "1,运费,,,2026-01-09 10:00,,快递,10,,,\n"
        "1,运费,,,,,券,5,,,\n"
        "1,退款,,,,,tea,-25,R1,2026-01-05,\n"
        "1,退款,,,,,,10,R1,2026-01-05,shipping\n"
    )
    (order,) = good(content, ROWS)
    data = order["data"]
    assert order["version"] == "2026-01-09T10:00:00.000000Z"
    assert (data["state"], data["state_raw"]) == ("completed", "交易成功")
    assert data["total"] == "105"
    assert [c["total"] for c in data["charges"]] == ["10", "-5"]
    (refund,) = data["refunds"]
    assert (refund["external_id"], refund["total"]) == ("R1", "35")
    assert refund["lines"][0]["total"] == "25"
    assert refund["charges"][0]["kind"] == "shipping"
    assert data["refunded_total"] == "35"


def test_a_bare_sum_paid_back_becomes_one_refund(good: Good) -> None:
    content = (
        "no,what,state,at,changed,refunded,item,sum,rno,rat,rkind\n"
        "1,商品,weird word,2026-01-02,,30,tea,100,,,\n"
    )
    (order,) = good(content, ROWS)
    assert order["data"]["refunds"] == [
        {
            "external_id": "1-refund",
            "refunded_at": "2026-01-02T00:00:00Z",
            "total": "30",
        }
    ]
    assert order["data"]["state"] == "unknown"
    assert order["data"]["state_raw"] == "weird word"
    assert order["version"] == ""


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("1,completed,yesterday,CNY,10,,tea,,,,10,,,,", ['column "at"', "date_format"]),
        ("1,completed,2026-02-30,CNY,10,,tea,,,,10,,,,", ['column "at"', "exists"]),
        ("1,completed,,CNY,10,,tea,,,,10,,,,", ['column "at"', "Field required"]),
        ("1,completed,2026-01-02,CNY,1O,,tea,,,,10,,,,", ['column "total"', "1O"]),
        ('1,completed,2026-01-02,CNY,"1,0",,tea,,,,10,,,,', ["thousands", "decimal"]),
        ("1,completed,2026-01-02,yuan,10,,tea,,,,10,,,,", ['column "cur"', "pattern"]),
        ("1,completed,2026-01-02,CNY,,,tea,,,,10,,,,", ['"total"', "summed up"]),
        ("1,completed,2026-01-02,CNY,10,,tea,2,,,,,,,", ['"sum"', "no amount"]),
        (
            "1,completed,2026-01-02,CNY,10,,tea,x,,,1,,,,",
            ['column "qty"', "not a number"],
        ),
    ],
)
def test_a_cell_that_cannot_be_read_names_row_column_and_remedy(
    read: Reading, split: Any, row: str, words: list[str]
) -> None:
    heads = "no,state,at,cur,total,mail,item,qty,price,off,sum,tax,rate,ship,voucher"
    layout = PLAIN.replace('refund.total = "back"\n', "")
    records, bad = split(read(f"{heads}\n{row}\n", layout))
    assert records == []
    for word in ["export.csv row 2", *words]:
        assert word in f"{bad[0].path}: {bad[0].reason}"
    assert bad[0].external_id == "1"


def test_rows_of_one_order_that_disagree_on_its_total_are_refused(
    read: Reading, split: Any
) -> None:
    content = (
        "no,state,at,cur,total,item,sum\n"
        "1,completed,2026-01-02,CNY,10,tea,10\n1,completed,2026-01-02,CNY,20,cup,20\n"
    )
    _, bad = split(read(content, LOOSE))
    assert "disagree" in bad[0].reason
    assert "row 3" in bad[0].path


def test_an_order_with_one_broken_row_is_refused_as_a_whole(
    read: Reading, split: Any
) -> None:
    """Half an order would be a wrong sum."""
    content = (
        "no,state,at,cur,item,sum\n"
        "1,completed,2026-01-02,CNY,tea,10\n1,,,,cup\n2,completed,2026-01-02,CNY,t,5\n"
    )
    layout = LOOSE.replace('total = "total"\ncustomer', "customer")
    records, bad = split(read(content, layout))
    assert [record.external_id for record in records] == ["2"]
    assert [(b.external_id, len(b.payload["rows"])) for b in bad] == [("1", 2)]


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("1,赠品,交易成功,2026-01-02,,,tea,10,,,", "no kind of row"),
        ("1,运费,交易成功,2026-01-02,,,tip,10,,,", "translate it with values"),
        ("1,商品,交易成功,2026-01-02,soon,,tea,10,,,", "is not a time"),
    ],
)
def test_an_unknown_word_in_a_row_is_refused(
    read: Reading, split: Any, row: str, reason: str
) -> None:
    heads = "no,what,state,at,changed,refunded,item,sum,rno,rat,rkind"
    _, bad = split(read(f"{heads}\n{row}\n", ROWS))
    assert reason in bad[0].reason


def test_rows_that_stand_apart_are_brought_together(good: Good) -> None:
    content = "no,state,at,cur,item,sum\n" + "".join(
        f"{n % 3},completed,2026-01-02,CNY,i{n},1\n" for n in range(9)
    )
    layout = LOOSE.replace('total = "total"\ncustomer', "customer")
    orders = {order["external_id"]: order["data"] for order in good(content, layout)}
    assert {key: len(order["lines"]) for key, order in orders.items()} == {
        "0": 3,
        "1": 3,
        "2": 3,
    }


def test_a_wrong_constant_stops_the_import(read: Reading) -> None:
    layout = LOOSE + '[file.orders.constants]\npaid_at = "soon"\n'
    with pytest.raises(Exception, match=r"constants\.paid_at of the mapping"):
        read("no,state,at,cur,item,sum\n", layout)


SHIPMENTS = """
[file.parcels]
kind = "shipment"
id = ["order", "parcel"]
date_format = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]
states = { "Zugestellt" = "delivered", "In Transit" = "in_transit" }
[file.parcels.columns]
order_external_id = "order"
state = "status"
shipped_at = "sent"
event.at = "when"
event.state = "status"
event.text = "text"
"""


def test_scans_of_a_parcel_come_in_rows(good: Good) -> None:
    """Demand 17: where a parcel was, and when."""
    content = (
        "order;parcel;status;sent;when;text\n"
        "7;1;Zugestellt;01.02.2026;03.02.2026 09:30;an der Tür\n"
        "7;1;in transit;;02.02.2026;\n"
        "7;2;verschollen;;;\n"
    )
    first, second = good(content, SHIPMENTS)
    assert first["external_id"] == "7-1"
    assert first["data"]["state"] == "delivered"
    assert [event["state"] for event in first["data"]["events"]] == [
        "delivered",
        "in_transit",
    ]
    assert first["data"]["events"][0]["at"] == "2026-02-03T09:30:00Z"
    assert second["data"] == {
        "order_external_id": "7",
        "state": "unknown",
        "state_raw": "verschollen",
    }


def test_customers_get_addresses_tags_and_consent(good: Good) -> None:
    mapping = """
[file.c]
kind = "customer"
id = "id"
separator = ","
[file.c.columns]
name = ["姓", "名"]
is_company = "公司"
marketing_consent = { column = "订阅", values = { "同意" = "yes" } }
tags = "标签"
created_at = "注册时间"
main.city = "城市"
shipping.phone = "电话"
[file.c.constants]
main.country = "CN"
"""
    content = (
        "id,姓,名,公司,订阅,标签,注册时间,城市,电话\n"
        '1,Anna,Bell,否,同意,"a, b,",2025年3月5日 9时07分,杭州,139\n'
        "1,,,是,,,,,\n"
    )
    (customer,) = good(content, mapping)
    assert customer["data"] == {
        "name": "Anna Bell",
        "is_company": True,
        "marketing_consent": True,
        "tags": ["a", "b"],
        "created_at": "2025-03-05T09:07:00Z",
        "addresses": [
            {"city": "杭州", "country": "CN"},
            {"kind": "shipping", "phone": "139"},
        ],
    }


def test_a_word_that_is_neither_yes_nor_no_is_refused_with_the_remedy(
    read: Reading, split: Any
) -> None:
    mapping = '[file.c]\nkind = "customer"\nid = "id"\n[file.c.columns]\n'
    mapping += 'name = "n"\nis_company = "c"\n'
    _, bad = split(read("id,n,c\n1,a,perhaps\n", mapping))
    assert 'values = {"perhaps" = "yes"}' in bad[0].reason


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2026-11-01T01:30:00.25Z", "2026-11-01T01:30:00.250000Z"),
        ("2026-11-01 01:30:00+0800", "2026-10-31T17:30:00Z"),
        ("2026.11.1 1:05", "2026-11-01T05:05:00Z"),
    ],
)
def test_times_keep_their_zone_or_get_that_of_the_mapping(
    good: Good, text: str, expected: str
) -> None:
    mapping = '[file.r]\nkind = "review"\nid = "id"\ntimezone = "America/New_York"\n'
    mapping += 'columns = { at = "at" }\n'
    (review,) = good(f"id,at\n1,{text}\n", mapping)
    assert review["data"]["at"] == expected


@given(
    prices=st.lists(st.integers(1, 10**7), min_size=1, max_size=8),
    tax=st.integers(1, 10**6),
    on_top=st.booleans(),
)
def test_the_tax_of_an_order_is_shared_out_to_the_last_cent(
    prices: list[int], tax: int, on_top: bool
) -> None:
    """Whatever the amounts, parts add up to the total and their taxes to the tax."""
    parts = [
        {"net": Decimal(cents) / 100, "tax": Decimal(0), "total": Decimal(cents) / 100}
        for cents in prices
    ]
    whole = sum((part["total"] for part in parts), Decimal(0))
    taxed = Decimal(tax) / 100
    total = whole + taxed if on_top else whole
    spread_tax(parts, taxed, total, Decimal("0.01"))
    assert sum(part["total"] for part in parts) == total
    assert sum(part["tax"] for part in parts) == taxed
    assert all(part["net"] + part["tax"] == part["total"] for part in parts)
