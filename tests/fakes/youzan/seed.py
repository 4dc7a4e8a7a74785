"""Fill a fake Youzan shop with plausible records from a fixed seed."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from typing import Any

from .store import Row, Store, time_text

PEOPLE = [
    ("郭敏", "13800000000"),
    ("欧阳梓萱", "139****1234"),
    ("$aGVq$1$", "$eHh4$1$"),
]
GOODS = ["西湖龙井", "马克杯", "纯棉T恤"]
STATES = ["TRADE_SUCCESS"] * 6 + [
    "WAIT_SELLER_SEND_GOODS",
    "WAIT_BUYER_CONFIRM_GOODS",
    "TRADE_CLOSED",
    "WAIT_BUYER_PAY",
]
BEGIN = datetime(2024, 1, 1, tzinfo=UTC)


def fill(store: Store, *, orders: int = 60, customers: int = 20) -> Store:
    """Add records to a store; the same seed gives the same records."""
    rng = random.Random(7)
    for number in range(6):
        add_item(store, number, rng.randint(500, 9000))
    for number in range(customers):
        add_customer(store, number)
    for number in range(orders):
        at = BEGIN + timedelta(days=number * 5, seconds=number)
        tid = store.add_order(order_row(store, rng, number), at)
        full = store.orders[tid]["full_order_info"]
        if full["order_info"]["status"] == "TRADE_SUCCESS":
            store.ship(tid, f"YT{number:010d}", at=at + timedelta(days=1))
            store.edit(tid, at + timedelta(days=4), status="TRADE_SUCCESS")
        if number % 9 == 4:
            line = full["orders"][0]
            store.refund(
                tid, {line["oid"]: to_fen(line["payment"])}, at=at + timedelta(days=5)
            )
    return store


def to_fen(yuan: str) -> int:
    """Return yuan as fen."""
    return round(float(yuan) * 100)


def yuan_of(fen: int) -> str:
    """Return fen as the text of yuan."""
    return f"{fen // 100}.{fen % 100:02d}"


def add_item(store: Store, number: int, fen: int, at: datetime | None = None) -> int:
    """Add a product; every third has two variants."""
    moment = at or BEGIN + timedelta(days=number)
    text, own = time_text(moment), 457846930 + number
    instant = int(moment.timestamp() * 1000)
    variants = [
        {
            "sku_id": 36_000_000 + number * 10 + index,
            "sku_no": f"TS-{number}-{index}",
            "sku_barcode": "",
            "price": fen + index * 100,
            "cost_price": fen // 2,
            "sku_modified_time": instant,
            "sku_props": [{"prop_name": "颜色", "prop_value_name": value}],
        }
        for index, value in enumerate(["红", "黑"] if number % 3 == 2 else [])
    ]
    price = {} if variants else {"price": fen, "cost_price": fen // 2, "origin": "99"}
    store.items[own] = {
        "item_id": own,
        "item_no": f"SKU-{number}",
        "item_barcode": "",
        "title": f"{GOODS[number % len(GOODS)]} {number}",
        "is_display": int(number != 5),
        "created_time": instant,
        "update_time": text,
        "category_properties": {"category_names": ["食品", "茶"]},
        "item_price_param": price,
        "sku_list": variants,
    }
    return own


def add_customer(store: Store, number: int, at: datetime | None = None) -> str:
    """Add a customer."""
    own = f"LnhGm4rh{number:018d}"
    name, phone = PEOPLE[number % len(PEOPLE)]
    moment = at or BEGIN + timedelta(days=number)
    store.customers[own] = {
        "yz_open_id": own,
        "name": name,
        "show_name": f"昵称{number}",
        "mobile": phone,
        "is_member": 1,
        "created_at": int(moment.timestamp()),
    }
    return own


def order_row(store: Store, rng: random.Random, number: int = 0, **over: Any) -> Row:
    """Return an order as the single answer gives it.

    Args:
        store: gives numbers.
        rng: chooses.
        number: chooses state and buyer.
        over: ``lines`` (fen of each), ``postage`` (fen), ``spread``: whether the lines
            hold the postage; fields of ``order_info``.
    """
    lines = over.pop("lines", None) or [
        rng.randint(500, 9000) for _each in range(rng.randint(1, 3))
    ]
    postage = over.pop("postage", 1000 if number % 4 == 1 else 0)
    spread = over.pop("spread", True)
    name, phone = PEOPLE[number % len(PEOPLE)]
    total = sum(lines) + postage
    paid = list(lines)
    if spread:
        paid[0] += postage
    info = {
        "status": STATES[number % len(STATES)],
        "status_str": "",
        "refund_state": 0,
        "close_type": 0,
        "express_type": 0,
        "pay_type_str": "WEIXIN_DAIXIAO",
        "pay_time": "2024-01-02 10:00:00",
        "success_time": "",
        "order_extra": {"buyer_name": name},
        **over,
    }
    pay = {
        "total_fee": yuan_of(sum(lines)),
        "post_fee": yuan_of(postage),
        "payment": yuan_of(total),
        "real_payment": yuan_of(total),
        "deduction_pay": 0,
        "phase_payments": [],
    }
    full = {
        "order_info": info,
        **_buyer(number, name, phone),
        "pay_info": pay,
        "orders": [
            _line(store, i, *each)
            for i, each in enumerate(zip(lines, paid, strict=True))
        ],
        "remark_info": {"buyer_message": "", "trade_memo": None, "star": None},
        "source_info": {"source": {"platform": "wx", "wx_entrance": "direct_buy"}},
        "child_info": None,
    }
    return {
        "full_order_info": full,
        "order_promotion": {"adjust_fee": "0.00", "order": None, "item": None},
        "refund_order": [],
        "delivery_order": [],
    }


def _buyer(number: int, name: str, phone: str) -> Row:
    return {
        "buyer_info": {
            "yz_open_id": f"LnhGm4rh{number % 20:018d}",
            "buyer_phone": phone,
            "fans_nickname": name,
        },
        "address_info": {
            "receiver_name": name,
            "receiver_tel": phone,
            "delivery_province": "浙江省",
            "delivery_city": "杭州市",
            "delivery_district": "西湖区",
            "delivery_address": "$uJsz0E3z$1$",
            "delivery_postal_code": "",
        },
    }


def _line(store: Store, index: int, fen: int, paid: int) -> Row:
    return {
        "oid": str(1507387350277163963 + store.number()),
        "item_id": 457846930 + index,
        "sku_id": 0,
        "title": GOODS[index % len(GOODS)],
        "num": 1,
        "price": yuan_of(fen),
        "total_fee": yuan_of(fen),
        "payment": yuan_of(paid),
        "outer_sku_id": f"SKU-{index}",
        "sku_properties_name": "[]",
    }
