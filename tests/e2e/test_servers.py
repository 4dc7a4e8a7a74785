"""The servers that the other end-to-end tests stand on."""

from typing import Any

import requests

from scripts.dev import vendure_orders
from scripts.dev.testbed import RunningOdoo
from scripts.dev.vendure import VendureShop

TIMEOUT_S = 60


def hello(odoo: RunningOdoo, key: str) -> requests.Response:
    """Ask the door who is there."""
    return requests.post(
        f"{odoo.url}/json/2/sme.ingest/hello",
        json={"contract": 1},
        headers={
            "Authorization": f"bearer {key}",
            "X-Odoo-Database": odoo.database,
        },
        timeout=TIMEOUT_S,
    )


def test_robot_is_let_in_with_its_key(odoo: RunningOdoo) -> None:
    answer = hello(odoo, odoo.sync_key)
    assert answer.status_code == 200, answer.text
    assert answer.json()["company"]["currency"] == "CNY"


def test_wrong_key_is_refused(odoo: RunningOdoo) -> None:
    assert hello(odoo, "0" * 40).status_code == 401


def test_chinese_officer_is_there_and_the_robot_has_one_group(
    odoo: RunningOdoo,
) -> None:
    languages = odoo.sql(
        "SELECT p.lang FROM res_users u JOIN res_partner p ON p.id = u.partner_id "
        "WHERE u.login = 'officer'"
    )
    groups = odoo.sql(
        "SELECT count(*) FROM res_groups_users_rel r "
        "JOIN res_users u ON u.id = r.uid WHERE u.login = 'sync'"
    )
    assert (languages, groups) == ("zh_CN", "1")


def test_shop_has_orders_in_every_state(shop: VendureShop) -> None:
    states = {order["state"] for order in vendure_orders.orders(shop, take=100)}
    found: dict[str, Any] = shop.send("{ orders { totalItems } }")
    assert found["orders"]["totalItems"] == 305
    assert {"Delivered", "Shipped", "Cancelled", "PartiallyShipped"} <= states


def test_staff_ships_and_pays_back_an_order(shop: VendureShop) -> None:
    order_id = vendure_orders.place(shop, customer_id="3", items={"1": 2})
    vendure_orders.fulfil(shop, order_id, tracking_code="SF1", delivered=True)
    vendure_orders.refund(shop, order_id, 500)
    order = vendure_orders.order(shop, order_id)
    assert order["state"] == "Delivered"
    assert [it["total"] for it in order["payments"][0]["refunds"]] == [500]
