"""Recorded answers of platforms and what the connectors make of them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from sync_agent.connectors.magento.carts import parse_cart as parse_magento_cart
from sync_agent.connectors.magento.goods import Catalogue as MagentoCatalogue
from sync_agent.connectors.magento.goods import Category as MagentoCategory
from sync_agent.connectors.magento.goods import (
    parse_product as parse_magento_product,
)
from sync_agent.connectors.magento.orders import parse_order as parse_magento_order
from sync_agent.connectors.magento.parcels import (
    parse_shipments as parse_magento_shipments,
)
from sync_agent.connectors.magento.people import (
    parse_customer as parse_magento_customer,
)
from sync_agent.connectors.medusa.gather import orders as medusa_orders
from sync_agent.connectors.medusa.goods import Catalogue as MedusaCatalogue
from sync_agent.connectors.medusa.goods import parse_variants as parse_medusa_variants
from sync_agent.connectors.medusa.people import (
    parse_customer as parse_medusa_customer,
)
from sync_agent.connectors.prestashop.facts import Shop as PrestaShop
from sync_agent.connectors.prestashop.goods import Catalogue as PrestaCatalogue
from sync_agent.connectors.prestashop.goods import Category as PrestaCategory
from sync_agent.connectors.prestashop.goods import (
    parse_combination as parse_presta_combination,
)
from sync_agent.connectors.prestashop.goods import (
    parse_product as parse_presta_product,
)
from sync_agent.connectors.prestashop.orders import Parts as PrestaParts
from sync_agent.connectors.prestashop.orders import parse_order as parse_presta_order
from sync_agent.connectors.prestashop.parcels import parse_parcel as parse_presta_parcel
from sync_agent.connectors.prestashop.people import (
    parse_customer as parse_presta_customer,
)
from sync_agent.connectors.prestashop.states import StateFacts
from sync_agent.connectors.prestashop.times import ShopTimes
from sync_agent.connectors.shopify.carts import parse_cart
from sync_agent.connectors.shopify.goods import parse_variant as parse_shopify_variant
from sync_agent.connectors.shopify.orders import parse_order as parse_shopify_order
from sync_agent.connectors.shopify.parcels import (
    parse_shipments as parse_shopify_shipments,
)
from sync_agent.connectors.shopify.people import (
    parse_customer as parse_shopify_customer,
)
from sync_agent.connectors.vendure.goods import parse_variant
from sync_agent.connectors.vendure.money import cut_by_shop
from sync_agent.connectors.vendure.orders import parse_order as parse_vendure_order
from sync_agent.connectors.vendure.orders import (
    parse_shipments as parse_vendure_shipments,
)
from sync_agent.connectors.vendure.people import (
    parse_customer as parse_vendure_customer,
)
from sync_agent.connectors.woocommerce.goods import Catalogue, parse_product
from sync_agent.connectors.woocommerce.orders import parse_order, parse_shipments
from sync_agent.connectors.woocommerce.people import parse_customer, parse_review
from sync_agent.connectors.youzan.goods import parse_products as parse_youzan_products
from sync_agent.connectors.youzan.orders import parse_order as parse_youzan_order
from sync_agent.connectors.youzan.parcels import parse_parcels as parse_youzan_parcels
from sync_agent.connectors.youzan.people import parse_customer as parse_youzan_customer
from sync_agent.port import Item
from sync_agent.transport.http import parse_json

PLATFORMS = (
    *("magento", "medusa", "prestashop", "shopify", "vendure", "woocommerce"),
    "youzan",
)
DATA = Path(__file__).resolve().parents[1] / "data"
CATALOGUE = Catalogue("CNY", {17: ("绿茶", 16), 16: ("Tea", 0)})
CUT = cut_by_shop(2)
MAGENTO_CATALOGUE = MagentoCatalogue(
    "EUR",
    {
        1: MagentoCategory("Root Catalog", 0, 0),
        2: MagentoCategory("Default Category", 1, 1),
        16: MagentoCategory("茶", 2, 2),
        17: MagentoCategory("Green", 16, 3),
    },
    {2047: 2048},
)
MEDUSA_CATALOGUE = MedusaCatalogue(
    "EUR",
    {
        "pcat_01M811W57QBJ72218P4BTB66S7": ("Tea", None),
        "pcat_01M811W5GH1TPSX068V2C3ZYV8": (
            "Green",
            "pcat_01M811W57QBJ72218P4BTB66S7",
        ),
    },
)
PRESTASHOP = PrestaShop(
    ShopTimes(ZoneInfo("Europe/Paris")),
    language="1",
    currency="EUR",
    currencies={"1": "EUR", "2": "JPY"},
    languages={"1": "en", "2": "fr"},
    countries={"8": "FR", "11": "JP", "21": "US"},
    regions={"5": "CA"},
    carriers={"2": ("Colissimo", "https://track.example/?n=@")},
    states={
        "2": StateFacts("confirmed", "Payment accepted", paid=True),
        "4": StateFacts("shipped", "Shipped", paid=True, shipped=True),
        "5": StateFacts("completed", "Delivered", True, True, delivered=True),
        "6": StateFacts("cancelled", "Canceled"),
        "14": StateFacts("unknown", "En cours chez PayPal"),
    },
)
PRESTA_CATALOGUE = PrestaCatalogue(
    {
        "1": PrestaCategory("Root", "0", 0),
        "2": PrestaCategory("Home", "1", 1),
        "3": PrestaCategory("Clothes", "2", 2),
        "4": PrestaCategory("Men", "3", 3),
    },
    {"1": "S", "8": "White"},
)


def cases() -> list[Path]:
    """Return the recorded answers that hold a record."""
    return sorted(
        path
        for platform in PLATFORMS
        for path in (DATA / platform).glob("*.json")
        if not path.name.startswith(("error-", "order-deleted"))
        and not path.name.endswith(".expected.json")
    )


def read_case(path: Path) -> Any:
    """Return a recorded answer as the transport gives it: exact numbers."""
    return parse_json(path.read_bytes())


def wire(path: Path) -> list[Any]:
    """Return what the connector sends to the door for a recorded answer."""
    return [item.to_wire() for item in items(path)]


def items(path: Path) -> Iterator[Item]:
    """Yield the items of a recorded answer."""
    case = read_case(path)
    row = case["row"]
    if path.parent.name == "woocommerce":
        yield from _woocommerce(case, row)
    elif path.parent.name == "shopify":
        yield from _shopify(case, row)
    elif path.parent.name == "magento":
        yield from _magento(case, row)
    elif path.parent.name == "medusa":
        yield from _medusa(case, row)
    elif path.parent.name == "prestashop":
        yield from _prestashop(case, row)
    elif path.parent.name == "youzan":
        yield from _youzan(case, row)
    else:
        yield from _vendure(case, row)


def _woocommerce(case: Any, row: Any) -> Iterator[Item]:
    if case["kind"] == "order":
        yield parse_order(row, case["refunds"])
    elif case["kind"] == "product":
        yield parse_product(row, CATALOGUE, case.get("parent"))
    elif case["kind"] == "customer":
        yield parse_customer(row)
    else:
        yield parse_review(row)
    if case.get("shipments"):
        yield from parse_shipments(row)


def _vendure(case: Any, row: Any) -> Iterator[Item]:
    if case["kind"] == "order":
        yield parse_vendure_order(row, CUT)
    elif case["kind"] == "product":
        yield parse_variant(row, CUT)
    else:
        yield parse_vendure_customer(row)
    if case.get("shipments"):
        yield from parse_vendure_shipments(row)


def _shopify(case: Any, row: Any) -> Iterator[Item]:
    if case["kind"] == "order":
        yield parse_shopify_order(row)
    elif case["kind"] == "product":
        yield parse_shopify_variant(row, "EUR")
    elif case["kind"] == "customer":
        yield parse_shopify_customer(row)
    else:
        yield parse_cart(row)
    if case.get("shipments"):
        yield from parse_shopify_shipments(row)


def _magento(case: Any, row: Any) -> Iterator[Item]:
    if case["kind"] == "order":
        yield parse_magento_order(row, case["refunds"], case.get("side", "base"))
    elif case["kind"] == "product":
        yield parse_magento_product(row, MAGENTO_CATALOGUE)
    elif case["kind"] == "customer":
        yield parse_magento_customer(row)
    elif case["kind"] == "shipment":
        yield from parse_magento_shipments(row)
    else:
        yield parse_magento_cart(row)


def _medusa(case: Any, row: Any) -> Iterator[Item]:
    if case["kind"] == "order":
        yield from medusa_orders([row])
    elif case["kind"] == "product":
        yield from parse_medusa_variants(row, MEDUSA_CATALOGUE)
    else:
        yield parse_medusa_customer(row)


def _prestashop(case: Any, row: Any) -> Iterator[Item]:
    shop = PRESTASHOP
    if case["kind"] == "order":
        yield parse_presta_order(row, PrestaParts(**case["parts"]), shop)
    elif case["kind"] == "product":
        yield parse_presta_product(row, shop, PRESTA_CATALOGUE)
    elif case["kind"] == "combination":
        yield parse_presta_combination(row, case["product"], shop, PRESTA_CATALOGUE)
    elif case["kind"] == "customer":
        yield parse_presta_customer(row, case["addresses"], shop)
    else:
        yield parse_presta_parcel(row, case["order"], case["histories"], shop)


def _youzan(case: Any, row: Any) -> Iterator[Item]:
    if case["kind"] == "order":
        yield parse_youzan_order(row, case["refunds"])
        yield from parse_youzan_parcels(row, {"2": "圆通速递"})
    elif case["kind"] == "product":
        yield from parse_youzan_products(row)
    else:
        yield parse_youzan_customer(row)
